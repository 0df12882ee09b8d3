"""The very import of bundles: each file proven, placed and taken in, through acts that its caller gives.

An import gives acts that stay, a preview gives acts that are rolled back: so a preview cannot disagree with the import.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, delete, func, select

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.paths import shown
from zhaohu.records.base import new_id
from zhaohu.records.exchange import HeldRow, Peer, RefusedFile, SetAsideBundle
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import shelf, undo_notes
from zhaohu.services.exchange.acts import Acts
from zhaohu.services.exchange.folders import LIMITS, temporary
from zhaohu.services.exchange.reports import ImportReport
from zhaohu.services.exchange.shelf import Shelf
from zhaohu.sync import applying, asking, delivery, importing, key_change, packets
from zhaohu.sync.importing import Sender, Staged
from zhaohu.sync.refusals import refusal
from zhaohu.sync.scratch import Scratch

log = logging.getLogger(__name__)
Tick = Callable[[int], None]
_REFUSED_KEPT = 500
_KEYS_GONE = ("revoked", "replaced", "old_key")
_OF_DATA = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
"""Errors that values nobody has thought of bring about."""


class Intake:
    """Takes the files of one import in, one after the other.

    Args:
        desk: The center's.
        acts: What it reads and writes through.
        places: Where bundles go that are set aside.
        tick: Told how many bytes were read; it may raise to stop.
        recovery: The identity of the recovery sheet, which opens what was sealed to a center that is lost.
    """

    def __init__(self, desk: Desk, acts: Acts, places: Shelf, tick: Tick, recovery: Any = None) -> None:
        self._desk = desk
        self._acts = acts
        self._shelf = places
        self._tick = tick
        self._recovery = recovery
        self.batch = new_id()

    def files(self, paths: Sequence[Path]) -> Iterator[ImportReport]:
        """Take files in; their reports, each followed by those of bundles set aside before that could follow it."""
        for path in paths:
            yield from self._file_and_more(path)
        yield from self._unknown()
        yield from self._again(reasons=(shelf.UPDATE,))

    def waiting(self) -> list[ImportReport]:
        """Try everything that was set aside, and what lies there unknown, as after a restore; tells of what went in."""
        return [*self._unknown(), *self._again()]

    def _file_and_more(self, path: Path) -> list[ImportReport]:
        report = self._file(path, self._tick)
        return [report, *self._again(report.station)] if report.status == "accepted" else [report]

    def _again(self, station: str | None = None, reasons: Sequence[str] = shelf.WAITING) -> list[ImportReport]:
        """Try what was set aside once more, of a station or of all, as long as that helps; tells of what went in.

        A gap is only closed by what else comes of the same station, so an import does not read all of them again.
        """
        reports: list[ImportReport] = []
        while True:
            with self._acts.read() as session:
                waiting = [self._shelf.file(one.bundle_id) for one in shelf.waiting(session, station, reasons)]
            done = [self._file(file, _no_tick, from_set_aside=True) for file in waiting if file.is_file()]
            taken = [report for report in done if report.status in ("accepted", "already_had")]
            reports += taken
            if not any(report.status == "accepted" for report in taken):
                return reports

    def has_waiting(self) -> bool:
        """Whether there is anything to try again."""
        with self._acts.read() as session:
            files = [self._shelf.file(one.bundle_id) for one in shelf.waiting(session)]
        return any(file.is_file() for file in files) or bool(self._strangers())

    def _unknown(self) -> list[ImportReport]:
        """Take in what lies on the shelf though nothing is known of it, as after a restore or a power cut."""
        return [self._file(file, _no_tick, from_set_aside=True) for file in self._strangers()]

    def _strangers(self) -> list[Path]:
        with self._acts.read() as session:
            known = set(session.exec(select(SetAsideBundle.bundle_id)))
        return [file for file in self._shelf.every() if file.stem not in known]

    def _file(self, path: Path, tick: Tick, *, from_set_aside: bool = False) -> ImportReport:
        folder = temporary(self._desk)
        try:
            with (
                delivery.writing(folder),
                delivery.taken_in(path, folder, LIMITS) as copy,
                Scratch(folder) as staging,
            ):
                return self._proven(path, copy, staging, tick, from_set_aside)
        except Refused as refused:
            return self._refused(path, refused, from_set_aside)
        except _OF_DATA:  # what is in one file must not keep the others out
            log.exception("a file could not be taken in")
            return self._refused(path, refusal("failed"), from_set_aside)

    def _proven(self, path: Path, copy: Path, staging: Scratch, tick: Tick, earlier: bool) -> ImportReport:
        with self._acts.read() as session:
            center = importing.know_center(session, self._desk.site.district_code, self._recovery)
        hints = importing.outside(copy, LIMITS)
        known, outlived = earlier and self._is_known(path.stem), False
        try:
            try:
                bundle = importing.stage(copy, center, staging, LIMITS, tick)
            except Refused as refused:
                if not known or refused.code not in _KEYS_GONE:
                    raise
                bundle, outlived = importing.stage(copy, center, staging, LIMITS, tick, proven=True), True
        except Refused as refused:
            if refused.code != shelf.UPDATE:
                raise
            kept = refusal(shelf.UPDATE, "kept_unread")
            return self._keep_unread(path, copy, center.senders[hints.sender], hints.no, kept)
        name = center.senders[bundle.station].name
        try:
            if outlived:  # its PC may be lost: nothing of it goes in by itself, a person compares it
                raise refusal(shelf.FORKED, station=bundle.station, no=bundle.manifest.no)
            report = self._take(path, bundle, name, staging, earlier)
        except Refused as refused:
            if refused.code not in shelf.REASONS:
                raise
            report = self._set_aside(path, copy, bundle, name, refused, earlier)
        if earlier and path.stem != bundle.id:  # it went by the hash of its file as long as it could not be read
            with self._acts.write("bundle.set_aside") as work:
                shelf.read_at_last(work.session, path.stem, bundle, self._desk.clock.stamp())
        return report

    def _take(self, path: Path, bundle: Staged, name: str, staging: Scratch, earlier: bool) -> ImportReport:
        manifest, stamp = bundle.manifest, self._desk.clock.stamp()
        with self._acts.write("bundle.import") as work:
            session = work.session
            where = importing.place(session, bundle)
            work.note(file=shown(path), station=bundle.station, no=manifest.no, result=where)
            if where != "new":
                shelf.settle(session, bundle.id, shelf.IMPORTED if where == "known" else shelf.SUPERSEDED, stamp)
                return _had(path, bundle, name, where, earlier)
            before = undo_notes.picture(session, bundle.station)
            received = applying.apply(session, bundle, staging, stamp)
            packets.heard(session, bundle.station, manifest.receipts_seen)
            key_change.heard(session, manifest)
            shelf.settle(session, bundle.id, shelf.IMPORTED, stamp)
            if manifest.kind == "full":
                shelf.not_closed(session, asking.answered(session, bundle.station, manifest.receipts_seen))
            shelf.settle_contained(session, bundle, (shelf.FORKED,), stamp)  # the others are tried again
            shelf.settle_gone(session, bundle, self._shelf, stamp)
            received.batch = self.batch
            received.schema_no, received.machine = manifest.schema_no, manifest.machine
            received.clock_suspect = manifest.clock_suspect
            received.before = undo_notes.note(session, before, undo_notes.picture(session, bundle.station))
            session.add(received)
            result = json.loads(received.result)
            work.note(counts=result["tables"], batch=self.batch)
            reasons = _reasons(session, bundle.station)
        return ImportReport(
            path,
            "accepted",
            bundle.station,
            name,
            manifest.no,
            result["tables"],
            result["differs"],
            bundle_id=bundle.id,
            batch=self.batch,
            reasons=reasons,
            from_set_aside=earlier,
        )

    def _set_aside(
        self, path: Path, copy: Path, bundle: Staged, name: str, refused: Refused, earlier: bool
    ) -> ImportReport:
        """Keep a proven bundle that cannot go in now; a station of which something is lost must go back."""
        stamp = self._desk.clock.stamp()
        if earlier and self._waits(bundle.id, refused.code):
            return _held(path, bundle.station, name, bundle.manifest.no, refused, bundle.id, earlier)
        if not earlier or path.stem != bundle.id:
            self._shelf.put(copy, bundle.id)
        with self._acts.write("bundle.set_aside") as work:
            decided = shelf.note(work.session, bundle, refused.code, stamp)
            if refused.code == shelf.GAP:
                packets.heard(work.session, bundle.station, bundle.manifest.receipts_seen)
                packets.note_gap(work.session, bundle.station)
            work.note(file=shown(path), station=bundle.station, no=bundle.manifest.no, reason=refused.code)
        if decided:
            reason = "superseded" if decided == shelf.SUPERSEDED else "decided"
            return _had(path, bundle, name, reason, earlier)
        return _held(path, bundle.station, name, bundle.manifest.no, refused, bundle.id, earlier)

    def _is_known(self, name: str) -> bool:
        """Whether a file on the shelf was found good when it came."""
        with self._acts.read() as session:
            return session.get(SetAsideBundle, name) is not None

    def _waits(self, bundle_id: str, reason: str) -> bool:
        """Whether a bundle is known to wait for just this reason: trying it once more says nothing new."""
        with self._acts.read() as session:
            known = session.get(SetAsideBundle, bundle_id)
            return known is not None and not known.decided and known.reason == reason

    def _keep_unread(self, path: Path, copy: Path, sender: Sender, no: int, refused: Refused) -> ImportReport:
        """Keep a bundle whose sender is proven, but which a newer version of the program made."""
        name = delivery.file_hash(copy)
        earlier = path.stem == name
        if not earlier:
            self._shelf.put(copy, name)
        if not earlier or not self._waits(name, shelf.UPDATE):
            with self._acts.write("bundle.set_aside") as work:
                shelf.note_unread(work.session, name, sender.code, no, self._desk.clock.stamp())
                work.note(file=shown(path), station=sender.code, no=no, reason=refused.code)
        return _held(path, sender.code, sender.name, no, refused, name, earlier)

    def _refused(self, path: Path, refused: Refused, earlier: bool) -> ImportReport:
        """A file that is refused is not kept, but that it came, and why it was refused, is."""
        station, no = _hints(path)
        stamp = self._desk.clock.stamp()
        damaged = earlier and refused.code == "damaged"
        unread = damaged and (path in self._strangers() or self._waits(path.stem, shelf.UPDATE))
        if not earlier or unread:
            with self._acts.write("bundle.refuse") as work:
                if unread:
                    shelf.note_unread(work.session, path.stem, station, no, stamp)
                    shelf.settle(work.session, path.stem, shelf.REFUSED, stamp)
                _note_refused(work.session, path, refused.code, station, no, stamp)
                work.note(file=shown(path), reason=refused.code, station=station, no=no)
        with self._acts.read() as session:
            peer = session.get(Peer, station)
            name = peer.name if peer is not None else ""
        return ImportReport(
            path, "refused", station, name, no, reason=refused.code, message=refused.message, from_set_aside=earlier
        )


def _had(path: Path, bundle: Staged, name: str, reason: str, earlier: bool) -> ImportReport:
    message = {
        "known": "",
        "superseded": _("A later bundle of this station holds all that is in this one."),
        "decided": _("This bundle was set aside before, and a person has decided about it."),
    }[reason]
    return ImportReport(
        path,
        "already_had",
        bundle.station,
        name,
        bundle.manifest.no,
        reason=reason,
        message=message,
        bundle_id=bundle.id,
        from_set_aside=earlier,
    )


def _held(
    path: Path, station: str, name: str, no: int, refused: Refused, bundle_id: str, earlier: bool
) -> ImportReport:
    return ImportReport(
        path,
        "held",
        station,
        name,
        no,
        reason=refused.code,
        message=refused.message,
        bundle_id=bundle_id,
        from_set_aside=earlier,
    )


def _reasons(session: Session, station: str) -> dict[str, int]:
    """How many records of a station are held, by reason."""
    query = select(HeldRow.reason, func.count()).where(HeldRow.station == station).group_by(col(HeldRow.reason))
    return dict(session.exec(query.order_by(col(HeldRow.reason))).all())


def _hints(file: Path) -> tuple[str, int]:
    """Station and number as the outside of a refused file has them, unproven; empty when it cannot be read."""
    try:
        if not file.is_file():  # a pipe would be waited for
            return "", 0
        hints = importing.outside(file, LIMITS)
    except (Refused, OSError):
        return "", 0
    return hints.sender, hints.no


def _note_refused(session: Session, file: Path, reason: str, station: str, no: int, at: str) -> None:
    session.add(
        RefusedFile(at=at, file=shown(file), size_bytes=delivery.size_of(file), reason=reason, station=station, no=no)
    )
    session.flush()
    newest = select(RefusedFile.id).order_by(col(RefusedFile.id).desc()).limit(_REFUSED_KEPT)
    session.exec(delete(RefusedFile).where(col(RefusedFile.id).not_in(newest)))


def _no_tick(_size: int) -> None:
    """What was set aside is not counted: the bytes of the files that were chosen are."""
