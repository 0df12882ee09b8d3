"""`zhaohu growth child` and a referral by command: what a person reads, and what a program reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.commands import Person
from tests.services.families import enrol
from tests.services.growth.test_growth_trend import WHERE, a_child_that_lost_weight
from tests.sync.district import make_district, open_copy


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> tuple[Person, str, str]:
    """A station, a child that lost weight and one that was only born."""
    folder = tmp_path_factory.mktemp("growth-child")
    desk = open_copy(make_district(folder / "district"), "01", folder / "station")
    try:
        found = a_child_that_lost_weight(desk), enrol(desk, "于安")
    finally:
        desk.close()
    return Person(folder / "station"), *found


def test_a_person_reads_verdict_reason_and_advice(station: tuple[Person, str, str]) -> None:
    person, child_id, _other = station
    done = person.run("growth", "child", "--child", child_id)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "单芷然"
    for said in ("生长趋势：体重下降", "10.6%", "NICE NG75", "建议转诊。", "应于2026年11月13日检查"):
        assert said in done.stdout


def test_a_program_reads_the_same(station: tuple[Person, str, str]) -> None:
    person, child_id, other = station
    found = person.json("growth", "child", "--child", child_id)
    assert [day["age_days"] for day in found["days"]] == [0, 8]
    assert found["trend"]["verdict"] == "体重下降"
    assert found["trend"]["refer"] is True
    assert found["trend"]["next_check"] == "2026-11-13"
    assert found["trend"]["findings"][0]["rule"] == "newborn_loss"
    assert person.json("growth", "child", "--child", other)["trend"]["verdict"] == "尚不能判断"
    assert person.json("growth", "child", "--child", "0" * 36, code=1)["error"]["code"] == "no_such_child"


def test_a_referral_by_command_needs_only_where_to(station: tuple[Person, str, str], tmp_path: Path) -> None:
    person, child_id, _other = station
    file = tmp_path / "where.json"
    file.write_text(json.dumps(WHERE), "utf-8")
    saved = person.json("visit", "add", "--child", child_id, "--form", "referral", "--file", file)["visit"]
    assert saved["answers"]["impression"] == "体重下降"
    assert saved["answers"]["phone"] != "13812345678"  # masked, as on screens
