"""Whose record a row of a table is: the child of this station's register that the row names."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from zhaohu.i18n import _
from zhaohu.records import Child
from zhaohu.rules.identity import Problem, read_record_number
from zhaohu.rules.names import normalise_name
from zhaohu.rules.roster_child import RosterRow
from zhaohu.rules.roster_values import Level
from zhaohu.services.desk import Desk

KEYS = ("name", "birth_date", "id_number", "record_number")
"""The columns that tell whose record a row is, under their names in a roster."""


@dataclass(frozen=True, slots=True)
class Person:
    """A child of the register, as far as rows can name it."""

    id: str
    name: str
    birth_date: date
    citizen_id: str


@dataclass(frozen=True, slots=True)
class NotFoundReason:
    """Why no child, or no single one, was found: the key that it is about, and the reason."""

    field: str
    reason: str


class RegisterIndex:
    """The children of this station by everything that a row can name them by."""

    def __init__(self, desk: Desk, session: Session) -> None:
        self._by_number: dict[str, Person] = {}
        self._by_record: defaultdict[str, list[Person]] = defaultdict(list)
        self._by_name: defaultdict[tuple[str, date], list[Person]] = defaultdict(list)
        found = session.execute(
            select_columns(Child.id, Child.name, Child.birth_date, Child.citizen_id, Child.health_record_no).where(  # type: ignore[call-overload]
                col(Child.owner) == desk.site.code, col(Child.deleted_at).is_(None)
            )
        )
        for child_id, name, born, number, record in found:
            person = Person(child_id, name, born, number or "")
            self._by_name[normalise_name(name), born].append(person)
            if number:
                self._by_number[number] = person
            if record:
                self._by_record[record].append(person)

    def find(self, row: RosterRow) -> Person | NotFoundReason:
        """The one child that a row names; by its id or record number, else by name and birth date."""
        numbered = self._numbered(row)
        if numbered is not None:
            return numbered if isinstance(numbered, NotFoundReason) else _agreeing(row, numbered)
        if row.values is None:
            return next(
                NotFoundReason(issue.field, issue.reason) for issue in row.issues if issue.level is Level.REFUSED
            )
        alike = self._by_name.get((normalise_name(row.values.name), row.values.birth_date), [])
        given = row.values.id_number or ""
        alike = [one for one in alike if not given or one.citizen_id in ("", given)]
        if not alike:
            reason = _("No child of this name and birth date is in this station's register.")
            return NotFoundReason("name", reason)
        if len(alike) > 1:
            reason = _("Several children of the register have this name and birth date: add the id number.")
            return NotFoundReason("name", reason)
        return alike[0]

    def _numbered(self, row: RosterRow) -> Person | NotFoundReason | None:
        """The child whose number the row has; None when it has none that the register knows."""
        number = (row.values.id_number if row.values else None) or row.typed_id
        if number in self._by_number:
            return self._by_number[number]
        record = read_record_number(row.typed.get("record_number", ""))
        found = [] if isinstance(record, Problem) else self._by_record.get(record, [])
        if len(found) > 1:
            return NotFoundReason("record_number", _("Several children of the register have this record number."))
        return found[0] if found else None


def _agreeing(row: RosterRow, person: Person) -> Person | NotFoundReason:
    """A child found by a number; its name or its birth date must be the row's too, else the number is a slip."""
    typed = row.typed.get("name", "")
    same_name = normalise_name(typed) == normalise_name(person.name)
    same_day = row.values is not None and row.values.birth_date == person.birth_date
    if same_name or (same_day and not typed):
        return person
    reason = _("The number is that of {name} in the register, not of this name.")
    return NotFoundReason("name", reason.format(name=person.name))
