"""Lists of what is followed: open and closed, of one child or of all, of a station or of the district."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select as select_columns
from sqlalchemy import true
from sqlmodel import and_, case, col, func

from zhaohu.records import Child, FollowUp
from zhaohu.records.codes import FollowUpKind, Role
from zhaohu.services.desk import Desk
from zhaohu.services.follow.follow_up_rows import FollowUpRow, FollowUpState, looked_after, read_rows, state_words
from zhaohu.services.register.lookup import present_child

__all__ = [
    "FollowUpCounts",
    "FollowUpRow",
    "FollowUpState",
    "counts",
    "list_closed",
    "list_open",
    "of_child",
    "state_words",
]

_READERS = tuple(Role)
CLOSED_DAYS = 365
"""How far back the list of what is closed reaches."""


@dataclass(frozen=True, slots=True)
class FollowUpCounts:
    """How many are open, of those how many referrals await an answer, how many cases there are, and what is overdue."""

    open: int
    waiting: int
    cases: int
    overdue: int


def list_open(desk: Desk) -> list[FollowUpRow]:
    """What waits for its outcome, the most urgent first; at the center of all stations."""
    desk.require(*_READERS)
    with desk.read() as session:
        return sorted(read_rows(desk, session, and_(looked_after(desk), col(FollowUp.outcome).is_(None))), key=_urgency)


def list_closed(desk: Desk, *, within_days: int = CLOSED_DAYS) -> list[FollowUpRow]:
    """What was closed lately, newest first; at the center of all stations."""
    desk.require(*_READERS)
    since = desk.today - timedelta(days=within_days)
    with desk.read() as session:
        rows = read_rows(desk, session, and_(looked_after(desk), col(FollowUp.closed_on) >= since))
    return sorted(rows, key=lambda row: (row.closed_on or since, row.id), reverse=True)


def of_child(desk: Desk, child_id: str) -> list[FollowUpRow]:
    """Everything that was and is followed of a child: what is open first, then what was closed, newest first.

    Raises:
        NotFound: There is no such child.
    """
    desk.require(*_READERS)
    with desk.read() as session:
        present_child(session, child_id)
        rows = read_rows(desk, session, true(), child_id)
    open_ = sorted((row for row in rows if row.outcome is None), key=_urgency)
    closed = [row for row in rows if row.outcome is not None]
    return open_ + sorted(closed, key=lambda row: (row.closed_on or row.last_on, row.id), reverse=True)


def counts(desk: Desk) -> FollowUpCounts:
    """For the frame: counted as the lists count."""
    desk.require(*_READERS)
    thread = case(
        (FollowUp.kind == FollowUpKind.FINDING, col(FollowUp.child_id) + ":" + col(FollowUp.subject)),
        else_=col(FollowUp.id),
    )
    newest = func.max(func.printf("%s %s", FollowUp.found_on, FollowUp.recheck_on))
    statement = (
        select_columns(col(FollowUp.kind), newest)
        .join(Child, col(Child.id) == FollowUp.child_id)
        .where(col(FollowUp.outcome).is_(None), col(FollowUp.deleted_at).is_(None), col(Child.deleted_at).is_(None))
        .where(looked_after(desk))
        .group_by(FollowUp.kind, thread)
    )
    with desk.read() as session:
        found = list(session.execute(statement))
    kinds = [kind for kind, _day in found]
    today = desk.today.isoformat()
    late = sum(1 for _kind, day in found if day.partition(" ")[2] and day.partition(" ")[2] < today)
    return FollowUpCounts(len(found), kinds.count(FollowUpKind.REFERRAL), kinds.count(FollowUpKind.CASE), late)


_HINT_ORDER = {"refer_now": 0, "refer": 1, "case": 2}


def _urgency(row: FollowUpRow) -> tuple[int, int, date]:
    """Overdue first, then what is asked at once, then by day."""
    return (0 if row.overdue else 1, _HINT_ORDER.get(row.urgency, 3), row.due or date.max)
