"""What papers about growth share: whose it is, the table of measurements over the pages, and the small print."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from zhaohu.i18n import _, format_date, pgettext
from zhaohu.paper.sheet import GREY, Sheet
from zhaohu.paper.table import PAD, Column, table
from zhaohu.paper.text import LEADING, Piece, flow, wrap
from zhaohu.rules.growth.terms import Standard
from zhaohu.rules.growth.words import standard_title

NOTE = 7.5
SIGN_ROOM = 38.0
"""Height of the line for signatures."""
_PARTICULARS = 9.0


@dataclass(frozen=True, slots=True)
class Particulars:
    """Whose growth it is.

    Args:
        child_name: The child's name.
        sex: Sex in words.
        birth_date: Day of birth.
        gestation: Weeks of gestation in words; empty when not known.
        file_number: Number of the health record; empty when there is none.
    """

    child_name: str
    sex: str
    birth_date: date
    gestation: str = ""
    file_number: str = ""


def draw_head(sheet: Sheet, title: str, standard: Standard, who: Particulars) -> float:
    """Draw the title, the standard beneath it and whose growth it is; returns the y below them."""
    y = sheet.heading(title)
    sheet.text(sheet.left + sheet.width / 2, y - 3, standard_title(standard), 9, align="center", grey=GREY)
    return draw_particulars(sheet, y - 10, who) - 4


def labelled(pairs: Sequence[tuple[str, str]]) -> list[Piece]:
    """Labels with their values, to flow into lines; what has no value is left out."""
    return [
        piece
        for label, value in pairs
        if value
        for piece in (
            Piece(_("{label}:").format(label=label) + " ", keep=True),
            Piece(value, bold=True, keep=True),
            Piece("    "),
        )
    ]


def draw_particulars(sheet: Sheet, y: float, who: Particulars) -> float:
    """Draw whose growth it is, in as many lines as the names need; returns the y below them."""
    pairs = [
        (pgettext("growth chart", "Name"), who.child_name),
        (pgettext("growth chart", "Sex"), who.sex),
        (pgettext("growth chart", "Date of birth"), format_date(who.birth_date)),
        (pgettext("growth chart", "Gestation at birth"), who.gestation),
        (pgettext("growth chart", "File number"), who.file_number),
    ]
    lines = flow(labelled(pairs), sheet.width, _PARTICULARS)
    sheet.flowed(sheet.left, y - _PARTICULARS, lines, _PARTICULARS)
    return y - len(lines) * _PARTICULARS * LEADING


def note_lines(notes: Sequence[str], width: float) -> list[str]:
    """The small print in lines of `width` points."""
    return [line for note in notes for line in wrap(note, width, NOTE)]


def draw_notes(sheet: Sheet, y: float, lines: Sequence[str]) -> float:
    """Draw small print from y down; returns the y below it."""
    sheet.lines(sheet.left, y - NOTE, lines, NOTE, grey=GREY)
    return y - notes_height(lines)


def notes_height(lines: Sequence[str]) -> float:
    """How high small print is."""
    return len(lines) * NOTE * LEADING


def row_height(columns: Sequence[Column], rows: Sequence[Sequence[str]], least: float, size: float) -> float:
    """How high rows must be so that every cell can be set at `size`, and no less than `least`."""
    lines = max(
        len(wrap(text, column.width - 2 * PAD, size)) for row in rows for column, text in zip(columns, row, strict=True)
    )
    return max(least, lines * size * LEADING + 2)


def draw_measurements(
    sheet: Sheet,
    y: float,
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    notes: Sequence[str],
    *,
    row_height: float,
    sizes: tuple[float, ...],
    head: Callable[[], float],
) -> None:
    """Draw the table from y down, on as many pages as it needs; small print and signatures follow its last rows.

    Args:
        sheet: The page.
        y: The upper edge.
        columns: Of the table.
        rows: Of the table.
        notes: Lines of small print.
        row_height: In points.
        sizes: Type of the cells.
        head: Draws the head of a further page; returns the y below it.
    """
    below = notes_height(notes) + SIGN_ROOM
    while (len(rows) + 1) * row_height + below > y - sheet.bottom:
        fitting = max(0, min(int((y - sheet.bottom) / row_height), len(rows)) - 1)
        if fitting:
            table(sheet, y, columns, rows[:fitting], row_height=row_height, sizes=sizes)
        rows = rows[fitting:]
        sheet.next_page()
        y = head() - 4
    y = table(sheet, y, columns, rows, row_height=row_height, sizes=sizes)
    y = draw_notes(sheet, y - 3, notes)
    sheet.signature(sheet.left, y - 24, _("Assessed by (signature)"), 250)
    sheet.signature(sheet.left + 300, y - 24, _("Date"), 150)
