"""What stays in one profile: who may log in, what happened, what changed, and where the exchange stands."""

from __future__ import annotations

from datetime import date

from sqlalchemy import UniqueConstraint
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


class ChangeCounter(SQLModel, table=True):
    """One row: whose changes are journalled, in which unbroken life of the database, and how many there were."""

    __tablename__ = "change_counter"

    id: int = Field(primary_key=True)
    owner: str
    epoch: str
    seq: int


class Journal(SQLModel, table=True):
    """One line for each own record: its newest state, written by triggers."""

    __tablename__ = "journal"

    table_name: str = Field(primary_key=True)
    row_id: str = Field(primary_key=True)
    rev: int
    epoch: str
    seq: int = Field(index=True)
    deleted: bool
    was: str | None = Field(default=None, description="Hash of the version last receipted")


class OwnKey(SQLModel, table=True):
    """A key pair of this site: Ed25519 to sign, X25519 to receive."""

    __tablename__ = "own_key"

    purpose: str = Field(primary_key=True, description="sign or receive")
    private: str
    public: str
    made_at: str


class Peer(SQLModel, table=True):
    """The other end of the exchange: for a center each station, for a station its center."""

    code: str = Field(primary_key=True)
    name: str
    status: str = Field(description="invited, active or revoked")
    sign_public: str | None = None
    receive_public: str | None = None
    secret: str | None = Field(default=None, description="One-time secret of the enrolment")
    packet_no: int = Field(default=0, description="Return packets: written (center) or read (station)")
    packets_seen: int = Field(default=0, description="Center: newest return packet that the station has read")


class SentBundle(SQLModel, table=True):
    """A bundle that this station made; its file stays in the outbox until it is receipted."""

    __tablename__ = "sent_bundle"
    __table_args__ = (UniqueConstraint("epoch", "no"),)

    bundle_id: str = Field(primary_key=True)
    epoch: str
    no: int
    kind: str
    from_seq: int
    to_seq: int
    file: str
    file_hash: str
    made_at: str
    counts: str
    receipted_at: str | None = None


class SentRow(SQLModel, table=True):
    """The hash of a record as it went out in a bundle."""

    __tablename__ = "sent_row"

    bundle_id: str = Field(primary_key=True, foreign_key="sent_bundle.bundle_id")
    table_name: str = Field(primary_key=True)
    row_id: str = Field(primary_key=True)
    digest: str


class ReceivedBundle(SQLModel, table=True):
    """A bundle that the center took in, and what it answered."""

    __tablename__ = "received_bundle"

    bundle_id: str = Field(primary_key=True)
    station: str = Field(index=True)
    epoch: str
    no: int
    kind: str
    from_seq: int
    to_seq: int
    made_at: str
    received_at: str
    result: str = Field(description="Canonical JSON of the import report")
    sequence: int = Field(unique=True, description="Order of arrival at this center")
    packet_no: int | None = Field(default=None, description="First return packet that answered it")


class RecordVersion(SQLModel, table=True):
    """Every version of a record that the center ever accepted; never overwritten."""

    __tablename__ = "record_version"
    __table_args__ = {"sqlite_with_rowid": False}

    table_name: str = Field(primary_key=True)
    row_id: str = Field(primary_key=True)
    epoch: str = Field(primary_key=True)
    rev: int = Field(primary_key=True)
    seq: int
    sequence: int = Field(description="Arrival at this center; the highest is the current version")
    station: str
    deleted: bool
    digest: str
    fields: str
    bundle_id: str = Field(foreign_key="received_bundle.bundle_id")
    diverged: bool = False


class HeldRow(SQLModel, table=True):
    """A record that could not be applied: kept whole, with the reason, and tried again at every import."""

    __tablename__ = "held_row"

    table_name: str = Field(primary_key=True)
    row_id: str = Field(primary_key=True)
    station: str = Field(index=True)
    reason: str
    field: str | None = None
    child_id: str | None = Field(default=None, index=True)
    line: str = Field(default="", description="The record as it came; empty at the station, which has it")
    bundle_id: str


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
