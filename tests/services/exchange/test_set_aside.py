"""Bundles that could not go in: whole on the shelf, tried again, in words."""

from __future__ import annotations

import json

import pytest
from tests.services.exchange.test_preview import _gap
from tests.sync.district import ADMIN, CLOCK, WEAK
from tests.sync.forging import dump, opened, records, sealed
from tests.sync.work import a_family, bring_down, child_at, rename, take_up

from zhaohu.errors import Refused
from zhaohu.records.exchange import SetAsideBundle
from zhaohu.services.exchange import branches, bundles, exporting, forks, renewal, setup
from zhaohu.services.exchange.inbox import refused_files
from zhaohu.services.exchange.set_aside import list_set_aside, retry
from zhaohu.store import migrations
from zhaohu.sync import applying
from zhaohu.sync import manifest as manifests


def shelf(desk):
    return sorted(file.name for file in (desk.profile / "set-aside").glob("*"))


def test_a_gap_is_filled_by_what_was_missing(station_desk, center_desk, tmp_path):
    late, first = _gap(station_desk, center_desk, tmp_path)
    (report,) = bundles.import_bundles(center_desk, [late])
    assert (report.status, report.reason, report.from_set_aside) == ("held", "gap", False)
    (waits,) = list_set_aside(center_desk)
    assert (waits.station, waits.no, waits.reason, waits.decided) == ("371103-01", 2, "gap", "")
    assert waits.message
    assert (center_desk.profile / "set-aside" / f"{waits.bundle_id}.zhb").read_bytes() == late.read_bytes()
    assert bundles.import_bundles(center_desk, [late])[0].status == "held"  # once more changes nothing
    assert len(list_set_aside(center_desk)) == 1
    taken, followed = bundles.import_bundles(center_desk, [first])
    assert (taken.status, followed.status, followed.no, followed.from_set_aside) == ("accepted", "accepted", 2, True)
    assert [one.decided for one in list_set_aside(center_desk)] == ["imported"]
    assert records(center_desk, "371103-01") == records(station_desk, "371103-01")


def test_what_went_in_lies_there_until_the_next_import(station_desk, center_desk, tmp_path):
    late, first = _gap(station_desk, center_desk, tmp_path)
    bundles.import_bundles(center_desk, [late, first])
    assert len(shelf(center_desk)) == 1
    a_family(station_desk, "三")
    take_up(station_desk, center_desk, tmp_path)
    assert shelf(center_desk) == []
    assert [one.decided for one in list_set_aside(center_desk)] == ["imported"]


def test_a_restored_center_finds_what_lies_on_its_shelf(station_desk, center_desk, tmp_path):
    """The restored database knows nothing of the file; what it waited for has come by another way."""
    late, first = _gap(station_desk, center_desk, tmp_path)
    bundles.import_bundles(center_desk, [late])
    with center_desk.store.write() as session:
        session.connection().exec_driver_sql("DELETE FROM set_aside_bundle")
    (report,) = retry(center_desk)
    assert (report.status, report.reason) == ("held", "gap")
    assert [one.no for one in list_set_aside(center_desk)] == [2]
    assert retry(center_desk) == []
    with center_desk.store.write() as session:
        session.connection().exec_driver_sql("DELETE FROM set_aside_bundle")
    taken, found = bundles.import_bundles(center_desk, [first])
    assert (taken.status, found.status, found.no) == ("accepted", "accepted", 2)


def test_nothing_to_try_leaves_no_backup(center_desk):
    assert retry(center_desk) == []
    assert list((center_desk.profile / "backups").glob("*import*")) == []


def test_what_an_older_program_put_aside_is_found(station_desk, center_desk, tmp_path):
    late, first = _gap(station_desk, center_desk, tmp_path)
    bundles.import_bundles(center_desk, [first])
    (center_desk.profile / "quarantine").mkdir()
    info = bundles.verify_bundle(center_desk, late)
    late.replace(center_desk.profile / "quarantine" / f"{info.bundle_id}.zhb")
    (report,) = retry(center_desk)
    assert (report.status, report.no) == ("accepted", 2)


NEWER = migrations.SCHEMA + 1


@pytest.fixture
def made(station_desk, center_desk, tmp_path):
    """A bundle of a newer program."""
    a_family(station_desk)
    manifest, lines = opened(bundles.export_bundle(station_desk, tmp_path).file, center_desk)
    versions = {"schema": NEWER, "min_reader": NEWER}
    return sealed(tmp_path / "newer.zhb", station_desk, [center_desk], {**manifest, **versions}, lines)


def test_a_newer_programs_bundle_is_kept_untouched_until_the_update(center_desk, made, monkeypatch):
    content = made.read_bytes()
    before = dump(center_desk)
    (report,) = bundles.import_bundles(center_desk, [made])
    assert (report.status, report.reason, report.no) == ("held", "update_center", 1)
    assert dump(center_desk) == before
    (waits,) = list_set_aside(center_desk)
    assert (waits.made_at, waits.no, waits.size_bytes) == ("", 1, len(content))
    assert bundles.import_bundles(center_desk, [made])[0].status == "held"
    assert retry(center_desk) == []
    assert (center_desk.profile / "set-aside" / f"{waits.bundle_id}.zhb").read_bytes() == content
    monkeypatch.setattr(manifests, "SCHEMA", NEWER)  # the update
    (report,) = retry(center_desk)
    assert (report.status, report.new, report.from_set_aside) == ("accepted", 3, True)
    assert [one.decided for one in list_set_aside(center_desk)] == ["imported"]


def test_a_newer_programs_bundle_that_was_cut_on_its_way_is_refused_after_the_update(center_desk, made, monkeypatch):
    """Before it nobody can tell; nothing may wait for ever."""
    made.write_bytes(made.read_bytes()[:-9])
    assert bundles.import_bundles(center_desk, [made])[0].reason == "update_center"
    monkeypatch.setattr(manifests, "SCHEMA", NEWER)
    (before,) = list_set_aside(center_desk)
    assert retry(center_desk) == []
    (refused,) = list_set_aside(center_desk)
    assert refused.decided == "refused"
    assert refused.message != before.message  # nobody is told that it is tried again
    assert [(row.reason, row.no) for row in refused_files(center_desk)] == [("damaged", 1)]
    assert retry(center_desk) == []


def test_a_newer_programs_bundle_that_was_cut_is_refused_though_a_restore_forgot_it(center_desk, made, monkeypatch):
    made.write_bytes(made.read_bytes()[:-9])
    bundles.import_bundles(center_desk, [made])
    (waits,) = list_set_aside(center_desk)
    with center_desk.write("test.forget") as work:
        work.session.delete(work.session.get_one(SetAsideBundle, waits.bundle_id))
    assert [report.status for report in retry(center_desk)] == ["held"]
    assert [one.reason for one in list_set_aside(center_desk)] == ["update_center"]  # it is known again
    monkeypatch.setattr(manifests, "SCHEMA", NEWER)
    assert retry(center_desk) == []
    assert [one.decided for one in list_set_aside(center_desk)] == ["refused"]


def test_a_file_that_bears_the_name_of_a_bundle_that_waits_decides_nothing(station_desk, center_desk, tmp_path):
    late, first = _gap(station_desk, center_desk, tmp_path)
    bundles.import_bundles(center_desk, [late])
    (waits,) = list_set_aside(center_desk)
    bad = tmp_path / f"{waits.bundle_id}.zhb"
    bad.write_bytes(b"junk")
    assert bundles.import_bundles(center_desk, [bad])[0].status == "refused"
    assert [report.status for report in bundles.import_bundles(center_desk, [first])] == ["accepted", "accepted"]


def test_a_newer_programs_bundle_that_was_lost_and_comes_again_waits_again(
    station_desk, center_desk, tmp_path, made, monkeypatch
):
    bundles.import_bundles(center_desk, [made])
    (waits,) = list_set_aside(center_desk)
    kept = center_desk.profile / "set-aside" / f"{waits.bundle_id}.zhb"
    content = kept.read_bytes()
    kept.unlink()
    bundles.import_bundles(center_desk, [tmp_path / "371103-01-000001.zhb"])
    assert [one.decided for one in list_set_aside(center_desk)] == ["superseded"]
    assert bundles.import_bundles(center_desk, [made])[0].status == "held"
    assert [one.decided for one in list_set_aside(center_desk)] == [""]
    assert bundles.import_bundles(center_desk, [tmp_path / "371103-01-000001.zhb"])
    assert kept.read_bytes() == content
    monkeypatch.setattr(manifests, "SCHEMA", NEWER)
    retry(center_desk)
    assert all(one.decided or one.reason == "forked" for one in list_set_aside(center_desk))


def test_a_newer_programs_bundle_whose_file_is_lost_is_not_settled_by_an_older_one(station_desk, center_desk, tmp_path):
    a_family(station_desk)
    take_up(station_desk, center_desk, tmp_path)
    bring_down(center_desk, station_desk, tmp_path)
    a_family(station_desk, "李小禾")
    older = bundles.export_bundle(station_desk, tmp_path).file
    a_family(station_desk, "王小禾")
    manifest, lines = opened(bundles.export_bundle(station_desk, tmp_path).file, center_desk)
    versions = {"schema": NEWER, "min_reader": NEWER}
    newer = sealed(tmp_path / "newer.zhb", station_desk, [center_desk], {**manifest, **versions}, lines)
    bundles.import_bundles(center_desk, [newer])
    (waits,) = list_set_aside(center_desk)
    (center_desk.profile / "set-aside" / f"{waits.bundle_id}.zhb").unlink()
    bundles.import_bundles(center_desk, [older])
    assert [(one.no, one.decided) for one in list_set_aside(center_desk)] == [(3, "")]


def test_a_newer_programs_bundle_of_a_copy_is_read_once_after_the_update(
    station_desk, center_desk, tmp_path, made, monkeypatch
):
    """What a person has decided about it stands; its file is not tried again with each import."""
    bundles.import_bundles(center_desk, [made])
    child = a_family(station_desk, "李小禾")
    own = bundles.export_bundle(station_desk, tmp_path).file  # of the same number, as a copy's would be
    bundles.import_bundles(center_desk, [own])
    monkeypatch.setattr(manifests, "SCHEMA", NEWER)
    assert retry(center_desk) == []
    (fork,) = forks.list_forks(center_desk)
    forks.decide(center_desk, fork.bundle_id, "known")
    assert retry(center_desk) == []
    rename(station_desk, child, "李大禾")
    later = bundles.export_bundle(station_desk, tmp_path).file
    assert [one.file for one in bundles.import_bundles(center_desk, [later])] == [later]


def test_a_newer_programs_bundle_whose_file_is_lost_waits_until_its_station_is_heard(
    station_desk, center_desk, tmp_path, made
):
    """So it is after the center was restored from its database alone."""
    bundles.import_bundles(center_desk, [made])
    (waits,) = list_set_aside(center_desk)
    (center_desk.profile / "set-aside" / f"{waits.bundle_id}.zhb").unlink()
    assert bundles.import_bundles(center_desk, [tmp_path / "371103-01-000001.zhb"])[0].status == "accepted"
    assert [one.decided for one in list_set_aside(center_desk)] == ["superseded"]
    assert records(center_desk, "371103-01") == records(station_desk, "371103-01")


@pytest.fixture
def renewed(station_desk, center_desk, tmp_path):
    """Invites station 01 once more, and sets its new PC up, whose first bundle is taken in."""
    made = []

    def renew():
        added = renewal.renew_station(center_desk, "01", tmp_path / "01.zhe")
        new = setup.init_station(tmp_path / "new pc", enrolment=added.file, admin=ADMIN, clock=CLOCK, strength=WEAK)
        setup.accept_station(center_desk, new.reply)
        made.append(new.desk)
        a_family(new.desk, "新")
        take_up(new.desk, center_desk, tmp_path)
        return new.desk

    yield renew
    for desk in made:
        desk.close()


def test_the_last_bundle_of_a_lost_pc_is_compared_after_the_renewal(station_desk, center_desk, renewed, tmp_path):
    """What it builds on went with the PC; what it holds may stand nowhere else."""
    late, _lost = _gap(station_desk, center_desk, tmp_path)
    bundles.import_bundles(center_desk, [late])
    renewed()
    (fork,) = forks.list_forks(center_desk)
    view = forks.view_fork(center_desk, fork.bundle_id)
    assert view.incomplete
    assert [child.name for child in view.children if child.name] != []
    with pytest.raises(Refused) as refused:  # nothing can come from that PC any more
        forks.decide(center_desk, fork.bundle_id, "this_one")
    assert refused.value.code == "replaced"
    forks.decide(center_desk, fork.bundle_id, "known", incomplete=True)
    assert branches.list_branches(center_desk) != []
    assert forks.list_forks(center_desk) == []


def test_a_newer_programs_bundle_of_a_lost_pc_is_compared_after_both(center_desk, made, renewed, monkeypatch):
    bundles.import_bundles(center_desk, [made])
    renewed()
    assert [one.reason for one in list_set_aside(center_desk)] == ["update_center"]
    monkeypatch.setattr(manifests, "SCHEMA", NEWER)
    retry(center_desk)
    (fork,) = forks.list_forks(center_desk)
    assert forks.view_fork(center_desk, fork.bundle_id).children


def test_a_bundle_of_a_revoked_station_comes_too_late(station_desk, center_desk, tmp_path):
    """Only what lay here before its keys were revoked is read; that somebody puts it onto the shelf changes nothing."""
    a_family(station_desk)
    file = bundles.export_bundle(station_desk, tmp_path).file
    renewal.revoke_station(center_desk, "01", "电脑被盗")
    assert bundles.import_bundles(center_desk, [file])[0].reason == "revoked"
    (center_desk.profile / "set-aside").mkdir(exist_ok=True)
    file.rename(center_desk.profile / "set-aside" / f"{'0' * 64}.zhb")
    retry(center_desk)
    assert forks.list_forks(center_desk) == []


def test_one_file_that_the_program_fails_on_does_not_stop_the_others(
    station_desk, second_station_desk, center_desk, tmp_path, monkeypatch
):
    a_family(station_desk)
    a_family(second_station_desk)
    files = [bundles.export_bundle(desk, tmp_path).file for desk in (station_desk, second_station_desk)]
    real = applying.apply

    def fails(session, bundle, *more):
        if bundle.station.endswith("01"):
            raise ValueError("of a kind that nobody has thought of")
        return real(session, bundle, *more)

    monkeypatch.setattr(applying, "apply", fails)
    before = dump(center_desk)
    assert [(one.status, one.reason) for one in bundles.import_bundles(center_desk, files)] == [
        ("refused", "failed"),
        ("accepted", None),
    ]
    assert [row.reason for row in refused_files(center_desk)] == ["failed"]
    assert dump(center_desk) != before


def test_a_file_of_a_stranger_is_not_kept_though_it_claims_to_be_newer(
    station_desk, second_station_desk, center_desk, tmp_path
):
    """Signed with the keys of another station: its claim is not even read."""
    a_family(station_desk)
    manifest, lines = opened(bundles.export_bundle(station_desk, tmp_path).file, center_desk)
    forged = sealed(tmp_path / "forged.zhb", second_station_desk, [center_desk], {**manifest, "min_reader": 999}, lines)
    (report,) = bundles.import_bundles(center_desk, [forged])
    assert (report.status, report.reason) == ("refused", "bad_signature")
    assert list_set_aside(center_desk) == []
    assert not (center_desk.profile / "set-aside").exists()


def test_a_later_bundle_makes_one_that_waits_superfluous(station_desk, center_desk, tmp_path):
    """The center lost all, two bundles wait, and the station sends everything."""
    late, _first = _gap(station_desk, center_desk, tmp_path)
    bundles.import_bundles(center_desk, [late])
    bring_down(center_desk, station_desk, tmp_path)
    (report,) = bundles.import_bundles(center_desk, [bundles.export_bundle(station_desk, tmp_path).file])
    assert report.status == "accepted"
    assert [one.decided for one in list_set_aside(center_desk)] == ["superseded"]
    assert records(center_desk, "371103-01") == records(station_desk, "371103-01")


def test_what_waits_within_one_import_is_told_as_it_ended(station_desk, center_desk, tmp_path):
    """The snapshot that holds it comes in the same batch: nobody has to do anything."""
    late, _first = _gap(station_desk, center_desk, tmp_path)
    exporting.ask_for_all(station_desk)
    whole = bundles.export_bundle(station_desk, tmp_path).file
    reports = bundles.import_bundles(center_desk, [late, whole])
    assert {(one.status, one.reason) for one in reports if one.file == late} == {("already_had", "superseded")}
    assert next(one.status for one in reports if one.file == whole) == "accepted"


def test_refused_files_are_remembered_and_not_kept(station_desk, center_desk, tmp_path):
    child = a_family(station_desk)
    file = bundles.export_bundle(station_desk, tmp_path).file
    (tmp_path / "半个.zhb").write_bytes(file.read_bytes()[:-5])
    (tmp_path / "letter.zhb").write_bytes(b"Dear center")
    reports = bundles.import_bundles(center_desk, [tmp_path / "半个.zhb", tmp_path / "letter.zhb"])
    newest, oldest = refused_files(center_desk)
    assert (oldest.file, oldest.reason, oldest.station, oldest.no) == ("半个.zhb", "damaged", "371103-01", 1)
    assert oldest.size_bytes == file.stat().st_size - 5
    assert (newest.file, newest.reason, newest.station) == ("letter.zhb", "wrong_kind", "")
    assert [newest.message, oldest.message] == [reports[1].message, reports[0].message]
    assert child_at(center_desk, child.id) is None
    assert not (center_desk.profile / "set-aside").exists()


def test_only_the_newest_refused_files_are_remembered(center_desk, tmp_path, monkeypatch):
    from zhaohu.services.exchange import intake

    monkeypatch.setattr(intake, "_REFUSED_KEPT", 3)
    (tmp_path / "x.zhb").write_bytes(b"x")
    bundles.import_bundles(center_desk, [tmp_path / "x.zhb"] * 5)
    assert [row.id for row in refused_files(center_desk)] == [5, 4, 3]


def test_setting_aside_is_audited(station_desk, center_desk, tmp_path):
    from tests.services.exchange.test_bundles import lines

    late, _first = _gap(station_desk, center_desk, tmp_path)
    rename(station_desk, a_family(station_desk, "三"), "三改")
    bundles.import_bundles(center_desk, [late])
    (line,) = lines(center_desk, "bundle.set_aside")
    assert (line["reason"], line["station"], line["no"]) == ("gap", "371103-01", 2)
    assert json.dumps(line)
