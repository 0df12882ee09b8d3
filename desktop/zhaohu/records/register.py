"""What happens to a child's place in the register: status, transfer, consent, risks, merging, and who looks after it.

Each is a row of its own, so that nothing of the history is overwritten; the newest row says how things stand.
"""

from __future__ import annotations

from datetime import date

from sqlmodel import Field

from zhaohu.records.base import Owned, TwoDigits, coded
from zhaohu.records.codes import ChildStatus, ConsentScope, Risk


class StatusChange(Owned, table=True):
    """A child left the register, or came back to it; `Child.status` is the newest one's."""

    __tablename__ = "status_change"

    child_id: str = Field(foreign_key="child.id", index=True)
    status: ChildStatus = Field(sa_type=coded(ChildStatus))
    happened_on: date
    reason: str = Field(min_length=1, max_length=200)
    place: str | None = Field(default=None, max_length=100, description="Where to, or where from")


class Transfer(Owned, table=True):
    """A child is released to another station of the district; its record is frozen until that station has it."""

    child_id: str = Field(foreign_key="child.id", index=True)
    to_station: TwoDigits
    released_on: date
    reason: str = Field(min_length=1, max_length=200)
    cancelled_on: date | None = None
    cancelled_reason: str | None = Field(default=None, max_length=200)
    asked_back_on: date | None = Field(default=None, description="It went up already: the center has to agree")
    asked_back_reason: str | None = Field(default=None, max_length=200)
    handed_over_on: date | None = None


class TransferAnswer(Owned, table=True):
    """The other station takes a released child, or refuses it; the center hands the record over then."""

    __tablename__ = "transfer_answer"

    transfer_id: str = Field(min_length=36, max_length=36, index=True)
    child_id: str = Field(min_length=36, max_length=36)
    accepted: bool
    answered_on: date
    reason: str | None = Field(default=None, max_length=200)


class ChildRisk(Owned, table=True):
    """A risk factor (高危因素) that a person found; those that follow from the birth are derived, not kept."""

    __tablename__ = "child_risk"

    child_id: str = Field(foreign_key="child.id", index=True)
    risk: Risk = Field(sa_type=coded(Risk))
    found_on: date
    note: str | None = Field(default=None, max_length=200)
    ended_on: date | None = None
    ended_reason: str | None = Field(default=None, max_length=200)


class Consent(Owned, table=True):
    """A guardian gave, refused or withdrew consent to one use of the child's data."""

    child_id: str = Field(foreign_key="child.id", index=True)
    scope: ConsentScope = Field(sa_type=coded(ConsentScope))
    given: bool
    decided_on: date
    guardian: str = Field(min_length=1, max_length=50)
    relation: TwoDigits = Field(description="GB/T 4761, seen from the child")
    reason: str | None = Field(default=None, max_length=200)


class ChildMerge(Owned, table=True):
    """Two children of the register were found to be one: what was taken over, and all that was moved."""

    __tablename__ = "child_merge"

    child_id: str = Field(foreign_key="child.id", index=True, description="The child that stays")
    merged_id: str = Field(foreign_key="child.id", index=True, description="The child that it was found to be")
    changed: str = Field(description="Canonical JSON: field of the child that stays to [before, after]")
    moved: str = Field(description="Canonical JSON: what was moved, made, hidden and counted anew; see `merging`")
    undone_at: str | None = None
    undone_by: str | None = None


class NotDuplicate(Owned, table=True):
    """A person looked at two children that are alike and found them to be two."""

    __tablename__ = "not_duplicate"

    child_id: str = Field(foreign_key="child.id", index=True)
    other_id: str = Field(foreign_key="child.id", index=True)
    reason: str | None = Field(default=None, max_length=200)
    judged: str | None = Field(
        default=None, max_length=80, description="Grade, and digest of the facts of both that counted then"
    )


class Assignment(Owned, table=True):
    """A guidance teacher looks after the families of a village from one day on."""

    village_id: str = Field(foreign_key="village.id", index=True)
    teacher_id: str = Field(foreign_key="teacher.id", index=True)
    since: date
    until: date | None = Field(default=None, description="Last day; None while it goes on")


class Correction(Owned, table=True):
    """Particulars of a child, a caregiver or a household were changed: what stood there before, and why."""

    child_id: str | None = Field(default=None, foreign_key="child.id", index=True)
    table_name: str = Field(max_length=40)
    row_id: str = Field(min_length=36, max_length=36, index=True)
    changes: str = Field(description="Canonical JSON: field to [before, after]")
    reason: str | None = Field(default=None, max_length=200)
