"""The sheet of a special case: opening, reviews, closing; on as many pages as it takes."""

from __future__ import annotations

import re

import pytest

from tests.paper.pdfs import outside, page_texts
from zhaohu.paper.special_case import CaseSheet, Fact, special_case

HEADS = tuple(f"列{n}" for n in range(1, 12))


def _sheet(reviews: int, *, closed: bool = False, words: str = "补铁") -> CaseSheet:
    rows = tuple(
        (f"2026年1月{n + 1}日", "8", "70.5", "8.60", "W/A 中\nH/A 中", "无", "好", f"第{n}查", words, "", "王敏")
        for n in range(reviews)
    )
    closing = (Fact("转归", "痊愈" if closed else ""), Fact("备注", "足疗程", wide=True))
    opening = (Fact("儿童姓名", "秦子墨"), Fact("性别", "男"), Fact("家庭住址", "大坡社区12号", wide=True))
    return CaseSheet("儿童专案管理记录", opening, HEADS, rows, closing, closed)


def test_a_case_with_two_reviews_stands_on_one_page(imprint):
    (text,) = page_texts(special_case(_sheet(2), imprint))
    for said in ("儿童专案管理记录", "秦子墨", "第0查", "第1查", "转归"):
        assert said in text


@pytest.mark.parametrize("reviews", [0, 1, 12, 30, 60])
def test_every_review_is_printed_and_nothing_leaves_the_page(imprint, reviews):
    data = special_case(_sheet(reviews, closed=True, words="继续补铁，添加红肉，两周后复查血红蛋白"), imprint)
    pages = page_texts(data)
    whole = "\n".join(pages)
    assert sorted(map(int, re.findall(r"第(\d+)查", whole))) == list(range(reviews))
    assert outside(data) == []
    assert whole.count("转归") == 1
    assert len(pages) == {0: 1, 1: 1, 12: 1, 30: 2, 60: 3}[reviews]  # 24 rows of this height fill a page
    assert whole.count("接下页") == len([page for page in pages[1:] if "查" in page])
    assert all("列11" in page for page in pages if "查" in page)


def test_an_open_case_has_room_to_write_on(imprint):
    closed, open_ = (page_texts(special_case(_sheet(1, closed=one), imprint)) for one in (True, False))
    assert len(closed) == len(open_) == 1
    assert "痊愈" in closed[0]
    assert "痊愈" not in open_[0]


def test_long_words_take_more_lines_and_stay_whole(imprint):
    data = special_case(_sheet(3, words="长" * 300), imprint)
    assert "".join(page_texts(data)).count("长") == 900
    assert outside(data) == []
