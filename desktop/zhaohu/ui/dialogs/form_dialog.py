"""A form in a window: it is checked, saved off the GUI thread, and a refusal stands beside the field it is about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QWidget

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.ui import theme
from zhaohu.ui.dialogs import ask
from zhaohu.ui.jobs import Runner
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.layout import STRETCH, column, row, scrolled
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.words import label, set_kind

Save = Callable[[dict[str, Any]], Any]


class FormDialog(QDialog):
    """Asks for the values of a form; `FormDialog.ask(...)`.

    Args:
        parent: The window it belongs to.
        runner: Saves in its one-after-another lane.
        form: The fields, already filled in.
        title: What is done here.
        do: The verb on the button that does it.
        save: Called off the GUI thread with the form's values; a `Refused` whose details name a `field` is shown
            there, any other in a banner, and the window stays.
        lead: A sentence above the fields.
        side: A second column.
        more: What the second column adds to the values.

    Signals:
        saved(result): What `save` returned; the window is closed then.
    """

    saved = Signal(object)

    def __init__(
        self,
        parent: QWidget | None,
        runner: Runner,
        form: Form,
        *,
        title: str,
        do: str,
        save: Save,
        lead: str = "",
        side: QWidget | None = None,
        more: Callable[[], dict[str, Any]] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        set_kind(self, "page")
        self.form, self._runner, self._save, self._side, self._more = form, runner, save, side, more
        self._title, self._busy, self._touched = title, False, False
        self.notice = Notice()
        self.do_button = button(do, self.try_save, kind="primary", shortcut="Ctrl+S")
        self._cancel = button(_("Cancel"), self.reject)
        body = row(scrolled(form) if side is not None else form, gap=4)
        if side is not None:
            body.addWidget(side, 1)
        head = [label(title, "title"), *([label(lead, "soft", wrap=True)] if lead else [])]
        outer = column(*head, self.notice, gap=4, margin=6)
        outer.addLayout(body, 1)
        outer.addLayout(row(STRETCH, self._cancel, self.do_button))
        self.setLayout(outer)
        self.setMinimumWidth(theme.size("dialog"))
        if side is not None:
            self.resize(self._wide_size())
        form.changed.connect(self.touch)
        form.completed.connect(self._on_completed)
        QShortcut(QKeySequence("Ctrl+Return"), self).activated.connect(self.try_save)

    @classmethod
    def ask(
        cls,
        parent: QWidget | None,
        runner: Runner,
        form: Form,
        *,
        title: str,
        do: str,
        save: Save,
        lead: str = "",
        side: QWidget | None = None,
        more: Callable[[], dict[str, Any]] | None = None,
    ) -> FormDialog:
        """Open the window over its parent and go on; the arguments are the class's."""
        dialog = cls(parent, runner, form, title=title, do=do, save=save, lead=lead, side=side, more=more)
        dialog.open()
        form.go_to(next(name for name, field in form.fields.items() if not field.is_read_only()))
        return dialog

    def _wide_size(self) -> QSize:
        """Room for a second column, as far as the screen has it."""
        needs, screen = self.form.sizeHint(), self.screen().availableGeometry().size()
        wide = QSize(needs.width() + 2 * theme.size("detail"), needs.height() + theme.size("tile"))
        return wide.boundedTo(QSize(screen.width() * 9 // 10, screen.height() * 9 // 10))

    def try_save(self) -> None:
        """Save what was entered, or say what is wrong with it."""
        if self._busy or not self.form.check():
            return
        self._set_busy(True)
        values = {**self.form.values(), **(self._more() if self._more is not None else {})}
        self._runner.run(
            lambda _context: self._save(values),
            title=self._title,
            on_result=self._on_saved,
            on_error=self._on_error,
            writes=True,
        )

    def reject(self) -> None:
        """Escape and Cancel: ask before entered values are lost; wait while they are being saved."""
        if self._busy:
            return
        if self._touched:
            answer = ask.unsaved(self, _("What you have entered here is not saved yet."))
            if answer == "save":
                self.try_save()
            if answer != "discard":
                return
        super().reject()

    def touch(self) -> None:
        """Something was entered: closing asks first. Connect the second column here."""
        self._touched = True

    def _on_completed(self) -> None:
        """Enter in the last field goes on to the second column, else saves."""
        if self._side is not None:
            self._side.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.try_save()

    def _on_saved(self, result: object) -> None:
        self._busy = False
        self.saved.emit(result)
        self.accept()

    def _on_error(self, error: Exception) -> None:
        self._set_busy(False)
        if not isinstance(error, Refused):
            raise error
        field = error.details.get("field")
        known = isinstance(field, str) and field in self.form.fields
        self.form.show_problems({str(field): error.message} if known else {})
        self.notice.say("" if known else error.message, "danger")

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.do_button.setEnabled(not busy)
        self._cancel.setEnabled(not busy)
        self.notice.say("")
