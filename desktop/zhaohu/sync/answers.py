"""Reading the center's packet at a station: what it confirms, what it holds back, and its reference data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, delete, select

from zhaohu.records import CENTER_TABLES, DistrictData
from zhaohu.records.exchange import HeldRow, Peer, SentBundle, SentRow
from zhaohu.store import settings
from zhaohu.sync import canonical, keys, marks
from zhaohu.sync.container import CONTEXTS, PACKET, Limits, Payload
from zhaohu.sync.importing import Tick
from zhaohu.sync.manifest import PacketManifest, parse
from zhaohu.sync.opening import Inside, read, read_hints
from zhaohu.sync.packets import HELD, RECEIPT
from zhaohu.sync.refusals import refusal
from zhaohu.sync.rows import Line, read_line, shapes, staged_line
from zhaohu.sync.scratch import Scratch

_REFERENCE = tuple(str(record.__tablename__) for record in CENTER_TABLES)
_TEXTS = {
    RECEIPT: ("epoch", "hash", "received_at"),
    HELD: ("name", "id", "reason", "field", "child", "bundle"),
}


@dataclass(frozen=True, slots=True)
class Station:
    """What reading needs to know of the station itself."""

    code: str
    district: str
    fingerprint: str
    identity: Any
    center: keys.PublicKeys
    packet_no: int


@dataclass(slots=True)
class Answer:
    """What a packet did here."""

    no: int
    confirmed: int = 0
    held: int = 0
    reference_rows: int = 0
    newly_enrolled: bool = False


def know_station(session: Session, code: str) -> Station:
    """Keys of this station and of its center."""
    peer = session.exec(select(Peer)).one()
    center = keys.PublicKeys(str(peer.sign_public), str(peer.receive_public))
    own = keys.own_public(session).fingerprint
    return Station(code, peer.code, own, keys.own_identity(session), center, peer.packet_no)


def stage(path: Path, station: Station, scratch: Scratch, limits: Limits, tick: Tick) -> PacketManifest:
    """Decrypt and verify a packet and lay its lines into the scratch file; nothing else is touched.

    Raises:
        Refused: With one of the codes of `refusals`.
    """
    with path.open("rb") as file:
        hints = read_hints(file, limits)
    if hints.kind != PACKET:
        raise refusal("wrong_kind")
    if hints.to != station.fingerprint:
        raise refusal("not_for_us")
    if hints.sender != station.district:
        raise refusal("unknown_sender")
    found: list[PacketManifest] = []
    left: dict[str, int] = {}

    def on_manifest(data: bytes, signature: bytes) -> Payload:
        if not keys.verifies(station.center.sign, CONTEXTS[PACKET], signature, data):
            raise refusal("bad_signature")
        manifest = parse(PacketManifest, data, hints, station.center.fingerprint, limits)
        if manifest.district != station.district or manifest.to.code != station.code:
            raise refusal("not_for_us")
        found.append(manifest)
        left.update(manifest.counts)
        return Payload(**manifest.payload.model_dump())

    def on_line(data: bytes) -> None:
        table = _line_table(data)
        if left.get(table, 0) <= 0:
            raise ValueError("count")
        left[table] -= 1
        scratch.add_line(table, "", data.decode("utf-8"))

    read(path, station.identity, Inside(limits, on_manifest, on_line), limits, tick)
    if not found or any(left.values()):
        raise refusal("damaged")
    return found[0]


def _line_table(data: bytes) -> str:
    """The kind of a line that is in order."""
    start = canonical.loads(data)
    table = start.get("table") if isinstance(start, dict) else None
    if table not in _TEXTS:
        line = read_line(data)
        if line.table not in _REFERENCE:
            raise ValueError("table")
        if not line.fields.keys() <= shapes()[line.table].names:
            raise refusal("update_center")
        return line.table
    value = canonical.decode(data)
    if not all(isinstance(value.get(name), str) for name in _TEXTS[table]):
        raise ValueError("line")
    if table == RECEIPT and type(value.get("no")) is not int:
        raise ValueError("line")
    return str(table)


def apply(session: Session, manifest: PacketManifest, scratch: Scratch, stamp: str) -> Answer:
    """Take a packet that is newer than all read before.

    Raises:
        Refused: `forked`: the center confirms a bundle that this station did not make.
    """
    answer = Answer(manifest.no)
    _confirm(session, _lines(scratch, RECEIPT), stamp, answer)
    _acknowledge(session, manifest)
    _keep_holds(session, _lines(scratch, HELD), manifest.to.code, answer)
    for table in _REFERENCE:
        for batch in scratch.lines(table):
            lines = [staged_line(content) for _row_id, content in batch]
            answer.reference_rows += put_reference(session, lines, manifest.district)
    answer.reference_rows += _forget_settings(session, scratch)
    settings.put(session, marks.FULL_WANTED, str(manifest.no) if manifest.full_wanted else "")
    if not settings.get(session, marks.ENROLLED_AT):  # a packet to our keys: the center has taken our reply
        settings.put(session, marks.ENROLLED_AT, manifest.made_at)
        answer.newly_enrolled = True
    peer = session.exec(select(Peer)).one()
    peer.packet_no = manifest.no
    session.add(peer)
    session.flush()
    return answer


def _forget_settings(session: Session, scratch: Scratch) -> int:
    """Packets hold all that the center set: a restored center may have lost what it set later; returns how many."""
    table = str(DistrictData.__tablename__)
    told = {row["id"] for row in _lines(scratch, table)}
    gone = [row for row in session.exec(select(DistrictData)) if row.id not in told]
    for row in gone:
        session.delete(row)
    session.flush()
    return len(gone)


def put_reference(session: Session, lines: list[Line], district: str) -> int:
    """Bring the center's own records up to date; returns how many differed.

    Raises:
        Refused: `damaged`: a line is not the center's, or does not fit its table.
    """
    written = 0
    for line in lines:
        shape = shapes()[line.table]
        if line.deleted:
            raise refusal("damaged")  # reference data is marked deleted, never taken away
        if line.fields.get("owner") != district or shape.invalid_field(line.id, line.fields_json) is not None:
            raise refusal("damaged")
        names = ["id", *shape.columns]
        columns = ", ".join(f'"{name}"' for name in names)
        changes = ", ".join(f'"{name}" = excluded."{name}"' for name in shape.columns)
        differs = " OR ".join(f'"{name}" IS NOT excluded."{name}"' for name in shape.columns)
        done = session.connection().exec_driver_sql(
            f"INSERT INTO {line.table} ({columns}) VALUES ({', '.join('?' * len(names))}) "  # noqa: S608
            f"ON CONFLICT (id) DO UPDATE SET {changes} WHERE {differs}",
            (line.id, *(line.fields.get(name) for name in shape.columns)),
        )
        written += done.rowcount
    if written:
        session.info["touched"] |= {line.table for line in lines}
    return written


def _lines(scratch: Scratch, table: str) -> list[dict[str, Any]]:
    return [json.loads(content) for batch in scratch.lines(table) for _row_id, content in batch]


def _confirm(session: Session, receipts: list[dict[str, Any]], stamp: str, answer: Answer) -> None:
    epoch = marks.counter(session).epoch
    for receipt in receipts:
        if receipt["epoch"] != epoch:
            continue
        bundle = session.get(SentBundle, receipt["hash"])
        if bundle is None or bundle.no != receipt["no"]:
            raise refusal("forked", no=receipt["no"])
        if bundle.receipted_at is None:
            bundle.receipted_at = stamp
            session.add(bundle)
            answer.confirmed += 1
    session.flush()


def _acknowledge(session: Session, manifest: PacketManifest) -> None:
    """Move the mark forward to the last bundle taken in; back only when the center says that it lost something."""
    last, resume = manifest.last, manifest.resume
    mark = marks.acknowledged(session)
    if resume.counter > int(settings.get(session, marks.RESUME_COUNTER, "0")):
        settings.put(session, marks.RESUME_COUNTER, str(resume.counter))
        settings.put(session, marks.ACKNOWLEDGED, last.hash)
        mark = marks.acknowledged(session)
    if last.epoch != marks.counter(session).epoch:
        return
    bundle = session.get(SentBundle, last.hash)
    if bundle is None or bundle.no != last.no:
        raise refusal("forked", no=last.no)
    if mark is not None and bundle.no <= mark.no:
        return
    settings.put(session, marks.ACKNOWLEDGED, bundle.bundle_id)
    session.connection().exec_driver_sql(
        "UPDATE journal SET was = s.digest FROM sent_row s WHERE s.bundle_id = ? "
        "AND s.table_name = journal.table_name AND s.row_id = journal.row_id",
        (bundle.bundle_id,),
    )
    covered = select(SentBundle.bundle_id).where(SentBundle.epoch == bundle.epoch, SentBundle.no <= bundle.no)
    session.exec(delete(SentRow).where(col(SentRow.bundle_id).in_(covered)))


def _keep_holds(session: Session, holds: list[dict[str, Any]], station: str, answer: Answer) -> None:
    """Packets are cumulative: what is not named any more is not held any more."""
    session.exec(delete(HeldRow))
    for held in holds:
        session.add(
            HeldRow(
                table_name=held["name"],
                row_id=held["id"],
                station=station,
                reason=held["reason"],
                field=held["field"] or None,
                child_id=held["child"] or None,
                bundle_id=held["bundle"],
            )
        )
    answer.held = len(holds)
    session.flush()
