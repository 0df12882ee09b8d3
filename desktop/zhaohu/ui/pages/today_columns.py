"""The columns of the due list."""

from __future__ import annotations

from collections.abc import Container

from zhaohu.i18n import _, format_number, ngettext, pgettext
from zhaohu.records.codes import label as code_label
from zhaohu.rules.schedule import DueState
from zhaohu.services.due.duties import DueRow, state_label
from zhaohu.ui.pages.child_head import STATE_LOOKS
from zhaohu.ui.widgets.table import Column

OPEN = (DueState.OVERDUE, DueState.DUE, DueState.MOVED, DueState.UPCOMING)
"""What is still to be done, in the order of the list."""
NOT_DONE = (DueState.REFUSED, DueState.MISSED)
"""What is over without a visit."""
STATES = (*OPEN, *NOT_DONE)
_ORDER = {state: place for place, state in enumerate((*STATES, *(one for one in DueState if one not in STATES)))}


def _window(row: DueRow) -> str:
    first = f"{row.due_from:%m-%d}" if row.state in OPEN else row.due_from.isoformat()
    return f"{first} – {row.due_to:%m-%d}"


def _state(row: DueRow) -> str:
    words = state_label(row.state)
    if row.state is DueState.MOVED and row.planned_on is not None:
        return f"{words} {row.planned_on:%m-%d}"
    if row.state is DueState.OVERDUE:
        return ngettext("{state}, {n} day", "{state}, {n} days", row.days_late).format(
            state=words, n=format_number(row.days_late)
        )
    return words


def _listed(words: tuple[str, ...]) -> str:
    return pgettext("between parts of a list", ", ").join(words)


def _risks(row: DueRow) -> str:
    return _listed(tuple(code_label(risk) for risk in row.risks))


def what_is_due(row: DueRow) -> str:
    """The contact, and behind a plus what is done in the same visit."""
    return " + ".join((row.title, *row.also))


def due_columns(*, without: Container[str] = (), past: bool = False) -> list[Column]:
    """State, child, what and until when, and who to call.

    Args:
        without: Columns to leave out, by their names: age, window, village, caregiver, phone, teacher.
        past: There are rows of past years, whose windows are told with the year.
    """
    columns = [
        Column(
            _("State"),
            _state,
            width=15,
            sort=lambda row: (_ORDER[row.state], row.planned_on or row.due_to),
            tone=lambda row: STATE_LOOKS[row.state][1],
            icon=lambda row: STATE_LOOKS[row.state][0],
            hint=_state,
        ),
        Column(_("Child"), lambda row: row.child, width=8),
        Column(_("Age"), lambda row: row.age, width=10, sort=lambda row: -row.birth_date.toordinal(), name="age"),
        Column(_("What is due"), what_is_due, width=0, hint=what_is_due),
        Column(
            _("Window"),
            _window,
            width=18 if past else 14,
            sort=lambda row: row.due_from,
            hint=lambda row: f"{row.due_from} – {row.due_to}",
            name="window",
        ),
        Column(_("Village"), lambda row: row.village, width=10, hint=lambda row: row.address, name="village"),
        Column(_("Caregiver"), lambda row: row.caregiver, width=7, name="caregiver"),
        Column(_("Phone"), lambda row: row.phone, width=12, name="phone"),
        Column(_("Teacher in charge"), lambda row: row.teacher or None, width=8, name="teacher"),
        Column(
            _("Risks"),
            _risks,
            width=9,
            tone=lambda row: "attention" if row.risks else "",
            icon=lambda row: "attention" if row.risks else "",
            hint=_risks,
        ),
    ]
    return [column for column in columns if not column.name or column.name not in without]
