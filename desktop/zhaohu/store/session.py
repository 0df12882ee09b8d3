"""Reading and writing transactions on one profile's database, and the notice of what a commit changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import UOWTransaction
from sqlmodel import Session

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.store.engine import StoreFault, machine_faults, make_engine
from zhaohu.store.lock import in_use

Changes = frozenset[str]
"""Names of the tables that a commit touched."""


def fetch_columns(session: Session, names: Sequence[str], sql: str, values: tuple[object, ...] = ()) -> list[list[Any]]:
    """Whole columns of what a statement selects, in its order: numbers, texts and None.

    They come as one text each. A hundred thousand rows one by one take twice as long, and so many new tuples start
    Python's garbage collector, for which every thread waits.
    """
    columns = ", ".join(f"json_group_array({name})" for name in names)
    row = session.connection().exec_driver_sql(f"SELECT {columns} FROM ({sql})", values).one()  # noqa: S608
    return [json.loads(text) for text in row]


class Store:
    """One open database.

    Args:
        path: The encrypted database file.
        key: Its raw 32-byte key.
        after_unclean_end: Whoever worked in it last was killed, or the power went.
    """

    def __init__(self, path: Path, key: bytes, *, after_unclean_end: bool = False) -> None:
        self.path = path
        self.key = key
        self.after_unclean_end = after_unclean_end
        self._use = in_use(path.parent)
        self._engine = make_engine(path, key)
        self._writing = self._engine.execution_options(writes=True)
        self._listeners: list[Callable[[Changes], None]] = []
        self._closed = False

    def listen(self, listener: Callable[[Changes], None]) -> None:
        """Call `listener` after each commit with the tables that it touched."""
        self._listeners.append(listener)

    def forget(self, listener: Callable[[Changes], None]) -> None:
        """Do not call `listener` any more."""
        self._listeners.remove(listener)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One consistent view of the data; nothing that is done in it is kept.

        Raises:
            StoreFault: The machine could not do it.
            Refused: `locked`: the store was closed.
        """
        self._check_open()
        with machine_faults(), Session(self._engine, autoflush=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: on disk when the block ends, undone when it raises.

        Statements that bypass the unit of work name their tables in `session.info["touched"]`.

        Raises:
            StoreFault: The machine could not do it; nothing was kept.
            Refused: `locked`: the store was closed.
        """
        self._check_open()
        touched: set[str] = set()
        with machine_faults(), Session(self._writing, expire_on_commit=False) as session:
            session.info["touched"] = touched

            @event.listens_for(session, "after_flush")
            def _note(flushed: Session, _context: UOWTransaction) -> None:
                for row in (*flushed.new, *flushed.dirty, *flushed.deleted):
                    touched.add(str(row.__tablename__))

            with session.begin():
                yield session
        for listener in self._listeners:
            listener(frozenset(touched))

    def close(self) -> None:
        """Fold the write-ahead log into the one file, and let go of it; whoever still asks is refused.

        Where the machine cannot fold it now, the log stays beside the file: everything in it is saved.
        """
        self._closed = True
        try:
            with suppress(StoreFault), machine_faults(), self._engine.connect() as connection:
                raw = connection.connection.dbapi_connection
                assert raw is not None
                connection.rollback()
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            self._engine.dispose()
            if self._use is not None:
                self._use.release()

    def _check_open(self) -> None:
        """Connecting anew would unlock what was locked: the engine still has the key."""
        if self._closed:
            raise Refused(_("The program is locked. Log in again."), code="locked")
