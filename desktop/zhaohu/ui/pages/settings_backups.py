"""The backups in the settings: how they stand, one more now, the second place, checking one, bringing one back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from zhaohu.errors import Cancelled, Refused
from zhaohu.i18n import _, format_number, format_size
from zhaohu.records.codes import Role
from zhaohu.services import printing
from zhaohu.services.desk import Desk
from zhaohu.services.safety import backups
from zhaohu.services.safety.backups import BackupRow, BackupState, Reason
from zhaohu.ui.dialogs import ask
from zhaohu.ui.file_names import file_name
from zhaohu.ui.jobs import JobContext
from zhaohu.ui.pages.backup_words import (
    backup_columns,
    content_words,
    problem_column,
    state_words,
)
from zhaohu.ui.pages.exchange_words import moment
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.pages.papers import show_paper
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.layout import STRETCH, Card, column, row
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import label, show_if


@dataclass(frozen=True, slots=True)
class BackupsView:
    """What the tab shows."""

    state: BackupState
    rows: list[BackupRow]


class BackupsTab(QWidget):
    """For everybody who records; the second place and restoring are the administrators'.

    Args:
        desk: Who asks, and where.
        page: The page it stands on; it runs the work.

    Signals:
        restore_wanted(file): A backup is to be brought back; an empty path leaves the choice to the guide.
    """

    tables = frozenset({"setting"})
    restore_wanted = Signal(str)

    def __init__(self, desk: Desk, page: LoadingPage) -> None:
        super().__init__()
        self._desk, self._page = desk, page
        self._found: dict[Path, str] = {}
        self.state, self.notice = Notice(), Notice(closable=True)
        self.make_button = button(_("Back up now"), self.make, kind="primary", icon="save")
        self.paper_button = button(_("Print how to restore"), self.print_guide, icon="print")
        self.other_button = button(_("Restore from another file…"), self.restore_other, icon="folder")
        self.check_button = button(_("Check this one"), self.check, icon="quality")
        self.restore_button = button(_("Restore…"), self.restore, icon="undo")
        self.choose_button = button(_("Choose…"), self.choose_place, icon="folder")
        self.none_button = button(_("None"), self.forget_place)
        self._place, self._copied = label("", "strong", wrap=True), label("", "soft")
        advice = _("They are made by themselves every day. You can also make one now.")
        empty = EmptyState(_("There is no backup yet"), advice, icon="save")
        columns = [Column(_("No."), lambda one: one.no, width=7, right=True), *backup_columns(with_site=False)]
        columns += [Column(_("Size"), lambda one: one.size_bytes, text=format_size, width=10, right=True)]
        self.table = DataTable([*columns, problem_column()], name=_("Backups"), empty=empty)
        self._build()

    def _build(self) -> None:
        admin = self._desk.person.role is Role.ADMIN
        for one in (self.check_button, self.restore_button):
            one.setEnabled(False)
            self.table.tools.addWidget(one)
        for one in (self.restore_button, self.other_button, self.choose_button, self.none_button):
            show_if(one, admin)
        advice = _(
            "Every backup is copied there: a USB stick, a second disk or a folder in the office's network. Nobody can "
            "read the copies without a password or the recovery sheet."
        )
        words = column(self._place, self._copied, gap=0)
        place = row(gap=3)
        place.addLayout(words, 1)
        place.addWidget(self.choose_button)
        place.addWidget(self.none_button)
        second = Card(_("Second place"), label(advice, "soft", wrap=True))
        second.body.addLayout(place)
        actions = row(self.other_button, self.paper_button, STRETCH, self.make_button)
        layout = column(self.state, self.notice, actions, second, gap=4)
        layout.addWidget(self.table, 1)
        self.setLayout(layout)
        self.table.picked.connect(self._on_picked)
        self.table.opened.connect(self._on_opened)

    def read(self) -> BackupsView:
        """How the backups stand; called off the GUI thread."""
        return BackupsView(backups.state(self._desk), backups.list_backups(backups.folder(self._desk.profile)))

    def show_view(self, view: BackupsView) -> None:
        """Show what `read` gave; what a check found stays with its backup."""
        self.state.say(*state_words(view.state))
        place = view.state.second_place
        self._place.setText(str(place) if place else _("none is set"))
        copied = view.state.second_copied_at
        words = _("last copied {when}").format(when=moment(copied)) if copied else _("nothing copied yet")
        self._copied.setText(words)
        show_if(self._copied, place is not None)
        self.none_button.setEnabled(place is not None)
        marked = self._marked()
        self.table.set_rows([self._with_finding(one) for one in view.rows])
        files = [one.file for one in self.table.rows()]
        if marked is not None and marked.file in files:
            self.table.view.choose_row(files.index(marked.file))

    def make(self) -> None:
        """One more backup, now."""

        def work(context: JobContext) -> BackupRow | None:
            try:
                return backups.create_backup(self._desk, Reason.MANUAL, progress=context.advance)
            except Cancelled:
                return None

        self._act(work, self._on_made, _("Backing up"))

    def check(self) -> None:
        """Open the marked backup, and count what it holds."""
        marked = self._marked()
        if marked is None:
            return
        file = marked.file

        def work(context: JobContext) -> BackupRow | None:
            try:
                return backups.verify_backup(self._desk, file, progress=context.advance)
            except Cancelled:
                return None

        def failed(error: Exception) -> None:
            if isinstance(error, Refused):
                self._found[file] = error.message
            self._on_failed(error)

        self._act(work, self._on_checked, _("Checking the backup"), failed)

    def choose_place(self) -> None:
        """Ask where copies go from now on."""
        place = ask.folder(self.window(), _("Second place for backups, such as a USB stick"))
        if place is not None:
            self._set_place(place)

    def forget_place(self) -> None:
        """No copies any more, once more asked."""
        if ask.confirm(
            self.window(),
            _("No second place any more?"),
            _("When this PC breaks or is stolen, its backups are lost with it. What was copied there stays there."),
            do=_("No second place"),
            danger=True,
        ):
            self._set_place(None)

    def restore(self) -> None:
        """Lead through bringing the marked backup back."""
        marked = self._marked()
        if marked is not None:
            self.restore_wanted.emit(str(marked.file))

    def restore_other(self) -> None:
        """Lead through bringing back a backup that is chosen there."""
        self.restore_wanted.emit("")

    def print_guide(self) -> None:
        """The sheet that lies with the recovery sheet."""
        title = _("How to restore the data")
        name = file_name(self._desk.site.code, title, ending=".pdf")
        show_paper(self._page, lambda: printing.print_restore_guide(self._desk), title=title, file_name=name)

    def _set_place(self, place: Path | None) -> None:
        def work(_context: JobContext) -> None:
            backups.set_second_place(self._desk, place)

        def done(_nothing: None) -> None:
            self._rest()
            if place is None:
                self.notice.say(_("No second place is set any more."))
            else:
                self.notice.say(_("Backups are copied to {place} from now on.").format(place=place), "done")

        self._act(work, done, _("Setting the second place"))

    def _act(self, work, done, title: str, failed=None) -> None:
        self.notice.say("")
        self._page.switch_off(self._buttons(), True)
        self._page.act(work, done, title=title, failed=failed or self._on_failed)

    def _buttons(self) -> list[QWidget]:
        kept = self.check_button, self.restore_button, self.choose_button, self.none_button
        return [self.make_button, self.other_button, *kept]

    def _rest(self) -> None:
        """The work has ended: buttons as the marked row wants them, everything read anew."""
        self._page.switch_off(self._buttons(), False)
        self._on_picked(self._marked())
        self._page.reload()

    def _on_made(self, made: BackupRow | None) -> None:
        self._rest()
        if made is None:
            self.notice.say(_("The backup was cancelled. Nothing was left half done."))
            return
        words = _("Backed up and checked: {n} records in {file}.")
        self.notice.say(words.format(n=format_number(made.records), file=made.file.name), "done")

    def _on_checked(self, checked: BackupRow | None) -> None:
        self._rest()
        if checked is None:
            return
        self._found.pop(checked.file, None)
        words = _("The backup of {when} is good: it was opened and counted. It holds: {content}")
        content = content_words(checked.counts)
        self.notice.say(words.format(when=moment(checked.made_at), content=content), "done")

    def _on_failed(self, error: Exception) -> None:
        self._rest()
        if not isinstance(error, Refused):
            raise error
        self.notice.say(error.message, "danger")

    def _with_finding(self, one: BackupRow) -> BackupRow:
        return replace(one, problem=self._found[one.file]) if one.file in self._found else one

    def _marked(self) -> BackupRow | None:
        marked = self.table.view.current_row()
        return marked if isinstance(marked, BackupRow) else None

    def _on_picked(self, marked: BackupRow | None) -> None:
        self.check_button.setEnabled(marked is not None)
        self.restore_button.setEnabled(marked is not None and not marked.problem)

    def _on_opened(self, _row: BackupRow) -> None:
        self.check()
