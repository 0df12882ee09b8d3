"""Figure tiles: one number, what it counts, and a word on how it stands."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from zhaohu.ui import theme
from zhaohu.ui.widgets.layout import column, row
from zhaohu.ui.widgets.words import TONE_ICONS, IconLabel, label, set_flag, set_kind, set_tone, show_if


class Tile(QFrame):
    """A figure.

    Args:
        words: What is counted.
        key: Handed to `clicked`; empty makes the tile not clickable.

    Signals:
        clicked(key): Opened by mouse, Enter or Space.
    """

    clicked = Signal(str)

    def __init__(self, words: str, key: str = "") -> None:
        super().__init__()
        self._key = key
        self._words = label(words, "soft")
        self._figure = label("", "figure")
        self._note = label("", "note", wrap=True)
        self._icon = IconLabel("info", size="icon_small")
        self._icon.hide()
        self.setLayout(column(self._words, self._figure, row(self._icon, self._note, gap=1), gap=1, margin=3))
        set_kind(self, "tile")
        set_flag(self, "clickable", "true" if key else "false")
        if key:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.set_figure("—")

    def set_figure(self, figure: str, note: str = "", tone: str = "") -> None:
        """Show a figure as text, a quiet line under it, and its tone (an icon goes with a tone)."""
        self._figure.setText(figure)
        self._note.setText(note)
        set_tone(self._figure, tone)
        set_tone(self._note, tone)
        show_if(self._icon, bool(tone and note))
        if tone:
            self._icon.set_icon(TONE_ICONS.get(tone, "info"), tone)
        self.setAccessibleName(f"{self._words.text()}: {figure}")
        self.setAccessibleDescription(note)

    def figure(self) -> str:
        """The figure that is shown."""
        return self._figure.text()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click opens."""
        if (
            self._key
            and event.button() == Qt.MouseButton.LeftButton
            and self.rect().contains(event.position().toPoint())
        ):
            self.clicked.emit(self._key)
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space open."""
        if self._key and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit(self._key)
            return
        super().keyPressEvent(event)


class TileRow(QWidget):
    """Tiles side by side, as wide as one another, in as many lines as the width asks for."""

    def __init__(self, tiles: Iterable[Tile]) -> None:
        super().__init__()
        self._tiles = tuple(tiles)
        self._grid = QGridLayout()
        self._grid.setSpacing(theme.space(3))
        self._grid.setContentsMargins(0, 0, 0, 0)
        self.setLayout(self._grid)
        self._columns = 0
        self._arrange(len(self._tiles))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break or join the lines."""
        super().resizeEvent(event)
        fitting = (event.size().width() + theme.space(3)) // (theme.size("tile") + theme.space(3))
        self._arrange(max(1, min(fitting, len(self._tiles))))

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        for at in range(len(self._tiles)):
            self._grid.setColumnStretch(at, 1 if at < columns else 0)
        for at, tile in enumerate(self._tiles):
            self._grid.addWidget(tile, at // columns, at % columns)
        self._columns = columns
