"""What people noted about a contact: an agreed day, a teacher, a refusal. The newest note says how it stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from zhaohu.records.codes import AttemptOutcome


class Planned(NamedTuple):
    """An appointment: a day, a teacher, or that the contact is left out; `at` is when it was noted."""

    at: str
    planned_on: date | None = None
    teacher_id: str = ""
    left_out: bool = False


class Tried(NamedTuple):
    """An attempt to reach the family."""

    tried_on: date
    at: str
    outcome: str


class Noted(NamedTuple):
    """How the notes of one contact stand.

    Args:
        planned_on: Day that was agreed.
        teacher_id: Teacher to whom a person gave it.
        left_out: Whether a person left it out of the plan.
        outcome: What the newest attempt came to.
        attempts: How many there were.
        refused_on: Day on which the family refused, where that is the newest word.
    """

    planned_on: date | None = None
    teacher_id: str = ""
    left_out: bool = False
    outcome: str = ""
    attempts: int = 0
    refused_on: date | None = None


NOTHING = Noted()


def standing(planned: Sequence[Planned], tried: Sequence[Tried], on: date | None = None) -> Noted:
    """How the notes of one contact stand.

    Args:
        planned: Its appointments; of those that were noted at one moment the last one counts.
        tried: Its attempts, likewise.
        on: Only what was known on that day counts; None counts all.
    """
    if on is not None:
        day = on.isoformat()
        planned = [one for one in planned if one.at[:10] <= day]
        tried = [one for one in tried if one.tried_on <= on]
    if not planned and not tried:
        return NOTHING
    plan = sorted(planned, key=lambda one: one.at)[-1] if planned else Planned("")
    newest = sorted(tried, key=lambda one: (one.tried_on, one.at))[-1] if tried else None
    refused_on = None
    if newest is not None and newest.outcome == AttemptOutcome.REFUSED:
        agreed_since = plan.planned_on is not None and plan.at >= newest.at
        refused_on = None if agreed_since else newest.tried_on
    return Noted(
        plan.planned_on,
        plan.teacher_id,
        plan.left_out,
        newest.outcome if newest is not None else "",
        len(tried),
        refused_on,
    )
