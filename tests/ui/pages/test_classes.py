"""课堂: the list, planning with proposed families, and who came."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QStyle, QStyleOptionViewItem
from tests.services.families import enrol
from tests.ui.pages.conftest import (
    TODAY,
    a_class,
    a_teacher,
    as_role,
    send,
    some_children,
    unnamed_controls,
    write,
)

from zhaohu.errors import NotAllowed
from zhaohu.records.codes import Role
from zhaohu.services.guidance import classes
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.pages.class_page import class_page
from zhaohu.ui.pages.classes import classes_page
from zhaohu.ui.widgets.pdf_dialog import PdfDialog


def test_without_a_class_it_says_what_to_do(stage, desk, assert_nothing_clipped):
    page = stage.open(classes_page, desk)
    assert page.table.empty.words()[0] == "还没有活动"
    assert page._first.isVisible()
    assert_nothing_clipped(page)
    assert unnamed_controls(page) == []


def test_without_a_teacher_planning_says_who_enters_one(stage, desk, qtbot):
    page = stage.open(classes_page, desk)
    qtbot.mouseClick(page._first, Qt.MouseButton.LeftButton)
    stage.settle()
    assert "管理员" in page.notice.text()
    assert stage.dialogs() == []


def test_the_curriculum_offers_topics_of_the_block(stage, desk, monkeypatch):
    monkeypatch.setattr(ask, "unsaved", lambda *_args: "discard")
    a_teacher(desk)
    page = stage.open(classes_page, desk)
    page.plan()
    dialog = stage.dialog(FormDialog)
    block, topic = dialog.form.fields["topic_block"], dialog.form.fields["topic"]
    offered = topic.edit.completer().model()
    everything = offered.rowCount()
    place = block.box.findData("G5")
    block.box.setCurrentIndex(place)
    block.box.activated.emit(place)
    offered = topic.edit.completer().model()
    titles = [offered.index(row, 0).data() for row in range(offered.rowCount())]
    assert 0 < len(titles) < everything
    assert "预防溺水、中毒与烫伤" in titles
    dialog.reject()


def test_chips_divide_what_comes_from_what_was_held(stage, desk, qtbot):
    teacher = a_teacher(desk)
    a_class(desk, teacher, [], TODAY + timedelta(days=5), "下周的课")
    a_class(desk, teacher, [], TODAY - timedelta(days=5), "上周的课")
    page = stage.open(classes_page, desk)
    assert [row.topic for row in page.table.rows()] == ["下周的课", "上周的课"]
    qtbot.mouseClick(page.table.chips._buttons["held"], Qt.MouseButton.LeftButton)
    assert [row.topic for row in page.table.rows()] == ["上周的课"]
    page.table.chips.choose("")
    write(page.search, "下周")
    assert [row.topic for row in page.table.rows()] == ["下周的课"]
    page.table.view.choose_row(0)
    qtbot.keyClick(page.table.view, Qt.Key.Key_Return)
    assert stage.gone == [f"class/{page.table.rows()[0].id}"]


@pytest.fixture
def planning(stage, desk, qtbot):
    """The open form, with a teacher, a baby of 5 months and one of 20 months."""
    a_teacher(desk)
    enrol(desk, "徐子涵", birth_date=TODAY - timedelta(days=155))
    enrol(desk, "王浩然", birth_date=TODAY - timedelta(days=610))
    page = stage.open(classes_page, desk)
    stage.press(page, "Ctrl+N")
    dialog = stage.dialog(FormDialog)
    return page, dialog, dialog._side


def fill(dialog, **changes):
    values = {
        "kind": "lecture",
        "topic_block": "G2",
        "topic": "添加辅食",
        "held_on": TODAY,
        "starts_at": "09:30",
        "ends_at": "10:30",
        "place": "巨峰镇卫生院",
        "teacher_id": dialog.form.fields["teacher_id"].value(),
    }
    for name, value in {**values, **changes}.items():
        dialog.form.fields[name].set_value(value)


def test_a_class_is_planned_for_the_families_whose_child_fits(stage, desk, planning, qtbot, assert_nothing_clipped):
    page, dialog, families = planning
    assert_nothing_clipped(dialog)
    assert unnamed_controls(dialog) == []
    fill(dialog)
    families.band.set_value("3-6")
    families.band.changed.emit()
    assert [child.name for child in families.table.check_model.rows()] == ["徐子涵"]
    qtbot.mouseClick(families._all, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(dialog.do_button, Qt.MouseButton.LeftButton)
    stage.settle()
    held = classes.list_classes(desk)
    assert [(row.topic, row.invited, row.starts_at) for row in held] == [("添加辅食", 1, "09:30")]
    assert stage.gone == [f"class/{held[0].id}"]
    assert stage.dialogs() == []
    assert [row.id for row in page.table.rows()] == [held[0].id]


def test_the_age_is_that_of_the_day_of_the_class(planning):
    _page, dialog, families = planning
    families.band.set_value("6-12")
    families.band.changed.emit()
    assert families.table.check_model.rows() == ()
    day = dialog.form.fields["held_on"]
    day.edit.setText("2026-12-25")
    day.changed.emit()
    assert [child.name for child in families.table.check_model.rows()] == ["徐子涵"]


def test_ticks_outlast_filters_and_space_ticks(planning, qtbot):
    _page, _dialog, families = planning
    families.table.choose_row(0)
    qtbot.keyClick(families.table, Qt.Key.Key_Space)
    ticked = families.values()["child_ids"]
    assert len(ticked) == 1
    write(families.search, "没有这个人")
    assert families.table.check_model.rows() == ()
    assert families.values()["child_ids"] == ticked
    qtbot.mouseClick(families._none, Qt.MouseButton.LeftButton)
    assert families.values()["child_ids"] == []


def test_what_is_missing_or_wrong_stands_beside_its_field(stage, desk, planning, qtbot):
    _page, dialog, _families = planning
    stage.press(dialog, "Ctrl+S")
    assert dialog.form.fields["topic"].problem()[0] == "请填写：题目。"
    fill(dialog, starts_at="10:30", ends_at="09:30")
    dialog.try_save()
    stage.settle()
    text, kind = dialog.form.fields["ends_at"].problem()
    assert text
    assert kind == "danger"
    assert classes.list_classes(desk) == []
    fill(dialog)
    dialog.try_save()
    stage.settle()
    assert len(classes.list_classes(desk)) == 1


@pytest.mark.parametrize(("typed", "kept"), [("9", "09:00"), ("930", "09:30"), ("9:05", "09:05"), ("14：30", "14:30")])
def test_times_are_read_as_people_write_them(planning, qtbot, typed, kept):
    _page, dialog, _families = planning
    field = dialog.form.fields["starts_at"]
    field.edit.setFocus()
    write(field, typed)
    assert field.value() == kept
    qtbot.keyClick(field.edit, Qt.Key.Key_Tab)
    assert field.edit.text() == kept


@pytest.mark.parametrize("typed", ["25", "9:75", "早上"])
def test_what_is_no_time_is_said(planning, typed):
    _page, dialog, _families = planning
    field = dialog.form.fields["starts_at"]
    write(field, typed)
    assert field.value() is None
    assert "9:30" in field.problem()[0]


def test_escape_asks_before_entries_are_lost(stage, desk, planning, qtbot, monkeypatch):
    _page, dialog, families = planning
    families.table.choose_row(0)
    qtbot.keyClick(families.table, Qt.Key.Key_Space)
    answers = iter(["stay", "discard"])
    monkeypatch.setattr(ask, "unsaved", lambda *_args: next(answers))
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert stage.dialogs() == [dialog]
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert stage.dialogs() == []
    assert classes.list_classes(desk) == []


# -- one class


@pytest.fixture
def held(desk):
    """A class of today with three families invited."""
    ids = some_children(desk)
    return a_class(desk, a_teacher(desk), list(ids.values()))


def box_of(table, row: int) -> QPoint:
    """Where the box of a row is."""
    option = QStyleOptionViewItem()
    option.rect = table.visualRect(table.check_model.index(row, 0))
    option.features = QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator
    option.widget = table
    return table.style().subElementRect(QStyle.SubElement.SE_ItemViewItemCheckIndicator, option, table).center()


def test_ticking_by_mouse_and_keyboard_and_saving(stage, desk, held, qtbot, assert_nothing_clipped, missing_glyphs):
    page = stage.open(class_page, desk, held)
    assert_nothing_clipped(page)
    assert missing_glyphs(page) == set()
    assert unnamed_controls(page) == []
    assert not page.save_button.isEnabled()
    qtbot.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=box_of(page.table, 0))
    page.table.choose_row(1)
    qtbot.keyClick(page.table, Qt.Key.Key_Space)
    assert page.table.check_model.index(1, 5).data() == "李秀梅"
    page.table.check_model.setData(page.table.check_model.index(1, 5), "单强", Qt.ItemDataRole.EditRole)
    stage.press(page, "Ctrl+S")
    stage.settle()
    assert page.notice.text() == "签到已保存。"
    _row, lines = classes.view_class(desk, held)
    came = {line.child: line.attended_by for line in lines if line.present}
    first, second = (line.child for line in page.table.check_model.rows()[:2])
    assert came == {first: "李秀梅", second: "单强"}
    assert not page.save_button.isEnabled()
    assert page.may_leave()


def test_f2_opens_the_name_for_writing(stage, desk, held, qtbot):
    page = stage.open(class_page, desk, held)
    page.table.choose_row(0)
    qtbot.keyClick(page.table, Qt.Key.Key_F2)
    editor = page.table.findChild(QLineEdit)
    assert editor is not None
    editor.setText("奶奶")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    stage.settle()
    assert page.table.check_model.index(0, 5).data() == "奶奶"
    assert len(page.table.check_model.ticked()) == 1


def test_unsaved_ticks_hold_the_person_back(stage, desk, held, monkeypatch):
    page = stage.open(class_page, desk, held)
    page._on_everybody()
    answers = iter(["stay", "save"])
    monkeypatch.setattr(ask, "unsaved", lambda *_args: next(answers))
    assert not page.may_leave()
    assert classes.list_classes(desk)[0].present == 0
    assert page.may_leave()
    assert classes.list_classes(desk)[0].present == 3


def test_a_commit_elsewhere_keeps_ticks_that_are_not_saved(stage, desk, held):
    page = stage.open(class_page, desk, held)
    page.table.choose_row(0)
    line = page.table.check_model.rows()[0]
    page.table.check_model.set_ticked({line.id})
    classes.invite(desk, held, [enrol(desk, "赵思源")])
    stage.settle()
    assert page.table.check_model.rowCount() == 4
    assert page.table.check_model.ticked() == {line.id}


def test_the_sign_in_sheet_is_shown_before_it_is_printed(stage, desk, held, qtbot):
    page = stage.open(class_page, desk, held)
    stage.press(page, "Ctrl+P")
    dialog = stage.dialog(PdfDialog)
    assert dialog.view.page_count() == 1
    dialog.reject()


def test_who_may_only_look_cannot_tick(stage, desk, held):
    page = stage.open(class_page, as_role(desk, Role.VIEWER), held)
    model = page.table.check_model
    assert not model.setData(model.index(0, 0), None, Qt.ItemDataRole.CheckStateRole)
    assert page.save_button is None
    assert not page._everybody.isVisible()
    with pytest.raises(NotAllowed):
        classes.mark_attendance(desk, held, {})


def test_the_center_sees_the_classes_of_its_stations(stage, desk, center, held, tmp_path):
    send(desk, center, tmp_path / "stick")
    page = stage.open(classes_page, center)
    assert [(row.station, row.invited) for row in page.table.rows()] == [("01", 3)]
    assert page._first is None
    shown = stage.open(class_page, center, held)
    assert shown.table.check_model.rowCount() == 3
    assert shown.save_button is None
