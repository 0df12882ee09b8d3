"""The column at the left: the pages' names with icons, the current one marked; folds to icons."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from zhaohu.ui import icons, theme
from zhaohu.ui.widgets.buttons import PushButton, press_by
from zhaohu.ui.widgets.layout import STRETCH, column, row
from zhaohu.ui.widgets.words import IconLabel, label, set_flag, set_kind, show_if


class Sidebar(QWidget):
    """The pages by key; Ctrl+1 … Ctrl+9, Ctrl+0 open the first ten, Ctrl+Shift+1 … those after.

    Args:
        entries: (key, words, icon name) of each page.
        brand: The program's name at the top.

    Signals:
        picked(key): A page was asked for.
    """

    picked = Signal(str)

    def __init__(self, entries: Sequence[tuple[str, str, str]], brand: str) -> None:
        super().__init__()
        self.setObjectName("sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._brand = label(brand)
        self._brand.setObjectName("brand")
        self._words = {key: words for key, words, _icon in entries}
        self._badges: dict[str, int] = {}
        self._folded = False
        self.buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        top = row(IconLabel("logo", "accent"), self._brand, STRETCH, gap=2)
        top.setContentsMargins(theme.space(4), 0, theme.space(2), 0)
        head = QWidget()
        head.setLayout(top)
        head.setFixedHeight(theme.size("top_bar"))
        list_ = column(gap=1)
        list_.setContentsMargins(theme.space(2), theme.space(2), theme.space(2), theme.space(2))
        for at, (key, _words, icon) in enumerate(entries, start=1):
            button = PushButton()
            set_kind(button, "nav")
            button.setCheckable(True)
            button.setIcon(icons.icon(icon, "quiet", checked="accent"))
            button.setIconSize(QSize(theme.size("icon"), theme.size("icon")))
            button.setObjectName(key)
            button.setProperty("keys", _keys(at))
            press_by(button, _keys(at))
            self._group.addButton(button)
            self.buttons[key] = button
            list_.addWidget(button)
        outer = column(head, gap=0)
        outer.addLayout(list_)
        outer.addStretch(1)
        self.setLayout(outer)
        self._group.buttonClicked.connect(self._on_clicked)
        self._write()

    def mark(self, key: str) -> None:
        """Mark the page that is open; a page that is not in the list marks none."""
        self._group.setExclusive(False)
        for name, button in self.buttons.items():
            button.setChecked(name == key)
        self._group.setExclusive(True)

    def set_badge(self, key: str, n: int) -> None:
        """A number behind a page's name, 0 for none."""
        self._badges[key] = n
        self._write()

    def fold(self, folded: bool) -> None:
        """Only icons, or icons with names."""
        if folded != self._folded:
            self._folded = folded
            self._write()

    def is_folded(self) -> bool:
        """Whether only icons are shown."""
        return self._folded

    def _write(self) -> None:
        self.setFixedWidth(theme.size("sidebar_folded" if self._folded else "sidebar"))
        show_if(self._brand, not self._folded)
        for key, button in self.buttons.items():
            n = self._badges.get(key, 0)
            words = self._words[key] + (f" ({n})" if n else "")
            button.setText("" if self._folded else "  " + words.replace("&", "&&"))
            button.setAccessibleName(words)
            button.setToolTip(f"{words}  {button.property('keys')}")
            set_flag(button, "folded", "true" if self._folded else "false")

    def _on_clicked(self, button: QPushButton) -> None:
        self.picked.emit(button.objectName())


def _keys(place: int) -> str:
    return f"Ctrl+{place % 10}" if place <= 10 else f"Ctrl+Shift+{place - 10}"
