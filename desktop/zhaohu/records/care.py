"""How a child is followed between its visits: plans, attempts, what was found and must not be lost, vaccinations.

Each is a row of its own; of several for one contact the newest says how it stands. A contact is named by its code in
the schedule (NB1, M06 …), or by the id of the `ExtraContact` that a person planned.
"""

from __future__ import annotations

from datetime import date

from sqlmodel import Field

from zhaohu.records.base import Owned, coded
from zhaohu.records.codes import AttemptOutcome, AttemptWay, CaseOutcome, FollowUpKind


class ExtraContact(Owned, table=True):
    """A visit or re-check beyond the schedule that a person planned for one child; its id is the contact's code."""

    __tablename__ = "extra_contact"

    child_id: str = Field(foreign_key="child.id", index=True)
    title: str = Field(min_length=1, max_length=100)
    form: str = Field(max_length=40, description="Id of the form that records it")
    due_from: date
    due_to: date
    reason: str | None = Field(default=None, max_length=200)
    follow_up_id: str | None = Field(default=None, foreign_key="follow_up.id", index=True, description="Re-check of")


class Appointment(Owned, table=True):
    """A contact was moved to a day, given to a teacher, or left out; an empty field leaves that open again."""

    child_id: str = Field(foreign_key="child.id", index=True)
    contact: str = Field(max_length=36)
    planned_on: date | None = None
    teacher_id: str | None = Field(default=None, foreign_key="teacher.id", index=True)
    left_out: bool = Field(default=False, description="Only of contacts beyond the national schedule")
    reason: str | None = Field(default=None, max_length=200)


class Attempt(Owned, table=True):
    """A family was called or visited about a contact, and it came to no visit (不在家, 拒绝, 失访 …)."""

    child_id: str = Field(foreign_key="child.id", index=True)
    contact: str | None = Field(default=None, max_length=36)
    tried_on: date
    way: AttemptWay = Field(sa_type=coded(AttemptWay))
    outcome: AttemptOutcome = Field(sa_type=coded(AttemptOutcome))
    next_on: date | None = Field(default=None, description="Day that was agreed, or on which to try again")
    reason: str | None = Field(default=None, max_length=200)


class FollowUp(Owned, table=True):
    """Something that must be followed to its end: a positive finding, a referral, a special case (专案)."""

    __tablename__ = "follow_up"

    child_id: str = Field(foreign_key="child.id", index=True)
    kind: FollowUpKind = Field(sa_type=coded(FollowUpKind))
    subject: str = Field(max_length=40, description="Name of the form's hint; of a case its category")
    record_id: str | None = Field(default=None, max_length=36, index=True, description="The visit record it came from")
    found_on: date
    advice: str | None = Field(default=None, max_length=300, description="What was advised, as it was shown")
    advice_kind: str | None = Field(default=None, max_length=20, description="How urgent: kind of the hint")
    declined_reason: str | None = Field(default=None, max_length=200, description="Why the advice was turned down")
    recheck_on: date | None = None
    referral_record_id: str | None = Field(default=None, max_length=36, description="The referral written for it")
    outcome: CaseOutcome | None = Field(default=None, sa_type=coded(CaseOutcome))
    closed_on: date | None = None
    closed_by: str | None = Field(default=None, max_length=50, description="结案医师: who gave the outcome")
    closing_note: str | None = Field(default=None, max_length=200)


class Vaccination(Owned, table=True):
    """A dose as the family's certificate (预防接种证) shows it; the legal record is kept elsewhere."""

    child_id: str = Field(foreign_key="child.id", index=True)
    vaccine: str = Field(max_length=20, description="Code of the edition's data file: HepB, DTaP …")
    dose: int = Field(ge=1, le=20)
    given_on: date
    product: str | None = Field(default=None, max_length=60, description="Another product that stands for it (替代)")
    seen_on: date = Field(description="Day on which the certificate was looked at")
