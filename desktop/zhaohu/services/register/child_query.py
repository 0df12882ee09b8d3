"""Which children a list is about, and in which order: a filter and a sort as SQL on the derived facts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Literal

from sqlmodel import Session

from zhaohu.records.codes import ChildStatus, Risk, Sex
from zhaohu.rules.ages import latest_birth
from zhaohu.rules.names import sort_key
from zhaohu.rules.schedule import longest_days
from zhaohu.services import reference
from zhaohu.services.desk import Desk
from zhaohu.services.guidance.managed import unseen
from zhaohu.store import search
from zhaohu.store.session import fetch_columns


class DueNow(StrEnum):
    """How a contact that is open on a day stands."""

    OVERDUE = "overdue"
    DUE = "due"


class Sort(StrEnum):
    """What a list can be sorted by; what a child lacks stands at the end, and the name decides between equals."""

    NAME = "name"
    SEX = "sex"
    BIRTH_DATE = "birth_date"
    STATION = "station"
    VILLAGE = "village"
    CAREGIVER = "caregiver"
    RISKS = "risks"
    GROWTH = "growth"
    DUE = "due"
    STATUS = "status"
    REGISTERED_ON = "registered_on"
    RECORD_NO = "record_no"
    GESTATION = "gestation"
    BIRTH_WEIGHT = "birth_weight"
    TEACHER = "teacher"


@dataclass(frozen=True, slots=True)
class ChildFilter:
    """Which children to list; empty fields do not narrow.

    Args:
        query: As typed into the search box.
        station: Two digits, at the center.
        statuses: Any of these; empty for all.
        age_months: Completed months from, and up to but not including.
        high_risk: Only those with a risk, derived or found.
        risks: Any of these.
        due: Only those with a contact that is so today.
        growth_problem: Only those whose newest measured day has a nutrition status.
        teacher_id: Who looks after the village today.
        unseen: Only those under three without a visit or check this year.
        consent: Nobody was asked (missing), or something was refused or withdrawn.
    """

    query: str = ""
    station: str = ""
    village_ids: tuple[str, ...] = ()
    statuses: tuple[ChildStatus, ...] = (ChildStatus.ACTIVE,)
    age_months: tuple[int, int] | None = None
    born_from: date | None = None
    born_to: date | None = None
    sex: Sex | None = None
    high_risk: bool = False
    risks: tuple[Risk, ...] = ()
    due: tuple[DueNow, ...] = ()
    growth_problem: bool = False
    unseen: bool = False
    teacher_id: str = ""
    consent: Literal["", "missing", "refused"] = ""


@dataclass(slots=True)
class Query:
    """Parts of a SELECT from `child_facts f`, with their values in order."""

    where: list[str] = field(default_factory=lambda: ["f.shelf < 2"])
    values: list[object] = field(default_factory=list)

    def narrow(self, condition: str, *values: object) -> None:
        """Only rows of which this holds, too."""
        self.where.append(condition)
        self.values += values

    def select(self, columns: str, tail: str = "") -> tuple[str, tuple[object, ...]]:
        """The statement and its values."""
        return f"SELECT {columns} FROM child_facts f WHERE {' AND '.join(self.where)} {tail}", tuple(self.values)  # noqa: S608


TEACHERS = """
SELECT a.village_id, a.teacher_id, t.name FROM assignment a JOIN teacher t ON t.id = a.teacher_id
WHERE a.deleted_at IS NULL AND t.deleted_at IS NULL AND a.since <= ? AND (a.until IS NULL OR a.until >= ?)
ORDER BY a.since, a.id
"""
"""Who looks after which village on a day (given twice); of two for one village the later one counts."""

_FEW = 5000
"""So many children are looked up one by one; for more, all lines are read one after the other."""
_OPEN = "done_on IS NULL AND opens BETWEEN ? AND ? AND until >= ?"
_STANDS = {DueNow.OVERDUE: "closes < ?", DueNow.DUE: "closes >= ?"}
_BY_INDEX = {Sort.NAME: "", Sort.BIRTH_DATE: "f.birth_date {way}, ", Sort.STATUS: "f.status {way}, "}
_BY_LINE = {
    Sort.REGISTERED_ON: "f.registered_on {way}, ",
    Sort.CAREGIVER: "nullif(f.caregiver_key, '') {way} NULLS LAST, ",
    Sort.RECORD_NO: "nullif(f.record_no, '') {way} NULLS LAST, ",
    Sort.GESTATION: "f.gestation_days {way} NULLS LAST, ",
    Sort.BIRTH_WEIGHT: "f.birth_weight_g {way} NULLS LAST, ",
}
_IN_SQL = _BY_INDEX | _BY_LINE
_KEYS = {
    Sort.SEX: "sex",
    Sort.STATION: "owner",
    Sort.VILLAGE: "village_id",
    Sort.TEACHER: "village_id",
    Sort.RISKS: "nullif(length(risks) - length(replace(risks, ',', '')), 0)",
    Sort.GROWTH: "nullif(length(growth) - length(replace(growth, ',', '')), 0)",
}


def open_days(on: date) -> tuple[str, str, str]:
    """The values of the condition that a contact is due or overdue on a day."""
    earliest = on - timedelta(days=longest_days(reference.schedule()))
    return earliest.isoformat(), on.isoformat(), on.isoformat()


def _filtered(desk: Desk, session: Session, wanted: ChildFilter, *, by_index: bool = True) -> Query:
    """The children that fit a filter."""
    query = Query()
    if wanted.statuses:
        beside = "" if by_index and _indexed(wanted) else "+"
        query.narrow(f"{beside}f.status IN ({', '.join('?' * len(wanted.statuses))})", *map(str, wanted.statuses))
    if wanted.station:
        query.narrow("f.owner = ?", f"{desk.site.district_code}-{wanted.station}")
    if wanted.village_ids:
        _in_villages(query, wanted.village_ids)
    if wanted.teacher_id:
        _in_villages(
            query, tuple(v for v, (key, _name) in teachers(session, desk.today).items() if key == wanted.teacher_id)
        )
    if wanted.sex is not None:
        query.narrow("f.sex = ?", int(wanted.sex))
    _narrow_birth(query, wanted, desk.today)
    _narrow_care(query, wanted, desk.today)
    return query


def _indexed(wanted: ChildFilter) -> bool:
    """Whether the indexes of the register hold all that narrows; else reading all lines in their order is quicker."""
    return wanted == ChildFilter(
        query=wanted.query,
        statuses=wanted.statuses,
        age_months=wanted.age_months,
        born_from=wanted.born_from,
        born_to=wanted.born_to,
        due=wanted.due,
    )


def _in_villages(query: Query, village_ids: tuple[str, ...]) -> None:
    query.narrow("f.village_id IN (SELECT value FROM json_each(?))", json.dumps(village_ids))


def _narrow_birth(query: Query, wanted: ChildFilter, today: date) -> None:
    if wanted.age_months:
        youngest, oldest = wanted.age_months
        query.narrow("f.birth_date <= ?", latest_birth(today, youngest).isoformat())
        query.narrow("f.birth_date > ?", latest_birth(today, oldest).isoformat())
    if wanted.born_from:
        query.narrow("f.birth_date >= ?", wanted.born_from.isoformat())
    if wanted.born_to:
        query.narrow("f.birth_date <= ?", wanted.born_to.isoformat())


def _narrow_care(query: Query, wanted: ChildFilter, today: date) -> None:
    if wanted.high_risk:
        query.narrow("f.risks <> ''")
    if wanted.risks:
        either = " OR ".join("instr(f.risks, ?) > 0" for _risk in wanted.risks)
        query.narrow(f"({either})", *(f",{risk}," for risk in wanted.risks))
    if wanted.growth_problem:
        query.narrow("f.growth <> ''")
    if wanted.unseen:
        condition, values = unseen(today)
        query.narrow(condition, *values)
    if wanted.due:
        stands = " OR ".join(_STANDS[state] for state in wanted.due)
        query.narrow(
            f"f.no IN (SELECT no FROM due_contact WHERE {_OPEN} AND ({stands}))",  # noqa: S608 - our own text
            *open_days(today),
            *(today.isoformat() for _state in wanted.due),
        )
    if wanted.consent == "missing":
        query.narrow("f.asked = 0")
    if wanted.consent == "refused":
        query.narrow("f.refused <> ''")


def numbers_fitting(desk: Desk, session: Session, wanted: ChildFilter, sort: Sort, descending: bool) -> list[int]:
    """Short numbers of the children that fit a filter, in order."""
    query = _filtered(desk, session, wanted, by_index=sort not in _BY_LINE)
    found = _narrow_query(session, query, wanted.query)
    way = "DESC" if descending else "ASC"
    first = _IN_SQL.get(sort, "").format(way=way)
    numbers = _numbers(session, query, found, f"ORDER BY {first}f.name_key {way if sort is Sort.NAME else ''}, f.no")
    if sort in _IN_SQL:
        return numbers
    keys = _keys(session, sort, desk.today, numbers)
    known = [no for no in numbers if keys.get(no) is not None]
    known.sort(key=keys.__getitem__, reverse=descending)  # of one key they stay in the order of their names
    return known if len(known) == len(numbers) else known + [no for no in numbers if keys.get(no) is None]


def count_fitting(desk: Desk, session: Session, wanted: ChildFilter) -> int:
    """How many children fit a filter."""
    query = _filtered(desk, session, wanted)
    found = _narrow_query(session, query, wanted.query)
    if found is not None:
        return len(_numbers(session, query, found))
    return int(session.connection().exec_driver_sql(*query.select("count(*)")).scalar_one())


def _numbers(session: Session, query: Query, found: set[int] | None, order: str = "") -> list[int]:
    (numbers,) = fetch_columns(session, ("no",), *query.select("f.no", order))
    return numbers if found is None else [no for no in numbers if no in found]


def _narrow_query(session: Session, query: Query, typed: str) -> set[int] | None:
    """Narrow to what was typed; where that are many, they are given back instead, for a set is quicker than SQL."""
    if not typed.strip():
        return None
    found = search.matching(session, typed)
    if len(found) > _FEW:
        return found
    query.narrow("f.no IN (SELECT value FROM json_each(?))", json.dumps(sorted(found)))
    return None


def _keys(session: Session, sort: Sort, today: date, numbers: list[int]) -> Mapping[int, Any]:
    """What these children are sorted by, and perhaps others; nothing or None for those that lack it.

    Where few things are told apart, and many children by their names, this is quicker than SQLite's own sorting.
    """
    of_them, values = "true", tuple[object, ...]()
    if len(numbers) <= _FEW:
        of_them, values = "no IN (SELECT value FROM json_each(?))", (json.dumps(numbers),)
    if sort is Sort.DUE:
        sql = f"SELECT no, closes AS place FROM due_contact WHERE {of_them} AND {_OPEN} ORDER BY closes DESC"  # noqa: S608
        values += open_days(today)
    else:
        sql = f"SELECT no, {_KEYS[sort]} AS place FROM child_facts WHERE {of_them}"  # noqa: S608 - our own text
    nos, keys = fetch_columns(session, ("no", "place"), sql, values)  # of several due contacts the first one stays
    if sort is Sort.VILLAGE:
        keys = list(map(_places(_village_names(session)).get, keys))
    if sort is Sort.TEACHER:
        keys = list(map(_places(_teacher_names(session, today)).get, keys))
    return dict(zip(nos, keys, strict=True))


def teachers(session: Session, on: date) -> dict[str, tuple[str, str]]:
    """Id and name of who looks after each village on a day, by village."""
    day = on.isoformat()
    rows = session.connection().exec_driver_sql(TEACHERS, (day, day))
    return {village_id: (teacher_id, name) for village_id, teacher_id, name in rows}


def _village_names(session: Session) -> dict[str, str]:
    return dict(session.connection().exec_driver_sql("SELECT id, name FROM village").all())


def _teacher_names(session: Session, today: date) -> dict[str, str]:
    return {village_id: name for village_id, (_key, name) in teachers(session, today).items()}


def _places(names: Mapping[str, str]) -> dict[str, int]:
    """Where each id stands when names are sorted; equal names have one place."""
    order = {name: place for place, name in enumerate(sorted(set(names.values()), key=sort_key))}
    return {key: order[name] for key, name in names.items()}
