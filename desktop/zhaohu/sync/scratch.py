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
_BATCH = 1000
_BATCH_CHARACTERS = 4 << 20
_CACHE_KIB = 12 << 10
"""What is small never reaches the disk."""
_PER_TABLE = 1 << 40
"""Lines of one table stand together: each table has so many numbers of its own."""


class Scratch:
    """One temporary encrypted file in `folder`; use it as a context manager."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        self._file = folder / f"{_PREFIX}{secrets.token_hex(8)}"
        self._next: dict[str, int] = {}
        self._waiting: list[tuple[int, str, str]] = []
        self._characters = 0

    def __enter__(self) -> Scratch:
        with machine_faults():
            self._connection: Any = sqlcipher3.connect(str(self._file), check_same_thread=False, isolation_level=None)
            run = self._connection.execute
            run(f"PRAGMA key = \"x'{secrets.token_hex(32)}'\"")
            for pragma in ("journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE"):
                run(f"PRAGMA {pragma}")
            run(f"PRAGMA cache_size = -{_CACHE_KIB}")
            run("CREATE TABLE line (no INTEGER PRIMARY KEY, row_id TEXT, content TEXT)")
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
        no = self._next.setdefault(table, len(self._next) * _PER_TABLE)
        self._next[table] = no + 1
        self._waiting.append((no, row_id, content))
        self._characters += len(content)
        if len(self._waiting) >= _BATCH or self._characters >= _BATCH_CHARACTERS:
            self._flush()

    def lines(self, table: str) -> Iterator[list[tuple[str, str]]]:
        """Row ids and contents of the lines of a table, in the order they were added, in batches."""
        self._flush()
        last = self._next.get(table, 0)
        first = last // _PER_TABLE * _PER_TABLE
        cursor = self._connection.execute(
            "SELECT row_id, content FROM line WHERE no >= ? AND no < ? ORDER BY no", (first, last)
        )
        batch: list[tuple[str, str]] = []
        characters = 0
        for line in cursor:
            batch.append(line)
            characters += len(line[1])
            if len(batch) == _BATCH or characters >= _BATCH_CHARACTERS:
                yield batch
                batch, characters = [], 0
        if batch:
            yield batch

    def drop(self, table: str) -> None:
        """Forget the lines of a table."""
        self._flush()
        first = self._next.get(table, 0) // _PER_TABLE * _PER_TABLE
        self._connection.execute("DELETE FROM line WHERE no >= ? AND no < ?", (first, self._next.get(table, 0)))

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
            self._connection.executemany("INSERT INTO line (no, row_id, content) VALUES (?, ?, ?)", self._waiting)
        self._waiting.clear()
        self._characters = 0


def sweep(folder: Path) -> None:
    """Delete what a crash left behind."""
    for file in folder.glob(f"{_PREFIX}*"):
        with suppress(OSError):  # on Windows: one that is in use
            file.unlink()
