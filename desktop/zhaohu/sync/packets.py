"""The center's answer: receipts, held records, reference data, sealed for one station.

Whatever matters is repeated until a bundle of the station says that it has read it. Payload lines: `=receipt` for each
bundle, `=held` for each record held, and the center's own records as they travel upward.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from zhaohu.clock import Clock
from zhaohu.records import CENTER_TABLES, Question
from zhaohu.records.exchange import Peer, ReceivedBundle
from zhaohu.store import audit, clock_mark, settings
from zhaohu.sync import asking, canonical, chosen, container, copies, give_back, key_change, keys, offers
from zhaohu.sync.container import CONTEXTS, PACKET, Hints, Payload, PayloadWriter
from zhaohu.sync.give_back import BACK
from zhaohu.sync.importing import cursor
from zhaohu.sync.manifest import MIN_READER, PACKET_TABLES_SINCE, common, payload_part
from zhaohu.sync.rows import line_text, shapes
from zhaohu.sync.scratch import Scratch
from zhaohu.sync.stored import journalled_rows

RECEIPT, HELD = "=receipt", "=held"
_RESUME = "exchange.resume."
_BETWEEN_BACKUPS = 1000
"""More packets for one station than are written between a backup and its restore."""


@dataclass(frozen=True, slots=True)
class Packet:
    """A return packet that was written."""

    file: Path
    no: int
    counts: dict[str, int]


def packet_name(station: str, no: int) -> str:
    """File name of a return packet."""
    return f"{station}-{no:06d}.zhr"


def note_gap(session: Session, station: str, *, anew: bool = False) -> None:
    """Remember that the station must go back to where this center stands; once for each such place, or `anew`.

    The order is counted above every packet that the station has read (see `heard`): so it obeys, even when a restored
    center has forgotten orders that it gave before.
    """
    place = _place(cursor(session, station))
    known = _resume(session, station)
    elsewhere = {key: known[key] for key in ("no", "hash", "to_seq")} != _resume_place(place)
    if elsewhere or anew or not known["counter"]:
        value = {**_resume_place(place), "counter": max(known["counter"], session.get_one(Peer, station).packet_no) + 1}
        settings.put(session, _RESUME + station, audit.canonical_json(value))


def after_restore(session: Session, written: Mapping[str, int], least: int = 0) -> None:
    """At a center that was put back to a backup: every station is called back, with numbers that none has read yet.

    Args:
        session: The open transaction.
        written: Numbers of the packets of the database that was replaced, as far as it could be read.
        least: No packet of it had a higher number, as far as is known outside it.
    """
    for peer in session.exec(select(Peer)).all():
        peer.packet_no = max(peer.packet_no, written.get(peer.code, least)) + _BETWEEN_BACKUPS
        session.add(peer)
        _tell_again(session, peer)
        note_gap(session, peer.code, anew=True)
    session.flush()


def _tell_again(session: Session, peer: Peer) -> None:
    """Tell a station everything once more: the packets that it read are not those that this center knows of."""
    offers.forget_told(session, peer.code)
    copies.forget_told(session, peer.code)
    unread = select(ReceivedBundle).where(
        ReceivedBundle.station == peer.code, col(ReceivedBundle.packet_no) > peer.packets_seen
    )
    for bundle in session.exec(unread):
        bundle.packet_no = None
        session.add(bundle)


def heard(session: Session, station: str, packets_seen: int) -> None:
    """A bundle says which packet its station has read; numbers go on from there even when this center lost some."""
    peer = session.get_one(Peer, station)
    if packets_seen > peer.packet_no:  # written by this center before it was restored: what was told since is unheard
        _tell_again(session, peer)
    peer.packets_seen = max(peer.packets_seen, packets_seen)
    peer.packet_no = max(peer.packet_no, packets_seen)
    session.add(peer)


def make(session: Session, scratch: Scratch, peer: Peer, folder: Path, clock: Clock) -> Packet:
    """Write the next packet for an enrolled station into `folder`; its number is taken in this transaction."""
    reader = keys.PublicKeys(str(peer.sign_public), str(peer.receive_public))
    peer.packet_no += 1
    session.add(peer)
    counts, payload = _lines(session, scratch, peer)
    district = peer.code.partition("-")[0]
    which = keys.which_own(session, peer.our_key)
    own = keys.own_public(session, which)
    # Whichever life comes next is the station: none that the center had before makes another one a copy.
    taken = cursor(session, peer.code)
    last = _place(None if peer.any_life else taken)
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
        "full_wanted": asking.is_asked(session, peer.code) or _differs(taken),
        **key_change.center_part(session, which, district),
        **chosen.order(session, peer.code),
    }
    data = canonical.encode(manifest)
    file = folder / packet_name(peer.code, peer.packet_no)
    hints = Hints(PACKET, reader.fingerprint, district, peer.packet_no)
    signature = keys.sign(session, CONTEXTS[PACKET], data, which)
    container.write(file, hints, data, signature, scratch, payload, [keys.recipient(reader.receive)])
    return Packet(file, peer.packet_no, counts)


def _lines(session: Session, scratch: Scratch, peer: Peer) -> tuple[dict[str, int], Payload]:
    """Write all that a station is told into the scratch file."""
    counts: dict[str, int] = {RECEIPT: 0, HELD: 0}
    writer = PayloadWriter(scratch)
    for line in (*_receipts(session, peer), *_holds(session, peer.code)):
        counts[line["table"]] += 1
        writer.add(audit.canonical_json(line))
    district = peer.code.partition("-")[0]
    for record in CENTER_TABLES:
        table = str(record.__tablename__)
        if record is Question and not takes(peer, table):
            continue
        counts[table] = 0
        for row_id, state, fields in journalled_rows(session.connection(), shapes()[table], district):
            if record is Question and json.loads(fields).get("station") != peer.code.partition("-")[2]:
                continue
            counts[table] += 1
            writer.add(line_text(table, row_id, state, fields))
    if takes(peer, BACK):
        counts[BACK] = 0
        for line in give_back.lines(session, peer):
            counts[BACK] += 1
            writer.add(audit.canonical_json(line))
        copies.told(session, peer)
    for line in offers.lines(session, peer):
        counts[line["table"]] = counts.get(line["table"], 0) + 1
        writer.add(audit.canonical_json(line))
    return counts, writer.finish()


def takes(peer: Peer, table: str) -> bool:
    """Whether the station's program knows this kind of line; one that has never sent a bundle is a new one."""
    return peer.schema_no == 0 or peer.schema_no >= PACKET_TABLES_SINCE.get(table, 0)


def _min_reader(counts: dict[str, int]) -> int:
    """Stations need not be updated before there is something in the packet that they cannot keep."""
    return max((since for table, since in PACKET_TABLES_SINCE.items() if counts.get(table)), default=MIN_READER)


def _receipts(session: Session, peer: Peer) -> list[dict[str, Any]]:
    """One line for each bundle whose receipt the station has not said it has read."""
    run = session.connection().exec_driver_sql
    run("UPDATE received_bundle SET packet_no = ? WHERE station = ? AND packet_no IS NULL", (peer.packet_no, peer.code))
    session.info["touched"].add("received_bundle")
    rows = run(
        "SELECT epoch, no, bundle_id, received_at, result FROM received_bundle "
        "WHERE station = ? AND packet_no > ? ORDER BY sequence",
        (peer.code, peer.packets_seen),
    )
    return [
        {
            "table": RECEIPT,
            "epoch": epoch,
            "no": no,
            "hash": bundle_id,
            "received_at": received_at,
            "result": json.loads(result),
        }
        for epoch, no, bundle_id, received_at, result in rows
    ]


def _holds(session: Session, station: str) -> list[dict[str, Any]]:
    rows = session.connection().exec_driver_sql(
        "SELECT table_name, row_id, reason, field, child_id, bundle_id FROM held_row WHERE station = ? "
        "ORDER BY table_name, row_id",
        (station,),
    )
    return [
        {
            "table": HELD,
            "name": name,
            "id": row_id,
            "reason": reason,
            "field": field or "",
            "child": child_id or "",
            "bundle": bundle_id,
        }
        for name, row_id, reason, field, child_id, bundle_id in rows
    ]


def _place(last: ReceivedBundle | None) -> dict[str, Any]:
    if last is None:
        return {"epoch": "", "no": 0, "hash": "", "to_seq": 0}
    return {"epoch": last.epoch, "no": last.no, "hash": last.bundle_id, "to_seq": last.to_seq}


def _resume_place(place: dict[str, Any]) -> dict[str, Any]:
    return {"no": place["no"], "hash": place["hash"], "to_seq": place["to_seq"]}


def _resume(session: Session, station: str) -> dict[str, Any]:
    kept = settings.get(session, _RESUME + station)
    value: dict[str, Any] = json.loads(kept) if kept else {"no": 0, "hash": "", "to_seq": 0, "counter": 0}
    return value


def _differs(last: ReceivedBundle | None) -> bool:
    return last is not None and bool(json.loads(last.result)["differs"])
