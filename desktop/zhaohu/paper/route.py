"""The route list of a day (入户路线单): lying A4, village by village, with room to note what came of each visit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from zhaohu.i18n import _, format_number, ngettext, pgettext
from zhaohu.paper.sheet import GREY, HAIR, THIN, Imprint, LyingSheet, Sheet, render
from zhaohu.paper.table import Column, cell
from zhaohu.paper.text import LEADING, wrap

ROW, LINE = 36.0, 11.0
"""Height of a child's row, and how much it grows for each further line of what is due."""
VILLAGE_ROW, HEAD_ROW = 16.0, 18.0
_TITLE = 15.0
_TOP = LyingSheet.top - _TITLE - 34
_ROOM = _TOP - LyingSheet.bottom - HEAD_ROW
_SIZES = (9.0, 8.0, 7.0, 6.0, 5.0)
_DUE_WIDTH = 206.0
_USUAL_LINES = 3


@dataclass(frozen=True, slots=True)
class Stop:
    """A child to see, every part as it is printed.

    Args:
        village: Where it lives; stops of a village stand together.
        name: The child's name.
        about: Sex and age.
        due: What is due, a line for each contact.
        carer: Who looks after it, and how they are related.
        phone: The telephone in full, or that no calls are wanted.
        address: The address within the village.
        growth: What its last measurement came to, and when it was.
        risks: Risk factors; empty for none.
    """

    village: str
    name: str
    about: str
    due: tuple[str, ...]
    carer: str
    phone: str
    address: str
    growth: str
    risks: str


@dataclass(frozen=True, slots=True)
class Route:
    """What the route list prints.

    Args:
        station: Whose list it is.
        day: For which day, in words.
        teacher: Who goes; empty when that is not settled.
        contacts: How many contacts are due.
        stops: The children in the order of the way.
    """

    station: str
    day: str
    teacher: str
    contacts: int
    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class _Village:
    name: str
    children: int
    goes_on: bool


_Line = _Village | tuple[int, Stop]


def route(values: Route, imprint: Imprint) -> bytes:
    """The route list as a PDF.

    Raises:
        Refused: The fonts have not been fetched.
    """
    return render(_("Route list"), imprint, lambda sheet: _draw(sheet, values), page=LyingSheet)


def _draw(sheet: Sheet, values: Route) -> None:
    for number, lines in enumerate(_paged(values.stops)):
        if number:
            sheet.next_page()
        _draw_page(sheet, values, lines)


def _paged(stops: Sequence[Stop]) -> Iterator[list[_Line]]:
    """The lines of each page; no village's name is the last line of a page, and a village that goes on says so."""
    page: list[_Line] = []
    left = _ROOM
    number = 0
    for name, group in groupby(stops, key=lambda stop: stop.village):
        members = list(group)
        for place, stop in enumerate(members):
            number += 1
            height = _height(stop)
            if page and left < height + (VILLAGE_ROW if place == 0 else 0.0):
                yield page
                page, left = [], _ROOM
            if place == 0 or not page:
                page.append(_Village(name, len(members), goes_on=place > 0))
                left -= VILLAGE_ROW
            page.append((number, stop))
            left -= height
    yield page


def _height(stop: Stop) -> float:
    lines = sum(len(wrap(line, _DUE_WIDTH - 6, 8.0)) for line in stop.due)
    return min(ROW + LINE * max(0, lines - _USUAL_LINES), _ROOM - VILLAGE_ROW)


def _draw_page(sheet: Sheet, values: Route, lines: Sequence[_Line]) -> None:
    sheet.heading(_("Route list"), _TITLE)
    y = _TOP + 8
    sheet.text(sheet.left, y, "　".join(filter(None, (values.station, values.day, _goes(values), _totals(values)))), 9)
    care = _("Holds personal information of minors: keep it locked away.")
    sheet.text(sheet.right, y, care, 8, align="right", grey=GREY)
    columns = _columns()
    y = _TOP
    sheet.shade(sheet.left, y - HEAD_ROW, sheet.width, HEAD_ROW)
    x = sheet.left
    for column in columns:
        cell(sheet, x, y, column.width, HEAD_ROW, column.title, align="center", sizes=_SIZES[1:])
        x += column.width
    y -= HEAD_ROW
    below = _TOP
    for line in lines:
        if isinstance(line, _Village):
            _draw_columns(sheet, below, y, columns)
            sheet.shade(sheet.left, y - VILLAGE_ROW, sheet.width, VILLAGE_ROW, 0.97)
            sheet.text(sheet.left + 4, y - VILLAGE_ROW + 5, _village_words(line), 8.5, bold=True)
            sheet.rule(sheet.left, y, sheet.right, y, HAIR)
            below = y = y - VILLAGE_ROW
        else:
            number, stop = line
            _draw_stop(sheet, y, columns, number, stop)
            y -= _height(stop)
        sheet.rule(sheet.left, y, sheet.right, y, HAIR)
    _draw_columns(sheet, below, y, columns)
    sheet.frame(sheet.left, y, sheet.width, _TOP - y, THIN)


def _draw_stop(sheet: Sheet, y: float, columns: Sequence[Column], number: int, stop: Stop) -> None:
    height = _height(stop)
    texts = [
        str(number),
        "\n".join((stop.name, stop.about)),
        "\n".join(stop.due),
        "\n".join(filter(None, (stop.carer, stop.phone))),
        stop.address,
        "\n".join(filter(None, (stop.growth, stop.risks))),
    ]
    x = sheet.left
    for column, text in zip(columns, texts, strict=False):
        cell(sheet, x, y, column.width, height, text, align=column.align, sizes=_SIZES)
        x += column.width
    words = (
        pgettext("route list", "done"),
        pgettext("route list", "not at home"),
        pgettext("route list", "refused"),
        pgettext("route list", "another day"),
        pgettext("route list", "other"),
    )
    room = sheet.right - x - 8
    offered = wrap("  ".join(f"□{word}" for word in words), room, 8.0)
    sheet.lines(x + 4, y - 12, offered, 8)
    sheet.rule(x + 4, y - height + 6, sheet.right - 4, y - height + 6, HAIR, GREY)
    if height - 12 - len(offered) * 8 * LEADING > 26:
        sheet.rule(x + 4, y - height + 20, sheet.right - 4, y - height + 20, HAIR, GREY)


def _goes(values: Route) -> str:
    return _("Teacher: {name}").format(name=values.teacher or "____________")


def _totals(values: Route) -> str:
    children, contacts = len(values.stops), values.contacts
    return _(", ").join(
        (
            ngettext("{n} child", "{n} children", children).format(n=format_number(children)),
            ngettext("{n} contact", "{n} contacts", contacts).format(n=format_number(contacts)),
        )
    )


def _village_words(village: _Village) -> str:
    name = village.name or _("No village entered")
    count = ngettext("{n} child", "{n} children", village.children).format(n=village.children)
    return "　".join([name, count, *([_("(continued)")] if village.goes_on else [])])


def _draw_columns(sheet: Sheet, top: float, bottom: float, columns: Sequence[Column]) -> None:
    """Draw the lines between columns, from one height to another."""
    x = sheet.left
    for column in columns[:-1]:
        x += column.width
        sheet.rule(x, top, x, bottom, HAIR)


def _columns() -> tuple[Column, ...]:
    return (
        Column(pgettext("register", "No."), 26),
        Column(_("Child"), 84),
        Column(pgettext("route list", "Due"), _DUE_WIDTH, "left"),
        Column(_("Caregiver, phone"), 92),
        Column(pgettext("register", "Address"), 112, "left"),
        Column(_("Growth, risks"), 106, "left"),
        Column(pgettext("route list", "What came of it"), LyingSheet.width - 626),
    )
