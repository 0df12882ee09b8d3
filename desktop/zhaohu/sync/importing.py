"""Reading a bundle at the center: open, verify, stage, and tell where it stands among those received before."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from zhaohu.records import STATION_TABLES
from zhaohu.records.exchange import FormerKey, Peer, ReceivedBundle
from zhaohu.sync import chosen, contained, key_change, keys
from zhaohu.sync.container import BUNDLE, CONTEXTS, Hints, Limits, Payload
from zhaohu.sync.keys import PublicKeys
from zhaohu.sync.manifest import BundleManifest, Mark, Parent, bundle_id, parse
from zhaohu.sync.opening import Inside, read, read_hints
from zhaohu.sync.refusals import refusal
from zhaohu.sync.rows import read_line, shapes
from zhaohu.sync.scratch import Scratch

Tick = Callable[[int], None]
_TABLES = tuple(str(record.__tablename__) for record in STATION_TABLES)
_ORDER = {table: place for place, table in enumerate(_TABLES)}
_LAST = (
    select(ReceivedBundle)
    .where(col(ReceivedBundle.station) == bindparam("station"))
    .order_by(col(ReceivedBundle.sequence).desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Sender:
    """A station as the center knows it; no keys while its reply is not in.

    Attributes:
        former: Keys that it had before, each with the last bundle number that they are good for; None: any.
        epoch: The life in which those numbers count.
    """

    code: str
    name: str
    status: str
    keys: PublicKeys | None
    former: tuple[tuple[PublicKeys, int | None], ...] = ()
    epoch: str = ""


@dataclass(frozen=True, slots=True)
class Center:
    """What reading needs to know of the center itself; `recovery` opens what was sealed to a center that is lost."""

    district: str
    identities: dict[str, Any]
    senders: dict[str, Sender]
    recovery: Any = None


@dataclass(frozen=True, slots=True)
class Staged:
    """A bundle whose last byte is proven, its lines in the scratch file."""

    id: str
    manifest: BundleManifest

    @property
    def station(self) -> str:
        """The sender's code."""
        return self.manifest.sender.station


Where = Literal["new", "known", "superseded"]


def know_center(session: Session, district: str, recovery: Any = None) -> Center:
    """Keys and stations of this center; `recovery` is the identity of a lost center's recovery sheet."""
    former: dict[str, list[tuple[PublicKeys, int | None]]] = {}
    for key in session.exec(select(FormerKey)):
        pair = PublicKeys(key.sign_public, key.receive_public)
        former.setdefault(key.station, []).append((pair, key.last_no))
    senders = {}
    for peer in session.exec(select(Peer)):
        last = cursor(session, peer.code) if peer.code in former else None
        senders[peer.code] = Sender(
            peer.code,
            peer.name,
            peer.status,
            key_change.known(peer),
            tuple(former.get(peer.code, ())),
            last.epoch if last is not None else "",
        )
    return Center(district, keys.own_identities(session), senders, recovery)


def outside(path: Path, limits: Limits) -> Hints:
    """The plain lines of a bundle.

    Raises:
        Refused: It is no bundle, or its outside is damaged.
    """
    with path.open("rb") as file:
        hints = read_hints(file, limits)
    if hints.kind != BUNDLE:
        raise refusal("is_packet")
    return hints


def stage(path: Path, center: Center, scratch: Scratch, limits: Limits, tick: Tick, *, proven: bool = False) -> Staged:
    """Decrypt and verify a bundle and lay its lines into the scratch file; nothing else is touched.

    Args:
        path: Where it lies.
        center: What is known.
        scratch: Where its lines go.
        limits: What is accepted.
        tick: Told how many bytes were read.
        proven: It was found good when it came: keys that were revoked since still prove whose it is.

    Raises:
        Refused: With one of the codes of `refusals`.
    """
    hints = outside(path, limits)
    identity = center.identities.get(hints.to, center.recovery)
    if identity is None:
        raise refusal("not_for_us")
    reading = _Reading(center, hints, _sender(hints, center, proven), scratch, limits, proven)
    read(path, identity, Inside(limits, reading.on_manifest, reading.on_line), limits, tick)
    return reading.result()


def _sender(hints: Hints, center: Center, proven: bool) -> Sender:
    sender = center.senders.get(hints.sender)
    if sender is None or (sender.keys is None and not sender.former):
        raise refusal("unknown_sender", station=hints.sender)
    if not proven and sender.status == "revoked":
        raise refusal("revoked", station=hints.sender)
    if not proven and sender.keys is None:  # it was invited again, and its old keys were revoked
        raise refusal("replaced", station=hints.sender)
    return sender


class _Reading:
    """What is known of a bundle while it streams in."""

    def __init__(
        self, center: Center, hints: Hints, sender: Sender, scratch: Scratch, limits: Limits, proven: bool
    ) -> None:
        self._center = center
        self._proven = proven
        self._hints = hints
        self._sender = sender
        self._scratch = scratch
        self._limits = limits
        self._staged: Staged | None = None
        self._left: dict[str, int] = {}
        self._last = (-1, "")

    def on_manifest(self, data: bytes, signature: bytes) -> Payload:
        """Verify, then parse, then compare with who and where we are."""
        signer = self._signer(data, signature)
        manifest = parse(BundleManifest, data, self._hints, signer.fingerprint, self._limits)
        self._check_former(signer, manifest)
        if manifest.district != self._center.district or manifest.to.code != self._center.district:
            raise refusal("not_for_us")
        if not manifest.counts.keys() <= _ORDER.keys() or manifest.from_seq > manifest.to_seq:
            raise refusal("damaged")
        free = shutil.disk_usage(self._scratch.folder).free
        if free < self._limits.free_factor * manifest.payload.raw_bytes:
            raise refusal("no_space")
        self._staged = Staged(bundle_id(data), manifest)
        self._left = dict(manifest.counts)
        return Payload(**manifest.payload.model_dump())

    def _signer(self, data: bytes, signature: bytes) -> PublicKeys:
        """Which of the station's keys made the signature."""
        known = [self._sender.keys, *(pair for pair, _last in self._sender.former)]
        for pair in known:
            if pair is not None and keys.verifies(pair.sign, CONTEXTS[BUNDLE], signature, data):
                return pair
        raise refusal("bad_signature", station=self._hints.sender)

    def _check_former(self, signer: PublicKeys, manifest: BundleManifest) -> None:
        """Former keys are good for what was made before the next ones were in use."""
        if self._proven or signer == self._sender.keys:
            return
        last_no = dict(self._sender.former)[signer]
        if last_no is None or (manifest.sender.epoch == self._sender.epoch and manifest.no <= last_no):
            return
        raise refusal("old_key" if last_no >= 0 else "replaced", station=self._hints.sender, no=manifest.no)

    def on_line(self, data: bytes) -> None:
        """Read a line and keep it; lines come by table and id, each once."""
        line = read_line(data)
        assert self._staged is not None
        manifest = self._staged.manifest
        left = self._left.get(line.table, 0)
        place = (_ORDER[line.table], line.id) if left else (-1, "")
        if place <= self._last or (line.deleted and line.fields):
            raise ValueError("order")
        current = line.epoch == manifest.sender.epoch  # a snapshot may hold rows of an earlier epoch
        if not (manifest.from_seq < line.seq <= manifest.to_seq if current else manifest.kind == "full"):
            raise ValueError("seq")
        if line.valid is None and not line.fields.keys() <= shapes()[line.table].names:
            raise refusal("update_center")
        self._last = place
        self._left[line.table] = left - 1
        self._scratch.add_line(line.table, line.id, line.staged())

    def result(self) -> Staged:
        """The whole bundle, once the stream has ended well."""
        if self._staged is None or any(self._left.values()):
            raise refusal("damaged")
        return self._staged


def cursor(session: Session, station: str) -> ReceivedBundle | None:
    """The bundle of a station that was taken in last."""
    return session.exec(_LAST, params={"station": station}).first()


def place(session: Session, bundle: Staged) -> Where:
    """Where a bundle stands among those taken in before.

    Raises:
        Refused: `gap` (this center has lost something), `forked` (two histories of one station), or `moved` (made on
            another PC, which a person must confirm).
    """
    manifest = bundle.manifest
    if session.get(ReceivedBundle, bundle.id) is not None:
        return "known"
    if contained.inherited(session, manifest, bundle.id):
        return "superseded"
    last = cursor(session, bundle.station)
    received = _received(session, bundle.station, manifest.sender.epoch)
    if last is not None and last.epoch != manifest.sender.epoch:
        before = _received(session, bundle.station, last.epoch)
        follows = any(life.epoch == last.epoch and _agrees(life, before) for life in manifest.parents)
        said = chosen.is_chosen(session, manifest)
        if received or not (follows or said):  # a life that was left behind, or that does not follow from the current
            raise refusal("forked", station=bundle.station, no=manifest.no)
        if not said and _other_machine(session, bundle):
            raise refusal("moved", station=bundle.station, no=manifest.no)
        if manifest.kind == "delta":
            raise refusal("gap", station=bundle.station, no=manifest.no)
        return "new"
    told = {mark.no: mark.hash for mark in (*manifest.chain, manifest.base, Mark(no=manifest.no, hash=bundle.id))}
    between = [no for no in received if manifest.base.no < no <= manifest.no]
    inside = contained.named(session, manifest, bundle.id)
    known = {**inside, **received}
    if any(known.get(no, hash_) != hash_ for no, hash_ in told.items() if no) or set(between) - told.keys():
        raise refusal("forked", station=bundle.station, no=manifest.no)
    if last is not None and manifest.no < last.no:
        if inside.get(manifest.no, "") != bundle.id:  # another database of the station has used the number too
            raise refusal("forked", station=bundle.station, no=manifest.no)
        return "superseded"
    if last is not None and _other_machine(session, bundle):  # the station did not see that it was copied
        raise refusal("moved", station=bundle.station, no=manifest.no)
    base_lost = manifest.kind == "delta" and manifest.base.no not in received and not _whole_since(session, bundle)
    if base_lost or manifest.from_seq > (last.to_seq if last is not None else 0):
        raise refusal("gap", station=bundle.station, no=manifest.no)
    return "new"


def _whole_since(session: Session, bundle: Staged) -> bool:
    """Whether a snapshot that was made after this bundle's base is here: then the base, whose import was undone, is not
    missed.
    """
    manifest = bundle.manifest
    query = select(ReceivedBundle.no).where(
        ReceivedBundle.station == bundle.station,
        ReceivedBundle.epoch == manifest.sender.epoch,
        ReceivedBundle.kind == "full",
        col(ReceivedBundle.no).between(manifest.base.no + 1, manifest.no),
    )
    return session.exec(query.limit(1)).first() is not None


def _other_machine(session: Session, bundle: Staged) -> bool:
    """Whether the newest bundle was made on another PC; not known of older programs, or where a PC has no number."""
    before, now = session.get_one(Peer, bundle.station).machine, bundle.manifest.machine
    return before != "" and now not in ("", before)


def _received(session: Session, station: str, epoch: str) -> dict[int, str]:
    """Numbers and hashes of a station's bundles of one life that were taken in."""
    rows = session.connection().exec_driver_sql(
        "SELECT no, bundle_id FROM received_bundle WHERE station = ? AND epoch = ?", (station, epoch)
    )
    return dict(rows.all())


def _agrees(life: Parent, received: dict[int, str]) -> bool:
    """Whether a former life knows the same bundles as this center; later ones the backup could not know."""
    told = {mark.no: mark.hash for mark in life.chain}
    first = min(told, default=life.no + 1)
    return all(told.get(no) == known for no, known in received.items() if first <= no <= life.no)
