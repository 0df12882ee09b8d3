"""What stays in one profile: who may log in, what happened, what changed, and where the exchange stands."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from zhaohu.records.base import coded, new_id
from zhaohu.records.codes import ChildStatus, Role


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
