"""At the center: which database of a station a person has said is the station, where two of them went on.

One whose life is new here is taken in as it is. One that shares its life with another must begin a new one first: the
order stands in every packet until the first bundle of that life has come. It comes from the PC that made the bundle
which was chosen: a copy of it on another PC has that bundle too. One that is a copy is named by what it sent.
"""

from __future__ import annotations

import json
from typing import Any

from sqlmodel import Session, col, select

from zhaohu.records.exchange import Peer, ReceivedBundle, RecordVersion, SetAsideBundle
from zhaohu.store import settings
from zhaohu.store.audit import canonical_json
from zhaohu.sync.manifest import BundleManifest

OTHER = "other"
"""What a person decided about a bundle whose PC is not the station."""

_CHOSEN = "exchange.chosen."
_MOST_COPIES = 100  # so that a manifest stays within its limit: a copy that goes on is among the newest


def choose(session: Session, row: SetAsideBundle) -> bool:
    """The database that made this bundle is the station; returns whether it must begin a new life first."""
    shared = _is_known(session, row)
    # Above every order that was read, even where this center was restored and has forgotten some.
    counter = max(int(_kept(session, row.station).get("counter", 0)), session.get_one(Peer, row.station).packet_no) + 1
    life = {"hash": row.bundle_id, "machine": row.machine} if shared else {"epoch": row.epoch}
    settings.put(session, _CHOSEN + row.station, canonical_json({**life, "counter": counter}))
    return shared


def _is_known(session: Session, row: SetAsideBundle) -> bool:
    """Whether anything of the bundle's life is here: a bundle, or records that another PC brought from before it began.

    Numbers of that life may stand for something else at the PC that was chosen, if older files were put back there.
    """
    bundle = select(ReceivedBundle.bundle_id).where(
        ReceivedBundle.station == row.station, ReceivedBundle.epoch == row.epoch
    )
    version = select(RecordVersion.row_id).where(RecordVersion.epoch == row.epoch)
    return any(session.exec(query.limit(1)).first() is not None for query in (bundle, version))


def order(session: Session, station: str) -> dict[str, Any]:
    """The part of a packet's manifest that tells it: who has to begin a new life, and what copies have made."""
    kept = _kept(session, station)
    anew = {"begin_anew": {"hash": kept["hash"], "counter": kept["counter"]}} if "hash" in kept else {}
    query = select(SetAsideBundle.bundle_id).where(
        SetAsideBundle.station == station,
        SetAsideBundle.decided == OTHER,
        SetAsideBundle.epoch != kept.get("epoch", ""),  # the person has come to another mind about that life
    )
    copies = session.exec(query.order_by(col(SetAsideBundle.arrived_at).desc()).limit(_MOST_COPIES)).all()
    return anew | ({"copies": list(copies)} if copies else {})


def is_chosen(session: Session, manifest: BundleManifest) -> bool:
    """Whether a person has said that this life is the station."""
    return session.get_one(Peer, manifest.sender.station).any_life or _fits(session, manifest)


def unsure_life(session: Session, manifest: BundleManifest) -> str:
    """The life that the chosen database shared with another one, until its new one has come; empty without one.

    Older files were put back there unnoticed, or a copy went on: numbers of changes in it may stand for others here.
    """
    kept = _kept(session, manifest.sender.station)
    aside = session.get(SetAsideBundle, kept["hash"]) if "hash" in kept and _fits(session, manifest) else None
    return aside.epoch if aside is not None else ""


def taken_in(session: Session, manifest: BundleManifest) -> None:
    """A bundle of the station is in: when it is of the life that was chosen, nothing is left to be told."""
    if _fits(session, manifest):
        kept = {"counter": _kept(session, manifest.sender.station)["counter"]}
        settings.put(session, _CHOSEN + manifest.sender.station, canonical_json(kept))


def said(session: Session, station: str) -> dict[str, Any]:
    """What people have said about which database is the station, for an undo of the import that it was meant for."""
    any_life = session.get_one(Peer, station).any_life
    return {"station": station, "any_life": any_life, "chosen": settings.get(session, _CHOSEN + station)}


def say_again(session: Session, word: dict[str, Any]) -> None:
    """Put back what was said: the bundle for which it was meant is not here any more."""
    peer = session.get_one(Peer, word["station"])
    peer.any_life = word["any_life"]
    session.add(peer)
    settings.put(session, _CHOSEN + word["station"], word["chosen"])
    session.flush()


def _fits(session: Session, manifest: BundleManifest) -> bool:
    kept = _kept(session, manifest.sender.station)
    if kept.get("epoch") == manifest.sender.epoch:
        return True
    pcs = {kept.get("machine", ""), manifest.machine} - {""}  # not known of older programs, or where it has no number
    made = (mark.hash for life in manifest.parents for mark in life.chain)
    return "hash" in kept and len(pcs) < 2 and kept["hash"] in made


def _kept(session: Session, station: str) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(settings.get(session, _CHOSEN + station) or "{}")
    return kept
