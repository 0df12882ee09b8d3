"""CSV in and out: a quotation mark that is never closed is noticed, and no text can run as a formula.

A CSV cell has no type, so a name that begins with "=" would be computed when the file is opened. Such a cell gets a
leading apostrophe, which spreadsheet programs take for "this is text"; plain numbers stay as they are.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

_STARTS = frozenset("=+-@\t\r\n\0＝＋－＠'")
"""What may begin a formula, in either width, and the apostrophe itself, so that ours can be told from the person's."""
_DANGEROUS = re.compile("'*[=+\\-@\t\r\n\0＝＋－＠]")
_MARKED = re.compile("'+[=+\\-@\t\r\n\0＝＋－＠]")
_NUMBER = re.compile(r"[+-](?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)

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


def write_csv(out: TextIO, rows: Iterable[Sequence[str]]) -> None:
    """Write rows of text; the only way in which this program writes CSV.

    Args:
        out: Opened with `newline=""`.
        rows: The headings first.
    """
    plain = csv.writer(out, lineterminator="\n")
    quoted = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)  # the other one forgets a carriage return
    for row in rows:
        cells = [harmless(cell) for cell in row]
        (quoted if any("\r" in cell for cell in cells) else plain).writerow(cells)


def read_csv(text: str, delimiter: str = ",") -> Iterator[list[str]]:
    """The rows of a CSV text, cells as they stand there.

    Raises:
        OpenQuote: From the row in which the quotation mark stands nothing can be told.
    """
    end = "" if text.endswith(("\n", "\r")) or not text else "\n"
    lines = csv.reader(io.StringIO(f"{text}{end}{_LAST_LINE}", newline=""), delimiter=delimiter)
    row = 0
    try:
        for row, cells in enumerate(lines, start=1):
            if cells == [_LAST_LINE]:
                return
            if cells and cells[-1].endswith(_LAST_LINE):
                raise OpenQuote(row)
            yield cells
    except csv.Error:  # a cell of more than 131,072 characters
        raise OpenQuote(row + 1) from None
