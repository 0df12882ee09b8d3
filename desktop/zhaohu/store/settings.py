"""Facts about this installation, kept as text by name.

Plain statements: they are asked for many times in one act, and an object for each would be most of what that costs.
"""

from __future__ import annotations

from sqlmodel import Session

_GET = "SELECT value FROM setting WHERE key = ?"
_PUT = (
    "INSERT INTO setting (key, value) VALUES (?, ?)"
    " ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE value <> excluded.value"
)


def get(session: Session, key: str, default: str = "") -> str:
    """The fact's value, or the default when it was never set."""
    found = session.connection().exec_driver_sql(_GET, (key,)).scalar()
    return default if found is None else str(found)


def put(session: Session, key: str, value: str) -> None:
    """Keep a fact."""
    if session.connection().exec_driver_sql(_PUT, (key, value)).rowcount:
        session.info.setdefault("touched", set()).add("setting")
