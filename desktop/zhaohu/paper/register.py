"""The register of children (儿童台账): lying A4, by village, for the station's own use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from zhaohu.i18n import _, format_number, ngettext, pgettext
from zhaohu.paper.sheet import GREY, HAIR, THIN, Imprint, LyingSheet, Sheet, render
from zhaohu.paper.table import Column, cell

ROW, VILLAGE_ROW, HEAD_ROW = 20.0, 16.0, 20.0
SIZES = (8.0, 7.0, 6.0, 5.0)
_TITLE = 15.0
_TOP = LyingSheet.top - _TITLE - 34
"""Where the table begins, below the title and what is listed."""
_ROOM = _TOP - LyingSheet.bottom - HEAD_ROW


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One child, every part as it is printed; the phone in full."""

    village: str
    name: str
    sex: str
    birth_date: str
    age: str
    address: str
    guardian: str
    phone: str
    gestation: str
    birth_weight: str
    risks: str
    consent: str
    status: str


@dataclass(frozen=True, slots=True)
class Register:
    """What the register prints.

    Args:
        station: Whose register it is.
        listed: What was asked for, in words, such as the filters of the list.
        day: The day it tells of, in words.
        rows: The children in their order, those of a village together.
    """

    station: str
    listed: str
    day: str
    rows: tuple[RegisterRow, ...]


@dataclass(frozen=True, slots=True)
class _Village:
    """The line above a village's children; `goes_on` when the page before has some of them."""

    name: str
    children: int
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class _Child:
    number: int
    row: RegisterRow


_Line = _Village | _Child


def register(
    values: Register, imprint: Imprint, progress: Callable[[int, int], object] = lambda _done, _total: None
) -> bytes:
    """The register as a PDF.

    Args:
        values: What it prints.
        imprint: What stands at the foot.
        progress: Told after each page how many of how many are drawn; may raise to give up.

    Raises:
        Refused: The fonts have not been fetched.
    """
    pages = _paged(values.rows)

    def draw(sheet: Sheet) -> None:
        for number, lines in enumerate(pages):
            if number:
                sheet.next_page()
            _draw_page(sheet, values, lines)
            progress(number + 1, len(pages))

    return render(_("Register of children"), imprint, draw, page=LyingSheet, pages=len(pages))


def _paged(rows: Sequence[RegisterRow]) -> list[list[_Line]]:
    """The lines of each page; no village's line is the last of a page, and a village that goes on says so."""
    pages: list[list[_Line]] = [[]]
    left = _ROOM
    number = 0
    for name, group in groupby(rows, key=lambda row: row.village):
        members = list(group)
        if left < VILLAGE_ROW + ROW:
            pages.append([])
            left = _ROOM
        pages[-1].append(_Village(name, len(members)))
        left -= VILLAGE_ROW
        for row in members:
            if left < ROW:
                pages.append([_Village(name, len(members), goes_on=True)])
                left = _ROOM - VILLAGE_ROW
            number += 1
            pages[-1].append(_Child(number, row))
            left -= ROW
    return pages


def _draw_page(sheet: Sheet, values: Register, lines: Sequence[_Line]) -> None:
    sheet.heading(_("Register of children"), _TITLE)
    y = _TOP + 8
    count = ngettext("{n} child", "{n} children", len(values.rows)).format(n=format_number(len(values.rows)))
    sheet.text(sheet.left, y, "　".join(part for part in (values.station, values.listed, count) if part), 9)
    care = _("Holds personal information of minors: keep it locked away.")
    sheet.text(sheet.right, y, f"{values.day}　{care}", 8, align="right", grey=GREY)
    columns = _columns()
    y = _TOP
    sheet.shade(sheet.left, y - HEAD_ROW, sheet.width, HEAD_ROW)
    _draw_cells(sheet, y, HEAD_ROW, columns, [column.title for column in columns], heads=True)
    y -= HEAD_ROW
    below = _TOP  # where the columns' lines begin that were not drawn yet
    for line in lines:
        if isinstance(line, _Village):
            _draw_columns(sheet, below, y, columns)
            sheet.shade(sheet.left, y - VILLAGE_ROW, sheet.width, VILLAGE_ROW, 0.97)
            sheet.text(sheet.left + 4, y - VILLAGE_ROW + 5, _village_words(line), 8.5, bold=True)
            sheet.rule(sheet.left, y, sheet.right, y, HAIR)
            below = y = y - VILLAGE_ROW
        else:
            _draw_cells(sheet, y, ROW, columns, _texts(line))
            y -= ROW
        sheet.rule(sheet.left, y, sheet.right, y, HAIR)
    _draw_columns(sheet, below, y, columns)
    sheet.frame(sheet.left, y, sheet.width, _TOP - y, THIN)


def _village_words(village: _Village) -> str:
    name = village.name or _("No village entered")
    count = ngettext("{n} child", "{n} children", village.children).format(n=village.children)
    return "　".join([name, count, *([_("(continued)")] if village.goes_on else [])])


def _draw_cells(
    sheet: Sheet, y: float, height: float, columns: Sequence[Column], texts: Sequence[str], *, heads: bool = False
) -> None:
    x = sheet.left
    for column, text in zip(columns, texts, strict=True):
        cell(sheet, x, y, column.width, height, text, align="center" if heads else column.align, sizes=SIZES)
        x += column.width


def _draw_columns(sheet: Sheet, top: float, bottom: float, columns: Sequence[Column]) -> None:
    """Draw the lines between columns, from one height to another."""
    x = sheet.left
    for column in columns[:-1]:
        x += column.width
        sheet.rule(x, top, x, bottom, HAIR)


def _texts(line: _Child) -> list[str]:
    row = line.row
    return [
        str(line.number), row.name, row.sex, row.birth_date, row.age, row.village, row.address, row.guardian,
        row.phone, row.gestation, row.birth_weight, row.risks, row.consent, row.status,
    ]  # fmt: skip


def _columns() -> tuple[Column, ...]:
    return (
        Column(pgettext("register", "No."), 28),
        Column(pgettext("register", "Name"), 66),
        Column(pgettext("register", "Sex"), 22),
        Column(pgettext("register", "Born on"), 54),
        Column(pgettext("register", "Age in months"), 28),
        Column(pgettext("register", "Village"), 62),
        Column(pgettext("register", "Address"), LyingSheet.width - 666, "left"),
        Column(pgettext("register", "Guardian"), 70),
        Column(pgettext("register", "Phone"), 68),
        Column(pgettext("register", "Gestation"), 36),
        Column(pgettext("register", "Birth weight (g)"), 40),
        Column(pgettext("register", "Risk factors"), 92, "left"),
        Column(pgettext("register", "Consent"), 50),
        Column(pgettext("register", "Status"), 50),
    )
