"""Making a bundle: one consistent read of everything that the center has not confirmed, sealed into the outbox."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from sqlmodel import Session, select

from zhaohu.clock import Clock
from zhaohu.records import STATION_TABLES
from zhaohu.records.exchange import Peer, SentBundle
from zhaohu.store import audit, clock_mark, machine, settings
from zhaohu.store.session import Store
from zhaohu.sync import canonical, container, key_change, keys, lineage, marks
from zhaohu.sync.container import BUNDLE, CONTEXTS, Hints, Payload, PayloadWriter
from zhaohu.sync.delivery import file_hash
from zhaohu.sync.manifest import BUNDLE_MIN_READER, bundle_id, common, payload_part
from zhaohu.sync.rows import TableSum, line_text, row_digest, shapes
from zhaohu.sync.scratch import Scratch
from zhaohu.sync.stored import journalled_rows, journalled_tables

_NAMED_BEFORE = 500
"""So many bundles before the one that was confirmed last are named by a snapshot, which contains them all."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a bundle stands in its epoch."""

    station: str
    district: str
    epoch: str
    no: int
    kind: Literal["full", "delta"]
    from_seq: int
    to_seq: int
    base: dict[str, Any]
    chain: list[dict[str, Any]]


@dataclass(slots=True)
class _Content:
    counts: dict[str, int] = field(default_factory=dict)
    digest: dict[str, Any] = field(default_factory=dict)
    payload: Payload | None = None


def bundle_name(station: str, no: int) -> str:
    """File name of a bundle: sorts by station and number."""
    return f"{station}-{no:06d}.zhb"


def place(session: Session, district: str) -> Place | None:
    """What the next bundle is; None when the center has confirmed everything."""
    counter, base, last = marks.counter(session), marks.acknowledged(session), marks.newest(session)
    full = settings.get(session, marks.FULL_WANTED) != ""
    confirmed = base.to_seq if base is not None else 0
    begun = base is None and lineage.parents(session) != []  # a new life is told even when nothing is in it
    word = marks.owes_word(session) or begun or key_change.is_untold(session, base)
    if counter.seq == confirmed and not full and not word:
        return None
    start = 0 if full or base is None else confirmed
    # A snapshot contains all that went before: so a center that was restored does not take a late one for a copy's.
    before = base.no if base is not None else 0
    since = marks.made_since(session, before if start else before - _NAMED_BEFORE)
    return Place(
        counter.owner,
        district,
        counter.epoch,
        (last.no if last is not None else 0) + 1,
        "full" if start == 0 else "delta",
        start,
        counter.seq,
        {"no": base.no, "hash": base.bundle_id} if base is not None else {"no": 0, "hash": ""},
        [{"no": bundle.no, "hash": bundle.bundle_id} for bundle in since],
    )


def repeatable(session: Session, next_: Place, outbox: Path) -> SentBundle | None:
    """The bundle made last, when it holds all that the next one would and its file is whole."""
    last = marks.newest(session)
    if last is None or last.to_seq != next_.to_seq or last.from_seq > next_.from_seq or last.receipted_at:
        return None
    if last.kind == "delta" and last.bundle_id == settings.get(session, marks.NOT_AGAIN):
        return None
    if key_change.is_outdated(session, last) or settings.get(session, marks.OWES_WORD) == marks.NOW:
        return None
    wanted = settings.get(session, marks.FULL_WANTED)
    if wanted and (last.kind != "full" or (wanted == marks.OWN_WISH and lineage.copy_since(session))):
        return None  # a copy has to make one that the station never made: else nobody sees that there are two
    file = outbox / last.file
    return last if file.is_file() and file_hash(file) == last.file_hash else None


def make(store: Store, scratch: Scratch, outbox: Path, clock: Clock, district: str) -> SentBundle:
    """Write the next bundle into the outbox.

    The rows' hashes stay in the scratch file until `remember` keeps them.
    """
    with store.read() as session:
        next_ = place(session, district)
        assert next_ is not None
        content = _collect(session, next_, scratch)
        manifest = canonical.encode(_manifest(session, next_, content, clock))
        center = _center(session)
        signature = keys.sign(session, CONTEXTS[BUNDLE], manifest)
        readers = [key_change.reader(center).receive, settings.get(session, marks.RECOVERY_RECIPIENT)]
        hints = Hints(BUNDLE, key_change.reader(center).fingerprint, next_.station, next_.no)
    assert content.payload is not None
    file = outbox / bundle_name(next_.station, next_.no)
    recipients = [keys.recipient(reader) for reader in readers]
    container.write(file, hints, manifest, signature, scratch, content.payload, recipients)
    return SentBundle(
        bundle_id=bundle_id(manifest),
        epoch=next_.epoch,
        no=next_.no,
        kind=next_.kind,
        from_seq=next_.from_seq,
        to_seq=next_.to_seq,
        file=file.name,
        file_hash=file_hash(file),
        made_at=clock.stamp(),
        counts=audit.canonical_json(content.counts),
    )


def remember(session: Session, bundle: SentBundle, scratch: Scratch) -> None:
    """Keep a bundle and the hashes of its rows; only then may its file leave the outbox."""
    session.add(bundle)
    session.flush()
    connection = session.connection()
    for table in shapes():
        for batch in scratch.lines(table):
            connection.exec_driver_sql(
                "INSERT INTO sent_row (bundle_id, table_name, row_id, digest) VALUES (?, ?, ?, ?)",
                [(bundle.bundle_id, table, row_id, digest) for row_id, digest in batch],
            )
    if settings.get(session, marks.OWES_WORD) == marks.NOW:
        settings.put(session, marks.OWES_WORD, f"{bundle.epoch} {bundle.no}")
    if bundle.kind == "full":
        settings.put(session, marks.FULL_WANTED, "")


def _collect(session: Session, next_: Place, scratch: Scratch) -> _Content:
    content = _Content()
    writer = PayloadWriter(scratch)
    filled = journalled_tables(session.connection())
    for record in STATION_TABLES:
        shape = shapes()[str(record.__tablename__)]
        total, count = TableSum(), 0
        rows = journalled_rows(session.connection(), shape, next_.station) if shape.name in filled else ()
        for row_id, state, fields in rows:
            digest = row_digest(shape.name, row_id, fields)
            if not state.deleted:
                total.add(digest)
            if next_.from_seq < state.seq <= next_.to_seq:
                count += 1
                scratch.add_line(shape.name, row_id, digest)
                writer.add(line_text(shape.name, row_id, state, fields))
        content.counts[shape.name] = count
        content.digest[shape.name] = total.value()
    content.payload = writer.finish()
    return content


def _manifest(session: Session, next_: Place, content: _Content, clock: Clock) -> dict[str, Any]:
    assert content.payload is not None
    center = _center(session)
    head, head_no = audit.head(session)
    return {
        **common(BUNDLE_MIN_READER),
        "direction": "up",
        "kind": next_.kind,
        "district": next_.district,
        "from": {
            "station": next_.station,
            "epoch": next_.epoch,
            "key": keys.own_public(session).fingerprint,
        },
        "to": {"code": center.code, "key": key_change.reader(center).fingerprint},
        "no": next_.no,
        "from_seq": next_.from_seq,
        "to_seq": next_.to_seq,
        "base": next_.base,
        "chain": next_.chain,
        "parents": lineage.parents(session),
        "counts": content.counts,
        "digest": content.digest,
        "payload": payload_part(content.payload),
        "receipts_seen": center.packet_no,
        "audit_head": {"no": head_no, "hash": head},
        "made_at": clock.stamp(),
        "clock_suspect": clock_mark.doubt(session, clock.now()) != "",
        "machine": machine.fingerprint(next_.station),
        **key_change.station_part(session, next_.station),
    }


def _center(session: Session) -> Peer:
    return session.exec(select(Peer)).one()
