"""The caregivers that a row of a roster names: mother, father, and a guardian who is neither."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from zhaohu.rules.names import normalise_name
from zhaohu.rules.roster_child import RosterChild

FATHER, MOTHER, OTHER_RELATIVE = "51", "52", "97"
_RELATIONS = {"mother": MOTHER, "father": FATHER, "guardian": OTHER_RELATIVE}
_PARTS = {
    "phone": "phone",
    "citizen_id": "id",
    "birth_date": "birth_date",
    "education": "education",
    "occupation": "occupation",
}
"""Columns of a caregiver, and the part of the roster's fields that fills them: mother_id, father_phone."""
_FIELDS = {
    who: {"name": f"{who}_name", **{column: f"{who}_{part}" for column, part in _PARTS.items()}} for who in _RELATIONS
}


@dataclass(frozen=True, slots=True)
class RosterCarer:
    """A caregiver of a roster.

    Args:
        facts: Columns of the record that the row knows.
        fields: Which field of the roster gave each column, and the name.
    """

    name: str
    relation: str
    is_main: bool
    facts: Mapping[str, Any]
    fields: Mapping[str, str]


def carers_of(child: RosterChild) -> list[RosterCarer]:
    """The caregivers, the main one first.

    A guardian with the mother's or father's name is that parent. A telephone that is nobody's by its heading is the
    main caregiver's: the guardian's if one is named, else the mother's.
    """
    found: list[tuple[str, str, dict[str, Any], dict[str, str]]] = []
    main = 0
    for who, fields in _FIELDS.items():
        name = getattr(child, fields["name"])
        if not name:
            continue
        facts = dict(_facts(child, fields))
        plain = normalise_name(name) if found else ""
        same = next((place for place, one in enumerate(found) if normalise_name(one[0]) == plain), None)
        if same is None:
            relation = child.guardian_relation if who == "guardian" else None
            found.append((name, relation or _RELATIONS[who], facts, fields))
        else:
            parent = found[same]
            own = {column: fields[column] for column in facts.keys() - parent[2].keys()}
            found[same] = (parent[0], parent[1], {**facts, **parent[2]}, {**parent[3], **own})
        if who == "guardian":
            main = len(found) - 1 if same is None else same
    if found and child.phone and "phone" not in found[main][2]:
        name, relation, facts, fields = found[main]
        found[main] = (name, relation, {**facts, "phone": child.phone}, {**fields, "phone": "phone"})
    ordered = [*found[main : main + 1], *found[:main], *found[main + 1 :]]
    return [
        RosterCarer(name, relation, place == 0, facts, fields)
        for place, (name, relation, facts, fields) in enumerate(ordered)
    ]


def _facts(child: RosterChild, fields: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    for column, field in fields.items():
        if column != "name" and field != "guardian_phone" and (value := getattr(child, field)) is not None:
            yield column, value
