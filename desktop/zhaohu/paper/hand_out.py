"""The guidance hand-out that a family takes home (养育指导单): one page of large plain words, the curve, the next date.

Type and curves give way to each other within limits; what still does not stand on the page is refused with the number
of lines that are too many, so that nothing is ever cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from zhaohu.errors import Refused
from zhaohu.i18n import _, format_date, ngettext, pgettext
from zhaohu.paper.chart import draw_chart
from zhaohu.paper.family_growth import FamilyTile, plain_chart
from zhaohu.paper.fonts import text_width
from zhaohu.paper.growth_parts import Particulars, labelled
from zhaohu.paper.sheet import GREY, HAIR, PALE, THIN, Imprint, Sheet, render
from zhaohu.paper.text import LEADING, flow, wrap
from zhaohu.rules.growth.curves.chart import ChartGeometry

SIZES = (18.0, 17.0, 16.0, 15.0, 14.5, 14.0, 13.5, 13.0, 12.5, 12.0)
"""Type of what the family reads; never less than 12."""
CURVES_LEAST, CURVES_WANTED, CURVES_MOST = 104.0, 150.0, 230.0
TITLE = 22.0
TILE_HEIGHT = 40.0
PAD = 6.0
GAP = 7.0
SIGN_ROOM = 26.0
_MARK = "· "
_OPENING = (15.0, 14.0, 13.0, 12.5, 12.0, 11.5, 11.0)


@dataclass(frozen=True, slots=True)
class HandOutBlock:
    """A heading and its lines."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HandOut:
    """What the page says; texts as printed, empty where there is nothing to say.

    Args:
        who: Whose page it is.
        on: The day it is about.
        age: Age on that day.
        corrected: A sentence about the corrected age; empty for term children.
        tiles: What was measured, with plain words.
        measured_on: The day of measuring, when it is another one.
        charts: Up to two curves.
        verdict: How the child grows, in a word.
        good: What goes well.
        attend: What to see to.
        own: The teacher's own words.
        blocks: Guidance by topic.
        vaccinations: What is due next.
        next_visit: Day, what for and where, as far as known.
        contact: Station and telephone.
        teacher: Who guided the family.
        refused: Instead of guidance: that the family wants none.
    """

    who: Particulars
    on: date
    age: str
    corrected: str
    tiles: tuple[FamilyTile, ...]
    measured_on: date | None
    charts: tuple[ChartGeometry, ...]
    verdict: str
    good: tuple[str, ...]
    attend: tuple[str, ...]
    own: str
    blocks: tuple[HandOutBlock, ...]
    vaccinations: tuple[str, ...]
    next_visit: str
    contact: str
    teacher: str
    refused: str = ""


def hand_out(values: HandOut, imprint: Imprint) -> bytes:
    """The page as a PDF.

    Raises:
        Refused: More than a page (`too_much`; `lines` in the details), or the fonts have not been fetched.
    """
    over = -spare_lines(values)
    if over > 0:
        message = ngettext(
            "This is {n} line more than the page holds. Take a line off.",
            "These are {n} lines more than the page holds. Take some lines off.",
            over,
        )
        raise Refused(message.format(n=over), code="too_much", lines=over)
    return render(_("Guidance for the family"), imprint, lambda sheet: _draw(sheet, values))


def spare_lines(values: HandOut) -> int:
    """How many lines of the smallest type are still free; below 0: how many are too many."""
    least = CURVES_LEAST if values.charts else 0.0
    left = _room() - _height(values, SIZES[-1]) - least
    return int(left // (SIZES[-1] * LEADING))


def _room() -> float:
    return Sheet.top - TITLE - 12 - Sheet.bottom - SIGN_ROOM


def _fitted(values: HandOut) -> tuple[float, float]:
    """The type of the words and the height of the curves: large type first, then the curves."""
    wanted = CURVES_WANTED if values.charts else 0.0
    for size in SIZES:
        left = _room() - _height(values, size)
        if left >= wanted:
            break
    return size, min(left, CURVES_MOST) if values.charts else 0.0


def _draw(sheet: Sheet, values: HandOut) -> None:
    y = sheet.heading(_("Guidance for the family"), TITLE) + 2
    size, curves = _fitted(values)
    for part in _parts(values, size):
        y = part.draw(sheet, y)
        if part.before_curves and values.charts:
            y = _curves(sheet, y, values.charts, curves)
    foot = sheet.bottom + 8
    sheet.signature(sheet.left, foot, _("Guidance teacher (signature)"), 220, values.teacher)
    sheet.signature(sheet.left + 235, foot, _("Family (signature)"), 180)
    sheet.signature(sheet.left + 430, foot, _("Date"), sheet.width - 430)


def _height(values: HandOut, size: float) -> float:
    return sum(part.height for part in _parts(values, size))


class _Part:
    """A stretch of the page: how high it is, and how it is drawn."""

    before_curves = False
    height = 0.0

    def draw(self, sheet: Sheet, y: float) -> float:
        """Draw it below y; returns the y below it."""
        raise NotImplementedError


class _Opening(_Part):
    """Who, how old, and when."""

    def __init__(self, values: HandOut, size: float) -> None:
        pairs = [
            (pgettext("growth chart", "Name"), values.who.child_name),
            (pgettext("growth chart", "Sex"), values.who.sex),
            (pgettext("growth chart", "Date of birth"), format_date(values.who.birth_date)),
            (pgettext("growth chart", "Age"), values.age),
            (_("Day"), format_date(values.on)),
        ]
        pieces = labelled(pairs)[:-1]  # without the gap behind the last
        sizes = [one for one in _OPENING if one <= size + 1]
        self._size, self._lines = next(
            ((one, lines) for one in sizes if len(lines := flow(pieces, Sheet.width, one)) == 1),
            (sizes[-1], flow(pieces, Sheet.width, sizes[-1])),
        )
        self.height = len(self._lines) * self._size * LEADING + 4

    def draw(self, sheet: Sheet, y: float) -> float:
        sheet.flowed(sheet.left, y - self._size, self._lines, self._size)
        return y - self.height


class _Tiles(_Part):
    """What was measured, with a word for each."""

    before_curves = True

    def __init__(self, values: HandOut) -> None:
        self._tiles = [tile for tile in values.tiles if tile.value or tile.word]
        notes = [values.corrected]
        if values.measured_on is not None and self._tiles:
            notes.append(_("Measured on {day}.").format(day=format_date(values.measured_on)))
        self._notes = wrap(" ".join(note for note in notes if note), Sheet.width, 10.0) if any(notes) else []
        self.height = (TILE_HEIGHT + GAP if self._tiles else 0.0) + len(self._notes) * 10.0 * LEADING

    def draw(self, sheet: Sheet, y: float) -> float:
        if self._tiles:
            width = (sheet.width - GAP * (len(self._tiles) - 1)) / len(self._tiles)
            for number, tile in enumerate(self._tiles):
                self._tile(sheet, sheet.left + number * (width + GAP), y, width, tile)
            y -= TILE_HEIGHT + GAP
        sheet.lines(sheet.left, y - 10, self._notes, 10)
        return y - len(self._notes) * 10.0 * LEADING

    def _tile(self, sheet: Sheet, x: float, y: float, width: float, tile: FamilyTile) -> None:
        sheet.frame(x, y - TILE_HEIGHT, width, TILE_HEIGHT, THIN)
        inner = width - 2 * PAD
        sheet.text(x + PAD, y - 14, tile.label, 10.5)
        change = _fitting(tile.change, inner - text_width(tile.label, 10.5) - 6, (8.5, 7.5, 6.5))
        if change is not None:
            sheet.text(x + width - PAD, y - 14, tile.change, change, align="right", grey=GREY)
        words = "  ".join(part for part in (tile.value, tile.word) if part)
        size = _fitting(words, inner, (15.0, 14.0, 13.0, 12.0, 11.0, 10.0, 9.0, 8.0)) or 8.0
        sheet.text(x + PAD, y - 33, words, size, bold=True)


class _Words(_Part):
    """A heading at the left, and its lines beside it, each with a mark."""

    def __init__(self, title: str, lines: Sequence[str], size: float, lead: float, *, strong: bool = False) -> None:
        self._title, self._size, self._lead, self._strong = title, size, lead, strong
        inner = Sheet.width - self._lead - text_width(_MARK, size) - PAD
        self._lines = [wrap(line, inner, size, bold=strong) for line in lines]
        self.height = sum(len(one) for one in self._lines) * size * LEADING + 5

    def draw(self, sheet: Sheet, y: float) -> float:
        step, size = self._size * LEADING, self._size
        if self._strong:
            sheet.shade(sheet.left, y - self.height + 2, sheet.width, self.height - 2, PALE)
        sheet.text(sheet.left + PAD / 2, y - size - 1, self._title, size, bold=True)
        baseline = y - size - 1
        for lines in self._lines:
            sheet.text(sheet.left + self._lead, baseline, _MARK, size, bold=self._strong)
            left = sheet.left + self._lead + text_width(_MARK, size)
            sheet.lines(left, baseline, lines, size, bold=self._strong)
            baseline -= len(lines) * step
        if not self._strong:
            sheet.rule(sheet.left, y - self.height + 1, sheet.right, y - self.height + 1, HAIR, GREY)
        return y - self.height


class _Next(_Part):
    """The frame with the next visit, and where to ask."""

    def __init__(self, values: HandOut, size: float) -> None:
        self._size = size
        day = values.next_visit or _("____ year __ month __ day")
        inner = Sheet.width - 2 * PAD
        self._next = wrap(_("Next time: {day}").format(day=day), inner, size + 1, bold=True)
        self._contact = wrap(values.contact, inner, size)
        self.height = len(self._next) * (size + 1) * LEADING + len(self._contact) * size * LEADING + 2 * PAD + GAP

    def draw(self, sheet: Sheet, y: float) -> float:
        y -= GAP
        sheet.frame(sheet.left, y - self.height + GAP, sheet.width, self.height - GAP, THIN)
        sheet.lines(sheet.left + PAD, y - PAD - self._size, self._next, self._size + 1, bold=True)
        lower = y - PAD - len(self._next) * (self._size + 1) * LEADING
        sheet.lines(sheet.left + PAD, lower - self._size, self._contact, self._size)
        return y - self.height + GAP


def _parts(values: HandOut, size: float) -> list[_Part]:
    """The page from top to bottom, without the curves."""
    plain = [
        (_("Growth"), (values.verdict,) if values.verdict else ()),
        (_("Well done"), values.good),
        (_("Please note"), values.attend),
        (_("In person"), (values.own,) if values.own else ()),
        (_("Guidance"), (values.refused,) if values.refused else ()),
        *((block.title, block.lines) for block in values.blocks),
        (_("Vaccination"), values.vaccinations),
    ]
    told = [(title, lines) for title, lines in plain if lines]
    lead = max((text_width(title, size, bold=True) for title, _lines in told), default=0.0) + 2 * PAD
    words = [_Words(title, lines, size, lead, strong=lines is values.attend) for title, lines in told]
    return [_Opening(values, size), _Tiles(values), *words, _Next(values, size)]


def _curves(sheet: Sheet, y: float, charts: Sequence[ChartGeometry], height: float) -> float:
    width = sheet.width / len(charts)
    for number, chart in enumerate(charts):
        x = sheet.left + number * width
        draw_chart(sheet, plain_chart(chart), x, y - height, width, height)
    return y - height


def _fitting(text: str, room: float, sizes: Sequence[float]) -> float | None:
    """The largest size at which the text stands in the room; None when none does."""
    return next((size for size in sizes if text and text_width(text, size, bold=True) <= room), None)
