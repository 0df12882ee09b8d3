"""The audit log in plain words: what each act was about, and its details.

A child's name is told only at the station that keeps the child; the center reads record numbers.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable

from sqlmodel import Session, col, func, select

from zhaohu.errors import NotFound
from zhaohu.i18n import N_, _, format_date, format_moment, format_number, pgettext
from zhaohu.records import Caregiver, Child, ParentingClass, Population, Station, Teacher, Village, Visit
from zhaohu.records.codes import ChildStatus, ConsentScope, Risk, Role, as_code, label
from zhaohu.rules.growth.terms import Indicator, Standard
from zhaohu.rules.growth.words import indicator_title, standard_title
from zhaohu.services import reference
from zhaohu.services.care.visits import record_number
from zhaohu.services.district import Key
from zhaohu.services.exchange.record_words import kind_words
from zhaohu.services.register.corrections import TITLES

_NAMES = {
    "asked_back": N_("asked back"),
    "account": N_("account"),
    "added": N_("added"),
    "after_unclean_end": N_("after a kill or a power cut"),
    "again": N_("once more"),
    "bundle": N_("bundle"),
    "center_fingerprint": N_("fingerprint of the center"),
    "changed": N_("grades changed"),
    "children": N_("children"),
    "clock_suspect": N_("the clock was in doubt"),
    "code": N_("code"),
    "confirmed": N_("bundles confirmed"),
    "counts": N_("records"),
    "doubt": N_("doubt"),
    "draft": N_("draft"),
    "edition": N_("edition"),
    "families": N_("families"),
    "fetched": N_("fetched"),
    "field": N_("field"),
    "fields": N_("particulars"),
    "file": N_("file"),
    "fingerprint": N_("fingerprint"),
    "form": N_("form"),
    "former": N_("version before"),
    "former_role": N_("role before"),
    "from_station": N_("from station"),
    "given": N_("consent given"),
    "held": N_("held"),
    "indicator": N_("curve"),
    "invited": N_("invited"),
    "keys_accepted": N_("new keys accepted"),
    "kind": N_("kind"),
    "known": N_("there already"),
    "list": N_("list"),
    "minutes": N_("interval in minutes"),
    "needs_care": N_("to be seen to"),
    "no": N_("no."),
    "other": N_("other record"),
    "phones": N_("phone numbers in full"),
    "place": N_("place"),
    "present": N_("came"),
    "reason": N_("reason"),
    "records": N_("records"),
    "refused": N_("consent refused"),
    "result": N_("result"),
    "risk": N_("risk factor"),
    "role": N_("role"),
    "rows": N_("rows"),
    "second_place": N_("at the second place"),
    "sent": N_("sent"),
    "set": N_("set"),
    "setting": N_("setting"),
    "sheet": N_("sheet"),
    "sheets": N_("sheets"),
    "standard": N_("standard"),
    "station": N_("station"),
    "status": N_("state"),
    "struck": N_("struck out"),
    "table": N_("kind of record"),
    "taken": N_("taken in"),
    "to_station": N_("to station"),
    "tried_at": N_("tried at"),
    "version": N_("version"),
    "without_slot": N_("new password needed"),
    "year": N_("year"),
}
_CODES = {
    "center": N_("guidance center"),
    "daily": N_("daily, by itself"),
    "good": N_("in order"),
    "import": N_("before reading a file"),
    "known": N_("had already"),
    "manual": N_("asked for"),
    "migration": N_("before an update"),
    "new": N_("new"),
    "restore": N_("before a restore"),
    "station": N_("guidance station"),
    "superseded": N_("a later one was had already"),
}
"""What stands in `kind`, `reason` and `result`; the code of a refusal stays as it is, for whoever is asked for help."""

_SETTINGS = {
    Key.GUIDANCE_TEXTS: N_("texts of guidance"),
    Key.DAYS_OFF: N_("days off"),
    Key.HIGH_RISK_PLAN: N_("plan of extra visits for high-risk children"),
    Key.FORMS: N_("editions of forms"),
    Key.CURRICULUM: N_("Curriculum"),
    Key.TARGETS: N_("Targets"),
}

_WORDS: dict[str, Callable[[str], str]] = {
    "form": reference.form_title,
    "fields": lambda value: _(TITLES[value]),
    "former_role": lambda value: label(Role(value)),
    "indicator": lambda value: indicator_title(Indicator(value)),
    "given": lambda value: label(as_code(ConsentScope, value)),
    "refused": lambda value: label(as_code(ConsentScope, value)),
    "risk": lambda value: label(as_code(Risk, value)),
    "role": lambda value: label(Role(value)),
    "setting": lambda value: _(_SETTINGS[Key(value)]),
    "standard": lambda value: standard_title(Standard(value)),
    "status": lambda value: label(as_code(ChildStatus, value)),
    "struck": lambda value: label(as_code(ChildStatus, value)),
    "table": lambda value: kind_words(value),
    "tried_at": format_moment,
}


def detail_words(detail: str) -> str:
    """The details of a line, as `name: value` with dots between."""
    found = json.loads(detail)
    if not isinstance(found, dict):
        return detail
    told = (_told(name, value) for name, value in found.items())
    return " · ".join(part for part in told if part)


def _told(name: str, value: object) -> str:
    words = _(_NAMES[name]) if name in _NAMES else name
    if value in (None, "", False, [], {}):
        return ""
    if value is True:
        return words
    return pgettext("detail of an act", "{name}: {value}").format(name=words, value=_value(name, value))


def _value(name: str, value: object) -> str:
    if isinstance(value, dict):
        return _joined(f"{kind_words(key)} {_amount(one)}" for key, one in value.items() if one)
    if isinstance(value, list):
        return _joined(_value(name, one) for one in value)
    if name in _WORDS and isinstance(value, str):
        try:
            return _WORDS[name](value)
        except (ValueError, KeyError, NotFound):  # written by another version of the program
            return value
    return str(value)


def _amount(value: object) -> str:
    """A number, or the numbers of new, changed … records of one kind in all."""
    if isinstance(value, dict):
        return format_number(sum(n for n in value.values() if isinstance(n, int)))
    return format_number(value) if isinstance(value, int) else str(value)


def _joined(parts: Iterable[str]) -> str:
    return pgettext("between parts of a list", ", ").join(parts)


def subject_words(session: Session, subjects: Collection[str], *, names: bool) -> dict[str, str]:
    """What each subject (table/id) is, in words; one that is not there any more keeps its id.

    Args:
        session: The profile.
        subjects: As the log has them.
        names: Whether children may be named.
    """
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    for subject in subjects:
        table, _slash, row_id = subject.partition("/")
        wanted[table].add(row_id)
    found: dict[str, str] = {}
    for table, ids in wanted.items():
        known = _READERS[table](session, ids, names) if table in _READERS else {}
        for row_id in ids:
            found[f"{table}/{row_id}"] = known.get(row_id) or f"{kind_words(table)} {row_id}"
    return found


def _children(session: Session, ids: set[str], names: bool) -> dict[str, str]:
    if not names:
        return {}
    return dict(session.exec(select(Child.id, Child.name).where(col(Child.id).in_(ids))).all())


def _visits(session: Session, ids: set[str], names: bool) -> dict[str, str]:
    counted_by = func.coalesce(Visit.numbered_by, Visit.owner)
    statement = select(Visit.id, counted_by, Visit.number, Child.name).join(Child, col(Child.id) == Visit.child_id)
    return {
        row_id: " · ".join([name, record_number(owner, number)] if names else [record_number(owner, number)])
        for row_id, owner, number, name in session.exec(statement.where(col(Visit.id).in_(ids)))
    }


def _caregivers(session: Session, ids: set[str], names: bool) -> dict[str, str]:
    """Named by the children of the household: the caregiver's own name tells a clerk less."""
    if not names:
        return {}
    statement = select(Caregiver.id, Child.name).join(Child, col(Child.household_id) == Caregiver.household_id)
    homes: defaultdict[str, list[str]] = defaultdict(list)
    for row_id, name in session.exec(statement.where(col(Caregiver.id).in_(ids)).order_by(Child.name)):
        homes[row_id].append(name)
    return {row_id: _("caregiver of {child}").format(child=_joined(found)) for row_id, found in homes.items()}


def _households(session: Session, ids: set[str], names: bool) -> dict[str, str]:
    """Named by their children."""
    if not names:
        return {}
    homes: defaultdict[str, list[str]] = defaultdict(list)
    statement = select(Child.household_id, Child.name).where(col(Child.household_id).in_(ids)).order_by(Child.name)
    for row_id, name in session.exec(statement):
        homes[row_id].append(name)
    return {row_id: _("family of {child}").format(child=_joined(found)) for row_id, found in homes.items()}


def _villages(session: Session, ids: set[str], _names: bool) -> dict[str, str]:
    return dict(session.exec(select(Village.id, Village.name).where(col(Village.id).in_(ids))).all())


def _classes(session: Session, ids: set[str], _names: bool) -> dict[str, str]:
    found = session.exec(select(ParentingClass).where(col(ParentingClass.id).in_(ids)))
    return {held.id: f"{held.topic} · {format_date(held.held_on)}" for held in found}


def _teachers(session: Session, ids: set[str], _names: bool) -> dict[str, str]:
    return dict(session.exec(select(Teacher.id, Teacher.name).where(col(Teacher.id).in_(ids))).all())


def _stations(session: Session, ids: set[str], _names: bool) -> dict[str, str]:
    found = session.exec(select(Station.id, Station.code, Station.name).where(col(Station.id).in_(ids)))
    return {row_id: f"{code} {name}" for row_id, code, name in found}


def _populations(session: Session, ids: set[str], _names: bool) -> dict[str, str]:
    found = session.exec(select(Population.id, Population.station).where(col(Population.id).in_(ids)))
    return {row_id: _("population of station {station}").format(station=station) for row_id, station in found}


_READERS: dict[str, Callable[[Session, set[str], bool], dict[str, str]]] = {
    "caregiver": _caregivers,
    "child": _children,
    "household": _households,
    "parenting_class": _classes,
    "population": _populations,
    "station": _stations,
    "teacher": _teachers,
    "village": _villages,
    "visit": _visits,
}
