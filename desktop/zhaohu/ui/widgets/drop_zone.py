"""A place to drop files on, with a button that chooses them instead."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QPushButton

from zhaohu.ui.widgets.layout import column, row
from zhaohu.ui.widgets.words import IconLabel, label, set_kind, set_tone


class DropZone(QFrame):
    """Takes files of some endings.

    Args:
        title: What to drop here.
        note: A quiet line under it.
        endings: Endings with the dot, such as ".zhb"; other files are not taken.
        action: The button at its right end that does the same without a mouse.

    Signals:
        dropped(paths): Files were dropped, a list of `Path`.
    """

    dropped = Signal(object)

    def __init__(self, title: str, note: str, endings: Sequence[str], action: QPushButton) -> None:
        super().__init__()
        set_kind(self, "notice")
        self.setAcceptDrops(True)
        self.setAccessibleName(title)
        self._endings = tuple(endings)
        layout = row(IconLabel("inbox", "accent"), gap=3, margin=4)
        layout.addLayout(column(label(title, "strong"), label(note, "note", wrap=True), gap=0), 1)
        layout.addWidget(action)
        self.setLayout(layout)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Show that the files may be dropped."""
        if self._files(event.mimeData()):
            set_tone(self, "accent")
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """They went elsewhere."""
        set_tone(self, "")

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand the files on."""
        set_tone(self, "")
        files = self._files(event.mimeData())
        if files:
            event.acceptProposedAction()
            self.dropped.emit(files)

    def _files(self, data: QMimeData) -> list[Path]:
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        return [path for path in paths if path.suffix.lower() in self._endings]
