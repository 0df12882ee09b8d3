"""Doubtful entries by example: one boy whose numbers are known, and the mistakes that nurses make."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu import paths
from zhaohu.rules.growth import Position, References, load_references
from zhaohu.rules.growth.assess import Measurement
from zhaohu.rules.growth.doubt import Cause, Doubt, DoubtRules, Measure, doubts, parse_doubts
from zhaohu.rules.growth.doubt.typed import meanings
from zhaohu.rules.growth.series import Born

REFERENCES: References = load_references(lambda name: paths.resource(f"growth/{name}").read_text("utf-8"))
TEXT = paths.resource("growth/doubts.toml").read_text("utf-8")
RULES: DoubtRules = parse_doubts(TEXT)
BOY = Born(date(2026, 1, 1), 1)
ON = date(2026, 7, 1)


@dataclass(frozen=True)
class Day:
    on: date
    measured: Measurement


CURVE = (
    Day(date(2026, 1, 1), Measurement(3300, 500)),
    Day(date(2026, 1, 31), Measurement(4500, 547, 372)),
    Day(date(2026, 4, 1), Measurement(6400, 616, 405)),
)
TRUE = Measurement(7900, 678, 433)


def found(measured: Measurement, earlier=CURVE, born: Born = BOY, on: date = ON, **more) -> list[Doubt]:
    return list(doubts(RULES, REFERENCES, born, on, measured, earlier, **more))


def causes(measured: Measurement, *args, **more) -> list[tuple[Measure, Cause, float | None]]:
    return [(one.measure, one.cause, one.likely) for one in found(measured, *args, **more)]


@pytest.mark.parametrize("earlier", [CURVE, ()])
def test_what_fits_is_not_doubted(earlier) -> None:
    assert causes(TRUE, earlier) == []
    assert causes(Measurement(), earlier) == []


@pytest.mark.parametrize(
    ("measured", "expected", "hard"),
    [
        (replace(TRUE, weight_g=79_000), [(Measure.WEIGHT, Cause.DECIMAL_SLIP, 7.9)], True),
        (replace(TRUE, weight_g=790), [(Measure.WEIGHT, Cause.DECIMAL_SLIP, 7.9)], True),
        (replace(TRUE, weight_g=15_800), [(Measure.WEIGHT, Cause.JIN, 7.9)], False),
        (replace(TRUE, weight_g=7_900_000), [(Measure.WEIGHT, Cause.GRAMS, 7.9)], True),
        (replace(TRUE, length_mm=6780), [(Measure.LENGTH, Cause.MILLIMETRES, 67.8)], True),
        (replace(TRUE, head_mm=4330), [(Measure.HEAD, Cause.MILLIMETRES, 43.3)], True),
        (replace(TRUE, length_mm=6.78), [(Measure.LENGTH, Cause.METRES, 67.8)], True),
        (
            replace(TRUE, weight_g=67_800, length_mm=79),
            [(Measure.WEIGHT, Cause.WEIGHT_IN_LENGTH, 7.9), (Measure.LENGTH, Cause.WEIGHT_IN_LENGTH, 67.8)],
            True,
        ),
        (
            replace(TRUE, length_mm=433, head_mm=678),
            [(Measure.LENGTH, Cause.LENGTH_AS_HEAD, 67.8), (Measure.HEAD, Cause.LENGTH_AS_HEAD, 43.3)],
            False,
        ),
        (replace(TRUE, head_mm=678), [(Measure.HEAD, Cause.LENGTH_AS_HEAD, None)], False),
    ],
)
@pytest.mark.parametrize("earlier", [CURVE, ()])
def test_a_mistake_is_named_with_what_was_meant(measured, expected, hard, earlier) -> None:
    said = found(measured, earlier)
    assert sorted((one.measure, one.cause, one.likely or 0) for one in said) == sorted(
        (measure, cause, likely or 0) for measure, cause, likely in expected
    )
    assert all(one.hard is hard for one in said)


def test_swapped_digits_need_the_childs_own_curve() -> None:
    assert causes(replace(TRUE, weight_g=9700)) == [(Measure.WEIGHT, Cause.SWAPPED_DIGITS, 7.9)]
    assert causes(replace(TRUE, weight_g=9700), ()) == []  # 9.7 kg is within +2 SD at six months


def test_only_the_weight_field_is_filled_with_a_length() -> None:
    (first, *_rest) = found(Measurement(weight_g=67_800), ())
    assert (first.cause, first.likely, first.hard) == (Cause.WEIGHT_IN_LENGTH, None, True)


def test_two_mistakes_in_one_visit_are_both_named() -> None:
    said = causes(replace(TRUE, weight_g=79_000, head_mm=4330))
    assert sorted(said) == [
        (Measure.HEAD, Cause.MILLIMETRES, 43.3),
        (Measure.WEIGHT, Cause.DECIMAL_SLIP, 7.9),
    ]


def test_shrinking_is_doubted_beyond_measuring_error_only() -> None:
    shorter = replace(TRUE, length_mm=600)  # 1.6 cm less than three months before
    assert causes(shorter) == [(Measure.LENGTH, Cause.SHRUNK, None)]
    assert "61.6 cm" in found(shorter)[0].message
    last = (Day(date(2026, 6, 20), Measurement(length_mm=680)),)
    assert causes(Measurement(length_mm=670), last) == []
    assert causes(Measurement(length_mm=664), last) == [(Measure.LENGTH, Cause.SHRUNK, None)]


def test_standing_is_reckoned_before_shrinking_is_said() -> None:
    born = Born(date(2024, 1, 1), 2)
    lying = (Day(date(2025, 12, 20), Measurement(length_mm=880, position=Position.LYING)),)
    on = date(2026, 1, 20)  # standing she is 0.7 cm shorter
    standing = Measurement(length_mm=862, position=Position.STANDING)
    assert causes(standing, lying, born, on) == []
    assert causes(replace(standing, position=Position.LYING), lying, born, on) == [(Measure.LENGTH, Cause.SHRUNK, None)]


def test_a_jump_of_the_weight_is_told_from_an_unusual_weight() -> None:
    assert causes(replace(TRUE, weight_g=5000)) == [(Measure.WEIGHT, Cause.JUMP, None)]
    assert causes(replace(TRUE, weight_g=4200), ()) == [(Measure.WEIGHT, Cause.UNUSUAL, None)]


def test_a_wrong_year_is_seen_and_the_right_day_offered() -> None:
    earlier = (*CURVE, Day(ON, TRUE))
    typed = Measurement(9600, 757, 461)  # of 2027-01-01, typed as 2026-01-08 … of the month before
    (doubt,) = found(Measurement(11_000, 823, 478), earlier, on=date(2026, 8, 1), today=date(2027, 8, 1))
    assert (doubt.measure, doubt.cause, doubt.likely_on) == (Measure.DATE, Cause.DATE, date(2027, 8, 1))
    assert found(typed, earlier, on=date(2027, 1, 1)) == []


def test_a_day_that_is_still_to_come_is_never_meant() -> None:
    said = found(Measurement(11_000, 823, 478), CURVE, on=date(2026, 8, 1), today=date(2026, 8, 1))
    assert all(one.likely_on is None for one in said)


def test_a_twins_numbers_are_recognised() -> None:
    theirs = Measurement(5600, 625, 412)
    (doubt, *_rest) = found(theirs, others=[("小乙", theirs)])
    assert (doubt.cause, doubt.sibling) == (Cause.SIBLING, "小乙")
    assert "小乙" in doubt.message
    assert causes(TRUE, others=[("小乙", TRUE)]) == []  # twins may be alike


def test_days_after_count_too_when_a_visit_is_put_in_between() -> None:
    born, on = Born(date(2025, 1, 1), 2), date(2025, 9, 1)
    after = (Day(date(2025, 10, 1), Measurement(8200, 705, 440)), Day(date(2026, 1, 1), Measurement(9000, 742, 452)))
    assert causes(Measurement(8000, 693, 436), after, born, on) == []
    assert causes(Measurement(8000 * 2, 693, 436), after, born, on) == [(Measure.WEIGHT, Cause.JIN, 8.0)]


def test_unknown_sex_is_doubted_only_when_either_would_be() -> None:
    nobody = replace(BOY, sex=0)
    assert causes(replace(TRUE, weight_g=79_000), born=nobody) == [(Measure.WEIGHT, Cause.DECIMAL_SLIP, 7.9)]
    assert causes(TRUE, born=nobody) == []
    assert "儿童" in found(replace(TRUE, weight_g=79_000), born=nobody)[0].message


def test_preterm_children_are_judged_by_corrected_age() -> None:
    born = Born(date(2026, 1, 1), 2, gestation_days=30 * 7)
    on = date(2026, 1, 20)  # seven weeks before term
    assert causes(Measurement(1450, 405, 285), (), born, on) == []
    assert causes(Measurement(14_500, 405, 285), (), born, on) == [(Measure.WEIGHT, Cause.DECIMAL_SLIP, 1.45)]
    assert causes(Measurement(1450, 405, 285), (), replace(born, gestation_days=280), on) != []


def test_before_the_birth_nothing_is_said() -> None:
    assert found(TRUE, on=date(2025, 12, 31)) == []


def test_the_sentence_has_value_age_sex_and_what_to_do() -> None:
    (doubt,) = found(replace(TRUE, weight_g=79_000))
    for part in ("79 kg", "男孩", "6 月", "7.9 kg", "改正"):
        assert part in doubt.message
    (doubt,) = found(replace(TRUE, weight_g=50_000), ())
    assert doubt.cause in (Cause.UNUSUAL, Cause.SWAPPED_DIGITS)
    assert doubt.hard


def test_every_cause_has_its_words() -> None:
    def words(cause: Cause, measure: Measure, *numbers: float | None) -> str:
        value, likely, before = numbers
        return Doubt(cause, measure, value, likely, False, 1, BOY.on, ON, ON, "小乙", before).message

    numbers = [cause for cause in Cause if cause not in (Cause.DATE, Cause.SEX)]
    said = [words(cause, Measure.WEIGHT, 79.0, likely, 8.0) for cause in numbers for likely in (7.9, None)]
    said += [words(Cause.DATE, Measure.DATE, None, None, None), words(Cause.SEX, Measure.SEX, None, None, None)]
    assert all(said)
    assert not any("{" in text for text in said)


@given(st.floats(0.01, 150_000), st.sampled_from(list(Measure)[:3]))
def test_what_a_number_may_have_meant_is_another_number(number: float, measure: Measure) -> None:
    for _cause, meant in meanings(measure, number):
        assert meant > 0
        assert meant != pytest.approx(number, rel=1e-9)


AMOUNTS = st.one_of(st.none(), st.floats(1, 2_000_000))


@given(
    st.builds(Measurement, AMOUNTS, AMOUNTS, AMOUNTS, st.sampled_from([None, *Position]), st.booleans()),
    st.lists(st.tuples(st.integers(0, 3000), st.builds(Measurement, AMOUNTS, AMOUNTS, AMOUNTS)), max_size=4),
    st.integers(0, 3000),
    st.sampled_from([0, 1, 2, 9]),
    st.one_of(st.none(), st.integers(160, 300)),
)
def test_no_numbers_make_the_search_stumble(measured, earlier, days, sex, gestation) -> None:
    born = Born(date(2020, 2, 29), sex, gestation)
    on = date.fromordinal(born.on.toordinal() + days)
    past = [Day(date.fromordinal(born.on.toordinal() + age), one) for age, one in earlier]
    said = doubts(RULES, REFERENCES, born, on, measured, past, [("乙", measured)], today=on)
    for measure in Measure:
        assert sum(one.measure is measure for one in said) <= 2
    assert all(one.message for one in said)


@given(st.sampled_from([1, 2]), st.integers(0, 1826), st.floats(-2, 2), st.floats(-2, 2))
def test_what_is_refused_lies_far_outside(sex: int, days: int, z_weight: float, z_length: float) -> None:
    from zhaohu.rules.growth.zscore import lms_value, restricted_value

    tables = REFERENCES.who[sex]
    measured = Measurement(restricted_value(z_weight, tables.wfa[days]), lms_value(z_length, tables.lhfa[days]))
    born = Born(date(2020, 1, 1), sex)
    on = date.fromordinal(born.on.toordinal() + days)
    assert not any(one.hard for one in doubts(RULES, REFERENCES, born, on, measured, ()))


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("[together]", "[elsewhere]"),
        lambda text: text.replace("unusual = {", "unusually = {"),
        lambda text: text.replace('why = "As for weight."', 'why = ""'),
        lambda text: text + '\n[more]\nx = { value = 1, why = "y" }\n',
        lambda text: text.replace("swapped_digits = {", "swept_digits = {"),
    ],
)
def test_thresholds_that_are_not_whole_are_refused(change) -> None:
    with pytest.raises(ValueError, match=r"doubts\.toml|swept"):
        parse_doubts(change(TEXT))
