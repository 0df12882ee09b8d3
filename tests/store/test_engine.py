"""The connection recipe: encrypted, durable, and clear about the machine's faults."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlcipher3
from sqlalchemy import text
from sqlmodel import select

from tests.store.conftest import KEY, a_village
from zhaohu.records import Village
from zhaohu.store.engine import StoreFault, machine_faults, make_engine
from zhaohu.store.session import Store


def test_the_file_shows_nothing_of_what_it_holds(store: Store) -> None:
    with store.write() as session:
        session.add(a_village("很特别的村名" * 8))
    store.close()
    raw = b"".join(file.read_bytes() for file in store.path.parent.iterdir())
    assert "很特别的村名".encode() not in raw
    assert b"SQLite format 3" not in raw
    assert b"CREATE TABLE" not in raw


def test_another_key_opens_nothing(store: Store) -> None:
    store.close()
    with pytest.raises(StoreFault) as refused, machine_faults(), make_engine(store.path, bytes(32)).connect():
        pass
    assert refused.value.details["sqlite_error"] == 26


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("recursive_triggers", 1), ("secure_delete", 1)],
)
def test_every_connection_follows_the_recipe(store: Store, pragma: str, value: object) -> None:
    with store.read() as session:
        assert session.connection().exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_a_block_that_raises_keeps_nothing_not_even_tables(store: Store) -> None:
    def write_and_fail() -> None:
        with store.write() as session:
            session.add(a_village())
            session.flush()
            session.connection().execute(text("CREATE TABLE stray (x)"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    with store.read() as session:
        assert session.exec(select(Village)).all() == []
        tables = session.connection().execute(text("SELECT name FROM sqlite_master WHERE name = 'stray'"))
        assert tables.all() == []


def test_a_full_disk_is_said_and_nothing_is_kept(store: Store) -> None:
    with store.read() as session:
        pages = session.connection().exec_driver_sql("PRAGMA page_count").scalar()

    def write_too_much() -> None:
        with store.write() as session:
            session.connection().exec_driver_sql(f"PRAGMA max_page_count = {pages}")
            session.add_all([a_village("村" * 50) for _ in range(2000)])

    with pytest.raises(StoreFault) as refused:
        write_too_much()
    assert refused.value.details["sqlite_error"] == 13
    with store.read() as session:
        assert session.exec(select(Village)).all() == []


def test_a_writer_waits_for_another_and_readers_go_on(store: Store) -> None:
    with store.write() as session:
        session.add(a_village())
        session.flush()
        with store.read() as reader:
            assert reader.exec(select(Village)).all() == []
        other = sqlcipher3.connect(str(store.path), timeout=0, isolation_level=None)
        other.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
        with pytest.raises(sqlcipher3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()


def test_listeners_hear_of_commits_only(store: Store) -> None:
    heard: list[frozenset[str]] = []
    store.listen(heard.append)

    def write(*, fail: bool) -> None:
        with store.write() as session:
            session.add(a_village())
            if fail:
                raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write(fail=True)
    assert heard == []
    write(fail=False)
    assert heard == [frozenset({"village"})]


def test_closing_leaves_one_file(store: Store, tmp_path: Path) -> None:
    with store.write() as session:
        session.add(a_village())
    store.close()
    left = {file.name: file.stat().st_size for file in tmp_path.iterdir()}
    assert left.pop("zhaohu.db") > 0
    assert all(size == 0 for name, size in left.items() if name.endswith("-wal"))


def test_closing_on_a_full_disk_says_nothing_wrong_and_loses_nothing(store: Store) -> None:
    resource = pytest.importorskip("resource")
    with store.write() as session:
        session.add_all(a_village(f"第{n}村") for n in range(200))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (store.path.stat().st_size, limits[1]))
    try:
        store.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert store.path.with_name("zhaohu.db-wal").stat().st_size > 0  # it could not be folded
    again = Store(store.path, KEY)
    with again.read() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM village").scalar_one() == 200
    again.close()
