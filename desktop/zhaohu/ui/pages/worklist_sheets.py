"""未交回: forms that were printed ahead and neither keyed in nor struck out yet."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _, format_moment, format_number
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.printing import sheets
from zhaohu.services.printing.sheets import SheetRow
from zhaohu.ui import theme
from zhaohu.ui.dialogs.batch_print import ask_records
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.jobs import JobContext
from zhaohu.ui.pages.list_export import list_export
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.pages.papers import show_long_paper
from zhaohu.ui.pages.today_scan import ScanBox
from zhaohu.ui.pages.worklist_tab import WorkTab
from zhaohu.ui.pages.worklist_table import keyed
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.layout import STRETCH, column, flow, panel, row
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import label, show_if

LONGEST_REASON = 200
_LONG_OUT = 7


class SheetsTab(WorkTab):
    """The list; Enter keys a form in, others print it anew or strike it out."""

    def __init__(self, page: LoadingPage, desk: Desk) -> None:
        super().__init__(page, desk)
        name = _("Not brought back")
        self.scan = ScanBox(page, desk)
        self.scan.setFixedWidth(theme.size("detail"))
        self.table = DataTable(
            _columns(),
            name=name,
            empty=EmptyState(
                _("Every printed form is back"),
                _("Forms that are printed ahead stand here until they are keyed in or struck out."),
                icon="check-circle",
            ),
            export=list_export(page, desk, name),
        )
        self.key_in = keyed(_("Key in"), "Ctrl+R", self._on_key_in, "edit")
        self.again = keyed(_("Print again"), "Ctrl+P", self._on_again, "print")
        self.strike = keyed(_("Strike out…"), "Ctrl+D", self._on_strike, "close")
        self._buttons = (self.key_in, self.again, self.strike)
        self.records = keyed(_("Print records…"), "Ctrl+Shift+P", self._on_records, "paper")
        self.bar = panel(flow(*self._buttons, self.records, gap=2))
        self._lead = label(_("Key the form in, print it once more, or strike it out with a reason."), "soft", wrap=True)
        top = row(column(STRETCH, self._lead, self.bar, gap=2), gap=4)
        top.addWidget(self.scan)
        layout = column(gap=3)
        layout.addLayout(top)
        layout.addWidget(self.table, 1)
        self.setLayout(layout)
        show_if(self.bar, desk.person.role in WRITERS)
        show_if(self._lead, False)
        self.scan.found.connect(page.go)
        self.table.picked.connect(self._on_picked)
        self.table.opened.connect(self._on_opened)
        self._on_picked(None)

    def refresh(self) -> None:
        """Read the list anew."""
        self._page.fetch(lambda: sheets.outstanding(self._desk), self._show, part="sheets")

    def first_focus(self) -> QWidget:
        """The list, or the field while nothing is out."""
        return self.table.view if self.table.rows() else self.scan.field.edit

    def _show(self, rows: list[SheetRow]) -> None:
        self.table.set_rows(rows)
        show_if(self._lead, bool(rows))
        if rows and self.table.view.current_row() is None:
            self.table.view.choose_row(0)

    def _on_picked(self, one: SheetRow | None) -> None:
        for each in self._buttons:
            each.setEnabled(one is not None)

    def _on_opened(self, one: SheetRow) -> None:
        if one.entered:
            self._page.go.emit(f"visit/{one.entered}")
        elif self._desk.person.role in WRITERS:
            self._page.go.emit(f"visit-new/{one.child_id}.{one.form}.{one.no}")
        else:
            self._page.go.emit(f"child/{one.child_id}")

    def _on_key_in(self) -> None:
        one = self.table.view.current_row()
        if one is not None:
            self._page.go.emit(f"visit-new/{one.child_id}.{one.form}.{one.no}")

    def _on_again(self) -> None:
        one = self.table.view.current_row()
        if one is None:
            return

        def make(context: JobContext) -> bytes:
            items = [(one.child_id, one.contact)]  # a form that is out keeps its number
            return sheets.print_sheets(self._desk, items, one.for_day, context.progress, context.cancelled)

        title = _("{name}: {title}").format(name=one.child, title=one.title)
        show_long_paper(self._page, make, title=title, file_name=f"{self._desk.site.code}-{one.code}.pdf")

    def _on_records(self) -> None:
        ask_records(self._page, self._desk)

    def _on_strike(self) -> None:
        one = self.table.view.current_row()
        if one is None:
            return
        form = Form()
        form.section()
        form.add("reason", _("Reason"), TextField(width="field_long", max_length=LONGEST_REASON), required=True)
        form.load({"reason": _("recorded without this form") if one.entered else None})
        FormDialog.ask(
            self._page.window(),
            self._page.runner,
            form.finish(),
            title=_("Strike out form {code} of {name}").format(code=one.code, name=one.child),
            do=_("Strike out"),
            save=lambda values: sheets.strike(self._desk, one.no, str(values["reason"])),
            lead=_("For a form that was lost or is not needed. It leaves this list."),
        )


def _remark(one: SheetRow) -> str:
    return _("a record is there already") if one.entered else ""


def _columns() -> list[Column]:
    return [
        Column(_("Number"), lambda one: one.code, width=11, icon=lambda _one: "paper"),
        Column(_("Child"), lambda one: one.child, width=10),
        Column(_("Village"), lambda one: one.village or None, width=14),
        Column(_("Form"), lambda one: one.title, width=0, hint=lambda one: one.title),
        Column(_("For the day"), lambda one: one.for_day, width=12),
        Column(
            _("Days out"),
            lambda one: one.days_out or None,
            text=format_number,
            width=8,
            right=True,
            tone=lambda one: "attention" if one.days_out > _LONG_OUT else "",
        ),
        Column(_("Printed"), lambda one: one.printed_at, text=format_moment, width=18),
        Column(_("Printed by"), lambda one: one.printed_by, width=10),
        Column(
            _("Remark"),
            _remark,
            width=16,
            icon=lambda one: "attention" if one.entered else "",
            tone=lambda one: "attention" if one.entered else "",
            hint=_remark,
        ),
    ]
