"""Where the exchange of one profile stands: its journal, its keys, whom it talks to, what was sent and received."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel


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
    owned: bool = Field(default=True, description="No more once it was handed over; `rev` goes on if it comes back")


class OwnKey(SQLModel, table=True):
    """A key pair of this site: Ed25519 to sign, X25519 to receive; the present one, the next, or a former one."""

    __tablename__ = "own_key"

    purpose: str = Field(
        primary_key=True, description="sign, receive, with .next for announced, .FINGERPRINT for former ones"
    )
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
    schema_no: int = Field(default=0, description="Schema of its newest file; 0 while unknown")
    machine: str = Field(default="", description="Center: the PC that its newest bundle was made on")
    any_life: bool = Field(default=False, description="Center: a person said that its next full bundle is the station")
    next_sign: str | None = Field(default=None, description="Announced keys that nobody has accepted yet")
    next_receive: str | None = None
    revoked_at: str | None = None
    our_key: str = Field(default="", description="Center: fingerprint of the center's keys that the station knows")


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
    chain: str = Field(
        default="", description="JSON: hashes of bundles that it contains by (life and) number; empty: not known"
    )
    schema_no: int = Field(default=0)
    machine: str = Field(default="")
    clock_suspect: bool = Field(default=False)
    batch: str = Field(default="", description="The import that it came with; files taken in together have the same")
    before: str = Field(default="{}", description="JSON: what the undo brings back: held records, copies, handovers …")


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
    station: str = Field(primary_key=True, index=True)
    reason: str
    field: str | None = None
    child_id: str | None = Field(default=None, index=True)
    line: str = Field(default="", description="The record as it came; empty at the station, which has it")
    bundle_id: str


class StationCopy(SQLModel, table=True):
    """At the center: what a station has of a record, where that is not what the center has, until it was told."""

    __tablename__ = "station_copy"

    station: str = Field(primary_key=True)
    table_name: str = Field(primary_key=True)
    row_id: str = Field(primary_key=True)
    digest: str = Field(description="Of the version that the station has; empty when it has none")
    reason: str = Field(description="give_back, handed_over, diverged, branch; with an asterisk: read there, and kept")
    packet_no: int | None = Field(default=None, description="First return packet that told it")


class Handover(SQLModel, table=True):
    """Where the transfer of a child stands, as the center decides it; at a station, as its packets told."""

    transfer_id: str = Field(primary_key=True)
    child_id: str = Field(index=True)
    from_station: str
    to_station: str
    state: str = Field(description="released, offered, withdrawing, accepted, refused, cancelled")
    at: str
    reason: str = Field(default="")
    told_from: int | None = Field(default=None, description="Center: packet that told the state to the former owner")
    told_to: int | None = Field(default=None, description="Center: packet that told the state to the other station")


class Offer(SQLModel, table=True):
    """At a station: the whole record of a child that another station hands over, until it is taken or refused."""

    transfer_id: str = Field(primary_key=True)
    child_id: str = Field(index=True)
    from_station: str
    content: str = Field(description="JSON: lines of the records, parents first")
    arrived_at: str


class SetAsideBundle(SQLModel, table=True):
    """At the center: a proven bundle that was not taken in, kept whole until it can be or a person decides."""

    __tablename__ = "set_aside_bundle"

    bundle_id: str = Field(primary_key=True, description="Hash of the file where only its outside could be read")
    station: str = Field(index=True)
    epoch: str
    no: int
    base_no: int = Field(default=0, description="Number of the bundle that it builds on; 0: it holds everything")
    made_at: str
    machine: str = Field(default="")
    arrived_at: str
    reason: str = Field(description="gap, update_center, moved (another PC), forked")
    decided: str = Field(
        default="", description="imported, superseded, refused, this_one (the station), other (a copy)"
    )
    decided_at: str | None = None
    decided_by: str | None = None


class BranchRow(SQLModel, table=True):
    """At the center: a record of a copy that is not the station, to be compared by a person."""

    __tablename__ = "branch_row"

    bundle_id: str = Field(primary_key=True)
    table_name: str = Field(primary_key=True)
    row_id: str = Field(primary_key=True)
    station: str = Field(index=True)
    child_id: str | None = Field(default=None, index=True)
    line: str
    decided: str = Field(default="", description="taken or left")
    decided_at: str | None = None
    decided_by: str | None = None


class KeptVersion(SQLModel, table=True):
    """At a station: a version that the center brought back: taken, or kept beside the own one to be compared."""

    __tablename__ = "kept_version"

    table_name: str = Field(primary_key=True)
    row_id: str = Field(primary_key=True)
    fields: str = Field(description="Canonical JSON; empty for one that was deleted")
    arrived_at: str
    packet_no: int | None = Field(default=None, description="First packet that brought it")
    decided: str = Field(default="", description="taken or left")
    decided_at: str | None = None
    decided_by: str | None = None


class FormerKey(SQLModel, table=True):
    """At the center: keys that a station had before; good only for bundles up to a number."""

    __tablename__ = "former_key"

    fingerprint: str = Field(primary_key=True)
    station: str = Field(index=True)
    sign_public: str
    receive_public: str
    retired_at: str
    last_no: int | None = Field(
        default=None, description="None while no bundle under the next keys has come; -1 when they were revoked"
    )


class RefusedFile(SQLModel, table=True):
    """A file that was refused, and why; the file itself is not kept."""

    __tablename__ = "refused_file"

    id: int | None = Field(default=None, primary_key=True)
    at: str
    file: str
    size_bytes: int
    reason: str
    station: str = Field(default="", description="As its outside says, unproven")
    no: int = Field(default=0)


class ReadPacket(SQLModel, table=True):
    """A return packet that this station has read, and what it brought."""

    __tablename__ = "read_packet"

    no: int = Field(primary_key=True)
    made_at: str
    read_at: str
    summary: str = Field(description="JSON: how many of each kind")


class TravelRun(SQLModel, table=True):
    """One exchange through a place (folder, stick, server): what went, what came, or why not."""

    __tablename__ = "travel_run"

    id: int | None = Field(default=None, primary_key=True)
    at: str
    place: str = Field(description="Its name; no user, no password")
    quiet: bool
    sent: int
    fetched: int
    code: str = Field(default="", description="Of the refusal; empty when it went well")
