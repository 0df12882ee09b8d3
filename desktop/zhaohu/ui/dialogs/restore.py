"""The guide that brings a backup back: which one, the proof, one last look, the work, what to do next."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from zhaohu.clock import Clock
from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.paths import holds_profile
from zhaohu.services.desk import Desk
from zhaohu.services.exchange.record_counts import count_records
from zhaohu.services.safety import backups, restore
from zhaohu.services.safety.restore import Restored
from zhaohu.ui import theme
from zhaohu.ui.dialogs.guide import Guide, Step
from zhaohu.ui.dialogs.restore_last_steps import LookStep, RestoredStep
from zhaohu.ui.dialogs.restore_steps import ChooseStep, Present, ProofStep
from zhaohu.ui.jobs import JobContext
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.words import set_kind

_WRONG_SECRET = ("wrong_password", "bad_recovery_code", "not_allowed")
"""Refusals that are about what was typed; all others are about the file or this PC."""


def run_restore_guide(
    parent: QWidget | None, profile: Path, clock: Clock, present: Present | None = None, file: Path | None = None
) -> bool:
    """Show the guide and wait; whether a backup was restored. The profile must not be open.

    Args:
        parent: The window it belongs to.
        profile: The folder that is restored into; it may be empty.
        clock: What time it is.
        present: What is in the folder now, from `look_at_desk` before the desk was left.
        file: The backup that is chosen at first.
    """
    dialog = RestoreGuide(parent, profile, clock, present, file)
    dialog.exec()
    restored = dialog.restored is not None
    dialog.deleteLater()
    return restored


def look_at_desk(desk: Desk) -> Present:
    """What is on this PC now; taken while its desk is still open."""
    records = sum(count_records(desk).values())
    return Present(desk.site.code, desk.site.name, records, backups.state(desk).second_place)


class RestoreGuide(Guide):
    """Leads by the hand; the arguments are those of `run_restore_guide`. After the end, `restored` says what came."""

    def __init__(
        self, parent: QWidget | None, profile: Path, clock: Clock, present: Present | None, file: Path | None
    ) -> None:
        super().__init__(parent, _("Restore a backup"))
        self._profile, self._clock, self._present = profile, clock, present
        self.restored: Restored | None = None
        places = [(backups.folder(profile), _("this PC"))]
        if present is not None and present.second_place is not None:
            places.append((present.second_place, _("second place")))
        self.choose, self.proof = ChooseStep(self._runner, places, present), ProofStep()
        self.look, self.finish = LookStep(holds_profile(profile)), RestoredStep()
        self._steps: list[Step] = [self.choose, self.proof, self.look, self.finish]
        self.cancel_button = button(_("Cancel"), self.reject)
        self.foot.insertWidget(self.foot.indexOf(self.back_button), self.cancel_button)
        wide = theme.size("field_long") + theme.size("field") + theme.size("field_short")
        self.add_steps(self._steps, QSize(wide, theme.size("field_long") + theme.size("field")))
        self.proof.form.completed.connect(self.go_on)
        self.choose.table.opened.connect(self._on_opened)
        self._show(self.choose)
        self.choose.read(file)

    def go_on(self) -> None:
        """To the next step, once this one is complete."""
        step = self.step()
        if self._busy or not step.complete():
            return
        chosen = self.choose.chosen
        if step is self.look:
            self._restore()
        elif step is self.finish:
            self.accept()
        elif chosen is not None:
            if step is self.proof:
                self.look.show_what(chosen, self._present)
            self._show(self._steps[self._steps.index(step) + 1])

    def back(self) -> None:
        """To the step before; not once it is done."""
        self._show(self._steps[self._steps.index(self.step()) - 1])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on, but never presses the red button."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.step() is self.look:
            event.accept()
            return
        super().keyPressEvent(event)

    def _on_opened(self, _row: object) -> None:
        self.go_on()

    def _show(self, step: Step) -> None:
        words = {self.look: _("Restore"), self.finish: _("Log in")}
        self.next_button.setText(words.get(step, _("Next")))
        set_kind(self.next_button, "danger" if step is self.look else "primary")
        self.cancel_button.setVisible(step is not self.finish)
        at = self._steps.index(step) + 1
        self.show_step(step, at, len(self._steps), back=step in (self.proof, self.look))
        if step is self.look:
            self.back_button.setFocus()

    def _restore(self) -> None:
        chosen = self.choose.chosen
        assert chosen is not None
        file, secret = chosen.file, self.proof.secret()

        def work(context: JobContext) -> Restored:
            return restore.restore_backup(
                self._profile, file, secret, self._clock, progress=context.progress, other_site=True
            )  # it was asked, and ticked

        self.look.notice.say(_("The data is being restored. Do not switch the PC off."), "accent")
        self.cancel_button.setEnabled(False)
        self.work(work, _("Restoring the backup"), self._on_restored, self._on_failed)

    def _on_restored(self, done: Restored) -> None:
        self.cancel_button.setEnabled(True)
        self.restored = done
        self.finish.show_done(done)
        self._show(self.finish)

    def _on_failed(self, error: Exception) -> None:
        """A refusal stands on the step at which it can be mended; nothing was changed."""
        self.cancel_button.setEnabled(True)
        self.look.notice.say("")
        if not isinstance(error, Refused):
            raise error
        if error.code in _WRONG_SECRET:
            self._show(self.proof)
            self.proof.refuse(error.message)
        else:
            self.look.notice.say(error.message, "danger")
