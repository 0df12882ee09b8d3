"""同步 at a station: where the exchange stands, one button that does all of it, and what a person must look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from zhaohu.errors import Refused
from zhaohu.i18n import _, format_number
from zhaohu.records import STATION_TABLES
from zhaohu.records.codes import Role
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.exchange import bundles, enrolment, exporting, history, lives, receipts, travel
from zhaohu.services.exchange.bundles import Exported, Pending
from zhaohu.services.exchange.history import HistoryLine
from zhaohu.services.exchange.lives import LifeState
from zhaohu.services.exchange.receipt_words import life_words, receipt_words
from zhaohu.services.exchange.receipts import ReceiptReport
from zhaohu.services.exchange.travel import ExchangeReport, Stick
from zhaohu.ui.dialogs import ask
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import JobContext, Runner
from zhaohu.ui.pages import sync_words
from zhaohu.ui.pages.exchange_words import LastFolder, moment
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.pages.sync_route import RouteBar, Routes, read_routes
from zhaohu.ui.pages.sync_todo import Todo, TodoSheet, read_todos
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.menu_button import MenuButton
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.page import Page
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.tabs import Tabs
from zhaohu.ui.widgets.tiles import Tile, TileRow
from zhaohu.ui.widgets.words import show_if


@dataclass(frozen=True, slots=True)
class _Seen:
    """All that the page shows, read together."""

    waiting: Pending
    todos: list[Todo]
    life: LifeState
    history: list[HistoryLine]
    routes: Routes


def sync_page(desk: Desk, hub: Hub, runner: Runner) -> Page:
    """The page, for the shell."""
    return SyncPage(desk, hub, runner)


class SyncPage(LoadingPage):
    """State in words, one button that sends and fetches, and lists of what waits, what is to be seen to, what was."""

    tables = frozenset(str(table.__tablename__) for table in STATION_TABLES) | {
        "sent_bundle",
        "held_row",
        "setting",
        "offer",
        "question",
        "kept_version",
        "read_packet",
        "travel_run",
    }

    def __init__(self, desk: Desk, hub: Hub, runner: Runner) -> None:
        super().__init__(hub, runner)
        self._desk = desk
        self._folder = LastFolder(desk.profile, "export")
        self._writes = desk.person.role in WRITERS
        self.waiting = Tile(_("Records waiting for the center"))
        self.written = Tile(_("Last bundle written"))
        self.answered = Tile(_("Last confirmed by the center"))
        self.seen_to = Tile(_("To be seen to"), "todo")
        self.life = Notice()
        self.notice = Notice(closable=True)
        self.route = RouteBar(self, desk)
        self.more = MenuButton(_("More"))
        self.sync_button = button(
            _("Synchronise"), self.synchronise, kind="primary", icon="sync", shortcut="Ctrl+Return"
        )
        self.kinds = DataTable(
            [
                Column(_("Records"), lambda one: one[1], text=format_number, width=10, right=True),
                Column(_("Kind"), lambda one: one[0], width=0),
            ],
            name=_("What the next bundle holds"),
            empty=EmptyState(_("Nothing new since the last receipt."), icon="check-circle"),
        )
        self.todo = TodoSheet(self, desk)
        self.history = DataTable(
            sync_words.history_columns(),
            name=_("Exchanges so far"),
            empty=EmptyState(
                _("Nothing was exchanged yet"),
                _("Each bundle, receipt and exchange is listed here."),
                icon="history",
            ),
        )
        self._build()

    def _build(self) -> None:
        if self._writes:
            self.more.add(_("Only write the bundle to a folder…"), self.export, "export").setShortcut("Ctrl+E")
            self.more.add(_("Only read a receipt…"), self.read_receipt, "import").setShortcut("Ctrl+O")
            self.addActions(self.more.menu_.actions())
            self.more.separate()
            self.more.add(_("Send everything next time…"), self.ask_for_all, "refresh")
        self.reply_action = self.more.add(_("Write the reply file again…"), self.save_reply, "save")
        self.add_action(self.route)
        self.add_action(self.more)
        self.set_primary(self.sync_button)
        for shown in (self.route, self.more, self.sync_button):
            show_if(shown, self._writes)
        self.tabs = Tabs(_("Exchange"))
        self.tabs.add(self.kinds, _("What goes up"))
        self.tabs.add(self.todo, _("To be seen to"))
        self.tabs.add(self.history, _("Exchanges so far"))
        for part in (self.life, self.notice, TileRow([self.waiting, self.written, self.answered, self.seen_to])):
            self.body.addWidget(part)
        self.body.addWidget(self.tabs, 1)
        self.seen_to.clicked.connect(self._on_tile)
        self.route.found.connect(self._on_stick)

    def refresh(self) -> None:
        """Read the state anew."""
        self.fetch(partial(_read, self._desk), self._take)

    def first_focus(self):
        """The button that is pressed most."""
        return self.sync_button if self._writes else self.kinds.view

    # -- doing it

    def synchronise(self) -> None:
        """Send what waits, fetch the center's answer and read it; the first time the way is asked for."""
        if not self.route.chosen():
            self.route.choose_folder()
        way = self.route.chosen()
        if not way:
            return

        def work(context: JobContext) -> ExchangeReport:
            return travel.exchange(self._desk, way, context.progress_bytes, context.cancelled)

        self._run(work, self._on_synchronised, title=_("Synchronising"))

    def export(self) -> None:
        """Write the bundle to a folder that is asked for."""
        folder = ask.folder(self.window(), _("Folder for the bundle, such as a stick"))
        if folder is not None:
            self._folder.put(folder)
            self._run(
                lambda _context: bundles.export_bundle(self._desk, folder),
                self._on_exported,
                title=_("Writing the bundle"),
            )

    def read_receipt(self) -> None:
        """Ask for the center's file and read it."""
        files = ask.open_files(self.window(), _("Receipt of the center"), _("Receipts (*.zhr)"))
        if files:
            self._run(
                lambda _context: receipts.import_receipt(self._desk, files[0]),
                self._on_receipt,
                title=_("Reading the receipt"),
            )

    def ask_for_all(self) -> None:
        """Let the next bundle hold all records, when the person means it."""
        text = _("For when the center and this station do not agree. The next bundle is larger; nothing is doubled.")
        title = _("Send everything next time?")
        if ask.confirm(self.window(), title, text, do=_("Send everything")):
            self._run(lambda _context: exporting.ask_for_all(self._desk), self._on_asked, title=title)

    def save_reply(self) -> None:
        """Write the reply of the set-up once more to a folder that is asked for."""
        folder = ask.folder(self.window(), _("Folder for the reply file, such as a stick"))
        if folder is not None:
            self._run(
                lambda _context: enrolment.save_reply(self._desk, folder), self._on_reply, title=_("Writing the reply")
            )

    def _run(self, work: Callable[[JobContext], Any], done: Callable[[Any], object], *, title: str) -> None:
        if not self.sync_button.isEnabled():
            return
        self._set_busy(True)

        def take(result: Any) -> None:
            if not self._gone:
                self._set_busy(False)
                done(result)
                self.reload()

        self._runner.run(
            work,
            title=title,
            on_result=take,
            on_error=self._on_failed,
            on_cancelled=self._on_cancelled,
            writes=True,
        )

    def _on_synchronised(self, done: ExchangeReport) -> None:
        self.notice.say(*sync_words.exchange_words(done))

    def _on_exported(self, done: Exported) -> None:
        self.notice.say(sync_words.exported_words(done), "done")

    def _on_receipt(self, report: ReceiptReport) -> None:
        self.notice.say(*receipt_words(report))

    def _on_reply(self, file: Path) -> None:
        words = _("Written: {file}. Bring it to the center; over the telephone it compares the fingerprint with yours.")
        self.notice.say(words.format(file=file), "done")

    def _on_asked(self, _nothing: object) -> None:
        self.notice.say(_("The next bundle will hold everything."), "accent")

    def _on_cancelled(self) -> None:
        self._set_busy(False)
        self.notice.say(_("Cancelled. Nothing is lost; the next exchange goes on where this one stopped."), "")
        self.reload()

    def _on_failed(self, error: Exception) -> None:
        self._set_busy(False)
        if not isinstance(error, Refused):
            raise error
        self.notice.say(error.message, "danger")
        self.reload()

    def _set_busy(self, busy: bool) -> None:
        self.notice.say("")
        self.switch_off((self.sync_button, self.more, self.route), busy)

    # -- state

    def _take(self, seen: _Seen) -> None:
        waiting, n = seen.waiting, len(seen.todos)
        self.set_heading(*sync_words.headline(waiting))
        self.reply_action.setVisible(waiting.has_reply and self._desk.person.role is Role.ADMIN)
        self.life.say(*life_words(seen.life, waiting))
        self.waiting.set_figure(
            format_number(waiting.records),
            *sync_words.waiting_words(waiting),
        )
        self.written.set_figure(moment(waiting.last_export), *sync_words.written_words(waiting, seen.life))
        read = _("confirmed up to bundle {no}").format(no=waiting.last_confirmed_no)
        self.answered.set_figure(moment(waiting.last_confirmed), read if waiting.last_confirmed_no else "")
        self.seen_to.set_figure(
            format_number(n), _("open the list") if n else _("nothing"), "attention" if n else "done"
        )
        self.kinds.empty.set_words(sync_words.nothing_words(waiting))
        self.kinds.set_rows(sync_words.kinds(waiting.counts))
        self.todo.set_rows(seen.todos)
        self.tabs.set_words(self.todo, _("To be seen to") + (f" ({format_number(n)})" if n else ""))
        self.history.set_rows(seen.history)
        self.route.set_routes(seen.routes)

    def _on_tile(self, _key: str) -> None:
        self.tabs.open_sheet(self.todo)
        self.todo.table.view.setFocus()

    def _on_stick(self, stick: Stick) -> None:
        if not self.notice.text() and not self.life.text():  # there is room for one banner
            self.notice.say(_("The stick {name} was found. Press “Synchronise”.").format(name=stick.name), "accent")


def _read(desk: Desk) -> _Seen:
    state = bundles.status(desk)
    assert state.pending is not None
    routes = read_routes(desk) if desk.person.role in WRITERS else Routes()
    return _Seen(state.pending, read_todos(desk, state.held), lives.state(desk), history.list_history(desk), routes)
