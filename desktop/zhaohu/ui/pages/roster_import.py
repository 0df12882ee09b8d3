"""Taking in a roster: choose the file, look at every row, decide, and only then save."""

from __future__ import annotations

from enum import Enum, auto
from pathlib import Path

from PySide6.QtWidgets import QStackedWidget

from zhaohu.errors import Refused
from zhaohu.i18n import _, format_number
from zhaohu.services import rosters
from zhaohu.services.desk import Desk
from zhaohu.services.roster_preview import RosterPreview, RosterReport, RowState
from zhaohu.ui.dialogs import ask
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.pages.roster_rows import RosterRows, common_columns, reasons
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.layout import column, panel
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import label


class Step(Enum):
    """Where the person is."""

    CHOOSE = auto()
    LOOK = auto()
    DONE = auto()


def roster_page(desk: Desk, hub: Hub, runner: Runner, _argument: str) -> RosterPage:
    """For the shell."""
    return RosterPage(desk, hub, runner)


class RosterPage(LoadingPage):
    """One primary button that goes on from step to step."""

    def __init__(self, desk: Desk, hub: Hub, runner: Runner) -> None:
        super().__init__(hub, runner)
        self._desk = desk
        self._preview: RosterPreview | None = None
        self._report: RosterReport | None = None
        self.step = Step.CHOOSE
        self.fault = Notice()
        self.columns = label("", "note", wrap=True)
        self.rows: RosterRows | None = None
        self.result = Notice()
        self.left = DataTable(
            [*common_columns(), Column(_("Reason"), lambda r: reasons(r), width=0, hint=reasons)],
            name=_("Not taken in"),
            empty=EmptyState(_("Every row was taken in"), icon="check-circle"),
        )
        advice = _("An Excel or CSV file with one child in each row. You see every row before anything is saved.")
        self._stack = QStackedWidget()
        self._look = column(self.columns, gap=3)
        self.template_button = button(_("Template to fill in"), self._on_template, icon="spreadsheet")
        self._stack.addWidget(EmptyState(_("Choose the roster file"), advice, self.template_button, icon="import"))
        self._stack.addWidget(panel(self._look))
        self._stack.addWidget(panel(column(self.result, self.left, gap=3)))
        self.body.addWidget(self.fault)
        self.body.addWidget(self._stack, 1)
        self.other_button = button(_("Other file"), self.choose_file, icon="folder")
        self.report_button = button(_("Save the report"), self._on_report, icon="save")
        self.add_action(self.other_button)
        self.add_action(self.report_button)
        self.primary = button("", self._go_on, kind="primary")
        self.set_primary(self.primary)
        self._show_step(Step.CHOOSE)

    def first_focus(self):
        """The button that goes on."""
        return self.primary

    def may_leave(self) -> bool:
        """Nothing is saved before the last step; say so."""
        return self.step is not Step.LOOK or ask.confirm(
            self,
            _("Leave without registering?"),
            _("No child of this roster has been registered yet. The file itself stays as it is."),
            do=_("Leave"),
        )

    # -- steps

    def _show_step(self, step: Step) -> None:
        self.step = step
        self._stack.setCurrentIndex(list(Step).index(step))
        self.other_button.setVisible(step is Step.LOOK)
        self.report_button.setVisible(step is Step.DONE)
        self._tell()

    def _tell(self) -> None:
        self.primary.setEnabled(True)
        if self.step is Step.CHOOSE:
            self.primary.setText(_("Choose a file"))
        elif self.step is Step.LOOK and self._preview is not None and self.rows is not None:
            taken = self.rows.taken()
            new = sum(one.level is not RowState.UPDATE for one in taken)
            words = _("{n} to register, {updates} to complete, {left} left out").format(
                n=format_number(new),
                updates=format_number(len(taken) - new),
                left=format_number(len(self.rows.left())),
            )
            self.set_heading(self._preview.file.name, words)
            self.primary.setText(_("Register {n} children").format(n=format_number(len(taken))))
            self.primary.setEnabled(bool(taken))
        elif self._preview is not None:
            self.set_heading(self._preview.file.name)
            self.primary.setText(_("Show the children"))

    def _go_on(self) -> None:
        if self.step is Step.CHOOSE:
            self.choose_file()
        elif self.step is Step.LOOK:
            self._take_in()
        else:
            self.go.emit("children")

    # -- reading

    def choose_file(self) -> None:
        """Ask for a file and read it."""
        for file in ask.open_files(self, _("Choose the roster file"), _("Rosters (*.xlsx *.xls *.csv)")):
            self.read(file)

    def read(self, file: Path) -> None:
        """Read a roster and show its rows."""
        self.fault.say("")
        self.primary.setEnabled(False)
        self.act(
            lambda context: rosters.read_roster(self._desk, file, context.cancelled),
            self._show_preview,
            title=_("Reading {file}").format(file=file.name),
            failed=self._on_unreadable,
            writes=False,
        )

    def _on_unreadable(self, error: Exception) -> None:
        if not isinstance(error, Refused):
            raise error
        self.fault.say(error.message, "danger")
        self._tell()

    def _show_preview(self, preview: RosterPreview) -> None:
        self._preview = preview
        known = _(", ").join(dict.fromkeys(title for _heading, title in preview.columns))
        words = _("Columns understood: {known}.").format(known=known)
        if preview.unknown_columns:
            words += " " + _("Not used: {names}.").format(names=_(", ").join(preview.unknown_columns))
        self.columns.setText(words)
        rows = RosterRows(preview.rows)
        rows.decided.connect(self._tell)
        if self.rows is not None:
            self.rows.hide()
            self.rows.deleteLater()
        self.rows = rows
        self._look.insertWidget(0, rows, 1)
        self._show_step(Step.LOOK)
        rows.table.view.setFocus()

    # -- saving

    def _take_in(self) -> None:
        assert self._preview is not None
        assert self.rows is not None
        preview, also = self._preview, frozenset(self.rows.also)
        self.primary.setEnabled(False)
        self.act(
            lambda _context: rosters.take_in(self._desk, preview, also),
            self._show_report,
            title=_("Registering children"),
            failed=self._on_unreadable,
        )

    def _show_report(self, report: RosterReport) -> None:
        self._report = report
        words = _("{n} children registered, {updates} completed.").format(
            n=format_number(report.accepted), updates=format_number(report.updated)
        )
        left = self.rows.left() if self.rows is not None else []
        if left:
            words += " " + _("{n} rows were not taken in; the reasons stand below.").format(n=format_number(len(left)))
        self.result.say(words, "done")
        self.left.set_rows(left)
        self._show_step(Step.DONE)
        self.primary.setFocus()

    # -- files

    def _on_template(self) -> None:
        place = ask.save_file(self, _("Template to fill in"), _("roster.xlsx"), _("Spreadsheets (*.xlsx)"))
        if place is not None:
            self._write(lambda: rosters.write_template(place))

    def _on_report(self) -> None:
        report = self._report
        place = ask.save_file(self, _("Save the report"), _("roster report.xlsx"), _("Spreadsheets (*.xlsx)"))
        if place is not None and report is not None:
            self._write(lambda: rosters.save_report(self._desk, report, place))

    def _write(self, write) -> None:
        self.act(
            lambda _context: write(),
            lambda place: self.fault.say(_("Written: {file}").format(file=place), "done"),
            title=_("Writing the file"),
            failed=self._on_unwritten,
            writes=False,
        )

    def _on_unwritten(self, error: Exception) -> None:
        if not isinstance(error, Refused):
            raise error
        self.fault.say(error.message, "danger")
