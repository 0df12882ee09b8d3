"""Made-up children who grow as real ones do, as far as the literature says how; no real series are at hand.

They are not drawn from the model that the rule judges by: a child has a level of its own for weight, length and head
(correlated), starts at birth away from it and moves there in the first year, wavers around it, may be ill on a day,
falter, grow fat, or catch up after a preterm birth; scales and boards err and are read to round numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import exp, sqrt
from random import Random

from zhaohu.rules.ages import add_months
from zhaohu.rules.growth.assess import Measurement
from zhaohu.rules.growth.doubt.curve import age_on, curve
from zhaohu.rules.growth.doubt.terms import SIZES, Measure
from zhaohu.rules.growth.references import References
from zhaohu.rules.growth.series import Born
from zhaohu.rules.growth.zscore import restricted_value

MONTHS = (1, 3, 6, 8, 12, 18, 24, 30, 36)
_BETWEEN = {(0, 1): 0.65, (0, 2): 0.5, (1, 2): 0.5}


@dataclass(frozen=True)
class Series:
    """One child: its birth, and what was measured on each day, in order; the birth day first where it is known."""

    born: Born
    days: tuple[tuple[date, Measurement], ...]
    kind: str


@dataclass(frozen=True)
class _Station:
    """How a place measures: errors (g, mm), and what its readings are rounded to."""

    weight: tuple[float, int]
    length: tuple[float, int]
    head: tuple[float, int]


def station(throw: Random) -> _Station:
    """Electronic scales read 10 g, spring scales 50 or 100 g; boards are read to 1, 5 or 10 mm.

    The technical error of WHO MGRS teams is about 3.5 mm for length and 2.5 mm for head; routine work is poorer.
    """
    return _Station(
        (throw.uniform(30, 90), throw.choice((10, 10, 50, 100))),
        (throw.uniform(3.5, 7.0), throw.choice((1, 1, 5, 10))),
        (throw.uniform(2.5, 4.5), throw.choice((1, 1, 5))),
    )


class _Child:
    def __init__(self, throw: Random, references: References, born: Born, kind: str, levels: list[float]) -> None:
        self.throw, self.references, self.born, self.kind = throw, references, born, kind
        self.levels = levels
        self.start = [0.5 * level + throw.gauss(0, 0.8) for level in levels]
        self.slope = [throw.gauss(0, 0.15) for _level in levels]
        self.waver, self.at = [throw.gauss(0, 0.25) for _level in levels], 0
        self.pace = throw.uniform(90, 240)
        self.turns = throw.uniform(90, 400)
        self.rate = throw.uniform(0.15, 0.4)
        if kind == "preterm":
            self.start = [start - throw.uniform(0.3, 1.5) for start in self.start]

    def levels_on(self, on: date) -> list[float]:
        days = (on - self.born.on).days
        keeps = exp(-(days - self.at) / 120)
        self.waver = [keeps * w + self.throw.gauss(0, 0.28) * sqrt(1 - keeps * keeps) for w in self.waver]
        self.at = days
        near = exp(-max(0, age_on(self.born, on).days) / self.pace)
        found = [
            level + near * (start - level) + slope * days / 365 + waver
            for level, start, slope, waver in zip(self.levels, self.start, self.slope, self.waver, strict=True)
        ]
        leaving = max(0.0, (days - self.turns) / 30.4) * self.rate
        if self.kind == "faltering":
            found[0] -= min(leaving, 2.6)
            found[1] -= min(0.4 * leaving, 1.5)
        elif self.kind == "obese":
            found[0] += min(leaving, 3.0)
            found[1] += min(0.2 * leaving, 0.6)
        if self.throw.random() < 0.03:
            found[0] -= self.throw.uniform(0.3, 0.8)  # ill on the day
        return found


def _levels(throw: Random) -> list[float]:
    """Correlated levels of weight, length and head; Chinese children a little above WHO's."""
    whole = throw.gauss(0, 1)
    return [
        0.25 + 0.78 * whole + throw.gauss(0, 0.62),
        0.25 + 0.72 * whole + throw.gauss(0, 0.69),
        0.62 * whole + throw.gauss(0, 0.78),
    ]


def _measure(child: _Child, place: _Station, on: date, with_head: bool) -> Measurement:
    throw, born = child.throw, child.born
    values = {}
    age = age_on(born, on)
    at_birth = on == born.on
    for size, z, (error, step) in zip(
        SIZES, child.levels_on(on), (place.weight, place.length, place.head), strict=True
    ):
        lms = curve(child.references, born.sex, age, size)
        if lms is None or (size is Measure.HEAD and not with_head):
            continue
        true = restricted_value(max(-5.5, min(6.0, z)), lms)
        if size is Measure.WEIGHT:
            days = (on - born.on).days
            true *= 1 - throw.uniform(0.0, 0.05) * max(0.0, 1 - abs(days - 4) / 6)
        if at_birth:
            error, step = {Measure.WEIGHT: (40, 10), Measure.LENGTH: (9, 10), Measure.HEAD: (6, 5)}[size]
        values[size] = max(step, round((true + throw.gauss(0, error)) / step) * step)
    return Measurement(values.get(Measure.WEIGHT), values.get(Measure.LENGTH), values.get(Measure.HEAD))


def _kind(throw: Random) -> str:
    dice = throw.random()
    for kind, share in (("preterm", 0.08), ("faltering", 0.05), ("obese", 0.06)):
        if dice < share:
            return kind
        dice -= share
    return "steady"


def _visit_days(throw: Random, born: date) -> list[date]:
    days = [born + timedelta(days=throw.randint(2, 14))]
    days += [add_months(born, months) + timedelta(days=throw.randint(0, 29 if months > 1 else 4)) for months in MONTHS]
    last = throw.randint(2, len(days))
    kept = [day for day in days[:last] if throw.random() > 0.12]
    return kept if len(kept) >= 2 else days[:2]


def _grown(throw: Random, child: _Child, place: _Station, days: list[date], kind: str) -> Series:
    found = []
    if throw.random() < 0.95:
        found.append((child.born.on, _measure(child, place, child.born.on, with_head=throw.random() < 0.2)))
        birth = found[0][1]
        found[0] = (child.born.on, Measurement(birth.weight_g, birth.length_mm, birth.head_mm))
    for on in days:
        with_head = (on - child.born.on).days < 300 or throw.random() < 0.3
        found.append((on, _measure(child, place, on, with_head)))
    return Series(child.born, tuple(found), kind)


def _born(throw: Random, kind: str, sex: int) -> Born:
    on = date(2022, 1, 1) + timedelta(days=throw.randrange(1000))
    if kind == "preterm":
        return Born(on, sex, 7 * min(throw.randint(28, 36), 36) + throw.randrange(7))
    return Born(on, sex, throw.choice((None, throw.randint(262, 290))))


def make(throw: Random, references: References) -> Series:
    """One child's true series, 2 to 10 visits at the ages of the national schedule."""
    kind = _kind(throw)
    born = _born(throw, kind, throw.choice((1, 2)))
    child = _Child(throw, references, born, kind, _levels(throw))
    return _grown(throw, child, station(throw), _visit_days(throw, born.on), kind)


def twins(throw: Random, references: References) -> tuple[Series, Series]:
    """Two children measured on the same days at the same place."""
    kind = "preterm" if throw.random() < 0.5 else "steady"
    born = _born(throw, kind, throw.choice((1, 2)))
    sexes = (born.sex, born.sex if throw.random() < 0.65 else 3 - born.sex)
    shared = _levels(throw)
    place, days = station(throw), _visit_days(throw, born.on)
    made = []
    for sex in sexes:
        levels = [0.75 * level + throw.gauss(0, 0.55) for level in shared]
        child = _Child(throw, references, Born(born.on, sex, born.gestation_days), kind, levels)
        made.append(_grown(throw, child, place, days, "twin"))
    return made[0], made[1]
