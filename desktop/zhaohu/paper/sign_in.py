"""The sign-in sheet of a parenting class: who is expected stands in it, everybody signs, empty rows for the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from zhaohu.i18n import _, format_date, ngettext, pgettext
from zhaohu.paper.fonts import text_width
from zhaohu.paper.sheet import HAIR, Imprint, Sheet, render
from zhaohu.paper.table import Column, cell, table

ROWS = 22
"""Rows on a page; the forms in use have 20 to 25."""
ROW = 25.0


@dataclass(frozen=True, slots=True)
class Attendee:
    """A family that is expected; the phone number as it may be shown (masked)."""

    child_name: str
    months: str
    guardian: str
    relation: str
    village: str
    phone: str


@dataclass(frozen=True, slots=True)
class SignIn:
    """What a sign-in sheet prints.

    Args:
        kind: Kind of activity in words, such as 家长课堂.
        topic: What it is about.
        starts: When it begins, local time.
        ends: When it ends; None when that is open.
        place: Where.
        teacher: Who teaches.
        attendees: Families that are expected.
        blank_rows: Empty rows at least; the last page is filled up with them.
    """

    kind: str
    topic: str
    starts: datetime
    ends: datetime | None
    place: str
    teacher: str
    attendees: tuple[Attendee, ...] = ()
    blank_rows: int = 3


def sign_in(values: SignIn, imprint: Imprint) -> bytes:
    """The sign-in sheet as a PDF.

    Raises:
        Refused: The fonts have not been fetched.
    """
    return render(_("Class sign-in sheet"), imprint, lambda sheet: _draw(sheet, values))


def _draw(sheet: Sheet, values: SignIn) -> None:
    filled = [(a.child_name, a.months, a.guardian, a.relation, a.village, a.phone, "") for a in values.attendees]
    pages = max(1, -(-(len(filled) + values.blank_rows) // ROWS))
    rows = filled + [("",) * 7] * (pages * ROWS - len(filled))
    for page in range(pages):
        if page:
            sheet.next_page()
        first = page * ROWS
        numbered = [(str(first + n), *row) for n, row in enumerate(rows[first : first + ROWS], 1)]
        y = table(sheet, _head(sheet, values), _columns(), numbered, row_height=ROW)
    _foot(sheet, values, y)


def _head(sheet: Sheet, values: SignIn) -> float:
    """Title and what the class is; returns the y where the table begins."""
    y = sheet.heading(_("{kind}: sign-in sheet").format(kind=values.kind)) - 2
    start, end = values.starts, values.ends
    moment = f"{format_date(start.date())} {start:%H:%M}" + (f"～{end:%H:%M}" if end else "")
    half = sheet.width / 2
    for left, right in (
        ((pgettext("sign-in sheet", "Time"), moment), (pgettext("sign-in sheet", "Place"), values.place)),
        ((pgettext("sign-in sheet", "Topic"), values.topic), (pgettext("sign-in sheet", "Teacher"), values.teacher)),
    ):
        for x, (label, value) in ((sheet.left, left), (sheet.left + half, right)):
            head = _("{label}:").format(label=label)
            sheet.text(x, y - 12, head, 10)
            start_x = x + text_width(head, 10) + 2
            cell(sheet, start_x, y, half - text_width(head, 10) - 12, 18, value)
            sheet.rule(start_x, y - 15, x + half - 10, y - 15, HAIR)
        y -= 20
    return y - 4


def _foot(sheet: Sheet, values: SignIn, y: float) -> None:
    """Totals, to be filled in by hand, and who answers for them."""
    expected = ngettext("{n} family expected", "{n} families expected", len(values.attendees))
    y -= 20
    sheet.text(sheet.left, y, expected.format(n=len(values.attendees)), 9.5)
    sheet.signature(sheet.left + 100, y, _("Families present"), 120)
    sheet.signature(sheet.left + 240, y, _("Persons present"), 120)
    y -= 22
    sheet.signature(sheet.left, y, _("Teacher (signature)"), 170)
    sheet.signature(sheet.left + 200, y, _("Responsible person (signature)"), 180)
    sheet.signature(sheet.left + 410, y, _("Date"), 145)


def _columns() -> tuple[Column, ...]:
    return (
        Column(pgettext("sign-in sheet", "No."), 28),
        Column(pgettext("sign-in sheet", "Child"), 76),
        Column(pgettext("sign-in sheet", "Age in months"), 40),
        Column(pgettext("sign-in sheet", "Guardian"), 76),
        Column(pgettext("sign-in sheet", "Relation"), 54),
        Column(pgettext("sign-in sheet", "Village"), 98),
        Column(pgettext("sign-in sheet", "Phone"), 82),
        Column(pgettext("sign-in sheet", "Signature"), Sheet.width - 454),
    )
