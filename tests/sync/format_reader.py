"""A reader of bundles, packets and enrolment files, written from docs/exchange-format.md alone.

It imports nothing of Zhaohu, and takes its constants out of the page, so that it can only do what the page says.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import tomllib
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PAGE = (Path(__file__).parents[2] / "docs" / "exchange-format.md").read_text("utf-8")


def block(kind: str) -> str:
    """The fenced block of the page that begins with these words."""
    found = re.search(rf"^```{kind}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert found, kind
    return found[1]


def fields(direction: str) -> dict[str, dict[str, dict[str, Any]]]:
    """Section 7: table to field to what is said of it."""
    tables: dict[str, dict[str, dict[str, Any]]] = {}
    for line in re.sub(r"\n +", " ", block(f"fields {direction}")).splitlines():
        table, _colon, rest = line.partition(": ")
        tables[table] = {}
        for part in rest.split(", "):
            name, kind, *more = part.split()
            refers = more[more.index("->") + 1] if "->" in more else None
            tables[table][name] = {
                "kind": kind[0],
                "needed": kind.endswith("*"),
                "unique": "unique" in more,
                "refers": refers,
            }
    return tables


SAID = tomllib.loads(block("toml"))
LIMITS = SAID["limits"]
UP, DOWN = fields("up"), fields("down")
SETTINGS = dict(
    re.findall(r"^\| `([a-z._]+)` \| (\{`(?:files|lines|days|contacts|topics|targets)`.*) \|$", PAGE, re.MULTILINE)
)
EVERY = {"owner", "recorded_at", "recorded_by", "deleted_at", "deleted_by", "deleted_reason", "extra"}
LINES = {
    "=receipt": {"epoch", "no", "hash", "received_at", "result"},
    "=held": {"name", "id", "reason", "field", "child", "bundle"},
    "=back": {"name", "id", "deleted", "fields", "was", "packet", "why"},
    "=offer": {"transfer", "child", "from", "name", "id", "fields"},
    "=handover": {"transfer", "child", "from", "to", "state", "owner", "at", "reason"},
}
_OUTSIDE = re.compile(rb"ZH([BR]) 1\nto ([A-Z2-7]{5}(?:-[A-Z2-7]{5}){4})\nfrom (\d{6}(?:-\d\d)?)\nno ([1-9]\d{0,8})\n")


class NotReadable(Exception):  # noqa: N818 - what the page calls it
    """The page says to refuse this."""


@dataclass(frozen=True)
class Read:
    """A sealed file, whole and proven."""

    id: str
    manifest: dict[str, Any]
    lines: list[dict[str, Any]]


def must(holds: object, what: str) -> None:
    if not holds:
        raise NotReadable(what)


def canonical(value: object) -> bytes:
    """Section 3."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def parsed(data: bytes) -> Any:
    """Text that is exactly what we would write ourselves."""
    try:
        value = json.loads(data)
        _travels(value, 0)
        must(canonical(value) == data, "canonical")
    except (ValueError, RecursionError):
        raise NotReadable("json") from None
    return value


def _travels(value: object, depth: int) -> None:
    must(depth <= LIMITS["json_depth"], "depth")
    if isinstance(value, dict):
        for key, item in value.items():
            must(key.isascii(), "key")
            _travels(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _travels(item, depth + 1)
    elif type(value) is int:
        must(abs(value) <= LIMITS["largest_integer"], "integer")
    else:
        must(isinstance(value, str | bool), "value")


def fingerprint(sign: str, receive: str) -> str:
    """Section 6, as files have it."""
    said = SAID["fingerprint"]
    digest = hashlib.sha256(f"{said['hashed_as']}{sign}\n{receive}\n".encode()).digest()
    text, length = base64.b32encode(digest).decode(), said["group_length"]
    return "-".join(text[at : at + length] for at in range(0, length * said["groups"], length))


def digits(letters: str) -> str:
    """A fingerprint as it is read out."""
    said, number = SAID["fingerprint"], 0
    plain, width = letters.replace("-", ""), said["digit_group_length"]
    for letter in plain:
        number = number * 32 + "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".index(letter)
    count = said["digit_groups"] * width
    text = str(number * 10**count // 32 ** len(plain)).zfill(count)
    return " ".join(text[at : at + width] for at in range(0, count, width))


def verified(sign: str, context: str, signature: bytes, data: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(sign)).verify(signature, context.encode() + data)
    except Exception:
        raise NotReadable("signature") from None


def read_sealed(data: bytes, identity: str, own: tuple[str, str], sender: tuple[str, str], code: str) -> Read:
    """Section 8: `own` and `sender` are public keys (sign, receive) of reader and sender, `code` is the reader's."""
    outside = _OUTSIDE.match(data[: LIMITS["hint_bytes"]])
    must(outside, "plain lines")
    assert outside
    what, to, source, no = (part.decode() for part in outside.groups())
    sealed = data[outside.end() :]
    must(b"\n--- " in sealed[: LIMITS["age_header_bytes"]], "age header")
    try:
        inside = pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(identity)])
    except Exception:
        raise NotReadable("age") from None
    magic, width = SAID["inner"]["magic"].encode(), SAID["inner"]["length_bytes"]
    must(inside.startswith(magic), "magic")
    at = len(magic) + width
    length = int.from_bytes(inside[len(magic) : at], "big")
    must(length <= LIMITS["manifest_bytes"], "manifest length")
    signed, at = inside[at : at + length], at + length
    signature, at = inside[at : at + SAID["inner"]["signature_bytes"]], at + SAID["inner"]["signature_bytes"]
    verified(sender[0], SAID["signed_as"][{"B": "bundle", "R": "packet"}[what]], signature, signed)
    manifest = parsed(signed)
    who = manifest["from"]
    must(manifest["format"] == SAID["format"] and manifest["min_reader"] <= SAID["schema"], "newer")
    must(manifest["suite"] == SAID["suite"], "suite")
    must((manifest["to"]["key"], str(manifest["no"])) == (to, no), "plain lines say another thing")
    must(who.get("station", who.get("center")) == source and who["key"] == fingerprint(*sender), "sender")
    must(manifest["to"] == {"code": code, "key": fingerprint(*own)}, "reader")
    must(manifest["direction"] == {"B": "up", "R": "down"}[what], "direction")
    lines = _payload(manifest, inside[at:])
    _check_lines(manifest, lines)
    return Read(hashlib.sha256(signed).hexdigest(), manifest, lines)


def _payload(manifest: dict[str, Any], rest: bytes) -> list[dict[str, Any]]:
    said = manifest["payload"]
    packed, padding = rest[: said["bytes"]], rest[said["bytes"] :]
    must(said["codec"] == SAID["codec"] and said["raw_bytes"] <= LIMITS["ratio"] * said["bytes"], "ratio")
    must(hashlib.sha256(packed).hexdigest() == said["sha256"] and len(packed) == said["bytes"], "payload")
    must(len(padding) == -len(packed) % SAID["inner"]["padding_bytes"] and not padding.strip(b"\0"), "padding")
    inflate = zlib.decompressobj()
    try:
        raw = inflate.decompress(packed, said["raw_bytes"] + 1)
    except zlib.error:
        raise NotReadable("zlib") from None
    must(inflate.eof and not inflate.unused_data and len(raw) == said["raw_bytes"], "raw")
    *lines, last = raw.split(b"\n")
    must(not last and all(len(line) <= LIMITS["line_bytes"] for line in lines), "lines")
    return [parsed(line) for line in lines]


def _check_lines(manifest: dict[str, Any], lines: list[dict[str, Any]]) -> None:
    found: dict[str, int] = {}
    places = []
    order = list(UP)
    for line in lines:
        table = line["table"]
        found[table] = found.get(table, 0) + 1
        if table in LINES:
            must(line.keys() - {"table"} == LINES[table], "keys")
            continue
        known = (UP if manifest["direction"] == "up" else DOWN)[table]
        must(line.keys() - {"was"} == {"deleted", "epoch", "fields", "id", "rev", "seq", "table"}, "keys")
        must(line["fields"].keys() <= known.keys() | EVERY, "fields")
        if line["deleted"]:
            must(not line["fields"], "deleted")
        else:
            must({name for name, field in known.items() if field["needed"]} <= line["fields"].keys(), "needed")
        if manifest["direction"] == "up":
            places.append((order.index(table), line["id"]))
            must(line["deleted"] or line["fields"]["owner"] == manifest["from"]["station"], "owner")
            if manifest["kind"] == "delta":
                must(line["epoch"] == manifest["from"]["epoch"], "epoch")
                must(manifest["from_seq"] < line["seq"] <= manifest["to_seq"], "seq")
    must(places == sorted(set(places)), "order")
    must(found == {table: count for table, count in manifest["counts"].items() if count}, "counts")


def record_hash(line: dict[str, Any]) -> str:
    """Section 5."""
    return hashlib.sha256(canonical({name: line[name] for name in ("fields", "id", "table")})).hexdigest()


def digest(table: str, lines: list[dict[str, Any]]) -> dict[str, Any]:
    """Section 5: of a table, when these are all its records."""
    hashes = [int(record_hash(line), 16) for line in lines if line["table"] == table and not line["deleted"]]
    return {"rows": len(hashes), "sum": f"{sum(hashes) % 2**256:064x}"}


def read_enrolment(data: bytes) -> dict[str, Any]:
    """Section 6: an invitation or a reply that is whole."""
    must(len(data) <= LIMITS["enrolment_bytes"], "size")
    found = re.fullmatch(rb"ZHE 1\n([^\n]+)\n([0-9a-f]{128})\n", data)
    must(found, "three lines")
    assert found
    content: dict[str, Any] = parsed(found[1])
    verified(content["sign"], SAID["signed_as"][content["kind"]], bytes.fromhex(found[2].decode()), found[1])
    return content


def answers(reply: dict[str, Any], secret: str) -> bool:
    """Section 6: whether the reply was made from the invitation with this secret."""
    text = SAID["signed_as"]["reply"].encode() + canonical({k: v for k, v in reply.items() if k != "mac"})
    return hmac.new(bytes.fromhex(secret), text, hashlib.sha256).hexdigest() == reply["mac"]
