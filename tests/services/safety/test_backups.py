"""Backups that keep themselves: daily, before imports, in a second place, rotated, tried out; and what is told."""

from __future__ import annotations

import errno
import shutil
import threading
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import delete, select
from tests.services.families import enrol
from tests.sync.work import a_family, a_measurement, save, take_up

from zhaohu.clock import Clock
from zhaohu.errors import NotAllowed, Refused
from zhaohu.records import Measurement
from zhaohu.records.codes import Role
from zhaohu.records.local import AuditLine, Draft
from zhaohu.rules.retention import MOST
from zhaohu.services.desk import Desk, Person
from zhaohu.services.exchange import bundles, receipts, undo
from zhaohu.services.safety import backups
from zhaohu.services.safety.backups import Reason
from zhaohu.services.safety.profile import open_desk
from zhaohu.store import backup_file

DAY = date(2026, 11, 20)
KEPT = sorted((Path(__file__).parents[2] / "data" / "profiles").glob("schema-*/station"))


def on(desk: Desk, day: date) -> Desk:
    """The same desk on another day."""
    return Desk(desk.profile, desk.store, Clock.at(day), desk.person, desk.site)


def as_role(desk: Desk, role: Role) -> Desk:
    return Desk(desk.profile, desk.store, desk.clock, Person("other", "别人", role), desk.site)


def actions(desk: Desk) -> list[str]:
    with desk.read() as session:
        lines = session.exec(select(AuditLine.action).order_by(AuditLine.no)).all()
    return [action for action in lines if action.startswith("backup.")]


def files(desk: Desk) -> list[Path]:
    return sorted(backups.folder(desk.profile).iterdir())


@pytest.fixture
def stick(tmp_path):
    place = tmp_path / "stick"
    place.mkdir()
    return place


def test_one_by_hand(station_desk):
    a_family(station_desk)
    heard = []
    station_desk.store.listen(heard.append)
    row = backups.create_backup(station_desk)
    assert (row.no, row.reason, row.site_code, row.problem) == (1, Reason.MANUAL, "371103-01", "")
    assert (row.counts["child"], row.counts["village"], row.made_at[:10]) == (1, 1, "2026-11-20")
    assert row.records == sum(row.counts.values())
    assert row.size_bytes == row.file.stat().st_size
    assert backups.list_backups(backups.folder(station_desk.profile)) == [row]
    assert backups.verify_backup(station_desk, row.file) == row
    assert backups.look_at(row.file) == row
    assert actions(station_desk) == ["backup.create"]
    assert heard
    state = backups.state(station_desk)
    assert (state.newest, state.overdue_days, state.second_place, state.warning) == (row, None, None, "")


def test_who_may(station_desk, stick):
    for role in Role:
        desk = as_role(station_desk, role)
        for act, may in (
            (lambda desk=desk: backups.create_backup(desk), role in (Role.ADMIN, Role.TEACHER)),
            (lambda desk=desk: backups.set_second_place(desk, stick), role is Role.ADMIN),
            (lambda desk=desk: backups.backup_if_due(desk), True),
            (lambda desk=desk: backups.state(desk), True),
        ):
            if may:
                act()
            else:
                with pytest.raises(NotAllowed):
                    act()


def test_once_a_day_and_again_the_next(station_desk):
    assert backups.backup_if_due(station_desk).reason is Reason.DAILY
    assert backups.backup_if_due(station_desk) is None
    tomorrow = on(station_desk, DAY + timedelta(1))
    assert backups.backup_if_due(tomorrow).no == 2
    assert backups.backup_if_due(tomorrow) is None
    assert backups.backup_if_due(on(station_desk, date(2030, 1, 1))).no == 3  # the clock jumped
    assert backups.backup_if_due(on(station_desk, DAY + timedelta(2))).no == 4


def test_many_days_keep_what_the_rule_keeps(station_desk, stick):
    backups.set_second_place(station_desk, stick)
    for n in range(40):
        backups.backup_if_due(on(station_desk, DAY + timedelta(n)))
    kept = [row.no for row in backups.list_backups(backups.folder(station_desk.profile))]
    assert len(kept) <= MOST
    assert kept[:7] == [40, 39, 38, 37, 36, 35, 34]
    assert len(kept) == len(set(kept)) < 16
    assert [row.no for row in backups.list_backups(stick)] == kept
    assert all(row.problem == "" for row in backups.list_backups(stick))


def test_what_is_damaged_counts_for_nothing_and_is_left_alone(station_desk):
    place = backups.folder(station_desk.profile)
    good = backups.create_backup(station_desk)
    empty = place / "371103-01-000007-20261120-daily.zhk"
    empty.write_bytes(b"")
    cut = place / "371103-01-000008-20261120-daily.zhk"
    cut.write_bytes(good.file.read_bytes()[:-100])
    other = place / "notes.txt"
    other.write_text("x")
    rows = backups.list_backups(place)
    assert [(row.no, bool(row.problem)) for row in rows] == [(8, True), (7, True), (1, False)]
    assert backups.state(station_desk).newest == good
    assert backups.backup_if_due(on(station_desk, DAY + timedelta(1))).no == 9
    for n in range(2, 20):
        backups.create_backup(on(station_desk, DAY + timedelta(n)), Reason.DAILY)
    assert {empty, cut, other} <= set(files(station_desk))
    with pytest.raises(Refused) as refused:
        backups.verify_backup(station_desk, cut)
    assert refused.value.code == "damaged_backup"


def test_a_backup_of_another_profile_is_not_ours(station_desk, center_desk):
    row = backups.create_backup(center_desk)
    strange = backups.folder(station_desk.profile) / row.file.name
    strange.parent.mkdir()
    shutil.copy(row.file, strange)
    assert backups.state(station_desk).newest is None
    with pytest.raises(Refused) as refused:
        backups.verify_backup(station_desk, strange)
    assert refused.value.code == "other_key"


def test_overdue_after_two_days(station_desk):
    assert backups.state(on(station_desk, DAY + timedelta(2))).overdue_days is None
    assert backups.state(on(station_desk, DAY + timedelta(3))).overdue_days == 3  # never one since the profile began
    backups.create_backup(on(station_desk, DAY + timedelta(3)))
    assert backups.state(on(station_desk, DAY + timedelta(5))).overdue_days is None
    assert backups.state(on(station_desk, DAY + timedelta(6))).overdue_days == 3
    assert backups.state(on(station_desk, DAY - timedelta(9))).overdue_days is None


def test_the_second_place(station_desk, stick):
    first = backups.create_backup(station_desk)
    backups.set_second_place(station_desk, stick)
    assert (stick / first.file.name).read_bytes() == first.file.read_bytes()
    state = backups.state(station_desk)
    assert state.second_place == stick.resolve()
    assert (state.second_copied_at[:10], state.second_overdue) == ("2026-11-20", False)
    second = backups.create_backup(station_desk)
    assert (stick / second.file.name).read_bytes() == second.file.read_bytes()
    pulled = stick.rename(stick.with_name("pulled"))
    third = backups.create_backup(on(station_desk, DAY + timedelta(1)))
    assert not stick.exists()  # no folder of that name is made on the disk
    assert not backups.state(on(station_desk, DAY + timedelta(7))).second_overdue
    assert backups.state(on(station_desk, DAY + timedelta(8))).second_overdue
    pulled.rename(stick)
    assert backups.backup_if_due(on(station_desk, DAY + timedelta(1))) is None
    assert (stick / third.file.name).read_bytes() == third.file.read_bytes()
    assert not backups.state(on(station_desk, DAY + timedelta(8))).second_overdue
    assert "backup.copy" in actions(station_desk)
    backups.set_second_place(station_desk, None)
    assert backups.state(on(station_desk, DAY + timedelta(90))).second_overdue is False


def test_a_second_place_that_fails_keeps_nobody_from_a_backup(station_desk, stick, monkeypatch):
    backups.set_second_place(station_desk, stick)
    whole = Path.is_dir

    def is_dir(path):
        if path == stick.resolve():
            raise OSError(errno.EIO, "Input/output error")  # what a dying stick or a share that went away answers
        return whole(path)

    monkeypatch.setattr(Path, "is_dir", is_dir)
    assert backups.backup_if_due(on(station_desk, DAY + timedelta(1))) is not None
    assert backups.state(on(station_desk, DAY + timedelta(8))).second_overdue


def test_a_second_place_that_never_had_a_copy_becomes_overdue(station_desk, stick):
    backups.set_second_place(station_desk, stick)
    stick.rmdir()
    backups.create_backup(station_desk)
    state = backups.state(on(station_desk, DAY + timedelta(8)))
    assert (state.second_copied_at, state.second_overdue) == (None, True)


@pytest.mark.parametrize("inside", [".", "backups", "new"])
def test_a_place_inside_the_profile_is_no_second_place(station_desk, inside):
    backups.create_backup(station_desk)
    with pytest.raises(Refused) as refused:
        backups.set_second_place(station_desk, station_desk.profile / inside)
    assert refused.value.code == "bad_place"
    assert backups.state(station_desk).second_place is None


def test_two_stations_share_one_second_place(station_desk, second_station_desk, stick):
    for desk in (station_desk, second_station_desk):
        backups.set_second_place(desk, stick)
    for n in range(20):
        backups.create_backup(on(station_desk, DAY + timedelta(n)), Reason.DAILY)
    other = backups.create_backup(second_station_desk)
    names = {row.site_code for row in backups.list_backups(stick)}
    assert names == {"371103-01", "371103-02"}
    assert (stick / other.file.name).exists()
    assert len([row for row in backups.list_backups(stick) if row.site_code == "371103-01"]) < 14


def test_a_name_that_another_life_of_the_profile_used_is_not_overwritten(station_desk, stick):
    first = backups.create_backup(station_desk)
    (stick / first.file.name).write_bytes(b"of an earlier life")
    backups.set_second_place(station_desk, stick)
    assert (stick / first.file.name).read_bytes() == b"of an earlier life"
    assert [row.no for row in backups.list_backups(stick) if not row.problem] == [1]
    (stick / "371103-01-000050-20261101-daily.zhk").write_bytes(b"")
    assert backups.create_backup(station_desk).no == 51


def test_once_a_month_the_newest_is_tried_out(station_desk):
    backups.backup_if_due(station_desk)
    drilled = backups.state(station_desk).drilled_at
    assert drilled[:10] == "2026-11-20"
    backups.backup_if_due(on(station_desk, DAY + timedelta(30)))
    assert backups.state(station_desk).drilled_at == drilled
    backups.backup_if_due(on(station_desk, DAY + timedelta(31)))
    assert backups.state(station_desk).drilled_at[:10] == "2026-12-21"
    assert actions(station_desk).count("backup.drill") == 2
    assert list((station_desk.profile / "tmp").glob("*.db")) == []


def test_a_trial_that_fails_puts_the_backup_out_of_the_count_and_makes_another(station_desk):
    row = backups.create_backup(station_desk)
    data = bytearray(row.file.read_bytes())
    data[-5000] ^= 1  # rotten, though its head still says that all is well
    row.file.write_bytes(data)
    assert backups.list_backups(row.file.parent)[0].problem == ""
    backups.backup_if_due(station_desk)
    assert [file.name for file in files(station_desk)] == [
        "371103-01-000001-20261120-manual.zhk.damaged",
        "371103-01-000002-20261120-daily.zhk",
    ]
    newest = backups.state(station_desk).newest
    assert backup_file.check(newest.file).reason is Reason.DAILY
    backups.backup_if_due(station_desk)
    assert backups.state(station_desk).drilled_at[:10] == "2026-11-20"


def test_many_records_gone_keeps_everything_until_a_person_looked(station_desk):
    child = a_family(station_desk)
    save(station_desk, *(a_measurement(station_desk, child, 4000 + n) for n in range(25)))
    for n in range(12):
        backups.create_backup(on(station_desk, DAY + timedelta(n)), Reason.DAILY)
    before = len(files(station_desk))
    with station_desk.write("test.loss") as work:
        some = work.session.exec(select(Measurement.id).limit(6)).all()
        work.session.exec(delete(Measurement).where(Measurement.id.in_(some)))
    for n in range(12, 20):
        backups.create_backup(on(station_desk, DAY + timedelta(n)), Reason.DAILY)
    assert len(files(station_desk)) == before + 8
    warning = backups.state(station_desk).warning
    assert "25" in warning
    assert "19" in warning
    backups.create_backup(on(station_desk, DAY + timedelta(20)))
    assert backups.state(station_desk).warning == ""
    assert len(files(station_desk)) < before + 8


def test_what_the_program_keeps_for_itself_may_go(station_desk):
    """Drafts, and what waits, come and go."""
    with station_desk.write("test.drafts") as work:
        work.session.add_all(
            Draft(account="teacher", key=f"visit/{n}", content="{}", begun_at="", saved_at="") for n in range(30)
        )
    backups.create_backup(station_desk)
    with station_desk.write("test.done") as work:
        work.session.exec(delete(Draft))
    backups.create_backup(station_desk, Reason.DAILY)
    assert backups.state(station_desk).warning == ""


def test_an_import_that_was_undone_is_no_loss(station_desk, center_desk, tmp_path):
    """A person wanted so; what is lost after that is told again."""
    child = a_family(station_desk)
    save(station_desk, *(a_measurement(station_desk, child, 4000 + n) for n in range(25)))
    take_up(station_desk, center_desk, tmp_path)
    undo.undo_last(center_desk, "看错了站")
    backups.create_backup(center_desk, Reason.DAILY)
    assert backups.state(center_desk).warning == ""
    bundles.import_bundles(center_desk, [*tmp_path.glob("*.zhb")])
    backups.create_backup(center_desk, Reason.DAILY)
    with center_desk.write("test.loss") as work:
        work.session.exec(delete(Measurement))
    backups.create_backup(center_desk, Reason.DAILY)
    assert "25" in backups.state(center_desk).warning


def test_a_fifth_or_less_is_no_alarm(station_desk):
    child = a_family(station_desk)
    save(station_desk, *(a_measurement(station_desk, child, 4000 + n) for n in range(25)))
    backups.create_backup(station_desk)
    with station_desk.write("test.loss") as work:
        some = work.session.exec(select(Measurement.id).limit(5)).all()
        work.session.exec(delete(Measurement).where(Measurement.id.in_(some)))
    backups.create_backup(station_desk, Reason.DAILY)
    assert backups.state(station_desk).warning == ""


def test_a_failed_daily_backup_is_told_until_one_is_made(station_desk, monkeypatch):
    usage = shutil.disk_usage(station_desk.profile)
    with monkeypatch.context() as full:
        full.setattr(shutil, "disk_usage", lambda _place: usage._replace(free=0))
        assert backups.backup_if_due(station_desk) is None
        assert backups.backup_if_due(station_desk) is None
    assert "空间" in backups.state(station_desk).warning
    assert actions(station_desk) == ["backup.fail"]
    backups.backup_if_due(station_desk)
    assert backups.state(station_desk).warning == ""


def test_before_each_import(station_desk, center_desk, tmp_path):
    enrol(station_desk)
    bundle = bundles.export_bundle(station_desk, tmp_path).file
    bundles.import_bundles(center_desk, [bundle, bundle])
    (row,) = backups.list_backups(backups.folder(center_desk.profile))
    assert (row.reason, row.counts["child"]) == (Reason.IMPORT, 0)
    packet = receipts.export_receipt(center_desk, "01", tmp_path).file
    receipts.import_receipt(station_desk, packet)
    receipts.import_receipt(station_desk, packet)  # had already: nothing is changed, nothing backed up
    assert [row.reason for row in backups.list_backups(backups.folder(station_desk.profile))] == [Reason.IMPORT]


def test_an_import_is_refused_when_there_is_no_room_for_its_backup(station_desk, center_desk, tmp_path, monkeypatch):
    enrol(station_desk)
    bundle = bundles.export_bundle(station_desk, tmp_path).file
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: usage._replace(free=0))
    with pytest.raises(Refused) as refused:
        bundles.import_bundles(center_desk, [bundle])
    assert refused.value.code == "no_space"
    monkeypatch.undo()
    assert bundles.status(center_desk).stations[0].last_no == 0
    assert take_up(station_desk, center_desk, tmp_path).status == "accepted"


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.parent.name)
def test_before_a_migration(tmp_path, kept):
    shutil.copytree(kept, tmp_path / "profile")
    open_desk(tmp_path / "profile", "admin", "zhaohu-demo", Clock()).close()
    desk = open_desk(tmp_path / "profile", "admin", "zhaohu-demo", Clock())
    (row,) = backups.list_backups(backups.folder(desk.profile))
    assert (row.reason, row.schema, row.problem) == (
        Reason.MIGRATION,
        int(kept.parent.name.removeprefix("schema-")),
        "",
    )
    assert backups.verify_backup(desk, row.file).counts["child"] > 0
    desk.close()


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.parent.name)
def test_no_room_for_the_backup_leaves_an_old_profile_as_it_was(tmp_path, monkeypatch, kept):
    shutil.copytree(kept, tmp_path / "profile")
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: usage._replace(free=0))
    before = (tmp_path / "profile" / "zhaohu.db").read_bytes()
    with pytest.raises(Refused) as refused:
        open_desk(tmp_path / "profile", "admin", "zhaohu-demo", Clock())
    assert refused.value.code == "no_space"
    assert (tmp_path / "profile" / "zhaohu.db").read_bytes() == before


def test_a_copy_elsewhere(station_desk, stick):
    row = backups.create_backup(station_desk)
    copy = backups.copy_backup(station_desk, row.file, stick)
    assert copy == stick / row.file.name
    assert copy.read_bytes() == row.file.read_bytes()


def test_two_at_once_take_two_numbers(station_desk):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(lambda _n: backups.create_backup(station_desk), range(4)))
    assert sorted(row.no for row in rows) == [1, 2, 3, 4]
    assert all(not row.problem for row in backups.list_backups(backups.folder(station_desk.profile)))


def test_a_backup_that_goes_while_the_list_is_read_is_left_out(station_desk):
    kept = backups.create_backup(station_desk, Reason.MANUAL)
    place = backups.folder(station_desk.profile)
    other, over = place / f"zz{kept.file.suffix}", threading.Event()

    def come_and_go() -> None:
        while not over.is_set():
            shutil.copy(kept.file, other)
            other.unlink()

    thread = threading.Thread(target=come_and_go)
    thread.start()
    try:
        for _time in range(300):
            assert kept.file in [row.file for row in backups.list_backups(place)]
    finally:
        over.set()
        thread.join()
