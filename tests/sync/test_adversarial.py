"""What an attacker, a pessimist, or bad luck in the wrong order could do to the exchange."""

from __future__ import annotations

import shutil

import pytest
from sqlmodel import select
from tests.sync.district import ADMIN, CLOCK
from tests.sync.forging import opened, sealed
from tests.sync.handing import (
    a_child,
    a_village,
    exchange,
    offered,
    owners,
    rename_through_desk,
    restored,
    settled,
)
from tests.sync.test_handover_restored import backup
from tests.sync.test_lost_pc import on_new_pc
from tests.sync.work import a_family, a_measurement, a_visit, bring_down, child_at, rename, save, take_up

from zhaohu.errors import NotFound, Refused
from zhaohu.records import Measurement, Visit
from zhaohu.records.exchange import BranchRow, ChangeCounter, HeldRow, Peer, SentBundle, StationCopy
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import bundles, forks, receipts
from zhaohu.services.exchange.undo import undo_last
from zhaohu.services.register import incoming
from zhaohu.services.safety.profile import open_desk
from zhaohu.sync import copies


@pytest.fixture
def desks():
    """Desks of the PCs that are set up in a test, closed at its end."""
    opened: list[Desk] = []
    yield opened
    for desk in opened:
        desk.close()


def reopened(desk: Desk) -> Desk:
    """The same profile, logged in once more."""
    desk.close()
    return open_desk(desk.profile, ADMIN.name, ADMIN.password, CLOCK)


def rows(desk: Desk, record):
    """All rows of a table."""
    with desk.read() as session:
        return list(session.exec(select(record)))


def test_the_new_owner_s_edit_does_not_wipe_out_what_the_former_owner_recorded(district):
    child_id = a_child(district)
    exchange(district)
    file = backup(district.one)
    incoming.take(district.two, offered(district, child_id).transfer_id, a_village(district.two))
    exchange(district, district.two)
    district.one = restored(district.one, file)
    rename_through_desk(district.one, child_id, "赵一禾")
    take_up(district.one, district.center, district.stick)
    assert [(row.row_id, row.station) for row in rows(district.center, HeldRow)] == [(child_id, "371103-01")]
    rename_through_desk(district.two, child_id, "赵二禾")
    assert take_up(district.two, district.center, district.stick).differs is False
    assert [(row.row_id, row.station) for row in rows(district.center, HeldRow)] == [(child_id, "371103-01")]
    settled(district)
    assert owners(district, child_id) == ("02", "02", "02")
    (kept,) = rows(district.center, BranchRow)
    assert "赵一禾" in kept.line
    assert child_at(district.center, child_id).name == "赵二禾"


def test_edits_that_were_not_sent_before_the_hand_over_was_heard_are_not_lost(district):
    child_id = a_child(district)
    exchange(district)
    file = backup(district.one)
    incoming.take(district.two, offered(district, child_id).transfer_id, a_village(district.two))
    exchange(district, district.two)
    district.one = restored(district.one, file)
    take_up(district.one, district.center, district.stick)
    visit = a_visit(district.one, child_at(district.one, child_id), number=2)
    save(district.one, visit)
    bring_down(district.center, district.one, district.stick)  # the child is another station's, it says
    settled(district)
    assert owners(district, child_id) == ("02", "02", "02")
    found = {row.row_id for row in rows(district.center, BranchRow)} | {row.id for row in rows(district.center, Visit)}
    assert visit.id in found


def test_undoing_the_first_bundle_of_a_new_pc_leaves_the_person_s_yes(district, desks, tmp_path):
    child = a_family(district.one)
    take_up(district.one, district.center, district.stick)
    bring_down(district.center, district.one, district.stick)
    new = on_new_pc(district, desks, district.stick, tmp_path / "new")
    bring_down(district.center, new, district.stick)
    rename(new, child, "乙")
    assert take_up(new, district.center, district.stick).status == "accepted"
    undo_last(district.center, "弄错了")
    bring_down(district.center, new, district.stick)
    report = take_up(new, district.center, district.stick)
    assert (report.status, report.differs) == ("accepted", False)
    assert child_at(district.center, child.id).name == "乙"


def test_an_undo_leaves_what_was_handed_over_with_its_new_owner(district):
    """A record that came up after the offer was made goes to the new owner as one that comes back."""
    child_id = a_child(district)
    exchange(district)
    file = backup(district.one)
    offer = offered(district, child_id)
    district.one = restored(district.one, file)
    late = a_measurement(district.one, child_at(district.one, child_id), 6000)
    save(district.one, late)
    take_up(district.one, district.center, district.stick)
    incoming.take(district.two, offer.transfer_id, a_village(district.two))
    exchange(district, district.two)
    assert take_up(district.two, district.center, district.stick).status == "accepted"
    undo_last(district.center, "弄错了")
    assert {row.owner for row in rows(district.center, Measurement)} == {"371103-02"}
    settled(district)
    found = {row.id: row.owner for row in rows(district.center, Measurement)}
    assert found[late.id] == "371103-02"
    assert set(found.values()) == {"371103-02"}


def test_a_restored_center_calls_back_a_station_that_has_nothing_new(district):
    """However often the same backup is restored, no station takes a packet for one that it has read."""
    bring_down(district.center, district.one, district.stick)
    file = backup(district.center)
    child = a_family(district.one)
    for _time in range(2):
        take_up(district.one, district.center, district.stick)
        assert bring_down(district.center, district.one, district.stick).confirmed
        with pytest.raises(Refused):
            bundles.export_bundle(district.one, district.stick)
        district.center = restored(district.center, file)
        assert child_at(district.center, child.id) is None
        assert bring_down(district.center, district.one, district.stick).status == "accepted"
        assert not any(row.receipted_at for row in rows(district.one, SentBundle))  # nothing is called confirmed
    assert take_up(district.one, district.center, district.stick).differs is False
    assert child_at(district.center, child.id) is not None


def test_what_a_restored_center_told_under_numbers_that_were_read_before_is_told_again(district):
    """All its files, and the marks outside, were put back by hand: it hands out the same numbers once more."""
    child = a_family(district.one)
    take_up(district.one, district.center, district.stick)
    for _time in range(4):
        bring_down(district.center, district.one, district.stick)
    with district.center.write("test.older_files") as work:
        work.session.get_one(Peer, "371103-01").packet_no = 1
    with district.center.write("test.note") as work:
        copies.put(work.session, "371103-01", "child", child.id, "0" * 64, copies.BRANCH)
    receipts.export_receipt(district.center, "01", district.stick)  # the station has read one of this number
    rename(district.one, child, "乙")
    take_up(district.one, district.center, district.stick)
    (note,) = rows(district.center, StationCopy)
    assert (note.row_id, note.packet_no) == (child.id, None)


def test_a_copy_whose_number_was_lost_on_its_way_is_not_taken_for_old(district, desks, tmp_path):
    """The station's own first bundle never came; the copy's first one is not contained in the second."""
    district.one.close()
    shutil.copytree(district.one.profile, tmp_path / "copy")
    district.one, copy = reopened(district.one), open_desk(tmp_path / "copy", ADMIN.name, ADMIN.password, CLOCK)
    desks.append(copy)
    with copy.write("test.same_pc") as work:  # a copy that does not know that it is one
        work.session.exec(select(ChangeCounter)).one().epoch = rows(district.one, ChangeCounter)[0].epoch
    a_family(district.one, "甲")
    own = bundles.export_bundle(district.one, district.stick).file.rename(tmp_path / "own.zhb")
    a_family(district.one, "乙")
    take_up(district.one, district.center, district.stick)
    lost = a_family(copy, "丙")
    report = take_up(copy, district.center, district.stick)
    assert (report.status, report.reason) == ("held", "forked")
    (report,) = bundles.import_bundles(district.center, [own])
    assert (report.status, report.reason) == ("already_had", "superseded")
    (fork,) = forks.list_forks(district.center)
    forks.decide(district.center, fork.bundle_id, "known")
    assert lost.id in {row.row_id for row in rows(district.center, BranchRow)}
    with pytest.raises(NotFound):
        forks.decide(district.center, fork.bundle_id, "known")
    forks.decide(district.center, fork.bundle_id, "this_one")  # the person was wrong


def test_a_field_that_is_missing_is_held_and_not_made_up(district):
    child = a_family(district.one)
    save(district.one, a_measurement(district.one, child))
    manifest, lines = opened(bundles.export_bundle(district.one, district.stick).file, district.center)
    (line,) = [one for one in lines if one["table"] == "measurement"]
    del line["fields"]["oedema"]
    file = sealed(district.stick / "forged.zhb", district.one, [district.center], manifest, lines)
    (report,) = bundles.import_bundles(district.center, [file])
    assert report.status == "accepted"
    (held,) = rows(district.center, HeldRow)
    assert (held.row_id, held.reason, held.field) == (line["id"], "bad_value", "oedema")


def test_a_station_says_that_it_has_read_until_the_center_has_heard_it(district):
    """Even when it has nothing else to say, and the first time that it says it is lost."""
    child_id = a_child(district)
    offer = offered(district, child_id)
    word = bundles.export_bundle(district.two, district.stick).file
    word.unlink()
    assert take_up(district.two, district.center, district.stick).status == "accepted"
    settled(district)
    with pytest.raises(Refused):  # and then no more
        bundles.export_bundle(district.two, district.stick)
    assert [one.transfer_id for one in incoming.list_offers(district.two)] == [offer.transfer_id]
