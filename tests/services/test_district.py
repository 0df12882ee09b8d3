"""What the center sets for all: written once a key, checked, sent down, read at the stations, set back again."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import select
from tests.services.comparing import is_true
from tests.services.families import enrol
from tests.sync.test_restored import restored

from zhaohu.errors import BadInput, NotAllowed, Refused
from zhaohu.records import DistrictData
from zhaohu.records.derived import StaleChild
from zhaohu.services import district
from zhaohu.services.due import duties
from zhaohu.services.exchange import bundles, receipts
from zhaohu.services.safety import backups
from zhaohu.store import staleness
from zhaohu.sync import manifest as manifests

DAYS = {"days": {"2026-12-31": "rest"}}
PLAN = {"contacts": [{"code": "HR01", "from": 7, "for": 6, "unit": "days", "note": "每周一次"}]}
TEXTS = {"lines": {"b0-g2-1": {"words": "按需喂奶，每天八到十次。"}}, "own": []}


def bring_down(center, station, folder):
    return receipts.import_receipt(station, receipts.export_receipt(center, station.site.code, folder).file)


def test_nothing_is_set_at_first(station_desk, center_desk):
    for desk in (station_desk, center_desk):
        assert not any(district.setting(desk, key) for key in district.Key)


def test_what_is_set_is_read_with_its_edition(center_desk):
    assert district.write(center_desk, "calendar.days", DAYS, " 元旦前一天调休 ") == 1
    assert district.write(center_desk, "calendar.days", {"days": {}}) == 2
    assert district.write(center_desk, "schedule.high_risk", PLAN) == 1
    found = district.setting(center_desk, "calendar.days")
    assert (found.content, found.note, found.edition, found.changed_by) == ({"days": {}}, "", 2, "管理员")
    with center_desk.read() as session:
        assert district.read(session, "schedule.high_risk") == PLAN
        assert len(session.exec(select(DistrictData)).all()) == 2


def test_it_goes_down_with_the_next_packet_and_back_again(station_desk, second_station_desk, center_desk, tmp_path):
    district.write(center_desk, "guidance.texts", TEXTS, "请按新说法讲")
    district.write(center_desk, "calendar.days", DAYS)
    for desk in (station_desk, second_station_desk):
        report = bring_down(center_desk, desk, tmp_path)
        assert (report.status, district.read(desk, "guidance.texts")) == ("accepted", TEXTS)
        assert district.setting(desk, "guidance.texts").note == "请按新说法讲"
        assert district.read(desk, "calendar.days") == DAYS
    assert district.write(center_desk, "guidance.texts", None, "恢复") == 2
    bring_down(center_desk, station_desk, tmp_path)
    again = district.setting(station_desk, "guidance.texts")
    assert (again.content, again.edition) == (None, 2)
    assert district.read(second_station_desk, "guidance.texts") == TEXTS  # it has not had the packet yet
    assert district.write(center_desk, "guidance.texts", TEXTS) == 3
    bring_down(center_desk, station_desk, tmp_path)
    assert district.read(station_desk, "guidance.texts") == TEXTS


def test_a_center_made_anew_sets_the_same_row(center_desk, station_desk, tmp_path):
    """Its id follows from the key: what a lost center had sent does not stand in the way of what the new one sends."""
    district.write(center_desk, "calendar.days", DAYS)
    bring_down(center_desk, station_desk, tmp_path)
    with center_desk.write("calendar") as work:
        work.session.delete(work.session.exec(select(DistrictData)).one())
    with center_desk.write("calendar") as work:  # as if it had never been there
        work.session.connection().exec_driver_sql("DELETE FROM journal WHERE table_name = 'district_data'")
    district.write(center_desk, "calendar.days", {"days": {"2027-01-04": "work"}})
    bring_down(center_desk, station_desk, tmp_path)
    assert district.read(station_desk, "calendar.days") == {"days": {"2027-01-04": "work"}}


def test_what_a_restored_center_has_forgotten_is_forgotten_at_the_stations_too(center_desk, station_desk, tmp_path):
    child_id = enrol(station_desk, facts={"gestation_days": 240})
    backup = backups.create_backup(center_desk).file
    district.write(center_desk, "calendar.days", DAYS)
    district.write(center_desk, "schedule.high_risk", PLAN)
    bring_down(center_desk, station_desk, tmp_path)
    plan = [row.contact for row in duties.child_plan(station_desk, child_id) if row.track == "high_risk"]
    assert plan == ["HR01"]
    bundles.import_bundles(center_desk, [bundles.export_bundle(station_desk, tmp_path).file])
    center = restored(center_desk, backup)
    try:
        enrol(station_desk, "王浩然")
        bundles.import_bundles(center, [bundles.export_bundle(station_desk, tmp_path).file])
        bring_down(center, station_desk, tmp_path)
        bring_down(center, station_desk, tmp_path)
        for desk in (center, station_desk):
            assert not any(district.setting(desk, key) for key in district.Key)
        assert is_true(station_desk)
    finally:
        center.close()


def test_who_may(station_desk, center_desk):
    with pytest.raises(NotAllowed):
        district.write(station_desk, "calendar.days", DAYS)


@pytest.mark.parametrize(
    ("key", "content"),
    [
        ("calendar.days", {"days": {"2026-2-3": "rest"}}),
        ("calendar.days", {"days": {"2026-02-30": "rest"}}),
        ("calendar.days", {"days": {"2026-02-03": "holiday"}}),
        ("calendar.days", {}),
        ("schedule.high_risk", {"contacts": [{"code": "HR1", "from": 7, "for": 6, "unit": "days"}]}),
        ("schedule.high_risk", {"contacts": [{"code": "HR01", "from": 7, "for": 6, "unit": "weeks"}]}),
        ("schedule.high_risk", {"contacts": [{"code": "HR01", "from": True, "for": 6, "unit": "days"}]}),
        ("schedule.high_risk", {"contacts": [*PLAN["contacts"], *PLAN["contacts"]]}),
        ("schedule.high_risk", {"contacts": [{**PLAN["contacts"][0], "code": f"HR0{n}"} for n in (1, 2)]}),
        ("guidance.texts", {"lines": {"b0-g2-1": {"words": " "}}}),
        ("guidance.texts", {"lines": {"b0-g2-1": {"words": "长" * 121}}}),
        ("guidance.texts", {"lines": {"b0-g2-1": {}}}),
        ("guidance.texts", {"own": [{"id": "own-1", "band": "B0", "block": "G9", "words": "好"}]}),
        ("guidance.texts", {"texts": {}}),
    ],
)
def test_what_cannot_be_followed_is_refused_and_changes_nothing(center_desk, key, content):
    with pytest.raises(BadInput):
        district.write(center_desk, key, content)
    assert district.setting(center_desk, key) is None


def test_what_a_newer_center_sets_and_this_station_cannot_read_counts_as_not_set(center_desk, station_desk, tmp_path):
    district.write(center_desk, "schedule.high_risk", PLAN)
    with center_desk.write("plan") as work:
        row = work.session.exec(select(DistrictData)).one()
        row.content = '{"contacts":[{"every":"fortnight"}]}'
        work.session.add(row)
    bring_down(center_desk, station_desk, tmp_path)
    assert district.read(station_desk, "schedule.high_risk") is None
    assert district.setting(station_desk, "schedule.high_risk").edition == 1


@pytest.mark.parametrize("content", ['{"2026":{"screening":9000,"unit":"‱"}}', '["课程",{"band":"B9"}]', ""])
@pytest.mark.parametrize("key", ["screening.rules", "forms.voices"])
def test_what_only_a_newer_program_sets_is_carried_down_kept_and_handed_on_untouched(
    center_desk, station_desk, tmp_path, key, content
):
    """At a center, at a station and in a backup, though neither knows the key."""

    def found(desk):
        with desk.read() as session:
            row = session.exec(select(DistrictData).where(DistrictData.key == key)).one()
            return row.id, row.content, row.edition, row.recorded_at, row.recorded_by, row.deleted_at

    with center_desk.write("newer.center") as work:  # as a center's own newer program left it
        work.session.add(center_desk.make(DistrictData, key=key, content=content, edition=7))
    before = found(center_desk)
    bring_down(center_desk, station_desk, tmp_path)
    assert found(station_desk) == before
    backup = backups.create_backup(station_desk).file
    district.write(center_desk, "calendar.days", DAYS)
    bring_down(center_desk, station_desk, tmp_path)
    assert found(center_desk) == found(station_desk) == before
    station = restored(station_desk, backup)
    try:
        assert found(station) == before
        bring_down(center_desk, station, tmp_path)
        assert found(station) == before
        assert [one for one in district.Key if district.setting(station, one)] == [district.Key.DAYS_OFF]
    finally:
        station.close()


def test_an_older_station_reads_packets_until_there_is_something_it_cannot_keep(
    center_desk, station_desk, tmp_path, monkeypatch
):
    packet = receipts.export_receipt(center_desk, "01", tmp_path).file
    monkeypatch.setattr(manifests, "SCHEMA", 4)
    assert receipts.import_receipt(station_desk, packet).status == "accepted"
    district.write(center_desk, "calendar.days", DAYS)
    packet = receipts.export_receipt(center_desk, "01", tmp_path).file
    with pytest.raises(Refused) as refused:
        receipts.import_receipt(station_desk, packet)
    assert refused.value.code == "update_center"
    assert "更新" in refused.value.message or "升级" in refused.value.message
    assert district.read(station_desk, "calendar.days") is None
    monkeypatch.undo()
    assert receipts.import_receipt(station_desk, packet).status == "accepted"
    assert district.read(station_desk, "calendar.days") == DAYS


def test_another_plan_makes_children_at_risk_stale_and_no_others(station_desk):
    at_risk = enrol(station_desk, "早产儿", birth_date=date(2026, 10, 1), facts={"gestation_days": 230})
    enrol(station_desk, "足月儿", birth_date=date(2026, 10, 1), facts={"gestation_days": 280})
    with station_desk.store.write() as session:
        for key in ("calendar.days", "schedule.high_risk"):
            assert staleness.stale(session) == []
            session.connection().exec_driver_sql(
                "INSERT INTO district_data (id, owner, recorded_at, recorded_by, key, content, edition) "
                "VALUES (?, '371103', '2026-11-20T08:00:00+08:00', 'x', ?, '{}', 1)",
                (key.ljust(36, "0"), key),
            )
        assert [row.child_id for row in session.exec(select(StaleChild))] == [at_risk]
