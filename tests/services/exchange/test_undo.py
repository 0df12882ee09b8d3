"""The undo of the last import: all of it as it was, and the station sends again."""

from __future__ import annotations

import json

import pytest
from sqlmodel import select
from tests.sync.forging import dump, records
from tests.sync.work import a_family, a_measurement, a_visit, bring_down, child_at, rename, save, take_up

from zhaohu.errors import Refused
from zhaohu.records import Child
from zhaohu.records.local import AuditLine
from zhaohu.services.exchange import bundles, inbox
from zhaohu.services.exchange.undo import last_import, undo_last
from zhaohu.services.register.child_list import list_children, search

_OF_THE_MOMENT = ("setting", "peer", "stale_child")


def content(desk):
    """All but what says when something was done, and what only goes forward."""
    return {name: rows for name, rows in dump(desk).items() if name not in _OF_THE_MOMENT}


def delete(desk, *rows):
    with desk.write("test.delete") as work:
        for row in rows:
            work.session.delete(work.session.get_one(type(row), row.id))


def code_of(act) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def test_all_is_as_it_was(station_desk, second_station_desk, center_desk, tmp_path):
    """New, changed and deleted records of two stations, one of them in two bundles."""
    child = a_family(station_desk, "一")
    weight = a_measurement(station_desk, child)
    save(station_desk, weight)
    take_up(station_desk, center_desk, tmp_path)
    before = content(center_desk)
    rename(station_desk, child, "一改")
    delete(station_desk, weight)
    first = bundles.export_bundle(station_desk, tmp_path).file
    save(station_desk, a_visit(station_desk, child))
    rename(station_desk, child, "一再改")
    a_family(second_station_desk, "二")
    files = [
        first,
        bundles.export_bundle(station_desk, tmp_path).file,
        bundles.export_bundle(second_station_desk, tmp_path).file,
    ]
    bundles.import_bundles(center_desk, files)
    assert {child.name for child in list_children(center_desk)} == {"一再改", "二"}
    shown = last_import(center_desk)
    assert [(one.station, one.no) for one in shown.bundles] == [("371103-01", 2), ("371103-01", 3), ("371103-02", 1)]
    assert (shown.blocked, shown.records) == ("", 2 + 2 + 3)
    done = undo_last(center_desk, "送错了", shown.batch)
    assert done == shown
    assert content(center_desk) == before
    assert [child.name for child in list_children(center_desk)] == ["一"]
    assert search(center_desk, "二") == []


def test_the_stations_send_again_what_was_taken_back(station_desk, center_desk, tmp_path):
    """Also when they had been told that it was there."""
    child = a_family(station_desk, "一")
    take_up(station_desk, center_desk, tmp_path)
    bring_down(center_desk, station_desk, tmp_path)
    rename(station_desk, child, "一改")
    a_family(station_desk, "二")
    take_up(station_desk, center_desk, tmp_path)
    bring_down(center_desk, station_desk, tmp_path)
    assert bundles.pending(station_desk).records == 0
    undo_last(center_desk, "试一试")
    assert child_at(center_desk, child.id).name == "一"
    assert bring_down(center_desk, station_desk, tmp_path).confirmed_no == 1
    assert bundles.pending(station_desk).records == 4
    report = take_up(station_desk, center_desk, tmp_path)
    assert (report.status, report.new, report.changed, report.differs) == ("accepted", 3, 1, False)
    assert records(center_desk, "371103-01") == records(station_desk, "371103-01")


def test_the_same_files_can_be_taken_in_again_and_undone_again(station_desk, center_desk, tmp_path):
    a_family(station_desk, "一")
    take_up(station_desk, center_desk, tmp_path)
    bring_down(center_desk, station_desk, tmp_path)
    a_family(station_desk, "二")
    file = bundles.export_bundle(station_desk, tmp_path).file
    for _time in range(2):
        (report,) = bundles.import_bundles(center_desk, [file])
        assert (report.status, report.new, report.differs) == ("accepted", 3, False)
        undo_last(center_desk, "再来")
        bring_down(center_desk, station_desk, tmp_path)  # each time it is ordered to go back anew
        assert bundles.pending(station_desk).records == 3


def test_one_import_after_the_other_down_to_the_first(station_desk, center_desk, tmp_path):
    before = content(center_desk)
    for name in ("一", "二", "三"):
        a_family(station_desk, name)
        take_up(station_desk, center_desk, tmp_path)
    for left in (2, 1, 0):
        undo_last(center_desk, "全部重来")
        assert len(list_children(center_desk)) == left
    assert content(center_desk) == before
    assert last_import(center_desk) is None
    assert code_of(lambda: undo_last(center_desk, "还要")) == "nothing_to_undo"
    bring_down(center_desk, station_desk, tmp_path)
    report = take_up(station_desk, center_desk, tmp_path)
    assert (report.status, report.new) == ("accepted", 9)


def test_who_was_asked_for_everything_is_asked_again(station_desk, center_desk, tmp_path):
    a_family(station_desk)
    take_up(station_desk, center_desk, tmp_path)
    inbox.ask_for_all(center_desk, "01")
    bring_down(center_desk, station_desk, tmp_path)
    take_up(station_desk, center_desk, tmp_path)

    def asked() -> bool:
        return inbox.matrix(center_desk).rows[0].asked_for_all

    assert not asked()
    undo_last(center_desk, "试")
    assert asked()


def test_held_records_are_held_again(station_desk, center_desk, tmp_path):
    """The import had freed one, and held another."""
    one, two = a_family(station_desk, "一"), a_family(station_desk, "二")
    _spoil(station_desk, one, 77)
    take_up(station_desk, center_desk, tmp_path)
    before = content(center_desk)
    assert [(row.id, row.reason) for row in bundles.status(center_desk).held] == [(one.id, "bad_value")]
    _spoil(station_desk, one, 1)
    _spoil(station_desk, two, 77)
    take_up(station_desk, center_desk, tmp_path)
    assert [row.id for row in bundles.status(center_desk).held] == [two.id]
    undo_last(center_desk, "看错了")
    assert content(center_desk) == before
    assert [row.id for row in bundles.status(center_desk).held] == [one.id]


def _spoil(desk, child, order):
    with desk.store.write() as session:
        session.connection().exec_driver_sql("UPDATE child SET birth_order = ? WHERE id = ?", (order, child.id))


def test_a_number_that_went_from_one_child_to_the_other_goes_back(station_desk, center_desk, tmp_path):
    """In between both have it: rows are taken away before they are written."""
    one, two = a_family(station_desk, "一"), a_family(station_desk, "二")

    def number(values):
        with station_desk.write("test.number") as work:
            for child, value in values:
                kept = work.session.get_one(Child, child.id)
                kept.birth_certificate_no = value
                work.session.add(kept)
                work.session.flush()

    number([(one, "A110000001")])
    take_up(station_desk, center_desk, tmp_path)
    number([(one, "B110000002"), (two, "A110000001")])
    take_up(station_desk, center_desk, tmp_path)
    undo_last(center_desk, "换回")
    assert child_at(center_desk, one.id).birth_certificate_no == "A110000001"
    assert child_at(center_desk, two.id).birth_certificate_no is None


def test_only_what_was_shown_is_undone(station_desk, center_desk, tmp_path):
    a_family(station_desk, "一")
    take_up(station_desk, center_desk, tmp_path)
    shown = last_import(center_desk)
    a_family(station_desk, "二")
    take_up(station_desk, center_desk, tmp_path)
    assert code_of(lambda: undo_last(center_desk, "晚了", shown.batch)) == "not_the_last"
    assert len(list_children(center_desk)) == 2


def test_a_reason_is_wanted_and_kept_with_numbers(station_desk, center_desk, tmp_path):
    a_family(station_desk, "单芷然")
    take_up(station_desk, center_desk, tmp_path)
    for bad in ("", "  ", "长" * 201):
        assert code_of(lambda bad=bad: undo_last(center_desk, bad)) == "bad_reason"
    undo_last(center_desk, " 重复的文件 ")
    with center_desk.read() as session:
        line = session.exec(select(AuditLine).where(AuditLine.action == "bundle.undo")).one()
    detail = json.loads(line.detail)
    assert (detail["reason"], detail["stations"], detail["numbers"]) == ("重复的文件", ["371103-01"], [1])
    assert "单芷然" not in line.detail


def test_what_was_taken_in_by_an_older_version_stays(station_desk, center_desk, tmp_path):
    """It did not note what an undo needs."""
    a_family(station_desk, "一")
    take_up(station_desk, center_desk, tmp_path)
    with center_desk.store.write() as session:
        session.connection().exec_driver_sql("UPDATE received_bundle SET batch = ''")
    assert last_import(center_desk) is None
    assert code_of(lambda: undo_last(center_desk, "旧的")) == "nothing_to_undo"


def test_a_bundle_that_had_been_set_aside_waits_again(station_desk, center_desk, tmp_path):
    from tests.services.exchange.test_preview import _gap

    from zhaohu.services.exchange.set_aside import list_set_aside

    late, first = _gap(station_desk, center_desk, tmp_path)
    bundles.import_bundles(center_desk, [late])
    assert [one.decided for one in list_set_aside(center_desk)] == [""]
    before = content(center_desk)
    assert [report.status for report in bundles.import_bundles(center_desk, [first])] == ["accepted", "accepted"]
    assert [one.decided for one in list_set_aside(center_desk)] == ["imported"]
    undo_last(center_desk, "一起")
    assert content(center_desk) == before
    (waits,) = list_set_aside(center_desk)
    assert (waits.decided, waits.size_bytes) == ("", late.stat().st_size)
    assert [report.status for report in bundles.import_bundles(center_desk, [first])] == ["accepted", "accepted"]
