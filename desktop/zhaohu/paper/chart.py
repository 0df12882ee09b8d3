"""Draws a growth chart's geometry; in colour, yet told apart by line style when printed in black and white."""

from __future__ import annotations

from zhaohu.i18n import _
from zhaohu.paper.fonts import text_width
from zhaohu.paper.sheet import GREY, HAIR, THIN, Sheet
from zhaohu.rules.growth.chart import Axis, ChartGeometry, LineKind, Point

Colour = tuple[float, float, float]
TRACK: Colour = (0.04, 0.32, 0.31)
QUIET: Colour = (0.45, 0.45, 0.45)
STYLES: dict[LineKind, tuple[float, Colour, tuple[float, ...]]] = {
    LineKind.MEDIAN: (1.2, (0.17, 0.43, 0.25), ()),
    LineKind.ONE: (0.7, (0.33, 0.40, 0.44), ()),
    LineKind.TWO: (0.8, (0.60, 0.36, 0.0), (5, 2)),
    LineKind.THREE: (0.8, (0.70, 0.15, 0.12), (1.5, 1.8)),
}
"""Width, colour and dashes of the standard's lines."""
AXIS_LEFT, AXIS_RIGHT, AXIS_BELOW, AXIS_ABOVE = 26.0, 34.0, 26.0, 18.0
LABEL = 7.0
GRID, GRID_MAJOR = 0.9, 0.72
DOT = 2.4


class _Plot:
    """The plot area on the page; turns the unit square into points."""

    def __init__(self, x: float, y: float, width: float, height: float) -> None:
        self.x, self.y, self.width, self.height = x, y, width, height

    def at(self, point: Point) -> Point:
        return self.x + point[0] * self.width, self.y + point[1] * self.height


def draw_chart(sheet: Sheet, chart: ChartGeometry, x: float, y: float, width: float, height: float) -> None:
    """Draw the chart with its axes within a rectangle whose lower left corner is at x, y."""
    plot = _Plot(x + AXIS_LEFT, y + AXIS_BELOW, width - AXIS_LEFT - AXIS_RIGHT, height - AXIS_BELOW - AXIS_ABOVE)
    _x_axis(sheet, chart.x_axis, plot)
    _y_axis(sheet, chart.y_axis, plot)
    sheet.frame(plot.x, plot.y, plot.width, plot.height, THIN)
    for line in chart.lines:
        thickness, colour, dash = STYLES[line.kind]
        for piece in line.pieces:
            sheet.path([plot.at(point) for point in piece], thickness, colour, dash)
    _line_labels(sheet, chart, plot)
    _child(sheet, chart, plot)


def _x_axis(sheet: Sheet, axis: Axis, plot: _Plot) -> None:
    for tick in axis.ticks:
        x = plot.x + tick.at * plot.width
        sheet.rule(x, plot.y, x, plot.y + plot.height, HAIR, GRID_MAJOR if tick.major else GRID)
        sheet.text(x, plot.y - 10, tick.label, LABEL, align="center")
    sheet.text(plot.x + plot.width / 2, plot.y - 21, axis.title, LABEL + 1, align="center")


def _y_axis(sheet: Sheet, axis: Axis, plot: _Plot) -> None:
    for tick in axis.ticks:
        y = plot.y + tick.at * plot.height
        sheet.rule(plot.x, y, plot.x + plot.width, y, HAIR, GRID_MAJOR if tick.major else GRID)
        sheet.text(plot.x - 4, y - LABEL * 0.36, tick.label, LABEL, align="right")
    sheet.text(plot.x - AXIS_LEFT + 4, plot.y + plot.height + 8, axis.title, LABEL + 1)


def _line_labels(sheet: Sheet, chart: ChartGeometry, plot: _Plot) -> None:
    """Name each line at its right end, moved up where two would touch."""
    lowest = 0.0
    for line in sorted(chart.lines, key=lambda line: line.end[1]):
        x, y = plot.at(line.end)
        y = max(y - LABEL * 0.36, lowest)
        sheet.text(x + 3, y, line.label, LABEL, bold=line.kind is LineKind.MEDIAN)
        lowest = y + LABEL + 1


def _child(sheet: Sheet, chart: ChartGeometry, plot: _Plot) -> None:
    """The child's track; for preterm children hollow points show the age since birth."""
    for start, end in chart.links:
        sheet.path([plot.at(start), plot.at(end)], HAIR, QUIET, (1, 1.5))
    for mark in chart.beside:
        sheet.dot(*plot.at((mark.x, mark.y)), DOT - 0.4, filled=False)
    if len(chart.track) > 1:
        sheet.path([plot.at(point) for point in chart.track], 1.3, TRACK)
    for mark in chart.marks:
        sheet.dot(*plot.at((mark.x, mark.y)), DOT)
    if chart.beside:
        solid, hollow = _("corrected age"), _("age since birth")
        y = plot.y + plot.height + 5
        right = plot.x + plot.width
        sheet.text(right, y, hollow, LABEL, align="right", grey=GREY)
        right -= text_width(hollow, LABEL) + 6
        sheet.dot(right, y + 2.5, DOT - 0.4, filled=False)
        sheet.text(right - 10, y, solid, LABEL, align="right", grey=GREY)
        sheet.dot(right - 16 - text_width(solid, LABEL), y + 2.5, DOT)
