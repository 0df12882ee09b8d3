"""What a sealed file says of itself: the signed manifest of a bundle (up) and of a return packet (down)."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

import zhaohu
from zhaohu.store.migrations import SCHEMA
from zhaohu.sync import canonical
from zhaohu.sync.container import CODEC, SUITE, Hints, Limits, Payload
from zhaohu.sync.refusals import refusal
from zhaohu.sync.values import STAMP

FORMAT = 1
"""Of container and manifest."""

MIN_READER = 1
"""Oldest schema that can read the packets and enrolment files of this version."""

PACKET_TABLES_SINCE = {"district_data": 5, "question": 6, "=back": 6, "=offer": 6, "=handover": 6}
"""Oldest schema that can take a packet which holds rows of these tables; without such rows `MIN_READER` does."""

BUNDLE_MIN_READER = 6
"""Oldest schema that can read its bundles: they carry tables that came with it."""

_MOST_FILES = 10**9
"""Of one sender; the plain lines outside have room for no more."""

Count = Annotated[int, Field(ge=0, lt=2**53)]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Epoch = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
StationCode = Annotated[str, Field(pattern=r"^\d{6}-\d{2}$")]
District = Annotated[str, Field(pattern=r"^\d{6}$")]
Stamp = Annotated[str, Field(pattern=STAMP)]
Counts = dict[Annotated[str, Field(max_length=40)], Count]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, hide_input_in_errors=True)


class Mark(_Part):
    """A bundle by number and hash; number 0 and an empty hash stand for none."""

    no: Count
    hash: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]


class Cursor(Mark):
    """How far the center has taken in an epoch."""

    epoch: Annotated[str, Field(pattern=r"^([0-9a-f]{32})?$")]
    to_seq: Count


class Parent(_Part):
    """A former life of the sender's database, and the bundles made in it as far as a restored database knows."""

    epoch: Epoch
    seq: Count
    no: Count
    chain: list[Mark]


class Resume(Mark):
    """Where the station goes on after the center lost something; obeyed once for each rise of `counter`."""

    to_seq: Count
    counter: Count


class TableDigest(_Part):
    """Count and sum of row hashes of a table."""

    rows: Count
    sum: Hash


class PayloadPart(_Part):
    """What follows the manifest."""

    codec: Literal["zlib"]
    bytes: Count
    raw_bytes: Count
    sha256: Hash


class AuditHead(_Part):
    """Where the sender's audit log stands."""

    no: Count
    hash: Hash


class Reader(_Part):
    """The site a file is meant for."""

    code: Annotated[str, Field(pattern=r"^\d{6}(-\d{2})?$")]
    key: str


class StationSender(_Part):
    """The station that made a bundle."""

    station: StationCode
    epoch: Epoch
    key: str


class CenterSender(_Part):
    """The center that made a packet."""

    center: District
    key: str


class NextKeys(_Part):
    """Keys that will follow the present ones; `proof`: the next key signed the site's code and both keys."""

    sign: Hash
    receive: Annotated[str, Field(max_length=100)]
    proof: Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]


class BeginAnew(_Part):
    """An order after a fork: the PC that made the bundle `hash` begins a new life, every other one is a copy."""

    hash: Hash
    counter: Count


class _Manifest(_Part):
    suite: Literal["age-x25519/ed25519/sha256"]
    format: Literal[1]
    schema_no: Count = Field(alias="schema")
    min_reader: Count
    app: Annotated[str, Field(max_length=40)]
    district: District
    to: Reader
    no: Annotated[int, Field(ge=1, lt=_MOST_FILES)]
    counts: Counts
    payload: PayloadPart
    audit_head: AuditHead
    made_at: Stamp
    clock_suspect: bool


class BundleManifest(_Manifest):
    """Of a bundle."""

    direction: Literal["up"]
    kind: Literal["full", "delta"]
    sender: StationSender = Field(alias="from")
    from_seq: Count
    to_seq: Count
    base: Mark
    chain: list[Mark]
    parents: Annotated[list[Parent], Field(max_length=20)] = Field(default_factory=list)
    digest: dict[str, TableDigest]
    receipts_seen: Annotated[int, Field(ge=0, lt=_MOST_FILES)]
    machine: Annotated[str, Field(max_length=64)] = ""
    next_keys: NextKeys | None = None


class PacketManifest(_Manifest):
    """Of a return packet."""

    direction: Literal["down"]
    kind: Literal["packet"]
    sender: CenterSender = Field(alias="from")
    last: Cursor
    resume: Resume
    full_wanted: bool
    begin_anew: BeginAnew | None = None
    copies: Annotated[list[Hash], Field(max_length=1000)] = Field(default_factory=list)
    next_keys: NextKeys | None = None


M = TypeVar("M", bound=_Manifest)


def common(min_reader: int) -> dict[str, Any]:
    """What every manifest made by this version begins with."""
    return {
        "suite": SUITE,
        "format": FORMAT,
        "schema": SCHEMA,
        "min_reader": min_reader,
        "app": zhaohu.__version__,
    }


def payload_part(payload: Payload) -> dict[str, Any]:
    """The payload's part of a manifest."""
    return {
        "codec": CODEC,
        "bytes": payload.bytes,
        "raw_bytes": payload.raw_bytes,
        "sha256": payload.sha256,
    }


def parse(model: type[M], data: bytes, hints: Hints, sender_key: str, limits: Limits) -> M:
    """Read verified manifest bytes and compare them with the plain lines outside.

    Raises:
        Refused: A newer version made it, it is no manifest, it contradicts its hints, or it announces too much.
    """
    try:
        raw = canonical.decode(data)
    except ValueError:
        raise refusal("damaged") from None
    if raw.get("format") != FORMAT or type(raw.get("min_reader")) is not int or raw["min_reader"] > SCHEMA:
        raise refusal("update_center")
    try:
        manifest = model.model_validate(raw)
    except ValidationError:
        raise refusal("damaged") from None
    sender = manifest.sender  # type: ignore[attr-defined]  # both kinds have one
    code = sender.station if isinstance(sender, StationSender) else sender.center
    if manifest.to.key != hints.to:
        raise refusal("not_for_us")
    if code != hints.sender or manifest.no != hints.no:
        raise refusal("damaged")
    if sender.key != sender_key:
        raise refusal("unknown_sender")
    payload = manifest.payload
    if payload.raw_bytes > limits.raw_bytes or payload.raw_bytes > limits.ratio * payload.bytes:
        raise refusal("too_large")
    return manifest


def bundle_id(data: bytes) -> str:
    """The id of a sealed file: SHA-256 of its manifest bytes."""
    return hashlib.sha256(data).hexdigest()
