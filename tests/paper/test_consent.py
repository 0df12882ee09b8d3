"""Notice and consent: the same words for the station and the family, blank or with the child's particulars."""

from __future__ import annotations

import pytest

from tests.paper.conftest import RARE
from tests.paper.pdfs import fonts, outside, page_texts
from zhaohu.paper.consent import ConsentForm, consent
from zhaohu.rules.paper_code import child_code

CHILD = "0198d9ad-4a3c-7f7b-8f3c-6f0d8a2b7c11"
SAID = (
    "谁在处理", "处理哪些信息", "敏感个人信息", "为什么处理", "不以您的同意为前提", "怎样处理", "保存多久", "15年",
    "对您的影响", "您的权利", "查阅、复制", "更正", "删除", "撤回同意", "监护人签名", "与儿童关系",
    "家长课堂与入户养育指导", "电话和短信联系", "向其他机构提供信息", "不影响孩子享受基本公共卫生服务",
)  # fmt: skip


@pytest.mark.parametrize(
    "values",
    [
        ConsentForm("巨峰镇指导站", "岚山区托育指导中心"),
        ConsentForm("巨峰镇指导站", ""),
        ConsentForm(
            "巨峰镇指导站", "岚山区托育指导中心", RARE, "女", "2026年3月4日", "王䶮", "父亲", child_code(CHILD)
        ),
    ],
    ids=["blank", "no center", "child"],
)
def test_two_copies_say_the_same(values, imprint):
    data = consent(values, imprint)
    station, family = page_texts(data)
    for page in (station, family):
        for words in (*SAID, values.station, values.center, values.child, values.guardian, values.relation):
            assert words in page, words
        assert page.count("不同意") == 3 + 1  # three boxes, and "任何一项不同意"
    assert "机构留存" in station
    assert "撤回记录" in station
    assert "家长留存" in family
    assert "请保留本页" in family
    assert outside(data) == []
    assert all(fonts(data).values())
