"""Which children's derived facts are out of date: triggers note it with whatever changes a record, by whatever way.

Facts for lists, search keys, due contacts and growth scores follow from the records. Whoever ends a transaction makes
those of the noted children anew (`services.derived`), so nobody who changes a record has to think of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sqlmodel import Session

if TYPE_CHECKING:
    from sqlalchemy import Connection, CursorResult

_NOTE = "INSERT INTO stale_child (child_id) {which} ON CONFLICT (child_id) DO NOTHING;"
_OF_CHILD = (
    "visit", "measurement", "growth_score", "transfer", "child_risk", "consent",
    "extra_contact", "appointment", "attempt", "follow_up",
)  # fmt: skip
"""Tables whose `child_id` says whom a row is about, as far as facts follow from them."""
_FOLLOW = 'UPDATE growth_score SET child_id = NEW.child_id WHERE "key" = NEW.id AND child_id <> NEW.child_id;'
"""A kept grade is found by its measurement; whose it is goes with that, for lists and figures."""
_LINE = """
INSERT INTO child_facts (child_id, shelf, status, owner, sex, birth_date, registered_on, gestation_days, birth_weight_g,
    record_no, village_id, name_key, caregiver_key, risks, sooner, growth, asked, refused, released_to)
SELECT NEW.id, CASE WHEN NEW.deleted_at IS NOT NULL THEN 2 ELSE NEW.status <> 'active' END, NEW.status, NEW.owner,
    NEW.sex, NEW.birth_date, NEW.registered_on, NEW.gestation_days, NEW.birth_weight_g,
    '', '', NEW.name, '', '', 0, '', 0, '', '' WHERE true
ON CONFLICT (child_id) DO NOTHING;
"""

_AT_RISK = "SELECT child_id FROM child_facts WHERE risks <> '' AND {row}.key = 'schedule.high_risk'"
"""Whom a district's own plan for high-risk children concerns."""


def _of(expression: str) -> str:
    return _NOTE.format(which=f"SELECT {expression} WHERE true")


def _of_household(expression: str) -> str:
    return _NOTE.format(which=f"SELECT id FROM child WHERE household_id = {expression}")  # noqa: S608 - our own text


def _triggers() -> Iterator[tuple[str, str, str]]:
    """Table, event and what is done after it."""
    yield "child", "INSERT", _LINE + _of("NEW.id")
    yield "child", "UPDATE", _of("NEW.id")
    yield "child", "DELETE", _of("OLD.id")
    yield "household", "UPDATE", _of_household("NEW.id")
    yield "household", "DELETE", _of_household("OLD.id")
    yield "caregiver", "INSERT", _of_household("NEW.household_id")
    yield "caregiver", "UPDATE", _of_household("NEW.household_id") + _of_household("OLD.household_id")
    yield "caregiver", "DELETE", _of_household("OLD.household_id")
    for event, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
        yield "district_data", event, _NOTE.format(which=_AT_RISK.format(row=row))
    for table in _OF_CHILD:
        yield table, "INSERT", _of("NEW.child_id")
        follow = _FOLLOW if table == "measurement" else ""
        yield table, "UPDATE", _of("NEW.child_id") + _of("OLD.child_id") + follow
        yield table, "DELETE", _of("OLD.child_id")


def install_triggers(connection: Connection) -> None:
    """Make the triggers anew; needed after every migration, since a rebuilt table loses its own."""
    for table, event, then in _triggers():
        name = _name(table, event)
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        connection.exec_driver_sql(f"CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {then} END")


def missing_triggers(connection: Connection) -> set[str]:
    """Names of triggers that the database should have and has not."""
    found = set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars())
    return {_name(table, event) for table, event, _then in _triggers()} - found


def _name(table: str, event: str) -> str:
    return f"{table}_stale_{event.lower()}"


def stale(session: Session, limit: int = -1) -> list[str]:
    """Children whose facts are out of date, the oldest first; at most so many."""
    return list(_run(session, "SELECT child_id FROM stale_child ORDER BY child_id LIMIT ?", limit).scalars())


def count_stale(session: Session) -> int:
    """How many children's facts are out of date."""
    return int(_run(session, "SELECT count(*) FROM stale_child").scalar_one())


def note(session: Session, child_ids: Sequence[str]) -> None:
    """Say that these children's facts are out of date."""
    rows = [(child_id,) for child_id in child_ids]
    if rows:
        session.connection().exec_driver_sql(_NOTE.format(which="VALUES (?)"), rows)


def note_all(session: Session) -> None:
    """Say so of every child: the rules by which facts are made are others now."""
    _run(session, _NOTE.format(which="SELECT id FROM child WHERE true"))


def done(session: Session, child_ids: Sequence[str]) -> None:
    """These children's facts were made anew."""
    rows = [(child_id,) for child_id in child_ids]
    session.connection().exec_driver_sql("DELETE FROM stale_child WHERE child_id = ?", rows)


def _run(session: Session, sql: str, *values: object) -> CursorResult[Any]:
    return session.connection().exec_driver_sql(sql, values)
