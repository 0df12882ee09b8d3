"""What a new edition of a form must keep of the present one."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import zhaohu
from zhaohu.rules.forms import succession
from zhaohu.rules.forms.model import Field, FieldType, Form
from zhaohu.services import reference

FORMS = reference.forms()
READERS = (
    *("rules/risks.py", "rules/findings.py", "rules/guidance/facts.py", "services/register/birth_facts.py"),
    *("services/care/screening.py", "services/guidance/hand_out_words.py", "services/growth/growth_trend.py"),
    *("services/follow/referrals.py", "services/follow/cases.py", "services/follow/case_papers.py"),
    *("paper/referral.py", "ui/pages/entry_follow.py", "ui/pages/entry_referral.py"),
)
"""The modules that read answers by name."""
SOMETHING_ELSE = {"finding", "referral_record", "case_record", "age", "advice", "age_months", "right", "gestation_days"}
"""Words in these modules that are no fields there: kinds of follow-up, columns, sides, facts of the register."""


def next_of(form: Form, **changes) -> Form:
    return replace(form, version="9", effective_from=date(2030, 1, 1), **changes)


def with_field(form: Form, name: str, change) -> Form:
    groups = tuple(
        replace(
            group, fields=tuple(new for one in group.fields for new in (change(one) if one.name == name else [one]))
        )
        for group in form.groups
    )
    return next_of(form, groups=groups)


def faults(form: Form, new: Form) -> list[str]:
    return [str(fault.details["field"]) for fault in succession.faults(form, new, "x.toml")]


@pytest.mark.parametrize("form_id", sorted(FORMS))
def test_the_same_form_may_follow_itself(form_id):
    form = FORMS[form_id]
    assert faults(form, next_of(form)) == []
    assert faults(form, replace(form, version="9")) == ["effective_from"]


@pytest.mark.parametrize("form_id", sorted(FORMS))
def test_a_field_with_a_meaning_must_stay(form_id):
    form = FORMS[form_id]
    for field in form.fields():
        gone = faults(form, with_field(form, field.name, lambda _one: []))
        assert (field.name in gone) == succession.has_meaning(form, field)
    assert any(succession.has_meaning(form, field) for field in form.fields())


def test_a_field_without_one_may_go_and_others_may_come():
    form = FORMS["newborn_visit"]
    mood = Field("mood", FieldType.TEXT, "情绪")
    assert faults(form, with_field(form, "face", lambda one: [one, mood])) == []
    assert faults(form, with_field(form, "face", lambda _one: [])) == []


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("asphyxia", {"options": FORMS["newborn_visit"].field("asphyxia").options[:1]}),
        ("asphyxia", {"type": FieldType.TEXT}),
        ("face", {"type": FieldType.TEXT}),
        ("weight_kg", {"unit": "g"}),
        ("weight_kg", {"decimals": 1}),
        ("weight_kg", {"measure": None, "measured_on": None}),
        ("visit_date", {"type": FieldType.TEXT}),
    ],
)
def test_what_is_read_must_mean_the_same(name, changes):
    form = FORMS["newborn_visit"]
    assert name in faults(form, with_field(form, name, lambda one: [replace(one, **changes)]))


def test_the_day_the_birth_and_the_columns_must_stay():
    form = FORMS["check_1_8"]
    changes = {"date_field": "next_date", "birth_date_field": "next_date", "paper": replace(form.paper, columns=None)}
    assert set(faults(form, next_of(form, **changes))) == {"date_field", "birth_date_field", "columns"}


@pytest.mark.parametrize("module", READERS)
def test_every_field_that_the_program_reads_has_a_meaning(module):
    tree = ast.parse((Path(zhaohu.__file__).parent / module).read_text("utf-8"))
    words = {one.value for one in ast.walk(tree) if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    silent = {
        field.name
        for form in FORMS.values()
        for field in form.fields()
        if field.name in words - SOMETHING_ELSE
        and not any(succession.has_meaning(one, one.field(field.name)) for one in _with(field.name))
    }
    assert silent == set()


def _with(name: str) -> list[Form]:
    return [form for form in FORMS.values() if name in {one.name for one in form.fields()}]
