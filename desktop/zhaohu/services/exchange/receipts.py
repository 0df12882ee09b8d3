"""Downward exchange: the center's answer to a station, and the station's reading of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlmodel import Session

from zhaohu.errors import NotFound, Refused
from zhaohu.i18n import _
from zhaohu.paths import shown
from zhaohu.records.codes import Role, SiteKind
from zhaohu.records.exchange import Peer
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.exchange import history, lives, questions, shelf
from zhaohu.services.exchange.bundles import LIMITS, exchanging, outbox, temporary
from zhaohu.services.register import incoming
from zhaohu.services.safety.backups import Reason, create_backup
from zhaohu.sync import answers, asking, delivery, lineage, marks, packets
from zhaohu.sync.refusals import refusal
from zhaohu.sync.scratch import Scratch


@dataclass(frozen=True, slots=True)
class PacketWritten:
    """A return packet that was written: how many bundles it answers, how many held records it names."""

    file: Path
    station: str
    no: int
    receipts: int
    held: int


@dataclass(frozen=True, slots=True)
class ReceiptReport:
    """What a return packet told this station.

    Attributes:
        status: `already_had` when it was the one read last; then nothing was changed.
        confirmed: Bundles whose receipt was new.
        confirmed_no: Number of the newest bundle that the center has.
        held: Records that the center keeps aside now.
        reference_rows: Stations, populations and other settings of the center that were new or had changed.
        enrolled: The first packet: the center has accepted this station.
        keys_accepted: The center has accepted the new keys of this station; they are in use now.
        given_back: Records that were lost here and came back.
        kept: Records edited here of which the center's version is kept beside, for a person to compare.
        is_copy: The center goes on with another PC's data of this station (see `lives`).
        questions: Those of the center that wait for an answer now.
        offers: Children who wait to be taken over or refused now.
        center_fingerprint: The center has changed its keys; these were taken over, for its present ones vouch for them.
    """

    status: Literal["accepted", "already_had"]
    no: int
    confirmed_no: int
    confirmed: int
    held: int
    reference_rows: int
    center_time: str
    enrolled: bool
    keys_accepted: bool = False
    center_fingerprint: str = ""
    given_back: int = 0
    kept: int = 0
    is_copy: bool = False
    questions: int = 0
    offers: int = 0


def export_receipt(
    desk: Desk, station: str, out: Path, look: Callable[[Session, Peer], object] | None = None
) -> PacketWritten:
    """Write the return packet for a station (`01` or `371103-01`) into the folder `out`. Admin, at the center.

    Args:
        desk: Who writes.
        station: Whom it is for.
        out: Where to.
        look: Called in the transaction in which it is made: sees just what the packet tells.

    Raises:
        Refused: `not_found`, `not_enrolled`, `no_space`, `cannot_write`.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    code = f"{desk.site.district_code}-{station}" if re.fullmatch(r"\d{2}", station) else station
    with (
        delivery.writing(temporary(desk)),
        exchanging(desk),
        Scratch(temporary(desk)) as spool,
        desk.write("receipt.export") as work,
    ):
        peer = work.session.get(Peer, code)
        if peer is None:
            message = _("There is no station {code} in this district.").format(code=station)
            raise NotFound(message, station=station)
        if peer.status == "revoked":
            raise refusal("revoked", station=code)
        if peer.sign_public is None:
            message = _("Station {code} has not replied to its enrolment file yet.").format(code=station)
            raise Refused(message, code="not_enrolled", station=code)
        gaps = [one.bundle_id for one in shelf.waiting(work.session, code, (shelf.GAP,))]
        asking.ask_for_gaps(work.session, code, gaps)
        packet = packets.make(work.session, spool, peer, temporary(desk), desk.clock)
        if look is not None:
            look(work.session, peer)
        work.note(station=code, no=packet.no, file=packet.file.name, counts=packet.counts)
    try:  # after the commit: a number once handed out is never given to another packet
        file = delivery.hand_out(packet.file, out, packet.file.name)
    finally:
        with suppress(OSError):
            packet.file.unlink()
    return PacketWritten(file, code, packet.no, packet.counts[packets.RECEIPT], packet.counts[packets.HELD])


def import_receipt(desk: Desk, file: Path) -> ReceiptReport:
    """Read a return packet. Admin or teacher, at a station.

    Raises:
        Refused: Not for this station, damaged, not from its center, `superseded` by a later one read before,
            `forked`, or the backup that is made first cannot be; nothing was changed.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with delivery.writing(temporary(desk)), exchanging(desk):
        return _read(desk, file)


def _read(desk: Desk, file: Path) -> ReceiptReport:
    with delivery.taken_in(file, temporary(desk), LIMITS) as copy, Scratch(temporary(desk)) as staging:
        with desk.read() as session:
            station = answers.know_station(session, desk.site.code)
        manifest = answers.stage(copy, station, staging, LIMITS, lambda _size: None)
        if manifest.no < station.packet_no:
            raise refusal("superseded", no=manifest.no)
        known = manifest.no == station.packet_no
        if not known:
            create_backup(desk, Reason.IMPORT)
        with lives.noting_a_fork(desk), desk.write("receipt.import") as work:
            answer = answers.Answer(manifest.no)
            if not known:
                answer = answers.apply(work.session, manifest, staging, desk.clock.stamp())
                history.note_packet(work.session, manifest, answer, desk.clock.stamp())
            mark = marks.acknowledged(work.session)
            is_copy = lineage.copy_since(work.session) != ""
            settled = marks.settled(work.session)
            work.note(file=shown(file), no=manifest.no, confirmed=answer.confirmed, held=answer.held)
            if answer.keys.own:
                work.note(keys_accepted=True)
            if answer.keys.center:
                work.note(center_fingerprint=answer.keys.center)
    for name in settled:
        with suppress(OSError):  # read already; it is taken away after the next packet
            (outbox(desk) / name).unlink(missing_ok=True)
    return ReceiptReport(
        "already_had" if known else "accepted",
        manifest.no,
        mark.no if mark else 0,
        answer.confirmed,
        answer.held,
        answer.reference_rows,
        manifest.made_at,
        answer.newly_enrolled,
        answer.keys.own,
        answer.keys.center,
        answer.back.back,
        answer.back.kept,
        is_copy,
        questions.count_open(desk),
        incoming.count_offers(desk),
    )
