"""Form files that are wrong are refused with file, field and reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu import paths
from zhaohu.rules.forms.loader import parse_form
from zhaohu.rules.forms.tables import FormError
from zhaohu.rules.forms.terms import form_terms

SMALL = """
id = "small"
version = "1"
title = "小表"
effective_from = 2026-01-01
source = "测试"
ages = { from_days = 0, to_days = 60 }
date_field = "seen_on"
birth_date_field = "born_on"
[[groups]]
name = "all"
title = "全部"
fields = [
  { name = "born_on", type = "date", label = "出生" },
  { name = "seen_on", type = "date", label = "日期" },
  { name = "colour", type = "select_one", label = "颜色", options = [{ code = "1", label = "红" }, { code = "2", label = "其他", text = true }] },
  { name = "size", type = "decimal", decimals = 1, label = "大小", hard = [0, 9.5], relevant = "${colour} = '1'" },
]
[paper]
header = ["born_on"]
rows = [{ cells = [{ field = "seen_on", width = 6 }, { field = "colour", width = 3 }, { field = "size", width = 3 }] }]
"""  # noqa: E501


def test_a_small_form_is_read():
    form = parse_form(SMALL, "small.toml")
    assert [field.name for field in form.fields()] == ["born_on", "seen_on", "colour", "size"]
    assert form.field("size").hard == ("0", "9.5")
    assert form.field("colour").text_name == "colour_text"


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('id = "small"', 'id = "Small Form"', ""),
        ('version = "1"\n', "", ""),
        ('version = "1"', "version = 1", ""),
        ('title = "小表"', 'title = "小表"\ncolor = "red"', ""),
        ("from_days = 0, ", "", "ages"),
        ('date_field = "seen_on"', 'date_field = "colour"', "colour"),
        ('name = "seen_on"', 'name = "born_on"', "born_on"),
        ('name = "size"', 'name = "colour_text"', "colour_text"),
        ('type = "decimal"', 'type = "number"', "size"),
        ("decimals = 1, ", "", "size"),
        ("hard = [0, 9.5]", "hard = [9.5, 0]", "size"),
        ("hard = [0, 9.5]", "hard = [0]", "size"),
        ("hard = [0, 9.5]", 'hard = "0-9"', "size"),
        ("${colour} = '1'", "${color} = '1'", "size"),
        ("${colour} = '1'", "${colour} = '3'", "size"),
        ("${colour} = '1'", "selected(${colour}, '9')", "size"),
        ("${colour} = '1'", "${colour} =", "size"),
        ('code = "2"', 'code = "1"', "colour"),
        ('code = "2"', 'code = "b"', "colour"),
        ('code = "2"', "code = 2", "colour"),
        ('label = "颜色"', 'label = "颜色", normal = "3"', "colour"),
        ('label = "颜色"', 'label = "颜色", prefill = "child.colour"', "colour"),
        ('label = "颜色"', 'label = "颜色", locked = true', "colour"),
        ('label = "颜色"', 'label = "颜色", within = "nothing"', "colour"),
        ('label = "颜色"', 'label = "颜色", format = "phone"', "colour"),
        ('label = "大小"', 'label = "大小", personal = true', "size"),
        ('label = "颜色"', 'label = "颜色", boxes = 0', "colour"),
        ('label = "颜色"', 'label = "颜色", required = 1', "colour"),
        ('label = "颜色"', 'label = "颜色", constraints = [{ message = "无" }]', "colour"),
        ('label = "颜色"', 'label = "颜色", hints = [{ name = "a", kind = "b", test = "1", message = "", source = "" }]', "colour"),  # noqa: E501
        ('label = "大小"', 'label = "大小", measure = "weight"', "size"),
        ('label = "大小"', 'label = "大小", measure = "girth", measured_on = "seen_on"', "size"),
        ('label = "大小"', 'label = "大小", measure = "weight", measured_on = "colour"', "size"),
        ('label = "大小"', 'label = "大小", options = [{ code = "1", label = "一" }]', "size"),
        ("width = 6", "width = 5", "seen_on"),
        ("width = 6", 'width = "6"', "paper.rows"),
        ('header = ["born_on"]', "header = []", "born_on"),
        ('{ field = "colour", width = 3 }, ', "", "colour"),  # and the row is too narrow then
        ('field = "colour"', 'field = "colours"', "colour"),
        ('field = "size", width = 3', 'field = "colour", width = 3', "size"),
        ("[paper]", "[[paper]]", "paper"),
    ],
)  # fmt: skip
def test_a_fault_is_refused_with_file_and_field(old, new, field):
    assert old in SMALL
    with pytest.raises(FormError) as refusal:
        parse_form(SMALL.replace(old, new, 1), "small.toml")
    details = refusal.value.details
    assert details["file"] == "small.toml"
    assert details["field"] in (field, "colours"), refusal.value.message
    assert details["reason"]
    assert refusal.value.message.startswith("small.toml")


@given(st.text(max_size=80))
def test_no_text_makes_the_loader_fail_otherwise(text):
    with pytest.raises(FormError):
        parse_form(text, "any.toml")


@given(st.integers(0, len(SMALL)), st.integers(0, 40), st.text('[]{}=",.0a\n', max_size=3))
def test_a_damaged_form_is_read_or_refused(at, length, put):
    blamed = "damaged.toml"
    try:
        parse_form(SMALL[:at] + put + SMALL[at + length :], "damaged.toml")
    except FormError as refusal:
        blamed = refusal.details["file"]
    assert blamed == "damaged.toml"


def test_terms_are_every_chinese_word_of_the_file(form, form_text):
    """Whatever the file shows to people can be translated: each Chinese string of it is a term."""
    import re

    without_comments = "\n".join(line for line in form_text.splitlines() if not line.startswith("#"))
    strings = set(re.findall(r'"([^"]*[一-鿿][^"]*)"', without_comments))
    assert strings <= set(form_terms(form))


PHONE = '{ name = "size", type = "text", label = "电话", format = "phone", prefill = "mother.phone", personal = true },'
SIZE = SMALL[SMALL.index('  { name = "size"') + 2 : SMALL.index("\n]\n[paper]")]


def test_numbers_that_name_a_person_must_say_so():
    assert parse_form(SMALL.replace(SIZE, PHONE), "small.toml").field("size").personal
    for wrong in (PHONE.replace(", personal = true", ""), PHONE.replace('format = "phone", ', "")):
        with pytest.raises(FormError) as refused:
            parse_form(SMALL.replace(SIZE, wrong), "small.toml")
        assert refused.value.details["field"] == "size"


def test_every_form_that_ships_marks_its_personal_numbers():
    forms = [parse_form(path.read_text("utf-8"), path.name) for path in paths.resource("forms").glob("*.toml")]
    marked = {one.name for form in forms for one in form.fields() if one.personal}
    assert marked == {"id_no", "father_phone", "mother_phone", "phone"}


def test_the_last_answer_is_shown_again_where_that_helps():
    text = SMALL.replace(
        'name = "born_on", type = "date"', 'name = "born_on", type = "date", prefill = "child.birth_date"'
    )
    text = text.replace(
        'name = "size", type', 'name = "note", type = "text", label = "注", paper = false }, { name = "size", type'
    )
    shown = {field.name: field.previous for field in parse_form(text, "small.toml").fields()}
    assert shown == {"born_on": False, "seen_on": False, "colour": True, "note": False, "size": True}
    never = parse_form(text.replace('label = "颜色"', 'label = "颜色", previous = false'), "small.toml")
    assert not never.field("colour").previous


def test_a_hidden_field_is_kept_and_stands_nowhere():
    text = SMALL.replace(
        '{ name = "size", type',
        '{ name = "case_record", type = "text", label = "专案", hidden = true }, { name = "size", type',
    )
    hidden = parse_form(text, "small.toml").field("case_record")
    assert (hidden.hidden, hidden.paper, hidden.previous) == (True, False, False)


def test_a_hint_has_its_rule_its_source_and_when_to_look_again():
    hint = (
        '{ name = "red", kind = "case", test = ". = \'1\'", message = "立专案", '
        'rule = "红", source = "规范", recheck_days = 14, case = "07" }'
    )
    form = parse_form(SMALL.replace('label = "颜色"', f'label = "颜色", hints = [{hint}]'), "small.toml")
    (found,) = form.field("colour").hints
    assert (found.rule, found.source, found.recheck_days, found.case) == ("红", "规范", 14, "07")
    assert {"红", "规范", "立专案"} <= set(form_terms(form))
