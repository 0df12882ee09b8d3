"""Many documents in one file: page numbers, imprints and bookmarks of their own."""

from __future__ import annotations

from dataclasses import replace

import pypdfium2 as pdfium
import pytest

from tests.paper.conftest import ANSWERS
from tests.paper.pdfs import page_texts
from zhaohu.paper.lacking import lacking_in
from zhaohu.paper.visit_record import draw_record, visit_record
from zhaohu.paper.volume import Part, volume


def parts(record, imprint, lengths):
    for number, times in enumerate(lengths, 1):
        long = {
            "address": "山东省日照市岚山区巨峰镇" * times,
            "referral_reason": "躯干皮肤黄染，需进一步检查。" * times,
        }
        one = replace(record, answers={**ANSWERS, **long})
        foot = replace(imprint, number=f"371103-01-{number:06d}", qr=f"ZH1|visit|{number}")
        yield Part(f"第{number}份", foot, lambda sheet, one=one: draw_record(sheet, one))


def test_each_document_counts_its_own_pages_and_has_its_own_number(record, imprint):
    texts = page_texts(volume("随访记录", parts(record, imprint, [1, 40, 1])))
    found = [text[text.index("第", text.index("371103-01-0000")) :] for text in texts]
    assert len(texts) == 4
    for text, number, page, pages in zip(texts, (1, 2, 2, 3), (1, 1, 2, 1), (1, 2, 2, 1), strict=True):
        assert f"记录编号371103-01-{number:06d}" in text, found
        assert f"第{page}页/共{pages}页" in text


def test_bookmarks_lead_to_the_first_page_of_each(record, imprint):
    with pdfium.PdfDocument(volume("随访记录", parts(record, imprint, [1, 40, 1]))) as document:
        marks = [(one.get_title(), one.get_dest().get_index()) for one in document.get_toc()]
        assert document.get_metadata_dict()["Title"] == "随访记录"
    assert marks == [("第1份", 0), ("第2份", 1), ("第3份", 3)]


def test_a_document_is_drawn_as_it_is_alone(record, imprint):
    together = page_texts(volume("随访记录", [Part("x", imprint, lambda sheet: draw_record(sheet, record))]))
    assert together == page_texts(visit_record(record, imprint))


def test_fonts_are_in_the_file_once(record, imprint):
    alone = len(visit_record(record, imprint))
    many = len(volume("随访记录", parts(record, imprint, [1] * 20)))
    assert many < 8 * alone


def test_what_the_fonts_lack_is_named_on_its_own_page(record, imprint):
    strange = replace(record, answers={**ANSWERS, "child_name": "王\U0002a6d6"})
    drawn = [record, strange, record]
    data = volume("随访记录", [Part("x", imprint, lambda sheet, one=one: draw_record(sheet, one)) for one in drawn])
    assert ["U+2A6D6" in text for text in page_texts(data)] == [False, True, False]
    assert {one.page for one in lacking_in(data)} == {2}


def test_a_volume_of_nothing_is_a_mistake():
    with pytest.raises(ValueError, match="without"):
        volume("随访记录", [])
