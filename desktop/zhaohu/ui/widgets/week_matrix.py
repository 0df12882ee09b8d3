"""Rows by weeks, one small cell each: who did something when, who did not; arrows walk through the cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from zhaohu.ui import icons, theme

_TITLE, _NOTE = 26, 22  # in widths of a digit
_LEAST_WEEK = 6
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class WeekCell:
    """What one cell shows.

    Attributes:
        figure: The few signs that fit; empty for nothing.
        words: The same in a sentence, for tool tips and screen readers.
        tone: A tone of the style, "" for none; an `icon` goes with it.
        icon: Name of a small icon, "" for none.
    """

    figure: str
    words: str
    tone: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One row: its title, a cell for each week, and how it stands on the whole."""

    key: str
    title: str
    cells: tuple[WeekCell, ...]
    state: WeekCell


class _Cells(QAbstractTableModel):
    def __init__(self, first: str, last: str, parent: QObject) -> None:
        super().__init__(parent)
        self._ends = (first, last)
        self.weeks: tuple[tuple[str, str], ...] = ()
        self.rows: tuple[MatrixRow, ...] = ()

    def show(self, weeks: Sequence[tuple[str, str]], rows: Sequence[MatrixRow]) -> None:
        self.beginResetModel()
        self.weeks, self.rows = tuple(weeks), tuple(rows)
        self.endResetModel()

    def cell(self, index: _Index) -> WeekCell:
        row, place = self.rows[index.row()], index.column()
        if place == 0:
            return WeekCell(row.title, row.title)
        return row.state if place == len(self.weeks) + 1 else row.cells[place - 1]

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.weeks) + 2

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < self.columnCount():
            return None
        names = [(self._ends[0], ""), *self.weeks, (self._ends[1], "")]
        if role == Qt.ItemDataRole.DisplayRole:
            return names[section][0]
        if role == Qt.ItemDataRole.ToolTipRole:
            return names[section][1] or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            middle = 0 < section <= len(self.weeks)
            side = Qt.AlignmentFlag.AlignHCenter if middle else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        cell = self.cell(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.figure
        if role == Qt.ItemDataRole.ToolTipRole:
            return cell.words
        if role == Qt.ItemDataRole.AccessibleTextRole:
            week = self.weeks[index.column() - 1][1] if 0 < index.column() <= len(self.weeks) else ""
            return " ".join(part for part in (self.rows[index.row()].title, week, cell.words) if part)
        return None


class _Painter(QStyledItemDelegate):
    """The figure in its tone with its icon before it; weeks in the middle of their cell."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        assert isinstance(model, _Cells)
        cell, rect = model.cell(index), QRect(option.rect)  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        week = 0 < index.column() <= len(model.weeks)
        painter.save()
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        soft = f"{cell.tone}_soft" if cell.tone in ("danger", "attention") and week else "surface"
        painter.fillRect(rect, theme.colour("accent_soft" if chosen else soft))
        self._draw(painter, rect, cell, week)
        if chosen:
            self._frame(painter, rect)
        painter.restore()

    @staticmethod
    def _draw(painter: QPainter, rect: QRect, cell: WeekCell, week: bool) -> None:
        painter.setFont(theme.font("note" if week else "body"))
        painter.setPen(theme.colour(cell.tone or ("quiet" if week else "text")))
        side, gap = theme.size("icon_small"), theme.space(1)
        inner = rect.adjusted(theme.space(1 if week else 2), 0, -theme.space(1 if week else 2), 0)
        taken = side + gap if cell.icon else 0
        metrics = painter.fontMetrics()
        text = metrics.elidedText(cell.figure, Qt.TextElideMode.ElideRight, inner.width() - taken)
        left = inner.left()
        if week:
            left += max(0, inner.width() - taken - metrics.horizontalAdvance(text)) // 2
        if cell.icon:
            place = QRectF(left, rect.center().y() - side / 2 + 1, side, side)
            icons.paint(painter, place, cell.icon, cell.tone or "quiet")
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRect(left + taken, rect.top(), inner.right() - left - taken + 1, rect.height()), middle, text)

    @staticmethod
    def _frame(painter: QPainter, rect: QRect) -> None:
        width = theme.shape("focus")
        pen = painter.pen()
        pen.setWidth(width)
        pen.setColor(theme.colour("accent"))
        painter.setPen(pen)
        painter.drawRect(QRectF(rect).adjusted(width / 2, width / 2, -width / 2, -width / 2))


class WeekMatrix(QTableView):
    """The matrix; where room is short, the oldest weeks are left out.

    Args:
        name: What it is, for screen readers.
        first: Heading of the titles.
        last: Heading of how the rows stand on the whole.

    Signals:
        picked(key, week): Another cell became current; `week` counts from 0, None for the cells at both ends; the key
            is None when there is no row.
        opened(key, week): Enter or a double click.
    """

    picked = Signal(object, object)
    opened = Signal(object, object)

    def __init__(self, name: str, first: str, last: str) -> None:
        super().__init__()
        self._cells = _Cells(first, last, self)
        self.setModel(self._cells)
        self.setItemDelegate(_Painter(self))
        self.setAccessibleName(name)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setWordWrap(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(theme.size("row"))
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionsClickable(False)
        self.doubleClicked.connect(self._open)
        self.selectionModel().currentChanged.connect(self._on_current)

    def show_rows(self, weeks: Sequence[tuple[str, str]], rows: Sequence[MatrixRow]) -> None:
        """Show rows; the marked cell stays marked while its row is there, else the newest week of the first row is.

        Args:
            weeks: A short heading and the words for each week, oldest first.
            rows: Each with as many cells as there are weeks.
        """
        key, column = self.place()
        self._cells.show(weeks, rows)
        self._lay_out()
        at = next((at for at, row in enumerate(rows) if row.key == key), 0)
        if rows:
            self.setCurrentIndex(self._cells.index(at, len(weeks) if column is None else column + 1))
        else:
            self.picked.emit(None, None)

    def rows(self) -> tuple[MatrixRow, ...]:
        """The rows that are shown."""
        return self._cells.rows

    def place(self) -> tuple[str | None, int | None]:
        """Key of the marked row, and which week is marked."""
        return self._place(self.currentIndex())

    def choose(self, key: str, week: int | None = None) -> None:
        """Mark a cell; without a week how the row stands on the whole."""
        row = next(at for at, one in enumerate(self._cells.rows) if one.key == key)
        self.setCurrentIndex(self._cells.index(row, len(self._cells.weeks) + 1 if week is None else week + 1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk, Home and End go to the ends of the row, Enter opens the cell."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._open(self.currentIndex())
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width out anew."""
        super().resizeEvent(event)
        self._lay_out()

    def changeEvent(self, event: QEvent) -> None:
        """Draw anew when the look changes."""
        if event.type() == QEvent.Type.PaletteChange:
            self.viewport().update()
        super().changeEvent(event)

    def _lay_out(self) -> None:
        n = len(self._cells.weeks)
        if not n:
            return
        digit = self.fontMetrics().horizontalAdvance("0")
        title, note = _TITLE * digit, _NOTE * digit
        room = max(0, self.viewport().width() - title - note)
        shown = max(1, min(n, room // (_LEAST_WEEK * digit)))
        self.setColumnWidth(0, title)
        for at in range(n):
            self.setColumnHidden(at + 1, at < n - shown)
            self.setColumnWidth(at + 1, room // shown)
        self.setColumnWidth(n + 1, self.viewport().width() - title - room // shown * shown)

    def _place(self, index: _Index) -> tuple[str | None, int | None]:
        if not index.isValid():
            return None, None
        week = index.column() - 1
        return self._cells.rows[index.row()].key, week if 0 <= week < len(self._cells.weeks) else None

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(*self._place(index))

    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        self.picked.emit(*self._place(current))
