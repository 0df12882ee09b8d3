"""What stays in one profile: who may log in, what happened, what changed, and where the exchange stands."""

from __future__ import annotations

from datetime import date

from sqlmodel import Field, SQLModel

from zhaohu.records.base import coded, new_id
from zhaohu.records.codes import Role


class Setting(SQLModel, table=True):
    """One fact about this installation (kind, code, names, marks of the exchange), as text."""

    key: str = Field(primary_key=True)
    value: str


class Account(SQLModel, table=True):
    """A person who can log in; the password itself lives only in the key envelope."""

    id: str = Field(default_factory=new_id, primary_key=True)
    name: str = Field(min_length=1, max_length=50, unique=True)
    display_name: str = Field(min_length=1, max_length=50)
    role: Role = Field(sa_type=coded(Role))
    created_at: str
    disabled_at: str | None = None


class Draft(SQLModel, table=True):
    """What somebody typed into a form and has not saved yet; it goes with the transaction that saves it."""

    account: str = Field(primary_key=True)
    key: str = Field(primary_key=True, description="What the form is for: visit/CHILD/FORM, correction/VISIT …")
    child_id: str | None = None
    content: str = Field(description="JSON object of the fields as typed")
    begun_at: str
    saved_at: str


class Preference(SQLModel, table=True):
    """How somebody likes to work: columns of a list, saved views; headings of rosters, for all (account empty)."""

    account: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    value: str = Field(description="JSON; no personal data of a family")


class RosterImport(SQLModel, table=True):
    """A roster that was taken in, with all that it made and changed, so that it can be undone."""

    __tablename__ = "roster_import"

    id: str = Field(default_factory=new_id, primary_key=True)
    taken_at: str
    taken_by: str
    file: str
    rows: int
    report: str = Field(description="JSON: what became of each row")
    made: str = Field(description="JSON: table to the ids of the rows that it made, each with its journal rev")
    changed: str = Field(description="JSON: what it changed: table, id, rev, field to [before, after]")
    undone_at: str | None = None
    undone_by: str | None = None


class AuditLine(SQLModel, table=True):
    """One line of the audit log; each holds the hash of the line before."""

    __tablename__ = "audit_line"

    no: int | None = Field(default=None, primary_key=True)
    at: str
    account: str
    action: str = Field(index=True)
    subject: str | None = Field(default=None, index=True, description="table/row id")
    detail: str = Field(description="Canonical JSON: field names, counts, file names; no personal values")
    previous: str
    digest: str


class PrintedSheet(SQLModel, table=True):
    """A form printed ahead for one child, until it is keyed in or struck out."""

    __tablename__ = "printed_sheet"

    no: int | None = Field(default=None, primary_key=True, description="Printed as six digits with a check digit")
    child_id: str = Field(index=True)
    form: str
    contact: str = Field(default="", description="Contact that it was printed for")
    for_day: date
    printed_at: str
    printed_by: str
    returned_at: str | None = None
    record_id: str | None = Field(default=None, description="The record that was keyed in from it")
    struck_reason: str | None = None
