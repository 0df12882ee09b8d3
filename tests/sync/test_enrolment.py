"""Enrolment files: each byte counts, and a reply answers one invitation only."""

from __future__ import annotations

import json

import pytest
from tests.sync.district import ADMIN, CLOCK, WEAK
from tests.sync.forging import dump

from zhaohu.errors import Refused
from zhaohu.services.exchange import setup
from zhaohu.sync import canonical, delivery, enrolment, keys


@pytest.fixture
def invitation(district, tmp_path):
    file = tmp_path / "03.zhe"
    setup.add_station(district.center, code="03", name="黄墩镇指导站", township="黄墩镇", population=51_000, out=file)
    return file


@pytest.fixture
def newcomer(invitation, tmp_path):
    made = setup.init_station(tmp_path / "03", enrolment=invitation, admin=ADMIN, clock=CLOCK, strength=WEAK)
    yield made
    made.desk.close()


def signed(desk, kind: str, content: dict) -> bytes:
    """An enrolment file as somebody with these keys could make it, whatever it says."""
    data = canonical.encode(content)
    with desk.read() as session:
        signature = keys.sign(session, f"zhaohu/enrolment/{kind}/1\n".encode(), data)
    return b"ZHE 1\n" + data + b"\n" + signature.hex().encode() + b"\n"


def content(data: bytes) -> dict:
    return json.loads(data.split(b"\n")[1])


@pytest.mark.parametrize("which", ["invitation", "reply"])
def test_every_byte_counts(invitation, newcomer, which):
    file, read = {
        "invitation": (invitation, enrolment.read_invitation),
        "reply": (newcomer.reply, enrolment.read_reply),
    }[which]
    good = file.read_bytes()
    assert read(good).station == "371103-03"
    bad = [good[:p] + bytes([good[p] ^ mask]) + good[p + 1 :] for p in range(len(good)) for mask in (0x01, 0x20, 0xFF)]
    cuts = [good[:p] for p in range(len(good))]
    for data in (*bad, *cuts, good + b"\n", good + b"x"):
        with pytest.raises(Refused):
            read(data)


def test_invitation_brings_what_a_station_needs(invitation, district):
    read = enrolment.read_invitation(invitation.read_bytes())
    assert (read.district, read.station, read.station_name, read.township) == (
        "371103",
        "371103-03",
        "黄墩镇指导站",
        "黄墩镇",
    )
    assert read.keys.fingerprint == setup.own_fingerprint(district.center)
    assert {line.table: line.fields.get("name", line.fields.get("population")) for line in read.lines()} == {
        "station": "黄墩镇指导站",
        "population": 51_000,
    }


def test_one_kind_does_not_pass_as_the_other(invitation, newcomer):
    with pytest.raises(Refused) as refused:
        enrolment.read_reply(invitation.read_bytes())
    assert refused.value.code == "other_enrolment"
    with pytest.raises(Refused) as refused:
        enrolment.read_invitation(newcomer.reply.read_bytes())
    assert refused.value.code == "other_enrolment"
    others = {b"": "empty", b"%PDF": "wrong_kind", b"ZHB 1\n": "is_bundle", b"ZHR 1\n": "is_packet"}
    for other, code in others.items():
        with pytest.raises(Refused) as refused:
            enrolment.read_invitation(other)
        assert refused.value.code == code


def test_a_large_file_of_another_kind_is_told_as_that(tmp_path):
    for start, code in ((b"ZHB 1\n", "is_bundle"), (b"%PDF", "wrong_kind"), (b"ZHE 1\n", "too_large")):
        (tmp_path / "file").write_bytes(start + bytes(enrolment.LARGEST))
        with pytest.raises(Refused) as refused:
            delivery.read_enrolment(tmp_path / "file", enrolment.LARGEST)
        assert refused.value.code == code


def test_newer_file_asks_for_an_update(invitation):
    for data in (
        invitation.read_bytes().replace(b"ZHE 1", b"ZHE 2"),
        invitation.read_bytes().replace(b'"format":1', b'"format":2'),
    ):
        with pytest.raises(Refused) as refused:
            enrolment.read_invitation(data)
        assert refused.value.code == "update_center"


def test_reply_without_the_secret_is_refused(district, newcomer, tmp_path):
    """Somebody who knows the format and the public keys, but never had the invitation."""
    forged = tmp_path / "forged.zhe"
    told = content(newcomer.reply.read_bytes())
    with district.two.read() as session:
        own = keys.own_public(session)
    stranger = {**told, "sign": own.sign, "receive": own.receive}
    forged.write_bytes(signed(district.two, "reply", stranger))
    before = dump(district.center)
    with pytest.raises(Refused) as refused:
        setup.accept_station(district.center, forged)
    assert refused.value.code == "bad_reply"
    assert dump(district.center) == before


def test_reply_of_another_station_or_district_is_refused(district, newcomer, tmp_path):
    told = content(newcomer.reply.read_bytes())
    forged = tmp_path / "forged.zhe"
    before = dump(district.center)
    for change in ({"district": "110101"}, {"station": "371103-09"}):
        forged.write_bytes(signed(newcomer.desk, "reply", {**told, **change}))
        with pytest.raises(Refused) as refused:
            setup.accept_station(district.center, forged)
        assert refused.value.code == "not_for_us"
    assert dump(district.center) == before


def test_second_reply_with_other_keys_is_refused(district, invitation, newcomer, tmp_path):
    first = setup.accept_station(district.center, newcomer.reply)
    assert setup.accept_station(district.center, newcomer.reply) == first
    second = setup.init_station(tmp_path / "copy", enrolment=invitation, admin=ADMIN, clock=CLOCK, strength=WEAK)
    before = dump(district.center)
    with pytest.raises(Refused) as refused:
        setup.accept_station(district.center, second.reply)
    assert refused.value.code == "already_enrolled"
    assert dump(district.center) == before
    second.desk.close()


def test_invitation_with_other_records_is_refused(district, invitation):
    told = content(invitation.read_bytes())
    rows = [row.replace('"table":"station"', '"table":"village"') for row in told["rows"]]
    for change in ({"rows": rows}, {"recovery": "age1nothing"}, {"sign": "0" * 64}, {"station": "../x"}):
        with pytest.raises(Refused) as refused:
            enrolment.read_invitation(signed(district.center, "invitation", {**told, **change}))
        assert refused.value.code == "damaged"
