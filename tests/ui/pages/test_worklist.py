"""工作安排: every tab by keyboard on a real desk."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from tests.services.families import enrol
from tests.ui.pages.conftest import TODAY, a_teacher, as_role, some_children, unnamed_controls

from zhaohu.clock import Clock
from zhaohu.records.codes import AttemptOutcome, ConsentScope, Role
from zhaohu.rules.schedule import DueState
from zhaohu.services.due import appointments, attempts, duties, workdays
from zhaohu.services.printing import sheets
from zhaohu.services.register import consents
from zhaohu.services.register.children import MOTHER
from zhaohu.services.safety import audit_log
from zhaohu.ui.dialogs.appointment import MoveDialog, next_day
from zhaohu.ui.dialogs.attempt import AttemptDialog
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.pages.worklist import worklist_page

TOMORROW = date(2026, 11, 23)
"""2026-11-20 is a Friday."""


def at(stage, desk, tab: str):
    """The page with one tab open, as the address opens it."""
    page = stage.open(worklist_page, desk)
    page.take_argument(tab)
    stage.settle()
    page.focus_first()
    return page, page.sheets[tab]


@pytest.mark.parametrize("tab", ["week", "month", "village", "teacher", "calls", "sheets", "missed"])
def test_every_tab_is_whole_empty_and_full(stage, desk, tab, assert_nothing_clipped, missing_glyphs):
    page, _sheet = at(stage, desk, tab)
    assert_nothing_clipped(page)
    some_children(desk)
    page, _sheet = at(stage, desk, tab)
    assert_nothing_clipped(page)
    assert missing_glyphs(page) == set()
    assert unnamed_controls(page) == []


def test_a_viewer_gets_no_buttons(stage, desk):
    some_children(desk)
    as_role(desk, Role.VIEWER)
    for tab in ("week", "village", "missed", "sheets"):
        _page, sheet = at(stage, desk, tab)
        bar = sheet.bar if tab == "sheets" else sheet.doing.bar
        assert not bar.isVisible()


# -- week


def test_the_week_has_its_days_and_what_has_no_day(stage, desk, qtbot):
    some_children(desk)
    _page, week = at(stage, desk, "week")
    due = {row.child for row in duties.due_list(desk, within_days=2, include_done_late=False)}
    assert {row.child for row in week.table.rows()} == due
    words = [one.text() for one in week.table.chips._buttons.values()]
    assert words[1].startswith("周一 11-16")
    assert ["休" in one for one in words[5:8]] == [False, True, True]
    assert words[8].endswith(str(len(week.table.rows())))


def test_several_rows_are_planned_for_a_day_by_keyboard(stage, desk, qtbot):
    some_children(desk)
    _page, week = at(stage, desk, "week")
    week.table.view.choose_row(0)
    qtbot.keyClick(week.table.view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    chosen = {(row.child_id, row.contact) for row in week.table.chosen()}
    assert len(chosen) == len(week.table.rows()) > 1
    stage.press(week.table.view, "Ctrl+M")
    dialog = stage.dialog(MoveDialog)
    assert dialog.form.fields["planned_on"].value() == TOMORROW == next_day(desk)
    stage.press(dialog.form.fields["planned_on"].editor(), "Ctrl+S")
    stage.settle()
    planned = {row.planned_on for row in duties.due_list(desk, within_days=7) if (row.child_id, row.contact) in chosen}
    assert planned == {TOMORROW}
    assert week.table.rows() == ()  # Monday lies in the next week
    week._on_after()
    stage.settle()
    assert {row.planned_on for row in week.table.rows() if row.planned_on} == {TOMORROW}


def test_a_day_of_rest_is_doubted_and_allowed(stage, desk, qtbot):
    some_children(desk)
    _page, week = at(stage, desk, "week")
    week.table.view.choose_row(0)
    row = week.table.chosen()[0]
    stage.press(week.table.view, "Ctrl+M")
    dialog = stage.dialog(MoveDialog)
    field = dialog.form.fields["planned_on"]
    qtbot.keyClicks(field.edit, "20261122")
    stage.settle()
    assert not workdays.is_working(desk, date(2026, 11, 22))
    words, kind = field.problem()
    assert words.startswith("2026年11月22日")
    assert kind == "attention"
    stage.press(field.edit, "Ctrl+S")
    assert stage.dialogs() == []
    now = next(one for one in week.table.rows() if (one.child_id, one.contact) == (row.child_id, row.contact))
    assert now.planned_on == date(2026, 11, 22)


def test_contacts_are_given_to_a_teacher_by_a_digit(stage, desk, qtbot):
    some_children(desk)
    teacher = a_teacher(desk, "李秀梅")
    _page, week = at(stage, desk, "week")
    week.table.view.choose_row(0)
    row = week.table.chosen()[0]
    stage.press(week.table.view, "Ctrl+T")
    dialog = stage.dialog(FormDialog)
    qtbot.keyClick(dialog.form.fields["teacher"].editor().focusWidget() or dialog.focusWidget(), Qt.Key.Key_1)
    stage.press(dialog, "Ctrl+S")
    assert stage.dialogs() == []
    now = next(one for one in week.table.rows() if (one.child_id, one.contact) == (row.child_id, row.contact))
    assert (now.teacher_id, now.teacher) == (teacher, "李秀梅")
    assert week.table.chosen() == [now]  # it stays marked


# -- month


def test_arrows_walk_and_enter_opens_the_day(stage, desk, qtbot):
    ids = some_children(desk)
    row = next(one for one in duties.due_list(desk) if one.child_id == ids["单芷然"])
    appointments.plan(desk, [(row.child_id, row.contact)], planned_on=TOMORROW)
    _page, month = at(stage, desk, "month")
    view = month.view
    assert view.hasFocus()
    assert view.day == TODAY
    assert view.cell(TOMORROW).planned == 1
    assert (view.cell(date(2026, 11, 22)).rest, view.cell(TODAY).rest) == (True, False)
    for _step in range(3):
        qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.day == TOMORROW
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert "单芷然" in {one.child for one in month.table.rows()}
    qtbot.keyClick(month.table.view, Qt.Key.Key_Return)
    assert stage.gone[-1].startswith("child/")
    stage.press(month.table.view, "Esc")
    assert view.hasFocus()


def test_months_turn(stage, desk, qtbot):
    enrol(desk, "周子墨", birth_date=date(2026, 9, 10))  # three months old on 10 December
    _page, month = at(stage, desk, "month")
    view = month.view
    qtbot.keyClick(view, Qt.Key.Key_PageDown)
    stage.settle()
    assert view.day == date(2026, 12, 20)
    opening = duties.month(desk, 2026, 12)
    assert any(load.opening for load in opening.values())
    assert all(view.cell(day).opening == load.opening for day, load in opening.items())
    qtbot.keyClick(view, Qt.Key.Key_PageUp)
    qtbot.keyClick(view, Qt.Key.Key_PageUp)
    stage.settle()
    assert view.day == date(2026, 10, 20)
    assert view.cell(date(2026, 10, 1)).rest  # National Day
    qtbot.keyClick(view, Qt.Key.Key_Home)
    stage.settle()
    assert view.day == TODAY


# -- by village, by teacher


def test_villages_are_counted_and_enter_goes_to_the_rows(stage, desk, qtbot):
    some_children(desk)
    enrol(desk, "赵思源", birth_date=TODAY - timedelta(days=29), village="西小庄村")
    _page, villages = at(stage, desk, "village")
    groups = {one.name: one for one in villages.groups.rows()}
    rows = duties.due_list(desk, within_days=7, include_done_late=False)
    for name, group in groups.items():
        of = [row.state for row in rows if row.village == name]
        assert (group.overdue, group.due) == (of.count(DueState.OVERDUE), of.count(DueState.DUE))
        assert group.total == len(of)
    place = [one.name for one in villages.groups.rows()].index("西小庄村")
    villages.groups.view.choose_row(place)
    assert {row.child for row in villages.table.rows()} == {"赵思源"}
    qtbot.keyClick(villages.groups.view, Qt.Key.Key_Return)
    assert villages.table.view.hasFocus()
    assert len(villages.table.chosen()) == 1


def test_work_without_a_teacher_is_a_group_of_its_own(stage, desk):
    ids = some_children(desk)
    teacher = a_teacher(desk, "李秀梅")
    row = next(one for one in duties.due_list(desk) if one.child_id == ids["单芷然"])
    appointments.plan(desk, [(row.child_id, row.contact)], teacher_id=teacher)
    _page, tab = at(stage, desk, "teacher")
    assert {one.name for one in tab.groups.rows()} == {"李秀梅", ""}


# -- calls


def test_one_key_notes_a_call_and_the_next_family_is_marked(stage, desk, qtbot):
    ids = some_children(desk)
    _page, calls = at(stage, desk, "calls")
    before = [row.child for row in calls.table.rows()]
    assert len(before) >= 2
    first = calls.table.view.current_row()
    assert first.child == before[0]
    qtbot.keyClick(calls.table.view, Qt.Key.Key_2)
    stage.settle()
    (noted,) = attempts.of_child(desk, ids[first.child])
    assert (noted.outcome, noted.next_on) == (AttemptOutcome.NOT_REACHED, TOMORROW)
    assert [row.child for row in calls.table.rows()] == before[1:]
    assert calls.table.view.current_row().child == before[1]
    assert calls.table.view.hasFocus()
    assert first.child in calls.noted.text()
    stage.press(calls.table.view, "Ctrl+Z")
    assert attempts.of_child(desk, ids[first.child]) == []
    assert sorted(row.child for row in calls.table.rows()) == sorted(before)


def test_a_number_is_masked_and_looking_at_it_is_written_down(stage, desk, qtbot):
    some_children(desk)
    _page, calls = at(stage, desk, "calls")
    stage.settle()
    assert calls.family.number.text() == "*******5678"
    stage.press(calls.table.view, "F4")
    assert calls.family.number.text() == "13812345678"
    actions = [line.action for line in audit_log.search(desk).rows]
    assert actions.count("reveal.phone") == 1


def test_who_wants_no_calls_is_not_on_the_list_and_has_no_number_anywhere(stage, desk, qtbot):
    ids = some_children(desk)
    consents.decide(desk, ids["单芷然"], {ConsentScope.CONTACT: False}, TODAY, "李秀梅", MOTHER)
    _page, calls = at(stage, desk, "calls")
    assert "单芷然" not in {row.child for row in calls.table.rows()}
    _page, week = at(stage, desk, "week")
    place = [row.child for row in week.table.rows()].index("单芷然")
    week.table.view.choose_row(place)
    stage.press(week.table.view, "Ctrl+D")
    dialog = stage.dialog(AttemptDialog)
    texts = [one.text() for one in dialog.findChildren(type(dialog.form._labels["way"])) if one.isVisible()]
    assert any("不同意" in text or "不希望" in text for text in texts)
    assert not any("5678" in text for text in texts)
    assert dialog.form.values()["way"] == "home_visit"


def test_an_agreed_day_is_asked_for_and_moves_the_contact(stage, desk, qtbot):
    some_children(desk)
    _page, calls = at(stage, desk, "calls")
    first = calls.table.view.current_row()
    qtbot.keyClick(calls.table.view, Qt.Key.Key_1)
    dialog = stage.dialog(AttemptDialog)
    stage.press(dialog, "Ctrl+S")
    assert stage.dialogs() == [dialog]
    assert dialog.form.fields["next_on"].problem()[0]
    qtbot.keyClicks(dialog.form.fields["next_on"].edit, "20261124")
    stage.press(dialog, "Ctrl+S")
    assert stage.dialogs() == []
    now = next(one for one in duties.due_list(desk) if (one.child_id, one.contact) == (first.child_id, first.contact))
    assert (now.state, now.planned_on) == (DueState.MOVED, date(2026, 11, 24))


def test_a_refusal_is_noted_with_its_reason(stage, desk, qtbot):
    ids = some_children(desk)
    _page, calls = at(stage, desk, "calls")
    first = calls.table.view.current_row()
    qtbot.keyClick(calls.table.view, Qt.Key.Key_3)
    dialog = stage.dialog(AttemptDialog)
    stage.press(dialog, "Ctrl+S")
    assert stage.dialogs() == []
    assert attempts.of_child(desk, ids[first.child])[0].outcome is AttemptOutcome.REFUSED
    assert (first.child_id, first.contact) not in {(row.child_id, row.contact) for row in calls.table.rows()}


# -- forms that are out


def test_printed_forms_stand_here_until_they_are_struck_out(stage, desk, qtbot):
    ids = some_children(desk)
    row = next(one for one in duties.due_list(desk) if one.child_id == ids["徐子涵"])
    assert sheets.print_sheets(desk, [(row.child_id, row.contact)], TOMORROW).startswith(b"%PDF")
    _page, out = at(stage, desk, "sheets")
    one, *companions = out.table.rows()
    assert {each.child for each in (one, *companions)} == {"徐子涵"}
    assert len({each.code for each in (one, *companions)}) == 1 + len(companions)
    out.table.view.choose_row(0)
    qtbot.keyClick(out.table.view, Qt.Key.Key_Return)
    assert stage.gone[-1] == f"visit-new/{one.child_id}.{one.form}.{one.no}"
    stage.press(out.table.view, "Ctrl+D")
    dialog = stage.dialog(FormDialog)
    dialog.form.fields["reason"].set_value("被雨淋湿")
    stage.press(dialog, "Ctrl+S")
    assert list(out.table.rows()) == companions
    out.scan.focus()
    qtbot.keyClicks(out.scan.field.edit, one.code)
    qtbot.keyClick(out.scan.field.edit, Qt.Key.Key_Return)
    stage.settle()
    assert "被雨淋湿" in out.scan.field.problem()[0]
    qtbot.keyClick(out.scan.field.edit, Qt.Key.Key_Return)  # it turned up after all
    stage.settle()
    assert stage.gone[-1] == f"visit-new/{one.child_id}.{one.form}.{one.no}"


# -- missed


def test_a_missed_contact_leaves_once_somebody_notes_why(stage, desk, qtbot):
    enrol(desk, "赵思源", birth_date=TODAY - timedelta(days=10))
    desk.clock = Clock.at(TODAY + timedelta(days=100))
    _page, missed = at(stage, desk, "missed")
    rows = duties.missed_list(desk)
    assert [row.contact for row in missed.table.rows()] == [row.contact for row in rows] != []
    missed.table.view.choose_row(0)
    first = missed.table.chosen()[0]
    stage.press(missed.table.view, "Ctrl+D")
    dialog = stage.dialog(AttemptDialog)
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_5)
    dialog.form.fields["reason"].set_value("在外地过冬")
    stage.press(dialog, "Ctrl+S")
    assert stage.dialogs() == []
    assert first.contact not in {row.contact for row in missed.table.rows()}
    assert len(missed.table.rows()) == len(rows) - 1


def test_one_reason_is_noted_for_all_marked_contacts_of_a_child(stage, desk, qtbot):
    enrol(desk, "赵思源", birth_date=TODAY - timedelta(days=10))
    desk.clock = Clock.at(TODAY + timedelta(days=100))
    _page, missed = at(stage, desk, "missed")
    contacts = {row.contact for row in missed.table.rows()}
    assert len(contacts) > 1
    stage.press(missed.table.view, "Ctrl+A")
    stage.press(missed.table.view, "Ctrl+D")
    dialog = stage.dialog(AttemptDialog)
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_5)
    dialog.form.fields["reason"].set_value("在外地过冬")
    stage.press(dialog, "Ctrl+S")
    assert not missed.table.rows()


def test_ctrl_tab_gives_the_keyboard_to_the_list_of_the_next_tab(stage, desk, qtbot):
    enrol(desk, "赵思源", birth_date=TODAY - timedelta(days=10))
    page, week = at(stage, desk, "week")
    assert week.table.view.hasFocus()
    qtbot.keyClick(week.table.view, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    stage.settle()
    assert page.sheets["month"].first_focus().hasFocus()
    qtbot.keyClick(page.window().focusWidget(), Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    stage.settle()
    assert page.sheets["village"].groups.view.hasFocus()
    for _turn in range(2):
        qtbot.keyClick(page.window().focusWidget(), Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
        stage.settle()
    assert page.sheets["calls"].table.view.hasFocus()
