"""Alembic's entry: runs inside the transaction that `migrate` opened."""

from alembic import context
from sqlmodel import SQLModel

import zhaohu.records
import zhaohu.records.derived
import zhaohu.records.exchange
import zhaohu.records.local  # noqa: F401 - fills the metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
