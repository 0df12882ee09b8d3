"""Facts about this installation, kept as text by name."""

from __future__ import annotations

from sqlmodel import Session

from zhaohu.records.local import Setting


def get(session: Session, key: str, default: str = "") -> str:
    """The fact's value, or the default when it was never set."""
    row = session.get(Setting, key)
    return default if row is None else row.value


def put(session: Session, key: str, value: str) -> None:
    """Keep a fact."""
    row = session.get(Setting, key)
    if row is None:
        session.add(Setting(key=key, value=value))
    else:
        row.value = value
