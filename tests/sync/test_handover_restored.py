"""A child is handed over once, whoever was restored meanwhile: the old station, the new one, the center, or several."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlmodel import select
from tests.sync.district import ADMIN, CLOCK
from tests.sync.handing import (
    a_child,
    a_village,
    exchange,
    offered,
    owners,
    released,
    rename_through_desk,
    restored,
    settled,
)
from tests.sync.work import a_visit, bring_down, child_at, save, take_up

from zhaohu.records import Caregiver, Child, Household, Transfer, Visit
from zhaohu.records.exchange import BranchRow, Handover, HeldRow
from zhaohu.services.exchange import branches, forks, given_back
from zhaohu.services.register import incoming, releases
from zhaohu.services.register.standing import standing
from zhaohu.services.safety import backups
from zhaohu.services.safety.profile import open_desk


def backup(desk):
    """A backup that the rotation does not take away."""
    file = backups.create_backup(desk).file
    return Path(shutil.copy(file, desk.profile.parent / f"kept-{desk.profile.name}.zhk"))


def test_the_old_station_restored_before_the_release_gives_the_child_up(district) -> None:
    child_id = a_child(district)
    exchange(district)
    file = backup(district.one)
    incoming.take(district.two, offered(district, child_id).transfer_id, a_village(district.two))
    exchange(district, district.two)
    district.one = restored(district.one, file)
    visit = a_visit(district.one, child_at(district.one, child_id), number=2)
    save(district.one, visit)
    take_up(district.one, district.center, district.stick)
    assert owners(district, child_id) == ("02", "01", "02")
    with district.center.read() as session:
        assert [row.row_id for row in session.exec(select(HeldRow))] == [visit.id]
    settled(district)
    assert owners(district, child_id) == ("02", "02", "02")
    with district.center.read() as session:
        assert [row.row_id for row in session.exec(select(BranchRow))] == [visit.id]  # nothing is lost
        assert not session.exec(select(HeldRow)).all()


def test_the_old_station_restored_before_the_child_was_born_knows_it_as_handed_over(district) -> None:
    """Its release comes back to it, and so does the child on whom that hangs, to look at."""
    file = backup(district.one)
    child_id = a_child(district)
    exchange(district)
    offer = offered(district, child_id)
    incoming.take(district.two, offer.transfer_id, a_village(district.two))
    exchange(district, district.two, district.one)
    district.one = restored(district.one, file)
    assert child_at(district.one, child_id) is None
    settled(district)
    assert owners(district, child_id) == ("02", "02", "02")
    with district.one.read() as session:
        transfer = session.get_one(Transfer, offer.transfer_id)
        assert transfer.handed_over_on is not None
        assert session.get_one(Child, child_id).household_id is not None
    assert given_back.list_kept(district.one) == []


def test_the_old_station_restored_while_the_child_is_offered_is_frozen_again(district) -> None:
    child_id = a_child(district)
    exchange(district)
    file = backup(district.one)
    offer = offered(district, child_id)
    district.one = restored(district.one, file)
    assert standing(district.one, child_id).pending is None
    rename_through_desk(district.one, child_id, "赵大禾")
    settled(district)
    assert standing(district.one, child_id).pending is not None
    incoming.take(district.two, offer.transfer_id, a_village(district.two))
    settled(district)
    assert owners(district, child_id) == ("02", "02", "02")
    assert child_at(district.two, child_id).name == "赵大禾"  # the offer was made anew


@pytest.mark.parametrize("told", [False, True])
def test_the_new_station_restored_before_it_took_the_child_gets_it_back(district, told) -> None:
    child_id = a_child(district)
    offer = offered(district, child_id)
    village = a_village(district.two)
    file = backup(district.two)
    incoming.take(district.two, offer.transfer_id, village)
    exchange(district, district.two) if told else take_up(district.two, district.center, district.stick)
    district.two = restored(district.two, file)
    if not told:  # somebody takes it once more, before a packet says that it is there
        incoming.take(district.two, offer.transfer_id, village)
    settled(district)
    assert owners(district, child_id) == ("02", "02", "02")
    assert incoming.list_offers(district.two) == []
    with district.two.read() as session:
        assert len(session.exec(select(Visit)).all()) == 2
        assert len(session.exec(select(Household).where(Household.owner == "371103-02")).all()) == 1
        assert not session.exec(select(Caregiver).where(Caregiver.owner != "371103-02")).all()


def test_an_acceptance_that_never_went_up_leaves_the_child_where_it_was(district) -> None:
    child_id = a_child(district)
    offer = offered(district, child_id)
    file = backup(district.two)
    incoming.take(district.two, offer.transfer_id, a_village(district.two))
    district.two = restored(district.two, file)
    settled(district)
    assert owners(district, child_id) == ("01", "01", None)
    incoming.refuse(district.two, offer.transfer_id, "查无此户")
    settled(district)
    assert owners(district, child_id) == ("01", "01", None)
    assert standing(district.one, child_id).pending is None


@pytest.mark.parametrize(("knew", "first"), [("nothing", "one"), ("child", "two"), ("release", "one")])
def test_a_restored_center_finds_the_same_owner_again(district, first, knew) -> None:
    if knew == "nothing":
        file = backup(district.center)
    child_id = a_child(district)
    exchange(district)
    if knew == "child":
        file = backup(district.center)
    offer = offered(district, child_id)
    if knew == "release":
        file = backup(district.center)
    incoming.take(district.two, offer.transfer_id, a_village(district.two))
    settled(district)
    assert owners(district, child_id) == ("02", "02", "02")
    district.center = restored(district.center, file)
    for station in (district.one, district.two):
        a_village(station, "新村")  # there is always something to send
    order = ("one", "two") if first == "one" else ("two", "one")
    settled(district, *order)
    assert owners(district, child_id) == ("02", "02", "02")
    for station in (district.one, district.two):  # what is held is tried again with the next bundle
        a_village(station, "又一村")
    settled(district, *order)
    with district.center.read() as session:
        assert not session.exec(select(HeldRow)).all()
        assert {visit.owner for visit in session.exec(select(Visit))} == {"371103-02"}
    rename_through_desk(district.two, child_id, "赵二禾")
    settled(district)
    assert child_at(district.center, child_id).name == "赵二禾"


def test_a_refusal_that_comes_before_its_release_ends_the_hand_over(district) -> None:
    """The center has forgotten the release; the station that was offered the child is heard first."""
    child_id = a_child(district)
    exchange(district)
    file = backup(district.center)
    offer = offered(district, child_id)
    district.center = restored(district.center, file)
    incoming.refuse(district.two, offer.transfer_id, "查无此户")
    settled(district, "two")
    settled(district, "one", "two")
    with district.center.read() as session:
        assert [row.state for row in session.exec(select(Handover))] == ["refused"]
    assert standing(district.one, child_id).pending is None
    assert owners(district, child_id) == ("01", "01", None)


@pytest.mark.parametrize("first", ["one", "two"])
@pytest.mark.parametrize("knew", ["nothing", "child"])
def test_a_child_taken_on_by_a_release_that_nobody_knows_any_more_has_one_owner(district, first, knew) -> None:
    """Both who knew of it were restored to before it: the old station, and the center."""
    center = backup(district.center)
    child_id = a_child(district)
    exchange(district)
    center = center if knew == "nothing" else backup(district.center)
    one = backup(district.one)
    offer = offered(district, child_id)
    district.center, district.one = restored(district.center, center), restored(district.one, one)
    incoming.take(district.two, offer.transfer_id, a_village(district.two))
    assert owners(district, child_id) == (None if knew == "nothing" else "01", "01", "02")
    settled(district, *(("one", "two") if first == "one" else ("two", "one")))
    assert owners(district, child_id) == ("02", "02", "02")
    rename_through_desk(district.two, child_id, "赵二禾")
    settled(district)
    assert child_at(district.center, child_id).name == "赵二禾"


def test_an_old_answer_takes_no_child_from_a_station_that_took_it_on_since(district) -> None:
    """The first release is forgotten, as the whole child is where it was born; who took it on by that is put back."""
    center, one = backup(district.center), backup(district.one)
    child_id = a_child(district)
    offer = offered(district, child_id)
    district.center, district.one = restored(district.center, center), restored(district.one, one)
    incoming.take(district.two, offer.transfer_id, a_village(district.two))
    settled(district, "two")
    two = backup(district.two)
    releases.release(district.two, child_id, "01", district.two.today, "又搬走")
    settled(district, "two")
    bring_down(district.center, district.one, district.stick)
    (back,) = incoming.list_offers(district.one)
    incoming.take(district.one, back.transfer_id, a_village(district.one))
    settled(district, "one", "two")
    assert owners(district, child_id) == ("01", "01", "01")
    district.two = restored(district.two, two)
    settled(district)
    assert owners(district, child_id) == ("01", "01", "01")


@pytest.fixture
def taken_in_vain(district):
    """Station two, restored, took a child that it had refused; returns the child, the village there, the backup."""
    child_id = a_child(district)
    offer = offered(district, child_id)
    village = a_village(district.two)
    file = backup(district.two)
    incoming.refuse(district.two, offer.transfer_id, "查无此户")
    settled(district)
    assert standing(district.one, child_id).pending is None
    district.two = restored(district.two, file)
    incoming.take(district.two, offer.transfer_id, village)
    assert owners(district, child_id) == ("01", "01", "02")
    return child_id, village, file


def test_a_token_that_was_used_up_gives_the_child_back(district, taken_in_vain) -> None:
    """The new station was restored to when it had the offer, and takes what it had refused."""
    child_id, village, _file = taken_in_vain
    settled(district)
    assert owners(district, child_id) == ("01", "01", "01")
    released(district, child_id)
    settled(district)
    (again,) = incoming.list_offers(district.two)
    incoming.take(district.two, again.transfer_id, village)
    settled(district)
    assert owners(district, child_id) == ("02", "02", "02")


@pytest.fixture
def released_in_vain(district, taken_in_vain):
    """And released it to where it came from; returns the child and the backup."""
    child_id, _village, file = taken_in_vain
    releases.release(district.two, child_id, "01", district.two.today, "又搬走")
    return child_id, file


def test_what_was_recorded_of_a_child_that_goes_back_is_kept_though_nothing_says_that_it_went(
    district, released_in_vain
) -> None:
    """The answer that says so is put back to the refusal that the center knows."""
    child_id, _file = released_in_vain
    visit = a_visit(district.two, child_at(district.two, child_id), number=2)
    save(district.two, visit)
    take_up(district.two, district.center, district.stick)
    bring_down(district.center, district.two, district.stick)
    (kept,) = given_back.list_kept(district.two)
    given_back.take(district.two, kept.table, kept.row_id)
    settled(district)
    assert owners(district, child_id) == ("01", "01", "01")
    with district.two.read() as session:
        (release,) = session.exec(select(Transfer).where(Transfer.owner == "371103-02"))
    with district.center.read() as session:
        assert [row.row_id for row in session.exec(select(HeldRow))] == [release.id]  # it names another's child
        assert {child_id, visit.id} <= set(session.exec(select(BranchRow.row_id)))


def test_what_names_a_child_of_others_is_compared_when_its_station_was_restored_to_before_it(
    district, released_in_vain
) -> None:
    _child_id, file = released_in_vain
    take_up(district.two, district.center, district.stick)
    district.two = restored(district.two, file)
    settled(district)
    with district.center.read() as session:
        assert not session.exec(select(HeldRow)).all()
    whose = {row.table: row.owner for row in branches.list_branches(district.center)}
    assert (whose["transfer"], whose["child"]) == ("371103-02", "371103-01")  # only the record goes with the child


@pytest.mark.parametrize("decision", ["take", "leave"])
def test_a_child_taken_after_an_image_was_put_back_unnoticed_goes_back(
    district, tmp_path, monkeypatch, decision
) -> None:
    """The station had refused the child, and the center knows that under the number of the answer that takes it."""
    child_id = a_child(district)
    offer = offered(district, child_id)
    village = a_village(district.two)
    settled(district)
    district.two.close()
    image = shutil.copytree(district.two.profile, tmp_path / "image")
    district.two = open_desk(district.two.profile, ADMIN.name, ADMIN.password, CLOCK)
    incoming.refuse(district.two, offer.transfer_id, "查无此户")
    settled(district)
    district.two.close()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "no marks"))
    district.two = open_desk(image, ADMIN.name, ADMIN.password, CLOCK)
    incoming.take(district.two, offer.transfer_id, village)
    report = take_up(district.two, district.center, district.stick / "image")
    assert report.reason == "forked"
    (fork,) = forks.list_forks(district.center)
    assert forks.decide(district.center, fork.bundle_id, "this_one") == []
    bring_down(district.center, district.two, district.stick)
    settled(district)
    assert owners(district, child_id) == ("01", "01", "01")
    (kept,) = given_back.list_kept(district.two)
    getattr(given_back, decision)(district.two, kept.table, kept.row_id)
    settled(district)
    assert owners(district, child_id) == ("01", "01", "01")
