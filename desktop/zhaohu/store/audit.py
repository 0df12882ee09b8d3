"""The audit log: one line for every act, each holding the hash of the line before."""

from __future__ import annotations

import hashlib
import json

from sqlmodel import Session, col, select

from zhaohu.records.local import AuditLine

START = "0" * 64
"""What the first line holds in place of a hash."""

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def canonical_json(value: object) -> str:
    """JSON with sorted keys and no spaces: the same text for the same values (RFC 8785 for text and integers)."""
    return _ENCODER.encode(value)


def append(session: Session, *, at: str, account: str, action: str, subject: str | None, detail: object) -> None:
    """Add a line to the log, in the transaction of the act that it tells of."""
    previous, number = head(session)
    line = {
        "no": number + 1,
        "at": at,
        "account": account,
        "action": action,
        "subject": subject,
        "detail": canonical_json(detail),
        "previous": previous,
    }
    session.add(AuditLine.model_validate({**line, "digest": _digest(line)}))
    session.flush()


def head(session: Session) -> tuple[str, int]:
    """Hash and number of the newest line; `START` and 0 when there is none."""
    newest = session.exec(select(AuditLine.digest, AuditLine.no).order_by(col(AuditLine.no).desc())).first()
    return (newest[0], newest[1] or 0) if newest else (START, 0)


def first_broken_line(session: Session) -> int | None:
    """Number of the first line that was changed, dropped or swapped; None when the chain is whole."""
    previous = START
    for number, line in enumerate(session.exec(select(AuditLine).order_by(col(AuditLine.no))), 1):
        content = line.model_dump(exclude={"digest"})
        if line.no != number or line.previous != previous or line.digest != _digest(content):
            return number
        previous = line.digest
    return None


def _digest(line: dict[str, object]) -> str:
    return hashlib.sha256(canonical_json(line).encode("utf-8")).hexdigest()
