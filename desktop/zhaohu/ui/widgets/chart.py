"""The growth curve on screen: the standard's lines, the child's points, and what each point says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter

from zhaohu.i18n import _
from zhaohu.rules.growth.curves.chart import ChartGeometry, Mark
from zhaohu.ui import theme
from zhaohu.ui.widgets.chart_card import PointCard, mark_text
from zhaohu.ui.widgets.chart_paint import Plot, paint_ring, pen
from zhaohu.ui.widgets.chart_sheet import PAN, ZOOM, ChartSheet

_NEAR = 16.0
_DRAG = 8.0
"""Pixels: shorter drags are clicks."""


class GrowthChart(ChartSheet):
    """Draws a `ChartGeometry`; walked, compared and zoomed by mouse or keys.

    Pointing: hover, or Left, Right, Home, End. Comparing two points: Shift with a click or with those keys. Zoom:
    wheel, drag across a part, + and −, Ctrl with Left and Right to move on, 1…9 for a window by name, 0 for all,
    double click for the window that holds the child. Escape lets go.

    Args:
        geometry: What to draw.
        more: Further lines about a point, for its card.

    Signals:
        pointed(mark): Another of the child's points is pointed at, None for none.
        compared(one, other): Two points are to be compared, None and None when no longer.
    """

    pointed = Signal(object)
    compared = Signal(object, object)

    def __init__(
        self, geometry: ChartGeometry | None = None, *, more: Callable[[Mark], Iterable[str]] | None = None
    ) -> None:
        super().__init__()
        self._more = more
        self._at: int | None = None
        self._picked: int | None = None
        self._with: int | None = None
        self._pressed: QPointF | None = None
        self._dragged: QPointF | None = None
        self.card = PointCard(self)
        self.set_chart(geometry)

    def set_chart(self, geometry: ChartGeometry | None) -> None:
        """Show another chart, none for an empty sheet; the same days stay pointed at and compared."""
        compared = self._with is not None
        days = [self._day_of(place) for place in (self._at, self._picked, self._with)]
        self._chart, self._sheet = geometry, None
        places = {self._day_of(place): place for place in range(len(self.marks()))}
        self._at, self._picked, self._with = (places.get(day) for day in days)
        self.setAccessibleName(geometry.title if geometry else _("Growth chart"))
        self._describe()
        self._show_card()
        self.update()
        if compared:
            self.compared.emit(*(self.pair() or (None, None)))

    def _day_of(self, place: int | None) -> tuple[date, bool] | None:
        """What tells a mark from the others on any chart of the same child: its day, and whether it stands beside."""
        if place is None or self._chart is None:
            return None
        return self.marks()[place].on, place >= len(self._chart.marks)

    def marks(self) -> tuple[Mark, ...]:
        """The points one can walk through: those that count, then those beside them."""
        return self._chart.marks + self._chart.beside if self._chart else ()

    def current(self) -> Mark | None:
        """The point that is pointed at."""
        return self.marks()[self._at] if self._at is not None else None

    def pair(self) -> tuple[Mark, Mark] | None:
        """The two points that are compared, the earlier one first."""
        if self._picked is None or self._with is None:
            return None
        one, other = sorted((self.marks()[self._picked], self.marks()[self._with]), key=lambda mark: mark.on)
        return one, other

    def point_at(self, place: int | None) -> None:
        """Point at a mark by its place in `marks()`, none to let go."""
        if place == self._at:
            return
        self._at = place
        self._describe()
        self._show_card()
        self.pointed.emit(self.current())
        self.update()

    def compare(self, one: int | None, other: int | None) -> None:
        """Compare two marks by their places; none to let go. Two marks of one day cannot be compared."""
        marks, before = self.marks(), self.pair()
        if one is not None and other is not None and marks[one].on == marks[other].on:
            other = None
        self._picked, self._with = one, other
        if self.pair() != before:
            self._show_card()
            self.compared.emit(*(self.pair() or (None, None)))
            self.update()

    # -- pointing

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on a point, or the begin of a drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Point at the nearest mark within reach and say what it is; drag across a part to zoom into it."""
        begun, here = self._pressed, event.position()
        if begun is not None and abs(here.x() - begun.x()) >= _DRAG:
            self._dragged = here
            self.point_at(None)
            self.update()
        else:
            self.point_at(self._nearest(here))
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the point, compare it with the one chosen before, or zoom into what was dragged across."""
        begun, dragged = self._pressed, self._dragged
        self._pressed = self._dragged = None
        if begun is not None and dragged is not None:
            self.update()
            self.zoom_into(begun, dragged)
        elif begun is not None:
            place = self._nearest(event.position())
            if place is not None and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.compare(self._picked, place)
            else:
                self.compare(place, None)
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Back to the window that holds the child."""
        self.window_wanted.emit(None)

    def leaveEvent(self, event: QEvent) -> None:
        """Point at nothing."""
        if not self.hasFocus():
            self.point_at(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk, compare, zoom and let go, as the class says."""
        if not (self._walk(event) or self._zoom_by_key(event) or self._let_go(event)):
            super().keyPressEvent(event)

    def _walk(self, event: QKeyEvent) -> bool:
        n, key = len(self.marks()), event.key()
        at = self._at if self._at is not None else -1
        goals = {
            Qt.Key.Key_Right: min(at + 1, n - 1),
            Qt.Key.Key_Left: max(at - 1, 0),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: n - 1,
        }
        if key not in goals or not n or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        goal = goals[Qt.Key(key)]
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            begin = self._picked if self._picked is not None else self._at
            self.compare(goal if begin is None else begin, goal)
        else:
            self.compare(goal, None)
        self.point_at(goal)
        return True

    def _zoom_by_key(self, event: QKeyEvent) -> bool:
        if self._chart is None:
            return False
        key, windows = event.key(), self._chart.windows
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            mark = self.current()
            self.zoom(1 / ZOOM if key == Qt.Key.Key_Minus else ZOOM, mark.x if mark else 0.5)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.pan(PAN if key == Qt.Key.Key_Right else -PAN)
        elif Qt.Key.Key_0 <= key <= Qt.Key.Key_9 and key - Qt.Key.Key_0 <= len(windows):
            self.window_wanted.emit(windows[key - Qt.Key.Key_0 - 1][1])
        else:
            return False
        return True

    def _let_go(self, event: QKeyEvent) -> bool:
        if event.key() != Qt.Key.Key_Escape:
            return False
        if self._with is not None:
            self.compare(None, None)
        elif self._at is not None:
            self.compare(None, None)
            self.point_at(None)
        else:
            return False
        return True

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Point at nothing; what is compared stays."""
        super().focusOutEvent(event)
        self.point_at(None)

    def _nearest(self, spot: QPointF) -> int | None:
        plot = self._plot()
        best, reach = None, _NEAR
        for place, mark in enumerate(self.marks()):
            away = plot.of(mark) - spot
            distance = (away.x() ** 2 + away.y() ** 2) ** 0.5
            if distance < reach:
                best, reach = place, distance
        return best

    def _show_card(self) -> None:
        """The card beside the point, unless it would lie over the two that are compared."""
        mark = self.current()
        if mark is None or (self._with is not None and self._at in (self._picked, self._with)):
            self.card.hide()
        else:
            self.card.say(self._words(mark), self._plot().of(mark).toPoint())

    def _words(self, mark: Mark) -> str:
        standard = self._chart.standard if self._chart else None
        return mark_text(mark, standard, self._more(mark) if self._more else ()) if standard else ""

    def _describe(self) -> None:
        mark = self.current()
        n = len(self.marks())
        words = self._words(mark).replace("\n", ", ") if mark else _("Points: {n}").format(n=n)
        self.setAccessibleDescription(words)

    def _paint_over(self, painter: QPainter, plot: Plot) -> None:
        marks = self.marks()
        if self._picked is not None and self._with is not None:
            ends = [plot.of(marks[self._picked]), plot.of(marks[self._with])]
            painter.setPen(pen("text", theme.shape("line"), Qt.PenStyle.DashLine))
            painter.drawLine(*ends)
            for end in ends:
                paint_ring(painter, end, "text")
        if self._at is not None:
            paint_ring(painter, plot.of(marks[self._at]))
        if self._pressed is not None and self._dragged is not None:
            band = QRectF(self._pressed.x(), plot.area.top(), self._dragged.x() - self._pressed.x(), plot.area.height())
            painter.setOpacity(0.4)
            painter.fillRect(band.normalized(), theme.colour("accent_soft"))
            painter.setOpacity(1)
            painter.setPen(pen("accent", theme.shape("line")))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(band)
