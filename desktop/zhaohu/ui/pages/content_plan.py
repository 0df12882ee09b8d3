"""高危儿加访计划: when children at risk are seen between the official contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _, ngettext
from zhaohu.rules.district_plans import DAYS, LONGEST_NOTE, MONTHS
from zhaohu.services.content import visit_plan
from zhaohu.services.content.visit_plan import Plan, PlanRow
from zhaohu.services.desk import Desk
from zhaohu.services.district import Key
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.choice_field import ChoiceField, options_of
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.layout import column, flow, panel
from zhaohu.ui.widgets.number_field import NumberField
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import label, show_if

if TYPE_CHECKING:
    from zhaohu.ui.pages.content import ContentPage


class PlanTab(QWidget):
    """The visits as rows."""

    def __init__(self, desk: Desk, page: ContentPage) -> None:
        super().__init__()
        self._desk, self._page = desk, page
        self.add_button = button(_("Add a visit"), self.add, icon="add")
        self.edit_button = button(_("Change the visit"), self.edit, icon="edit")
        self.remove_button = button(_("Take out"), self.remove, icon="delete")
        self.restore_button = button(_("As shipped"), self.restore_all, icon="undo")
        self._standing = label("", "soft", wrap=True)
        self.table = DataTable(
            [
                Column(_("Code"), lambda one: one.code, width=8),
                Column(_("Opens at"), opening, width=22, sort=_order),
                Column(_("Within"), lambda one: one.length + 1, text=_within, width=12, right=True),
                Column(_("Note"), lambda one: one.note or None, width=0),
            ],
            name=_("Extra visits at risk"),
            empty=EmptyState(
                _("No extra visits: children at risk are seen at the official contacts."), icon="calendar"
            ),
        )
        for one in (self.add_button, self.edit_button, self.remove_button, self.restore_button):
            show_if(one, page.may_change)
        lead = _(
            "A child is due for these from the day on which a risk is known. Where an official check is open too, both "
            "are one visit."
        )
        bar = panel(flow(self.add_button, self.edit_button, self.remove_button, self.restore_button))
        layout = column(label(lead, "soft", wrap=True), self._standing, bar, gap=3)
        layout.addWidget(self.table, 1)
        self.setLayout(layout)
        self.table.picked.connect(self._on_picked)
        self.table.opened.connect(self._on_opened)
        self._on_picked(None)

    def read(self) -> Plan:
        """The plan in force; called off the GUI thread."""
        return visit_plan.view_plan(self._desk)

    def show_read(self, read: Plan) -> None:
        """Show what `read` gave."""
        self.table.set_rows(read.rows)
        self._standing.setText(self._page.standing_words(read.standing))
        self.restore_button.setEnabled(not read.shipped)

    def add(self) -> None:
        """One more visit."""
        self._ask(None)

    def edit(self) -> None:
        """Other days for the marked visit."""
        if marked := self.table.view.current_row():
            self._ask(marked)

    def remove(self) -> None:
        """Take the marked visit out of the plan."""
        if marked := self.table.view.current_row():
            self._page.change(lambda: visit_plan.remove_visit(self._desk, marked.code), self.remove_button.text())

    def restore_all(self) -> None:
        """The program's plan again."""
        self._page.restore(Key.HIGH_RISK_PLAN, _("The plan as shipped"))

    def _ask(self, row: PlanRow | None) -> None:
        form = Form()
        form.section()
        form.add("first", _("Opens at"), NumberField(), required=True)
        units = options_of([(DAYS, _("days after birth")), (MONTHS, _("completed months"))], digits=True)
        form.add("unit", _("Counted in"), ChoiceField(units), required=True)
        hint = _("The day itself is one of them.")
        form.add("within", _("Within"), NumberField(unit=_("days")), required=True, hint=hint)
        form.add("note", _("Note"), TextField(width="field_long", max_length=LONGEST_NOTE))
        form.finish()
        if row is not None:
            form.load({"first": row.first, "unit": row.unit, "within": row.length + 1, "note": row.note})

        def save(values: dict[str, Any]) -> int:
            former, note = row.code if row else "", str(values["note"] or "")
            within = int(values["within"]) - 1
            return visit_plan.put_visit(self._desk, former, int(values["first"]), values["unit"], within, note)

        title = _("Change the visit") if row is not None else _("Add a visit")
        dialog = FormDialog.ask(self.window(), self._page.runner, form, title=title, do=_("Save"), save=save)
        dialog.saved.connect(self._page.told)

    def _on_picked(self, marked: PlanRow | None) -> None:
        self.edit_button.setEnabled(marked is not None)
        self.remove_button.setEnabled(marked is not None)

    def _on_opened(self, _marked: PlanRow) -> None:
        if self._page.may_change:
            self.edit()


def opening(one: PlanRow) -> str:
    """When a visit's window opens, in words."""
    if one.unit == MONTHS:
        return ngettext("{n} completed month", "{n} completed months", one.first).format(n=one.first)
    return ngettext("{n} day after birth", "{n} days after birth", one.first).format(n=one.first)


def _within(days: int) -> str:
    return ngettext("{n} day", "{n} days", days).format(n=days)


def _order(one: PlanRow) -> int:
    return one.first * (30 if one.unit == MONTHS else 1)
