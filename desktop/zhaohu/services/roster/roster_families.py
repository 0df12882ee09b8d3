"""Which rows of a roster can have to do with each other: the same family, or perhaps the same child."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from zhaohu.rules.duplicates import FAMILY_AT_MOST, KnownChild
from zhaohu.rules.duplicates.blocking import keys
from zhaohu.rules.duplicates.judging import traits
from zhaohu.rules.duplicates.rosters import of_row
from zhaohu.rules.roster import RosterRow
from zhaohu.rules.roster_child import RosterChild
from zhaohu.services.roster.roster_carers import carers_of
from zhaohu.services.roster.roster_register import FamilyKey, Register, family_keys


@dataclass(frozen=True, slots=True)
class Family:
    """Whom a row's child lives with: a household of the register, or the family of an earlier row."""

    household: str = ""
    sibling: int | None = None


class Index:
    """Who is to be compared with whom when a single row is mended; made when first asked."""

    def __init__(self) -> None:
        self._rows: dict[int, tuple[RosterRow, tuple[FamilyKey, ...], frozenset[Hashable] | None]] = {}
        self._children: dict[Hashable, list[KnownChild]] = {}

    def rows_near(self, some: Iterable[RosterRow], rows: Sequence[RosterRow]) -> list[RosterRow]:
        """Those of `rows` that may look like some rows, and these themselves."""
        numbers = {row.row for row in some}
        wanted = frozenset().union(*map(self._keys, some))
        return [row for row in rows if row.row in numbers or not wanted.isdisjoint(self._keys(row))]

    def children_near(self, some: Iterable[RosterRow], register: Sequence[KnownChild]) -> list[KnownChild]:
        """The register's children who may look like some rows."""
        if not self._children:
            for child in register:
                for key in keys(traits(child)):
                    self._children.setdefault(key, []).append(child)
        wanted = frozenset().union(*map(self._keys, some))
        near = {child.id: child for key in wanted for child in self._children.get(key, ())}
        return [near[id_] for id_ in sorted(near)]

    def family_keys(self, row: RosterRow) -> tuple[FamilyKey, ...]:
        """What the row's family is known by."""
        return self._of(row)[1]

    def _keys(self, row: RosterRow) -> frozenset[Hashable]:
        _row, _family, found = self._of(row)
        if found is None:
            child = of_row(row)
            found = frozenset(keys(traits(child))) if child is not None else frozenset()
            self._rows[row.row] = (row, _family, found)
        return found

    def _of(self, row: RosterRow) -> tuple[RosterRow, tuple[FamilyKey, ...], frozenset[Hashable] | None]:
        known = self._rows.get(row.row)
        if known is None or known[0] is not row:
            known = (row, tuple(_family_keys(row.values)) if row.values else (), None)
            self._rows[row.row] = known
        return known


def _family_keys(child: RosterChild) -> Iterable[FamilyKey]:
    carers = carers_of(child)
    phones = {phone for phone in (child.phone, *(carer.facts.get("phone") for carer in carers)) if phone}
    ids = [number for carer in carers if (number := carer.facts.get("citizen_id"))]
    return family_keys([carer.name for carer in carers], sorted(phones), ids)


def find_families(rows: Sequence[RosterRow], register: Register, index: Index) -> dict[int, Family]:
    """The rows whose caregivers are known in the register or earlier in the file.

    A contact that more rows share than a family has children is a village doctor's or an office's.
    """
    shared = Counter(key for row in rows for key in index.family_keys(row))
    seen: dict[FamilyKey, int] = {}
    found: dict[int, Family] = {}
    for row in rows:
        keys_of_row = [key for key in index.family_keys(row) if shared[key] <= FAMILY_AT_MOST]
        household = next((register.families[key] for key in keys_of_row if key in register.families), "")
        sibling = next((seen[key] for key in keys_of_row if key in seen), None)
        if household or sibling is not None:
            found[row.row] = Family(household, sibling)
        for key in keys_of_row:
            seen.setdefault(key, sibling or row.row)
    return found
