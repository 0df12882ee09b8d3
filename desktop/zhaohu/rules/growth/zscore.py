"""Z-scores, and WHO 2006/2007 exactly as WHO's current programs apply it.

Weights are in g, lengths and head circumference in mm; whole numbers for records, fractions where a file has them.
Sources: WHO Child Growth Standards, Methods and development (2006), chapter 7; WHO's R package anthro.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import erfc, exp, log, sqrt

from zhaohu.rules.growth.references import WHO_WFH_FROM_MM, WHO_WFL_FROM_MM, Curve, Lms, WhoTables
from zhaohu.rules.growth.terms import Flag, Position

WHO_LAST_DAY = 1826
"""The last day before sixty months of 30.4375 days."""
WHO_STANDING_FROM_DAY = 731
WHO_MONTHS = 60
"""WHO ends before so many months."""
NO_STANDING_BEFORE_MONTHS, NO_STANDING_BEFORE_DAY = 9, 274
"""Nine months of 30.4375 days: earlier a standing measurement is not believed."""
STANDING_SHORTER_MM = 7
STANDING_FROM_MM = 870
"""From here on, without an age and a position, WHO takes a length for a height."""

LEAST_SKEW = 1e-6

LIMITS = ((-6.0, 5.0), (-6.0, 6.0), (-5.0, 5.0), (-5.0, 5.0), (-5.0, 5.0))
"""Outside these a score (wfa, lhfa, wfl, bfa, hcfa) is more likely a mistake than a child (WHO)."""
_IMPLAUSIBLE = (
    Flag.WAZ_IMPLAUSIBLE,
    Flag.HAZ_IMPLAUSIBLE,
    Flag.WHZ_IMPLAUSIBLE,
    Flag.BAZ_IMPLAUSIBLE,
    Flag.HCZ_IMPLAUSIBLE,
)

ZScores = tuple[float | None, float | None, float | None, float | None, float | None]
"""wfa, lhfa, wfl/wfh, bfa, hcfa."""


def lms_z(value: float, lms: Lms) -> float:
    """The z-score of a value on a Box-Cox curve, without any bound; the value is positive."""
    power, median, spread = lms
    if power:
        return float(((value / median) ** power - 1) / (power * spread))
    return log(value / median) / spread


def lms_value(z: float, lms: Lms) -> float:
    """The value at a z-score on a Box-Cox curve: the inverse of `lms_z`, within what the curve reaches."""
    power, median, spread = lms
    if power:
        return float(median * (1 + power * spread * z) ** (1 / power))
    return median * exp(spread * z)


def restricted_z(value: float, lms: Lms) -> float:
    """The z-score for weight and BMI: beyond ±3 SD in steps as wide as from 2 to 3 SD (WHO's restricted method)."""
    power, median, spread = lms
    z = ((value / median) ** power - 1) / (power * spread) if power else log(value / median) / spread
    if z > 3:
        third = lms_value(3, lms)
        return 3 + (value - third) / (third - lms_value(2, lms))
    if z < -3:
        third = lms_value(-3, lms)
        return (value - third) / (lms_value(-2, lms) - third) - 3
    return z


def restricted_value(z: float, lms: Lms) -> float:
    """The value at a z-score by the restricted method: the inverse of `restricted_z`."""
    if z > 3:
        third = lms_value(3, lms)
        return third + (z - 3) * (third - lms_value(2, lms))
    if z < -3:
        third = lms_value(-3, lms)
        return third + (z + 3) * (lms_value(-2, lms) - third)
    return lms_value(z, lms)


def curve(lms: Lms, scale: int = 1) -> Curve:
    """A Box-Cox curve made ready for many scores: z = value ** power * factor - offset, of `scale` times the value.

    A skew nearer to 0 than `LEAST_SKEW` counts as `LEAST_SKEW`, which moves no score by 0.000001.
    """
    power, median, spread = lms
    if -LEAST_SKEW < power < LEAST_SKEW:
        power = LEAST_SKEW
    offset = 1 / (power * spread)
    return power, float(offset / (median * scale) ** power), offset


def beyond(value: float, z: float, along: Curve) -> float:
    """The score by the restricted method of a value whose score on its curve lies beyond ±3 SD."""
    power, factor, offset = along
    sign = 1 if z > 0 else -1
    second, third = (((sign * sd + offset) / factor) ** (1 / power) for sd in (2, 3))
    return float(sign * (3 + (value - third) / (third - second)))


def percentile(z: float) -> float:
    """The share of the reference population below a z-score, in percent."""
    return 50 * erfc(-z / sqrt(2))


def position_rule(
    length_mm: float, position: Position | None, *, wants_standing: bool, under_nine_months: bool
) -> tuple[float, tuple[Flag, ...]]:
    """Length or height as the reference wants it, and what was done to get there.

    Standing children are 0.7 cm shorter than the same children lying (WHO). Without a position the wanted one is
    assumed.
    """
    if position == "H" and not wants_standing:
        if under_nine_months:
            return length_mm, (Flag.STANDING_UNDER_9_MONTHS,)
        return length_mm + STANDING_SHORTER_MM, (Flag.STANDING_CONVERTED,)
    if position == "L" and wants_standing:
        return length_mm - STANDING_SHORTER_MM, (Flag.LYING_CONVERTED,)
    return length_mm, ()


def body_mass_index(weight_g: float, length_mm: float) -> float:
    """BMI in units of 0.1 kg/m²."""
    return weight_g * 10_000 / (length_mm * length_mm)


def implausible(scores: Sequence[float | None]) -> list[Flag]:
    """The flags of scores (in the order of `ZScores`) that, at two decimals, lie outside WHO's limits."""
    flags = []
    for z, (low, high), flag in zip(scores, LIMITS, _IMPLAUSIBLE, strict=True):
        if z is not None and not low <= z <= high and not low <= round(z, 2) <= high:
            flags.append(flag)
    return flags


def who_weight_for_length(tables: WhoTables, weight_g: float, length_mm: float, standing: bool) -> float | None:
    """Weight-for-length or -height; L, M and S between whole millimetres are interpolated; None off the table."""
    table, start = (tables.wfh, WHO_WFH_FROM_MM) if standing else (tables.wfl, WHO_WFL_FROM_MM)
    index = int(length_mm) - start
    part = length_mm - start - index
    if index < 0 or index + (part > 0) >= len(table):
        return None
    row = table[index]
    if part:
        power, median, spread = (a + part * (b - a) for a, b in zip(row, table[index + 1], strict=True))
        row = power, median, spread
    return restricted_z(weight_g, row)


def who_scores(
    tables: WhoTables,
    days: int,
    weight_g: float | None,
    length_mm: float | None,
    head_mm: float | None,
    position: Position | None,
    oedema: bool,
) -> tuple[ZScores, float | None, tuple[Flag, ...]]:
    """The five scores of one child at an age from 0 to `WHO_LAST_DAY`, unrounded.

    Written out in one piece: a million rows and one child go through here.

    Returns:
        The scores, None where something is missing or off the table; the length or height that was used; what the
        position rule did to it.
    """
    waz = haz = whz = baz = hcz = None
    flags: tuple[Flag, ...] = ()
    w_power, w_factor, w_offset, h_factor, h_offset, b_power, b_factor, b_offset, c_factor, c_offset = tables.by_day[
        days
    ]
    standing = days >= WHO_STANDING_FROM_DAY
    if length_mm is not None:
        if position is not None:
            length_mm, flags = position_rule(
                length_mm, position, wants_standing=standing, under_nine_months=days < NO_STANDING_BEFORE_DAY
            )
        haz = length_mm * h_factor - h_offset
    if weight_g is not None and not oedema:
        waz = weight_g**w_power * w_factor - w_offset
        if not -3.0 <= waz <= 3.0:
            waz = beyond(weight_g, waz, (w_power, w_factor, w_offset))
        if length_mm is not None:
            index = weight_g * 10_000 / (length_mm * length_mm)
            baz = index**b_power * b_factor - b_offset
            if not -3.0 <= baz <= 3.0:
                baz = beyond(index, baz, (b_power, b_factor, b_offset))
            along = (tables.wfh_by_mm if standing else tables.wfl_by_mm).get(length_mm)
            if along is None:
                whz = who_weight_for_length(tables, weight_g, length_mm, standing)
            else:
                power, factor, offset = along
                whz = weight_g**power * factor - offset
                if not -3.0 <= whz <= 3.0:
                    whz = beyond(weight_g, whz, along)
    if head_mm is not None:
        hcz = head_mm * c_factor - c_offset
    return (waz, haz, whz, baz, hcz), length_mm, flags
