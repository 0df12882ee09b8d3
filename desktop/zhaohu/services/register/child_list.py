"""Lists of children: which fit a filter, in which order, and what each row shows. Phone and id are masked.

A list is read in two steps: `ids` gives the whole order as short numbers, `rows` a page of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlmodel import Session, col, select

from zhaohu.records import Station, Village
from zhaohu.records.codes import ChildStatus, Residence, Risk, Role, Sex, as_code
from zhaohu.records.derived import ChildFacts
from zhaohu.rules.identity import mask_citizen_id, mask_phone
from zhaohu.rules.names import sort_key
from zhaohu.services import reference
from zhaohu.services.desk import Desk
from zhaohu.services.due import contacts
from zhaohu.services.register import child_query
from zhaohu.services.register.child_query import ChildFilter, DueNow, Sort, open_days, teachers
from zhaohu.store import search as finding

__all__ = ["ChildFilter", "ChildRow", "DueNow", "Sort"]

_READERS = tuple(Role)
_AT_ONCE = 1000
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class ChildRow:
    """A child as lists show it; phone and id are masked.

    Args:
        no: Short number of the child in this file, as `ids` gives it.
        growth: Nutrition statuses of the newest measured day, as official terms.
        next_due: Title of the open contact whose window ends first; empty when nothing is due or overdue.
        consent: Whether a guardian was asked, and said no to something.
        released_to: Station that is to take the child over, which nothing is due for here any more.
        elsewhere: At a station: it was handed over to `station`, and its record here is a copy.
        goes_to: Name of the station that it is released to or was handed over to.
    """

    no: int
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
    risks: tuple[Risk, ...]
    record_no: str
    handbook_no: str
    address: str
    gestation_days: int | None
    birth_weight_g: int | None
    registered_on: date
    residence: Residence | None
    teacher: str
    growth: tuple[str, ...]
    next_due: str
    next_due_to: date | None
    overdue: bool
    consent: Literal["given", "missing", "refused"]
    released_to: str
    elsewhere: bool
    goes_to: str


def ids(desk: Desk, wanted: ChildFilter, sort: Sort = Sort.NAME, descending: bool = False) -> list[int]:
    """Short numbers of the children that fit a filter, the whole list in order."""
    desk.require(*_READERS)
    with desk.read() as session:
        return child_query.numbers_fitting(desk, session, wanted, sort, descending)


def rows(desk: Desk, numbers: Sequence[int]) -> list[ChildRow]:
    """What a list shows of these children, in this order; who was removed meanwhile is left out."""
    desk.require(*_READERS)
    with desk.read() as session:
        return _rows(session, numbers, desk.today)


def list_children(
    desk: Desk,
    wanted: ChildFilter | None = None,
    *,
    sort: Sort = Sort.NAME,
    descending: bool = False,
    limit: int | None = None,
    offset: int = 0,
) -> list[ChildRow]:
    """The children that fit a filter, in order; of a long list a part."""
    desk.require(*_READERS)
    with desk.read() as session:
        numbers = child_query.numbers_fitting(desk, session, wanted or ChildFilter(), sort, descending)[offset:]
        return _rows(session, numbers[:limit], desk.today)


def count_children(desk: Desk, wanted: ChildFilter | None = None) -> int:
    """How many children fit a filter."""
    desk.require(*_READERS)
    with desk.read() as session:
        return child_query.count_fitting(desk, session, wanted or ChildFilter())


def search(desk: Desk, query: str, limit: int = _SHOWN) -> list[ChildRow]:
    """Children by part of a name, pinyin, initials, caregiver, village or digits of a number; several words narrow.

    Those on the register come first. The scanned code of a child's paper gives exactly that child.
    """
    desk.require(*_READERS)
    with desk.read() as session:
        return _rows(session, finding.find(session, query, limit), desk.today)


def row_of(session: Session, child_id: str, today: date) -> ChildRow:
    """What lists show of one child that is present, within a transaction that is open."""
    number = session.exec(select(ChildFacts.no).where(ChildFacts.child_id == child_id)).one()
    assert number is not None
    (row,) = _rows(session, [number], today)
    return row


def list_villages(desk: Desk) -> list[tuple[str, str]]:
    """Ids and names of the villages of the list, by name."""
    desk.require(*_READERS)
    with desk.read() as session:
        found = session.exec(select(Village.id, Village.name).where(col(Village.deleted_at).is_(None))).all()
    return sorted(found, key=lambda village: sort_key(village[1]))


def list_teachers_of_villages(desk: Desk) -> list[tuple[str, str]]:
    """Ids and names of the teachers who look after a village today, by name."""
    desk.require(*_READERS)
    with desk.read() as session:
        found = set(teachers(session, desk.today).values())
    return sorted(found, key=lambda teacher: (sort_key(teacher[1]), teacher[0]))


_ROWS = """
SELECT f.no, f.village_id, f.risks, f.growth, f.asked, f.refused, f.released_to, f.owner, c.id, c.name, c.sex,
    EXISTS (SELECT 1 FROM change_counter s WHERE s.owner LIKE '%-%' AND s.owner <> f.owner) AS elsewhere,
    c.birth_date, c.citizen_id, c.status, c.health_record_no, c.handbook_no, c.gestation_days, c.birth_weight_g,
    c.registered_on, c.residence, h.address, v.name AS village, g.name AS caregiver, g.phone
FROM json_each(?) j JOIN child_facts f ON f.no = j.value JOIN child c ON c.id = f.child_id
LEFT JOIN household h ON h.id = c.household_id LEFT JOIN village v ON v.id = h.village_id
LEFT JOIN caregiver g ON g.id = (
    SELECT id FROM caregiver WHERE household_id = h.id AND deleted_at IS NULL ORDER BY is_main DESC, id LIMIT 1)
WHERE c.deleted_at IS NULL ORDER BY j.id
"""
_NEXT = """
SELECT no, contact, closes,
    min(closes || printf('%03d', ifnull((SELECT key FROM json_each(?) WHERE value = contact), 999))) FROM due_contact
WHERE no IN (SELECT value FROM json_each(?)) AND +done_on IS NULL AND +opens BETWEEN ? AND ? AND until >= ? GROUP BY no
"""


def _rows(session: Session, numbers: Sequence[int], today: date) -> list[ChildRow]:
    run = session.connection().exec_driver_sql
    looking_after = teachers(session, today)
    stations = dict(session.exec(select(Station.code, Station.name)).all())
    order = json.dumps([contact.code for contact in reference.schedule().contacts])
    found: list[ChildRow] = []
    for start in range(0, len(numbers), _AT_ONCE):
        page = json.dumps(numbers[start : start + _AT_ONCE])
        next_due = {
            no: (contact, date.fromisoformat(day))
            for no, contact, day, _first in run(_NEXT, (order, page, *open_days(today)))
        }
        names = contacts.named(session, {contact for contact, _day in next_due.values()})
        next_due = {no: (names[contact][0] if contact in names else "", day) for no, (contact, day) in next_due.items()}
        for row in run(_ROWS, (page,)):
            teacher = looking_after.get(row.village_id, ("", ""))[1]
            found.append(_row(row, teacher, next_due.get(row.no), today, stations))
    return found


def _row(row: Any, teacher: str, due: tuple[str, date] | None, today: date, stations: Mapping[str, str]) -> ChildRow:
    station = row.owner.partition("-")[2]
    goes_to = row.released_to or (station if row.elsewhere else "")
    return ChildRow(
        no=row.no,
        id=row.id,
        name=row.name,
        sex=as_code(Sex, row.sex),
        birth_date=date.fromisoformat(row.birth_date),
        station=station,
        village=row.village or "",
        caregiver=row.caregiver or "",
        phone=mask_phone(row.phone or ""),
        citizen_id=mask_citizen_id(row.citizen_id or ""),
        status=as_code(ChildStatus, row.status),
        risks=tuple(as_code(Risk, code) for code in _codes(row.risks)),
        record_no=row.health_record_no or "",
        handbook_no=row.handbook_no or "",
        address=row.address or "",
        gestation_days=row.gestation_days,
        birth_weight_g=row.birth_weight_g,
        registered_on=date.fromisoformat(row.registered_on),
        residence=as_code(Residence, row.residence) if row.residence is not None else None,
        teacher=teacher,
        growth=_codes(row.growth),
        next_due=due[0] if due else "",
        next_due_to=due[1] if due else None,
        overdue=due is not None and due[1] < today,
        consent="refused" if row.refused else "given" if row.asked else "missing",
        released_to=row.released_to,
        elsewhere=bool(row.elsewhere),
        goes_to=stations.get(goes_to, goes_to),
    )


def _codes(listed: str) -> tuple[str, ...]:
    return tuple(code for code in listed.split(",") if code)
