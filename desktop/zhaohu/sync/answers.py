"""Reading the center's packet at a station: what it confirms, what it holds back, and its reference data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlmodel import Session, select

from zhaohu.records import CENTER_TABLES, DistrictData, Population, Question
from zhaohu.records import Station as StationRecord
from zhaohu.records.base import Owned
from zhaohu.records.exchange import HeldRow, Peer
from zhaohu.store import settings
from zhaohu.sync import adoption, canonical, confirming, key_change, keys, lineage, marks, packet_lines, taking_back
from zhaohu.sync.container import CONTEXTS, PACKET, Limits, Payload
from zhaohu.sync.give_back import BACK
from zhaohu.sync.importing import Tick
from zhaohu.sync.manifest import PacketManifest, parse
from zhaohu.sync.offers import HANDOVER, OFFER
from zhaohu.sync.opening import Inside, read, read_hints
from zhaohu.sync.packets import HELD, RECEIPT
from zhaohu.sync.refusals import refusal
from zhaohu.sync.rows import Line, read_line, shapes, staged_line
from zhaohu.sync.scratch import Scratch
from zhaohu.sync.stored import stored_rows

_FORGOTTEN: tuple[type[Owned], ...] = (StationRecord, Population, DistrictData)
"""What the center sets; its questions stay, for their answers do."""

_REFERENCE = tuple(str(record.__tablename__) for record in CENTER_TABLES)
_QUESTION = str(Question.__tablename__)
_REPEATED = (BACK, OFFER, HANDOVER)
"""Lines that stand in every packet until a bundle of this station says that one of them was read."""


@dataclass(frozen=True, slots=True)
class Station:
    """What reading needs to know of the station itself."""

    code: str
    district: str
    identities: dict[str, Any]
    centers: tuple[keys.PublicKeys, ...]
    packet_no: int


@dataclass(slots=True)
class Answer:
    """What a packet did here."""

    no: int
    confirmed: int = 0
    held: int = 0
    reference_rows: int = 0
    newly_enrolled: bool = False
    keys: key_change.Taken = field(default_factory=key_change.Taken)
    back: taking_back.Taken = field(default_factory=taking_back.Taken)
    children: adoption.Told = field(default_factory=adoption.Told)
    is_copy: bool = False


def know_station(session: Session, code: str) -> Station:
    """Keys of this station and of its center."""
    peer = session.exec(select(Peer)).one()
    centers = tuple(found for found in (key_change.known(peer), key_change.announced(peer)) if found is not None)
    return Station(code, peer.code, keys.own_identities(session), centers, peer.packet_no)


def stage(path: Path, station: Station, scratch: Scratch, limits: Limits, tick: Tick) -> PacketManifest:
    """Decrypt and verify a packet and lay its lines into the scratch file; nothing else is touched.

    Raises:
        Refused: With one of the codes of `refusals`.
    """
    with path.open("rb") as file:
        hints = read_hints(file, limits)
    if hints.kind != PACKET:
        raise refusal("is_bundle")
    identity = station.identities.get(hints.to)
    if identity is None:
        raise refusal("not_for_us")
    if hints.sender != station.district:
        raise refusal("unknown_sender")
    found: list[PacketManifest] = []
    left: dict[str, int] = {}

    def on_manifest(data: bytes, signature: bytes) -> Payload:
        signers = [one for one in station.centers if keys.verifies(one.sign, CONTEXTS[PACKET], signature, data)]
        if not signers:
            raise refusal("bad_signature")
        manifest = parse(PacketManifest, data, hints, signers[0].fingerprint, limits)
        if manifest.district != station.district or manifest.to.code != station.code:
            raise refusal("not_for_us")
        found.append(manifest)
        left.update(manifest.counts)
        return Payload(**manifest.payload.model_dump())

    def on_line(data: bytes) -> None:
        table = _line_table(data, station.district)
        if left.get(table, 0) <= 0:
            raise ValueError("count")
        left[table] -= 1
        scratch.add_line(table, "", data.decode("utf-8"))

    read(path, identity, Inside(limits, on_manifest, on_line), limits, tick)
    if not found or any(left.values()):
        raise refusal("damaged")
    return found[0]


def _line_table(data: bytes, district: str) -> str:
    """The kind of a line that is in order."""
    start = canonical.loads(data)
    table = start.get("table") if isinstance(start, dict) else None
    if not isinstance(table, str) or table not in packet_lines.KINDS:
        line = read_line(data)
        if line.table not in _REFERENCE:
            raise ValueError("table")
        if not line.fields.keys() <= shapes()[line.table].names:
            raise refusal("update_center")
        return line.table
    packet_lines.check(canonical.decode(data), district)
    return table


def apply(session: Session, manifest: PacketManifest, scratch: Scratch, stamp: str) -> Answer:
    """Take a packet that is newer than all read before.

    Raises:
        Refused: `forked`: the center confirms a bundle that this station did not make.
    """
    answer = Answer(manifest.no)
    answer.keys = key_change.take(session, manifest)
    answer.is_copy = lineage.hear(session, manifest, stamp)
    answer.confirmed = confirming.confirm(session, _lines(scratch, RECEIPT), stamp, is_copy=answer.is_copy)
    confirming.acknowledge(session, manifest)
    _keep_holds(session, _lines(scratch, HELD), manifest.to.code, answer)
    for table in _REFERENCE:
        for batch in scratch.lines(table):
            lines = [staged_line(content) for _row_id, content in batch]
            written = put_reference(session, lines, manifest.district)
            answer.reference_rows += written if table != _QUESTION else 0
    answer.reference_rows += _forget_settings(session, scratch, manifest.counts)
    if not answer.is_copy:  # what the station lost is not this database's
        answer.back = taking_back.take(session, scratch, manifest.to.code, stamp)
        answer.children = adoption.take(session, scratch, manifest.to.code, stamp)
        if any(manifest.counts.get(kind) for kind in _REPEATED):
            settings.put(session, marks.OWES_WORD, marks.NOW)
    if manifest.full_wanted or settings.get(session, marks.FULL_WANTED) != marks.OWN_WISH:
        settings.put(session, marks.FULL_WANTED, str(manifest.no) if manifest.full_wanted else "")
    if not settings.get(session, marks.ENROLLED_AT):  # a packet to our keys: the center has taken our reply
        settings.put(session, marks.ENROLLED_AT, manifest.made_at)
        settings.put(session, marks.REPLY, "")
        answer.newly_enrolled = True
    session.flush()
    session.connection().exec_driver_sql("UPDATE peer SET packet_no = ?", (manifest.no,))
    session.info["touched"].add("peer")
    return answer


def _forget_settings(session: Session, scratch: Scratch, counts: Mapping[str, int]) -> int:
    """Packets hold all that the center set: a center that was lost or restored knows of others; returns how many."""
    gone = 0
    for record in _FORGOTTEN:
        if str(record.__tablename__) not in counts:  # a center whose program does not know such records
            continue
        table = str(record.__tablename__)
        told = json.dumps([row["id"] for row in _lines(scratch, table)])
        dropped = session.connection().exec_driver_sql(
            f"DELETE FROM {table} WHERE id NOT IN (SELECT value FROM json_each(?))",  # noqa: S608 - our names
            (told,),
        )
        if dropped.rowcount:
            session.info["touched"].add(table)
            gone += dropped.rowcount
    return gone


def put_reference(session: Session, lines: list[Line], district: str) -> int:
    """Bring the center's own records up to date; returns how many differed.

    Raises:
        Refused: `damaged`: a line is not the center's, or does not fit its table.
    """
    written = 0
    same: dict[str, dict[str, str]] = {}
    for line in lines:
        shape = shapes()[line.table]
        if line.table not in same:
            same[line.table] = dict(stored_rows(session.connection(), shape, district))
        if same[line.table].get(line.id) == line.fields_json and not line.deleted:
            continue  # most packets bring nothing new
        if line.deleted:
            raise refusal("damaged")  # reference data is marked deleted, never taken away
        if line.fields.get("owner") != district or shape.invalid_field(line.id, line.fields_json) is not None:
            raise refusal("damaged")
        names = ["id", *shape.columns]
        columns = ", ".join(f'"{name}"' for name in names)
        changes = ", ".join(f'"{name}" = excluded."{name}"' for name in shape.columns)
        differs = " OR ".join(f'"{name}" IS NOT excluded."{name}"' for name in shape.columns)
        for column in shape.unique:  # a center that was set up anew gave the same thing another id
            session.connection().exec_driver_sql(
                f'DELETE FROM {line.table} WHERE "{column}" = ? AND id <> ?',  # noqa: S608 - our names
                (line.fields.get(column), line.id),
            )
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


def _keep_holds(session: Session, holds: list[dict[str, Any]], station: str, answer: Answer) -> None:
    """Packets are cumulative: what is not named any more is not held any more."""
    if session.connection().exec_driver_sql("DELETE FROM held_row").rowcount:
        session.info["touched"].add("held_row")
    kept = {(held["name"], held["id"]): held for held in holds}
    for held in kept.values():
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
    answer.held = len(kept)
    session.flush()
