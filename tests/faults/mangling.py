"""Sealed files that their own sender has mangled: changed inside first, then signed and encrypted properly."""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from zhaohu.sync.container import CONTEXTS, MAGIC, PAD, Kind

Lines = list[dict[str, Any]]

_TEXTS = (
    "", "x", "0", "../../etc/passwd", "CON", "NUL.txt", "a\0b", "\ud7ff", "𠮷" * 9, "字" * 4_000, "9" * 400, "\u202e",
    "\u2028", "' OR 1=1 --", "{", "\\", '"', "2026-13-45", "0000-00-00", "371103-02", "371103", "f" * 32, "0" * 64,
    "A" * 64, "0193b1de-0000-7000-8000-000000000001", "=receipt", "child", "sqlite_master", "x" * 70_000,
)  # fmt: skip
_NUMBERS = (0, 1, -1, 2, 7, 2**31, 2**53 - 1, 2**53, -(2**53), 2**63, 2**64, 10**400, 99_999_999_999)
_RAW = (
    "NaN", "Infinity", "-Infinity", "1e400", "1.5", "null", "1E2", "-0", "01", "[" * 300 + "]" * 300, '"\\ud800"',
    '"\\u0061"', '{"a":1,"a":2}', "[" * 100_000, "true ", '"\x01"', "\ufeff1",
)  # fmt: skip
"""What only raw text can say."""


class Raw(str):
    """Text that stands in JSON as it is."""


def odd(throw: Random, depth: int = 0) -> Any:
    """A value that nobody expects."""
    match throw.randrange(9):
        case 0 | 1:
            return throw.choice(_NUMBERS)
        case 2 | 3 | 4:
            return throw.choice(_TEXTS)
        case 5:
            return Raw(throw.choice(_RAW))
        case 6:
            return throw.choice([True, False])
        case 7 if depth < 3:
            return [odd(throw, depth + 1) for _n in range(throw.randrange(4))]
        case _:
            return {throw.choice(_TEXTS[:8]): odd(throw, depth + 1)} if depth < 3 else {}


def text_of(value: Any) -> str:
    """JSON in canonical order, where `Raw` stands as it is."""
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k, ensure_ascii=False)}:{text_of(value[k])}" for k in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(text_of, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def at_random_place(throw: Random, value: Any, change: Callable[[Any], Any]) -> Any:
    """The value with one part of it, deep or shallow, changed."""
    if isinstance(value, dict) and value and throw.random() < 0.9:
        key = throw.choice(list(value))
        match throw.randrange(14):
            case 0:
                return {k: v for k, v in value.items() if k != key}
            case 1:
                return {**value, throw.choice([*_TEXTS[:6], "Extra", "private"]): odd(throw)}
            case _:
                return {**value, key: at_random_place(throw, value[key], change)}
    if isinstance(value, list) and value and throw.random() < 0.9:
        place = throw.randrange(len(value))
        match throw.randrange(6):
            case 0:
                return value[:place] + value[place + 1 :]
            case 1:
                return value + value
            case 2:
                return throw.sample(value, len(value))
            case _:
                return [*value[:place], at_random_place(throw, value[place], change), *value[place + 1 :]]
    return change(value)


def texts_in(value: Any) -> set[str]:
    """All texts of a file: ids, codes, kinds of records, states."""
    if isinstance(value, dict):
        return set().union(*map(texts_in, value.values()))
    if isinstance(value, list):
        return set().union(*map(texts_in, value))
    return {value} if isinstance(value, str) else set()


def near(throw: Random, value: Any, others: Sequence[str] = ()) -> Any:
    """A value of the same kind that is a little off, one of the `others` in the file, or one that nobody expects."""
    if others and throw.random() < 0.3:
        return throw.choice(others)
    if isinstance(value, str) and value.startswith("{") and throw.random() < 0.7:  # JSON that a record holds as text
        with suppress(ValueError):  # unless it was mangled before
            return text_of(at_random_place(throw, json.loads(value), lambda part: near(throw, part, others)))
    if throw.random() < 0.5:
        return odd(throw)
    if type(value) is int:
        return value + throw.choice([-1, 1, 100, -value])
    if isinstance(value, str) and value:
        place = throw.randrange(len(value))
        return value[:place] + throw.choice("0aA-字\n") + value[place + throw.randrange(2) :]
    return not value


@dataclass
class Sealer:
    """What a sender needs: its keys, and a good file to begin with."""

    kind: Kind
    signing: str
    reader: str
    sender: str
    manifest: dict[str, Any]
    lines: Lines
    signs: Ed25519PrivateKey = field(init=False)
    recipient: Any = field(init=False)
    texts: list[str] = field(init=False)
    _known: dict[int, str] = field(init=False)

    def __post_init__(self) -> None:
        self.signs = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self.signing))
        self.recipient = pyrage.x25519.Recipient.from_str(self.reader)
        self._known = {id(line): text_of(line) for line in self.lines}
        self.texts = sorted(texts_in([self.manifest, self.lines]))

    def sealed(self, manifest: dict[str, Any], lines: Lines, throw: Random, *, break_stream: bool) -> bytes:
        """Sign and encrypt, with counts and payload made to fit; `break_stream`: then the stream is mangled."""
        raw = "".join(f"{self._known.get(id(line)) or text_of(line)}\n" for line in lines)
        return self._sealed(manifest, raw.encode("utf-8", "surrogatepass"), throw, break_stream=break_stream)

    def _sealed(self, manifest: dict[str, Any], raw: bytes, throw: Random, *, break_stream: bool) -> bytes:
        packed = zlib.compress(raw)
        if break_stream:
            packed = _mangled_stream(throw, packed)
        payload = {
            "codec": "zlib", "bytes": len(packed), "raw_bytes": len(raw), "sha256": hashlib.sha256(packed).hexdigest()
        }  # fmt: skip
        if isinstance(manifest.get("payload"), dict) and manifest["payload"] == self.manifest["payload"]:
            manifest = {**manifest, "payload": payload}
        return self.wrapped(manifest, packed, throw, break_stream=break_stream)

    def wrapped(self, manifest: dict[str, Any], packed: bytes, throw: Random, *, break_stream: bool = False) -> bytes:
        """Manifest, signature and payload, encrypted, with the plain lines before it."""
        data = text_of(manifest).encode("utf-8", "surrogatepass")
        signature = self.signs.sign(CONTEXTS[self.kind] + data)
        padding = bytes(-len(packed) % PAD)
        inside = MAGIC + struct.pack(">I", len(data)) + data + signature + packed + padding
        if break_stream and throw.random() < 0.3:
            inside = _mangled_stream(throw, inside)
        to, no = manifest.get("to"), manifest.get("no")
        to_key = to.get("key") if isinstance(to, dict) else None
        outside = f"ZH{self.kind} 1\nto {to_key}\nfrom {self.sender}\nno {no}\n"
        return outside.encode("utf-8", "surrogatepass") + pyrage.encrypt(inside, [self.recipient])


def _mangled_stream(throw: Random, data: bytes) -> bytes:
    changed = bytearray(data)
    match throw.randrange(6):
        case 0:
            return data[: throw.randrange(len(data))]
        case 1:
            return data + throw.randbytes(throw.randrange(1, 9))
        case 2:
            return data + data
        case 3:
            return zlib.compress(bytes(throw.choice([1 << 20, 8 << 20])))  # much from little
        case _:
            for _time in range(throw.randrange(1, 5)):
                changed[throw.randrange(len(changed))] ^= throw.randrange(1, 256)
            return bytes(changed)


def mangled(throw: Random, sealer: Sealer) -> tuple[str, bytes]:
    """What was done, and the file."""
    manifest, lines = sealer.manifest, list(sealer.lines)
    what = throw.choice(["manifest", "field", "field", "field", "line", "line", "line", "order", "stream", "several"])
    times = throw.randrange(2, 5) if what == "several" else 1

    def change(value: Any) -> Any:
        return near(throw, value, sealer.texts)

    for _time in range(times):
        step = throw.choice(["manifest", "field", "line", "order"]) if what == "several" else what
        if step == "manifest":
            key = throw.choice(list(manifest))
            manifest = {**manifest, key: at_random_place(throw, manifest[key], change)}
        elif step == "order":
            lines = _reordered(throw, lines)
        elif step != "stream" and lines:
            place = _place(throw, lines)
            lines[place] = _mangled_line(throw, lines[place], change, only_fields=step == "field")
    if manifest.get("counts") == sealer.manifest["counts"] and throw.random() < 0.9:
        tables = (line["table"] for line in lines if isinstance(line, dict) and isinstance(line.get("table"), str))
        manifest = {**manifest, "counts": {**dict.fromkeys(manifest["counts"], 0), **Counter(tables)}}
    return what, sealer.sealed(manifest, lines, throw, break_stream=what == "stream")


def _place(throw: Random, lines: Lines) -> int:
    """A line: each kind of record as often as any other."""
    kinds: dict[str, list[int]] = {}
    for place, line in enumerate(lines):
        kinds.setdefault(str(line.get("table")) if isinstance(line, dict) else "", []).append(place)
    return throw.choice(kinds[throw.choice(sorted(kinds))])


def _mangled_line(throw: Random, line: Any, change: Callable[[Any], Any], *, only_fields: bool) -> Any:
    if only_fields and isinstance(line, dict) and isinstance(line.get("fields"), dict):
        return {**line, "fields": at_random_place(throw, line["fields"], change)}
    return at_random_place(throw, line, change)


def _reordered(throw: Random, lines: Lines) -> Lines:
    if not lines:
        return lines
    place = throw.randrange(len(lines))
    match throw.randrange(6):
        case 0:
            return throw.sample(lines, len(lines))
        case 1:
            return [*lines[:place], lines[place], *lines[place:]]
        case 2 | 3:
            return lines[:place] + lines[place + 1 :]
        case 4:  # the same record once more under another name
            line = lines[place]
            if isinstance(line, dict) and isinstance(line.get("id"), str):
                line = {**line, "id": line["id"][:-12] + "ffffffffffff"}
            return [*lines[: place + 1], line, *lines[place + 1 :]]
        case _:
            return []
