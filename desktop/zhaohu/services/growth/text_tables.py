"""Tables of plain text, for a terminal or a text file."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import east_asian_width


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns of text for a person, Chinese characters counted as two places wide."""
    widths = [max(_width(cell) for cell in column) for column in zip(headings, *rows, strict=True)]
    lines = [headings, *rows]
    return "\n".join(
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
