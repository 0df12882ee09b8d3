"""INTERGROWTH-21st against its printed z-score tables and against its equations written out once more."""

import csv
from datetime import date, timedelta
from itertools import pairwise
from math import exp, log, sqrt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu.rules.growth import (
    Age,
    Ages,
    Flag,
    Indicator,
    Measurement,
    Position,
    Reason,
    Standard,
    assess,
    load_references,
)
from zhaohu.rules.growth.preterm import postmenstrual_days
from zhaohu.rules.growth.references import PMA_FIRST_DAY, PMA_LAST_DAY
from zhaohu.rules.growth.series import Born, measure_day
from zhaohu.rules.growth.zscore import lms_value, lms_z

PRINTED = Path(__file__).parents[2] / "data/growth/intergrowth_preterm_printed.csv"
MEASURED = (Indicator.WFA, Indicator.LHFA, Indicator.HCFA)
BORN = date(2024, 3, 5)
BABY = Measurement(2500, 460, 330)


def equation(indicator, sex, week, z):
    """The published equations, in kg and cm."""
    male = 1 if sex == 1 else 0
    if indicator == "wfa":
        mean = 2.591277 - 0.01155 * sqrt(week) - 2201.705 / week**2 + 0.0911639 * male
        return exp(mean + z * (0.1470258 + 505.92394 / week**2 - 140.0576 * log(week) / week**2))
    if indicator == "lhfa":
        mean = 4.136244 - 547.0018 / week**2 + 0.0026066 * week + 0.0314961 * male
        return exp(mean + z * (0.050489 + 310.44761 / week**2 - 90.0742 * log(week) / week**2))
    mean = 55.53617 - 852.0059 / week + 0.7957903 * male
    return mean + z * (3.0582292 + 3910.05 / week**2 - 180.5625 / week)


def row(references, sex, indicator, days):
    return getattr(references.intergrowth[sex], indicator)[days - PMA_FIRST_DAY]


def preterm(references, pma_days, measured=BABY, sex=1, gestation_days=189):
    on = BORN + timedelta(days=pma_days - gestation_days)
    return assess(references, Standard.INTERGROWTH, sex, Ages.on(BORN, on, gestation_days), measured)


def test_every_printed_z_score_value_is_reproduced(references):
    """To within half of the last digit, and a hair for ties."""
    with PRINTED.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    for line in lines:
        indicator, sex, week = line["indicator"], int(line["sex"]), int(line["week"])
        unit, half_digit = (1000, 5) if indicator == "wfa" else (10, 0.5)
        cells = list(line.values())[3:]
        for sd, cell in zip(range(-3, 4), cells, strict=True):
            value = lms_value(sd, row(references, sex, indicator, week * 7))
            assert value == pytest.approx(float(cell) * unit, abs=half_digit * 1.01), line
    assert len(lines) == 60


@pytest.mark.parametrize("indicator", ["wfa", "lhfa", "hcfa"])
def test_every_day_is_its_equation(references, indicator):
    unit = 1000 if indicator == "wfa" else 10
    for sex in (1, 2):
        assert len(getattr(references.intergrowth[sex], indicator)) == 260
        for days in range(27 * 7, 64 * 7 + 1):
            lms = row(references, sex, indicator, days)
            for z in (-3.5, -2, 0, 1, 4):
                value = equation(indicator, sex, days / 7, z) * unit
                assert lms_z(value, lms) == pytest.approx(z, abs=1e-9)
                assert lms_value(z, lms) == pytest.approx(value, rel=1e-12)


@given(
    st.sampled_from(MEASURED),
    st.sampled_from((1, 2)),
    st.integers(27 * 7, 64 * 7),
    st.floats(-5, 5),
    st.floats(0.01, 3),
)
def test_score_and_value_are_inverse_and_rise_together(references, indicator, sex, days, z, more):
    lms = row(references, sex, indicator.value, days)
    assert lms_z(lms_value(z, lms), lms) == pytest.approx(z, abs=1e-9)
    assert lms_value(z + more, lms) > lms_value(z, lms)


def test_scores_go_on_from_day_to_day(references):
    for indicator in MEASURED:
        scores = [preterm(references, days).of(indicator).z for days in range(PMA_FIRST_DAY, PMA_LAST_DAY + 1)]
        assert all(0 < a - b < 0.2 for a, b in pairwise(scores))


def test_the_scores_are_those_of_the_day_of_postmenstrual_age(references):
    got = preterm(references, 40 * 7 + 3)
    for indicator, value in zip(MEASURED, (2.5, 46.0, 33.0), strict=True):
        result = got.of(indicator)
        assert equation(indicator, 1, (40 * 7 + 3) / 7, result.z) == pytest.approx(value, rel=1e-9)
        assert result.value == value
    assert postmenstrual_days(got.scores.age) == 40 * 7 + 3
    assert not got.corrected


@pytest.mark.parametrize(("days", "there"), [(188, False), (189, True), (448, True), (449, False)])
def test_it_covers_27_to_64_weeks(references, days, there):
    result = preterm(references, days, gestation_days=182).of(Indicator.WFA)
    assert (result.z is not None) is there
    assert result.reason is (None if there else Reason.PMA_OUT_OF_RANGE)


def test_it_has_no_weight_for_length_and_no_bmi(references):
    got = preterm(references, 280)
    assert [r.reason for r in got.scores.results] == [None, None, Reason.NOT_IN_STANDARD, Reason.NOT_IN_STANDARD, None]
    weight_only = preterm(references, 280, Measurement(weight_g=2500))
    assert weight_only.of(Indicator.WFL).reason is Reason.NOT_MEASURED


@pytest.mark.parametrize("gestation_days", [None, 259, 280])
def test_it_is_for_preterm_births_only(references, gestation_days):
    ages = Ages.of_days(30, gestation_days)
    got = assess(references, Standard.INTERGROWTH, 1, ages, BABY)
    assert got.of(Indicator.WFA).reason is Reason.NOT_PRETERM
    assert got.of(Indicator.WFA).value == 2.5


def test_from_two_years_on_only_the_age_is_the_reason(references):
    got = assess(references, Standard.INTERGROWTH, 1, Ages.of_days(800, 210), BABY)
    assert got.of(Indicator.HCFA).reason is Reason.PMA_OUT_OF_RANGE


def test_without_sex_there_is_no_score(references):
    got = preterm(references, 280, sex=9)
    assert {got.of(indicator).reason for indicator in MEASURED} == {Reason.SEX_UNKNOWN}


def test_oedema_and_standing(references):
    swollen = preterm(references, 300, Measurement(2500, 460, 330, Position.STANDING, oedema=True))
    assert swollen.of(Indicator.WFA).reason is Reason.OEDEMA
    lying = preterm(references, 300)
    assert swollen.of(Indicator.LHFA).z == lying.of(Indicator.LHFA).z
    assert swollen.scores.flags == (Flag.STANDING_UNDER_9_MONTHS,)
    assert lying.scores.flags == ()


def test_what_is_hardly_possible_is_flagged(references):
    assert preterm(references, 280, Measurement(250, 460)).scores.flags == (Flag.WAZ_IMPLAUSIBLE,)


def test_coefficients_that_cannot_be_read_are_refused(read):
    def broken(name):
        return read(name).replace("ln(x)/x^2", "x^9") if name.startswith("intergrowth") else read(name)

    with pytest.raises(ValueError, match="intergrowth_preterm"):
        load_references(broken)


def test_postmenstrual_age_counts_from_forty_weeks():
    assert postmenstrual_days(Age.of_days(0)) == 280
    assert postmenstrual_days(Age.of_days(-20)) == 260


def test_no_length_at_all_is_no_division_by_it(references):
    for measured in (Measurement(2500, 0, 330), Measurement(2500, 2_000_000, 330)):
        found = assess(references, Standard.INTERGROWTH, 1, Ages.on(BORN, BORN), measured)
        assert found.of(Indicator.BFA).reason is Reason.NOT_MEASURED
        day = measure_day(references, Born(BORN, 1), BORN, measured)
        assert day.by(Standard.INTERGROWTH).of(Indicator.LHFA).reason is Reason.NOT_MEASURED
