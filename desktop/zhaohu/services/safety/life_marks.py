"""A database that was put back, or a station's that came from another PC, is noticed when it opens: a new life begins.

Else its numbers would mean two things: the center would take one history of a station for another, and a station would
not read the packets of a center that has lost something.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy.exc import NoResultFound
from sqlmodel import Session

from zhaohu.clock import Clock
from zhaohu.errors import Refused
from zhaohu.store import audit, machine, watermark
from zhaohu.store.session import Store
from zhaohu.sync import lineage, packets


def watch(session: Session, profile: Path, site: str, account: str, clock: Clock) -> None:
    """At log-in: begin a new life where the marks outside show an older state, or a station's another PC."""
    here, center = machine.fingerprint(site), lineage.is_center(site)
    marks = watermark.read(profile, site, here)
    moved = not center and any(here and mark["machine"] not in ("", here) for mark in marks)
    behind = [mark for mark in marks if lineage.fell_behind(session, mark)]
    if not moved and not behind:
        return
    because: lineage.Because = "moved" if moved else "fell_behind"
    epoch = lineage.begin(session, [lineage.left_behind(mark) for mark in behind], because, clock.stamp())
    if center:
        packets.after_restore(session, {}, _highest(behind))
    detail: dict[str, object] = {"reason": because, "epoch": epoch}
    audit.append(session, at=clock.stamp(), account=account, action="life.begin", subject=None, detail=detail)


def former(profile: Path, site: str) -> list[dict[str, Any]]:
    """Lives of a database that is replaced, as far as the marks outside tell."""
    return [lineage.left_behind(mark) for mark in watermark.read(profile, site, machine.fingerprint(site))]


def highest_packet(profile: Path, site: str) -> int:
    """The highest number of a packet that a center's marks outside tell of."""
    return _highest(watermark.read(profile, site, machine.fingerprint(site)))


def _highest(marks: list[dict[str, Any]]) -> int:
    """Marks of an older program count the packets for all stations together: more than for any of them."""
    return max((mark.get("highest", mark["no"]) for mark in marks), default=0)


def keep(store: Store, profile: Path, site: str) -> None:
    """Keep outside how far this database has come."""
    with suppress(Refused, NoResultFound), store.read() as session:  # it was closed already, or never filled
        watermark.write(profile, site, machine.fingerprint(site), lineage.mark(session))
