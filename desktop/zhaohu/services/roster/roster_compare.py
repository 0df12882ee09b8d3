"""A row of a roster beside the child of the register that it is: what is lacking there, and what is otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from zhaohu.records import Caregiver
from zhaohu.records.codes import Sex
from zhaohu.rules.names import normalise_name
from zhaohu.rules.roster_child import RosterChild
from zhaohu.services.roster.roster_carers import FATHER, MOTHER, RosterCarer, carers_of
from zhaohu.services.roster.roster_register import KnownFamily

CHILD_COLUMNS = {
    "id_number": ("id_number", "citizen_id"),
    "birth_time": ("birth_time", "birth_time"),
    "birth_certificate": ("birth_certificate", "birth_certificate_no"),
    "record_number": ("record_number", "health_record_no"),
    "handbook_number": ("handbook_number", "handbook_no"),
    "ethnicity": ("ethnicity", "ethnicity"),
    "gestation": ("gestation_days", "gestation_days"),
    "birth_weight": ("birth_weight_g", "birth_weight_g"),
    "birth_length": ("birth_length_mm", "birth_length_mm"),
    "birth_order": ("birth_order", "birth_order"),
    "delivery": ("delivery", "delivery"),
    "plurality": ("plurality", "plurality"),
    "birth_place": ("birth_place", "birth_place"),
    "discharge_date": ("discharge_date", "discharged_on"),
    "residence": ("residence", "residence"),
    "came_from": ("came_from", "came_from"),
}
"""Field of the roster: attribute of `RosterChild`, column of `Child`."""

HOUSEHOLD_FIELDS = ("county", "township", "address", "registered_address", "care_difficulty")
"""Fields that a roster, a `RosterChild` and a `Household` name alike."""

_UNKNOWN_SEX = (Sex.UNKNOWN, Sex.NOT_STATED)


@dataclass(frozen=True, slots=True)
class Change:
    """A value of the roster that the register lacks, or has otherwise (`before`).

    Args:
        field: The roster's field.
        table: Where it belongs; `village` is a household's village by name.
        record_id: The record; empty for a caregiver who is not there yet.
        column: Of that record.
        value: What the roster says.
        before: What the register says; None for nothing.
    """

    field: str
    table: Literal["child", "household", "caregiver", "village"]
    record_id: str
    column: str
    value: object
    before: object = None


def compare(said: RosterChild, known: KnownFamily) -> tuple[list[Change], list[Change]]:
    """What the register lacks, and what it says otherwise."""
    found = [*_of_child(said, known), *_of_household(said, known)]
    for carer in carers_of(said):
        found += _of_carer(carer, known)
    return [one for one in found if one.before is None], [one for one in found if one.before is not None]


def is_shut(known: KnownFamily, lacks: Iterable[Change]) -> bool:
    """Whether what the register lacks cannot be filled now: it is only to look at."""
    return known.frozen or (known.frozen_home and any(one.table != "child" for one in lacks))


def _of_child(said: RosterChild, known: KnownFamily) -> Iterator[Change]:
    child = known.child
    if said.sex not in _UNKNOWN_SEX and said.sex is not child.sex:
        before = None if child.sex in _UNKNOWN_SEX else child.sex
        yield Change("sex", "child", child.id, "sex", said.sex, before)
    for field, (attribute, column) in CHILD_COLUMNS.items():
        value, before = getattr(said, attribute), getattr(child, column)
        if value is not None and value != before:
            yield Change(field, "child", child.id, column, value, before)


def _of_household(said: RosterChild, known: KnownFamily) -> Iterator[Change]:
    household = known.household
    for field in HOUSEHOLD_FIELDS:
        value, before = getattr(said, field), getattr(household, field) or None
        if value and not (before and _is_part(value, before)):
            yield Change(field, "household", household.id, field, value, before)
    if said.village and not (known.village and _is_part(said.village, known.village)):
        yield Change("village", "village", household.id, "village_id", said.village, known.village or None)


def _is_part(one: str, other: str) -> bool:
    """土山河村380号 is part of 岚山区巨峰镇土山河村380号: the same, written shorter."""
    a, b = "".join(one.split()), "".join(other.split())
    return a in b or b in a


def _of_carer(said: RosterCarer, known: KnownFamily) -> Iterator[Change]:
    match = _match(said, known.caregivers)
    if match is None:
        yield Change(said.fields["name"], "caregiver", "", "name", said.name)
        return
    if normalise_name(match.name) != normalise_name(said.name):
        yield Change(said.fields["name"], "caregiver", match.id, "name", said.name, match.name)
        return
    for column, value in said.facts.items():
        before = getattr(match, column)
        if value == before or (column == "phone" and value in {carer.phone for carer in known.caregivers}):
            continue
        yield Change(said.fields[column], "caregiver", match.id, column, value, before)


def _match(said: RosterCarer, known: tuple[Caregiver, ...]) -> Caregiver | None:
    """The same caregiver: by name, or the family's only mother or father."""
    name = normalise_name(said.name)
    by_name = next((carer for carer in known if normalise_name(carer.name) == name), None)
    if by_name is not None or said.relation not in (MOTHER, FATHER):
        return by_name
    return next((carer for carer in known if carer.relation == said.relation), None)
