"""Restore and fork scripts, each by name: whatever is put back, copied or moved, nothing is lost."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from sqlmodel import col, select
from tests.sync.district import ADMIN, CLOCK, open_copy
from tests.sync.handing import a_child, a_village, exchange, offered, settled
from tests.sync.work import a_family, a_measurement, a_visit, bring_down, child_at, rename, save, take_up

from zhaohu.errors import NotFound, Refused
from zhaohu.records import Child, Measurement, Visit
from zhaohu.records.exchange import RecordVersion, StationCopy
from zhaohu.records.local import AuditLine
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import branches, bundles, exporting, forks, given_back, lives, receipts
from zhaohu.services.register import incoming
from zhaohu.services.safety import backups, checkup
from zhaohu.services.safety.profile import open_desk
from zhaohu.services.safety.restore import Secret, restore_backup
from zhaohu.store import machine, watermark

SECRET = Secret(ADMIN.name, ADMIN.password)


def reopened(desk: Desk) -> Desk:
    desk.close()
    return open_desk(desk.profile, ADMIN.name, ADMIN.password, CLOCK)


def restored(desk: Desk, file: Path) -> Desk:
    desk.close()
    restore_backup(desk.profile, file, SECRET, CLOCK)
    return open_desk(desk.profile, ADMIN.name, ADMIN.password, CLOCK)


def cloned(desk: Desk, where: Path) -> tuple[Desk, Desk]:
    """The desk, and one on a copy of its folder."""
    desk.close()
    shutil.copytree(desk.profile, where)
    return tuple(open_desk(profile, ADMIN.name, ADMIN.password, CLOCK) for profile in (desk.profile, where))


def carried(desk: Desk, name: str, other_pc) -> Desk:
    """Opened on another PC."""
    desk.close()
    other_pc(name)
    return open_desk(desk.profile, ADMIN.name, ADMIN.password, CLOCK)


def names(desk: Desk) -> list[str]:
    with desk.read() as session:
        return sorted(session.exec(select(Child.name).where(Child.deleted_at == None)).all())  # noqa: E711


def weights(desk: Desk) -> list[int]:
    with desk.read() as session:
        return sorted(session.exec(select(Measurement.weight_g)).all())


def sync(district, station: Desk | None = None) -> bundles.ImportReport:
    report = take_up(station or district.one, district.center, district.stick)
    assert report.status == "accepted", report.message
    bring_down(district.center, station or district.one, district.stick)
    return report


def told_nothing(district) -> bool:
    with district.center.read() as session:
        return session.exec(select(StationCopy).where(~col(StationCopy.reason).endswith("*"))).first() is None


def held(district, station: Desk) -> str:
    """Why the station's next bundle is set aside; its id is in `district.aside`."""
    file = bundles.export_bundle(station, district.stick / station.profile.name).file
    (report,) = bundles.import_bundles(district.center, [file])
    assert report.status == "held", (report.status, report.reason)
    return report.reason


def the_fork(district) -> str:
    (fork,) = forks.list_forks(district.center)
    return fork.bundle_id


@pytest.fixture
def desks():
    """Hand it every desk besides the district's; they are closed at the end."""
    kept = []

    def keep(desk: Desk) -> Desk:
        kept.append(desk)
        return desk

    yield keep
    for desk in kept:
        desk.close()


@pytest.fixture
def other_pc(monkeypatch, tmp_path):
    """Call it to go on at another PC, or back at the first one."""
    ids = {}

    def go(name: str) -> None:
        ids[name] = tmp_path / f"{name}.id"
        ids[name].write_text(f"{name}\n")
        monkeypatch.setattr(machine, "ID_FILES", (ids[name],))

    return go


@pytest.mark.parametrize("edits", [1, 10, 1000])
def test_restored_after_edits(district, edits):
    """All that was sent after the backup comes back by itself; what was never sent is gone with the disk."""
    child = a_family(district.one, "甲")
    sync(district)
    backup = backups.create_backup(district.one)
    save(district.one, *(a_measurement(district.one, child, 3000 + i) for i in range(edits)))
    sync(district)
    district.one = restored(district.one, backup.file)
    assert lives.state(district.one).because == "restored"
    assert weights(district.one) == []
    sync(district)
    assert weights(district.one) == [3000 + i for i in range(edits)] == weights(district.center)
    report = sync(district)
    assert (report.new, report.changed, report.unchanged, report.differs) == (0, 0, edits, False)
    assert told_nothing(district)
    with pytest.raises(Refused) as nothing:
        bundles.export_bundle(district.one, district.stick)
    assert nothing.value.code == "nothing_new"


def test_what_comes_back_is_told_until_it_was_read(district):
    """The first packets are lost with their sticks; meanwhile the station works, and is restored once more."""
    child = a_family(district.one, "甲")
    sync(district)
    backup = Path(shutil.copy(backups.create_backup(district.one).file, district.stick))
    save(district.one, a_measurement(district.one, child, 5000))
    other = a_family(district.one, "乙")
    sync(district)
    district.one = restored(district.one, backup)
    for weight in (6000, 6100):
        save(district.one, a_measurement(district.one, child, weight))
        report = take_up(district.one, district.center, district.stick / str(weight))
        assert (report.status, report.differs) == ("accepted", False)
        receipts.export_receipt(district.center, "01", district.stick / "lost")
    assert names(district.one) == ["甲"]
    answer = bring_down(district.center, district.one, district.stick)
    assert (answer.given_back, answer.kept) == (4, 0)
    with district.one.write("test.delete") as work:  # removed on purpose: told once more, it does not come back again
        work.session.delete(work.session.get_one(Child, other.id))
    assert bring_down(district.center, district.one, district.stick / "again").given_back == 0
    assert child_at(district.one, other.id) is None
    assert sync(district).deleted == 1
    assert names(district.one) == ["甲"] == names(district.center)
    district.one = restored(district.one, backup)
    assert sync(district).differs is False
    assert weights(district.one) == [5000, 6000, 6100]
    assert names(district.one) == ["甲"]
    assert sync(district).differs is False
    assert told_nothing(district)


@pytest.mark.parametrize("decision", ["take", "leave"])
def test_edited_in_both_lives(district, decision):
    """The newer word counts, the lost one waits to be compared: before or after the packet, and once only."""
    early, late = a_family(district.one, "早", "1号"), a_family(district.one, "晚", "2号")
    sync(district)
    backup = backups.create_backup(district.one)
    for child in (early, late):
        rename(district.one, child, f"{child.name}丢")
    sync(district)
    district.one = restored(district.one, backup.file)
    rename(district.one, early, "早新")
    report = take_up(district.one, district.center, district.stick)
    assert (report.changed, report.differs) == (1, False)
    assert names(district.center) == ["早新", "晚丢"]
    rename(district.one, late, "晚新")
    answer = bring_down(district.center, district.one, district.stick)
    assert (answer.given_back, answer.kept) == (0, 2)
    kept = {record.row_id: record for record in given_back.list_kept(district.one)}
    assert kept.keys() == {early.id, late.id}
    (difference,) = kept[late.id].differences
    assert (difference.field, difference.here, difference.there) == ("name", "晚新", "晚丢")
    assert (kept[late.id].child_name, kept[late.id].words) == ("晚新", "儿童")
    for child in (early, late):
        getattr(given_back, decision)(district.one, "child", child.id)
    sync(district)
    expected = ["早丢", "晚丢"] if decision == "take" else ["早新", "晚新"]
    assert names(district.one) == names(district.center) == expected
    assert sync_again_keeps(district)
    with pytest.raises(NotFound):
        given_back.take(district.one, "child", early.id)


def sync_again_keeps(district) -> bool:
    """Nothing more is asked or told."""
    bring_down(district.center, district.one, district.stick / "more")
    return told_nothing(district) and given_back.list_kept(district.one) == []


def test_a_record_that_was_deleted_in_the_lost_life_goes_again(district):
    """Unless something hangs on it by now: then a person decides."""
    plain, needed = a_family(district.one, "去", "1号"), a_family(district.one, "留", "2号")
    sync(district)
    backup = backups.create_backup(district.one)
    with district.one.write("test.delete") as work:
        for child in (plain, needed):
            work.session.delete(work.session.get_one(Child, child.id))
    sync(district)
    district.one = restored(district.one, backup.file)
    save(district.one, a_measurement(district.one, needed))
    sync(district)
    assert names(district.one) == ["留"]
    (kept,) = given_back.list_kept(district.one)
    assert (kept.row_id, kept.here.there, kept.center.there) == (needed.id, True, False)
    with pytest.raises(Refused) as refused:
        given_back.take(district.one, "child", needed.id)
    assert refused.value.code == "still_needed"
    given_back.leave(district.one, "child", needed.id)


def test_old_pc_on_again(district, desks, tmp_path, other_pc):
    """A person confirms the move; the old PC's late work is compared, and what is taken goes to the station."""
    other_pc("old")
    district.one = reopened(district.one)
    child = a_family(district.one, "甲")
    sync(district)
    backup = backups.create_backup(district.one)
    old = desks(district.one)
    late = a_family(old, "旧机")
    rename(old, child, "甲旧")
    other_pc("new")
    restore_backup(tmp_path / "new", backup.file, SECRET, CLOCK)
    district.one = open_desk(tmp_path / "new", ADMIN.name, ADMIN.password, CLOCK)
    a_family(district.one, "新机")
    assert held(district, district.one) == "moved"
    assert names(district.center) == ["甲"]
    (report,) = forks.decide(district.center, the_fork(district), "this_one")
    assert (report.status, report.new) == ("accepted", 3)
    assert held(district, old) == "forked"
    fork = the_fork(district)
    view = forks.view_fork(district.center, fork)
    assert [(one.name, [record.table for record in one.records]) for one in view.children] == [
        ("旧机", ["child"]), ("甲", ["child"]), ("", ["village", "household"]),
    ]  # fmt: skip
    answer = bring_down(district.center, old, district.stick / "old")
    assert answer.is_copy
    assert lives.state(old).copy
    assert lives.state(old).words
    forks.decide(district.center, fork, "known")
    assert forks.list_forks(district.center) == []
    waiting = branches.list_branches(district.center)
    assert {(row.table, row.child_name) for row in waiting} >= {("child", "旧机"), ("child", "甲")}
    assert branches.take(district.center, fork, [("child", late.id)]) == 3  # with village and household
    branches.leave(district.center, fork, [("child", child.id)])
    assert branches.list_branches(district.center) == []
    bring_down(district.center, district.one, district.stick)
    assert sync(district).new == 3
    assert names(district.one) == names(district.center) == ["新机", "旧机", "甲"]


def test_a_clone_used_for_a_month(district, desks, tmp_path):
    """Both write; the center has gone on with one, and its person chooses the other: what that one lacks goes to it."""
    shared = a_family(district.one, "同")
    sync(district)
    district.one, clone = cloned(district.one, tmp_path / "clone")
    desks(clone)
    known = district.one
    for week in range(3):
        a_family(known, f"甲{week}")
        sync(district)
        a_family(clone, f"乙{week}")
        assert held(district, clone) == "forked"
    rename(known, shared, "同甲")
    sync(district)
    newest = forks.list_forks(district.center)[-1]
    assert newest.no == 4
    assert forks.decide(district.center, newest.bundle_id, "this_one") == []
    order = receipts.export_receipt(district.center, "01", district.stick / "order").file
    assert receipts.import_receipt(known, order).is_copy
    assert not receipts.import_receipt(clone, order).is_copy
    assert (lives.state(clone).because, lives.state(clone).copy) == ("chosen", False)
    a_family(known, "甲晚")
    assert take_up(known, district.center, district.stick).status == "accepted"  # the center still stands with it
    report = take_up(clone, district.center, district.stick / "clone")
    assert (report.status, report.new, report.differs) == ("accepted", 9, False)
    assert bring_down(district.center, clone, district.stick / "clone").given_back == 13
    everybody = sorted(["同甲", *(f"甲{week}" for week in range(3)), "甲晚", *(f"乙{week}" for week in range(3))])
    assert names(clone) == everybody
    assert sync(district, clone).differs is False
    assert names(district.center) == everybody
    a_family(known, "甲更晚")
    assert held(district, known) == "forked"
    assert bring_down(district.center, known, district.stick / "known").is_copy
    assert told_nothing(district)


def test_what_comes_late_from_a_copy_is_decided_with_the_snapshot_that_holds_it(district, desks, tmp_path):
    """Its base never came: read by itself it would ask for the snapshot that a person has decided about, for ever."""
    a_family(district.one, "甲")
    sync(district)
    district.one, clone = cloned(district.one, tmp_path / "clone")
    desks(clone)
    a_family(district.one, "站")
    sync(district)
    late = []
    for name in "乙丙":
        a_family(clone, name)
        late.append(bundles.export_bundle(clone, tmp_path / name).file)
    snapshot = bundles.export_bundle(clone, tmp_path / "all", full=True)
    assert [one.status for one in bundles.import_bundles(district.center, [snapshot.file])] == ["held"]
    forks.decide(district.center, the_fork(district), "known")
    reports = bundles.import_bundles(district.center, late)
    assert [(one.status, one.reason) for one in reports] == [("already_had", "superseded")] * 2
    assert not forks.list_forks(district.center)
    assert {row.child_name for row in branches.list_branches(district.center)} >= {"乙", "丙"}


def test_what_was_taken_from_a_copy_is_decided_anew_when_the_child_goes_on(district, desks, tmp_path):
    """Its former owner had not read it, and it cannot be that station's any more."""
    child_id = a_child(district)
    exchange(district)
    district.one, clone = cloned(district.one, tmp_path / "clone")
    desks(clone)
    a_family(district.one, "站")
    offer = offered(district, child_id)
    weight = a_measurement(clone, child_at(clone, child_id), 6100)
    save(clone, weight)
    assert held(district, clone) == "forked"
    forks.decide(district.center, the_fork(district), "known")
    (row,) = (one for one in branches.list_branches(district.center) if one.row_id == weight.id)
    branches.take(district.center, row.bundle_id, [(row.table, row.row_id)])
    incoming.take(district.two, offer.transfer_id, a_village(district.two))
    take_up(district.two, district.center, district.stick)
    (again,) = (one for one in branches.list_branches(district.center) if one.row_id == weight.id)
    assert (row.owner, again.owner) == ("371103-01", "371103-02")
    branches.take(district.center, again.bundle_id, [(again.table, again.row_id)])
    settled(district)
    assert 6100 in weights(district.two)
    assert 6100 not in weights(district.one)


def test_an_answer_of_a_copy_is_only_read(district, desks, tmp_path):
    """Taken by itself it would hand a child over to a station that has no family for it."""
    child_id = a_child(district)
    exchange(district)
    offer = offered(district, child_id)
    a_family(district.two, "站")
    sync(district, district.two)
    district.two, clone = cloned(district.two, tmp_path / "clone")
    desks(clone)
    a_family(district.two, "又")
    sync(district, district.two)
    incoming.take(clone, offer.transfer_id, a_village(clone))
    assert held(district, clone) == "forked"
    forks.decide(district.center, the_fork(district), "known")
    waiting = {row.table for row in branches.list_branches(district.center)}
    every = {row.table: row.decided for row in branches.list_branches(district.center, waiting_only=False)}
    assert "child" in waiting
    assert "transfer_answer" not in waiting
    assert every["transfer_answer"] == "left"
    incoming.take(district.two, offer.transfer_id, a_village(district.two))
    settled(district)
    assert child_at(district.center, child_id).owner == "371103-02"


def test_the_chosen_pc_is_no_copy_while_its_first_bundle_is_on_its_way(district, desks, tmp_path):
    """The center still stands in the life of the other one, which is not among its own."""
    a_family(district.one, "甲")
    sync(district)
    backup = backups.create_backup(district.one)
    district.one, clone = cloned(district.one, tmp_path / "clone")
    desks(clone)
    district.one = restored(district.one, backup.file)
    a_family(district.one, "乙")
    sync(district)
    a_family(clone, "丙")
    assert held(district, clone) == "forked"
    forks.decide(district.center, the_fork(district), "this_one")
    for _packet in range(2):
        assert not bring_down(district.center, clone, district.stick / "clone").is_copy
    assert bring_down(district.center, district.one, district.stick).is_copy
    assert sync(district, clone).new == 3
    assert not bring_down(district.center, clone, district.stick / "clone").is_copy
    assert bring_down(district.center, district.one, district.stick).is_copy
    assert sync(district, clone).differs is False
    assert names(clone) == names(district.center) == ["丙", "乙", "甲"]


def test_the_station_is_alarmed_by_a_clone(district, desks, tmp_path):
    """A packet that confirms what the clone sent: refused once and shown; then read, for the center has to be heard."""
    district.one, clone = cloned(district.one, tmp_path / "clone")
    desks(clone)
    a_family(clone, "克隆")
    assert take_up(clone, district.center, district.stick).status == "accepted"
    a_family(district.one, "甲")
    assert held(district, district.one) == "forked"
    packet = receipts.export_receipt(district.center, "01", district.stick).file
    with pytest.raises(Refused) as alarm:
        receipts.import_receipt(district.one, packet)
    assert alarm.value.code == "forked"
    assert lives.state(district.one).copy
    for _time in range(2):
        assert receipts.import_receipt(district.one, packet).is_copy
    assert not receipts.import_receipt(clone, packet).is_copy
    for desk, words in ((district.one, "副本"), (district.center, "巨峰镇")):
        (agreement,) = (one for one in checkup.check_up(desk) if one.name == "agreement")
        assert not agreement.ok
        assert words in agreement.advice


def test_old_files_put_back(district, tmp_path):
    """Without a restore, behind the program's back: the database alone, and the whole folder."""
    a_family(district.one, "甲")
    sync(district)
    district.one.close()
    profile = district.one.profile
    shutil.copytree(profile, tmp_path / "image")
    district.one = open_desk(profile, ADMIN.name, ADMIN.password, CLOCK)
    assert lives.state(district.one).because == ""
    for number, back in enumerate(("database", "folder")):
        a_family(district.one, f"丢{number}")
        sync(district)
        district.one.close()
        if back == "database":
            shutil.copy(tmp_path / "image" / "zhaohu.db", profile / "zhaohu.db")
        else:
            shutil.rmtree(profile)
            shutil.copytree(tmp_path / "image", profile)
        district.one = open_desk(profile, ADMIN.name, ADMIN.password, CLOCK)
        assert lives.state(district.one).because == "fell_behind"
        a_family(district.one, f"乙{number}")
        sync(district)
        assert names(district.one) == names(district.center)
    assert names(district.one) == ["丢0", "丢1", "乙0", "乙1", "甲"]
    with district.one.read() as session:
        (line,) = session.exec(select(AuditLine).where(AuditLine.action == "life.begin")).all()
    assert json.loads(line.detail)["reason"] == "fell_behind"


def test_a_folder_carried_to_another_pc(district, other_pc):
    """Moved without backup and restore: a new life, which the center's person confirms; back again, once more."""
    other_pc("first")
    district.one = reopened(district.one)
    a_family(district.one, "甲")
    sync(district)
    district.one = carried(district.one, "second", other_pc)
    assert lives.state(district.one).because == "moved"
    district.one = reopened(district.one)  # once
    a_family(district.one, "乙")
    assert held(district, district.one) == "moved"
    a_family(district.one, "丙")
    assert held(district, district.one) == "moved"
    first, second = forks.list_forks(district.center)
    assert first.moved
    assert not bring_down(district.center, district.one, district.stick).is_copy
    assert forks.view_fork(district.center, second.bundle_id).same == 3
    reports = forks.decide(district.center, second.bundle_id, "this_one")
    assert "accepted" in [report.status for report in reports]
    assert forks.list_forks(district.center) == []
    assert not bring_down(district.center, district.one, district.stick).is_copy
    assert sync_more(district)
    assert names(district.center) == ["丁", "丙", "乙", "甲"]


def test_a_folder_carried_to_another_pc_before_it_bore_a_mark(district, other_pc):
    """The power went between the first bundle and the mark: the station sees nothing, the center asks its person."""
    other_pc("first")
    district.one = reopened(district.one)
    a_family(district.one, "甲")
    sync(district)
    district.one.close()
    (district.one.profile / watermark.FILE).unlink()
    other_pc("second")
    district.one = open_desk(district.one.profile, ADMIN.name, ADMIN.password, CLOCK)
    assert lives.state(district.one).because == ""
    a_family(district.one, "乙")
    assert held(district, district.one) == "moved"
    forks.decide(district.center, the_fork(district), "this_one")
    bring_down(district.center, district.one, district.stick)
    assert lives.state(district.one).because == "chosen"
    settled(district)
    assert names(district.one) == names(district.center) == ["乙", "甲"]
    assert forks.list_forks(district.center) == []


def sync_more(district) -> bool:
    a_family(district.one, "丁")
    return sync(district).differs is False


def test_a_move_that_was_none(district, tmp_path, desks, other_pc):
    """Somebody opened the folder elsewhere: the person says no; the first PC goes on, the other one is told."""
    other_pc("first")
    district.one = reopened(district.one)
    a_family(district.one, "甲")
    sync(district)
    backup = Path(shutil.copy(backups.create_backup(district.one).file, district.stick))
    district.one, elsewhere = cloned(district.one, tmp_path / "elsewhere")
    elsewhere = desks(carried(elsewhere, "second", other_pc))
    a_family(elsewhere, "别处")
    assert held(district, elsewhere) == "moved"
    own = Path(shutil.copy(backups.create_backup(elsewhere).file, district.stick))
    assert not bring_down(district.center, elsewhere, district.stick / "early").is_copy  # nobody has said so yet
    forks.decide(district.center, the_fork(district), "known")
    assert {row.table for row in branches.list_branches(district.center)} == {"village", "household", "child"}
    other_pc("first")
    a_family(district.one, "乙")
    assert not sync_told(district)
    receipts.export_receipt(district.center, "01", district.stick / "lost")
    other_pc("second")
    assert bring_down(district.center, elsewhere, district.stick / "late").is_copy
    assert lives.state(elsewhere).words
    elsewhere = desks(restored(elsewhere, own))
    assert not lives.state(elsewhere).copy
    assert bring_down(district.center, elsewhere, district.stick / "later").is_copy
    elsewhere = desks(restored(elsewhere, backup))  # what is here now was the station's
    assert not bring_down(district.center, elsewhere, district.stick / "last").is_copy
    other_pc("first")
    district.one = restored(district.one, backup)
    assert not bring_down(district.center, district.one, district.stick).is_copy
    assert not sync_told(district)
    assert names(district.center) == ["乙", "甲"] == names(district.one)


def sync_told(district) -> bool:
    """Up and down once: whether the station is told that it is a copy."""
    assert take_up(district.one, district.center, district.stick).status == "accepted"
    return bring_down(district.center, district.one, district.stick).is_copy


def test_a_moved_station_is_no_copy_once_the_person_comes_to_another_mind(district, other_pc):
    """Its first bundle was taken for a copy's, the second one not: neither then nor after a restore is it told so."""
    other_pc("first")
    district.one = reopened(district.one)
    a_family(district.one, "甲")
    sync(district)
    district.one = carried(district.one, "second", other_pc)
    backup = Path(shutil.copy(backups.create_backup(district.one).file, district.stick))
    a_family(district.one, "乙")
    assert held(district, district.one) == "moved"
    forks.decide(district.center, the_fork(district), "known")
    assert bring_down(district.center, district.one, district.stick).is_copy
    a_family(district.one, "丙")
    assert held(district, district.one) == "moved"
    (report,) = forks.decide(district.center, the_fork(district), "this_one")
    assert report.status == "accepted"
    assert not bring_down(district.center, district.one, district.stick).is_copy
    assert not lives.state(district.one).copy
    district.one = restored(district.one, backup)
    assert not bring_down(district.center, district.one, district.stick).is_copy
    assert not sync_told(district)
    assert names(district.center) == ["丙", "乙", "甲"] == names(district.one)


def test_restored_when_only_the_mark_outside_tells_of_the_life_between(district):
    """The center stands in a life that the backup does not know, and the disk of that life is gone."""
    a_family(district.one, "甲")
    sync(district)
    backup = Path(shutil.copy(backups.create_backup(district.one).file, district.stick))
    district.one = restored(district.one, backup)
    a_family(district.one, "乙")
    sync(district)
    district.one.close()
    shutil.rmtree(district.one.profile)
    district.one = restored(district.one, backup)
    a_family(district.one, "丙")
    sync(district)
    assert names(district.one) == names(district.center) == ["丙", "乙", "甲"]


def test_center_restored_after_it_gave_back(district):
    """It forgets that it told: it tells again, and nothing is doubled, nor is what was edited since undone."""
    child = a_family(district.one, "甲")
    sync(district)
    backup = backups.create_backup(district.one)
    save(district.one, a_measurement(district.one, child, 5000))
    rename(district.one, child, "甲二")
    sync(district)
    district.one = restored(district.one, backup.file)
    assert take_up(district.one, district.center, district.stick).differs is False
    center_backup = Path(shutil.copy(backups.create_backup(district.center).file, district.stick))
    assert bring_down(district.center, district.one, district.stick).given_back == 2
    rename(district.one, child, "甲三")
    sync(district)
    district.center = restored(district.center, center_backup)
    rename(district.one, child, "甲四")
    assert held(district, district.one) == "gap"
    bring_down(district.center, district.one, district.stick)
    sync(district)
    assert told_nothing(district)
    assert names(district.one) == names(district.center) == ["甲四"]
    assert weights(district.one) == weights(district.center) == [5000]
    assert given_back.list_kept(district.one) == []


def test_both_restored_and_nothing_is_lost_that_either_has(district):
    child = a_family(district.one, "甲")
    sync(district)
    station_backup = Path(shutil.copy(backups.create_backup(district.one).file, district.stick))
    save(district.one, a_measurement(district.one, child, 5000))
    sync(district)
    center_backup = Path(shutil.copy(backups.create_backup(district.center).file, district.stick))
    save(district.one, a_measurement(district.one, child, 6000))
    sync(district)
    district.one = restored(district.one, station_backup)
    district.center = restored(district.center, center_backup)
    a_family(district.one, "乙")
    sync(district)
    assert weights(district.one) == weights(district.center) == [5000]
    assert sync_more(district)
    assert names(district.one) == names(district.center)


def test_the_envelope_put_back_without_the_database(district, tmp_path):
    """Old key files beside the present database, and back: the passwords of then, and the exchange goes on."""
    a_family(district.one, "甲")
    sync(district)
    profile = district.one.profile
    keep = tmp_path / "keys"
    keep.mkdir()
    for name in ("keys.json", "keys.copy.json"):
        shutil.copy(profile / name, keep)
    a_family(district.one, "乙")
    sync(district)
    district.one.close()
    for name in ("keys.json", "keys.copy.json"):
        shutil.copy(keep / name, profile / name)
    district.one = open_desk(profile, ADMIN.name, ADMIN.password, CLOCK)
    assert lives.state(district.one).because == ""
    a_family(district.one, "丙")
    assert sync(district).new == 3


def test_marks_are_each_profile_s_own(district_template, tmp_path, desks):
    """A template copied many times, and another profile at the same place: no new life."""
    for name in ("first", "second"):
        desk = desks(open_copy(district_template, "01", tmp_path / name))
        a_family(desk, name)
        desk.close()
    for name in ("first", "second"):
        desk = desks(open_desk(tmp_path / name, ADMIN.name, ADMIN.password, CLOCK))
        assert lives.state(desk).because == ""
        desk.close()
    shutil.rmtree(tmp_path / "first")
    desk = desks(open_copy(district_template, "02", tmp_path / "first"))
    assert lives.state(desk).because == ""
    desk.close()
    (tmp_path / "first" / "watermark.json").write_text("[")  # as a broken disk leaves it
    assert lives.state(desks(open_desk(tmp_path / "first", ADMIN.name, ADMIN.password, CLOCK))).because == ""


def test_what_a_former_owner_recorded_goes_to_the_new_one(district):
    """Written before it was told that the child had gone: compared at the center, taken by who has the child."""
    child_id = a_child(district)
    offer = offered(district, child_id)
    backup = Path(shutil.copy(backups.create_backup(district.one).file, district.stick))
    incoming.take(district.two, offer.transfer_id, a_village(district.two))
    take_up(district.two, district.center, district.stick)
    district.one = restored(district.one, backup)
    rename(district.one, child_at(district.one, child_id), "赵小合")
    late = a_measurement(district.one, child_at(district.one, child_id), 7000)
    save(district.one, late)
    for _round in range(3):
        for station in (district.one, district.two):
            exchange(district, station)
    waiting = branches.list_branches(district.center)
    assert {(row.table, row.station[-2:], row.owner[-2:]) for row in waiting} == {
        ("child", "01", "02"), ("measurement", "01", "02"),
    }  # fmt: skip
    (name,) = next(row for row in waiting if row.table == "child").differences
    assert (name.here, name.there) == ("赵小禾", "赵小合")
    assert branches.take(district.center, waiting[0].bundle_id, [(row.table, row.row_id) for row in waiting]) == 2
    exchange(district)
    settled(district)
    assert child_at(district.two, child_id).name == "赵小合" == child_at(district.center, child_id).name
    assert 7000 in weights(district.two)
    assert weights(district.center) == weights(district.two)


@pytest.mark.parametrize("how", ["restored", "files put back"])
def test_a_center_that_was_put_back_calls_back_a_station_that_has_nothing_new(district, tmp_path, how):
    """The station holds all for confirmed, and has read packets with the numbers that the center writes next."""
    backup = Path(shutil.copy(backups.create_backup(district.center).file, district.stick.with_suffix(".backup")))
    district.center.close()
    shutil.copytree(district.center.profile, tmp_path / "image")
    district.center = open_desk(district.center.profile, ADMIN.name, ADMIN.password, CLOCK)
    child = a_family(district.one, "甲")
    for edit in range(3):
        rename(district.one, child, f"甲{edit}")
        sync(district)
    if how == "restored":
        district.center = restored(district.center, backup)
    else:
        district.center.close()
        shutil.rmtree(district.center.profile)
        shutil.copytree(tmp_path / "image", district.center.profile)
        district.center = open_desk(district.center.profile, ADMIN.name, ADMIN.password, CLOCK)
    assert names(district.center) == []
    assert bundles.pending(district.one).records == 0
    assert bring_down(district.center, district.one, district.stick).status == "accepted"
    assert bundles.pending(district.one).records == 3
    sync(district)
    assert names(district.center) == ["甲2"]
    district.center = reopened(district.center)  # not called back again
    with pytest.raises(Refused):
        bundles.export_bundle(district.one, district.stick)
    bring_down(district.center, district.one, district.stick)
    with pytest.raises(Refused):
        bundles.export_bundle(district.one, district.stick)


def test_the_station_s_files_put_back_and_a_copy_that_has_gone_on(district, tmp_path, desks, monkeypatch):
    """It has made nothing that the center lacks: only a bundle that no one else made shows that there are two."""
    a_family(district.one, "甲")
    made = bundles.export_bundle(district.one, district.stick)
    monkeypatch.setattr(machine, "ID_FILES", ())  # a clone of the whole machine, settings and all
    district.one, copy = cloned(district.one, tmp_path / "copy")
    desks(copy)
    assert bundles.import_bundles(district.center, [made.file])[0].status == "accepted"
    a_family(copy, "乙")
    assert take_up(copy, district.center, district.stick).status == "accepted"
    with pytest.raises(Refused) as forked:
        bring_down(district.center, district.one, district.stick)
    assert forked.value.code == "forked"
    assert "本站另一台电脑" in forked.value.message  # not what a center is told
    exporting.ask_for_all(district.one)
    assert held(district, district.one) == "forked"


def test_an_image_put_back_unnoticed_whose_clone_the_center_knows(district, tmp_path, desks, other_pc, monkeypatch):
    """Nothing that it made has come, but the clone has brought its records: their numbers stand for others here."""
    other_pc("first")
    district.one = reopened(district.one)
    a_family(district.one, "甲")
    district.one.close()
    image = shutil.copytree(district.one.profile, tmp_path / "image")
    district.one = open_desk(district.one.profile, ADMIN.name, ADMIN.password, CLOCK)
    a_family(district.one, "乙")
    district.one.close()
    shutil.copytree(district.one.profile, tmp_path / "copy")
    other_pc("second")
    desks(copy := open_desk(tmp_path / "copy", ADMIN.name, ADMIN.password, CLOCK))
    assert take_up(copy, district.center, district.stick).status == "accepted"
    other_pc("first")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "no marks"))
    district.one = open_desk(image, ADMIN.name, ADMIN.password, CLOCK)
    assert lives.state(district.one).because == ""
    a_family(district.one, "丙")
    assert held(district, district.one) == "forked"
    assert forks.decide(district.center, the_fork(district), "this_one") == []
    bring_down(district.center, district.one, district.stick)
    assert lives.state(district.one).because == "chosen"
    settled(district)
    assert names(district.one) == names(district.center) == sorted("甲乙丙")


def test_a_clone_elsewhere_of_the_database_that_was_chosen(district, tmp_path, desks, other_pc):
    """It has the bundle by which its station was chosen, and may obey the order: of its PC a person is asked."""
    other_pc("first")
    district.one, first = cloned(reopened(district.one), tmp_path / "first")
    a_family(desks(first), "甲")
    assert take_up(first, district.center, district.stick).status == "accepted"
    a_family(district.one, "乙")
    assert held(district, district.one) == "forked"
    assert forks.decide(district.center, the_fork(district), "this_one") == []
    district.one.close()
    shutil.copytree(district.one.profile, tmp_path / "elsewhere")
    other_pc("second")
    elsewhere = desks(open_desk(tmp_path / "elsewhere", ADMIN.name, ADMIN.password, CLOCK))
    a_family(elsewhere, "丙")
    assert held(district, elsewhere) == "forked"
    forks.decide(district.center, the_fork(district), "known")
    bring_down(district.center, elsewhere, district.stick)
    assert lives.state(elsewhere).because == "chosen"
    assert held(district, elsewhere) == "forked"
    forks.decide(district.center, the_fork(district), "known")
    other_pc("first")
    district.one = open_desk(district.one.profile, ADMIN.name, ADMIN.password, CLOCK)
    bring_down(district.center, district.one, district.stick)
    assert lives.state(district.one).because == "chosen"
    settled(district)
    assert names(district.one) == names(district.center) == ["乙", "甲"]
    assert forks.list_forks(district.center) == []
    bring_down(district.center, elsewhere, district.stick)
    assert lives.state(elsewhere).copy


def test_a_correction_that_was_made_in_the_lost_life_too(district):
    """Both cannot stand: the one that came back cannot be taken, and is left; then nothing is told again."""
    child = a_family(district.one, "甲")
    visit = a_visit(district.one, child)
    save(district.one, visit)
    sync(district)
    backup = backups.create_backup(district.one)
    lost = a_visit(district.one, child, replaces=visit)
    save(district.one, lost)
    sync(district)
    district.one = restored(district.one, backup.file)
    own = a_visit(district.one, child, replaces=visit)
    save(district.one, own)
    sync(district)
    (kept,) = given_back.list_kept(district.one)
    with pytest.raises(Refused) as refused:
        given_back.take(district.one, kept.table, kept.row_id)
    assert (kept.row_id, refused.value.code) == (lost.id, "still_needed")
    given_back.leave(district.one, kept.table, kept.row_id)
    settled(district)
    with district.center.read() as session:
        assert sorted(session.exec(select(Visit.id)).all()) == sorted([visit.id, own.id])
        assert session.exec(select(RecordVersion).where(RecordVersion.row_id == lost.id)).first() is not None


@pytest.mark.parametrize("more", [0, 1])
def test_an_edit_after_an_image_was_put_back_unnoticed_counts_and_the_lost_one_is_compared(
    district, tmp_path, monkeypatch, more
):
    """The two stand under the same number of the same life; the one of the database that was chosen is the newer."""
    family = a_family(district.one, "甲")
    sync(district)
    district.one.close()
    image = shutil.copytree(district.one.profile, tmp_path / "image")
    district.one = open_desk(district.one.profile, ADMIN.name, ADMIN.password, CLOCK)
    for number in range(more + 1):
        rename(district.one, family, f"失{number}")
    sync(district)
    district.one.close()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "no marks"))
    district.one = open_desk(image, ADMIN.name, ADMIN.password, CLOCK)
    rename(district.one, family, "新")
    assert held(district, district.one) == "forked"
    assert forks.decide(district.center, the_fork(district), "this_one") == []
    bring_down(district.center, district.one, district.stick)
    sync(district)
    assert names(district.one) == names(district.center) == ["新"]
    (kept,) = given_back.list_kept(district.one)
    assert [(one.here, one.there) for one in kept.differences] == [("新", f"失{more}")]
