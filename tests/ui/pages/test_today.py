"""今日: tiles, filters, keyboard, and the hand that leads a new station."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from tests.services.families import enrol
from tests.ui.pages.conftest import TODAY, a_class, a_teacher, as_role, some_children, unnamed_controls, write

from zhaohu.records.codes import Role
from zhaohu.rules.schedule import DueState
from zhaohu.services.care import duties
from zhaohu.services.register import child_list
from zhaohu.services.register.child_list import ChildFilter
from zhaohu.services.register.first_steps import FirstStep
from zhaohu.ui.pages.today import AHEAD_DAYS, today_page


def test_a_new_station_is_led_to_the_roster(stage, desk, qtbot, assert_nothing_clipped, missing_glyphs):
    page = stage.open(today_page, desk)
    assert page.table.empty.words()[0] == "应访名单会出现在这里"
    assert not page.search.isVisible()
    assert all(line.isVisible() for line in page.steps.lines.values())
    assert not page.steps.away_button.isVisible()
    assert_nothing_clipped(page)
    assert missing_glyphs(page) == set()
    assert unnamed_controls(page) == []
    qtbot.keyClick(page.first_focus(), Qt.Key.Key_Space)
    assert stage.gone == ["roster"]


def test_the_keyboard_is_at_what_is_done_first_once_the_station_turns_out_to_be_empty(stage, desk, qtbot):
    page = today_page(desk, stage.hub, stage.runner)
    qtbot.addWidget(page)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.table.view.setFocus()
    stage.settle()
    assert page.steps.lines[FirstStep.CHILDREN].buttons[0].hasFocus()


def test_what_is_left_of_the_first_steps_stays_until_it_is_put_away(stage, desk, qtbot):
    enrol(desk)
    page = stage.open(today_page, desk)
    shown = {step for step, line in page.steps.lines.items() if line.isVisible()}
    assert shown == {FirstStep.TEACHERS, FirstStep.ACCOUNTS}
    said = {label.text() for label in page.steps.findChildren(QLabel) if label.isVisible()}
    assert {"开始使用：还没做的事", "1", "2"} <= said
    assert not {"3", "4"} & said
    qtbot.mouseClick(page.steps.lines[FirstStep.TEACHERS].buttons[0], Qt.MouseButton.LeftButton)
    assert stage.gone == ["staffing"]
    qtbot.mouseClick(page.steps.away_button, Qt.MouseButton.LeftButton)
    stage.settle()
    assert not page.steps.isVisible()
    assert not stage.open(today_page, desk).steps.isVisible()


def test_who_may_not_record_or_is_no_administrator_sees_no_step_of_others(stage, desk):
    teacher = stage.open(today_page, as_role(desk, Role.TEACHER))
    assert not teacher.steps.lines[FirstStep.ACCOUNTS].isVisible()
    assert not stage.open(today_page, as_role(desk, Role.VIEWER)).steps.isVisible()


def test_the_list_is_what_the_service_says_overdue_first(stage, desk, assert_nothing_clipped, missing_glyphs):
    some_children(desk)
    page = stage.open(today_page, desk)
    expected = duties.due_list(desk, within_days=AHEAD_DAYS, include_done_late=False)
    assert {row.state for row in expected} == {DueState.OVERDUE, DueState.DUE, DueState.UPCOMING}
    assert list(page.table.rows()) == expected
    assert page.table.rows()[0].state is DueState.OVERDUE
    for state in (DueState.OVERDUE, DueState.DUE, DueState.UPCOMING):
        assert page._tiles[state].figure() == str(sum(row.state is state for row in expected))
    assert_nothing_clipped(page)
    assert missing_glyphs(page) == set()
    assert unnamed_controls(page) == []


def test_a_phone_is_never_shown_whole(stage, desk):
    some_children(desk)
    page = stage.open(today_page, desk)
    model = page.table.view.table_model
    cells = [model.index(r, c).data() for r in range(model.rowCount()) for c in range(model.columnCount())]
    assert not any("13812345678" in cell for cell in cells)
    assert any(cell.endswith("5678") for cell in cells)


def test_a_tile_filters_by_mouse_and_by_keyboard(stage, desk, qtbot):
    some_children(desk)
    page = stage.open(today_page, desk)
    qtbot.mouseClick(page._tiles[DueState.OVERDUE], Qt.MouseButton.LeftButton)
    assert {row.state for row in page.table.rows()} == {DueState.OVERDUE}
    assert page.table.chips.current() == DueState.OVERDUE
    qtbot.keyClick(page._tiles[DueState.UPCOMING], Qt.Key.Key_Return)
    assert {row.state for row in page.table.rows()} == {DueState.UPCOMING}


def test_village_contact_and_words_narrow_together(stage, desk, qtbot):
    some_children(desk)
    enrol(desk, "赵思源", birth_date=TODAY - timedelta(days=2), village="西小庄村")
    page = stage.open(today_page, desk)
    page.village.set_value("西小庄村")
    page.village.changed.emit()
    assert {row.child for row in page.table.rows()} == {"赵思源"}
    qtbot.keyClicks(page.search.edit, "abc")
    assert page.table.rows() == ()
    assert page.table.empty.words()[0] == "没有符合条件的内容"
    write(page.search, "赵")
    assert len(page.table.rows()) == 1


def test_enter_opens_the_child_and_record_its_form(stage, desk, qtbot):
    some_children(desk)
    page = stage.open(today_page, desk)
    page.table.view.choose_row(0)
    row = page.table.rows()[0]
    qtbot.keyClick(page.table.view, Qt.Key.Key_Return)
    assert stage.gone == [f"child/{row.child_id}"]
    newborn = next(at for at, one in enumerate(page.table.rows()) if one.form == "newborn_visit")
    page.table.view.choose_row(newborn)
    assert page._record.isEnabled()
    qtbot.mouseClick(page._record, Qt.MouseButton.LeftButton)
    assert stage.gone[-1] == f"visit-new/{page.table.rows()[newborn].child_id}.newborn_visit"


def test_what_cannot_be_recorded_yet_is_said(stage, desk):
    some_children(desk)
    page = stage.open(today_page, desk)
    other = next((at for at, one in enumerate(page.table.rows()) if one.form not in page._read.forms), None)
    if other is not None:  # until every form has its file
        page.table.view.choose_row(other)
        assert not page._record.isEnabled()
        assert page._record.toolTip() == "本版本还不能记录这项体检"


def test_a_viewer_sees_no_record_button(stage, desk):
    some_children(desk)
    page = stage.open(today_page, as_role(desk, Role.VIEWER))
    assert page.table.rows()
    assert not page._record.isVisible()


def test_the_list_follows_a_commit(stage, desk):
    page = stage.open(today_page, desk)
    assert page.table.rows() == ()
    enrol(desk, "赵思源", birth_date=TODAY - timedelta(days=3))
    stage.settle()
    assert "赵思源" in {row.child for row in page.table.rows()}
    assert child_list.count_children(desk, ChildFilter()) == 1


def test_classes_of_today_open_the_classes(stage, desk, qtbot):
    ids = some_children(desk)
    a_class(desk, a_teacher(desk), list(ids.values()))
    a_class(desk, a_teacher(desk, "李秀梅"), [], TODAY + timedelta(days=1))
    page = stage.open(today_page, desk)
    assert page._tiles["classes"].figure() == "1"
    qtbot.mouseClick(page._tiles["classes"], Qt.MouseButton.LeftButton)
    assert stage.gone == ["classes"]
