"""Records as they travel: one line of canonical JSON each, its hash, and the digest of a whole table.

A line holds `table`, `id`, `rev`, `epoch`, `seq`, `deleted`, `was` (hash of the version last receipted; absent when
there is none) and `fields`: every column but the id, empty ones left out, booleans as booleans, all else as stored. The
hash of a row is SHA-256 over the canonical JSON of `{"fields", "id", "table"}`, in hex.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, NamedTuple, NotRequired

import msgspec
from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter, ValidationError, create_model
from pydantic import Field as Limited
from sqlalchemy import Boolean
from sqlmodel import SQLModel
from typing_extensions import TypedDict

from zhaohu.records import SYNCED_TABLES
from zhaohu.records.base import Owned
from zhaohu.store.audit import canonical_json
from zhaohu.sync import canonical, quick
from zhaohu.sync.values import incoming

_MODULUS = 2**256
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

    @property
    def keys(self) -> frozenset[str]:
        """The columns that say whose a record is and what it hangs on, and those that no two share."""
        hangs_on = {column for column, _parent in self.references}
        return frozenset({"owner", *hangs_on, *self.unique, *({self.child} if self.child else ())} - {"id"})

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


class Line(msgspec.Struct, eq=False, gc=False):
    """One record of a payload, read and found to be in canonical form.

    Attributes:
        data: The line itself.
        valid: Its fields, at least the key columns, when all were found to be what their table wants; None: not known.
        loose: Its fields once more, when somebody has asked for them.
    """

    table: str
    id: str
    rev: int
    epoch: str
    seq: int
    deleted: bool
    was: str | None
    data: bytes
    valid: Any
    loose: dict[str, Any] | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Line) and other.data == self.data

    @property
    def fields(self) -> dict[str, Any]:
        """The fields as plain values; of most lines nobody asks for them."""
        if self.loose is None:
            self.loose = canonical.loads(self.data)["fields"]
        return self.loose

    def value(self, column: str) -> Any:
        """A text in one of the key columns; None when it is absent."""
        if self.valid is None:
            return self.fields.get(column)
        found = getattr(self.valid, column)
        return None if found is msgspec.UNSET else found

    @property
    def fields_json(self) -> str:
        """The fields in canonical JSON."""
        start = self.data.index(b'"fields":') + len(b'"fields":')
        return self.data[start : self.data.rindex(b',"id":"')].decode("utf-8")

    @property
    def digest(self) -> str:
        """Hash of the row, in hex."""
        content = self.data[self.data.index(b'"fields":') : self.data.rindex(b',"rev":')]
        return hashlib.sha256(b'{%b,"table":"%b"}' % (content, self.table.encode("ascii"))).hexdigest()

    def staged(self) -> bytes | str:
        """To be kept for `staged_line`: bytes say that the fields are valid, so that nobody looks again."""
        return self.text() if self.valid is None else self.data

    def text(self) -> str:
        """The line in canonical JSON."""
        return self.data.decode("utf-8")


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
        name: incoming(name, field, nullable=bool(table.columns[name].nullable))
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
    head = quick.read(data, _readers())
    if head is not None:
        return _quick_line(head, data)
    raw = _READ.validate_json(data)
    fields = raw["fields"]
    if raw["table"] not in shapes() or [*fields] != sorted(fields) or canonical.in_order(raw) != data:
        raise ValueError("not canonical")
    return _line(raw, data)


def staged_line(content: bytes | str) -> Line:
    """A line that `read_line` has accepted before: what `Line.staged` gave, or its text."""
    if isinstance(content, bytes):
        return _quick_line(quick.read_keys(content, _key_readers()), content)
    data = content.encode("utf-8")
    return _line(canonical.loads(data), data)


def in_life(line: Line, epoch: str) -> Line:
    """The same version as one that was made in another life."""
    state = State(line.rev, epoch, line.seq, line.deleted, line.was)
    text = line_text(line.table, line.id, state, line.fields_json)
    return staged_line(text if line.valid is None else text.encode("utf-8"))


@lru_cache(maxsize=1)
def _readers() -> dict[str, quick.Reader]:
    return {name: quick.reader(shape.model) for name, shape in shapes().items()}


@lru_cache(maxsize=1)
def _key_readers() -> dict[str, quick.Reader]:
    return {name: quick.keys_reader(shape.keys) for name, shape in shapes().items()}


def _quick_line(head: quick.Head, data: bytes) -> Line:
    was = None if head.was is msgspec.UNSET else head.was
    return Line(head.table, head.id, head.rev, head.epoch, head.seq, head.deleted, was, data, head.fields)


def _line(raw: Any, data: bytes) -> Line:
    of_head = (raw["table"], raw["id"], raw["rev"], raw["epoch"], raw["seq"], raw["deleted"], raw.get("was"))
    return Line(*of_head, data, None, raw["fields"])


@dataclass(slots=True)
class TableSum:
    """Digest of a table: how many rows, and the sum of their hashes (bytes or hex) modulo 2^256."""

    rows: int = 0
    total: int = 0

    def add(self, digest: str | bytes) -> None:
        """Count a row in."""
        self.rows += 1
        self.total += int(digest, 16) if isinstance(digest, str) else int.from_bytes(digest, "big")

    def value(self) -> dict[str, int | str]:
        """As the manifest has it."""
        return {"rows": self.rows, "sum": f"{self.total % _MODULUS:064x}"}
