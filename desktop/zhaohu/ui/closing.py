"""Putting away at once whatever stands over the main window, without asking anybody."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QThread, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QWidget

_LOOK_MS = 20


def _open_dialogs() -> list[QDialog]:
    """All dialogs that can be seen, the foremost first."""
    shown = [one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible()]
    foremost = QApplication.activeModalWidget()
    return sorted(shown, key=lambda one: one is not foremost)


def close_over(main: QWidget) -> None:
    """Close all dialogs as if they had been cancelled, and all pop-ups and menus."""
    closed: set[int] = set()  # one of the operating system's own may stay for a while
    while front := next((one for one in _open_dialogs() if id(one) not in closed), None):
        closed.add(id(front))
        front.done(QDialog.DialogCode.Rejected)  # `reject` would ask about unsaved work
    for window in QApplication.topLevelWidgets():
        if window is not main and window.isVisible() and not isinstance(window, QDialog):
            window.close()


def has_unwound() -> bool:
    """Whether every dialog that was closed has returned to its opener, who may still ask the window something."""
    return QThread.currentThread().loopLevel() <= 1


class Once(QObject):
    """Does one thing from the event loop as soon as something holds."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting: tuple[Callable[[], bool], Callable[[], object]] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)

    def when(self, holds: Callable[[], bool], act: Callable[[], object]) -> None:
        """Wait for something, and forget what was waited for before."""
        self._waiting = (holds, act)
        self._timer.start()

    def forget(self) -> None:
        """Wait no more."""
        self._waiting = None
        self._timer.stop()

    def _look(self) -> None:
        if self._waiting is not None and self._waiting[0]():
            act = self._waiting[1]
            self.forget()
            act()
