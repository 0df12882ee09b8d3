"""Going back to a backup: what is there is kept, a kill anywhere leaves one whole profile, syncing goes on."""

from __future__ import annotations

import contextlib
import os
import shutil
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select
from tests.sync.district import ADMIN, CLOCK, WEAK
from tests.sync.work import a_family, child_at, rename

from zhaohu.clock import Clock
from zhaohu.errors import NotAllowed, NotFound, Refused
from zhaohu.records import Child
from zhaohu.records.codes import Role
from zhaohu.records.local import AuditLine, Draft
from zhaohu.services.exchange import setup
from zhaohu.services.safety import accounts, backups
from zhaohu.services.safety.profile import NewAdmin, open_desk
from zhaohu.services.safety.restore import Secret, finish_restore, look_at, restore_backup
from zhaohu.store import audit
from zhaohu.store.envelope import Envelope, WrongPassword
from zhaohu.store.migrations import SCHEMA
from zhaohu.sync import marks

SECRET = Secret(ADMIN.name, ADMIN.password)


def reopened(profile: Path):
    return open_desk(profile, ADMIN.name, ADMIN.password, CLOCK)


def names(desk) -> list[str]:
    with desk.read() as session:
        return sorted(session.exec(select(Child.name)).all())


def epoch(desk) -> str:
    with desk.read() as session:
        return marks.counter(session).epoch


def lines(desk) -> list[AuditLine]:
    with desk.read() as session:
        assert audit.first_broken_line(session) is None
        return list(session.exec(select(AuditLine).order_by(AuditLine.no)))


@pytest.fixture
def restorable(station_desk):
    """A profile with one child, a backup of that, and another child afterwards; closed."""
    a_family(station_desk, "甲")
    with station_desk.write("test.draft") as work:
        draft = {"account": "admin", "key": "visit", "content": "{}", "begun_at": "x", "saved_at": "x"}
        work.session.add(Draft.model_validate(draft))
    row = backups.create_backup(station_desk)
    a_family(station_desk, "乙")
    station_desk.close()
    return station_desk.profile, row


def test_back_to_what_was(restorable):
    profile, row = restorable
    before = reopened(profile)
    life, numbers = epoch(before), len(lines(before))
    before.close()
    done = restore_backup(profile, row.file, SECRET, CLOCK)
    assert done.backup == row
    desk = reopened(profile)
    assert names(desk) == ["甲"]
    assert epoch(desk) != life
    with desk.read() as session:
        assert session.exec(select(Draft.key)).all() == ["visit"]
    told = lines(desk)
    assert [line.action for line in told][-2:] == ["backup.restore", "account.log_in"]
    assert row.file.name in told[-2].detail
    assert life in told[-2].detail
    assert epoch(desk) in told[-2].detail
    assert len(told) < numbers + 2
    assert done.kept.name == "371103-01-000002-20261120-restore.zhk"
    assert not (profile / "restore").exists()
    desk.close()
    restore_backup(profile, done.kept, SECRET, CLOCK)  # and forward again
    desk = reopened(profile)
    assert names(desk) == ["乙", "甲"]
    assert [r.reason for r in backups.list_backups(backups.folder(profile))] == ["restore", "restore", "manual"]
    desk.close()


def test_onto_a_new_pc(restorable, tmp_path):
    _profile, row = restorable
    stick = shutil.copy(row.file, tmp_path / "stick.zhk")
    fresh = tmp_path / "new pc" / "profile"
    done = restore_backup(fresh, Path(stick), SECRET, CLOCK)
    assert done.kept is None
    desk = reopened(fresh)
    assert names(desk) == ["甲"]
    assert backups.create_backup(desk).no == 2  # numbers go on, though no backup lies there
    desk.close()


def test_with_the_recovery_code(tmp_path):
    made = setup.init_center(
        tmp_path / "center", district_code="371103", name="指导中心", admin=ADMIN, clock=CLOCK, strength=WEAK
    )
    row = backups.create_backup(made.desk)
    made.desk.close()
    with pytest.raises(Refused) as refused:
        restore_backup(tmp_path / "new", row.file, Secret(recovery_code="ABCD"), CLOCK)
    assert refused.value.code == "bad_recovery_code"
    assert not (tmp_path / "new" / "restore").exists()
    restore_backup(tmp_path / "new", row.file, Secret(recovery_code=made.recovery_code), CLOCK)
    reopened(tmp_path / "new").close()


def test_a_wrong_password_changes_nothing(restorable):
    profile, row = restorable
    before = (profile / "zhaohu.db").read_bytes()
    for secret in (Secret("admin", "wrong horse"), Secret("nobody", ADMIN.password), Secret()):
        with pytest.raises(WrongPassword):
            restore_backup(profile, row.file, secret, CLOCK)
    with pytest.raises(Refused) as refused:  # wrong tries slow down here too
        restore_backup(profile, row.file, SECRET, CLOCK)
    assert refused.value.code == "wait"
    assert (profile / "zhaohu.db").read_bytes() == before
    assert not (profile / "restore").exists()
    assert len(backups.list_backups(backups.folder(profile))) == 1


def test_who_may_only_look_may_not_restore(station_desk):
    accounts.add_account(
        station_desk, name="guest", display_name="", role=Role.VIEWER, password="visitors welcome", strength=WEAK
    )
    row = backups.create_backup(station_desk)
    station_desk.close()
    with pytest.raises(NotAllowed):
        restore_backup(station_desk.profile, row.file, Secret("guest", "visitors welcome"), CLOCK)
    assert not (station_desk.profile / "restore").exists()


def test_an_open_profile_is_busy(station_desk):
    row = backups.create_backup(station_desk)
    with pytest.raises(Refused) as refused:
        restore_backup(station_desk.profile, row.file, SECRET, CLOCK)
    assert refused.value.code == "busy"
    assert a_family(station_desk)


def test_a_damaged_backup_is_refused_before_a_secret_is_tried(restorable):
    profile, row = restorable
    data = bytearray(row.file.read_bytes())
    data[len(data) // 2] ^= 1
    row.file.write_bytes(data)
    for act in (lambda: look_at(row.file), lambda: restore_backup(profile, row.file, Secret(), CLOCK)):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "damaged_backup"


def spoilt(profile: Path, how: str) -> None:
    database = profile / "zhaohu.db"
    if how == "damaged":
        data = bytearray(database.read_bytes())
        data[5000:6000] = bytes(1000)
        database.write_bytes(data)
    elif how == "other key":
        other = setup.init_center(
            profile.parent / "other", district_code="371103", name="别处", admin=ADMIN, clock=CLOCK, strength=WEAK
        )
        other.desk.close()
        shutil.copy(profile.parent / "other" / "zhaohu.db", database)
    elif how == "no keys":
        for name in ("keys.json", "keys.copy.json"):
            (profile / name).unlink()
    elif how == "no database":
        database.unlink()
    elif how == "empty database":
        database.write_bytes(b"")


@pytest.mark.parametrize("how", ["damaged", "other key", "no keys", "no database", "empty database"])
def test_what_does_not_open_is_set_aside_as_it_is(restorable, how):
    profile, row = restorable
    spoilt(profile, how)
    (profile / "zhaohu.db-wal").write_bytes(b"old log")
    there = {n: (profile / n).read_bytes() for n in ("zhaohu.db", "keys.json") if (profile / n).exists()}
    there["zhaohu.db-wal"] = b"old log"
    done = restore_backup(profile, row.file, SECRET, CLOCK)
    assert done.kept.parent == profile / "set-aside"
    if how not in ("damaged", "other key"):  # where it can be opened, SQLite itself takes a log that is none away
        assert {name: (done.kept / name).read_bytes() for name in there} == there
    else:
        assert {name for name in there if not name.endswith("-wal")} <= {file.name for file in done.kept.iterdir()}
    desk = reopened(profile)
    assert names(desk) == ["甲"]
    desk.close()
    spoilt(profile, "no keys")
    again = restore_backup(profile, row.file, SECRET, CLOCK)
    assert again.kept != done.kept
    assert again.kept.exists()


def test_no_room_changes_nothing(restorable, monkeypatch):
    profile, row = restorable
    usage = shutil.disk_usage(profile)
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: usage._replace(free=0))
    with pytest.raises(Refused) as refused:
        restore_backup(profile, row.file, SECRET, CLOCK)
    assert refused.value.code == "no_space"
    desk = reopened(profile)
    assert names(desk) == ["乙", "甲"]
    desk.close()


def test_passwords_are_those_of_the_backup(restorable):
    profile, row = restorable
    desk = reopened(profile)
    accounts.change_password(desk, "admin", "staple battery", WEAK, current=ADMIN.password)
    desk.close()
    restore_backup(profile, row.file, SECRET, CLOCK)
    with pytest.raises(WrongPassword):
        open_desk(profile, "admin", "staple battery", CLOCK)
    reopened(profile).close()
    assert Envelope(profile).copies_agree()


@pytest.mark.parametrize("schema", range(1, SCHEMA))
def test_an_older_schema_is_brought_up(tmp_path, schema):
    kept = Path(__file__).parents[2] / "data" / "profiles" / f"schema-{schema}" / "center"
    shutil.copytree(kept, tmp_path / "old")
    open_desk(tmp_path / "old", "admin", "zhaohu-demo", Clock()).close()
    (row,) = backups.list_backups(tmp_path / "old" / "backups")
    assert row.schema == schema
    restore_backup(tmp_path / "new", row.file, Secret("admin", "zhaohu-demo"), Clock())
    desk = open_desk(tmp_path / "new", "admin", "zhaohu-demo", Clock())
    assert names(desk)
    assert not (tmp_path / "new" / "backups").exists()  # brought up before it came there
    desk.close()


class Killed(BaseException):
    """The process is gone: nothing more happens on the disk."""


@contextlib.contextmanager
def killed_before(monkeypatch, number: int):
    """Raise at the n-th change of a file name, or sync, under the profile; after that none is carried out any more."""
    calls = []

    def dying(real):
        def act(*args, **kwargs):
            calls.append(" ".join(map(str, args)))
            if len(calls) > number:
                raise Killed
            return real(*args, **kwargs)

        return act

    with monkeypatch.context() as patched:
        for name in ("replace", "rename", "unlink", "remove", "rmdir", "fsync", "mkdir"):
            patched.setattr(os, name, dying(getattr(os, name)))
        yield calls


@pytest.mark.parametrize("state", ["backed up", "set aside", "new pc"])
def test_killed_at_any_step_one_whole_profile_is_there(restorable, tmp_path, monkeypatch, state):
    profile, row = restorable
    source = Path(shutil.copy(row.file, tmp_path / "source.zhk"))
    if state == "set aside":
        spoilt(profile, "damaged")
    template = tmp_path / "none" if state == "new pc" else profile
    seen = {"old": 0, "new": 0}
    for number in steps_of(template, tmp_path / "first", source, monkeypatch):
        there = tmp_path / "try"
        if template.exists():
            shutil.copytree(template, there)
        with killed_before(monkeypatch, number), pytest.raises(Killed):
            restore_backup(there, source, SECRET, CLOCK)
        seen[whole(there, state)] += 1
        shutil.rmtree(there, ignore_errors=True)
    assert seen["old"] > 5
    assert seen["new"] > 5


def steps_of(template: Path, there: Path, source: Path, monkeypatch) -> list[int]:
    """Where to kill: at each change of the exchange itself, and at every fifth of what goes before."""
    if template.exists():
        shutil.copytree(template, there)
    with killed_before(monkeypatch, 10_000) as calls:
        restore_backup(there, source, SECRET, CLOCK)
    decided = next(n for n, call in enumerate(calls) if "ready.json" in call)
    return [*range(0, decided - 2, 8), *range(decided - 2, len(calls))]


def whole(profile: Path, state: str) -> str:
    """Which profile is there: never half of one."""
    finish_restore(profile)
    if state == "set aside" and (profile / "zhaohu.db").read_bytes()[5000:6000] == bytes(1000):
        assert {"zhaohu.db", "keys.json", "keys.copy.json"} <= {file.name for file in profile.iterdir()}
        return "old"
    try:
        desk = reopened(profile)
    except NotFound:
        assert state == "new pc"
        return "old"
    try:
        found = names(desk)
        with desk.read() as session:
            assert session.connection().exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert audit.first_broken_line(session) is None
    finally:
        desk.close()
    assert not (profile / "restore").exists()
    if found == ["甲"]:
        if state == "backed up":
            (kept,) = [row for row in backups.list_backups(profile / "backups") if row.reason == "restore"]
            assert kept.counts["child"] == 2
        if state == "set aside":
            (aside,) = (profile / "set-aside").iterdir()
            assert (aside / "zhaohu.db").read_bytes()[5000:6000] == bytes(1000)
            assert (aside / "keys.json").exists()
        return "new"
    assert found == ["乙", "甲"]
    return "old"


def test_nobody_makes_a_new_profile_where_an_exchange_was_interrupted(restorable, tmp_path, monkeypatch):
    _profile, row = restorable
    fresh = tmp_path / "new"
    real = Path.replace

    def die(file, target):
        if file.name == "zhaohu.db":
            raise Killed
        return real(file, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", die)
        with pytest.raises(Killed):
            restore_backup(fresh, row.file, SECRET, CLOCK)
    with pytest.raises(Refused) as refused:
        setup.init_center(
            fresh, district_code="371103", name="新", admin=NewAdmin("a", "long enough"), clock=CLOCK, strength=WEAK
        )
    assert refused.value.code == "profile_exists"
    finish_restore(fresh)
    desk = reopened(fresh)
    assert names(desk) == ["甲"]
    desk.close()


def test_a_restored_profile_is_worked_in_on_another_day(restorable):
    profile, row = restorable
    restore_backup(profile, row.file, SECRET, CLOCK)
    desk = open_desk(profile, ADMIN.name, ADMIN.password, Clock.at(date(2026, 11, 25)))
    child = a_family(desk, "丙")
    rename(desk, child, "丁")
    assert child_at(desk, child.id).name == "丁"
    assert backups.backup_if_due(desk).reason == "daily"
    desk.close()


def test_another_site_takes_no_place_unasked(restorable, second_station_desk):
    profile, _row = restorable
    foreign = backups.create_backup(second_station_desk)
    with pytest.raises(Refused) as refused:
        restore_backup(profile, foreign.file, SECRET, CLOCK)
    assert refused.value.code == "other_site"
    desk = reopened(profile)
    assert names(desk) == ["乙", "甲"]
    desk.close()
    restore_backup(profile, foreign.file, SECRET, CLOCK, other_site=True)
    desk = reopened(profile)
    assert desk.site.code == "371103-02"
    desk.close()
