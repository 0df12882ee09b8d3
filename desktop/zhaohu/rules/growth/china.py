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

from zhaohu.rules.growth.age import Age
from zhaohu.rules.growth.china_places import at_age, at_length
from zhaohu.rules.growth.references import CHINA_LAST_ROW_MONTHS, STANDING_FROM_MONTHS, ChinaTables
from zhaohu.rules.growth.terms import Flag, Indicator, Level, Position, Status
from zhaohu.rules.growth.zscore import NO_STANDING_BEFORE_MONTHS, beyond, position_rule

Grade = tuple[float, int]
"""z-score; how many of the fourteen printed bounds are reached (`SD_REACHED`, `PERCENTILES_REACHED`)."""
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


def china_grades(
    tables: ChinaTables,
    age: Age,
    weight_g: float | None,
    length_mm: float | None,
    head_mm: float | None,
    position: Position | None,
    oedema: bool,
) -> tuple[Grades, float | None, tuple[Flag, ...]]:
    """The five grades of one child at an age from 0 to under 84 completed months.

    Written out in one piece: a million rows and one child go through here.

    Returns:
        The grades, None where something is missing or off the table; the length or height that was used; what is to
        be known of the position and the row.
    """
    months = age.months
    wfa = lhfa = wfl = bfa = hcfa = None
    flags: tuple[Flag, ...] = ()
    key = months * 1024 + age.day_of_month * 32 + age.month_days
    place = tables.by_age.get(key) or at_age(tables, age, key)
    scale, wb, wp, wf, wo, lb, lp, lf, lo, bb, bp, bf, bo, cb, cp, cf, co = place
    standing = months >= STANDING_FROM_MONTHS
    if length_mm is not None:
        if position is not None:
            length_mm, flags = position_rule(
                length_mm, position, wants_standing=standing, under_nine_months=months < NO_STANDING_BEFORE_MONTHS
            )
        value = length_mm * scale
        n = bisect_right(lb, value)
        lhfa = value**lp * lf - lo, n
    if weight_g is not None and not oedema:
        value = weight_g * scale
        z = value**wp * wf - wo
        n = bisect_right(wb, value)
        wfa = z if -3.0 <= z <= 3.0 else beyond(value, z, (wp, wf, wo)), n
        if length_mm is not None:
            wfl = _weight_for_length(tables, weight_g, length_mm, standing)
            # One division of whole numbers: BMI is compared as exactly as everything else.
            value = weight_g * 10_000 * scale / (length_mm * length_mm)
            z = value**bp * bf - bo
            n = bisect_right(bb, value)
            bfa = z if -3.0 <= z <= 3.0 else beyond(value, z, (bp, bf, bo)), n
    if head_mm is not None and cb:
        value = head_mm * scale
        n = bisect_right(cb, value)
        hcfa = value**cp * cf - co, n
    if months > CHINA_LAST_ROW_MONTHS and (weight_g is not None or length_mm is not None):
        flags += (Flag.LAST_ROW,)
    return (wfa, lhfa, wfl, bfa, hcfa), length_mm, flags


def _weight_for_length(tables: ChinaTables, weight_g: float, length_mm: float, standing: bool) -> Grade | None:
    place = (tables.wfh_by_mm if standing else tables.wfl_by_mm).get(length_mm) or at_length(
        tables, length_mm, standing
    )
    if place is None:
        return None
    bounds, power, factor, offset = place
    value = weight_g * 10.0
    z = value**power * factor - offset
    n = bisect_right(bounds, value)
    return z if -3.0 <= z <= 3.0 else beyond(value, z, (power, factor, offset)), n
