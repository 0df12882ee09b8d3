"""Closing the records of children who are three years old and have had their last check, or missed it (满三岁结案)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import distinct
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import Select

from zhaohu.errors import BadInput, Refused
from zhaohu.i18n import _, format_number
from zhaohu.records import Child, FollowUp, Household, Village, Visit
from zhaohu.records.codes import ChildStatus, Role, Sex, SiteKind
from zhaohu.rules.ages import add_months
from zhaohu.rules.schedule import DueItem, DueState, ScheduledChild, due_items
from zhaohu.services import reference
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.register.lookup import editable_child, pending_transfers
from zhaohu.services.register.moves import CLOSING_MONTHS, check_day, put_status

_READERS = tuple(Role)
_LEAP_DAY = timedelta(days=1)  # who was born on the 29th of February is three years old on the 28th
_SHOWN = (Child.id, Child.name, Child.sex, Child.birth_date, Child.discharged_on)
_OVER = (DueState.DONE, DueState.DONE_LATE, DueState.MISSED)


@dataclass(frozen=True, slots=True)
class ToClose:
    """A child whose record can be closed.

    Args:
        three_on: Its third birthday.
        last_check: How the last contact of the schedule stands: done, done late or missed.
        checked_on: When it was done; None when it was missed.
        followed: How much that was found of it, referrals and cases included, still waits for its outcome; closing
            the record ends that too.
    """

    child_id: str
    name: str
    sex: Sex
    birth_date: date
    village: str
    three_on: date
    last_check: DueState
    checked_on: date | None
    followed: int


def to_close(desk: Desk) -> list[ToClose]:
    """This station's children whose records can be closed, the oldest first; none at the center."""
    desk.require(*_READERS)
    if desk.site.kind is not SiteKind.STATION:
        return []
    with desk.read() as session:
        return sorted(_ready(desk, session, desk.today), key=lambda row: (row.birth_date, row.name))


def close_all(desk: Desk, child_ids: Sequence[str], on: date) -> int:
    """Close the records of children, all or none; returns how many. Admin or teacher.

    Raises:
        BadInput: Nobody is chosen, or the day cannot be right for one of them.
        Refused: One of them is not ready to be closed (`not_ready`), for instance because somebody closed it meanwhile,
            or was released to another station.
        NotFound: There is no such child.
        NotAllowed: A child is another station's, or the account may not record.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    chosen = list(dict.fromkeys(child_ids))
    if not chosen:
        raise BadInput(_("Choose the children whose records are closed."), code="nobody_chosen")
    with desk.write("child.close") as work:
        children = [editable_child(desk, work.session, child_id) for child_id in chosen]
        ready = {row.child_id: row for row in _ready(desk, work.session, min(on, desk.today))}
        missing = [child_id for child_id in chosen if child_id not in ready]
        if missing:
            message = _("{n} of these children are not ready to be closed on that day. Look at the list again.")
            raise Refused(message.format(n=format_number(len(missing))), code="not_ready", child_ids=missing)
        for child in children:
            check_day(desk, child, on)
            put_status(desk, work.session, child, ChildStatus.CLOSED_AT_THREE, on, _reason(ready[child.id]))
        work.note(children=len(chosen))
    return len(chosen)


def _ready(desk: Desk, session: Session, on: date) -> Iterator[ToClose]:
    schedule = reference.schedule()
    last = schedule.checks[-1]
    done: dict[str, date] = dict(session.exec(_last_checks(last.code)).all())
    released = pending_transfers(session)
    followed: dict[str, int] = dict(session.exec(_followed()).all())
    statement = (
        select_columns(*(col(one) for one in _SHOWN), col(Village.name).label("village"))
        .join(Household, col(Household.id) == Child.household_id)
        .outerjoin(Village, col(Village.id) == Household.village_id)
        .where(
            col(Child.owner) == desk.site.code, col(Child.deleted_at).is_(None), col(Child.status) == ChildStatus.ACTIVE
        )
        .where(col(Child.birth_date) <= add_months(on, -CLOSING_MONTHS) + _LEAP_DAY)
    )
    for child in session.execute(statement):
        if child.id in released or add_months(child.birth_date, CLOSING_MONTHS) > on:
            continue
        visits = {last.code: done[child.id]} if child.id in done else {}
        scheduled = ScheduledChild(child.birth_date, child.discharged_on, done=visits)
        item = next((one for one in due_items(schedule, scheduled, on) if one.contact is last), None)
        if item is not None and item.state in _OVER:
            yield _row(child, item, followed.get(child.id, 0))


def _row(child: Any, item: DueItem, followed: int) -> ToClose:
    three = add_months(child.birth_date, CLOSING_MONTHS)
    return ToClose(
        child.id,
        child.name,
        child.sex,
        child.birth_date,
        child.village or "",
        three,
        item.state,
        item.done_on,
        followed,
    )


def _followed() -> Select[str, int]:
    return (
        select(FollowUp.child_id, func.count(distinct(col(FollowUp.kind) + FollowUp.subject)))
        .where(col(FollowUp.outcome).is_(None), col(FollowUp.deleted_at).is_(None))
        .group_by(col(FollowUp.child_id))
    )


def _last_checks(contact: str) -> Select[str, date]:
    later = select(Visit.replaces_id).where(col(Visit.replaces_id).is_not(None))
    return (
        select(Visit.child_id, func.min(Visit.visit_date))
        .where(Visit.contact == contact, col(Visit.deleted_at).is_(None), col(Visit.id).not_in(later))
        .group_by(col(Visit.child_id))
    )


def _reason(row: ToClose) -> str:
    if row.last_check is DueState.MISSED:
        return _("Three years old; the last check was missed")
    return _("Three years old; the last check is done")
