"""A throw-away encrypted database for what is on its way in or out: never whole in memory, never plain on disk.

Its key lives in memory only and the file is deleted at the end, so what a crash leaves behind can be read by nobody.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import sqlcipher3

from zhaohu.store.engine import machine_faults

_PREFIX = "scratch-"
_BATCH = 2000


class Scratch:
    """One temporary encrypted file in `folder`; use it as a context manager."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        self._file = folder / f"{_PREFIX}{secrets.token_hex(8)}"
        self._waiting: list[tuple[str, str, str]] = []

    def __enter__(self) -> Scratch:
        with machine_faults():
            self._connection: Any = sqlcipher3.connect(str(self._file), check_same_thread=False, isolation_level=None)
            run = self._connection.execute
            run(f"PRAGMA key = \"x'{secrets.token_hex(32)}'\"")
            for pragma in ("journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE"):
                run(f"PRAGMA {pragma}")
            run("CREATE TABLE line (no INTEGER PRIMARY KEY, table_name TEXT, row_id TEXT, content TEXT)")
            run("CREATE TABLE chunk (no INTEGER PRIMARY KEY, content BLOB)")
            run("BEGIN")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
        with suppress(OSError):  # nobody has its key any more; `sweep` takes it away later
            self._file.unlink(missing_ok=True)

    def add_line(self, table: str, row_id: str, content: str) -> None:
        """Keep one line."""
        self._waiting.append((table, row_id, content))
        if len(self._waiting) >= _BATCH:
            self._flush()

    def lines(self, table: str) -> Iterator[list[tuple[str, str]]]:
        """Row ids and contents of the lines of a table, in the order they were added, in batches."""
        self._flush()
        cursor = self._connection.execute("SELECT row_id, content FROM line WHERE table_name = ? ORDER BY no", (table,))
        while batch := cursor.fetchmany(_BATCH):
            yield batch

    def add_chunk(self, content: bytes) -> None:
        """Keep one piece of a stream of bytes."""
        with machine_faults():
            self._connection.execute("INSERT INTO chunk (content) VALUES (?)", (content,))

    def chunks(self) -> Iterable[bytes]:
        """The pieces, in order."""
        for (content,) in self._connection.execute("SELECT content FROM chunk ORDER BY no"):
            yield content

    def _flush(self) -> None:
        with machine_faults():
            self._connection.executemany(
                "INSERT INTO line (table_name, row_id, content) VALUES (?, ?, ?)", self._waiting
            )
        self._waiting.clear()


def sweep(folder: Path) -> None:
    """Delete what a crash left behind."""
    for file in folder.glob(f"{_PREFIX}*"):
        with suppress(OSError):  # on Windows: one that is in use
            file.unlink()
