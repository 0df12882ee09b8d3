"""On which days people work: the week, the holidays of the State Council's notices, and what a district set itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from zhaohu.i18n import _
from zhaohu.rules.district_plans import REST, WORK
from zhaohu.rules.forms.tables import Table

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)
_LONGEST_REST = 60


@dataclass(frozen=True, slots=True)
class Workdays:
    """Days that are not as the week has them.

    Args:
        rest: Days off.
        work: Weekend days on which people work.
        sources: Where they come from, by year; of another year only the week is known.
    """

    rest: frozenset[date]
    work: frozenset[date]
    sources: Mapping[int, str]

    @property
    def known_until(self) -> date:
        """The last day for which there is a notice; after it only weekends are known to be off."""
        return date(max(self.sources), 12, 31)

    def is_working(self, day: date) -> bool:
        """Whether people work on a day."""
        return day in self.work or (day.weekday() < _SATURDAY and day not in self.rest)

    def next_working(self, day: date) -> date:
        """The first day from this one on, itself included, on which people work."""
        for _step in range(_LONGEST_REST):
            if self.is_working(day):
                return day
            day += _ONE_DAY
        return day


def with_days(workdays: Workdays, content: Mapping[str, Any] | None) -> Workdays:
    """The same with what a district set under `calendar.days`, see `rules.district_plans`; its word comes last."""
    days = (content or {}).get("days") or {}
    rest = {date.fromisoformat(day) for day, kind in days.items() if kind == REST}
    work = {date.fromisoformat(day) for day, kind in days.items() if kind == WORK}
    return replace(workdays, rest=(workdays.rest - work) | rest, work=(workdays.work - rest) | work)


def parse_workdays(text: str, file: str) -> Workdays:
    """Read a calendar file.

    Args:
        text: The file's text (TOML).
        file: Its name, for messages.

    Raises:
        FormError: The file is wrong; it names the year and the reason.
    """
    table = Table.parse(text, file)
    rest: set[date] = set()
    work: set[date] = set()
    sources: dict[int, str] = {}
    for one in table.tables("years", "years"):
        year = one.take("year", int)
        one.place = str(year)
        sources[year] = one.take("source", str)
        rest |= _days(one, "rest", year)
        work |= _days(one, "work", year)
        one.done()
    table.done()
    if not sources:
        raise table.error(_("{key} is missing").format(key="years"))
    return Workdays(frozenset(rest), frozenset(work), sources)


def _days(table: Table, key: str, year: int) -> set[date]:
    days = table.take(key, list)
    if not all(type(day) is date and day.year == year for day in days):
        raise table.error(_("{key} must hold only days of the year").format(key=key))
    return set(days)
