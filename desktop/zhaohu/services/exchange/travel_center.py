"""An exchange through a place, at the center: take in what stations laid down, then answer whoever has news to hear."""

from __future__ import annotations

import hashlib
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session, col, func, or_, select

from zhaohu.errors import Refused
from zhaohu.records import Transfer
from zhaohu.records.exchange import (
    ChangeCounter,
    Handover,
    HeldRow,
    OwnKey,
    Peer,
    ReceivedBundle,
    SetAsideBundle,
    StationCopy,
)
from zhaohu.records.local import Setting
from zhaohu.services.exchange import bundles, receipts
from zhaohu.services.exchange.reports import ImportReport
from zhaohu.services.exchange.trip import DONE, REFUSED, Trip, mark_of
from zhaohu.services.growth import scores
from zhaohu.store import settings
from zhaohu.sync.offers import offer_hindrance
from zhaohu.sync.refusals import PASSING
from zhaohu.sync.travel.place import Entry


@dataclass(frozen=True, slots=True)
class _Answer:
    """The packet for a station that lies at the place, and what the station was told with it."""

    name: str
    no: int
    news: str


def go(trip: Trip) -> None:
    """Fetch, take in, answer.

    Raises:
        Refused: The place cannot be used, or nothing can be taken in now.
        Cancelled: Asked for; what was taken in stays in.
    """
    _take_in(trip)
    _answer(trip)


def _take_in(trip: Trip) -> None:
    district = trip.desk.site.district_code
    there = trip.entries(lambda name: name.kind == "zhb" and name.station.startswith(f"{district}-"))
    wanted = trip.to_fetch(there)
    trip.expect(sum(entry.size for entry in wanted))
    fetched, broken = _fetched(trip, wanted)
    became = {mark_of(entry): REFUSED for entry, file in fetched if file is None}
    files = {file: entry for entry, file in fetched if file is not None}
    if files:  # they stay here when this is cancelled or refused, and are not fetched again
        trip.report.imports = bundles.import_bundles(trip.desk, list(files), trip.progress, trip.cancelled)
        _grade(trip)
    for report in trip.report.imports:
        entry = files.get(report.file)
        if entry is not None:
            trip.came(entry, report.status, report.reason or "", report.message)
            became |= _kept(entry, report)
    trip.remember(became, there)
    for file in files:
        file.unlink(missing_ok=True)
    if broken is not None:
        raise broken


def _fetched(trip: Trip, wanted: list[Entry]) -> tuple[list[tuple[Entry, Path | None]], Refused | None]:
    """What could be brought here, and what the way broke off with: what is here is taken in first."""
    fetched: list[tuple[Entry, Path | None]] = []
    try:
        fetched.extend((entry, trip.fetch(entry)) for entry in wanted)  # those before the break stay in the list
    except Refused as refused:
        return fetched, refused
    return fetched, None


def _kept(entry: Entry, report: ImportReport) -> dict[str, str]:
    if report.status != "refused":
        return {mark_of(entry): DONE}
    return {} if report.reason in PASSING else {mark_of(entry): REFUSED}


def _grade(trip: Trip) -> None:
    try:
        scores.fill_missing(trip.desk)
    except Refused:
        return  # what was taken in stays; the next log-in grades it


def _answer(trip: Trip) -> None:
    there = {entry.name for entry in trip.place.entries()}
    with trip.desk.read() as session:
        query = select(Peer).where(Peer.status == "active", col(Peer.sign_public).is_not(None)).order_by(col(Peer.code))
        kept = json.loads(settings.get(session, trip.setting("answers")) or "{}")
        before = {code: _Answer(**one) for code, one in kept.items()}
        stations = [(peer.code, peer.packets_seen, _news(session, peer)) for peer in session.exec(query)]
    for code, seen, news in stations:
        known = before.get(code)
        if known is None or known.news != news or (known.no > seen and known.name not in there):
            _answer_one(trip, code, known)


def _answer_one(trip: Trip, code: str, known: _Answer | None) -> None:
    with tempfile.TemporaryDirectory(prefix="out-", dir=trip.folder, ignore_cleanup_errors=True) as folder:
        told: list[str] = []  # while the file is on its way there may be more news
        packet = receipts.export_receipt(
            trip.desk, code, Path(folder), lambda session, peer: told.append(_news(session, peer))
        )
        name = trip.send(packet.file, code, packet.no, packet.receipts)
    with trip.desk.store.write() as session:
        key = trip.setting("answers")
        answers = json.loads(settings.get(session, key) or "{}")
        answers[code] = {"name": name, "no": packet.no, "news": told[0]}
        settings.put(session, key, json.dumps(answers))
    if known is not None and known.name != name:
        trip.remove_quietly([known.name])  # the new one says all that it said


def _news(session: Session, peer: Peer) -> str:
    """Changes when there is something that the station has not been told: whatever a packet for it is made from."""
    code = peer.code
    newest = select(func.max(ReceivedBundle.sequence)).where(ReceivedBundle.station == code)
    held = select(HeldRow.table_name, HeldRow.row_id, HeldRow.reason).where(HeldRow.station == code)
    copies = select(StationCopy.table_name, StationCopy.row_id, StationCopy.digest).where(StationCopy.station == code)
    moves = select(Handover.transfer_id, Handover.state, Handover.at).where(
        or_(Handover.from_station == code, Handover.to_station == code)
    )
    releases = select(Transfer).where(
        or_(Transfer.owner == code, Transfer.to_station == code.partition("-")[2]),
        col(Transfer.handed_over_on).is_(None),
    )  # the token of a hand-over is made with the packet that tells of it, so the release itself is the news
    aside = select(SetAsideBundle.bundle_id, SetAsideBundle.decided).where(SetAsideBundle.station == code)
    orders = select(Setting.key, Setting.value).where(col(Setting.key).like(f"exchange.%.{code}"))
    facts: list[object] = [
        session.exec(select(ChangeCounter.epoch, ChangeCounter.seq)).one(),
        session.exec(newest).one(),
        (peer.sign_public, peer.receive_public, peer.any_life),
        sorted(session.exec(select(OwnKey.purpose, OwnKey.public)).all()),
        sorted(_release(session, one) for one in session.exec(releases)),
        *(sorted(map(str, session.exec(query).all())) for query in (held, copies, moves, aside, orders)),
    ]
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def _release(session: Session, transfer: Transfer) -> tuple[str, ...]:
    """How far a release has come that is not decided."""
    days = (transfer.asked_back_on, transfer.cancelled_on, transfer.deleted_at)
    return (transfer.id, *map(str, days), offer_hindrance(session, transfer))
