"""Answering the stations: one click writes the receipts of all of them into the folder used last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _, format_number, ngettext
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import receipts
from zhaohu.services.exchange.inbox import StationWeeks
from zhaohu.services.exchange.receipts import PacketWritten
from zhaohu.ui.dialogs import ask
from zhaohu.ui.jobs import JobContext
from zhaohu.ui.pages.exchange_words import LastFolder
from zhaohu.ui.widgets.buttons import button, icon_button
from zhaohu.ui.widgets.layout import row

ENROLLED = "active"


class Runs(Protocol):
    """Runs long work of the page: nothing else begins meanwhile, and a refusal is told in its banner."""

    def __call__(self, work: Callable[[JobContext], Any], done: Callable[[Any], object], *, title: str) -> None:
        """Begin."""


class AnswerBar(QWidget):
    """The button for all stations, and the one for another folder.

    Args:
        desk: Who answers.
        run: Runs the writing.
        told: Called with a sentence and its tone when something was done.
    """

    def __init__(self, desk: Desk, run: Runs, told: Callable[[str, str], object]) -> None:
        super().__init__()
        self._desk, self._run, self._told = desk, run, told
        self._stations: Sequence[StationWeeks] = ()
        self.folder = LastFolder(desk.profile, "receipts")
        self.all_button = button(_("Answer all stations"), self.answer_all, icon="export", shortcut="Ctrl+Shift+E")
        self.elsewhere = icon_button("folder", _("Choose another folder for the receipts"), self.choose_folder)
        self.setLayout(row(self.all_button, self.elsewhere, gap=1))

    def set_stations(self, stations: Sequence[StationWeeks]) -> None:
        """Whom there is to answer."""
        self._stations = [one for one in stations if one.status == ENROLLED]
        self.all_button.setEnabled(bool(self._stations))

    def answer_all(self) -> None:
        """Write the receipts of all enrolled stations."""
        self.answer(self._stations)

    def choose_folder(self) -> None:
        """Ask for the folder of receipts."""
        folder = ask.folder(self.window(), _("Folder for the receipts, such as a stick"))
        if folder is not None:
            self.folder.put(folder)
            self._told(_("Receipts are written to {folder} from now on.").format(folder=folder), "")

    def answer(self, stations: Sequence[StationWeeks]) -> None:
        """Write the receipts of some stations; the first time the folder is asked for."""
        if self.folder.get() is None:
            self.choose_folder()
        out = self.folder.get()
        if out is None or not stations:
            return

        def work(context: JobContext) -> list[PacketWritten]:
            return [self._write(context, at, station, len(stations), out) for at, station in enumerate(stations)]

        self._run(work, self._on_answered, title=_("Writing receipts"))

    def _write(self, context: JobContext, at: int, station: StationWeeks, all_: int, out: Path) -> PacketWritten:
        context.advance(at, all_)
        return receipts.export_receipt(self._desk, station.code, out)

    def _on_answered(self, packets: list[PacketWritten]) -> None:
        if len(packets) == 1:
            text = _("Receipt written: {file}").format(file=packets[0].file)
        else:
            text = ngettext("{n} receipt written to {folder}", "{n} receipts written to {folder}", len(packets)).format(
                n=format_number(len(packets)), folder=packets[0].file.parent
            )
        self._told(text, "done")
