"""Buttons as the look wants them: named for screen readers, never default by accident."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QPushButton, QToolButton

from zhaohu.ui import icons, theme
from zhaohu.ui.widgets.words import set_kind

_ICON_COLOURS = {"primary": "on_accent", "danger": "on_danger", "link": "accent"}


class PushButton(QPushButton):
    """A button that Enter presses too when it has the keyboard, and that is never pressed from elsewhere."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.setAutoDefault(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses it, as Space does; Qt knows that of buttons in dialogs only."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            event.accept()
            self.click()
        else:
            super().keyPressEvent(event)


def press_by(result: QAbstractButton, keys: str) -> None:
    """Keys press a button at once, and once; the shortcut of a button itself holds it down for 100 ms before."""
    shortcut = QShortcut(QKeySequence(keys), result)
    shortcut.setAutoRepeat(False)
    shortcut.activated.connect(result.click)


def button(
    text: str,
    on_click: Callable[[], object] | None = None,
    *,
    kind: str = "",
    icon: str = "",
    shortcut: str = "",
    hint: str = "",
) -> QPushButton:
    """A push button.

    Args:
        text: What it does, a verb.
        on_click: A bound method (no lambda that holds its own parent).
        kind: Empty, or primary (one on a page), danger, flat, link.
        icon: Name of an icon before the text.
        shortcut: Keys such as "Ctrl+S"; told in the tool tip.
        hint: A sentence for the tool tip.
    """
    result = PushButton(text)
    if kind:
        set_kind(result, kind)
    if icon:
        result.setIcon(icons.icon(icon, _ICON_COLOURS.get(kind, "text")))
        result.setIconSize(QSize(theme.size("icon"), theme.size("icon")))
    if kind == "link":
        result.setCursor(Qt.CursorShape.PointingHandCursor)
    if shortcut:
        press_by(result, shortcut)
        hint = f"{hint or text} ({QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)})"
    if hint:
        result.setToolTip(hint)
    if on_click is not None:
        result.clicked.connect(on_click)
    return result


def icon_button(icon: str, name: str, on_click: Callable[[], object] | None = None) -> QToolButton:
    """A button that is only an icon; `name` is its tool tip and what a screen reader says."""
    result = QToolButton()
    set_kind(result, "flat")
    result.setIcon(icons.icon(icon))
    result.setIconSize(QSize(theme.size("icon"), theme.size("icon")))
    result.setToolTip(name)
    result.setAccessibleName(name)
    result.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if on_click is not None:
        result.clicked.connect(on_click)
    return result
