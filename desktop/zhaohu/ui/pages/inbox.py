"""收件 at the center: taking in the stations' bundles, and answering them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from zhaohu.errors import Refused
from zhaohu.i18n import _, format_number, ngettext
from zhaohu.records.codes import Role
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import bundles, receipts
from zhaohu.services.exchange.bundles import ExchangeStatus, HeldRecord, ImportReport, StationState
from zhaohu.services.exchange.receipts import PacketWritten
from zhaohu.services.growth import scores
from zhaohu.ui.dialogs import ask
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import JobContext, Runner
from zhaohu.ui.pages import inbox_words
from zhaohu.ui.pages.exchange_words import LastFolder, held_columns
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.drop_zone import DropZone
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.layout import column, panel
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.page import Page
from zhaohu.ui.widgets.tabs import Tabs
from zhaohu.ui.widgets.words import label, show_if

_BUNDLES = (".zhb",)
_ENROLLED = "active"


def inbox_page(desk: Desk, hub: Hub, runner: Runner) -> Page:
    """The page, for the shell."""
    return InboxPage(desk, hub, runner)


class InboxPage(LoadingPage):
    """Bundles are dropped or chosen; one report per file; one click answers a station or all of them."""

    tables = frozenset({"peer", "received_bundle", "held_row", "station", "child"})

    def __init__(self, desk: Desk, hub: Hub, runner: Runner) -> None:
        super().__init__(hub, runner)
        self._desk = desk
        self._stations: list[StationState] = []
        self._folder = LastFolder(desk.profile, "receipts")
        self.notice = Notice(closable=True)
        self.import_button = button(
            _("Import bundles"), self.choose_files, kind="primary", icon="import", shortcut="Ctrl+O"
        )
        self.zone = DropZone(
            _("Drop the stations' bundles here"),
            _("Files ending in .zhb, one or many at once. A file that was had already changes nothing."),
            _BUNDLES,
            self.import_button,
        )
        self.reports = DataTable(
            inbox_words.report_columns(),
            name=_("Reports of this import"),
            empty=EmptyState(_("Nothing imported yet"), _("Each file gets its report here."), icon="inbox"),
        )
        self._reason = label("", wrap=True)
        self._import = panel(column(self.reports, self._reason))
        self.stations = DataTable(
            inbox_words.station_columns(),
            name=_("Stations"),
            empty=EmptyState(_("No stations yet"), _("Register the stations under “Stations” first."), icon="stations"),
        )
        self.held = DataTable(held_columns(with_station=True), name=_("Records held"))
        advice = _("Records that cannot be applied are kept here with the reason.")
        self.held.empty.set_words(_("No record is held"), advice)
        self.answer_button = button(_("Write receipt"), self.answer_one, icon="export", shortcut="Ctrl+E")
        self.answer_button.setEnabled(False)
        self.answer_all_button = button(_("Write all receipts"), self.answer_all, icon="export")
        self._elsewhere = button(_("Choose another folder"), self.choose_folder, kind="link", icon="folder")
        self._build()

    def _build(self) -> None:
        admin = self._desk.person.role is Role.ADMIN
        for one in (self._elsewhere, self.answer_button, self.answer_all_button):
            self.stations.tools.addWidget(one)
            show_if(one, admin)
        self.tabs = Tabs(_("Inbox"))
        self.tabs.add(self.stations, _("Stations"))
        self.tabs.add(self._import, _("Reports of this import"))
        self.tabs.add(self.held, _("Records held"))
        self.body.addWidget(self.notice)
        self.body.addWidget(self.zone)
        show_if(self.zone, admin)
        self.body.addWidget(self.tabs, 1)
        self.zone.dropped.connect(self.import_files)
        self.reports.picked.connect(self._on_report)
        self.stations.picked.connect(self._on_station)
        self.stations.opened.connect(self._on_station_opened)
        self.held.opened.connect(self._on_held)

    def refresh(self) -> None:
        """Read the state anew."""
        self.fetch(lambda: bundles.status(self._desk), self._take)

    def first_focus(self):
        """The import button for who may import, else the list."""
        return self.import_button if self.import_button.isVisible() else self.stations.view

    # -- taking in

    def choose_files(self) -> None:
        """Ask for bundles and take them in."""
        files = ask.open_files(self.window(), _("Bundles of the stations"), _("Bundles (*.zhb)"), many=True)
        if files:
            self.import_files(files)

    def import_files(self, files: Sequence[Path]) -> None:
        """Take bundles in, off the GUI thread, with progress and cancel."""
        if self._desk.person.role is not Role.ADMIN or not self.import_button.isEnabled():
            return
        self._set_busy(True)
        self.notice.say("")

        def work(context: JobContext) -> list[ImportReport]:
            def tell(done: int, total: int) -> None:
                context.progress(done // 1024, total // 1024)  # a signal's numbers end at 2 GiB

            return bundles.import_bundles(self._desk, files, tell, context.cancelled)

        self._runner.run(
            work,
            title=_("Importing bundles"),
            on_result=self._on_imported,
            on_error=self._on_failed,
            on_cancelled=self._on_cancelled,
            writes=True,
        )

    def _on_imported(self, reports: list[ImportReport]) -> None:
        self._set_busy(False)
        self.notice.say(*inbox_words.summary(reports))
        self.tabs.open_sheet(self._import)
        self.reports.set_rows(reports)
        refused = next((at for at, report in enumerate(reports) if report.status == "refused"), 0)
        self.reports.view.choose_row(refused)
        self.reload()
        self.act(
            lambda context: scores.fill_missing(self._desk, context.advance),
            lambda _kept: None,
            title=_("Grading growth"),
        )

    def _on_cancelled(self) -> None:
        self._set_busy(False)
        self.notice.say(_("Cancelled. Files that were finished before stay in; the others changed nothing."), "")
        self.reload()

    def _on_report(self, report: ImportReport | None) -> None:
        self._reason.setText("" if report is None else inbox_words.outcome(report))

    # -- answering

    def answer_one(self) -> None:
        """Write the receipt of the marked station."""
        row = self.stations.view.current_row()
        if row is not None:
            self._answer([row])

    def answer_all(self) -> None:
        """Write the receipts of all enrolled stations."""
        self._answer([row for row in self._stations if row.status == _ENROLLED])

    def choose_folder(self) -> bool:
        """Ask for the folder of receipts."""
        folder = ask.folder(self.window(), _("Folder for the receipts, such as a stick"))
        if folder is not None:
            self._folder.put(folder)
            self.notice.say(_("Receipts are written to {folder} from now on.").format(folder=folder))
        return folder is not None

    def _answer(self, stations: Sequence[StationState]) -> None:
        folder = self._folder.get()
        if folder is None:
            if not self.choose_folder():
                return
            folder = self._folder.get()
        if folder is None:
            return
        out = folder
        self._set_busy(True)

        def work(_context: JobContext) -> list[PacketWritten]:
            return [receipts.export_receipt(self._desk, station.code, out) for station in stations]

        self.act(work, self._on_answered, title=_("Writing receipts"), failed=self._on_failed)

    def _on_answered(self, packets: list[PacketWritten]) -> None:
        self._set_busy(False)
        if len(packets) == 1:
            text = _("Receipt written: {file}").format(file=packets[0].file)
        else:
            text = ngettext("{n} receipt written to {folder}", "{n} receipts written to {folder}", len(packets)).format(
                n=format_number(len(packets)), folder=self._folder.get() or ""
            )
        self.notice.say(text, "done")

    # -- state

    def _take(self, state: ExchangeStatus) -> None:
        self._stations = state.stations
        self.stations.set_rows(state.stations)
        self.held.set_rows(state.held)
        n = len(state.held)
        self.tabs.set_words(self.held, _("Records held") + (f" ({format_number(n)})" if n else ""))
        self.answer_all_button.setEnabled(any(row.status == _ENROLLED for row in state.stations))

    def _on_failed(self, error: Exception) -> None:
        self._set_busy(False)
        if not isinstance(error, Refused):
            raise error
        self.notice.say(error.message, "danger")

    def _set_busy(self, busy: bool) -> None:
        self.switch_off((self.import_button, self.answer_all_button, self._elsewhere, self.answer_button), busy)
        self.answer_button.setEnabled(not busy and self._may_answer(self.stations.view.current_row()))

    def _may_answer(self, row: StationState | None) -> bool:
        return row is not None and row.status == _ENROLLED

    def _on_station(self, row: StationState | None) -> None:
        self.answer_button.setEnabled(self._may_answer(row))

    def _on_station_opened(self, row: StationState) -> None:
        self.go.emit(f"children/{row.code.partition('-')[2]}")

    def _on_held(self, held: HeldRecord) -> None:
        if held.child_id is not None:
            self.go.emit(f"child/{held.child_id}")
