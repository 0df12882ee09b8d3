"""Characters that no shipped font draws are named while a name is typed, and above a paper before it is printed."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from zhaohu.paper import fonts
from zhaohu.paper.labels import STOCKS, Label, labels
from zhaohu.paper.sheet import Imprint
from zhaohu.records.base import new_id
from zhaohu.rules.paper_code import child_code
from zhaohu.ui.widgets.glyphs import glyph_notice, missing_glyphs, paper_notice
from zhaohu.ui.widgets.name_field import NameField
from zhaohu.ui.widgets.pdf_dialog import PdfDialog

EXT_B_END, PRIVATE = "\U0002a6d6", "\ue000"


@pytest.fixture
def paper():
    def make(*names: str) -> bytes:
        imprint = Imprint("巨峰镇指导站", "王敏", datetime(2026, 11, 21, 9, 41).astimezone())
        day = imprint.printed_at.date()
        made = [Label(child_code(new_id()), one, day, "巨峰镇指导站") for one in names]
        return labels(made, imprint, STOCKS["2x7"])

    return make


@pytest.mark.parametrize("name", ["", "王敏", "赵㛃", "赖䶮", "陈𠅤", "刘𫠊", "王𠮷", "阿不都·热合曼", "Anna\u3000b"])
def test_names_that_our_fonts_draw(qapp, name):
    assert missing_glyphs(name) == ()
    assert glyph_notice(name) == ""


def test_what_they_lack_is_named_by_place_and_code_point(qapp):
    name = f"周{EXT_B_END}明{PRIVATE}{EXT_B_END}"
    assert missing_glyphs(name) == (EXT_B_END, PRIVATE)
    said = glyph_notice(name)
    assert "U+2A6D6（第2个字）、U+E000（第4个字）" in said
    assert EXT_B_END not in said


def test_a_name_field_says_it_while_one_types_and_when_it_is_filled(shown, qtbot):
    field = shown(NameField())
    field.set_value(f"王{PRIVATE}兰")
    assert "U+E000" in field.problem()[0]
    field.edit.selectAll()
    qtbot.keyClick(field.edit, Qt.Key.Key_Delete)
    assert field.problem() == ("", "")
    field.edit.insert(f"周{EXT_B_END}")
    field.edit.textEdited.emit(field.edit.text())
    assert "U+2A6D6" in field.problem()[0]
    assert field.value() == f"周{EXT_B_END}"


@given(st.text(st.sampled_from("王㛃䶮𠅤𫠊𠮷·a \u200b\ufe00\U000e0101" + EXT_B_END + PRIVATE + "\U00030000\U0002ebe0")))
def test_screen_and_paper_agree_on_what_is_missing(qapp, text):
    assert set(missing_glyphs(text)) == fonts.missing_glyphs(text)


def test_a_paper_that_lacks_a_glyph_says_so_above_itself(qapp, qtbot, paper):
    pdf = paper(f"周{EXT_B_END}明")
    assert "U+2A6D6（第1页，第2个字）" in paper_notice(pdf)
    dialog = PdfDialog.show_pdf(None, pdf, title="标签", file_name="labels.pdf")
    assert dialog.notice.isVisible()
    assert "U+2A6D6" in dialog.notice.text()
    dialog.reject()


def test_many_places_are_told_by_their_pages(qapp, paper):
    assert "U+2A6D6（第1页）。" in paper_notice(paper(f"周{EXT_B_END}明", f"阿依{EXT_B_END}"))
    assert "U+2A6D6（第1、2、3、4、5…页）、U+E000（第6页，第2个字）" in paper_notice(
        paper(*[f"周{EXT_B_END}明"] * 83, f"周{PRIVATE}")
    )


def test_a_paper_that_has_everything_says_nothing(qapp, qtbot, paper):
    pdf = paper("王𠮷")
    assert paper_notice(pdf) == ""
    dialog = PdfDialog.show_pdf(None, pdf, title="标签", file_name="labels.pdf")
    assert not dialog.notice.isVisible()
    dialog.reject()
