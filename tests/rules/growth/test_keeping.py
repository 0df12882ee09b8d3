"""What is kept of a measured day is all of it: read back it is the same day, to the last digit."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu.rules.growth import Measurement, Position, References
from zhaohu.rules.growth.keeping import from_kept, to_kept
from zhaohu.rules.growth.series import Born, MeasuredDay, measure_day
from zhaohu.rules.growth.terms import Indicator, Level, Standard, Status

BORN = date(2024, 2, 29)

amounts = st.one_of(st.none(), st.integers(1, 60_000), st.floats(0.1, 60_000.0))
measurements = st.builds(
    Measurement,
    weight_g=amounts,
    length_mm=st.one_of(st.none(), st.integers(200, 1500), st.floats(300.0, 1300.0)),
    head_mm=st.one_of(st.none(), st.integers(150, 700)),
    position=st.one_of(st.none(), st.sampled_from(Position)),
    oedema=st.booleans(),
)
children = st.builds(
    Born,
    on=st.just(BORN),
    sex=st.sampled_from((0, 1, 2, 9)),
    gestation_days=st.one_of(st.none(), st.integers(154, 315)),
)
days = st.integers(-3, 2700).map(lambda n: BORN + timedelta(days=n))


@given(children, days, measurements, st.one_of(st.none(), st.just("a visit")))
def test_a_day_comes_back_as_it_was(
    references: References, born: Born, on: date, measured: Measurement, visit_id: str | None
) -> None:
    day = measure_day(references, born, on, measured, visit_id)
    assert from_kept(to_kept(day), on, measured, visit_id) == day


def test_the_version_that_it_was_kept_under_stands_on_the_day_and_on_what_it_may_be(references: References) -> None:
    for sex in (1, 9):
        day = measure_day(references, Born(BORN, sex), date(2025, 3, 1), Measurement(9000, 740))
        read = from_kept(to_kept(day), day.on, day.measured, under="2025.3-abc")
        assert [one.kept_under for one in (read, *(read.either or ()))] == ["2025.3-abc"] * (1 if sex == 1 else 3)


def test_other_grades_than_todays_come_back(references: References) -> None:
    """What was kept is not assessed again: a grade that the rules would not give now is shown as it was."""
    day = measure_day(references, Born(BORN, 1), date(2025, 3, 1), Measurement(9000, 740))
    first, *others = day.china.scores.results
    told = replace(first, z=-2.5, level=Level.LOWER, level_pct=Level.LOWER_MIDDLE, status=Status.UNDERWEIGHT)
    scores = replace(day.china.scores, results=(told, *others))
    told_day: MeasuredDay = replace(day, china=replace(day.china, scores=scores))
    read = from_kept(to_kept(told_day), day.on, day.measured)
    assert read.china.of(Indicator.WFA) == told
    assert read.by(Standard.WHO) == day.who


def test_it_is_small(references: References) -> None:
    """A district keeps some hundred thousand of them."""
    term = measure_day(references, Born(BORN, 1), date(2025, 3, 1), Measurement(9000, 740, 455))
    preterm = measure_day(references, Born(BORN, 1, 220), date(2024, 4, 20), Measurement(3100, 480, 340))
    assert len(to_kept(term).encode()) < 600
    assert len(to_kept(preterm).encode()) < 1200


@pytest.mark.parametrize("spoil", [
    lambda kept: kept.pop("china"),
    lambda kept: kept.update(ages=[]),
    lambda kept: kept["china"][0][1].pop(),
    lambda kept: kept["china"][0][1][0].__setitem__(2, "极上"),
    lambda kept: kept["who"][0].__setitem__(0, 1),
])  # fmt: skip
def test_what_cannot_be_read_is_said_to_be_so(references: References, spoil) -> None:
    day = measure_day(references, Born(BORN, 1), date(2025, 3, 1), Measurement(9000, 740))
    kept = json.loads(to_kept(day))
    spoil(kept)
    with pytest.raises(ValueError, match=r"."):
        from_kept(json.dumps(kept), day.on, day.measured)
