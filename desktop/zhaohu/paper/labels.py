"""Sheets of labels with QR codes for the children's handbooks: code, name, birth date and station, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from zhaohu.i18n import _, format_date
from zhaohu.paper.sheet import HEIGHT, WIDTH, Imprint, Sheet, render
from zhaohu.paper.table import cell
from zhaohu.paper.text import LEADING

MILLIMETRE = 72 / 25.4
_QR = 23 * MILLIMETRE
"""Side of the code: 25 modules of almost a millimetre each, which every scanner reads."""
_INSET = 5 * MILLIMETRE
"""Printers leave out the edge of a sheet, and sheets are never drawn in quite straight."""


@dataclass(frozen=True, slots=True)
class LabelStock:
    """A sheet of labels as it is sold; measures in millimetres.

    Args:
        columns: Labels beside one another.
        rows: Labels below one another.
        width: Of a label.
        height: Of a label.
        left: From the sheet's edge to the first label.
        top: From the sheet's edge to the first label.
        across: From one label's left edge to the next one's.
    """

    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    across: float

    @property
    def labels(self) -> int:
        """Labels on a sheet."""
        return self.columns * self.rows


STOCKS = {
    "3x8": LabelStock(3, 8, 70.0, 37.0, 0.0, 0.5, 70.0),
    "2x7": LabelStock(2, 7, 99.1, 38.1, 4.65, 15.15, 101.6),
}
"""The two that every stationer has: 24 labels of 70 × 37 mm, and 14 of 99.1 × 38.1 mm."""


@dataclass(frozen=True, slots=True)
class Label:
    """What one label prints; `code` are the digits of its QR code."""

    code: str
    name: str
    birth_date: date
    station: str


class _LabelSheet(Sheet):
    """A sheet without a foot and without margins: the labels fill it."""

    left, right, width = 0.0, WIDTH, WIDTH
    top, bottom = HEIGHT, 0.0

    def _foot(self) -> None:
        """A label has no foot."""


def labels(values: Sequence[Label], imprint: Imprint, stock: LabelStock, first: int = 1) -> bytes:
    """The labels as a PDF.

    Args:
        values: What the labels print.
        imprint: By whom and when; labels do not show it.
        stock: The sheets in the printer.
        first: The first label of the first sheet that is still there, counted along the rows from 1.

    Raises:
        Refused: The fonts have not been fetched.
    """
    places = range(first - 1, first - 1 + len(values))
    pages = max(1, -(-(first - 1 + len(values)) // stock.labels))

    def draw(sheet: Sheet) -> None:
        for place, label in zip(places, values, strict=True):
            page, on_page = divmod(place, stock.labels)
            if page + 1 > sheet.page:
                sheet.next_page()
            row, column = divmod(on_page, stock.columns)
            x = (stock.left + column * stock.across) * MILLIMETRE
            y = HEIGHT - (stock.top + row * stock.height) * MILLIMETRE
            _draw(sheet, label, x, y, stock)

    return render(_("Labels for handbooks"), imprint, draw, page=_LabelSheet, pages=pages)


def _draw(sheet: Sheet, label: Label, x: float, y: float, stock: LabelStock) -> None:
    """Draw a label whose upper left corner is at x, y."""
    width, height = stock.width * MILLIMETRE, stock.height * MILLIMETRE
    sheet.qr(x + _INSET, y - (height + _QR) / 2, _QR, label.code)
    left = x + _INSET + _QR + 3 * MILLIMETRE
    room = x + width - _INSET - left
    top = y - (height - _QR) / 2 + 3
    cell(sheet, left - 3, top, room + 6, 30, label.name, sizes=(14.0, 12.0, 10.0, 8.0, 6.0))
    sheet.text(left, top - 42, format_date(label.birth_date), 9)
    cell(sheet, left - 3, top - 48, room + 6, 2 * 7 * LEADING + 2, label.station, sizes=(8.0, 7.0, 6.0, 5.0))
