"""Restores that three stations see differently: the child still has one owner, and everybody goes on."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from sqlmodel import select
from tests.sync.handing import a_child, a_village, exchange, offered, restored, sent, settled
from tests.sync.simulator.sites import make_template, without_backups
from tests.sync.test_handover_restored import backup
from tests.sync.work import bring_down, child_at

from zhaohu.records.exchange import Handover
from zhaohu.services.exchange import receipts
from zhaohu.services.register import incoming, releases

SITES = {"center": "center", "one": "01", "two": "02", "three": "03"}


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return make_template(tmp_path_factory.mktemp("template"), 3)


@pytest.fixture
def district(template, tmp_path):
    (tmp_path / "seats").mkdir()
    desks = {name: template.seat(code, tmp_path / "seats").at for name, code in SITES.items()}
    made = SimpleNamespace(**desks, stick=tmp_path / "stick")
    bring_down(made.center, made.three, made.stick)
    with without_backups():
        yield made
    for name in SITES:
        getattr(made, name).close()


def whose(district, child_id: str) -> list[str | None]:
    """The owner's number at each site."""
    children = (child_at(getattr(district, name), child_id) for name in SITES)
    return [child.owner[-2:] if child else None for child in children]


def states(district) -> dict[str, str]:
    """Where each hand-over stands, by the station that it goes to."""
    with district.center.read() as session:
        return {row.to_station[-2:]: row.state for row in session.exec(select(Handover))}


def test_an_offer_ends_when_the_child_turns_out_to_be_another_stations(district) -> None:
    """The old station, restored, goes on and releases the child anew, to a third one; the second had it already."""
    child_id = a_child(district)
    exchange(district)
    center, one = backup(district.center), backup(district.one)
    offer = offered(district, child_id)
    district.center, district.one = restored(district.center, center), restored(district.one, one)
    incoming.take(district.two, offer.transfer_id, a_village(district.two))
    releases.release(district.one, child_id, "03", district.one.today, "搬家")
    settled(district, "one")
    receipts.export_receipt(district.center, "03", district.stick)  # it is lost on its way
    settled(district, "two", "three", "one")
    assert whose(district, child_id) == ["02", "02", "02", None]
    assert states(district) == {"02": "accepted", "03": "cancelled"}
    assert incoming.list_offers(district.three) == []


def test_who_took_the_child_on_last_has_it_though_the_one_before_had_taken_it_on_too(district) -> None:
    child_id = a_child(district)
    incoming.take(district.two, offered(district, child_id).transfer_id, a_village(district.two))
    settled(district, "one", "two", "three")
    center, two = backup(district.center), backup(district.two)
    releases.release(district.two, child_id, "03", district.two.today, "又搬走")
    sent(district, district.two)
    bring_down(district.center, district.three, district.stick)
    (offer,) = incoming.list_offers(district.three)
    incoming.take(district.three, offer.transfer_id, a_village(district.three))
    district.center, district.two = restored(district.center, center), restored(district.two, two)
    assert whose(district, child_id) == ["02", "02", "02", "03"]
    settled(district, "three", "two", "one")
    assert whose(district, child_id) == ["03", "02", "03", "03"]
    assert states(district) == {"02": "accepted", "03": "accepted"}
