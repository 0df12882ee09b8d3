"""Children handed over from one station to another through the center: each has one owner, whatever comes when."""

from __future__ import annotations

import json

import pytest
from sqlmodel import select
from tests.sync.handing import a_child, a_village, exchange, offered, owners, released, rename_through_desk, settled
from tests.sync.work import BORN, a_family, child_at, save, take_up

from zhaohu.errors import Refused
from zhaohu.records import Caregiver, Child, Household, Transfer, Visit
from zhaohu.records.exchange import HeldRow, Journal, Offer, Peer, StationCopy
from zhaohu.services.care import timeline, visits
from zhaohu.services.due import duties
from zhaohu.services.register import child_list, families, incoming, releases
from zhaohu.services.register.handovers import Stage
from zhaohu.services.register.standing import standing
from zhaohu.sync import offers
from zhaohu.sync.packet_lines import check_offer


def test_a_child_goes_with_its_whole_record(district) -> None:
    child_id = a_child(district)
    offer = offered(district, child_id)
    assert (offer.name, offer.from_name, offer.visits, offer.reason) == ("赵小禾", "巨峰镇指导站", 1, "随父母搬家")
    assert owners(district, child_id) == ("01", "01", None)

    incoming.take(district.two, offer.transfer_id, a_village(district.two))
    exchange(district, district.two)
    assert owners(district, child_id) == ("02", "01", "02")
    exchange(district)
    assert owners(district, child_id) == ("02", "02", "02")
    exchange(district)
    for desk in (district.center, district.one, district.two):
        with desk.read() as session:
            assert {visit.owner for visit in session.exec(select(Visit))} == {"371103-02"}
            assert len(session.exec(select(Visit)).all()) == 2
            assert not session.exec(select(HeldRow)).all()
    with district.center.read() as session:
        assert not session.exec(select(StationCopy)).all()


def test_an_offer_with_a_correction_of_nobody_is_damaged(district) -> None:
    offer = offered(district, a_child(district))
    with district.two.read() as session:
        kept = session.get_one(Offer, offer.transfer_id)
        rows = [
            {"transfer": kept.transfer_id, "child": kept.child_id, "from": kept.from_station, **row}
            for row in json.loads(kept.content)
        ]
    check_offer(rows, offer.transfer_id)
    said = {name: rows[0]["fields"][name] for name in ("owner", "recorded_at", "recorded_by")}
    astray = {**said, "table_name": "child", "row_id": kept.child_id, "changes": "{}"}
    with pytest.raises(Refused) as refused:
        check_offer([*rows, {**rows[0], "name": "correction", "fields": astray}], offer.transfer_id)
    assert refused.value.code == "damaged"


def test_a_child_that_is_refused_is_open_again_at_its_station(district) -> None:
    child_id = a_child(district)
    incoming.refuse(district.two, offered(district, child_id).transfer_id, "查无此户")
    assert incoming.list_offers(district.two) == []
    exchange(district, district.two, district.one)
    assert owners(district, child_id) == ("01", "01", None)
    assert standing(district.one, child_id).pending is None
    (row,) = releases.handovers(district.one)
    assert (row.stage, "查无此户" in row.reason) == (Stage.REFUSED, True)
    rename_through_desk(district.one, child_id, "赵大禾")
    exchange(district)
    assert child_at(district.center, child_id).name == "赵大禾"


def test_a_release_that_was_not_offered_yet_is_called_off_by_the_next_packet(district) -> None:
    child_id = a_child(district)
    released(district, child_id)
    take_up(district.one, district.center, district.stick)
    assert releases.cancel_release(district.one, child_id, district.one.today, "不搬了") is False
    exchange(district)
    assert incoming.list_offers(district.two) == []
    assert standing(district.one, child_id).pending is None
    assert owners(district, child_id) == ("01", "01", None)


def test_an_offer_that_was_made_is_called_off_once_the_other_station_has_let_go(district) -> None:
    child_id = a_child(district)
    offered(district, child_id)
    releases.cancel_release(district.one, child_id, district.one.today, "不搬了")
    exchange(district, district.one)
    assert standing(district.one, child_id).pending is not None  # the other one may have taken it meanwhile
    exchange(district, district.two, district.one)
    assert incoming.list_offers(district.two) == []
    assert standing(district.one, child_id).pending is not None
    exchange(district, district.two, district.one)
    assert standing(district.one, child_id).pending is None
    assert owners(district, child_id) == ("01", "01", None)


def test_a_child_taken_before_the_withdrawal_was_read_stays_taken(district) -> None:
    child_id = a_child(district)
    offer = offered(district, child_id)
    releases.cancel_release(district.one, child_id, district.one.today, "不搬了")
    exchange(district, district.one)
    incoming.take(district.two, offer.transfer_id, a_village(district.two))
    exchange(district, district.two, district.one)
    exchange(district)
    assert owners(district, child_id) == ("02", "02", "02")
    for desk in (district.center, district.one):
        (row,) = releases.handovers(desk)
        assert (row.stage, row.reason) == (Stage.ACCEPTED, "随父母搬家")
    assert standing(district.one, child_id).elsewhere.station == "碑廓镇指导站"


def test_a_child_comes_back_with_the_same_rows(district) -> None:
    child_id = a_child(district)
    home = child_at(district.one, child_id).household_id
    incoming.take(district.two, offered(district, child_id).transfer_id, a_village(district.two))
    exchange(district)
    rename_through_desk(district.two, child_id, "赵二禾")
    releases.release(district.two, child_id, "01", district.two.today, "搬回")
    exchange(district, district.two, district.one)
    (offer,) = incoming.list_offers(district.one)
    assert offer.households[0][0] == home
    incoming.take(district.one, offer.transfer_id, "", home)
    exchange(district)
    exchange(district)
    assert owners(district, child_id) == ("01", "01", "01")
    assert child_at(district.center, child_id).name == "赵二禾"
    assert child_at(district.center, child_id).household_id == home
    with district.one.read() as session:
        lines = session.exec(select(Journal).where(Journal.row_id == child_id)).all()
        assert [(line.owned, line.deleted) for line in lines] == [(True, False)]
    rename_through_desk(district.one, child_id, "赵三禾")
    exchange(district)
    assert child_at(district.center, child_id).name == "赵三禾"


def test_twins_come_into_one_family(district) -> None:
    first = a_child(district)
    twin = district.one.make(
        Child,
        household_id=child_at(district.one, first).household_id,
        name="赵小苗",
        sex=2,
        birth_date=BORN,
        registered_on=BORN,
    )
    mother = district.one.make(Caregiver, household_id=twin.household_id, name="李梅", relation="52", is_main=True)
    save(district.one, twin, mother)
    for child_id in (first, twin.id):
        released(district, child_id)
    exchange(district)
    one, other = incoming.list_offers(district.two)
    incoming.take(district.two, one.transfer_id, a_village(district.two))
    (other,) = incoming.list_offers(district.two)
    incoming.take(district.two, other.transfer_id, "", other.households[0][0])
    exchange(district)
    exchange(district)
    with district.center.read() as session:
        homes = session.exec(select(Household.id).where(Household.owner == "371103-02")).all()
        carers = session.exec(select(Caregiver.name).where(Caregiver.owner == "371103-02")).all()
        children = session.exec(select(Child.household_id).where(Child.owner == "371103-02")).all()
    assert (len(homes), carers, children) == (1, ["李梅"], [homes[0]] * 2)


def test_a_brother_who_stays_keeps_the_family_open(district) -> None:
    child_id = a_child(district)
    home = child_at(district.one, child_id).household_id
    facts = {"name": "赵小苗", "sex": 1, "birth_date": BORN, "registered_on": BORN}
    save(district.one, district.one.make(Child, household_id=home, **facts))
    incoming.take(district.two, offered(district, child_id).transfer_id, a_village(district.two))
    exchange(district, district.two, district.one)
    families.correct_household(district.one, home, {"address": "2号"})
    shown = child_list.list_children(district.one)
    assert [row.name for row in shown] == ["赵小苗"]
    assert {one.child_id for one in duties.due_list(district.one, within_days=366)} == {shown[0].id}
    exchange(district)


def test_a_child_with_held_records_is_not_offered(district) -> None:
    child_id = a_child(district)
    exchange(district)
    stranger = a_family(district.two, "钱小麦")
    exchange(district)
    with district.center.store.write() as session:
        held = HeldRow(
            table_name="visit", row_id=stranger.id, station="371103-01", reason="bad_value", child_id=child_id,
            line="", bundle_id="",
        )  # fmt: skip
        session.add(held)
    released(district, child_id)
    with district.center.store.write() as session:
        with pytest.raises(StopIteration):
            next(offers.lines(session, session.get_one(Peer, "371103-02")))
        session.delete(session.exec(select(HeldRow)).one())


def test_a_station_with_an_older_program_is_told_nothing_that_it_cannot_read(district) -> None:
    child_id = a_child(district)
    released(district, child_id)
    take_up(district.one, district.center, district.stick)
    with district.center.store.write() as session:
        peer = session.get_one(Peer, "371103-02")
        peer.schema_no = 5
        session.flush()
        assert list(offers.lines(session, peer)) == []
        peer.schema_no = 6
        assert {line["table"] for line in offers.lines(session, peer)} == {offers.OFFER, offers.HANDOVER}


def test_visits_keep_the_number_that_was_printed(district) -> None:
    child_id = a_child(district)
    before = timeline.list_visits(district.one, child_id)[0].record_number
    incoming.take(district.two, offered(district, child_id).transfer_id, a_village(district.two))
    exchange(district)
    exchange(district)
    for desk in (district.center, district.one, district.two):
        assert timeline.list_visits(desk, child_id)[0].record_number == before
    with district.one.read() as one, district.two.read() as two:
        assert visits.last_number(one, "371103-01") == 1
        assert visits.last_number(two, "371103-02") == 0


def test_an_offer_whose_release_its_station_took_away_is_withdrawn(district) -> None:
    """No screen takes a release away, but a station may: what is left of it stops no packet."""
    offer = offered(district, a_child(district))
    with district.one.write("test.gone") as work:
        work.session.delete(work.session.get_one(Transfer, offer.transfer_id))
    exchange(district)
    assert incoming.list_offers(district.two) == []
    settled(district)
    assert owners(district, offer.child_id) == ("01", "01", None)
