"""At the center: which packet a station had read when it made the bundle that was taken in last.

Within one life that number only grows. A bundle with a higher number whose station had read less was made in another
history: older files were put back unnoticed, and numbers went on from there.
"""

from __future__ import annotations

import json
from typing import Any

from sqlmodel import Session

from zhaohu.store import settings
from zhaohu.store.audit import canonical_json
from zhaohu.sync.manifest import BundleManifest

_READ = "exchange.packets_read."


def note(session: Session, manifest: BundleManifest) -> None:
    """A bundle is taken in."""
    read = {"epoch": manifest.sender.epoch, "no": manifest.receipts_seen}
    settings.put(session, _READ + manifest.sender.station, canonical_json(read))


def went_back(session: Session, manifest: BundleManifest) -> bool:
    """Whether what was taken in last knows more of the center than this bundle, which has a higher number."""
    read = json.loads(settings.get(session, _READ + manifest.sender.station) or "{}")
    return bool(read) and read["epoch"] == manifest.sender.epoch and manifest.receipts_seen < read["no"]


def said(session: Session, station: str) -> dict[str, Any]:
    """How far the station had read, for an undo of the import that says so."""
    return {"station": station, "read": settings.get(session, _READ + station)}


def say_again(session: Session, word: dict[str, Any]) -> None:
    """The bundle that said so is not here any more."""
    settings.put(session, _READ + word["station"], word["read"])
