"""A key's fingerprint, large enough to read out over the telephone group by group."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from zhaohu.ui.widgets.layout import STRETCH, column, row
from zhaohu.ui.widgets.words import label

_GROUPS = 5


class Fingerprint(QWidget):
    """The groups side by side.

    Args:
        words: Whose fingerprint it is.
        text: The groups, joined by hyphens.
    """

    def __init__(self, words: str, text: str = "") -> None:
        super().__init__()
        self._words, self._text = words, ""
        self._groups = [label("", "figure") for _group in range(_GROUPS)]
        for group in self._groups:
            group.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setLayout(column(label(words, "soft"), row(*self._groups, STRETCH, gap=5), gap=1))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Show another fingerprint; empty shows none."""
        self._text = text
        parts = text.split("-")
        for at, group in enumerate(self._groups):
            group.setText(parts[at] if at < len(parts) else "")
        self.setAccessibleName(f"{self._words}: {text}")

    def text(self) -> str:
        """The fingerprint as it is written."""
        return self._text
