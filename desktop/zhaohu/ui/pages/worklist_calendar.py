"""A month as a sheet of days: what is planned, what opens and what ends on each; arrows walk through the days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from zhaohu.i18n import _, format_date, format_number, pgettext
from zhaohu.rules.ages import add_months
from zhaohu.ui import theme

_WEEKS, _DAYS = 6, 7
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class DayCell:
    """What a day of the sheet shows."""

    planned: int = 0
    opening: int = 0
    closing: int = 0
    rest: bool = False


def weekday_names() -> list[str]:
    """Monday to Sunday, short."""
    return [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]


def first_shown(day: date) -> date:
    """The Monday with which the sheet of a day's month begins."""
    first = day.replace(day=1)
    return first - timedelta(days=first.weekday())


def lines_of(cell: DayCell) -> list[tuple[str, str]]:
    """The lines of a day as (words, tone); a figure of nought is left out."""
    lines = (
        (_("planned {n}"), cell.planned, "accent"),
        (_("begins {n}"), cell.opening, "quiet"),
        (_("ends {n}"), cell.closing, "attention"),
    )
    return [(words.format(n=format_number(n)), tone) for words, n, tone in lines if n]


class _Days(QAbstractTableModel):
    def __init__(self, today: date, parent: QObject) -> None:
        super().__init__(parent)
        self.today, self.month, self.first = today, today, first_shown(today)
        self.cells: Mapping[date, DayCell] = {}

    def show_month(self, month: date, cells: Mapping[date, DayCell]) -> None:
        self.beginResetModel()
        self.month, self.first, self.cells = month, first_shown(month), cells
        self.endResetModel()

    def day_at(self, index: _Index) -> date:
        return self.first + timedelta(days=index.row() * _DAYS + index.column())

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else _WEEKS

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else _DAYS

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return weekday_names()[section]
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return None
        day = self.day_at(index)
        cell = self.cells.get(day, DayCell())
        words = [
            format_date(day),
            *([_("day of rest")] if cell.rest else []),
            *(line for line, _tone in lines_of(cell)),
        ]
        return pgettext("between parts of a list", ", ").join(words)


class _Painter(QStyledItemDelegate):
    """The day's number, whether one rests, what there is, and at the foot a bar as long as the day is full."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        assert isinstance(model, _Days)
        day, rect = model.day_at(index), QRect(option.rect)  # type: ignore[attr-defined]
        cell, within = model.cells.get(day, DayCell()), day.month == model.month.month
        painter.save()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)  # type: ignore[attr-defined]
        ground = "accent_soft" if chosen else "sunken" if cell.rest or not within else "surface"
        painter.fillRect(rect, theme.colour(ground))
        inner = rect.adjusted(theme.space(2), theme.space(1), -theme.space(2), -theme.space(2))
        self._head(painter, inner, model, day, cell)
        if within:
            self._lines(painter, inner, cell)
            self._bar(painter, rect, model, cell)
        painter.restore()

    def _head(self, painter: QPainter, inner: QRect, model: _Days, day: date, cell: DayCell) -> None:
        within = day.month == model.month.month
        painter.setFont(theme.font(bold=day == model.today))
        painter.setPen(theme.colour("accent" if day == model.today else "text" if within else "disabled"))
        number = _("{n} today").format(n=day.day) if day == model.today else str(day.day)
        top = Qt.AlignmentFlag.AlignTop
        painter.drawText(inner, top | Qt.AlignmentFlag.AlignLeft, number)
        if cell.rest and within:
            painter.setFont(theme.font("note"))
            painter.setPen(theme.colour("quiet"))
            painter.drawText(inner, top | Qt.AlignmentFlag.AlignRight, _("rest"))

    def _lines(self, painter: QPainter, inner: QRect, cell: DayCell) -> None:
        painter.setFont(theme.font("note"))
        height = painter.fontMetrics().height()
        place = QRect(inner.left(), inner.top() + height + theme.space(1), inner.width(), height)
        for words, tone in lines_of(cell):
            painter.setPen(theme.colour(tone))
            text = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, place.width())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
            place.translate(0, height)

    def _bar(self, painter: QPainter, rect: QRect, model: _Days, cell: DayCell) -> None:
        most = max((one.planned + one.closing for one in model.cells.values()), default=0)
        if cell.planned + cell.closing:
            width = rect.width() * (cell.planned + cell.closing) / most
            high = theme.space(1)
            painter.fillRect(QRectF(rect.left(), rect.bottom() - high + 1, width, high), theme.colour("accent"))


class MonthView(QTableView):
    """The sheet.

    Args:
        today: The day that is told apart, and marked to begin with.

    Signals:
        opened(day): A day was clicked, or Enter pressed on it.
        turned(month): Another month is to be shown; a day of it.
    """

    opened = Signal(object)
    turned = Signal(object)

    def __init__(self, today: date) -> None:
        super().__init__()
        self._days = _Days(today, self)
        self.day = today
        self.setModel(self._days)
        self.setItemDelegate(_Painter(self))
        self.setAccessibleName(_("Month"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
            header.setHighlightSections(False)
        self.verticalHeader().hide()
        self.clicked.connect(self._on_clicked)
        self._mark()

    def show_month(self, month: date, cells: Mapping[date, DayCell]) -> None:
        """Show a month's days; the marked day stays marked when it lies in it, else the first is."""
        self._days.show_month(month, cells)
        if (self.day.year, self.day.month) != (month.year, month.month):
            self.day = month.replace(day=1)
        self._mark()

    def cell(self, day: date) -> DayCell:
        """What a day shows."""
        return self._days.cells.get(day, DayCell())

    def go_to(self, day: date) -> None:
        """Mark a day, in another month after turning to it."""
        turn = (day.year, day.month) != (self._days.month.year, self._days.month.month)
        self.day = day
        if turn:
            self.turned.emit(day)
        else:
            self._mark()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk by days and weeks, Page Up and Page Down by months, Home is today, Enter opens the day."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -_DAYS, Qt.Key.Key_Down: _DAYS}
        months = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
        key = Qt.Key(event.key())
        if key in steps:
            self.go_to(self.day + timedelta(days=steps[key]))
        elif key in months:
            self.go_to(add_months(self.day, months[key]))
        elif key == Qt.Key.Key_Home:
            self.go_to(self._days.today)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(self.day)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Draw anew when the look changes."""
        if event.type() == QEvent.Type.PaletteChange:
            self.viewport().update()
        super().changeEvent(event)

    def _on_clicked(self, index: QModelIndex) -> None:
        self.go_to(self._days.day_at(index))
        self.opened.emit(self.day)

    def _mark(self) -> None:
        place = (self.day - self._days.first).days
        self.setCurrentIndex(self._days.index(place // _DAYS, place % _DAYS))
