"""Keys change without a bundle lost: announced, proven, compared, taken over; former ones end where they must."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.sync.district import ADMIN, CLOCK
from tests.sync.forging import opened, sealed
from tests.sync.work import a_family, bring_down, child_at, rename, take_up

from zhaohu.errors import Refused
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import bundles, receipts, site_keys, station_list
from zhaohu.services.safety import backups
from zhaohu.services.safety.profile import open_desk
from zhaohu.services.safety.restore import Secret, restore_backup
from zhaohu.sync import keys
from zhaohu.sync.container import CONTEXTS, PACKET


def entry(district, code: str = "371103-01") -> station_list.StationEntry:
    return {one.code: one for one in station_list.list_stations(district.center)}[code]


def accept(district) -> None:
    following = entry(district).next_fingerprint
    assert following is not None
    site_keys.accept_keys(district.center, "01", following)


def import_one(center: Desk, file: Path) -> bundles.ImportReport:
    (report,) = bundles.import_bundles(center, [file])
    return report


def test_a_station_changes_its_keys_when_the_center_has_compared_them(district):
    child = a_family(district.one)
    before = site_keys.site_keys(district.one)
    changed = site_keys.change_keys(district.one)
    assert changed.fingerprint == before.fingerprint != changed.next_fingerprint
    assert site_keys.change_keys(district.one).next_fingerprint == changed.next_fingerprint  # one change at a time
    assert entry(district).next_fingerprint is None

    assert take_up(district.one, district.center, district.stick).status == "accepted"
    assert entry(district).next_fingerprint == changed.next_fingerprint
    assert not bring_down(district.center, district.one, district.stick).keys_accepted  # nobody has compared yet
    assert site_keys.site_keys(district.one) == changed

    accept(district)
    rename(district.one, child, "乙")
    in_flight = bundles.export_bundle(district.one, district.stick).file  # still signed with the former key
    assert bring_down(district.center, district.one, district.stick).keys_accepted
    after = site_keys.site_keys(district.one)
    assert (after.fingerprint, after.next_fingerprint) == (changed.next_fingerprint, "")
    assert import_one(district.center, in_flight).status == "accepted"
    assert entry(district).next_fingerprint is None

    rename(district.one, child, "丙")
    assert take_up(district.one, district.center, district.stick).status == "accepted"
    assert bring_down(district.center, district.one, district.stick).confirmed == 2
    found = child_at(district.center, child.id)
    assert found is not None
    assert found.name == "丙"
    assert bundles.pending(district.one).records == 0


def test_what_was_not_compared_is_not_accepted(district):
    a_family(district.one)
    with pytest.raises(Refused) as refused:
        site_keys.accept_keys(district.center, "01", str(entry(district).fingerprint))
    assert refused.value.code == "nothing_announced"
    site_keys.change_keys(district.one)
    take_up(district.one, district.center, district.stick)
    with pytest.raises(Refused):
        site_keys.accept_keys(district.center, "01", str(entry(district, "371103-02").fingerprint))
    with pytest.raises(Refused):
        site_keys.accept_keys(district.center, "07", "x")
    assert entry(district).next_fingerprint is not None


def test_an_announcement_that_the_next_key_does_not_prove_is_nothing(district):
    a_family(district.one)
    site_keys.change_keys(district.one)
    file = bundles.export_bundle(district.one, district.stick).file
    manifest, lines = opened(file, district.center)
    with district.two.read() as session:
        manifest["next_keys"]["receive"] = keys.own_public(session).receive  # so packets would go to another station
    assert import_one(district.center, sealed(file, district.one, [district.center], manifest, lines)).status == (
        "accepted"
    )
    assert entry(district).next_fingerprint is None


def test_a_station_cannot_announce_the_next_keys_of_another(district):
    for desk in (district.one, district.two):
        a_family(desk)
        site_keys.change_keys(desk)
    files = [bundles.export_bundle(desk, district.stick).file for desk in (district.one, district.two)]
    (manifest, lines), (other, _lines) = (opened(file, district.center) for file in files)
    manifest["next_keys"] = other["next_keys"]  # proven by the other station, for itself
    forged = sealed(files[0], district.one, [district.center], manifest, lines)
    assert import_one(district.center, forged).status == "accepted"
    assert entry(district).next_fingerprint is None


def test_former_keys_end_with_the_first_bundle_under_the_next(district, tmp_path):
    """A copy made before the change goes on by itself: too late."""
    child = a_family(district.one)
    take_up(district.one, district.center, district.stick)
    bring_down(district.center, district.one, district.stick)
    site_keys.change_keys(district.one)
    rename(district.one, child, "乙")
    take_up(district.one, district.center, district.stick)
    accept(district)
    packet = receipts.export_receipt(district.center, "01", district.stick).file
    district.one.close()
    shutil.copytree(district.one.profile, tmp_path / "copy")
    district.one = open_desk(district.one.profile, ADMIN.name, ADMIN.password, CLOCK)
    receipts.import_receipt(district.one, packet)
    rename(district.one, child, "丙")
    assert take_up(district.one, district.center, district.stick).status == "accepted"

    copy = open_desk(tmp_path / "copy", ADMIN.name, ADMIN.password, CLOCK)
    rename(copy, child, "丁")
    late = import_one(district.center, bundles.export_bundle(copy, tmp_path / "late").file)
    copy.close()
    assert (late.status, late.reason) == ("refused", "old_key")
    found = child_at(district.center, child.id)
    assert found is not None
    assert found.name == "丙"


def test_a_bundle_made_under_the_former_key_is_made_anew(district):
    child = a_family(district.one)
    site_keys.change_keys(district.one)
    take_up(district.one, district.center, district.stick)
    accept(district)
    packet = receipts.export_receipt(district.center, "01", district.stick).file
    rename(district.one, child, "乙")
    first = bundles.export_bundle(district.one, district.stick)
    receipts.import_receipt(district.one, packet)
    second = bundles.export_bundle(district.one, district.stick)
    assert not second.again
    with district.one.read() as session:
        own = keys.own_public(session).fingerprint
    assert opened(second.file, district.center)[0]["from"]["key"] == own
    assert opened(second.file, district.center)[0]["chain"][-1]["hash"] == first.bundle_id
    assert import_one(district.center, second.file).status == "accepted"


def test_the_center_changes_its_keys_and_every_station_follows(district):
    child = a_family(district.one)
    before = site_keys.site_keys(district.one).center_fingerprint
    in_flight = bundles.export_bundle(district.one, district.stick).file
    changed = site_keys.change_keys(district.center)
    assert changed.fingerprint != before
    assert changed.behind == ("巨峰镇指导站", "碑廓镇指导站")
    assert import_one(district.center, in_flight).status == "accepted"

    report = bring_down(district.center, district.one, district.stick)
    assert report.center_fingerprint == changed.fingerprint == site_keys.site_keys(district.one).center_fingerprint
    again = bring_down(district.center, district.one, district.stick)  # nothing was heard yet: by the former keys still
    assert (again.status, again.center_fingerprint) == ("accepted", "")

    rename(district.one, child, "乙")
    assert take_up(district.one, district.center, district.stick).status == "accepted"
    assert site_keys.site_keys(district.center).behind == ("碑廓镇指导站",)
    packet = receipts.export_receipt(district.center, "01", district.stick).file
    manifest, _lines = opened(packet, district.one)
    assert manifest["from"]["key"] == changed.fingerprint
    assert "next_keys" not in manifest
    receipts.import_receipt(district.one, packet)
    assert site_keys.site_keys(district.one).center_fingerprint == changed.fingerprint


def test_both_ends_change_at_once(district):
    child = a_family(district.one)
    station, center = site_keys.change_keys(district.one), site_keys.change_keys(district.center)
    assert take_up(district.one, district.center, district.stick).status == "accepted"
    accept(district)
    rename(district.one, child, "乙")
    crossing = bundles.export_bundle(district.one, district.stick).file  # by both former keys
    report = bring_down(district.center, district.one, district.stick)
    assert (report.keys_accepted, report.center_fingerprint) == (True, center.fingerprint)
    assert import_one(district.center, crossing).status == "accepted"
    rename(district.one, child, "丙")
    assert take_up(district.one, district.center, district.stick).status == "accepted"
    assert bring_down(district.center, district.one, district.stick).confirmed == 2
    after = site_keys.site_keys(district.one)
    assert (after.fingerprint, after.next_fingerprint) == (station.next_fingerprint, "")
    assert after.center_fingerprint == center.fingerprint
    assert site_keys.site_keys(district.center).behind == ("碑廓镇指导站",)
    assert bundles.pending(district.one).records == 0


def test_a_station_that_was_away_follows_two_changes_at_once(district):
    site_keys.change_keys(district.center)
    changed = site_keys.change_keys(district.center)
    assert bring_down(district.center, district.two, district.stick).center_fingerprint == changed.fingerprint
    a_family(district.two)
    assert take_up(district.two, district.center, district.stick).status == "accepted"
    assert site_keys.site_keys(district.center).behind == ("巨峰镇指导站",)


def test_the_former_keys_of_the_center_end_when_the_next_are_in_use(district):
    """Who stole the former keys cannot write packets any more."""
    a_family(district.one)
    old = receipts.export_receipt(district.center, "01", district.stick / "old").file
    manifest, lines = opened(old, district.one)
    site_keys.change_keys(district.center)
    bring_down(district.center, district.one, district.stick)
    take_up(district.one, district.center, district.stick)
    bring_down(district.center, district.one, district.stick)
    with district.center.read() as session:
        former = keys.which_own(session, manifest["from"]["key"])
    assert former != keys.PRESENT
    manifest["no"] += 10
    forged = sealed(
        old.with_name("forged.zhr"),
        district.center,
        [district.one],
        manifest,
        lines,
        context=CONTEXTS[PACKET],
        hints={"kind": PACKET, "sender": "371103"},
        which=former,
    )
    with pytest.raises(Refused) as refused:
        receipts.import_receipt(district.one, forged)
    assert refused.value.code == "bad_signature"


def test_a_center_restored_to_before_its_change_is_followed_back(district, tmp_path):
    """It has lost the keys that it announced; nobody had used them with it yet."""
    a_family(district.one)
    file = backups.create_backup(district.center, backups.Reason.MANUAL).file
    site_keys.change_keys(district.center)
    bring_down(district.center, district.one, district.stick)
    district.center.close()
    restore_backup(district.center.profile, file, Secret(ADMIN.name, ADMIN.password), CLOCK)
    district.center = open_desk(district.center.profile, ADMIN.name, ADMIN.password, CLOCK)
    lost = import_one(district.center, bundles.export_bundle(district.one, district.stick).file)
    assert (lost.status, lost.reason) == ("refused", "not_for_us")
    for _time in range(2):  # the restored center counts its packets from before: the first is one that was read
        receipts.export_receipt(district.center, "01", district.stick)
    bring_down(district.center, district.one, district.stick)
    child = a_family(district.one, "乙", "2号")
    assert take_up(district.one, district.center, district.stick).status == "accepted"
    assert child_at(district.center, child.id) is not None


def test_new_keys_travel_though_nothing_else_is_new(district):
    a_family(district.one)
    take_up(district.one, district.center, district.stick)
    bring_down(district.center, district.one, district.stick)
    with pytest.raises(Refused):
        bundles.export_bundle(district.one, district.stick)
    changed = site_keys.change_keys(district.one)
    first = bundles.export_bundle(district.one, district.stick)
    assert (first.records, bundles.export_bundle(district.one, district.stick).again) == (0, True)
    assert import_one(district.center, first.file).status == "accepted"
    assert entry(district).next_fingerprint == changed.next_fingerprint
    bring_down(district.center, district.one, district.stick)
    with pytest.raises(Refused) as refused:  # the center knows of them
        bundles.export_bundle(district.one, district.stick)
    assert refused.value.code == "nothing_new"


def test_fingerprints_are_read_out_in_digits(district):
    """The same 125 bits: derived here by plain arithmetic from the letters."""
    fingerprint = site_keys.site_keys(district.center).fingerprint
    letters = fingerprint.replace("-", "")
    places = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    number = sum(places.index(letter) * 32**power for power, letter in enumerate(reversed(letters)))
    digits = site_keys.digits(fingerprint)
    groups = digits.split(" ")
    assert [len(group) for group in groups] == [4] * 10
    assert "".join(groups).isdigit()
    told = int("".join(groups))
    assert told * 2**125 <= number * 10**40 < (told + 1) * 2**125  # so no two fingerprints share their digits
    assert keys.is_same(fingerprint, digits)
    assert keys.is_same(fingerprint, f" {fingerprint.lower().replace('-', ' ')}")
    wide = {ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789"} | {ord(" "): 0x3000}
    assert keys.is_same(fingerprint, digits.translate(wide))  # as a Chinese input method writes them
    assert not keys.is_same(fingerprint, digits[:-1] + str((int(digits[-1]) + 1) % 10))
    assert not keys.is_same(fingerprint, "")
