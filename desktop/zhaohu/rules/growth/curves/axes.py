"""The axes of a growth chart: which part of a standard is shown, and where the ticks stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from math import ceil, floor

from zhaohu.i18n import N_, _
from zhaohu.rules.growth.references import PMA_FIRST_DAY, PMA_LAST_DAY
from zhaohu.rules.growth.terms import Indicator, Standard


@dataclass(frozen=True, slots=True)
class Tick:
    """A tick of an axis, at `at` (0…1); only major ones have a label."""

    at: float
    label: str
    major: bool


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis from `low` to `high` in data units."""

    title: str
    low: float
    high: float
    ticks: tuple[Tick, ...]

    def at(self, value: float) -> float:
        """Where a value lies, 0…1 inside the axis."""
        return (value - self.low) / (self.high - self.low)

    def value(self, at: float) -> float:
        """The value at a place: the inverse of `at`."""
        return self.low + at * (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the x axis: months of age, weeks of postmenstrual age, or cm."""

    low: float
    high: float


_Y_TITLES = {
    Indicator.WFA: N_("Weight (kg)"),
    Indicator.LHFA: N_("Length/height (cm)"),
    Indicator.WFL: N_("Weight (kg)"),
    Indicator.BFA: N_("BMI (kg/m²)"),
    Indicator.HCFA: N_("Head circumference (cm)"),
}
_LAST_MONTH = {Standard.CHINA: 84.0, Standard.WHO: 60.0}
_LAST_HEAD_MONTH = 37.0
"""WS/T 423-2022 has head circumference until the 36th completed month is over."""
_MONTHS = {3: 3.5, 6: 6.5, 12: 13.0, 24: 25.0, 36: 37.0, 60: 61.0}
"""Windows by the month they are named after: the check of a birthday is often some weeks late and belongs to it."""
_FIRST_MONTHS, _FIRST_YEARS = (3, 6), (12, 24, 36)
_MONTHS_WITHOUT_VISITS = 36.0
_CM = {
    (Standard.CHINA, False): (45.0, 100.0),
    (Standard.WHO, False): (45.0, 110.0),
    (Standard.CHINA, True): (75.0, 130.0),
    (Standard.WHO, True): (65.0, 120.0),
}
_NARROWER_CM = (15.0, 30.0, 45.0)
_X_STEPS = ((2.0, 0.5, 0.25), (7.0, 1.0, 0.5), (15.0, 1.0, 1.0), (38.0, 3.0, 1.0))
"""Months: up to which span, major and minor step."""
_WIDE_X_STEP = (12.0, 3.0)
_Y_STEPS = ((0.1, 0.05), (0.2, 0.1), (0.5, 0.1), (1.0, 0.5), (2.0, 1.0), (5.0, 1.0), (10.0, 5.0), (20.0, 10.0))
_MOST_TICKS = 12
_AIR_AROUND_ONE_VALUE = 0.5
_LONGEST_CM = 250.0
"""No child is longer; a number that is no length must not stretch the axis for ever."""
_BEYOND_THE_LINES = 0.6
"""How far a point may stretch the axis beyond the lines, as a share of what the lines span."""


def by_length(standard: Standard, indicator: Indicator) -> bool:
    """Whether x is length or height, and not age."""
    return indicator is Indicator.WFL and standard is not Standard.INTERGROWTH


def whole(standard: Standard, indicator: Indicator, standing: bool) -> Window:
    """All that a standard has of an indicator."""
    if standard is Standard.INTERGROWTH:
        return Window(PMA_FIRST_DAY / 7, PMA_LAST_DAY / 7)
    if indicator is Indicator.WFL:
        return Window(*_CM[standard, standing])
    head = (standard, indicator) == (Standard.CHINA, Indicator.HCFA)
    return Window(0.0, _LAST_HEAD_MONTH if head else _LAST_MONTH[standard])


def presets(standard: Standard, indicator: Indicator, standing: bool) -> tuple[tuple[str, Window], ...]:
    """The windows that a person chooses from by name, the narrowest first; the last one is the whole standard."""
    every = whole(standard, indicator, standing)
    found: list[tuple[str, Window]] = []
    if standard is Standard.INTERGROWTH:
        found = [(_("To 40 weeks"), Window(every.low, 40.0)), (_("From 40 weeks"), Window(40.0, every.high))]
    elif indicator is Indicator.WFL:
        for more in _NARROWER_CM:
            words = _("To {n} cm").format(n=f"{every.low + more:g}")
            found.append((words, Window(every.low, every.low + more)))
    else:
        for months in _FIRST_MONTHS:
            words = _("{n} mo").format(n=months)
            found.append((words, Window(0.0, _MONTHS[months])))
        for months in _FIRST_YEARS:
            words = _("{n} y").format(n=months // 12)
            found.append((words, Window(0.0, min(_MONTHS[months], every.high))))
    return (*found, (_("All"), every))


def around(standard: Standard, indicator: Indicator, standing: bool, values: Sequence[float]) -> Window:
    """The smallest usual window that holds all of a child's points, later and longer than the standard even."""
    every = whole(standard, indicator, standing)
    if standard is Standard.INTERGROWTH:
        return every
    low, high = min(values, default=every.low), max(values, default=every.low)
    if indicator is Indicator.WFL:
        narrower = (every.low + more for more in _NARROWER_CM[1:])
        high = next((most for most in narrower if high <= most), max(every.high, high))
        return Window(5.0 * floor(min(every.low, low) / 5), 5.0 * ceil(min(high, _LONGEST_CM) / 5))
    if not values:
        high = _MONTHS_WITHOUT_VISITS
    usual = (most for named, most in _MONTHS.items() if named != _FIRST_MONTHS[0])
    return Window(0.0, min(next((most for most in usual if high <= most), every.high), every.high))


def x_axis(standard: Standard, indicator: Indicator, standing: bool, window: Window) -> Axis:
    """The axis along a window."""
    span = window.high - window.low
    if standard is Standard.INTERGROWTH:
        title, steps = _("Postmenstrual age (weeks)"), (2.0, 1.0) if span <= 20 else (4.0, 1.0)
    elif indicator is Indicator.WFL:
        title = _("Height (cm)") if standing else _("Length (cm)")
        steps = (1.0, 0.5) if span <= 7 else (5.0, 1.0)
    else:
        title = _("Age (months)")
        steps = next(((major, minor) for most, major, minor in _X_STEPS if span <= most), _WIDE_X_STEP)
    return Axis(title, window.low, window.high, _ticks(window.low, window.high, *steps))


def y_axis(indicator: Indicator, lines: Sequence[float], points: Sequence[float]) -> Axis:
    """An axis over the lines and, as far as these stay readable, the points; with a little air."""
    low, high = min(lines or points, default=0.0), max(lines or points, default=1.0)
    if lines and points:
        reach = _BEYOND_THE_LINES * (high - low)
        low, high = max(min(low, *points), low - reach), min(max(high, *points), high + reach)
    air = 0.02 * (high - low) or _AIR_AROUND_ONE_VALUE
    low, high = max(low - air, 0.0), high + air
    major, minor = next(step for step in _y_steps() if (high - low) / step[0] <= _MOST_TICKS)
    low, high = floor(low / minor) * minor, ceil(high / minor) * minor
    return Axis(_(_Y_TITLES[indicator]), low, high, _ticks(low, high, major, minor))


def _y_steps() -> Iterator[tuple[float, float]]:
    """Major and minor steps, wider and wider: without lines nothing else bounds what a point may stretch."""
    yield from _Y_STEPS
    for power in count():
        yield 50.0 * 10**power, 10.0 * 10**power


def _ticks(low: float, high: float, major: float, minor: float) -> tuple[Tick, ...]:
    per_major = round(major / minor)
    first, last = ceil(low / minor - 1e-6), floor(high / minor + 1e-6)
    return tuple(
        Tick((n * minor - low) / (high - low), f"{n * minor:g}" if n % per_major == 0 else "", n % per_major == 0)
        for n in range(first, last + 1)
    )


def spread(wanted: Sequence[float], low: float, high: float, step: float) -> list[float]:
    """Heights as near as may be to the wanted ones, at least `step` apart and between low and high.

    The wanted ones rise; when they cannot all stand between low and high, they begin at high and go below low.
    """
    placed: list[float] = []
    for height in wanted:
        placed.append(max(height, placed[-1] + step if placed else low))
    ceiling = high
    for number in range(len(placed) - 1, -1, -1):
        placed[number] = min(placed[number], ceiling)
        ceiling = placed[number] - step
    return placed


def labelled(ticks: Sequence[Tick], length: float, room: float) -> Sequence[Tick]:
    """The ticks whose labels stand on an axis of a length, every second or third of them when they would touch."""
    named = [tick for tick in ticks if tick.label]
    every = 1
    while len(named[::every]) > 1 and (named[every].at - named[0].at) * length < room:
        every += 1
    return named[::every]
