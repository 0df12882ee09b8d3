"""How much there is to do on each day of a month: what is planned for it, what opens and what closes."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from zhaohu.records.codes import Role
from zhaohu.rules.schedule import OPEN
from zhaohu.services.desk import Desk
from zhaohu.services.due.due_query import still_to_do
from zhaohu.services.due.due_rows import DueRow, due_rows

_READERS = tuple(Role)


class DayLoad(NamedTuple):
    """A day of the month.

    Args:
        planned: Contacts that are set for it.
        opening: Windows that open on it.
        closing: Windows whose last day it is; what is set for another day is not counted here.
        rows: All of these, each once; what is set for the day first, then what closes, then what opens.
    """

    planned: int
    opening: int
    closing: int
    rows: tuple[DueRow, ...]


def month(desk: Desk, year: int, month: int) -> Mapping[date, DayLoad]:
    """Every day of a month with what is still to be done, as things stand today.

    Args:
        desk: Who asks, and where.
        year: The year.
        month: The month, 1 to 12.
    """
    desk.require(*_READERS)
    days = [date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1)]
    with desk.read() as session:
        found = still_to_do(session, desk.today, max(0, (days[-1] - desk.today).days))
        rows = [row for row in due_rows(session, found, desk.today) if row.state in OPEN]
    planned: defaultdict[date, list[DueRow]] = defaultdict(list)
    opening: defaultdict[date, list[DueRow]] = defaultdict(list)
    closing: defaultdict[date, list[DueRow]] = defaultdict(list)
    for row in rows:
        if row.planned_on is not None and row.planned_on >= desk.today:
            planned[row.planned_on].append(row)
        else:
            closing[row.due_to].append(row)
        opening[row.due_from].append(row)
    return {
        day: DayLoad(
            len(planned[day]),
            len(opening[day]),
            len(closing[day]),
            tuple(dict.fromkeys([*planned[day], *closing[day], *opening[day]])),
        )
        for day in days
    }
