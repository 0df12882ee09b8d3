"""人员配比: figures, teachers, certificates, populations."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from tests.ui.pages.conftest import TODAY, a_teacher, as_role, send, unnamed_controls, write

from zhaohu.records.codes import Role
from zhaohu.services.guidance import staffing
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.pages import staffing_words
from zhaohu.ui.pages.staffing import staffing_page


def cells(table, column: int) -> list[str]:
    model = table.view.table_model
    return [model.index(row, column).data() for row in range(model.rowCount())]


def test_a_new_station_sees_its_gap_in_words(stage, desk, assert_nothing_clipped):
    page = stage.open(staffing_page, desk)
    assert page._tiles["population"].figure() == "85,000"
    assert page._tiles["needed"].figure() == "9"  # 85,000 / 10,000 rounded up
    assert page._tiles["gap"].figure() == "9"
    assert page._tiles["gap"].accessibleDescription() == "缺 9 人"
    assert "向上取整" in page._lead.text()
    assert page.teachers.empty.words()[0] == "这里没有教师"
    assert_nothing_clipped(page)
    assert unnamed_controls(page) == []


def test_a_teacher_is_added_by_keyboard(stage, desk, qtbot, assert_nothing_clipped):
    page = stage.open(staffing_page, desk)
    stage.press(page, "Ctrl+N")
    dialog = stage.dialog(FormDialog)
    assert_nothing_clipped(dialog)
    assert unnamed_controls(dialog) == []
    assert dialog.focusWidget() is dialog.form.fields["name"].editor()
    write(dialog.form.fields["name"], "王敏")
    for _field in range(6):  # Enter moves on, and saves in the last field
        qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    stage.settle()
    assert [(row.name, row.employed_from) for row in staffing.list_teachers(desk)] == [("王敏", TODAY)]
    assert [row.name for row in page.teachers.rows()] == ["王敏"]
    assert page._tiles["in_post"].figure() == "1"
    assert stage.dialogs() == []


def test_a_refusal_stands_beside_its_field_and_the_window_stays(stage, desk):
    page = stage.open(staffing_page, desk)
    page.add_teacher()
    dialog = stage.dialog(FormDialog)
    dialog.try_save()
    assert dialog.form.fields["name"].problem()[0] == "请填写：姓名。"
    write(dialog.form.fields["name"], "王敏")
    dialog.form.fields["certified_until"].set_value(date(2020, 1, 1))
    dialog.try_save()
    stage.settle()
    assert dialog.form.fields["certified_until"].problem()[1] == "danger"
    assert stage.dialogs() == [dialog]
    assert staffing.list_teachers(desk) == []
    dialog._touched = False
    dialog.reject()


@pytest.mark.parametrize(
    ("until", "words", "warns"),
    [
        (TODAY + timedelta(days=91), "2027-02-19", False),
        (TODAY + timedelta(days=90), "2027-02-18，还剩 90 天", True),
        (TODAY, "2026-11-20，还剩 0 天", True),
        (TODAY - timedelta(days=1), "2026-11-19，已过期 1 天", True),
        (None, "未持证", True),
    ],
)
def test_certificates_warn_in_words_in_time(stage, desk, until, words, warns):
    a_teacher(desk, certified_until=until)
    page = stage.open(staffing_page, desk)
    model = page.teachers.view.table_model
    at = next(n for n, column in enumerate(model.columns) if column.title == "证书有效期至")
    assert cells(page.teachers, at) == [words]
    assert (model.index(0, at).data(Qt.ItemDataRole.DecorationRole) is not None) is warns
    page.teachers.chips.choose("expiring")
    page._show_teachers()
    assert bool(page.teachers.rows()) is warns


def test_an_employment_ends_and_the_teacher_moves_to_the_others(stage, desk, qtbot):
    a_teacher(desk, "王敏", employed_from=date(2024, 3, 1))
    page = stage.open(staffing_page, desk)
    assert page._end.isEnabled()  # the first row is marked as soon as the list has the keyboard
    qtbot.mouseClick(page._end, Qt.MouseButton.LeftButton)
    dialog = stage.dialog(FormDialog)
    dialog.form.fields["employed_to"].set_value(date(2024, 1, 1))
    dialog.try_save()
    stage.settle()
    assert dialog.form.fields["employed_to"].problem()[1] == "danger"
    dialog.form.fields["employed_to"].set_value(TODAY - timedelta(days=1))
    dialog.try_save()
    stage.settle()
    assert page.teachers.rows() == ()
    page.teachers.chips.choose("left")
    page._show_teachers()
    assert [row.name for row in page.teachers.rows()] == ["王敏"]


def test_only_administrators_change_anything(stage, desk):
    a_teacher(desk)
    page = stage.open(staffing_page, as_role(desk, Role.TEACHER))
    assert page.teachers.rows()
    assert page._primary is None


def test_the_center_enters_a_population_and_sees_every_station(stage, center, qtbot, assert_nothing_clipped):
    page = stage.open(staffing_page, center)
    assert cells(page.stations, 1) == ["巨峰镇指导站", "碑廓镇指导站"]
    assert page._tiles["population"].figure() == "147,000"
    assert page._tiles["needed"].figure() == "16"  # 9 + 7: each township for itself
    assert_nothing_clipped(page)
    assert unnamed_controls(page) == []
    page.stations.view.choose_row(1)
    qtbot.keyClick(page.stations.view, Qt.Key.Key_Return)
    dialog = stage.dialog(FormDialog)
    assert dialog.form.fields["station"].value() == "02"
    write(dialog.form.fields["population"], "70001")
    qtbot.mouseClick(dialog.do_button, Qt.MouseButton.LeftButton)
    stage.settle()
    assert page._tiles["population"].figure() == "155,001"
    assert page._tiles["needed"].figure() == "17"  # 70,001 needs 8


def test_the_center_sees_the_teachers_of_its_stations(stage, desk, center, tmp_path):
    a_teacher(desk, certified_until=date(2028, 1, 1))
    send(desk, center, tmp_path / "stick")
    page = stage.open(staffing_page, center)
    assert [(row.station, row.name) for row in page.teachers.rows()] == [("01", "王敏")]
    gap = next(n for n, one in enumerate(page.stations.view.table_model.columns) if one.title == "缺口")
    assert cells(page.stations, gap) == ["缺 8 人", "缺 7 人"]


def test_a_full_staff_is_green_and_an_unknown_need_amber():
    from zhaohu.rules.staffing import Staffing

    assert (
        staffing_words.gap_tone(Staffing(9_000, 1, 1, 1, 0)),
        staffing_words.gap_words(Staffing(9_000, 1, 1, 1, 0)),
    ) == (
        "done",
        "已配齐",
    )
    assert staffing_words.gap_tone(Staffing(None, None, 1, 1, None)) == "attention"
