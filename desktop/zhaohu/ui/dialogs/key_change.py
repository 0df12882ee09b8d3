"""The guide that changes the database key: when to do it, the proof and the work, who needs a new password then."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from zhaohu.clock import Clock
from zhaohu.errors import Refused
from zhaohu.i18n import _, format_number, ngettext, pgettext
from zhaohu.services.safety import key_change
from zhaohu.services.safety.key_change import KeyChanged
from zhaohu.ui import theme
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.guide import Guide, Step
from zhaohu.ui.file_names import file_name
from zhaohu.ui.jobs import JobContext
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.layout import Card
from zhaohu.ui.widgets.new_password import secret_field
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.pdf_dialog import PdfDialog
from zhaohu.ui.widgets.words import label, set_kind, show_if


def run_key_change(parent: QWidget | None, profile: Path, user: str, clock: Clock) -> bool:
    """Show the guide and wait; whether the key was changed. The profile must not be open.

    Args:
        parent: The window it belongs to.
        profile: The profile's folder.
        user: The administrator who asked for it.
        clock: What time it is.
    """
    dialog = KeyChange(parent, profile, user, clock)
    dialog.exec()
    changed = dialog.changed is not None
    dialog.deleteLater()
    return changed


class WhatStep(Step):
    """When the key is changed, and what happens then."""

    def __init__(self) -> None:
        super().__init__(
            _("Change the database key"),
            _("Do this when a PC, disk or stick with the data was stolen, or when somebody may have a copy of it."),
        )
        instead = _("Was only a password forgotten or seen? Then a new password for that account is enough.")
        leaver = _("Does somebody leave in good order? Then disable the account; no new key is needed.")
        lines = [
            _("All data is backed up first and checked."),
            _("Then it is encrypted anew. All records stay, and the exchange of files goes on as before."),
            _("Your password stays. Everybody else needs a new one, which you set in the settings, under Accounts."),
            _("A new recovery sheet is written. The former one opens only backups made until today."),
            _("A copy that somebody took before stays readable with the passwords of that time."),
            _("It takes up to some minutes. Close all other windows of this program, and do not switch the PC off."),
        ]
        told = "\n".join(f"{n}. {line}" for n, line in enumerate(lines, start=1))
        self.content.addWidget(Card(_("What will happen"), label(told, wrap=True)))
        self.content.addWidget(Card(_("When it is not needed"), label(f"{instead}\n{leaver}", wrap=True)))
        self.content.addStretch(1)


class PasswordStep(Step):
    """The administrator's password, once more.

    Args:
        user: Whose.
    """

    def __init__(self, user: str) -> None:
        super().__init__(_("Your password"), _("Nothing has been changed yet."))
        self.form = Form()
        self.form.section()
        words = _("Password of {name}").format(name=user)
        hint = _("Next you are asked where the new recovery sheet goes, best on a stick.")
        self.form.add("password", words, secret_field(), required=True, hint=hint)
        self.notice = Notice()
        self.content.addWidget(self.notice)
        self.content.addWidget(self.form.finish())

    def complete(self) -> bool:
        """It was typed."""
        return self.form.check()

    def refuse(self, message: str) -> None:
        """It was not done: why, and the password is typed anew."""
        self.notice.say(message, "danger")
        self.form.fields["password"].set_value("")
        self.form.go_to("password")


class ChangedStep(Step):
    """What to do now: passwords, sheet, older backups."""

    def __init__(self) -> None:
        super().__init__(_("The key is changed"), "")
        self.notice = Notice()
        self._others, self._sheet, self._older = (label("", wrap=True) for _n in range(3))
        self._older_card = Card(_("Older backups"), self._older)
        self.content.addWidget(self.notice)
        self.content.addWidget(Card(_("Who needs a new password"), self._others))
        self.content.addWidget(Card(_("The new recovery sheet"), self._sheet))
        self.content.addWidget(self._older_card)
        self.content.addStretch(1)

    def show_done(self, done: KeyChanged) -> None:
        """Say what was done, and what is left to do."""
        names = pgettext("between parts of a list", ", ").join(done.without_slot)
        others = _("Log in, and set new passwords in the settings, under Accounts, for:")
        self._others.setText(f"{others}\n{names}" if names else _("Nobody: yours is the only account."))
        words = _("Saved: {file}. Print it, lock the paper away, then delete the file.")
        self._sheet.setText(words.format(file=done.sheet))
        n = done.older_backups
        text = ngettext(
            "{n} backup made until now still opens with the old passwords and the former sheet.",
            "{n} backups made until now still open with the old passwords and the former sheet.",
            n,
        )
        advice = _(
            "Was it a theft? Then destroy the older backups, on sticks too, once you have logged in and found the data "
            "in order."
        )
        self._older.setText(text.format(n=format_number(n)) + "\n" + advice)
        show_if(self._older_card, n > 0)
        if done.backup is None:
            self.notice.say(
                _("No backup under the new key could be made. Make one by hand in the settings."), "attention"
            )


class KeyChange(Guide):
    """Leads by the hand; the arguments are those of `run_key_change`. After the end, `changed` says what was done."""

    def __init__(self, parent: QWidget | None, profile: Path, user: str, clock: Clock) -> None:
        super().__init__(parent, _("Change the key"))
        self._profile, self._user, self._clock = profile, user, clock
        self.changed: KeyChanged | None = None
        self.what, self.proof, self.finish = WhatStep(), PasswordStep(user), ChangedStep()
        self._steps: list[Step] = [self.what, self.proof, self.finish]
        self.cancel_button = button(_("Cancel"), self.reject)
        self.foot.insertWidget(self.foot.indexOf(self.back_button), self.cancel_button)
        wide = theme.size("field_long") + theme.size("field")
        self.add_steps(self._steps, QSize(wide, theme.size("field_long")))
        self._show(self.what)

    def go_on(self) -> None:
        """To the next step, once this one is complete."""
        step = self.step()
        if self._busy or not step.complete():
            return
        if step is self.what:
            self._show(self.proof)
        elif step is self.proof:
            self._change()
        else:
            self.accept()

    def back(self) -> None:
        """To the step before; not once it is done."""
        self._show(self.what)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on, but never presses the red button."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.step() is self.proof:
            event.accept()
            return
        super().keyPressEvent(event)

    def _show(self, step: Step) -> None:
        words = {self.proof: _("Change the key"), self.finish: _("Log in")}
        self.next_button.setText(words.get(step, _("Next")))
        set_kind(self.next_button, "danger" if step is self.proof else "primary")
        self.cancel_button.setVisible(step is not self.finish)
        self.show_step(step, self._steps.index(step) + 1, len(self._steps), back=step is self.proof)

    def _change(self) -> None:
        password = str(self.proof.form.values()["password"])
        name = file_name(_("Recovery sheet"), ending=".pdf")
        place = ask.save_file(self, _("Where the recovery sheet goes"), name, _("PDF (*.pdf)"))
        if place is None:
            return

        def work(context: JobContext) -> KeyChanged:
            return key_change.change_key(
                self._profile, self._user, password, place, self._clock, progress=context.progress
            )

        self.proof.notice.say(_("The data is being encrypted anew. Do not switch the PC off."), "accent")
        self.cancel_button.setEnabled(False)
        self.work(work, _("Changing the key"), self._on_changed, self._on_failed)

    def _on_changed(self, done: KeyChanged) -> None:
        self.cancel_button.setEnabled(True)
        self.changed = done
        self.proof.form.fields["password"].set_value("")
        self.finish.show_done(done)
        self._show(self.finish)
        PdfDialog.show_pdf(self, done.sheet.read_bytes(), title=_("Recovery sheet"), file_name=done.sheet.name)

    def _on_failed(self, error: Exception) -> None:
        self.cancel_button.setEnabled(True)
        self.proof.notice.say("")
        if not isinstance(error, Refused):
            raise error
        self.proof.refuse(error.message)
