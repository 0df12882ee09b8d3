"""今日: tiles, filters, keyboard, and the hand that leads a new station."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from time import perf_counter

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from tests.services.families import enrol
from tests.ui.pages.conftest import TODAY, a_class, a_teacher, as_role, some_children, unnamed_controls, write

from zhaohu.records.codes import AttemptOutcome, ChildStatus, Role
from zhaohu.rules.paper_code import child_code, sheet_code
from zhaohu.rules.schedule import DueState
from zhaohu.services.due import appointments, attempts, duties
from zhaohu.services.due.duties import DueStart
from zhaohu.services.printing import sheets
from zhaohu.services.register import child_list
from zhaohu.services.register.child_list import ChildFilter
from zhaohu.services.register.children import view_child
from zhaohu.services.register.first_steps import FirstStep
from zhaohu.ui.dialogs.appointment import next_day
from zhaohu.ui.dialogs.attempt import AttemptDialog
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.pages import today
from zhaohu.ui.pages.today import AHEAD_DAYS, today_page
from zhaohu.ui.widgets.pdf_dialog import PdfDialog


def test_a_new_station_is_led_to_the_roster(stage, desk, qtbot, assert_nothing_clipped, missing_glyphs):
    page = stage.open(today_page, desk)
    assert page.table.empty.words()[0] == "应访名单会出现在这里"
    assert not page.filters.isVisible()
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


def test_the_keyboard_is_at_the_list_once_it_is_read(stage, desk, qtbot):
    enrol(desk, birth_date=TODAY - timedelta(days=10))
    page = today_page(desk, stage.hub, stage.runner)
    qtbot.addWidget(page)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.focus_first()
    stage.settle()
    assert page.table.rows()
    assert page.table.view.hasFocus()


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
    assert page.table.chosen() == expected[:1]
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
    page.filters.village.set_value("西小庄村")
    page.filters.village.changed.emit()
    assert {row.child for row in page.table.rows()} == {"赵思源"}
    qtbot.keyClicks(page.filters.search.edit, "abc")
    assert page.table.rows() == ()
    assert page.table.empty.words()[0] == "没有符合条件的内容"
    write(page.filters.search, "赵")
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
    assert page.doing.record.isEnabled()
    qtbot.mouseClick(page.doing.record, Qt.MouseButton.LeftButton)
    assert stage.gone[-1] == f"visit-new/{page.table.rows()[newborn].child_id}.newborn_visit"


def test_a_viewer_sees_no_record_button(stage, desk):
    some_children(desk)
    page = stage.open(today_page, as_role(desk, Role.VIEWER))
    assert page.table.rows()
    assert not page.doing.bar.isVisible()


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


def type_code(page, qtbot, digits: str) -> None:
    """As a scanner does: the digits, then Enter."""
    qtbot.keyClicks(page.scan.field.edit, digits)
    qtbot.keyClick(page.scan.field.edit, Qt.Key.Key_Return)


def test_six_digits_open_the_entry_of_the_form(stage, desk, qtbot):
    ids = some_children(desk)
    row = next(one for one in duties.due_list(desk) if one.child_id == ids["徐子涵"])
    sheets.print_sheets(desk, [(row.child_id, row.contact)], TODAY)
    out = next(one for one in sheets.outstanding(desk) if one.form == row.form)
    page = stage.open(today_page, desk)
    stage.press(page.table.view, "F2")
    assert page.scan.field.edit.hasFocus()
    type_code(page, qtbot, out.code)
    stage.settle()
    assert stage.gone == [f"visit-new/{row.child_id}.{row.form}.{out.no}"]
    assert page.scan.field.text() == ""


def test_a_wrong_code_is_said_in_words_and_can_be_typed_over(stage, desk, qtbot):
    ids = some_children(desk)
    page = stage.open(today_page, desk)
    type_code(page, qtbot, sheet_code(1))
    stage.settle()
    assert page.scan.field.problem()[0] == "本站没有打印过这个编号的表单。"
    right = sheet_code(7)
    wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
    type_code(page, qtbot, wrong)  # what stood there was marked and is gone
    assert page.scan.field.text() == wrong
    assert page.scan.field.problem()[0].startswith("这不是表单的六位编号")
    type_code(page, qtbot, child_code(ids["徐子涵"]))
    stage.settle()
    assert stage.gone == [f"child/{ids['徐子涵']}"]
    assert page.scan.field.problem()[0] == ""


def test_the_high_risk_chip_and_the_teacher_narrow(stage, desk, qtbot):
    some_children(desk)
    preterm = enrol(desk, "赵思源", birth_date=TODAY - timedelta(days=29), facts={"gestation_days": 240})
    teacher = a_teacher(desk, "李秀梅")
    page = stage.open(today_page, desk)
    qtbot.mouseClick(page.filters.risk._buttons["risk"], Qt.MouseButton.LeftButton)
    rows = page.table.rows()
    assert {row.child for row in rows} == {"赵思源"}
    appointments.plan(desk, [(preterm, rows[0].contact)], teacher_id=teacher)
    stage.settle()
    qtbot.mouseClick(page.filters.risk._buttons["risk"], Qt.MouseButton.LeftButton)
    page.filters.teacher.set_value("李秀梅")
    page.filters.teacher.changed.emit()
    assert [(row.child_id, row.contact) for row in page.table.rows()] == [(preterm, rows[0].contact)]


def test_a_refusal_moves_the_row_to_its_chip(stage, desk, qtbot):
    some_children(desk)
    page = stage.open(today_page, desk)
    page.table.view.choose_row([row.child for row in page.table.rows()].index("徐子涵"))
    first = page.table.chosen()[0]
    stage.press(page.table.view, "Ctrl+D")
    dialog = stage.dialog(AttemptDialog)
    assert dialog.form.fields["outcome"].buttons["agreed"].hasFocus()
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_4)
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    assert dialog.form.fields["reason"].edit.hasFocus()  # no further day is asked for
    write(dialog.form.fields["reason"], "孩子在外地")
    stage.press(dialog, "Ctrl+S")
    assert first not in page.table.rows()
    (noted,) = attempts.of_child(desk, first.child_id)
    assert (noted.outcome, noted.reason, noted.tried_on) == (AttemptOutcome.REFUSED, "孩子在外地", TODAY)
    qtbot.mouseClick(page.table.chips._buttons[DueState.REFUSED], Qt.MouseButton.LeftButton)
    stage.settle()
    assert {row.child_id for row in page.table.rows()} == {first.child_id}


def test_a_death_is_asked_once_more_and_takes_the_child_off_the_list(stage, desk, qtbot, monkeypatch):
    some_children(desk)
    page = stage.open(today_page, desk)
    first = page.table.chosen()[0]
    stage.press(page.table.view, "Ctrl+D")
    dialog = stage.dialog(AttemptDialog)
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_7)
    stage.press(dialog, "Ctrl+S")
    assert dialog.form.fields["reason"].problem()[0]
    write(dialog.form.fields["reason"], "新生儿肺炎")
    answers = [False, True]
    monkeypatch.setattr("zhaohu.ui.dialogs.ask.confirm", lambda *_words, **_more: answers.pop(0))
    stage.press(dialog, "Ctrl+S")
    assert stage.dialogs() == [dialog]
    stage.press(dialog, "Ctrl+S")
    assert stage.dialogs() == []
    assert first.child_id not in {row.child_id for row in page._read.due.rows}
    assert view_child(desk, first.child_id).row.status is ChildStatus.DIED


def test_marked_rows_are_printed_for_tomorrow(stage, desk, qtbot):
    some_children(desk)
    page = stage.open(today_page, desk)
    qtbot.keyClick(page.table.view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    marked = {(row.child_id, row.contact) for row in page.table.chosen()}
    assert len(marked) == len(page.table.rows()) > 1
    stage.press(page.table.view, "Ctrl+P")
    ask = stage.dialog(FormDialog)
    assert ask.form.values()["day"] == next_day(desk) > TODAY
    stage.press(ask, "Ctrl+S")
    stage.settle()
    assert isinstance(stage.dialog(PdfDialog), PdfDialog)
    assert marked <= {(one.child_id, one.contact) for one in sheets.outstanding(desk)}
    stage.dialog(PdfDialog).close()
    stage.press(page.table.view, "Ctrl+U")
    stage.press(stage.dialog(FormDialog), "Ctrl+S")
    stage.settle()
    assert "路线单" in stage.dialog(PdfDialog).windowTitle()


def test_seventeen_thousand_rows_never_hold_the_window(stage, desk, qtbot):
    """Real rows, copied: what is measured is what the GUI thread does with so many."""
    some_children(desk)
    page = stage.open(today_page, desk)
    row = page.table.rows()[0]
    many = [row._replace(child_id=f"{n:05d}", child=f"{row.child}{n}", village=f"第{n % 40}村") for n in range(17_000)]
    read = replace(page._read, due=DueStart.of(many))
    figures = []
    for _round in range(3):
        for do in (lambda: page._take(read), page._show_rows, page.table.view.viewport().repaint):
            began = perf_counter()
            do()
            figures.append(perf_counter() - began)
    assert len(page.table.rows()) == 17_000
    assert min(figures[0::3]) < 0.15, figures  # generous: other work may run beside the test
    assert min(figures[1::3]) < 0.15, figures


def test_a_long_list_opens_with_its_first_rows_and_the_figures_of_all(stage, desk, monkeypatch):
    some_children(desk)
    whole = duties.DueStart.of(duties.due_list(desk, within_days=AHEAD_DAYS, include_done_late=False))
    monkeypatch.setattr(today, "FIRST_ROWS", 3)
    shown = []
    take = today.TodayPage._take
    monkeypatch.setattr(today.TodayPage, "_take", lambda page, read: (take(page, read), shown.append(picture(page))))

    def picture(page):
        tiles = [(tile.figure(), tile._note.text()) for tile in page._tiles.values()]
        return page.table.rows(), tiles

    page = stage.open(today_page, desk)
    (first, figures), (rows, of_all) = shown
    assert 3 <= len(first) < len(whole.rows)
    assert list(first) == whole.rows[: len(first)]
    assert list(rows) == list(page.table.rows()) == whole.rows
    assert figures == of_all
