"""Checking answers: types, ranges, options, relevance, register; starts; all normal."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.forms.test_checker import COLUMNS

from zhaohu import i18n
from zhaohu.rules.forms.answers import Context, asked_fields, check
from zhaohu.rules.forms.loader import parse_form
from zhaohu.rules.forms.model import FieldType
from zhaohu.rules.forms.reading import is_empty
from zhaohu.rules.forms.starting import all_normal, start
from zhaohu.rules.identity import mask_numbers


def codes(remarks):
    return {(remark.field, remark.code) for remark in remarks}


def test_a_complete_visit_has_no_problem_and_no_doubt(form, context, good):
    checked = check(form, good, context)
    assert checked.problems == ()
    assert checked.doubts == ()
    assert checked.hints == ()
    expected = {**good, "file_no8": "10100001", "mother_phone": "19146947419"}
    assert checked.values == expected
    assert json.loads(json.dumps(checked.values)) == checked.values


def test_a_checked_record_checks_the_same_again(form, context, good):
    once = check(form, good, context)
    assert check(form, once.values, context) == once


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("weight_kg", "3.4", "3.40"),
        ("weight_kg", 3.45, "3.45"),
        ("weight_kg", "３．４５", "3.45"),
        ("weight_kg", "3.450", "3.45"),
        ("weight_kg", 4, "4.00"),
        ("heart_rate", "132", 132),
        ("heart_rate", 132.0, 132),
        ("sex", 2, "2"),
        ("visit_date", "20261025", "2026-10-25"),
        ("guidance", "5 1", ["1", "5"]),
        ("guidance", "1/5", ["1", "5"]),
        ("guidance", [5, "1", "1"], ["1", "5"]),
        ("guidance", "2", ["2"]),
        ("signer", "  李医生 ", "李医生"),
        ("address", "一行\n两行", "一行 两行"),
        ("file_no8", "１０１－００００１", "10100001"),
    ],
)
def test_ways_to_write_one_value(form, context, good, field, typed, kept):
    checked = check(form, {**good, field: typed}, context)
    assert checked.problems == ()
    assert checked.values[field] == kept


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("weight_kg", "8.01", "out_of_range"),
        ("weight_kg", "0.39", "out_of_range"),
        ("weight_kg", "3.456", "unreadable"),
        ("weight_kg", "三公斤", "unreadable"),
        ("weight_kg", True, "unreadable"),
        ("weight_kg", float("nan"), "unreadable"),
        ("weight_kg", 1e300, "unreadable"),
        ("weight_kg", {}, "unreadable"),
        ("heart_rate", "132.5", "unreadable"),
        ("heart_rate", 261, "out_of_range"),
        ("temp_c", "29.9", "out_of_range"),
        ("sex", "3", "unreadable"),
        ("guidance", ["1", "7"], "unreadable"),
        ("visit_date", "2026-02-30", "unreadable"),
        ("visit_date", "25.10.2026", "unreadable"),
        ("visit_date", "2026-10-26", "constraint"),
        ("visit_date", "2026-10-14", "constraint"),
        ("next_date", "2026-10-25", "constraint"),
        ("jaundice_site", ["1", "2"], "exclusive"),
        ("disease_screen", ["2", "3"], "exclusive"),
        ("umbilical", ["1", "2"], "constraint"),
        ("file_no8", "1234", "format"),
        ("birth_date", "2026-10-16", "not_register"),
        ("sex", "1", "not_register"),
        ("mother_birth_date", "2026-11-01", "constraint"),
        ("signer", "x" * 51, "unreadable"),
        ("signer", "a\x00b", "unreadable"),
        ("signer", 5, "unreadable"),
        ("signer", None, "required"),
        ("umbilical", [], "required"),
        ("guidance", "  ", "required"),
    ],
)
def test_what_is_refused_names_field_label_and_value(form, context, good, field, typed, code):
    checked = check(form, {**good, field: typed}, context)
    assert (field, code) in codes(checked.problems)
    remark = next(remark for remark in checked.problems if remark.field == field)
    assert form.field(field).label in remark.message
    assert remark.value is typed or remark.value == typed


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("birth_weight_kg", "2.40", "unlikely"),
        ("birth_weight_kg", "4.01", "unlikely"),
        ("weight_kg", "2.96", "unlikely"),  # 10 % below 3.30 is 2.97
        ("milk_times", 15, "unlikely"),
        ("mother_birth_date", "2013-01-01", "unlikely"),
        ("mother_phone", "1914694741", "format"),
        ("id_no", "110105194912310021", "format"),
        ("child_name", "吴芷燃", "not_register"),
        ("visit_date", "2026-10-25", None),
    ],
)
def test_what_is_doubted_is_still_saved(form, context, good, field, typed, code):
    checked = check(form, {**good, field: typed}, context)
    assert checked.problems == ()
    assert (field, code) in codes(checked.doubts) if code else not checked.doubts
    assert field in checked.values


def test_the_last_good_values_of_each_range_are_taken(form, context, good):
    for field in form.fields():
        for end in field.hard or ():
            checked = check(form, {**good, field.name: end}, context)
            assert (field.name, "out_of_range") not in codes(checked.problems)


def test_a_visit_long_after_the_newborn_period_is_doubted(form, good):
    from datetime import date

    late = {**good, "visit_date": "2026-12-15", "next_date": "2026-12-30"}
    checked = check(form, late, Context(date(2026, 12, 31)))
    assert codes(checked.doubts) == {("visit_date", "age")}
    assert "2026年12月15日" in checked.doubts[0].message
    just = {**good, "visit_date": "2026-12-14", "next_date": "2026-12-30"}
    assert check(form, just, Context(date(2026, 12, 31))).doubts == ()


def test_words_belong_to_their_option(form, context, good):
    missing = check(form, {**good, "eyes": "2"}, context)
    assert codes(missing.problems) == {("eyes_text", "text_missing")}
    told = check(form, {**good, "eyes": "2", "eyes_text": "左眼红肿"}, context)
    assert told.problems == ()
    assert told.values["eyes_text"] == "左眼红肿"
    dropped = check(form, {**good, "eyes": "1", "eyes_text": "左眼红肿"}, context)
    assert "eyes_text" not in dropped.values


def test_what_is_not_relevant_is_not_asked_and_not_kept(form, context, good):
    checked = check(form, {**good, "apgar_1min": "not a number", "referral_reason": "发热"}, context)
    assert checked.problems == ()
    assert "referral_reason" not in checked.values
    asked = check(form, {**good, "asphyxia": "2", "referral": "2"}, context)
    missing = {field for field, code in codes(asked.problems) if code == "required"}
    assert missing == {"apgar_1min", "apgar_5min", "referral_reason", "referral_org"}
    unknown = check(form, {**good, "asphyxia": "2", "apgar_unknown": ["1"]}, context)
    assert unknown.problems == ()


def test_the_amount_of_milk_is_required_of_artificial_feeding_only(form, context, good):
    assert codes(check(form, {**good, "feeding": "3"}, context).problems) == {("milk_ml", "required")}
    for feeding in ("1", "2"):
        assert check(form, {**good, "feeding": feeding}, context).problems == ()


def test_unknown_fields_are_refused_by_name(form, context, good):
    checked = check(form, {**good, "wieght_kg": "3.4"}, context)
    assert codes(checked.problems) == {("wieght_kg", "unknown_field")}
    assert "wieght_kg" not in checked.values


@pytest.mark.parametrize(
    ("changed", "names", "kinds"),
    [
        ({"temp_c": "37.5"}, {"temperature"}, {"refer_now"}),
        ({"temp_c": "37.4"}, set(), set()),
        ({"temp_c": "35.5"}, {"temperature"}, {"refer_now"}),
        ({"temp_c": "35.6"}, set(), set()),
        ({"heart_rate": 99}, {"heart_rate"}, {"refer_now"}),
        ({"heart_rate": 100}, set(), set()),
        ({"heart_rate": 160}, set(), set()),
        ({"heart_rate": 161}, {"heart_rate"}, {"refer_now"}),
        ({"resp_rate": 19}, {"respiration"}, {"refer_now"}),
        ({"resp_rate": 20}, set(), set()),
        ({"resp_rate": 60}, set(), set()),
        ({"resp_rate": 61}, {"respiration"}, {"refer_now"}),
        ({"jaundice_site": ["2", "3"]}, {"jaundice_trunk_limbs"}, {"refer"}),
        ({"jaundice_site": ["2"]}, set(), set()),
        ({"jaundice_site": ["3", "5"]}, {"jaundice_hands_feet"}, {"refer_now"}),
        ({"hearing_screen": "3"}, {"hearing_screen"}, {"remind"}),
        ({"disease_screen": ["1"]}, {"disease_screen"}, {"remind"}),
        ({"gest_weeks": 36}, {"preterm"}, {"risk"}),
        ({"gest_weeks": 37}, set(), set()),
        ({"birth_weight_kg": "2.49"}, {"low_birth_weight"}, {"risk"}),
        ({"birth_weight_kg": "2.50"}, set(), set()),
        ({"birth_situation": ["4", "5"]}, {"multiple_birth"}, {"risk"}),
        ({"fontanelle": "2"}, {"fontanelle_bulging"}, {"refer_now"}),
        ({"neck_mass": "2", "neck_mass_text": "左颈"}, {"neck_mass"}, {"refer"}),
    ],
)
def test_hints_follow_the_norm_and_never_decide(form, context, good, changed, names, kinds):
    checked = check(form, {**good, **changed}, context)
    assert {shown.hint.name for shown in checked.hints} == names
    assert {shown.hint.kind.value for shown in checked.hints} == kinds
    assert all(shown.message and shown.hint.source for shown in checked.hints)
    assert checked.problems == ()


def test_a_new_record_starts_with_the_register_and_the_defaults(form, context):
    assert start(form, context) == {
        "child_name": "吴芷然",
        "sex": "2",
        "birth_date": "2026-10-15",
        "birth_weight_kg": "3.30",
        "visit_date": "2026-10-25",
        "next_date": "2026-11-12",
    }


def test_a_register_value_that_the_form_cannot_hold_is_left_out(form, context):
    odd = Context(context.today, {"child.sex": "5", "child.birth_situation": ("x",), "child.name": "x" * 60})
    assert set(start(form, odd)) == {"visit_date"}


def test_all_normal_fills_what_is_empty(form, context, good):
    findings = {field.name for field in form.fields() if field.normal is not None}
    rest = {name: answer for name, answer in good.items() if name not in findings}
    assert check(form, all_normal(form, rest), context).values == check(form, good, context).values


_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=6), inner, max_size=4)),
    max_leaves=6,
)


def _typed(field):
    near = [st.sampled_from([option.code for option in field.options])] if field.options else []
    if field.type in (FieldType.INTEGER, FieldType.DECIMAL):
        near += [st.decimals(-10, 300, places=2).map(str), st.integers(-5, 300)]
    if field.type is FieldType.DATE:
        near += [st.dates().map(str)]
    return st.one_of(*near, _JSON) if near else _JSON


@given(st.data())
def test_check_never_raises_and_all_normal_never_overwrites(form, data):
    from datetime import date

    fields = data.draw(st.lists(st.sampled_from([*form.fields()]), unique_by=lambda one: one.name, max_size=12))
    answers = {field.name: data.draw(_typed(field)) for field in fields}
    answers |= data.draw(st.dictionaries(st.text(max_size=8), _JSON, max_size=2))
    filled = all_normal(form, answers)
    assert {name: filled[name] for name in answers if not is_empty(answers[name])} == {
        name: value for name, value in answers.items() if not is_empty(value)
    }
    context = Context(date(2026, 10, 25))
    for one in (answers, filled):
        checked = check(form, one, context)
        known = {name for field in form.fields() for name in (field.name, field.text_name)}
        assert checked.values.keys() <= known
        assert json.loads(json.dumps(checked.values)) == checked.values
        assert check(form, checked.values, context).values == checked.values
        assert all(remark.message for remark in checked.problems + checked.doubts)


@given(_JSON)
def test_any_json_is_answered(form, answers):
    from datetime import date

    assert check(form, answers, Context(date(2026, 10, 25))).problems


def test_messages_speak_the_language_in_use(form, context, good):
    i18n.set_language("en")
    checked = check(form, {**good, "temp_c": "29.0", "signer": ""}, context)
    messages = {remark.field: remark.message for remark in checked.problems}
    assert messages["temp_c"] == "Temperature: 29.0 °C is not possible (from 30.0 to 43.0). Read it again."
    assert messages["signer"] == "Signature is still empty."


# -- numbers that name a person


@pytest.mark.parametrize(
    ("field", "number"), [("id_no", "110101202610150026"), ("mother_phone", "13812345678"), ("father_phone", "138123")]
)
def test_no_remark_repeats_a_number_that_names_a_person(form, context, good, field, number):
    other = {"id_no": "110101202610150042", "mother_phone": "15900001234", "father_phone": "15900005678"}[field]
    known = {**context.sources, form.field(field).prefill: other}
    for typed in (number, number + "5" * 200):
        checked = check(form, {**good, field: typed}, Context(context.today, known))
        remarks = [one.message for one in (*checked.problems, *checked.doubts) if one.field == field]
        assert remarks
        assert not [text for text in remarks if number in text or other in text]


def test_a_masked_number_is_refused(form, context, good):
    assert ("mother_phone", "masked") in codes(check(form, {**good, "mother_phone": "*******5678"}, context).problems)


@given(st.text(alphabet="0123456789X年: ", max_size=40))
def test_a_text_of_unknown_kind_shows_no_long_number(text):
    shown = mask_numbers(text)
    assert len(shown) == len(text)
    assert not re.search(r"\d{7}", shown)


def test_the_questions_of_a_group_are_asked_together():
    """While the group's condition is not true, none of it is asked: what was answered there is dropped."""
    form = parse_form(COLUMNS, "table.toml")
    answers = {"born_on": "2026-05-02", "seen_on": "2026-08-02", "age_column": "3", "teeth": 2, "decay": 0}
    today = date(2026, 11, 20)
    assert check(form, answers, Context(today)).values == answers
    younger = check(form, {**answers, "age_column": "1"}, Context(today))
    assert younger.values == {**{name: answers[name] for name in ("born_on", "seen_on")}, "age_column": "1"}
    assert younger.problems == ()
    assert asked_fields(form, {"age_column": "1"}, today) == {"born_on", "seen_on", "age_column", "face"}
