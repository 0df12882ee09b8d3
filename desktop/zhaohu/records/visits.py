"""Visits, one row for each version of a record, and the measurements taken there."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Index
from sqlmodel import Field

from zhaohu.records.base import Owned, coded
from zhaohu.records.codes import Position


class Visit(Owned, table=True):
    """One version of one form filled in for a child; a correction is a new row that points at the old one."""

    __table_args__ = (Index("ix_visit_owner_number", "owner", "number"),)

    child_id: str = Field(foreign_key="child.id", index=True)
    record_id: str = Field(index=True, description="The id of the first version: the same for all versions")
    number: int = Field(ge=1, description="The station's own count of records, as printed")
    numbered_by: str | None = Field(
        default=None, max_length=12, index=True, description="Station that counted it, of a child handed over since"
    )
    version: int = Field(ge=1)
    replaces_id: str | None = Field(default=None, foreign_key="visit.id", unique=True)
    reason: str | None = Field(default=None, max_length=200, description="Why the former version was corrected")
    form: str = Field(max_length=40)
    form_version: str = Field(max_length=20)
    contact: str | None = Field(
        default=None, max_length=36, description="Contact of the schedule (NB1, M01 …), or the id of an extra contact"
    )
    visit_date: date = Field(index=True)
    signer: str = Field(max_length=50)
    answers: str = Field(description="Canonical JSON object: field name to text")

    @property
    def counted_by(self) -> str:
        """The station whose count `number` belongs to: as printed, whoever owns the record now."""
        return self.numbered_by or self.owner


class Measurement(Owned, table=True):
    """Weight, length and head of a child on one day."""

    child_id: str = Field(foreign_key="child.id", index=True)
    visit_id: str | None = Field(default=None, foreign_key="visit.id", index=True)
    measured_on: date
    weight_g: int | None = Field(default=None, ge=200, le=60_000)
    length_mm: int | None = Field(default=None, ge=200, le=1500)
    head_mm: int | None = Field(default=None, ge=150, le=700)
    position: Position | None = Field(default=None, sa_type=coded(Position))
    oedema: bool = False
