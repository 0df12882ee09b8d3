"""The center's view of what came: weeks, lateness, what is missing, asking for everything."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.services.exchange.test_preview import _gap
from tests.sync.forging import opened, sealed
from tests.sync.work import a_family, bring_down, rename, take_up

from zhaohu.clock import Clock
from zhaohu.errors import NotFound, Refused
from zhaohu.records.exchange import SetAsideBundle
from zhaohu.services.exchange import bundles, exporting, inbox
from zhaohu.services.exchange.inbox import ask_for_all, matrix
from zhaohu.services.exchange.undo import undo_last
from zhaohu.store.migrations import SCHEMA

TODAY = date(2026, 11, 20)  # a Friday


def on(day, *desks):
    for desk in desks:
        desk.clock = Clock.at(day)


def row(center, code="371103-01", weeks=12):
    return next(one for one in matrix(center, weeks).rows if one.code == code)


def test_weeks_begin_on_mondays_and_end_with_this_one(center_desk):
    found = matrix(center_desk, 3)
    assert found.weeks == (date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 16))
    assert [one.code for one in found.rows] == ["371103-01", "371103-02"]
    quiet = found.rows[0]
    assert [cell.bundles for cell in quiet.cells] == [0, 0, 0]
    assert (quiet.last_received, quiet.days_since, quiet.late, quiet.missing) == (None, None, False, ())


def test_what_came_stands_in_its_week(station_desk, center_desk, tmp_path):
    for day, names in (
        (date(2026, 11, 8), "一二"),
        (date(2026, 11, 9), "三"),
        (TODAY, "四"),
    ):  # a Sunday, the Monday after
        on(day, station_desk, center_desk)
        for name in names:
            a_family(station_desk, name)
            take_up(station_desk, center_desk, tmp_path)
        bring_down(center_desk, station_desk, tmp_path)
    mine = row(center_desk, weeks=3)
    assert [(cell.bundles, cell.records, cell.held) for cell in mine.cells] == [(2, 6, 0), (1, 3, 0), (1, 3, 0)]
    assert (mine.days_since, mine.late, mine.schema_no, mine.must_update) == (0, False, SCHEMA, False)
    assert [cell.bundles for cell in row(center_desk, "371103-02", 3).cells] == [0, 0, 0]
    assert [cell.bundles for cell in row(center_desk, weeks=1).cells] == [1]


def test_who_sent_every_week_is_late_after_two(station_desk, center_desk, tmp_path):
    for week in range(4):
        on(TODAY + timedelta(7 * week), station_desk, center_desk)
        a_family(station_desk, str(week))
        take_up(station_desk, center_desk, tmp_path)
    last = TODAY + timedelta(21)
    for days, late in ((14, False), (15, True)):
        on(last + timedelta(days), center_desk)
        mine = row(center_desk)
        assert (mine.days_since, mine.usual_days, mine.late) == (days, 7, late)


def test_who_never_sent_is_late_at_last(center_desk):
    for days, late in ((14, False), (15, True)):
        on(TODAY + timedelta(days), center_desk)
        assert (row(center_desk).days_since, row(center_desk).late) == (None, late)


def test_a_bundle_that_was_lost_is_missing_but_contained(station_desk, center_desk, tmp_path):
    child = a_family(station_desk)
    take_up(station_desk, center_desk, tmp_path)
    for name in ("甲", "乙"):
        rename(station_desk, child, name)
        bundles.export_bundle(station_desk, tmp_path).file.unlink()
    rename(station_desk, child, "丙")
    take_up(station_desk, center_desk, tmp_path)
    assert [(one.no, one.contained) for one in row(center_desk).missing] == [(2, True), (3, True)]


def test_a_number_far_ahead_makes_no_list_without_end():
    ahead = SetAsideBundle(epoch="0" * 32, no=3_000_000, base_no=1, arrived_at="2026-11-20T12:00:00", reason="gap")
    found = inbox._missing([], [ahead], date(2026, 9, 7))
    assert (len(found), found[-1].no, found[-1].contained) == (500, 2_999_999, True)


def test_what_a_waiting_bundle_builds_on_is_missing_in_earnest(station_desk, center_desk, tmp_path):
    late, first = _gap(station_desk, center_desk, tmp_path)
    a_family(station_desk, "三")
    bundles.export_bundle(station_desk, tmp_path).file.unlink()
    a_family(station_desk, "四")
    later = bundles.export_bundle(station_desk, tmp_path).file
    bundles.import_bundles(center_desk, [later])
    assert [(one.no, one.contained) for one in row(center_desk).missing] == [(1, False), (2, True), (3, True)]
    assert row(center_desk).waiting == 1
    bundles.import_bundles(center_desk, [late])
    assert [one.no for one in row(center_desk).missing] == [1, 3]
    bundles.import_bundles(center_desk, [first])
    mine = row(center_desk)
    assert (mine.waiting, [(one.no, one.contained) for one in mine.missing]) == (0, [(3, True)])


def test_held_and_differing_and_a_doubtful_clock_are_told(station_desk, center_desk, tmp_path):
    child = a_family(station_desk)
    with station_desk.store.write() as session:
        session.connection().exec_driver_sql("UPDATE child SET birth_order = 77 WHERE id = ?", (child.id,))
    on(TODAY - timedelta(1), station_desk)
    take_up(station_desk, center_desk, tmp_path)
    mine = row(center_desk)
    assert (mine.held, mine.cells[-1].held, mine.clock_suspect, mine.differs) == (1, 1, True, False)
    bring_down(center_desk, station_desk, tmp_path)
    with center_desk.store.write() as session:
        session.connection().exec_driver_sql("UPDATE village SET name = '别村'")
    on(TODAY + timedelta(1), station_desk)
    a_family(station_desk, "二")
    take_up(station_desk, center_desk, tmp_path)
    mine = row(center_desk)
    assert (mine.clock_suspect, mine.differs) == (False, True)


def test_an_older_program_must_be_updated(station_desk, center_desk, tmp_path):
    a_family(station_desk)
    manifest, lines = opened(bundles.export_bundle(station_desk, tmp_path).file, center_desk)
    older = sealed(tmp_path / "5.zhb", station_desk, [center_desk], {**manifest, "schema": 5, "min_reader": 5}, lines)
    assert bundles.import_bundles(center_desk, [older])[0].status == "accepted"
    assert (row(center_desk).schema_no, row(center_desk).must_update) == (5, True)


def test_the_center_asks_for_everything_until_it_comes(station_desk, center_desk, tmp_path):
    a_family(station_desk, "一")
    take_up(station_desk, center_desk, tmp_path)
    bring_down(center_desk, station_desk, tmp_path)
    ask_for_all(center_desk, "01")
    assert row(center_desk).asked_for_all
    assert not row(center_desk, "371103-02").asked_for_all
    with pytest.raises(Refused):
        bundles.export_bundle(station_desk, tmp_path)  # it does not know yet
    bring_down(center_desk, station_desk, tmp_path)
    assert row(center_desk).asked_for_all
    full = bundles.export_bundle(station_desk, tmp_path)
    assert (full.kind, full.records) == ("full", 3)
    (report,) = bundles.import_bundles(center_desk, [full.file])
    assert (report.unchanged, report.differs) == (3, False)
    assert not row(center_desk).asked_for_all
    bring_down(center_desk, station_desk, tmp_path)
    with pytest.raises(Refused):
        bundles.export_bundle(station_desk, tmp_path)


def test_a_snapshot_from_before_is_not_the_answer(station_desk, center_desk, tmp_path):
    a_family(station_desk, "一")
    first = bundles.export_bundle(station_desk, tmp_path)
    assert first.kind == "full"
    ask_for_all(center_desk, "371103-01")
    bundles.import_bundles(center_desk, [first.file])
    assert row(center_desk).asked_for_all


def test_only_a_station_of_the_district_can_be_asked(center_desk):
    with pytest.raises(NotFound):
        ask_for_all(center_desk, "77")


def test_a_station_sends_everything_when_somebody_there_wants_it(station_desk, center_desk, tmp_path):
    """A packet that does not ask leaves the wish."""
    a_family(station_desk, "一")
    take_up(station_desk, center_desk, tmp_path)
    bring_down(center_desk, station_desk, tmp_path)
    exporting.ask_for_all(station_desk)
    bring_down(center_desk, station_desk, tmp_path)
    full = bundles.export_bundle(station_desk, tmp_path)
    assert (full.kind, full.records, full.again) == ("full", 3, False)
    bundles.import_bundles(center_desk, [full.file])
    bring_down(center_desk, station_desk, tmp_path)
    again = bundles.export_bundle(station_desk, tmp_path, full=True)
    assert (again.kind, again.records, again.no) == ("full", 3, full.no + 1)


def test_after_an_undo_the_week_is_empty_again(station_desk, center_desk, tmp_path):
    a_family(station_desk)
    take_up(station_desk, center_desk, tmp_path)
    undo_last(center_desk, "试")
    mine = row(center_desk)
    assert (mine.cells[-1].bundles, mine.last_received) == (0, None)
