"""WS/T 423-2022: level by SD and by percentile, nutrition status, and a continuous z-score.

The standard prints values for whole months and whole centimetres and says nothing of what lies between. Here, once
for all of the program:

- on a printed month or centimetre every comparison is with the printed cell itself, lower bound inclusive, exact;
- between two of them the cells, and L, M and S alike, move in a straight line, so level and z-score rest on the same
  rows and do not contradict each other. (Taking the last completed row instead would put an ordinary child of four
  weeks beside newborns, and call it heavy.)
- month 23 runs on along the trend of its last three months, because row 24 is of standing children;
- after 81 months, the last row, its values stay until the seventh birthday; head circumference ends with month 36;
- length is wanted before 24 completed months and height from then on; measured the other way, 0.7 cm is added or taken
  off as WHO does, and flagged; weight-for-length is used while length is wanted;
- weight and BMI beyond ±3 SD are scored by WHO's restricted method; BMI is compared unrounded;
- with oedema weight is not graded.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

from zhaohu.rules.growth.age import Age
from zhaohu.rules.growth.references import (
    CHINA_WFH_FROM_CM,
    CHINA_WFL_FROM_CM,
    STANDING_FROM_MONTHS,
    ChinaStep,
    ChinaTables,
    Lms,
)
from zhaohu.rules.growth.terms import Flag, Indicator, Level, Position, Status
from zhaohu.rules.growth.zscore import body_mass_index, lms_z, position_rule, restricted_z

NO_STANDING_BEFORE_MONTHS = 9

Grade = tuple[float, int, int]
"""z-score; how many of the seven printed SD values, and how many of the seven percentiles, are reached."""
Grades = tuple[Grade | None, Grade | None, Grade | None, Grade | None, Grade | None]
"""wfa, lhfa, wfl/wfh, bfa, hcfa."""

LEVEL_BY_SD = (
    Level.LOWER,
    Level.LOWER,
    Level.LOWER_MIDDLE,
    Level.MIDDLE,
    Level.MIDDLE,
    Level.UPPER_MIDDLE,
    Level.UPPER,
    Level.UPPER,
)
"""Table 2, by the number of SD values reached."""
LEVEL_BY_PERCENTILE = (
    Level.LOWER,
    Level.LOWER_MIDDLE,
    Level.LOWER_MIDDLE,
    Level.MIDDLE,
    Level.MIDDLE,
    Level.UPPER_MIDDLE,
    Level.UPPER_MIDDLE,
    Level.UPPER,
)
"""Table 1, by the number of percentiles reached."""
_BY_MASS = (
    Status.SEVERE_WASTING,
    Status.WASTING,
    None,
    None,
    None,
    Status.OVERWEIGHT,
    Status.OBESITY,
    Status.SEVERE_OBESITY,
)
STATUS_BY_SD: dict[Indicator, tuple[Status | None, ...]] = {
    Indicator.WFA: (Status.SEVERE_UNDERWEIGHT, Status.UNDERWEIGHT, *[None] * 6),
    Indicator.LHFA: (Status.SEVERE_STUNTING, Status.STUNTING, *[None] * 6),
    Indicator.WFL: _BY_MASS,
    Indicator.BFA: _BY_MASS,
    Indicator.HCFA: (None,) * 8,
}
"""Table 3, by the number of SD values reached."""


def grade(value: float, step: ChinaStep, part: float, whole: int, score: Callable[[float, Lms], float]) -> Grade:
    """Compare a value with the standard at one place between two of its rows.

    Args:
        value: In the unit of the table: g, mm or 0.1 kg/m².
        step: The rows around the place.
        part: How much of the running month or centimetre has passed, out of `whole`.
        whole: The length of the running month in days, or of a centimetre in mm.
        score: `restricted_z` for weight and BMI, `lms_z` for lengths.
    """
    below = step.below
    part += step.offset * whole
    if not part:
        return score(value, below.lms), bisect_right(below.sd, value), bisect_right(below.percentiles, value)
    above = step.above
    whole *= step.gap
    power, median, spread = below.lms
    to_power, to_median, to_spread = above.lms
    share = part / whole
    lms = (
        power + share * (to_power - power),
        median + share * (to_median - median),
        spread + share * (to_spread - spread),
    )
    return (
        score(value, lms),
        _reached(value, below.sd, above.sd, part, whole),
        _reached(value, below.percentiles, above.percentiles, part, whole),
    )


def _reached(value: float, below: tuple[float, ...], above: tuple[float, ...], part: float, whole: int) -> int:
    """How many of the seven bounds between two rows a value reaches; without division, so that it stays exact."""
    value *= whole
    rest = whole - part
    low, high = 0, 7
    while low < high:
        middle = (low + high) // 2
        if value < below[middle] * rest + above[middle] * part:
            high = middle
        else:
            low = middle + 1
    return low


def _weight_for_length(tables: ChinaTables, weight_g: float, length_mm: float, standing: bool) -> Grade | None:
    table, start = (tables.wfh, CHINA_WFH_FROM_CM) if standing else (tables.wfl, CHINA_WFL_FROM_CM)
    whole_cm = int(length_mm // 10)
    index = whole_cm - start
    part = length_mm - 10 * whole_cm
    if index < 0 or index + (part > 0) >= len(table):
        return None
    return grade(weight_g, table[index], part, 10, restricted_z)


def china_grades(
    tables: ChinaTables,
    age: Age,
    weight_g: float | None,
    length_mm: float | None,
    head_mm: float | None,
    position: Position | None,
    oedema: bool,
) -> tuple[Grades, float | None, Flag | None]:
    """The five grades of one child at an age from 0 to under 84 completed months.

    Returns:
        The grades, None where something is missing or off the table; the length or height that was used; what the
        position rule did to it.
    """
    months, part, whole = age.months, age.day_of_month, age.month_days
    wfa = lhfa = wfl = bfa = hcfa = None
    flag = None
    standing = months >= STANDING_FROM_MONTHS
    if length_mm is not None:
        if position is not None:
            length_mm, flag = position_rule(
                length_mm, position, wants_standing=standing, under_nine_months=months < NO_STANDING_BEFORE_MONTHS
            )
        lhfa = grade(length_mm, tables.lhfa[months], part, whole, lms_z)
    if weight_g is not None and not oedema:
        wfa = grade(weight_g, tables.wfa[months], part, whole, restricted_z)
        if length_mm is not None:
            wfl = _weight_for_length(tables, weight_g, length_mm, standing)
            bfa = grade(body_mass_index(weight_g, length_mm), tables.bfa[months], part, whole, restricted_z)
    if head_mm is not None and months < len(tables.hcfa):
        hcfa = grade(head_mm, tables.hcfa[months], part, whole, lms_z)
    return (wfa, lhfa, wfl, bfa, hcfa), length_mm, flag
