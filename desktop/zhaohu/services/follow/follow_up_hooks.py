"""What becomes of follow-ups when their record is removed or restored, or their child leaves or comes back."""

from __future__ import annotations

from sqlmodel import Session

from zhaohu.records import Child, Visit
from zhaohu.services.desk import Desk, Work
from zhaohu.services.follow import cases, follow_up_notes, referrals


def record_removed(desk: Desk, work: Work, visit: Visit) -> None:
    """A record was removed, in this act: what it left is closed with the reason of the removal."""
    follow_up_notes.record_removed(desk, work.session, visit)
    referrals.record_changed(desk, work.session, visit)
    cases.review_changed(desk, work, visit)


def record_restored(desk: Desk, work: Work, visit: Visit, reason: str) -> None:
    """A record came back, in this act: so does what was closed for `reason`, the one it had been removed for."""
    follow_up_notes.record_restored(desk, work.session, visit, reason)
    referrals.record_changed(desk, work.session, visit)
    cases.review_changed(desk, work, visit)


def status_changed(desk: Desk, session: Session, child: Child) -> None:
    """A child left the register or came back to it, in this transaction."""
    follow_up_notes.follow_status(desk, session, child)
