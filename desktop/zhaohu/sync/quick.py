"""The quick way to read a line: one look finds most to be in canonical form, and their fields to be what they must be.

Whatever does not pass is looked at again the thorough way, which alone says that something is wrong: so nothing is
refused here, and what passes is a subset of what would pass there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, get_args

import msgspec
from pydantic import BaseModel

from zhaohu.sync.canonical import LARGEST
from zhaohu.sync.values import OBJECTS, is_day, is_object

_COUNT = Annotated[int, msgspec.Meta(ge=1, le=LARGEST)]
_is_hash = re.compile(r"[0-9a-f]{64}").fullmatch
_is_id = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").fullmatch
_SAID_OF_ALL = {"type", "title", "description", "default"}


class Head(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """A line; its parts in the order of canonical JSON, its fields as their table wants them."""

    deleted: bool
    epoch: str
    fields: Any
    id: str
    rev: _COUNT
    seq: _COUNT
    table: str
    was: str | msgspec.UnsetType = msgspec.UNSET


class _Outside(Head, forbid_unknown_fields=True, gc=False):
    fields: msgspec.Raw


_HEAD = msgspec.json.Decoder(_Outside)
_encode = msgspec.json.Encoder().encode
Reader = msgspec.json.Decoder[Any]
"""Reads the fields of the records of one table."""


def reader(model: type[BaseModel]) -> Reader:
    """What reads fields that the model of a table's incoming records would accept, all but the id."""
    schema = model.model_json_schema()
    needed = set(schema["required"])
    fields: list[tuple[str, Any] | tuple[str, Any, Any]] = []
    for name, said in sorted(schema["properties"].items()):
        if name in needed - {"id"}:
            fields.append((name, _kind(said)))
        elif name != "id":
            fields.append((name, _kind(said) | msgspec.UnsetType, msgspec.UNSET))
    # Only by name, so that those which may be absent can stand before others.
    kind = msgspec.defstruct(model.__name__, fields, kw_only=True, forbid_unknown_fields=True, gc=False)
    return msgspec.json.Decoder(kind)


def keys_reader(columns: Iterable[str]) -> Reader:
    """What reads only these texts, of fields that a `reader` has taken before; None for those that are absent."""
    fields = [(name, str | None, None) for name in columns]
    return msgspec.json.Decoder(msgspec.defstruct("Keys", fields, gc=False))


def read(data: bytes, readers: Mapping[str, Reader]) -> Head | None:
    """A line whose fields are what their table wants; None: look at it the thorough way.

    Args:
        data: The line.
        readers: By table.
    """
    head = _parsed(data, readers)
    if head is None or not _plausible(head) or _encode(head) != data:
        return None
    for name in _objects(head.fields.__struct_fields__):
        text = getattr(head.fields, name)
        if text is not msgspec.UNSET and not is_object(text):
            return None
    kind: Any = type(head.fields)
    for name in _days(kind):
        day = getattr(head.fields, name)
        if day is not msgspec.UNSET and not is_day(day):
            return None
    return head


def read_keys(data: bytes, readers: Mapping[str, Reader]) -> Head:
    """A line that `read` has taken before, with only the fields that the readers take; of a deleted one, none."""
    head = _HEAD.decode(data)
    head.fields = readers[head.table].decode(head.fields)
    return head


def _parsed(data: bytes, readers: Mapping[str, Reader]) -> Head | None:
    try:
        head = _HEAD.decode(data)
        head.fields = readers[head.table].decode(head.fields)
    except (msgspec.DecodeError, KeyError, UnicodeError, RecursionError):
        return None
    return head


def _plausible(head: Head) -> bool:
    was = head.was
    return bool(_is_epoch(head.epoch) and _is_id(head.id) and (was is msgspec.UNSET or _is_hash(was)))


@lru_cache(maxsize=64)
def _is_epoch(text: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{32}", text) is not None


@lru_cache(maxsize=256)
def _objects(fields: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the fields that hold a JSON object as text."""
    return tuple(OBJECTS.intersection(fields))


@lru_cache(maxsize=256)
def _days(kind: type[msgspec.Struct]) -> tuple[str, ...]:
    """Those of the fields that hold a day."""
    return tuple(field.name for field in msgspec.structs.fields(kind) if date in (field.type, *get_args(field.type)))


def _kind(said: dict[str, Any]) -> Any:
    """The type that a field's JSON schema describes.

    Raises:
        AssertionError: It says something that this does not know: it would be overlooked.
    """
    for one in said.get("anyOf", ()):
        if one["type"] != "null":
            return _kind({**one, **{name: said[name] for name in said.keys() - {"anyOf"}}, "type": one["type"]})
    known, kind, limits = _SAID_OF_ALL, {"string": str, "integer": int, "boolean": bool}[said["type"]], {}
    if said["type"] == "string" and said.get("format") == "date":
        known, kind = known | {"format"}, date
    elif said["type"] == "string":
        known = known | {"minLength", "maxLength", "pattern", "contentMediaType"}
        limits = {"min_length": said.get("minLength"), "max_length": said.get("maxLength")}
        if "pattern" in said:
            limits["pattern"] = rf"\A(?:{said['pattern'].removeprefix('^').removesuffix('$')})\Z"
    elif said["type"] == "integer":
        known = known | {"minimum", "maximum"}
        limits = {"ge": max(said.get("minimum", -LARGEST), -LARGEST), "le": min(said.get("maximum", LARGEST), LARGEST)}
    if said.keys() - known:
        raise AssertionError(said)
    return Annotated[kind, msgspec.Meta(**limits)] if limits else kind
