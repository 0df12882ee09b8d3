"""Upward, at the station: what waits, and the bundle that takes it to the center."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import col, func, select

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.records import STATION_TABLES
from zhaohu.records.codes import Role, SiteKind
from zhaohu.records.exchange import Journal, SentBundle
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.exchange.folders import exchanging, outbox, temporary
from zhaohu.services.safety import life_marks
from zhaohu.store import settings
from zhaohu.sync import delivery, export, marks
from zhaohu.sync.scratch import Scratch


@dataclass(frozen=True, slots=True)
class Pending:
    """What waits at a station: own records that the center has not confirmed, and where the exchange stands.

    `owes_word`: the center still has to hear that its last packet was read; an exchange tells it, without records too.
    `has_reply`: the reply to the enrolment file can be written once more; the center has not taken it yet.
    """

    counts: dict[str, int]
    last_export: str | None
    last_export_no: int
    last_confirmed: str | None
    last_confirmed_no: int
    enrolled_at: str | None
    owes_word: bool
    has_reply: bool

    @property
    def records(self) -> int:
        """All records that the center has not confirmed."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Exported:
    """A bundle that was written: `again` when it is the last one once more, since nothing changed after it."""

    file: Path
    no: int
    kind: str
    counts: dict[str, int]
    bundle_id: str
    again: bool

    @property
    def records(self) -> int:
        """All records in it."""
        return sum(self.counts.values())


def export_bundle(desk: Desk, out: Path, *, full: bool = False) -> Exported:
    """Write a bundle of everything the center has not confirmed into the folder `out`. Admin or teacher, at a station.

    When nothing changed since the last bundle and that is not confirmed, the very same file is written again; with
    `full` it holds all records, confirmed or not.

    Raises:
        Refused: `nothing_new`, `no_space`, `cannot_write`, `busy`. A bundle that was made stays re-sendable.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with delivery.writing(outbox(desk)), exchanging(desk):
        if full:
            _ask(desk)
        return _export(desk, out)


def ask_for_all(desk: Desk) -> None:
    """Make the next bundle hold all records, confirmed or not. Admin or teacher, at a station."""
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with exchanging(desk):
        _ask(desk)


def _ask(desk: Desk) -> None:
    with desk.write("bundle.ask_for_all") as work:
        settings.put(work.session, marks.FULL_WANTED, marks.OWN_WISH)


def _export(desk: Desk, out: Path) -> Exported:
    with desk.read() as session:
        next_ = export.place(session, desk.site.district_code)
        again = None if next_ is None else export.repeatable(session, next_, outbox(desk))
    if next_ is None:
        raise Refused(_("There is nothing new: the center has confirmed everything recorded here."), code="nothing_new")
    bundle = again or _make(desk)
    file = delivery.hand_out(outbox(desk) / bundle.file, out, bundle.file)
    with desk.write("bundle.export") as work:
        work.note(no=bundle.no, bundle=bundle.bundle_id, file=bundle.file, again=again is not None)
    counts = json.loads(bundle.counts)
    return Exported(file, bundle.no, bundle.kind, counts, bundle.bundle_id, again is not None)


def pending(desk: Desk) -> Pending:
    """What waits at this station. Any role."""
    desk.require(*Role)
    desk.require_site(SiteKind.STATION)
    with desk.read() as session:
        mark, last = marks.acknowledged(session), marks.newest(session)
        query = select(Journal.table_name, func.count()).where(Journal.seq > (mark.to_seq if mark else 0))
        counts = dict(session.exec(query.group_by(col(Journal.table_name))).all())
        names = [str(record.__tablename__) for record in STATION_TABLES]
        return Pending(
            {name: counts.get(name, 0) for name in names},
            last.made_at if last else None,
            last.no if last else 0,
            mark.receipted_at if mark else None,
            mark.no if mark else 0,
            marks.enrolled_at(session),
            marks.owes_word(session),
            bool(settings.get(session, marks.REPLY)),
        )


def _make(desk: Desk) -> SentBundle:
    with Scratch(temporary(desk)) as spool:
        bundle = export.make(desk.store, spool, outbox(desk), desk.clock, desk.site.district_code)
        with desk.write("bundle.make") as work:
            export.remember(work.session, bundle, spool)
            work.note(no=bundle.no, bundle=bundle.bundle_id, counts=json.loads(bundle.counts))
    life_marks.keep(desk.store, desk.profile, desk.site.code)
    return bundle
