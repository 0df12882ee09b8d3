"""The highest time ever seen in a profile, and whether the clock of this PC may be believed beside it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, func, select

from zhaohu import BUILT
from zhaohu.records.local import AuditLine
from zhaohu.store import settings

_KEY = "clock.highest"
_TOLERANCE = timedelta(minutes=5)
_LONGEST_REST = timedelta(days=400)
_RAISE = text(
    "INSERT INTO setting (key, value) VALUES (:key, :at)"
    " ON CONFLICT (key) DO UPDATE SET value = max(value, excluded.value)"
)


def judge(now: datetime, highest: datetime | None, built: date = BUILT) -> str:
    """Why a clock is in doubt: `behind` an earlier entry, `before_build` of this program, `ahead`; else empty.

    Args:
        now: What the clock shows.
        highest: The highest time ever seen; None in a profile that has seen none.
        built: No clock can rightly show a day before this one.
    """
    if now.date() < built:
        return "before_build"
    if highest is None:
        return ""
    if now < highest - _TOLERANCE:
        return "behind"
    return "ahead" if now > highest + _LONGEST_REST else ""


def doubt(session: Session, now: datetime) -> str:
    """`judge` by what this profile has seen."""
    return judge(now, highest(session))


def highest(session: Session) -> datetime | None:
    """The highest time ever seen; in a profile that keeps none yet, the latest of its audit log."""
    kept = read(settings.get(session, _KEY))
    if kept is not None:
        return kept
    latest = session.exec(select(AuditLine.at).order_by(func.julianday(AuditLine.at).desc()).limit(1)).first()
    return read(latest or "")


def raise_to(session: Session, at: datetime) -> None:
    """Keep a time, unless a higher one is kept; past the unit of work, so that no view is told of a change."""
    session.connection().execute(_RAISE, {"key": _KEY, "at": _written(at)})


def set_to(session: Session, at: datetime) -> None:
    """Keep a time that a person has confirmed, even below a higher one that a wrong clock once showed."""
    settings.put(session, _KEY, _written(at))


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")  # of one length and one offset: compares as text


def read(kept: str) -> datetime | None:
    """A kept moment; None when it is none."""
    try:
        found = datetime.fromisoformat(kept)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
