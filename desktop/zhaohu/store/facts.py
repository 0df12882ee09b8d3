"""What lists show, sort and find children by: derived from the records, made anew, kept, and compared.

Nothing here is recorded: everything can be made again from the records, and is whenever one of them changes.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from pydantic_core import to_json
from sqlalchemy import Connection
from sqlmodel import Session

from zhaohu.rules.schedule import Schedule
from zhaohu.store.deriving import COLUMNS, DUE_COLUMNS, REMOVED, Due, Facts, derive

_IDS = "(SELECT value FROM json_each(?))"
_PLACED = f"ON CONFLICT (child_id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in COLUMNS)}"


def kept(session: Session, child_ids: Collection[str]) -> dict[str, tuple[int, Facts]]:
    """The facts of these children as they are kept, with the child's short number."""
    ids, run = json.dumps(list(child_ids)), session.connection().exec_driver_sql
    lines = run(f"SELECT no, child_id, {', '.join(COLUMNS)} FROM child_facts WHERE child_id IN {_IDS}", (ids,)).all()  # noqa: S608
    numbers = json.dumps([line[0] for line in lines])
    keys: dict[int, str] = dict(run(f"SELECT no, keys FROM child_keys WHERE no IN {_IDS}", (numbers,)).all())  # noqa: S608
    due: defaultdict[int, set[Due]] = defaultdict(set)
    for no, *contact in run(
        f"SELECT no, {', '.join(DUE_COLUMNS)} FROM due_contact WHERE no IN {_IDS}",  # noqa: S608
        (numbers,),
    ):
        due[no].add(tuple(contact))
    return {
        line[1]: (
            line[0],
            Facts(line[1], tuple(line[2:]), _apart(keys.get(line[0], "")), frozenset(due[line[0]])),
        )
        for line in lines
    }


def refresh(session: Session, child_ids: Collection[str], schedule: Schedule) -> None:
    """Make the facts of these children anew and keep them; only what differs is written."""
    before = kept(session, child_ids)
    now = {facts.child_id: facts for facts in derive(session, child_ids, schedule)}
    changed = [facts for facts in now.values() if facts.child_id not in before or before[facts.child_id][1] != facts]
    gone = [one for child_id, one in before.items() if child_id not in now]
    if not changed and not gone:
        return
    connection = session.connection()
    if changed:
        lines = [(facts.child_id, *facts.line) for facts in changed]
        _insert(connection, "child_facts", ("child_id", *COLUMNS), lines, _PLACED)
    numbers = {child_id: no for child_id, (no, _facts) in before.items()}
    if len(before) < len(now):
        ids = json.dumps(list(now))
        numbers = dict(
            connection.exec_driver_sql(f"SELECT child_id, no FROM child_facts WHERE child_id IN {_IDS}", (ids,)).all()  # noqa: S608
        )
    nothing = Facts("", (REMOVED,), frozenset(), frozenset())
    pairs = [(numbers[facts.child_id], before.get(facts.child_id, (0, nothing))[1], facts) for facts in changed]
    _put_keys(connection, [*pairs, *((no, facts, nothing) for no, facts in gone)])
    _put_due(connection, pairs)
    if gone:
        of_them = (json.dumps([no for no, _facts in gone]),)
        for table in ("child_keys", "due_contact", "child_facts"):
            connection.exec_driver_sql(f"DELETE FROM {table} WHERE no IN {_IDS}", of_them)  # noqa: S608 - our own text


def differing(session: Session, child_ids: Collection[str], schedule: Schedule) -> list[str]:
    """Those of these children whose kept facts are not what the records say."""
    before = kept(session, child_ids)
    now = {facts.child_id: facts for facts in derive(session, child_ids, schedule)}
    return [
        child_id for child_id in before.keys() | now.keys() if before.get(child_id, (0, None))[1] != now.get(child_id)
    ]


def without_all_keys(session: Session) -> list[str]:
    """Children whose search keys are not those that are kept together for them."""
    rows = session.connection().exec_driver_sql(
        "SELECT f.child_id FROM child_facts f LEFT JOIN child_keys k ON k.no = f.no "
        "LEFT JOIN (SELECT no, count(*) AS n FROM search_key GROUP BY no) s ON s.no = f.no "
        "WHERE ifnull(s.n, 0) <> ifnull(length(k.keys) - length(replace(k.keys, char(10), '')), 0)"
    )
    return list(rows.scalars())


def forget(session: Session, child_ids: Collection[str]) -> None:
    """Take away what finds these children and what is due for them, and whatever belongs to no child."""
    of_them = "no NOT IN (SELECT no FROM child_facts) OR no IN (SELECT no FROM child_facts WHERE child_id IN {ids})"
    for table in ("search_key", "child_keys", "due_contact"):
        sql = f"DELETE FROM {table} WHERE {of_them.format(ids=_IDS)}"  # noqa: S608 - our own text
        session.connection().exec_driver_sql(sql, (json.dumps(list(child_ids)),))


def _together(keys: Iterable[str]) -> str:
    return "".join(f"\n{key}" for key in sorted(keys))


def _apart(text: str) -> frozenset[str]:
    return frozenset(text.split("\n")) - {""}


def _put_keys(connection: Connection, pairs: Sequence[tuple[int, Facts, Facts]]) -> None:
    gone, new, texts = [], [], []
    for no, before, now in pairs:
        former, shelf = before.shelf, now.shelf
        staying = before.keys & now.keys if former == shelf else frozenset()
        gone += [(former, key, no) for key in before.keys - staying]
        new += [(shelf, key, no) for key in now.keys - staying]
        if len(staying) < max(len(before.keys), len(now.keys)):
            texts.append((no, _together(now.keys)))
    _many(connection, "DELETE FROM search_key WHERE shelf = ? AND key = ? AND no = ?", gone)
    _insert(connection, "search_key", ("shelf", "key", "no"), sorted(new))
    _insert(connection, "child_keys", ("no", "keys"), texts, "ON CONFLICT (no) DO UPDATE SET keys = excluded.keys")


def _put_due(connection: Connection, pairs: Sequence[tuple[int, Facts, Facts]]) -> None:
    gone = [(no, contact[0]) for no, before, now in pairs for contact in before.due - now.due]
    new = [(no, *contact) for no, before, now in pairs for contact in now.due - before.due]
    _many(connection, "DELETE FROM due_contact WHERE no = ? AND contact = ?", gone)
    _insert(connection, "due_contact", ("no", *DUE_COLUMNS), sorted(new))


def _many(connection: Connection, sql: str, rows: Sequence[tuple[object, ...]]) -> None:
    if rows:
        connection.exec_driver_sql(sql, list(rows))


def _insert(
    connection: Connection, table: str, columns: Sequence[str], rows: Sequence[tuple[object, ...]], conflict: str = ""
) -> None:
    """All rows in one statement: the driver is several times as slow with values one by one, most with empty ones."""
    if rows:
        values = ", ".join(f"value ->> {place}" for place in range(len(columns)))
        connection.exec_driver_sql(
            f"INSERT INTO {table} ({', '.join(columns)}) "  # noqa: S608 - our own text
            f"SELECT {values} FROM jsonb_each(?) WHERE true {conflict}",
            (to_json(rows).decode("utf-8"),),
        )
