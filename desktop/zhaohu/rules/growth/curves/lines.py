"""The lines of each standard in the units that people read, for drawing.

A line lies where grading puts its bound, at every age: WHO's and INTERGROWTH-21st's have a corner on every day, as they
are scored by the day; those of WS/T 423-2022 go through the printed cells, straight from one row to the next, as its
levels are decided. Between two corners every line is straight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from itertools import pairwise
from statistics import NormalDist

from zhaohu.rules.growth.age import DAYS_PER_MONTH
from zhaohu.rules.growth.assess import PRETERM_INDICATORS
from zhaohu.rules.growth.curves.axes import Window
from zhaohu.rules.growth.references import (
    PMA_FIRST_DAY,
    STANDING_FROM_MONTHS,
    WHO_WFH_FROM_MM,
    WHO_WFL_FROM_MM,
    ChinaRow,
    ChinaStep,
    Lms,
    References,
)
from zhaohu.rules.growth.terms import Indicator, Standard
from zhaohu.rules.growth.zscore import WHO_LAST_DAY, WHO_STANDING_FROM_DAY, lms_value


class Lines(StrEnum):
    """Which lines of a standard are drawn."""

    SD = "sd"
    """−3 to +3 SD."""
    PERCENTILE = "percentile"
    """P3, P10, P25, P50, P75, P90 and P97."""


SDS = (-3, -2, -1, 0, 1, 2, 3)
PERCENTILES = (3, 10, 25, 50, 75, 90, 97)
Z_OF = {Lines.SD: tuple(map(float, SDS)), Lines.PERCENTILE: tuple(NormalDist().inv_cdf(p / 100) for p in PERCENTILES)}
"""The z-scores of the seven lines, from the lowest."""

Polyline = tuple[tuple[float, float], ...]
"""Corners (x, value): months of age, weeks or cm, and the indicator's unit."""
Corner = tuple[float, tuple[float, ...]]
"""A place along x, and what several lines are worth there."""
Piece = Sequence[Corner]

_SHOWN_PER_UNIT = {
    Indicator.WFA: 1000.0,
    Indicator.LHFA: 10.0,
    Indicator.WFL: 1000.0,
    Indicator.BFA: 10.0,
    Indicator.HCFA: 10.0,
}
_BREAKS_AT_STANDING = (Indicator.LHFA, Indicator.BFA)


def standard_lines(
    references: References,
    standard: Standard,
    sex: int,
    indicator: Indicator,
    lines: Lines,
    standing: bool,
    window: Window,
) -> tuple[tuple[Polyline, ...], ...]:
    """The seven lines within a window, each in one piece, or in two where lying goes over to standing.

    Args:
        references: The published tables.
        standard: Which one.
        sex: 1 male, 2 female.
        indicator: Which one.
        lines: SD or percentiles.
        standing: Weight-for-height instead of weight-for-length; of no meaning for the others.
        window: Which part of them.

    Returns:
        From the lowest line to the highest; none where the standard has no such indicator or nothing there.
    """
    find = {Standard.WHO: _who, Standard.CHINA: _china, Standard.INTERGROWTH: _intergrowth}[standard]
    unit, low, high = _SHOWN_PER_UNIT[indicator], window.low, window.high
    parts = [clip_each(piece, low, high) for piece in find(references, sex, indicator, lines, standing, low, high)]
    parts = [part for part in parts if len(part) > 1]
    if not parts:
        return ()
    return tuple(tuple(tuple((x, values[n] / unit) for x, values in part) for part in parts) for n in range(7))


def clip_each(piece: Piece, low: float, high: float) -> Piece:
    """The part of several lines at once between two x, with a corner at each end where they are cut."""
    kept: list[Corner] = []
    for here, there in pairwise(piece):
        if there[0] <= low or here[0] >= high:
            continue
        if not kept:
            kept.append(here if here[0] >= low else _between(here, there, low))
        kept.append(there if there[0] <= high else _between(here, there, high))
    return kept


def _between(here: Corner, there: Corner, x: float) -> Corner:
    share = (x - here[0]) / (there[0] - here[0])
    return x, tuple(a + share * (b - a) for a, b in zip(here[1], there[1], strict=True))


def _who(
    references: References, sex: int, indicator: Indicator, lines: Lines, standing: bool, low: float, high: float
) -> list[Piece]:
    tables = references.who[sex]
    if indicator is Indicator.WFL:
        table, start = (tables.wfh, WHO_WFH_FROM_MM) if standing else (tables.wfl, WHO_WFL_FROM_MM)
        return [_curve(table, lines, start, 10.0, (start, start + len(table) - 1), low, high)]
    by_day: tuple[Lms, ...] = getattr(tables, indicator.value)
    spans = [(0, WHO_LAST_DAY)]
    if indicator in _BREAKS_AT_STANDING:
        spans = [(0, WHO_STANDING_FROM_DAY - 1), (WHO_STANDING_FROM_DAY, WHO_LAST_DAY)]
    return [_curve(by_day, lines, 0, DAYS_PER_MONTH, span, low, high) for span in spans]


def _intergrowth(
    references: References, sex: int, indicator: Indicator, lines: Lines, standing: bool, low: float, high: float
) -> list[Piece]:
    if indicator not in PRETERM_INDICATORS:
        return []
    table: tuple[Lms, ...] = getattr(references.intergrowth[sex], indicator.value)
    span = PMA_FIRST_DAY, PMA_FIRST_DAY + len(table) - 1
    return [_curve(table, lines, PMA_FIRST_DAY, 7.0, span, low, high)]


def _curve(
    table: Sequence[Lms], lines: Lines, start: int, per_x: float, span: tuple[int, int], low: float, high: float
) -> Piece:
    """The lines of a table with a row for every whole step, `start` being the step of its first row."""
    first, last = max(span[0], int(low * per_x) - 1), min(span[1], int(high * per_x) + 2)
    return [(n / per_x, tuple(lms_value(z, table[n - start]) for z in Z_OF[lines])) for n in range(first, last + 1)]


def _china(
    references: References, sex: int, indicator: Indicator, lines: Lines, standing: bool, low: float, high: float
) -> list[Piece]:
    tables = references.china[sex]
    cells: Callable[[ChinaRow], tuple[float, ...]] = _sd if lines is Lines.SD else _percentiles
    if indicator is Indicator.WFL:
        steps = tables.wfh if standing else tables.wfl
        return [[(float(row.key), cells(row)) for row in _rows(steps)]]
    steps = getattr(tables, indicator.value)
    lasts = (float(len(steps)), cells(steps[-1].above))
    if indicator not in _BREAKS_AT_STANDING:
        return [[*((float(row.key), cells(row)) for row in _rows(steps)), lasts]]
    lying = steps[:STANDING_FROM_MONTHS]
    to_standing = lying[-1].above
    return [
        [*((float(row.key), cells(row)) for row in _rows(lying)), (float(to_standing.key), cells(to_standing))],
        [*((float(row.key), cells(row)) for row in _rows(steps[STANDING_FROM_MONTHS:])), lasts],
    ]


def _rows(steps: Iterable[ChinaStep]) -> list[ChinaRow]:
    return [step.below for step in steps if step.offset == 0]


def _sd(row: ChinaRow) -> tuple[float, ...]:
    return row.sd


def _percentiles(row: ChinaRow) -> tuple[float, ...]:
    return row.percentiles
