"""The desktop program: log in, the window with its pages, lock, log out, and what this PC remembers."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from zhaohu import i18n
from zhaohu.clock import Clock
from zhaohu.errors import Refused
from zhaohu.paths import default_profile, holds_profile
from zhaohu.services.tastes import Tastes, load_tastes, save_tastes
from zhaohu.ui import theme
from zhaohu.ui.app import make_app, speak
from zhaohu.ui.crash import CrashGuard
from zhaohu.ui.dialogs.about import About
from zhaohu.ui.dialogs.log_in import LogIn

if TYPE_CHECKING:
    from zhaohu.services.desk import Desk
    from zhaohu.ui.shell import Shell


def run_window(profile: Path | None = None, user: str | None = None) -> int:
    """Open the program on a profile; returns when the last window is closed.

    A password in `ZHAOHU_PASSWORD` logs `user` in without asking, as on the command line.
    """
    place = profile or default_profile()
    tastes = load_tastes(place)
    wanted = os.environ.get("ZHAOHU_LANG") or tastes.language
    i18n.set_language(wanted if wanted in i18n.LANGUAGES else i18n.DEFAULT)
    app = make_app(look=tastes.look, scale=tastes.scale)
    desktop = Desktop(app, place, tastes, Clock.from_environment())
    guard = CrashGuard(desktop.save_report, desktop)
    guard.install()
    try:
        if not desktop.begin(user, os.environ.get("ZHAOHU_PASSWORD")):
            return 0
        return app.exec()
    finally:
        guard.uninstall()
        desktop.leave()


class Desktop(QObject):
    """Holds the desk and its window, and makes both anew after a lock, a log-out or another language.

    Args:
        app: The application.
        profile: The profile's folder.
        tastes: What this PC remembers.
        clock: What day it is.
    """

    def __init__(self, app: QApplication, profile: Path, tastes: Tastes, clock: Clock) -> None:
        super().__init__()
        self.app, self.profile, self.tastes, self.clock = app, profile, tastes, clock
        self.desk: Desk | None = None
        self.shell: Shell | None = None
        app.setQuitOnLastWindowClosed(False)

    def begin(self, user: str | None, password: str | None) -> bool:
        """From nothing to the window; false when the person gave up."""
        if not holds_profile(self.profile):
            from zhaohu.ui.first_start import run_first_start

            self.desk = run_first_start(self.profile, self.clock)
        elif user and password:
            self.desk = self._try(user, password)
        if self.desk is None and not self._ask(user or self.tastes.user):
            return False
        self.show()
        return True

    def _try(self, user: str, password: str) -> Desk | None:
        try:
            return _open(self.profile, self.clock, user, password)
        except Refused:
            return None

    def _ask(self, user: str, *, fixed: bool = False) -> bool:
        if not holds_profile(self.profile):
            return False
        log_in = partial(_open, self.profile, self.clock)
        dialog = LogIn(self.tastes.place, log_in, user=user, fixed_user=fixed, language_chosen=self._language_at_log_in)
        accepted = dialog.exec()
        self.desk = dialog.outcome if accepted else None
        dialog.deleteLater()
        return bool(accepted)

    def show(self, address: str = "") -> None:
        """The window on the desk, at an address or the first page."""
        from zhaohu.ui.window_pages import make_shell

        assert self.desk is not None
        self.remember(place=self.desk.site.name, user=self.desk.person.name)
        self.shell = shell = make_shell(self.desk)
        shell.lock_wanted.connect(self.lock)
        shell.log_out_wanted.connect(self.log_out)
        shell.about_wanted.connect(self.about)
        shell.language_wanted.connect(self.change_language)
        shell.look_wanted.connect(self.change_look)
        shell.scale_wanted.connect(self.change_scale)
        shell.closed.connect(self._on_closed)
        shell.show()
        if address:
            shell.open(address)
        else:
            shell.open_first()

    # -- what the frame asks for

    def lock(self) -> None:
        """Close the window and the database; only the same person opens them again."""
        self._leave_and_ask(fixed=True)

    def log_out(self) -> None:
        """Close the window and the database; anybody with an account may open them again."""
        self._leave_and_ask(fixed=False)

    def _leave_and_ask(self, *, fixed: bool) -> None:
        address = self.shell.address() if self.shell and fixed else ""
        if not self._put_away():
            return
        self.leave()
        if self._ask(self.tastes.user, fixed=fixed):
            self.show(address)
        else:
            self.app.quit()

    def change_language(self, language: str) -> None:
        """Speak another language: the window is made anew where it was, unless unsaved work holds it open."""

        def speak_it() -> None:
            i18n.set_language(language)
            self._language_at_log_in(language)

        self._show_anew(speak_it)

    def change_look(self, look: str) -> None:
        """Another theme, at once."""
        theme.apply(self.app, look, self.tastes.scale)
        self.remember(look=look)

    def change_scale(self, scale: int) -> None:
        """Another type size: the window is made anew where it was, unless unsaved work holds it open."""

        def write_so() -> None:
            theme.apply(self.app, self.tastes.look, scale)
            self.remember(scale=scale)

        self._show_anew(write_so)

    def about(self) -> None:
        """What this program is."""
        About.show_for(self.shell, str(self.profile))

    def remember(self, **tastes: Any) -> None:
        """Keep tastes of this PC."""
        self.tastes = replace(self.tastes, **tastes)
        save_tastes(self.profile, self.tastes)

    def save_report(self, error: BaseException) -> Path | None:
        """Save a crash report in the profile; None when even that fails."""
        from zhaohu.services.crash import save_crash_report

        try:
            return save_crash_report(self.profile, error, self.clock)
        except OSError:
            return None

    def leave(self) -> None:
        """Close the database."""
        if self.desk is not None:
            self.desk.close()
            self.desk = None

    # -- the window itself

    def _show_anew(self, change: Callable[[], object]) -> None:
        address = self.shell.address() if self.shell else ""
        if self._put_away():
            change()
            self.show(address)

    def _put_away(self) -> bool:
        """Close the window without ending the program; false when unsaved work holds it open."""
        shell = self.shell
        if shell is None:
            return True
        shell.closed.disconnect(self._on_closed)
        if not shell.close():
            shell.closed.connect(self._on_closed)
            return False
        self._drop_window()
        return True

    def _on_closed(self) -> None:
        self._drop_window()
        self.app.quit()

    def _drop_window(self) -> None:
        if self.shell is not None:
            self.shell.deleteLater()
            self.shell = None

    def _language_at_log_in(self, language: str) -> None:
        speak(self.app)
        self.remember(language=language)


def _open(profile: Path, clock: Clock, user: str, password: str) -> Desk:
    """Log in, and load what the window needs, off the GUI thread."""
    from zhaohu.services.profile import open_desk

    desk = open_desk(profile, user, password, clock)
    import zhaohu.ui.window_pages  # noqa: F401 - the pages are heavy: they are loaded while the person waits

    return desk
