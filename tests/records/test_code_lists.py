"""The official code lists that ship."""

from __future__ import annotations

import pytest

from zhaohu import paths
from zhaohu.errors import Refused
from zhaohu.records.code_lists import CODE_LISTS, GUARDIAN_RELATIONS, parse_codes
from zhaohu.rules.forms.loader import parse_form


def shipped(name):
    return parse_codes(paths.resource(f"codes/{name}.csv").read_text("utf-8"), f"{name}.csv")


def test_all_lists_are_there():
    for name in CODE_LISTS:
        terms = shipped(name)
        assert len(set(terms.values())) == len(terms)
    assert list(shipped("ethnicity")) == [f"{number:02d}" for number in range(1, 57)]
    assert shipped("ethnicity")["56"] == "基诺族"
    assert (shipped("relation")["51"], shipped("relation")["52"]) == ("父亲", "母亲")


def test_the_relations_offered_are_in_the_standard():
    assert set(GUARDIAN_RELATIONS) <= set(shipped("relation"))
    assert len(set(GUARDIAN_RELATIONS)) == len(GUARDIAN_RELATIONS)


def test_delivery_codes_are_those_of_the_newborn_form():
    form = parse_form(paths.resource("forms/newborn_visit.toml").read_text("utf-8"), "newborn_visit.toml")
    assert {one.code: one.label for one in form.field("birth_situation").options} == dict(shipped("delivery"))


@pytest.mark.parametrize("text", ["01,汉族\n", "code,term\n01,汉族\n01,回族\n", "code,term\n01\n", "code,term\n01,\n"])
def test_a_wrong_list_is_refused_with_its_line(text):
    with pytest.raises(Refused) as refusal:
        parse_codes(text, "x.csv")
    assert refusal.value.code == "bad_code_list"
    assert "x.csv" in refusal.value.message
