"""Every official field, its options, codes, order and columns, against a table typed from the norms (tests/data/forms).

The table holds what the norm prints: `order` its item (7.1 the first part of item 7), `columns` the columns in which it
is asked (in the others the form has ——), `alone` the options that never stand beside another, `required` R, C (when
another answer asks for it) or O. Where a sheet is partly ours (its file says so) the table holds the official part.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.rules.forms.filling import (
    EVERY_COLUMN,
    FORMS,
    asked,
    begun,
    columns_in,
    complete,
    context,
    day_of,
    every_option,
    form_of,
)

from zhaohu.rules.forms.answers import check
from zhaohu.rules.forms.columns import field_in_column
from zhaohu.rules.forms.expressions import Expression, Scope
from zhaohu.rules.forms.model import Answer, Field, FieldType, Form
from zhaohu.rules.forms.starting import start

TABLE = Path(__file__).parents[2] / "data" / "forms" / "official_fields.csv"
PARTLY_OURS = {"warning_signs": {"0"}, "eye_check": {"3"}}
"""Forms of which only some rows are official, and the codes of options that are ours on those rows."""
HEADER = {"check_1_8", "check_12_30", "check_3_years", "tcm_6_18", "tcm_24_36"}
"""Forms whose 姓名 and 编号 stand above the table; the table begins with 随访日期."""


DASHED = "none"
"""Kind of a row that has —— in every column that this program fills in."""


class Item(NamedTuple):
    """A field in one column: what is printed, how it is answered, its options, those that stand alone, R, C or O."""

    label: str
    kind: str
    options: str
    alone: str
    required: str


@dataclass(frozen=True)
class Line:
    form: str
    order: tuple[int, ...]
    columns: tuple[str, ...]
    item: Item


def lines() -> list[Line]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [
            Line(
                row["form"],
                tuple(map(int, row["order"].split("."))),
                tuple(row["columns"].split()) or ("",),
                Item(row["label"], row["kind"], row["options"], row["alone"], row["required"]),
            )
            for row in csv.DictReader(file)
        ]


LINES = lines()
OFFICIAL = sorted({line.form for line in LINES})
_KINDS = {
    FieldType.TEXT: "text",
    FieldType.INTEGER: "number",
    FieldType.DECIMAL: "number",
    FieldType.DATE: "date",
    FieldType.SELECT_ONE: "one",
    FieldType.SELECT_MULTIPLE: "many",
}


def official_items(form_id: str, column: str) -> list[Item]:
    wanted = [line for line in LINES if line.form == form_id and column in line.columns]
    assert [line.order for line in wanted] == sorted(line.order for line in wanted), "the table itself is out of order"
    return [line.item for line in wanted]


def printed_items(form: Form, column: str) -> list[Item]:
    """What the form's paper has in one column, in its order."""
    return [_item(form, one, label, column) for label, one in _printed(form, column)]


def _printed(form: Form, column: str) -> Iterator[tuple[str, Field]]:
    if form.id not in HEADER and form.id not in PARTLY_OURS:
        for name in form.paper.header:
            yield from _cell(form, form.field(name), form.field(name).label)
    for row in form.paper.rows:
        if row.fields:
            found = field_in_column(form, row, column)
            if found is not None:
                yield from _cell(form, found, row.label)
        for cell in row.cells:
            one = form.field(cell.field)
            yield from _cell(form, one, f"{row.lead} {one.short}" if row.lead else one.label)


def _cell(form: Form, own: Field, label: str) -> Iterator[tuple[str, Field]]:
    for one in form.inside(own.name):
        words = label if one is own else (one.short or one.label)
        yield (f"{words}（{one.unit}）" if one.unit else words), one


def _item(form: Form, one: Field, label: str, column: str) -> Item:
    ours = PARTLY_OURS.get(form.id, set())
    options = [option for option in one.options if option.code not in ours]
    text = " ".join(f"{option.code}{option.label}{'___' * option.text}" for option in options)
    alone = " ".join(option.code for option in options if option.exclusive)
    return Item(label, _KINDS[one.type], text, alone, _required(form, one, column))


def _required(form: Form, one: Field, column: str) -> str:
    hangs_on = set()
    for test in (*form.conditions(one.name), *([one.required] if isinstance(one.required, Expression) else [])):
        hangs_on |= test.fields() - {"age_column"}
    if one.required is False:
        return "O"
    if hangs_on:
        return "C"
    scope = Scope({"age_column": column}, day_of(form.id, column))
    return "R" if one.required is True or one.required.holds(scope) else "O"


def test_the_table_speaks_of_every_official_form_and_column() -> None:
    assert set(OFFICIAL) == {"newborn_visit", *HEADER, *PARTLY_OURS}
    spoken = defaultdict(set)
    for line in LINES:
        spoken[line.form] |= set(line.columns) if line.item.kind != DASHED else set()
    assert spoken == {form_id: set(columns_in(FORMS[form_id])) for form_id in OFFICIAL}
    assert len({line.order[0] for line in LINES if line.form == "newborn_visit"}) == 51


@pytest.mark.parametrize(("form_id", "column"), [place for place in EVERY_COLUMN if place[0] in OFFICIAL])
def test_nothing_is_missing_nothing_is_extra_and_all_is_as_printed(form_id: str, column: str) -> None:
    official, printed = official_items(form_id, column), printed_items(FORMS[form_id], column)
    if form_id in PARTLY_OURS:
        labels = {item.label for item in official}
        printed = [item for item in printed if item.label in labels]
    assert printed == official


@pytest.mark.parametrize("form_id", sorted(HEADER))
def test_every_row_of_a_table_stands_there_also_where_it_is_never_asked(form_id: str) -> None:
    official = list(dict.fromkeys((line.order, line.item.label) for line in LINES if line.form == form_id))
    rows = [label for order, label in official if len(order) == 1]
    printed = [row.label for row in FORMS[form_id].paper.rows]
    assert [words.partition("（")[0] for words in printed] == [words.partition("（")[0] for words in rows]
    dashed = {line.item.label for line in LINES if line.form == form_id and line.item.kind == DASHED}
    assert {row.label for row in FORMS[form_id].paper.rows if not row.fields} == dashed


@pytest.mark.parametrize("form_id", sorted(HEADER | set(PARTLY_OURS)))
def test_name_and_number_stand_above_a_table_with_columns(form_id: str) -> None:
    form = FORMS[form_id]
    assert [form.field(name).label for name in form.paper.header] == ["姓名", "编号"]
    assert form.age_column == "age_column"


@pytest.mark.parametrize(("form_id", "column"), EVERY_COLUMN)
def test_all_normal_and_the_least_that_must_be_typed_can_be_saved(form_id: str, column: str) -> None:
    checked = complete(form_id, column)
    assert checked.problems == ()
    told = {hint.hint.name for hint in checked.hints if hint.hint.kind in ("refer_now", "refer", "case")}
    assert not told, "a normal record advises nothing"


@pytest.mark.parametrize(("form_id", "column"), EVERY_COLUMN)
def test_what_must_be_answered_is_asked_for(form_id: str, column: str) -> None:
    form, empty = FORMS[form_id], {"age_column": column} if column else {}
    found = check(form, {**empty, "birth_date": "2023-03-10"}, context(form_id, column)).problems
    missing = {remark.field for remark in found if remark.code == "required"}
    scope = Scope({"age_column": column}, day_of(form_id, column))
    must = {one.name for one in form.fields() if one.required is True and form.is_asked(one, scope)}
    assert must - {"birth_date", "age_column"} <= missing


def test_every_option_of_every_form_can_be_saved() -> None:
    tried = 0
    for form_id, column, one, option in every_option():
        answer = [option.code] if one.type is FieldType.SELECT_MULTIPLE else option.code
        checked = complete(form_id, column, **{one.name: answer})
        assert checked.problems == (), (form_id, column, one.name, option.code)
        assert checked.values[one.name] == answer, (form_id, column, one.name, option.code)
        tried += 1
    assert tried > 1200


def test_options_that_stand_alone_refuse_another_and_words_are_asked_for() -> None:
    for form_id, column, one, option in every_option():
        if option.exclusive and len(one.options) > 1:
            other = next(code for code in (o.code for o in one.options) if code != option.code)
            checked = complete(form_id, column, **{one.name: [option.code, other]})
            assert [remark.code for remark in checked.problems] == ["exclusive"], (form_id, one.name)
        if option.text:
            answer = [option.code] if one.type is FieldType.SELECT_MULTIPLE else option.code
            checked = check(FORMS[form_id], {**begun(form_id, column), one.name: answer}, context(form_id, column))
            assert (one.text_name, "text_missing") in {(p.field, p.code) for p in checked.problems}


@pytest.mark.parametrize(("form_id", "column"), EVERY_COLUMN)
def test_numbers_are_refused_from_the_first_beyond_their_range(form_id: str, column: str) -> None:
    numbers = [one for one in asked(form_id, column) if one.type in (FieldType.INTEGER, FieldType.DECIMAL)]
    for one in numbers:
        assert one.hard is not None, one.name
        step = Decimal(1).scaleb(-one.decimals)
        for end, beyond in zip(map(Decimal, one.hard), (-step, step), strict=True):
            at_end = complete(form_id, column, **{one.name: f"{end:.{one.decimals}f}"})
            outside = complete(form_id, column, **{one.name: f"{end + beyond:.{one.decimals}f}"})
            assert (one.name, "out_of_range") not in {(p.field, p.code) for p in at_end.problems}, one.name
            assert (one.name, "out_of_range") in {(p.field, p.code) for p in outside.problems}, one.name


@pytest.mark.parametrize("form_id", sorted(FORMS))
def test_every_hint_names_its_rule_and_its_source(form_id: str) -> None:
    hints = [hint for one in FORMS[form_id].fields() for hint in one.hints]
    assert all(hint.rule and hint.source and hint.message for hint in hints)


@pytest.mark.parametrize("form_id", sorted(FORMS))
def test_normal_is_a_finding_that_advises_nothing(form_id: str) -> None:
    form = form_of(form_id)
    for one in form.fields():
        if one.normal is None:
            continue
        this = tuple(one.normal) if isinstance(one.normal, list) else one.normal
        for hint in one.hints:
            if not hint.test.fields():
                assert not hint.test.holds(Scope({}, day_of(form_id, columns_in(form)[0]), this)), hint.name


@pytest.mark.parametrize(
    ("form_id", "column", "typed", "names"),
    [
        ("newborn_visit", "", {"temp_c": "37.4"}, set()),
        ("newborn_visit", "", {"temp_c": "37.5"}, {"temperature"}),
        ("newborn_visit", "", {"temp_c": "35.6"}, set()),
        ("newborn_visit", "", {"temp_c": "35.5"}, {"temperature"}),
        ("newborn_visit", "", {"heart_rate": 100}, set()),
        ("newborn_visit", "", {"heart_rate": 99}, {"heart_rate"}),
        ("newborn_visit", "", {"heart_rate": 161}, {"heart_rate"}),
        ("newborn_visit", "", {"resp_rate": 19}, {"respiration"}),
        ("newborn_visit", "", {"resp_rate": 60}, set()),
        ("newborn_visit", "", {"resp_rate": 61}, {"respiration"}),
        ("newborn_visit", "", {"jaundice_site": ["2"]}, set()),
        ("newborn_visit", "", {"jaundice_site": ["2", "3"]}, {"jaundice_trunk_limbs"}),
        ("newborn_visit", "", {"jaundice_site": ["3", "5"]}, {"jaundice_hands_feet"}),
        ("newborn_visit", "", {"fontanelle": "2"}, {"fontanelle_bulging"}),
        ("newborn_visit", "", {"fontanelle": "3"}, {"fontanelle_sunken"}),
        ("newborn_visit", "", {"abdomen": "2", "vomiting": "2"}, {"abdomen_vomiting"}),
        ("newborn_visit", "", {"abdomen": "2"}, {"abdomen"}),
        ("newborn_visit", "", {"face": "3"}, {"face_other"}),
        ("check_1_8", "1", {"weight_kg": "3.89"}, {"slow_gain"}),
        ("check_1_8", "1", {"weight_kg": "3.90"}, set()),
        ("check_1_8", "3", {"weight_kg": "3.89"}, set()),
        ("check_1_8", "6", {"hemoglobin": 110}, set()),
        ("check_1_8", "6", {"hemoglobin": 109}, {"anaemia_mild"}),
        ("check_1_8", "6", {"hemoglobin": ""}, {"hemoglobin_missing"}),
        ("check_1_8", "3", {}, set()),
        ("check_12_30", "18", {"hemoglobin": ""}, {"hemoglobin_missing"}),
        ("check_12_30", "24", {}, set()),
        ("check_1_8", "3", {"vitamin_d_iu": 0}, {"no_vitamin_d"}),
        ("check_1_8", "3", {"rickets_symptoms": ["2"]}, {"rickets_symptoms"}),
        ("check_1_8", "3", {"rickets_signs_3": ["2"]}, {"rickets_signs_3"}),
        ("check_1_8", "3", {"rickets_symptoms": ["3"], "rickets_signs_3": ["2"]}, {"rickets_symptoms", "rickets_3"}),
        ("check_12_30", "24", {"rickets_signs": ["6"]}, {"rickets_signs"}),
        ("check_12_30", "24", {"hearing": "2"}, {"hearing"}),
        ("check_3_years", "3", {"development": ["4"]}, {"warning_sign_36"}),
        ("warning_signs", "18", {"signs_18": ["2"]}, {"warning_sign_18"}),
        ("warning_signs", "18", {"regression": "2"}, {"regression"}),
        ("hemoglobin_test", "", {"hemoglobin": 85}, {"anaemia_moderate", "no_iron"}),
        ("hemoglobin_test", "", {"hemoglobin": 59, "iron": "3"}, {"anaemia_severe", "severe_anaemia"}),
        ("eye_check", "36", {"cover": "2"}, {"cover"}),
        ("eye_check", "36", {"cover": "3"}, set()),
        ("feeding_assessment", "3", {"feeding": "2"}, {"not_exclusive"}),
        ("feeding_assessment", "12", {"meals": 1, "food_groups": ["1", "2", "3", "4"]}, {"few_meals"}),
        ("feeding_assessment", "12", {"meals": 2, "food_groups": ["1", "2", "3"]}, {"few_groups"}),
        ("guidance_home_visit", "", {"safety_5": "2", "care_risk_level": "3"}, {"safety_5", "care_risk_high"}),
        ("guidance_home_visit", "", {"safety_5": "3"}, set()),
    ],
)
def test_hints_begin_and_end_where_their_rule_says(
    form_id: str, column: str, typed: dict[str, Answer], names: set[str]
) -> None:
    checked = complete(form_id, column, **typed)
    assert checked.problems == ()
    assert {hint.hint.name for hint in checked.hints} == names


@pytest.mark.parametrize(("gestation", "column"), [(275, "8"), (224, "6")])
def test_preterm_children_are_screened_by_corrected_age_until_two_years(gestation: int, column: str) -> None:
    form = FORMS["warning_signs"]
    at = replace(context("warning_signs", "8"), today=date(2023, 11, 12))  # eight months and two days
    at = replace(at, sources={**at.sources, "child.gestation_days": Decimal(gestation)})
    answers = start(form, at)
    assert answers["age_column"] == column
    assert "age_column" not in {doubt.field for doubt in check(form, answers, at).doubts}
    other = "6" if column == "8" else "8"
    assert "age_column" in {doubt.field for doubt in check(form, {**answers, "age_column": other}, at).doubts}
    later = replace(at, today=date(2025, 3, 12))
    assert start(form, later)["age_column"] == "24"
