"""The printed summary of a survey: tables over as many pages as they take, and how they were counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zhaohu.i18n import _, format_date
from zhaohu.paper.fonts import text_width
from zhaohu.paper.sheet import Imprint, Sheet, render
from zhaohu.paper.table import PAD, Column, table
from zhaohu.paper.text import LEADING, wrap

ROW = 14.0
_BODY, _TITLE, _NOTE = 9.0, 11.0, 8.5
_CELL = 8.0
"""Type size of cells; a table that is too wide is set smaller as a whole."""
_LEAST_ROWS = 3
"""So many rows at least stand below a table's head on a page."""


@dataclass(frozen=True, slots=True)
class PaperTable:
    """A table as printed."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class SurveyPaper:
    """What a survey summary prints.

    Args:
        title: The heading.
        particulars: Lines below it; the first one stands at the foot of every page as well.
        tables: The tables.
        notes: How it was counted, a sentence or two each.
        printed_at: Moment of printing, local time.
    """

    title: str
    particulars: tuple[str, ...]
    tables: tuple[PaperTable, ...]
    notes: tuple[str, ...]
    printed_at: datetime


@dataclass(frozen=True, slots=True)
class _Foot(Imprint):
    """The foot of a paper that belongs to a file, and to no station and no person."""

    def lines(self) -> tuple[str, str]:
        moment = f"{format_date(self.printed_at.date())} {self.printed_at:%H:%M}"
        return self.station, _("Made on {moment}").format(moment=moment)


def survey_paper(values: SurveyPaper) -> bytes:
    """The summary as a PDF of A4 pages.

    Raises:
        Refused: The fonts have not been fetched.
    """
    foot = _Foot(values.particulars[0], "", values.printed_at)
    return render(_("Growth survey summary"), foot, lambda sheet: _draw(sheet, values))


def _draw(sheet: Sheet, values: SurveyPaper) -> None:
    y = sheet.heading(values.title, 15)
    for line in values.particulars:
        y -= _BODY * LEADING
        sheet.text(sheet.left, y, line, _BODY)
    for one in values.tables:
        y = _draw_table(sheet, y - 12, one)
    _draw_notes(sheet, y - 14, values.notes)


def _draw_table(sheet: Sheet, y: float, one: PaperTable) -> float:
    """Draw a table, over further pages when it is long; returns the y below it."""
    columns, size = _columns(one)
    rows, title = list(one.rows), one.title
    while True:
        room = int((y - _TITLE * LEADING - sheet.bottom) / ROW) - 1
        if room < min(len(rows), _LEAST_ROWS):
            sheet.next_page()
            y = sheet.top
            continue
        sheet.text(sheet.left, y - _TITLE, title, _TITLE, bold=True)
        y = table(sheet, y - _TITLE * LEADING - 2, columns, rows[:room], row_height=ROW, sizes=(size,))
        rows = rows[room:]
        if not rows:
            return y
        title = _("{table} (continued)").format(table=one.title)


def _columns(one: PaperTable) -> tuple[list[Column], float]:
    """Columns as wide as what stands in them, stretched to the page's width; and the one type size for all cells."""
    cells = [one.headings, *one.rows]
    widths = [max(text_width(row[place], _CELL) for row in cells) for place in range(len(one.headings))]
    room = Sheet.width - len(widths) * (2 * PAD + 1)
    columns = [
        Column(heading, width * room / sum(widths) + 2 * PAD + 1, "center" if place else "left")
        for place, (heading, width) in enumerate(zip(one.headings, widths, strict=True))
    ]
    return columns, min(_CELL, _CELL * room / sum(widths))


def _draw_notes(sheet: Sheet, y: float, notes: Sequence[str]) -> None:
    step = _NOTE * LEADING
    for note in notes:
        lines = wrap(f"· {note}", sheet.width, _NOTE)
        if y - len(lines) * step < sheet.bottom:
            sheet.next_page()
            y = sheet.top
        sheet.lines(sheet.left, y - _NOTE, lines, _NOTE)
        y -= len(lines) * step + 2
