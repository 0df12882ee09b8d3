"""The child's card: everything on one page, however much there is."""

from __future__ import annotations

from dataclasses import replace

import pypdfium2 as pdfium
import pytest

from tests.paper.conftest import RARE
from tests.paper.pdfs import fonts, outside, page_texts, sampled
from zhaohu.paper.child_card import Carer, ChildCard, child_card
from zhaohu.paper.sheet import FOOT, MARGIN, Sheet, qr_matrix
from zhaohu.rules.paper_code import child_code

CHILD = "0198d9ad-4a3c-7f7b-8f3c-6f0d8a2b7c11"


@pytest.fixture
def values() -> ChildCard:
    return ChildCard(
        name=RARE,
        code=child_code(CHILD),
        child=(("性别", "女"), ("出生日期", "2026年3月4日 08:15"), ("身份证号", "371103202603040029")),
        birth=(("孕周", "36 周 + 4 天"), ("出生体重", "2450 g")),
        household=(("指导站", "巨峰镇指导站"), ("住址", "薄家口村一组27号")),
        carers=(Carer("李𫖯", "母亲", "13812345678", "371103199503020021", "1995-03-02 农民 初中", "是"),),
        risks="早产；低出生体重",
        consent=(("电话和短信联系", "同意　2026年3月10日　李𫖯（母亲）"),),
        changes=(("2026年3月10日", "登记入册", ""),),
        contacts=(("6月龄健康检查", "2026年9月4日", "2026年10月3日", "应访视"),),
        growth="2026年9月4日　年龄别体重 6.90 kg（中）。趋势：正常",
    )


def test_everything_stands_on_one_page(values, imprint):
    data = child_card(values, imprint)
    (text,) = page_texts(data)
    for words in (RARE, "371103202603040029", "13812345678", "薄家口村一组27号", "早产；低出生体重", "登记入册",
                  "1995-03-02农民初中", "6月龄健康检查", "趋势：正常", "36周+4天",
                  "同意2026年3月10日李𫖯（母亲）"):  # fmt: skip
        assert words in text, words
    assert outside(data) == []
    assert all(fonts(data).values())


def test_its_code_is_the_childs(values, imprint):
    modules = qr_matrix(values.code)
    data = child_card(values, imprint)
    assert sampled(data, Sheet.right - 58, Sheet.top - 58, 58, len(modules)) == modules


def test_more_than_there_is_room_for_is_said(values, imprint):
    full = replace(
        values,
        carers=values.carers * 8,
        changes=values.changes * 9,
        contacts=values.contacts * 12,
        child=values.child * 3,
        birth=values.birth * 4 + values.birth[:1],
        household=values.household * 2 + values.household[:1],
        consent=values.consent * 3,
        growth=values.growth * 3,
    )
    data = child_card(full, imprint)
    (text,) = page_texts(data)
    assert text.count("其余4条见系统") == 2
    assert outside(data) == []
    with pdfium.PdfDocument(data) as document:
        page = document[0].get_textpage()
        said = page.search("其余")
        places = [said.get_next()[0], said.get_next()[0]]
        assert min(page.get_charbox(at)[1] for at in places) > MARGIN + FOOT - 6  # above the foot's rule
