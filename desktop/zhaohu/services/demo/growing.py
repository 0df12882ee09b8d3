"""How an invented child grows: a course along WS/T 423-2022 with its own level, drift and a little noise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, auto
from itertools import pairwise
from random import Random

from zhaohu.records.codes import Sex
from zhaohu.rules.ages import TERM_DAYS, corrected_birth_date
from zhaohu.rules.growth.age import Age
from zhaohu.rules.growth.references import (
    CHINA_WFH_FROM_CM,
    CHINA_WFL_FROM_CM,
    STANDING_FROM_MONTHS,
    ChinaStep,
    ChinaTables,
    Lms,
)
from zhaohu.rules.growth.zscore import lms_value, restricted_value
from zhaohu.services import reference

_LOSS = ((0, 0.0), (3, -0.06), (9, 0.0))
"""Share of the birth weight that newborns lose and gain again, by day."""
_MEETS_COURSE_DAYS = 28
_AFTER_TERM_DAYS = 14
_HEAD_TO_LENGTH = 0.685
_WIDEST_Z = 2.0
_STUNTING_A_MONTH = 0.06
_LONGEST_STEP_BACK_MM = 7  # from lying to standing


@dataclass(frozen=True, slots=True)
class Levels:
    """z-scores that a child keeps to: weight for length, length for age, head for age."""

    build: float
    length: float
    head: float


class Course(Enum):
    """Where a child's weight goes."""

    STEADY = auto()
    FALTERING = auto()
    OVERWEIGHT = auto()


@dataclass(frozen=True, slots=True)
class Size:
    """What is measured on a day."""

    weight_g: int
    length_mm: int
    head_mm: int


@dataclass(frozen=True, slots=True)
class Birth:
    """What a child's growth begins with."""

    sex: Sex
    day: date
    gestation_days: int
    weight_g: int
    length_mm: int

    @property
    def term_day(self) -> date:
        """The day from which the age that compares is counted."""
        return corrected_birth_date(self.day, self.gestation_days)


def levels(throw: Random) -> Levels:
    """Levels for a child; the three go together as they do in children."""
    length, build = throw.gauss(0, 0.85), throw.gauss(0, 0.75)
    return Levels(_held(build), _held(length), _held(0.4 * length + 0.3 * build + throw.gauss(0, 0.7)))


class Growth:
    """One child's growth; ask for the days in their order.

    Args:
        birth: Where it begins.
        at: The levels that the child keeps to.
        course: Whether its weight leaves them.
        throw: The child's dice.
    """

    def __init__(self, birth: Birth, at: Levels, course: Course, throw: Random) -> None:
        self._birth = birth
        self._at = at
        self._course = course
        self._throw = throw
        self._tables = reference.growth_references().china[int(birth.sex)]
        self._drift = [0.0, 0.0]
        self._last: Size | None = None
        until_term = max(0, TERM_DAYS - birth.gestation_days)
        self._meets = max(_MEETS_COURSE_DAYS, until_term + _AFTER_TERM_DAYS)

    def measure(self, on: date) -> Size:
        """What is measured on a day, later than the last one that was asked for."""
        self._drift = [0.75 * drift + self._throw.gauss(0, 0.13) for drift in self._drift]
        days = (on - self._birth.day).days
        size = self._on_course(on) if days >= self._meets else self._towards_course(days)
        if self._last is not None:
            shortest = self._last.length_mm - _LONGEST_STEP_BACK_MM
            size = Size(size.weight_g, max(size.length_mm, shortest), max(size.head_mm, self._last.head_mm))
        self._last = size
        return size

    def _on_course(self, on: date) -> Size:
        age = Age.between(self._birth.term_day, on)
        build = self._at.build + self._drift[0]
        length = self._at.length + self._drift[1]
        if self._course is Course.STEADY:
            build, length = _held(build), _held(length)
        else:
            build += _leaving(self._course, age.months, build)
            length -= _STUNTING_A_MONTH * max(0, age.months - 9) if self._course is Course.FALTERING else 0
        length_mm = round(lms_value(length, _at_age(self._tables.lhfa, age)))
        weight_g = restricted_value(build, _at_length(self._tables, age, length_mm))
        head_mm = round(lms_value(self._at.head, _at_age(self._tables.hcfa, age)))
        return Size(round(weight_g / 10) * 10, length_mm, head_mm)

    def _towards_course(self, days: int) -> Size:
        """Loss and regain of the birth weight, then steadily to where the course begins."""
        birth = self._birth
        goal = self._on_course(birth.day + timedelta(days=self._meets))
        part = days / self._meets
        head_mm = birth.length_mm * _HEAD_TO_LENGTH
        regained = _LOSS[-1][0]
        if days <= regained:
            weight_g = birth.weight_g * (1 + _between(_LOSS, days))
        else:
            share = (days - regained) / (self._meets - regained)
            weight_g = birth.weight_g * (goal.weight_g / birth.weight_g) ** share
        return Size(
            round(weight_g / 10) * 10,
            round(birth.length_mm + part * (goal.length_mm - birth.length_mm)),
            round(head_mm + part * (goal.head_mm - head_mm)),
        )


def _held(z: float) -> float:
    return max(-_WIDEST_Z, min(_WIDEST_Z, z))


def _leaving(course: Course, months: int, build: float) -> float:
    """How far the weight has left its level by that age."""
    if course is Course.FALTERING:
        return max(-2.4 - build, -0.28 * max(0, months - 4))
    return min(2.4 - build, 0.22 * max(0, months - 3))


def _at_age(table: tuple[ChinaStep, ...], age: Age) -> Lms:
    step = table[min(age.months, len(table) - 1)]
    return _within(step, age.day_of_month / age.month_days)


def _at_length(tables: ChinaTables, age: Age, length_mm: int) -> Lms:
    standing = age.months >= STANDING_FROM_MONTHS
    table, start = (tables.wfh, CHINA_WFH_FROM_CM) if standing else (tables.wfl, CHINA_WFL_FROM_CM)
    whole_cm = max(start, min(length_mm // 10, start + len(table) - 1))
    return _within(table[whole_cm - start], max(0, length_mm - 10 * whole_cm) / 10)


def _within(step: ChinaStep, part: float) -> Lms:
    """L, M and S in a straight line between two rows, as the assessment takes them."""
    share = (step.offset + part) / step.gap
    power, median, spread = (b + share * (a - b) for b, a in zip(step.below.lms, step.above.lms, strict=True))
    return power, median, spread


def _between(points: tuple[tuple[int, float], ...], x: int) -> float:
    for (left, low), (right, high) in pairwise(points):
        if x <= right:
            return low + (x - left) / (right - left) * (high - low)
    return points[-1][1]
