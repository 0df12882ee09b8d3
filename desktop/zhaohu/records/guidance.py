"""Guidance teachers, and parenting classes with who came."""

from __future__ import annotations

from datetime import date

from sqlmodel import Field

from zhaohu.records.base import ClockTime, Owned, coded
from zhaohu.records.codes import ClassKind, TopicBlock


class Teacher(Owned, table=True):
    """A guidance teacher (指导教师) of a station."""

    name: str = Field(min_length=1, max_length=50)
    phone: str | None = Field(default=None, max_length=30)
    profession: str | None = Field(default=None, max_length=50, description="儿保医师, 护士 …")
    certificate_no: str | None = Field(default=None, max_length=50)
    certified_until: date | None = None
    employed_from: date
    employed_to: date | None = None


class ParentingClass(Owned, table=True):
    """A class, activity or consultation for families."""

    __tablename__ = "parenting_class"

    kind: ClassKind = Field(sa_type=coded(ClassKind))
    topic_block: TopicBlock = Field(sa_type=coded(TopicBlock))
    topic: str = Field(min_length=1, max_length=100)
    held_on: date = Field(index=True)
    starts_at: ClockTime
    ends_at: ClockTime
    place: str = Field(min_length=1, max_length=100)
    teacher_id: str = Field(foreign_key="teacher.id", index=True)
    summary: str | None = Field(default=None, max_length=2000)


class Attendance(Owned, table=True):
    """A family at a class, through one of its children."""

    class_id: str = Field(foreign_key="parenting_class.id", index=True)
    child_id: str = Field(foreign_key="child.id", index=True)
    attended_by: str | None = Field(default=None, max_length=50, description="Name of the grown-up who came")
    present: bool = False
