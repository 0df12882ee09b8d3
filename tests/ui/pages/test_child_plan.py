"""The tab 计划 of a child: every contact with its state and why, and what a person can do about it, by keyboard."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from tests.services.families import enrol
from tests.ui.pages.conftest import TODAY, as_role, unnamed_controls, write

from zhaohu.records.codes import AttemptOutcome, AttemptWay, Role
from zhaohu.rules.schedule import DueState
from zhaohu.services.due import attempts, duties, extra_contacts
from zhaohu.ui.dialogs.appointment import MoveDialog
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.pages.child import child_page


@pytest.fixture
def child_id(desk) -> str:
    """A preterm girl of four weeks, due and followed as a high-risk child."""
    return enrol(desk, "赵思源", birth_date=TODAY - timedelta(days=29), facts={"gestation_days": 240})


@pytest.fixture
def page(stage, desk, child_id):
    opened = stage.open(child_page, desk, child_id)
    opened.tabs.open_sheet(opened.plan)
    stage.settle()
    opened.plan.table.view.setFocus()
    return opened


def choose(page, wanted) -> duties.PlanRow:
    """Mark the first row that fits."""
    rows = page.plan.table.rows()
    place = next(at for at, row in enumerate(rows) if wanted(row))
    page.plan.table.view.choose_row(place)
    return rows[place]


def now(page, before: duties.PlanRow) -> duties.PlanRow:
    return next(row for row in page.plan.table.rows() if row.contact == before.contact)


def test_every_contact_stands_here_with_its_why(page, desk, child_id, assert_nothing_clipped, missing_glyphs):
    rows = duties.child_plan(desk, child_id)
    assert list(page.plan.table.rows()) == rows
    assert {"check", "tcm", "feeding", "high_risk"} <= {row.track for row in rows}
    first = choose(page, lambda row: row.state is DueState.DUE)
    said = {one.text() for one in page.plan.about.findChildren(QLabel) if one.isVisible()}
    assert first.title in said
    assert first.why
    assert set(first.why) <= said
    assert_nothing_clipped(page)
    assert missing_glyphs(page) == set()
    assert unnamed_controls(page) == []


def test_a_contact_is_planned_for_a_day(page, stage, desk, qtbot):
    row = choose(page, lambda row: row.state is DueState.DUE)
    stage.press(page.plan.table.view, "Ctrl+M")
    dialog = stage.dialog(MoveDialog)
    field = dialog.form.fields["planned_on"]
    qtbot.keyClicks(field.edit, "20261124")
    stage.press(field.edit, "Ctrl+S")
    moved = now(page, row)
    assert (moved.state, moved.planned_on) == (DueState.MOVED, date(2026, 11, 24))
    assert page.plan.table.view.current_row().contact == row.contact


def test_only_what_is_beyond_the_national_schedule_can_be_left_out_and_comes_back(page, stage, qtbot):
    choose(page, lambda row: row.track == "check" and row.state is DueState.DUE)
    assert not page.plan.out.isEnabled()
    row = choose(page, lambda row: row.may_leave_out)
    assert not page.plan.back.isEnabled()
    stage.press(page.plan.table.view, "Ctrl+O")
    dialog = stage.dialog(FormDialog)
    stage.press(dialog, "Ctrl+S")
    assert dialog.form.fields["reason"].problem()[0]
    write(dialog.form.fields["reason"], "已由县医院随访")
    stage.press(dialog, "Ctrl+S")
    assert now(page, row).state is DueState.LEFT_OUT
    assert any("已由县医院随访" in sentence for sentence in now(page, row).why)
    assert not page.plan.out.isEnabled()
    stage.press(page.plan.table.view, "Ctrl+B")
    assert now(page, row).state is row.state


def test_an_extra_visit_is_added_with_days_on_which_one_works(page, stage, desk, child_id, qtbot):
    stage.press(page.plan.table.view, "Ctrl+I")
    dialog = stage.dialog(FormDialog)
    form = dialog.form
    assert (form.values()["due_from"], form.values()["due_to"]) == (date(2026, 12, 4), date(2026, 12, 11))
    form.fields["form"].set_value("hemoglobin_test")
    form.changed.emit("form")
    assert form.values()["title"]
    write(form.fields["title"], "血红蛋白复查")
    stage.press(dialog, "Ctrl+S")
    (added,) = extra_contacts.of_child(desk, child_id)
    assert (added.title, added.form) == ("血红蛋白复查", "hemoglobin_test")
    assert added.id in {row.contact for row in page.plan.table.rows()}


def test_days_that_cannot_be_are_said_at_their_field(page, stage, qtbot):
    stage.press(page.plan.table.view, "Ctrl+I")
    dialog = stage.dialog(FormDialog)
    dialog.form.fields["form"].set_value("hemoglobin_test")
    dialog.form.changed.emit("form")
    dialog.form.fields["due_to"].set_value(date(2026, 12, 1))
    stage.press(dialog, "Ctrl+S")
    assert dialog.isVisible()
    assert dialog.form.fields["due_to"].problem()[0]


def test_an_attempt_noted_by_mistake_is_struck_out(page, stage, desk, child_id, qtbot):
    row = choose(page, lambda row: row.state is DueState.DUE)
    attempts.note_attempt(
        desk,
        child_id,
        row.contact,
        tried_on=TODAY,
        way=AttemptWay.CALL,
        outcome=AttemptOutcome.REFUSED,
        reason="嫌远",
    )
    stage.settle()
    assert now(page, row).state is DueState.REFUSED
    links = [one for one in page.plan.about.findChildren(QPushButton) if one.isVisible()]
    assert len(links) == 1
    qtbot.keyClick(links[0], Qt.Key.Key_Return)
    dialog = stage.dialog(FormDialog)
    write(dialog.form.fields["reason"], "记错了孩子")
    stage.press(dialog, "Ctrl+S")
    assert now(page, row).state is row.state
    assert now(page, row).attempts == ()


def test_enter_records_what_is_due(page, stage, child_id, qtbot):
    row = choose(page, lambda row: row.state is DueState.DUE)
    qtbot.keyClick(page.plan.table.view, Qt.Key.Key_Return)
    assert stage.gone == [f"visit-new/{child_id}.{row.form}"]
    choose(page, lambda row: row.state is DueState.UPCOMING)
    qtbot.keyClick(page.plan.table.view, Qt.Key.Key_Return)
    assert len(stage.gone) == 1


def test_a_viewer_only_looks(stage, desk, child_id):
    opened = stage.open(child_page, as_role(desk, Role.VIEWER), child_id)
    opened.tabs.open_sheet(opened.plan)
    stage.settle()
    assert opened.plan.table.rows()
    assert not opened.plan.bar.isVisible()
