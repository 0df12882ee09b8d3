"""The sign-in sheet."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from tests.paper.conftest import RARE
from tests.paper.pdfs import fonts, outside, page_texts
from zhaohu.paper.sign_in import ROWS, Attendee, SignIn, sign_in


def attendees(count: int) -> tuple[Attendee, ...]:
    return tuple(
        Attendee(f"孩{n}号", str(n % 36), RARE, "外祖母", "巨峰镇薄家口村三组大槐树旁边第二家", f"138****{n:04d}")
        for n in range(1, count + 1)
    )


@pytest.fixture
def lesson() -> SignIn:
    start = datetime(2026, 11, 20, 9, 0)  # noqa: DTZ001 - printed as it stands
    return SignIn("家长课堂", "顺应喂养", start, start.replace(hour=10, minute=30), "二楼会议室", "王敏")


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (ROWS - 3, 1), (ROWS - 2, 2), (2 * ROWS - 3, 2), (50, 3)])
def test_every_page_is_filled_up_with_rows_and_has_the_head(lesson, imprint, count, pages):
    data = sign_in(replace(lesson, attendees=attendees(count)), imprint)
    texts = page_texts(data)
    assert len(texts) == pages
    for number, text in enumerate(texts, 1):
        for words in (
            "家长课堂签到表",
            "顺应喂养",
            "2026年11月20日09:00～10:30",
            "二楼会议室",
            f"第{number}页/共{pages}页",
        ):
            assert words in text
    everything = "".join(texts)
    assert all(attendee.child_name in everything and attendee.phone in everything for attendee in attendees(count))
    assert f"应到{count}户" in texts[-1]
    assert sum(text.count("主讲人签名") for text in texts) == 1
    assert str(pages * ROWS) in texts[-1]
    assert outside(data) == []


def test_fonts_and_bytes(lesson, imprint):
    values = replace(lesson, attendees=attendees(5))
    data = sign_in(values, imprint)
    assert all(fonts(data).values())
    assert sign_in(values, imprint) == data


def test_an_open_end_and_long_words_fit_their_cells(lesson, imprint):
    long = "婴幼儿辅食添加与顺应喂养及常见喂养问题的家庭护理" * 3
    data = sign_in(replace(lesson, ends=None, topic=long), imprint)
    (text,) = page_texts(data)
    assert "2026年11月20日09:00活动地点" in text
    assert long[:20] in text
    assert outside(data) == []
