"""Two versions of one record beside each other, for a person who has to choose: plain values."""

from __future__ import annotations

import json
from dataclasses import dataclass

from zhaohu.i18n import _
from zhaohu.services.exchange.field_words import field_words, shown
from zhaohu.services.exchange.record_words import kind_words

_NOT_COMPARED = frozenset({"owner", "extra", "recorded_at", "recorded_by"})
_TITLED_BY = {"village": "name", "caregiver": "name", "teacher": "name", "parenting_class": "topic"}
"""What tells records apart that hang on no child."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that is not the same; numbers of persons are masked, an empty text stands for nothing."""

    field: str
    words: str
    here: str
    there: str


@dataclass(frozen=True, slots=True)
class Side:
    """Who recorded it first, and when: no version tells its change. `there` is False without such a record here."""

    there: bool
    recorded_at: str = ""
    recorded_by: str = ""


def side(fields: str | None) -> Side:
    """What to say of a version as such."""
    if not fields:
        return Side(False)
    values = json.loads(fields)
    return Side(True, str(values.get("recorded_at", "")), str(values.get("recorded_by", "")))


def record_words(table: str, here: str | None, there: str | None) -> str:
    """The kind of a record, and which one it is where it hangs on no child, from its two versions."""
    kind, column = kind_words(table), _TITLED_BY.get(table, "")
    name = json.loads(here or there or "{}").get(column)
    return _("{kind}: {name}").format(kind=kind, name=name) if name else kind


def differences(table: str, here: str | None, there: str | None) -> tuple[Difference, ...]:
    """Field by field, from two versions in canonical JSON; those that only one side has are told as a whole."""
    left, right = json.loads(here or "{}"), json.loads(there or "{}")
    names = sorted((left.keys() | right.keys()) - _NOT_COMPARED)
    return tuple(
        Difference(
            name, field_words(table, name), shown(table, name, left.get(name)), shown(table, name, right.get(name))
        )
        for name in names
        if left.get(name) != right.get(name)
    )
