"""Parenting classes: planning one, and who came.

Invited is who was on the register on the day of the class, was not on the way to another station, and whose guardians
do not refuse guidance. A family that is not invited any more leaves the list by that rule alone, and stands on it again
when what stopped it is taken back; who came stays counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Integer, cast, or_
from sqlmodel import Session, col, func, select

from zhaohu.errors import BadInput, NotFound, Refused
from zhaohu.i18n import _
from zhaohu.records import Attendance, Caregiver, Child, Consent, Household, ParentingClass, Teacher, Transfer, Village
from zhaohu.records.codes import ChildStatus, ClassKind, ConsentScope, Role, SiteKind, TopicBlock
from zhaohu.rules.identity import mask_phone
from zhaohu.services.care import drafts
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.register.consents import refusals, refused
from zhaohu.services.register.family_records import first_carer
from zhaohu.services.register.lookup import editable_child

_READERS = tuple(Role)
_LONGEST_NAME = 50


@dataclass(frozen=True, slots=True)
class NewClass:
    """A class to plan; times as HH:MM."""

    kind: ClassKind
    topic_block: TopicBlock
    topic: str
    held_on: date
    starts_at: str
    ends_at: str
    place: str
    teacher_id: str


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class as lists show it."""

    id: str
    station: str
    kind: ClassKind
    topic_block: TopicBlock
    topic: str
    held_on: date
    starts_at: str
    ends_at: str
    place: str
    teacher: str
    invited: int
    present: int


@dataclass(frozen=True, slots=True)
class AttendanceRow:
    """A family invited to a class; the phone is masked, and not told where the family wants no calls."""

    id: str
    child_id: str
    child: str
    birth_date: date
    village: str
    caregiver: str
    relation: str
    phone: str
    attended_by: str
    present: bool


def plan_class(desk: Desk, new: NewClass, child_ids: Sequence[str] = (), *, draft: str = "") -> str:
    """Plan a class and invite families through their children; returns the class's id.

    Args:
        draft: Key of the draft that it was typed into, which goes in the same transaction.

    Raises:
        BadInput: Topic or place is missing or too long, or it ends before it begins.
        NotFound: The teacher or a child is not in the register.
        NotAllowed: A child is another station's.
        Refused: A child is not on the register any more (`not_on_register`), was released to another station
            (`released`), or its guardians refused guidance (`consent_refused`).
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    if not new.topic.strip():
        raise BadInput(_("Enter the topic of the class."), field="topic")
    if not new.place.strip():
        raise BadInput(_("Enter the place of the class."), field="place")
    if new.ends_at <= new.starts_at:
        raise BadInput(_("The class ends before it begins. Check both times."), field="ends_at")
    with desk.write("class.plan") as work:
        teacher = work.session.get(Teacher, new.teacher_id)
        if teacher is None or teacher.owner != desk.site.code or teacher.deleted_at is not None:
            raise NotFound(_("Choose a teacher of this station."), code="no_such_teacher")
        held = desk.make(
            ParentingClass,
            kind=new.kind,
            topic_block=new.topic_block,
            topic=new.topic.strip(),
            held_on=new.held_on,
            starts_at=new.starts_at,
            ends_at=new.ends_at,
            place=new.place.strip(),
            teacher_id=new.teacher_id,
        )
        work.session.add(held)
        work.session.flush()
        _invite(desk, work.session, held.id, child_ids)
        drafts.forget(work.session, desk.person.name, draft)
        work.note(held, invited=len(set(child_ids)))
        return held.id


def invite(desk: Desk, class_id: str, child_ids: Sequence[str]) -> None:
    """Invite more families; who is on the list already stays as they are.

    Raises:
        NotFound, NotAllowed, Refused: As `plan_class`.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.write("class.invite") as work:
        held = _own_class(desk, work.session, class_id)
        known = set(work.session.exec(select(Attendance.child_id).where(Attendance.class_id == class_id)))
        new = [child_id for child_id in child_ids if child_id not in known]
        _invite(desk, work.session, class_id, new)
        work.note(held, invited=len(new))


def mark_attendance(desk: Desk, class_id: str, present: dict[str, str | None]) -> None:
    """Keep who came: attendance ids to the name of the grown-up, or None for a family that did not come.

    Raises:
        BadInput: A name is too long.
        NotFound: The class or a line of its list is not of this station.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.write("class.attendance") as work:
        held = _own_class(desk, work.session, class_id)
        for attendance_id, name in present.items():
            line = work.session.get(Attendance, attendance_id)
            if line is None or line.class_id != class_id or line.deleted_at is not None:
                raise NotFound(_("This family is not on the list of the class."), code="not_invited")
            if name is not None and len(name) > _LONGEST_NAME:
                message = _("The name is too long: at most {n} characters.").format(n=_LONGEST_NAME)
                raise BadInput(message, field="attended_by")
            if (line.present, line.attended_by) == (name is not None, name or None):
                continue
            editable_child(desk, work.session, line.child_id)
            line.present = name is not None
            line.attended_by = name or None
        work.note(held, present=sum(name is not None for name in present.values()))


def list_classes(desk: Desk, *, station: str = "") -> list[ClassRow]:
    """Classes, newest first, with how many families were invited and came."""
    desk.require(*_READERS)
    with desk.read() as session:
        rows = _class_rows(session, None)
    return [row for row in rows if not station or row.station == station]


def view_class(desk: Desk, class_id: str) -> tuple[ClassRow, list[AttendanceRow]]:
    """A class and its families, by village and name.

    Raises:
        NotFound: There is no such class in this profile.
    """
    desk.require(*_READERS)
    with desk.read() as session:
        rows = _class_rows(session, class_id)
        if not rows:
            raise NotFound(_("There is no such class."), code="no_such_class")
        return rows[0], _attendance_rows(session, class_id)


def _invite(desk: Desk, session: Session, class_id: str, child_ids: Sequence[str]) -> None:
    stopped = set(session.exec(refusals(ConsentScope.GUIDANCE)))
    for child_id in dict.fromkeys(child_ids):
        child = editable_child(desk, session, child_id)
        if child.status is not ChildStatus.ACTIVE:
            message = _("{name} is not on the register any more and cannot be invited.")
            raise Refused(message.format(name=child.name), code="not_on_register", child_id=child_id)
        if child_id in stopped:
            message = _("The guardians of {name} refused guidance and classes; the family cannot be invited.")
            raise Refused(message.format(name=child.name), code="consent_refused", child_id=child_id)
        session.add(desk.make(Attendance, class_id=class_id, child_id=child_id))


def is_invited() -> ColumnElement[bool]:
    """Whether a line of a list, joined with its child and class, still counts: the family came, or may come."""
    held_on = col(ParentingClass.held_on)
    unwilling = refusals(ConsentScope.GUIDANCE, until=held_on)
    released = select(Transfer.child_id).where(
        col(Transfer.cancelled_on).is_(None),
        col(Transfer.deleted_at).is_(None),
        Transfer.child_id == Child.id,
        Transfer.owner == Attendance.owner,
        or_(col(Transfer.handed_over_on).is_(None), col(Child.owner) != Attendance.owner),
        col(Transfer.released_on) <= held_on,
    )
    on_register = or_(col(Child.status) == ChildStatus.ACTIVE, col(Child.status_on) > held_on)
    stays = on_register & ~released.exists() & ~unwilling.where(col(Consent.child_id) == Child.id).exists()
    return or_(col(Attendance.present), stays)


def _own_class(desk: Desk, session: Session, class_id: str) -> ParentingClass:
    held = session.get(ParentingClass, class_id)
    if held is None or held.owner != desk.site.code or held.deleted_at is not None:
        raise NotFound(_("There is no such class at this station."), code="no_such_class")
    return held


def _class_rows(session: Session, class_id: str | None) -> list[ClassRow]:
    counts = (
        select(
            Attendance.class_id,
            func.count().label("invited"),
            func.sum(cast(Attendance.present, Integer)).label("present"),
        )
        .join(Child, col(Child.id) == Attendance.child_id)
        .join(ParentingClass, col(ParentingClass.id) == Attendance.class_id)
        .where(col(Attendance.deleted_at).is_(None), col(Child.deleted_at).is_(None), is_invited())
        .group_by(col(Attendance.class_id))
        .subquery()
    )
    statement = (
        select(ParentingClass, Teacher.name, counts.c.invited, counts.c.present)
        .join(Teacher, col(Teacher.id) == ParentingClass.teacher_id)
        .outerjoin(counts, counts.c.class_id == ParentingClass.id)
        .where(col(ParentingClass.deleted_at).is_(None))
        .order_by(col(ParentingClass.held_on).desc(), col(ParentingClass.starts_at).desc())
    )
    if class_id is not None:
        statement = statement.where(ParentingClass.id == class_id)
    return [
        ClassRow(
            held.id,
            held.owner.partition("-")[2],
            held.kind,
            held.topic_block,
            held.topic,
            held.held_on,
            held.starts_at,
            held.ends_at,
            held.place,
            teacher,
            invited or 0,
            present or 0,
        )
        for held, teacher, invited, present in session.exec(statement)
    ]


def _attendance_rows(session: Session, class_id: str) -> list[AttendanceRow]:
    statement = (
        select(Attendance, Child, Village.name, Caregiver)
        .join(Child, col(Child.id) == Attendance.child_id)
        .join(ParentingClass, col(ParentingClass.id) == Attendance.class_id)
        .join(Household, col(Household.id) == Child.household_id)
        .outerjoin(Village, col(Village.id) == Household.village_id)
        .outerjoin(Caregiver, col(Caregiver.id) == first_carer())
        .where(Attendance.class_id == class_id, col(Attendance.deleted_at).is_(None), col(Child.deleted_at).is_(None))
        .where(is_invited())
        .order_by(col(Village.name), col(Child.name))
    )
    silent = refused(session, None, ConsentScope.CONTACT)
    return [
        AttendanceRow(
            line.id,
            child.id,
            child.name,
            child.birth_date,
            village or "",
            carer.name if carer else "",
            carer.relation if carer else "",
            _("no contact wanted") if child.id in silent else mask_phone(carer.phone or "") if carer else "",
            line.attended_by or "",
            line.present,
        )
        for line, child, village, carer in session.exec(statement)
    ]
