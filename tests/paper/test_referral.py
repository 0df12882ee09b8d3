"""The printed referral: stub and letter on one page."""

from __future__ import annotations

import pytest

from tests.paper.conftest import RARE
from tests.paper.pdfs import outside, page_texts
from zhaohu import paths
from zhaohu.paper.referral import Referral, referral
from zhaohu.rules.forms.loader import parse_form
from zhaohu.rules.forms.model import Answer

ANSWERS: dict[str, Answer] = {
    "child_name": RARE,
    "file_no8": "00300127",
    "sex": "2",
    "birth_date": "2026-02-03",
    "age": "9月17天",
    "address": "山东省日照市岚山区巨峰镇薄家口村一组27号",
    "phone": "13800000001",
    "visit_date": "2026-11-20",
    "to_org": "日照市妇幼保健院",
    "to_department": "儿童保健科",
    "impression": "增长不足、低体重",
    "present_history": "年龄别体重：Z值下降1.10，由-0.90到-2.00。",
    "past_history": "出生孕周39周+2天",
    "treatment": "喂养指导一个月",
    "site_name": "巨峰镇卫生院",
    "site_phone": "0633-2610000",
    "signer": "李敏芝",
}


@pytest.fixture(scope="module")
def form():
    name = "referral.toml"
    return parse_form(paths.resource(f"forms/{name}").read_text("utf-8"), name)


def test_stub_and_letter_say_what_was_recorded(form, imprint):
    (text,) = page_texts(referral(Referral(form, ANSWERS), imprint))
    for said in ("日照市妇幼保健院", "儿童保健科", "0633-2610000", "李敏芝", RARE, "9月17天", "女"):
        assert text.count(said) == 2, said
    for said in ("00300127", "13800000001", "增长不足、低体重", "出生孕周39周+2天", "喂养指导一个月", "巨峰镇薄家口村"):
        assert text.count(said) == 1, said
    assert text.count("2026年11月20日") == 3  # in the stub twice
    assert text.index("存根") < text.index("00300127") < text.index("正联") < text.index("初步印象")


def test_the_longest_words_stay_on_one_page(form, imprint):
    names = ("address", "to_org", "to_department", "impression", "present_history", "past_history", "treatment")
    longest = {**ANSWERS, **{name: "长" * form.field(name).max_length for name in names}}
    data = referral(Referral(form, longest), imprint)
    (text,) = page_texts(data)
    on_both = form.field("to_org").max_length + form.field("to_department").max_length
    assert text.count("长") == sum(form.field(name).max_length for name in names) + on_both
    assert outside(data) == []


def test_what_is_missing_is_a_line_to_write_on(form, imprint):
    empty = referral(Referral(form, {}), imprint)
    (text,) = page_texts(empty)
    assert "患者姓名" in text
    assert "None" not in text


def test_the_foot_names_the_record(form, imprint):
    (text,) = page_texts(referral(Referral(form, ANSWERS), imprint))
    assert "记录编号371103-01-000123第2版" in text
