"""The doctor in the settings: what was looked at, and what a person should do."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _, format_number, ngettext
from zhaohu.services.desk import Desk
from zhaohu.services.safety.checkup import Finding, check_up, last_run, save_report
from zhaohu.ui.dialogs import ask
from zhaohu.ui.file_names import file_name
from zhaohu.ui.pages.exchange_words import moment
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.layout import STRETCH, column, row
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import label


class CheckupTab(QWidget):
    """A button, the findings with those that need a person first, and the advice of the marked one in full.

    Args:
        desk: Who asks, and where.
        page: The page it stands on; it runs the work.
    """

    def __init__(self, desk: Desk, page: LoadingPage) -> None:
        super().__init__()
        self._desk, self._page = desk, page
        self.notice = Notice()
        self.start_button = button(_("Check now"), self.start, kind="primary", icon="quality")
        self.save_button = button(_("Save the report"), self._on_save, icon="export")
        self.save_button.setToolTip(_("For support; names, numbers and folders are not in it"))
        self.save_button.setEnabled(False)
        self.last = label("", "note")
        first = EmptyState(
            _("Is everything as it should be?"),
            _("The check-up looks at the data file, keys, audit log, disk, clock and fonts, and says what to do."),
            icon="quality",
        )
        self.table = DataTable(_columns(), name=_("Findings"), empty=first)
        self.table.picked.connect(self._on_picked)
        self.detail = Notice()
        layout = column(row(self.start_button, self.save_button, self.last, STRETCH), self.notice, gap=4)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.detail)
        self.setLayout(layout)

    def showEvent(self, event: QShowEvent) -> None:
        """Say when it was looked at last."""
        super().showEvent(event)
        self._read_last()

    def start(self) -> None:
        """Look at everything, off the GUI thread."""
        self.start_button.setEnabled(False)
        self._page.act(lambda _context: check_up(self._desk), self._show, title=_("Checking"), failed=self._on_failed)

    def _show(self, findings: list[Finding]) -> None:
        self.start_button.setEnabled(True)
        self.save_button.setEnabled(True)
        to_do = [finding for finding in findings if not finding.ok]
        if to_do:
            text = ngettext("{n} thing needs a person.", "{n} things need a person.", len(to_do))
            self.notice.say(text.format(n=format_number(len(to_do))), "attention")
        else:
            self.notice.say(_("Everything is as it should be."), "done")
        self.table.set_rows([*to_do, *(finding for finding in findings if finding.ok)])
        self.table.view.choose_row(0)
        self._read_last()

    def _read_last(self) -> None:
        self._page.fetch(lambda: last_run(self._desk), self._show_last, part="checkup")

    def _show_last(self, at: str | None) -> None:
        self.last.setText(_("Last checked: {at}").format(at=moment(at)) if at else _("Never checked yet"))

    def _on_picked(self, finding: Finding | None) -> None:
        if finding is None or finding.ok:
            self.detail.say("")
        else:
            self.detail.say(_("{title}: {advice}").format(title=finding.title, advice=finding.advice), "attention")

    def _on_save(self) -> None:
        name = file_name(self._desk.site.code, _("check-up"), self._desk.today, ending=".txt")
        place = ask.save_file(self._page.window(), _("Save the report"), name, _("Text (*.txt)"))
        if place is not None:
            findings = list(self.table.rows())
            self._page.act(
                lambda _context: save_report(findings, self._desk, place),
                lambda _place: None,
                title=_("Writing the report"),
            )

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
