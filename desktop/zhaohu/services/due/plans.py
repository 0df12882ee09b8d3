"""A child's whole plan: every contact of every track, how it stands and why, in words."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import NamedTuple

from sqlmodel import Session, col, select

from zhaohu.records import Appointment, Child, Teacher, Visit
from zhaohu.records.codes import Role
from zhaohu.rules.schedule import EVERY_TRACK, DueItem, DueState, ScheduledChild, Track, due_items, track_label
from zhaohu.services.desk import Desk
from zhaohu.services.due import contacts, plan_words
from zhaohu.services.due.appointments import MAY_BE_LEFT_OUT
from zhaohu.services.due.attempts import AttemptRow, attempts_of
from zhaohu.services.due.scheduled import scheduled_children
from zhaohu.services.register.lookup import present_child

_READERS = tuple(Role)
_AHEAD_DAYS = 5 * 366


class PlanRow(NamedTuple):
    """One contact of a child.

    Args:
        track: Kind of contact, see `rules.schedule.Track`; `track_name` is its name.
        done_on: Day of the visit that counts for it.
        entered_on: Day on which that was first entered; `visit_id` is its newest version.
        planned_on: Day that was set for it.
        teacher_id: Teacher to whom a person gave it; `teacher` is the name.
        attempts: Attempts to reach the family about it, the newest first.
        with_check: Name of the check at which it is done too; empty for none.
        may_leave_out: Whether a person may leave it out of the plan: what the national schedule asks for stays.
        why: How it stands and why, one sentence each.
    """

    contact: str
    title: str
    track: str
    track_name: str
    form: str
    state: DueState
    due_from: date
    due_to: date
    days_late: int
    done_on: date | None
    entered_on: date | None
    visit_id: str
    planned_on: date | None
    teacher_id: str
    teacher: str
    attempts: tuple[AttemptRow, ...]
    with_check: str
    may_leave_out: bool
    why: tuple[str, ...]


def child_plan(desk: Desk, child_id: str) -> list[PlanRow]:
    """Every contact of one child, of all tracks, in the order of age. Contacts done at one visit have a row each.

    Raises:
        NotFound: There is no such child.
    """
    desk.require(*_READERS)
    with desk.read() as session:
        child = present_child(session, child_id)
        known = _Known(session, child, desk.today)
        rows = [known.row(item) for item in known.items]
    return sorted(rows, key=lambda row: (row.due_from, row.due_to, list(Track).index(Track(row.track))))


class _Known:
    """All that the rows of one child are made of, read at once."""

    def __init__(self, session: Session, child: Child, today: date) -> None:
        self._child, self._today = child, today
        ((self._facts, self._scheduled),) = scheduled_children(session, child.id)
        self._schedule = contacts.schedule(session)
        self.items = due_items(self._schedule, self._scheduled, today, _AHEAD_DAYS, EVERY_TRACK)
        self._titles = contacts.named(session, [item.contact.code for item in self.items])
        self._attempts: defaultdict[str, list[AttemptRow]] = defaultdict(list)
        for attempt in attempts_of(session, child.id):
            self._attempts[attempt.contact].append(attempt)
        self._plans: dict[str, Appointment] = {}
        appointments = (
            select(Appointment)
            .where(Appointment.child_id == child.id, col(Appointment.deleted_at).is_(None))
            .order_by(col(Appointment.recorded_at), col(Appointment.id))
        )
        for plan in session.exec(appointments):
            self._plans[plan.contact] = plan
        self._teachers = dict(session.exec(select(Teacher.id, Teacher.name)).all())
        self._visits = _visits(session, child.id)

    def row(self, item: DueItem) -> PlanRow:
        contact = item.contact
        notes_of = self._notes_of(item, self._scheduled)
        plan = self._plans.get(notes_of) if item.done_on is None else None
        attempts = tuple(self._attempts[notes_of]) if notes_of else ()
        visit, entered_on = self._visits.get((contact.code, item.done_on), (None, None))
        teacher_id = (plan.teacher_id or "") if plan else ""
        title = self._titles[contact.code][0]
        row = PlanRow(
            contact=contact.code,
            title=title,
            track=str(contact.track),
            track_name=track_label(contact.track),
            form=contact.form,
            state=item.state,
            due_from=item.opens,
            due_to=item.closes,
            days_late=item.days_late,
            done_on=item.done_on,
            entered_on=entered_on,
            visit_id=visit.id if visit else "",
            planned_on=plan.planned_on if plan else None,
            teacher_id=teacher_id,
            teacher=self._teachers.get(teacher_id, ""),
            attempts=attempts,
            with_check=self._titles.get(contact.companion_of, ("", ""))[0],
            may_leave_out=contact.track in MAY_BE_LEFT_OUT and item.done_on is None,
            why=(),
        )
        told = plan_words.Told(self._child, self._facts.risks, self._scheduled, self._schedule, self._today)
        return row._replace(why=tuple(plan_words.why(told, item, row, plan, visit)))

    def _notes_of(self, item: DueItem, child: ScheduledChild) -> str:
        """Code of the contact whose notes count for this one: its own, or those of the check it is done with."""
        contact = item.contact
        shared = contact.companion_of and contact.code not in child.noted and item.done_on is None
        return contact.companion_of if shared and contact.companion_of not in child.done else contact.code


def _visits(session: Session, child_id: str) -> dict[tuple[str, date | None], tuple[Visit, date]]:
    """The newest version of each visit by contact and day, and the day on which its record was first entered."""
    found = session.exec(
        select(Visit)
        .where(Visit.child_id == child_id, col(Visit.deleted_at).is_(None))
        .order_by(col(Visit.version), col(Visit.id))
    ).all()
    entered = {visit.record_id: visit.recorded_at for visit in reversed(found)}
    newest = {visit.record_id: visit for visit in found}
    return {
        (visit.contact or "", visit.visit_date): (visit, date.fromisoformat(entered[visit.record_id][:10]))
        for visit in newest.values()
    }
