"""At the center: a station is asked for all its records, until a snapshot made after it was told has come.

A person asks; and so does every bundle of the station that waits for one before it, which was lost here. The snapshot
closes such a gap, or shows that the bundle was made in a history that the station has left.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlmodel import Session

from zhaohu.records.exchange import Peer
from zhaohu.store import settings
from zhaohu.store.audit import canonical_json

_ASKED, _GAPS = "exchange.ask_all.", "exchange.gaps_asked."


def ask(session: Session, station: str) -> None:
    """Ask from the next packet on."""
    settings.put(session, _ASKED + station, str(session.get_one(Peer, station).packet_no))


def ask_for_gaps(session: Session, station: str, waiting: Collection[str]) -> None:
    """Ask from the next packet on for what these bundles, by their ids, wait for; for others no more."""
    asked, packet_no = _gaps(session, station), session.get_one(Peer, station).packet_no
    if waiting or asked:
        _put_gaps(session, station, {bundle_id: asked.get(bundle_id, packet_no) for bundle_id in waiting})


def is_asked(session: Session, station: str) -> bool:
    """Whether the station's packets ask."""
    return settings.get(session, _ASKED + station) != "" or bool(_gaps(session, station))


def answered(session: Session, station: str, receipts_seen: int) -> list[str]:
    """A snapshot has come; it is the answer if the station had read a packet that asked.

    Returns:
        Ids of the bundles that waited for this answer.
    """
    asked = settings.get(session, _ASKED + station)
    if asked and receipts_seen > int(asked):
        settings.put(session, _ASKED + station, "")
    gaps = _gaps(session, station)
    reached = [bundle_id for bundle_id, no in gaps.items() if receipts_seen > no]
    if reached:
        _put_gaps(session, station, {bundle_id: no for bundle_id, no in gaps.items() if bundle_id not in reached})
    return reached


def said(session: Session, station: str) -> dict[str, Any]:
    """How the asking stands, for an undo of the import that may be the answer."""
    asked, gaps = (settings.get(session, key + station) for key in (_ASKED, _GAPS))
    return {"station": station, "asked": asked, "gaps": gaps}


def say_again(session: Session, word: dict[str, Any]) -> None:
    """Ask as before: the answer is not here any more."""
    settings.put(session, _ASKED + word["station"], word["asked"])
    settings.put(session, _GAPS + word["station"], word["gaps"])


def _gaps(session: Session, station: str) -> dict[str, int]:
    """By bundle: the number of the packet before the first one that asked."""
    kept: dict[str, int] = json.loads(settings.get(session, _GAPS + station) or "{}")
    return kept


def _put_gaps(session: Session, station: str, gaps: dict[str, int]) -> None:
    settings.put(session, _GAPS + station, canonical_json(gaps) if gaps else "")
