"""漏访: contacts that nobody made in time and nobody has noted why."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _
from zhaohu.services.desk import Desk
from zhaohu.services.due import duties
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.pages.today_columns import due_columns
from zhaohu.ui.pages.worklist_tab import WorkTab
from zhaohu.ui.pages.worklist_table import WorkActions, WorkTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.layout import column
from zhaohu.ui.widgets.words import label


class MissedTab(WorkTab):
    """The list, until each has its reason; a late visit can still be recorded."""

    def __init__(self, page: LoadingPage, desk: Desk) -> None:
        super().__init__(page, desk)
        self.table = WorkTable(
            page,
            desk,
            name=_("Missed contacts"),
            columns=due_columns(without={"caregiver"}, past=True),
            empty=EmptyState(
                _("No contact was missed"),
                _("A contact whose time is over, and of which nobody noted why, is listed here."),
                icon="check-circle",
            ),
        )
        self.doing = WorkActions(page, desk, self.table, attempt_words=_("Note why…"))
        lead = _(
            "Their time is over and nobody noted why. Note the reason, or record the visit if it was made after all."
        )
        layout = column(label(lead, "soft", wrap=True), self.doing.bar, gap=2)
        layout.addWidget(self.table, 1)
        self.setLayout(layout)

    def refresh(self) -> None:
        """Read the list anew."""
        self._page.fetch(lambda: duties.missed_list(self._desk), self._show, part="missed")

    def first_focus(self) -> QWidget:
        """The list."""
        return self.table.view

    def _show(self, rows: list[duties.DueRow]) -> None:
        self.table.set_rows(rows)
        self.doing.offer(bool(rows))
