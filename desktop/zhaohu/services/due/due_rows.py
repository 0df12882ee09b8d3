"""What lists show of a contact that a child is due for: the child, its home, who goes there, how the contact stands.

There may be many rows. So what children or contacts have in common is made once, and whole columns are read instead of
rows (`fetch_columns`).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import lru_cache, partial
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

from sqlmodel import Session

from zhaohu.i18n import _
from zhaohu.records.codes import ConsentScope, Risk, Sex, as_code
from zhaohu.rules.ages import age_text
from zhaohu.rules.identity import mask_phone
from zhaohu.rules.names import sort_key
from zhaohu.rules.schedule import DueState
from zhaohu.services.due import contacts
from zhaohu.services.register.child_query import teachers
from zhaohu.store.session import fetch_columns

_RISKS = frozenset(Risk)
_NUMBER = re.compile(r"\d+")
_NO_CALLS = f",{ConsentScope.CONTACT},"
_FEW = 4
"""Where a list concerns less than one child in so many, they are looked up; else all are read one after the other."""
_COLUMNS = ("no", "child_id", "name", "sex", "birth_date", "owner", "risks", "refused", "household_id", "address",
            "village_id")  # fmt: skip
_CHILDREN = """
SELECT f.no, f.child_id, c.name, c.sex, c.birth_date, c.owner, f.risks, f.refused, c.household_id, h.address,
    h.village_id
FROM child_facts f JOIN child c ON c.id = f.child_id LEFT JOIN household h ON h.id = c.household_id
"""
_OF_THEM = "WHERE f.no IN (SELECT value FROM json_each(?))"
_CARERS = "SELECT household_id, name, phone FROM caregiver WHERE deleted_at IS NULL AND "
_HOMES = "household_id IN (SELECT value FROM json_each(?))"


class DueRow(NamedTuple):
    """One contact that a child is due for; the phone is masked, and not told where the family wants no calls.

    Args:
        risks: Risks that are known of the child.
        teacher_id: Who was given the contact, or else looks after the village; `teacher` is the name.
        contact: Its code; `title` is its name.
        due_from: First day of the window; `due_to` is the last one, `days_late` counts from that.
        done_on: Only of what was done.
        track: Kind of contact, see `rules.schedule.Track`.
        also: Names of the contacts that are done at the same visit; `also_forms` are their forms.
        planned_on: Day that was set for it.
        outcome: What the newest attempt came to, an `AttemptOutcome`; empty for none.
        attempts: How many there were.
    """

    child_id: str
    child: str
    sex: Sex
    birth_date: date
    age: str
    station: str
    village: str
    address: str
    caregiver: str
    phone: str
    risks: tuple[Risk, ...]
    teacher_id: str
    teacher: str
    contact: str
    title: str
    form: str
    state: DueState
    due_from: date
    due_to: date
    days_late: int
    done_on: date | None
    track: str
    also: tuple[str, ...]
    also_forms: tuple[str, ...]
    planned_on: date | None
    outcome: str
    attempts: int

    @property
    def village_order(self) -> str:
        """Sorts by village, then by address with its numbers as numbers: the order of a round."""
        place = _NUMBER.sub(lambda found: f"{int(found.group()):08d}", self.address)
        return f"{_place(self.village)}\n{place}\n{_place(self.child)}"


class Standing(NamedTuple):
    """How a contact stands on the day of a list; children who were born on one day share it.

    Args:
        also: Codes of the contacts that are done with it.
        teacher_id: Teacher to whom a person gave it; empty for none.
    """

    code: str
    track: str
    opens: date
    closes: date
    state: DueState
    days_late: int = 0
    done_on: date | None = None
    also: tuple[str, ...] = ()
    planned_on: date | None = None
    teacher_id: str = ""
    outcome: str = ""
    attempts: int = 0


Found: TypeAlias = tuple[int, Standing]
"""Short number of a child, and how one of its contacts stands."""

_OF_CHILD = 11
"""So many fields of a row say who the child is; two name the teacher."""
_BY_ORDER = {state: place for place, state in enumerate(DueState)}
_SORTED_BY = itemgetter(DueRow._fields.index("due_to"), DueRow._fields.index("child"))
_as_row = partial(tuple.__new__, DueRow)
"""As `DueRow._make`, in a third of the time."""


def tally(found: Collection[Found]) -> list[tuple[Standing, int]]:
    """Each standing with how many have it, in the order of `due_rows`."""
    shared = {id(one): one for _no, one in found}  # standings are told apart by themselves: hashing them takes longer
    times = Counter([id(one) for _no, one in found])
    order = sorted(shared.values(), key=_place_of)
    return [(one, times[id(one)]) for one in order]


def first_of(found: Collection[Found], tallied: Sequence[tuple[Standing, int]], n: int) -> list[Found]:
    """Those that stand first in the order of `due_rows`: so many, and who shares the last one's place."""
    chosen, taken, last = set(), 0, None
    for one, times in tallied:
        if taken >= n and _place_of(one) != last:
            break
        chosen.add(id(one))
        taken, last = taken + times, _place_of(one)
    return [each for each in found if id(each[1]) in chosen]


def _place_of(one: Standing) -> tuple[int, date]:
    return _BY_ORDER[one.state], one.closes


def due_rows(session: Session, found: Collection[Found], on: date) -> list[DueRow]:
    """Rows of a list, in the order of `DueState`, then of the last day, then of the child's name.

    Args:
        session: The open transaction.
        found: What it lists.
        on: The day of the list.
    """
    children = _children(session, {no for no, _standing in found}, on)
    shared = {id(standing): standing for _no, standing in found}  # their hashes would take as long as the rows
    contact_part = _contact_parts(session, shared)
    names: dict[str, str] = dict(session.connection().exec_driver_sql("SELECT id, name FROM teacher").all())
    by_state: list[list[tuple[Any, ...]]] = [[] for _state in DueState]
    for no, standing in found:
        child = children[no]
        if standing.teacher_id:
            child = (*child[:_OF_CHILD], standing.teacher_id, names.get(standing.teacher_id, ""))
        by_state[_BY_ORDER[standing.state]].append(child + contact_part[id(standing)])
    for some in by_state:
        some.sort(key=_SORTED_BY)
    return list(map(_as_row, chain.from_iterable(by_state)))


def _children(session: Session, numbers: Collection[int], on: date) -> dict[int, tuple[Any, ...]]:
    """The part of a row that says who the child is, by short number."""
    total = session.connection().exec_driver_sql("SELECT count(*) FROM child_facts").scalar_one()
    few = len(numbers) * _FEW < total
    values = (json.dumps(sorted(numbers)),) if few else ()
    columns = fetch_columns(session, _COLUMNS, _CHILDREN + (_OF_THEM if few else ""), values)
    carers = _carers(session, columns[_COLUMNS.index("household_id")], few=few)
    villages: dict[str, str] = dict(session.connection().exec_driver_sql("SELECT id, name FROM village").all())
    looking_after = teachers(session, on)
    ages = {born: _age(born, on) for born in set(columns[_COLUMNS.index("birth_date")])}
    nobody, no_teacher = ("", None), ("", "")
    return {
        no: (
            child_id, name, _sex(sex), *ages[born], _station(owner), villages.get(village_id, ""), address or "",
            carer[0], _phone(carer[1], refused), _risks(risks), *looking_after.get(village_id, no_teacher),
        )
        for no, child_id, name, sex, born, owner, risks, refused, home, address, village_id in zip(
            *columns, strict=True
        )
        if no in numbers
        for carer in (carers.get(home, nobody),)
    }  # fmt: skip


def _carers(session: Session, households: Sequence[str], *, few: bool) -> dict[str, tuple[str, str]]:
    """Name and phone of the main caregiver of each family; of the first one where none is the main one."""
    homes = set(households)
    found = _by_home(session, f"is_main AND {_HOMES}" if few else "is_main", homes if few else None)
    missing = homes - found.keys()
    return found | _by_home(session, f"{_HOMES} ORDER BY id DESC", missing) if missing else found


def _by_home(session: Session, which: str, homes: Collection[str] | None) -> dict[str, tuple[str, str]]:
    """Of several in one family the last one that is read stays."""
    values = () if homes is None else (json.dumps(sorted(homes)),)
    found, names, phones = fetch_columns(session, ("household_id", "name", "phone"), _CARERS + which, values)
    return dict(zip(found, zip(names, phones, strict=True), strict=True))


def _contact_parts(session: Session, standings: Mapping[int, Standing]) -> Mapping[int, tuple[Any, ...]]:
    """The part of a row that says which contact it is and how it stands, under the keys of the standings."""
    known = contacts.named(session, {code for one in standings.values() for code in (one.code, *one.also)})
    parts = {}
    for key, one in standings.items():
        title, form = known.get(one.code, (one.code, ""))
        together = [known[code] for code in one.also if code in known]
        parts[key] = (
            one.code, title, form, one.state, one.opens, one.closes, one.days_late, one.done_on, one.track,
            tuple(words for words, _form in together), tuple(its for _words, its in together), one.planned_on,
            one.outcome, one.attempts,
        )  # fmt: skip
    return parts


def _age(born: str, on: date) -> tuple[date, str]:
    birth_date = date.fromisoformat(born)
    return birth_date, age_text(birth_date, on)


def _phone(phone: str | None, refused: str) -> str:
    if refused and _NO_CALLS in refused:
        return _("no contact wanted")
    return mask_phone(phone or "")


@lru_cache(maxsize=4096)
def _place(name: str) -> str:
    return sort_key(name)


@lru_cache(maxsize=16)
def _sex(code: int) -> Sex:
    return as_code(Sex, code)


@lru_cache(maxsize=512)
def _station(owner: str) -> str:
    return owner.partition("-")[2]


@lru_cache(maxsize=512)
def _risks(listed: str) -> tuple[Risk, ...]:
    return tuple(Risk(code) for code in listed.split(",") if code in _RISKS)
