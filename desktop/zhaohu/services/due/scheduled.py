"""Children as the schedule reckons with them: their days, what was done for them, and what people noted."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlmodel import Session

from zhaohu.records import Child
from zhaohu.records.codes import ChildStatus
from zhaohu.rules.schedule import ScheduledChild, Window
from zhaohu.services.due import contacts
from zhaohu.store.care_notes import CareNotes
from zhaohu.store.deriving import ON_REGISTER

_KNOWN = """
SELECT c.birth_date, c.discharged_on, f.no, f.child_id, f.released_to, f.sooner, f.risk_from, f.risks, f.owner, f.shelf
FROM child c JOIN child_facts f ON f.child_id = c.id WHERE c.deleted_at IS NULL AND (? = '' OR c.id = ?)
"""
_DONE = """
SELECT child_id, contact, min(visit_date) FROM visit
WHERE contact IS NOT NULL AND deleted_at IS NULL AND (? = '' OR child_id = ?)
    AND NOT EXISTS (SELECT 1 FROM visit later WHERE later.replaces_id = visit.id) GROUP BY 1, 2
"""


def scheduled_children(
    session: Session, child_id: str = "", on: date | None = None
) -> Iterator[tuple[Any, ScheduledChild]]:
    """One child or all that are present, each with its row (`no`, `child_id`, `owner`, `birth_date`, …).

    Args:
        session: The open transaction.
        child_id: The child; empty for all.
        on: Risks and notes as they were known on that day; None is all.
    """
    run = session.connection().exec_driver_sql
    done: dict[str, dict[str, date]] = defaultdict(dict)
    for visited, contact, day in run(_DONE, (child_id, child_id)):
        done[visited][contact] = date.fromisoformat(day)
    rows = run(_KNOWN, (child_id, child_id)).all()
    ids = json.dumps([row.child_id for row in rows])
    kept = CareNotes(session.connection(), ids, contacts.schedule(session), on)
    for row in rows:
        risk_from = date.fromisoformat(row.risk_from) if row.risk_from else None
        extras, noted = kept.of(row.child_id)
        yield (
            row,
            ScheduledChild(
                date.fromisoformat(row.birth_date),
                date.fromisoformat(row.discharged_on) if row.discharged_on else None,
                bool(row.sooner),
                ChildStatus.ACTIVE if row.shelf == ON_REGISTER else ChildStatus.LOST,
                done[row.child_id],
                row.released_to != "",
                risk_from if risk_from is None or on is None or risk_from <= on else None,
                extras,
                noted,
            ),
        )


def windows_by_code(session: Session, child: Child) -> dict[str, Window]:
    """The contacts of one child with their days; the codes of the schedule, and the ids of extra contacts."""
    return {
        window.contact.code: window
        for _row, scheduled in scheduled_children(session, child.id)
        for window in scheduled.windows(contacts.schedule(session))
    }
