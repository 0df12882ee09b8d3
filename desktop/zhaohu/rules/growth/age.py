"""Age as growth standards want it: whole days, and completed months with the part of the next one.

From two dates months are calendar months (满 N 月); from a bare count of days a month is 30.4375 days, and month n
begins on day n × 30.4375 rounded half up, as WHO's programs turn months into days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from zhaohu.rules.ages import TERM_DAYS, calendar_age, corrected_birth_date, is_preterm

DAYS_PER_MONTH = 30.4375
CORRECT_UNTIL_MONTHS = 24
"""Corrected age is used while the child has not completed this many months since birth."""


def first_day_of_month(months: int) -> int:
    """The day on which a month of age begins when only days are counted: months × 30.4375, half up."""
    return (487 * months + 8) // 16


@dataclass(frozen=True, slots=True)
class Age:
    """An age.

    Args:
        days: Completed days; negative before birth, or before term when the age is corrected.
        months: Completed months.
        day_of_month: Days beyond the completed months.
        month_days: How many days the running month has.
    """

    days: int
    months: int
    day_of_month: int
    month_days: int

    @classmethod
    def between(cls, born: date, on: date) -> Age:
        """The age on a day, by the calendar."""
        return cls((on - born).days, *calendar_age(born, on))

    @classmethod
    @lru_cache(maxsize=4096)
    def of_days(cls, days: int) -> Age:
        """The age when only its days are known."""
        months = (16 * days + 7) // 487
        first = first_day_of_month(months)
        return cls(days, months, days - first, first_day_of_month(months + 1) - first)


@dataclass(frozen=True, slots=True)
class Ages:
    """A child's age by birth date, and by the 40-week date where that one counts.

    Args:
        chronological: Since birth.
        corrected: Since the 40-week date; only for births before 37 weeks, up to 24 months. It may be negative.
    """

    chronological: Age
    corrected: Age | None = None

    @classmethod
    def on(cls, born: date, on: date, gestation_days: int | None = None) -> Ages:
        """The ages on a day.

        Args:
            born: Date of birth.
            on: The day of measuring.
            gestation_days: Gestation at birth; None when not known, which counts as term.
        """
        ages = _at_term((on - born).days, *calendar_age(born, on))
        if not _corrects(ages.chronological, gestation_days):
            return ages
        return cls(ages.chronological, Age.between(corrected_birth_date(born, gestation_days), on))

    @classmethod
    def of_days(cls, days: int, gestation_days: int | None = None) -> Ages:
        """The ages when only the days since birth are known."""
        age = Age.of_days(days)
        if gestation_days is None or not _corrects(age, gestation_days):
            return cls(age)
        return cls(age, Age.of_days(days - (TERM_DAYS - gestation_days)))

    @property
    def used(self) -> Age:
        """The age that chooses the reference: the corrected one where there is one."""
        return self.corrected or self.chronological


@lru_cache(maxsize=16384)
def _at_term(days: int, months: int, day_of_month: int, month_days: int) -> Ages:
    """The ages of a child born at term, made once: a file of a survey has the same ones again and again."""
    return Ages(Age(days, months, day_of_month, month_days))


def _corrects(age: Age, gestation_days: int | None) -> bool:
    return is_preterm(gestation_days) and 0 <= age.months < CORRECT_UNTIL_MONTHS
