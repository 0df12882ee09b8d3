"""What a child's measurements say over time: the points of weight, length, head, and of weight with length.

A measurement of the day after another that agrees with it within the measuring error repeats it and is no new point;
one that does not agree takes its place. Lengths count as lying, so that no child shrinks on its second birthday.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from zhaohu.rules.ages import is_preterm
from zhaohu.rules.growth.references import STANDING_FROM_MONTHS, References
from zhaohu.rules.growth.series import Born, MeasuredDay
from zhaohu.rules.growth.terms import Indicator, Position
from zhaohu.rules.growth.trend.rules import Births, TrendRules
from zhaohu.rules.growth.trend.terms import Measure
from zhaohu.rules.growth.zscore import STANDING_SHORTER_MM

MAIN = {
    Measure.WEIGHT: Indicator.WFA,
    Measure.LENGTH: Indicator.LHFA,
    Measure.HEAD: Indicator.HCFA,
    Measure.MASS: Indicator.WFL,
}
"""The indicator by which each measure is followed."""
_LOW_BIRTH_WEIGHT_G = 2500
_REPEATED_WITHIN_DAYS = 1


@dataclass(frozen=True, slots=True)
class Point:
    """One measurement of one thing.

    Args:
        on: The day.
        age_days: Since birth.
        value: g, or mm as if measured lying.
        day: The day it was measured on, with its assessment.
    """

    on: date
    age_days: int
    value: float
    day: MeasuredDay


@dataclass(frozen=True, slots=True)
class Course:
    """Everything that the rules look at.

    Args:
        tracks: The points of each measure, the oldest first.
        birth_weight_g: As measured at birth.
        last: The newest day of all.
    """

    rules: TrendRules
    references: References
    born: Born
    tracks: Mapping[Measure, tuple[Point, ...]]
    birth_weight_g: float | None
    last: MeasuredDay | None

    def has(self, births: Births) -> bool:
        """Whether the child is one of these births."""
        preterm = is_preterm(self.born.gestation_days)
        small = preterm or (self.birth_weight_g is not None and self.birth_weight_g < _LOW_BIRTH_WEIGHT_G)
        return {
            Births.ALL: True,
            Births.TERM: not preterm,
            Births.PRETERM: preterm,
            Births.SMALL: small,
            Births.NOT_SMALL: not small,
        }[births]

    def until(self, measure: Measure, count: int) -> Course:
        """The course as it was with the first points of a measure; the others are left as they are."""
        tracks = MappingProxyType({**self.tracks, measure: self.tracks[measure][:count]})
        return replace(self, tracks=tracks)


def course_of(rules: TrendRules, references: References, born: Born, days: Sequence[MeasuredDay]) -> Course:
    """A child's course; the days in any order."""
    days = sorted(days, key=lambda day: day.on)
    tracks = {measure: track_of(rules, measure, days) for measure in Measure}
    weights = tracks[Measure.WEIGHT]
    birth_weight = weights[0].value if weights and weights[0].age_days == 0 else None
    return Course(rules, references, born, MappingProxyType(tracks), birth_weight, days[-1] if days else None)


def track_of(rules: TrendRules, measure: Measure, days: Sequence[MeasuredDay]) -> tuple[Point, ...]:
    """The points of one measure; the days from the oldest."""
    return tuple(_kept(rules, measure, _points(measure, days)))


def scores(earlier: Point, later: Point, indicator: Indicator) -> tuple[float, float] | None:
    """z-scores of two points by WS/T 423-2022, both by the same kind of age: corrected only while the later one is."""
    after = later.day.china.of(indicator).z
    china = earlier.day.china
    since_birth = china.chronological if later.day.china.chronological is None else None
    before = (since_birth or china.scores).of(indicator).z
    return None if before is None or after is None else (before, after)


def lying_mm(day: MeasuredDay) -> float | None:
    """The length of a day as if measured lying."""
    length = day.measured.length_mm
    if length is None:
        return None
    assumed = Position.STANDING if day.ages.used.months >= STANDING_FROM_MONTHS else Position.LYING
    standing = (day.measured.position or assumed) is Position.STANDING
    return length + STANDING_SHORTER_MM if standing else length


def amount(measure: Measure, day: MeasuredDay) -> float | None:
    """What a day says of a measure, in g, or in mm as if measured lying; no weight with oedema."""
    measured = day.measured
    if measure is Measure.LENGTH:
        return lying_mm(day)
    if measure is Measure.HEAD:
        return measured.head_mm
    without_length = measure is Measure.MASS and not measured.length_mm
    return None if measured.oedema or without_length else measured.weight_g


def _points(measure: Measure, days: Sequence[MeasuredDay]) -> Iterator[Point]:
    for day in days:
        value = amount(measure, day)
        if value:
            yield Point(day.on, day.ages.chronological.days, value, day)


def _kept(rules: TrendRules, measure: Measure, points: Iterable[Point]) -> list[Point]:
    kept: list[Point] = []
    for point in points:
        last = kept[-1] if kept else None
        near = last is not None and (point.on - last.on).days <= _REPEATED_WITHIN_DAYS
        if last is None or not near:
            kept.append(point)
        elif not _agree(rules, measure, last, point):
            if last.age_days == 0 and point.age_days > 0:
                kept.append(point)
            else:
                kept[-1] = point
    return kept


def _agree(rules: TrendRules, measure: Measure, one: Point, other: Point) -> bool:
    age = other.age_days
    if measure is not Measure.MASS:
        return abs(one.value - other.value) <= rules.error(measure, age)
    lengths = lying_mm(one.day), lying_mm(other.day)
    same_length = abs((lengths[0] or 0) - (lengths[1] or 0)) <= rules.error(Measure.LENGTH, age)
    return same_length and abs(one.value - other.value) <= rules.error(Measure.WEIGHT, age)
