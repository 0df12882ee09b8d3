"""CSV in and out: a quotation mark that is never closed is noticed, and no text can run as a formula.

A CSV cell has no type, so a name that begins with "=" would be computed when the file is opened. Such a cell gets a
leading apostrophe, which spreadsheet programs take for "this is text"; plain numbers stay as they are.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import TextIO

_STARTS = frozenset("=+-@\t\r\n\0＝＋－＠'")
"""What may begin a formula, in either width, and the apostrophe itself, so that ours can be told from the person's."""
_DANGEROUS = re.compile("'*[=+\\-@\t\r\n\0＝＋－＠]")
_MARKED = re.compile("'+[=+\\-@\t\r\n\0＝＋－＠]")
_NUMBER = re.compile(r"[+-](?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)

_BETWEEN = "\x1f"
_MAY_RUN = re.compile("\x1f[=+\\-@\t\r\n\0＝＋－＠']")
"""A cell behind `_BETWEEN` that `harmless` has to look at."""

_LAST_LINE = "\ufdd0zhaohu"
"""Put behind a text: when it does not come out as a row of its own, a quotation mark was never closed."""


class OpenQuote(Exception):  # noqa: N818 - named for what was found
    """A quotation mark is never closed, or holds more text than a cell can; the row counts from 1."""

    def __init__(self, row: int) -> None:
        super().__init__(row)
        self.row = row


def harmless(text: str) -> str:
    """The text as it may stand in a CSV cell."""
    if text[:1] not in _STARTS or not _DANGEROUS.match(text) or _NUMBER.fullmatch(text):
        return text
    return f"'{text}"


def as_typed(cell: str) -> str:
    """The text that `harmless` made the cell of."""
    return cell[1:] if _MARKED.match(cell) else cell


def write_csv(out: TextIO, rows: Iterable[Sequence[str]], foreign: int | None = None) -> None:
    """Write rows of text; the only way in which this program writes CSV.

    Args:
        out: Opened with `newline=""`.
        rows: The headings first.
        foreign: How many cells at the beginning of a row may hold text that the program did not make; None: all.
    """
    write_plain = csv.writer(out, lineterminator="\n").writerow
    # The plain one forgets to quote a carriage return.
    write_quoted = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerow
    may_run = _MAY_RUN.search
    for row in rows:
        joined = _BETWEEN.join(row[:foreign])
        if "\r" not in joined and not may_run(_BETWEEN + joined):
            write_plain(row)
            continue
        cells = [harmless(cell) for cell in row]
        (write_quoted if any("\r" in cell for cell in cells) else write_plain)(cells)


def read_csv(text: str, delimiter: str = ",") -> Iterator[list[str]]:
    """The rows of a CSV text, cells as they stand there.

    Raises:
        OpenQuote: From the row in which the quotation mark stands nothing can be told.
    """
    return csv_rows(io.StringIO(text, newline=""), delimiter)


def csv_rows(lines: Iterable[str], delimiter: str = ",") -> Iterator[list[str]]:
    """The rows of a CSV file, line by line as they come, cells as they stand there.

    Args:
        lines: With their ends as in the file, such as a file opened with `newline=""`.
        delimiter: What stands between the cells.

    Raises:
        OpenQuote: From the row in which the quotation mark stands nothing can be told.
    """
    found = csv.reader(chain(lines, (_LAST_LINE,)), delimiter=delimiter)
    read = 0
    last: list[str] | None = None
    try:
        for cells in found:
            read += 1
            if last is not None:
                yield last
            last = cells
    except csv.Error:  # a cell of more than 131,072 characters
        raise OpenQuote(read + 1) from None
    if last != [_LAST_LINE]:
        raise OpenQuote(read)


def typed_rows(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    """Rows of a CSV file as a person typed them: without the apostrophes that `harmless` put before cells."""
    for row in rows:
        yield list(map(as_typed, row)) if "'" in "".join(row) else row
