"""Keys, a lost PC and the center's questions by command, from one site to the other and back."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.commands import Person


def down(district: tuple[Person, Person, Path]) -> dict:
    center, station, folder = district
    packet = center.json("receipt", "export", "--station", "01", "--out", folder / "down")
    return station.json("receipt", "import", packet["file"])


def up(district: tuple[Person, Person, Path]) -> dict:
    center, station, folder = district
    bundle = station.json("bundle", "export", "--out", folder / "up")
    (report,) = center.json("bundle", "import", bundle["file"])["files"]
    assert report["status"] == "accepted", report
    return report


def test_the_centers_questions_are_answered_and_closed(district: tuple[Person, Person, Path]) -> None:
    center, station, _folder = district
    asked = center.json("questions", "ask", "--station", "01", "--text", "七月没有家访，为什么？")
    down(district)
    (seen,) = station.json("questions", "list")["questions"]
    assert (seen["id"], seen["text"], seen["state"]) == (asked["id"], "七月没有家访，为什么？", "open")
    assert "七月没有家访" in station.run("questions", "list").stdout
    station.json("questions", "answer", asked["id"], "--text", "汛期停访，八月补。")
    up(district)
    (answered,) = center.json("questions", "list")["questions"]
    assert answered["state"] == "answered"
    assert [one["text"] for one in answered["answers"]] == ["汛期停访，八月补。"]
    center.json("questions", "close", asked["id"], "--note", "清楚了")
    down(district)
    assert station.json("questions", "list")["questions"] == []
    (closed,) = station.json("questions", "list", "--all")["questions"]
    assert closed["closing_note"] == "清楚了"
    refused = station.run("questions", "answer", asked["id"], "--text", "迟了")
    assert refused.returncode == 1
    assert "关闭" in refused.stderr


def test_both_sites_change_their_keys(district: tuple[Person, Person, Path]) -> None:
    center, station, _folder = district
    changed = station.json("station", "keys", "--change")
    read_out = changed["digits"]["next_fingerprint"]
    assert len(read_out.split()) == 10
    up(district)  # nothing else is new
    wrong = center.run("center", "station", "accept-keys", "--code", "01", "--fingerprint", "0" * 40)
    assert wrong.returncode == 1
    center.json("center", "station", "accept-keys", "--code", "01", "--fingerprint", read_out)
    assert down(district)["keys_accepted"] is True
    assert station.json("station", "keys")["fingerprint"] == changed["next_fingerprint"]

    new = center.json("center", "keys", "--change")
    assert new["behind"] == ["巨峰镇指导站"]
    assert down(district)["center_fingerprint"] == new["fingerprint"]
    assert station.json("station", "keys")["center_fingerprint"] == new["fingerprint"]


def test_a_station_is_revoked_invited_once_more_and_joins_anew(district: tuple[Person, Person, Path]) -> None:
    center, station, folder = district
    center.json("center", "station", "revoke", "--code", "01", "--reason", "电脑被盗")
    (entry,) = center.json("center", "station", "list")["stations"]
    assert entry["status"] == "revoked"
    made = center.json("center", "station", "renew", "--code", "01", "--out", folder / "again.zhe")
    wrong = station.run("station", "recenter", "--enrolment", folder / "again.zhe", "--fingerprint", "1234")
    assert wrong.returncode == 1
    joined = station.json(
        "station", "recenter", "--enrolment", folder / "again.zhe", "--reply", folder / "again-reply.zhe",
        "--fingerprint", made["fingerprint_digits"],
    )  # fmt: skip
    assert joined["center_fingerprint"] == made["fingerprint"]
    accepted = center.json("center", "station", "accept", folder / "again-reply.zhe")
    assert accepted["fingerprint_digits"] in station.run("station", "keys").stdout
    assert up(district)["differs"] is False
    assert down(district)["enrolled"] is True
