"""Every way of writing a synced table leaves its line in the journal."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, text, update
from sqlmodel import Session, select

from tests.faults.figures import times
from tests.store.conftest import STATION, a_household, a_village
from zhaohu.records import SYNCED_TABLES, Caregiver, Village
from zhaohu.records.base import Owned
from zhaohu.records.exchange import ChangeCounter, Journal
from zhaohu.store.journal import install_triggers, table_names
from zhaohu.store.session import Store


def lines(session: Session) -> dict[str, tuple[int, int, bool]]:
    return {line.row_id: (line.rev, line.seq, line.deleted) for line in session.exec(select(Journal))}


def test_synced_tables_have_three_triggers_and_others_none(store: Store) -> None:
    with store.read() as session:
        found = session.connection().execute(
            text(
                "SELECT tbl_name, count(*) FROM sqlite_master "
                "WHERE type = 'trigger' AND instr(name, '_journal_') GROUP BY 1"
            )
        )
        assert dict(found.all()) == dict.fromkeys(table_names(), 3)


def test_synced_tables_carry_the_sync_columns_and_no_real_numbers(store: Store) -> None:
    with store.read() as session:
        for table in SYNCED_TABLES:
            assert issubclass(table, Owned)
            columns = session.connection().exec_driver_sql(f"PRAGMA table_info({table.__tablename__})").all()
            names = {column[1] for column in columns}
            assert set(Owned.model_fields) <= names
            assert {column[2] for column in columns} <= {"TEXT", "INTEGER", "DATE", "BOOLEAN"}


_WRITES = {
    "bulk insert": lambda s, v: s.connection().execute(insert(Village), [v.model_dump()]),
    "raw insert": lambda s, v: s.connection().execute(
        text("INSERT INTO village (id, owner, recorded_at, recorded_by, name) VALUES (:id, :owner, '', '', '村')"),
        {"id": v.id, "owner": v.owner},
    ),
    "replace": lambda s, v: s.connection().execute(
        text(
            "INSERT OR REPLACE INTO village (id, owner, recorded_at, recorded_by, name)"
            " VALUES (:id, :owner, '', '', '村')"
        ),
        {"id": v.id, "owner": v.owner},
    ),
    "upsert": lambda s, v: s.connection().execute(
        text(
            "INSERT INTO village (id, owner, recorded_at, recorded_by, name) VALUES (:id, :owner, '', '', '村')"
            " ON CONFLICT (id) DO UPDATE SET name = excluded.name"
        ),
        {"id": v.id, "owner": v.owner},
    ),
}


@pytest.mark.parametrize("write", _WRITES.values(), ids=_WRITES.keys())
def test_inserts_of_every_kind_are_seen(store: Store, write) -> None:
    village = a_village()
    with store.write() as session:
        write(session, village)
    with store.read() as session:
        assert lines(session) == {village.id: (1, 1, False)}


@pytest.mark.parametrize("write", [_WRITES["replace"], _WRITES["upsert"]], ids=["replace", "upsert"])
def test_overwriting_is_a_new_revision(store: Store, write) -> None:
    village = a_village()
    with store.write() as session:
        session.add(village)
    with store.write() as session:
        write(session, village)
    with store.read() as session:
        rev, seq, deleted = lines(session)[village.id]
        assert rev >= 2
        assert seq >= 2
        assert not deleted


def test_bulk_update_and_delete_without_where_are_seen(store: Store) -> None:
    villages = [a_village(f"村{n}") for n in range(3)]
    ids = {village.id for village in villages}
    with store.write() as session:
        session.add_all(villages)
    with store.write() as session:
        session.connection().execute(update(Village).values(name="新名"))
    with store.write() as session:
        session.connection().execute(text("DELETE FROM village"))
    with store.read() as session:
        found = lines(session)
        assert set(found) == ids
        assert {(rev, deleted) for rev, _seq, deleted in found.values()} == {(3, True)}
        assert sorted(seq for _rev, seq, _deleted in found.values()) == [7, 8, 9]


def test_what_came_from_the_other_end_is_not_echoed(store: Store) -> None:
    with store.write() as session:
        session.add(a_village(owner="371103-02"))
    with store.read() as session:
        assert lines(session) == {}


def test_an_undone_write_leaves_no_line_and_no_gap(store: Store) -> None:
    def write_and_fail() -> None:
        with store.write() as session:
            session.add(a_village())
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    with store.read() as session:
        assert lines(session) == {}
        assert session.get_one(ChangeCounter, 1).seq == 0


def test_triggers_can_be_made_anew_after_a_rebuild(store: Store) -> None:
    with store.write() as session:
        for event in ("insert", "update", "delete"):
            session.connection().execute(text(f"DROP TRIGGER village_journal_{event}"))
        install_triggers(session.connection())
        session.add(a_village())
    with store.read() as session:
        assert len(lines(session)) == 1


def test_a_child_row_cannot_lose_its_parent(store: Store) -> None:
    with store.write() as session:
        household = a_household(session)
        stamp = {"owner": STATION, "recorded_at": "", "recorded_by": ""}
        carer = {**stamp, "household_id": household.id, "name": "李丽", "relation": "52"}
        session.add(Caregiver.model_validate(carer))
    with pytest.raises(Exception, match="FOREIGN KEY"), store.write() as session:
        session.connection().execute(text("DELETE FROM household"))


@settings(max_examples=times(25, 8))
@given(steps=st.lists(st.tuples(st.sampled_from(["add", "change", "delete"]), st.integers(0, 4)), max_size=25))
def test_the_journal_tells_the_newest_state_and_numbers_only_rise(tmp_path_factory, steps) -> None:
    from tests.store.conftest import KEY
    from zhaohu.store.engine import make_engine
    from zhaohu.store.migrations import migrate

    path = tmp_path_factory.mktemp("journal") / "zhaohu.db"
    engine = make_engine(path, KEY)
    migrate(engine)
    engine.dispose()
    store = Store(path, KEY)
    with store.write() as session:
        session.add(ChangeCounter(id=1, owner=STATION, epoch="e" * 32, seq=0))
    ids = [a_village().id for _ in range(5)]
    alive: dict[str, int] = {}
    for act, which in steps:
        with store.write() as session:
            known = session.get(Village, ids[which])
            if act == "add" and known is None:
                session.add(a_village(id=ids[which]))
            elif act == "change" and known is not None:
                known.name += "a"
            elif act == "delete" and known is not None:
                session.delete(known)
            else:
                continue
        alive[ids[which]] = alive.get(ids[which], 0) + 1
    with store.read() as session:
        found = lines(session)
        present = {village.id for village in session.exec(select(Village))}
    store.close()
    assert {row_id: rev for row_id, (rev, _seq, _deleted) in found.items()} == alive
    assert {row_id for row_id, (_rev, _seq, deleted) in found.items() if not deleted} == present
    assert len({seq for _rev, seq, _deleted in found.values()}) == len(found)
