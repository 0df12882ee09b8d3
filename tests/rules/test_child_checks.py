"""What cannot be and what is odd in a child's particulars."""

from __future__ import annotations

import math
import tomllib
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu import paths
from zhaohu.records.codes import Sex
from zhaohu.rules.child_checks import (
    Carer,
    Particulars,
    Sibling,
    Weight,
    check_carers,
    check_child,
    expected_birth_weight_g,
)

TODAY = date(2026, 11, 20)
GIRL = "371103202611020021"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def citizen_id(born: date, sequence: int, area: str = "371103") -> str:
    """A number whose check character is worked out here, by the table of GB 11643."""
    body = f"{area}{born:%Y%m%d}{sequence:03}"
    rest = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11
    return body + "10X98765432"[rest]


def a_girl(**values) -> Particulars:
    return Particulars(**{"sex": Sex.FEMALE, "birth_date": date(2026, 11, 2), **values})


def codes(found) -> list[str]:
    return [one.code for one in found]


def refused(found) -> list[str]:
    return [one.code for one in found if one.weight is Weight.REFUSED]


def test_a_healthy_newborn_raises_no_question():
    child = a_girl(
        citizen_id=citizen_id(date(2026, 11, 2), 2),
        birth_certificate_no="X370000001",
        health_record_no="37110310210100001",
        gestation_days=275,
        birth_weight_g=3300,
        plurality=1,
        birth_order=2,
        discharged_on=date(2026, 11, 5),
    )
    mother = Carer("李秀梅", "52", date(1996, 3, 1), citizen_id(date(1996, 3, 1), 4))
    assert check_child(child, TODAY, [Sibling("单子轩", date(2023, 5, 1), 1)]) == []
    assert check_carers([mother, Carer("单强", "51", date(1994, 8, 9))], child, TODAY) == []


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"birth_date": TODAY + timedelta(days=1)}, "birth_date", "future"),
        ({"discharged_on": TODAY + timedelta(days=1)}, "discharged_on", "future"),
        ({"discharged_on": date(2026, 11, 1)}, "discharged_on", "before_birth"),
        ({"citizen_id": "37110320261102002"}, "citizen_id", "id_format"),
        ({"citizen_id": "371103202613020021"}, "citizen_id", "id_birth_date"),
        ({"birth_certificate_no": "3700000010"}, "birth_certificate_no", "certificate_format"),
        ({"health_record_no": "371103102101"}, "health_record_no", "record_number_format"),
    ],
)
def test_what_cannot_be_is_refused(values, field, code):
    (found,) = check_child(a_girl(**values), TODAY)
    assert (found.field, found.code, found.weight) == (field, code, Weight.REFUSED)
    assert found.message


@given(st.integers(0, 999), st.sampled_from("0123456789X"))
def test_only_the_right_check_character_passes(sequence, last):
    right = citizen_id(date(2026, 11, 2), sequence)
    found = check_child(a_girl(citizen_id=right[:-1] + last), TODAY)
    assert ("id_check_digit" in refused(found)) == (last != right[-1])


@given(st.dates(date(2020, 1, 1), TODAY), st.dates(date(2020, 1, 1), TODAY), st.integers(0, 999), st.booleans())
def test_an_id_that_says_otherwise_is_doubtful_and_never_refused(in_id, given_day, sequence, girl):
    sex = Sex.FEMALE if girl else Sex.MALE
    found = check_child(Particulars(sex=sex, birth_date=given_day, citizen_id=citizen_id(in_id, sequence)), TODAY)
    agrees = in_id == given_day and (sequence % 2 == 0) == girl
    assert refused(found) == []
    assert (found == []) == agrees


@pytest.mark.parametrize(
    ("days", "grams", "code"),
    [
        (32 * 7, 3400, "heavy_for_gestation"),  # the weeks of another child
        (40 * 7, 1200, "light_for_gestation"),
        (39 * 7, 330, "light_for_gestation"),  # a digit is missing
        (28 * 7, 2600, "heavy_for_gestation"),
    ],
)
def test_weights_that_do_not_fit_the_weeks_are_doubtful(days, grams, code):
    assert codes(check_child(a_girl(gestation_days=days, birth_weight_g=grams), TODAY)) == [code]


@pytest.mark.parametrize(
    ("days", "grams"), [(40 * 7, 2400), (40 * 7, 5000), (36 * 7, 1600), (28 * 7, 650), (275, 4200)]
)
def test_small_and_large_children_are_not_doubted(days, grams):
    assert check_child(a_girl(gestation_days=days, birth_weight_g=grams), TODAY) == []


def test_the_expected_weight_is_the_published_one():
    grams = {weeks: expected_birth_weight_g(weeks * 7) for weeks in range(22, 45)}
    assert list(grams.values()) == sorted(grams.values())
    assert grams[28] == pytest.approx(1210, abs=5)  # Hadlock 1991, table of the 50th percentile
    assert grams[40] == pytest.approx(3619, abs=5)


@pytest.mark.parametrize("sex", [Sex.MALE, Sex.FEMALE])
def test_average_children_of_another_standard_are_never_doubted(sex):
    """The medians of INTERGROWTH-21st, by its own equation."""
    mu = tomllib.loads(paths.resource("growth/intergrowth_preterm.toml").read_text("utf-8"))["wfa"]["mu"]
    for weeks in range(28, 43):
        log_kg = mu["1"] + mu["sqrt(x)"] * math.sqrt(weeks) + mu["1/x^2"] / weeks**2 + mu["male"] * (sex is Sex.MALE)
        child = Particulars(
            sex, date(2026, 1, 1), gestation_days=weeks * 7, birth_weight_g=round(1000 * math.exp(log_kg))
        )
        assert check_child(child, TODAY) == [], weeks


@given(st.dates(date(2023, 1, 1), TODAY), st.integers(-1200, 1200))
def test_births_lie_seven_months_apart_or_together(born, gap):
    other = born + timedelta(days=gap)
    found = codes(check_child(a_girl(birth_date=born), TODAY, [Sibling("姐", other)]))
    if abs(gap) <= 1 or abs(gap) > 215:
        assert found == []
    elif abs(gap) < 209:
        assert found == ["close_births"]


def test_twins_are_no_single_birth():
    twin = [Sibling("单芷若", date(2026, 11, 2), 1)]
    assert codes(check_child(a_girl(plurality=1, birth_order=2), TODAY, twin)) == ["twin_but_single"]
    assert check_child(a_girl(plurality=2, birth_order=2), TODAY, twin) == []


@pytest.mark.parametrize(("mine", "code"), [(1, "same_order"), (2, ""), (3, "")])
def test_the_order_follows_the_births(mine, code):
    found = codes(check_child(a_girl(birth_order=mine), TODAY, [Sibling("哥", date(2022, 1, 1), 1)]))
    assert found == ([code] if code else [])


def test_an_older_child_has_no_higher_number():
    found = check_child(a_girl(birth_order=1), TODAY, [Sibling("哥", date(2022, 1, 1), 2)])
    assert codes(found) == ["wrong_order"]
    assert "哥" in found[0].message


@pytest.mark.parametrize(
    ("relation", "born", "code"),
    [
        ("52", date(2014, 1, 1), "age_at_birth"),
        ("52", date(1960, 1, 1), "age_at_birth"),
        ("51", date(1945, 1, 1), "age_at_birth"),
        ("62", date(2000, 1, 1), "age_at_birth"),
        ("97", date(2026, 11, 2), "younger_than_child"),
        ("52", date(2005, 1, 1), ""),
        ("51", date(1962, 1, 1), ""),
        ("62", date(1970, 1, 1), ""),
        ("75", date(2012, 1, 1), ""),
    ],
)
def test_the_age_of_a_caregiver_fits_the_child(relation, born, code):
    found = check_carers([Carer("某", relation, born)], a_girl(), TODAY)
    assert codes(found) == ([code] if code else [])
    assert refused(found) == []


def test_a_caregiver_cannot_be_born_tomorrow():
    found = check_carers(
        [Carer("某", "52", TODAY + timedelta(days=1), fields={"birth_date": "mother_birth"})], None, TODAY
    )
    assert [(one.field, one.code, one.weight) for one in found] == [("mother_birth", "future", Weight.REFUSED)]


def test_mother_and_child_have_two_ids():
    number = citizen_id(date(2026, 11, 2), 2)
    found = check_carers([Carer("李秀梅", "52", citizen_id=number)], a_girl(citizen_id=number), TODAY)
    assert refused(found) == ["same_id"]


def test_an_id_of_a_man_is_no_mothers():
    found = check_carers([Carer("李秀梅", "52", citizen_id=citizen_id(date(1996, 3, 1), 3))], None, TODAY)
    assert codes(found) == ["id_other_sex"]


def test_two_mothers_are_asked_about():
    found = check_carers([Carer("李秀梅", "52"), Carer("王芳", "52")], None, TODAY)
    assert codes(found) == ["two_mothers"]
    assert "李秀梅、王芳" in found[0].message or "李秀梅, 王芳" in found[0].message
