"""What people noted about a child's contacts, as the schedule reckons with it; and the schedule that is in force.

Read for some children at once: their extra contacts, appointments and attempts, as far as nobody struck them out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection
from sqlmodel import Session

from zhaohu.rules.schedule import Noted, Planned, Schedule, Tried, Window, extra_window, standing, with_plan

PLAN_KEY = "schedule.high_risk"
"""Under which a center keeps its plan for high-risk children."""
_PLAN = "SELECT content FROM district_data WHERE key = ? AND deleted_at IS NULL"
_IDS = "(SELECT value FROM json_each(?))"
_EXTRAS = f"""
SELECT child_id, id, title, form, reason, due_from, due_to, recorded_at FROM extra_contact
WHERE deleted_at IS NULL AND child_id IN {_IDS} ORDER BY due_from, id
"""  # noqa: S608 - our own text
_PLANNED = f"""
SELECT a.child_id, a.contact, a.recorded_at, a.planned_on, a.teacher_id, a.left_out
FROM appointment a JOIN child c ON c.id = a.child_id AND c.owner = a.owner
WHERE a.deleted_at IS NULL AND a.child_id IN {_IDS} ORDER BY a.recorded_at, a.id
"""  # noqa: S608 - our own text
_TRIED = f"""
SELECT child_id, contact, tried_on, recorded_at, outcome FROM attempt
WHERE deleted_at IS NULL AND contact IS NOT NULL AND child_id IN {_IDS} ORDER BY tried_on, recorded_at, id
"""  # noqa: S608 - our own text


def schedule_of(session: Session, national: Schedule) -> Schedule:
    """The schedule in force: the national one, with the district's plan for high-risk children where it has one."""
    content = session.connection().exec_driver_sql(_PLAN, (PLAN_KEY,)).scalar()
    return with_plan(national, str(content or ""))


class CareNotes:
    """Extra contacts and notes of some children.

    Args:
        connection: The open transaction.
        ids: The children, a JSON array.
        schedule: The schedule.
        on: Only what was known on that day; None is all.
    """

    def __init__(self, connection: Connection, ids: str, schedule: Schedule, on: date | None = None) -> None:
        run, self._on = connection.exec_driver_sql, on
        self._extras: defaultdict[str, list[Window]] = defaultdict(list)
        for child_id, code, title, form, reason, opens, closes, at in run(_EXTRAS, (ids,)):
            if on is None or at[:10] <= on.isoformat():
                days = date.fromisoformat(opens), date.fromisoformat(closes)
                self._extras[child_id].append(extra_window(schedule, code, title, form, reason or "", *days))
        self._planned: defaultdict[str, defaultdict[str, list[Planned]]] = defaultdict(lambda: defaultdict(list))
        for child_id, contact, at, planned_on, teacher_id, left_out in run(_PLANNED, (ids,)):
            day = date.fromisoformat(planned_on) if planned_on else None
            self._planned[child_id][contact].append(Planned(at, day, teacher_id or "", bool(left_out)))
        self._tried: defaultdict[str, defaultdict[str, list[Tried]]] = defaultdict(lambda: defaultdict(list))
        for child_id, contact, tried_on, at, outcome in run(_TRIED, (ids,)):
            self._tried[child_id][contact].append(Tried(date.fromisoformat(tried_on), at, outcome))

    def of(self, child_id: str) -> tuple[tuple[Window, ...], dict[str, Noted]]:
        """A child's extra contacts, and how the notes of each contact stand."""
        planned: Mapping[str, list[Planned]] = self._planned.get(child_id, {})
        tried: Mapping[str, list[Tried]] = self._tried.get(child_id, {})
        noted = {
            contact: standing(planned.get(contact, ()), tried.get(contact, ()), self._on)
            for contact in planned.keys() | tried.keys()
        }
        return tuple(self._extras.get(child_id, ())), noted
