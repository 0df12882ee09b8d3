"""Reading spreadsheets and CSV files that come from outside: with limits, and without computing anything."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta
from typing import Any

from zhaohu.errors import BadInput
from zhaohu.exchange.csv_text import OpenQuote, as_typed, read_csv
from zhaohu.exchange.encodings import decode
from zhaohu.exchange.packages import Package, open_package
from zhaohu.i18n import _
from zhaohu.rules.roster_cells import Cell, Formula, PlainCell, Sheet, SheetRow

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 50_000
MAX_COLUMNS = 200
MAX_CELL = 32_767
"""Characters in one cell: the most that a spreadsheet program keeps. A longer one is no cell of a roster."""

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""The stream in which spreadsheet programs lock up a whole .xlsx file behind a password."""


def read_sheets(data: bytes) -> tuple[Sheet, ...]:
    """The sheets of an .xlsx, .xls or .csv file, told by its contents and not by its name.

    Args:
        data: The whole file.

    Raises:
        BadInput: It is none of these, damaged, protected by a password, or larger than we take; nothing was kept.
    """
    if len(data) > MAX_BYTES:
        raise BadInput(_("The file is larger than 20 MB."), code="too_large")
    if data.startswith(_ZIP):
        return _workbook(data, open_package(data, max_rows=MAX_ROWS, max_columns=MAX_COLUMNS))
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise _protected()
        return _workbook(data, None)  # .xls: formulas cannot be told apart; their stored values are read as values
    return (_csv(decode(data)),)


def _workbook(data: bytes, package: Package | None) -> tuple[Sheet, ...]:
    import python_calamine as calamine

    try:
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            return tuple(
                _sheet(meta.name, workbook.get_sheet_by_name(meta.name), package)
                for meta in workbook.sheets_metadata
                if meta.typ == calamine.SheetTypeEnum.WorkSheet and meta.visible == calamine.SheetVisibleEnum.Visible
            )
    except calamine.PasswordError as error:
        raise _protected() from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise damaged() from error
    except BaseException as error:
        # A damaged file can make the reader, written in Rust, panic; that class cannot be imported to be named here.
        if type(error).__name__ != "PanicException":
            raise
        raise damaged() from error


def _sheet(name: str, sheet: Any, package: Package | None) -> Sheet:
    if sheet.total_height > MAX_ROWS or sheet.total_width > MAX_COLUMNS:
        raise too_many()
    formulas = package.formulas(name) if package is not None else {}
    rows = []
    for number, values in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        rows.append(_row(number, [_cell(v, formulas.get((number, place))) for place, v in enumerate(values, start=1)]))
    return Sheet(name, tuple(rows), _merged(sheet, len(rows)))


def _merged(sheet: Any, rows: int) -> tuple[tuple[int, int, int], ...]:
    """The cells that were merged within one column, as far as there are rows."""
    found = sheet.merged_cell_ranges or ()
    return tuple(
        (left, top + 1, min(bottom + 1, rows))
        for (top, left), (bottom, right) in found[:MAX_ROWS]
        if left == right and top < bottom and top < rows
    )


def _row(number: int, cells: list[Cell]) -> SheetRow:
    """A row without the empty cells at its end: a single cell far to the right would cost memory in every row."""
    for cell in cells:
        text = cell.text if isinstance(cell, Formula) else cell
        if isinstance(text, str) and len(text) > MAX_CELL:
            message = _("A cell in row {row} holds more than {n} characters. Look for a stray quotation mark there.")
            raise BadInput(message.format(row=number, n=MAX_CELL), code="too_large", row=number)
    while cells and cells[-1] is None:
        cells.pop()
    return SheetRow(number, tuple(cells))


def damaged() -> BadInput:
    """The refusal of a file that no reader understands."""
    message = _("The file cannot be read as a spreadsheet: it is damaged or of another kind.")
    return BadInput(message, code="not_a_spreadsheet")


def _protected() -> BadInput:
    return BadInput(_("The file is protected by a password; save it without one."), code="encrypted")


def too_many() -> BadInput:
    """The refusal of a table that is too long or too wide."""
    message = _("The table has more than {rows} rows or {columns} columns.")
    return BadInput(message.format(rows=MAX_ROWS, columns=MAX_COLUMNS), code="too_large")


def _cell(value: Any, formula: str | None) -> Cell:
    plain: PlainCell = None
    if value != "" and isinstance(value, (str, int, float, bool, date, datetime, time, timedelta)):
        plain = value
    return plain if formula is None else Formula(f"={formula}", plain)


def _csv(text: str) -> Sheet:
    if "\0" in text or text.lstrip()[:1] == "<":  # the second: a web page that is called .xls
        raise damaged()
    head = text[:20_000]
    rows: list[SheetRow] = []
    try:
        for number, values in enumerate(read_csv(text, max(",\t;", key=head.count)), start=1):
            if number > MAX_ROWS or len(values) > MAX_COLUMNS:
                raise too_many()
            rows.append(_row(number, [_csv_cell(value) for value in values]))
    except OpenQuote as error:
        message = _("A quotation mark is opened in row {row} and never closed. Save the table as .xlsx and try again.")
        raise BadInput(message.format(row=error.row), code="not_a_spreadsheet", row=error.row) from None
    return Sheet("CSV", tuple(rows))


def _csv_cell(text: str) -> Cell:
    """`="371…"` is how programs keep digits as text; `'=…` is how ours writes text that looks like a formula."""
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        return text[2:-1]
    typed = as_typed(text)
    if typed is text and text.startswith("="):
        return Formula(text, None)
    return typed or None
