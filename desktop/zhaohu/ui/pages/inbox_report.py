"""What became of the files of the last import, file by file; saved as one report, and taken back as one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _, format_number, ngettext, pgettext
from zhaohu.records.codes import Role
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import batch_report, undo
from zhaohu.services.exchange.bundles import ImportReport
from zhaohu.services.exchange.undo import LastImport
from zhaohu.services.exports import EXPORTERS
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.file_names import file_name
from zhaohu.ui.pages import inbox_words
from zhaohu.ui.pages.exchange_words import moment
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.layout import column
from zhaohu.ui.widgets.words import label, show_if

_LONGEST_REASON = 200


class ReportSheet(QWidget):
    """One row for each file, the marked one's outcome in full below it.

    Signals:
        undone(last): An import was taken back.
    """

    undone = Signal(object)

    def __init__(self, page: LoadingPage, desk: Desk) -> None:
        super().__init__()
        self._page, self._desk = page, desk
        self._last: LastImport | None = None
        self.table = DataTable(
            inbox_words.report_columns(),
            name=_("Last import"),
            empty=EmptyState(_("Nothing imported yet"), _("Each file gets its report here."), icon="inbox"),
        )
        self.undo_button = button(_("Take back the last import…"), self.undo, icon="undo")
        self.save_button = button(_("Save report…"), self.save, icon="save")
        self.table.tools.addWidget(self.undo_button)
        self.table.tools.addWidget(self.save_button)
        show_if(self.undo_button, desk.person.role is Role.ADMIN)
        show_if(self.save_button, desk.person.role in EXPORTERS)
        self._reason = label("", wrap=True)
        layout = column(gap=2)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._reason)
        self.setLayout(layout)
        self.table.picked.connect(self._on_picked)
        self.show_last(None)
        self.show_reports(())

    def show_reports(self, reports: Sequence[ImportReport]) -> None:
        """Show what became of the files; the first that needs a person is marked."""
        self.table.set_rows(reports)
        self.save_button.setEnabled(bool(reports))
        wanting = ("refused", "held")
        at = next((at for at, report in enumerate(reports) if report.status in wanting), 0)
        if reports:
            self.table.view.choose_row(at)

    def show_last(self, last: LastImport | None) -> None:
        """What can be taken back now."""
        self._last = last
        self.undo_button.setEnabled(last is not None and not last.blocked)
        self.undo_button.setToolTip(_("Nothing can be taken back.") if last is None else last.blocked or _about(last))
        if last is None:
            self.table.empty.set_words(_("Nothing imported yet"), _("Each file gets its report here."))
        else:
            self.table.empty.set_words(_("Last import: {when}").format(when=moment(last.at)), _brought(last))

    def undo(self) -> None:
        """Ask why, say what goes, and take the last import back."""
        last = self._last
        if last is None or last.blocked:
            return
        form = Form()
        form.section()
        form.add("reason", _("Reason"), TextField(width="field_long", max_length=_LONGEST_REASON), required=True)
        dialog = FormDialog.ask(
            self._page.window(),
            self._page.runner,
            form.finish(),
            title=_("Take back the last import?"),
            do=_("Take back"),
            save=lambda values: undo.undo_last(self._desk, str(values["reason"]), last.batch),
            lead=_about(last),
        )
        dialog.saved.connect(self._on_undone)

    def save(self) -> None:
        """Ask where, and write the report of all files."""
        name = file_name(self._desk.site.code, _("Import report"), self._desk.today, ending=".xlsx")
        kinds = _("Spreadsheets (*.xlsx);;PDF (*.pdf)")
        place = ask.save_file(self._page.window(), _("Save the report of this import"), name, kinds)
        if place is not None:
            reports = self.table.rows()
            self._page.act(
                lambda _context: batch_report.save_report(self._desk, reports, place),
                lambda _place: None,
                title=_("Writing the report"),
            )

    def _on_picked(self, report: ImportReport | None) -> None:
        self._reason.setText("" if report is None else inbox_words.outcome(report))

    def _on_undone(self, last: LastImport) -> None:
        self.show_reports(())
        self.undone.emit(last)


def _brought(last: LastImport) -> str:
    text = ngettext(
        "{n} bundle from {stations} with {records} records. What became of each file is listed right after an import.",
        "{n} bundles from {stations} with {records} records. What became of each file is listed right after an import.",
        len(last.bundles),
    )
    return text.format(n=len(last.bundles), records=format_number(last.records), stations=_some(_names(last)))


def _about(last: LastImport) -> str:
    n = len(last.bundles)
    text = ngettext(
        "{n} bundle of {when} from {stations}: what was new goes again, what was changed is as before. The stations "
        "are asked to send it again; nothing is lost.",
        "{n} bundles of {when} from {stations}: what was new goes again, what was changed is as before. The stations "
        "are asked to send it again; nothing is lost.",
        n,
    )
    return text.format(n=n, when=moment(last.at), stations=_some(_names(last)))


def _names(last: LastImport) -> list[str]:
    return list(dict.fromkeys(one.station_name or one.station for one in last.bundles))


def _some(names: Sequence[str], most: int = 3) -> str:
    listed = pgettext("between parts of a list", ", ").join(names[:most])
    return listed if len(names) <= most else _("{names} and others").format(names=listed)
