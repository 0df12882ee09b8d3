"""Tables with fixed columns; what is too long for a cell is set smaller and in more lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zhaohu.paper.sheet import HAIR, THIN, Align, Sheet
from zhaohu.paper.text import LEADING, fit

SIZES = (9.0, 8.0, 7.0, 6.0, 5.0)
PAD = 3.0


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, its width in points, and how its cells stand."""

    title: str
    width: float
    align: Align = "center"


def table(
    sheet: Sheet,
    y: float,
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    *,
    row_height: float,
    sizes: tuple[float, ...] = SIZES,
) -> float:
    """Draw a head and rows from the left margin, the upper edge at y; returns the y below the table.

    Each cell is set at the largest of `sizes` that fits.
    """
    width = sum(column.width for column in columns)
    height = row_height * (len(rows) + 1)
    sheet.shade(sheet.left, y - row_height, width, row_height)
    for number, row in enumerate([[column.title for column in columns], *rows]):
        x = sheet.left
        top = y - number * row_height
        for column, text in zip(columns, row, strict=True):
            align = column.align if number else "center"
            cell(sheet, x, top, column.width, row_height, text, align=align, sizes=sizes)
            x += column.width
        if number:
            sheet.rule(sheet.left, top, sheet.left + width, top, HAIR)
    x = sheet.left
    for column in columns[:-1]:
        x += column.width
        sheet.rule(x, y, x, y - height, HAIR)
    sheet.frame(sheet.left, y - height, width, height, THIN)
    return y - height


def cell(
    sheet: Sheet,
    x: float,
    top: float,
    width: float,
    height: float,
    text: str,
    *,
    align: Align = "left",
    sizes: tuple[float, ...] = SIZES,
) -> None:
    """Draw a text in the middle of a cell's height, as large as fits."""
    if not text:
        return
    size, lines = fit(text, width - 2 * PAD, height - 1, sizes)
    block = len(lines) * size * LEADING
    baseline = top - (height - block) / 2 - size * 1.04
    anchor = {"left": x + PAD, "center": x + width / 2, "right": x + width - PAD}[align]
    for number, line in enumerate(lines):
        sheet.text(anchor, baseline - number * size * LEADING, line, size, align=align)
