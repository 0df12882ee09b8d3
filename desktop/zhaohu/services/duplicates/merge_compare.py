"""Two children side by side before they are merged: what differs, what is proposed, and what will be said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlmodel import Session, col, select

from zhaohu.i18n import N_, _, format_date
from zhaohu.records import Attendance, Child, Household, ParentingClass, Village, Visit
from zhaohu.records.base import Owned
from zhaohu.records.codes import ChildStatus, label
from zhaohu.rules.duplicates import is_for_now
from zhaohu.rules.identity import CitizenId, read_citizen_id
from zhaohu.services import reference
from zhaohu.services.duplicates.merge_families import carers
from zhaohu.services.duplicates.merge_rows import STAY, child_columns
from zhaohu.services.exchange.record_words import kind_words
from zhaohu.services.register.corrections import TITLES, value_words

Choice = Literal["kept", "other"]

STATUS = "status"
NOT_COMPARED = frozenset({*Owned.model_fields, "merged_into", "status_on", "status_reason"})
"""Fields of a child that are no particulars; the status stands for its day and reason too."""
FIELDS = tuple(name for name in Child.model_fields if name not in NOT_COMPARED)
_TITLES = {**TITLES, "status": N_("Status"), "registered_on": N_("Registered on")}


@dataclass(frozen=True, slots=True)
class FieldPair:
    """One particular of two children in words; ids and phones are masked, empty is unknown."""

    field: str
    title: str
    kept: str
    other: str
    differs: bool
    proposed: Choice


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two children side by side.

    Args:
        kept_id: The child that would stay.
        other_id: The child that would be merged into it.
        fields: Every particular of both.
        counts: Kind of record in words, how many the one has, how many the other.
        notes: What will be said when they are merged: where both have a record of the same.
        problem: Why they cannot be merged now; empty when they can.
    """

    kept_id: str
    other_id: str
    kept_name: str
    other_name: str
    fields: tuple[FieldPair, ...]
    counts: tuple[tuple[str, int, int], ...]
    notes: tuple[str, ...]
    problem: str = ""


def field_title(name: str) -> str:
    """A particular in words."""
    return _(_TITLES[name]) if name in _TITLES else name


def field_pairs(session: Session, kept: Child, other: Child) -> tuple[FieldPair, ...]:
    """All particulars of two children."""
    return tuple(_pair(session, name, kept, other) for name in FIELDS)


def counts(session: Session, kept: Child, other: Child) -> tuple[tuple[str, int, int], ...]:
    """How many records of each kind hang on the two."""
    mine, theirs = (_count(session, child.id) for child in (kept, other))
    return tuple((kind_words(table), mine[table], theirs[table]) for table in dict.fromkeys((*mine, *theirs)))


def notes(session: Session, kept: Child, other: Child) -> tuple[str, ...]:
    """Where both children have a record of the same: both are kept, and this is said."""
    found = list(_same_visits(session, kept, other))
    invited = _classes(session, kept.id) & _classes(session, other.id)
    for topic, day in sorted(invited):
        words = _("Both are on the list of the class “{topic}” of {day}: one line of the two is shown.")
        found.append(words.format(topic=topic, day=day))
    return tuple(found)


def _pair(session: Session, name: str, kept: Child, other: Child) -> FieldPair:
    mine, theirs = getattr(kept, name), getattr(other, name)
    title = field_title(name)
    words = [_words(session, name, value) for value in (mine, theirs)]
    return FieldPair(name, title, words[0], words[1], mine != theirs, _proposed(name, kept, other))


def _proposed(name: str, kept: Child, other: Child) -> Choice:
    """The side that knows more, or is more likely right."""
    mine, theirs = getattr(kept, name), getattr(other, name)
    if theirs is None or theirs == mine:
        return "kept"
    if mine is None:
        return "other"
    if name in ("birth_date", "sex"):
        said = {_said_by_id(child.citizen_id, name) for child in (kept, other)} - {None}
        return "other" if said == {theirs} else "kept"
    better = {
        "name": is_for_now(kept.name) and not is_for_now(other.name),
        "status": other.status is ChildStatus.ACTIVE,
        "registered_on": other.registered_on < kept.registered_on,
    }
    return "other" if better.get(name) else "kept"


def _said_by_id(citizen_id: str | None, name: str) -> object:
    read = read_citizen_id(citizen_id) if citizen_id else None
    return getattr(read, name) if isinstance(read, CitizenId) else None


def _words(session: Session, name: str, value: Any) -> str:
    if name == "household_id":
        return _family_words(session, str(value))
    if name == STATUS and isinstance(value, ChildStatus):
        return label(value)
    return value_words(name, value)


def _family_words(session: Session, household_id: str) -> str:
    household = session.get_one(Household, household_id)
    village = session.get(Village, household.village_id) if household.village_id else None
    place = household.address or (village.name if village else "")
    people = _(", ").join(carer.name for carer in carers(session, household_id))
    return "  ".join(part for part in (place, people) if part) or _("nothing known")


def _count(session: Session, child_id: str) -> Mapping[str, int]:
    found: Counter[str] = Counter()
    for record, columns in child_columns().items():
        if record in STAY or record is Child:
            continue
        named = session.exec(select(record.id).where(getattr(record, columns[0]) == child_id)).all()
        if named:
            found[str(record.__tablename__)] = len(named)
    return found


def _same_visits(session: Session, kept: Child, other: Child) -> Iterator[str]:
    mine, theirs = (_visits(session, child.id) for child in (kept, other))
    for form_id, day in sorted(mine & theirs):
        words = _("Both have a record “{form}” of {day}: both are kept; remove the one that is not needed afterwards.")
        yield words.format(form=reference.form_title(form_id), day=day)


def _visits(session: Session, child_id: str) -> set[tuple[str, str]]:
    later = select(Visit.replaces_id).where(col(Visit.replaces_id).is_not(None))
    statement = select(Visit).where(Visit.child_id == child_id, col(Visit.deleted_at).is_(None))
    current = session.exec(statement.where(col(Visit.id).not_in(later)))
    return {(visit.form, format_date(visit.visit_date)) for visit in current}


def _classes(session: Session, child_id: str) -> set[tuple[str, str]]:
    attended = select(Attendance.class_id).where(Attendance.child_id == child_id, col(Attendance.deleted_at).is_(None))
    classes = session.exec(select(ParentingClass).where(col(ParentingClass.id).in_(attended)))
    return {(held.topic, format_date(held.held_on)) for held in classes}
