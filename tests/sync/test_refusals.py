"""What must not get in, does not: each refusal by its code, and nothing changed."""

from __future__ import annotations

import json

import pytest
from sqlmodel import select
from tests.sync.district import ADMIN, CLOCK, DISTRICT, WEAK, open_copy
from tests.sync.forging import dump, opened, records, sealed
from tests.sync.work import a_family, bring_down, child_at, rename, take_up

from zhaohu.errors import Refused
from zhaohu.records import Child, Station
from zhaohu.records.exchange import Peer
from zhaohu.records.local import AuditLine, Setting
from zhaohu.services.exchange import bundles, lives, receipts, set_aside, setup
from zhaohu.services.safety.profile import open_desk
from zhaohu.sync.container import CONTEXTS, PACKET

OTHER = "0193b1de-0000-7000-8000-000000000001"


@pytest.fixture
def bundle(district):
    """An honest bundle of station 01, opened: path, manifest, lines."""
    a_family(district.one, "赵小禾")
    file = bundles.export_bundle(district.one, district.stick).file
    return file, *opened(file, district.center)


@pytest.fixture
def forge(district, bundle, tmp_path):
    """Seal a changed bundle properly: by station 01, to the center, unless told otherwise."""

    def make(manifest=None, lines=None, signer=None, readers=None, **more):
        path = tmp_path / "forged.zhb"
        readers = readers or [district.center]
        manifest = {**bundle[1], **(manifest or {})}
        return sealed(path, signer or district.one, readers, manifest, bundle[2] if lines is None else lines, **more)

    return make


def refused(district, file, code):
    before = dump(district.center)
    (report,) = bundles.import_bundles(district.center, [file])
    kept = code == "update_center"  # from a sender who is proven, and of use after an update
    assert (report.status, report.reason) == ("held" if kept else "refused", code)
    assert report.message
    assert dump(district.center) == before
    with district.center.read() as session:
        line = session.exec(select(AuditLine).order_by(AuditLine.no.desc())).first()
    action = "bundle.set_aside" if kept else "bundle.refuse"
    assert (line.action, json.loads(line.detail)["reason"]) == (action, code)


def test_the_forge_makes_good_bundles(district, forge):
    """Else every refusal below would prove nothing."""
    (report,) = bundles.import_bundles(district.center, [forge()])
    assert (report.status, report.new, report.differs) == ("accepted", 3, False)


def test_changed_on_the_way(district, bundle, tmp_path):
    good = bundle[0].read_bytes()
    path = tmp_path / "changed.zhb"
    start = good.index(b"age-encryption")
    before = dump(district.center)
    places = [*range(0, start, 3), *range(start, start + 400, 41), *range(start + 400, len(good), 4099), len(good) - 1]
    for place in places:
        for data in (good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :], good[:place]):
            path.write_bytes(data)
            (report,) = bundles.import_bundles(district.center, [path])
            assert report.status == "refused", place
    path.write_bytes(good + b"\n")
    assert bundles.import_bundles(district.center, [path])[0].status == "refused"
    assert dump(district.center) == before


def test_for_another_center(district, bundle, tmp_path):
    made = setup.init_center(
        tmp_path / "other", district_code="371102", name="别处", admin=ADMIN, clock=CLOCK, strength=WEAK
    )
    (report,) = bundles.import_bundles(made.desk, [bundle[0]])
    assert (report.status, report.reason) == ("refused", "not_for_us")
    # Somebody who opened it at one center encrypts it to another and mends the plain lines:
    hints = {"to": made.fingerprint}
    again = sealed(tmp_path / "again.zhb", district.one, [made.desk], bundle[1], bundle[2], hints=hints)
    with made.desk.write("test.enrol") as work, district.center.read() as session:
        known = session.get(Peer, "371103-01")
        work.session.add(Peer(**known.model_dump()))
    (report,) = bundles.import_bundles(made.desk, [again])
    assert (report.status, report.reason) == ("refused", "not_for_us")
    made.desk.close()


def test_from_a_station_that_is_not_enrolled(district, forge):
    refused(district, forge({"from": {"station": "371103-09", "epoch": "a" * 32, "key": "x"}}), "unknown_sender")


def test_from_a_station_that_has_not_replied(district, forge, tmp_path):
    setup.add_station(district.center, code="03", name="三", township="三镇", population=1, out=tmp_path / "03.zhe")
    refused(district, forge({"from": {"station": "371103-03", "epoch": "a" * 32, "key": "x"}}), "unknown_sender")


def test_one_station_in_the_name_of_another(district, forge, bundle):
    refused(district, forge(signer=district.two), "bad_signature")
    sender = {**bundle[1]["from"], "station": "371103-02"}
    refused(district, forge({"from": sender}), "bad_signature")  # signed by 01
    refused(district, forge({"from": sender}, signer=district.two), "unknown_sender")  # names the key of 01
    refused(district, forge(hints={"sender": "371103-02"}), "bad_signature")


def test_signature_of_another_kind_or_none(district, forge):
    refused(district, forge(context=CONTEXTS[PACKET]), "bad_signature")
    refused(district, forge(context=b""), "bad_signature")
    refused(district, forge(signature=bytes(64)), "bad_signature")


def test_revoked(district, forge):
    with district.center.write("test.revoke") as work:
        peer = work.session.get(Peer, "371103-01")
        peer.status = "revoked"
        work.session.add(peer)
    refused(district, forge(), "revoked")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"min_reader": 9}, "update_center"),
        ({"format": 2, "new_field": "x"}, "update_center"),
        ({"district": "110101"}, "not_for_us"),
        ({"direction": "down"}, "damaged"),
        ({"kind": "other"}, "damaged"),
        ({"suite": "sm2/sm3"}, "damaged"),
        ({"from_seq": 9}, "damaged"),
        ({"no": 0}, "damaged"),
        ({"no": "1"}, "damaged"),
        ({"counts": {}}, "damaged"),
        ({"counts": {"child": 1, "household": 1, "village": 2}}, "damaged"),
        ({"counts": {"account": 1}}, "damaged"),
        ({"digest": {"child": {"rows": 1, "sum": "x"}}}, "damaged"),
        ({"base": {"no": 0}}, "damaged"),
        ({"chain": [{"no": 1, "hash": "../x"}]}, "damaged"),
    ],
)
def test_manifest_that_does_not_fit(district, forge, change, code):
    hints = {"no": 1} if "no" in change else None
    refused(district, forge(change, hints=hints), code)


def test_hints_that_contradict_the_manifest(district, forge):
    refused(district, forge(hints={"no": 2}), "damaged")


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"sha256": "0" * 64}, "damaged"),
        ({"raw_bytes": 2**40}, "too_large"),
        ({"raw_bytes": 300_000}, "too_large"),
        ({"codec": "bzip2"}, "damaged"),
        ({"bytes": 1}, "too_large"),
    ],
)
def test_payload_that_does_not_fit(district, forge, payload, code):
    refused(district, forge(payload=payload), code)


def test_lines_that_are_none(district, forge, bundle):
    lines = bundle[2]
    for bad in (
        list(reversed(lines)),
        [*lines[:2], lines[1]],
        [*lines[:2], "{}"],
        [*lines[:2], "not json"],
        [*lines[:2], {**lines[2], "seq": 99}],
        [*lines[:2], {**lines[2], "table": "station"}],
        [*lines[:2], {**lines[2], "deleted": True}],
        [*lines[:2], {**lines[2], "id": "x" * 2_000_000}],
        [*lines[:2], '{"a":' + "[" * 100_000],
    ):
        before = dump(district.center)
        (report,) = bundles.import_bundles(district.center, [forge(lines=bad)])
        assert report.status == "refused"
        assert report.reason in ("damaged", "too_large")
        assert dump(district.center) == before


def test_a_field_of_a_newer_version(district, forge, bundle):
    lines = bundle[2]
    newer = {**lines[2], "fields": {**lines[2]["fields"], "shoe_size": 21}}
    refused(district, forge(lines=[*lines[:2], newer]), "update_center")


def test_records_of_another_station_are_held(district, forge, bundle):
    """Station 01 signs lines that name station 02 as owner, or the id of a record of station 02."""
    theirs = a_family(district.two, "钱")
    take_up(district.two, district.center, district.stick)
    lines = bundle[2]
    foreign = {**lines[2], "fields": {**lines[2]["fields"], "owner": "371103-02"}}
    (report,) = bundles.import_bundles(district.center, [forge(lines=[*lines[:2], foreign])])
    assert (report.new, report.held) == (2, 1)
    taken = sorted([foreign, {**lines[2], "id": theirs.id, "seq": 1}], key=lambda line: line["id"])
    manifest = {"no": 2, "counts": {"child": 2}, "to_seq": 9, "chain": [{"no": 1, "hash": known(district)}]}
    (report,) = bundles.import_bundles(district.center, [forge(manifest, taken)])
    assert (report.status, report.held) == ("accepted", 2)
    assert {row.reason for row in bundles.status(district.center).held} == {"not_owner"}
    assert child_at(district.center, theirs.id).owner == "371103-02"


def known(district) -> str:
    """Id of the bundle that the center took in last from station 01."""
    packet = receipts.export_receipt(district.center, "01", district.stick)
    manifest, _lines = opened(packet.file, district.one)
    return manifest["last"]["hash"]


def test_no_row_of_the_centers_own(district, forge, bundle):
    lines = [{**bundle[2][2], "table": "station", "fields": {"owner": DISTRICT, "code": "07", "name": "x"}}]
    (report,) = bundles.import_bundles(district.center, [forge({"counts": {"station": 1}}, lines)])
    assert (report.status, report.reason) == ("refused", "damaged")
    with district.center.read() as session:
        assert len(session.exec(select(Station)).all()) == 2


def test_other_files(district, tmp_path):
    for name, data, code in (
        ("photo.zhb", b"\xff\xd8\xff", "wrong_kind"),
        ("empty.zhb", b"", "empty"),
        ("cut.zhb", b"ZHB 1\n", "damaged"),
    ):
        (tmp_path / name).write_bytes(data)
        refused(district, tmp_path / name, code)
    refused(district, tmp_path / "missing.zhb", "unreadable")
    refused(district, tmp_path, "unreadable")
    packet = receipts.export_receipt(district.center, "01", district.stick).file
    refused(district, packet, "is_packet")


def test_a_refused_file_does_not_stop_the_others(district, bundle, tmp_path):
    bad = tmp_path / "bad.zhb"
    bad.write_bytes(bundle[0].read_bytes()[:-1])
    a_family(district.two)
    other = bundles.export_bundle(district.two, district.stick).file
    reports = bundles.import_bundles(district.center, [bad, bundle[0], other])
    assert [report.status for report in reports] == ["refused", "accepted", "accepted"]


def forget_the_alarm(station):
    """All that a packet of another history leaves behind is that the screen says so."""
    with station.store.write() as session:
        session.delete(session.get_one(Setting, "exchange.copy_since"))


def test_two_histories_of_one_station(district, tmp_path):
    """A copy of the station goes on by itself: its bundle is set aside, whichever comes second."""
    a_family(district.one, "甲")
    take_up(district.one, district.center, district.stick)
    district.one.close()
    copy = open_copy(tmp_path, "one", tmp_path / "copy")
    reopened = district.one = open_desk(tmp_path / "one", ADMIN.name, ADMIN.password, CLOCK)
    a_family(reopened, "真")
    a_family(copy, "副本")
    take_up(reopened, district.center, district.stick)
    fork = bundles.export_bundle(copy, tmp_path / "fork")
    before = dump(district.center)
    (report,) = bundles.import_bundles(district.center, [fork.file])
    assert (report.status, report.reason) == ("held", "forked")
    assert dump(district.center) == before
    assert (district.center.profile / "set-aside" / f"{fork.bundle_id}.zhb").read_bytes() == fork.file.read_bytes()
    packet = receipts.export_receipt(district.center, "01", district.stick).file
    before = dump(copy)
    with pytest.raises(Refused) as alarm:
        receipts.import_receipt(copy, packet)
    assert alarm.value.code == "forked"
    assert lives.state(copy).copy
    forget_the_alarm(copy)
    assert dump(copy) == before
    copy.close()


def test_two_histories_that_skip_a_number(district, tmp_path):
    """The copy's second bundle does not know the number that the center has."""
    a_family(district.one, "甲")
    district.one.close()
    copy = open_copy(tmp_path, "one", tmp_path / "copy")
    district.one = open_desk(tmp_path / "one", ADMIN.name, ADMIN.password, CLOCK)
    take_up(district.one, district.center, district.stick)
    a_family(copy, "副本")
    bundles.export_bundle(copy, tmp_path / "fork")
    a_family(copy, "副本二")
    second = bundles.export_bundle(copy, tmp_path / "fork")
    (report,) = bundles.import_bundles(district.center, [second.file])
    assert (second.no, report.status, report.reason) == (2, "held", "forked")
    copy.close()


def test_center_that_lost_bundles_asks_again(district, tmp_path):
    """The center comes back from an old copy of its folder: the station sends what is missing, nothing is lost."""
    first = a_family(district.one, "一")
    take_up(district.one, district.center, district.stick)
    bring_down(district.center, district.one, district.stick)
    district.center.close()
    restored = open_copy(tmp_path, "center", tmp_path / "old-center")
    district.center = open_desk(tmp_path / "center", ADMIN.name, ADMIN.password, CLOCK)
    second = a_family(district.one, "二")
    take_up(district.one, district.center, district.stick)
    bring_down(district.center, district.one, district.stick)
    rename(district.one, first, "一改")
    late = bundles.export_bundle(district.one, district.stick)
    (report,) = bundles.import_bundles(restored, [late.file])
    assert (report.status, report.reason) == ("held", "gap")
    before = dump(restored)
    bundles.import_bundles(restored, [late.file])
    assert dump(restored) == before  # the same gap is noted once
    assert child_at(restored, second.id) is None
    # Its packet numbers are behind what the station has read; the bundle told it so.
    answer = bring_down(restored, district.one, district.stick)
    assert (answer.status, answer.no, answer.confirmed_no) == ("accepted", 3, 1)
    again = bundles.export_bundle(district.one, district.stick)
    assert (again.no, again.again, again.kind) == (4, False, "full")
    (report,) = bundles.import_bundles(restored, [again.file])
    assert [one.decided for one in set_aside.list_set_aside(restored)] == ["superseded"]
    assert (report.status, report.new, report.changed, report.differs) == ("accepted", 3, 1, False)
    assert records(restored, "371103-01") == records(district.one, "371103-01")
    assert bring_down(restored, district.one, district.stick).confirmed_no == 4
    assert bundles.pending(district.one).records == 0
    restored.close()


def test_center_that_differs_asks_for_everything(district):
    """A row of the center was changed behind our back: the next import sees it, and a snapshot mends it."""
    child = a_family(district.one, "赵小禾")
    take_up(district.one, district.center, district.stick)
    bring_down(district.center, district.one, district.stick)
    with district.center.write("test.tamper") as work:
        work.session.connection().exec_driver_sql("UPDATE child SET birth_order = 3 WHERE id = ?", (child.id,))
    a_family(district.one, "二")
    assert take_up(district.one, district.center, district.stick).differs
    assert bundles.status(district.center).stations[0].differs
    bring_down(district.center, district.one, district.stick)
    full = bundles.export_bundle(district.one, district.stick)  # though nothing is new
    assert (full.kind, full.records) == ("full", 6)
    (report,) = bundles.import_bundles(district.center, [full.file])
    assert (report.new, report.changed, report.unchanged, report.differs) == (0, 0, 6, False)
    assert records(district.center, "371103-01") == records(district.one, "371103-01")
    bring_down(district.center, district.one, district.stick)
    with pytest.raises(Refused) as refusal:
        bundles.export_bundle(district.one, district.stick)
    assert refusal.value.code == "nothing_new"


def test_packets_are_held_to_the_same(district, tmp_path):
    a_family(district.one)
    take_up(district.one, district.center, district.stick)
    packet = receipts.export_receipt(district.center, "01", district.stick).file
    manifest, lines = opened(packet, district.one)
    outside = {"kind": PACKET, "sender": DISTRICT}

    def forged(name="forged", signer=district.center, readers=(district.one,), changes=None, hints=None, rows=None):
        return sealed(
            tmp_path / f"{name}.zhr",
            signer,
            list(readers),
            {**manifest, **(changes or {})},
            lines if rows is None else rows,
            context=CONTEXTS[PACKET],
            hints={**outside, **(hints or {})},
        )

    station = next(line for line in lines if line["table"] == "station")
    cases = [
        (forged("for-two", readers=[district.two]), "not_for_us"),
        (forged("by-two", signer=district.two), "bad_signature"),
        (forged("other", changes={"to": {**manifest["to"], "code": "371103-02"}}), "not_for_us"),
        (forged("newer", changes={"min_reader": 9}), "update_center"),
        (forged("sender", hints={"sender": "371102"}), "unknown_sender"),
        (forged("few", rows=lines[:-1]), "damaged"),
        (forged("child", rows=[*lines[:-1], {**station, "table": "child"}]), "damaged"),
        (forged("fork", rows=[{**lines[0], "hash": "1" * 64}, *lines[1:]]), "forked"),
        (forged("last", changes={"last": {**manifest["last"], "hash": "1" * 64}}), "forked"),
        (
            forged(
                "owner",
                rows=[{**x, "fields": {**x["fields"], "owner": "371103-01"}} if x == station else x for x in lines],
            ),
            "damaged",
        ),
        (forged("gone", rows=[{**x, "deleted": True} if x == station else x for x in lines]), "damaged"),
    ]
    before = dump(district.one)
    for file, code in cases:
        with pytest.raises(Refused) as refusal:
            receipts.import_receipt(district.one, file)
        assert (file.stem, refusal.value.code) == (file.stem, code)
        if code == "forked":
            forget_the_alarm(district.one)
        assert dump(district.one) == before
    good = packet.read_bytes()
    for place in (*range(0, 600, 7), *range(600, len(good), 4099)):
        (tmp_path / "flip.zhr").write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
        with pytest.raises(Refused):
            receipts.import_receipt(district.one, tmp_path / "flip.zhr")
    with pytest.raises(Refused) as refusal:
        receipts.import_receipt(district.two, packet)
    assert refusal.value.code == "not_for_us"
    assert dump(district.one) == before
    assert receipts.import_receipt(district.one, forged()).status == "accepted"


def test_same_id_twice_in_one_version_is_a_fork(district, forge, bundle):
    """A bundle that brings a known version's number with other content changes nothing, not even its other rows."""
    bundles.import_bundles(district.center, [bundle[0]])
    lines = [{**line, "fields": dict(line["fields"])} for line in bundle[2]]
    lines[2]["fields"]["name"] = "别的"
    chain = {"no": 2, "chain": [{"no": 1, "hash": known(district)}], "to_seq": 4}
    refused_before = dump(district.center)
    (report,) = bundles.import_bundles(district.center, [forge(chain, lines)])
    assert (report.status, report.reason) == ("held", "forked")
    assert dump(district.center) == refused_before
    with district.center.read() as session:
        assert session.exec(select(Child.name)).one() == "赵小禾"


def test_a_record_that_hangs_on_another_stations_is_held(district, forge, bundle):
    """Station 01 signs a child of its own that it puts into a household of station 02."""
    theirs = a_family(district.two, "钱")
    take_up(district.two, district.center, district.stick)
    before = records(district.center, "371103-02")
    with district.two.read() as session:
        household = session.get_one(Child, theirs.id).household_id
    lines = bundle[2]
    grafted = {**lines[2], "fields": {**lines[2]["fields"], "household_id": household}}
    (report,) = bundles.import_bundles(district.center, [forge(lines=[*lines[:2], grafted])])
    assert (report.new, report.held) == (2, 1)
    assert {(row.reason, row.field) for row in bundles.status(district.center).held} == {("not_owner", "household_id")}
    assert records(district.center, "371103-02") == before
