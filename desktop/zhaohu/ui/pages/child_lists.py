"""The tabs of a child's page that are lists: time line, records, what is due."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date

from zhaohu.i18n import _, format_number
from zhaohu.rules.ages import age_text
from zhaohu.rules.schedule import DueState
from zhaohu.services.care.duties import DueRow, state_label
from zhaohu.services.care.timeline import TimelineItem, TimelineKind, VisitRow
from zhaohu.ui.pages.child_head import STATE_LOOKS
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.table import Column

_KIND_ICONS = {
    TimelineKind.BIRTH: "children",
    TimelineKind.REGISTERED: "add",
    TimelineKind.VISIT: "visits",
    TimelineKind.MEASUREMENT: "growth",
    TimelineKind.CLASS: "classes",
    TimelineKind.RISK: "attention",
    TimelineKind.CONSENT: "check",
    TimelineKind.CORRECTION: "edit",
    TimelineKind.TRANSFER: "export",
    TimelineKind.STATUS: "info",
}
_ADDRESSES = {TimelineKind.VISIT: "visit", TimelineKind.CLASS: "class"}


def address_of(item: TimelineItem) -> str:
    """The page behind an event; empty for none."""
    page = _ADDRESSES.get(item.kind)
    return f"{page}/{item.target}" if page and item.target else ""


def timeline_table(born: Callable[[], date]) -> DataTable:
    """The time line, newest first; `born` gives the birth date for the ages."""
    return DataTable(
        [
            Column(_("Date"), lambda item: item.on, width=12),
            Column(
                _("Age"), lambda item: item.on, text=lambda on: age_text(born(), on) if on != born() else "", width=12
            ),
            Column(_("Event"), lambda item: item.title, width=26, icon=lambda item: _KIND_ICONS[item.kind]),
            Column(_("Details"), lambda item: item.detail or None, width=0, hint=lambda item: item.detail),
        ],
        name=_("Time line"),
        empty=EmptyState(_("Nothing has been recorded yet"), icon="history"),
    )


def visits_table() -> DataTable:
    """The child's records in their newest version; a row is a `VisitRow`."""
    return DataTable(
        [
            Column(_("Date"), lambda visit: visit.visit_date, width=12),
            Column(_("Form"), lambda visit: visit.title, width=0, icon=lambda _visit: "visits"),
            Column(_("Contact"), lambda visit: visit.contact or None, width=22),
            Column(_("Record number"), lambda visit: visit.record_number, width=18),
            Column(_("Version"), _version, width=11, icon=lambda v: "history" if v.version > 1 else ""),
            Column(_("Signed by"), lambda visit: visit.signer, width=12),
        ],
        name=_("Visits and checks"),
        empty=EmptyState(
            _("No visit has been recorded yet"),
            _("Record the first one with the button at the top right."),
            icon="visits",
        ),
    )


def duties_table(may_record: Callable[[DueRow], bool]) -> DataTable:
    """What the child is due for, in the order of age; a row is a `DueRow`.

    Args:
        may_record: Whether the person can record a contact now.
    """
    return DataTable(
        [
            Column(_("Contact"), lambda duty: duty.title, width=0),
            Column(
                _("State"),
                lambda duty: state_label(duty.state),
                width=14,
                icon=lambda duty: STATE_LOOKS[duty.state][0],
                tone=lambda duty: STATE_LOOKS[duty.state][1],
            ),
            Column(_("From"), lambda duty: duty.due_from, width=12),
            Column(_("To"), lambda duty: duty.due_to, width=12),
            Column(_("Done on"), lambda duty: duty.done_on, width=12),
            Column(_("Days late"), _days_late, text=format_number, width=10, right=True),
            Column(_("To do"), lambda duty: _("Enter: record") if may_record(duty) else None, width=14),
        ],
        name=_("What is due"),
        empty=EmptyState(_("Nothing is due"), icon="check-circle"),
    )


def recordable(duty: DueRow, forms: Collection[str]) -> bool:
    """Whether a contact can be recorded: it is not done, its time has come, and its form is here."""
    return duty.form in forms and duty.state not in (DueState.DONE, DueState.DONE_LATE, DueState.UPCOMING)


def _version(visit: VisitRow) -> str:
    return _("version {n}").format(n=visit.version)


def _days_late(duty: DueRow) -> int | None:
    return duty.days_late if duty.state in (DueState.OVERDUE, DueState.DONE_LATE) else None
