"""A growth chart as a sheet that is painted once and zoomed along x; what is pointed at is drawn over it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap, QWheelEvent
from PySide6.QtWidgets import QFrame

from zhaohu.rules.growth.curves.chart import ChartGeometry, Window
from zhaohu.ui import theme
from zhaohu.ui.widgets.chart_paint import Plot, paint_sheet, pen
from zhaohu.ui.widgets.words import set_kind

ZOOM, PAN = 1.5, 0.5
_NARROWEST = 24.0
"""How far one may zoom in: this part of the whole standard."""


class ChartSheet(QFrame):
    """Paints a `ChartGeometry` and asks for other parts of it.

    Signals:
        window_wanted(window): Another part of x is to be shown, None for the one that holds the child.
    """

    window_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        set_kind(self, "card")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._chart: ChartGeometry | None = None
        self._sheet: tuple[object, QPixmap] | None = None

    def geometry_shown(self) -> ChartGeometry | None:
        """What is drawn; none for an empty sheet."""
        return self._chart

    def sizeHint(self) -> QSize:
        """Wide enough for three years; low enough to stand whole under a child's head on a small screen."""
        return QSize(theme.size("field_long") * 3 // 2, theme.size("field"))

    def minimumSizeHint(self) -> QSize:
        """Small enough for half a page."""
        return QSize(theme.size("detail"), theme.size("field"))

    def zoom(self, factor: float, centre: float = 0.5) -> bool:
        """Show a part of x that is so many times narrower, around a place 0…1; tells whether there is one."""
        if self._chart is None:
            return False
        axis, whole = self._chart.x_axis, self._chart.windows[-1][1]
        span = max((axis.high - axis.low) / factor, (whole.high - whole.low) / _NARROWEST)
        return self._want(axis.value(centre) - centre * span, span)

    def pan(self, share: float) -> bool:
        """Show the part of x that lies so much of the present one further on."""
        if self._chart is None:
            return False
        span = self._chart.x_axis.high - self._chart.x_axis.low
        return self._want(self._chart.x_axis.low + share * span, span)

    def zoom_into(self, first: QPointF, last: QPointF) -> bool:
        """Show the part of x between two places of the widget."""
        if self._chart is None:
            return False
        plot, axis, whole = self._plot(), self._chart.x_axis, self._chart.windows[-1][1]
        low, high = sorted(axis.value(min(max(plot.share(at.x()), 0.0), 1.0)) for at in (first, last))
        return self._want(low, max(high - low, (whole.high - whole.low) / _NARROWEST))

    def _want(self, low: float, span: float) -> bool:
        chart = self._chart
        if chart is None:
            return False
        whole, axis = chart.windows[-1][1], chart.x_axis
        first, last = min(whole.low, axis.low), max(whole.high, axis.high)
        span = min(span, last - first)
        low = min(max(low, first), last - span)
        if abs(low - axis.low) + abs(low + span - axis.high) < 1e-6 * (last - first):
            return False
        self.window_wanted.emit(Window(low, low + span))
        return True

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the pointer; at the end of it the page scrolls."""
        turned = event.angleDelta().y()
        centre = min(max(self._plot().share(event.position().x()), 0.0), 1.0)
        if turned and self.zoom(ZOOM if turned > 0 else 1 / ZOOM, centre):
            event.accept()
        else:
            event.ignore()

    # -- drawing

    def _plot(self) -> Plot:
        return Plot(QSizeF(self.size()), self._chart)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The sheet as it was painted for this size and theme, what is meant over it, and the focus around it."""
        super().paintEvent(event)
        if self._chart is None:
            return
        plot, painter = self._plot(), QPainter(self)
        painter.drawPixmap(0, 0, self._painted(plot, self._chart))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_over(painter, plot)
        if self.hasFocus():
            painter.setPen(pen("accent", theme.shape("focus")))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            radius = theme.shape("card_radius")
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)

    def _paint_over(self, painter: QPainter, plot: Plot) -> None:
        """What changes while a person points here and there."""

    def _painted(self, plot: Plot, chart: ChartGeometry) -> QPixmap:
        ratio = self.devicePixelRatioF()
        key = self.size().toTuple(), ratio, theme.name(), theme.scale_percent()
        if self._sheet is not None and self._sheet[0] == key:
            return self._sheet[1]
        sheet = QPixmap(self.size() * ratio)
        sheet.setDevicePixelRatio(ratio)
        sheet.fill(Qt.GlobalColor.transparent)
        painter = QPainter(sheet)
        paint_sheet(painter, plot, chart, QSizeF(self.size()))
        painter.end()
        self._sheet = key, sheet
        return sheet
