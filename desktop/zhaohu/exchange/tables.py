"""Reading spreadsheets and CSV files that come from outside: with limits, and without computing anything."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from zhaohu.errors import BadInput
from zhaohu.exchange.encodings import decode
from zhaohu.exchange.packages import Package, open_package
from zhaohu.i18n import _
from zhaohu.rules.roster_cells import Cell, Formula, PlainCell, Sheet, SheetRow

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 50_000
MAX_COLUMNS = 200

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FORMULA_STARTS = "=+-@＝＋－＠"


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
        return _workbook(data, None)  # .xls: formulas cannot be told apart; their stored values are read as values
    return (_csv(decode(data)),)


def _workbook(data: bytes, package: Package | None) -> tuple[Sheet, ...]:
    import python_calamine as calamine

    message = _("The file cannot be read as a spreadsheet: it is damaged or of another kind.")
    try:
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            return tuple(
                _sheet(meta.name, workbook.get_sheet_by_name(meta.name), package)
                for meta in workbook.sheets_metadata
                if meta.typ == calamine.SheetTypeEnum.WorkSheet and meta.visible == calamine.SheetVisibleEnum.Visible
            )
    except calamine.PasswordError as error:
        raise BadInput(_("The file is protected by a password; save it without one."), code="encrypted") from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise BadInput(message, code="not_a_spreadsheet") from error
    except BaseException as error:
        # A damaged file can make the reader, written in Rust, panic; that class cannot be imported to be named here.
        if type(error).__name__ != "PanicException":
            raise
        raise BadInput(message, code="not_a_spreadsheet") from error


def _sheet(name: str, sheet: Any, package: Package | None) -> Sheet:
    if sheet.total_height > MAX_ROWS or sheet.total_width > MAX_COLUMNS:
        raise too_many()
    formulas = package.formulas(name) if package is not None else {}
    rows = []
    for number, values in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        cells = tuple(_cell(value, formulas.get((number, column))) for column, value in enumerate(values, start=1))
        rows.append(SheetRow(number, cells))
    return Sheet(name, tuple(rows))


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
    if "\0" in text:
        message = _("The file cannot be read as a spreadsheet: it is damaged or of another kind.")
        raise BadInput(message, code="not_a_spreadsheet")
    head = text[:20_000]
    delimiter = max(",\t;", key=head.count)
    try:
        rows = tuple(_csv_rows(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)))
    except csv.Error as error:
        message = _("The file is no table: {error}").format(error=error)
        raise BadInput(message, code="not_a_spreadsheet") from error
    return Sheet("CSV", rows)


def _csv_rows(lines: Iterable[list[str]]) -> Iterable[SheetRow]:
    for number, values in enumerate(lines, start=1):
        if number > MAX_ROWS or len(values) > MAX_COLUMNS:
            raise too_many()
        yield SheetRow(number, tuple(_csv_cell(value) for value in values))


def _csv_cell(text: str) -> Cell:
    """`="371…"` is how programs keep digits as text; `'=…` is how ours writes text that looks like a formula."""
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        return text[2:-1]
    if text.startswith("'") and text[1:2] and text[1] in _FORMULA_STARTS:
        return text[1:]
    if text.startswith("="):
        return Formula(text, None)
    return text or None
