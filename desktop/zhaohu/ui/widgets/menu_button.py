"""A button that opens a menu of things to do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from zhaohu.ui import icons, theme
from zhaohu.ui.widgets.buttons import PushButton
from zhaohu.ui.widgets.words import set_kind


class MenuButton(PushButton):
    """The button; Enter, Space, Down or a click opens the menu.

    Args:
        title: What the menu is about.
    """

    def __init__(self, title: str) -> None:
        super().__init__(title)
        set_kind(self, "flat")
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow stands behind the word
        self.setIcon(icons.icon("chevron-down", "quiet"))
        self.setIconSize(QSize(theme.size("icon_small"), theme.size("icon_small")))
        self.menu_ = QMenu(self)
        self.menu_.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.clicked.connect(self.open_menu)

    def add(self, words: str, slot: Callable[[], object], icon: str = "") -> QAction:
        """One more entry; its `setVisible` hides it."""
        action = self.menu_.addAction(words, slot)
        if icon:
            action.setIcon(icons.icon(icon))
        return action

    def separate(self) -> None:
        """A line before what is added next."""
        self.menu_.addSeparator()

    def open_menu(self) -> None:
        """Open it below the button, the first entry marked for the keyboard."""
        self.menu_.popup(self.mapToGlobal(QPoint(0, self.height())))
        first = next((one for one in self.menu_.actions() if one.isVisible() and not one.isSeparator()), None)
        if first is not None:
            self.menu_.setActiveAction(first)
