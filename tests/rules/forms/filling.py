"""Fills any form as far as it must be, so that every form, column and option can be tried."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from zhaohu import paths
from zhaohu.rules.ages import add_months
from zhaohu.rules.forms.answers import Checked, Context, asked_fields, check
from zhaohu.rules.forms.expressions import Scope
from zhaohu.rules.forms.loader import parse_form
from zhaohu.rules.forms.model import Answer, Field, FieldType, Form, Option
from zhaohu.rules.forms.starting import all_normal, start

BORN = date(2023, 3, 10)
SHIPPED = (
    "newborn_visit", "check_1_8", "check_12_30", "check_3_years", "warning_signs", "tcm_6_18", "tcm_24_36",
    "feeding_assessment", "hemoglobin_test", "hearing_check", "eye_check", "guidance_home_visit",
)  # fmt: skip
"""The forms that a station fills in at a child, beside those of findings and referrals."""
USUAL: dict[str, Answer] = {
    "temp_c": "36.8",
    "heart_rate": 130,
    "resp_rate": 42,
    "umbilical": ["2"],
    "disease_screen": ["2"],
    "hemoglobin": 120,
    "vitamin_d_iu": 400,
    "meals": 3,
    "food_groups": ["1", "2", "3", "6"],
    "solids_from": 6,
}
"""What 全部正常 leaves to the person, of a child that is well."""


def form_of(form_id: str) -> Form:
    file = f"{form_id}.toml"
    return parse_form(paths.resource(f"forms/{file}").read_text("utf-8"), file)


FORMS = {form_id: form_of(form_id) for form_id in SHIPPED}


def columns_in(form: Form) -> tuple[str, ...]:
    """The codes of 月龄 on a form; one empty code where it has no such field."""
    found = next((one for one in form.fields() if one.name == "age_column"), None)
    return tuple(option.code for option in found.options) if found else ("",)


EVERY_COLUMN = [(form_id, column) for form_id, form in FORMS.items() for column in columns_in(form)]


def day_of(form_id: str, column: str, born: date = BORN) -> date:
    """A day on which that column is filled in."""
    if column == "":
        return born + timedelta(days={"newborn_visit": 9}.get(form_id, 200))
    if column == "1":
        return born + timedelta(days=29)
    months = 36 if form_id == "check_3_years" else int(column)
    return add_months(born, months) + timedelta(days=5)


def context(form_id: str, column: str) -> Context:
    known = {
        "child.name": "某某",
        "child.sex": "1",
        "child.birth_date": BORN,
        "child.address": "大坡村1号",
        "child.gestation_weeks": Decimal(39),
        "child.gestation_days": Decimal(275),
        "child.birth_weight_kg": Decimal("3.30"),
        "child.birth_length_cm": Decimal("50.0"),
        "mother.name": "某妈妈",
        "user.name": "某医生",
        "site.name": "某卫生院",
    }
    return Context(day_of(form_id, column), known)


def begun(form_id: str, column: str) -> dict[str, Answer]:
    """A new record, and 全部正常 pressed once."""
    form = FORMS[form_id]
    answers = start(form, context(form_id, column))
    if column:
        answers["age_column"] = column
    scope = Scope({"age_column": column}, day_of(form_id, column))
    usual = {
        one.name: USUAL[one.name]
        for one in form.fields()
        if one.name in USUAL
        and form.is_asked(one, scope)
        and one.type is not FieldType.SELECT_ONE  # 脐部 of a check has one option
    }
    return {**all_normal(form, answers), **usual}


def complete(form_id: str, column: str, **typed: Answer) -> Checked:
    """The record with what was typed, and the least that still had to be."""
    form, answers = FORMS[form_id], {**begun(form_id, column), **typed}
    for _round in range(8):
        checked = check(form, answers, context(form_id, column))
        missing = [remark.field for remark in checked.problems if remark.code in ("required", "text_missing")]
        if not missing:
            break
        for name in missing:
            answers[name] = least(form, name, day_of(form_id, column))
    return checked


def least(form: Form, name: str, day: date) -> Answer:
    """Any answer that a field takes."""
    one = next((field for field in form.fields() if field.name == name), None)
    if one is None:  # the words beside an option
        return "某"
    match one.type:
        case FieldType.DATE:
            return (day + timedelta(days=30)).isoformat()
        case FieldType.SELECT_ONE:
            return next(option.code for option in one.options if not option.text)
        case FieldType.SELECT_MULTIPLE:
            return [next(option.code for option in one.options if not option.text)]
        case FieldType.INTEGER:
            return int(middle(one))
        case FieldType.DECIMAL:
            return f"{middle(one):.{one.decimals}f}"
        case _:
            return "某"


def middle(one: Field) -> Decimal:
    low, high = one.soft or one.hard or ("1", "1")
    return (Decimal(low) + Decimal(high)) / 2


def asked(form_id: str, column: str) -> Iterator[Field]:
    """The fields that an otherwise normal record asks."""
    form, checked = FORMS[form_id], complete(form_id, column)
    names = asked_fields(form, checked.values, day_of(form_id, column))
    return (one for one in form.fields() if one.name in names and not one.hidden)


def every_option() -> Iterator[tuple[str, str, Field, Option]]:
    for form_id, column in EVERY_COLUMN:
        for one in asked(form_id, column):
            if one.name != "age_column" and not one.locked:
                yield from ((form_id, column, one, option) for option in one.options)
