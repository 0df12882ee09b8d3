"""What one profile reckons from its records and keeps, so that lists open at once; every row can be made anew."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from zhaohu.records.base import coded
from zhaohu.records.codes import ChildStatus


class ChildFacts(SQLModel, table=True):
    """What lists sort and filter children by; derived from the records, made anew with every change of them.

    A child has its line from the moment it is recorded (a trigger makes it), so no list loses a child.
    """

    __tablename__ = "child_facts"
    __table_args__ = (
        Index("ix_child_facts_name_key", "status", "name_key", "shelf"),
        Index("ix_child_facts_birth_date", "status", "birth_date", "name_key", "shelf"),
    )

    no: int | None = Field(default=None, primary_key=True, description="Short number of the child in this file")
    child_id: str = Field(unique=True)
    shelf: int = Field(description="0 on the register, 1 no more, 2 removed")
    status: ChildStatus = Field(sa_type=coded(ChildStatus))
    owner: str
    sex: int
    birth_date: date
    registered_on: date
    gestation_days: int | None = None
    birth_weight_g: int | None = None
    record_no: str = Field(default="", description="健康档案编号, empty for none")
    village_id: str = Field(default="", index=True)
    name_key: str = Field(description="Sorts by pinyin, then stroke; the bare name until it is made")
    caregiver_key: str = ""
    risks: str = Field(default="", description="Codes between commas: ,preterm,jaundice,")
    sooner: bool = Field(default=False, description="Whether a risk was known in time to see the child sooner")
    risk_from: date | None = Field(default=None, description="Since when a risk is known that still stands")
    growth: str = Field(
        default="", description="Nutrition statuses of the newest measured day between commas, by WS/T 423-2022"
    )
    asked: bool = Field(default=False, description="Whether a guardian was asked for consent at all")
    refused: str = Field(default="", description="Scopes to which the guardian said no, between commas")
    released_to: str = Field(default="", description="Station to which the child is released, until it has arrived")


class StaleChild(SQLModel, table=True):
    """A child whose derived facts are to be made anew; triggers note it with whatever changes its records."""

    __tablename__ = "stale_child"
    __table_args__ = {"sqlite_with_rowid": False}

    child_id: str = Field(primary_key=True)


class SearchKey(SQLModel, table=True):
    """What somebody may type to find a child: every key is found by its beginning."""

    __tablename__ = "search_key"
    __table_args__ = {"sqlite_with_rowid": False}

    shelf: int = Field(primary_key=True, description="0 on the register, 1 no more")
    key: str = Field(primary_key=True)
    no: int = Field(primary_key=True, description="Of the child in `child_facts`")


class ChildKeys(SQLModel, table=True):
    """All search keys of a child together: what several words are looked up in, and what a change takes away."""

    __tablename__ = "child_keys"

    no: int = Field(primary_key=True, description="Of the child in `child_facts`")
    keys: str = Field(description="One a line, each after a line break")


class DueContact(SQLModel, table=True):
    """A contact that a child on the register has not had yet, or any child had late; with its window; derived."""

    __tablename__ = "due_contact"
    __table_args__ = (
        Index(
            "ix_due_contact_opens",
            "done_on",
            "opens",
            "until",
            "closes",
            "planned_on",
            "teacher_id",
            "outcome",
            "attempts",
            "also",
        ),
        Index("ix_due_contact_planned", "planned_on", sqlite_where=text("planned_on IS NOT NULL")),
        {"sqlite_with_rowid": False},
    )

    no: int = Field(primary_key=True, description="Of the child in `child_facts`")
    contact: str = Field(primary_key=True)
    opens: date
    closes: date
    until: date = Field(description="Last day on which it is still to be done; then it is missed, or refused")
    done_on: date | None = Field(default=None, description="Only what was done after the window had closed")
    planned_on: date | None = Field(default=None, description="Day to which a person moved it")
    teacher_id: str = Field(default="", description="Teacher to whom a person gave it")
    outcome: str = Field(default="", description="What the newest attempt came to, see `AttemptOutcome`")
    attempts: int = 0
    also: str = Field(default="", description="Contacts that are done with it, between commas: ,TCM12,FA12,")


class GrowthScore(SQLModel, table=True):
    """How one day's measurements are graded, and by which rules and tables.

    Derived, and kept so that a grade once told to a family does not change with the program: newer rules and tables
    replace it when a person says so.
    """

    __tablename__ = "growth_score"
    __table_args__ = (Index("ix_growth_score_version", "engine", "tables"),)

    key: str = Field(primary_key=True, description="The measurement's id; the child's own for the facts of its birth")
    child_id: str = Field(index=True)
    measured_on: date
    basis: str = Field(description="What was assessed; where that was corrected since, the score is out of date")
    engine: str
    tables: str
    assessed: str = Field(description="Canonical JSON of the assessments, see `rules.growth.keeping`")
    wfa_status: str | None = Field(default=None, description="Nutrition status by WS/T 423-2022, for lists")
    lhfa_status: str | None = None
    wfl_status: str | None = None
    bfa_status: str | None = None
