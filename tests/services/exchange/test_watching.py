"""The watched folder: whole files, once each, moved away or left."""

from __future__ import annotations

import shutil

import pytest
from tests.sync.work import a_family, child_at

from zhaohu.errors import Refused
from zhaohu.records.exchange import Peer
from zhaohu.services.exchange import bundles, watching


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "share"
    made.mkdir()
    return made


def names(folder):
    return sorted(file.name for file in folder.iterdir() if file.is_file())


def import_backups(desk):
    return list((desk.profile / "backups").glob("*import*"))


def test_a_file_is_taken_when_it_has_stayed_as_it_was(station_desk, center_desk, folder, tmp_path):
    child = a_family(station_desk)
    file = bundles.export_bundle(station_desk, tmp_path / "out").file
    whole = file.read_bytes()
    watching.watch(center_desk, folder)
    half = folder / file.name
    half.write_bytes(whole[:5000])
    assert watching.look(center_desk) == []
    half.write_bytes(whole[:9000])
    assert watching.look(center_desk) == []
    half.write_bytes(whole)
    assert watching.look(center_desk) == []
    assert import_backups(center_desk) == []
    (report,) = watching.look(center_desk)
    assert (report.status, report.file) == ("accepted", half)
    assert child_at(center_desk, child.id) is not None
    assert names(folder) == []
    assert (folder / "done" / file.name).read_bytes() == whole
    assert watching.look(center_desk) == []


def test_looking_twice_at_once(station_desk, center_desk, folder, tmp_path):
    a_family(station_desk)
    bundles.export_bundle(station_desk, folder)
    watching.watch(center_desk, folder)
    assert [report.status for report in watching.look(center_desk, settle_s=0.01)] == ["accepted"]


def test_other_files_and_halves_are_left_alone(station_desk, center_desk, folder, tmp_path):
    a_family(station_desk)
    file = bundles.export_bundle(station_desk, tmp_path / "out").file
    for name in (f"{file.name}.part", f".{file.name}", "letter.pdf", "371103-01-000001.zhr"):
        shutil.copy(file, folder / name)
    (folder / "folder.zhb").mkdir()
    watching.watch(center_desk, folder)
    for _time in range(2):
        assert watching.look(center_desk) == []
    assert len(names(folder)) == 4


def test_left_where_they_are_each_is_taken_once(station_desk, center_desk, folder):
    a_family(station_desk, "一")
    first = bundles.export_bundle(station_desk, folder).file
    (folder / "bad.zhb").write_bytes(b"no bundle")
    watching.watch(center_desk, folder, move=False)
    assert watching.watched(center_desk) == watching.Watched(folder.resolve(), False)
    watching.look(center_desk)
    assert sorted(report.status for report in watching.look(center_desk)) == ["accepted", "refused"]
    assert names(folder) == [first.name, "bad.zhb"]
    assert watching.look(center_desk) == []
    a_family(station_desk, "二")
    second = bundles.export_bundle(station_desk, folder).file
    watching.look(center_desk)
    (report,) = watching.look(center_desk)
    assert report.file.name == second.name
    (folder / "bad.zhb").write_bytes(b"another one")  # what has changed is looked at again
    watching.look(center_desk)
    assert [report.status for report in watching.look(center_desk)] == ["refused"]


def test_a_refused_file_stays_where_its_sender_finds_it(center_desk, folder):
    (folder / "bad.zhb").write_bytes(b"no bundle")
    watching.watch(center_desk, folder)
    watching.look(center_desk)
    assert [report.status for report in watching.look(center_desk)] == ["refused"]
    assert names(folder) == ["bad.zhb"]
    assert watching.look(center_desk) == []


def test_two_of_one_name_are_both_kept(station_desk, center_desk, folder, tmp_path):
    a_family(station_desk)
    file = bundles.export_bundle(station_desk, tmp_path / "out").file
    watching.watch(center_desk, folder)
    for status in ("accepted", "already_had"):
        shutil.copy(file, folder / file.name)
        assert [report.status for report in watching.look(center_desk, settle_s=0.01)] == [status]
    assert names(folder / "done") == [f"{file.stem}-2.zhb", file.name]


def test_bad_places_are_refused(center_desk, folder, tmp_path):
    for place in (tmp_path / "nowhere", center_desk.profile / "tmp", center_desk.profile):
        with pytest.raises(Refused) as refused:
            watching.watch(center_desk, place)
        assert refused.value.code == "bad_place"
    with pytest.raises(Refused) as refused:
        watching.look(center_desk)
    assert refused.value.code == "no_folder"
    watching.watch(center_desk, folder)
    folder.rmdir()
    with pytest.raises(Refused) as refused:
        watching.look(center_desk)
    assert refused.value.code == "unreadable"
    assert watching.watch(center_desk, None).folder is None


def test_a_bundle_that_came_before_its_station_was_accepted_is_taken_in_after_it(station_desk, center_desk, folder):
    """And not looked at again and again until then."""
    a_family(station_desk)
    bundles.export_bundle(station_desk, folder)
    watching.watch(center_desk, folder)
    with center_desk.store.write() as session:
        peer = session.get_one(Peer, station_desk.site.code)
        keys = peer.sign_public, peer.receive_public
        peer.status, peer.sign_public, peer.receive_public = "invited", None, None
    assert [report.reason for report in watching.look(center_desk, settle_s=0.01)] == ["unknown_sender"]
    assert watching.look(center_desk, settle_s=0.01) == []
    with center_desk.store.write() as session:
        peer = session.get_one(Peer, station_desk.site.code)
        peer.status, (peer.sign_public, peer.receive_public) = "active", keys
    assert [report.status for report in watching.look(center_desk, settle_s=0.01)] == ["accepted"]
    assert names(folder) == []
