"""The guide of the first start: from an empty folder to an open desk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QProgressBar, QStackedWidget, QWidget

from zhaohu.clock import Clock
from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.records.codes import SiteKind
from zhaohu.services import printing, setup
from zhaohu.services.desk import Desk
from zhaohu.services.profile import NewAdmin
from zhaohu.services.setup import Initialised
from zhaohu.ui import theme
from zhaohu.ui.dialogs import ask
from zhaohu.ui.first_start_steps import AdminStep, CenterStep, DoneStep, KindStep, RecoveryStep, StationStep, Step
from zhaohu.ui.jobs import Runner
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.layout import STRETCH, column, row
from zhaohu.ui.widgets.pdf_dialog import PdfDialog
from zhaohu.ui.widgets.words import label, set_kind


def run_first_start(profile: Path, clock: Clock) -> Desk | None:
    """Show the guide and wait; the desk that is open then, or None when nothing was made."""
    dialog = FirstStart(None, profile, clock)
    dialog.exec()
    made = dialog.made
    dialog.deleteLater()
    return made.desk if made is not None else None


class FirstStart(QDialog):
    """Leads by the hand. After it was accepted, `made` holds the new profile's open desk.

    Args:
        parent: The window it belongs to.
        profile: The folder in which the profile is made.
        clock: What day it is.
    """

    def __init__(self, parent: QWidget | None, profile: Path, clock: Clock) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Set up Zhaohu"))
        set_kind(self, "page")
        self._profile, self._clock = profile, clock
        self._runner = Runner(self)
        self._busy = False
        self.made: Initialised | None = None
        self.kind, self.station, self.center = KindStep(), StationStep(self._runner), CenterStep()
        self.admin, self.recovery, self.finish = AdminStep(), RecoveryStep(), DoneStep()
        self._stack = QStackedWidget()
        for step in (self.kind, self.station, self.center, self.admin, self.recovery, self.finish):
            self._stack.addWidget(step)
        self._where = label("", "note")
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(_("Making the profile"))
        self._bar.hide()
        self.back_button = button(_("Back"), self.back)
        self.next_button = button(_("Next"), self.go_on, kind="primary")
        outer = column(gap=4, margin=6)
        outer.addWidget(self._stack, 1)
        outer.addWidget(self._bar)
        outer.addLayout(row(self._where, STRETCH, self.back_button, self.next_button))
        self.setLayout(outer)
        self.resize(
            theme.size("field_long") + theme.size("field"), theme.size("field_long") + theme.size("field_short")
        )
        self.recovery.wanted.connect(self.save_sheet)
        self.finish.letter_wanted.connect(self._print_letter)
        for step in (self.kind, self.center, self.admin):
            step.form.completed.connect(self.go_on)
        self._show(self.kind)

    def step(self) -> Step:
        """The step that is shown."""
        current = self._stack.currentWidget()
        assert isinstance(current, Step)
        return current

    def go_on(self) -> None:
        """To the next step, once this one is complete."""
        step = self.step()
        if self._busy or not step.complete():
            return
        if step is self.kind:
            self._show(self.station if self.kind.site_kind() is SiteKind.STATION else self.center)
        elif step in (self.station, self.center):
            self._show(self.admin)
        elif step is self.admin:
            self._make()
        elif step is self.recovery and self.made is not None:
            self.finish.show_made(self.made)
            self._show(self.finish)
        else:
            self.accept()

    def back(self) -> None:
        """To the step before; not once the profile is made."""
        step = self.step()
        if step is self.admin:
            self._show(self.station if self.kind.site_kind() is SiteKind.STATION else self.center)
        else:
            self._show(self.kind)

    def save_sheet(self) -> None:
        """Ask where the recovery sheet goes, write it, and show it."""
        made = self.made
        if made is None or self._busy:
            return
        name = f"{made.desk.site.code}-{_('recovery sheet')}.pdf"
        place = ask.save_file(self, _("Where the recovery sheet goes"), name, _("PDF (*.pdf)"))
        if place is None:
            return

        def work(_context: object) -> Path:
            printing.write_recovery_sheet(made, place)
            return place

        self._run(work, _("Writing the recovery sheet"), self._on_sheet)

    def reject(self) -> None:
        """Escape: before the profile is made nothing is lost; afterwards the sheet is asked for once more."""
        if self._busy:
            return
        if self.made is None:
            super().reject()
            return
        if self.recovery.written is None and not ask.confirm(
            self,
            _("Go on without the recovery sheet?"),
            _("When all passwords are forgotten, the data is lost. The sheet cannot be made later."),
            do=_("Go on without it"),
            danger=True,
        ):
            return
        self.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on from a step that has no field for it."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.go_on()
            return
        super().keyPressEvent(event)

    def done(self, result: int) -> None:
        """Let work end before the window goes."""
        self._runner.close()
        super().done(result)

    def _show(self, step: Step) -> None:
        self._stack.setCurrentWidget(step)
        path = [self.kind, self.station, self.admin, self.recovery, self.finish]
        at = path.index(self.station if step is self.center else step) + 1
        self._where.setText(_("Step {n} of {of}").format(n=at, of=len(path)))
        self.back_button.setVisible(step in (self.station, self.center, self.admin))
        words = {self.admin: _("Make the profile"), self.finish: _("Start working")}
        self.next_button.setText(words.get(step, _("Next")))
        step.start()

    def _make(self) -> None:
        values = self.admin.form.values()
        admin = NewAdmin(str(values["name"]), str(values["password"]), str(values["display_name"]))
        file, center = self.station.file.value(), self.center.form.values()
        at_station = self.kind.site_kind() is SiteKind.STATION

        def work(_context: object) -> Initialised:
            if at_station and file is not None:
                return setup.init_station(self._profile, enrolment=file, admin=admin, clock=self._clock)
            return setup.init_center(
                self._profile,
                district_code=str(center["district_code"]),
                name=str(center["name"]),
                admin=admin,
                clock=self._clock,
            )

        self._run(work, _("Making the profile"), self._on_made)

    def _run(self, work: Any, title: str, done: Any) -> None:
        self._set_busy(True)
        self._runner.run(work, title=title, on_result=done, on_error=self._on_failed, writes=True)

    def _on_made(self, made: Initialised) -> None:
        self._set_busy(False)
        self.made = made
        self._show(self.recovery)

    def _on_sheet(self, place: Path) -> None:
        self._set_busy(False)
        self.recovery.set_written(place)
        PdfDialog.show_pdf(self, place.read_bytes(), title=_("Recovery sheet"), file_name=place.name)

    def _on_failed(self, error: Exception) -> None:
        """A refusal stands on the step that it is about."""
        self._set_busy(False)
        if not isinstance(error, Refused):
            raise error
        field = str(error.details.get("field", ""))
        if field in self.center.form.fields and self.step() is self.admin and self.kind.site_kind() is SiteKind.CENTER:
            self._show(self.center)
            self.center.form.show_problems({field: error.message})
        elif self.step() is self.admin:
            self.admin.notice.say(error.message, "danger")
        else:
            self.recovery.notice.say(error.message, "danger")

    def _print_letter(self) -> None:
        made = self.made
        if made is None:
            return
        site = made.desk.site
        reader = site.center_name if site.kind is SiteKind.STATION else _("Guidance stations")

        def show(pdf: bytes) -> None:
            self._set_busy(False)
            PdfDialog.show_pdf(self, pdf, title=_("Key letter"), file_name=f"{site.code}-{_('key letter')}.pdf")

        self._run(
            lambda _context: printing.print_key_letter(made.desk, made.fingerprint, reader),
            _("Preparing the paper"),
            show,
        )

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self._bar.setVisible(busy)
        self._stack.setEnabled(not busy)
        for one in (self.back_button, self.next_button):
            one.setEnabled(not busy)
