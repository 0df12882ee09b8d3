"""Taking in a roster: choose the file, look at every row, mend and decide, and only then save."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum, auto
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QStackedWidget, QWidget

from zhaohu.errors import Cancelled, Refused
from zhaohu.i18n import _, format_number, ngettext, sentences
from zhaohu.services.desk import Desk
from zhaohu.services.register import children
from zhaohu.services.register.children import ChildView
from zhaohu.services.roster import rosters
from zhaohu.services.roster.roster_preview import RosterPreview
from zhaohu.services.roster.rosters import ImportRow, RosterReport, Undone
from zhaohu.ui.dialogs import ask
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import JobContext, Runner
from zhaohu.ui.pages import roster_words as words
from zhaohu.ui.pages.list_export import list_export
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.pages.roster_columns import Headings
from zhaohu.ui.pages.roster_done import RosterDone
from zhaohu.ui.pages.roster_rows import RosterRows
from zhaohu.ui.pages.roster_start import RosterStart, confirm_undo
from zhaohu.ui.pages.roster_work import RosterWork
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.layout import column, panel
from zhaohu.ui.widgets.notice import Notice


class Step(Enum):
    """Where the person is."""

    CHOOSE = auto()
    LOOK = auto()
    DONE = auto()


def roster_page(desk: Desk, hub: Hub, runner: Runner, _argument: str) -> RosterPage:
    """For the shell."""
    return RosterPage(desk, hub, runner)


class RosterPage(LoadingPage):
    """One step after another; the one primary button goes on."""

    tables = frozenset({"child", "roster_import"})

    def __init__(self, desk: Desk, hub: Hub, runner: Runner) -> None:
        super().__init__(hub, runner)
        self._desk = desk
        self._fields = tuple(rosters.fields())
        self._report: RosterReport | None = None
        self.work = RosterWork(self)
        self.step = Step.CHOOSE
        self.fault = Notice(closable=True)
        self.start = RosterStart(self.choose_file, self._on_template)
        self.headings = Headings()
        self.done = RosterDone(dict(self._fields), list_export(self, desk, _("Rows left out of a roster")))
        self.rows = RosterRows(desk, self.work, dict(self._fields), self._read_child)
        look = column(self.headings, gap=3)
        look.addWidget(self.rows, 1)
        self._stack = QStackedWidget()
        for part in (self.start, panel(look), self.done):
            self._stack.addWidget(part)
        self.body.addWidget(self.fault)
        self.body.addWidget(self._stack, 1)
        self.other_button = button(_("Other file"), self.choose_file, icon="folder")
        self.report_button = button(_("Save the report"), self._on_report, icon="save")
        self.undo_button = button(_("Undo this import"), self._on_undo_report, icon="undo")
        self.due_button = button(_("What is due today"), self._on_due, icon="today")
        for one in (self.other_button, self.report_button, self.undo_button, self.due_button):
            self.add_action(one)
        self.primary = button("", self._go_on, kind="primary")
        self.set_primary(self.primary)
        self.start.dropped.connect(self._on_dropped)
        self.start.undo_wanted.connect(self._on_undo_earlier)
        self.work.changed.connect(self._on_worked)
        self.work.failed.connect(self._on_refused)
        self.headings.changed.connect(self._on_headings)
        self.headings.sheet_wanted.connect(self._on_sheet)
        self._show_step(Step.CHOOSE)

    def refresh(self) -> None:
        """Read the earlier imports."""
        self.fetch(lambda: rosters.list_imports(self._desk), self.start.show_imports, part="imports")

    def first_focus(self) -> QWidget:
        """The button that chooses a file, the rows, or the button that goes on."""
        if self.step is Step.CHOOSE:
            return self.start.choose
        return self.rows.table.view if self.step is Step.LOOK else self.primary

    def may_leave(self) -> bool:
        """Nothing is saved before the last step; say so."""
        if self.step is not Step.LOOK or not self.work.has_rows():
            return True
        text = _("Nothing of this roster has been saved yet; decisions and mended cells are lost.")
        text = sentences((text, _("The file itself stays as it is.")))
        return ask.confirm(self, _("Leave without registering?"), text, do=_("Leave"), danger=True)

    # -- steps

    def _show_step(self, step: Step) -> None:
        self.step = step
        self._stack.setCurrentIndex(list(Step).index(step))
        self.other_button.setVisible(step is Step.LOOK)
        for one in (self.report_button, self.undo_button, self.due_button):
            one.setVisible(step is Step.DONE)
        self.primary.setVisible(step is not Step.CHOOSE)
        self._tell()

    def _tell(self) -> None:
        if self.step is Step.LOOK:
            preview = self.work.preview
            counted = words.tally(preview)
            lead = _("{n} rows: {new} to register, {updates} to complete, {left} left out. Nothing is saved yet.")
            lead = lead.format(
                n=format_number(len(preview.rows)),
                new=format_number(counted.new),
                updates=format_number(counted.updated),
                left=format_number(counted.left),
            )
            self.set_heading(words.short_name(preview.file), lead if preview.rows else "")
            self.primary.setText(counted.button_words())
            self.primary.setEnabled(bool(counted.taken))
        elif self.step is Step.DONE:
            self.set_heading(words.short_name(self.work.preview.file))
            self.primary.setText(_("Show the children"))
            self.primary.setEnabled(True)
        else:
            self.set_heading()

    def _go_on(self) -> None:
        if self.step is Step.DONE:
            self.go.emit("children")
        else:
            self.work.when_done(self._take_in)

    def _busy(self, busy: bool) -> None:
        self._stack.setEnabled(not busy)
        self.switch_off((self.primary, self.other_button, self.undo_button), busy)
        if not busy:
            self._tell()

    # -- reading

    def choose_file(self) -> None:
        """Ask for a file and read it."""
        kinds = _("Rosters (*.xlsx *.xlsm *.xls *.csv *.txt)")
        for file in ask.open_files(self.window(), _("Choose the roster file"), kinds):
            self.read(file)

    def _on_dropped(self, files: Sequence[Path]) -> None:
        self.read(files[0])

    def _on_sheet(self, sheet: str) -> None:
        if sheet != self.work.preview.sheet:
            self.read(self.work.preview.file, sheet)

    def read(self, file: Path, sheet: str = "") -> None:
        """Read a roster and show its rows."""
        self.fault.say("")
        self._busy(True)

        def work(context: JobContext) -> RosterPreview | None:
            try:
                return rosters.read_roster(self._desk, file, context.cancelled, sheet)
            except Cancelled:
                return None

        self.act(
            work,
            self._show_preview,
            title=_("Reading {file}").format(file=file.name),
            failed=self._on_refused,
            writes=False,
        )

    def _show_preview(self, preview: RosterPreview | None) -> None:
        self._busy(False)
        if preview is None:
            return
        self.work.begin(preview)
        self.headings.show_roster(preview, self._fields)
        self._show_step(Step.LOOK)
        self.rows.table.view.setFocus()

    def _on_headings(self, wanted: dict[int, str]) -> None:
        self.fault.say("")
        self.work.do(partial(self._remapped, wanted=wanted), title=_("Reading the rows anew"))

    def _remapped(self, preview: RosterPreview, *, wanted: dict[int, str]) -> RosterPreview:
        return rosters.remap(self._desk, preview, wanted)

    def _on_worked(self, before: RosterPreview) -> None:
        if self.work.preview.columns != before.columns:
            self.headings.follow(self.work.preview)
        self._tell()

    def _read_child(self, child_id: str, show: Callable[[ChildView], None]) -> None:
        self.fetch(lambda: children.view_child(self._desk, child_id), show, part="other child")

    def _on_refused(self, error: Exception) -> None:
        self._busy(False)
        if not isinstance(error, Refused):
            raise error
        if self.step is Step.LOOK:
            self.headings.follow(self.work.preview)
        self.fault.say(error.message, "danger")

    # -- saving

    def _take_in(self) -> None:
        preview = self.work.preview
        self.fault.say("")
        self._busy(True)
        self.act(
            lambda _context: rosters.take_in(self._desk, preview),
            self._show_report,
            title=_("Registering children"),
            failed=self._on_refused,
        )

    def _show_report(self, report: RosterReport) -> None:
        self._report = report
        preview = self.work.preview
        self.done.show_report(words.short_name(preview.file), report, words.left_out(preview.rows))
        self._show_step(Step.DONE)
        self._busy(False)
        self.primary.setFocus()

    # -- undoing

    def _on_undo_report(self) -> None:
        report = self._report
        if report is not None:
            self._undo(report.import_id, self.work.preview.file.name, report.accepted, report.updated)

    def _on_undo_earlier(self, one: ImportRow) -> None:
        self._undo(one.id, one.file, one.accepted, one.updated)

    def _undo(self, import_id: str, file: str, accepted: int, updated: int) -> None:
        if not confirm_undo(self.window(), file, accepted, updated):
            return
        self.fault.say("")
        self._busy(True)
        self.act(
            lambda _context: rosters.undo_import(self._desk, import_id),
            self._on_undone,
            title=_("Undoing the import"),
            failed=self._on_refused,
        )

    def _on_undone(self, undone: Undone) -> None:
        self._show_step(Step.CHOOSE)
        self._busy(False)
        text = _("The import has been undone.")
        if undone.children:
            more = ngettext(
                "{n} child is out of the register again.", "{n} children are out of it again.", undone.children
            )
            text = sentences((text, more.format(n=format_number(undone.children))))
        self.fault.say(text, "done")
        self.start.choose.setFocus()

    # -- elsewhere

    def _on_due(self) -> None:
        self.go.emit("today")

    def _on_template(self) -> None:
        place = ask.save_file(self, _("Template to fill in"), _("roster.xlsx"), _("Spreadsheets (*.xlsx)"))
        if place is not None:
            self._write(lambda: rosters.write_template(place))

    def _on_report(self) -> None:
        report = self._report
        place = ask.save_file(self, _("Save the report"), _("roster report.xlsx"), _("Spreadsheets (*.xlsx)"))
        if place is not None and report is not None:
            self._write(lambda: rosters.save_report(self._desk, report, place))

    def _write(self, write: Callable[[], object]) -> None:
        self.act(
            lambda _context: write(),
            lambda place: self.fault.say(_("Written: {file}").format(file=place), "done"),
            title=_("Writing the file"),
            failed=self._on_refused,
            writes=False,
        )
