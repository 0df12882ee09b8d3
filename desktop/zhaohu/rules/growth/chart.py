"""The growth chart as one geometry, drawn by whoever has a canvas: a widget on screen, a PDF page on paper.

Everything to be drawn lies in the unit square: x to the right, y upwards, both from 0 to 1 inside the plot area. What
hovering shows stands at each mark as plain values.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import ceil, floor

from zhaohu.i18n import N_, _
from zhaohu.rules.growth.age import DAYS_PER_MONTH, Age
from zhaohu.rules.growth.assess import SEXES, Assessment, Result, Scores, wants_standing
from zhaohu.rules.growth.lines import SDS, Polyline, curves, sd_line
from zhaohu.rules.growth.references import References
from zhaohu.rules.growth.terms import Indicator, Standard
from zhaohu.rules.growth.words import indicator_title

Point = tuple[float, float]


class LineKind(StrEnum):
    """How a line is to look; the style sheet has a colour for each."""

    MEDIAN = "median"
    ONE = "sd1"
    TWO = "sd2"
    THREE = "sd3"


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


@dataclass(frozen=True, slots=True)
class SdLine:
    """One line of the standard.

    Args:
        sd: −3…+3.
        label: To write at the right end.
        kind: How it looks.
        pieces: One polyline, or two where lying goes over to standing.
    """

    sd: int
    label: str
    kind: LineKind
    pieces: tuple[Polyline, ...]

    @property
    def end(self) -> Point:
        """The right end, where the label belongs."""
        return self.pieces[-1][-1]


@dataclass(frozen=True, slots=True)
class Mark:
    """One of the child's points, with what hovering shows.

    Args:
        x: Where it lies, 0…1.
        y: Where it lies, 0…1.
        on: The day of measuring.
        age: The age that places it.
        corrected: Whether that is the corrected age.
        result: Value, z-score, percentile, level, status or the reason for none.
    """

    x: float
    y: float
    on: date
    age: Age
    corrected: bool
    result: Result


@dataclass(frozen=True, slots=True)
class ChartGeometry:
    """A growth chart, ready to draw.

    Args:
        title: The indicator's name.
        x_axis: Months of age, or cm.
        y_axis: The indicator's value.
        lines: −3…+3 SD from the lowest; none when sex is not known.
        marks: The points that count, in order of date; join them by a line.
        beside: For preterm children the same measurements by age since birth.
        links: From each point beside to the mark it belongs to.
    """

    indicator: Indicator
    standard: Standard
    title: str
    x_axis: Axis
    y_axis: Axis
    lines: tuple[SdLine, ...]
    marks: tuple[Mark, ...]
    beside: tuple[Mark, ...]
    links: tuple[tuple[Point, Point], ...]

    @property
    def track(self) -> Polyline:
        """The line that joins the child's marks."""
        return tuple((mark.x, mark.y) for mark in self.marks)


Visit = tuple[date, Assessment]

_KINDS = (LineKind.MEDIAN, LineKind.ONE, LineKind.TWO, LineKind.THREE)
_Y_TITLES = {
    Indicator.WFA: N_("Weight (kg)"),
    Indicator.LHFA: N_("Length/height (cm)"),
    Indicator.WFL: N_("Weight (kg)"),
    Indicator.BFA: N_("BMI (kg/m²)"),
    Indicator.HCFA: N_("Head circumference (cm)"),
}
_MONTHS = {Standard.CHINA: (12, 36, 84), Standard.WHO: (12, 36, 60)}
_HEAD_MONTHS = 36
_MONTHS_WITHOUT_VISITS = 36
_MONTH_STEPS = {12: (1.0, 1.0), 36: (3.0, 1.0), 60: (12.0, 3.0), 84: (12.0, 3.0)}
_CM_RANGES = {
    (Standard.CHINA, False): ((45.0, 75.0), (45.0, 100.0)),
    (Standard.WHO, False): ((45.0, 75.0), (45.0, 110.0)),
    (Standard.CHINA, True): ((75.0, 105.0), (75.0, 130.0)),
    (Standard.WHO, True): ((65.0, 105.0), (65.0, 120.0)),
}
_Y_STEPS = ((0.5, 0.1), (1.0, 0.5), (2.0, 1.0), (5.0, 1.0), (10.0, 5.0), (20.0, 10.0), (50.0, 10.0))
_MOST_TICKS = 14
_AIR_AROUND_ONE_VALUE = 0.5


def build_chart(
    references: References, standard: Standard, sex: int, indicator: Indicator, visits: Iterable[Visit]
) -> ChartGeometry:
    """Lay out one child's chart of one indicator.

    The range of x follows the child: the first year, else three years, else all of the standard. Weight-for-length
    and weight-for-height are two charts: the visits after and before the change of position that the latest one does
    not belong to are left out.

    Args:
        references: The published tables.
        standard: The standard by which the visits were assessed.
        sex: GB/T 2261.1.
        indicator: What to show.
        visits: Days of measuring with their assessments, in any order.
    """
    spots, standing = _spots(standard, indicator, visits)
    x_axis = _x_axis(standard, indicator, standing, [spot.x for spot in spots])
    spots = [spot for spot in spots if x_axis.low <= spot.x <= x_axis.high]
    pieces = curves(references, standard, sex, indicator, standing) if sex in SEXES else []
    raw = {sd: sd_line(pieces, indicator, sd, x_axis.low, x_axis.high) for sd in SDS} if pieces else {}
    heights = [y for parts in raw.values() for part in parts for _at, y in part]
    y_axis = _y_axis(indicator, heights + [spot.value for spot in spots])

    def scaled(part: Polyline) -> Polyline:
        return tuple((x_axis.at(x), y_axis.at(y)) for x, y in part)

    lines = tuple(
        SdLine(sd, f"{sd:+d}SD" if sd else _("Median"), _KINDS[abs(sd)], tuple(map(scaled, parts)))
        for sd, parts in raw.items()
    )
    pairs = [(spot, _mark(indicator, spot, x_axis, y_axis)) for spot in spots]
    marks = tuple(mark for spot, mark in pairs if not spot.beside)
    beside = tuple(mark for spot, mark in pairs if spot.beside)
    by_day = {mark.on: mark for mark in marks}
    links = tuple(((mark.x, mark.y), (by_day[mark.on].x, by_day[mark.on].y)) for mark in beside if mark.on in by_day)
    return ChartGeometry(indicator, standard, _title(indicator, standing), x_axis, y_axis, lines, marks, beside, links)


@dataclass(frozen=True, slots=True)
class _Spot:
    """A measurement on its way into the chart, in data units."""

    x: float
    value: float
    on: date
    scores: Scores
    corrected: bool
    beside: bool


def _spots(standard: Standard, indicator: Indicator, visits: Iterable[Visit]) -> tuple[list[_Spot], bool]:
    """The measurements to show, by day, and whether they stand beside weight-for-height."""
    spots = []
    for on, assessment in sorted(visits, key=lambda visit: visit[0]):
        spots += _spot(indicator, on, assessment.scores, assessment.corrected, beside=False)
        if assessment.chronological is not None and indicator is not Indicator.WFL:
            spots += _spot(indicator, on, assessment.chronological, False, beside=True)
    if indicator is not Indicator.WFL or not spots:
        return spots, False
    standing = wants_standing(standard, spots[-1].scores.age)
    return [spot for spot in spots if wants_standing(standard, spot.scores.age) == standing], standing


def _spot(indicator: Indicator, on: date, scores: Scores, corrected: bool, *, beside: bool) -> list[_Spot]:
    value, length_cm = scores.of(indicator).value, scores.of(Indicator.LHFA).value
    if value is None:
        return []
    if indicator is Indicator.WFL:
        return [] if length_cm is None else [_Spot(length_cm, value, on, scores, corrected, beside)]
    return [_Spot(scores.age.days / DAYS_PER_MONTH, value, on, scores, corrected, beside)]


def _mark(indicator: Indicator, spot: _Spot, x_axis: Axis, y_axis: Axis) -> Mark:
    at = x_axis.at(spot.x), y_axis.at(spot.value)
    return Mark(*at, spot.on, spot.scores.age, spot.corrected, spot.scores.of(indicator))


def _title(indicator: Indicator, standing: bool) -> str:
    if indicator is not Indicator.WFL:
        return indicator_title(indicator)
    return _("Weight for height") if standing else _("Weight for length")


def _x_axis(standard: Standard, indicator: Indicator, standing: bool, values: Sequence[float]) -> Axis:
    furthest = max(values, default=0.0)
    if indicator is Indicator.WFL:
        ranges = _CM_RANGES[standard, standing]
        low, high = next((r for r in ranges if furthest <= r[1]), ranges[-1])
        title = _("Height (cm)") if standing else _("Length (cm)")
        return Axis(title, low, high, _ticks(low, high, 5.0, 1.0))
    if not values:
        furthest = _MONTHS_WITHOUT_VISITS
    most = _HEAD_MONTHS if (standard, indicator) == (Standard.CHINA, Indicator.HCFA) else _MONTHS[standard][-1]
    months = next((m for m in _MONTHS[standard] if furthest <= m), most)
    months = min(months, most)
    return Axis(_("Age (months)"), 0.0, months, _ticks(0.0, months, *_MONTH_STEPS[months]))


def _y_axis(indicator: Indicator, values: Sequence[float]) -> Axis:
    """An axis over all values, with a little air, from one major tick to another."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    air = 0.02 * (high - low) or _AIR_AROUND_ONE_VALUE
    low, high = max(low - air, 0.0), high + air
    major, minor = next((step for step in _Y_STEPS if (high - low) / step[0] <= _MOST_TICKS), _Y_STEPS[-1])
    low, high = floor(low / minor) * minor, ceil(high / minor) * minor
    return Axis(_(_Y_TITLES[indicator]), low, high, _ticks(low, high, major, minor))


def _ticks(low: float, high: float, major: float, minor: float) -> tuple[Tick, ...]:
    per_major = round(major / minor)
    first, last = round(low / minor), round(high / minor)
    return tuple(
        Tick((n * minor - low) / (high - low), f"{n * minor:g}" if n % per_major == 0 else "", n % per_major == 0)
        for n in range(first, last + 1)
    )
