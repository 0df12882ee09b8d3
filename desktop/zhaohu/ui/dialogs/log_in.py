"""The first window: who are you. Nothing heavy is imported here, so that it shows at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from zhaohu import i18n
from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.ui import theme
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.layout import STRETCH, column, row
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.words import IconLabel, label


class LogIn(QDialog):
    """Asks for user name and password.

    Args:
        place: The station's or center's name.
        log_in: Opens the profile for (user, password); called off the GUI thread; raises `Refused` with the
            sentence to show, also when one has to wait after wrong passwords.
        user: The name offered.
        fixed_user: Only this user may come in (an unlocked screen).
        language_chosen: Called with the code of another language, which is already set in `zhaohu.i18n`.

    After `exec()` is accepted, `outcome` is what `log_in` returned.
    """

    _succeeded = Signal(object)
    _failed = Signal(object)

    def __init__(
        self,
        place: str,
        log_in: Callable[[str, str], Any],
        *,
        user: str = "",
        fixed_user: bool = False,
        language_chosen: Callable[[str], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.outcome: Any = None
        self._log_in, self._language_chosen = log_in, language_chosen
        self._thread: threading.Thread | None = None
        self._title = label("", "title")
        self._place = label(place, "soft", wrap=True)
        self._user_label, self._password_label = label(), label()
        self.user = TextField(width="", max_length=64)
        self.password = TextField(width="", max_length=256, secret=True)
        self.error = Notice()
        self.enter = button("", self.try_log_in, kind="primary")
        self.user.set_value(user)
        self.user.set_read_only(fixed_user)
        self._languages: dict[str, QPushButton] = {}
        self._build()
        self.retranslate()
        self.user.entered.connect(self._to_password)
        self.password.entered.connect(self.try_log_in)
        self._succeeded.connect(self._take)
        self._failed.connect(self._refuse)
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
        languages = row(STRETCH, *self._languages.values(), gap=1)
        head = row(IconLabel("logo", "accent", size="icon_large"), column(self._title, self._place, gap=0), gap=3)
        head.setStretch(1, 1)
        self.setLayout(
            column(
                head,
                self.error,
                column(self._user_label, self.user, gap=1),
                column(self._password_label, self.password, gap=1),
                self.enter,
                languages,
                gap=4,
                margin=8,
            )
        )

    def retranslate(self) -> None:
        """Write all words in the language in use."""
        self.setWindowTitle(_("Log in"))
        self._title.setText(_("Zhaohu"))
        for words, text, field in (
            (_("User name"), self._user_label, self.user),
            (_("Password"), self._password_label, self.password),
        ):
            text.setText(words)
            field.set_name(words)
        self.enter.setText(_("Log in"))
        for code, choice in self._languages.items():
            choice.setCheckable(True)
            choice.setChecked(code == i18n.language())

    def try_log_in(self) -> None:
        """Try with what was typed; a second try waits for the first."""
        if self._thread is not None:
            return
        user, password = self.user.value(), self.password.edit.text()
        if not user or not password:
            self.error.say(_("Please enter user name and password."), "attention")
            (self.password if user else self.user).editor().setFocus()
            return
        self.error.say("")
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

    def _take(self, result: Any) -> None:
        self._end()
        self.outcome = result
        self.accept()

    def _refuse(self, error: Exception) -> None:
        self._end()
        if not isinstance(error, Refused):
            raise error
        self.error.say(error.message, "danger")
        self.password.edit.selectAll()
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

    def _on_language(self) -> None:
        chosen = self.sender()
        code = chosen.objectName() if chosen is not None else i18n.DEFAULT
        i18n.set_language(code)
        if self._language_chosen is not None:
            self._language_chosen(code)
        self.retranslate()

    def done(self, result: int) -> None:
        """A log-in under way is let finish before the window goes."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        super().done(result)
