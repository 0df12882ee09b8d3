"""Tables as a file gives them: sheets of rows with the numbers that a spreadsheet program shows, and typed cells."""

from __future__ import annotations

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
    """A sheet of a workbook, or the whole of a CSV file."""

    name: str
    rows: tuple[SheetRow, ...]


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
