"""The lock of the screen: when nobody is there or somebody asks, without ever asking back."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from zhaohu.i18n import _, ngettext
from zhaohu.ui.closing import Once
from zhaohu.ui.idle import IdleWatch

if TYPE_CHECKING:
    from zhaohu.ui.shell import Shell

log = logging.getLogger(__name__)


class ScreenLock(QObject):
    """Keeps what was typed, lets work under way end, and then says that the window has to go.

    Args:
        app: The application.
        minutes: How long nobody has to be there.
        parent: Whoever closes the window.

    Signals:
        due(why): The window and the database are to be closed now; the sentence stands on the locked screen.
    """

    due = Signal(str)

    def __init__(self, app: QApplication, minutes: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.idle = IdleWatch(app, minutes, self._is_busy, self)
        self.idle.soon.connect(self._on_soon)
        self.idle.idle.connect(self._on_idle)
        self._shell: Shell | None = None
        self._why = ""
        self._once = Once(self)

    def watch(self, shell: Shell) -> None:
        """This window is open now."""
        self._shell = shell
        self.idle.start()

    def end_watch(self) -> None:
        """The window is gone."""
        self.idle.stop()
        self._once.forget()
        self._shell, self._why = None, ""

    def lock(self) -> None:
        """Lock the screen because somebody asks for it."""
        self._begin(_("The screen was locked."))

    def _on_idle(self) -> None:
        n = self.idle.minutes
        words = ngettext(
            "The screen was locked after {n} minute without a key or click.",
            "The screen was locked after {n} minutes without a key or click.",
            n,
        )
        self._begin(words.format(n=n))

    def _on_soon(self, soon: bool) -> None:
        if self._shell is not None:
            self._shell.set_passing(_("Without a key or click the screen is locked in a minute.") if soon else "")

    def _is_busy(self) -> bool:
        return self._shell is not None and bool(self._shell.runner.active())

    def _begin(self, why: str) -> None:
        shell = self._shell
        if shell is None or self._why:
            return
        self._why = (
            why if self._keep_draft(shell) else _("{why} What was typed last could not be kept.").format(why=why)
        )
        if self._is_busy():
            shell.draw_curtain(_("The screen is locked as soon as the work under way is done."))
        self._once.when(lambda: not self._is_busy(), self._tell)

    def _keep_draft(self, shell: Shell) -> bool:
        page = shell.page()
        try:
            if page is not None:
                page.keep_draft()
        except Exception as error:  # nothing may stop the lock
            log.error("the draft was not kept: %s", type(error).__qualname__)
            return False
        return True

    def _tell(self) -> None:
        self.due.emit(self._why)
