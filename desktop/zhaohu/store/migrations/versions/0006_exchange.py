"""Exchange that survives everything: handing children over, giving back, lives and copies, keys, questions, history."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answer",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("deleted_at", sa.Text(), nullable=True),
        sa.Column("deleted_by", sa.Text(), nullable=True),
        sa.Column("deleted_reason", sa.Text(), nullable=True),
        sa.Column("extra", sa.Text(), nullable=True),
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_answer_question_id"), "answer", ["question_id"], unique=False)
    op.create_table(
        "branch_row",
        sa.Column("bundle_id", sa.Text(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Text(), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("child_id", sa.Text(), nullable=True),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("decided", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("bundle_id", "table_name", "row_id"),
    )
    op.create_index(op.f("ix_branch_row_child_id"), "branch_row", ["child_id"], unique=False)
    op.create_index(op.f("ix_branch_row_station"), "branch_row", ["station"], unique=False)
    op.create_table(
        "former_key",
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("sign_public", sa.Text(), nullable=False),
        sa.Column("receive_public", sa.Text(), nullable=False),
        sa.Column("retired_at", sa.Text(), nullable=False),
        sa.Column("last_no", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("fingerprint"),
    )
    op.create_index(op.f("ix_former_key_station"), "former_key", ["station"], unique=False)
    op.create_table(
        "handover",
        sa.Column("transfer_id", sa.Text(), nullable=False),
        sa.Column("child_id", sa.Text(), nullable=False),
        sa.Column("from_station", sa.Text(), nullable=False),
        sa.Column("to_station", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("told_from", sa.Integer(), nullable=True),
        sa.Column("told_to", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("transfer_id"),
    )
    op.create_index(op.f("ix_handover_child_id"), "handover", ["child_id"], unique=False)
    op.create_table(
        "kept_version",
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("arrived_at", sa.Text(), nullable=False),
        sa.Column("packet_no", sa.Integer(), nullable=True),
        sa.Column("decided", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("table_name", "row_id"),
    )
    op.create_table(
        "offer",
        sa.Column("transfer_id", sa.Text(), nullable=False),
        sa.Column("child_id", sa.Text(), nullable=False),
        sa.Column("from_station", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("arrived_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("transfer_id"),
    )
    op.create_index(op.f("ix_offer_child_id"), "offer", ["child_id"], unique=False)
    op.create_table(
        "question",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("deleted_at", sa.Text(), nullable=True),
        sa.Column("deleted_by", sa.Text(), nullable=True),
        sa.Column("deleted_reason", sa.Text(), nullable=True),
        sa.Column("extra", sa.Text(), nullable=True),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("child_id", sa.Text(), nullable=True),
        sa.Column("table_name", sa.Text(), nullable=True),
        sa.Column("row_id", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closing_note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_question_child_id"), "question", ["child_id"], unique=False)
    op.create_index(op.f("ix_question_station"), "question", ["station"], unique=False)
    op.create_table(
        "read_packet",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("read_at", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("no"),
    )
    op.create_table(
        "refused_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "set_aside_bundle",
        sa.Column("bundle_id", sa.Text(), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Text(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("base_no", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("machine", sa.Text(), nullable=False),
        sa.Column("arrived_at", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("bundle_id"),
    )
    op.create_index(op.f("ix_set_aside_bundle_station"), "set_aside_bundle", ["station"], unique=False)
    op.create_table(
        "station_copy",
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("packet_no", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("station", "table_name", "row_id"),
    )
    op.create_table(
        "transfer_answer",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("deleted_at", sa.Text(), nullable=True),
        sa.Column("deleted_by", sa.Text(), nullable=True),
        sa.Column("deleted_reason", sa.Text(), nullable=True),
        sa.Column("extra", sa.Text(), nullable=True),
        sa.Column("transfer_id", sa.Text(), nullable=False),
        sa.Column("child_id", sa.Text(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_transfer_answer_transfer_id"), "transfer_answer", ["transfer_id"], unique=False)
    op.create_table(
        "travel_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("quiet", sa.Boolean(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("fetched", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    _hold_by_station()
    op.add_column("journal", sa.Column("owned", sa.Boolean(), nullable=False, server_default="1"))
    op.add_column("peer", sa.Column("schema_no", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("peer", sa.Column("machine", sa.Text(), nullable=False, server_default=""))
    op.add_column("peer", sa.Column("any_life", sa.Boolean(), nullable=False, server_default="0"))
    op.add_column("peer", sa.Column("next_sign", sa.Text(), nullable=True))
    op.add_column("peer", sa.Column("next_receive", sa.Text(), nullable=True))
    op.add_column("peer", sa.Column("revoked_at", sa.Text(), nullable=True))
    op.add_column("peer", sa.Column("our_key", sa.Text(), nullable=False, server_default=""))
    op.add_column("received_bundle", sa.Column("chain", sa.Text(), nullable=False, server_default=""))
    op.add_column("received_bundle", sa.Column("schema_no", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("received_bundle", sa.Column("machine", sa.Text(), nullable=False, server_default=""))
    op.add_column("received_bundle", sa.Column("clock_suspect", sa.Boolean(), nullable=False, server_default="0"))
    op.add_column("received_bundle", sa.Column("batch", sa.Text(), nullable=False, server_default=""))
    op.add_column("received_bundle", sa.Column("before", sa.Text(), nullable=False, server_default="{}"))
    op.add_column("visit", sa.Column("numbered_by", sa.Text(), nullable=True))
    op.create_index(op.f("ix_visit_numbered_by"), "visit", ["numbered_by"], unique=False)
    op.add_column("transfer", sa.Column("asked_back_on", sa.Date(), nullable=True))
    op.add_column("transfer", sa.Column("asked_back_reason", sa.Text(), nullable=True))
    op.add_column("transfer", sa.Column("handed_over_on", sa.Date(), nullable=True))


def _hold_by_station() -> None:
    """A record can be held of two stations at once: of its owner, and of a former owner that went on with it."""
    op.drop_index(op.f("ix_held_row_child_id"), table_name="held_row")
    op.drop_index(op.f("ix_held_row_station"), table_name="held_row")
    op.rename_table("held_row", "held_row_before")
    op.create_table(
        "held_row",
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Text(), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("child_id", sa.Text(), nullable=True),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("bundle_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("table_name", "row_id", "station"),
    )
    op.create_index(op.f("ix_held_row_child_id"), "held_row", ["child_id"], unique=False)
    op.create_index(op.f("ix_held_row_station"), "held_row", ["station"], unique=False)
    columns = "table_name, row_id, station, reason, field, child_id, line, bundle_id"
    op.execute(f"INSERT INTO held_row ({columns}) SELECT {columns} FROM held_row_before")  # noqa: S608 - our own names
    op.drop_table("held_row_before")
