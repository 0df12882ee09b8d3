"""The families behind a merge: what the family that stays lacks is copied from the other, and taken away again."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, col, select

from zhaohu.records import Caregiver
from zhaohu.rules.names import Nearness, near_names
from zhaohu.services.desk import Desk
from zhaohu.services.duplicates.merge_rows import Moved

_COPIED = ("name", "relation", "phone", "citizen_id", "birth_date", "occupation", "education")
_COMPLETED = ("phone", "citizen_id", "birth_date", "occupation", "education")
_KNOWN_AS = (Nearness.EQUAL, Nearness.VARIANT)


def carers(session: Session, household_id: str) -> list[Caregiver]:
    """The caregivers of a household, the main one first."""
    statement = select(Caregiver).where(Caregiver.household_id == household_id, col(Caregiver.deleted_at).is_(None))
    return list(session.exec(statement.order_by(col(Caregiver.is_main).desc(), col(Caregiver.id))))


def bring_carers(desk: Desk, session: Session, household_id: str, from_id: str, done: Moved) -> None:
    """Copy the caregivers that a household lacks, and complete those that both have, from another household."""
    if household_id == from_id:
        return
    here = carers(session, household_id)
    for carer in carers(session, from_id):
        known = next((one for one in here if is_same(one, carer)), None)
        if known is None:
            _copy(desk, session, household_id, carer, has_main=any(one.is_main for one in here), done=done)
            continue
        for name in _COMPLETED:
            if getattr(known, name) is None and getattr(carer, name) is not None:
                setattr(known, name, getattr(carer, name))
                done.filled.setdefault(known.id, {})[name] = plain(getattr(carer, name))
    session.flush()


def changed_homes(session: Session, done: Moved) -> set[str]:
    """The households whose caregivers `take_carers_away` would change."""
    ids = {*done.made.get("caregiver", ()), *done.filled}
    wanted = select(Caregiver.household_id).where(col(Caregiver.id).in_(ids), col(Caregiver.deleted_at).is_(None))
    return set(session.exec(wanted))


def take_carers_away(desk: Desk, session: Session, done: Moved) -> list[str]:
    """Take away what `bring_carers` brought; returns the names of those that stay because they were changed since."""
    stay = []
    for carer_id, made in done.made.get("caregiver", {}).items():
        carer = session.get(Caregiver, carer_id)
        if carer is None or carer.deleted_at is not None:
            continue
        if particulars(carer) == made:
            carer.deleted_at, carer.deleted_by = desk.clock.stamp(), desk.person.display_name
        else:
            stay.append(carer.name)
    for carer_id, filled in done.filled.items():
        carer = session.get(Caregiver, carer_id)
        for name, value in filled.items():
            if carer is not None and plain(getattr(carer, name)) == value:
                setattr(carer, name, None)
    session.flush()
    return stay


def is_same(one: Caregiver, other: Caregiver) -> bool:
    """Whether two caregivers of two households are one person, whose particulars do not contradict each other."""
    if one.citizen_id and other.citizen_id:
        return one.citizen_id == other.citizen_id
    if near_names(one.name, other.name) not in _KNOWN_AS:
        return False
    return not one.phone or not other.phone or one.phone == other.phone


def particulars(carer: Caregiver) -> dict[str, Any]:
    """What a caregiver's record says, in plain values."""
    return {name: plain(getattr(carer, name)) for name in (*_COPIED, "is_main", "household_id")}


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    return value.isoformat() if hasattr(value, "isoformat") else getattr(value, "value", value)


def _copy(desk: Desk, session: Session, household_id: str, carer: Caregiver, *, has_main: bool, done: Moved) -> None:
    values = {name: getattr(carer, name) for name in _COPIED}
    copy = desk.make(Caregiver, **values, household_id=household_id, is_main=carer.is_main and not has_main)
    session.add(copy)
    session.flush()
    done.made.setdefault("caregiver", {})[copy.id] = particulars(copy)
