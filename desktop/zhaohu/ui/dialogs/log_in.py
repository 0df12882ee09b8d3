"""The first window: who are you. Nothing heavy is imported here, so that it shows at once."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from zhaohu import i18n
from zhaohu.errors import Refused
from zhaohu.i18n import _, ngettext
from zhaohu.ui import theme
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.fields import ATTENTION, TextField
from zhaohu.ui.widgets.layout import STRETCH, column, row
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.words import IconLabel, label, set_kind, show_if

_NEEDS_BACKUP = ("database_missing", "no_key_file", "not_ours", "damaged")
_DAMAGED_FILE = (11, 26)
"""Codes of SQLite: the file is damaged, or it is no database under this key."""


class LogIn(QDialog):
    """Asks for user name and password.

    Args:
        place: The station's or center's name.
        log_in: Opens the profile for (user, password); called off the GUI thread; raises `Refused` with the
            sentence to show; code `wait` counts its `seconds` down.
        user: The name offered.
        locked: The screen was locked: this user comes back, or another person says that it is somebody else.
        notice: What is said at first.
        language_chosen: Called with the code of another language, which is already set in `zhaohu.i18n`.

    After `exec()` is accepted, `outcome` is what `log_in` returned.

    Signals:
        help_wanted: The person cannot log in.
        restore_wanted: The data cannot be opened, and the person wants a backup of it back.
    """

    help_wanted = Signal()
    restore_wanted = Signal()
    _succeeded = Signal(object)
    _failed = Signal(object)

    def __init__(
        self,
        place: str,
        log_in: Callable[[str, str], Any],
        *,
        user: str = "",
        locked: bool = False,
        notice: str = "",
        language_chosen: Callable[[str], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.outcome: Any = None
        self._locked, self._wait_until = locked, 0.0
        self._log_in, self._language_chosen = log_in, language_chosen
        self._thread: threading.Thread | None = None
        self._title = label("", "title")
        self._place = label(place, "soft", wrap=True)
        self._user_label, self._password_label = label(), label()
        self.user = TextField(width="", max_length=64)
        self.password = TextField(width="", max_length=256, secret=True)
        self.error = Notice()
        self.enter = button("", self.try_log_in, kind="primary")
        self.restore_button = button("", self.restore_wanted.emit)
        self.somebody_else = button("", self._on_somebody_else, kind="link")
        self.help_link = button("", self.help_wanted.emit, kind="link")
        self.user.set_value(user)
        self.user.set_read_only(locked)
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self._count_down)
        self._languages: dict[str, QPushButton] = {}
        self._build()
        self.retranslate()
        self.user.entered.connect(self._to_password)
        self.password.entered.connect(self.try_log_in)
        self._succeeded.connect(self._take)
        self._failed.connect(self._refuse)
        self.password.edit.installEventFilter(self)
        self.error.say(notice)
        (self.password if user else self.user).editor().setFocus()

    def _build(self) -> None:
        self.setFixedWidth(theme.size("dialog"))
        for code, words in i18n.LANGUAGES.items():
            choice = button(words, self._on_language, kind="segment")
            choice.setObjectName(code)
            choice.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._languages[code] = choice
        self._user_label.setBuddy(self.user.editor())
        self._password_label.setBuddy(self.password.editor())
        show_if(self.somebody_else, self._locked)
        show_if(self.restore_button, False)
        foot = row(self.help_link, STRETCH, *self._languages.values(), gap=1)
        head = row(IconLabel("logo", "accent", size="icon_large"), column(self._title, self._place, gap=0), gap=3)
        head.setStretch(1, 1)
        self.setLayout(
            column(
                head,
                self.error,
                self.restore_button,
                column(row(self._user_label, STRETCH, self.somebody_else), self.user, gap=1),
                column(self._password_label, self.password, gap=1),
                self.enter,
                foot,
                gap=4,
                margin=8,
            )
        )

    def retranslate(self) -> None:
        """Write all words in the language in use."""
        self.setWindowTitle(_("Locked") if self._locked else _("Log in"))
        self._title.setText(_("Zhaohu"))
        for words, text, field in (
            (_("User name"), self._user_label, self.user),
            (_("Password"), self._password_label, self.password),
        ):
            text.setText(words)
            field.set_name(words)
        self.enter.setText(_("Log in"))
        self.restore_button.setText(_("Restore from a backup"))
        self.somebody_else.setText(_("Another person"))
        self.help_link.setText(_("I cannot log in"))
        for code, choice in self._languages.items():
            choice.setCheckable(True)
            choice.setChecked(code == i18n.language())

    def try_log_in(self) -> None:
        """Try with what was typed; a second try waits for the first."""
        if self._thread is not None or not self.enter.isEnabled():
            return
        user, password = self.user.value(), self.password.edit.text()
        if not user or not password:
            self._say(_("Please enter user name and password."), "attention")
            (self.password if user else self.user).editor().setFocus()
            return
        self._say("")
        self._set_busy(True)
        self._thread = threading.Thread(target=self._work, args=(user, password), daemon=True)
        self._thread.start()

    def _work(self, user: str, password: str) -> None:
        try:
            result = self._log_in(user, password)
        except Exception as error:  # a refusal is shown here, a bug raised again on the GUI thread
            self._failed.emit(error)
        else:
            self._succeeded.emit(result)

    def let_in(self, outcome: Any) -> None:
        """Somebody came in by another door, such as the recovery sheet."""
        self.outcome = outcome
        self.accept()

    def begin_anew(self, notice: str) -> None:
        """Anybody may log in now, to data that was just brought back."""
        self._open_to_all()
        self._offer_backup(False)
        self._say(notice, "done")

    def _take(self, result: Any) -> None:
        self._end()
        self.let_in(result)

    def _refuse(self, error: Exception) -> None:
        self._end()
        if not isinstance(error, Refused):
            raise error
        self._offer_backup(_needs_backup(error))
        if error.code == "wait":
            self.password.edit.clear()
            self._wait_until = time.monotonic() + float(str(error.details["seconds"]))
            self._second.start()
            self.setFocus()
            self._count_down()
            return
        self._say(error.message, "danger")
        self.password.edit.selectAll()
        self.password.edit.setFocus()

    def _say(self, text: str, tone: str = "") -> None:
        self.error.say(text, tone)
        self.password.set_problem("")
        self.adjustSize()

    def _offer_backup(self, offered: bool) -> None:
        show_if(self.restore_button, offered)
        set_kind(self.restore_button, "primary" if offered else "")
        set_kind(self.enter, "" if offered else "primary")

    def _count_down(self) -> None:
        left_s = math.ceil(self._wait_until - time.monotonic())
        waiting = left_s > 0
        for one in (self.enter, self.password.edit):
            one.setEnabled(not waiting)
        if waiting:
            words = ngettext(
                "There were several wrong tries. Try again in {n} second.",
                "There were several wrong tries. Try again in {n} seconds.",
                left_s,
            )
            self._say(words.format(n=left_s), "attention")
        else:
            self._second.stop()
            self._say("")
            self.password.edit.setFocus()

    def _end(self) -> None:
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._set_busy(False)

    def _set_busy(self, busy: bool) -> None:
        self.enter.setEnabled(not busy)
        self.enter.setText(_("Opening…") if busy else _("Log in"))

    def _to_password(self) -> None:
        self.password.edit.setFocus()

    def _on_somebody_else(self) -> None:
        self._say("")
        self._open_to_all()

    def _open_to_all(self) -> None:
        self._locked = False
        self.somebody_else.hide()
        self.user.set_read_only(False)
        for field in (self.user, self.password):
            field.set_value(None)
        self.user.edit.setFocus()
        self.retranslate()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Say so when a letter of the password comes out in the wrong case."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.text().isalpha():
            shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            letter = event.text()
            caps = letter.lower() != letter.upper() and letter.isupper() != shifted
            self.password.set_problem(_("Caps Lock is on.") if caps else "", ATTENTION)
            self.adjustSize()
        return super().eventFilter(watched, event)

    def _on_language(self) -> None:
        chosen = self.sender()
        code = chosen.objectName() if chosen is not None else i18n.DEFAULT
        i18n.set_language(code)
        if self._language_chosen is not None:
            self._language_chosen(code)
        self.retranslate()

    def done(self, result: int) -> None:
        """A log-in under way is let finish before the window goes."""
        self._second.stop()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        super().done(result)


def _needs_backup(error: Refused) -> bool:
    return error.code in _NEEDS_BACKUP or (
        error.code == "store_fault" and error.details.get("sqlite_error") in _DAMAGED_FILE
    )
