"""What was measured, in words for papers: the value, what it changed by, how fast, and the corrected age. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from zhaohu.i18n import _, format_number
from zhaohu.rules.ages import TERM_DAYS, age_words
from zhaohu.rules.growth.age import DAYS_PER_MONTH
from zhaohu.rules.growth.series import MeasuredDay
from zhaohu.rules.growth.terms import UNITS, Indicator, Reason
from zhaohu.rules.growth.velocity import Growing, Velocity
from zhaohu.services.growth.growth_words import value_text, z_text


def change_text(days: Sequence[MeasuredDay], number: int, indicator: Indicator, *, in_days: bool = True) -> str:
    """What an indicator's value changed by since it was last measured; nothing the first time.

    Args:
        days: The earliest first.
        number: Which of them.
        indicator: Which one.
        in_days: Say in how many days.
    """
    value = value_of(days[number], indicator)
    before = next((day for day in reversed(days[:number]) if value_of(day, indicator) is not None), None)
    if value is None or before is None:
        return ""
    change = value - (value_of(before, indicator) or 0.0)
    amount = value_text(indicator, abs(change))
    words = ("-" if change < 0 and amount.strip("0.,") else "+") + f"{amount} {UNITS[indicator]}"
    return _("{change} in {n} d").format(change=words, n=(days[number].on - before.on).days) if in_days else words


def with_unit(day: MeasuredDay, indicator: Indicator) -> str:
    """What was measured, with its unit; nothing for nothing."""
    value = value_of(day, indicator)
    return "" if value is None else f"{value_text(indicator, value)} {UNITS[indicator]}"


def corrected_text(day: MeasuredDay) -> str:
    """The corrected age in words; before the due date the weeks of pregnancy that the child would have."""
    age = day.ages.corrected
    if age is None:
        return ""
    if age.days < 0:
        weeks, days = divmod(TERM_DAYS + age.days, 7)
        return _("{weeks}+{days} weeks").format(weeks=weeks, days=days)
    return age_words(age.months, age.day_of_month)


def value_of(day: MeasuredDay, indicator: Indicator) -> float | None:
    """What was measured, in the indicator's unit, as it was measured; BMI as it is compared."""
    measured = day.measured
    if indicator is Indicator.BFA:
        return day.china.of(indicator).value
    amount, units = {
        Indicator.WFA: (measured.weight_g, 1000),
        Indicator.LHFA: (measured.length_mm, 10),
        Indicator.WFL: (measured.weight_g if measured.length_mm else None, 1000),
        Indicator.HCFA: (measured.head_mm, 10),
    }[indicator]
    return None if amount is None else amount / units


def velocity_text(velocity: Velocity) -> str:
    """How fast, with the z-score of WHO's increments; nothing when they do not reach so far."""
    if velocity.z is None and velocity.reason is not Reason.FELL_TOO_FAR:
        return ""
    if velocity.of is Growing.WEIGHT:
        speed = _("{n} g/d").format(n=format_number(velocity.per_day, 1))
    else:
        speed = _("{n} cm/mo").format(n=format_number(velocity.per_day * DAYS_PER_MONTH, 1))
    score = "P<1" if velocity.z is None else _("z {z}").format(z=z_text(velocity.z))
    return f"{speed} {score}"
