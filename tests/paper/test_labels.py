"""Labels for handbooks: each on its place of the sheet, its code read again, and nothing on it that must not be."""

from __future__ import annotations

from datetime import date

import pytest

from tests.paper.pdfs import fonts, outside, page_texts, sampled
from zhaohu.paper.labels import MILLIMETRE, STOCKS, Label, labels
from zhaohu.paper.lacking import Lacking, lacking_in
from zhaohu.paper.sheet import HEIGHT, qr_matrix
from zhaohu.records.base import new_id
from zhaohu.rules.paper_code import child_code

NAME = "阿不都·热合曼"


def made(count: int) -> list[Label]:
    return [Label(child_code(new_id()), f"{NAME}{n}", date(2026, 3, 4), "巨峰镇指导站") for n in range(1, count + 1)]


@pytest.mark.parametrize("stock", STOCKS.values(), ids=STOCKS)
@pytest.mark.parametrize(("count", "first", "pages"), [(1, 1, 1), (3, 14, 1), (14, 1, 1), (30, 2, None)])
def test_all_labels_are_there_and_within_the_sheet(imprint, stock, count, first, pages):
    values = made(count)
    data = labels(values, imprint, stock, first)
    texts = page_texts(data)
    expected = -(-(first - 1 + count) // stock.labels)
    assert len(texts) == (pages if stock.labels == 24 and pages else expected)
    for label in values:
        assert sum(text.count(f"{label.name}2026年3月4日巨峰镇指导站") for text in texts) == 1
    assert outside(data) == []
    assert all(fonts(data).values())


@pytest.mark.parametrize(("stock", "first"), [("3x8", 1), ("3x8", 6), ("3x8", 24), ("2x7", 14)])
def test_the_code_stands_at_the_left_of_its_label_and_is_the_childs(imprint, stock, first):
    sheet = STOCKS[stock]
    (label,) = made(1)
    data = labels([label], imprint, sheet, first)
    row, column = divmod(first - 1, sheet.columns)
    side = 23 * MILLIMETRE
    x = (sheet.left + column * sheet.across + 5) * MILLIMETRE
    middle = HEIGHT - (sheet.top + (row + 0.5) * sheet.height) * MILLIMETRE
    modules = qr_matrix(label.code)
    assert sampled(data, x, middle - side / 2, side, len(modules)) == modules


def test_a_sheet_has_the_paper_size_and_the_labels_lie_inside():
    for stock in STOCKS.values():
        assert stock.left + (stock.columns - 1) * stock.across + stock.width <= 210.5
        assert stock.top + stock.rows * stock.height <= 297


def test_a_long_name_stays_on_its_label(imprint):
    long = Label(child_code(new_id()), "买买提艾力·" * 8, date(2026, 3, 4), "巨峰镇中心卫生院婴幼儿照护指导站")
    data = labels([long], imprint, STOCKS["3x8"], 3)
    assert outside(data) == []
    assert "婴幼儿照护指导站" in page_texts(data)[0]


def test_a_character_that_no_font_has_is_marked_and_named(imprint):
    label = Label(child_code(new_id()), "买买提·\U0002a6d6", date(2026, 3, 4), "巨峰镇指导站")
    data = labels([label], imprint, STOCKS["3x8"])
    assert "买买提·〓2026年" in page_texts(data)[0]
    assert lacking_in(data) == [Lacking("U+2A6D6", 1, 5)]
