"""For whoever cannot log in: a new password by the recovery sheet, or the way to a backup."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from zhaohu.clock import Clock
from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.services.desk import Desk, Person
from zhaohu.services.safety import recovery
from zhaohu.services.safety.recovery import Recovered
from zhaohu.ui import theme
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.guide import Guide, Step
from zhaohu.ui.dialogs.recover_steps import AdminStep, CodeStep, WayStep, new_sheet_step
from zhaohu.ui.file_names import file_name
from zhaohu.ui.widgets.pdf_dialog import PdfDialog


class Recover(Guide):
    """Leads by the hand. Afterwards `desk` is an administrator's open desk, or `restore_chosen` says the other way.

    Args:
        parent: The window it belongs to.
        profile: The profile that nobody can open.
        clock: What day it is.
    """

    def __init__(self, parent: QWidget | None, profile: Path, clock: Clock) -> None:
        super().__init__(parent, _("I cannot log in"))
        self._profile, self._clock = profile, clock
        self._recovered: Recovered | None = None
        self.desk: Desk | None = None
        self.restore_chosen = False
        self.way, self.code, self.admin, self.sheet = WayStep(), CodeStep(), AdminStep(), new_sheet_step()
        self._steps: list[Step] = [self.way, self.code, self.admin, self.sheet]
        wide = theme.size("field_long") + theme.size("field")
        self.add_steps(self._steps, QSize(wide, theme.size("field_long")))
        for step in (self.way, self.code, self.admin):
            step.form.completed.connect(self.go_on)
        self.sheet.wanted.connect(self.save_sheet)
        self._show(self.way)

    def go_on(self) -> None:
        """To the next step, once this one is complete."""
        step = self.step()
        if self._busy or not step.complete():
            return
        if step is self.way and self.way.wants_backup():
            self.restore_chosen = True
            self.accept()
        elif step is self.way:
            self._show(self.code)
        elif step is self.code:
            self._try_code()
        elif step is self.admin:
            self._set_password()
        else:
            self.accept()

    def back(self) -> None:
        """To the step before; not once the password is set."""
        self._show(self._steps[self._steps.index(self.step()) - 1])

    def save_sheet(self) -> None:
        """Ask where the new recovery sheet goes, write it, and show it."""
        made = self._recovered
        if made is None or self._busy:
            return
        place = ask_for_sheet(self, made.desk)
        if place is None:
            return
        self.work(
            lambda _context: recovery.new_sheet(made.desk, place, code=made.new_code),
            _("Writing the recovery sheet"),
            self._on_sheet,
            self._on_no_sheet,
        )

    def reject(self) -> None:
        """Escape: nothing is lost before the password is set; afterwards the sheet is asked for once more."""
        if self._busy:
            return
        if self._recovered is None:
            super().reject()
        elif self.sheet.written is not None or ask.confirm(
            self,
            _("Go on without a new recovery sheet?"),
            _("The old sheet stays valid until an administrator makes a new one in the settings, under Accounts."),
            do=_("Go on without it"),
            danger=True,
        ):
            self.accept()

    def _show(self, step: Step) -> None:
        words = {self.admin: _("Set the password"), self.sheet: _("Start working")}
        self.next_button.setText(words.get(step, _("Next")))
        at = self._steps.index(step) + 1
        self.show_step(step, at, len(self._steps), back=step in (self.code, self.admin))

    def _try_code(self) -> None:
        code = str(self.code.code.value())
        self.work(
            lambda _context: recovery.open_by_code(self._profile, code, self._clock),
            _("Trying the code"),
            self._on_code,
            self._on_wrong_code,
        )

    def _on_code(self, admins: Sequence[Person]) -> None:
        self.admin.show_admins(admins)
        self._show(self.admin)

    def _on_wrong_code(self, error: Exception) -> None:
        if not isinstance(error, Refused):
            raise error
        self.code.form.show_problems({"code": error.message})

    def _set_password(self) -> None:
        code, values = str(self.code.code.value()), self.admin.form.values()
        self.admin.notice.say("")
        self.work(
            lambda _context: recovery.recover(
                self._profile, code, str(values["admin"]), str(values["password"]), self._clock
            ),
            _("Setting the password"),
            self._on_recovered,
            self._on_refused,
        )

    def _on_recovered(self, recovered: Recovered) -> None:
        self._recovered, self.desk = recovered, recovered.desk
        for field in self.admin.form.fields.values():
            field.set_value(None)
        self._show(self.sheet)

    def _on_refused(self, error: Exception) -> None:
        if not isinstance(error, Refused):
            raise error
        field = str(error.details.get("field", ""))
        if field in self.admin.form.fields:
            self.admin.form.show_problems({field: error.message})
        else:
            self.admin.notice.say(error.message, "danger")

    def _on_sheet(self, place: Path) -> None:
        self.sheet.set_written(place)
        PdfDialog.show_pdf(self, place.read_bytes(), title=_("Recovery sheet"), file_name=place.name)

    def _on_no_sheet(self, error: Exception) -> None:
        if not isinstance(error, Refused):
            raise error
        self.sheet.notice.say(error.message, "danger")


def ask_for_sheet(parent: QWidget, desk: Desk) -> Path | None:
    """Where a new recovery sheet goes; None when the person thought better of it."""
    name = file_name(desk.site.code, _("Recovery sheet"), ending=".pdf")
    return ask.save_file(parent, _("Where the recovery sheet goes"), name, _("PDF (*.pdf)"))
