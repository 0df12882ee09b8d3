"""The hand-out's window: three keys to the printer, ticks that fit the page, own words, refused guidance."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from tests.paper.pdfs import page_texts
from tests.services.families import enrol
from tests.ui.pages.conftest import unnamed_controls, write

from zhaohu.records import Measurement
from zhaohu.records.codes import ConsentScope
from zhaohu.services.register import consents
from zhaohu.ui.dialogs.hand_out import HandOutDialog, offer_hand_out
from zhaohu.ui.pages.child import child_page
from zhaohu.ui.widgets.pdf_dialog import PdfDialog


@pytest.fixture
def child_id(desk):
    made = enrol(desk, "单芷然", birth_date=date(2026, 5, 10))
    with desk.write("test.measure") as work:
        for on, weight_g, length_mm in ((date(2026, 8, 10), 6100, 610), (date(2026, 11, 10), 7700, 673)):
            size = {"measured_on": on, "weight_g": weight_g, "length_mm": length_mm}
            work.session.add(desk.make(Measurement, child_id=made, **size))
    return made


@pytest.fixture
def dialog(desk, stage, child_id):
    page = stage.open(child_page, desk, child_id)
    offer_hand_out(page, desk, stage.runner, child_id)
    return stage.dialog(HandOutDialog)


def text_of(shown: PdfDialog) -> str:
    return page_texts(shown._data)[0]


def tick(dialog: HandOutDialog, line_id: str) -> None:
    """As somebody who walks to the line by keyboard and presses the space bar."""
    view = dialog.table
    place = next(n for n in range(view.check_model.rowCount()) if view.check_model.row_at(n).line.id == line_id)
    view.choose_row(place)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Space)


def test_one_key_leads_from_the_window_to_the_paper(stage, dialog, assert_nothing_clipped, missing_glyphs):
    assert dialog.print_button.hasFocus()
    assert_nothing_clipped(dialog)
    assert missing_glyphs(dialog) == set()
    assert unnamed_controls(dialog) == []
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    stage.settle()
    text = text_of(stage.dialog(PdfDialog))
    assert "养育指导单" in text
    assert "单芷然" in text
    stage.dialog(PdfDialog).reject()


def test_ticks_own_words_and_the_phone_stand_on_the_page(stage, dialog):
    assert "no-screen" not in dialog.ticked()
    before = dialog.room.text()
    tick(dialog, "no-screen")
    tick(dialog, "b3-g5-1")
    assert "no-screen" in dialog.ticked()
    assert "b3-g5-1" not in dialog.ticked()
    write(dialog.own, "下周来领绘本。")
    write(dialog.phone, "0633-2612345")
    assert dialog.room.text() != before
    stage.press(dialog, "Ctrl+P")
    text = text_of(stage.dialog(PdfDialog))
    for words in ("2岁以前不看手机、电视。", "下周来领绘本。", "0633-2612345"):
        assert words in text
    assert "插座装保护盖" not in text
    stage.dialog(PdfDialog).reject()


def test_too_many_lines_are_said_before_they_are_printed(stage, dialog):
    rows = [dialog.table.check_model.row_at(n).line.id for n in range(dialog.table.check_model.rowCount())]
    for line_id in set(rows) - set(dialog.ticked()):
        tick(dialog, line_id)
    write(dialog.own, "多说一句。" * 40)
    assert "多出" in dialog.room.text()
    assert not dialog.print_button.isEnabled()
    stage.press(dialog, "Ctrl+Return")
    assert stage.dialogs() == [dialog]
    tick(dialog, "b3-g5-1")
    for line_id in [one for one in dialog.ticked() if one.startswith("b3")][:8]:
        tick(dialog, line_id)
    write(dialog.own, "好。")
    assert dialog.print_button.isEnabled()
    dialog.reject()


def test_a_family_without_guidance_gets_the_result_only(desk, stage, child_id):
    consents.decide(desk, child_id, {ConsentScope.GUIDANCE: False}, desk.today, "李秀梅", "52", "不需要")
    page = stage.open(child_page, desk, child_id)
    offer_hand_out(page, desk, stage.runner, child_id)
    dialog = stage.dialog(HandOutDialog)
    assert dialog.ticked() == []
    QTest.keyClick(dialog.print_button, Qt.Key.Key_Return)
    stage.settle()
    shown = stage.dialog(PdfDialog)
    assert "家长选择不接受养育指导" in text_of(shown)
    shown.reject()
