"""The rows behind a merge: everything that names the merged child is moved to the child that stays, and back again.

Which tables name children is read from the records themselves, so a table that is added later is moved too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from sqlmodel import Session, col, select

from zhaohu.records import STATION_TABLES, Attendance, Child, ChildMerge, Correction, Measurement, Visit
from zhaohu.records.base import Owned
from zhaohu.services.desk import Desk
from zhaohu.services.due.contacts import recount, visits_of
from zhaohu.services.printing import sheet_rows

STAY = (ChildMerge,)
"""Tables that name children and are not moved: who was merged into whom is told as it happened."""


@dataclass(slots=True)
class Moved:
    """What a merge did besides changing the child that stays; kept as JSON.

    Args:
        moved: "table.column" to the ids of the rows that named the merged child there.
        made: Table to the ids of rows that were made, each with its fields as they were made.
        filled: Caregiver to the fields that were empty, with what they got.
        hidden: Table to the ids of rows that say the same twice.
        contacts: Visit to its contact of the schedule before and after, where another birth date counts.
        sheets: Numbers of the sheets printed ahead that were the merged child's.
    """

    moved: dict[str, list[str]] = field(default_factory=dict)
    made: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    filled: dict[str, dict[str, Any]] = field(default_factory=dict)
    hidden: dict[str, list[str]] = field(default_factory=dict)
    contacts: dict[str, list[str | None]] = field(default_factory=dict)
    sheets: list[str] = field(default_factory=list)

    def value(self) -> dict[str, Any]:
        """Plain values, to be kept."""
        return asdict(self)

    def ids(self, place: str) -> list[str]:
        """The rows that were moved in one "table.column"."""
        return self.moved.get(place, [])

    def counts(self) -> dict[str, int]:
        """How many rows of each table were moved."""
        found: defaultdict[str, int] = defaultdict(int)
        for place, ids in self.moved.items():
            found[place.partition(".")[0]] += len(ids)
        return dict(found)


@lru_cache(maxsize=1)
def child_columns() -> Mapping[type[Owned], tuple[str, ...]]:
    """Every synced table that names a child, with the columns that do."""
    found: dict[type[Owned], tuple[str, ...]] = {}
    for record in STATION_TABLES:
        columns = record.metadata.tables[str(record.__tablename__)].columns
        naming = tuple(
            column.name for column in columns if any(key.column.table.name == "child" for key in column.foreign_keys)
        )
        if naming:
            found[record] = naming
    return found


def move_records(desk: Desk, session: Session, kept: Child, merged: Child, born: date) -> Moved:
    """Let every row that names the merged child name the one that stays.

    Args:
        desk: Who merges.
        session: The transaction.
        kept: The child that stays, changed already.
        merged: The other one.
        born: The birth date that the child that stays had before.
    """
    done = Moved()
    for place, row, column, others in _naming(session, merged.id):
        if kept.id in others:
            continue  # it is about the two themselves
        setattr(row, column, kept.id)
        done.moved.setdefault(place, []).append(row.id)
    done.sheets = sheet_rows.move_sheets(session, merged.id, kept.id)
    session.flush()
    _hide_second_invitations(desk, session, kept, done)
    _recount_moved(session, kept, merged, born, done)
    return done


def move_back(session: Session, kept: Child, merged: Child, done: Moved) -> None:
    """Give the merged child its rows back, with whatever corrects them or belongs to them since."""
    counted = kept.birth_date
    back: set[str] = set()
    for record, columns in child_columns().items():
        for column in columns:
            for row_id in done.ids(f"{record.__tablename__}.{column}"):
                row = session.get(record, row_id)
                if row is not None and getattr(row, column) == kept.id:
                    setattr(row, column, merged.id)
                    back.add(row_id)
    sheet_rows.move_sheets_back(session, done.sheets, kept.id, merged.id)
    session.flush()
    back |= _later_versions(session, kept, merged, back)
    _belonging(session, kept, merged, back)
    session.flush()
    for row_id in done.hidden.get("attendance", ()):
        line = session.get(Attendance, row_id)
        if line is not None:
            line.deleted_at = line.deleted_by = line.deleted_reason = None
    restored = set()
    for visit_id, (before, after) in done.contacts.items():
        visit = session.get(Visit, visit_id)
        if visit is not None and visit.contact == after:
            visit.contact = before
            restored.add(visit_id)
    session.flush()
    if counted != merged.birth_date:  # perhaps corrected since the merge, and all counted by that
        recount(session, merged, [visit for visit in visits_of(session, merged.id) if visit.id not in restored])


def _recount_moved(session: Session, kept: Child, merged: Child, born: date, done: Moved) -> None:
    """Visits count anew whose child has another birth date now."""
    moved = set(done.ids("visit.child_id"))
    former = {True: merged.birth_date, False: born}
    visits = visits_of(session, kept.id)
    done.contacts = recount(session, kept, [one for one in visits if former[one.id in moved] != kept.birth_date])


def _naming(session: Session, child_id: str) -> Iterator[tuple[str, Owned, str, list[str]]]:
    """Rows that name a child: "table.column", the row, the column, and whom its other columns name."""
    for record, columns in child_columns().items():
        if record in STAY:
            continue
        for column in columns:
            found = session.exec(select(record).where(getattr(record, column) == child_id)).all()
            for row in found:
                others = [getattr(row, other) for other in columns if other != column]
                yield f"{record.__tablename__}.{column}", row, column, others


def _later_versions(session: Session, kept: Child, merged: Child, back: set[str]) -> set[str]:
    """Corrections of visits that go back go with them, counted by the merged child's birth date."""
    records = {visit.record_id for row_id in back if (visit := session.get(Visit, row_id)) is not None}
    later = session.exec(select(Visit).where(col(Visit.record_id).in_(records), Visit.child_id == kept.id)).all()
    for visit in later:
        visit.child_id = merged.id
    recount(session, merged, later)
    return {visit.id for visit in later}


def _belonging(session: Session, kept: Child, merged: Child, back: set[str]) -> None:
    """Measurements of visits that go back, and what was written down of rows that do."""
    taken = select(Measurement).where(col(Measurement.visit_id).in_(back), Measurement.child_id == kept.id)
    for measured in session.exec(taken).all():
        measured.child_id = merged.id
        back.add(measured.id)
    written = select(Correction).where(col(Correction.row_id).in_(back), Correction.child_id == kept.id)
    for correction in session.exec(written).all():
        correction.child_id = merged.id


def _hide_second_invitations(desk: Desk, session: Session, kept: Child, done: Moved) -> None:
    """Of two lines for one class the one that says that the family came stays to be seen."""
    moved = set(done.ids("attendance.child_id"))
    lines: defaultdict[str, list[Attendance]] = defaultdict(list)
    for line in session.exec(
        select(Attendance).where(Attendance.child_id == kept.id, col(Attendance.deleted_at).is_(None))
    ):
        lines[line.class_id].append(line)
    for of_class in lines.values():
        of_class.sort(key=lambda line: (not line.present, not line.attended_by, line.id in moved, line.id))
        for line in of_class[1:]:
            line.deleted_at, line.deleted_by = desk.clock.stamp(), desk.person.display_name
            done.hidden.setdefault("attendance", []).append(line.id)
    session.flush()
