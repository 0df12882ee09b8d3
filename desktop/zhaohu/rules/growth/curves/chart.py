"""The growth chart as one geometry, drawn by whoever has a canvas: a widget on screen, a PDF page on paper.

Everything to be drawn lies in the unit square: x to the right, y upwards, both from 0 to 1 inside the plot area. What
hovering shows stands at each mark as plain values.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from zhaohu.i18n import _
from zhaohu.rules.growth.age import DAYS_PER_MONTH, Age
from zhaohu.rules.growth.assess import SEXES, Assessment, Result, Scores, wants_standing
from zhaohu.rules.growth.curves import axes
from zhaohu.rules.growth.curves.axes import Axis, Tick, Window
from zhaohu.rules.growth.curves.lines import PERCENTILES, SDS, Lines, Polyline, standard_lines
from zhaohu.rules.growth.preterm import postmenstrual_days
from zhaohu.rules.growth.references import References
from zhaohu.rules.growth.terms import Indicator, Standard
from zhaohu.rules.growth.words import indicator_title

__all__ = ["Axis", "ChartGeometry", "LineKind", "Lines", "Mark", "StandardLine", "Tick", "Window", "build_chart"]

Point = tuple[float, float]


class LineKind(StrEnum):
    """How a line is to look; the style sheet has a colour for each."""

    MEDIAN = "median"
    ONE = "sd1"
    TWO = "sd2"
    THREE = "sd3"


@dataclass(frozen=True, slots=True)
class StandardLine:
    """One line of the standard.

    Args:
        at: −3…+3 SD, or the percentile.
        label: To write at the right end.
        kind: How it looks: the median, then outward; P25 and P75 as ±1 SD, P10 and P90 as ±2 SD, P3 and P97 as ±3 SD.
        pieces: One polyline, or two where lying goes over to standing.
    """

    at: int
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
        y: Where it lies, 0…1; at the edge when the value is `beyond` the axis.
        on: The day of measuring.
        age: The age that places it.
        corrected: Whether that is the corrected age.
        result: Value, z-score, percentile, level, status or the reason for none.
        since_birth: The age since birth; None where the chart does not know it.
        beyond: +1 for a value above the axis, −1 for one below, else 0: too far from the lines to be shown in place.
    """

    x: float
    y: float
    on: date
    age: Age
    corrected: bool
    result: Result
    since_birth: Age | None = None
    beyond: int = 0


@dataclass(frozen=True, slots=True)
class ChartGeometry:
    """A growth chart, ready to draw.

    Args:
        title: The indicator's name.
        x_axis: Months of age, weeks of postmenstrual age, or cm.
        y_axis: The indicator's value.
        lines: From the lowest; none when sex is not known or the standard has none.
        marks: The points that count, in order of date.
        beside: For preterm children the same measurements by age since birth.
        links: From each point beside to the mark it belongs to.
        track: Joins the marks, up to the edges of the window where the next point lies beyond.
        beside_track: Joins the points by age since birth: those beside, then the marks after correcting has ended.
        windows: What can be chosen for x, by name; the last one is all of the standard.
        drawn: SD or percentiles.
    """

    indicator: Indicator
    standard: Standard
    title: str
    x_axis: Axis
    y_axis: Axis
    lines: tuple[StandardLine, ...]
    marks: tuple[Mark, ...]
    beside: tuple[Mark, ...]
    links: tuple[tuple[Point, Point], ...]
    track: Polyline
    beside_track: Polyline = ()
    windows: tuple[tuple[str, Window], ...] = ()
    drawn: Lines = Lines.SD


Visit = tuple[date, Assessment]

_KINDS = (LineKind.MEDIAN, LineKind.ONE, LineKind.TWO, LineKind.THREE)
_AT = {Lines.SD: SDS, Lines.PERCENTILE: PERCENTILES}


def build_chart(
    references: References,
    standard: Standard,
    sex: int,
    indicator: Indicator,
    visits: Iterable[Visit],
    *,
    lines: Lines = Lines.SD,
    window: Window | None = None,
) -> ChartGeometry:
    """Lay out one child's chart of one indicator.

    Weight-for-length and weight-for-height are two charts: the visits after and before the change of position that
    the latest one does not belong to are left out.

    Args:
        references: The published tables.
        standard: The standard by which the visits were assessed.
        sex: GB/T 2261.1.
        indicator: What to show.
        visits: Days of measuring with their assessments, in any order.
        lines: SD or percentiles.
        window: The part of x to show; None follows the child: the first half year, year, two years … that hold it all.
    """
    spots, standing = _spots(standard, indicator, visits)
    window = window or axes.around(standard, indicator, standing, [spot.x for spot in spots])
    x_axis = axes.x_axis(standard, indicator, standing, window)
    drawn: tuple[tuple[Polyline, ...], ...] = ()
    if sex in SEXES:
        drawn = standard_lines(references, standard, sex, indicator, lines, standing, window)
    shown = [spot for spot in spots if window.low <= spot.x <= window.high]
    y_axis = axes.y_axis(
        indicator, [y for parts in drawn for part in parts for _x, y in part], [spot.value for spot in shown]
    )

    left, width, bottom, height = x_axis.low, x_axis.high - x_axis.low, y_axis.low, y_axis.high - y_axis.low

    def scaled(part: Iterable[Point]) -> Polyline:
        return tuple([((x - left) / width, (y - bottom) / height) for x, y in part])

    pairs = [(spot, _mark(indicator, spot, x_axis, y_axis)) for spot in shown]
    marks = tuple(mark for spot, mark in pairs if not spot.beside)
    beside = tuple(mark for spot, mark in pairs if spot.beside)
    by_day = {mark.on: mark for mark in marks}
    return ChartGeometry(
        indicator,
        standard,
        _title(standard, indicator, standing),
        x_axis,
        y_axis,
        tuple(_line(lines, n, tuple(map(scaled, parts))) for n, parts in enumerate(drawn)),
        marks,
        beside,
        tuple(((one.x, one.y), (by_day[one.on].x, by_day[one.on].y)) for one in beside if one.on in by_day),
        _track([spot for spot in spots if not spot.beside], x_axis, y_axis),
        _track(_since_birth(spots), x_axis, y_axis) if any(spot.beside for spot in spots) else (),
        axes.presets(standard, indicator, standing),
        lines,
    )


@dataclass(frozen=True, slots=True)
class _Spot:
    """A measurement on its way into the chart, in data units."""

    x: float
    value: float
    on: date
    scores: Scores
    corrected: bool
    beside: bool
    since_birth: Age | None


def _spots(standard: Standard, indicator: Indicator, visits: Iterable[Visit]) -> tuple[list[_Spot], bool]:
    """The measurements to show, by day, and whether they stand beside weight-for-height."""
    by_length = axes.by_length(standard, indicator)
    spots: list[_Spot] = []
    for on, assessment in sorted(visits, key=lambda visit: visit[0]):
        spots += _spot(standard, indicator, on, assessment, beside=False)
        if assessment.chronological is not None and not by_length:
            spots += _spot(standard, indicator, on, assessment, beside=True)
    if not by_length or not spots:
        return spots, False
    standing = wants_standing(standard, spots[-1].scores.age)
    return [spot for spot in spots if wants_standing(standard, spot.scores.age) == standing], standing


def _spot(
    standard: Standard, indicator: Indicator, on: date, assessment: Assessment, *, beside: bool
) -> Iterable[_Spot]:
    chronological = assessment.chronological
    scores = chronological if beside and chronological is not None else assessment.scores
    value, x = scores.of(indicator).value, _x(standard, indicator, scores)
    if value is None or x is None:
        return ()
    since_birth = None if standard is Standard.INTERGROWTH else (chronological or scores).age
    return (_Spot(x, value, on, scores, assessment.corrected and not beside, beside, since_birth),)


def _x(standard: Standard, indicator: Indicator, scores: Scores) -> float | None:
    """Where a standard looks for a child: by its own count of months, by weeks, or by length."""
    age = scores.age
    if standard is Standard.INTERGROWTH:
        return postmenstrual_days(age) / 7
    if indicator is Indicator.WFL:
        return scores.of(Indicator.LHFA).value
    if standard is Standard.WHO:
        return age.days / DAYS_PER_MONTH
    return age.months + age.day_of_month / age.month_days


def _since_birth(spots: Sequence[_Spot]) -> list[_Spot]:
    """The points by age since birth: those beside, and after correcting has ended those that count."""
    doubled = {spot.on for spot in spots if spot.beside}
    return [spot for spot in spots if spot.beside or spot.on not in doubled]


def _mark(indicator: Indicator, spot: _Spot, x_axis: Axis, y_axis: Axis) -> Mark:
    y = y_axis.at(spot.value)
    beyond = (y > 1) - (y < 0)
    at = x_axis.at(spot.x), min(max(y, 0.0), 1.0)
    result = spot.scores.of(indicator)
    return Mark(*at, spot.on, spot.scores.age, spot.corrected, result, spot.since_birth, beyond)


def _track(spots: Sequence[_Spot], x_axis: Axis, y_axis: Axis) -> Polyline:
    """The points joined inside the plot; where the way leaves it, it ends on its edge."""
    track: list[Point] = []
    corners = [(x_axis.at(spot.x), y_axis.at(spot.value)) for spot in spots]
    for here, there in pairwise(corners):
        for point in _inside(here, there):
            if not track or track[-1] != point:
                track.append(point)
    return tuple(track) if len(corners) > 1 else tuple(p for p in corners if 0 <= p[0] <= 1 and 0 <= p[1] <= 1)


def _inside(here: Point, there: Point) -> tuple[Point, ...]:
    """The part of a straight line that lies in the unit square, from end to end; nothing when none does."""
    first, last = 0.0, 1.0
    steps = there[0] - here[0], there[1] - here[1]
    for start, step in zip(here, steps, strict=True):
        if not step:
            if not 0 <= start <= 1:
                return ()
            continue
        enters, leaves = sorted((-start / step, (1 - start) / step))
        first, last = max(first, enters), min(last, leaves)
    if first > last:
        return ()

    def at(share: float) -> Point:
        if share == 1:
            return there
        return here[0] + share * steps[0], here[1] + share * steps[1]

    return at(first), at(last)


def _line(lines: Lines, n: int, pieces: tuple[Polyline, ...]) -> StandardLine:
    at = _AT[lines][n]
    label = f"P{at}" if lines is Lines.PERCENTILE else f"{at:+d}SD" if at else _("Median")
    return StandardLine(at, label, _KINDS[abs(n - 3)], pieces)


def _title(standard: Standard, indicator: Indicator, standing: bool) -> str:
    if not axes.by_length(standard, indicator):
        return indicator_title(indicator)
    return _("Weight for height") if standing else _("Weight for length")
