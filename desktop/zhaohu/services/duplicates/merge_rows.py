"""The rows behind a merge: everything that names the merged child is moved to the child that stays, and back again.

Which tables name children is read from the records themselves, so a table that is added later is moved too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from sqlmodel import Session, col, select

from zhaohu.records import STATION_TABLES, Attendance, Child, ChildMerge, Vaccination, Visit
from zhaohu.records.base import Owned
from zhaohu.services.desk import Desk
from zhaohu.services.due.contacts import recount, visits_of
from zhaohu.services.duplicates.merge_belonging import take_along
from zhaohu.services.printing import sheet_rows

_SAME_TWICE: tuple[type[Attendance | Vaccination], ...] = (Attendance, Vaccination)
"""Tables in which a merge hides rows that say the same twice."""
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
    _hide_second_doses(desk, session, kept, done)
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
    take_along(session, kept, merged, back, done.sheets)
    for table in _SAME_TWICE:
        for row_id in done.hidden.get(str(table.__tablename__), ()):
            line = session.get(table, row_id)
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
        _hide(desk, session, of_class[1:], done)


def _hide_second_doses(desk: Desk, session: Session, kept: Child, done: Moved) -> None:
    """A dose that both certificates show on the same day is one; of another day both stay, for a person to judge."""
    moved = set(done.ids("vaccination.child_id"))
    doses: defaultdict[tuple[str, int, date], list[Vaccination]] = defaultdict(list)
    for dose in session.exec(
        select(Vaccination).where(Vaccination.child_id == kept.id, col(Vaccination.deleted_at).is_(None))
    ):
        doses[dose.vaccine, dose.dose, dose.given_on].append(dose)
    for same in doses.values():
        same.sort(key=lambda dose: (dose.id in moved, dose.id))
        _hide(desk, session, same[1:], done)


def _hide(desk: Desk, session: Session, rows: Iterable[Attendance | Vaccination], done: Moved) -> None:
    for row in rows:
        row.deleted_at, row.deleted_by = desk.clock.stamp(), desk.person.display_name
        done.hidden.setdefault(str(row.__tablename__), []).append(row.id)
    session.flush()
