from datetime import date
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu.rules.growth import (
    BOTH,
    Ages,
    Flag,
    Indicator,
    Measurement,
    Position,
    Reason,
    Standard,
    assess,
)

ALL = Measurement(9600, 755, 460)
YEAR = Ages.of_days(365)


@pytest.mark.parametrize("standard", BOTH)
def test_a_whole_measurement_has_all_results(references, standard):
    got = assess(references, standard, 1, YEAR, ALL)
    assert [result.indicator for result in got.scores.results] == list(Indicator)
    assert all(result.z is not None and result.reason is None for result in got.scores.results)
    assert [result.value for result in got.scores.results] == [9.6, 75.5, 9.6, pytest.approx(16.8414, abs=1e-4), 46]
    assert [result.unit for result in got.scores.results] == ["kg", "cm", "kg", "kg/m²", "cm"]
    assert all(0 < result.percentile < 100 for result in got.scores.results)
    assert all((result.level is None) is (standard is Standard.WHO) for result in got.scores.results)
    assert not got.corrected


@pytest.mark.parametrize("sex", [0, 9])
@pytest.mark.parametrize("standard", BOTH)
def test_without_sex_there_is_no_score_but_the_values_are(references, standard, sex):
    got = assess(references, standard, sex, YEAR, ALL)
    assert {result.reason for result in got.scores.results} == {Reason.SEX_UNKNOWN}
    assert all(result.z is None and result.percentile is None for result in got.scores.results)
    assert got.of(Indicator.WFA).value == 9.6


def test_what_was_not_measured_says_so(references):
    weight = assess(references, Standard.CHINA, 1, YEAR, Measurement(weight_g=9600))
    missing = [result.indicator for result in weight.scores.results if result.reason is Reason.NOT_MEASURED]
    assert missing == [Indicator.LHFA, Indicator.WFL, Indicator.BFA, Indicator.HCFA]
    assert all(weight.of(indicator).value is None for indicator in missing)
    length = assess(references, Standard.WHO, 1, YEAR, Measurement(length_mm=755))
    assert length.of(Indicator.LHFA).z is not None
    assert length.of(Indicator.WFL).reason is Reason.NOT_MEASURED


@pytest.mark.parametrize("standard", BOTH)
@pytest.mark.parametrize("bad", [0, -3, 9.9, 1e300, 5e-324, float("inf"), float("nan")])
def test_numbers_that_no_child_can_have_count_as_not_measured(references, standard, bad):
    got = assess(references, standard, 1, Ages.of_days(900), Measurement(bad, bad, bad, Position.LYING))
    assert {result.reason for result in got.scores.results} == {Reason.NOT_MEASURED}


@pytest.mark.parametrize("standard", BOTH)
def test_with_oedema_only_weight_is_left_out(references, standard):
    got = assess(references, standard, 2, YEAR, Measurement(9600, 755, 460, oedema=True))
    reasons = [result.reason for result in got.scores.results]
    assert reasons == [Reason.OEDEMA, None, Reason.OEDEMA, Reason.OEDEMA, None]


@pytest.mark.parametrize(("standard", "last_day"), [(Standard.WHO, 1826), (Standard.CHINA, 2556)], ids=["who", "china"])
def test_the_standards_end(references, standard, last_day):
    tall = Measurement(20000, 1090)
    assert assess(references, standard, 1, Ages.of_days(last_day), tall).of(Indicator.WFA).z is not None
    after = assess(references, standard, 1, Ages.of_days(last_day + 1), tall)
    assert after.of(Indicator.WFA).reason is Reason.AGE_OUT_OF_RANGE


def test_before_birth_there_is_no_standard(references):
    ages = Ages.on(date(2025, 3, 5), date(2025, 3, 4), 210)
    got = assess(references, Standard.WHO, 1, ages, ALL)
    assert got.of(Indicator.WFA).reason is Reason.AGE_OUT_OF_RANGE
    assert not got.corrected


def test_a_length_off_the_table_is_named(references):
    got = assess(references, Standard.WHO, 1, YEAR, Measurement(9600, 440, 460))
    assert got.of(Indicator.WFL).reason is Reason.LENGTH_OUT_OF_RANGE
    assert Flag.HAZ_IMPLAUSIBLE in got.scores.flags


def test_head_circumference_after_three_years_is_whos_only(references):
    four = Ages.of_days(1461)
    measured = Measurement(16000, 1020, 500)
    china = assess(references, Standard.CHINA, 1, four, measured).of(Indicator.HCFA)
    assert china.reason is Reason.HEAD_AGE_OUT_OF_RANGE
    assert assess(references, Standard.WHO, 1, four, measured).of(Indicator.HCFA).z is not None


def test_a_preterm_child_is_compared_by_corrected_age_with_the_other_beside(references):
    ages = Ages.on(date(2024, 3, 5), date(2024, 9, 5), 30 * 7)
    got = assess(references, Standard.CHINA, 1, ages, Measurement(6500, 620))
    assert got.corrected
    assert got.scores.age.days == 184 - 70
    assert got.chronological.age.days == 184
    term = assess(references, Standard.CHINA, 1, Ages(ages.corrected), Measurement(6500, 620))
    assert got.scores.results == term.scores.results
    assert got.of(Indicator.WFA).z > got.chronological.of(Indicator.WFA).z


def test_before_its_term_a_preterm_child_has_only_the_chronological_result(references):
    ages = Ages.on(date(2024, 3, 5), date(2024, 3, 15), 30 * 7)
    got = assess(references, Standard.WHO, 2, ages, Measurement(1500, 400))
    assert got.of(Indicator.WFA).reason is Reason.BEFORE_TERM
    assert got.chronological.of(Indicator.WFA).z < -3


def test_position_follows_the_age_that_chose_the_reference(references):
    """At 9½ months, 7½ corrected: standing is not believed, though it would be by age since birth."""
    ages = Ages.of_days(290, 30 * 7)
    got = assess(references, Standard.WHO, 1, ages, Measurement(8000, 690, position=Position.STANDING))
    assert got.scores.flags == (Flag.STANDING_UNDER_9_MONTHS,)
    assert got.chronological.flags == (Flag.STANDING_CONVERTED,)


AMOUNTS = st.one_of(st.none(), st.integers(), st.floats(), st.floats(1, 100_000))


@given(
    standard=st.sampled_from(Standard),
    sex=st.integers(-1, 9),
    days=st.integers(-400, 4000),
    gestation_days=st.one_of(st.none(), st.integers(140, 330)),
    weight=AMOUNTS,
    length=AMOUNTS,
    head=AMOUNTS,
    position=st.sampled_from((None, *Position)),
    oedema=st.booleans(),
)
def test_every_input_has_an_answer(
    references, standard, sex, days, gestation_days, weight, length, head, position, oedema
):
    """A finite score, or the reason why there is none; never an error, never NaN."""
    measured = Measurement(weight, length, head, position, oedema)
    got = assess(references, standard, sex, Ages.of_days(days, gestation_days), measured)
    for scores in filter(None, (got.scores, got.chronological)):
        assert [result.indicator for result in scores.results] == list(Indicator)
        for result in scores.results:
            assert (result.z is None) is (result.reason is not None)
            assert result.z is None or isfinite(result.z)
            assert result.value is None or isfinite(result.value)
            assert (result.level is None) is (result.z is None or standard is not Standard.CHINA)


@given(
    standard=st.sampled_from(Standard),
    sex=st.sampled_from((1, 2)),
    days=st.integers(0, 2400),
    weight=st.integers(10, 60_000),
    length=st.integers(300, 1400),
    head=st.integers(150, 650),
    more=st.integers(1, 500),
)
def test_more_never_scores_lower_by_any_standard(references, standard, sex, days, weight, length, head, more):
    ages = Ages.of_days(days, 210)
    few = assess(references, standard, sex, ages, Measurement(weight, length, head))
    heavier = assess(references, standard, sex, ages, Measurement(weight + more, length, head))
    longer = assess(references, standard, sex, ages, Measurement(weight, length + more, head + more))
    for indicator, later in (
        (Indicator.WFA, heavier),
        (Indicator.WFL, heavier),
        (Indicator.BFA, heavier),
        (Indicator.LHFA, longer),
        (Indicator.HCFA, longer),
    ):
        a, b = few.of(indicator), later.of(indicator)
        assert a.z is None or a.z < b.z
