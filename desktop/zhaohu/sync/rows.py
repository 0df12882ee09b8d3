"""Records as they travel: one line of canonical JSON each, its hash, and the digest of a whole table.

A line holds `table`, `id`, `rev`, `epoch`, `seq`, `deleted`, `was` (hash of the version last receipted; absent when
there is none) and `fields`: every column but the id, empty ones left out, booleans as booleans, all else as stored. The
hash of a row is SHA-256 over the canonical JSON of `{"fields", "id", "table"}`, in hex.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from types import UnionType
from typing import Annotated, Any, NamedTuple, NotRequired, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter, ValidationError, create_model
from pydantic import Field as Limited
from pydantic.fields import FieldInfo
from sqlalchemy import Boolean, Connection, CursorResult
from sqlmodel import SQLModel
from typing_extensions import TypedDict

from zhaohu.records import SYNCED_TABLES
from zhaohu.records.base import Owned
from zhaohu.store.audit import canonical_json
from zhaohu.sync import canonical

_MODULUS = 2**256
_BATCH = 2000
_NUMBER_CODE = Annotated[int, Limited(ge=0, le=999)]
_TEXT_CODE = Annotated[str, Limited(pattern="^[A-Za-z0-9_.-]{1,40}$")]

_Whole = Annotated[int, Limited(ge=-canonical.LARGEST, le=canonical.LARGEST)]
_Count = Annotated[int, Limited(ge=1, le=canonical.LARGEST)]


class _Read(TypedDict):
    """A line as it may come from outside; its parts in the order of canonical JSON."""

    __pydantic_config__ = ConfigDict(strict=True, extra="forbid", hide_input_in_errors=True)  # type: ignore[misc]

    deleted: bool
    epoch: Annotated[str, StringConstraints(pattern="^[0-9a-f]{32}$")]
    fields: dict[str, Annotated[str | bool | _Whole, Limited(union_mode="left_to_right")]]
    id: Annotated[str, StringConstraints(pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    rev: _Count
    seq: _Count
    table: str
    was: NotRequired[Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]]


_READ = TypeAdapter(_Read).validator


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
        """Name of the first field that is missing, or whose type or range does not fit; None when all do."""
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


class Line(NamedTuple):
    """One record of a payload, read and found to be in canonical form."""

    table: str
    id: str
    rev: int
    epoch: str
    seq: int
    deleted: bool
    was: str | None
    fields: dict[str, Any]
    content: str

    @property
    def fields_json(self) -> str:
        """The fields in canonical JSON."""
        start = self.content.index('"fields":') + len('"fields":')
        return self.content[start : self.content.rindex(',"id":"')]

    @property
    def digest(self) -> str:
        """Hash of the row, in hex."""
        return row_digest(self.table, self.id, self.fields_json)

    def text(self) -> str:
        """The line in canonical JSON."""
        return self.content


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
    fields: dict[str, Any] = {
        name: _incoming(field, nullable=bool(table.columns[name].nullable))
        for name, field in record.model_fields.items()
    }
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


def _incoming(field: FieldInfo, *, nullable: bool) -> tuple[Any, Any]:
    """Type and default of a field of a record from outside; a default for one that must be there would be made up."""
    kind = _open_list(field.annotation)
    if nullable:
        return kind, field
    return (Annotated[(kind, *field.metadata)] if field.metadata else kind), ...


def _open_list(kind: Any) -> Any:
    """The type of a field; a list of codes is left open, so that what a newer version adds to it is kept."""
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _NUMBER_CODE if issubclass(kind, int) else _TEXT_CODE
    parts = get_args(kind)
    return Union[tuple(map(_open_list, parts))] if get_origin(kind) in (Union, UnionType) else kind  # noqa: UP007


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
    raw = _READ.validate_json(data)
    fields = raw["fields"]
    if raw["table"] not in shapes() or [*fields] != sorted(fields) or canonical.in_order(raw) != data:
        raise ValueError("not canonical")
    return _line(raw, data.decode("utf-8"))


def staged_line(text: str) -> Line:
    """A line that `read_line` has accepted before."""
    return _line(canonical.loads(text), text)


def _line(raw: Any, text: str) -> Line:
    return Line(
        raw["table"],
        raw["id"],
        raw["rev"],
        raw["epoch"],
        raw["seq"],
        raw["deleted"],
        raw.get("was"),
        raw["fields"],
        text,
    )


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


def fields_sql(shape: Shape, alias: str) -> str:
    """SQL for the fields of a stored row as canonical JSON: made where the row is read, several times as fast."""

    def part(place: int, name: str) -> str:
        value = f'{alias}."{name}"'
        text = f"CASE WHEN {value} THEN 'true' ELSE 'false' END" if place in shape.booleans else f"json_quote({value})"
        return f"CASE WHEN {value} IS NULL THEN '' ELSE ',\"{name}\":' || {text} END"

    parts = " || ".join(part(place, name) for place, name in enumerate(shape.columns))
    return f"'{{' || ltrim({parts}, ',') || '}}'"


def stored_rows(connection: Connection, shape: Shape, owner: str) -> Iterator[tuple[str, str]]:
    """Id and fields (canonical JSON) of every record of a table that `owner` owns."""
    return _each(
        connection.exec_driver_sql(
            f"SELECT id, {fields_sql(shape, 't')} FROM {shape.name} t WHERE owner = ?",  # noqa: S608 - our own names
            (owner,),
        )
    )


def journalled_rows(connection: Connection, shape: Shape, owner: str) -> Iterator[tuple[str, State, str]]:
    """Id, state and fields of every record of a table that `owner` ever made here, by id; `{}` for deleted ones."""
    rows = connection.exec_driver_sql(
        "SELECT j.row_id, j.rev, j.epoch, j.seq, j.deleted, j.was, "  # noqa: S608 - names are our own
        f"CASE WHEN j.deleted THEN '{{}}' ELSE {fields_sql(shape, 't')} END "
        f"FROM journal j LEFT JOIN {shape.name} t ON t.id = j.row_id AND t.owner = ? "
        "WHERE j.table_name = ? AND j.owned ORDER BY j.row_id",
        (owner, shape.name),
    )
    for row_id, rev, epoch, seq, deleted, was, fields in _each(rows):
        yield row_id, State(rev, epoch, seq, bool(deleted), was), fields


def _each(rows: CursorResult[Any]) -> Iterator[Any]:
    """Row by row, so many read at a time."""
    while batch := rows.fetchmany(_BATCH):
        yield from batch
