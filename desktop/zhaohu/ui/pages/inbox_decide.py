"""Bundles that are set aside: what waits for a person, what is tried again by itself, and what became of the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _
from zhaohu.records.codes import Role
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import set_aside
from zhaohu.services.exchange.bundles import ImportReport
from zhaohu.services.exchange.set_aside import SetAside
from zhaohu.ui.pages import inbox_words
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.layout import column
from zhaohu.ui.widgets.words import label, show_if


class DecideSheet(QWidget):
    """The list; Enter decides about the marked bundle.

    Args:
        page: The inbox.
        desk: Who sits there.
        decide: Called with a bundle that a person must decide about.
        tried: Called with the reports when everything was tried once more.
    """

    def __init__(
        self,
        page: LoadingPage,
        desk: Desk,
        decide: Callable[[SetAside], object],
        tried: Callable[[list[ImportReport]], object],
    ) -> None:
        super().__init__()
        self._page, self._desk, self._decide, self._tried = page, desk, decide, tried
        self._admin = desk.person.role is Role.ADMIN
        self._rows: Sequence[SetAside] = ()
        self._none = EmptyState(
            _("Nothing is set aside"),
            _("Proven bundles that cannot be taken in yet, or about which a person must decide, are kept here whole."),
            icon="check-circle",
        )
        self.table = DataTable(
            inbox_words.set_aside_columns(),
            name=_("Set aside"),
            chips=[("open", _("Still open")), ("", _("All"))],
            empty=self._none,
        )
        self.decide_button = button(_("Decide…"), self._on_decide, shortcut="Ctrl+D")
        self.retry_button = button(_("Try again"), self.retry, icon="refresh")
        for one in (self.decide_button, self.retry_button):
            self.table.tools.addWidget(one)
            show_if(one, self._admin)
        self._message = label("", wrap=True)
        layout = column(gap=2)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._message)
        self.setLayout(layout)
        self.table.filtered.connect(self._show)
        self.table.picked.connect(self._on_picked)
        self.table.opened.connect(self._on_opened)
        self.set_rows(())

    def set_rows(self, rows: Sequence[SetAside]) -> None:
        """Show what was read."""
        self._rows = sorted(rows, key=lambda row: not _waits(row))
        self._show()

    def open_count(self) -> int:
        """How many wait, for a person or for what is missing."""
        return sum(not row.decided for row in self._rows)

    def retry(self) -> None:
        """Try everything that waits once more."""
        self._page.act(
            lambda _context: set_aside.retry(self._desk), self._tried, title=_("Trying what was set aside again")
        )

    def _show(self) -> None:
        only_open = self.table.chips.current() == "open"
        rows = [row for row in self._rows if not (only_open and row.decided)]
        self.table.set_rows(rows)
        self.retry_button.setEnabled(any(not row.decided and not _waits(row) for row in self._rows))
        if rows and self.table.view.current_row() is None:
            self.table.view.choose_row(0)

    def _on_picked(self, row: SetAside | None) -> None:
        self._message.setText("" if row is None else row.message)
        self.decide_button.setEnabled(row is not None and _waits(row))

    def _on_decide(self) -> None:
        row = self.table.view.current_row()
        if row is not None:
            self._on_opened(row)

    def _on_opened(self, row: SetAside) -> None:
        if self._admin and _waits(row):
            self._decide(row)


def _waits(row: SetAside) -> bool:
    return inbox_words.waits_for_person(row)
