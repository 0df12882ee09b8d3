"""Migrations make exactly the schema that the records declare, and refuse newer files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

from tests.store.conftest import KEY
from zhaohu.clock import Clock
from zhaohu.errors import Refused
from zhaohu.services.safety.profile import open_desk
from zhaohu.store.engine import APPLICATION_ID, make_engine
from zhaohu.store.envelope import Envelope
from zhaohu.store.migrations import SCHEMA, migrate, row_counts
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


KEPT = sorted((Path(__file__).parent.parent / "data" / "profiles").glob("schema-*/*"))
"""Filled profiles of every released schema: a station and a center of the demo; password `zhaohu-demo`."""


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: f"{kept.parent.name}-{kept.name}")
def test_a_profile_of_every_released_schema_opens_with_all_its_rows(kept: Path, tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    shutil.copytree(kept, profile)
    key = Envelope(profile).open("admin", "zhaohu-demo")
    engine = make_engine(profile / "zhaohu.db", key)
    with engine.connect() as connection:
        before = row_counts(connection)
    engine.dispose()
    assert before["child"] > 0
    assert before["visit"] > 0
    desk = open_desk(profile, "admin", "zhaohu-demo", Clock())
    with desk.read() as session:
        after = row_counts(session.connection())
        assert session.connection().exec_driver_sql("PRAGMA user_version").scalar() == SCHEMA
        context = MigrationContext.configure(session.connection(), opts={"compare_type": False})
        assert compare_metadata(context, SQLModel.metadata) == []
    desk.close()
    derived = {"child_search"}  # gone with schema 4: keys are made anew from the records
    assert {name for name, rows in before.items() if after.get(name, 0) < rows} <= derived


def test_every_schema_before_this_one_has_kept_profiles() -> None:
    assert {kept.parent.name for kept in KEPT} >= {f"schema-{n}" for n in range(1, SCHEMA)}


def test_a_file_that_is_not_ours_is_refused(store: Store) -> None:
    with store.write() as session:
        session.connection().exec_driver_sql("PRAGMA application_id = 7")
    with pytest.raises(Refused) as refused:
        migrate(make_engine(store.path, KEY))
    assert refused.value.code == "not_ours"


def test_what_must_happen_before_a_migration_happens_once_and_only_for_older_files(tmp_path: Path) -> None:
    shutil.copytree(KEPT[0], tmp_path / "profile")
    key = Envelope(tmp_path / "profile").open("admin", "zhaohu-demo")
    engine = make_engine(tmp_path / "profile" / "zhaohu.db", key)
    calls: list[int] = []
    assert migrate(engine, lambda: calls.append(1))
    assert not migrate(engine, lambda: calls.append(2))
    engine.dispose()
    fresh = make_engine(tmp_path / "new.db", key)
    migrate(fresh, lambda: calls.append(3))
    fresh.dispose()
    assert calls == [1]


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
