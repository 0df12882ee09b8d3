"""The route list, read back from the PDF."""

from __future__ import annotations

import pytest

from tests.paper.pdfs import outside, page_texts
from zhaohu.paper.route import Route, Stop, route


def stop(n: int, village: str = "大坡社区", due: int = 1, **values: str) -> Stop:
    return Stop(
        village=village,
        name=f"王{n:03d}号",
        about="女、6月3天",
        due=tuple(f"{n}之{k}：6月龄健康检查（已逾期{k}天，截至2026年11月{k + 1}日）" for k in range(due)),
        carer="李秀梅（母亲）",
        phone=f"138{n:08d}",
        address=f"{n}组12号",
        growth="2026年8月1日：低体重",
        risks="早产",
        **values,
    )


def test_every_child_stands_there_once_with_all_that_is_said(imprint):
    stops = tuple(stop(n, f"第{n // 25}村", due=n % 4 + 1) for n in range(100))
    data = route(Route("巨峰镇指导站", "2026年11月23日", "王敏", 250, stops), imprint)
    texts = page_texts(data)
    whole = "".join(texts)
    assert 8 <= len(texts) <= 17
    assert outside(data) == []
    for n, one in enumerate(stops):
        assert whole.count(one.name) == 1
        for words in (one.phone, one.address, *one.due):
            assert words in whole, (n, words)
    for text in texts:
        assert "教师：王敏" in text
        assert "100名儿童、250项服务" in text
        assert "□不在家" in text


def test_a_village_that_goes_on_says_so(imprint):
    texts = page_texts(route(Route("站", "日", "", 30, tuple(stop(n) for n in range(30))), imprint))
    assert ["（续）" in text for text in texts] == [False] + [True] * (len(texts) - 1)
    assert all("大坡社区30名儿童" in text for text in texts)


@pytest.mark.parametrize("due", [1, 20, 60])
def test_much_that_is_due_makes_a_row_higher_never_another_page_empty(imprint, due):
    data = route(Route("站", "日", "", 2, (stop(1, due=due), stop(2))), imprint)
    assert outside(data) == []
    assert all("王00" in text for text in page_texts(data))


def test_nothing_known_leaves_room_to_write(imprint):
    empty = Stop("", "王", "女", ("6月龄",), "", "", "", "", "")
    (text,) = page_texts(route(Route("站", "日", "", 2, (empty,)), imprint))
    assert "1王女6月龄□已完成" in text
