"""A bar of filter chips: each a word that can be pressed, one or several at a time."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QWidget

from zhaohu.ui.widgets.buttons import PushButton
from zhaohu.ui.widgets.layout import flow
from zhaohu.ui.widgets.words import set_kind


class _Chip(PushButton):
    """A chip that keeps the room its words need when it is pressed and so in bold."""

    def sizeHint(self) -> QSize:
        """As wide as the wider of its two looks."""
        bold = QFont(self.font())
        bold.setBold(True)
        more = QFontMetrics(bold).horizontalAdvance(self.text()) - self.fontMetrics().horizontalAdvance(self.text())
        return super().sizeHint() + QSize(max(0, more), 0)


class ChipBar(QWidget):
    """Filter chips.

    Args:
        chips: (key, words) of each chip.
        single: Exactly one is always pressed (the first to begin with); else any number.
        optional: With `single`, none may be pressed too, as to begin with.
        name: What a screen reader calls the bar.

    Signals:
        changed: The choice changed by a person.
    """

    changed = Signal()

    def __init__(
        self, chips: Sequence[tuple[str, str]] = (), *, single: bool = True, optional: bool = False, name: str = ""
    ) -> None:
        super().__init__()
        self._single, self._optional = single, optional
        self._buttons: dict[str, PushButton] = {}
        self._flow = flow(gap=2)
        self.setLayout(self._flow)
        self.setAccessibleName(name)
        for key, words in chips:
            self.add(key, words)

    def add(self, key: str, words: str) -> None:
        """One more chip at the end."""
        button = _Chip(words.replace("&", "&&"))
        set_kind(button, "chip")
        button.setCheckable(True)
        button.setChecked(self._single and not self._optional and not self._buttons)
        button.clicked.connect(self._on_clicked)
        self._buttons[key] = button
        self._flow.addWidget(button)

    def set_words(self, key: str, words: str) -> None:
        """Change a chip's words, for instance its count."""
        self._buttons[key].setText(words.replace("&", "&&"))

    def chosen(self) -> frozenset[str]:
        """The keys that are pressed."""
        return frozenset(key for key, button in self._buttons.items() if button.isChecked())

    def current(self) -> str:
        """The one key of a single-choice bar; empty when none is pressed."""
        return next(iter(self.chosen()), "")

    def choose(self, *keys: str) -> None:
        """Press exactly these; does not emit `changed`."""
        for key, button in self._buttons.items():
            button.setChecked(key in keys)

    def _on_clicked(self) -> None:
        pressed = self.sender()
        if self._single:
            for button in self._buttons.values():
                button.setChecked(button is pressed and (button.isChecked() or not self._optional))
        self.changed.emit()
