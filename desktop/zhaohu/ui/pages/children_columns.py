"""The columns that the list of children can show, and by which of them the service orders it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import IntEnum, StrEnum

from zhaohu.i18n import N_, _, form_term, format_date
from zhaohu.records.codes import ChildStatus, Residence, Risk, Sex, label
from zhaohu.rules.ages import age_text
from zhaohu.services.register.child_list import ChildRow, Sort
from zhaohu.ui.widgets.table import Column

SORTS: dict[str, tuple[Sort, bool]] = {
    "name": (Sort.NAME, False),
    "sex": (Sort.SEX, False),
    "born": (Sort.BIRTH_DATE, False),
    "age": (Sort.BIRTH_DATE, True),
    "station": (Sort.STATION, False),
    "village": (Sort.VILLAGE, False),
    "caregiver": (Sort.CAREGIVER, False),
    "risks": (Sort.RISKS, False),
    "growth": (Sort.GROWTH, False),
    "due": (Sort.DUE, False),
    "due_to": (Sort.DUE, False),
    "status": (Sort.STATUS, False),
    "teacher": (Sort.TEACHER, False),
    "record_no": (Sort.RECORD_NO, False),
    "registered_on": (Sort.REGISTERED_ON, False),
    "gestation": (Sort.GESTATION, False),
    "birth_weight": (Sort.BIRTH_WEIGHT, False),
}
"""By column: what the service sorts by, and whether its order runs the other way (the older, the earlier born)."""

_ALWAYS = ("name", "sex", "born", "age", "village")
_MORE = ("risks", "due", "status")
_STATUS_TONES = {
    ChildStatus.ACTIVE: ("check-circle", "done"),
    ChildStatus.CLOSED_AT_THREE: ("check", "quiet"),
    ChildStatus.MOVED_OUT: ("export", "quiet"),
    ChildStatus.DIED: ("info", "quiet"),
    ChildStatus.LOST: ("attention", "attention"),
}
_UNKNOWN = ("help", "quiet")
_CONSENTS = {"given": N_("signed"), "missing": N_("not signed yet"), "refused": N_("something refused")}
_CONSENT_TONES = {"given": ("check", "quiet"), "missing": ("", ""), "refused": ("attention", "attention")}


def sort_of(name: str, descending: bool) -> tuple[Sort, bool]:
    """What the service is asked for: the list's own order, youngest first, for no column."""
    if name not in SORTS:
        return Sort.BIRTH_DATE, True
    sort, reverse = SORTS[name]
    return sort, descending != reverse


def usual(*, at_center: bool) -> tuple[str, ...]:
    """The columns that are shown when nobody chose: they fit the smallest office screen."""
    return (*_ALWAYS, "station" if at_center else "caregiver", *_MORE)


def columns(today: date, stations: Mapping[str, str], *, at_center: bool) -> list[Column]:
    """All columns.

    Args:
        today: For ages.
        stations: Names of stations by their two digits; may be filled later.
        at_center: The station is worth a column.
    """
    station = Column(_("Station"), lambda r: stations.get(r.station, r.station), width=11, name="station")
    return [
        Column(_("Name"), lambda r: r.name, width=13, name="name"),
        Column(_("Sex"), lambda r: label(r.sex), width=6, name="sex"),
        Column(_("Born"), lambda r: r.birth_date, width=12, name="born"),
        Column(_("Age"), lambda r: _age(r, today), width=11, name="age"),
        *([station] if at_center else []),
        Column(_("Village"), lambda r: r.village or None, width=0, name="village", hint=lambda r: r.village),
        Column(_("Caregiver"), lambda r: r.caregiver or None, width=11, name="caregiver"),
        Column(_("Phone"), lambda r: r.phone or None, width=13, name="phone"),
        Column(
            _("High risk"),
            lambda r: _risks(r) or None,
            width=18,
            tone=lambda r: "attention" if r.risks else "",
            icon=lambda r: "attention" if r.risks else "",
            hint=_risks,
            name="risks",
        ),
        *_work_columns(),
        *_record_columns(),
    ]


def _work_columns() -> list[Column]:
    """What is to be done for the child."""
    return [
        Column(
            _("Next contact"),
            lambda r: _due(r) or None,
            width=20,
            tone=lambda r: "danger" if r.overdue else "",
            icon=lambda r: "clock" if r.overdue else "",
            hint=_due_hint,
            name="due",
        ),
        Column(_("Due by"), lambda r: r.next_due_to, width=12, name="due_to"),
        Column(
            _("Growth status"),
            lambda r: _growth(r) or None,
            width=16,
            tone=lambda r: "attention" if r.growth else "",
            icon=lambda r: "growth" if r.growth else "",
            hint=_growth,
            name="growth",
        ),
        Column(
            _("Status"),
            lambda r: _status(r),
            width=14,
            icon=lambda r: "export" if r.released_to or r.elsewhere else _STATUS_TONES.get(r.status, _UNKNOWN)[0],
            tone=lambda r: "attention" if r.released_to or r.elsewhere else _STATUS_TONES.get(r.status, _UNKNOWN)[1],
            hint=_status,
            name="status",
        ),
        Column(_("Guidance teacher"), lambda r: r.teacher or None, width=10, name="teacher"),
        Column(
            _("Consent"),
            lambda r: _(_CONSENTS[r.consent]),
            width=13,
            icon=lambda r: _CONSENT_TONES[r.consent][0],
            tone=lambda r: _CONSENT_TONES[r.consent][1],
            name="consent",
        ),
    ]


def _record_columns() -> list[Column]:
    """What stands in the record."""
    return [
        Column(_("Record no."), lambda r: r.record_no or None, width=20, name="record_no"),
        Column(_("Handbook no."), lambda r: r.handbook_no or None, width=16, name="handbook_no"),
        Column(_("Address"), lambda r: r.address or None, width=26, name="address", hint=lambda r: r.address),
        Column(_("Residence"), _residence, width=12, name="residence"),
        Column(_("Registered on"), lambda r: r.registered_on, width=12, name="registered_on"),
        Column(_("Gestation"), _gestation, width=11, name="gestation"),
        Column(_("Birth weight (g)"), lambda r: r.birth_weight_g, width=12, right=True, name="birth_weight"),
    ]


def _age(child: ChildRow, today: date) -> str | None:
    """Who died does not grow older."""
    return None if child.status is ChildStatus.DIED else age_text(child.birth_date, today)


def _risks(child: ChildRow) -> str:
    return _(", ").join(map(_word, child.risks))


def _growth(child: ChildRow) -> str:
    return _(", ").join(map(form_term, child.growth))


def _due(child: ChildRow) -> str:
    return _("Overdue: {contact}").format(contact=child.next_due) if child.overdue else child.next_due


def _due_hint(child: ChildRow) -> str:
    if not child.next_due:
        return ""
    return _("{contact}, last day {day}").format(contact=child.next_due, day=format_date(child.next_due_to))


def _status(child: ChildRow) -> str:
    if child.elsewhere:
        return _("Handed over to {station}").format(station=child.goes_to)
    if child.released_to:
        return _("Released to {station}").format(station=child.goes_to)
    return _word(child.status)


def _residence(child: ChildRow) -> str | None:
    return None if child.residence is None else _word(child.residence)


def _word(code: ChildStatus | Risk | Residence | Sex) -> str:
    """The word for a code; one that a newer version wrote stands as it is."""
    return label(code) if isinstance(code, IntEnum | StrEnum) else str(code)


def _gestation(child: ChildRow) -> str | None:
    if child.gestation_days is None:
        return None
    weeks, days = divmod(child.gestation_days, 7)
    return _("{weeks} weeks + {days} days").format(weeks=weeks, days=days)
