"""A record that the center holds back: its station is asked about it from the list."""

from __future__ import annotations

from PySide6.QtCore import QObject

from zhaohu.i18n import _
from zhaohu.records.codes import Role
from zhaohu.services.desk import Desk
from zhaohu.services.exchange.record_words import kind_words
from zhaohu.services.exchange.reports import HeldRecord
from zhaohu.ui.dialogs import question
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.words import show_if


class AskAboutHeld(QObject):
    """A button beside the list of held records.

    Args:
        page: The page it stands on.
        desk: Who asks.
        table: The list; its rows are `HeldRecord`.
    """

    def __init__(self, page: LoadingPage, desk: Desk, table: DataTable) -> None:
        super().__init__(page)
        self._page, self._desk, self._table = page, desk, table
        self.button = button(_("Ask the station…"), self.ask, icon="help")
        self.button.setEnabled(False)
        table.tools.addWidget(self.button)
        show_if(self.button, desk.person.role is Role.ADMIN)
        table.picked.connect(self._on_picked)

    def ask(self) -> None:
        """Ask about the marked record."""
        held = self._table.view.current_row()
        if held is not None:
            question.ask_about(
                self._page.window(),
                self._desk,
                self._page.runner,
                station=held.station,
                about=kind_words(held.table),
                child_id=held.child_id or "",
                table=held.table,
                row_id=held.id,
            )

    def _on_picked(self, held: HeldRecord | None) -> None:
        self.button.setEnabled(held is not None)
