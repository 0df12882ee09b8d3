"""Tables as a file gives them: sheets of rows with the numbers that a spreadsheet program shows, and typed cells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that holds a formula; never computed: `value` is what the spreadsheet program stored, if any."""

    text: str
    value: PlainCell


PlainCell = str | int | float | bool | date | datetime | time | timedelta | None
Cell = PlainCell | Formula


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row and its number in the sheet, counted from 1 as the spreadsheet program shows it."""

    number: int
    cells: tuple[Cell, ...]

    def cell(self, column: int) -> Cell:
        """The cell in a column, counted from 0; None beyond the row's end."""
        return self.cells[column] if column < len(self.cells) else None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook, or the whole of a CSV file.

    Args:
        merged: Cells of one column that were merged: the column, counted from 0, and the first and last row's number.
    """

    name: str
    rows: tuple[SheetRow, ...]
    merged: tuple[tuple[int, int, int], ...] = ()

    def below(self, place: int) -> tuple[SheetRow, ...]:
        """The rows below one, where what is written in merged cells stands in each of their rows that has others."""
        if not self.merged:
            return self.rows[place + 1 :]
        lines = {row.number: list(row.cells) for row in self.rows[place + 1 :]}
        done = (-1, 0)
        for column, first, last in sorted(self.merged):
            if (column, first) <= done:
                continue  # no program merges a cell twice: such a file would cost time without end
            done = column, last
            top = lines.get(first, ())
            value = top[column] if column < len(top) else None
            if value is not None:
                _fill((cells for number in range(first + 1, last + 1) if (cells := lines.get(number))), column, value)
        return tuple(SheetRow(number, tuple(cells)) for number, cells in lines.items())


def _fill(rows: Iterable[list[Cell]], column: int, value: Cell) -> None:
    for cells in rows:
        cells.extend([None] * (column + 1 - len(cells)))
        cells[column] = value


def cell_text(cell: Cell) -> str:
    """A cell as the person sees it, without blanks around; whole numbers without decimals; a formula's stored value."""
    if isinstance(cell, Formula):
        return cell_text(cell.value) or cell.text
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e21:
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time.min:
        return cell.date().isoformat()
    return str(cell).strip()
