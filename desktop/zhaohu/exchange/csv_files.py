"""CSV files of any size from outside, read piece by piece.

The encoding is decided over the whole file before the first row is read, in pieces as well: a guess from the beginning
would be wrong for the file whose first name stands a million rows further down.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from zhaohu.errors import BadInput
from zhaohu.exchange.csv_text import OpenQuote, as_typed, csv_rows, typed_rows
from zhaohu.exchange.encodings import now_in_unicode, possible_encodings
from zhaohu.i18n import _

_PIECE = 1 << 18
_LONGEST_LINE = 16 << 20
"""Bytes without any line end: that is no table."""
MOST_COLUMNS = 1000


class CsvFile:
    """An open CSV file.

    Args:
        columns: The names in its first line.
        rows: The rows below it, as typed; lines without anything are no rows.
    """

    def __init__(self, source: Path, raw: _Raw, encoding: str) -> None:
        self._source, self._raw = source, raw
        self.size = raw.size
        text = io.TextIOWrapper(io.BufferedReader(raw, _PIECE), encoding, newline="")
        lines = map(now_in_unicode, text) if encoding == "gb18030" else text
        head = self._head(lines)
        delimiter = max(",\t;", key=head.count)
        filled = filter(None, csv_rows(chain([head], lines), delimiter))
        self.rows = typed_rows(self._refusing(filled))
        self.columns = [as_typed(name) for name in next(self.rows)]
        if len(self.columns) > MOST_COLUMNS:
            message = _("{file} has more than {n} columns.").format(file=source, n=MOST_COLUMNS)
            raise BadInput(message, code="too_large")

    @property
    def done(self) -> int:
        """Bytes that have been read."""
        return self._raw.done

    def _head(self, lines: Iterator[str]) -> str:
        """The first line with anything in it."""
        for line in lines:
            if line.strip("\r\n"):
                return line
        message = _("{file} is empty. The first line must name the columns.").format(file=self._source)
        raise BadInput(message, code="empty_file")

    def _refusing(self, rows: Iterator[list[str]]) -> Iterator[list[str]]:
        try:
            yield from rows
        except OpenQuote as error:
            message = _("{file} is no table: row {row} cannot be read. Look for a stray quotation mark there.")
            raise BadInput(message.format(file=self._source, row=error.row), code="not_a_table") from error


@contextmanager
def open_csv(source: Path) -> Iterator[CsvFile]:
    """A CSV file to be read row by row: in UTF-8, UTF-16 with a mark, or GB 18030; with commas, tabs or semicolons.

    Raises:
        BadInput: `unreadable`, `bad_encoding`, `empty_file`, `not_a_table` or `too_large`; from the rows as well.
    """
    with _Raw(source) as raw:
        encoding = _encoding(raw)
        if encoding is None:
            message = _("{file} is neither UTF-8 nor GB 18030 text. Save it as CSV UTF-8 and try again.")
            raise BadInput(message.format(file=source), code="bad_encoding")
        raw.rewind()
        yield CsvFile(source, raw, encoding)


class _Raw(io.RawIOBase):
    """The bytes of a file: counted, and refused in a sentence when they cannot be read or are no lines."""

    def __init__(self, source: Path) -> None:
        self._source = source
        self.done = self._unbroken = 0
        try:
            self._file = source.open("rb", buffering=0)
            self.size = self._file.seek(0, io.SEEK_END)
            self.rewind()
        except OSError as error:
            raise self._unreadable() from error

    def rewind(self) -> None:
        """Begin again."""
        self._file.seek(0)
        self.done = self._unbroken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            read = self._file.readinto(buffer) or 0
        except OSError as error:
            raise self._unreadable() from error
        self.done += read
        piece = bytes(buffer[:read])
        self._unbroken = 0 if b"\n" in piece or b"\r" in piece else self._unbroken + read
        if self._unbroken > _LONGEST_LINE:
            message = _("{file} is no table: it has a line of more than {n} MB.")
            raise BadInput(message.format(file=self._source, n=_LONGEST_LINE >> 20), code="not_a_table")
        return read

    def close(self) -> None:
        self._file.close()
        super().close()

    def _unreadable(self) -> BadInput:
        return BadInput(_("{file} cannot be read. Check the name.").format(file=self._source), code="unreadable")


def _encoding(raw: _Raw) -> str | None:
    """The first encoding that the whole file is in; None when it is in none that we know."""
    for encoding in possible_encodings(raw.read(4) or b""):
        raw.rewind()
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            while piece := raw.read(_PIECE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    return None
