"""Migrations make exactly the schema that the records declare, and refuse newer files."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

from tests.store.conftest import KEY
from zhaohu.errors import Refused
from zhaohu.store.engine import APPLICATION_ID, make_engine
from zhaohu.store.migrations import SCHEMA, migrate
from zhaohu.store.session import Store


def test_the_migrated_schema_is_the_declared_one(store: Store) -> None:
    with store.read() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": False})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_the_file_says_whose_it_is_and_how_new(store: Store) -> None:
    with store.read() as session:
        connection = session.connection()
        assert connection.exec_driver_sql("PRAGMA user_version").scalar() == SCHEMA
        assert connection.exec_driver_sql("PRAGMA application_id").scalar() == APPLICATION_ID


def test_there_is_one_revision_for_each_schema_number() -> None:
    import zhaohu.store.migrations as migrations

    revisions = sorted((Path(migrations.__file__).parent / "versions").glob("[0-9]*.py"))
    assert [file.name[:4] for file in revisions] == [f"{n:04d}" for n in range(1, SCHEMA + 1)]


def test_a_second_run_has_nothing_to_do(store: Store) -> None:
    assert migrate(make_engine(store.path, KEY)) is False


def test_a_newer_file_is_refused_and_left_alone(store: Store) -> None:
    with store.write() as session:
        session.connection().exec_driver_sql(f"PRAGMA user_version = {SCHEMA + 1}")
    with pytest.raises(Refused) as refused:
        migrate(make_engine(store.path, KEY))
    assert refused.value.code == "newer_schema"


def test_a_failing_migration_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_connection: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("zhaohu.store.migrations.install_triggers", fail)
    engine = make_engine(tmp_path / "new.db", KEY)
    with pytest.raises(ZeroDivisionError):
        migrate(engine)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar() == 0
        assert connection.exec_driver_sql("PRAGMA user_version").scalar() == 0
    engine.dispose()
