"""Records as they travel: one line of canonical JSON each, its hash, and the digest of a whole table.

A line holds `table`, `id`, `rev`, `epoch`, `seq`, `deleted`, `was` (hash of the version last receipted; absent when
there is none) and `fields`: every column but the id, empty ones left out, booleans as booleans, all else as stored. The
hash of a row is SHA-256 over the canonical JSON of `{"fields", "id", "table"}`, in hex.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError, create_model
from sqlalchemy import Boolean, Connection
from sqlmodel import SQLModel

from zhaohu.records import SYNCED_TABLES
from zhaohu.records.base import Owned
from zhaohu.store.audit import canonical_json
from zhaohu.sync import canonical

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_EPOCH = re.compile(r"[0-9a-f]{32}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_KEYS = frozenset({"deleted", "epoch", "fields", "id", "rev", "seq", "table"})
_MODULUS = 2**256
_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Shape:
    """What there is to know about a synced table.

    Attributes:
        columns: All but the id, in the order of canonical JSON; `names` is the same as a set.
        booleans: Places of boolean columns in `columns`.
        references: Column to the table whose id it holds.
        unique: Columns whose value no two records share.
        child: The column that names the child on which a record hangs.
    """

    name: str
    columns: tuple[str, ...]
    names: frozenset[str]
    booleans: tuple[int, ...]
    references: tuple[tuple[str, str], ...]
    unique: tuple[str, ...]
    child: str | None
    model: type[BaseModel]

    def invalid_field(self, row_id: str, fields_json: str) -> str | None:
        """Name of the first field whose type or range does not fit; None when all do."""
        try:
            whole = f'{{"id":"{row_id}"{"," if len(fields_json) > 2 else ""}{fields_json[1:]}'
            self.model.__pydantic_validator__.validate_json(whole)
        except ValidationError as error:
            place = error.errors(include_input=False, include_url=False, include_context=False)[0]["loc"]
            return str(place[0]) if place else ""
        return None


class State(NamedTuple):
    """A record's line in the journal."""

    rev: int
    epoch: str
    seq: int
    deleted: bool
    was: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """One record of a payload, read and found to be in canonical form."""

    table: str
    id: str
    rev: int
    epoch: str
    seq: int
    deleted: bool
    was: str | None
    fields: dict[str, Any]
    fields_json: str
    digest: str

    def text(self) -> str:
        """The line in canonical JSON."""
        state = State(self.rev, self.epoch, self.seq, self.deleted, self.was)
        return line_text(self.table, self.id, state, self.fields_json)


def line_text(table: str, row_id: str, state: State, fields: str) -> str:
    """A line in canonical JSON, from its parts; `fields` is canonical JSON already."""
    rev, epoch, seq, deleted, was = state
    was_part = f',"was":"{was}"' if was else ""
    return (
        f'{{"deleted":{"true" if deleted else "false"},"epoch":"{epoch}","fields":{fields},"id":"{row_id}",'
        f'"rev":{rev},"seq":{seq},"table":"{table}"{was_part}}}'
    )


def _shape(record: type[Owned]) -> Shape:
    table = SQLModel.metadata.tables[str(record.__tablename__)]
    columns = tuple(sorted(column.name for column in table.columns if column.name != "id"))
    fields: dict[str, Any] = {n: (f.annotation, f) for n, f in record.model_fields.items()}
    config = ConfigDict(strict=True, extra="forbid", hide_input_in_errors=True)
    child = {"child": "id"}.get(table.name, "child_id" if "child_id" in columns else None)
    return Shape(
        table.name,
        columns,
        frozenset(columns),
        tuple(i for i, name in enumerate(columns) if isinstance(table.columns[name].type, Boolean)),
        tuple((key.parent.name, key.column.table.name) for key in sorted(table.foreign_keys, key=str)),
        tuple(column.name for column in table.columns if column.unique),
        child,
        create_model(f"Incoming{record.__name__}", __config__=config, **fields),
    )


@lru_cache(maxsize=1)
def shapes() -> dict[str, Shape]:
    """All synced tables by name, parents before children."""
    return {str(record.__tablename__): _shape(record) for record in SYNCED_TABLES}


def fields_json(shape: Shape, values: tuple[Any, ...]) -> str:
    """The fields of a stored row, whose values come in the order of `shape.columns`, as canonical JSON."""
    fields = {name: value for name, value in zip(shape.columns, values, strict=True) if value is not None}
    for place in shape.booleans:
        name = shape.columns[place]
        if name in fields:
            fields[name] = bool(fields[name])
    return canonical_json(fields)


def row_digest(table: str, row_id: str, fields: str) -> str:
    """Hash of a row, in hex."""
    return hashlib.sha256(f'{{"fields":{fields},"id":"{row_id}","table":"{table}"}}'.encode()).hexdigest()


def read_line(data: bytes) -> Line:
    """One line of a payload from outside.

    Raises:
        ValueError: It is not a record in canonical form.
    """
    raw = canonical.loads(data)
    if not isinstance(raw, dict) or not raw.keys() - {"was"} == _KEYS:
        raise ValueError("keys")
    table, row_id, fields, was = raw["table"], raw["id"], raw["fields"], raw.get("was")
    if not isinstance(table, str) or table not in shapes() or not _is(_UUID, row_id):
        raise ValueError("which record")
    if not _is(_EPOCH, raw["epoch"]) or not (was is None or _is(_DIGEST, was)) or type(raw["deleted"]) is not bool:
        raise ValueError("state")
    if not canonical.whole(raw["rev"]) or not canonical.whole(raw["seq"]) or raw["rev"] < 1 or raw["seq"] < 1:
        raise ValueError("number")
    if not isinstance(fields, dict) or not all(map(_plain, fields.values())):
        raise ValueError("fields")
    line = _line(raw, canonical_json(fields))
    if line.text().encode("utf-8") != data:
        raise ValueError("not canonical")
    return line


def staged_line(text: str) -> Line:
    """A line that `read_line` has accepted before."""
    start = text.index('"fields":') + len('"fields":')
    return _line(canonical.loads(text), text[start : text.rindex(',"id":"')])


def _line(raw: dict[str, Any], fields_text: str) -> Line:
    table, row_id = raw["table"], raw["id"]
    digest = row_digest(table, row_id, fields_text)
    state = State(raw["rev"], raw["epoch"], raw["seq"], raw["deleted"], raw.get("was"))
    return Line(table, row_id, *state, raw["fields"], fields_text, digest)


def _plain(value: object) -> bool:
    return isinstance(value, str | bool) or canonical.whole(value)


def _is(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


@dataclass(slots=True)
class TableSum:
    """Digest of a table: how many rows, and the sum of their hashes modulo 2^256."""

    rows: int = 0
    total: int = 0

    def add(self, digest: str) -> None:
        """Count a row in."""
        self.rows += 1
        self.total = (self.total + int(digest, 16)) % _MODULUS

    def value(self) -> dict[str, int | str]:
        """As the manifest has it."""
        return {"rows": self.rows, "sum": f"{self.total:064x}"}


def stored_rows(connection: Connection, shape: Shape, owner: str) -> Iterator[tuple[str, str]]:
    """Id and fields (canonical JSON) of every record of a table that `owner` owns."""
    columns = ", ".join(f'"{name}"' for name in shape.columns)
    rows = connection.exec_driver_sql(
        f"SELECT id, {columns} FROM {shape.name} WHERE owner = ?",  # noqa: S608 - names are our own
        (owner,),
    )
    while batch := rows.fetchmany(_BATCH):
        for row in batch:
            yield row[0], fields_json(shape, tuple(row[1:]))


def journalled_rows(connection: Connection, shape: Shape, owner: str) -> Iterator[tuple[str, State, str]]:
    """Id, state and fields of every record of a table that `owner` ever made here, by id; `{}` for deleted ones."""
    columns = ", ".join(f't."{name}"' for name in shape.columns)
    rows = connection.exec_driver_sql(
        f"SELECT j.row_id, j.rev, j.epoch, j.seq, j.deleted, j.was, {columns} "  # noqa: S608 - names are our own
        f"FROM journal j LEFT JOIN {shape.name} t ON t.id = j.row_id AND t.owner = ? "
        "WHERE j.table_name = ? AND j.owned ORDER BY j.row_id",
        (owner, shape.name),
    )
    while batch := rows.fetchmany(_BATCH):
        for row in batch:
            state = State(row[1], row[2], row[3], bool(row[4]), row[5])
            yield row[0], state, "{}" if state.deleted else fields_json(shape, tuple(row[6:]))
