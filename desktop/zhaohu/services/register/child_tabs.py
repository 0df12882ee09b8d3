"""What the tabs of a child's page list beside its records: its classes and its papers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlmodel import Session, col, select

from zhaohu.i18n import N_, _, format_date
from zhaohu.records import Attendance, Child, ParentingClass, Teacher
from zhaohu.records.codes import ChildStatus, ClassKind, Role
from zhaohu.records.local import AuditLine
from zhaohu.services.care.timeline import list_visits
from zhaohu.services.desk import Desk
from zhaohu.services.growth import growth
from zhaohu.services.guidance.classes import is_invited
from zhaohu.services.register.lookup import present_child

_READERS = tuple(Role)


class Came(StrEnum):
    """What became of an invitation."""

    INVITED = "invited"
    CAME = "came"
    ABSENT = "absent"
    STOPPED = "stopped"


_CAME = {
    Came.INVITED: N_("invited to the class"),
    Came.CAME: N_("came to the class"),
    Came.ABSENT: N_("did not come"),
    Came.STOPPED: N_("not invited any more"),
}


def came_words(came: Came) -> str:
    """What became of an invitation, in words."""
    return _(_CAME[came])


@dataclass(frozen=True, slots=True)
class ChildClass:
    """A class to which a child's family was invited; `who` came with it."""

    class_id: str
    held_on: date
    starts_at: str
    kind: ClassKind
    topic: str
    place: str
    teacher: str
    came: Came
    who: str


def list_classes(desk: Desk, child_id: str) -> list[ChildClass]:
    """The classes to which a child's family was invited, newest first.

    Raises:
        NotFound: There is no such child.
    """
    desk.require(*_READERS)
    with desk.read() as session:
        present_child(session, child_id)
        statement = (
            select(ParentingClass, Attendance, Teacher.name, is_invited())
            .join(Attendance, col(Attendance.class_id) == ParentingClass.id)
            .join(Teacher, col(Teacher.id) == ParentingClass.teacher_id)
            .join(Child, col(Child.id) == Attendance.child_id)
            .where(Attendance.child_id == child_id, col(Attendance.deleted_at).is_(None))
            .where(col(ParentingClass.deleted_at).is_(None))
            .order_by(col(ParentingClass.held_on).desc(), col(ParentingClass.starts_at).desc())
        )
        return [
            ChildClass(
                held.id,
                held.held_on,
                held.starts_at,
                held.kind,
                held.topic,
                held.place,
                teacher,
                _came(line, held.held_on, desk.today, invited=bool(invited)),
                line.attended_by or "",
            )
            for held, line, teacher, invited in session.exec(statement)
        ]


def _came(line: Attendance, held_on: date, today: date, *, invited: bool) -> Came:
    if line.present:
        return Came.CAME
    if not invited:
        return Came.STOPPED
    return Came.INVITED if held_on >= today else Came.ABSENT


class PaperKind(StrEnum):
    """What can be printed of one child."""

    CARD = "card"
    LABEL = "label"
    CONSENT = "consent"
    GROWTH = "growth"
    FAMILY = "family"
    VISIT = "visit"


_PAPERS = {
    PaperKind.CARD: N_("Child's card"),
    PaperKind.LABEL: N_("QR label for the handbook"),
    PaperKind.CONSENT: N_("Consent form"),
    PaperKind.GROWTH: N_("All growth charts"),
    PaperKind.FAMILY: N_("Growth sheet for the family"),
}
_OF_GROWTH = (PaperKind.GROWTH, PaperKind.FAMILY)
_FOR_THE_FAMILY = (PaperKind.LABEL, PaperKind.CONSENT, PaperKind.FAMILY)
"""Papers that go home; when the child has died nobody is offered them."""
_ACTIONS = {
    "print.child_card": PaperKind.CARD,
    "print.labels": PaperKind.LABEL,
    "print.consent": PaperKind.CONSENT,
    "print.growth": PaperKind.GROWTH,
    "print.family_growth": PaperKind.FAMILY,
    "print.visit": PaperKind.VISIT,
}


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper of a child, and when it was printed at this site.

    Args:
        target: The record behind it; empty for papers of the child itself.
        last: When it was printed last; empty for never.
        by: Who printed it last, by user name.
        times: How often it was printed.
    """

    kind: PaperKind
    title: str
    target: str
    last: str
    by: str
    times: int


def list_papers(desk: Desk, child_id: str) -> list[PaperRow]:
    """What can be printed of a child, and what was printed when, by the audit log of this site.

    Raises:
        NotFound: There is no such child.
    """
    desk.require(*_READERS)
    visits = list_visits(desk, child_id)
    measured = bool(growth.series(desk, child_id))
    with desk.read() as session:
        died = present_child(session, child_id).status is ChildStatus.DIED
        printed = _printed(session, child_id, [row.id for row in visits])
    left_out = {*(() if measured else _OF_GROWTH), *(_FOR_THE_FAMILY if died else ())}
    titles = [(kind, _(words), "") for kind, words in _PAPERS.items() if kind not in left_out]
    titles += [
        (PaperKind.VISIT, f"{row.contact or row.title}  {format_date(row.visit_date)}", row.id) for row in visits
    ]
    rows = []
    for kind, title, target in titles:
        times = printed.get((kind, target), [])
        last, by = times[-1] if times else ("", "")
        rows.append(PaperRow(kind, title, target, last, by, len(times)))
    return rows


def _printed(
    session: Session, child_id: str, visit_ids: list[str]
) -> dict[tuple[PaperKind, str], list[tuple[str, str]]]:
    """When each paper was printed and by whom, in the order of time."""
    targets = {f"child/{child_id}": "", **{f"visit/{visit_id}": visit_id for visit_id in visit_ids}}
    statement = select(AuditLine).where(col(AuditLine.action).in_(_ACTIONS), col(AuditLine.subject).in_(list(targets)))
    found: dict[tuple[PaperKind, str], list[tuple[str, str]]] = {}
    for line in session.exec(statement.order_by(col(AuditLine.no))):
        key = (_ACTIONS[line.action], targets[str(line.subject)])
        found.setdefault(key, []).append((line.at, line.account))
    return found
