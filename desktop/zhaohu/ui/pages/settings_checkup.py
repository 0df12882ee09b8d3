"""The doctor in the settings: what was looked at, and what a person should do."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _, format_number, ngettext
from zhaohu.services.checkup import Finding, check_up
from zhaohu.services.desk import Desk
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.layout import STRETCH, column, row
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.table import Column


class CheckupTab(QWidget):
    """A button, the findings, and the advice of the marked one.

    Args:
        desk: Who asks, and where.
        page: The page it stands on; it runs the work.
    """

    def __init__(self, desk: Desk, page: LoadingPage) -> None:
        super().__init__()
        self._desk, self._page = desk, page
        self.notice = Notice()
        self.start_button = button(_("Check now"), self.start, kind="primary", icon="quality")
        first = EmptyState(
            _("Is everything as it should be?"),
            _("The check-up looks at the data file, keys, audit log, disk, clock and fonts, and says what to do."),
            icon="quality",
        )
        self.table = DataTable(_columns(), name=_("Findings"), empty=first)
        layout = column(row(self.start_button, STRETCH), self.notice, gap=4)
        layout.addWidget(self.table, 1)
        self.setLayout(layout)

    def start(self) -> None:
        """Look at everything, off the GUI thread."""
        self.start_button.setEnabled(False)
        self._page.act(lambda _context: check_up(self._desk), self._show, title=_("Checking"), failed=self._on_failed)

    def _show(self, findings: list[Finding]) -> None:
        self.start_button.setEnabled(True)
        n = sum(not finding.ok for finding in findings)
        if n:
            text = ngettext("{n} thing needs a person.", "{n} things need a person.", n)
            self.notice.say(text.format(n=format_number(n)), "attention")
        else:
            self.notice.say(_("Everything is as it should be."), "done")
        self.table.set_rows(findings)

    def _on_failed(self, error: Exception) -> None:
        self.start_button.setEnabled(True)
        raise error


def _columns() -> list[Column]:
    return [
        Column(
            _("State"),
            lambda finding: _("in order") if finding.ok else _("to do"),
            width=10,
            tone=lambda finding: "done" if finding.ok else "attention",
            icon=lambda finding: "check-circle" if finding.ok else "attention",
        ),
        Column(_("What was looked at"), lambda finding: finding.title, width=32),
        Column(_("What to do"), lambda finding: finding.advice, width=0, hint=lambda finding: finding.advice),
    ]
