"""Another database key: the same records and the same life, and no moment with half a profile."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pypdfium2
import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import select
from tests.services.safety.test_restore import Killed, killed_before, lines, names, reopened
from tests.sync.district import ADMIN, CLOCK, WEAK, open_copy
from tests.sync.work import a_family, bring_down, rename, take_up

from zhaohu.errors import NotAllowed, Refused
from zhaohu.records.codes import Role
from zhaohu.records.local import Draft
from zhaohu.services.exchange import bundles
from zhaohu.services.safety import accounts, backups, recovery
from zhaohu.services.safety.key_change import KeyChanged, change_key
from zhaohu.services.safety.profile import open_desk
from zhaohu.services.safety.restore import Secret, finish_restore, restore_backup
from zhaohu.store import audit, backup_file, restoring
from zhaohu.store.engine import APPLICATION_ID, machine_faults, make_engine
from zhaohu.store.envelope import Envelope, WrongPassword, new_recovery_code
from zhaohu.sync import marks


def change(profile: Path, sheet: Path, password: str = ADMIN.password, user: str = ADMIN.name) -> KeyChanged:
    return change_key(profile, user, password, sheet, CLOCK, WEAK)


def code_on(sheet: Path) -> str:
    """The recovery code as it stands on paper, read back from it."""
    document = pypdfium2.PdfDocument(sheet.read_bytes())
    try:
        words = document[0].get_textpage().get_text_range().split()
    finally:
        document.close()
    start = next(n for n in range(len(words)) if words[n : n + 18 : 2] == [str(group) for group in range(1, 10)])
    return "-".join(words[start + 1 : start + 18 : 2])


def content(profile: Path, key: bytes) -> dict[str, object]:
    """Everything in a database but what every opening and the change itself write."""
    engine = make_engine(profile / "zhaohu.db", key)
    try:
        with engine.connect() as connection:
            run = connection.exec_driver_sql
            found: dict[str, object] = {
                pragma: run(f"PRAGMA {pragma}").scalar() for pragma in ("user_version", "application_id", "page_size")
            }
            found["schema"] = [tuple(row) for row in run("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2")]
            tables = run("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1").scalars().all()
            for table in tables:
                if table not in ("audit_line", "setting"):
                    found[table] = sorted(map(repr, run(f'SELECT * FROM "{table}"')))
            return found
    finally:
        engine.dispose()


def add(desk, name: str, role: Role) -> None:
    accounts.add_account(desk, name=name, display_name=name, role=role, password="long enough", strength=WEAK)


@pytest.fixture
def station_desk(district_template, tmp_path):
    """A station's desk that is not closed once more at the end: its key would not fit any more."""
    return open_copy(district_template, "01", tmp_path / "station")


@pytest.fixture
def worked_in(station_desk):
    """A closed profile: a child, a draft, a teacher, a second administrator, a former one, a backup."""
    a_family(station_desk, "甲")
    with station_desk.write("test.draft") as work:
        draft = {"account": "admin", "key": "visit", "content": "{}", "begun_at": "x", "saved_at": "x"}
        work.session.add(Draft.model_validate(draft))
    add(station_desk, "teacher", Role.TEACHER)
    add(station_desk, "boss", Role.ADMIN)
    add(station_desk, "former", Role.TEACHER)
    accounts.disable_account(station_desk, "former")
    backups.create_backup(station_desk)
    station_desk.close()
    return station_desk


def test_everything_is_there_under_another_key(worked_in, tmp_path):
    profile, old = worked_in.profile, worked_in.store.key
    before = content(profile, old)
    done = change(profile, tmp_path / "sheet.pdf")
    assert done.without_slot == ["boss", "teacher"]
    assert done.older_backups == 2
    key = Envelope(profile).open(ADMIN.name, ADMIN.password)
    assert key != old
    with pytest.raises(Refused), machine_faults():
        content(profile, old)
    after = content(profile, key)
    assert after == before
    assert after["application_id"] == APPLICATION_ID
    assert len([kind for kind, *_rest in after["schema"] if kind == "trigger"]) > 10
    assert Envelope(profile).copies_agree()
    assert Envelope(profile).names() == {ADMIN.name}
    assert not (profile / "restore").exists()
    desk = reopened(profile)
    told = lines(desk)  # the chain is whole
    assert [line.action for line in told][-5:] == [
        "account.log_in", "key.change", "backup.create", "backup.drill", "account.log_in",
    ]  # fmt: skip
    assert '"without_slot":["boss","teacher"]' in told[-4].detail
    desk.close()


def test_backups_of_before_stay_and_a_new_one_is_made(worked_in, tmp_path):
    profile, old = worked_in.profile, worked_in.store.key
    stick = tmp_path / "stick"
    stick.mkdir()
    desk = reopened(profile)
    backups.set_second_place(desk, stick)
    desk.close()
    there = {file: file.read_bytes() for file in (*stick.iterdir(), *backups.folder(profile).iterdir())}
    done = change(profile, tmp_path / "sheet.pdf")
    assert done.older_backups == 3  # the first one here and on the stick, and the one of just now
    assert {file: file.read_bytes() for file in there} == there
    desk = reopened(profile)
    assert backups.state(desk).newest.file == done.backup
    assert backups.verify_backup(desk, done.backup).problem == ""
    assert (stick / done.backup.name).exists()
    desk.close()
    kept = next(row for row in backups.list_backups(backups.folder(profile)) if row.no == 2)
    assert restore_backup(profile, kept.file, Secret("teacher", "long enough"), CLOCK).former_key
    restore_backup(tmp_path / "back", kept.file, Secret("teacher", "long enough"), CLOCK)
    assert Envelope(tmp_path / "back").open("boss", "long enough") == old
    restore_backup(profile, done.backup, Secret(ADMIN.name, ADMIN.password), CLOCK)
    desk = reopened(profile)
    assert names(desk) == ["甲"]
    desk.close()


def test_only_the_new_sheet_opens_it(worked_in, tmp_path):
    profile = worked_in.profile
    former = new_recovery_code()
    Envelope(profile, WEAK).add_recovery(worked_in.store.key, former)
    recovery.recover(profile, former, "boss", "found again", CLOCK, WEAK).desk.close()
    desk = reopened(profile)
    assert recovery.sheet_due(desk)
    desk.close()
    sheet = tmp_path / "sheet.pdf"
    assert change(profile, sheet).sheet == sheet
    desk = reopened(profile)
    assert not recovery.sheet_due(desk)
    desk.close()
    with pytest.raises(WrongPassword):
        recovery.open_by_code(profile, former, CLOCK)
    assert {one.name for one in recovery.open_by_code(profile, code_on(sheet), CLOCK)} == {"admin", "boss"}


def test_the_others_get_new_passwords_from_the_administrator(worked_in, tmp_path):
    profile = worked_in.profile
    change(profile, tmp_path / "sheet.pdf")
    with pytest.raises(WrongPassword):
        open_desk(profile, "teacher", "long enough", CLOCK)
    desk = reopened(profile)
    accounts.change_password(desk, "teacher", "quite another", WEAK)
    accounts.enable_account(desk, "former", "welcome back", WEAK)
    desk.close()
    for name, password in (("teacher", "quite another"), ("former", "welcome back")):
        open_desk(profile, name, password, CLOCK).close()


def test_the_exchange_with_the_center_goes_on(station_desk, center_desk, tmp_path):
    """Export before, change, export after; and what was exported before but is read only afterwards."""
    child = a_family(station_desk, "甲")
    assert take_up(station_desk, center_desk, tmp_path / "stick").status == "accepted"
    bring_down(center_desk, station_desk, tmp_path / "stick")
    rename(station_desk, child, "甲二")
    on_its_way = bundles.export_bundle(station_desk, tmp_path / "way").file
    with station_desk.read() as session:
        life = (marks.counter(session).epoch, marks.counter(session).seq)
    station_desk.close()
    change(station_desk.profile, tmp_path / "sheet.pdf")
    desk = reopened(station_desk.profile)
    with desk.read() as session:
        assert (marks.counter(session).epoch, marks.counter(session).seq) == life
    (report,) = bundles.import_bundles(center_desk, [on_its_way])
    assert (report.status, report.changed) == ("accepted", 1)
    a_family(desk, "乙")
    report = take_up(desk, center_desk, tmp_path / "stick")
    assert (report.status, report.new, report.differs) == ("accepted", 3, False)
    assert bring_down(center_desk, desk, tmp_path / "stick").confirmed_no == report.no
    assert bundles.pending(desk).records == 0
    assert names(center_desk) == ["乙", "甲二"]
    desk.close()


def test_a_center_can_do_it_too(district_template, station_desk, tmp_path):
    center_desk = open_copy(district_template, "center", tmp_path / "center")
    a_family(station_desk, "甲")
    bundle = bundles.export_bundle(station_desk, tmp_path).file  # sealed to the center before its key changed
    center_desk.close()
    change(center_desk.profile, tmp_path / "sheet.pdf")
    desk = reopened(center_desk.profile)
    (report,) = bundles.import_bundles(desk, [bundle])
    assert (report.status, report.new) == ("accepted", 3)
    for one in (desk, station_desk):
        one.close()


def refused(profile: Path, sheet: Path, **who: str) -> str:
    """The code with which a change is refused, and that it left everything as it was."""
    keys, files = (profile / "keys.json").read_bytes(), set(backups.folder(profile).glob("*"))
    with pytest.raises(Refused) as caught:
        change(profile, sheet, **who)
    assert (profile / "keys.json").read_bytes() == keys
    assert not (profile / "restore").exists()
    assert len(set(backups.folder(profile).glob("*")) - files) <= 1  # a backup may have been made already
    return caught.value.code


def test_who_may_not_and_when_not(worked_in, tmp_path):
    profile, sheet = worked_in.profile, tmp_path / "sheet.pdf"
    assert refused(profile, sheet, password="wrong horse") == "wrong_password"
    with pytest.raises(NotAllowed):
        change(profile, sheet, "long enough", "teacher")
    desk = reopened(profile)
    assert refused(profile, sheet) == "busy"
    a_family(desk, "乙")
    desk.close()
    assert not sheet.exists()
    sheet.write_bytes(b"somebody else's")
    assert refused(profile, sheet) == "file_exists"
    assert sheet.read_bytes() == b"somebody else's"
    assert refused(profile, tmp_path / "file" / "sheet.pdf" if _a_file(tmp_path / "file") else sheet) == "cannot_write"
    desk = reopened(profile)
    assert names(desk) == ["乙", "甲"]
    desk.close()


def _a_file(place: Path) -> bool:
    return place.write_bytes(b"no folder") > 0


def test_no_room_and_no_exchange_leave_the_old_key(worked_in, tmp_path, monkeypatch):
    profile, sheet = worked_in.profile, tmp_path / "sheet.pdf"
    usage = shutil.disk_usage(profile)
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "disk_usage", lambda _place: usage._replace(free=0))
        assert refused(profile, sheet) == "no_space"
    assert not sheet.exists()

    def taken(_file, _target):
        raise PermissionError

    real = Path.replace
    with monkeypatch.context() as patched:  # as Windows tells that somebody has the data file open
        patched.setattr(Path, "replace", lambda f, t: (taken if f.name == "zhaohu.db" else real)(f, t))
        assert refused(profile, sheet) == "busy"
    assert not sheet.exists()
    reopened(profile).close()


def test_a_copy_that_is_not_what_was_backed_up_is_not_taken(worked_in, tmp_path, monkeypatch):
    real = backup_file.read_manifest

    def with_a_child_more(file: Path) -> backup_file.Manifest:
        told = real(file)
        return told.model_copy(update={"counts": {**told.counts, "child": told.counts["child"] + 1}})

    with monkeypatch.context() as patched:
        patched.setattr(backup_file, "read_manifest", with_a_child_more)
        assert refused(worked_in.profile, tmp_path / "sheet.pdf") == "damaged_backup"
    assert not (tmp_path / "sheet.pdf").exists()
    assert Envelope(worked_in.profile).open(ADMIN.name, ADMIN.password) == worked_in.store.key


def test_a_disk_that_fails_amid_the_exchange_does_not_cost_the_sheet(worked_in, tmp_path, monkeypatch):
    profile, sheet, real = worked_in.profile, tmp_path / "sheet.pdf", Path.replace

    def fail(file: Path, target: Path) -> Path:
        if file == profile / "restore" / "keys.json":
            raise OSError(errno.EIO, "input/output error")
        return real(file, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", fail)
        with pytest.raises(Refused):
            change(profile, sheet)
    assert whole(profile, worked_in.store.key, sheet) == "new"


def test_nobody_writes_meanwhile(worked_in, tmp_path, monkeypatch):
    """Where the system has no shared locks, a command that slips in is turned away instead of being lost."""
    profile, tried = worked_in.profile, []
    real = restoring.exchange

    def writes(progress_done: int, _total: int) -> None:
        engine = make_engine(profile / "zhaohu.db", worked_in.store.key)
        try:
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA busy_timeout = 0")
                connection.exec_driver_sql("INSERT INTO setting VALUES ('slipped', 'in')")
                connection.commit()
                tried.append("kept")
        except DBAPIError:
            tried.append("busy")
        finally:
            engine.dispose()

    monkeypatch.setattr(restoring, "exchange", lambda *args: (tried.append("exchange"), real(*args)))
    change_key(profile, ADMIN.name, ADMIN.password, tmp_path / "sheet.pdf", CLOCK, WEAK, writes)
    assert tried[-1] == "exchange"
    assert set(tried[:-1]) == {"busy"}


def test_killed_at_any_step_one_whole_profile_is_there(worked_in, tmp_path, monkeypatch):
    profile, seen = worked_in.profile, {"old": 0, "new": 0}
    for number in steps_of(profile, tmp_path / "first", monkeypatch):
        there, sheet = tmp_path / "try", tmp_path / "sheet.pdf"
        shutil.copytree(profile, there)
        with killed_before(monkeypatch, number), pytest.raises(Killed):
            change(there, sheet)
        seen[whole(there, worked_in.store.key, sheet)] += 1
        shutil.rmtree(there)
        sheet.unlink(missing_ok=True)
    assert seen["old"] > 5
    assert seen["new"] > 5


def steps_of(profile: Path, there: Path, monkeypatch) -> list[int]:
    """Where to kill: at each change of the exchange itself, and at every eighth of what goes before and after."""
    shutil.copytree(profile, there)
    with killed_before(monkeypatch, 10_000) as calls:
        change(there, there.with_suffix(".pdf"))
    told = [n for n, call in enumerate(calls) if "ready.json" in call]
    return [*range(0, told[0] - 2, 8), *range(told[0] - 2, told[-1] + 4), *range(told[-1] + 4, len(calls), 8)]


def whole(profile: Path, old: bytes, sheet: Path) -> str:
    """Which profile is there: never half of one; the new one has its sheet."""
    finish_restore(profile)
    desk = reopened(profile)
    try:
        assert names(desk) == ["甲"]
        with desk.read() as session:
            assert session.connection().exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert audit.first_broken_line(session) is None
            assert session.exec(select(Draft.key)).all() == ["visit"]
        assert not (profile / "restore").exists()
        changed = any(line.action == "key.change" for line in lines(desk))
        assert (desk.store.key != old) == changed
    finally:
        desk.close()
    if changed:
        assert Envelope(profile).open_with_recovery_code(code_on(sheet)) != old
        return "new"
    Envelope(profile).open("boss", "long enough")
    return "old"
