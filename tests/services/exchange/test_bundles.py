"""The services of the exchange: who may, what is audited, what is told while it runs."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlmodel import select
from tests.services.families import enrol

from zhaohu.clock import Clock
from zhaohu.errors import Cancelled, NotAllowed, Refused
from zhaohu.records.codes import Role
from zhaohu.records.local import AuditLine
from zhaohu.services.desk import Desk, Person
from zhaohu.services.exchange import bundles, receipts
from zhaohu.services.register.child_list import list_children, search
from zhaohu.store import settings
from zhaohu.sync import marks


def as_role(desk: Desk, role: Role) -> Desk:
    return Desk(desk.profile, desk.store, desk.clock, Person("other", "别人", role), desk.site)


def lines(desk: Desk, action: str) -> list[dict]:
    with desk.read() as session:
        found = session.exec(select(AuditLine).where(AuditLine.action == action).order_by(AuditLine.no)).all()
    return [json.loads(line.detail) for line in found]


def allowed(act) -> bool:
    """Whether the role may, whatever else is wrong."""
    try:
        act()
    except NotAllowed:
        return False
    except Refused:
        return True
    return True


def test_who_may(station_desk, center_desk, tmp_path):
    enrol(station_desk)
    file = bundles.export_bundle(station_desk, tmp_path).file
    packet = receipts.export_receipt(center_desk, "01", tmp_path).file
    may = {
        role: (
            allowed(lambda role=role: bundles.export_bundle(as_role(station_desk, role), tmp_path)),
            allowed(lambda role=role: receipts.import_receipt(as_role(station_desk, role), packet)),
            allowed(lambda role=role: bundles.import_bundles(as_role(center_desk, role), [file])),
            allowed(lambda role=role: receipts.export_receipt(as_role(center_desk, role), "01", tmp_path)),
            allowed(lambda role=role: bundles.status(as_role(center_desk, role))),
            allowed(lambda role=role: bundles.verify_bundle(as_role(center_desk, role), file)),
        )
        for role in Role
    }
    assert may == {
        Role.ADMIN: (True, True, True, True, True, True),
        Role.TEACHER: (True, True, False, False, True, True),
        Role.VIEWER: (False, False, False, False, True, True),
        Role.AUDITOR: (False, False, False, False, True, True),
    }


def test_each_end_does_its_own(station_desk, center_desk, tmp_path):
    for act in (
        lambda: bundles.export_bundle(center_desk, tmp_path),
        lambda: bundles.pending(center_desk),
        lambda: bundles.import_bundles(station_desk, []),
        lambda: receipts.export_receipt(station_desk, "01", tmp_path),
        lambda: receipts.import_receipt(center_desk, tmp_path / "x"),
    ):
        with pytest.raises(NotAllowed) as refused:
            act()
        assert refused.value.code == "wrong_site"


def test_acts_are_audited_without_names(station_desk, center_desk, tmp_path):
    enrol(station_desk, "单芷然")
    done = bundles.export_bundle(station_desk, tmp_path)
    bundles.import_bundles(center_desk, [done.file])
    packet = receipts.export_receipt(center_desk, "01", tmp_path)
    receipts.import_receipt(station_desk, packet.file)
    (made,) = lines(station_desk, "bundle.make")
    assert (made["no"], made["counts"]["child"]) == (1, 1)
    assert [line["file"] for line in lines(station_desk, "bundle.export")] == ["371103-01-000001.zhb"]
    (taken,) = lines(center_desk, "bundle.import")
    assert (taken["station"], taken["counts"]["child"]) == ("371103-01", {"new": 1})
    assert [line["no"] for line in lines(center_desk, "receipt.export")] == [1]
    assert [line["confirmed"] for line in lines(station_desk, "receipt.import")] == [1]
    for desk in (station_desk, center_desk):
        with desk.read() as session:
            exchange = session.exec(select(AuditLine.detail).where(AuditLine.action.regexp_match("^(bundle|receipt)")))
            assert "单芷然" not in "".join(exchange)


def test_center_sees_the_children(station_desk, center_desk, tmp_path):
    enrol(station_desk, "单芷然")
    bundles.import_bundles(center_desk, [bundles.export_bundle(station_desk, tmp_path).file])
    assert [child.name for child in list_children(center_desk)] == ["单芷然"]
    assert [child.station for child in search(center_desk, "szr")] == [list_children(center_desk)[0].station]


def test_progress_and_cancel(station_desk, second_station_desk, center_desk, tmp_path):
    enrol(station_desk)
    enrol(second_station_desk)
    files = [bundles.export_bundle(desk, tmp_path).file for desk in (station_desk, second_station_desk)]
    total = sum(file.stat().st_size for file in files)
    told: list[tuple[int, int]] = []
    first_end = files[0].stat().st_size
    reports: list[bundles.ImportReport] = []
    with pytest.raises(Cancelled):
        bundles.import_bundles(
            center_desk,
            files,
            lambda *at: told.append(at),
            lambda: bool(told) and told[-1][0] > first_end,
            told=reports.append,
        )
    assert [state.last_no for state in bundles.status(center_desk).stations] == [1, 0]
    assert [(report.file, report.status) for report in reports] == [(files[0], "accepted")]
    assert list(bundles.temporary(center_desk).iterdir()) == []
    told.clear()
    bundles.import_bundles(center_desk, files, lambda *at: told.append(at))
    assert [done for done, _all in told] == sorted(done for done, _all in told)
    assert {whole for _done, whole in told} == {total}
    assert total - told[-1][0] < 300  # all but the plain lines outside


def test_verify_looks_and_leaves_no_trace(station_desk, center_desk, tmp_path):
    enrol(station_desk)
    done = bundles.export_bundle(station_desk, tmp_path)
    info = bundles.verify_bundle(center_desk, done.file)
    assert (info.station, info.no, info.depth, info.place) == ("371103-01", 1, "content", "new")
    assert (info.bundle_id, info.counts) == (done.bundle_id, done.counts)
    assert bundles.status(center_desk).stations[0].last_no == 0
    for desk in (None, station_desk):
        outside = bundles.verify_bundle(desk, done.file)
        assert (outside.station, outside.no, outside.depth, outside.bundle_id) == ("371103-01", 1, "outside", None)
    bundles.import_bundles(center_desk, [done.file])
    assert bundles.verify_bundle(center_desk, done.file).place == "known"
    done.file.write_bytes(done.file.read_bytes()[:-1])
    with pytest.raises(Refused) as refused:
        bundles.verify_bundle(center_desk, done.file)
    assert refused.value.code == "damaged"
    with pytest.raises(Refused) as refused:
        bundles.verify_bundle(None, tmp_path / "missing.zhb")
    assert refused.value.code == "unreadable"


def test_unwritable_target_keeps_the_bundle_for_later(station_desk, tmp_path):
    enrol(station_desk)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Refused) as refused:
        bundles.export_bundle(station_desk, tmp_path / "file")
    assert refused.value.code == "cannot_write"
    again = bundles.export_bundle(station_desk, tmp_path / "stick")
    assert (again.no, again.again) == (1, True)


def test_pending_tells_where_the_exchange_stands(station_desk, center_desk, tmp_path):
    nothing = bundles.pending(station_desk)
    assert (nothing.records, nothing.last_export, nothing.last_confirmed) == (0, None, None)
    enrol(station_desk)
    bundles.import_bundles(center_desk, [bundles.export_bundle(station_desk, tmp_path).file])
    written = bundles.pending(station_desk)
    assert (written.counts["child"], written.last_export_no, written.last_confirmed_no) == (1, 1, 0)
    receipts.import_receipt(station_desk, receipts.export_receipt(center_desk, "01", tmp_path).file)
    confirmed = bundles.pending(station_desk)
    assert (confirmed.records, confirmed.last_confirmed_no, confirmed.last_confirmed) == (
        0,
        1,
        station_desk.clock.stamp(),
    )
    for kept, owed in ((marks.NOW, True), ("0" * 32 + " 1", False)):
        with station_desk.write("test.word") as work:
            settings.put(work.session, marks.OWES_WORD, kept)
        assert bundles.pending(station_desk).owes_word is owed


def test_a_clock_set_back_is_told_to_the_center(station_desk, center_desk, tmp_path):
    from tests.sync.forging import opened

    enrol(station_desk)
    station_desk.clock = Clock.at(date(2026, 11, 19))
    done = bundles.export_bundle(station_desk, tmp_path)
    assert opened(done.file, center_desk)[0]["clock_suspect"] is True
    station_desk.clock = Clock.at(date(2026, 11, 21))
    enrol(station_desk, "二")
    later = bundles.export_bundle(station_desk, tmp_path)
    assert opened(later.file, center_desk)[0]["clock_suspect"] is False
