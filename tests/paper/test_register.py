"""The register on paper: by village, every child once, a head and a page number on each page."""

from __future__ import annotations

from dataclasses import replace

import pypdfium2 as pdfium
import pytest

from tests.paper.conftest import RARE
from tests.paper.pdfs import fonts, outside, page_texts
from zhaohu.paper.lacking import Lacking, lacking_in
from zhaohu.paper.register import Register, RegisterRow, register


def rows(counts: dict[str, int]) -> tuple[RegisterRow, ...]:
    return tuple(
        RegisterRow(
            village=village,
            name=f"{RARE[n % 5]}{village[:1]}孩{n}号",
            sex="女",
            birth_date="2025-03-04",
            age="20",
            address=f"{village}{n}号",
            guardian="李秀梅（母亲）",
            phone=f"138{n:08d}",
            gestation="36+4",
            birth_weight="2450",
            risks="早产、低出生体重",
            consent="同意",
            status="在册",
        )
        for village, count in counts.items()
        for n in range(1, count + 1)
    )


@pytest.fixture
def values() -> Register:
    return Register("巨峰镇指导站", "在册", "2026年11月21日", rows({"大坡社区": 30, "柿树园村": 2, "": 1}))


def test_every_child_stands_once_below_its_village(values, imprint):
    data = register(values, imprint)
    texts = page_texts(data)
    everything = "".join(texts)
    for row in values.rows:
        assert everything.count(row.phone) == values_with(values, row.phone)
        assert row.name in everything
    assert "大坡社区30名儿童" in texts[0]
    assert "大坡社区30名儿童（续）" in texts[1]
    assert "柿树园村2名儿童" in texts[1]
    assert "未填村居1名儿童" in texts[1]
    for number, text in enumerate(texts, 1):
        for words in ("儿童台账", "巨峰镇指导站在册33名儿童", "2026年11月21日", "妥善保管", "序号姓名", "出生体重",
                      f"第{number}页/共{len(texts)}页"):  # fmt: skip
            assert words in text, words
    assert outside(data) == []
    assert all(fonts(data).values())
    assert register(values, imprint) == data


def values_with(values: Register, phone: str) -> int:
    return sum(row.phone == phone for row in values.rows)


@pytest.mark.parametrize("count", [0, 1, 19, 20, 21, 22, 23, 41, 42, 43, 44])
def test_no_page_ends_with_the_line_of_a_village(values, imprint, count):
    data = register(replace(values, rows=rows({"大坡社区": count, "柿树园村": 1})), imprint)
    for text in page_texts(data):
        assert not text.partition("巨峰镇指导站记录")[0].rstrip().endswith("名儿童")
    assert outside(data) == []


def test_its_pages_lie_on_their_long_side(values, imprint):
    with pdfium.PdfDocument(register(values, imprint)) as document:
        width, height = document[0].get_size()
    assert (round(width), round(height)) == (842, 595)


def test_progress_is_told_page_by_page_and_may_give_up(values, imprint):
    told: list[tuple[int, int]] = []
    register(values, imprint, lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]

    def give_up(_done: int, _total: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        register(values, imprint, give_up)


def test_what_no_font_has_is_a_mark_and_a_note_with_the_code_point(values, imprint):
    row = replace(values.rows[0], name="周\U0002a6d6明", guardian="钱\ue000（母亲）")
    data = register(replace(values, rows=(row,)), imprint)
    (text,) = page_texts(data)
    assert "周〓明" in text
    assert "钱〓（母亲）" in text
    assert "U+2A6D6、U+E000" in text
    assert lacking_in(data) == [Lacking("U+2A6D6", 1, 2), Lacking("U+E000", 1, 2)]
    assert lacking_in(register(values, imprint)) == []
