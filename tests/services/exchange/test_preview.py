"""The preview of an import: the import itself, of which nothing stays."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.services.families import enrol
from tests.sync.forging import dump
from tests.sync.work import a_family, a_visit, bring_down, rename, save, take_up

from zhaohu.errors import Cancelled
from zhaohu.services.duplicates import duplicates
from zhaohu.services.exchange import bundles, receipts
from zhaohu.services.exchange.preview import preview


def told(reports):
    """Reports without what is made anew with each import."""
    return [replace(report, batch="") for report in reports]


def test_nothing_stays_and_the_import_does_just_that(station_desk, second_station_desk, center_desk, tmp_path):
    child = a_family(station_desk, "甲")
    first = bundles.export_bundle(station_desk, tmp_path / "1").file
    save(station_desk, a_visit(station_desk, child))
    rename(station_desk, child, "甲改")
    second = bundles.export_bundle(station_desk, tmp_path / "2").file
    a_family(second_station_desk, "乙")
    other = bundles.export_bundle(second_station_desk, tmp_path / "3").file
    broken = tmp_path / "broken.zhb"
    broken.write_bytes(other.read_bytes()[:-7])
    files = [first, broken, second, other, first]
    before = dump(center_desk)
    seen = preview(center_desk, files)
    assert dump(center_desk) == before
    assert [report.status for report in seen.reports] == ["accepted", "refused", "accepted", "accepted", "already_had"]
    assert (seen.reports[2].new, seen.reports[2].changed) == (1, 1)
    assert told(seen.reports) == told(bundles.import_bundles(center_desk, files))
    assert list(bundles.temporary(center_desk).iterdir()) == []


def test_no_line_is_left_in_the_log_and_no_backup_is_made(station_desk, center_desk, tmp_path):
    a_family(station_desk)
    file = bundles.export_bundle(station_desk, tmp_path).file
    with center_desk.read() as session:
        lines = session.connection().exec_driver_sql("SELECT count(*) FROM audit_line").scalar()
    preview(center_desk, [file])
    with center_desk.read() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM audit_line").scalar() == lines
    assert not (center_desk.profile / "set-aside").exists()
    assert list((center_desk.profile / "backups").glob("*import*")) == []


def test_what_waits_for_a_gap_is_seen_to_follow(station_desk, center_desk, tmp_path):
    """The gap and what fills it in one batch, the later one first; nothing is moved to the shelf."""
    late, first = _gap(station_desk, center_desk, tmp_path)
    seen = preview(center_desk, [late, first])
    assert [report.status for report in seen.reports] == ["held", "accepted", "accepted"]
    assert (seen.reports[2].no, seen.reports[2].from_set_aside) == (seen.reports[0].no, True)
    assert not (center_desk.profile / "set-aside").exists()
    done = bundles.import_bundles(center_desk, [late, first])
    assert done[0].message != seen.reports[0].message  # nothing was kept yet, so nothing said that it was
    assert [(r.status, r.no, r.tables) for r in done] == [(r.status, r.no, r.tables) for r in seen.reports]


def _gap(station, center, tmp_path):
    """Two bundles of which the first was confirmed by a center that has lost it since."""
    a_family(station, "一")
    first = bundles.export_bundle(station, tmp_path / "1").file
    kept = first.read_bytes()
    bundles.import_bundles(center, [first])
    receipts.import_receipt(station, receipts.export_receipt(center, "01", tmp_path).file)
    _forget_everything(center)
    a_family(station, "二")
    late = bundles.export_bundle(station, tmp_path / "2").file
    assert first.read_bytes() == kept
    return late, first


def _forget_everything(center):
    """As a center that was restored from a backup made before."""
    with center.store.write() as session:
        for table in ("record_version", "received_bundle", "child", "household", "village"):
            session.connection().exec_driver_sql(f"DELETE FROM {table}")
        session.info["touched"] |= {"child"}


def test_records_that_would_be_held_are_told_with_the_reason(station_desk, center_desk, tmp_path):
    child = a_family(station_desk)
    with station_desk.store.write() as session:
        session.connection().exec_driver_sql("UPDATE child SET birth_order = 77 WHERE id = ?", (child.id,))
    seen = preview(center_desk, [bundles.export_bundle(station_desk, tmp_path).file])
    assert [(row.table, row.id, row.reason, row.field) for row in seen.held] == [
        ("child", child.id, "bad_value", "birth_order")
    ]
    assert seen.reports[0].reasons == {"bad_value": 1}
    assert seen.held[0].message


def test_children_of_two_stations_who_may_be_one(station_desk, second_station_desk, center_desk, tmp_path):
    here, there = enrol(station_desk, "单芷然"), enrol(second_station_desk, "单芷然")
    a_family(second_station_desk, "与众不同")
    take_up(station_desk, center_desk, tmp_path / "1")
    file = bundles.export_bundle(second_station_desk, tmp_path / "2").file
    (pair,) = preview(center_desk, [file]).duplicates
    assert {pair.one.id, pair.other.id} == {here, there}
    assert {pair.one.station, pair.other.station} == {"01", "02"}
    assert pair.reason
    bundles.import_bundles(center_desk, [file])
    assert preview(center_desk, [file]).duplicates == []  # it was had already: nothing new comes in
    assert [(p.one.id, p.other.id) for p in duplicates.find_all(center_desk)] == [(pair.one.id, pair.other.id)]


def test_two_children_of_one_station_are_its_own_matter(station_desk, center_desk, tmp_path):
    enrol(station_desk, "单芷然")
    enrol(station_desk, "单芷然")
    assert preview(center_desk, [bundles.export_bundle(station_desk, tmp_path).file]).duplicates == []


def test_it_can_be_cancelled(station_desk, center_desk, tmp_path):
    a_family(station_desk)
    file = bundles.export_bundle(station_desk, tmp_path).file
    before = dump(center_desk)
    with pytest.raises(Cancelled):
        preview(center_desk, [file], cancelled=lambda: True)
    assert dump(center_desk) == before
    assert preview(center_desk, [file]).reports[0].status == "accepted"


def test_a_station_goes_on_as_if_nobody_had_looked(station_desk, center_desk, tmp_path):
    a_family(station_desk)
    file = bundles.export_bundle(station_desk, tmp_path).file
    preview(center_desk, [file])
    assert bring_down(center_desk, station_desk, tmp_path).confirmed == 0
    bundles.import_bundles(center_desk, [file])
    assert bring_down(center_desk, station_desk, tmp_path).confirmed == 1
