"""Writing .xlsx files in which text stays text: nothing that a person typed can become a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from zhaohu.i18n import _
from zhaohu.rules.roster_columns import RosterColumns

Written = str | int | float | date | None

_WIDEST = 40


def write_table(title: str, headings: Sequence[str], rows: Iterable[Sequence[Written]]) -> bytes:
    """A workbook with one table: a frozen row of headings, then the rows.

    Args:
        title: Name of the sheet; it holds no personal data.
        headings: The first row.
        rows: Values; text is written as text, dates as dates.
    """
    return write_tables([(title, headings, rows)])


def write_tables(tables: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Written]]]]) -> bytes:
    """A workbook with a sheet for each table, as `write_table` makes one: title, headings, rows."""
    from openpyxl import Workbook

    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for title, headings, rows in tables:
        _fill(workbook.create_sheet(title[:31]), headings, rows)
    return _saved(workbook)


def roster_template(columns: RosterColumns) -> bytes:
    """An empty roster to be filled in: headings that our reader knows, and a second sheet that explains them."""
    from openpyxl import Workbook

    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = _("Roster")
    _fill(sheet, [column.heading for column in columns.columns], [])
    _as_text(sheet, [column.heading for column in columns.columns])
    headings = [_("Column"), _("How to fill it in"), _("Example")]
    hints = [(column.heading, column.hint, column.example) for column in columns.columns]
    _fill(workbook.create_sheet(_("Explanations")), headings, hints)
    return _saved(workbook)


def entry_tables(tables: Iterable[tuple[str, Sequence[str], Sequence[str]]]) -> bytes:
    """Empty tables to be filled in, a sheet for each: title, headings, and below them a row of explanations."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for title, headings, hints in tables:
        sheet = workbook.create_sheet(title[:31])
        _fill(sheet, headings, [hints])
        _as_text(sheet, headings)
        for cell in sheet[2]:
            cell.font, cell.alignment = Font(italic=True, color="808080"), Alignment(wrap_text=True, vertical="top")
        sheet.freeze_panes = "B3"
    return _saved(workbook)


def _as_text(sheet: Any, headings: Sequence[str]) -> None:
    """Make whole columns text, so that long numbers and dates stay what was typed."""
    for place, heading in enumerate(headings, start=1):
        sheet.column_dimensions[_letters(place)].number_format = "@"
        sheet.column_dimensions[_letters(place)].width = max(10, 2 * len(heading) + 2)


def _fill(sheet: Any, headings: Sequence[str], rows: Iterable[Sequence[Written]]) -> None:
    from openpyxl.styles import Font

    widths = [2 * len(heading) for heading in headings]
    for row_number, row in enumerate([headings, *rows], start=1):
        for place, value in enumerate(row, start=1):
            cell = sheet.cell(row_number, place, None if isinstance(value, str) else value)
            if isinstance(value, str) and value:
                cell.value = value
                cell.data_type = "s"
                cell.number_format = "@"
                widths[place - 1] = max(widths[place - 1], 2 * len(value))
            elif isinstance(value, date):
                cell.number_format = "yyyy-mm-dd"
                widths[place - 1] = max(widths[place - 1], 12)
            if row_number == 1:
                cell.font = Font(bold=True)
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[_letters(place)].width = min(_WIDEST, width + 2)
    sheet.freeze_panes = "A2"


def _letters(place: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(place))


def _saved(workbook: Any) -> bytes:
    workbook.properties.creator = "Zhaohu"
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()
