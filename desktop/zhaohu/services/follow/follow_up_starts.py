"""What a record starts with when it is written because of something that is followed."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from zhaohu.records import Child
from zhaohu.rules.forms.model import Answer
from zhaohu.services.follow import cases, referrals


def starting_answers(session: Session, child: Child, form_id: str, about: str, today: date) -> dict[str, Answer]:
    """Answers of a new referral, answer, special case or review; nothing for other forms.

    Args:
        session: Where to read.
        child: The child.
        form_id: The form.
        about: Id of the follow-up that it is written for; empty for the only one that is open.
        today: The day on which it is written.
    """
    return {
        **referrals.starting_answers(session, child, form_id, about, today),
        **cases.starting_answers(session, child, form_id, about),
    }
