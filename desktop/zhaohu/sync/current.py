"""At the center: a station's records as they are to be there, and records of a copy as their owner could have them."""

from __future__ import annotations

import json

from sqlmodel import Session

from zhaohu.records import TransferAnswer
from zhaohu.records.exchange import BranchRow, HeldRow
from zhaohu.store.audit import canonical_json
from zhaohu.sync.checking import NOT_OWNER
from zhaohu.sync.copies import LEFT
from zhaohu.sync.offers import TRAVELLING
from zhaohu.sync.rows import fields_json, row_digest, shapes, staged_line


def digest(table: str, row_id: str, fields: str | None) -> str:
    """Hash of a record; empty when there is none."""
    return "" if fields is None else row_digest(table, row_id, fields)


ONLY_READ = str(TransferAnswer.__tablename__)
"""A station answers an offer itself, together with the child that it takes on: an answer of a copy is not taken."""


class Current:
    """A station's records as the center has them; of one that is held, how it is to be."""

    def __init__(self, session: Session, station: str) -> None:
        self._connection = session.connection()
        self._station = station
        rows = self._connection.exec_driver_sql(
            "SELECT line FROM held_row WHERE station = ? AND reason <> ?", (station, NOT_OWNER)
        )
        lines = [staged_line(line) for (line,) in rows]
        self.held = {(line.table, line.id): line for line in lines}

    def fields(self, table: str, row_id: str) -> str | None:
        """A record's fields in canonical JSON; None when there is none."""
        line = self.held.get((table, row_id))
        if line is not None:
            return None if line.deleted else line.fields_json
        shape = shapes()[table]
        columns = ", ".join(f'"{name}"' for name in shape.columns)
        row = self._connection.exec_driver_sql(
            f"SELECT {columns} FROM {table} WHERE id = ? AND owner = ?",  # noqa: S608 - names are our own
            (row_id, self._station),
        ).first()
        return None if row is None else fields_json(shape, tuple(row))


def set_apart(session: Session, held: HeldRow) -> None:
    """A record that was held, and that its station does not have any more, is kept for comparing."""
    kept = BranchRow(
        bundle_id=held.bundle_id,
        table_name=held.table_name,
        row_id=held.row_id,
        station=held.station,
        child_id=held.child_id,
        line=held.line,
        decided=LEFT if held.table_name == ONLY_READ else "",
    )
    session.merge(kept)
    session.delete(held)
    session.flush()


def owner_of(session: Session, row: BranchRow) -> str:
    """Whose record a copy's is by now: it, or the child with which it goes, may have been handed over."""
    connection = session.connection()
    places = [(row.table_name, row.row_id), *([("child", row.child_id)] if row.table_name in TRAVELLING else [])]
    for table, row_id in places:
        query = f"SELECT owner FROM {table} WHERE id = ?"  # noqa: S608 - names are our own
        found = connection.exec_driver_sql(query, (row_id,)).scalar()
        if found is not None:
            return str(found)
    return row.station


def as_owner_s(session: Session, row: BranchRow, owner: str, here: str | None) -> str | None:
    """A copy's record as the owner could have it, in canonical JSON; None when the copy has deleted it.

    What a former owner recorded hangs on that station's family: it is to hang on the owner's, as the record does now.
    """
    line = staged_line(row.line)
    if line.deleted:
        return None
    if owner == row.station:
        return line.fields_json
    fields, present = {**line.fields, "owner": owner}, json.loads(here or "{}")
    for column, parent in shapes()[row.table_name].references:
        query = f"SELECT owner FROM {parent} WHERE id = ?"  # noqa: S608 - names are our own
        if session.connection().exec_driver_sql(query, (fields.get(column),)).scalar() == row.station:
            fields.pop(column)
            fields |= {column: present[column]} if column in present else {}
    return canonical_json(fields)
