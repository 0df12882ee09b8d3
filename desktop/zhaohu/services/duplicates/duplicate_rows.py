"""What the register knows of children as far as duplicates are concerned, read quickly."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session

from zhaohu.records.codes import ChildStatus, Sex, as_code
from zhaohu.rules.duplicates import FAMILY_AT_MOST, KnownChild, slipped_days
from zhaohu.rules.identity import mask_citizen_id, mask_phone

_CHILDREN = (
    "SELECT c.id, c.name, c.birth_date, c.sex, c.citizen_id, c.birth_certificate_no, c.household_id, h.village_id, "
    "c.plurality, c.birth_weight_g FROM child c JOIN household h ON h.id = c.household_id WHERE c.deleted_at IS NULL"
)
_CARERS = "SELECT household_id, name, phone, citizen_id FROM caregiver WHERE deleted_at IS NULL"
_AMONG = "IN (SELECT value FROM json_each(?))"
_HOMES_OF_PHONE = "SELECT household_id FROM caregiver WHERE phone = ? AND deleted_at IS NULL"
_HOMES = "SELECT household_id FROM child WHERE id IN (SELECT value FROM json_each(?))"
_AT_ONCE = 2000
_SHOWN = (
    "SELECT c.id, c.name, c.sex, c.birth_date, c.owner, c.citizen_id, c.status, c.registered_on, v.name, "
    "c.household_id FROM child c JOIN household h ON h.id = c.household_id LEFT JOIN village v ON v.id = h.village_id "
    "WHERE c.id IN (SELECT value FROM json_each(?))"
)
_SHOWN_CARERS = (
    "SELECT household_id, name, phone FROM caregiver WHERE deleted_at IS NULL "
    "AND household_id IN (SELECT value FROM json_each(?)) ORDER BY is_main, relation DESC"
)


@dataclass(frozen=True, slots=True)
class OneChild:
    """A child as lists of duplicates show it; phone and id are masked."""

    id: str
    name: str
    sex: Sex
    birth_date: date
    station: str
    village: str
    caregiver: str
    phone: str
    citizen_id: str
    status: ChildStatus
    registered_on: date


def everybody(session: Session) -> list[KnownChild]:
    """All children who were not removed."""
    return list(_children(session, _CHILDREN, (), _carers(session, _CARERS, ())))


def known(session: Session, child_ids: Collection[str]) -> dict[str, KnownChild]:
    """Some children by id; removed ones are left out."""
    ids = json.dumps(list(child_ids))
    carers = _carers(session, f"{_CARERS} AND household_id IN ({_HOMES})", (ids,))
    return {child.id: child for child in _children(session, f"{_CHILDREN} AND c.id {_AMONG}", (ids,), carers)}


def like_entered(session: Session, entered: KnownChild) -> tuple[KnownChild, list[KnownChild]]:
    """Whom a child that is being entered is to be compared with, found by indexes alone.

    The entered child comes back without telephones that an office shares: they say nothing of a family.
    """
    ids: set[str] = set()
    if entered.id_number:
        ids |= _ids(session, "citizen_id = ?", entered.id_number)
    if entered.certificate_no:
        ids |= _ids(session, "birth_certificate_no = ?", entered.certificate_no)
    ids |= _ids(session, "birth_date = ?", entered.birth_date.isoformat())
    slips = json.dumps([day.isoformat() for day in slipped_days(entered.birth_date)])
    ids |= _ids(session, f"name = ? AND +birth_date {_AMONG}", entered.name, slips)
    phones = []
    for phone in entered.phones:
        sharing = _ids(session, f"household_id IN ({_HOMES_OF_PHONE}) LIMIT {FAMILY_AT_MOST}", phone)
        if len(sharing) < FAMILY_AT_MOST:
            phones.append(phone)
            ids |= sharing
    return replace(entered, phones=tuple(phones)), list(known(session, ids).values())


def families(session: Session, child_ids: Collection[str]) -> dict[str, OneChild]:
    """Children as lists show them, by id; also those that were removed or merged since."""
    connection = session.connection()
    found: dict[str, OneChild] = {}
    wanted = list(child_ids)
    for start in range(0, len(wanted), _AT_ONCE):
        rows = connection.exec_driver_sql(_SHOWN, (json.dumps(wanted[start : start + _AT_ONCE]),)).all()
        homes = json.dumps([row[-1] for row in rows])
        main = {row[0]: row[1:] for row in connection.exec_driver_sql(_SHOWN_CARERS, (homes,))}
        for row in rows:
            carer, phone = main.get(row[-1], ("", ""))
            found[row[0]] = OneChild(
                row[0],
                row[1],
                as_code(Sex, row[2]),
                date.fromisoformat(row[3]),
                row[4].partition("-")[2],
                row[8] or "",
                carer,
                mask_phone(phone or ""),
                mask_citizen_id(row[5] or ""),
                as_code(ChildStatus, row[6]),
                date.fromisoformat(row[7]),
            )
    return found


_Carers = dict[str, list[tuple[str, str | None, str | None]]]


def _carers(session: Session, query: str, values: Sequence[object]) -> _Carers:
    found: _Carers = defaultdict(list)
    for household, *carer in session.connection().exec_driver_sql(query, tuple(values)):
        found[household].append(tuple(carer))
    return found


def _children(session: Session, query: str, values: Sequence[object], carers: _Carers) -> Iterator[KnownChild]:
    sexes = {int(sex): sex for sex in Sex}
    for row in session.connection().exec_driver_sql(query, tuple(values)):
        family = carers.get(row[6], ())
        yield KnownChild(
            row[0],
            row[1],
            date.fromisoformat(row[2]),
            sexes.get(row[3], Sex.UNKNOWN),
            row[4] or "",
            tuple(phone for _name, phone, _id in family if phone),
            tuple(name for name, _phone, _id in family),
            True,
            row[5] or "",
            row[6],
            tuple(citizen_id for _name, _phone, citizen_id in family if citizen_id),
            row[7] or "",
            row[8],
            row[9],
        )


def _ids(session: Session, condition: str, *values: object) -> set[str]:
    query = f"SELECT id FROM child WHERE deleted_at IS NULL AND {condition}"  # noqa: S608 - our own words
    return set(session.connection().exec_driver_sql(query, values).scalars())
