"""Attempts to reach a family that came to no visit: not at home, refused, lost. What is noted shows in every list."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlmodel import Session, col, select

from zhaohu.errors import BadInput, NotFound, Refused
from zhaohu.i18n import _, format_date
from zhaohu.records import Attempt, Child
from zhaohu.records.codes import AttemptOutcome, AttemptWay, ChildStatus, Role, SiteKind
from zhaohu.services.desk import WRITERS, Desk, Work
from zhaohu.services.due import appointments
from zhaohu.services.due.contacts import require_contact
from zhaohu.services.due.scheduled import windows_by_code
from zhaohu.services.register.lookup import editable_child, present_child
from zhaohu.services.register.moves import LONGEST_REASON, leave_register, reason_words

_READERS = tuple(Role)
_GONE = {AttemptOutcome.LOST: ChildStatus.LOST, AttemptOutcome.DIED: ChildStatus.DIED}
_WITH_REASON = (AttemptOutcome.NOT_DONE, *_GONE)


class AttemptRow(NamedTuple):
    """One attempt, as it was noted; `contact` is empty where it was about no contact."""

    id: str
    contact: str
    tried_on: date
    way: AttemptWay
    outcome: AttemptOutcome
    reason: str
    next_on: date | None
    recorded_at: str
    recorded_by: str


def note_attempt(
    desk: Desk,
    child_id: str,
    contact: str,
    *,
    tried_on: date,
    way: AttemptWay,
    outcome: AttemptOutcome,
    reason: str = "",
    next_on: date | None = None,
    confirmed: bool = False,
) -> str:
    """Note that a family was sought and what came of it; returns the attempt's id. Admin or teacher.

    A day on which to try again is kept as an appointment in the same act, and so is it when a child was lost or died:
    then it leaves the register.

    Args:
        desk: Who asks, and where.
        child_id: The child.
        contact: Code of the contact that it was about; empty for none.
        tried_on: The day.
        way: How the family was sought.
        outcome: What came of it.
        reason: Needed for a child that was lost or died, and where nothing was done for another reason.
        next_on: The day that was agreed, or on which to try again.
        confirmed: Of a child that was lost: the person was told that something is recorded after that day.

    Raises:
        BadInput: A day or the reason cannot be right.
        Refused: The child cannot be lost or dead as its status stands, or was released.
        NotFound: There is no such child or contact.
        NotAllowed: It is another station's, or the account may not record.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.write("attempt.note") as work:
        child = editable_child(desk, work.session, child_id)
        if contact:
            require_contact(work.session, child_id, contact)
        _check_days(desk, child, tried_on, outcome, next_on)
        words = reason_words(reason) if outcome in _WITH_REASON else reason.strip()
        if len(words) > LONGEST_REASON:
            message = _("The reason is too long: at most {most} characters.")
            raise BadInput(message.format(most=LONGEST_REASON), field="reason")
        noted = desk.make(
            Attempt,
            child_id=child_id,
            contact=contact or None,
            tried_on=tried_on,
            way=way,
            outcome=outcome,
            reason=words or None,
            next_on=next_on,
        )
        work.session.add(noted)
        if next_on is not None and contact:
            window = windows_by_code(work.session, child).get(contact)
            if window is not None:
                appointments.check_day(child, window, next_on, "next_on")
            appointments.put_appointment(
                desk, work.session, child_id, contact, planned_on=next_on, at=noted.recorded_at
            )
        if outcome in _GONE:
            leave_register(
                desk, work.session, child, _GONE[outcome], tried_on, words, confirmed=confirmed, day_field="tried_on"
            )
        work.note(noted, outcome=str(outcome))
    return noted.id


def of_child(desk: Desk, child_id: str) -> list[AttemptRow]:
    """A child's attempts, the newest first; without those that were struck out."""
    desk.require(*_READERS)
    with desk.read() as session:
        return attempts_of(session, present_child(session, child_id).id)


def attempts_of(session: Session, child_id: str) -> list[AttemptRow]:
    """As `of_child`, in a transaction that is open already."""
    statement = (
        select(Attempt)
        .where(Attempt.child_id == child_id, col(Attempt.deleted_at).is_(None))
        .order_by(col(Attempt.tried_on).desc(), col(Attempt.recorded_at).desc(), col(Attempt.id).desc())
    )
    return [
        AttemptRow(
            one.id,
            one.contact or "",
            one.tried_on,
            one.way,
            one.outcome,
            one.reason or "",
            one.next_on,
            one.recorded_at,
            one.recorded_by,
        )
        for one in session.exec(statement)
    ]


def strike(desk: Desk, attempt_id: str, reason: str) -> None:
    """Strike out an attempt that was noted by mistake, with the appointment that was noted with it.

    A child that left the register with it stays off: strike that change of status out for itself.

    Raises:
        BadInput: No reason is given, or it is too long.
        Refused: The child stands as lost or dead because of it (`status_stands`), or it was struck out already.
        NotFound: There is no such attempt, or no such child any more.
        NotAllowed: The child is another station's, or the account may not record.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.write("attempt.strike") as work:
        noted = work.session.get(Attempt, attempt_id)
        if noted is None:
            raise NotFound(_("There is no such attempt."), code="no_such_attempt")
        child = editable_child(desk, work.session, noted.child_id)
        if noted.deleted_at is not None:
            raise Refused(_("This was struck out already."), code="struck_already")
        if noted.outcome in _GONE and child.status is _GONE[noted.outcome] and child.status_on == noted.tried_on:
            message = _("The child left the register with it. Strike out that change of status first.")
            raise Refused(message, code="status_stands")
        _strike(desk, work, noted, reason_words(reason))


def _strike(desk: Desk, work: Work, noted: Attempt, why: str) -> None:
    stamp = desk.clock.stamp(), desk.person.display_name, why
    noted.deleted_at, noted.deleted_by, noted.deleted_reason = stamp
    if noted.next_on is not None and noted.contact:
        appointments.strike_made_with(work.session, noted, stamp)
    work.note(noted)


def _check_days(desk: Desk, child: Child, tried_on: date, outcome: AttemptOutcome, next_on: date | None) -> None:
    if tried_on > desk.today:
        raise BadInput(_("The day lies in the future."), field="tried_on", value=tried_on.isoformat())
    if tried_on < child.birth_date:
        message = _("The day lies before the birth on {day}.").format(day=format_date(child.birth_date))
        raise BadInput(message, field="tried_on", value=tried_on.isoformat())
    if outcome is AttemptOutcome.AGREED and next_on is None:
        raise BadInput(_("Say which day was agreed."), field="next_on")
    if outcome in _GONE and next_on is not None:
        raise BadInput(_("The child leaves the register with it; no further day can be set."), field="next_on")
    if next_on is not None and next_on < tried_on:
        raise BadInput(_("The next day lies before the attempt."), field="next_on", value=next_on.isoformat())
