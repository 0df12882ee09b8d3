"""Kept growth scores: which are missing or out of date, which were made by other rules, and putting them in place.

A score belongs to a measurement, or to the facts of birth in the register. It remembers what it was made from (its
basis), so whatever changes a record, by whatever way, shows that its score is out of date: nothing has to be told.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

_MEASURED = """
SELECT m.id AS "key", m.child_id, m.measured_on, c.birth_date, c.sex, c.gestation_days,
       m.weight_g, m.length_mm, m.head_mm, m.position, m.oedema,
       c.deleted_at IS NULL AND m.deleted_at IS NULL AND (m.visit_id IS NULL OR (
           NOT EXISTS (SELECT 1 FROM visit v WHERE v.replaces_id = m.visit_id)
           AND NOT EXISTS (SELECT 1 FROM visit v WHERE v.id = m.visit_id AND v.deleted_at IS NOT NULL)
       )) AS counts
FROM measurement m JOIN child c ON c.id = m.child_id
"""
_BORN = """
SELECT c.id, c.id, c.birth_date, c.birth_date, c.sex, c.gestation_days,
       c.birth_weight_g, c.birth_length_mm, NULL, NULL, 0, c.deleted_at IS NULL
FROM child c WHERE (c.birth_weight_g IS NOT NULL OR c.birth_length_mm IS NOT NULL)
"""
_OF = "(SELECT value FROM json_each(?))"
_ALL = f"({_MEASURED} UNION ALL {_BORN})"
_SOME = f"({_MEASURED} WHERE m.child_id IN {_OF} UNION ALL {_BORN} AND c.id IN {_OF})"
_BASIS = (
    "printf('%s|%s|%s|%s|%s|%s|%s|%s|%s', s.birth_date, s.sex, s.gestation_days, s.measured_on, "
    "s.weight_g, s.length_mm, s.head_mm, s.position, s.oedema)"
)
_COLUMNS = (
    f's."key", s.child_id, s.measured_on, {_BASIS}, s.birth_date, s.sex, s.gestation_days, '
    "s.weight_g, s.length_mm, s.head_mm, s.position, s.oedema, s.counts"
)
_UNKEPT = f'LEFT JOIN growth_score g ON g."key" = s."key" WHERE g."key" IS NULL OR g.basis <> {_BASIS}'
_KEPT = f'JOIN growth_score g ON g."key" = s."key" AND g.basis = {_BASIS}'
_OTHER = "WHERE (g.engine <> ? OR g.tables <> ?)"
_STRAY = (
    'NOT EXISTS (SELECT 1 FROM measurement m WHERE m.id = growth_score."key") AND NOT EXISTS '
    '(SELECT 1 FROM child c WHERE c.id = growth_score."key" '
    "AND (c.birth_weight_g IS NOT NULL OR c.birth_length_mm IS NOT NULL))"
)
_NAMES = (
    "key", "child_id", "measured_on", "basis", "engine", "tables", "assessed",
    "wfa_status", "lhfa_status", "wfl_status", "bfa_status",
)  # fmt: skip
_QUOTED = tuple(f'"{name}"' for name in _NAMES)


@dataclass(frozen=True, slots=True)
class Source:
    """What a score is made from, as it is recorded now; `counts` is 0 when that was corrected or removed since."""

    key: str
    child_id: str
    measured_on: str
    basis: str
    birth_date: str
    sex: int
    gestation_days: int | None
    weight_g: int | None
    length_mm: int | None
    head_mm: int | None
    position: str | None
    oedema: int
    counts: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A score that fits what is recorded now."""

    engine: str
    tables: str
    assessed: str


@dataclass(frozen=True, slots=True)
class NewScore:
    """A score to be put in place; the fields are the table's."""

    key: str
    child_id: str
    measured_on: str
    basis: str
    engine: str
    tables: str
    assessed: str
    wfa_status: str | None
    lhfa_status: str | None
    wfl_status: str | None
    bfa_status: str | None


def children_without(session: Session) -> list[str]:
    """The children who have a measurement whose score is missing or out of date, or a score without measurement."""
    found = session.connection().exec_driver_sql(
        f"SELECT s.child_id FROM {_ALL} s {_UNKEPT} UNION SELECT child_id FROM growth_score WHERE {_STRAY} "  # noqa: S608
        "ORDER BY 1"
    )
    return list(found.scalars())


def without(session: Session, child_ids: Collection[str]) -> list[Source]:
    """What is to be scored for these children."""
    ids = json.dumps(list(child_ids))
    rows = session.connection().exec_driver_sql(f"SELECT {_COLUMNS} FROM {_SOME} s {_UNKEPT}", (ids, ids))  # noqa: S608
    return [_source(row) for row in rows]


def children_kept_otherwise(session: Session, engine: str, tables: str) -> list[str]:
    """The children with a score of other rules or tables than these."""
    if count_by_version(session).keys() <= {(engine, tables)}:
        return []
    found = session.connection().exec_driver_sql(
        f"SELECT DISTINCT s.child_id FROM {_ALL} s {_KEPT} {_OTHER} ORDER BY 1",  # noqa: S608 - our own text
        (engine, tables),
    )
    return list(found.scalars())


def kept_otherwise(
    session: Session, child_ids: Collection[str], engine: str, tables: str
) -> Iterator[tuple[Source, Kept]]:
    """The scores of these children that other rules or tables made, and what they were made from."""
    ids = json.dumps(list(child_ids))
    rows = session.connection().exec_driver_sql(
        f"SELECT {_COLUMNS}, g.engine, g.tables, g.assessed FROM {_SOME} s {_KEPT} {_OTHER} "  # noqa: S608 - our own text
        "ORDER BY s.child_id, s.measured_on",
        (ids, ids, engine, tables),
    )
    for row in rows:
        yield _source(row[:-3]), Kept(*row[-3:])


def count_by_version(session: Session) -> dict[tuple[str, str], int]:
    """How many scores there are of each pair of rules and tables."""
    rows = session.connection().exec_driver_sql(
        "SELECT engine, tables, count(*) FROM growth_score GROUP BY engine, tables ORDER BY engine, tables"
    )
    return {(engine, tables): n for engine, tables, n in rows}


def put(session: Session, scores: Iterable[NewScore]) -> None:
    """Put scores in place of those that were there; views are not told, for what they show is the same as a rule."""
    rows = [tuple(getattr(score, name) for name in _NAMES) for score in scores]
    if rows:
        session.connection().exec_driver_sql(
            f"INSERT OR REPLACE INTO growth_score ({', '.join(_QUOTED)}) VALUES ({', '.join('?' * len(_NAMES))})",  # noqa: S608
            rows,
        )


def carry_over(session: Session, former_visit_id: str, visit_id: str) -> None:
    """Give a corrected visit's measurements the scores of the former version; for what changed they are out of date."""
    names = ", ".join(f'g."{name}"' if name != "key" else "m.id" for name in _NAMES)
    session.connection().exec_driver_sql(
        f"INSERT INTO growth_score ({', '.join(_QUOTED)}) SELECT {names} FROM measurement m "  # noqa: S608 - our own text
        "JOIN measurement f ON f.measured_on = m.measured_on AND f.visit_id = ? "
        'JOIN growth_score g ON g."key" = f.id WHERE m.visit_id = ?',
        (former_visit_id, visit_id),
    )


def drop_strays(session: Session, child_ids: Collection[str]) -> None:
    """Take away these children's scores whose measurement is not there any more."""
    session.connection().exec_driver_sql(
        f"DELETE FROM growth_score WHERE child_id IN {_OF} AND {_STRAY}",  # noqa: S608 - our own text
        (json.dumps(list(child_ids)),),
    )


def _source(row: Sequence[Any]) -> Source:
    return Source(*row)
