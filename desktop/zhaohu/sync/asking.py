"""At the center: a person asks a station for all its records, until a snapshot made after it was told has come."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from zhaohu.records.exchange import Peer
from zhaohu.store import settings

_ASKED = "exchange.ask_all."


def ask(session: Session, station: str) -> None:
    """Ask from the next packet on."""
    settings.put(session, _ASKED + station, str(session.get_one(Peer, station).packet_no))


def is_asked(session: Session, station: str) -> bool:
    """Whether the station's packets ask."""
    return settings.get(session, _ASKED + station) != ""


def answered(session: Session, station: str, receipts_seen: int) -> None:
    """A snapshot has come; it is the answer if the station had read a packet that asked."""
    asked = settings.get(session, _ASKED + station)
    if asked and receipts_seen > int(asked):
        settings.put(session, _ASKED + station, "")


def said(session: Session, station: str) -> dict[str, Any]:
    """How the asking stands, for an undo of the import that may be the answer."""
    return {"station": station, "asked": settings.get(session, _ASKED + station)}


def say_again(session: Session, word: dict[str, Any]) -> None:
    """Ask as before: the answer is not here any more."""
    settings.put(session, _ASKED + word["station"], word["asked"])
