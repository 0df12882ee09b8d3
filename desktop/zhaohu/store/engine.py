"""The one recipe by which the database is opened: SQLCipher by raw key, and every pragma checked after it is set."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlcipher3
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool
from sqlalchemy.util import LRUCache

from zhaohu.errors import Refused
from zhaohu.i18n import N_, _

if TYPE_CHECKING:
    from collections.abc import Iterator

APPLICATION_ID = 0x5A48_4155  # "ZHAU"
_OLDEST_SQLITE = (3, 51, 3)  # 3.7.0 to 3.51.2 can corrupt a WAL file in a race

_PRAGMAS: dict[str, int | str] = {
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "trusted_schema": 0,
    "cell_size_check": 1,
    "busy_timeout": 5000,
    "journal_mode": "wal",
    "synchronous": 2,
    "cache_size": -98304,
    "temp_store": 2,
}

_MACHINE_FAULTS = {
    5: N_("The data file is busy: another program is using it. Wait a moment and try again."),
    8: N_("The data file is read-only. Check the folder's permissions, or move the profile to a local disk."),
    10: N_("The disk reported a read or write error. Nothing was saved. Check the disk and try again."),
    11: N_("The data file is damaged. Do not go on working; restore the newest backup."),
    13: N_("The disk is full. Nothing was saved. Free some space and try again."),
    14: N_("The data file cannot be opened. Check that the folder exists and may be written to."),
    26: N_("This file is not a Zhaohu database, or the key does not fit it. Restore the newest backup."),
}

_UNCODED = {
    "database is locked": 5,
    "attempt to write a readonly database": 8,
    "disk I/O error": 10,
    "database disk image is malformed": 11,
    "database or disk is full": 13,
    "unable to open database file": 14,
    "file is not a database": 26,
}
"""SQLite's own words for what the driver raises without a code, as it does while it copies a database."""


_COMPILED: LRUCache[Any, Any] = LRUCache(1000)
"""Statements as they were compiled, for every database that this process opens: a session of work opens several."""


class AlikeDialect(SQLiteDialect_pysqlite):
    """All databases of the program are of one kind, so what was compiled for one serves the others."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    def __hash__(self) -> int:
        return hash(type(self))


registry.register("zhaohu", __name__, AlikeDialect.__name__)


class StoreFault(Refused):
    """The machine's fault, not ours: disk full, file busy, damaged; `message` says what to do."""

    code = "store_fault"


def _connect(path: Path, key: bytes) -> Any:
    connection = sqlcipher3.connect(str(path), check_same_thread=False, isolation_level=None)
    try:
        run = connection.execute
        run("PRAGMA cipher_log_level = NONE")  # else a wrong key is reported on stderr
        run(f"PRAGMA key = \"x'{key.hex()}'\"")
        for name, value in _PRAGMAS.items():
            run(f"PRAGMA {name} = {value}")
        for name, value in _PRAGMAS.items():
            if run(f"PRAGMA {name}").fetchone()[0] != value:
                raise AssertionError(name)
        if not run("PRAGMA cipher_version").fetchone():
            raise AssertionError("no SQLCipher")
    except BaseException:
        connection.close()
        raise
    return connection


def open_copy(path: Path, key: bytes, *, read_only: bool) -> Any:
    """The driver's own connection on a copy that nobody works in: one file, without a write-ahead log.

    Args:
        path: The copy; made when missing, unless it is only read.
        key: The raw 32-byte database key.
        read_only: Else for writing in a hurry: whoever calls syncs the file.
    """
    where = f"{path.resolve().as_uri()}?mode={'ro' if read_only else 'rwc'}"
    connection = sqlcipher3.connect(where, uri=True, check_same_thread=False, isolation_level=None)
    try:
        run = connection.execute
        run("PRAGMA cipher_log_level = NONE")
        run(f"PRAGMA key = \"x'{key.hex()}'\"")
        for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "temp_store = MEMORY"):
            run(f"PRAGMA {pragma}")
        if not read_only:
            run("PRAGMA journal_mode = OFF")
            run("PRAGMA synchronous = OFF")
    except BaseException:
        connection.close()
        raise
    return connection


def sqlite_is_sound() -> bool:
    """Whether the SQLite that the program came with is free of the faults we know of."""
    return bool(sqlcipher3.sqlite_version_info >= _OLDEST_SQLITE)


def make_engine(path: Path, key: bytes) -> Engine:
    """An engine on an encrypted database file.

    Reading transactions begin plainly; those whose connection has the execution option `writes` begin IMMEDIATE, so
    that a second writer waits instead of failing halfway.

    Args:
        path: The database file; created when missing.
        key: The raw 32-byte database key.
    """
    if not sqlite_is_sound():
        raise AssertionError(sqlcipher3.sqlite_version)
    engine = create_engine(
        "zhaohu://",
        creator=lambda: _connect(path, key),
        module=sqlcipher3.dbapi2,
        poolclass=QueuePool,
        hide_parameters=True,
        execution_options={"compiled_cache": _COMPILED},
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def machine_faults() -> Iterator[None]:
    """Turn the machine's own faults into refusals with advice; what is our bug passes unchanged.

    Raises:
        StoreFault: The database could not do its work.
    """
    try:
        yield
    except (DBAPIError, sqlcipher3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        primary = getattr(cause, "sqlite_errorcode", None)
        if primary is None:
            primary = next((code for text, code in _UNCODED.items() if text in str(cause)), -1)
        advice = _MACHINE_FAULTS.get(primary & 0xFF)
        if advice is None or primary < 0:
            raise
        raise StoreFault(_(advice), sqlite_error=primary & 0xFF) from None
