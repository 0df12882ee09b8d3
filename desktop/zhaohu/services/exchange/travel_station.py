"""An exchange through a place, at a station: read what the center has answered, then send what it has not confirmed."""

from __future__ import annotations

import tempfile
from pathlib import Path

from sqlmodel import col, select

from zhaohu.errors import Refused
from zhaohu.records.exchange import Peer, SentBundle
from zhaohu.services.exchange import bundles, receipts
from zhaohu.services.exchange.trip import DONE, REFUSED, TOO_NEW, Trip, mark_of
from zhaohu.sync import marks
from zhaohu.sync.travel.names import name_at_place
from zhaohu.sync.travel.place import Entry

_LATER = frozenset({"busy", "no_space", "unreadable", "cannot_write"})
"""Refusals that are no fault of the file."""
_LOOK_BACK = 500


def go(trip: Trip) -> None:
    """Read first: then the bundle is as small as it can be, and obeys what the center asks for.

    Raises:
        Refused: The place cannot be used, or this station may not send now.
        Cancelled: Asked for.
    """
    _read_packets(trip)
    _send(trip)
    _clear_away(trip)


def _read_packets(trip: Trip) -> None:
    code = trip.desk.site.code
    there = trip.entries(lambda name: name.kind == "zhr" and name.station == code)
    with trip.desk.read() as session:
        read = session.exec(select(Peer.packet_no)).one()
    newer = [(entry, name) for entry, name in there if name.no > read]
    became: dict[str, str] = {}
    wanted = trip.to_fetch(newer)
    trip.expect(sum(entry.size for entry in wanted[-1:]))
    for entry in reversed(wanted):  # packets repeat what matters: the newest that is whole says everything
        became[mark_of(entry)] = state = _read_one(trip, entry)
        if state == DONE:
            break
    trip.remember(became, there)


def _read_one(trip: Trip, entry: Entry) -> str:
    file = trip.fetch(entry)
    if file is None:
        return REFUSED
    try:
        trip.report.receipt = receipts.import_receipt(trip.desk, file)
    except Refused as refused:
        if refused.code in _LATER:
            raise
        trip.came(entry, REFUSED, refused.code, refused.message)
        return TOO_NEW if refused.code == "update_center" else REFUSED
    finally:
        file.unlink(missing_ok=True)
    trip.came(entry, trip.report.receipt.status)
    return DONE


def _send(trip: Trip) -> None:
    with tempfile.TemporaryDirectory(prefix="out-", dir=trip.folder, ignore_cleanup_errors=True) as folder:
        try:
            made = bundles.export_bundle(trip.desk, Path(folder))
        except Refused as refused:
            if refused.code != "nothing_new":
                raise
            trip.report.nothing_new = True
            return
        trip.send(made.file, trip.desk.site.code, made.no, made.records)
        trip.report.waiting = not trip.report.sent


def _clear_away(trip: Trip) -> None:
    """Take away bundles of this PC that the center has confirmed; what others laid down stays."""
    with trip.desk.read() as session:
        settled = set(marks.settled(session))
        query = select(SentBundle).order_by(col(SentBundle.made_at).desc()).limit(_LOOK_BACK)
        made = [name_at_place(row.file, row.file_hash) for row in session.exec(query) if row.file in settled]
    trip.remove_quietly(made)
