"""The doctor: each thing that can be wrong is named with what to do, also when the profile does not open."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.services.families import enrol
from tests.sync.district import ADMIN, WEAK

from zhaohu.clock import Clock
from zhaohu.errors import NotAllowed, Refused
from zhaohu.records.codes import Role
from zhaohu.services.desk import Desk, Person
from zhaohu.services.exchange import bundles
from zhaohu.services.register import child_list
from zhaohu.services.safety import accounts, backups, checkup
from zhaohu.services.safety.profile import open_desk
from zhaohu.store import place
from zhaohu.store.envelope import Envelope


def wrong(desk: Desk) -> set[str]:
    return {finding.name for finding in checkup.check_up(desk) if not finding.ok}


def run(*statements: str) -> Callable[[Desk], None]:
    def spoil(desk: Desk) -> None:
        with desk.store.write() as session:
            for statement in statements:
                session.connection().execute(text(statement))

    return spoil


def leave_behind(desk: Desk) -> None:
    (desk.profile / "tmp").mkdir(exist_ok=True)
    file = desk.profile / "tmp" / "scratch-0123"
    file.write_bytes(b"x")
    old = (desk.clock.now() - timedelta(days=2)).timestamp()
    os.utime(file, (old, old))


def lose_the_recovery_slot(desk: Desk) -> None:
    envelope = Envelope(desk.profile)
    content = envelope._read()
    envelope._write({**content, "slots": [slot for slot in content["slots"] if slot["kind"] == "user"]})


def lose_a_slot(desk: Desk) -> None:
    accounts.add_account(
        desk, name="w", display_name="王敏", role=Role.TEACHER, password="another horse", strength=WEAK
    )
    Envelope(desk.profile).remove("w")


def gain_a_slot(desk: Desk) -> None:
    Envelope(desk.profile, WEAK).add(desk.store.key, "user", "stranger", "another horse")


def later(days: int) -> Callable[[Desk], None]:
    def spoil(desk: Desk) -> None:
        desk.clock = Clock.at(desk.today + timedelta(days=days))

    return spoil


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (run("PRAGMA user_version = 99"), "schema"),
        (run("ALTER TABLE draft DROP COLUMN saved_at"), "schema"),
        (run("DROP TRIGGER visit_journal_delete"), "journal"),
        (run("UPDATE audit_line SET account = 'x' WHERE no = 2"), "audit"),
        (run("DELETE FROM own_key WHERE purpose = 'sign'"), "keys"),
        (lambda desk: (desk.profile / "keys.json").write_text("{"), "keys"),
        (lose_the_recovery_slot, "keys"),
        (lose_a_slot, "accounts"),
        (gain_a_slot, "accounts"),
        (later(-40), "clock"),
        (leave_behind, "leftovers"),
        (run("DROP TRIGGER consent_stale_insert"), "lists"),
        (run("INSERT INTO setting (key, value) VALUES ('exchange.full_wanted', '3')"), "agreement"),  # packet 3 asked
    ],
)
def test_each_fault_is_found_and_nothing_else(station_desk: Desk, spoil: Callable[[Desk], object], found: str) -> None:
    assert wrong(station_desk) == set()
    spoil(station_desk)
    assert wrong(station_desk) == {found}


@pytest.mark.parametrize(
    "spoil",
    [
        run("UPDATE child_facts SET risks = ',preterm,'"),
        run("DELETE FROM search_key WHERE key = 'szr'", "UPDATE child_keys SET keys = ''"),
        run("DELETE FROM due_contact WHERE contact = 'M01'"),
        run("DELETE FROM child_facts"),
        run("DROP TRIGGER child_stale_update", "UPDATE child SET name = '王小雨'"),
    ],
)
def test_lists_that_do_not_show_what_is_recorded_are_found_and_put_right(
    station_desk: Desk, spoil: Callable[[Desk], None]
) -> None:
    enrol(station_desk)
    before = child_list.list_children(station_desk)
    spoil(station_desk)
    assert wrong(station_desk) == {"lists"}
    assert wrong(station_desk) == set()
    (row,) = child_list.list_children(station_desk)
    assert row.risks == before[0].risks
    assert child_list.search(station_desk, row.name) == [row]


def test_a_child_without_its_family_is_found(station_desk: Desk) -> None:
    enrol(station_desk)
    with station_desk.store._engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        connection.rollback()
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("DELETE FROM household")
        raw.execute("PRAGMA foreign_keys = ON")
    assert wrong(station_desk) == {"references"}


def test_a_station_that_does_not_agree_is_named_with_what_to_do(
    station_desk: Desk, center_desk: Desk, tmp_path: Path
) -> None:
    enrol(station_desk)
    bundles.import_bundles(center_desk, [bundles.export_bundle(station_desk, tmp_path).file])
    assert wrong(center_desk) == set()
    run("UPDATE received_bundle SET result = json_set(result, '$.differs', json('true'))")(center_desk)
    (found,) = [finding for finding in checkup.check_up(center_desk) if not finding.ok]
    assert found.name == "agreement"
    assert "巨峰镇指导站" in found.advice


def test_damage_is_found_and_hides_nothing_else(station_desk: Desk, tmp_path: Path) -> None:
    with station_desk.read() as session:
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'parenting_class'"
        page = session.connection().execute(text(query)).scalar_one()
    station_desk.close()
    profile = shutil.copytree(station_desk.profile, tmp_path / "damaged")
    data = bytearray((profile / "zhaohu.db").read_bytes())
    data[(page - 1) * 4096 + 100] ^= 0xFF
    (profile / "zhaohu.db").write_bytes(data)
    desk = open_desk(profile, ADMIN.name, ADMIN.password, station_desk.clock)
    findings = {finding.name: finding for finding in checkup.check_up(desk)}
    assert {"database", "references"} <= {name for name, finding in findings.items() if not finding.ok}
    assert all(findings[name].ok for name in ("schema", "journal", "audit", "keys", "accounts", "clock", "sqlite"))
    desk.close()


def test_backups_too_old_or_never_tried(station_desk: Desk) -> None:
    backups.create_backup(station_desk)
    assert wrong(station_desk) == set()
    later(50)(station_desk)
    assert wrong(station_desk) == {"backups", "drill"}
    backups.backup_if_due(station_desk)
    assert wrong(station_desk) == set()


def test_a_damaged_backup_does_not_stop_the_doctor(station_desk: Desk) -> None:
    made = backups.create_backup(station_desk)
    made.file.with_name("371103-01-000009-20261120-daily.zhk").write_bytes(b"")
    assert wrong(station_desk) == set()


def test_a_second_place_is_looked_at_once_there_is_one(station_desk: Desk, tmp_path: Path) -> None:
    def second() -> list[bool]:
        return [finding.ok for finding in checkup.check_up(station_desk) if finding.name == "second_place"]

    assert second() == []
    backups.create_backup(station_desk)
    stick = tmp_path / "stick"
    stick.mkdir()
    backups.set_second_place(station_desk, stick)
    assert second() == [True]
    later(30)(station_desk)
    assert second() == [False]


def test_a_bad_place_a_full_disk_and_missing_fonts(station_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    volume = place.Volume("server:/x", station_desk.profile.resolve(), "nfs4")
    monkeypatch.setattr(place, "mounted_volumes", lambda: [volume])
    monkeypatch.setattr("zhaohu.services.safety.checkup_outside._FREE_BYTES", 1 << 60)
    monkeypatch.setattr("zhaohu.services.safety.checkup_outside._FONTS", ("Missing.ttf",))
    assert wrong(station_desk) == {"place", "disk", "fonts"}


def test_when_it_was_run_last_and_who_may(station_desk: Desk) -> None:
    assert checkup.last_run(station_desk) is None
    checkup.check_up(station_desk)
    assert checkup.last_run(station_desk) == station_desk.clock.stamp()
    station_desk.person = Person("v", "v", Role.VIEWER)
    for ask in (checkup.check_up, checkup.last_run):
        with pytest.raises(NotAllowed):
            ask(station_desk)


def test_the_report_names_no_folder(station_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    volume = place.Volume("server:/x", station_desk.profile.resolve(), "nfs4")
    monkeypatch.setattr(place, "mounted_volumes", lambda: [volume])
    findings = checkup.check_up(station_desk)
    written = checkup.save_report(findings, station_desk, tmp_path / "report.txt").read_text("utf-8")
    assert str(station_desk.profile) not in written
    assert str(Path.home()) not in written
    assert sum(line.startswith(("ok  ", "TO DO  ")) for line in written.splitlines()) == len(findings)
    assert "TO DO  place" in written
    with pytest.raises(Refused) as refused:
        checkup.save_report(findings, station_desk, tmp_path / "report.txt" / "below")
    assert refused.value.code == "cannot_write"


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (lambda profile: (profile / "zhaohu.db").unlink(), {"open", "data_file"}),
        (lambda profile: (profile / "zhaohu.db").write_bytes(b"x" * 5000), {"open", "data_file"}),
        (lambda profile: [(profile / name).unlink() for name in ("keys.json", "keys.copy.json")], {"open", "keys"}),
    ],
)
def test_a_profile_that_does_not_open_is_looked_at_from_outside(
    station_desk: Desk, tmp_path: Path, spoil: Callable[[Path], object], found: set[str]
) -> None:
    backups.create_backup(station_desk)
    station_desk.close()
    profile = shutil.copytree(station_desk.profile, tmp_path / "spoiled")
    spoil(profile)
    clock = Clock.at(date(2026, 11, 20))
    with pytest.raises(Refused) as refused:
        open_desk(profile, ADMIN.name, ADMIN.password, clock)
    findings = checkup.look_without_opening(profile, clock, refused.value)
    assert {finding.name for finding in findings if not finding.ok} == found
    assert findings[0].advice == refused.value.message
    for file in backups.folder(profile).iterdir():
        file.unlink()
    findings = checkup.look_without_opening(profile, clock, refused.value)
    assert {finding.name for finding in findings if not finding.ok} == {*found, "backups"}
