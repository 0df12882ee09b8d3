"""The hand-out's page: type of at least 12 points, never more than a page, nothing cut, both languages."""

from __future__ import annotations

import ctypes
from dataclasses import replace
from datetime import date

import pypdfium2 as pdfium
import pypdfium2.raw as raw
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.paper.conftest import RARE
from tests.paper.growing import subject
from tests.paper.pdfs import fonts, outside, page_texts
from zhaohu.errors import Refused
from zhaohu.i18n import set_language
from zhaohu.paper.growth_parts import Particulars
from zhaohu.paper.hand_out import CURVES_LEAST, SIZES, HandOut, HandOutBlock, hand_out, spare_lines
from zhaohu.rules.growth.terms import Indicator, Standard
from zhaohu.services.growth.growth_papers import geometry

LINE = "固定的一句话，用来量一量页面上还有多少地方可以写。"


@pytest.fixture
def values(references) -> HandOut:
    who = subject(references)
    charts = tuple(geometry(who, one, Standard.CHINA) for one in (Indicator.WFA, Indicator.LHFA))
    return HandOut(
        who=Particulars(RARE, "女", date(2026, 1, 1)),
        on=date(2026, 9, 2),
        age="8月1天",
        corrected="",
        tiles=(),
        measured_on=None,
        charts=charts,
        verdict="增长正常",
        good=("坚持只喂母乳。",),
        attend=("没有补充维生素D。",),
        own="",
        blocks=(HandOutBlock("营养喂养", (LINE,)),),
        vaccinations=("按预防接种证上的日期接种。",),
        next_visit="2026年10月2日　8月龄健康检查",
        contact="有疑问随时问我们",
        teacher="王敏",
    )


def type_sizes(data: bytes, words: str) -> set[float]:
    """Sizes in which pieces of text that hold these words are set."""
    found = set()
    with pdfium.PdfDocument(data) as document:
        page = document[0]
        text = page.get_textpage()
        for piece in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
            length = raw.FPDFTextObj_GetText(piece, text, None, 0)
            buffer = ctypes.create_string_buffer(length)
            raw.FPDFTextObj_GetText(piece, text, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), length)
            if words in buffer.raw.decode("utf-16-le"):
                size = ctypes.c_float()
                raw.FPDFTextObj_GetFontSize(piece, size)
                found.add(round(size.value, 1))
    return found


def with_lines(values: HandOut, count: int) -> HandOut:
    return replace(values, blocks=(HandOutBlock("营养喂养", (LINE,) * count),))


def test_little_is_set_large_and_much_never_smaller_than_twelve_points(values, imprint):
    few = hand_out(values, imprint)
    assert type_sizes(few, "固定的一句话") == {SIZES[0]}
    most = 1 + spare_lines(values)
    full = hand_out(with_lines(values, most), imprint)
    assert type_sizes(full, "固定的一句话") == {12.0}
    assert page_texts(full)[0].count(LINE) == most
    for data in (few, full):
        assert len(page_texts(data)) == 1
        assert outside(data) == []
        assert all(fonts(data).values())


def test_one_line_more_than_the_page_holds_is_refused_with_the_number(values, imprint):
    most = 1 + spare_lines(values)
    with pytest.raises(Refused) as refused:
        hand_out(with_lines(values, most + 3), imprint)
    assert (refused.value.code, refused.value.details["lines"]) == ("too_much", 3)
    with pytest.raises(Refused):
        hand_out(with_lines(values, most + 1), imprint)


def test_the_curves_keep_their_least_height(values, imprint):
    without = replace(values, charts=())
    freed = spare_lines(without) - spare_lines(values)
    assert freed == pytest.approx(CURVES_LEAST / (12 * 1.35), abs=1)
    assert "养育指导单" in page_texts(hand_out(without, imprint))[0]


@given(st.integers(0, 25), st.integers(1, 60), st.booleans())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_printed_stands_whole_on_the_page(values, imprint, count, length, drawn):
    line = ("这一句要完整地印在纸上" * 6)[:length]
    made = replace(with_lines(values, 0), good=(line,) * count, charts=values.charts if drawn else ())
    if spare_lines(made) < 0:
        with pytest.raises(Refused):
            hand_out(made, imprint)
        return
    (text,) = page_texts(data := hand_out(made, imprint))
    assert text.count(f"·{line}") >= count
    assert outside(data) == []


def test_in_english_headings_and_lines_do_not_overlap(values, imprint):
    set_language("en")
    try:
        data = hand_out(values, imprint)
    finally:
        set_language("zh_CN")
    assert "Guidancefor" in page_texts(data)[0]
    assert outside(data) == []
