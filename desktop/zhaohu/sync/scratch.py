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
_BATCH_SIZE = 4 << 20
_IN_MEMORY = 16 << 20
"""Characters or bytes of lines: what a station changes in a day, many times over."""
_CACHE_KIB = 12 << 10
"""What is small never reaches the disk."""
_PER_TABLE = 1 << 40
"""Lines of one table stand together: each table has so many numbers of its own."""
Kept = tuple[str, Any]
"""Row id and content of a line; the content as it was added, text or bytes."""


class Scratch:
    """One temporary encrypted file in `folder`; use it as a context manager.

    Lines stay in memory while they are few, and then there is no file at all.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        self._file = folder / f"{_PREFIX}{secrets.token_hex(8)}"
        self._connection: Any = None
        self._few: dict[str, list[Kept]] = {}
        self._spilled = False
        self._next: dict[str, int] = {}
        self._waiting: list[tuple[int, str, str | bytes]] = []
        self._size = 0

    def __enter__(self) -> Scratch:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            self._connection.close()
        with suppress(OSError):  # nobody has its key any more; `sweep` takes it away later
            self._file.unlink(missing_ok=True)

    def add_line(self, table: str, row_id: str, content: str | bytes) -> None:
        """Keep one line."""
        self._size += len(content)
        if not self._spilled:
            self._few.setdefault(table, []).append((row_id, content))
            if self._size >= _IN_MEMORY:
                self._spill()
            return
        no = self._next.setdefault(table, len(self._next) * _PER_TABLE)
        self._next[table] = no + 1
        self._waiting.append((no, row_id, content))
        if len(self._waiting) >= _BATCH or self._size >= _BATCH_SIZE:
            self._flush()

    def lines(self, table: str) -> Iterator[list[Kept]]:
        """Row ids and contents of the lines of a table, in the order they were added, in batches."""
        if not self._spilled:
            few = self._few.get(table, [])
            return (few[start : start + _BATCH] for start in range(0, len(few), _BATCH))
        self._flush()
        return self._stored_lines(table)

    def _stored_lines(self, table: str) -> Iterator[list[Kept]]:
        last = self._next.get(table, 0)
        first = last // _PER_TABLE * _PER_TABLE
        cursor = self._database().execute(
            "SELECT row_id, content FROM line WHERE no >= ? AND no < ? ORDER BY no", (first, last)
        )
        batch: list[Kept] = []
        size = 0
        for line in cursor:
            batch.append(line)
            size += len(line[1])
            if len(batch) == _BATCH or size >= _BATCH_SIZE:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch

    def drop(self, table: str) -> None:
        """Forget the lines of a table."""
        self._few.pop(table, None)
        if self._spilled:
            self._flush()
            first = self._next.get(table, 0) // _PER_TABLE * _PER_TABLE
            self._database().execute("DELETE FROM line WHERE no >= ? AND no < ?", (first, self._next.get(table, 0)))

    def add_chunk(self, content: bytes) -> None:
        """Keep one piece of a stream of bytes."""
        with machine_faults():
            self._database().execute("INSERT INTO chunk (content) VALUES (?)", (content,))

    def chunks(self) -> Iterable[bytes]:
        """The pieces, in order."""
        for (content,) in self._database().execute("SELECT content FROM chunk ORDER BY no"):
            yield content

    def _database(self) -> Any:
        if self._connection is None:
            with machine_faults():
                self._connection = self._open()
        return self._connection

    def _open(self) -> Any:
        connection = sqlcipher3.connect(str(self._file), check_same_thread=False, isolation_level=None)
        run = connection.execute
        run(f"PRAGMA key = \"x'{secrets.token_hex(32)}'\"")
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE"):
            run(f"PRAGMA {pragma}")
        run(f"PRAGMA cache_size = -{_CACHE_KIB}")
        run("CREATE TABLE line (no INTEGER PRIMARY KEY, row_id TEXT, content)")
        run("CREATE TABLE chunk (no INTEGER PRIMARY KEY, content BLOB)")
        run("BEGIN")
        return connection

    def _spill(self) -> None:
        """Into the file, now that they are many; whoever reads a table just now reads on in memory."""
        self._spilled, few, self._few = True, self._few, {}
        for table, lines in few.items():
            for row_id, content in lines:
                self.add_line(table, row_id, content)
        self._flush()

    def _flush(self) -> None:
        with machine_faults():
            self._database().executemany("INSERT INTO line (no, row_id, content) VALUES (?, ?, ?)", self._waiting)
        self._waiting.clear()
        self._size = 0


def sweep(folder: Path) -> None:
    """Delete what a crash left behind."""
    for file in folder.glob(f"{_PREFIX}*"):
        with suppress(OSError):  # on Windows: one that is in use
            file.unlink()
