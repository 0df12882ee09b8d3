"""Days that are set for contacts, teachers who are to make them, and contacts that are left out of a child's plan.

Every change is a row of its own that says how all of it stands now; the newest one counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal, TypeAlias

from sqlmodel import Session, col, select

from zhaohu.errors import BadInput, NotFound, Refused
from zhaohu.i18n import _, format_date, format_number
from zhaohu.records import Appointment, Attempt, Child, Teacher, Visit
from zhaohu.records.codes import ChildStatus, SiteKind
from zhaohu.rules.schedule import LATEST_PLAN_DAYS, Contact, Track, Window
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.due.contacts import require_contact
from zhaohu.services.due.scheduled import windows_by_code
from zhaohu.services.due.workdays import doubt
from zhaohu.services.register.lookup import editable_child
from zhaohu.services.register.moves import LONGEST_REASON, reason_words

Keep: TypeAlias = Literal["keep"]
MAY_BE_LEFT_OUT = (Track.HIGH_RISK, Track.EXTRA)
"""Tracks that the national schedule gives no number of contacts for."""


def plan(
    desk: Desk,
    items: Sequence[tuple[str, str]],
    *,
    planned_on: date | Keep | None = "keep",
    teacher_id: str | Keep | None = "keep",
    reason: str = "",
) -> int:
    """Set a day for contacts, or give them to a teacher, all or none; returns how many changed. Admin or teacher.

    Args:
        desk: Who asks, and where.
        items: Children and codes of their contacts.
        planned_on: The day; None takes it away, so that the window counts again.
        teacher_id: The teacher; None takes it away, so that the teacher of the village counts again.
        reason: Why, where there is something to say.

    Raises:
        BadInput: Nothing is chosen or changed, the day lies in the past, before a child's birth, in the time of the
            next contact or too far away, the teacher is not in post then, or the reason is too long.
        Refused: A contact was done already (`done`), or its child is off the register (`off_register`) or released.
        NotFound: There is no such child, contact or teacher.
        NotAllowed: A child is another station's, or the account may not record.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    chosen = list(dict.fromkeys(items))
    if not chosen or (planned_on == "keep" and teacher_id == "keep"):
        raise BadInput(_("Choose what is to be planned, and a day or a teacher."), code="nothing_chosen")
    words = reason.strip()
    if len(words) > LONGEST_REASON:
        message = _("The reason is too long: at most {most} characters.")
        raise BadInput(message.format(most=LONGEST_REASON), field="reason")
    if isinstance(planned_on, date) and planned_on < desk.today:
        raise BadInput(_("The day lies in the past."), field="planned_on", value=planned_on.isoformat())
    changed = 0
    with desk.write("appointment.plan") as work:
        session = work.session
        if teacher_id not in ("keep", None):
            _check_teacher(desk, session, str(teacher_id), planned_on if isinstance(planned_on, date) else desk.today)
        for child_id, code in chosen:
            child = editable_child(desk, session, child_id)
            contact = require_contact(session, child_id, code)
            _check_open(session, child, contact, planned_on if isinstance(planned_on, date) else None)
            changed += put_appointment(
                desk, session, child_id, code, planned_on=planned_on, teacher_id=teacher_id, reason=words
            )
        work.note(contacts=len(chosen), changed=changed)
    return changed


def doubts(desk: Desk, items: Sequence[tuple[str, str]], planned_on: date) -> tuple[str, ...]:
    """What is to be said about a day before contacts are set for it; nothing for an ordinary one. It refuses nothing.

    Args:
        desk: Who asks, and where.
        items: Children and codes of their contacts.
        planned_on: The day.
    """
    desk.require(*WRITERS)
    said = [doubt(desk, planned_on)]
    early = late = 0
    with desk.read() as session:
        for child_id, code in items:
            child = session.get(Child, child_id)
            window = windows_by_code(session, child).get(code) if child is not None else None
            if window is not None:
                early += planned_on < window.opens
                late += planned_on > window.closes
    if early:
        message = _("Of {n} contacts the window is not open on that day; a visit then counts for the one before.")
        said.append(message.format(n=format_number(early)))
    if late:
        said.append(_("Of {n} contacts the window is over by that day.").format(n=format_number(late)))
    return tuple(filter(None, said))


def leave_out(desk: Desk, child_id: str, contact: str, reason: str) -> None:
    """Leave a contact out of a child's plan: only of those beyond the national schedule. Admin or teacher.

    Raises:
        BadInput: No reason is given, or it is too long.
        Refused: The national schedule asks for it (`national`), it was done (`done`) or left out already, or the child
            is off the register or released.
        NotFound: There is no such child or contact.
        NotAllowed: The child is another station's, or the account may not record.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    why = reason_words(reason)
    with desk.write("appointment.leave_out") as work:
        child = editable_child(desk, work.session, child_id)
        found = require_contact(work.session, child_id, contact)
        if found.track not in MAY_BE_LEFT_OUT:
            message = _("The national schedule asks for this contact. Note why it was not done instead.")
            raise Refused(message, code="national")
        _check_open(work.session, child, found, None)
        if not put_appointment(desk, work.session, child_id, contact, left_out=True, reason=why):
            raise Refused(_("This contact was left out already."), code="left_out")
        work.note(child, contact=contact)


def bring_back(desk: Desk, child_id: str, contact: str) -> None:
    """Take a contact that was left out into the child's plan again. Admin or teacher.

    Raises:
        Refused: It was not left out (`not_left_out`), or the child was released.
        NotFound: There is no such child or contact.
        NotAllowed: The child is another station's, or the account may not record.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.write("appointment.bring_back") as work:
        child = editable_child(desk, work.session, child_id)
        require_contact(work.session, child_id, contact)
        if not put_appointment(desk, work.session, child_id, contact, left_out=False):
            raise Refused(_("This contact is in the plan already."), code="not_left_out")
        work.note(child, contact=contact)


def put_appointment(
    desk: Desk,
    session: Session,
    child_id: str,
    contact: str,
    *,
    planned_on: date | Keep | None = "keep",
    teacher_id: str | Keep | None = "keep",
    left_out: bool | Keep = "keep",
    reason: str = "",
    at: str = "",
) -> bool:
    """Write how an appointment stands now into a transaction, unless it stands so already; the caller has checked it.

    `at` is the stamp of the record that it was noted with; empty for none.
    """
    newest = newest_of(session, child_id, contact)
    before = (newest.planned_on, newest.teacher_id, newest.left_out) if newest else (None, None, False)
    now = tuple(
        old if new == "keep" else new for old, new in zip(before, (planned_on, teacher_id, left_out), strict=True)
    )
    if now == before and not at:
        return False
    values: dict[str, object] = dict(zip(("planned_on", "teacher_id", "left_out"), now, strict=True))
    stamp = {"recorded_at": at} if at else {}
    made = desk.make(Appointment, child_id=child_id, contact=contact, reason=reason or None, **values, **stamp)
    session.add(made)
    session.flush()
    _strike_ahead(desk, session, made)
    return True


def _strike_ahead(desk: Desk, session: Session, made: Appointment) -> None:
    """What was noted while the computer's clock ran ahead would count as the newest for ever."""
    ahead = select(Appointment).where(
        Appointment.child_id == made.child_id,
        Appointment.contact == made.contact,
        Appointment.recorded_at > made.recorded_at,
        col(Appointment.deleted_at).is_(None),
    )
    for one in session.exec(ahead):
        one.deleted_at, one.deleted_by = desk.clock.stamp(), desk.person.display_name
        one.deleted_reason = _("The clock was ahead when this was noted; it was changed since.")
    session.flush()


def newest_of(session: Session, child_id: str, contact: str) -> Appointment | None:
    """The appointment that counts for a contact."""
    statement = (
        select(Appointment)
        .where(Appointment.child_id == child_id, Appointment.contact == contact, col(Appointment.deleted_at).is_(None))
        .order_by(col(Appointment.recorded_at).desc(), col(Appointment.id).desc())
    )
    return session.exec(statement).first()


def strike_made_with(session: Session, attempt: Attempt, stamp: tuple[str, str, str]) -> None:
    """Strike out the appointment that was noted in the same act as an attempt."""
    made = session.exec(
        select(Appointment).where(
            Appointment.child_id == attempt.child_id,
            Appointment.contact == attempt.contact,
            Appointment.planned_on == attempt.next_on,
            Appointment.recorded_at == attempt.recorded_at,
            col(Appointment.deleted_at).is_(None),
        )
    )
    for one in made:
        one.deleted_at, one.deleted_by, one.deleted_reason = stamp
    session.flush()


def _check_open(session: Session, child: Child, contact: Contact, planned_on: date | None) -> None:
    """Only what is still to be done for a child on the register can be planned."""
    if child.status is not ChildStatus.ACTIVE:
        raise Refused(_("{name} is not on the register any more.").format(name=child.name), code="off_register")
    window = windows_by_code(session, child).get(contact.code)
    if window is None:
        message = _("“{contact}” is not in the plan of {name}.").format(contact=contact.name, name=child.name)
        raise NotFound(message, code="no_such_contact")
    if _is_done(session, child.id, contact.code):
        message = _("“{contact}” of {name} was done already.").format(contact=contact.name, name=child.name)
        raise Refused(message, code="done")
    if planned_on is not None:
        check_day(child, window, planned_on)


def check_day(child: Child, window: Window, planned_on: date, field: str = "planned_on") -> None:
    """A day for which a contact of a child can be set.

    Raises:
        BadInput: It lies before the birth, in the time of the next contact, or too long after the window opened.
    """
    if planned_on < child.birth_date:
        message = _("The day lies before the birth on {day}.").format(day=format_date(child.birth_date))
        raise BadInput(message, field=field, value=planned_on.isoformat())
    if window.is_followed and planned_on > window.until:
        message = _("From {day} on a visit counts for the next contact. Plan that one instead.")
        raise BadInput(message.format(day=format_date(window.follows)), field=field, value=planned_on.isoformat())
    latest = window.opens + timedelta(days=LATEST_PLAN_DAYS)
    if planned_on > latest:
        message = _("This contact can be set for {day} at the latest.").format(day=format_date(latest))
        raise BadInput(message, field=field, value=planned_on.isoformat())


def _is_done(session: Session, child_id: str, contact: str) -> bool:
    later = select(Visit.replaces_id).where(col(Visit.replaces_id).is_not(None))
    found = select(Visit.id).where(
        Visit.child_id == child_id,
        Visit.contact == contact,
        col(Visit.deleted_at).is_(None),
        col(Visit.id).not_in(later),
    )
    return session.exec(found).first() is not None


def _check_teacher(desk: Desk, session: Session, teacher_id: str, on: date) -> None:
    teacher = session.get(Teacher, teacher_id)
    if teacher is None or teacher.deleted_at is not None or teacher.owner != desk.site.code:
        raise NotFound(_("There is no such teacher at this station."), code="no_such_teacher")
    if on < teacher.employed_from or (teacher.employed_to is not None and on > teacher.employed_to):
        message = _("{name} is not in post on {day}.").format(name=teacher.name, day=format_date(on))
        raise BadInput(message, field="teacher_id")
