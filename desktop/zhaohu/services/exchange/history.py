"""What was exchanged at this site: bundles written and confirmed, packets read, exchanges through places."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from sqlmodel import Session, col, select

from zhaohu.i18n import N_, _, ngettext
from zhaohu.records.codes import Role
from zhaohu.records.exchange import ReadPacket, SentBundle, TravelRun
from zhaohu.services.desk import Desk
from zhaohu.services.exchange.travel_words import failure_words
from zhaohu.sync.answers import Answer
from zhaohu.sync.manifest import PacketManifest

Kind = Literal["bundle", "packet", "run"]

_STATES = {
    "written": N_("written, not yet confirmed"),
    "confirmed": N_("confirmed"),
    "read": N_("read"),
    "done": N_("done"),
    "failed": N_("failed"),
}


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that happened in the exchange.

    Attributes:
        at: When, as it is stored.
        kind: A bundle written, a packet read, an exchange through a place.
        words: The line as a sentence or two.
        no: Number of the bundle or packet; 0 for an exchange.
        records: Records in a bundle, bundles confirmed by a packet, files moved by an exchange.
        state: `written`, `confirmed`, `read`, `done` or `failed`.
        state_words: The state in words.
        place: Through which place; empty when not known.
        quiet: It happened by itself.
    """

    at: str
    kind: Kind
    words: str
    no: int
    records: int
    state: str
    state_words: str
    place: str = ""
    quiet: bool = False


def list_history(desk: Desk, limit: int = 200) -> list[HistoryLine]:
    """What happened, the newest first; at the center only exchanges through places. Any role."""
    desk.require(*Role)
    with desk.read() as session:
        lines = [*_bundles(session, limit), *_packets(session, limit), *_runs(session, limit)]
    return sorted(lines, key=lambda line: line.at, reverse=True)[:limit]


def note_packet(session: Session, manifest: PacketManifest, answer: Answer, at: str) -> None:
    """Keep that a packet was read, and how many of each kind it brought."""
    counts = {table: count for table, count in manifest.counts.items() if count}
    summary = {"confirmed": answer.confirmed, "held": answer.held, "counts": counts}
    text = json.dumps(summary, sort_keys=True)
    session.merge(ReadPacket(no=manifest.no, made_at=manifest.made_at, read_at=at, summary=text))


def _bundles(session: Session, limit: int) -> list[HistoryLine]:
    lines = []
    for row in session.exec(select(SentBundle).order_by(col(SentBundle.made_at).desc()).limit(limit)):
        records = sum(json.loads(row.counts).values())
        state = "confirmed" if row.receipted_at else "written"
        said = _("Bundle {no}, without new records").format(no=row.no)
        if records:
            said = ngettext("Bundle {no}: {n} record", "Bundle {no}: {n} records", records).format(no=row.no, n=records)
        words = _("{bundle}, everything").format(bundle=said) if row.kind == "full" else said
        lines.append(HistoryLine(row.made_at, "bundle", words, row.no, records, state, _(_STATES[state])))
    return lines


def _packets(session: Session, limit: int) -> list[HistoryLine]:
    lines = []
    for row in session.exec(select(ReadPacket).order_by(col(ReadPacket.read_at).desc()).limit(limit)):
        summary = json.loads(row.summary)
        confirmed, held = summary.get("confirmed", 0), summary.get("held", 0)
        words = _("Return packet {no}: bundles confirmed {n}, records kept aside {held}").format(
            no=row.no, n=confirmed, held=held
        )
        lines.append(HistoryLine(row.read_at, "packet", words, row.no, confirmed, "read", _(_STATES["read"])))
    return lines


def _runs(session: Session, limit: int) -> list[HistoryLine]:
    lines = []
    for row in session.exec(select(TravelRun).order_by(col(TravelRun.id).desc()).limit(limit)):
        state = "failed" if row.code else "done"
        words = (
            failure_words(row.code)
            if row.code
            else _("Sent {sent}, fetched {fetched}").format(sent=row.sent, fetched=row.fetched)
        )
        moved = row.sent + row.fetched
        lines.append(HistoryLine(row.at, "run", words, 0, moved, state, _(_STATES[state]), row.place, row.quiet))
    return lines
