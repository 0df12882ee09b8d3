"""Kept growth scores; they are made after the log-in, from what is recorded."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "growth_score",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("child_id", sa.Text(), nullable=False),
        sa.Column("measured_on", sa.Date(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("tables", sa.Text(), nullable=False),
        sa.Column("assessed", sa.Text(), nullable=False),
        sa.Column("wfa_status", sa.Text(), nullable=True),
        sa.Column("lhfa_status", sa.Text(), nullable=True),
        sa.Column("wfl_status", sa.Text(), nullable=True),
        sa.Column("bfa_status", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_growth_score_child_id", "growth_score", ["child_id"])
    op.create_index("ix_growth_score_version", "growth_score", ["engine", "tables"])
