"""The growth curve on screen: the standard's lines, the child's points, and what each point says."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QFrame, QToolTip

from zhaohu.i18n import _, form_term, format_date, format_number
from zhaohu.rules.growth.chart import ChartGeometry, LineKind, Mark
from zhaohu.rules.growth.words import reason_text
from zhaohu.ui import theme
from zhaohu.ui.widgets.words import set_kind

_LINES = {  # colour token and width of each kind of line, thinner outward
    LineKind.MEDIAN: ("done", 2.0),
    LineKind.ONE: ("curve_grey", 1.2),
    LineKind.TWO: ("attention", 1.1),
    LineKind.THREE: ("danger", 1.0),
}
_DOT = 4.0
_NEAR = 16.0


def mark_text(mark: Mark) -> str:
    """What a point says: day, age, value, z-score, grade, one below the other."""
    result = mark.result
    age = _("{months} mo {days} d").format(months=mark.age.months, days=mark.age.day_of_month)
    lines = [
        format_date(mark.on),
        _("Corrected age: {age}").format(age=age) if mark.corrected else _("Age: {age}").format(age=age),
        f"{format_number(result.value, 2)} {result.unit}",
    ]
    if result.z is not None:
        lines.append(_("z-score: {z}").format(z=format_number(result.z, 2)))
    if result.reason is not None:
        lines.append(reason_text(result.reason))
    grades = [form_term(str(word)) for word in (result.level, result.status) if word is not None]
    if grades:
        lines.append(_("Grade: {grade}").format(grade=" · ".join(grades)))
    return "\n".join(lines)


class GrowthChart(QFrame):
    """Draws a `ChartGeometry`. Hover, or Left and Right on the keyboard, walk through the points.

    Signals:
        pointed(mark): Another of the child's points is pointed at, None for none.
    """

    pointed = Signal(object)

    def __init__(self, geometry: ChartGeometry | None = None) -> None:
        super().__init__()
        set_kind(self, "card")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._chart: ChartGeometry | None = None
        self._at: int | None = None
        self.set_chart(geometry)

    def set_chart(self, geometry: ChartGeometry | None) -> None:
        """Show another chart; none shows an empty sheet."""
        self._chart = geometry
        self._at = None
        self.setAccessibleName(geometry.title if geometry else _("Growth chart"))
        self._describe()
        self.update()

    def marks(self) -> tuple[Mark, ...]:
        """The points one can walk through: those that count, then those beside them."""
        return self._chart.marks + self._chart.beside if self._chart else ()

    def current(self) -> Mark | None:
        """The point that is pointed at."""
        return self.marks()[self._at] if self._at is not None else None

    def point_at(self, place: int | None) -> None:
        """Point at a mark by its place in `marks()`, none to let go."""
        if place == self._at:
            return
        self._at = place
        self._describe()
        self.pointed.emit(self.current())
        self.update()

    def sizeHint(self) -> QSize:
        """Wide enough for three years; low enough to stand whole under a child's head on a small screen."""
        return QSize(theme.size("field_long") * 3 // 2, theme.size("field_long") * 5 // 8)

    def minimumSizeHint(self) -> QSize:
        """Small enough for half a page."""
        return QSize(theme.size("detail"), theme.size("field"))

    # -- pointing

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Point at the nearest mark within reach and say what it is."""
        self.point_at(self._nearest(event.position()))
        mark = self.current()
        if mark is None:
            QToolTip.hideText()
        else:
            QToolTip.showText(event.globalPosition().toPoint(), mark_text(mark), self)
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Point at nothing."""
        if not self.hasFocus():
            self.point_at(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right walk, Home and End jump, Escape lets go."""
        n = len(self.marks())
        at = self._at if self._at is not None else -1
        goals = {
            Qt.Key.Key_Right: min(at + 1, n - 1),
            Qt.Key.Key_Left: max(at - 1, 0),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: n - 1,
        }
        if event.key() in goals and n:
            self.point_at(goals[Qt.Key(event.key())])
            mark = self.marks()[goals[Qt.Key(event.key())]]
            spot = self._place(self._plot(), mark.x, mark.y).toPoint() + QPoint(theme.space(2), theme.space(2))
            QToolTip.showText(self.mapToGlobal(spot), mark_text(mark), self)
        elif event.key() == Qt.Key.Key_Escape and self._at is not None:
            self.point_at(None)
            QToolTip.hideText()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Point at nothing."""
        super().focusOutEvent(event)
        self.point_at(None)
        QToolTip.hideText()

    def _nearest(self, spot: QPointF) -> int | None:
        plot = self._plot()
        best, reach = None, _NEAR
        for place, mark in enumerate(self.marks()):
            away = self._place(plot, mark.x, mark.y) - spot
            distance = (away.x() ** 2 + away.y() ** 2) ** 0.5
            if distance < reach:
                best, reach = place, distance
        return best

    def _describe(self) -> None:
        mark = self.current()
        n = len(self.marks())
        words = mark_text(mark).replace("\n", ", ") if mark else _("Points: {n}").format(n=n)
        self.setAccessibleDescription(words)

    # -- drawing

    def _plot(self) -> QRectF:
        metrics = self.fontMetrics()
        left = metrics.horizontalAdvance("000.0") + theme.space(3)
        right = metrics.horizontalAdvance("Median") + theme.space(3)
        top = theme.type_size("section") + theme.space(7)
        bottom = 2 * metrics.height() + theme.space(4)
        return QRectF(self.rect()).adjusted(left + theme.space(2), top, -right - theme.space(2), -bottom)

    @staticmethod
    def _place(plot: QRectF, x: float, y: float) -> QPointF:
        return QPointF(plot.left() + x * plot.width(), plot.bottom() - y * plot.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Sheet, axes, lines, points."""
        super().paintEvent(event)
        if self._chart is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plot = self._plot()
        self._draw_titles(painter, plot, self._chart)
        self._draw_axes(painter, plot, self._chart)
        self._draw_lines(painter, plot, self._chart)
        self._draw_marks(painter, plot, self._chart)
        if self.hasFocus():
            self._pen(painter, "accent", theme.shape("focus"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            radius = theme.shape("card_radius")
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)

    def _draw_titles(self, painter: QPainter, plot: QRectF, chart: ChartGeometry) -> None:
        painter.setFont(theme.font("section", bold=True))
        painter.setPen(theme.colour("text"))
        line = QRectF(theme.space(4), theme.space(3), self.width() - theme.space(8), painter.fontMetrics().height())
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft, chart.title)
        painter.setFont(theme.font("note"))
        painter.setPen(theme.colour("quiet"))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, chart.y_axis.title)
        under = QRectF(plot.left(), self.height() - painter.fontMetrics().height() - theme.space(2), plot.width(), 0)
        under.setHeight(painter.fontMetrics().height())
        beside_legend = Qt.AlignmentFlag.AlignLeft if chart.beside else Qt.AlignmentFlag.AlignHCenter
        painter.drawText(under, beside_legend, chart.x_axis.title)

    def _draw_axes(self, painter: QPainter, plot: QRectF, chart: ChartGeometry) -> None:
        painter.setFont(theme.font("note"))
        height = painter.fontMetrics().height()
        for tick in chart.x_axis.ticks:
            x = plot.left() + tick.at * plot.width()
            if tick.major:
                self._pen(painter, "line", theme.shape("line"))
                painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
                painter.setPen(theme.colour("quiet"))
                box = QRectF(x - theme.space(6), plot.bottom() + theme.space(1), theme.space(12), height)
                painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, tick.label)
        for tick in chart.y_axis.ticks:
            y = plot.bottom() - tick.at * plot.height()
            if tick.major:
                self._pen(painter, "line", theme.shape("line"))
                painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
                painter.setPen(theme.colour("quiet"))
                box = QRectF(0, y - height / 2, plot.left() - theme.space(3), height)
                painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, tick.label)

    def _draw_lines(self, painter: QPainter, plot: QRectF, chart: ChartGeometry) -> None:
        painter.setFont(theme.font("note"))
        height = painter.fontMetrics().height()
        for line in chart.lines:
            ink, width = _LINES[line.kind]
            self._pen(painter, ink, width)
            for piece in line.pieces:
                painter.drawPolyline(QPolygonF([self._place(plot, x, y) for x, y in piece]))
            end = self._place(plot, *line.end)
            painter.setPen(theme.colour(ink))
            box = QRectF(plot.right() + theme.space(1), end.y() - height / 2, self.width() - plot.right(), height)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, line.label)

    def _draw_marks(self, painter: QPainter, plot: QRectF, chart: ChartGeometry) -> None:
        self._pen(painter, "quiet", theme.shape("line"), Qt.PenStyle.DotLine)
        for start, end in chart.links:
            painter.drawLine(self._place(plot, *start), self._place(plot, *end))
        self._pen(painter, "accent", theme.shape("focus"))
        painter.drawPolyline(QPolygonF([self._place(plot, x, y) for x, y in chart.track]))
        if chart.beside:
            self._draw_legend(painter, plot)
        for place, mark in enumerate(self.marks()):
            beside = place >= len(chart.marks)
            self._pen(painter, "accent", 1.5)
            painter.setBrush(theme.colour("surface" if beside else "accent"))
            spot = self._place(plot, mark.x, mark.y)
            painter.drawEllipse(spot, _DOT, _DOT)
            if place == self._at:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(spot, 2 * _DOT, 2 * _DOT)

    def _draw_legend(self, painter: QPainter, plot: QRectF) -> None:
        """Which points are by corrected age: full ones, and hollow ones by the age since birth."""
        painter.setFont(theme.font("note"))
        metrics = painter.fontMetrics()
        y = self.height() - metrics.height() / 2 - theme.space(2)
        x = plot.right()
        for words, ink in ((_("Age since birth"), "surface"), (_("Corrected age"), "accent")):
            x -= metrics.horizontalAdvance(words)
            painter.setPen(theme.colour("quiet"))
            box = QRectF(x, y - metrics.height() / 2, metrics.horizontalAdvance(words) + 1, metrics.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)
            x -= theme.space(3)
            self._pen(painter, "accent", 1.5)
            painter.setBrush(theme.colour(ink))
            painter.drawEllipse(QPointF(x, y), _DOT, _DOT)
            x -= theme.space(4)

    @staticmethod
    def _pen(painter: QPainter, ink: str, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> None:
        pen = QPen(theme.colour(ink), width, style)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
