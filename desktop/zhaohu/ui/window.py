"""The desktop program: log in, the window with its pages, lock, log out, and what this PC remembers."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication

from zhaohu import i18n
from zhaohu.clock import Clock
from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.paths import default_profile, whole_profile
from zhaohu.services.safety import logs
from zhaohu.services.tastes import Tastes, load_tastes, save_tastes
from zhaohu.ui import theme
from zhaohu.ui.app import make_app, speak
from zhaohu.ui.closing import Once, close_over, has_unwound
from zhaohu.ui.collector import calm_collector
from zhaohu.ui.crash import CrashGuard
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.about import About
from zhaohu.ui.entry import Entry, is_sure_of_the_day
from zhaohu.ui.locking import ScreenLock
from zhaohu.ui.qt_log import qt_messages_logged
from zhaohu.ui.single import OneWindow

if TYPE_CHECKING:
    from zhaohu.services.desk import Desk
    from zhaohu.ui.shell import Shell

log = logging.getLogger(__name__)


def run_window(profile: Path | None = None, user: str | None = None) -> int:
    """Open the program on a profile; returns when the last window is closed.

    When it is open on this profile already, its window comes forward instead. A password in `ZHAOHU_PASSWORD` logs
    `user` in without asking, as on the command line.
    """
    place = profile or default_profile()
    tastes = load_tastes(place)
    wanted = os.environ.get("ZHAOHU_LANG") or tastes.language
    i18n.set_language(wanted if wanted in i18n.LANGUAGES else i18n.DEFAULT)
    app = make_app(look=tastes.look, scale=tastes.scale)
    only = OneWindow(place)
    try:
        if not only.take():
            return 0
    except Refused as error:
        ask.message(None, _("Zhaohu cannot be opened"), error.message, tone="attention")
        return 1
    try:
        return _run(Desktop(app, place, tastes, Clock.from_environment()), only, user)
    finally:
        only.release()


def _run(desktop: Desktop, only: OneWindow, user: str | None) -> int:
    only.wanted.connect(desktop.come_forward)
    guard = CrashGuard(desktop.save_report, desktop)
    guard.install()
    logs.begin(desktop.profile, desktop.clock)
    log.info("window begins")
    try:
        with qt_messages_logged():
            if not desktop.begin(user, os.environ.get("ZHAOHU_PASSWORD")):
                return 0
            with calm_collector():
                return desktop.app.exec()
    finally:
        guard.uninstall()
        desktop.leave()
        log.info("window ends")
        logs.end()


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
        self.screen_lock = ScreenLock(app, tastes.idle_minutes, self)
        self.screen_lock.due.connect(self._lock_now)
        self._entry = Entry(profile, clock, self._language_at_log_in, self)
        self._once = Once(self)
        app.setQuitOnLastWindowClosed(False)

    def begin(self, user: str | None, password: str | None) -> bool:
        """From nothing to the window; false when the person gave up."""
        if not whole_profile(self.profile):
            from zhaohu.ui.first_start import run_first_start

            self.desk = run_first_start(self.profile, self.clock)
        elif user and password:
            self.desk = self._entry.try_silently(user, password)
        came_in = self.desk is not None or self._ask(user or self.tastes.user)
        if not came_in or not is_sure_of_the_day(self.desk):
            return False
        self.show()
        return True

    def _ask(self, user: str, *, locked: bool = False, notice: str = "") -> bool:
        if whole_profile(self.profile):
            self.desk = self._entry.ask(self.tastes.place, user, locked=locked, notice=notice)
        return self.desk is not None

    def show(self, address: str = "") -> None:
        """The window on the desk, at an address or the first page."""
        from zhaohu.ui.window_pages import make_shell

        assert self.desk is not None
        logs.settle()
        self.remember(place=self.desk.site.name, user=self.desk.person.name)
        self.shell = shell = make_shell(self.desk)
        shell.lock_wanted.connect(self.screen_lock.lock)
        shell.log_out_wanted.connect(self.log_out)
        shell.about_wanted.connect(self.about)
        shell.language_wanted.connect(self.change_language)
        shell.look_wanted.connect(self.change_look)
        shell.scale_wanted.connect(self.change_scale)
        shell.idle_wanted.connect(self.change_idle)
        shell.restore_wanted.connect(self.restore)
        shell.key_change_wanted.connect(self.change_key)
        shell.closed.connect(self._on_closed)
        shell.show()
        self.screen_lock.watch(shell)
        if address:
            shell.open(address)
        else:
            shell.open_first()

    def log_out(self) -> None:
        """Close the window and the database; anybody with an account may open them again."""
        if self._put_away():
            self.leave()
            self._once.when(has_unwound, partial(self._come_back, self.tastes.user))

    def come_forward(self) -> None:
        """Show the window, or what stands over it, in front of everything else."""
        for window in (self.shell, self.app.activeModalWidget()):
            if window is not None and window.isVisible():
                window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
                window.raise_()
                window.activateWindow()
                self.app.alert(window)

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

    def change_idle(self, minutes: int) -> None:
        """After how long the screen is locked."""
        self.screen_lock.idle.minutes = minutes
        self.remember(idle_minutes=minutes)

    def restore(self, file: str) -> None:
        """Close window and database, lead through bringing a backup back, and have somebody log in again."""
        from zhaohu.ui.dialogs.restore import look_at_desk, run_restore_guide

        assert self.desk is not None
        present = look_at_desk(self.desk)
        wanted = Path(file) if file else None
        self._leave_for(lambda: run_restore_guide(None, self.profile, self.clock, present, wanted))

    def change_key(self) -> None:
        """Close window and database, lead through changing the key, and have somebody log in again."""
        from zhaohu.ui.dialogs.key_change import run_key_change

        assert self.desk is not None
        user = self.desk.person.name
        self._leave_for(lambda: run_key_change(None, self.profile, user, self.clock))

    def _leave_for(self, guide: Callable[[], object]) -> None:
        def go_on() -> None:
            try:
                guide()
            finally:  # whatever went wrong in it: without a window nobody could even end the program
                if not self.begin(None, None):
                    self.app.quit()

        if self._put_away():
            self.leave()
            self._once.when(has_unwound, go_on)

    def about(self) -> None:
        """What this program is."""
        About.show_for(self.shell, str(self.profile))

    def remember(self, **tastes: Any) -> None:
        """Keep tastes of this PC."""
        self.tastes = replace(self.tastes, **tastes)
        save_tastes(self.profile, self.tastes)

    def save_report(self, error: BaseException) -> Path | None:
        """Save a crash report in the profile; None when even that fails."""
        from zhaohu.services.safety.crash import save_crash_report

        try:
            return save_crash_report(self.profile, error, self.clock)
        except OSError:
            return None

    def leave(self) -> None:
        """Close the database."""
        if self.desk is not None:
            self.desk.close()
            self.desk = None

    def _show_anew(self, change: Callable[[], object]) -> None:
        address = self.shell.address() if self.shell else ""
        if self._put_away():
            change()
            self.show(address)

    def _lock_now(self, why: str) -> None:
        """Nothing stays open behind the locked screen: no window, no dialog, no database."""
        shell = self.shell
        if shell is None:
            return
        address, user = shell.address(), self.tastes.user
        close_over(shell)
        shell.closed.disconnect(self._on_closed)
        shell.close_now()
        self.screen_lock.end_watch()
        self.leave()

        def empty() -> None:
            self._drop_window()
            self._once.when(has_unwound, partial(self._come_back, user, why, address))

        self._once.when(has_unwound, empty)

    def _come_back(self, user: str, why: str = "", address: str = "") -> None:
        if not self._ask(user, locked=bool(why), notice=why) or not is_sure_of_the_day(self.desk):
            self.app.quit()
            return
        assert self.desk is not None
        self.show(address if self.desk.person.name == user else "")

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
        self.screen_lock.end_watch()
        if self.shell is not None:
            self.shell.deleteLater()
            self.shell = None

    def _language_at_log_in(self, language: str) -> None:
        speak(self.app)
        self.remember(language=language)
