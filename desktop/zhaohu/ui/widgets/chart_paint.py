"""How a growth chart is painted: sheet, axes, the standard's lines, the child's tracks and points."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPolygonF

from zhaohu.i18n import _
from zhaohu.rules.growth.curves.axes import labelled, spread
from zhaohu.rules.growth.curves.chart import ChartGeometry, LineKind, Mark
from zhaohu.ui import theme

LINES = {  # colour token and width of each kind of line, thinner outward
    LineKind.MEDIAN: ("done", 2.0),
    LineKind.ONE: ("curve_grey", 1.2),
    LineKind.TWO: ("attention", 1.1),
    LineKind.THREE: ("danger", 1.0),
}
Corner = tuple[float, float]
DOT = 4.0
_NEAREST_CORNERS = 3.0
"""Pixels: a standard's line bends so gently that fewer corners than this apart look the same, and paint much faster."""
_FAR_FROM_THE_EDGE = 0.9
"""Lines that end left of this carry their labels where they end, not at the edge of the plot."""


class Plot:
    """The plot area inside a widget of a size; turns the unit square into pixels and back."""

    def __init__(self, size: QSizeF, chart: ChartGeometry | None) -> None:
        metrics = QFontMetricsF(theme.font("note"))
        labels = [tick.label for tick in chart.y_axis.ticks] if chart else []
        ends = [line.label for line in chart.lines] if chart else []
        left = max((metrics.horizontalAdvance(one) for one in labels), default=0.0) + theme.space(4)
        right = max((metrics.horizontalAdvance(one) for one in ends), default=0.0) + theme.space(4)
        top = theme.type_size("body") + theme.space(6)
        bottom = 2 * metrics.height() + theme.space(4)
        self.area = QRectF(left, top, size.width() - left - right, size.height() - top - bottom)

    def at(self, x: float, y: float) -> QPointF:
        """Where a point of the unit square lies."""
        return QPointF(self.area.left() + x * self.area.width(), self.area.bottom() - y * self.area.height())

    def of(self, mark: Mark) -> QPointF:
        """Where a mark lies."""
        return self.at(mark.x, mark.y)

    def share(self, x: float) -> float:
        """The place along x, 0…1, of a pixel."""
        return (x - self.area.left()) / self.area.width()


def paint_sheet(painter: QPainter, plot: Plot, chart: ChartGeometry, size: QSizeF) -> None:
    """Everything that stays while a person points here and there."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _titles(painter, plot, chart, size)
    _axes(painter, plot, chart)
    _lines(painter, plot, chart)
    _child(painter, plot, chart)


def paint_ring(painter: QPainter, spot: QPointF, ink: str = "accent") -> None:
    """A ring around the point that is meant."""
    painter.setPen(pen(ink, 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(spot, 2 * DOT, 2 * DOT)


def pen(ink: str, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """A pen in a colour of the theme."""
    result = QPen(theme.colour(ink), width, style)
    result.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return result


def _titles(painter: QPainter, plot: Plot, chart: ChartGeometry, size: QSizeF) -> None:
    painter.setFont(theme.font("body", bold=True))
    painter.setPen(theme.colour("text"))
    line = QRectF(theme.space(4), theme.space(2), size.width() - theme.space(8), painter.fontMetrics().height())
    painter.drawText(line, Qt.AlignmentFlag.AlignLeft, chart.title)
    painter.setFont(theme.font("note"))
    painter.setPen(theme.colour("quiet"))
    painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, chart.y_axis.title)
    height = painter.fontMetrics().height()
    under = QRectF(plot.area.left(), size.height() - height - theme.space(2), plot.area.width(), height)
    beside_legend = Qt.AlignmentFlag.AlignLeft if chart.beside else Qt.AlignmentFlag.AlignHCenter
    painter.drawText(under, beside_legend, chart.x_axis.title)
    if chart.beside:
        _legend(painter, QPointF(plot.area.right(), under.center().y()))


def _axes(painter: QPainter, plot: Plot, chart: ChartGeometry) -> None:
    painter.setFont(theme.font("note"))
    metrics = painter.fontMetrics()
    area, height = plot.area, metrics.height()
    room = max((metrics.horizontalAdvance(tick.label) for tick in chart.x_axis.ticks), default=0) + theme.space(2)
    named = labelled(chart.x_axis.ticks, area.width(), room)
    for tick in chart.x_axis.ticks:
        if tick.major:
            x = area.left() + tick.at * area.width()
            painter.setPen(pen("line", theme.shape("line")))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            if tick in named:
                painter.setPen(theme.colour("quiet"))
                box = QRectF(x - room, area.bottom() + theme.space(1), 2 * room, height)
                painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, tick.label)
    named = labelled(chart.y_axis.ticks, area.height(), height)
    for tick in chart.y_axis.ticks:
        if tick.major:
            y = area.bottom() - tick.at * area.height()
            painter.setPen(pen("line", theme.shape("line")))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            if tick in named:
                painter.setPen(theme.colour("quiet"))
                box = QRectF(0, y - height / 2, area.left() - theme.space(2), height)
                painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, tick.label)


def _lines(painter: QPainter, plot: Plot, chart: ChartGeometry) -> None:
    if not chart.lines:
        painter.setPen(theme.colour("quiet"))
        painter.drawText(plot.area, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter, _no_lines())
        return
    painter.setFont(theme.font("note"))
    height = painter.fontMetrics().height()
    for line in chart.lines:
        ink, width = LINES[line.kind]
        painter.setPen(pen(ink, width))
        for piece in line.pieces:
            corners = _thinned(piece, _NEAREST_CORNERS / plot.area.width())
            painter.drawPolyline(QPolygonF([plot.at(x, y) for x, y in corners]))
    furthest = max(line.end[0] for line in chart.lines)
    x = plot.area.right() if furthest >= _FAR_FROM_THE_EDGE else plot.at(furthest, 0).x()
    top, bottom = plot.area.top() + height / 4, plot.area.bottom()
    ends = [-plot.at(*line.end).y() for line in chart.lines]
    for line, y in zip(chart.lines, spread(ends, -bottom, -top, height - theme.space(1)), strict=True):
        painter.setPen(theme.colour(LINES[line.kind][0]))
        box = QRectF(
            x + theme.space(1), -y - height / 2, painter.fontMetrics().horizontalAdvance(line.label) + 1, height
        )
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, line.label)


def _no_lines() -> str:
    return _("No standard to compare with")


def _thinned(piece: Sequence[Corner], apart: float) -> list[Corner]:
    """Corners at least so far apart along x, and both ends."""
    kept = [piece[0]]
    for corner in piece:
        if corner[0] - kept[-1][0] >= apart:
            kept.append(corner)
    if kept[-1] is not piece[-1]:
        kept.append(piece[-1])
    return kept


def _child(painter: QPainter, plot: Plot, chart: ChartGeometry) -> None:
    painter.setPen(pen("quiet", theme.shape("line"), Qt.PenStyle.DotLine))
    for start, end in chart.links:
        painter.drawLine(plot.at(*start), plot.at(*end))
    painter.setPen(pen("accent", theme.shape("line"), Qt.PenStyle.DashLine))
    painter.drawPolyline(QPolygonF([plot.at(x, y) for x, y in chart.beside_track]))
    painter.setPen(pen("accent", theme.shape("focus")))
    painter.drawPolyline(QPolygonF([plot.at(x, y) for x, y in chart.track]))
    _points(painter, plot, chart.beside, "surface")
    _points(painter, plot, chart.marks, "accent")


def _points(painter: QPainter, plot: Plot, marks: Sequence[Mark], ink: str) -> None:
    painter.setPen(pen("accent", 1.5))
    painter.setBrush(theme.colour(ink))
    for mark in marks:
        spot = plot.of(mark)
        if not mark.beyond:
            painter.drawEllipse(spot, DOT, DOT)
            continue
        tip = QPointF(spot.x(), spot.y() - mark.beyond * DOT)
        foot = spot.y() + mark.beyond * DOT
        painter.drawPolygon(QPolygonF([tip, QPointF(spot.x() - 1.5 * DOT, foot), QPointF(spot.x() + 1.5 * DOT, foot)]))


def _legend(painter: QPainter, right: QPointF) -> None:
    """Which points are by corrected age: full ones, and hollow ones by the age since birth."""
    metrics = painter.fontMetrics()
    x, y = right.x(), right.y()
    for words, ink in ((_("Age since birth"), "surface"), (_("Corrected age"), "accent")):
        x -= metrics.horizontalAdvance(words)
        painter.setPen(theme.colour("quiet"))
        box = QRectF(x, y - metrics.height() / 2, metrics.horizontalAdvance(words) + 1, metrics.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)
        x -= theme.space(3)
        painter.setPen(pen("accent", 1.5))
        painter.setBrush(theme.colour(ink))
        painter.drawEllipse(QPointF(x, y), DOT, DOT)
        x -= theme.space(4)
