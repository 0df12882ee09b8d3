"""Z-scores, and WHO 2006/2007 exactly as WHO's current programs apply it.

Weights are in g, lengths and head circumference in mm; whole numbers for records, fractions where a file has them.
Sources: WHO Child Growth Standards, Methods and development (2006), chapter 7; WHO's R package anthro.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import erfc, exp, log, sqrt

from zhaohu.rules.growth.references import WHO_WFH_FROM_MM, WHO_WFL_FROM_MM, Lms, WhoTables
from zhaohu.rules.growth.terms import Flag, Position

WHO_LAST_DAY = 1826
"""The last day before sixty months of 30.4375 days."""
WHO_STANDING_FROM_DAY = 731
NO_STANDING_BEFORE_DAY = 274
"""Nine months of 30.4375 days: earlier a standing measurement is not believed."""
STANDING_SHORTER_MM = 7

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


def percentile(z: float) -> float:
    """The share of the reference population below a z-score, in percent."""
    return 50 * erfc(-z / sqrt(2))


def position_rule(
    length_mm: float, position: Position | None, *, wants_standing: bool, under_nine_months: bool
) -> tuple[float, Flag | None]:
    """Length or height as the reference wants it, and what was done to get there.

    Standing children are 0.7 cm shorter than the same children lying (WHO). Without a position the wanted one is
    assumed.
    """
    if position == "H" and not wants_standing:
        if under_nine_months:
            return length_mm, Flag.STANDING_UNDER_9_MONTHS
        return length_mm + STANDING_SHORTER_MM, Flag.STANDING_CONVERTED
    if position == "L" and wants_standing:
        return length_mm - STANDING_SHORTER_MM, Flag.LYING_CONVERTED
    return length_mm, None


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
        power, median, spread = table[index + 1]
        row = (
            row[0] + part * (power - row[0]),
            row[1] + part * (median - row[1]),
            row[2] + part * (spread - row[2]),
        )
    return restricted_z(weight_g, row)


def who_scores(
    tables: WhoTables,
    days: int,
    weight_g: float | None,
    length_mm: float | None,
    head_mm: float | None,
    position: Position | None,
    oedema: bool,
) -> tuple[ZScores, float | None, Flag | None]:
    """The five scores of one child at an age from 0 to `WHO_LAST_DAY`, unrounded.

    Returns:
        The scores, None where something is missing or off the table; the length or height that was used; what the
        position rule did to it.
    """
    waz = haz = whz = baz = hcz = None
    flag = None
    standing = days >= WHO_STANDING_FROM_DAY
    if length_mm is not None:
        if position is not None:
            length_mm, flag = position_rule(
                length_mm, position, wants_standing=standing, under_nine_months=days < NO_STANDING_BEFORE_DAY
            )
        _power, median, spread = tables.lhfa[days]
        haz = (length_mm / median - 1) / spread
    if weight_g is not None and not oedema:
        waz = restricted_z(weight_g, tables.wfa[days])
        if length_mm is not None:
            whz = who_weight_for_length(tables, weight_g, length_mm, standing)
            baz = restricted_z(body_mass_index(weight_g, length_mm), tables.bfa[days])
    if head_mm is not None:
        _power, median, spread = tables.hcfa[days]
        hcz = (head_mm / median - 1) / spread
    return (waz, haz, whz, baz, hcz), length_mm, flag
