"""A form whose rarely needed fields are folded away until somebody wants them."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.form import Form


class FoldingForm(Form):
    """Rarely needed fields stand behind a button of their section, until one of them says something.

    Besides, fields that do not matter just now can be put away and brought back as they were.
    """

    def __init__(self) -> None:
        super().__init__()
        self._folded: dict[QPushButton, tuple[str, ...]] = {}
        self._away: dict[str, bool] = {}

    def fold(self, words: str, *names: str) -> None:
        """Put fields of the section that was begun last behind a button."""
        opener = button(words, self._on_open, kind="link", icon="chevron-down")
        self._card_of(names[0]).body.addWidget(opener, 0, Qt.AlignmentFlag.AlignLeft)
        self._folded[opener] = names
        for name in names:
            self.set_shown(name, False)

    def unfold(self, *, every: bool = False) -> None:
        """Open the sections in which something stands behind the button, or all of them."""
        for opener, names in self._folded.items():
            if every or any(not self.fields[name].is_empty() for name in names):
                self._open(opener)

    def openers(self) -> tuple[QPushButton, ...]:
        """The buttons that still hide something."""
        return tuple(one for one in self._folded if not one.isHidden())

    def put_away(self, names: Collection[str]) -> None:
        """Hide fields with the buttons that lead only to them; their values stay."""
        self.bring_back()
        self._away = {name: self.is_shown(name) for name in names}
        for name in names:
            self.set_shown(name, False)
        for opener, behind in self._folded.items():
            if self._away.keys() >= set(behind):
                opener.hide()

    def bring_back(self) -> None:
        """Show again what was put away, as it was."""
        away, self._away = self._away, {}
        for name, shown in away.items():
            self.set_shown(name, shown)
        for opener, behind in self._folded.items():
            if away.keys() >= set(behind):
                opener.setVisible(not any(away[name] for name in behind))

    def _open(self, opener: QPushButton) -> None:
        opener.hide()
        for name in self._folded[opener]:
            if name in self._away:
                self._away[name] = True
            else:
                self.set_shown(name, True)

    def _on_open(self) -> None:
        opener = self.sender()
        if isinstance(opener, QPushButton):
            self._open(opener)
            self.go_to(self._folded[opener][0])
