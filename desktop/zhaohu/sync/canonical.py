"""Strict reading of canonical JSON (RFC 8785, limited to text, whole numbers, booleans, lists and objects).

Writing is `store.audit.canonical_json`. What is read must be written exactly so: text that is not in canonical form
(other spacing or order, doubled keys, fractions, huge numbers) is refused.
"""

from __future__ import annotations

from typing import Any

from pydantic_core import from_json, to_json

from zhaohu.store.audit import canonical_json

LARGEST = 2**53 - 1
_DEEPEST = 16


def encode(value: object) -> bytes:
    """Canonical JSON as UTF-8."""
    return canonical_json(value).encode("utf-8")


def in_order(value: object) -> bytes:
    """Canonical JSON of what has its keys in order already: several times as fast."""
    return to_json(value)


def decode(data: bytes) -> dict[str, Any]:
    """The object in canonical JSON.

    Raises:
        ValueError: It is not an object, or not in canonical form, or holds what may not travel.
    """
    value = loads(data)
    _check(value, 0)
    if not isinstance(value, dict) or encode(value) != data:
        raise ValueError("not canonical")
    return value


def loads(data: bytes | str) -> Any:
    """Parse JSON, fast; the caller checks types and ranges and compares with the canonical form.

    Raises:
        ValueError: It is not JSON, or nests without end.
    """
    return from_json(data, allow_inf_nan=False, cache_strings="keys")


def whole(value: object) -> bool:
    """Whether a number (not a boolean) may travel."""
    return type(value) is int and -LARGEST <= value <= LARGEST


def _check(value: object, depth: int) -> None:
    if depth > _DEEPEST:
        raise ValueError("too deep")
    if isinstance(value, dict):
        for key, item in value.items():
            if not key.isascii():
                raise ValueError("bad key")
            _check(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check(item, depth + 1)
    elif not isinstance(value, bool | str) and not whole(value):
        raise ValueError("bad value")
