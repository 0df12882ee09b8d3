"""同步 at a station: what waits for the center, writing it out, and reading the center's answer."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QPushButton

from zhaohu.errors import Refused
from zhaohu.i18n import _, format_number, ngettext
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.exchange import bundles, receipts
from zhaohu.services.exchange.bundles import ExchangeStatus, Exported, HeldRecord, Pending
from zhaohu.services.exchange.receipts import ReceiptReport
from zhaohu.ui.dialogs import ask
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages.exchange_words import LastFolder, counts_words, held_columns, moment
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.layout import Card, panel, row
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.page import Page
from zhaohu.ui.widgets.tiles import Tile, TileRow
from zhaohu.ui.widgets.words import label


def sync_page(desk: Desk, hub: Hub, runner: Runner) -> Page:
    """The page, for the shell."""
    return SyncPage(desk, hub, runner)


class SyncPage(LoadingPage):
    """State in words, one button that writes, one that reads the answer."""

    tables = frozenset(
        {
            "village",
            "household",
            "caregiver",
            "child",
            "visit",
            "measurement",
            "teacher",
            "parenting_class",
            "attendance",
            "sent_bundle",
            "held_row",
            "setting",
        }
    )

    def __init__(self, desk: Desk, hub: Hub, runner: Runner) -> None:
        super().__init__(hub, runner)
        self._desk = desk
        self._folder = LastFolder(desk.profile, "export")
        self._writes = desk.person.role in WRITERS
        self._buttons: list[QPushButton] = []
        self._waiting = Tile(_("Records waiting for the center"))
        self._written = Tile(_("Last bundle written"))
        self._answered = Tile(_("Last receipt read"))
        self.notice = Notice(closable=True)
        self._place = label("", wrap=True)
        self._kinds = label("", wrap=True)
        self._content = Card(_("What the next bundle holds"), self._kinds)
        self.held = DataTable(held_columns(with_station=False), name=_("Records held by the center"))
        self._held_card = Card(_("Records held by the center"))
        advice = _("The center keeps these aside. Correct them here; they go up again.")
        self._held_card.body.addWidget(label(advice, "soft"))
        self._held_card.body.addWidget(self.held)
        self._build()

    def _build(self) -> None:
        target = row(self._place, gap=2)
        if self._writes:
            receipt = button(_("Read a receipt"), self.read_receipt, icon="import", shortcut="Ctrl+O")
            export = button(_("Export the bundle"), self.export, kind="primary", icon="export", shortcut="Ctrl+E")
            change = button(_("Choose another folder"), self.choose_folder, kind="link", icon="folder")
            self._buttons = [export, receipt, change]
            self.add_action(receipt)
            self.set_primary(export)
            target.addWidget(change)
        target.addStretch(1)
        self.body.addWidget(self.notice)
        self.body.addWidget(TileRow([self._waiting, self._written, self._answered]))
        self.body.addWidget(self._content)
        self._content.body.addWidget(panel(target))
        self.body.addWidget(self._held_card, 1)
        self.body.addStretch(1)
        self.held.opened.connect(self._on_held)

    def refresh(self) -> None:
        """Read the state anew."""
        self.fetch(lambda: bundles.status(self._desk), self._take)

    def first_focus(self):
        """The button that is pressed most."""
        return self._buttons[0] if self._buttons else None

    def export(self) -> None:
        """Write the bundle where the last one went; ask where the first time."""
        if self._folder.get() is None:
            self.choose_folder()
        folder = self._folder.get()
        if folder is not None:
            self._export_to(folder)

    def choose_folder(self) -> None:
        """Ask where bundles are written from now on."""
        folder = ask.folder(self.window(), _("Folder for the bundle, such as a stick"))
        if folder is not None:
            self._folder.put(folder)
            self._show_place()

    def read_receipt(self) -> None:
        """Ask for the center's file and read it."""
        files = ask.open_files(self.window(), _("Receipt of the center"), _("Receipts (*.zhr)"))
        if not files:
            return
        self._set_busy(True)
        self.act(
            lambda _context: receipts.import_receipt(self._desk, files[0]),
            self._on_receipt,
            title=_("Reading the receipt"),
            failed=self._on_failed,
        )

    def _export_to(self, folder: Path) -> None:
        self._set_busy(True)
        self.act(
            lambda _context: bundles.export_bundle(self._desk, folder),
            self._on_exported,
            title=_("Writing the bundle"),
            failed=self._on_failed,
        )

    def _take(self, state: ExchangeStatus) -> None:
        if state.pending is not None:
            self._show_pending(state.pending)
        self.held.set_rows(state.held)
        self._held_card.setVisible(bool(state.held))
        self._show_place()

    def _show_place(self) -> None:
        folder = self._folder.get()
        self._place.setText(
            _("It is written to: {folder}").format(folder=folder)
            if folder
            else _("Where it is written is asked when you export.")
        )

    def _show_pending(self, waiting: Pending) -> None:
        n = waiting.records
        self._waiting.set_figure(
            format_number(n),
            _("everything is confirmed") if not n else _("not yet confirmed by the center"),
            "" if n else "done",
        )
        self._written.set_figure(moment(waiting.last_export), *_written_words(waiting))
        read = _("confirmed up to bundle {no}").format(no=waiting.last_confirmed_no)
        self._answered.set_figure(moment(waiting.last_confirmed), read if waiting.last_confirmed_no else "")
        self._kinds.setText(counts_words(waiting.counts) or _("Nothing new since the last receipt."))

    def _on_exported(self, done: Exported) -> None:
        self._set_busy(False)
        lines = [
            _("Written, not yet confirmed: {file} in {folder}").format(file=done.file.name, folder=done.file.parent),
            _("It holds: {content}").format(content=counts_words(done.counts)),
            _("Bring it to the center, and read the receipt that comes back."),
        ]
        if done.again:
            lines.insert(2, _("Nothing has changed since the last bundle, so it is the same one again."))
        self.notice.say("\n".join(lines), "done")
        self.reload()

    def _on_receipt(self, report: ReceiptReport) -> None:
        self._set_busy(False)
        if report.status == "already_had":
            self.notice.say(_("This receipt was read before. Nothing was changed."), "")
            return
        lines = [_("The center has confirmed everything up to bundle {no}.").format(no=report.confirmed_no)]
        if report.held:
            n = report.held
            text = ngettext("{n} record is held there, see below.", "{n} records are held there, see below.", n)
            lines.append(text.format(n=format_number(n)))
        if report.reference_rows:
            n = report.reference_rows
            text = ngettext("{n} entry of the center was taken over.", "{n} entries of the center were taken over.", n)
            lines.append(text.format(n=format_number(n)))
        self.notice.say("\n".join(lines), "attention" if report.held else "done")
        self.reload()

    def _on_failed(self, error: Exception) -> None:
        self._set_busy(False)
        if not isinstance(error, Refused):
            raise error
        self.notice.say(error.message, "danger")

    def _set_busy(self, busy: bool) -> None:
        self.notice.say("")
        self.switch_off(self._buttons, busy)

    def _on_held(self, held: HeldRecord) -> None:
        if held.child_id is not None:
            self.go.emit(f"child/{held.child_id}")


def _written_words(waiting: Pending) -> tuple[str, str]:
    if not waiting.last_export_no:
        return _("nothing was written yet"), ""
    words = _("bundle {no}").format(no=waiting.last_export_no)
    if waiting.last_export_no > waiting.last_confirmed_no:
        return _("{bundle}: written, not yet confirmed").format(bundle=words), "attention"
    return _("{bundle}: confirmed").format(bundle=words), "done"
