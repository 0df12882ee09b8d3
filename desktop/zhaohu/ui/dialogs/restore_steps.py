"""The steps of bringing a backup back, each a sheet that a clerk can follow on a PC that has never seen the data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from zhaohu.errors import Refused
from zhaohu.i18n import _, format_number, ngettext
from zhaohu.services.exchange.record_words import reason_words
from zhaohu.services.safety import backups
from zhaohu.services.safety.backups import BackupRow
from zhaohu.services.safety.restore import Secret
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.guide import Step
from zhaohu.ui.jobs import JobContext, Runner
from zhaohu.ui.pages.backup_words import backup_columns, content_words, whose
from zhaohu.ui.pages.exchange_words import moment
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.choice_field import ChoiceField, Option
from zhaohu.ui.widgets.data_table import TableView
from zhaohu.ui.widgets.drop_zone import DropZone
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.layout import Card
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import label, show_if

ENDING = ".zhk"
_LONGEST_SECRET = 256


@dataclass(frozen=True, slots=True)
class Present:
    """What is on this PC now, for the look before it is put aside.

    Args:
        site_code: Whose data it is.
        site_name: What that site is called.
        records: How many records there are.
        second_place: Where backups are copied to, if anywhere.
    """

    site_code: str
    site_name: str
    records: int
    second_place: Path | None


class ChooseStep(Step):
    """Which backup: from this PC's list, the second place, or a file.

    Args:
        runner: Reads the files.
        places: Folders in which backups may lie, each with what it is called.
        present: What is on this PC now, when it could be read.
    """

    def __init__(self, runner: Runner, places: Sequence[tuple[Path, str]], present: Present | None) -> None:
        super().__init__(
            _("Which backup?"),
            _("Take the newest one that is good, unless you know that the mistake is already in it."),
        )
        self._runner, self._places, self._present = runner, places, present
        self._where: dict[Path, str] = {}
        self.chosen: BackupRow | None = None
        columns = [*backup_columns(with_site=True), Column(_("Where"), self._place_of, width=11)]
        self.table = TableView(columns, name=_("Backups"))
        self.file_button = button(_("Choose a file…"), self.choose_file, icon="folder")
        note = _("On a new PC: plug in the stick or open the shared folder. The file's name ends in .zhk.")
        self.drop = DropZone(_("Drop a backup file here"), note, [ENDING], self.file_button)
        self.notice, self._difference = Notice(), Notice()
        self._whose, self._made, self._holds = label("", "section"), label("", "soft"), label("", wrap=True)
        self._card = Card("", self._whose, self._made, self._holds, self._difference)
        self.content.addWidget(self.table, 1)
        self.content.addWidget(self.drop)
        self.content.addWidget(self.notice)
        self.content.addWidget(self._card)
        self.content.addStretch()
        self._card.hide()
        self.table.hide()
        self.table.picked.connect(self._on_picked)
        self.drop.dropped.connect(self._on_dropped)

    def read(self, wanted: Path | None) -> None:
        """Look what backups there are; `wanted` is marked, and looked at when it lies elsewhere."""

        def work(_context: JobContext) -> list[tuple[str, BackupRow]]:
            found: dict[tuple[str, str], tuple[str, BackupRow]] = {}
            for place, words in self._places:  # the copies elsewhere have the same names
                for one in backups.list_backups(place):
                    found.setdefault((one.file.name, one.problem), (words, one))
            if wanted is not None and wanted not in [one.file for _words, one in found.values()]:
                found["", ""] = (_("chosen file"), backups.look_at(wanted))
            return sorted(found.values(), key=lambda pair: pair[1].made_at, reverse=True)

        def show(found: list[tuple[str, BackupRow]]) -> None:
            self._where = {one.file: words for words, one in found}
            self._show_rows([one for _words, one in found], wanted)

        self._runner.run(work, title=_("Reading the backups"), on_result=show, on_error=self._refuse)

    def choose_file(self) -> None:
        """Ask for the file."""
        kinds = _("Backups of Zhaohu (*.zhk)")
        for file in ask.open_files(self.window(), _("Choose the backup"), kinds):
            self.take(file)

    def take(self, file: Path) -> None:
        """Look at a file, and choose it when it is a backup."""
        self.notice.say("")
        self._runner.run(
            lambda _context: backups.look_at(file),
            title=_("Reading the backup"),
            on_result=self._on_looked,
            on_error=self._refuse,
        )

    def complete(self) -> bool:
        """One is chosen that can be used."""
        if self.chosen is None:
            self.notice.say(_("Choose a backup first."), "attention")
        elif self.chosen.problem:
            self.notice.say(self.chosen.problem, "danger")
        return self.chosen is not None and not self.chosen.problem

    def _place_of(self, one: BackupRow) -> str:
        return self._where.get(one.file, "")

    def _on_dropped(self, files: list[Path]) -> None:
        self.take(files[0])

    def _on_looked(self, found: BackupRow) -> None:
        rows = [one for one in self.table.table_model.rows() if one.file != found.file]
        self._where.setdefault(found.file, _("chosen file"))
        self._show_rows([found, *rows], found.file)

    def _show_rows(self, rows: list[BackupRow], wanted: Path | None) -> None:
        show_if(self.table, bool(rows))
        self.table.table_model.set_rows(rows)
        files = [one.file for one in self.table.table_model.rows()]
        if wanted in files:
            self.table.choose_row(files.index(wanted))
        if rows:
            self.table.setFocus()

    def _on_picked(self, marked: BackupRow | None) -> None:
        self.chosen = marked
        show_if(self._card, marked is not None)
        if marked is None:
            return
        self.notice.say(marked.problem, "danger")
        self._whose.setText(whose(marked))
        words = _("made {when}, {why}, by version {version}")
        made = words.format(when=moment(marked.made_at), why=reason_words(marked.reason), version=marked.app)
        self._made.setText(made)
        self._holds.setText(_("It holds: {content}").format(content=content_words(marked.counts)))
        self._difference.say(*difference_words(marked, self._present))

    def _refuse(self, error: Exception) -> None:
        if not isinstance(error, Refused):
            raise error
        self.notice.say(error.message, "danger")


def difference_words(chosen: BackupRow, present: Present | None) -> tuple[str, str]:
    """What restoring changes against what is on this PC now, and the tone; empty when nothing is known of it."""
    if present is None:
        return "", ""
    if chosen.site_code != present.site_code:
        words = _("This is another site's backup: it holds the data of {other}, this PC those of {here}.")
        return words.format(other=chosen.site_name, here=present.site_name), "danger"
    here, there = present.records, chosen.records
    if here > there:
        text = ngettext(
            "Since then {n} record was entered here. It will not be in it; it stays in the copy that is kept.",
            "Since then {n} records were entered here. They will not be in it; they stay in the copy that is kept.",
            here - there,
        )
        return text.format(n=format_number(here - there)), "attention"
    if here < there:
        text = ngettext(
            "It holds {n} record more than this PC now.", "It holds {n} records more than this PC now.", there - here
        )
        return text.format(n=format_number(there - here)), ""
    return _("It holds as many records as this PC now."), ""


class ProofStep(Step):
    """That the data is one's own: a password of that time, or the recovery sheet."""

    def __init__(self) -> None:
        super().__init__(
            _("Prove that it is yours"),
            _("A backup is encrypted. It opens with a password that was valid when it was made, or with the sheet."),
        )
        self.form = Form()
        self.form.section()
        options = (Option("password", _("with a password"), "1"), Option("sheet", _("with the recovery sheet"), "2"))
        self.how = self.form.add("how", _("How"), ChoiceField(options), required=True)
        hint = _("Of anybody who could log in at that time.")
        self.form.add("user", _("User name"), TextField(max_length=50), required=True, hint=hint)
        hint = _("The one that was valid at that time, even if it was changed since.")
        secret = TextField(max_length=_LONGEST_SECRET, secret=True)
        self.form.add("password", _("Password"), secret, required=True, hint=hint)
        hint = _("All groups of the sheet in their order, with the last, shorter one. Blanks and dashes do not matter.")
        code = TextField(width="field_long", max_length=_LONGEST_SECRET)
        self.form.add("code", _("Recovery code"), code, required=True, hint=hint)
        self.notice = Notice()
        self.content.addWidget(self.notice)
        self.content.addWidget(self.form.finish())
        self.form.load({"how": "password"})
        self.form.changed.connect(self._on_changed)
        self._on_changed("how")

    def complete(self) -> bool:
        """All that is asked for is entered."""
        return self.form.check()

    def start(self) -> None:
        """The keyboard goes to what has to be typed."""
        self.form.go_to("code" if self.how.value() == "sheet" else "user")

    def secret(self) -> Secret:
        """What was entered."""
        values = self.form.values()
        if values["how"] == "sheet":
            return Secret(recovery_code=str(values["code"]))
        return Secret(user=str(values["user"]), password=str(values["password"]))

    def refuse(self, message: str) -> None:
        """It does not open the backup: what was typed is looked at again, a password typed anew."""
        self.notice.say(message, "danger")
        self.form.fields["password"].set_value("")
        self.form.go_to("code" if self.how.value() == "sheet" else "password")

    def _on_changed(self, name: str) -> None:
        self.notice.say("")
        if name == "how":
            sheet = self.how.value() == "sheet"
            self.form.set_shown("code", sheet)
            for other in ("user", "password"):
                self.form.set_shown(other, not sheet)
