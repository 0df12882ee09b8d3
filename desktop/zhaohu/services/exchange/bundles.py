"""Upward exchange: what a station sends, and what the center takes in."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from sqlmodel import col, func, select

from zhaohu.errors import Cancelled as CancelledWork
from zhaohu.errors import Refused
from zhaohu.i18n import N_, _
from zhaohu.records import STATION_TABLES, Child
from zhaohu.records.codes import Role, SiteKind
from zhaohu.records.exchange import HeldRow, Journal, Peer, SentBundle
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.safety.backups import Reason, create_backup
from zhaohu.store.lock import one_at_a_time
from zhaohu.sync import applying, checking, delivery, export, importing, marks, packets, scratch
from zhaohu.sync.container import Limits
from zhaohu.sync.refusals import refusal
from zhaohu.sync.scratch import Scratch

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]

LIMITS = Limits()
_HELD_MESSAGES = {
    checking.NOT_OWNER: N_("The record belongs to another station."),
    checking.BAD_VALUE: N_("A value is outside what is allowed."),
    checking.MISSING_PARENT: N_("The record hangs on another one that has not arrived."),
    checking.DUPLICATE: N_("Another record has the same number already."),
    checking.STILL_NEEDED: N_("The record was deleted, but others still hang on it."),
}


@dataclass(frozen=True, slots=True)
class Pending:
    """What waits at a station: own records that the center has not confirmed, and where the exchange stands."""

    counts: dict[str, int]
    last_export: str | None
    last_export_no: int
    last_confirmed: str | None
    last_confirmed_no: int
    enrolled_at: str | None

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


@dataclass(frozen=True, slots=True)
class BundleInfo:
    """What could be checked of a bundle: its outside only, or (at the center it is for) all of it.

    `place` says what an import would find: `new`, `known` (had already) or `superseded` (contained in a later one).
    """

    file: Path
    station: str
    no: int
    size_bytes: int
    depth: Literal["outside", "content"]
    bundle_id: str | None = None
    kind: str | None = None
    made_at: str | None = None
    counts: dict[str, int] = field(default_factory=dict)
    place: str | None = None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of one file.

    `tables` holds per table how many records were `new`, `changed`, `unchanged`, `deleted`, and how many of the
    station's are `held` now; the properties are the sums. All are empty when the bundle was had already. `reason` is
    a stable code (with its sentence in `message`) when refused, `known` or `superseded` when had already. `differs`:
    after this import the center's records are not the station's; it will ask for all of them.
    """

    file: Path
    status: Literal["accepted", "already_had", "refused"]
    station: str = ""
    station_name: str = ""
    no: int = 0
    tables: dict[str, dict[str, int]] = field(default_factory=dict)
    differs: bool = False
    reason: str | None = None
    message: str = ""

    @property
    def new(self) -> int:
        """Records that were not here before."""
        return self._sum("new")

    @property
    def changed(self) -> int:
        """Records that came in a newer version."""
        return self._sum("changed")

    @property
    def unchanged(self) -> int:
        """Records that were here just so."""
        return self._sum("unchanged")

    @property
    def deleted(self) -> int:
        """Records that the station took away."""
        return self._sum("deleted")

    @property
    def held(self) -> int:
        """Records kept aside with a reason."""
        return self._sum("held")

    def _sum(self, word: str) -> int:
        return sum(counts.get(word, 0) for counts in self.tables.values())


@dataclass(frozen=True, slots=True)
class StationState:
    """At the center: where the exchange with one station stands."""

    code: str
    name: str
    status: str
    last_no: int
    last_received: str | None
    last_made: str | None
    children: int
    held: int
    differs: bool


@dataclass(frozen=True, slots=True)
class HeldRecord:
    """A record that the center keeps aside, with the reason; `child_id` when it hangs on a child."""

    station: str
    table: str
    id: str
    child_id: str | None
    reason: str
    message: str
    field: str | None


@dataclass(frozen=True, slots=True)
class ExchangeStatus:
    """`pending` at a station, `stations` at the center; `held` at both."""

    pending: Pending | None
    stations: list[StationState]
    held: list[HeldRecord]


def outbox(desk: Desk) -> Path:
    """Where bundles stay until the center has confirmed them."""
    return desk.profile / "outbox"


def temporary(desk: Desk) -> Path:
    """Where files lie while they are worked on."""
    return desk.profile / "tmp"


def exchanging(desk: Desk) -> AbstractContextManager[None]:
    """Keeps a scheduled command and an open window from making, taking in or confirming bundles at the same time."""
    return one_at_a_time(desk.profile / "exchange.lock")


def export_bundle(desk: Desk, out: Path) -> Exported:
    """Write a bundle of everything the center has not confirmed into the folder `out`. Admin or teacher, at a station.

    When nothing changed since the last bundle and that is not confirmed, the very same file is written again.

    Raises:
        Refused: `nothing_new`, `no_space`, `cannot_write`, `busy`. A bundle that was made stays re-sendable.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with delivery.writing(outbox(desk)), exchanging(desk):
        return _export(desk, out)


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
        )


def verify_bundle(desk: Desk | None, file: Path) -> BundleInfo:
    """Check a bundle without taking it in: all of it at the center it is for, only its outside elsewhere. Any role.

    Raises:
        Refused: With the code that an import would refuse it with.
    """
    if desk is not None:
        desk.require(*Role)
    if desk is None or desk.site.kind is SiteKind.STATION:
        if not file.is_file():
            raise refusal("unreadable", file=file.name)
        hints = importing.outside(file, LIMITS)
        return BundleInfo(file, hints.sender, hints.no, file.stat().st_size, "outside")
    with (
        delivery.taken_in(file, temporary(desk), LIMITS) as copy,
        Scratch(temporary(desk)) as staging,
        desk.read() as session,
    ):
        center = importing.know_center(session, desk.site.district_code)
        bundle = importing.stage(copy, center, staging, LIMITS, lambda _size: None)
        manifest = bundle.manifest
        where = importing.place(session, bundle)
        return BundleInfo(
            file,
            bundle.station,
            manifest.no,
            copy.stat().st_size,
            "content",
            bundle.id,
            manifest.kind,
            manifest.made_at,
            manifest.counts,
            where,
        )


def import_bundles(
    desk: Desk, files: Sequence[Path], progress: Progress | None = None, cancelled: Cancelled | None = None
) -> list[ImportReport]:
    """Take bundles in, one transaction each; progress in bytes of all files. Admin, at the center.

    A file that is refused changes nothing and does not stop the others.

    Raises:
        Cancelled: Asked for; files before the one in work stay in.
        Refused: `busy`, or the backup that is made first cannot be; nothing was taken in.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    total = sum(file.stat().st_size for file in files if file.is_file())
    done = 0

    def tick(size: int) -> None:
        nonlocal done
        done += size
        if cancelled is not None and cancelled():
            raise CancelledWork
        if progress is not None:
            progress(done, total)

    with delivery.writing(temporary(desk)), exchanging(desk):
        scratch.sweep(temporary(desk))
        delivery.sweep(temporary(desk))
        create_backup(desk, Reason.IMPORT)
        return [_import_one(desk, file, tick) for file in files]


def status(desk: Desk) -> ExchangeStatus:
    """Where the exchange stands. Any role."""
    desk.require(*Role)
    center = desk.site.kind is SiteKind.CENTER
    stations: list[StationState] = []
    with desk.read() as session:
        for peer in session.exec(select(Peer).order_by(col(Peer.code))) if center else ():
            last = importing.cursor(session, peer.code)
            children = select(func.count()).where(Child.owner == peer.code, col(Child.deleted_at).is_(None))
            held = select(func.count()).select_from(HeldRow).where(HeldRow.station == peer.code)
            stations.append(
                StationState(
                    peer.code,
                    peer.name,
                    peer.status,
                    last.no if last else 0,
                    last.received_at if last else None,
                    last.made_at if last else None,
                    session.exec(children).one(),
                    session.exec(held).one(),
                    last is not None and bool(json.loads(last.result)["differs"]),
                )
            )
        rows = session.exec(select(HeldRow).order_by(col(HeldRow.station), col(HeldRow.row_id))).all()
        held_rows = [
            HeldRecord(
                row.station, row.table_name, row.row_id, row.child_id, row.reason, held_message(row.reason), row.field
            )
            for row in rows
        ]
    return ExchangeStatus(None if center else pending(desk), stations, held_rows)


def held_message(reason: str) -> str:
    """The sentence for the reason why a record is held."""
    return _(_HELD_MESSAGES[reason]) if reason in _HELD_MESSAGES else reason


def _make(desk: Desk) -> SentBundle:
    with Scratch(temporary(desk)) as spool:
        bundle = export.make(desk.store, spool, outbox(desk), desk.clock, desk.site.district_code)
        with desk.write("bundle.make") as work:
            export.remember(work.session, bundle, spool)
            work.note(no=bundle.no, bundle=bundle.bundle_id, counts=json.loads(bundle.counts))
    return bundle


def _import_one(desk: Desk, file: Path, tick: Callable[[int], None]) -> ImportReport:
    try:
        with (
            delivery.writing(temporary(desk)),
            delivery.taken_in(file, temporary(desk), LIMITS) as copy,
            Scratch(temporary(desk)) as staging,
        ):
            with desk.read() as session:
                center = importing.know_center(session, desk.site.district_code)
            bundle = importing.stage(copy, center, staging, LIMITS, tick)
            try:
                return _take(desk, file, bundle, center, staging)
            except Refused as refused:
                _set_aside(desk, copy, bundle, refused.code)
                raise
    except Refused as refused:
        hints = _hints(file)
        with desk.write("bundle.refuse") as work:
            work.note(file=file.name, reason=refused.code, station=hints[0], no=hints[1])
        return ImportReport(file, "refused", hints[0], "", hints[1], reason=refused.code, message=refused.message)


def _take(desk: Desk, file: Path, bundle: importing.Staged, center: importing.Center, staging: Scratch) -> ImportReport:
    name = center.senders[bundle.station].name
    with desk.write("bundle.import", grade=False) as work:
        session = work.session
        where = importing.place(session, bundle)
        if where == "superseded":
            work.note(file=file.name, station=bundle.station, no=bundle.manifest.no, result=where)
            message = _("A later bundle of this station holds all that is in this one.")
            return ImportReport(
                file, "already_had", bundle.station, name, bundle.manifest.no, reason=where, message=message
            )
        if where == "known":
            work.note(file=file.name, station=bundle.station, no=bundle.manifest.no, result=where)
            return ImportReport(file, "already_had", bundle.station, name, bundle.manifest.no, reason=where)
        received = applying.apply(session, bundle, staging, desk.clock.stamp())
        packets.heard(session, bundle.station, bundle.manifest.receipts_seen)
        result = json.loads(received.result)
        work.note(file=file.name, station=bundle.station, no=received.no, result=where, counts=result["tables"])
    return ImportReport(file, "accepted", bundle.station, name, received.no, result["tables"], result["differs"])


def _set_aside(desk: Desk, copy: Path, bundle: importing.Staged, reason: str) -> None:
    """Keep a bundle of a second history for a person to compare; remember that a station must go back."""
    if reason == "forked":
        folder = desk.profile / "quarantine"
        folder.mkdir(mode=0o700, exist_ok=True)
        copy.replace(folder / f"{bundle.id}.zhb")
    if reason == "gap":
        with desk.store.write() as session:
            packets.heard(session, bundle.station, bundle.manifest.receipts_seen)
            packets.note_gap(session, bundle.station)


def _hints(file: Path) -> tuple[str, int]:
    """Station and number as the outside of a refused file has them, unproven; empty when it cannot be read."""
    try:
        hints = importing.outside(file, LIMITS)
    except (Refused, OSError):
        return "", 0
    return hints.sender, hints.no
