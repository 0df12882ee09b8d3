"""A key's fingerprint, large enough to read out over the telephone group by group."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from zhaohu.services.exchange import site_keys
from zhaohu.ui.widgets.layout import STRETCH, column, row
from zhaohu.ui.widgets.words import label

_ROWS, _IN_ROW = 2, 5


class Fingerprint(QWidget):
    """The groups of digits in two rows; beneath, small, the letters by which files and lists know the keys.

    Args:
        words: Whose fingerprint it is.
        text: The fingerprint as it is written, in letters.
    """

    def __init__(self, words: str, text: str = "") -> None:
        super().__init__()
        self._words, self._text = label(words, "soft"), ""
        self._groups = [label("", "figure") for _group in range(_ROWS * _IN_ROW)]
        self._letters = label("", "soft")
        for shown in (*self._groups, self._letters):
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        rows = [row(*self._groups[at : at + _IN_ROW], STRETCH, gap=6) for at in range(0, len(self._groups), _IN_ROW)]
        self.setLayout(column(self._words, *rows, self._letters, gap=1))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_text(text)

    def set_words(self, words: str) -> None:
        """Say something else about it."""
        self._words.setText(words)
        self._name()

    def set_text(self, text: str) -> None:
        """Show another fingerprint; empty shows none."""
        self._text = text
        digits = site_keys.digits(text).split(" ") if text else [""] * len(self._groups)
        for group, shown in zip(self._groups, digits, strict=True):
            group.setText(shown)
        self._letters.setText(text)
        self._name()

    def text(self) -> str:
        """The fingerprint as it is written."""
        return self._text

    def digits(self) -> str:
        """What is read out."""
        return " ".join(group.text() for group in self._groups)

    def _name(self) -> None:
        self.setAccessibleName(f"{self._words.text()}: {self.digits()}")
