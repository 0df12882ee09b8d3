"""What an import changed besides records and their versions, noted so that an undo can bring it back.

A row that something else has changed since the import stays as it is.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Table, delete, insert, select
from sqlmodel import Session, SQLModel

from zhaohu.records.exchange import BranchRow, Handover, HeldRow, SetAsideBundle, StationCopy
from zhaohu.store.audit import canonical_json
from zhaohu.sync import asking, chosen
from zhaohu.sync.handover import MOVED
from zhaohu.sync.offers import give

_HANDOVER = str(Handover.__tablename__)
_LEARNT = str(StationCopy.__tablename__)
"""What a station has of a record is true whatever is taken back here: such notes go, but none comes back."""
_WORDS: dict[str, Any] = {"said": chosen, "asked": asking}
"""Stand in a picture for what people have said of the station: which database it is, and that it shall send all."""
_TABLES: dict[str, Table] = {
    str(record.__tablename__): SQLModel.metadata.tables[str(record.__tablename__)]
    for record in (HeldRow, Handover, SetAsideBundle, StationCopy, BranchRow)
}

Row = dict[str, Any]
Picture = dict[str, dict[tuple[Any, ...], Row]]


def picture(session: Session, station: str) -> Picture:
    """The rows that an import of this station's bundle may change, by table and key."""
    session.flush()
    found: Picture = {name: {(): words.said(session, station)} for name, words in _WORDS.items()}
    for name, table in _TABLES.items():
        query = select(table)
        if name not in (_HANDOVER, _LEARNT):
            query = query.where(table.c.station == station)
        rows = (dict(row) for row in session.connection().execute(query).mappings())
        found[name] = {_key(table, row): row for row in rows}
    return found


def note(session: Session, before: Picture, after: Picture) -> str:
    """What an undo needs to know of an import that was just done, as text."""
    return canonical_json({"rows": _changes(before, after), "moved": session.info.pop(MOVED, [])})


def was_told(session: Session, noted: str) -> bool:
    """Whether a hand-over that the import decided was told to a station since."""
    table = _TABLES[_HANDOVER]
    for old, new in json.loads(noted)["rows"].get(_HANDOVER, []):
        if new is None or (old is not None and old["state"] == new["state"]):
            continue
        current = _current(session, table, new)
        if current is not None and any(current[stamp] != new[stamp] for stamp in ("told_from", "told_to")):
            return True
    return False


def bring_back(session: Session, noted: str) -> None:
    """Put everything back as it was, but for rows that something else has changed since."""
    connection = session.connection()
    found = json.loads(noted)
    for table_name, ids, owner in reversed(found["moved"]):
        give(session, table_name, ids, owner)
    for name, words in _WORDS.items():
        for before, after in found["rows"].pop(name, []):
            if words.said(session, before["station"]) == after:
                words.say_again(session, before)
    for name, rows in found["rows"].items():
        table = _TABLES[name]
        for old, new in rows:
            some = old if old is not None else new
            assert some is not None
            if _current(session, table, some) != new or (name == _LEARNT and old is not None):
                continue
            connection.execute(delete(table).where(*_where(table, some)))
            if old is not None:
                connection.execute(insert(table).values(old))
    session.flush()
    session.expire_all()
    session.info["touched"] |= set(found["rows"])


def _changes(before: Picture, after: Picture) -> dict[str, list[list[Row | None]]]:
    """Each row that differs, as it was and as it is; None where there was none, or is none."""
    return {
        name: [
            [rows.get(key), after[name].get(key)]
            for key in sorted(rows.keys() | after[name].keys())
            if rows.get(key) != after[name].get(key)
        ]
        for name, rows in before.items()
    }


def _current(session: Session, table: Table, row: Row) -> Row | None:
    found = session.connection().execute(select(table).where(*_where(table, row))).mappings().first()
    return None if found is None else dict(found)


def _key(table: Table, row: Row) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in table.primary_key)


def _where(table: Table, row: Row) -> list[Any]:
    return [column == row[column.name] for column in table.primary_key]
