"""Who is due for what: the schedule laid over the register.

The list of a day is read from the contacts that are kept as left to do (`due_contact`); how one child stands, and how
many contacts stand how, is reckoned from the records. Contacts that are done at one visit are one row.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session

from zhaohu.records.codes import AttemptOutcome, Role
from zhaohu.rules.schedule import (
    EVERY_TRACK,
    OPEN,
    DueState,
    ScheduledChild,
    Track,
    due_items,
    folded,
    state_label,
)
from zhaohu.services import reference
from zhaohu.services.desk import Desk
from zhaohu.services.due import contacts
from zhaohu.services.due.due_query import MISSED_FOR_DAYS, done_late, not_done, still_to_do
from zhaohu.services.due.due_rows import DueRow, Found, Standing, due_rows, first_of, tally
from zhaohu.services.due.loads import DayLoad, month
from zhaohu.services.due.plans import PlanRow, child_plan
from zhaohu.services.due.scheduled import scheduled_children

__all__ = [
    "DayLoad",
    "DueRow",
    "DueStart",
    "PlanRow",
    "child_duties",
    "child_plan",
    "due_counts",
    "due_list",
    "due_start",
    "missed_list",
    "month",
    "state_label",
]

_READERS = tuple(Role)
_AHEAD_DAYS = 4 * 366
_AT_RISK = "SELECT no FROM child_facts WHERE risks != ''"
_NOT_DONE = frozenset({DueState.MISSED, DueState.REFUSED})
_UNEXPLAINED = ("", AttemptOutcome.AGREED)
"""Outcomes that do not say why nothing was done."""
_KNOWN_LATER = """
SELECT max(day) FROM (SELECT max(visit_date) AS day FROM visit UNION ALL SELECT max(tried_on) FROM attempt
    UNION ALL SELECT max(substr(recorded_at, 1, 10)) FROM appointment
    UNION ALL SELECT max(substr(recorded_at, 1, 10)) FROM extra_contact)
"""


def due_list(
    desk: Desk,
    *,
    on: date | None = None,
    within_days: int = 0,
    include_done_late: bool = True,
    include_missed: bool = False,
) -> list[DueRow]:
    """Contacts that are overdue, due now, set for a later day, coming up within some days, or were done late.

    In the order of `DueState`, overdue first.

    Args:
        desk: Who asks, and where.
        on: The day of the question; None is today. Of a past day it counts what was known then.
        within_days: Also what opens, or is planned, within so many days.
        include_done_late: Whether to list, at the end, what was done after its window had closed.
        include_missed: Whether to list also what was missed or refused in the last year, be it explained or not.
    """
    desk.require(*_READERS)
    on = on or desk.today
    with desk.read() as session:
        if _is_past(session, on):
            found = _as_known_then(session, on, within_days)
            wanted = OPEN | (_NOT_DONE if include_missed else set())
            wanted |= {DueState.DONE_LATE} if include_done_late else set()
            found = [one for one in found if one[1].state in wanted]
        else:
            found = still_to_do(session, on, within_days)
            found += not_done(session, on, within_days) if include_missed else []
            found += done_late(session, on) if include_done_late else []
        return due_rows(session, found, on)


@dataclass(frozen=True, slots=True)
class DueStart:
    """How a list of what is still to be done begins, and what there is of everything in it.

    Args:
        rows: The first rows.
        counts: How many rows the whole list has in each state.
        longest_late: The most days by which one is overdue.
        due_at_risk: How many of those that are due now concern a child with a risk.
    """

    rows: list[DueRow]
    counts: Counter[DueState]
    longest_late: int
    due_at_risk: int

    @property
    def is_all(self) -> bool:
        """Whether there are no further rows."""
        return len(self.rows) == self.counts.total()

    @classmethod
    def of(cls, rows: list[DueRow]) -> DueStart:
        """The whole list."""
        at_risk = sum(row.state is DueState.DUE and bool(row.risks) for row in rows)
        late = max((row.days_late for row in rows if row.state is DueState.OVERDUE), default=0)
        return cls(rows, Counter([row.state for row in rows]), late, at_risk)


def due_start(desk: Desk, *, within_days: int, first: int) -> DueStart:
    """What a long list opens with: the first rows of today's `due_list` without what was done late, and its figures.

    Names, families and phones are read for the rows that are given only: this takes less than half of the list's time.

    Args:
        desk: Who asks, and where.
        within_days: As in `due_list`.
        first: How many rows at least.
    """
    desk.require(*_READERS)
    with desk.read() as session:
        found = still_to_do(session, desk.today, within_days)
        tallied = tally(found)
        counts: Counter[DueState] = Counter()
        for one, times in tallied:
            counts[one.state] += times
        late = max((one.days_late for one, _times in tallied if one.state is DueState.OVERDUE), default=0)
        due_now = {id(one) for one, _times in tallied if one.state is DueState.DUE}
        risky = set(session.connection().exec_driver_sql(_AT_RISK).scalars())
        at_risk = sum([no in risky for no, one in found if id(one) in due_now])
        return DueStart(due_rows(session, first_of(found, tallied, first), desk.today), counts, late, at_risk)


def missed_list(desk: Desk) -> list[DueRow]:
    """What was missed in the last year and nobody has noted why (漏访); what waits longest comes first.

    A contact that was over before the child was registered here is nobody's to explain.
    """
    desk.require(*_READERS)
    with desk.read() as session:
        found = [one for one in not_done(session, desk.today) if one[1].outcome in _UNEXPLAINED]
        return due_rows(session, found, desk.today)


def child_duties(desk: Desk, child_id: str, on: date | None = None) -> list[DueRow]:
    """All contacts of one child, done, missed and to come, in the order of age."""
    desk.require(*_READERS)
    on = on or desk.today
    with desk.read() as session:
        found = list(_standings(session, on, _AHEAD_DAYS, child_id))
        rows = due_rows(session, found, on)
    order = {str(track): place for place, track in enumerate(Track)}
    return sorted(rows, key=lambda row: (row.due_from, row.due_to, order[row.track]))


def due_counts(desk: Desk, on: date | None = None) -> defaultdict[str, Counter[DueState]]:
    """For each owner, how many of the official checks are in each state on a day; none for one without children."""
    desk.require(*_READERS)
    on = on or desk.today
    counts: defaultdict[str, Counter[DueState]] = defaultdict(Counter)
    with desk.read() as session:
        for row, child in scheduled_children(session, on=on):
            counts[row.owner].update(item.state for item in due_items(reference.schedule(), child, on))
    return counts


def _is_past(session: Session, on: date) -> bool:
    """Whether something was recorded or noted after that day, on which it was not known yet."""
    newest = session.connection().exec_driver_sql(_KNOWN_LATER).scalar()
    return newest is not None and on < date.fromisoformat(newest)


def _as_known_then(session: Session, on: date, within_days: int) -> list[Found]:
    sql = "SELECT no, registered_on FROM child_facts"
    registered = {no: date.fromisoformat(day) for no, day in session.connection().exec_driver_sql(sql)}
    since = on - timedelta(days=MISSED_FOR_DAYS)
    return [
        (no, one)
        for no, one in _standings(session, on, within_days)
        if one.state not in _NOT_DONE or one.closes >= max(registered[no], since)
    ]


def _standings(session: Session, on: date, within_days: int, child_id: str = "") -> Iterator[Found]:
    """How every contact of one child, or of all, stands on a day, reckoned from the records."""
    schedule = contacts.schedule(session)
    for row, child in scheduled_children(session, child_id, on):
        items = due_items(schedule, child, on, within_days, EVERY_TRACK)
        for item, also in folded([item for item in items if item.state is not DueState.LEFT_OUT]):
            yield row.no, _standing(child, item, tuple(one.code for one in also), on)


def _standing(child: ScheduledChild, item: Any, also: tuple[str, ...], on: date) -> Standing:
    noted = child.note(item.contact, on)
    done = item.done_on is not None
    return Standing(
        item.contact.code,
        str(item.contact.track),
        item.opens,
        item.closes,
        item.state,
        item.days_late,
        item.done_on,
        also,
        None if done else noted.planned_on,
        "" if done else noted.teacher_id,
        "" if done else noted.outcome,
        0 if done else noted.attempts,
    )
