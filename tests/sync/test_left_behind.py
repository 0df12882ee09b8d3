"""What copies, undone imports and lives left behind still hold: none of it is missed, asked about in vain, or lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlmodel import col, select
from tests.sync.district import ADMIN, CLOCK
from tests.sync.handing import a_child, a_village, offered, owners, restored, settled
from tests.sync.test_lives import cloned, desks, held, names, sync, the_fork  # noqa: F401 - a fixture
from tests.sync.work import a_family, a_measurement, bring_down, child_at, rename, save, take_up

from zhaohu.errors import Refused
from zhaohu.paths import DATABASE_FILE
from zhaohu.records import TransferAnswer
from zhaohu.records.exchange import BranchRow
from zhaohu.services.exchange import branches, bundles, exporting, forks, given_back, receipts, set_aside, undo
from zhaohu.services.register import incoming
from zhaohu.services.safety import backups
from zhaohu.services.safety.profile import open_desk


def backup(desk):
    """A backup that the rotation does not take away."""
    return Path(shutil.copy(backups.create_backup(desk).file, desk.profile.parent / f"{desk.profile.name}.zhk"))


def read_in(district, file: Path) -> bundles.ImportReport:
    """The center takes one file in."""
    return bundles.import_bundles(district.center, [file])[0]


@pytest.mark.parametrize("lost", [False, True])
def test_a_copy_whose_first_bundle_was_undone_has_to_send_everything(district, desks, tmp_path, lost):  # noqa: F811
    """Its next one alone would leave out what the center had and has no more; unless its PC is lost anyway."""
    district.one, copy = cloned(district.one, tmp_path / "copy")
    desks(copy)
    a_family(copy, "甲")
    sync(district, copy)
    undo.undo_last(district.center, "读错了")
    a_family(copy, "乙")
    delta = bundles.export_bundle(copy, district.stick / "copy").file
    a_family(district.one, "丙")
    assert take_up(district.one, district.center, district.stick).status == "accepted"
    assert read_in(district, delta).reason == "forked"
    fork = the_fork(district)
    assert forks.view_fork(district.center, fork).incomplete
    with pytest.raises(Refused) as refused:
        forks.decide(district.center, fork, "known")
    assert refused.value.code == "incomplete"
    if lost:
        forks.decide(district.center, fork, "known", incomplete=True)
    else:
        exporting.ask_for_all(copy)
        assert held(district, copy) == "forked"
        whole = next(one for one in forks.list_forks(district.center) if one.bundle_id != fork)
        assert not forks.view_fork(district.center, whole.bundle_id).incomplete
        forks.decide(district.center, whole.bundle_id, "known")
    assert forks.list_forks(district.center) == []
    found = {row.child_name for row in branches.list_branches(district.center) if row.table == "child"}
    assert found == ({"乙"} if lost else {"甲", "乙"})


@pytest.mark.parametrize("early", [False, True])
def test_what_a_station_sent_before_it_was_restored_needs_no_decision(district, early):
    """The import that it built on was undone; the new life has all that was in it."""
    child = a_family(district.one, "甲")
    sync(district)
    undo.undo_last(district.center, "读错了")
    save(district.one, a_measurement(district.one, child, 5000))
    delta = bundles.export_bundle(district.one, district.stick).file.rename(district.stick / "late.zhb")
    if early:
        assert read_in(district, delta).reason == "gap"
    district.one = restored(district.one, backup(district.one))
    sync(district)
    report = read_in(district, delta)
    assert (report.status, report.reason) == ("already_had", "superseded")
    assert [one.decided for one in set_aside.list_set_aside(district.center)] == ["superseded"] * early
    assert sync_is_quiet(district)


def test_a_late_bundle_after_a_snapshot_of_a_station_that_was_not_called_back(district):
    """The center was restored, and what is on its way comes in the wrong order: no copy is suspected."""
    file = backup(district.center)
    a_family(district.one, "甲")
    late = bundles.export_bundle(district.one, district.stick).file.rename(district.stick / "late.zhb")
    read_in(district, late)
    bring_down(district.center, district.one, district.stick)
    exporting.ask_for_all(district.one)
    whole = bundles.export_bundle(district.one, district.stick).file
    district.center = restored(district.center, file)
    assert read_in(district, whole).status == "accepted"
    assert read_in(district, late).reason == "superseded"
    assert sync_is_quiet(district)


def sync_is_quiet(district) -> bool:
    settled(district)
    return forks.list_forks(district.center) == [] and names(district.one) == names(district.center)


def test_a_child_that_was_called_off_goes_back_when_all_that_was_recorded_has_gone_up(district):
    """The new station was restored to when it had the offer, took it, and has recorded more since it sent that."""
    child_id = a_child(district)
    offer = offered(district, child_id)
    village, file = a_village(district.two), backup(district.two)
    incoming.refuse(district.two, offer.transfer_id, "查无此户")
    settled(district)
    district.two = restored(district.two, file)
    incoming.take(district.two, offer.transfer_id, village)
    take_up(district.two, district.center, district.stick)
    late = a_measurement(district.two, child_at(district.two, child_id), 7000)
    save(district.two, late)
    bring_down(district.center, district.two, district.stick)
    assert owners(district, child_id) == ("01", "01", "02")
    settled(district)
    assert owners(district, child_id) == ("01", "01", "01")
    with district.center.read() as session:
        assert late.id in session.exec(select(BranchRow.row_id)).all()
    with district.two.read() as session:
        assert session.exec(select(TransferAnswer).where(col(TransferAnswer.deleted_at).is_(None))).all() == []


def test_a_version_that_came_before_comes_again_when_a_person_chooses_it(district, desks, tmp_path):  # noqa: F811
    child = a_family(district.one, "甲")
    sync(district)
    district.one, copy = cloned(district.one, tmp_path / "copy")
    desks(copy)
    rename(copy, child, "副本")
    for name in ("主一", "主二"):
        rename(district.one, child, name)
        sync(district)
        exporting.ask_for_all(copy)
        assert held(district, copy) == "forked"
        fork = the_fork(district)
        forks.decide(district.center, fork, "known")
        branches.take(district.center, fork, [("child", child.id)])
        bring_down(district.center, district.one, district.stick)
        assert names(district.one) == ["副本"]
        settled(district)
        for more in ("别", "副本"):  # else it would be the very same bundle again
            rename(copy, child, more)


def test_what_a_station_has_not_compared_yet_is_told_again_when_it_was_restored(district):
    child = a_family(district.one, "甲")
    sync(district)
    file = backup(district.one)
    rename(district.one, child, "丢")
    sync(district)
    district.one = restored(district.one, file)
    rename(district.one, child, "新")
    take_up(district.one, district.center, district.stick)
    file = backup(district.one)
    bring_down(district.center, district.one, district.stick)
    assert [kept.center.there for kept in given_back.list_kept(district.one)] == [True]
    a_family(district.one, "乙")
    sync(district)  # the center has heard that it was read
    district.one = restored(district.one, file)
    assert given_back.list_kept(district.one) == []
    sync(district)
    (kept,) = given_back.list_kept(district.one)
    given_back.take(district.one, kept.table, kept.row_id)
    settled(district)
    assert names(district.one) == names(district.center) == ["丢", "乙"]


def test_a_center_that_was_put_back_twice_never_gives_a_packet_number_again(district):
    """Even where the database between the two could not be read: then the mark outside tells how far it had come."""
    file = backup(district.center)
    district.center = restored(district.center, file)
    written = [receipts.export_receipt(district.center, "01", district.stick).no for _more in range(2)]
    district.center.close()
    (district.center.profile / DATABASE_FILE).write_bytes(b"0" * 9000)
    district.center = restored(district.center, file)
    assert receipts.export_receipt(district.center, "01", district.stick).no > max(written)
    assert receipts.export_receipt(district.center, "02", district.stick).no < 10_000


def restored_to_a_gap(district) -> Path:
    """The center was, and the file that waits there is gone: it had gone in with what came after.

    Returns a backup of the station from before it made that bundle.
    """
    child = a_family(district.one, "甲")
    sync(district)
    undo.undo_last(district.center, "读错了")
    before = backup(district.one)
    save(district.one, a_measurement(district.one, child, 5000))
    assert held(district, district.one) == "gap"
    file = backup(district.center)
    for name in "乙丙":
        bring_down(district.center, district.one, district.stick)
        a_family(district.one, name)
        take_up(district.one, district.center, district.stick)
    district.center = restored(district.center, file)
    (waits,) = set_aside.list_set_aside(district.center)
    assert (waits.reason, waits.decided, waits.size_bytes) == ("gap", "", 0)
    return before


@pytest.mark.parametrize("anew", [False, True])
def test_what_a_restored_center_waits_for_without_its_file_is_done_when_the_station_has_sent_it(district, anew):
    """Its file went when it was needed no more; the restored database takes it for waiting."""
    restored_to_a_gap(district)
    if anew:
        district.one = restored(district.one, backup(district.one))
    settled(district)
    assert {one.decided for one in set_aside.list_set_aside(district.center)} == {"superseded"}
    assert names(district.one) == names(district.center) == sorted("甲乙丙")


def test_what_a_restored_center_waits_for_in_vain_is_said_to_a_person(district):
    """Its file is gone, and the station was restored to before it: nobody has what was in it."""
    before = restored_to_a_gap(district)
    district.one = restored(district.one, before)
    settled(district)
    fork = the_fork(district)
    assert forks.view_fork(district.center, fork).gone
    with pytest.raises(Refused) as refused:
        forks.decide(district.center, fork, "known")
    assert refused.value.code == "incomplete"
    forks.decide(district.center, fork, "known", incomplete=True)
    assert [one.decided for one in set_aside.list_set_aside(district.center)] == ["other"]
    assert sync_is_quiet(district)


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("another_life", [False, True])
def test_what_waits_for_a_base_that_old_files_do_not_have_any_more_is_said_to_a_person(
    district, tmp_path, monkeypatch, another_life, late
) -> None:
    """The center lost that base too. The station has nothing new, but is asked for all that it has."""
    file, image = backup(district.center), image_of(district, tmp_path)
    if another_life:
        district.one = restored(district.one, backup(district.one))
    for name in "甲乙丙":
        a_family(district.one, name)
        sync(district)
    a_family(district.one, "丁")
    waits = bundles.export_bundle(district.one, district.stick / "aside").file
    district.center = restored(district.center, file)
    if not late:
        assert read_in(district, waits).reason == "gap"
    put_back_unnoticed(district, image, monkeypatch, tmp_path)
    a_family(district.one, "戊")
    sync(district)
    if late:
        assert read_in(district, waits).reason == "gap"
        bring_down(district.center, district.one, district.stick)
    assert sync(district).status == "accepted"
    fork = the_fork(district)
    assert forks.view_fork(district.center, fork).incomplete
    undo.undo_last(district.center, "读错了")
    assert forks.list_forks(district.center) == []
    bring_down(district.center, district.one, district.stick)
    sync(district)
    forks.decide(district.center, the_fork(district), "known", incomplete=True)
    assert "丁" in {row.child_name for row in branches.list_branches(district.center)}
    assert sync_is_quiet(district)


def image_of(district, tmp_path) -> Path:
    """The first station's disk as it is now."""
    district.one.close()
    image = Path(shutil.copytree(district.one.profile, tmp_path / "image"))
    district.one = open_desk(district.one.profile, ADMIN.name, ADMIN.password, CLOCK)
    return image


def put_back_unnoticed(district, image: Path, monkeypatch, tmp_path) -> None:
    """The first station's disk is the old one, and no mark outside tells of it."""
    district.one.close()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "no marks"))
    district.one = open_desk(image, ADMIN.name, ADMIN.password, CLOCK)


def test_an_undone_base_is_not_missed_when_a_snapshot_has_come_since(district) -> None:
    a_family(district.one, "甲")
    sync(district)
    exporting.ask_for_all(district.one)
    whole = bundles.export_bundle(district.one, district.stick).file
    a_family(district.one, "乙")
    delta = bundles.export_bundle(district.one, district.stick).file
    undo.undo_last(district.center, "弄错了")
    assert [read_in(district, file).status for file in (whole, delta)] == ["accepted", "accepted"]
    assert names(district.center) == sorted("甲乙")


def test_a_delta_is_made_anew_when_the_snapshot_that_it_builds_on_was_taken_back(district) -> None:
    """The snapshot told nothing new, so that the delta begins where the one before it ended."""
    child = a_family(district.one, "甲")
    sync(district)
    exporting.ask_for_all(district.one)
    sync(district)
    undo.undo_last(district.center, "弄错了")
    save(district.one, a_measurement(district.one, child, 5000))
    assert held(district, district.one) == "gap"
    bring_down(district.center, district.one, district.stick)
    assert take_up(district.one, district.center, district.stick).status == "accepted"
    assert sync_is_quiet(district)
