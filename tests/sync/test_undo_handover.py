"""The undo of an import that decided about a child on its way to another station."""

from __future__ import annotations

import pytest
from tests.services.exchange.test_undo import code_of, content
from tests.sync.forging import records
from tests.sync.handing import restored, settled
from tests.sync.test_handover import a_child, a_village, exchange, offered, owners, released
from tests.sync.work import bring_down, rename, take_up

from zhaohu.records import Child
from zhaohu.services.exchange.undo import last_import, undo_last
from zhaohu.services.register import incoming
from zhaohu.services.safety.backups import create_backup


@pytest.fixture
def taken(district):
    """A child that station two has taken; the center does not know yet."""
    child_id = a_child(district)
    offer = offered(district, child_id)
    incoming.take(district.two, offer.transfer_id, a_village(district.two))
    return child_id


def test_a_decision_nobody_was_told_is_taken_back(district, taken):
    before, of_one = content(district.center), records(district.center, "371103-01")
    take_up(district.two, district.center, district.stick)
    assert owners(district, taken)[0] == "02"
    assert last_import(district.center).blocked == ""
    undo_last(district.center, "弄错了")
    assert content(district.center) == before
    assert records(district.center, "371103-01") == of_one
    assert owners(district, taken) == ("01", "01", "02")
    bring_down(district.center, district.two, district.stick)  # it is to send again, and the offer decides again
    exchange(district, district.two)
    exchange(district)
    exchange(district)
    assert owners(district, taken) == ("02", "02", "02")


def test_one_that_a_station_was_told_stays(district, taken):
    take_up(district.two, district.center, district.stick)
    bring_down(district.center, district.one, district.stick)
    before = content(district.center)
    assert last_import(district.center).blocked
    assert code_of(lambda: undo_last(district.center, "太晚")) == "already_told"
    assert content(district.center) == before
    assert owners(district, taken) == ("02", "02", "02")


def test_a_release_that_was_offered_stays(district):
    """The other station may take the child at any moment, with what it was sent."""
    offered(district, a_child(district))
    before = content(district.center)
    assert last_import(district.center).blocked
    assert code_of(lambda: undo_last(district.center, "太晚")) == "already_told"
    assert content(district.center) == before


def test_a_release_nobody_was_told_goes_and_comes_again(district):
    child_id = a_child(district)
    take_up(district.one, district.center, district.stick)
    before = content(district.center)
    released(district, child_id)
    take_up(district.one, district.center, district.stick)
    undo_last(district.center, "先不")
    assert content(district.center) == before
    bring_down(district.center, district.two, district.stick)
    assert incoming.list_offers(district.two) == []
    bring_down(district.center, district.one, district.stick)
    take_up(district.one, district.center, district.stick)
    bring_down(district.center, district.two, district.stick)
    assert len(incoming.list_offers(district.two)) == 1


def test_what_hangs_on_the_child_but_came_from_elsewhere_keeps_its_owner(district, taken):
    """Station one goes on with another child meanwhile: only what was handed over goes back."""
    with district.one.read() as session:
        assert session.get_one(Child, taken).owner == "371103-01"
    from tests.sync.work import a_family

    other = a_family(district.one, "另一个")
    take_up(district.one, district.center, district.stick)
    rename(district.one, other, "另一个改")
    take_up(district.one, district.center, district.stick)
    of_one = records(district.center, "371103-01")
    take_up(district.two, district.center, district.stick)
    undo_last(district.center, "撤")
    assert records(district.center, "371103-01") == of_one


def test_an_offer_that_a_restored_center_has_not_told_goes_with_its_release(district):
    """It had been told before, so somebody may take the child: that counts when the release has come once more."""
    child_id = a_child(district)
    exchange(district)
    offer = offered(district, child_id)
    district.center = restored(district.center, create_backup(district.center).file)
    undo_last(district.center, "弄错了")
    for station in (district.two, district.one):
        bring_down(district.center, station, district.stick)
    incoming.take(district.two, offer.transfer_id, a_village(district.two))
    settled(district)
    assert owners(district, child_id) == ("02", "02", "02")
