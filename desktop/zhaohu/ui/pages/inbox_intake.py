"""Taking bundles in: chosen or dropped and looked at first, from the watched folder, or through a place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from zhaohu.i18n import _
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import bundles, preview, travel, watching
from zhaohu.services.exchange.bundles import ImportReport
from zhaohu.services.exchange.travel import ExchangeReport
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.preview_import import PreviewDialog
from zhaohu.ui.jobs import JobContext
from zhaohu.ui.pages import inbox_words
from zhaohu.ui.pages.inbox_answers import Runs
from zhaohu.ui.pages.loading import LoadingPage

_SETTLE_S = 2.0
"""A file that does not grow for so long is whole."""


class Intake(QObject):
    """All ways of taking bundles in.

    Args:
        page: The inbox.
        desk: Who sits there.
        run: Runs the work.

    Attributes:
        finished: Reports of the files that the import under way is done with.

    Signals:
        imported(reports): Files were taken in, or not; one report for each.
        told(text, tone): Something else to say, with its tone.
    """

    imported = Signal(object)
    told = Signal(str, str)

    def __init__(self, page: LoadingPage, desk: Desk, run: Runs) -> None:
        super().__init__(page)
        self._page, self._desk, self._run = page, desk, run
        self.finished: list[ImportReport] = []

    def choose_files(self) -> None:
        """Ask for bundles, and show what they would bring."""
        files = ask.open_files(self._page.window(), _("Bundles of the stations"), _("Bundles (*.zhb)"), many=True)
        if files:
            self.preview_files(files)

    def preview_files(self, files: Sequence[Path]) -> None:
        """Show what files would bring; taking them in is asked for there."""

        def show(found: preview.Preview) -> None:
            PreviewDialog.ask(self._page.window(), found, partial(self.import_files, files))

        def work(context: JobContext) -> preview.Preview:
            return preview.preview(self._desk, files, context.progress_bytes, context.cancelled)

        self._begin(work, show, title=_("Looking at the bundles"))

    def import_files(self, files: Sequence[Path]) -> None:
        """Take bundles in, off the GUI thread, with progress and cancel."""

        def work(context: JobContext) -> list[ImportReport]:
            told = self.finished.append
            return bundles.import_bundles(self._desk, files, context.progress_bytes, context.cancelled, told=told)

        self._begin(work, self.imported.emit, title=_("Importing bundles"))

    def look(self) -> None:
        """Take in what lies in the watched folder."""

        def work(context: JobContext) -> list[ImportReport]:
            return watching.look(self._desk, context.progress_bytes, context.cancelled, settle_s=_SETTLE_S)

        self._begin(work, self._on_looked, title=_("Looking into the watched folder"))

    def exchange(self, way: str) -> None:
        """Fetch what lies at a place, take it in, and lay the receipts there."""

        def work(context: JobContext) -> ExchangeReport:
            return travel.exchange(self._desk, way, context.progress_bytes, context.cancelled)

        self._begin(work, self._on_exchanged, title=_("Exchanging with the stations"))

    def _begin(self, work: Callable[[JobContext], Any], done: Callable[[Any], object], *, title: str) -> None:
        self.finished = []
        self._run(work, done, title=title)

    def _on_looked(self, reports: list[ImportReport]) -> None:
        if reports:
            self.imported.emit(reports)
        else:
            self.told.emit(_("There is nothing new in the watched folder."), "")

    def _on_exchanged(self, done: ExchangeReport) -> None:
        if done.imports:
            self.imported.emit(done.imports)
        self.told.emit(*inbox_words.exchanged(done))
