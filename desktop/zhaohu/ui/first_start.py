"""The guide of the first start: from an empty folder to an open desk, or to data that a backup brings back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from zhaohu.clock import Clock
from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.paths import whole_profile
from zhaohu.records.codes import SiteKind
from zhaohu.services import printing
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import setup
from zhaohu.services.exchange.setup import Initialised
from zhaohu.services.safety import restore
from zhaohu.services.safety.profile import NewAdmin
from zhaohu.ui import theme
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.guide import Guide, Step
from zhaohu.ui.dialogs.restore import run_restore_guide
from zhaohu.ui.file_names import file_name
from zhaohu.ui.first_start_kind import KindStep, found_in
from zhaohu.ui.first_start_steps import AdminStep, CenterStep, DoneStep, StationStep, first_sheet_step
from zhaohu.ui.widgets.pdf_dialog import PdfDialog


def run_first_start(profile: Path, clock: Clock) -> Desk | None:
    """Show the guide and wait; the desk that is open then.

    None when nothing was made, and when somebody has to log in first: after a backup was restored, and when an
    exchange of files that was interrupted could be finished.
    """
    restore.finish_restore(profile)
    if whole_profile(profile):
        return None
    dialog = FirstStart(None, profile, clock)
    dialog.exec()
    made = dialog.made
    dialog.deleteLater()
    return made.desk if made is not None else None


class FirstStart(Guide):
    """Leads by the hand. After it was accepted, `made` holds the new profile's open desk, None after a restore.

    Args:
        parent: The window it belongs to.
        profile: The folder in which the profile is made.
        clock: What day it is.
    """

    def __init__(self, parent: QWidget | None, profile: Path, clock: Clock) -> None:
        super().__init__(parent, _("Set up Zhaohu"))
        self._profile, self._clock = profile, clock
        self.made: Initialised | None = None
        self.kind, self.station, self.center = KindStep(found_in(profile)), StationStep(self._runner), CenterStep()
        self.admin, self.recovery, self.finish = AdminStep(), first_sheet_step(), DoneStep()
        steps = (self.kind, self.station, self.center, self.admin, self.recovery, self.finish)
        long, field, short = theme.size("field_long"), theme.size("field"), theme.size("field_short")
        self.add_steps(steps, QSize(long + field, long + short))
        self.recovery.wanted.connect(self.save_sheet)
        self.finish.letter_wanted.connect(self._print_letter)
        for step in (self.kind, self.center, self.admin):
            step.form.completed.connect(self.go_on)
        self._show(self.kind)

    def go_on(self) -> None:
        """To the next step, once this one is complete."""
        step = self.step()
        if self._busy or not step.complete():
            return
        if step is self.kind and self.kind.wants_restore():
            self._restore()
        elif step is self.kind:
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
        name = file_name(made.desk.site.code, _("Recovery sheet"), ending=".pdf")
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

    def _show(self, step: Step) -> None:
        path = [self.kind, self.station, self.admin, self.recovery, self.finish]
        at = path.index(self.station if step is self.center else step) + 1
        words = {self.admin: _("Make the profile"), self.finish: _("Start working")}
        self.next_button.setText(words.get(step, _("Next")))
        self.show_step(step, at, len(path), back=step in (self.station, self.center, self.admin))

    def _restore(self) -> None:
        if run_restore_guide(self, self._profile, self._clock):
            self.accept()

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
        self.work(work, title, done, self._on_failed)

    def _on_made(self, made: Initialised) -> None:
        self.made = made
        self._show(self.recovery)

    def _on_sheet(self, place: Path) -> None:
        self.recovery.set_written(place)
        PdfDialog.show_pdf(self, place.read_bytes(), title=_("Recovery sheet"), file_name=place.name)

    def _on_failed(self, error: Exception) -> None:
        """A refusal stands on the step that it is about."""
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
            title = _("Key letter")
            PdfDialog.show_pdf(self, pdf, title=title, file_name=file_name(site.code, title, ending=".pdf"))

        self._run(
            lambda _context: printing.print_key_letter(made.desk, made.fingerprint, reader),
            _("Preparing the paper"),
            show,
        )
