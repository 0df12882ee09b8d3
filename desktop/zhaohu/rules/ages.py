"""Ages in days, calendar months and words."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from zhaohu.i18n import _, ngettext

TERM_DAYS = 280
"""Length of a full-term pregnancy, 40 weeks, from which corrected age is counted."""
_MONTH_DAYS = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
PRETERM_BEFORE_DAYS = 37 * 7
"""A birth before 37 completed weeks is preterm (访视规范2012)."""


def add_months(day: date, months: int) -> date:
    """The same day `months` calendar months later, or that month's last day when it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def latest_birth(on: date, months: int) -> date:
    """The latest day of birth with so many calendar months completed on a day."""
    latest = add_months(on, -months)
    while add_months(latest + timedelta(days=1), months) <= on:
        latest += timedelta(days=1)
    return latest


def months_and_days(born: date, on: date) -> tuple[int, int]:
    """Completed calendar months (满 N 月) and the days beyond them; negative months before the birth."""
    months, beyond, _month = calendar_age(born, on)
    return months, beyond


def calendar_age(born: date, on: date) -> tuple[int, int, int]:
    """Completed calendar months, the days beyond them, and how many days the running month of age has.

    A month of age begins on the day of the month of birth, or on a month's last day when it is shorter.
    """
    year, month, day, born_day = on.year, on.month, on.day, born.day
    months = (year - born.year) * 12 + month - born.month
    length = _days_in(year, month)
    begun = born_day if born_day < length else length
    if day >= begun:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        following = _days_in(year, month)
        return months, day - begun, length - begun + (born_day if born_day < following else following)
    year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    before = _days_in(year, month)
    last_begun = born_day if born_day < before else before
    return months - 1, day + before - last_begun, before - last_begun + begun


def _days_in(year: int, month: int) -> int:
    if month != 2:
        return _MONTH_DAYS[month]
    return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28


def is_preterm(gestation_days: int | None) -> bool:
    """Whether a birth at that gestation counts as preterm; unknown does not."""
    return gestation_days is not None and gestation_days < PRETERM_BEFORE_DAYS


def corrected_birth_date(born: date, gestation_days: int | None) -> date:
    """The day from which a preterm child's corrected age counts: its 40-week date; else the birth date."""
    if gestation_days is None or not is_preterm(gestation_days):
        return born
    return born + timedelta(days=TERM_DAYS - gestation_days)


def age_text(born: date, on: date) -> str:
    """An age as the field says it: days to one month, months and days to two years, then years and months.

    Empty when `on` lies before the birth.
    """
    return age_words(*months_and_days(born, on))


def age_words(months: int, days: int) -> str:
    """An age of completed months and days beyond them, in words; empty before the day that it counts from."""
    if months < 0:
        return ""
    if months == 0:
        return ngettext("{n} day", "{n} days", days).format(n=days)
    if months < 24:
        return _("{months} mo {days} d").format(months=months, days=days)
    return _("{years} y {months} mo").format(years=months // 12, months=months % 12)
