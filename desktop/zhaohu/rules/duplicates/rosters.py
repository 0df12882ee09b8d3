"""Rows of a roster that look like an earlier row, or like a child of the register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from zhaohu.rules.duplicates.blocking import keys, without_offices
from zhaohu.rules.duplicates.judging import Traits, judge_traits, traits
from zhaohu.rules.duplicates.terms import Grade, KnownChild, Likeness
from zhaohu.rules.roster import RosterRow


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A row that looks like another child.

    Args:
        row: The row's number.
        other_row: The earlier row that it looks like, or None.
        other_id: The id of the register's child that it looks like, or None.
        other_name: That other child's name.
        likeness: Why.
        grade: How sure that is.
    """

    row: int
    other_row: int | None
    other_id: str | None
    other_name: str
    likeness: Likeness
    grade: Grade = Grade.LIKELY

    @property
    def reason(self) -> str:
        """Why, in the language in use."""
        return self.likeness.reason


def find_duplicates(rows: Iterable[RosterRow], register: Iterable[KnownChild]) -> list[Duplicate]:
    """The rows that look like an earlier row or like a child of the register, each with the one it is surest to be.

    Args:
        rows: Rows of the roster, in their order.
        register: The register's children, who come before earlier rows of the same likeness.
    """
    numbered = [(row.row, of_row(row)) for row in rows]
    mine = [traits(child) for _row, child in numbered if child is not None]
    wanted = {key for who in mine for key in keys(who)}
    known = [who for who in map(traits, register) if not wanted.isdisjoint(keys(who))]
    everybody = without_offices([*known, *mine])
    places: dict[str, int | None] = {who.child.id: None for who in known}
    places |= {child.id: row for row, child in numbered if child is not None}
    seen: defaultdict[Hashable, list[Traits]] = defaultdict(list)
    found = []
    for who in everybody:
        row = places[who.child.id]
        own = [key for key in keys(who) if key in wanted]
        duplicate = _surest(row, who, own, seen, places) if row is not None else None
        if duplicate is not None:
            found.append(duplicate)
        for key in own:
            seen[key].append(who)
    return found


def _surest(
    row: int, who: Traits, own: list[Hashable], seen: dict[Hashable, list[Traits]], places: dict[str, int | None]
) -> Duplicate | None:
    candidates = {other.child.id: other for key in own for other in seen.get(key, ())}
    judged = [(other, alike) for other in candidates.values() if (alike := judge_traits(who, other)) is not None]
    if not judged:
        return None
    other, alike = min(judged, key=lambda pair: pair[1].grade.rank)
    other_row = places[other.child.id]
    other_id = other.child.id if other_row is None else None
    return Duplicate(row, other_row, other_id, other.child.name, alike.likeness, alike.grade)


def of_row(row: RosterRow) -> KnownChild | None:
    """What a row says of a child; None when it is none."""
    child = row.values
    if child is None:
        return None
    phones = (child.phone, child.mother_phone, child.father_phone)
    names = (child.mother_name, child.father_name, child.guardian_name)
    return KnownChild(
        id=f"row {row.row}",
        name=child.name,
        birth_date=child.birth_date,
        sex=child.sex,
        id_number=row.typed_id,
        phones=tuple(phone for phone in phones if phone),
        caregivers=tuple(name for name in names if name),
        certain_id=child.id_number is not None,
        certificate_no=child.birth_certificate or "",
        carer_ids=tuple(filter(None, (child.mother_id, child.father_id, child.guardian_id))),
        village=child.village or "",
        plurality=child.plurality,
        birth_weight_g=child.birth_weight_g,
    )
