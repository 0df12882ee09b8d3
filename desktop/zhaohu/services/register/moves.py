"""Leaving the register and coming back: moved away, died, lost to follow-up, closed at three years.

Each change is a row of its own; the newest one says how the child stands. Who is off the register is due for nothing
and is invited to nothing, because every list reads the status; the record stays as it is. What was entered by mistake
is struck out, and stays readable as that.
"""

from __future__ import annotations

from datetime import date

from sqlmodel import Session, col, func, select

from zhaohu.errors import BadInput, Refused
from zhaohu.i18n import _, format_date
from zhaohu.records import Attendance, Child, Measurement, ParentingClass, StatusChange, Visit
from zhaohu.records.codes import ChildStatus, Role, SiteKind, label
from zhaohu.rules.ages import add_months
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.follow import follow_up_hooks
from zhaohu.services.register.lookup import editable_child

LONGEST_REASON = 200
LONGEST_PLACE = 100
CLOSING_MONTHS = 36
FOLLOWS = {
    ChildStatus.MOVED_OUT: (ChildStatus.ACTIVE, ChildStatus.LOST),
    ChildStatus.LOST: (ChildStatus.ACTIVE,),
    ChildStatus.CLOSED_AT_THREE: (ChildStatus.ACTIVE, ChildStatus.LOST),
    ChildStatus.DIED: (
        ChildStatus.ACTIVE,
        ChildStatus.LOST,
        ChildStatus.MOVED_OUT,
        ChildStatus.CLOSED_AT_THREE,
    ),
}
"""For each status that a person may give: those that it may follow. Back to the register leads `take_back`."""


def change_status(
    desk: Desk,
    child_id: str,
    status: ChildStatus,
    on: date,
    reason: str,
    place: str = "",
    *,
    confirmed: bool = False,
) -> None:
    """Take a child off the register: moved away, lost, closed at three years, or died. Admin or teacher.

    Args:
        desk: Who asks, and where.
        child_id: The child.
        status: What became of it.
        on: Since when.
        reason: Why; for a death its cause, for a lost child what was tried to reach it.
        place: Where it moved to.
        confirmed: The person was told that something is recorded after that day.

    Raises:
        BadInput: The day or a text cannot be right, or something is recorded after the death.
        Refused: This status cannot follow the present one (`wrong_status`), the child is not three years old
            (`not_three`), it was released (`released`), or something is recorded after that day (`records_after`).
        NotFound: There is no such child.
        NotAllowed: It is another station's, or the account may not record.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.write("child.status") as work:
        child = editable_child(desk, work.session, child_id)
        leave_register(desk, work.session, child, status, on, reason, place, confirmed=confirmed)
        work.note(child, status=str(status))


def leave_register(
    desk: Desk,
    session: Session,
    child: Child,
    status: ChildStatus,
    on: date,
    reason: str,
    place: str = "",
    *,
    confirmed: bool = False,
    day_field: str = "on",
) -> None:
    """As `change_status`, within an act that is open already; `day_field` is what its caller calls the day.

    Raises:
        BadInput: As `change_status`.
        Refused: As `change_status`.
    """
    if child.status not in FOLLOWS.get(status, ()):
        message = _("The child stands as “{now}”; “{wanted}” cannot follow that. Take it back onto the register first.")
        raise Refused(message.format(now=label(child.status), wanted=label(status)), code="wrong_status")
    check_day(desk, child, on, day_field)
    if status is ChildStatus.CLOSED_AT_THREE and on < add_months(child.birth_date, CLOSING_MONTHS):
        raise Refused(_("The child is not three years old on that day."), code="not_three", field=day_field)
    _refuse_later_records(session, child, status, on, confirmed=confirmed, field=day_field)
    put_status(desk, session, child, status, on, reason, place)


def take_back(desk: Desk, child_id: str, on: date, reason: str, place: str = "") -> None:
    """A child is on the register again: it moved back, was found again, or was closed too early.

    Raises:
        BadInput: The day or a text cannot be right.
        Refused: It is on the register already (`on_register`), or was released.
        NotFound: There is no such child.
        NotAllowed: It is another station's, the account may not record, or a death is corrected by anybody but an
            administrator.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.write("child.take_back") as work:
        child = editable_child(desk, work.session, child_id)
        if child.status is ChildStatus.ACTIVE:
            raise Refused(_("The child is on the register already."), code="on_register")
        if child.status is ChildStatus.DIED:
            desk.require(Role.ADMIN)
        check_day(desk, child, on)
        put_status(desk, work.session, child, ChildStatus.ACTIVE, on, reason, place)
        work.note(child)


def strike_out(desk: Desk, child_id: str, reason: str) -> None:
    """Strike out the newest change of status, which was entered by mistake; the child stands as before it.

    Raises:
        BadInput: No reason is given, or it is too long.
        Refused: There is no change to strike out (`no_change`), or the child was released.
        NotFound: There is no such child.
        NotAllowed: It is another station's, the account may not record, or a death is corrected by anybody but an
            administrator.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.write("child.strike_out") as work:
        child = editable_child(desk, work.session, child_id)
        newest = newest_change(work.session, child_id)
        if newest is None:
            raise Refused(_("There is no change of status to strike out."), code="no_change")
        if ChildStatus.DIED in (child.status, newest.status):
            desk.require(Role.ADMIN)
        why = reason_words(reason)
        newest.deleted_at, newest.deleted_by, newest.deleted_reason = desk.clock.stamp(), desk.person.display_name, why
        work.session.flush()
        former = newest_change(work.session, child_id)
        child.status = former.status if former else ChildStatus.ACTIVE
        child.status_on = former.happened_on if former else None
        child.status_reason = former.reason if former else None
        follow_up_hooks.status_changed(desk, work.session, child)
        work.note(child, struck=str(newest.status))


def reason_words(reason: str, field: str = "reason") -> str:
    """A reason as it is kept.

    Raises:
        BadInput: There is none, or it is too long.
    """
    words = reason.strip()
    if not 1 <= len(words) <= LONGEST_REASON:
        raise BadInput(_("Say in a few words why: at most {most} characters.").format(most=LONGEST_REASON), field=field)
    return words


def check_day(desk: Desk, child: Child, on: date, field: str = "on") -> None:
    """A day on which something may have happened to a child, and not before its last change.

    Raises:
        BadInput: It lies in the future, before the birth, or before the last change of status.
    """
    if on > desk.today:
        raise BadInput(_("The day lies in the future."), field=field, value=on.isoformat())
    if on < child.birth_date:
        message = _("The day lies before the birth on {day}.").format(day=format_date(child.birth_date))
        raise BadInput(message, field=field, value=on.isoformat())
    if child.status_on is not None and on < child.status_on:
        message = _("The day lies before the last change of status on {day}. Strike that out first if it is wrong.")
        raise BadInput(message.format(day=format_date(child.status_on)), field=field, value=on.isoformat())


def put_status(
    desk: Desk, session: Session, child: Child, status: ChildStatus, on: date, reason: str, place: str = ""
) -> None:
    """Write a change of status into a transaction; the caller has checked it."""
    where = place.strip()
    if len(where) > LONGEST_PLACE:
        raise BadInput(_("The place is too long: at most {most} characters.").format(most=LONGEST_PLACE), field="place")
    why = reason_words(reason)
    session.add(
        desk.make(StatusChange, child_id=child.id, status=status, happened_on=on, reason=why, place=where or None)
    )
    child.status, child.status_on, child.status_reason = status, on, why
    session.flush()
    follow_up_hooks.status_changed(desk, session, child)


def newest_change(session: Session, child_id: str) -> StatusChange | None:
    """The change by which a child stands as it does; None when it was never changed, or all was struck out."""
    statement = (
        select(StatusChange)
        .where(StatusChange.child_id == child_id, col(StatusChange.deleted_at).is_(None))
        .order_by(col(StatusChange.happened_on).desc(), col(StatusChange.id).desc())
    )
    return session.exec(statement).first()


def last_record(session: Session, child_id: str) -> date | None:
    """The last day on which something was recorded of a child: a visit, a measurement, or a class that it came to."""
    later = select(Visit.replaces_id).where(col(Visit.replaces_id).is_not(None))
    days = (
        select(func.max(Visit.visit_date)).where(
            Visit.child_id == child_id, col(Visit.deleted_at).is_(None), col(Visit.id).not_in(later)
        ),
        select(func.max(Measurement.measured_on)).where(
            Measurement.child_id == child_id, col(Measurement.deleted_at).is_(None), col(Measurement.visit_id).is_(None)
        ),
        select(func.max(ParentingClass.held_on))
        .join(Attendance, col(Attendance.class_id) == ParentingClass.id)
        .where(Attendance.child_id == child_id, Attendance.present, col(Attendance.deleted_at).is_(None))
        .where(col(ParentingClass.deleted_at).is_(None)),
    )
    return max((day for day in (session.exec(one).one() for one in days) if day is not None), default=None)


def _refuse_later_records(
    session: Session, child: Child, status: ChildStatus, on: date, *, confirmed: bool, field: str
) -> None:
    last = last_record(session, child.id)
    if last is None or last <= on:
        return
    if status is ChildStatus.DIED:
        message = _("Something is recorded of {day}, after this day. One of the two is wrong: correct it first.")
        raise BadInput(message.format(day=format_date(last)), code="records_after", field=field, last=last.isoformat())
    if not confirmed:
        message = _("Something is recorded of {day}, after this day. Is the day right?")
        raise Refused(message.format(day=format_date(last)), code="records_after", last=last.isoformat())
