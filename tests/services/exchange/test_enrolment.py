"""Enrolment files are looked into before anything is done with them."""

from __future__ import annotations

import pytest
from tests.sync.district import ADMIN, CLOCK, WEAK

from zhaohu.errors import NotAllowed, Refused
from zhaohu.services.exchange import bundles, receipts, setup, station_list
from zhaohu.services.exchange.enrolment import save_reply, view_invitation, view_reply


@pytest.fixture
def invited(center_desk, tmp_path):
    """The enrolment file of a third station."""
    file = tmp_path / "03.zhe"
    setup.add_station(center_desk, code="03", name="虎山镇指导站", township="虎山镇", population=73_100, out=file)
    return file


@pytest.fixture
def newcomer(invited, tmp_path):
    """The third station, just made."""
    made = setup.init_station(tmp_path / "03", enrolment=invited, admin=ADMIN, clock=CLOCK, strength=WEAK)
    yield made
    made.desk.close()


@pytest.fixture
def reply(newcomer):
    """What the third station answers, and its fingerprint."""
    return newcomer.reply, newcomer.fingerprint


def test_an_invitation_tells_station_and_center(center_desk, invited):
    seen = view_invitation(invited)
    assert (seen.station, seen.station_name, seen.township) == ("371103-03", "虎山镇指导站", "虎山镇")
    assert seen.center_name == center_desk.site.name
    assert seen.fingerprint == setup.own_fingerprint(center_desk)


def test_a_reply_is_seen_without_being_taken(center_desk, reply):
    file, fingerprint = reply
    seen = view_reply(center_desk, file)
    assert (seen.station, seen.name, seen.fingerprint) == ("371103-03", "虎山镇指导站", fingerprint)
    assert {entry.code: entry.status for entry in station_list.list_stations(center_desk)}["371103-03"] == "invited"


def test_neither_is_the_other(center_desk, invited, reply):
    with pytest.raises(Refused):
        view_reply(center_desk, invited)
    with pytest.raises(Refused):
        view_invitation(reply[0])


def test_a_file_that_was_changed_or_is_not_there_is_refused(invited, tmp_path):
    invited.write_bytes(invited.read_bytes().replace("虎山".encode(), "碑廓".encode()))
    with pytest.raises(Refused) as refused:
        view_invitation(invited)
    assert refused.value.code == "damaged"
    with pytest.raises(Refused) as refused:
        view_invitation(tmp_path / "no_such.zhe")
    assert refused.value.code == "unreadable"


def test_a_reply_of_an_unknown_station_is_refused(center_desk, reply, tmp_path):
    names = {"district_code": "371199", "name": "新区托育指导中心"}
    other = setup.init_center(tmp_path / "other", **names, admin=ADMIN, clock=CLOCK, strength=WEAK).desk
    with pytest.raises(Refused) as refused:
        view_reply(other, reply[0])
    assert refused.value.code == "not_for_us"
    other.close()


def test_only_the_center_looks_at_replies(station_desk, reply):
    with pytest.raises(NotAllowed):
        view_reply(station_desk, reply[0])


def test_a_lost_reply_is_written_once_more_until_the_center_has_taken_it(center_desk, newcomer, tmp_path):
    desk, first = newcomer.desk, newcomer.reply.read_bytes()
    newcomer.reply.unlink()
    (tmp_path / "stick").mkdir()
    again = save_reply(desk, tmp_path / "stick")
    assert (again.name, again.read_bytes()) == (newcomer.reply.name, first)
    assert bundles.status(desk).pending.has_reply
    setup.accept_station(center_desk, again)
    receipts.import_receipt(desk, receipts.export_receipt(center_desk, "371103-03", tmp_path / "down").file)
    assert not bundles.status(desk).pending.has_reply
    with pytest.raises(Refused) as refused:
        save_reply(desk, tmp_path / "stick")
    assert refused.value.code == "no_reply"
