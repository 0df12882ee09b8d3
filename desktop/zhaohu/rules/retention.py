"""Which backups are kept: 7 days, 5 weeks, 12 months, the newest, and those made before something risky.

Counted by backups and not by the calendar: a day, week or month without a backup takes no place. Order is told by the
running number alone, so a clock that jumps can never push the newest out.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date

DAYS, WEEKS, MONTHS = 7, 5, 12
NEWEST = 3
BEFORE_RISKS = 2
MOST = DAYS + WEEKS + MONTHS + NEWEST + BEFORE_RISKS


@dataclass(frozen=True, slots=True)
class Backup:
    """A good backup: its running number, the day it names, and whether a migration or a restore followed."""

    no: int
    day: date
    before_risk: bool = False


def kept(backups: Iterable[Backup]) -> set[int]:
    """The numbers of the backups to keep; the others may go."""
    newest_first = sorted(backups, key=lambda backup: backup.no, reverse=True)
    keep = {backup.no for backup in newest_first[:NEWEST]}
    keep |= {backup.no for backup in [b for b in newest_first if b.before_risk][:BEFORE_RISKS]}
    for how_many, period in _PERIODS:
        newest_of: dict[Hashable, int] = {}
        for backup in newest_first:
            newest_of.setdefault(period(backup.day), backup.no)
        keep |= set(list(newest_of.values())[:how_many])
    return keep


def _week(day: date) -> Hashable:
    return day.isocalendar()[:2]


def _month(day: date) -> Hashable:
    return day.year, day.month


def _day(day: date) -> Hashable:
    return day


_PERIODS: tuple[tuple[int, Callable[[date], Hashable]], ...] = ((DAYS, _day), (WEEKS, _week), (MONTHS, _month))
