"""What is followed, read from the database: the rows of a thread as one, with how it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import select as select_columns
from sqlalchemy import true
from sqlmodel import Session, and_, col, func, select

from zhaohu.i18n import N_, _, form_term
from zhaohu.records import Child, ExtraContact, FollowUp, Household, Station, Village, Visit
from zhaohu.records.codes import CaseOutcome, FollowUpKind, SiteKind
from zhaohu.rules.finding_terms import OwnNote
from zhaohu.services.care.visit_lookup import current_visits
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.follow import findings
from zhaohu.services.register.lookup import pending_transfers


class FollowUpState(StrEnum):
    """How something that is followed stands."""

    OPEN = "open"
    WAITING = "waiting"
    IN_CASE = "in_case"
    CLOSED = "closed"


_STATES = {
    FollowUpState.OPEN: N_("to be dealt with"),
    FollowUpState.WAITING: N_("referred, answer awaited"),
    FollowUpState.IN_CASE: N_("in a special case"),
    FollowUpState.CLOSED: N_("closed"),
}


def state_words(state: FollowUpState) -> str:
    """A state in words."""
    return _(_STATES[state])


@dataclass(frozen=True, slots=True)
class FollowUpRow:
    """One thing that is followed; a finding that several visits found again is one.

    Args:
        id: Of the newest finding of its kind.
        title: What it is, in few words.
        station: Code of the station that it belongs to.
        found_on: When it was found first.
        last_on: When it was found last.
        times: At how many visits.
        advice: What was advised.
        urgency: Kind of the hint; empty for referrals and cases.
        has_case: Whether a special case is open for this finding; it may wait for the answer to a referral too.
        due: When somebody is to look at it again, or the answer should be there.
        planned: Whether a re-check stands in the due list.
        days_over: How many days that is past; 0 for none.
        visit_id: The record it came from, in its newest version; empty when that is not there any more.
        to: Where a referral went.
        note: What was written when it was closed.
        editable: Whether this account may decide about it.
    """

    id: str
    kind: FollowUpKind
    state: FollowUpState
    subject: str
    title: str
    child_id: str
    child: str
    birth_date: date
    village: str
    station: str
    station_name: str
    found_on: date
    last_on: date
    times: int
    advice: str
    urgency: str
    has_case: bool
    due: date | None
    planned: bool
    days_over: int
    visit_id: str
    to: str
    outcome: CaseOutcome | None
    closed_on: date | None
    closed_by: str
    note: str
    editable: bool

    @property
    def overdue(self) -> bool:
        """Whether somebody should have looked at it before today."""
        return self.days_over > 0


@dataclass(frozen=True, slots=True)
class _Around:
    """What is looked up once for all rows."""

    today: date
    may_write: bool
    site: str
    stations: dict[str, str]
    planned: frozenset[str]
    awaited: frozenset[str]
    in_case: frozenset[str]
    frozen: frozenset[str]


def looked_after(desk: Desk) -> Any:
    """A condition on `FollowUp`: at a station only what is its own, not what it handed over with a child."""
    return FollowUp.owner == desk.site.code if desk.site.kind is SiteKind.STATION else true()


def read_rows(desk: Desk, session: Session, condition: Any, child_id: str = "") -> list[FollowUpRow]:
    """The rows that a condition on `FollowUp` picks, those of one thread together; of one child, or of all."""
    around = _around(desk, session, child_id)
    threads: dict[tuple[object, ...], list[Any]] = {}
    for found in _found(session, and_(condition, FollowUp.child_id == child_id) if child_id else condition):
        threads.setdefault(_thread(found.FollowUp), []).append(found)
    return [_row(of_one, around) for of_one in threads.values()]


def _found(session: Session, condition: Any) -> Iterable[Any]:
    """Each with what is shown of its child and of its record; whole children would take half the time."""
    current = current_visits().subquery()
    to = func.trim(
        func.coalesce(func.json_extract(current.c.answers, "$.to_org"), "")
        + " "
        + func.coalesce(func.json_extract(current.c.answers, "$.to_department"), "")
    )
    statement = (
        select_columns(
            FollowUp,
            col(Child.name).label("child"),
            col(Child.birth_date),
            col(Child.owner),
            col(Village.name).label("village"),
            current.c.id.label("visit_id"),
            current.c.form,
            to.label("to"),
        )
        .join(Child, col(Child.id) == FollowUp.child_id)
        .join(Household, col(Household.id) == Child.household_id)
        .outerjoin(Village, and_(col(Village.id) == Household.village_id, col(Village.deleted_at).is_(None)))
        .outerjoin(current, current.c.record_id == FollowUp.record_id)
        .where(condition, col(FollowUp.deleted_at).is_(None), col(Child.deleted_at).is_(None))
        .order_by(col(FollowUp.found_on), col(FollowUp.id))
    )
    return session.execute(statement)


def _thread(row: FollowUp) -> tuple[object, ...]:
    if row.kind is not FollowUpKind.FINDING:
        return (row.id,)
    return (row.child_id, row.subject, row.outcome, row.closed_on, row.closing_note, row.declined_reason)


def _around(desk: Desk, session: Session, child_id: str) -> _Around:
    current = current_visits().subquery()
    recorded = current_visits().where(Visit.child_id == ExtraContact.child_id, col(Visit.contact) == ExtraContact.id)
    planned = session.exec(
        select(ExtraContact.follow_up_id).where(
            col(ExtraContact.follow_up_id).is_not(None),
            col(ExtraContact.deleted_at).is_(None),
            ~recorded.exists(),
            *([ExtraContact.child_id == child_id] if child_id else []),
        )
    )
    open_ = select(FollowUp.record_id).where(col(FollowUp.outcome).is_(None), col(FollowUp.deleted_at).is_(None))
    if child_id:
        open_ = open_.where(FollowUp.child_id == child_id)
    awaited = session.exec(open_.where(FollowUp.kind == FollowUpKind.REFERRAL))
    cases = open_.where(FollowUp.kind == FollowUpKind.CASE)
    in_case = session.execute(
        select_columns(func.json_extract(current.c.answers, "$.finding")).where(current.c.record_id.in_(cases))
    )
    station = desk.site.kind is SiteKind.STATION
    return _Around(
        desk.today,
        station and desk.person.role in WRITERS,
        desk.site.code,
        {one.code: one.name for one in session.exec(select(Station))},
        frozenset(one for one in planned if one),
        frozenset(one for one in awaited if one),
        frozenset(one for (one,) in in_case if one),
        frozenset(pending_transfers(session)),
    )


def _row(found: list[Any], around: _Around) -> FollowUpRow:
    last, rows = found[-1], [one.FollowUp for one in found]
    newest = rows[-1]
    due = newest.recheck_on if newest.outcome is None else None
    return FollowUpRow(
        id=newest.id,
        kind=newest.kind,
        state=_state(rows, around),
        subject=newest.subject,
        title=findings.title_of(newest.subject, last.form or "", newest.kind),
        child_id=newest.child_id,
        child=last.child,
        birth_date=last.birth_date,
        village=last.village or "",
        station=newest.owner,
        station_name=around.stations.get(newest.owner.partition("-")[2], ""),
        found_on=rows[0].found_on,
        last_on=newest.found_on,
        times=len(rows),
        advice=newest.advice or "",
        urgency=newest.advice_kind or "",
        has_case=any(row.id in around.in_case for row in rows),
        due=due,
        planned=any(row.id in around.planned for row in rows),
        days_over=max(0, (around.today - due).days) if due is not None else 0,
        visit_id=last.visit_id or "",
        to=last.to or "",
        outcome=newest.outcome,
        closed_on=newest.closed_on,
        closed_by=newest.closed_by or "",
        note=newest.declined_reason or note_words(newest),
        editable=around.may_write
        and newest.owner == last.owner == around.site
        and newest.child_id not in around.frozen,
    )


def note_words(row: FollowUp) -> str:
    """What was written when it was closed; what the program wrote itself in the language in use."""
    note = row.closing_note or ""
    return form_term(note) if note in list(OwnNote) else note


def _state(rows: list[FollowUp], around: _Around) -> FollowUpState:
    if rows[-1].outcome is not None:
        return FollowUpState.CLOSED
    if rows[-1].kind is FollowUpKind.REFERRAL or any(row.referral_record_id in around.awaited for row in rows):
        return FollowUpState.WAITING
    if rows[-1].kind is FollowUpKind.CASE or any(row.id in around.in_case for row in rows):
        return FollowUpState.IN_CASE
    return FollowUpState.OPEN
