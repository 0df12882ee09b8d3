"""高危儿加访计划: when children at risk are seen between the official contacts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from zhaohu.i18n import _, ngettext
from zhaohu.rules.district_plans import DAYS, LONGEST_NOTE, MONTHS
from zhaohu.services.content import visit_plan
from zhaohu.services.content.visit_plan import Plan, PlanRow
from zhaohu.services.desk import Desk
from zhaohu.services.district import Key
from zhaohu.ui.pages.content_rows import RowsTab, RowWords
from zhaohu.ui.widgets.choice_field import ChoiceField, options_of
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.number_field import NumberField
from zhaohu.ui.widgets.table import Column

if TYPE_CHECKING:
    from zhaohu.ui.pages.content import ContentPage


class PlanTab(RowsTab):
    """The visits as rows."""

    def __init__(self, desk: Desk, page: ContentPage) -> None:
        lead = _(
            "A child is due for these from the day on which a risk is known. Where an official check is open too, both "
            "are one visit."
        )
        words = RowWords(
            name=_("Extra visits at risk"),
            lead=lead,
            empty=_("No extra visits: children at risk are seen at the official contacts."),
            add=_("Add a visit"),
            edit=_("Change the visit"),
            shipped=_("The plan as shipped"),
        )
        columns = [
            Column(_("Code"), lambda one: one.code, width=8),
            Column(_("Opens at"), opening, width=22, sort=_order),
            Column(_("Within"), lambda one: one.length + 1, text=_within, width=12, right=True),
            Column(_("Note"), lambda one: one.note or None, width=0),
        ]
        super().__init__(desk, page, Key.HIGH_RISK_PLAN, words, columns)

    def read(self) -> Plan:
        """The plan in force; called off the GUI thread."""
        return visit_plan.view_plan(self.desk)

    def show_read(self, read: Plan) -> None:
        """Show what `read` gave."""
        self.show_rows(read.rows, read.standing, shipped=read.shipped)

    def take_out(self, row: PlanRow) -> int:
        """A visit less."""
        return visit_plan.remove_visit(self.desk, row.code)

    def form(self, row: PlanRow | None) -> tuple[Form, Callable[[dict[str, Any]], int]]:
        """First day, length, note."""
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
            return visit_plan.put_visit(self.desk, former, int(values["first"]), values["unit"], within, note)

        return form, save


def opening(one: PlanRow) -> str:
    """When a visit's window opens, in words."""
    if one.unit == MONTHS:
        return ngettext("{n} completed month", "{n} completed months", one.first).format(n=one.first)
    return ngettext("{n} day after birth", "{n} days after birth", one.first).format(n=one.first)


def _within(days: int) -> str:
    return ngettext("{n} day", "{n} days", days).format(n=days)


def _order(one: PlanRow) -> int:
    return one.first * (30 if one.unit == MONTHS else 1)
