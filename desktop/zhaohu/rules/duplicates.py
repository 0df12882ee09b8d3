"""Children who may be the same: in one file, and between a file and the register. Twins are not duplicates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from zhaohu.i18n import N_, _
from zhaohu.records.codes import Sex
from zhaohu.rules.identity import plain
from zhaohu.rules.names import normalise_name, sounds
from zhaohu.rules.roster import RosterRow

_ID_LENGTH = 18


class Likeness(StrEnum):
    """Why two children may be one."""

    SAME_ID = "same_id"
    SAME_FAMILY = "same_family"
    SAME_NAME = "same_name"


_REASONS = {
    Likeness.SAME_ID: N_("the same citizen id"),
    Likeness.SAME_FAMILY: N_("the same birth date, name and family"),
    Likeness.SAME_NAME: N_("the same birth date, name and sex, and nothing that tells them apart"),
}


@dataclass(frozen=True, slots=True)
class KnownChild:
    """A child of the register, as far as duplicates are concerned."""

    id: str
    name: str
    birth_date: date
    sex: Sex
    id_number: str = ""
    phones: tuple[str, ...] = ()
    caregivers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A row that looks like another child.

    Args:
        row: The row's number.
        other_row: The earlier row that it looks like, or None.
        other_id: The id of the register's child that it looks like, or None.
        other_name: That other child's name.
        likeness: Why.
    """

    row: int
    other_row: int | None
    other_id: str | None
    other_name: str
    likeness: Likeness

    @property
    def reason(self) -> str:
        """Why, in the language in use."""
        return _(_REASONS[self.likeness])


@dataclass(frozen=True, slots=True, eq=False)
class _Person:
    row: int | None
    id: str | None
    name: str
    birth_date: date
    sex: Sex
    id_number: str
    certain_id: bool
    phones: frozenset[str]
    caregivers: frozenset[str]


class _Seen:
    """Everybody seen so far, by id and by birth date and sound of the name."""

    def __init__(self) -> None:
        self.by_id: dict[str, _Person] = {}
        self.by_sound: dict[tuple[date, str], list[_Person]] = defaultdict(list)

    def remember(self, person: _Person, keys: Iterable[str]) -> None:
        if len(person.id_number) == _ID_LENGTH:
            self.by_id.setdefault(person.id_number, person)
        for key in keys:
            self.by_sound[person.birth_date, key].append(person)

    def like(self, person: _Person, keys: Iterable[str]) -> Iterator[tuple[_Person, Likeness]]:
        if person.id_number in self.by_id:
            yield self.by_id[person.id_number], Likeness.SAME_ID
        found = {id(one): one for key in keys for one in self.by_sound.get((person.birth_date, key), ())}
        for other in found.values():
            likeness = _likeness(person, other)
            if likeness is not None:
                yield other, likeness


def find_duplicates(rows: Iterable[RosterRow], register: Iterable[KnownChild]) -> list[Duplicate]:
    """The rows that look like an earlier row or like a child of the register, each with one such child.

    Two are alike when they have the same citizen id; or were born on one day, have names that read alike, and share a
    telephone or a caregiver; or have the very same name and sex and nothing is known that tells them apart. Twins have
    other names; names that only sound alike are no duplicate when sex or valid ids differ.
    """
    persons = [person for row in rows if (person := _of_row(row)) is not None]
    days = {person.birth_date for person in persons}
    seen = _Seen()
    for child in register:
        known = _known(child)
        seen.remember(known, sounds(child.name) if child.birth_date in days else ())
    found = []
    for person in persons:
        keys = sorted(sounds(person.name))
        alike = next(seen.like(person, keys), None)
        if alike is not None and person.row is not None:
            other, likeness = alike
            found.append(Duplicate(person.row, other.row, other.id, other.name, likeness))
        seen.remember(person, keys)
    return found


def _known(child: KnownChild) -> _Person:
    return _Person(
        None,
        child.id,
        child.name,
        child.birth_date,
        child.sex,
        child.id_number,
        True,
        frozenset(map(plain, child.phones)),
        frozenset(map(normalise_name, child.caregivers)),
    )


def _of_row(row: RosterRow) -> _Person | None:
    child = row.values
    if child is None:
        return None
    phones = (child.phone, child.mother_phone, child.father_phone)
    names = (child.mother_name, child.father_name, child.guardian_name)
    return _Person(
        row.row,
        None,
        child.name,
        child.birth_date,
        child.sex,
        row.typed_id,
        child.id_number is not None,
        frozenset(plain(phone) for phone in phones if phone),
        frozenset(normalise_name(name) for name in names if name),
    )


def _likeness(one: _Person, other: _Person) -> Likeness | None:
    """Why two children who were born on one day and whose names sound alike may be one."""
    same_name = normalise_name(one.name) == normalise_name(other.name)
    if one.phones & other.phones or one.caregivers & other.caregivers:
        return Likeness.SAME_FAMILY if same_name or not _told_apart(one, other) else None
    if same_name and one.sex is other.sex and not _families_known(one, other):
        return Likeness.SAME_NAME
    return None


def _told_apart(one: _Person, other: _Person) -> bool:
    sexes = {one.sex, other.sex}
    other_ids = one.certain_id and other.certain_id and one.id_number and other.id_number
    return sexes == {Sex.MALE, Sex.FEMALE} or bool(other_ids and one.id_number != other.id_number)


def _families_known(one: _Person, other: _Person) -> bool:
    """Whether both say enough of their families to know that they are not the same."""
    return bool((one.phones and other.phones) or (one.caregivers and other.caregivers))
