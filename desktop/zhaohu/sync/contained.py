"""At the center: bundles that never came, or come late, and whose records are in one that was taken in."""

from __future__ import annotations

import json

from sqlmodel import Session, col, select

from zhaohu.records.exchange import ReceivedBundle
from zhaohu.store import settings
from zhaohu.store.audit import canonical_json
from zhaohu.sync.manifest import BundleManifest, Mark

_COMPARED = "exchange.compared."
"""Before a station's code: hashes of what the copies' snapshots contain that a person keeps apart."""

_LIFE_AND_NO = " "
"""Between epoch and number, where a bundle of an earlier life is named by both."""


def inherited_marks(manifest: BundleManifest) -> dict[str, list[Mark]]:
    """By epoch: the bundles of earlier lives that a snapshot contains.

    A life whose number of changes is 0 was left behind: what was sent from it is not in this database.
    """
    return {life.epoch: life.chain for life in manifest.parents if life.seq} if manifest.kind == "full" else {}


def every_hash(manifest: BundleManifest) -> set[str]:
    """Hashes of all bundles that a snapshot contains."""
    if manifest.kind != "full":
        return set()
    return {mark.hash for marks in (manifest.chain, *inherited_marks(manifest).values()) for mark in marks}


def note_compared(session: Session, manifest: BundleManifest) -> None:
    """What differs in a copy's snapshot is kept apart: whatever of it comes late needs no decision of its own."""
    found = _compared(session, manifest.sender.station) | every_hash(manifest)
    settings.put(session, _COMPARED + manifest.sender.station, canonical_json(sorted(found)))


def is_compared(session: Session, manifest: BundleManifest, bundle_id: str) -> bool:
    """Whether a snapshot that is kept apart contains this bundle."""
    return bundle_id in _compared(session, manifest.sender.station)


def _compared(session: Session, station: str) -> set[str]:
    return set(json.loads(settings.get(session, _COMPARED + station) or "[]"))


def hashes(manifest: BundleManifest) -> str:
    """JSON: hashes of all that a bundle contains, as kept with it: by number, of earlier lives by life and number."""
    earlier = inherited_marks(manifest).items()
    kept = {f"{epoch}{_LIFE_AND_NO}{mark.no}": mark.hash for epoch, marks in earlier for mark in marks}
    return json.dumps({mark.no: mark.hash for mark in manifest.chain} | kept)


def named(session: Session, manifest: BundleManifest, bundle_id: str) -> dict[int, str]:
    """Numbers and hashes of bundles of this life which those that were taken in say they contain.

    One that an older program took in kept no such list: it stands for having named this very bundle.
    """
    query = select(ReceivedBundle.no, ReceivedBundle.chain).where(
        ReceivedBundle.station == manifest.sender.station, ReceivedBundle.epoch == manifest.sender.epoch
    )
    found: dict[int, str] = {}
    for no, chain in session.exec(query).all():
        if not chain and no > manifest.no:
            found.setdefault(manifest.no, bundle_id)
        told = json.loads(chain or "{}").items()
        found |= {int(number): hash_ for number, hash_ in told if _LIFE_AND_NO not in number}
    return found


def holds(session: Session, station: str, bundle_id: str) -> bool:
    """Whether one that was taken in says that it contains this bundle, of which nothing but its id may be left."""
    query = select(ReceivedBundle.sequence).where(
        ReceivedBundle.station == station, col(ReceivedBundle.chain).contains(bundle_id)
    )
    return session.exec(query).first() is not None


def inherited(session: Session, manifest: BundleManifest, bundle_id: str) -> bool:
    """Whether a later life of the station, which was taken in, had made this bundle before that life began."""
    name = f'"{manifest.sender.epoch}{_LIFE_AND_NO}{manifest.no}": "{bundle_id}"'
    query = select(ReceivedBundle.sequence).where(
        ReceivedBundle.station == manifest.sender.station, col(ReceivedBundle.chain).contains(name)
    )
    return session.exec(query).first() is not None
