"""WS/T 423-2022 at any age and length: the printed rows, and straight lines between them, ready for grading.

A place holds fourteen bounds, the seven SD values and the seven percentiles in one rising row, and the curve. Both are
of the value times a whole number, the scale, so that a bound between two rows is a whole number as well and comparing
is exact. Places are kept once made: a million children share a few thousand.
"""

from __future__ import annotations

from zhaohu.rules.growth.age import Age
from zhaohu.rules.growth.references import (
    CHINA_WFH_FROM_CM,
    CHINA_WFL_FROM_CM,
    AgePlace,
    ChinaStep,
    ChinaTables,
    LengthPlace,
)
from zhaohu.rules.growth.zscore import curve

_IN_ORDER = (0, 1, 7, 8, 2, 9, 3, 10, 11, 4, 12, 13, 5, 6)
"""The fourteen cells of a row (seven SD values, then seven percentiles) as they rise: -3 SD, -2 SD, P3, P10, -1 SD,
P25, median, P50, P75, +1 SD, P90, P97, +2 SD, +3 SD. Some are printed alike; which comes first is then of no matter."""
SD_REACHED = tuple(sum(cell < 7 for cell in _IN_ORDER[:n]) for n in range(15))
"""How many SD values are reached when so many of the fourteen bounds are."""
PERCENTILES_REACHED = tuple(n - reached for n, reached in enumerate(SD_REACHED))
"""How many percentiles are."""
_MOST_MONTHS_APART = 3
_MM_PER_CM = 10
_NO_BOUNDS: tuple[float, ...] = ()


def at_age(tables: ChinaTables, age: Age, key: int) -> AgePlace:
    """Weight, length, BMI and head circumference at an age; kept as `by_age[key]`.

    The scale is three times the days of the running month.
    """
    months, whole = age.months, age.month_days
    scale = _MOST_MONTHS_APART * whole
    wfa, lhfa, bfa = (
        _between(table[months], age.day_of_month, whole, scale) for table in (tables.wfa, tables.lhfa, tables.bfa)
    )
    hcfa: LengthPlace = (_NO_BOUNDS, 1.0, 1.0, 1.0)
    if months < len(tables.hcfa):
        hcfa = _between(tables.hcfa[months], age.day_of_month, whole, scale)
    place = tables.by_age[key] = (float(scale), *wfa, *lhfa, *bfa, *hcfa)
    return place


def _between(step: ChinaStep, day: int, whole: int, scale: int) -> LengthPlace:
    bounds, power, factor, offset = _place(step, (day + step.offset * whole) * (_MOST_MONTHS_APART // step.gap), scale)
    # Month 23 ends in a row of thirds, which the scale makes whole: rounding takes away the noise of binary fractions.
    return tuple(float(round(bound)) for bound in bounds), power, factor, offset


def at_length(tables: ChinaTables, length_mm: float, standing: bool) -> LengthPlace | None:
    """Weight for length or height at a length; the scale is ten. None off the table."""
    table, start = (tables.wfh, CHINA_WFH_FROM_CM) if standing else (tables.wfl, CHINA_WFL_FROM_CM)
    index = int(length_mm // _MM_PER_CM) - start
    part = length_mm - (start + index) * _MM_PER_CM
    if index < 0 or index + (part > 0) >= len(table):
        return None
    place = _place(table[index], part, _MM_PER_CM)
    if length_mm == int(length_mm):
        (tables.wfh_by_mm if standing else tables.wfl_by_mm)[length_mm] = place
    return place


def _place(step: ChinaStep, position: float, scale: int) -> LengthPlace:
    below, above = step.below, step.above
    rest, share = scale - position, position / scale
    cells = [b * rest + a * position for b, a in zip(below.cells, above.cells, strict=True)]
    power, median, spread = (b + share * (a - b) for b, a in zip(below.lms, above.lms, strict=True))
    return tuple(cells[i] for i in _IN_ORDER), *curve((power, median, spread), scale)
