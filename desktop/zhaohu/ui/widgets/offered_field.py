"""One line of text for which words are offered; any others may be typed too."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter

from zhaohu.ui import theme
from zhaohu.ui.widgets.fields import TextField

_MOST_SEEN = 12


class OfferedField(TextField):
    """The words are offered while one types, wherever in them the typed stands; the down key offers without typing."""

    def complete_from(self, words: Sequence[str]) -> None:
        """Offer these; taking one up is a change like typing it."""
        completer = QCompleter(list(words), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setMaxVisibleItems(_MOST_SEEN)
        completer.activated.connect(self._on_completed)
        popup = completer.popup()
        needs = popup.sizeHintForColumn(0) + theme.size("option") if words else 0
        popup.setMinimumWidth(min(needs, theme.size("field_long")))  # a popup is as narrow as its line by itself
        self.edit.setCompleter(completer)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down shows what is offered, all of it in an empty line."""
        completer = self.edit.completer()
        if event.key() == Qt.Key.Key_Down and completer is not None and not self.is_read_only():
            completer.setCompletionPrefix(self.text())
            completer.complete()
            event.accept()
            return
        super().keyPressEvent(event)

    def _on_completed(self, text: str) -> None:
        self.edit.setText(text)
        self._on_edited()
