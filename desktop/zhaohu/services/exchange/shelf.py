"""Where bundles that could not go in lie whole, and what is kept about each."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

from sqlmodel import Session, col, select

from zhaohu.paths import sync_folder
from zhaohu.records.exchange import SetAsideBundle
from zhaohu.store.session import Store
from zhaohu.sync import contained
from zhaohu.sync.importing import Staged

GAP, UPDATE, MOVED, FORKED = "gap", "update_center", "moved", "forked"
REASONS = (GAP, UPDATE, MOVED, FORKED)
"""Codes of refusals after which a bundle is kept."""
WAITING = (GAP, UPDATE, MOVED)
"""Those of them after which it is tried again."""

IMPORTED, SUPERSEDED, REFUSED = "imported", "superseded", "refused"
_ENDING = ".zhb"
_FORMER_FOLDER = "quarantine"


class Shelf:
    """The folder for bundles that are set aside; a rehearsal puts its own into `instead` and reads from both."""

    def __init__(self, profile: Path, instead: Path | None = None) -> None:
        self._kept = profile / "set-aside"
        self._former = profile / _FORMER_FOLDER
        self._into = instead or self._kept

    def put(self, copy: Path, bundle_id: str) -> Path:
        """Move a private copy in, under the bundle's own name; a power cut does not take it away again."""
        self._into.mkdir(mode=0o700, parents=True, exist_ok=True)
        with copy.open("rb+") as file:
            os.fsync(file.fileno())
        kept = copy.replace(self._into / f"{bundle_id}{_ENDING}")
        sync_folder(self._into)
        return kept

    def file(self, bundle_id: str) -> Path:
        """Where a bundle lies, or would."""
        name = f"{bundle_id}{_ENDING}"
        places = [folder / name for folder in (self._into, self._kept, self._former)]
        return next((place for place in places if place.is_file()), self._kept / name)

    def every(self) -> list[Path]:
        """All files that lie here, whether something is known about them or not."""
        found = {file.name: file for folder in (self._former, self._kept) for file in folder.glob(f"*{_ENDING}")}
        return [found[name] for name in sorted(found)]

    def forget(self, bundle_id: str) -> None:
        """Take a file away that is not needed any more."""
        with contextlib.suppress(OSError):  # it is swept the next time
            self.file(bundle_id).unlink(missing_ok=True)


def note(session: Session, bundle: Staged, reason: str, at: str) -> str:
    """Keep what is known about a bundle that is set aside; returns what was decided about it, if it was.

    What comes late from a copy whose snapshot with all of it a person keeps apart is decided with that.
    """
    manifest = bundle.manifest
    known = session.get(SetAsideBundle, bundle.id)
    if known is not None and known.decided:
        return known.decided
    if known is None:
        known = SetAsideBundle(
            bundle_id=bundle.id,
            station=bundle.station,
            epoch=manifest.sender.epoch,
            no=manifest.no,
            base_no=0 if manifest.kind == "full" else manifest.base.no,
            made_at=manifest.made_at,
            machine=manifest.machine,
            arrived_at=at,
            reason=reason,
        )
    known.reason = reason
    if reason in (FORKED, MOVED) and contained.is_compared(session, manifest, bundle.id):
        known.decided, known.decided_at = SUPERSEDED, at
    session.add(known)
    session.flush()
    return known.decided


def note_unread(session: Session, file_hash: str, station: str, no: int, at: str) -> None:
    """Keep a bundle that a newer version made: only its outside can be read, so it goes by the hash of its file."""
    row = session.get(SetAsideBundle, file_hash) or SetAsideBundle(
        bundle_id=file_hash, station=station, epoch="", no=no, made_at="", arrived_at=at, reason=UPDATE
    )
    if row.decided == SUPERSEDED:  # while its file was lost
        row.decided, row.decided_at = "", None
    session.add(row)
    session.flush()


def settle(session: Session, bundle_id: str, decided: str, at: str) -> None:
    """Say what became of a bundle, if it was set aside and nobody has decided about it."""
    known = session.get(SetAsideBundle, bundle_id)
    if known is not None and not known.decided:
        known.decided, known.decided_at = decided, at
        session.add(known)
        session.flush()


def settle_contained(session: Session, bundle: Staged, reasons: Sequence[str], at: str) -> None:
    """A snapshot is here: what its database sent before, set aside for these reasons, needs no decision of its own."""
    query = select(SetAsideBundle).where(
        SetAsideBundle.station == bundle.station,
        SetAsideBundle.decided == "",
        col(SetAsideBundle.reason).in_(reasons),
        col(SetAsideBundle.bundle_id).in_(contained.every_hash(bundle.manifest)),
    )
    for row in session.exec(query).all():
        row.decided, row.decided_at = SUPERSEDED, at
        session.add(row)
    session.flush()


def not_closed(session: Session, bundle_ids: Sequence[str]) -> None:
    """The station was asked for everything because these wait, and what it sent is here.

    One that it does not contain was made in another history of the station, and waits for a person.
    """
    for bundle_id in bundle_ids:
        row = session.get(SetAsideBundle, bundle_id)
        if row is not None and not row.decided and row.reason == GAP:
            row.reason = FORKED
            session.add(row)
    session.flush()


def settle_gone(session: Session, bundle: Staged, places: Shelf, at: str) -> None:
    """A bundle is in: what waits of its station, and whose file is not here any more, is not read again.

    So it is after the center was restored to when it waited. What is contained in one that was taken in needs no
    decision. Of what only a newer version could read nothing is known, and nothing is needed: what comes after it
    builds on what it held.
    """
    manifest = bundle.manifest
    for row in waiting(session, bundle.station, (FORKED, GAP, MOVED, UPDATE)):
        if places.file(row.bundle_id).is_file():
            continue
        is_behind = row.reason == UPDATE and (manifest.kind == "full" or row.no <= manifest.no)
        if is_behind or contained.holds(session, row.station, row.bundle_id):
            row.decided, row.decided_at = SUPERSEDED, at
        session.add(row)
    session.flush()


def read_at_last(session: Session, former: str, bundle: Staged, at: str) -> None:
    """A bundle that went by the hash of its file could be read: from now on it goes by its own name."""
    known = session.get(SetAsideBundle, bundle.id)
    note_unread(session, former, bundle.station, bundle.manifest.no, at)  # unless a restore has lost what was known
    settle(session, former, IMPORTED if known is None else SUPERSEDED, at)


def waiting(session: Session, station: str | None = None, reasons: Sequence[str] = WAITING) -> list[SetAsideBundle]:
    """Those that could go in later, of a station or of all: in the order they were made."""
    query = select(SetAsideBundle).where(SetAsideBundle.decided == "", col(SetAsideBundle.reason).in_(reasons))
    if station is not None:
        query = query.where(SetAsideBundle.station == station)
    order = (col(SetAsideBundle.station), col(SetAsideBundle.epoch), col(SetAsideBundle.no))
    return list(session.exec(query.order_by(*order)))


def tidy(store: Store, places: Shelf) -> None:
    """Let go of bundles that need no keeping; one that went in an undo may want back, until the next import."""
    with store.read() as session:
        query = select(SetAsideBundle.bundle_id).where(col(SetAsideBundle.decided).in_((IMPORTED, SUPERSEDED, REFUSED)))
        done = list(session.exec(query))
    for bundle_id in done:
        places.forget(bundle_id)
