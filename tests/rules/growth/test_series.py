from datetime import date, timedelta

import pytest

from zhaohu.rules.growth import BOTH, Indicator, Measurement, Reason, Standard
from zhaohu.rules.growth.series import Born, measure_day

BORN = date(2024, 3, 5)
BABY = Measurement(2500, 460, 330)


def day(references, days, sex=1, gestation_days=None):
    return measure_day(references, Born(BORN, sex, gestation_days), BORN + timedelta(days=days), BABY, "visit")


def test_a_day_is_assessed_by_every_standard(references):
    got = day(references, 40, gestation_days=210)
    assert (got.on, got.visit_id, got.measured) == (date(2024, 4, 14), "visit", BABY)
    assert {standard: got.by(standard).standard for standard in Standard} == {s: s for s in Standard}
    assert got.by(Standard.INTERGROWTH) is got.preterm
    assert got.preterm.of(Indicator.WFA).z is not None


@pytest.mark.parametrize(
    ("days", "gestation_days", "there"),
    [(0, 189, True), (0, 188, False), (1, 188, True), (448 - 210, 210, True), (449 - 210, 210, False), (5, 259, False)],
)
def test_intergrowth_stands_beside_for_preterm_births_from_27_to_64_weeks(references, days, gestation_days, there):
    assert (day(references, days, gestation_days=gestation_days).preterm is not None) is there


def test_before_term_it_stands_alone(references):
    got = day(references, 40, gestation_days=210)
    assert {got.by(standard).of(Indicator.WFA).reason for standard in BOTH} == {Reason.BEFORE_TERM}
    after = day(references, 100, gestation_days=210)
    assert all(after.by(standard).of(Indicator.WFA).z is not None for standard in Standard)


@pytest.mark.parametrize(
    ("days", "gestation_days", "reason"),
    [(40, None, Reason.NOT_PRETERM), (300, 210, Reason.PMA_OUT_OF_RANGE), (900, 210, Reason.PMA_OUT_OF_RANGE)],
)
def test_where_it_has_nothing_it_says_why(references, days, gestation_days, reason):
    got = day(references, days, gestation_days=gestation_days)
    assert got.preterm is None
    assert got.by(Standard.INTERGROWTH).of(Indicator.LHFA).reason is reason
    assert got.by(Standard.INTERGROWTH).of(Indicator.BFA).reason is Reason.NOT_IN_STANDARD


def test_of_unknown_sex_both_results_are_given_and_none_is_chosen(references):
    got = day(references, 100, sex=0, gestation_days=210)
    assert all(got.by(standard).of(Indicator.WFA).z is None for standard in Standard)
    assert got.by(Standard.INTERGROWTH).of(Indicator.WFA).reason is Reason.SEX_UNKNOWN
    boy, girl = got.either
    for sex, child in ((1, boy), (2, girl)):
        known = day(references, 100, sex=sex, gestation_days=210)
        assert (child.china, child.who, child.preterm) == (known.china, known.who, known.preterm)
        assert known.either is None
