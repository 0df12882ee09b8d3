"""Which guidance teacher looks after the families of a village, from which day to which."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from zhaohu.errors import BadInput, NotFound
from zhaohu.i18n import _, format_date
from zhaohu.records import Assignment, Teacher
from zhaohu.records.codes import Role, SiteKind
from zhaohu.services.desk import Desk
from zhaohu.services.register.village_records import own_village

_READERS = tuple(Role)


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """A teacher's time with a village."""

    teacher: str
    since: date
    until: date | None


def assign_teacher(desk: Desk, village_id: str, teacher_id: str, since: date) -> None:
    """From a day on a teacher looks after a village's families; with no teacher, nobody does. Admin.

    Raises:
        BadInput: The teacher is not in post then, or the present one began later than that.
        NotFound: There is no such village or teacher.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.STATION)
    with desk.write("village.assign") as work:
        village = own_village(desk, work.session, village_id)
        end_assignments(desk, work.session, village_id, since - timedelta(days=1))
        if teacher_id:
            teacher = work.session.get(Teacher, teacher_id)
            if teacher is None or teacher.deleted_at is not None or teacher.owner != desk.site.code:
                raise NotFound(_("There is no such teacher at this station."), code="no_such_teacher")
            if since < teacher.employed_from or (teacher.employed_to and since > teacher.employed_to):
                message = _("{name} is not in post on {day}.")
                raise BadInput(message.format(name=teacher.name, day=format_date(since)), field="since")
            work.session.add(desk.make(Assignment, village_id=village_id, teacher_id=teacher_id, since=since))
        work.note(village)


def list_assignments(desk: Desk, village_id: str) -> list[AssignmentRow]:
    """Who looked after a village and when, the newest first."""
    desk.require(*_READERS)
    desk.require_site(SiteKind.STATION)
    with desk.read() as session:
        found = session.execute(
            select_columns(col(Teacher.name), col(Assignment.since), col(Assignment.until))
            .join(Assignment, col(Assignment.teacher_id) == Teacher.id)
            .where(col(Assignment.village_id) == village_id, col(Assignment.deleted_at).is_(None))
            .order_by(col(Assignment.since).desc())
        )
        return [AssignmentRow(name, since, until) for name, since, until in found]


def teachers_on(session: Session, on: date) -> dict[str, tuple[str, str, date]]:
    """Id and name of the teacher of each village on a day, and since when."""
    found = session.execute(
        select_columns(col(Assignment.village_id), col(Teacher.id), col(Teacher.name), col(Assignment.since))
        .join(Teacher, col(Teacher.id) == Assignment.teacher_id)
        .where(col(Assignment.deleted_at).is_(None), col(Assignment.since) <= on)
        .where(col(Assignment.until).is_(None) | (col(Assignment.until) >= on))
        .order_by(col(Assignment.since), col(Assignment.id))
    )
    return {village: (teacher, name, since) for village, teacher, name, since in found}


def end_assignments(desk: Desk, session: Session, village_id: str, last_day: date) -> None:
    """In an open transaction: what goes on ends that day; what would begin the day after never was.

    Raises:
        BadInput: The present teacher began later than that.
    """
    going_on = session.exec(
        select(Assignment).where(Assignment.village_id == village_id, col(Assignment.deleted_at).is_(None))
    )
    for one in going_on:
        if one.since > last_day + timedelta(days=1):
            message = _("The present teacher began on {day}: choose that day or a later one.")
            raise BadInput(message.format(day=format_date(one.since)), field="since")
        if one.since > last_day:
            one.deleted_at, one.deleted_by = desk.clock.stamp(), desk.person.display_name
        elif one.until is None or one.until > last_day:
            one.until = last_day
