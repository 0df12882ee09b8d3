"""Up and down between real profiles: what arrives, what is told, and what does not matter."""

from __future__ import annotations

import pytest
from sqlmodel import select
from tests.sync.forging import digest_of, dump, opened, records
from tests.sync.work import (
    a_family,
    a_measurement,
    a_visit,
    bring_down,
    child_at,
    rename,
    save,
    take_up,
)

from zhaohu.errors import Refused
from zhaohu.records import Child, Population, Village
from zhaohu.records.derived import ChildFacts, SearchKey
from zhaohu.records.exchange import Journal, RecordVersion, SentRow
from zhaohu.services.exchange import bundles, receipts
from zhaohu.services.guidance.staffing import set_population

RARE = "㐀𠮷𬱖" + "e\u0301" + "\u200d" + "\x00\x07\x1f\x7f" + "\ue000\uffff\U0010ffff" + '\\"/\r\n\t' + "،عربي"


def test_main_way(district):
    child = a_family(district.one)
    save(district.one, a_visit(district.one, child), a_measurement(district.one, child))
    assert bundles.pending(district.one).records == 5
    report = take_up(district.one, district.center, district.stick)
    assert (report.status, report.new, report.changed, report.held, report.differs) == ("accepted", 5, 0, 0, False)
    assert (report.station, report.station_name, report.no) == ("371103-01", "巨峰镇指导站", 1)
    assert records(district.center, "371103-01") == records(district.one, "371103-01")
    assert bundles.pending(district.one).records == 5  # written, not yet confirmed
    answer = bring_down(district.center, district.one, district.stick)
    assert (answer.status, answer.confirmed, answer.confirmed_no, answer.enrolled) == ("accepted", 1, 1, True)
    assert bundles.pending(district.one).records == 0
    with pytest.raises(Refused) as refused:
        bundles.export_bundle(district.one, district.stick)
    assert refused.value.code == "nothing_new"
    rename(district.one, child, "赵大禾")
    second = bundles.export_bundle(district.one, district.stick)
    assert (second.kind, second.records, second.counts["child"]) == ("delta", 1, 1)
    (report,) = bundles.import_bundles(district.center, [second.file])
    assert (report.new, report.changed) == (0, 1)
    assert child_at(district.center, child.id).name == "赵大禾"


def test_file_name_sorts_by_station_and_number(district):
    a_family(district.one)
    exported = bundles.export_bundle(district.one, district.stick)
    assert exported.file == district.stick / "371103-01-000001.zhb"
    assert [file.name for file in district.stick.iterdir()] == ["371103-01-000001.zhb"]


def test_second_import_makes_no_difference(district):
    a_family(district.one)
    exported = bundles.export_bundle(district.one, district.stick)
    bundles.import_bundles(district.center, [exported.file])
    before = dump(district.center)
    (report,) = bundles.import_bundles(district.center, [exported.file])
    assert (report.status, report.reason, report.new) == ("already_had", "known", 0)
    assert dump(district.center) == before


def test_nothing_changed_means_the_same_file_again(district):
    a_family(district.one)
    first = bundles.export_bundle(district.one, district.stick)
    data = first.file.read_bytes()
    first.file.unlink()
    again = bundles.export_bundle(district.one, district.stick)
    assert again.again
    assert not first.again
    assert (again.bundle_id, again.file.read_bytes()) == (first.bundle_id, data)


def test_outbox_damage_makes_a_new_bundle(district):
    a_family(district.one)
    first = bundles.export_bundle(district.one, district.stick)
    (bundles.outbox(district.one) / first.file.name).write_bytes(b"damaged")
    second = bundles.export_bundle(district.one, district.stick)
    assert (second.no, second.again, second.records) == (2, False, first.records)
    assert [r.status for r in bundles.import_bundles(district.center, [first.file, second.file])] == ["accepted"] * 2


def test_lost_bundle_is_contained_in_the_next(district):
    a_family(district.one, "甲")
    bundles.export_bundle(district.one, district.stick).file.unlink()
    a_family(district.one, "乙")
    report = take_up(district.one, district.center, district.stick)
    assert (report.no, report.new) == (2, 6)
    answer = bring_down(district.center, district.one, district.stick)
    assert answer.confirmed_no == 2
    assert bundles.pending(district.one).records == 0
    assert list(bundles.outbox(district.one).iterdir()) == []


def test_lost_receipt_costs_nothing(district):
    child = a_family(district.one)
    take_up(district.one, district.center, district.stick)
    receipts.export_receipt(district.center, "01", district.stick).file.unlink()
    rename(district.one, child, "新名")
    report = take_up(district.one, district.center, district.stick)
    assert (report.new, report.changed, report.unchanged, report.differs) == (0, 1, 2, False)
    answer = bring_down(district.center, district.one, district.stick)
    assert (answer.confirmed, answer.confirmed_no) == (2, 2)
    with district.center.read() as session:
        assert not session.exec(select(RecordVersion).where(RecordVersion.diverged)).all()


def test_older_bundle_after_a_newer_one_changes_nothing(district):
    child = a_family(district.one)
    first = bundles.export_bundle(district.one, district.stick)
    rename(district.one, child, "新名")
    second = bundles.export_bundle(district.one, district.stick)
    bundles.import_bundles(district.center, [second.file])
    before = dump(district.center)
    (report,) = bundles.import_bundles(district.center, [first.file])
    assert (report.status, report.reason) == ("already_had", "superseded")
    assert dump(district.center) == before
    assert child_at(district.center, child.id).name == "新名"


def test_every_version_stays(district):
    child = a_family(district.one, "一")
    take_up(district.one, district.center, district.stick)
    rename(district.one, child, "二")
    take_up(district.one, district.center, district.stick)
    with district.center.read() as session:
        query = select(RecordVersion).where(RecordVersion.row_id == child.id).order_by(RecordVersion.sequence)
        versions = session.exec(query).all()
    assert ['"name":"一"' in versions[0].fields, '"name":"二"' in versions[1].fields] == [True, True]
    assert [version.rev for version in versions] == [1, 2]


def test_stations_do_not_meet(district):
    one, two = a_family(district.one, "甲"), a_family(district.two, "乙")
    files = [bundles.export_bundle(desk, district.stick).file for desk in (district.one, district.two)]
    reports = bundles.import_bundles(district.center, files)
    assert [report.station for report in reports] == ["371103-01", "371103-02"]
    assert child_at(district.center, one.id).owner == "371103-01"
    assert child_at(district.center, two.id).owner == "371103-02"
    bring_down(district.center, district.one, district.stick)
    assert child_at(district.one, two.id) is None
    state = bundles.status(district.center)
    assert [(s.code, s.last_no, s.children, s.held) for s in state.stations] == [
        ("371103-01", 1, 1, 0),
        ("371103-02", 1, 1, 0),
    ]


def test_deleted_rows_go_and_stay_readable(district):
    child = a_family(district.one)
    weight = a_measurement(district.one, child)
    first, correction = a_visit(district.one, child), None
    correction = a_visit(district.one, child, 2, first)
    save(district.one, weight, first, correction)
    take_up(district.one, district.center, district.stick)
    with district.one.write("test.delete") as work:
        for table, row in (("measurement", weight), ("visit", correction), ("visit", first), ("child", child)):
            work.session.connection().exec_driver_sql(f"DELETE FROM {table} WHERE id = ?", (row.id,))
    report = take_up(district.one, district.center, district.stick)
    assert (report.deleted, report.held, report.differs) == (4, 0, False)
    assert records(district.center, "371103-01") == records(district.one, "371103-01")
    with district.center.read() as session:
        query = select(RecordVersion.deleted).where(RecordVersion.row_id == child.id)
        assert sorted(session.exec(query).all()) == [False, True]
        assert not session.exec(select(SearchKey)).all()


def test_a_row_that_came_and_went_between_bundles(district):
    child = a_family(district.one)
    with district.one.write("test.delete") as work:
        work.session.connection().exec_driver_sql("DELETE FROM child WHERE id = ?", (child.id,))
    report = take_up(district.one, district.center, district.stick)
    assert (report.new, report.deleted, report.differs) == (2, 1, False)


def test_rare_text_comes_through_byte_for_byte(district):
    village = district.one.make(Village, name="村")
    save(district.one, village)
    with district.one.write("test.rare") as work:
        work.session.connection().exec_driver_sql("UPDATE village SET name = ? WHERE id = ?", (RARE, village.id))
    report = take_up(district.one, district.center, district.stick)
    assert (report.new, report.differs) == (1, False)
    with district.center.read() as session:
        assert session.get(Village, village.id).name == RARE
    assert records(district.center, "371103-01") == records(district.one, "371103-01")


def test_extra_of_a_newer_version_is_handed_on_intact(district):
    extra = '{"新字段":"值","n":12345678901234567890}'
    save(district.one, district.one.make(Village, name="村", extra=extra))
    take_up(district.one, district.center, district.stick)
    with district.center.read() as session:
        assert session.exec(select(Village)).one().extra == extra


def test_children_can_be_found_at_the_center(district):
    child = a_family(district.one, "赵小禾")
    take_up(district.one, district.center, district.stick)
    with district.center.read() as session:
        keys = session.exec(select(SearchKey.key).join(ChildFacts, ChildFacts.no == SearchKey.no)).all()
    assert {"zhaoxiaohe", "zxh"} <= set(keys)
    rename(district.one, child, "钱多")
    take_up(district.one, district.center, district.stick)
    with district.center.read() as session:
        assert not session.exec(select(SearchKey).where(SearchKey.key == "zxh")).all()


def test_nothing_plain_leaves_or_stays(district):
    a_family(district.one, "赵小禾", "望海楼九号")
    exported = bundles.export_bundle(district.one, district.stick)
    bundles.import_bundles(district.center, [exported.file])
    packet = receipts.export_receipt(district.center, "01", district.stick)
    files = [exported.file, packet.file]
    files += [f for desk in (district.one, district.center) for f in desk.profile.rglob("*") if f.is_file()]
    for file in files:
        data = file.read_bytes()
        assert not [word for word in ("赵小禾", "望海楼", "zhaoxiaohe", "巨峰镇") if word.encode() in data]
    for desk in (district.one, district.center):
        assert list(bundles.temporary(desk).iterdir()) == []


def test_manifest_tells_the_truth(district):
    child = a_family(district.one)
    save(district.one, a_measurement(district.one, child))
    exported = bundles.export_bundle(district.one, district.stick)
    manifest, lines = opened(exported.file, district.center)
    assert manifest["kind"] == "full"
    assert (manifest["from_seq"], manifest["to_seq"], manifest["base"]) == (0, 4, {"no": 0, "hash": ""})
    assert manifest["digest"] == digest_of(lines)
    assert {name: n for name, n in manifest["counts"].items() if n} == {
        "village": 1,
        "household": 1,
        "child": 1,
        "measurement": 1,
    }
    assert [line["table"] for line in lines] == ["village", "household", "child", "measurement"]
    take_up(district.one, district.center, district.stick)
    bring_down(district.center, district.one, district.stick)
    rename(district.one, child, "新")
    second = bundles.export_bundle(district.one, district.stick)
    later, changed = opened(second.file, district.center)
    assert (later["kind"], later["from_seq"], later["to_seq"], later["no"]) == ("delta", 4, 5, 2)
    assert later["base"] == {"no": 1, "hash": exported.bundle_id}
    assert later["chain"] == []
    assert later["receipts_seen"] == 1
    by_id = {line["id"]: line for line in lines}
    assert later["digest"] == digest_of(list({**by_id, **{line["id"]: line for line in changed}}.values()))
    (line,) = changed
    assert (line["rev"], line["seq"]) == (2, 5)
    with district.center.read() as session:
        query = select(RecordVersion.digest).where(RecordVersion.row_id == child.id)
        assert session.exec(query).one() == line["was"]


def test_receipt_confirms_only_what_went_out(district):
    """Work done between export and receipt is not confirmed by it."""
    child = a_family(district.one)
    exported = bundles.export_bundle(district.one, district.stick)
    rename(district.one, child, "新名")
    bundles.import_bundles(district.center, [exported.file])
    bring_down(district.center, district.one, district.stick)
    assert bundles.pending(district.one).counts == {
        **dict.fromkeys(bundles.pending(district.one).counts, 0),
        "child": 1,
    }
    with district.one.read() as session:
        lines = {line.row_id: line for line in session.exec(select(Journal))}
        assert all(line.was for line in lines.values())
        assert not session.exec(select(SentRow)).all()
    report = take_up(district.one, district.center, district.stick)
    assert (report.changed, report.differs) == (1, False)


def test_reference_data_comes_down_and_is_not_echoed(district):
    set_population(district.center, station="01", year=2027, population=90_001, source="七普推算")
    answer = bring_down(district.center, district.one, district.stick)
    assert answer.reference_rows == 3  # the other station, its population, and the new one
    with district.one.read() as session:
        query = select(Population).where(Population.station == "01", Population.year == 2027)
        row = session.exec(query).one()
        assert (row.population, row.owner) == (90_001, "371103")
    assert bundles.pending(district.one).records == 0
    assert bring_down(district.center, district.one, district.stick).reference_rows == 0


def test_packets_repeat_until_they_are_seen(district):
    a_family(district.one)
    take_up(district.one, district.center, district.stick)
    first = receipts.export_receipt(district.center, "01", district.stick)
    second = receipts.export_receipt(district.center, "01", district.stick)
    assert (first.no, first.receipts, second.no, second.receipts) == (1, 1, 2, 1)
    receipts.import_receipt(district.one, second.file)
    a_family(district.one)
    take_up(district.one, district.center, district.stick)  # says that packet 2 was read
    third = receipts.export_receipt(district.center, "01", district.stick)
    assert third.receipts == 1  # of the second bundle only
    receipts.import_receipt(district.one, third.file)
    before = dump(district.one)
    with pytest.raises(Refused) as refused:
        receipts.import_receipt(district.one, first.file)
    assert refused.value.code == "superseded"
    assert receipts.import_receipt(district.one, third.file).status == "already_had"
    assert dump(district.one) == before


def test_no_receipt_before_the_station_has_replied(district, tmp_path):
    from zhaohu.services.exchange import setup

    out = tmp_path / "03.zhe"
    setup.add_station(district.center, code="03", name="三", township="三镇", population=1, out=out)
    for station, code in (("03", "not_enrolled"), ("09", "not_found"), ("../x", "not_found")):
        with pytest.raises(Refused) as refused:
            receipts.export_receipt(district.center, station, district.stick)
        assert refused.value.code == code


def test_holes_in_the_register_do_not_stop_the_rest(district):
    """A child outside the register's ranges is held with all that hangs on it, and comes in once it is mended."""
    good = a_family(district.one, "好")
    bad = a_family(district.one, "坏")
    save(district.one, a_visit(district.one, bad), a_measurement(district.one, bad))
    with district.one.write("test.break") as work:
        work.session.connection().exec_driver_sql("UPDATE child SET birth_order = 99 WHERE id = ?", (bad.id,))
    report = take_up(district.one, district.center, district.stick)
    assert (report.status, report.new, report.held, report.differs) == ("accepted", 5, 3, False)
    assert child_at(district.center, good.id) is not None
    assert child_at(district.center, bad.id) is None
    held = {row.table: row for row in bundles.status(district.center).held}
    assert {(row.reason, row.field, row.child_id) for row in held.values()} == {
        ("bad_value", "birth_order", bad.id),
        ("missing_parent", "child_id", bad.id),
    }
    answer = bring_down(district.center, district.one, district.stick)
    assert (answer.confirmed, answer.held) == (1, 3)
    told = {row.table: (row.reason, row.field) for row in bundles.status(district.one).held}
    assert told == {table: (row.reason, row.field) for table, row in held.items()}
    with district.one.write("test.mend") as work:
        work.session.connection().exec_driver_sql("UPDATE child SET birth_order = 1 WHERE id = ?", (bad.id,))
    report = take_up(district.one, district.center, district.stick)
    assert (report.new, report.held, report.differs) == (3, 0, False)
    assert records(district.center, "371103-01") == records(district.one, "371103-01")
    assert bring_down(district.center, district.one, district.stick).held == 0
    assert bundles.status(district.one).held == []


def test_corrections_come_in_whatever_their_ids(district):
    """A correction whose id sorts before the record that it replaces waits for it within one import."""
    child = a_family(district.one)
    first = a_visit(district.one, child)
    second = a_visit(district.one, child, 2, first)
    second.id = "00000000-0000-7000-8000-000000000000"
    save(district.one, first, second)
    report = take_up(district.one, district.center, district.stick)
    assert (report.new, report.held, report.differs) == (5, 0, False)


def test_work_goes_on_while_a_bundle_is_made(district):
    """The bundle holds one moment; what is saved later waits for the next."""
    for n in range(3):
        a_family(district.one, f"家{n}")
    exported = bundles.export_bundle(district.one, district.stick)
    later = a_family(district.one, "后来")
    _manifest, lines = opened(exported.file, district.center)
    assert later.id not in {line["id"] for line in lines}
    bundles.import_bundles(district.center, [exported.file])
    with district.center.read() as session:
        assert len(session.exec(select(Child)).all()) == 3
