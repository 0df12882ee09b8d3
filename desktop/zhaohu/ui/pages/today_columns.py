"""The columns of the due list."""

from __future__ import annotations

from zhaohu.i18n import _, pgettext
from zhaohu.records.codes import label as code_label
from zhaohu.rules.schedule import DueState
from zhaohu.services.care.duties import DueRow, state_label
from zhaohu.ui.widgets.table import Column

STATES = (DueState.OVERDUE, DueState.DUE, DueState.UPCOMING)
_TONES = {DueState.OVERDUE: "danger", DueState.DUE: "attention"}
_ICONS = {DueState.OVERDUE: "danger", DueState.DUE: "clock", DueState.UPCOMING: "calendar"}


def _window(row: DueRow) -> str:
    return f"{row.due_from:%m-%d} – {row.due_to:%m-%d}"


def _risks(row: DueRow) -> str:
    return pgettext("between parts of a list", ", ").join(code_label(risk) for risk in row.risks)


def due_columns() -> list[Column]:
    """State, child, what and until when, and who to call."""
    return [
        Column(
            _("State"),
            lambda row: state_label(row.state),
            width=12,
            sort=lambda row: STATES.index(row.state),
            tone=lambda row: _TONES.get(row.state, ""),
            icon=lambda row: _ICONS[row.state],
        ),
        Column(_("Child"), lambda row: row.child, width=9),
        Column(_("Age"), lambda row: row.age, width=11, sort=lambda row: -row.birth_date.toordinal()),
        Column(_("What is due"), lambda row: row.title, width=18, hint=lambda row: row.title),
        Column(
            _("Window"),
            _window,
            width=14,
            sort=lambda row: row.due_from,
            hint=lambda row: f"{row.due_from} – {row.due_to}",
        ),
        Column(
            _("Days late"),
            lambda row: row.days_late or None,
            width=8,
            right=True,
            tone=lambda row: "danger" if row.state is DueState.OVERDUE else "",
        ),
        Column(_("Village"), lambda row: row.village, width=0),
        Column(_("Caregiver"), lambda row: row.caregiver, width=9),
        Column(_("Phone"), lambda row: row.phone, width=12),
        Column(
            _("Risks"),
            _risks,
            width=14,
            tone=lambda row: "attention" if row.risks else "",
            icon=lambda row: "attention" if row.risks else "",
            hint=_risks,
        ),
    ]
