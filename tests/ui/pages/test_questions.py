"""问答: asked at the center, answered at the station, told whole beside the list."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from tests.sync.work import a_family, take_up
from tests.ui.pages.conftest import as_role, unnamed_controls

from zhaohu.records.codes import Role
from zhaohu.records.exchange import HeldRow
from zhaohu.services.exchange import questions, receipts
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.pages.child import child_page
from zhaohu.ui.pages.inbox import inbox_page
from zhaohu.ui.pages.questions import questions_page


def down(center, desk, folder) -> None:
    receipts.import_receipt(desk, receipts.export_receipt(center, "01", folder).file)


def typed(stage, text: str, assert_nothing_clipped) -> None:
    dialog = stage.dialog(FormDialog)
    assert_nothing_clipped(dialog)
    dialog.form.fields["text"].edit.setPlainText(text)
    dialog.try_save()
    stage.settle()


def test_nothing_was_asked_yet(stage, center, desk, assert_nothing_clipped, missing_glyphs):
    for one in (center, desk):
        page = stage.open(questions_page, one)
        assert list(page.table.rows()) == []
        assert not page.about.isVisible()
        assert_nothing_clipped(page)
        assert missing_glyphs(page) == set()
        assert unnamed_controls(page) == []


def test_asked_answered_closed(stage, center, desk, tmp_path, qtbot, assert_nothing_clipped):
    page = stage.open(questions_page, center)
    stage.press(page, "Ctrl+N")
    dialog = stage.dialog(FormDialog)
    dialog.form.fields["station"].set_value("371103-01")
    typed(stage, "七月没有家访，请说明原因。" * 12, assert_nothing_clipped)
    (asked,) = page.table.rows()
    assert asked.station == "371103-01"
    assert page.about.isVisible()
    assert_nothing_clipped(page)

    down(center, desk, tmp_path)
    at_station = stage.open(questions_page, desk)
    qtbot.keyClick(at_station.table.view, Qt.Key.Key_Return)
    typed(stage, "汛期道路中断，八月已补访。", assert_nothing_clipped)
    assert at_station.table.rows()[0].state == "answered"

    take_up(desk, center, tmp_path)
    page.reload()
    stage.settle()
    assert [one.text for one in page.table.rows()[0].answers] == ["汛期道路中断，八月已补访。"]
    page.close_button.setFocus()
    page.close_question()
    typed(stage, "", assert_nothing_clipped)
    assert page.window().focusWidget() is page.table.view  # the button is switched off
    assert page.table.rows()[0].state == "closed"
    assert not page.close_button.isEnabled()
    qtbot.mouseClick(page.table.chips._buttons["open"], Qt.MouseButton.LeftButton)
    assert list(page.table.rows()) == []
    assert not page.about.isVisible()


def test_asked_from_the_childs_page_and_opened_from_the_list(stage, center, desk, tmp_path, assert_nothing_clipped):
    child = a_family(desk)
    take_up(desk, center, tmp_path)
    page = stage.open(lambda *parts: child_page(*parts, child.id), center)
    page.doing._on_ask()
    typed(stage, "出生体重与证件不符。", assert_nothing_clipped)
    listed = stage.open(questions_page, center)
    (asked,) = listed.table.rows()
    assert (asked.child_id, asked.station) == (child.id, "371103-01")
    gone: list[str] = []
    listed.go.connect(gone.append)
    listed.table.opened.emit(asked)
    assert gone == [f"child/{child.id}"]


def test_asked_about_a_record_that_is_held(stage, center, assert_nothing_clipped):
    row_id = "01a20388-fca7-7230-8370-dcb7be561175"
    with center.write("test.hold") as work:
        values = {"table_name": "visit", "row_id": row_id, "station": "371103-02", "reason": "missing_parent"}
        work.session.add(HeldRow(**values, line="{}", bundle_id="x"))
    page = stage.open(inbox_page, center)
    page.tabs.open_sheet(page.held)
    page.held.view.choose_row(0)
    stage.settle()
    ask_buttons = [one for one in page.held.findChildren(type(page.import_button)) if one.text().startswith("向该站")]
    ask_buttons[0].click()
    typed(stage, "请重发该记录。", assert_nothing_clipped)
    (asked,) = questions.list_questions(center)
    assert (asked.station, asked.table, asked.row_id) == ("371103-02", "visit", row_id)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.TEACHER])
def test_who_may_not_decide_sees_no_button(stage, center, desk, role):
    page = stage.open(questions_page, as_role(center, role))
    assert not page.act_button.isVisible()
    assert not page.close_button.isVisible()
    at_station = stage.open(questions_page, as_role(desk, role))
    assert at_station.act_button.isVisible() == (role is Role.TEACHER)
