"""The box that finds a child from anywhere: suggestions while one types, chosen by keyboard or mouse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QFrame, QLineEdit, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from zhaohu.i18n import _
from zhaohu.ui import icons, theme
from zhaohu.ui.widgets.layout import column
from zhaohu.ui.widgets.words import label, set_kind

PAUSE_MS = 15
"""Keys that come faster, as from a scanner, are searched for together."""
LONGEST = 8

_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line under the box.

    Args:
        title: What was found, or what is offered.
        subtitle: What tells it from others.
        key: What is handed on when it is taken.
        note: Why it was found, where its title does not show it.
        icon: Marks what is an offer and not a hit.
        by_enter: Enter takes it right away; otherwise only after it was gone to.
    """

    title: str
    subtitle: str
    key: str
    note: str = ""
    icon: str = ""
    by_enter: bool = True


class _Hits(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.hits: tuple[Suggestion, ...] = ()

    def set_hits(self, hits: Sequence[Suggestion]) -> None:
        self.beginResetModel()
        self.hits = tuple(hits)
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.hits)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole):
        hit = self.hits[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return hit.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (hit.title, hit.note, hit.subtitle) if part)
        return hit if role == Qt.ItemDataRole.UserRole else None


class _Lines(QStyledItemDelegate):
    """Title in body type, what tells it apart below in quiet type."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(theme.size("search"), theme.size("row") + theme.space(3))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        hit: Suggestion = index.data(Qt.ItemDataRole.UserRole)
        rect = QRect(option.rect)  # type: ignore[attr-defined]
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:  # type: ignore[attr-defined]
            painter.fillRect(rect, theme.colour("accent_soft"))
        inner = rect.adjusted(theme.space(3), theme.space(1), -theme.space(3), -theme.space(1))
        if hit.icon:
            side = theme.size("icon")
            place = QRect(inner.left(), inner.center().y() - side // 2, side, side)
            icons.paint(painter, QRectF(place), hit.icon, "accent")
            inner.setLeft(place.right() + theme.space(3))
        upper = QRect(inner.topLeft(), QSize(inner.width(), inner.height() * 55 // 100))
        lower = QRect(QPoint(inner.left(), upper.bottom() + 1), inner.bottomRight())
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setFont(theme.font("note"))
        painter.setPen(theme.colour("accent"))
        note = painter.fontMetrics().elidedText(hit.note, Qt.TextElideMode.ElideRight, upper.width() * 3 // 5)
        painter.drawText(upper, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, note)
        upper.setRight(upper.right() - painter.fontMetrics().horizontalAdvance(note) - theme.space(2))
        painter.setFont(theme.font())
        painter.setPen(theme.colour("accent" if hit.icon else "text"))
        painter.drawText(
            upper, middle, painter.fontMetrics().elidedText(hit.title, Qt.TextElideMode.ElideRight, upper.width())
        )
        painter.setFont(theme.font("note"))
        painter.setPen(theme.colour("quiet"))
        painter.drawText(
            lower, middle, painter.fontMetrics().elidedText(hit.subtitle, Qt.TextElideMode.ElideRight, lower.width())
        )
        painter.restore()


class _Popup(QFrame):
    """The hits under the line; a child of the window, so that the line keeps the keyboard."""

    def __init__(self, window: QWidget, model: _Hits) -> None:
        super().__init__(window)
        set_kind(self, "popup")
        self._model = model
        self.list = QListView()
        set_kind(self.list, "bare")
        self.list.setModel(model)
        self.list.setItemDelegate(_Lines(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        self.list.entered.connect(self.list.setCurrentIndex)
        nobody = _("Nobody found. Try part of the name, its initials, or the last digits of a phone.")
        self.nobody = label(nobody, "soft", wrap=True)
        self.nobody.setContentsMargins(theme.space(3), theme.space(2), theme.space(3), theme.space(2))
        self.setLayout(column(self.nobody, self.list, gap=0, margin=1))

    def show_under(self, line: QWidget) -> None:
        """Show the hits, or that there are none, below a line."""
        rows, hits = self._model.rowCount(), self._model.hits
        self.list.setVisible(rows > 0)
        self.nobody.setVisible(all(hit.icon for hit in hits))
        if rows:
            self.list.setCurrentIndex(self._model.index(0, 0) if hits[0].by_enter else QModelIndex())
        self.list.setFixedHeight(max(1, rows) * (theme.size("row") + theme.space(3)) + theme.space(1))
        self.setFixedWidth(max(line.width(), theme.size("detail")))
        self.adjustSize()
        self.place(line)
        self.show()
        self.raise_()

    def place(self, line: QWidget) -> None:
        """Keep under the line and inside the window."""
        window = line.window()
        corner = line.mapTo(window, QPoint(0, line.height() + theme.space(1)))
        corner.setX(min(corner.x(), window.width() - self.width() - theme.space(2)))
        self.move(corner)

    def step(self, by: int) -> None:
        """Mark the next or the last hit, round and round."""
        rows = self._model.rowCount()
        if rows:
            at = self.list.currentIndex().row()
            self.list.setCurrentIndex(self._model.index((at + by) % rows if at >= 0 else 0, 0))


class SearchBox(QLineEdit):
    """A line that offers what `search` finds.

    Args:
        search: Gives the hits for a text, best first; called with every key, on the GUI thread: must be quick.
        placeholder: What the empty line says.

    Signals:
        chosen(key): A hit was taken.
    """

    chosen = Signal(str)

    def __init__(self, search: Callable[[str], Sequence[Suggestion]], placeholder: str) -> None:
        super().__init__()
        self._search = search
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setClearButtonEnabled(True)
        self.addAction(icons.icon("search", "quiet"), QLineEdit.ActionPosition.LeadingPosition)
        self.setFixedWidth(theme.size("search"))
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.look)
        self._hits = _Hits(self)
        self.popup: _Popup | None = None
        self.textEdited.connect(self._on_edited)

    def suggestions(self) -> tuple[Suggestion, ...]:
        """The hits that are offered."""
        return self._hits.hits

    def look(self) -> None:
        """Search for what is typed, now."""
        self._pause.stop()
        text = self.text().strip()
        if not text:
            self._hide()
            return
        self._hits.set_hits(self._search(text)[:LONGEST])
        if self.popup is None:
            self.popup = _Popup(self.window(), self._hits)
            self.popup.list.clicked.connect(self._take)
            self.window().installEventFilter(self)
        self.popup.show_under(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down walk through the hits, Enter takes one, Escape puts them away."""
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._pause.isActive():
                self.look()
            if self.popup is not None:
                self._take(self.popup.list.currentIndex())
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.popup is not None and self._is_shown():
            self.popup.step(1 if key == Qt.Key.Key_Down else -1)
        elif key == Qt.Key.Key_Escape:
            self._hide()
            self.clear()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event) -> None:
        """Put the hits away."""
        super().focusOutEvent(event)
        self._hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the hits under the line when the window changes its size."""
        if event.type() == QEvent.Type.Resize and self.popup is not None:
            self.popup.place(self)
        return super().eventFilter(watched, event)

    def _on_edited(self) -> None:
        self._pause.start()

    def _is_shown(self) -> bool:
        return self.popup is not None and self.popup.isVisible()

    def _hide(self) -> None:
        self._pause.stop()
        if self.popup is not None:
            self.popup.hide()

    def _take(self, index: QModelIndex) -> None:
        if not self._is_shown() or not index.isValid():
            return
        key = self._hits.hits[index.row()].key
        self._hide()
        self.clear()
        self.chosen.emit(key)
