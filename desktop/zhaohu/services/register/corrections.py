"""Correcting particulars by hand: what stood there before is kept, with who, when and why."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from sqlmodel import Session, col, or_, select

from zhaohu.errors import BadInput, Refused
from zhaohu.i18n import N_, _, format_date, format_number
from zhaohu.records import Caregiver, Child, Correction, Household, Village
from zhaohu.records.base import Owned
from zhaohu.records.codes import Residence, Role, Sex, as_code, label
from zhaohu.rules.identity import mask_citizen_id, mask_phone
from zhaohu.services import reference
from zhaohu.services.desk import Desk, validated
from zhaohu.services.register.lookup import present_child
from zhaohu.store.audit import canonical_json

_READERS = tuple(Role)
LONGEST_REASON = 200

TITLES = {
    "name": N_("Name"),
    "sex": N_("Sex"),
    "birth_date": N_("Born"),
    "birth_time": N_("Time of birth"),
    "citizen_id": N_("Citizen id"),
    "birth_certificate_no": N_("Birth certificate no."),
    "health_record_no": N_("Health record no."),
    "handbook_no": N_("Handbook no."),
    "ethnicity": N_("Ethnicity"),
    "birth_order": N_("Birth order"),
    "gestation_days": N_("Gestation"),
    "birth_weight_g": N_("Birth weight"),
    "birth_length_mm": N_("Birth length"),
    "delivery": N_("Delivery"),
    "plurality": N_("Children of this birth"),
    "birth_place": N_("Place of birth"),
    "discharged_on": N_("Left the birth hospital"),
    "residence": N_("Residence"),
    "came_from": N_("Came from"),
    "household_id": N_("Family"),
    "relation": N_("Relation"),
    "phone": N_("Phone"),
    "occupation": N_("Occupation"),
    "education": N_("Education"),
    "is_main": N_("Main caregiver"),
    "village_id": N_("Village"),
    "county": N_("County"),
    "township": N_("Township"),
    "address": N_("Address"),
    "registered_address": N_("Registered address"),
    "care_difficulty": N_("Difficulty in care"),
}
"""The words of every particular that can be corrected."""

_CODES = {"ethnicity": "ethnicity", "delivery": "delivery", "relation": "relation", "education": "education"}
_MASKS = {"citizen_id": mask_citizen_id, "phone": mask_phone}


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One particular that was changed, in words; empty for nothing. Ids and phones are masked."""

    field: str
    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """A correction as a child's history shows it.

    Args:
        about: Whose particulars: the child's name, a caregiver's, or the family.
    """

    id: str
    at: str
    by: str
    about: str
    changes: tuple[ChangeView, ...]
    reason: str


def corrections(desk: Desk, child_id: str) -> list[CorrectionView]:
    """What was corrected of a child, its family and its caregivers, the newest first.

    Raises:
        NotFound: There is no such child.
    """
    desk.require(*_READERS)
    with desk.read() as session:
        child = present_child(session, child_id)
        family = select(Caregiver.id).where(Caregiver.household_id == child.household_id)
        found = session.exec(
            select(Correction)
            .where(
                or_(
                    col(Correction.child_id) == child_id,
                    col(Correction.row_id).in_([child_id, child.household_id]),
                    col(Correction.row_id).in_(family),
                ),
                col(Correction.deleted_at).is_(None),
            )
            .order_by(col(Correction.recorded_at).desc(), col(Correction.id).desc())
        )
        return [_view(session, correction) for correction in found]


def correct_row(
    desk: Desk,
    session: Session,
    row: Child | Caregiver | Household,
    changes: Mapping[str, object],
    *,
    reason: str = "",
    seen: Mapping[str, object] | None = None,
) -> tuple[str, ...]:
    """Change particulars in an open transaction and keep what stood there; returns the fields that changed.

    Args:
        desk: Who corrects.
        session: The transaction.
        row: What is corrected; whether this desk may is asked before.
        changes: Fields with their new values; None empties.
        reason: Why.
        seen: The particulars that the person had before them, by field.

    Raises:
        BadInput: A value does not fit, or the reason is too long.
        Refused: `changed_meanwhile`: one of the fields is not what the person had seen.
    """
    if len(reason.strip()) > LONGEST_REASON:
        message = _("The reason is too long: at most {n} characters.")
        raise BadInput(message.format(n=LONGEST_REASON), field="reason")
    before = {name: getattr(row, name) for name in changes}
    for name in changes:
        if seen is not None and name in seen and seen[name] != before[name]:
            message = _("“{field}” was changed meanwhile. Close this window, look at what it is now, and try again.")
            raise Refused(message.format(field=_(TITLES[name])), code="changed_meanwhile", field=name)
    clean = validated(type(row), {**row.model_dump(), **changes})
    after = {name: getattr(clean, name) for name in changes}
    changed = {name: (before[name], after[name]) for name in changes if before[name] != after[name]}
    for name, (_before, value) in changed.items():
        setattr(row, name, value)
    if changed:
        keep_correction(desk, session, row, changed, reason)
    return tuple(changed)


def keep_correction(
    desk: Desk, session: Session, row: Owned, changed: Mapping[str, tuple[object, object]], reason: str = ""
) -> None:
    """Write down in an open transaction what was changed."""
    pairs = {name: [_plain(before), _plain(after)] for name, (before, after) in changed.items()}
    session.add(
        desk.make(
            Correction,
            child_id=row.id if isinstance(row, Child) else None,
            table_name=str(row.__tablename__),
            row_id=row.id,
            changes=canonical_json(pairs),
            reason=reason.strip() or None,
        )
    )


def value_words(field: str, value: object) -> str:
    """A particular in words; ids and phones masked, nothing for none."""
    if value is None or value == "":
        return ""
    if field in _MASKS:
        return _MASKS[field](str(value))
    if field in _CODES:
        return reference.code_name(_CODES[field], str(value))
    if field in _WORDS:
        return _WORDS[field](value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return format_date(value) if isinstance(value, date) else str(value)


def _gestation(value: object) -> str:
    weeks, days = divmod(int(str(value)), 7)
    return _("{weeks} weeks + {days} days").format(weeks=weeks, days=days)


_WORDS: dict[str, Callable[[Any], str]] = {
    "sex": lambda value: label(as_code(Sex, int(value))),
    "residence": lambda value: label(as_code(Residence, int(value))),
    "gestation_days": _gestation,
    "birth_weight_g": lambda value: f"{format_number(int(value))} g",
    "birth_length_mm": lambda value: f"{int(value) / 10:.1f} cm",
}


def _view(session: Session, correction: Correction) -> CorrectionView:
    changes = tuple(_changes(session, json.loads(correction.changes)))
    return CorrectionView(
        correction.id,
        correction.recorded_at,
        correction.recorded_by,
        _about(session, correction),
        changes,
        correction.reason or "",
    )


def _changes(session: Session, pairs: Mapping[str, list[object]]) -> Iterator[ChangeView]:
    for field, (before, after) in pairs.items():
        if field in TITLES:
            title = _(TITLES[field])
            yield ChangeView(field, title, _words(session, field, before), _words(session, field, after))


def _words(session: Session, field: str, value: object) -> str:
    if field == "village_id" and value:
        village = session.get(Village, value)
        return village.name if village else ""
    if field == "household_id" and value:
        household = session.get(Household, value)
        return household.address or _("family") if household else ""
    return value_words(field, _from_plain(field, value))


def _about(session: Session, correction: Correction) -> str:
    if correction.table_name == "household":
        return _("family")
    child, carer = session.get(Child, correction.row_id), session.get(Caregiver, correction.row_id)
    return child.name if child else carer.name if carer else ""


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _from_plain(field: str, value: object) -> object:
    days = ("birth_date", "discharged_on")
    return date.fromisoformat(str(value)) if field in days and value else value
