"""A restored station or center goes on with the exchange; copies and old lives are refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from sqlmodel import select
from tests.sync.district import ADMIN, CLOCK
from tests.sync.forging import opened, sealed
from tests.sync.work import a_family, bring_down, child_at, rename, take_up

from zhaohu.records import Child
from zhaohu.records.exchange import RecordVersion
from zhaohu.records.local import AuditLine
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import bundles
from zhaohu.services.safety import backups
from zhaohu.services.safety.profile import open_desk
from zhaohu.services.safety.restore import Secret, restore_backup
from zhaohu.sync import lineage, marks

SECRET = Secret(ADMIN.name, ADMIN.password)


def restored(desk: Desk, file: Path, where: Path | None = None) -> Desk:
    """The desk after going back to a backup, at home or on another PC."""
    if where is None:
        desk.close()
    profile = where or desk.profile
    restore_backup(profile, file, SECRET, CLOCK)
    return open_desk(profile, ADMIN.name, ADMIN.password, CLOCK)


def at_center(district) -> list[str]:
    with district.center.read() as session:
        return sorted(session.exec(select(Child.name)).all())


def sync(district) -> bundles.ImportReport:
    report = take_up(district.one, district.center, district.stick)
    assert report.status == "accepted", report.message
    bring_down(district.center, district.one, district.stick)
    return report


def refused(district, station: Desk) -> str | None:
    file = bundles.export_bundle(station, district.stick / station.profile.name).file
    (report,) = bundles.import_bundles(district.center, [file])
    assert report.status == "held"
    return report.reason


def test_a_restored_station_goes_on(district):
    """Works, syncs, backs up, works more, restores, works, syncs."""
    a_family(district.one, "甲")
    sync(district)
    backup = backups.create_backup(district.one)
    a_family(district.one, "丢了")
    district.one = restored(district.one, backup.file)
    a_family(district.one, "乙")
    assert bundles.pending(district.one).records == 6
    report = take_up(district.one, district.center, district.stick)
    assert (report.status, report.no, report.new, report.changed, report.differs) == ("accepted", 1, 3, 0, False)
    answer = bring_down(district.center, district.one, district.stick)
    assert (answer.confirmed, answer.confirmed_no) == (1, 1)
    assert bundles.pending(district.one).records == 0
    child = a_family(district.one, "丙")
    exported = bundles.export_bundle(district.one, district.stick)
    assert (exported.kind, exported.no, exported.records) == ("delta", 2, 3)
    (report,) = bundles.import_bundles(district.center, [exported.file])
    assert (report.status, report.new, report.differs) == ("accepted", 3, False)
    assert at_center(district) == sorted(["甲", "乙", "丙"])
    rename(district.one, child, "丁")
    bring_down(district.center, district.one, district.stick)
    assert sync(district).changed == 1


def test_what_the_center_has_beyond_the_backup_comes_back(district):
    child = a_family(district.one, "甲")
    gone = a_family(district.one, "后来删的")
    backup = backups.create_backup(district.one)  # before the first bundle ever
    rename(district.one, child, "甲二")
    later = a_family(district.one, "乙")
    with district.one.write("test.delete") as work:
        work.session.delete(work.session.get_one(Child, gone.id))
    sync(district)
    before = at_center(district)
    assert before == sorted(["甲二", "乙"])
    district.one = restored(district.one, backup.file)
    report = take_up(district.one, district.center, district.stick)
    assert (report.new, report.changed, report.deleted, report.held, report.differs) == (0, 0, 0, 0, False)
    assert at_center(district) == before
    assert names(district.one) == sorted(["甲", "后来删的"])
    bring_down(district.center, district.one, district.stick)
    assert names(district.one) == before
    assert child_at(district.one, later.id) is not None
    report = sync(district)  # the records that came back go up again, and are what is there
    assert (report.new, report.changed, report.deleted, report.differs) == (0, 0, 0, False)
    rename(district.one, child, "甲三")
    assert sync(district).changed == 1
    with district.center.read() as session:
        versions = session.exec(select(RecordVersion).where(RecordVersion.row_id == child.id)).all()
        assert not any(version.diverged for version in versions)


def test_an_overtaken_first_bundle_of_a_new_life(district):
    a_family(district.one, "甲")
    sync(district)
    district.one = restored(district.one, backups.create_backup(district.one).file)
    a_family(district.one, "乙")
    first = bundles.export_bundle(district.one, district.stick / "first").file
    a_family(district.one, "丙")
    second = bundles.export_bundle(district.one, district.stick / "second")
    assert (second.no, second.kind) == (2, "full")
    reports = bundles.import_bundles(district.center, [second.file, first, second.file])
    assert [(r.status, r.reason) for r in reports] == [
        ("accepted", None), ("already_had", "superseded"), ("already_had", "known"),
    ]  # fmt: skip


def test_the_old_life_is_closed(district, tmp_path):
    """The PC whose backup was restored elsewhere is switched on again."""
    a_family(district.one, "甲")
    sync(district)
    backup = backups.create_backup(district.one)
    a_family(district.one, "旧机")
    old_bundle = bundles.export_bundle(district.one, district.stick / "old").file
    new = restored(district.one, backup.file, tmp_path / "new-pc")
    a_family(new, "新机")
    assert take_up(new, district.center, district.stick).status == "accepted"
    (report,) = bundles.import_bundles(district.center, [old_bundle])
    assert (report.status, report.reason) == ("held", "forked")
    assert refused(district, district.one) == "forked"
    assert at_center(district) == sorted(["甲", "新机"])
    assert take_up(new, district.center, district.stick).status == "already_had"
    new.close()


def test_a_second_restore_of_the_same_backup_elsewhere_is_refused(district, tmp_path):
    a_family(district.one, "甲")
    sync(district)
    backup = backups.create_backup(district.one)
    first = restored(district.one, backup.file, tmp_path / "first-pc")
    second = restored(district.one, backup.file, tmp_path / "second-pc")
    for desk, name in ((first, "一"), (second, "二")):
        a_family(desk, name)
    assert take_up(first, district.center, district.stick).status == "accepted"
    assert refused(district, second) == "forked"
    assert at_center(district) == sorted(["甲", "一"])
    first.close()
    second.close()


def test_a_copy_of_the_restored_database_is_refused(district, tmp_path):
    a_family(district.one, "甲")
    sync(district)
    district.one = restored(district.one, backups.create_backup(district.one).file)
    district.one.close()
    shutil.copytree(district.one.profile, tmp_path / "clone")
    district.one = open_desk(district.one.profile, ADMIN.name, ADMIN.password, CLOCK)
    clone = open_desk(tmp_path / "clone", ADMIN.name, ADMIN.password, CLOCK)
    a_family(district.one, "乙")
    a_family(clone, "克隆")
    assert take_up(district.one, district.center, district.stick).status == "accepted"
    assert refused(district, clone) == "forked"
    clone.close()


def test_a_backup_of_a_forked_life_does_not_follow(district, tmp_path):
    """A copy made its own bundle, was backed up and restored: the center knows another one of that number."""
    district.one.close()
    shutil.copytree(district.one.profile, tmp_path / "clone")
    district.one = open_desk(district.one.profile, ADMIN.name, ADMIN.password, CLOCK)
    clone = open_desk(tmp_path / "clone", ADMIN.name, ADMIN.password, CLOCK)
    a_family(district.one, "甲")
    sync(district)
    a_family(clone, "克隆")
    bundles.export_bundle(clone, tmp_path / "lost")
    clone = restored(clone, backups.create_backup(clone).file)
    assert refused(district, clone) == "forked"
    clone.close()


@pytest.mark.parametrize("synced_between", [False, True])
def test_restored_twice_in_a_row_from_the_same_backup(district, synced_between):
    """The second time the center may stand in the life between, which the backup does not know."""
    a_family(district.one, "甲")
    sync(district)
    backup = backups.create_backup(district.one)
    for name in ("乙", "丙"):
        district.one = restored(district.one, backup.file)
        a_family(district.one, name)
        if synced_between:
            sync(district)
    assert take_up(district.one, district.center, district.stick).differs is False
    bring_down(district.center, district.one, district.stick)
    assert names(district.one) == at_center(district)
    assert at_center(district) == sorted(["甲", "乙", "丙"] if synced_between else ["甲", "丙"])


def test_a_backup_of_a_life_that_the_center_never_saw(district):
    a_family(district.one, "甲")
    sync(district)
    district.one = restored(district.one, backups.create_backup(district.one).file)
    a_family(district.one, "乙")
    bundles.export_bundle(district.one, district.stick).file.unlink()  # lost on the way
    backup = backups.create_backup(district.one)
    (district.one.profile / "zhaohu.db").unlink()  # the disk breaks
    district.one = restored(district.one, backup.file)
    assert sync(district).new == 3
    assert at_center(district) == sorted(["甲", "乙"])


def test_a_restored_center_asks_for_what_it_lost(district):
    a_family(district.one, "甲")
    sync(district)
    backup = shutil.copy(backups.create_backup(district.center).file, district.stick)
    for name in ("乙", "丙"):
        for _time in range(2):  # the same order to go back is given, forgotten, and given again
            a_family(district.one, name)
            sync(district)
            a_family(district.one, name)
            assert bundles.export_bundle(district.one, district.stick).kind == "delta"
        district.center = restored(district.center, Path(backup))
        assert refused(district, district.one) == "gap"
        bring_down(district.center, district.one, district.stick)
        assert sync(district).differs is False
        assert len(at_center(district)) == len(names(district.one))


def names(desk: Desk) -> list[str]:
    with desk.read() as session:
        return sorted(session.exec(select(Child.name)).all())


def test_both_restored(district):
    """The center is back before the station's new life, and only hears a delta of that."""
    a_family(district.one, "甲")
    sync(district)
    center_backup = backups.create_backup(district.center)
    district.one = restored(district.one, backups.create_backup(district.one).file)
    a_family(district.one, "乙")
    sync(district)
    district.center = restored(district.center, center_backup.file)
    a_family(district.one, "丙")
    assert refused(district, district.one) == "gap"
    bring_down(district.center, district.one, district.stick)
    assert sync(district).differs is False
    assert at_center(district) == sorted(["甲", "乙", "丙"])


def test_the_restore_is_told_in_the_manifest_and_in_the_log(district):
    a_family(district.one, "甲")
    sync(district)
    with district.one.read() as session:
        life = marks.counter(session).epoch
        bundle = marks.newest(session)
    assert bundle is not None
    district.one = restored(district.one, backups.create_backup(district.one).file)
    file = bundles.export_bundle(district.one, district.stick).file
    manifest, _lines = opened(file, district.center)
    assert [parent["epoch"] for parent in manifest["parents"]] == [life]
    assert manifest["parents"][0]["chain"] == [{"hash": bundle.bundle_id, "no": 1}]
    assert (manifest["kind"], manifest["no"], manifest["base"]["no"]) == ("full", 1, 0)
    with district.one.read() as session:
        line = session.exec(select(AuditLine).where(AuditLine.action == "backup.restore")).one()
        assert json.loads(line.detail)["former_epoch"] == life


@pytest.mark.parametrize("claim", ["none", "other epoch", "other hash", "left out"])
def test_a_new_life_that_does_not_follow_is_forked(district, claim):
    a_family(district.one, "甲")
    sync(district)
    district.one = restored(district.one, backups.create_backup(district.one).file)
    manifest, lines = opened(bundles.export_bundle(district.one, district.stick).file, district.center)
    (parent,) = manifest["parents"]
    if claim == "none":
        del manifest["parents"]  # as older programs write it
    elif claim == "other epoch":
        parent["epoch"] = "0" * 32
    elif claim == "other hash":
        parent["chain"][0]["hash"] = "0" * 64
    elif claim == "left out":
        parent["chain"] = [{"no": 2, "hash": "1" * 64}, {"no": 0, "hash": ""}]
        parent["no"] = 2
    file = sealed(district.stick / "forged.zhb", district.one, [district.center], manifest, lines)
    (report,) = bundles.import_bundles(district.center, [file])
    assert (report.status, report.reason) == ("held", "forked")


def test_lives_are_told_within_bounds(district):
    backup = backups.create_backup(district.one)
    for _time in range(7):
        district.one = restored(district.one, backup.file)
    with district.one.read() as session:
        assert len(lineage.parents(session)) == 5
        assert len({life["epoch"] for life in lineage.parents(session)}) == 5
    assert bundles.export_bundle(district.one, district.stick).kind == "full"  # even when nothing is in it
