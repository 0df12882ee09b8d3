"""The center's answer: receipts, held records, reference data, sealed for one station.

Whatever matters is repeated until a bundle of the station says that it has read it. Payload lines: `=receipt` for each
bundle, `=held` for each record held, and the center's own records as they travel upward.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, or_, select

from zhaohu.clock import Clock
from zhaohu.records import CENTER_TABLES, Question
from zhaohu.records.exchange import HeldRow, Peer, ReceivedBundle
from zhaohu.store import audit, clock_mark, settings
from zhaohu.sync import canonical, container, keys
from zhaohu.sync.container import CONTEXTS, PACKET, Hints, PayloadWriter
from zhaohu.sync.importing import cursor
from zhaohu.sync.manifest import MIN_READER, PACKET_TABLES_SINCE, common, payload_part
from zhaohu.sync.rows import journalled_rows, line_text, shapes
from zhaohu.sync.scratch import Scratch

RECEIPT, HELD = "=receipt", "=held"
_RESUME = "exchange.resume."


@dataclass(frozen=True, slots=True)
class Packet:
    """A return packet that was written."""

    file: Path
    no: int
    counts: dict[str, int]


def packet_name(station: str, no: int) -> str:
    """File name of a return packet."""
    return f"{station}-{no:06d}.zhr"


def note_gap(session: Session, station: str) -> None:
    """Remember that the station must go back to where this center stands; once for each such place.

    The order is counted above every packet that the station has read (see `heard`): so it obeys, even when a restored
    center has forgotten orders that it gave before.
    """
    place = _cursor_value(session, station)
    known = _resume(session, station)
    if {key: known[key] for key in ("no", "hash", "to_seq")} != _resume_place(place) or not known["counter"]:
        value = {**_resume_place(place), "counter": max(known["counter"], session.get_one(Peer, station).packet_no) + 1}
        settings.put(session, _RESUME + station, audit.canonical_json(value))


def heard(session: Session, station: str, packets_seen: int) -> None:
    """A bundle says which packet its station has read; numbers go on from there even when this center lost some."""
    peer = session.get_one(Peer, station)
    peer.packets_seen = max(peer.packets_seen, packets_seen)
    peer.packet_no = max(peer.packet_no, packets_seen)
    session.add(peer)


def make(session: Session, scratch: Scratch, peer: Peer, folder: Path, clock: Clock) -> Packet:
    """Write the next packet for an enrolled station into `folder`; its number is taken in this transaction."""
    reader = keys.PublicKeys(str(peer.sign_public), str(peer.receive_public))
    peer.packet_no += 1
    session.add(peer)
    counts: dict[str, int] = {RECEIPT: 0, HELD: 0}
    writer = PayloadWriter(scratch)
    for line in (*_receipts(session, peer), *_holds(session, peer.code)):
        counts[line["table"]] += 1
        writer.add(audit.canonical_json(line))
    district = peer.code.partition("-")[0]
    for record in CENTER_TABLES:
        table = str(record.__tablename__)
        counts[table] = 0
        for row_id, state, fields in journalled_rows(session.connection(), shapes()[table], district):
            if record is Question and json.loads(fields).get("station") != peer.code.partition("-")[2]:
                continue
            counts[table] += 1
            writer.add(line_text(table, row_id, state, fields))
    payload = writer.finish()
    own = keys.own_public(session)
    last = _cursor_value(session, peer.code)
    head, head_no = audit.head(session)
    manifest = {
        **common(_min_reader(counts)),
        "direction": "down",
        "kind": "packet",
        "district": district,
        "from": {"center": district, "key": own.fingerprint},
        "to": {"code": peer.code, "key": reader.fingerprint},
        "no": peer.packet_no,
        "counts": counts,
        "payload": payload_part(payload),
        "audit_head": {"no": head_no, "hash": head},
        "made_at": clock.stamp(),
        "clock_suspect": clock_mark.doubt(session, clock.now()) != "",
        "last": last,
        "resume": _resume(session, peer.code),
        "full_wanted": _full_wanted(session, peer.code),
    }
    data = canonical.encode(manifest)
    file = folder / packet_name(peer.code, peer.packet_no)
    hints = Hints(PACKET, reader.fingerprint, district, peer.packet_no)
    signature = keys.sign(session, CONTEXTS[PACKET], data)
    container.write(file, hints, data, signature, scratch, payload, [keys.recipient(reader.receive)])
    return Packet(file, peer.packet_no, counts)


def _min_reader(counts: dict[str, int]) -> int:
    """Stations need not be updated before there is something in the packet that they cannot keep."""
    return max((since for table, since in PACKET_TABLES_SINCE.items() if counts.get(table)), default=MIN_READER)


def _receipts(session: Session, peer: Peer) -> list[dict[str, Any]]:
    """One line for each bundle whose receipt the station has not said it has read."""
    query = select(ReceivedBundle).where(
        ReceivedBundle.station == peer.code,
        or_(col(ReceivedBundle.packet_no).is_(None), col(ReceivedBundle.packet_no) > peer.packets_seen),
    )
    lines = []
    for bundle in session.exec(query.order_by(col(ReceivedBundle.sequence))):
        if bundle.packet_no is None:
            bundle.packet_no = peer.packet_no
            session.add(bundle)
        lines.append(
            {
                "table": RECEIPT,
                "epoch": bundle.epoch,
                "no": bundle.no,
                "hash": bundle.bundle_id,
                "received_at": bundle.received_at,
                "result": json.loads(bundle.result),
            }
        )
    return lines


def _holds(session: Session, station: str) -> list[dict[str, Any]]:
    query = select(HeldRow).where(HeldRow.station == station)
    return [
        {
            "table": HELD,
            "name": row.table_name,
            "id": row.row_id,
            "reason": row.reason,
            "field": row.field or "",
            "child": row.child_id or "",
            "bundle": row.bundle_id,
        }
        for row in session.exec(query.order_by(col(HeldRow.table_name), col(HeldRow.row_id)))
    ]


def _cursor_value(session: Session, station: str) -> dict[str, Any]:
    last = cursor(session, station)
    if last is None:
        return {"epoch": "", "no": 0, "hash": "", "to_seq": 0}
    return {"epoch": last.epoch, "no": last.no, "hash": last.bundle_id, "to_seq": last.to_seq}


def _resume_place(place: dict[str, Any]) -> dict[str, Any]:
    return {"no": place["no"], "hash": place["hash"], "to_seq": place["to_seq"]}


def _resume(session: Session, station: str) -> dict[str, Any]:
    kept = settings.get(session, _RESUME + station)
    value: dict[str, Any] = json.loads(kept) if kept else {"no": 0, "hash": "", "to_seq": 0, "counter": 0}
    return value


def _full_wanted(session: Session, station: str) -> bool:
    last = cursor(session, station)
    return last is not None and bool(json.loads(last.result)["differs"])
