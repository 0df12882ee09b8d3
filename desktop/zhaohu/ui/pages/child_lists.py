"""The tabs of a child's page that are lists: time line and records."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date

from zhaohu.i18n import _
from zhaohu.rules.ages import age_text
from zhaohu.rules.schedule import DueState
from zhaohu.services.care.timeline import TimelineItem, TimelineKind, VisitRow
from zhaohu.services.due.duties import DueRow
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.table import Column

_KIND_ICONS = {
    TimelineKind.BIRTH: "children",
    TimelineKind.REGISTERED: "add",
    TimelineKind.VISIT: "visits",
    TimelineKind.MEASUREMENT: "growth",
    TimelineKind.CLASS: "classes",
    TimelineKind.VACCINATION: "check-circle",
    TimelineKind.RISK: "attention",
    TimelineKind.CONSENT: "check",
    TimelineKind.CORRECTION: "edit",
    TimelineKind.TRANSFER: "export",
    TimelineKind.STATUS: "info",
    TimelineKind.FOLLOW_UP: "follow-ups",
}
_ADDRESSES = {TimelineKind.VISIT: "visit", TimelineKind.FOLLOW_UP: "visit", TimelineKind.CLASS: "class"}


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


def recordable(duty: DueRow, forms: Collection[str]) -> bool:
    """Whether a contact can be recorded: it is not done, its time has come, and its form is here."""
    waiting = (DueState.OVERDUE, DueState.DUE, DueState.MOVED, DueState.MISSED, DueState.REFUSED)
    return duty.form in forms and duty.state in waiting


def _version(visit: VisitRow) -> str:
    return _("version {n}").format(n=visit.version)
