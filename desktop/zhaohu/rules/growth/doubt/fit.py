"""How well the numbers of one visit fit one child: each with its own line, and all with each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import log1p, sqrt

from zhaohu.rules.growth.age import Age
from zhaohu.rules.growth.assess import Measurement
from zhaohu.rules.growth.doubt.curve import age_on, curve, one_spread, score
from zhaohu.rules.growth.doubt.expect import Past, expect, growth_time
from zhaohu.rules.growth.doubt.rules import DoubtRules
from zhaohu.rules.growth.doubt.terms import SIZES, Measure
from zhaohu.rules.growth.references import Lms, References
from zhaohu.rules.growth.series import Born
from zhaohu.rules.growth.terms import Position
from zhaohu.rules.growth.zscore import (
    NO_STANDING_BEFORE_DAY,
    STANDING_SHORTER_MM,
    WHO_STANDING_FROM_DAY,
    position_rule,
)

Values = Mapping[Measure, float]
"""What was measured, in g and mm."""
Days = Sequence[tuple[date, Measurement]]
_Rows = tuple[tuple[float, ...], ...]


def values_of(measured: Measurement) -> dict[Measure, float]:
    """The numbers of a visit that can be judged: no weight with oedema."""
    found: dict[Measure, float] = {}
    if measured.weight_g and measured.weight_g > 0 and not measured.oedema:
        found[Measure.WEIGHT] = measured.weight_g
    if measured.length_mm and measured.length_mm > 0:
        found[Measure.LENGTH] = measured.length_mm
    if measured.head_mm and measured.head_mm > 0:
        found[Measure.HEAD] = measured.head_mm
    return found


def as_wanted(size: Measure, value: float, position: Position | None, days: int) -> float:
    """A length as its age wants it, lying to 730 days and standing from then on; other measures as they are."""
    if size is Measure.LENGTH and position is not None and value > STANDING_SHORTER_MM:
        under_nine_months = days < NO_STANDING_BEFORE_DAY
        wants_standing = days >= WHO_STANDING_FROM_DAY
        value, _notes = position_rule(
            value, position, wants_standing=wants_standing, under_nine_months=under_nine_months
        )
    return value


@dataclass(frozen=True, slots=True)
class Child:
    """A child with all its other days, as of one sex."""

    rules: DoubtRules
    references: References
    born: Born
    sex: int
    past: Mapping[Measure, tuple[Past, ...]]

    @classmethod
    def known(cls, rules: DoubtRules, references: References, born: Born, sex: int, days: Days) -> Child:
        """A child of that sex with what was measured on other days."""
        past: dict[Measure, list[Past]] = {size: [] for size in SIZES}
        for on, measured in days:
            age = age_on(born, on)
            early = _is_early(born, on, age)
            for size, value in values_of(measured).items():
                lms = curve(references, sex, age, size)
                if lms is not None:
                    z = score(as_wanted(size, value, measured.position, age.days), lms)
                    past[size].append(
                        Past(growth_time((on - born.on).days), z, noise_of(rules, size, lms, early=early))
                    )
        return cls(rules, references, born, sex, {size: tuple(found) for size, found in past.items()})


def noise_of(rules: DoubtRules, size: Measure, lms: Lms, *, early: bool) -> float:
    """The error of measuring, in z-scores."""
    error = rules.sizes[size].noise_at_birth if early else rules.sizes[size].noise
    return error / one_spread(lms)


def _is_early(born: Born, on: date, age: Age) -> bool:
    """Whether a day is of birth, or before the 40-week date."""
    return on <= born.on or age.days < 0


@dataclass(slots=True)
class Fit:
    """What is expected of a child on a day.

    Args:
        child: The child.
        on: The day.
        position: How length was measured.
    """

    child: Child
    on: date
    position: Position | None = None
    curves: dict[Measure, Lms] = field(init=False)
    _days: int = field(init=False)
    _means: dict[Measure, float] = field(init=False)
    _variances: dict[Measure, tuple[float, float]] = field(init=False)
    _precisions: dict[tuple[Measure, ...], _Rows] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        child, rules = self.child, self.child.rules
        age, now = age_on(child.born, self.on), growth_time((self.on - child.born.on).days)
        self._days = age.days
        found = {size: curve(child.references, child.sex, age, size) for size in SIZES}
        self.curves = {size: lms for size, lms in found.items() if lms is not None}
        self._means, self._variances = {}, {}
        early = _is_early(child.born, self.on, age)
        for size, lms in self.curves.items():
            mean, variance = expect(rules.sizes[size], child.past[size], now)
            noise = noise_of(rules, size, lms, early=early)
            self._means[size], self._variances[size] = mean, (variance, variance + noise * noise)

    def cost(self, values: Values) -> float:
        """How unlikely values are together: minus the log of Student's t, without what all values share."""
        tails, n = self.child.rules.tails, sum(size in self.curves for size in values)
        return (tails + n) / 2 * log1p(self.square(values) / tails)

    def square(self, values: Values) -> float:
        """How far values lie together from what is expected, squared; no value by itself lies further."""
        sizes, off = self._off(values)
        if not sizes:
            return 0.0
        square = 0.0
        for one, row in zip(off, self._precision(sizes), strict=True):
            for other, weight in zip(off, row, strict=True):
                square += one * weight * other
        return max(0.0, square)

    def z(self, size: Measure, value: float) -> float:
        """The z-score of a value."""
        return score(as_wanted(size, value, self.position, self._days), self.curves[size])

    def alone(self, size: Measure, value: float) -> float:
        """How many spreads a value lies from what is expected, whatever the other numbers are."""
        return (self.z(size, value) - self._means[size]) / sqrt(self._variances[size][1])

    def together(self, values: Values) -> dict[Measure, float]:
        """How many spreads each value lies from what is expected of it beside the others."""
        sizes, off = self._off(values)
        found = {}
        for i, (size, row) in enumerate(zip(sizes, self._precision(sizes), strict=True)):
            found[size] = sum(p * o for p, o in zip(row, off, strict=True)) / sqrt(row[i])
        return found

    def _off(self, values: Values) -> tuple[tuple[Measure, ...], list[float]]:
        sizes = tuple(size for size in SIZES if size in values and size in self.curves)
        return sizes, [self.z(size, values[size]) - self._means[size] for size in sizes]

    def _precision(self, sizes: tuple[Measure, ...]) -> _Rows:
        found = self._precisions.get(sizes)
        if found is None:
            together, variances = self.child.rules.together, self._variances
            found = _inverse(
                [
                    [
                        variances[a][1] if a is b else together[a, b] * sqrt(variances[a][0] * variances[b][0])
                        for b in sizes
                    ]
                    for a in sizes
                ]
            )
            self._precisions[sizes] = found
        return found


def _inverse(matrix: list[list[float]]) -> _Rows:
    """The inverse of a covariance of one, two or three measures, by its cofactors."""
    if len(matrix) == 1:
        return ((1 / matrix[0][0],),)
    if len(matrix) == 2:
        (a, b), (_b, d) = matrix
        whole = a * d - b * b
        return (d / whole, -b / whole), (-b / whole, a / whole)
    (a, b, c), (_b, d, e), (_c, _e, f) = matrix
    aa, ab, ac = d * f - e * e, c * e - b * f, b * e - c * d
    whole = a * aa + b * ab + c * ac
    bb, bc, cc = a * f - c * c, b * c - a * e, a * d - b * b
    return (
        (aa / whole, ab / whole, ac / whole),
        (ab / whole, bb / whole, bc / whole),
        (ac / whole, bc / whole, cc / whole),
    )
