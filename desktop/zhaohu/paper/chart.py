"""Draws a growth chart's geometry: in colour, and told apart by width, dashes and labels in black and white.

The child's own track is the heaviest line; dots stand at the age that chose the reference, hollow triangles at the age
since birth of preterm children.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import dist, sqrt

from zhaohu.i18n import _, format_number
from zhaohu.paper.fonts import text_width
from zhaohu.paper.sheet import GREY, HAIR, THIN, Sheet
from zhaohu.rules.growth.curves.axes import labelled, spread
from zhaohu.rules.growth.curves.chart import Axis, ChartGeometry, LineKind, Mark, Point
from zhaohu.rules.growth.terms import UNITS

Colour = tuple[float, float, float]
TRACK: Colour = (0.03, 0.28, 0.27)
QUIET: Colour = (0.45, 0.45, 0.45)
STYLES: dict[LineKind, tuple[float, Colour, tuple[float, ...]]] = {
    LineKind.MEDIAN: (1.1, (0.17, 0.43, 0.25), ()),
    LineKind.ONE: (0.5, (0.33, 0.40, 0.44), ()),
    LineKind.TWO: (0.8, (0.60, 0.36, 0.0), (5, 2)),
    LineKind.THREE: (0.9, (0.70, 0.15, 0.12), (1.2, 1.8)),
}
"""Width, colour and dashes of the standard's lines."""
AXIS_LEFT, AXIS_RIGHT, AXIS_BELOW, AXIS_ABOVE = 26.0, 34.0, 26.0, 18.0
LABEL, TITLE = 7.0, 8.5
GRID, GRID_MAJOR = 0.9, 0.72
TRACK_WIDTH, BESIDE_WIDTH = 2.0, 0.8
DOT, RING = 2.6, 5.0
CORNERS_APART = 1.5
"""Points between two corners of a line of the standard: WHO's tables have one for every day."""
_LABEL_STEP = LABEL + 1.0
_KEY_GAP = 16.0
_FAR_FROM_THE_EDGE = 0.9
"""Lines that end left of this carry their labels where they end, not at the edge of the plot."""


class _Plot:
    """The plot area on the page; turns the unit square into points."""

    def __init__(self, x: float, y: float, width: float, height: float) -> None:
        self.x, self.y, self.width, self.height = x, y, width, height
        self.right, self.top = x + width, y + height

    def at(self, point: Point) -> Point:
        return self.x + point[0] * self.width, self.y + point[1] * self.height

    def of(self, mark: Mark) -> Point:
        return self.at((mark.x, mark.y))


def draw_chart(
    sheet: Sheet,
    chart: ChartGeometry,
    x: float,
    y: float,
    width: float,
    height: float,
    *,
    title: str = "",
    marked: date | None = None,
) -> None:
    """Draw the chart with its axes within a rectangle whose lower left corner is at x, y.

    Args:
        sheet: The page.
        chart: What to draw.
        x: Left end.
        y: Lower end.
        width: In points, like `height`.
        height: All in all, with axes and title.
        title: To stand above the plot with the unit, instead of the name of the axis.
        marked: The day whose point is ringed.
    """
    plot = _Plot(x + AXIS_LEFT, y + AXIS_BELOW, width - AXIS_LEFT - AXIS_RIGHT, height - AXIS_BELOW - AXIS_ABOVE)
    _x_axis(sheet, chart.x_axis, plot)
    _y_axis(sheet, chart.y_axis, plot)
    _above(sheet, chart, plot, title)
    sheet.frame(plot.x, plot.y, plot.width, plot.height, THIN)
    for line in chart.lines:
        thickness, colour, dash = STYLES[line.kind]
        for piece in line.pieces:
            sheet.path(thinned([plot.at(point) for point in piece]), thickness, colour, dash)
    _line_labels(sheet, chart, plot)
    _child(sheet, chart, plot, marked)


def thinned(points: Sequence[Point]) -> list[Point]:
    """A line without the corners that lie closer together than print shows; its ends stay."""
    kept = [points[0]]
    for point in points[1:-1]:
        if dist(point, kept[-1]) >= CORNERS_APART:
            kept.append(point)
    return [*kept, points[-1]]


def _above(sheet: Sheet, chart: ChartGeometry, plot: _Plot, title: str) -> None:
    """Title or name of the axis at the left, the key to the marks at the right when there is room for it."""
    x, y = plot.x - AXIS_LEFT + 4, plot.top + 8
    words = f"{title} ({UNITS[chart.indicator]})" if title else chart.y_axis.title
    size = TITLE if title else LABEL + 1
    sheet.text(x, y, words, size, bold=bool(title))
    x += text_width(words, size, bold=bool(title))
    if chart.beside and key_width() + 8 <= plot.right - x:
        draw_key(sheet, plot.right - key_width(), y)


def key_width() -> float:
    """How wide the key to dots and triangles is."""
    return sum(text_width(word, LABEL) + _KEY_GAP for word in _key_words())


def draw_key(sheet: Sheet, x: float, y: float) -> None:
    """What dots and triangles mean, from x on, its baseline at y."""
    for number, word in enumerate(_key_words()):
        if number:
            triangle(sheet, x + 10, y + 2.5, DOT)
        else:
            sheet.dot(x + 10, y + 2.5, DOT)
        sheet.text(x + _KEY_GAP, y, word, LABEL)
        x += _KEY_GAP + text_width(word, LABEL)


def _key_words() -> tuple[str, str]:
    return _("corrected age"), _("age since birth")


def _x_axis(sheet: Sheet, axis: Axis, plot: _Plot) -> None:
    room = max((text_width(tick.label, LABEL) for tick in axis.ticks), default=0.0) + 3
    named = labelled(axis.ticks, plot.width, room)
    for tick in axis.ticks:
        x = plot.x + tick.at * plot.width
        sheet.rule(x, plot.y, x, plot.top, HAIR, GRID_MAJOR if tick.major else GRID)
        if tick in named:
            sheet.text(x, plot.y - 10, tick.label, LABEL, align="center")
    sheet.text(plot.x + plot.width / 2, plot.y - 21, axis.title, LABEL + 1, align="center")


def _y_axis(sheet: Sheet, axis: Axis, plot: _Plot) -> None:
    named = labelled(axis.ticks, plot.height, LABEL + 2)
    for tick in axis.ticks:
        y = plot.y + tick.at * plot.height
        sheet.rule(plot.x, y, plot.right, y, HAIR, GRID_MAJOR if tick.major else GRID)
        if tick in named:
            sheet.text(plot.x - 4, y - LABEL * 0.36, tick.label, LABEL, align="right")


def _line_labels(sheet: Sheet, chart: ChartGeometry, plot: _Plot) -> None:
    """Name each line at its right end, moved apart where two would touch, a thin line leading there."""
    if not chart.lines:
        words = _("No standard to compare with")
        if text_width(words, LABEL + 1) < plot.width / 2:
            sheet.text(plot.right - 5, plot.y + 5, words, LABEL + 1, align="right", grey=GREY)
        return
    lines = sorted(chart.lines, key=lambda line: line.end[1])
    furthest = max(line.end[0] for line in lines)
    x = plot.right if furthest >= _FAR_FROM_THE_EDGE else plot.at((furthest, 0.0))[0]
    middle_of_type = LABEL * 0.36
    wanted = [plot.at(line.end)[1] for line in lines]
    for line, y in zip(lines, spread(wanted, plot.y, plot.top + AXIS_ABOVE / 2, _LABEL_STEP), strict=True):
        end = plot.at(line.end)
        if abs(y - end[1]) > 1 or x - end[0] > 1:
            sheet.path([end, (x + 2, y)], HAIR, QUIET)
        sheet.text(x + 3, y - middle_of_type, line.label, LABEL, bold=line.kind is LineKind.MEDIAN)


def _child(sheet: Sheet, chart: ChartGeometry, plot: _Plot, marked: date | None) -> None:
    """The child's tracks."""
    for start, end in chart.links:
        sheet.path([plot.at(start), plot.at(end)], HAIR, QUIET, (1, 1.5))
    if len(chart.beside_track) > 1:
        sheet.path([plot.at(point) for point in chart.beside_track], BESIDE_WIDTH, QUIET, (3, 1.5))
    for mark in chart.beside:
        triangle(sheet, *plot.of(mark), DOT)
    if len(chart.track) > 1:
        sheet.path([plot.at(point) for point in chart.track], TRACK_WIDTH, TRACK)
    for mark in chart.marks:
        x, y = plot.of(mark)
        if mark.on == marked:
            sheet.dot(x, y, RING, filled=False)
        if mark.beyond:
            _beyond(sheet, chart, mark, x, y)
        else:
            sheet.dot(x, y, DOT)


def _beyond(sheet: Sheet, chart: ChartGeometry, mark: Mark, x: float, y: float) -> None:
    """A point too far from the lines to be shown in place: an arrow at the edge, with the value."""
    tip, foot = y, y - mark.beyond * 2 * DOT
    sheet.polygon([(x, tip), (x - DOT, foot), (x + DOT, foot)], filled=True)
    value = format_number(mark.result.value, 1)
    sheet.text(x + DOT + 2, min(tip, foot), value, LABEL)


def triangle(sheet: Sheet, x: float, y: float, radius: float) -> None:
    """Draw a small hollow triangle around a point."""
    half = radius * sqrt(3) / 2
    sheet.polygon([(x, y + radius), (x - half, y - radius / 2), (x + half, y - radius / 2)])
