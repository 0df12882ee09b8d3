"""Taking in records kept in spreadsheets until now: choose the file, look at every row, and only then record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum, auto
from pathlib import Path

from PySide6.QtWidgets import QStackedWidget, QWidget

from zhaohu.errors import Cancelled, Refused
from zhaohu.i18n import _, format_number, ngettext, sentences
from zhaohu.services.desk import Desk
from zhaohu.services.visit_table import record_import
from zhaohu.services.visit_table.record_import import RecordPreview, RecordReport, RowState
from zhaohu.ui.dialogs import ask
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import JobContext, Runner
from zhaohu.ui.pages.list_export import list_export
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.pages.records_rows import RecordsRows, row_columns
from zhaohu.ui.pages.roster_start import ENDINGS
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.drop_zone import DropZone
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.layout import STRETCH, column, panel, row
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.tiles import Tile, TileRow
from zhaohu.ui.widgets.words import label


class Step(Enum):
    """Where the person is."""

    CHOOSE = auto()
    LOOK = auto()
    DONE = auto()


def records_page(desk: Desk, hub: Hub, runner: Runner, _argument: str) -> RecordsPage:
    """For the shell."""
    return RecordsPage(desk, hub, runner)


class RecordsPage(LoadingPage):
    """One step after another; the one primary button goes on."""

    tables: frozenset[str] = frozenset()

    def __init__(self, desk: Desk, hub: Hub, runner: Runner) -> None:
        super().__init__(hub, runner)
        self._desk = desk
        self._preview: RecordPreview | None = None
        self._report: RecordReport | None = None
        self.step = Step.CHOOSE
        self.fault = Notice(closable=True)
        self.choose = button(_("Choose a file"), self.choose_file, kind="primary", icon="folder", shortcut="Ctrl+O")
        self.template = button(_("Template to fill in"), self._on_template, icon="spreadsheet")
        export = list_export(self, desk, _("Rows of a table of records"))
        self.rows = RecordsRows(export)
        self.recorded, self.had, self.left_tile = Tile(_("Recorded")), Tile(_("Recorded already")), Tile(_("Left out"))
        self.left = DataTable(
            row_columns(),
            name=_("Left out"),
            empty=EmptyState(_("Every row was taken in"), icon="check-circle"),
            export=export,
        )
        self._stack = QStackedWidget()
        for part in (self._start(), self.rows, self._end()):
            self._stack.addWidget(part)
        self.body.addWidget(self.fault)
        self.body.addWidget(self._stack, 1)
        self.other_button = button(_("Other file"), self.choose_file, icon="folder")
        self.report_button = button(_("Save the report"), self._on_report, icon="save")
        for one in (self.other_button, self.report_button):
            self.add_action(one)
        self.primary = button("", self._go_on, kind="primary")
        self.set_primary(self.primary)
        self.rows.changed.connect(self._tell)
        self._show_step(Step.CHOOSE)

    def _start(self) -> QWidget:
        note = _("Excel (.xlsx, .xls) or CSV, one visit or measurement in each row. You see every row first.")
        self.zone = DropZone(_("Drop the file of records here"), note, ENDINGS, self.choose)
        self.zone.dropped.connect(self._on_dropped)
        words = (
            _("Each sheet holds the records of one form, or plain measurements; its name or its headings tell which."),
            _("The child is found by its id number or record number, or by name and birth date."),
            _("Options may be written as their number or in words, days as 2026-03-05, 2026年3月5日 or 20260305."),
            _("What is recorded already is not recorded twice: the same file can be read again after mending it."),
        )
        lines = [label(text, "", wrap=True) for text in words]
        head = row(label(_("How a table of records looks"), "section"), STRETCH, self.template, gap=2)
        return panel(column(self.zone, head, *lines, STRETCH, gap=4))

    def _end(self) -> QWidget:
        self.result = Notice()
        tiles = TileRow([self.recorded, self.had, self.left_tile])
        layout = column(self.result, tiles, label(_("Left out, and why"), "section"), gap=4)
        layout.addWidget(self.left, 1)
        return panel(layout)

    def first_focus(self) -> QWidget:
        """The button that chooses a file, the rows, or the button that goes on."""
        if self.step is Step.CHOOSE:
            return self.choose
        return self.rows.table.view if self.step is Step.LOOK else self.primary

    def may_leave(self) -> bool:
        """Nothing is saved before the last step; say so."""
        if self.step is not Step.LOOK or not self.rows.left:
            return True
        text = _("Nothing of this file has been recorded yet; what you left out has to be chosen again.")
        return ask.confirm(self, _("Leave without recording?"), text, do=_("Leave"), danger=True)

    # -- steps

    def _show_step(self, step: Step) -> None:
        self.step = step
        self._stack.setCurrentIndex(list(Step).index(step))
        self.other_button.setVisible(step is not Step.CHOOSE)
        self.report_button.setVisible(step is Step.DONE)
        self.primary.setVisible(step is not Step.CHOOSE)
        self._tell()

    def _tell(self) -> None:
        preview = self._preview
        if preview is None or self.step is Step.CHOOSE:
            self.set_heading()
            return
        if self.step is Step.DONE:
            self.set_heading(preview.file.name)
            self.primary.setText(_("Show the children"))
            self.primary.setEnabled(True)
            return
        n = self.rows.count()
        lead = _("{n} rows: {new} to record, {left} left out. Nothing is saved yet.")
        total = len(preview.rows)
        lead = lead.format(n=format_number(total), new=format_number(n), left=format_number(total - n))
        if preview.unread:
            more = _("These sheets are no tables of records: {names}.")
            lead = sentences((lead, more.format(names=_(", ").join(preview.unread))))
        self.set_heading(preview.file.name, lead)
        self.primary.setText(ngettext("Record {n} row", "Record {n} rows", n).format(n=format_number(n)))
        self.primary.setEnabled(bool(n))

    def _go_on(self) -> None:
        if self.step is Step.DONE:
            self.go.emit("children")
        else:
            self._take_in()

    def _busy(self, busy: bool) -> None:
        self._stack.setEnabled(not busy)
        self.switch_off((self.primary, self.other_button), busy)
        if not busy:
            self._tell()

    # -- reading and recording

    def choose_file(self) -> None:
        """Ask for a file and read it."""
        kinds = _("Tables (*.xlsx *.xlsm *.xls *.csv *.txt)")
        for file in ask.open_files(self.window(), _("Choose the file of records"), kinds):
            self.read(file)

    def _on_dropped(self, files: Sequence[Path]) -> None:
        self.read(files[0])

    def read(self, file: Path) -> None:
        """Read a file and show its rows."""
        self.fault.say("")
        self._busy(True)

        def work(context: JobContext) -> RecordPreview | None:
            try:
                return record_import.read_records(
                    self._desk, file, progress=context.progress, cancelled=context.cancelled
                )
            except Cancelled:
                return None

        title = _("Reading {file}").format(file=file.name)
        self.act(work, self._show_preview, title=title, failed=self._on_refused, writes=False)

    def _show_preview(self, preview: RecordPreview | None) -> None:
        if preview is not None:
            self._preview = preview
            self.rows.show_preview(preview)
            self._show_step(Step.LOOK)
        self._busy(False)
        self.first_focus().setFocus()

    def _take_in(self) -> None:
        preview, left = self._preview, frozenset(self.rows.left)
        assert preview is not None
        self.fault.say("")
        self._busy(True)

        def work(context: JobContext) -> RecordReport | None:
            try:
                return record_import.take_in(
                    self._desk, preview, leave=left, progress=context.progress, cancelled=context.cancelled
                )
            except Cancelled:
                return None

        self.act(work, self._show_report, title=_("Recording"), failed=self._on_refused)

    def _show_report(self, report: RecordReport | None) -> None:
        if report is None:  # cancelled: nothing was recorded
            self._busy(False)
            return
        self._report = report
        assert self._preview is not None
        left = [one for one in self._preview.rows if not self.rows.is_taken(one) and one.state is not RowState.ALREADY]
        figures = ((self.recorded, report.accepted), (self.had, report.already), (self.left_tile, len(left)))
        for tile, n in figures:
            tile.set_figure(format_number(n))
        text = ngettext("{n} row has been recorded.", "{n} rows have been recorded.", report.accepted)
        text = text.format(n=format_number(report.accepted))
        if left:
            more = _("{n} rows were left out; mend them in the file and read it again, or leave them.")
            text = sentences((text, more.format(n=format_number(len(left)))))
        self.result.say(text, "done")
        self.left.set_rows(left)
        self._show_step(Step.DONE)
        self._busy(False)
        self.primary.setFocus()

    def _on_refused(self, error: Exception) -> None:
        self._busy(False)
        if not isinstance(error, Refused):
            raise error
        self.fault.say(error.message, "danger")

    # -- files

    def _on_template(self) -> None:
        place = ask.save_file(self, _("Template to fill in"), _("records.xlsx"), _("Spreadsheets (*.xlsx)"))
        if place is not None:
            self._write(lambda: record_import.write_template(place, self._desk.today))

    def _on_report(self) -> None:
        report = self._report
        place = ask.save_file(self, _("Save the report"), _("records report.xlsx"), _("Spreadsheets (*.xlsx)"))
        if place is not None and report is not None:
            self._write(lambda: record_import.save_report(self._desk, report, place))

    def _write(self, write: Callable[[], object]) -> None:
        self.act(
            lambda _context: write(),
            lambda place: self.fault.say(_("Written: {file}").format(file=place), "done"),
            title=_("Writing the file"),
            failed=self._on_refused,
            writes=False,
        )
