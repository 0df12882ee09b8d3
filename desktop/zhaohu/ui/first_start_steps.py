"""The steps of the first start, each a sheet that can say whether it is complete."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox

from zhaohu.errors import Refused
from zhaohu.i18n import _, ngettext
from zhaohu.services.exchange import enrolment
from zhaohu.services.exchange.enrolment import InvitationView
from zhaohu.services.exchange.setup import Initialised
from zhaohu.services.safety.profile import SHORTEST_PASSWORD
from zhaohu.ui.dialogs.guide import Step
from zhaohu.ui.dialogs.sheet_step import SheetStep
from zhaohu.ui.jobs import Runner
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.file_field import FileField
from zhaohu.ui.widgets.fingerprint import Fingerprint
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.layout import STRETCH, Card, row
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.words import label

_LONGEST_PASSWORD = 256


class StationStep(Step):
    """The enrolment file, and the center's fingerprint compared before anything is trusted."""

    def __init__(self, runner: Runner) -> None:
        super().__init__(
            _("The enrolment file"),
            _("Choose the file that the guidance center gave you. It ends in .zhe."),
        )
        self._runner = runner
        self._found: InvitationView | None = None
        self.form = Form()
        self.form.section()
        self.file = self.form.add(
            "file",
            _("Enrolment file"),
            FileField(_("Enrolment file of the center"), _("Enrolment files (*.zhe)")),
            required=True,
        )
        self.notice = Notice()
        self.compared = QCheckBox(_("I have compared it over the telephone: every group is the same"))
        self._station, self._where = label("", "section"), label("", "soft", wrap=True)
        self._fingerprint = Fingerprint(_("Fingerprint of the guidance center: call it and compare"))
        self._card = Card("", self._station, self._where, self._fingerprint, self.compared)
        self._card.hide()
        for widget in (self.form, self.notice, self._card):
            self.content.addWidget(widget)
        self.content.addStretch(1)
        self.file.changed.connect(self._on_file)

    def complete(self) -> bool:
        """The file was understood, and the fingerprints agree."""
        if not self.form.check():
            return False
        if self._found is not None and not self.compared.isChecked():
            self.notice.say(_("Compare the fingerprint first, then tick the box."), "attention")
            self.compared.setFocus()
        return self._found is not None and self.compared.isChecked()

    def _on_file(self) -> None:
        self._found = None
        self._card.hide()
        self.notice.say("")
        path = self.file.value()
        if isinstance(path, Path):
            self.notice.say(_("Reading the enrolment file"))
            self._runner.run(
                lambda _context: enrolment.view_invitation(path),
                title=_("Reading the enrolment file"),
                on_result=self._show,
                on_error=self._refuse,
            )

    def _show(self, found: InvitationView) -> None:
        self._found = found
        self.notice.say("")
        self._station.setText(found.station_name)
        self._where.setText(f"{found.township}  ·  {found.station}  ·  {found.center_name}")
        self._fingerprint.set_text(found.fingerprint)
        self.compared.setChecked(False)
        self._card.show()
        self.compared.setFocus()

    def _refuse(self, error: Exception) -> None:
        if not isinstance(error, Refused):
            raise error
        self.notice.say(error.message, "danger")


class CenterStep(Step):
    """Which district, and what the center is called."""

    def __init__(self) -> None:
        super().__init__(
            _("The guidance center"), _("It registers the stations of its district and receives their data.")
        )
        self.form = Form()
        self.form.section()
        self.form.add(
            "district_code",
            _("District code"),
            TextField(width="field_short", max_length=6, placeholder="371103"),
            required=True,
            hint=_("Six digits of GB/T 2260."),
        )
        self.form.add("name", _("Name of the center"), TextField(max_length=60), required=True)
        self.content.addWidget(self.form.finish())

    def complete(self) -> bool:
        """Both are entered."""
        return self.form.check()


class AdminStep(Step):
    """The first administrator."""

    def __init__(self) -> None:
        super().__init__(
            _("The first administrator"),
            _("This account adds the others. The password opens the encrypted data: nobody can look it up."),
        )
        self.form = Form()
        self.form.section()
        self.form.add(
            "name", _("User name"), TextField(max_length=50), required=True, hint=_("What is typed to log in.")
        )
        self.form.add(
            "display_name", _("Name"), TextField(max_length=50), required=True, hint=_("Records are signed with it.")
        )
        hint = ngettext("At least {n} character.", "At least {n} characters.", SHORTEST_PASSWORD)
        self.form.add(
            "password",
            _("Password"),
            TextField(max_length=_LONGEST_PASSWORD, secret=True),
            required=True,
            hint=hint.format(n=SHORTEST_PASSWORD),
        )
        self.form.add("again", _("Password again"), TextField(max_length=_LONGEST_PASSWORD, secret=True), required=True)
        self.notice = Notice()
        self.content.addWidget(self.notice)
        self.content.addWidget(self.form.finish())
        self.form.load({"name": "admin"})

    def complete(self) -> bool:
        """All is entered, and the passwords agree."""
        if not self.form.check():
            return False
        values = self.form.values()
        problems = {}
        if len(str(values["password"])) < SHORTEST_PASSWORD:
            text = _("The password is too short: at least {n} characters.")
            problems["password"] = text.format(n=SHORTEST_PASSWORD)
        elif values["password"] != values["again"]:
            problems["again"] = _("The two passwords differ. Type them again.")
        self.form.show_problems(problems)
        return not problems


def first_sheet_step() -> SheetStep:
    """The recovery sheet, without which a forgotten password loses everything."""
    return SheetStep(
        _("The recovery sheet"),
        _(
            "It opens the data when all passwords are forgotten, and it is made only now. Print it, lock it away, "
            "and delete the file."
        ),
        _("Save the recovery sheet first: it cannot be made again later."),
    )


class DoneStep(Step):
    """What to read out, and what to hand over.

    Signals:
        letter_wanted: The person wants the key letter printed.
    """

    letter_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(_("Ready"), _("The profile is made and open."))
        self.fingerprint = Fingerprint(_("Read it out group by group."))
        letter = button(_("Print the key letter"), self.letter_wanted.emit, icon="print", shortcut="Ctrl+P")
        self._next = label("", wrap=True)
        self.content.addWidget(Card(_("Fingerprint of this site"), self.fingerprint, row(letter, STRETCH)))
        self.content.addWidget(Card(_("What to do next"), self._next))
        self.content.addStretch(1)

    def show_made(self, made: Initialised) -> None:
        """Show the fingerprint and the next steps of a new profile."""
        self.fingerprint.set_text(made.fingerprint)
        if made.reply is not None:
            steps = [
                _("Hand this reply to the guidance center: {file}").format(file=made.reply),
                _("When the center takes it, read the fingerprint above out to it over the telephone."),
                _("Then import the township's roster: the first due list follows from it."),
            ]
        else:
            steps = [
                _("Register the stations, and hand each its enrolment file."),
                _("Each station compares the fingerprint above with you over the telephone."),
                _("Take their replies; from then on their bundles are accepted."),
            ]
        self._next.setText("\n".join(f"{n}. {text}" for n, text in enumerate(steps, start=1)))
