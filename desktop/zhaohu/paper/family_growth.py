"""The sheet that a family takes home: how the child is growing, in plain words on one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from zhaohu.i18n import _, format_date, pgettext
from zhaohu.paper.chart import draw_chart
from zhaohu.paper.fonts import text_width
from zhaohu.paper.growth_parts import Particulars, labelled
from zhaohu.paper.sheet import GREY, HAIR, THIN, Imprint, Sheet, render
from zhaohu.paper.text import LEADING, Line, Piece, fit, flow, wrap
from zhaohu.rules.growth.curves.chart import ChartGeometry, LineKind

SIZES = (13.0, 12.0, 11.0, 10.0, 9.0, 8.0)
"""Type of the sentences; the largest that leaves the charts their height is taken."""
CHARTS_LEAST, CHARTS_MOST = 160.0, 330.0
TILE_HEIGHT = 112.0
PAD = 6.0
SIGN_ROOM = 34.0
GAP = 8.0


@dataclass(frozen=True, slots=True)
class FamilyTile:
    """One measure of the day; texts as printed, empty where there is none.

    Args:
        label: What was measured.
        value: With unit; empty to leave a blank for writing.
        unit: The unit, for a blank to write on.
        word: What it means in one or two words, such as 中等.
        change: What it changed by since it was last measured.
        meaning: The same compared with other children, in a sentence.
        official: The official grade, in small print.
    """

    label: str
    value: str
    unit: str
    word: str = ""
    change: str = ""
    meaning: str = ""
    official: str = ""


@dataclass(frozen=True, slots=True)
class FamilyGrowth:
    """What the family's sheet prints.

    Args:
        who: Whose growth it is.
        on: The day of measuring; None for a sheet to be filled in by hand.
        age: Age on that day.
        corrected: A sentence about the corrected age; empty for term children.
        tiles: What was measured.
        charts: One or two curves.
        verdict: How the child is growing, in a word; empty when too little is known.
        sentences: What was found and what to do, in plain words.
        next_check: Day of the next check; None leaves a blank.
        worried: Where to go when worried.
    """

    who: Particulars
    on: date | None
    age: str
    corrected: str
    tiles: tuple[FamilyTile, ...]
    charts: tuple[ChartGeometry, ...]
    verdict: str
    sentences: tuple[str, ...]
    next_check: date | None
    worried: tuple[str, ...]


def family_growth(values: FamilyGrowth, imprint: Imprint) -> bytes:
    """The family's sheet as a PDF of one A4 page.

    Raises:
        Refused: The fonts have not been fetched.
    """
    return render(_("Notice of a child's growth"), imprint, lambda sheet: _draw(sheet, values))


def _draw(sheet: Sheet, values: FamilyGrowth) -> None:
    y = sheet.heading(_("Notice of a child's growth"), 22) - 2
    size, charts = _fitted(values, y - sheet.bottom)
    y = _opening(sheet, y, values, size) - GAP
    y = _tiles(sheet, y, values.tiles) - GAP
    y = _charts(sheet, y, values, charts)
    y = _verdict(sheet, y, values, size)
    _worried(sheet, y, values, size)
    foot = sheet.bottom + 10
    sheet.signature(sheet.left, foot, _("Guidance teacher (signature)"), 200)
    sheet.signature(sheet.left + 215, foot, _("Family (signature)"), 190)
    sheet.signature(sheet.left + 420, foot, _("Date"), sheet.width - 420)


def _fitted(values: FamilyGrowth, room: float) -> tuple[float, float]:
    """The type of the sentences, and the height left for the charts, where `room` points are left in all."""
    room -= SIGN_ROOM + TILE_HEIGHT + 4 * GAP
    for size in SIZES:
        texts = _height(_opening_lines(values, size), size + 1)
        texts += _height(_verdict_lines(values, size), size) + (size + 6) * LEADING + 2 * PAD
        texts += _height(_worried_lines(values, size), size) + (size + 1) * LEADING
        left = room - texts - _height(_key_lines(values), 8.0)
        if left >= CHARTS_LEAST:
            break
    return size, min(max(left, CHARTS_LEAST), CHARTS_MOST)


def _height(lines: Sequence[object], size: float) -> float:
    return len(lines) * size * LEADING


def _opening_lines(values: FamilyGrowth, size: float) -> list[Line]:
    """Who, when and how old."""
    pairs = [
        (pgettext("growth chart", "Name"), values.who.child_name),
        (pgettext("growth chart", "Sex"), values.who.sex),
        (pgettext("growth chart", "Date of birth"), format_date(values.who.birth_date)),
        (pgettext("growth chart", "Measured on"), format_date(values.on) or "_" * 16),
        (pgettext("growth chart", "Age"), values.age),
    ]
    lines = flow(labelled(pairs), Sheet.width, size + 1)
    return lines + flow([Piece(values.corrected)], Sheet.width, size + 1) if values.corrected else lines


def _opening(sheet: Sheet, y: float, values: FamilyGrowth, size: float) -> float:
    lines = _opening_lines(values, size)
    sheet.flowed(sheet.left, y - size - 1, lines, size + 1)
    return y - _height(lines, size + 1)


def _tiles(sheet: Sheet, y: float, tiles: Sequence[FamilyTile]) -> float:
    width = (sheet.width - GAP * (len(tiles) - 1)) / len(tiles)
    for number, tile in enumerate(tiles):
        _tile(sheet, sheet.left + number * (width + GAP), y, width, tile)
    return y - TILE_HEIGHT


def _tile(sheet: Sheet, x: float, y: float, width: float, tile: FamilyTile) -> None:
    sheet.frame(x, y - TILE_HEIGHT, width, TILE_HEIGHT, THIN)
    left, inner = x + PAD, width - 2 * PAD
    sheet.text(left, y - 14, tile.label, 10)
    if tile.word and tile.value:
        _line(sheet, left, y - 34, inner, tile.value, (18.0, 15.0, 12.0), bold=True)
        _line(sheet, left, y - 52, inner, tile.word, (14.0, 12.0, 10.0), bold=True)
    elif tile.value or tile.word:
        _line(sheet, left, y - 40, inner, tile.value or tile.word, (18.0, 15.0, 12.0), bold=True)
    elif not tile.meaning:
        sheet.rule(left, y - 42, x + width - PAD - text_width(tile.unit, 12) - 4, y - 42, HAIR)
        sheet.text(x + width - PAD, y - 40, tile.unit, 12, align="right")
    lower = y - 56
    for text, sizes, room in ((tile.change, (8.5, 7.5, 6.5), 12.0), (tile.meaning, (8.0, 7.0, 6.0), 22.0)):
        size, lines = fit(text, inner, room, sizes)
        sheet.lines(left, lower - size, lines, size)
        lower -= len(lines) * size * LEADING if text else 0
    size, lines = fit(tile.official, inner, 17.0, (7.0, 6.0, 5.0))
    sheet.lines(left, y - TILE_HEIGHT + 4 + (len(lines) - 1) * size * LEADING, lines, size, grey=GREY)


def _line(
    sheet: Sheet,
    x: float,
    y: float,
    width: float,
    text: str,
    sizes: tuple[float, ...],
    *,
    bold: bool = False,
) -> None:
    """One line of text, as large as the width allows."""
    size = next((size for size in sizes if text_width(text, size, bold=bold) <= width), sizes[-1])
    _size, lines = fit(text, width, size * LEADING, (size,), bold=bold)
    sheet.text(x, y, lines[0], size, bold=bold)


def _key_lines(values: FamilyGrowth) -> list[str]:
    if not any(chart.lines for chart in values.charts):
        return []
    key = _(
        "Between the two dashed lines: nearly all children of this age and sex. The line in the middle: average. The "
        "dots: your child."
    )
    return wrap(key, Sheet.width, 8.0)


def _charts(sheet: Sheet, y: float, values: FamilyGrowth, height: float) -> float:
    width = sheet.width / len(values.charts)
    for number, chart in enumerate(values.charts):
        x = sheet.left + number * width
        draw_chart(sheet, plain_chart(chart), x, y - height, width, height)
    lines = _key_lines(values)
    sheet.lines(sheet.left, y - height - 8, lines, 8, grey=GREY)
    return y - height - _height(lines, 8) - GAP


def plain_chart(chart: ChartGeometry) -> ChartGeometry:
    """The chart with three lines in words, and one point for each day."""
    words = {LineKind.MEDIAN: (_("average"),) * 2, LineKind.TWO: (_("low"), _("high"))}
    middle = next((line.end[1] for line in chart.lines if line.kind is LineKind.MEDIAN), 0.0)
    lines = tuple(
        replace(line, label=words[line.kind][line.end[1] > middle]) for line in chart.lines if line.kind in words
    )
    return replace(chart, lines=lines, beside=(), links=(), beside_track=())


def _verdict_lines(values: FamilyGrowth, size: float) -> list[str]:
    inner = Sheet.width - 2 * PAD
    return [line for sentence in values.sentences for line in wrap(sentence, inner, size)]


def _verdict(sheet: Sheet, y: float, values: FamilyGrowth, size: float) -> float:
    """A frame with the verdict, what to do, and the day of the next check."""
    lines = _verdict_lines(values, size)
    height = _height(lines, size) + (size + 6) * LEADING + 2 * PAD
    sheet.frame(sheet.left, y - height, sheet.width, height, THIN)
    top, large = y - PAD, size + 4
    day = format_date(values.next_check) or _("____ year __ month __ day")
    next_check = _("Next check: {day}").format(day=day)
    sheet.text(sheet.right - PAD, top - large, next_check, size + 1, bold=True, align="right")
    room = sheet.width - 4 * PAD - text_width(next_check, size + 1, bold=True)
    _line(sheet, sheet.left + PAD, top - large, room, values.verdict, (large, size, 9.0, 7.0), bold=True)
    sheet.lines(sheet.left + PAD, top - (size + 6) * LEADING - size, lines, size)
    return y - height - GAP


def _worried_lines(values: FamilyGrowth, size: float) -> list[str]:
    return [line for sentence in values.worried for line in wrap(sentence, Sheet.width, size)]


def _worried(sheet: Sheet, y: float, values: FamilyGrowth, size: float) -> None:
    sheet.text(sheet.left, y - size - 1, _("When you are worried"), size + 1, bold=True)
    sheet.lines(sheet.left, y - (size + 1) * LEADING - size, _worried_lines(values, size), size)
