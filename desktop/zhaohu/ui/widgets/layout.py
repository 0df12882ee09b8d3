"""Arranging widgets without pixels: rows, columns, cards and flowing lines, measured in steps of the grid."""

from __future__ import annotations

from typing import TypeAlias, TypeVar

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QLayoutItem, QScrollArea, QVBoxLayout, QWidget

from zhaohu.ui import theme
from zhaohu.ui.widgets.words import label, set_kind


class Stretch:
    """Marks the place in a row or column that takes what room is left."""


STRETCH = Stretch()

Item: TypeAlias = QWidget | QLayout | Stretch
_Box = TypeVar("_Box", QVBoxLayout, QHBoxLayout)


def column(*items: Item, gap: int = 2, margin: int = 0) -> QVBoxLayout:
    """Widgets below one another, `gap` steps apart, inside `margin` steps."""
    return _fill(QVBoxLayout(), items, gap, margin)


def row(*items: Item, gap: int = 2, margin: int = 0) -> QHBoxLayout:
    """Widgets beside one another, `gap` steps apart, inside `margin` steps."""
    return _fill(QHBoxLayout(), items, gap, margin)


def _fill(layout: _Box, items: tuple[Item, ...], gap: int, margin: int) -> _Box:
    layout.setSpacing(theme.space(gap))
    layout.setContentsMargins(*[theme.space(margin)] * 4)
    for item in items:
        if isinstance(item, Stretch):
            layout.addStretch(1)
        elif isinstance(item, QLayout):
            layout.addLayout(item)
        else:
            layout.addWidget(item)
    return layout


def panel(layout: QLayout, parent: QWidget | None = None) -> QWidget:
    """A bare widget that holds a layout."""
    result = QWidget(parent)
    result.setLayout(layout)
    return result


def rule() -> QFrame:
    """A thin line between two things."""
    result = QFrame()
    set_kind(result, "rule")
    return result


def scrolled(widget: QWidget) -> QScrollArea:
    """A widget that scrolls up and down when it is taller than its place, never sideways."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    set_kind(widget, "scrolled")
    area.setWidget(widget)
    return area


class Card(QFrame):
    """A white sheet with a title; `body` takes its content."""

    def __init__(self, title: str = "", *items: Item, gap: int = 2) -> None:
        super().__init__()
        set_kind(self, "card")
        self.body = column(*items, gap=gap)
        outer = column(gap=3, margin=4)
        if title:
            outer.addWidget(label(title, "section"))
        outer.addLayout(self.body)
        self.setLayout(outer)


class FlowLayout(QLayout):
    """Widgets beside one another, at one height, that go on in the next line when the line is full."""

    def __init__(self, gap: int = 2) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._gap = theme.space(gap)
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """Called by Qt when a widget is added."""
        self._items.append(item)

    def count(self) -> int:
        """How many widgets there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """The item at a place, none behind the end."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # type: ignore[override]
        """Hand an item over to Qt."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """Grows in no direction by itself."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Its height follows from its width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of all lines at a width."""
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        """Place the widgets."""
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def sizeHint(self) -> QSize:
        """All in one line."""
        hints = [item.sizeHint() for item in self._items if not item.isEmpty()]
        width = sum(hint.width() for hint in hints) + self._gap * max(0, len(hints) - 1)
        return QSize(width, max((hint.height() for hint in hints), default=0))

    def minimumSize(self) -> QSize:
        """The widest single widget."""
        size = QSize()
        for item in self._items:
            if not item.isEmpty():
                size = size.expandedTo(item.minimumSize())
        return size

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        bottom, gap = rect.y(), 0
        for line in self._lines(rect.width()):
            x, top = rect.x(), bottom + gap
            height = max(hint.height() for _item, hint in line)
            for item, hint in line:
                if move:
                    item.setGeometry(QRect(QPoint(x, top + (height - hint.height()) // 2), hint))
                x += hint.width() + self._gap
            bottom, gap = top + height, self._gap
        return bottom - rect.y()

    def _lines(self, width: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        lines: list[list[tuple[QLayoutItem, QSize]]] = []
        x = 0
        for item in self._items:
            if item.isEmpty():
                continue
            hint = item.sizeHint()
            if not lines or x + hint.width() > width:
                lines.append([])
                x = 0
            lines[-1].append((item, hint))
            x += hint.width() + self._gap
        return lines


def flow(*widgets: QWidget, gap: int = 2) -> FlowLayout:
    """Widgets in flowing lines."""
    layout = FlowLayout(gap)
    for widget in widgets:
        layout.addWidget(widget)
    return layout
