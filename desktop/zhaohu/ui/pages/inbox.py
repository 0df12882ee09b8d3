"""收件 at the center: who sent and who did not, taking bundles in, deciding what waits, and answering."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from zhaohu.errors import Refused
from zhaohu.i18n import _, format_number, ngettext
from zhaohu.records.codes import Role
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import forks, inbox
from zhaohu.services.exchange.bundles import HeldRecord, ImportReport
from zhaohu.services.exchange.forks import ForkView
from zhaohu.services.exchange.inbox import Matrix, StationWeeks
from zhaohu.services.exchange.set_aside import SetAside
from zhaohu.services.exchange.undo import LastImport
from zhaohu.services.growth import scores
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.fork import ForkDialog
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import JobContext, Runner
from zhaohu.ui.pages import inbox_words
from zhaohu.ui.pages.exchange_words import held_columns
from zhaohu.ui.pages.held_question import AskAboutHeld
from zhaohu.ui.pages.inbox_answers import AnswerBar
from zhaohu.ui.pages.inbox_copies import CopiesSheet
from zhaohu.ui.pages.inbox_decide import DecideSheet
from zhaohu.ui.pages.inbox_intake import Intake
from zhaohu.ui.pages.inbox_matrix import MatrixSheet
from zhaohu.ui.pages.inbox_report import ReportSheet
from zhaohu.ui.pages.inbox_state import Seen, read_inbox
from zhaohu.ui.pages.inbox_watch import WatchButton
from zhaohu.ui.pages.list_export import list_export
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.pages.sync_route import RouteBar
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.drop_zone import DropZone
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.layout import STRETCH, panel, row
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.page import Page
from zhaohu.ui.widgets.tabs import Tabs
from zhaohu.ui.widgets.words import show_if

_BUNDLES = (".zhb",)


def inbox_page(desk: Desk, hub: Hub, runner: Runner) -> Page:
    """The page, for the shell."""
    return InboxPage(desk, hub, runner)


class InboxPage(LoadingPage):
    """Bundles are dropped or chosen, looked at, and taken in; one click answers all stations."""

    tables = frozenset(
        {"peer", "received_bundle", "held_row", "station", "set_aside_bundle", "refused_file", "branch_row"}
    )

    def __init__(self, desk: Desk, hub: Hub, runner: Runner) -> None:
        super().__init__(hub, runner)
        self._desk = desk
        self._admin = desk.person.role is Role.ADMIN
        self._matrix = Matrix((), ())
        self.intake = Intake(self, desk, self._run)
        self.import_button = button(
            _("Import bundles"), self.intake.choose_files, kind="primary", icon="import", shortcut="Ctrl+O"
        )
        self.zone = DropZone(
            _("Drop the stations' bundles here"),
            _("Files ending in .zhb, one or many at once. A file that was had already changes nothing."),
            _BUNDLES,
            self.import_button,
        )
        self.answers = AnswerBar(desk, self._run, self._on_told)
        self._answer_now = button(_("Answer all stations"), self.answers.answer_all)
        self._decide_now = button(_("Decide…"), self._open_decide)
        self.notice = Notice(action=panel(row(self._decide_now, self._answer_now, gap=1)), closable=True)
        self.watch = WatchButton(self, desk, self.intake.look)
        self.route = RouteBar(self, desk)
        self.exchange_button = button(_("Fetch and answer"), self.exchange, icon="sync", shortcut="Ctrl+Return")
        self.stations = MatrixSheet(acts=self._admin, answer=self.answer_one, ask_for_all=self.ask_for_all)
        self.decide = DecideSheet(self, desk, self.decide_about, self._on_imported)
        self.copies = CopiesSheet(self, desk)
        self.report = ReportSheet(self, desk)
        name = _("Records held")
        self.held = DataTable(
            held_columns(with_station=True, station_name=self._name_of), name=name, export=list_export(self, desk, name)
        )
        self.held.empty.set_words(
            _("No record is held"), _("Records that cannot be applied are kept here with the reason.")
        )
        self.refused = self._refused_table()
        self._build()

    def _refused_table(self) -> DataTable:
        name = _("Refused files")
        advice = _("A file that is damaged, is not for this center or comes from nobody known is listed here.")
        return DataTable(
            inbox_words.refused_columns(),
            name=name,
            empty=EmptyState(_("No file was refused"), advice, icon="check-circle"),
            export=list_export(self, self._desk, name),
        )

    def _build(self) -> None:
        self.tabs = Tabs(_("Inbox"))
        self._names = {
            self.stations: _("Stations by weeks"),
            self.decide: _("Set aside"),
            self.copies: _("Copies to compare"),
            self.held: _("Records held"),
            self.refused: _("Refused files"),
            self.report: _("Last import"),
        }
        for sheet, words in self._names.items():
            self.tabs.add(sheet, words)
        line = panel(row(self.watch, STRETCH, self.route, self.exchange_button, self.answers, gap=2))
        for one in (self.zone, line):
            show_if(one, self._admin)
        self._say("")
        for part in (self.notice, self.zone, line):
            self.body.addWidget(part)
        self.body.addWidget(self.tabs, 1)
        self.zone.dropped.connect(self.intake.preview_files)
        self.intake.imported.connect(self._on_imported)
        self.intake.told.connect(self._on_told)
        self.report.undone.connect(self._on_undone)
        self.stations.opened.connect(self._on_station_opened)
        self.held.opened.connect(self._on_held)
        AskAboutHeld(self, self._desk, self.held)

    def refresh(self) -> None:
        """Read the state anew."""
        self.fetch(partial(read_inbox, self._desk), self._take)

    def first_focus(self):
        """The import button for who may import, else the list."""
        return self.import_button if self.import_button.isVisible() else self.stations.matrix

    # -- taking in

    def _run(self, work: Callable[[JobContext], Any], done: Callable[[Any], object], *, title: str) -> None:
        if not self._admin or not self.import_button.isEnabled():
            return
        self._set_busy(True)
        self._say("")

        def take(result: Any) -> None:
            if self._gone:
                return
            self._set_busy(False)
            done(result)

        self._runner.run(
            work,
            title=title,
            on_result=take,
            on_error=self._on_failed,
            on_cancelled=self._on_cancelled,
            writes=True,
        )

    def exchange(self) -> None:
        """Fetch, take in and answer through the chosen place; the first time it is asked for."""
        if not self.route.chosen():
            self.route.choose_folder()
        if self.route.chosen():
            self.intake.exchange(self.route.chosen())

    def _on_imported(self, reports: list[ImportReport]) -> None:
        text, tone = inbox_words.summary(reports)
        self._say(
            text,
            tone,
            answer=any(report.status in ("accepted", "held") for report in reports),
            decide=any(inbox_words.needs_person(report) for report in reports),
        )
        self.report.show_reports(reports)
        self.tabs.open_sheet(self.report)
        self.report.table.view.setFocus()
        self.reload()
        self.act(
            lambda context: scores.fill_missing(self._desk, context.advance),
            lambda _kept: None,
            title=_("Grading growth"),
        )

    def _on_undone(self, last: LastImport) -> None:
        n = len(last.bundles)
        text = ngettext(
            "{n} bundle was taken back. The next receipts ask for it once more.",
            "{n} bundles were taken back. The next receipts ask for them once more.",
            n,
        )
        self._say(text.format(n=format_number(n)), "done", answer=True)
        self.reload()

    def _on_cancelled(self) -> None:
        self._set_busy(False)
        if self.intake.finished:
            self._on_imported(self.intake.finished)
        else:
            self.reload()
        self._say(_("Cancelled. Files that were finished before stay in; the others changed nothing."))

    # -- answering

    def answer_one(self) -> None:
        """Write the receipt of the marked station."""
        marked = self.stations.marked()
        if marked is not None:
            self.answers.answer([marked])

    def ask_for_all(self) -> None:
        """Ask the marked station for all its records."""
        marked = self.stations.marked()
        if marked is None:
            return
        text = _(
            "With the next receipt {station} is asked to send all its records again. Its next bundle is larger; "
            "nothing is lost or doubled by it."
        )
        title = _("Ask for everything?")
        if ask.confirm(self.window(), title, text.format(station=marked.name), do=_("Ask for everything")):
            self.act(
                lambda _context: inbox.ask_for_all(self._desk, marked.code),
                lambda _nothing: self.reload(),
                title=title,
            )

    # -- deciding

    def decide_about(self, waiting: SetAside) -> None:
        """Show what a bundle is about that waits for a person, and ask which PC is the station."""

        def show(view: ForkView) -> None:
            ForkDialog.ask(self.window(), self._desk, self._runner, view, self._on_decided)

        self._run(
            lambda _context: forks.view_fork(self._desk, waiting.bundle_id), show, title=_("Comparing two databases")
        )

    def _open_decide(self) -> None:
        self.tabs.open_sheet(self.decide)
        self.decide.table.view.setFocus()

    def _on_decided(self, reports: object) -> None:
        if isinstance(reports, list) and reports:
            self._on_imported(reports)
        else:
            self._say(_("It is decided. The next receipts tell the PCs."), "done", answer=True)
            self.reload()

    # -- state

    def _take(self, seen: Seen) -> None:
        self._matrix = seen.matrix
        deciding = frozenset(row_.station for row_ in seen.aside if inbox_words.waits_for_person(row_))
        self.stations.set_matrix(seen.matrix, deciding)
        self.decide.set_rows(seen.aside)
        self.copies.set_rows(seen.copies)
        self.held.set_rows(seen.held)
        self.refused.set_rows(seen.refused)
        self.report.show_last(seen.last)
        self.watch.set_watched(seen.watched, there=seen.watched_there)
        self.route.set_routes(seen.routes)
        for sheet, n in (
            (self.decide, self.decide.open_count()),
            (self.copies, len(seen.copies)),
            (self.held, len(seen.held)),
            (self.refused, len(seen.refused)),
        ):
            self.tabs.set_words(sheet, self._names[sheet] + (f" ({format_number(n)})" if n else ""))
        self.answers.set_stations(seen.matrix.rows)

    def _on_told(self, text: str, tone: str) -> None:
        self._say(text, tone)
        self.reload()

    def _name_of(self, code: str) -> str:
        return next((row_.name for row_ in self._matrix.rows if row_.code == code), code)

    def _say(self, text: str, tone: str = "", *, answer: bool = False, decide: bool = False) -> None:
        show_if(self._decide_now, decide and self._admin)
        show_if(self._answer_now, answer and self._admin)
        self.notice.say(text, tone)

    def _on_failed(self, error: Exception) -> None:
        self._set_busy(False)
        if not isinstance(error, Refused):
            raise error
        self._say(error.message, "danger")

    def _set_busy(self, busy: bool) -> None:
        self.switch_off(
            (self.import_button, self._answer_now, self.watch, self.answers, self.route, self.exchange_button), busy
        )
        self.stations.set_busy(busy)

    def _on_station_opened(self, row_: StationWeeks) -> None:
        self.go.emit(f"children/{row_.code.partition('-')[2]}")

    def _on_held(self, held: HeldRecord) -> None:
        if held.child_id is not None:
            self.go.emit(f"child/{held.child_id}")
