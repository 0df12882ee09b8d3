"""When a place was looked into last, and last with success: also when nothing came of it that a history would tell."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from sqlmodel import Session

from zhaohu.store import settings


@dataclass(frozen=True, slots=True)
class Looks:
    """Moments, ISO 8601; empty: never.

    Attributes:
        at: The last look.
        good: The last one that went well.
    """

    at: str = ""
    good: str = ""


def setting_of(what: str, place: str) -> str:
    """The key under which something about a place is kept."""
    return f"travel.{what}.{hashlib.sha256(place.encode()).hexdigest()[:16]}"


def looks(session: Session, place: str) -> Looks:
    """How it was with a place."""
    kept = settings.get(session, setting_of("looks", place))
    return Looks(**json.loads(kept)) if kept else Looks()


def note(session: Session, place: str, at: str, *, went_well: bool) -> None:
    """Keep that a place was looked into."""
    now = Looks(at, at if went_well else looks(session, place).good)
    settings.put(session, setting_of("looks", place), json.dumps(asdict(now)))
