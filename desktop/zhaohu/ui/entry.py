"""The way in: the log-in window, and what helps whoever cannot log in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from zhaohu.clock import Clock
from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.ui.dialogs.log_in import LogIn

if TYPE_CHECKING:
    from zhaohu.services.desk import Desk


class Entry(QObject):
    """Lets somebody in to a profile.

    Args:
        profile: The profile's folder.
        clock: What day it is.
        language_chosen: Called with the code of another language, which is already set in `zhaohu.i18n`.
        parent: Whoever asks.
    """

    def __init__(
        self, profile: Path, clock: Clock, language_chosen: Callable[[str], object], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._profile, self._clock, self._language_chosen = profile, clock, language_chosen
        self._dialog: LogIn | None = None

    def try_silently(self, user: str, password: str) -> Desk | None:
        """The desk when these are right, else None."""
        try:
            return _open(self._profile, self._clock, user, password)
        except Refused:
            return None

    def ask(self, place: str, user: str, *, locked: bool = False, notice: str = "") -> Desk | None:
        """Show the log-in window and wait; None when the person gave up. The arguments are those of `LogIn`."""
        self._dialog = dialog = LogIn(
            place,
            partial(_open, self._profile, self._clock),
            user=user,
            locked=locked,
            notice=notice,
            language_chosen=self._language_chosen,
        )
        dialog.help_wanted.connect(self._on_help)
        dialog.restore_wanted.connect(self._on_restore)
        accepted = dialog.exec()
        self._dialog = None
        dialog.deleteLater()
        return dialog.outcome if accepted else None

    def _on_help(self) -> None:
        from zhaohu.ui.dialogs.recover import Recover

        assert self._dialog is not None
        guide = Recover(self._dialog, self._profile, self._clock)
        guide.exec()
        guide.deleteLater()
        if guide.desk is not None:
            self._dialog.let_in(guide.desk)
        elif guide.restore_chosen:
            self._on_restore()

    def _on_restore(self) -> None:
        from zhaohu.ui.dialogs.restore import run_restore_guide

        assert self._dialog is not None
        if run_restore_guide(self._dialog, self._profile, self._clock):
            self._dialog.begin_anew(_("The data is back. Log in with a password that was valid at that time."))


def is_sure_of_the_day(desk: Desk | None) -> bool:
    """Whether work goes on; asked only while the clock of this PC is in doubt."""
    if desk is None or not desk.clock_doubt:
        return True
    from zhaohu.ui.dialogs.clock_doubt import ask_about_clock

    return ask_about_clock(None, desk)


def _open(profile: Path, clock: Clock, user: str, password: str) -> Desk:
    """Log in, and load what the window needs, off the GUI thread."""
    from zhaohu.services.safety.profile import open_desk

    desk = open_desk(profile, user, password, clock)
    import zhaohu.ui.window_pages  # noqa: F401 - the pages are heavy: they are loaded while the person waits

    return desk
