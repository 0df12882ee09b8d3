"""The SD lines of both standards, in the units that people read, for drawing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from zhaohu.rules.growth.age import DAYS_PER_MONTH
from zhaohu.rules.growth.references import (
    STANDING_FROM_MONTHS,
    WHO_WFH_FROM_MM,
    WHO_WFL_FROM_MM,
    ChinaStep,
    Lms,
    References,
)
from zhaohu.rules.growth.terms import Indicator, Standard
from zhaohu.rules.growth.zscore import WHO_LAST_DAY, WHO_STANDING_FROM_DAY, lms_value

SDS = (-3, -2, -1, 0, 1, 2, 3)
Curve = Sequence[tuple[float, Lms]]
"""L, M and S along x: months of age, or cm."""
Polyline = tuple[tuple[float, float], ...]

_SHOWN_PER_UNIT = {
    Indicator.WFA: 1000.0,
    Indicator.LHFA: 10.0,
    Indicator.WFL: 1000.0,
    Indicator.BFA: 10.0,
    Indicator.HCFA: 10.0,
}
_BREAKS_AT_STANDING = (Indicator.LHFA, Indicator.BFA)
_WHO_EVERY_DAYS = 7
_WHO_EVERY_MM = 10


def curves(references: References, standard: Standard, sex: int, indicator: Indicator, standing: bool) -> list[Curve]:
    """The reference along x, in one piece, or in two where lying goes over to standing.

    Args:
        references: The published tables.
        standard: Which one.
        sex: 1 male, 2 female.
        indicator: Which one.
        standing: Weight-for-height instead of weight-for-length; of no meaning for the others.
    """
    find = _who_curves if standard is Standard.WHO else _china_curves
    return find(references, sex, indicator, standing)


def sd_line(pieces: Iterable[Curve], indicator: Indicator, sd: int, low: float, high: float) -> tuple[Polyline, ...]:
    """One SD line between two x, piece by piece."""
    unit = _SHOWN_PER_UNIT[indicator]
    lines = (tuple((x, lms_value(sd, lms) / unit) for x, lms in piece if low <= x <= high) for piece in pieces)
    return tuple(line for line in lines if len(line) > 1)


def _who_curves(references: References, sex: int, indicator: Indicator, standing: bool) -> list[Curve]:
    tables = references.who[sex]
    if indicator is Indicator.WFL:
        table, start = (tables.wfh, WHO_WFH_FROM_MM) if standing else (tables.wfl, WHO_WFL_FROM_MM)
        return [[((start + i) / 10, table[i]) for i in range(0, len(table), _WHO_EVERY_MM)]]
    by_day: tuple[Lms, ...] = getattr(tables, indicator.value)

    def piece(first: int, last: int) -> Curve:
        days = [*range(first, last, _WHO_EVERY_DAYS), last]
        return [(day / DAYS_PER_MONTH, by_day[day]) for day in days]

    if indicator in _BREAKS_AT_STANDING:
        return [piece(0, WHO_STANDING_FROM_DAY - 1), piece(WHO_STANDING_FROM_DAY, WHO_LAST_DAY)]
    return [piece(0, WHO_LAST_DAY)]


def _china_curves(references: References, sex: int, indicator: Indicator, standing: bool) -> list[Curve]:
    tables = references.china[sex]
    if indicator is Indicator.WFL:
        return [_printed(tables.wfh if standing else tables.wfl)]
    steps: tuple[ChinaStep, ...] = getattr(tables, indicator.value)
    if indicator not in _BREAKS_AT_STANDING:
        return [_printed(steps)]
    lying = steps[:STANDING_FROM_MONTHS]
    to_standing = lying[-1].above
    return [[*_printed(lying), (float(to_standing.key), to_standing.lms)], _printed(steps[STANDING_FROM_MONTHS:])]


def _printed(steps: Iterable[ChinaStep]) -> list[tuple[float, Lms]]:
    return [(float(step.below.key), step.below.lms) for step in steps if step.offset == 0]
