"""How fast a child grew up to its newest measurements, against WHO's increments.

Ages count from the 40-week date of preterm children at every age: an interval that reached over the end of correcting
would else gain the weeks of the correction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from zhaohu.rules.ages import corrected_birth_date
from zhaohu.rules.growth.references import References
from zhaohu.rules.growth.series import Born, MeasuredDay
from zhaohu.rules.growth.terms import Indicator
from zhaohu.rules.growth.trend.course import Point, amount, track_of
from zhaohu.rules.growth.trend.rules import TrendRules
from zhaohu.rules.growth.trend.terms import Measure
from zhaohu.rules.growth.velocity import Growing, Velocity, best_velocity, velocity

GROWING = {
    Indicator.WFA: Growing.WEIGHT,
    Indicator.LHFA: Growing.LENGTH,
    Indicator.HCFA: Growing.HEAD,
}
"""What has a velocity, by the indicator that compares it."""
_MEASURES = {
    Growing.WEIGHT: Measure.WEIGHT,
    Growing.LENGTH: Measure.LENGTH,
    Growing.HEAD: Measure.HEAD,
}


@dataclass(frozen=True, slots=True)
class Speed:
    """A velocity and the two days that it lies between."""

    velocity: Velocity
    since: date
    on: date


def speeds(rules: TrendRules, references: References, born: Born, days: Sequence[MeasuredDay]) -> tuple[Speed, ...]:
    """The newest velocity of weight, length and head, where WHO has a table for the child's age and interval."""
    found = [newest_speed(rules, references, born, growing, days) for growing in Growing]
    return tuple(one for one in found if one is not None)


def newest_speed(
    rules: TrendRules, references: References, born: Born, of: Growing, days: Sequence[MeasuredDay]
) -> Speed | None:
    """The velocity up to the newest measurement; None where WHO has no table for it, or the sex is not known.

    Args:
        rules: How far measurements that agree may lie apart.
        references: The published tables.
        born: The child.
        of: What grew.
        days: Its days, in any order.
    """
    track = track_of(rules, _MEASURES[of], sorted(days, key=lambda day: day.on))
    found = best_velocity(references, born.sex, of, points_of(born, track)) if len(track) > 1 else None
    if found is None:
        return None
    return Speed(found, track[-1].on - timedelta(days=found.days), track[-1].on)


def speed_between(
    references: References, born: Born, of: Growing, earlier: MeasuredDay, later: MeasuredDay
) -> Velocity | None:
    """The velocity between two days; None where one of them has no measurement of it."""
    ends = [(day, amount(_MEASURES[of], day)) for day in (earlier, later)]
    (start, before), (end, after) = [(_age(born, day.on), value) for day, value in ends]
    if before is None or after is None:
        return None
    return velocity(references, born.sex, of, (start, before), (end, after))


def points_of(born: Born, track: Sequence[Point]) -> list[tuple[int, float]]:
    """Points as `velocity` takes them: age in days and value."""
    return [(_age(born, point.on), point.value) for point in track]


def _age(born: Born, on: date) -> int:
    return (on - corrected_birth_date(born.on, born.gestation_days)).days
