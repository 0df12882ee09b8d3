"""The journal of changes: three triggers on every synced table, generated from one list.

A trigger takes the next number from the one-row counter and upserts the record's line, so every way of writing is
seen: ORM, bulk statements, raw SQL, upserts, cascades. Only the site's own records are journalled; what came from the
other end is not echoed back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from zhaohu.records import SYNCED_TABLES

if TYPE_CHECKING:
    from sqlalchemy import Connection

_TRIGGER = """
CREATE TRIGGER {table}_journal_{event} AFTER {event} ON {table}
WHEN {row}.owner = (SELECT owner FROM change_counter)
BEGIN
    UPDATE change_counter SET seq = seq + 1;
    INSERT INTO journal (table_name, row_id, rev, epoch, seq, deleted, owned)
        SELECT '{table}', {row}.id, 1, epoch, seq, {deleted}, 1 FROM change_counter WHERE true
        ON CONFLICT (table_name, row_id) DO UPDATE
        SET rev = rev + 1, epoch = excluded.epoch, seq = excluded.seq, deleted = excluded.deleted, owned = 1;
END
"""
_EVENTS = (("insert", "NEW", 0), ("update", "NEW", 0), ("delete", "OLD", 1))


def table_names() -> tuple[str, ...]:
    """The synced tables, parents before children."""
    return tuple(str(table.__tablename__) for table in SYNCED_TABLES)


def install_triggers(connection: Connection) -> None:
    """Make the journal's triggers anew; needed after every migration, since a rebuilt table loses its own."""
    for table in table_names():
        for event, row, deleted in _EVENTS:
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_journal_{event}"))
            connection.execute(text(_TRIGGER.format(table=table, event=event, row=row, deleted=deleted)))


def missing_triggers(connection: Connection) -> set[str]:
    """Names of triggers that the database should have and has not."""
    wanted = {f"{table}_journal_{event}" for table in table_names() for event, _row, _deleted in _EVENTS}
    found = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars()
    return wanted - set(found)
