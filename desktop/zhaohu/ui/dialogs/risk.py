"""The risk factors of a child: those of its birth, those that a person found, and adding or ending one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from zhaohu.i18n import _, format_date
from zhaohu.records.codes import Risk
from zhaohu.records.codes import label as code_label
from zhaohu.services.desk import Desk
from zhaohu.services.register import risk_factors
from zhaohu.services.register.moves import LONGEST_REASON
from zhaohu.services.register.risk_factors import LONGEST_NOTE, RiskRow
from zhaohu.ui import theme
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.jobs import Runner
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.choice_field import SelectField, options_of
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.date_field import DateField
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.layout import STRETCH, column, row
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import label, set_kind, show_if


class RiskDialog(QDialog):
    """Shows a child's risk factors.

    Args:
        parent: The window it belongs to.
        desk: Who looks.
        runner: Reads and saves.
        child_id: The child.
        name: Its name.
        rows: Its risk factors as they are now.
        editable: Whether the person may add and end one.
    """

    def __init__(
        self,
        parent: QWidget | None,
        desk: Desk,
        runner: Runner,
        child_id: str,
        name: str,
        rows: Sequence[RiskRow],
        *,
        editable: bool,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desk, self._runner, self._child_id = desk, runner, child_id
        title = _("Risk factors of {name}").format(name=name)
        self.setWindowTitle(title)
        set_kind(self, "page")
        lead = _(
            "Who has a risk factor is seen sooner, and is marked in lists. What follows from the birth goes only "
            "when the facts of the birth are corrected."
        )
        self.add_button = button(_("Add…"), self._on_add, icon="add", shortcut="Ctrl+N")
        self.end_button = button(_("End…"), self._on_end, icon="check")
        self.end_button.setEnabled(False)
        for one in (self.add_button, self.end_button):
            show_if(one, editable)
        empty = EmptyState(_("No risk factor is known"), icon="check-circle")
        self.table = DataTable(_columns(), name=_("Risk factors"), empty=empty)
        self.table.tools.addWidget(self.end_button)
        self.table.tools.addWidget(self.add_button)
        layout = column(label(title, "title"), label(lead, "soft", wrap=True), gap=4, margin=6)
        layout.addWidget(self.table, 1)
        layout.addLayout(row(STRETCH, button(_("Close"), self.accept)))
        self.setLayout(layout)
        self.resize(theme.size("dialog") * 2, theme.size("dialog"))
        self.table.picked.connect(self._on_picked)
        self.table.set_rows(rows)

    def _on_picked(self, picked: RiskRow | None) -> None:
        self.end_button.setEnabled(picked is not None and not picked.derived and picked.ended_on is None)

    def _on_add(self) -> None:
        known = {one.risk for one in self.table.rows() if one.ended_on is None} - {Risk.OTHER}
        form = Form()
        form.section()
        options = options_of([(risk.value, code_label(risk)) for risk in Risk if risk not in known])
        form.add("risk", _("Risk factor"), SelectField(options, width="field_long"), required=True)
        form.add("on", _("Found on"), DateField(self._desk.today), required=True)
        form.add("note", _("Note"), TextField(width="field_long", max_length=LONGEST_NOTE))
        form.finish()
        form.load({"on": self._desk.today})
        dialog = FormDialog.ask(self, self._runner, form, title=_("Add a risk factor"), do=_("Add"), save=self._add)
        dialog.saved.connect(self._read)

    def _add(self, values: dict[str, Any]) -> None:
        note = str(values["note"] or "")
        risk_factors.add_risk(self._desk, self._child_id, Risk(values["risk"]), values["on"], note)

    def _on_end(self) -> None:
        marked: RiskRow | None = self.table.view.current_row()
        if marked is None:
            return
        desk, risk_id = self._desk, marked.id
        form = Form()
        form.section()
        form.add("on", _("Ended on"), DateField(desk.today), required=True)
        form.add("reason", _("Reason"), TextField(width="field_long", max_length=LONGEST_REASON), required=True)
        form.finish()
        form.load({"on": desk.today})

        def save(values: dict[str, Any]) -> None:
            risk_factors.end_risk(desk, risk_id, values["on"], str(values["reason"] or ""))

        title = _("End: {risk}").format(risk=code_label(marked.risk))
        dialog = FormDialog.ask(self, self._runner, form, title=title, do=_("End"), save=save)
        dialog.saved.connect(self._read)

    def _read(self, _saved: object) -> None:
        self._runner.run(
            lambda _context: risk_factors.risks_of(self._desk, self._child_id),
            title=_("Reading"),
            on_result=self.table.set_rows,
        )


def show_risks(
    parent: QWidget | None,
    desk: Desk,
    runner: Runner,
    child_id: str,
    name: str,
    rows: Sequence[RiskRow],
    *,
    editable: bool,
) -> RiskDialog:
    """Open the window over its parent; the arguments are the class's."""
    dialog = RiskDialog(parent, desk, runner, child_id, name, rows, editable=editable)
    dialog.open()
    dialog.table.view.setFocus()
    return dialog


def _columns() -> list[Column]:
    return [
        Column(
            _("Risk factor"),
            lambda one: code_label(one.risk),
            width=30,
            icon=lambda one: "" if one.ended_on else "attention",
            tone=lambda one: "quiet" if one.ended_on else "attention",
        ),
        Column(_("Since"), lambda one: one.since, width=12),
        Column(_("Known from"), lambda one: _("from the birth") if one.derived else one.recorded_by, width=12),
        Column(_("Note"), _note, width=0, hint=_note),
    ]


def _note(one: RiskRow) -> str:
    ended = ""
    if one.ended_on is not None:
        ended = _("ended on {day}: {reason}").format(day=format_date(one.ended_on), reason=one.ended_reason)
    return "  ·  ".join(part for part in (one.note, ended) if part)
