"""The audit log: one line for every act, each holding the hash of the line before.

Number and hash of the newest line are kept a second time among the settings, in the same transaction, so that lines
taken off the end are missed too, and stay missed when the log goes on.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session, col, select

from zhaohu.records.local import AuditLine

START = "0" * 64
"""What the first line holds in place of a hash."""

HEAD = "audit.head"
"""Name of the setting that repeats number and hash of the newest line."""

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
_CONTENT = ("no", "at", "account", "action", "subject", "detail", "previous")

_NEWEST = "SELECT digest, no FROM audit_line ORDER BY no DESC LIMIT 1"
_KEPT = "SELECT value FROM setting WHERE key = ?"
_ADD = (
    "INSERT INTO audit_line (no, at, account, action, subject, detail, previous, digest)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_REMEMBER = "INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
"""No view is told of this: none is interested."""


class Damage(StrEnum):
    """What somebody did to the log."""

    CHANGED = "changed"
    MISSING = "missing"
    INSERTED = "inserted"


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where the log is not what was written: a line's number, and what became of that line."""

    no: int
    damage: Damage


def canonical_json(value: object) -> str:
    """JSON with sorted keys and no spaces: the same text for the same values (RFC 8785 for text and integers)."""
    return _ENCODER.encode(value)


def append(session: Session, *, at: str, account: str, action: str, subject: str | None, detail: object) -> None:
    """Add a line to the log, in the transaction of the act that it tells of.

    It follows the head that was remembered, not the newest line found: what was taken off the end leaves a gap.
    """
    session.flush()
    newest, last = head(session)
    previous, number = _remembered(session) or (newest, last)
    line = {
        "no": max(number, last) + 1,
        "at": at,
        "account": account,
        "action": action,
        "subject": subject,
        "detail": canonical_json(detail),
        "previous": previous,
    }
    digest = _digest(line)
    run = session.connection().exec_driver_sql  # not through the unit of work: every act adds a line
    run(_ADD, (*line.values(), digest))
    run(_REMEMBER, (HEAD, f"{line['no']} {digest}"))
    session.info.setdefault("touched", set()).add("audit_line")


def head(session: Session) -> tuple[str, int]:
    """Hash and number of the newest line; `START` and 0 when there is none."""
    newest = session.connection().exec_driver_sql(_NEWEST).first()
    return (newest[0], newest[1]) if newest else (START, 0)


def first_broken_line(session: Session) -> int | None:
    """Number of the first line that was changed, dropped, swapped or added; None when the chain is whole."""
    found = first_break(session)
    return None if found is None else found.no


def first_break(session: Session) -> Break | None:
    """The first place where the log was tampered with; None when the chain is whole, to its very end."""
    remembered = _remembered(session)
    last = remembered[1] if remembered else None
    before, previous, number = "", START, 0
    statement = select(*(getattr(AuditLine, name) for name in (*_CONTENT, "digest"))).order_by(col(AuditLine.no))
    for *content, digest in session.execute(statement):
        line = dict(zip(_CONTENT, content, strict=True))
        number += 1
        if line["no"] < number or (last is not None and number > last):
            return Break(line["no"], Damage.INSERTED)
        if line["no"] > number:
            return Break(number, Damage.MISSING)
        if digest != _digest(line):
            return Break(number, Damage.CHANGED)
        if line["previous"] != previous:  # this line is as it was written: the one before it is not
            return Break(max(number - 1, 1), Damage.INSERTED if line["previous"] == before else Damage.CHANGED)
        before, previous = previous, digest
    if remembered is None or remembered == (previous, number):
        return None
    return Break(number + 1, Damage.MISSING) if number < remembered[1] else Break(number, Damage.CHANGED)


def _remembered(session: Session) -> tuple[str, int] | None:
    """Hash and number of the newest line as kept apart from the log; None in a profile of an older version."""
    kept = session.connection().exec_driver_sql(_KEPT, (HEAD,)).scalar()
    if kept is None:
        return None
    number, _blank, digest = kept.partition(" ")
    return digest, int(number) if number.isdecimal() else 0


def _digest(line: dict[str, object]) -> str:
    return hashlib.sha256(canonical_json(line).encode("utf-8")).hexdigest()
