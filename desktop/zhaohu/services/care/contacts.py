"""For which contact of the schedule a visit counts, when the child turns out to be born on another day."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session, col, select

from zhaohu.records import Child, Visit
from zhaohu.rules.schedule import contact_for
from zhaohu.services import reference


def visits_of(session: Session, child_id: str, *, after: str = "") -> list[Visit]:
    """A child's visits in all their versions; only those that were recorded after a record, when one is given."""
    return list(session.exec(select(Visit).where(Visit.child_id == child_id, col(Visit.id) > after)))


def recount(session: Session, child: Child, visits: Iterable[Visit]) -> dict[str, list[str | None]]:
    """Find anew for which contact of the schedule visits count, as the child's birth date has it.

    Returns:
        The visits whose contact is another now, each with the contact before and after.
    """
    changed: dict[str, list[str | None]] = {}
    for visit in visits:
        counts = contact_for(reference.schedule(), visit.form, child.birth_date, visit.visit_date)
        if counts != visit.contact:
            changed[visit.id] = [visit.contact, counts]
            visit.contact = counts
    session.flush()
    return changed
