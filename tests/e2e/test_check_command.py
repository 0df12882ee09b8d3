"""`zhaohu check` by hand: on a sound profile, on one that does not open, and while the clock of the PC is wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.e2e.commands import Person
from tests.sync.district import make_district


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_district(tmp_path_factory.mktemp("district"))


@pytest.fixture
def station(district: Path, tmp_path: Path) -> Person:
    return Person(shutil.copytree(district / "01", tmp_path / "station"))


def to_do(document: dict[str, list[dict[str, object]]]) -> set[object]:
    return {finding["name"] for finding in document["findings"] if not finding["ok"]}


def test_a_profile_that_does_not_open_is_looked_at_all_the_same(station: Person) -> None:
    assert to_do(station.json("check")) == set()
    station.json("backup", "create")
    (station.profile / "zhaohu.db").write_bytes(b"\x00" * 6000)
    found = station.json("check", code=1)
    assert not found["ok"]
    assert to_do(found) == {"open", "data_file"}
    done = station.run("check")
    assert done.returncode == 1
    assert "✗" in done.stdout
    assert not list((station.profile / "log").glob("crash-*"))


def test_a_wrong_password_and_no_profile_are_refused(station: Person, tmp_path: Path) -> None:
    assert station.json("check", code=1, password="wrong horse")["error"]["code"] == "wrong_password"
    assert Person(tmp_path / "nothing").json("check", code=1)["error"]["code"] == "no_profile"
    assert not (tmp_path / "nothing").exists()


def test_a_wrong_clock_is_said_at_every_command(station: Person) -> None:
    assert station.run("children", "list").stderr == ""
    done = station.run("children", "list", today="2026-11-05")
    assert done.returncode == 0
    assert "时钟" in done.stderr
    assert to_do(station.json("check", code=1, today="2026-11-05")) == {"clock"}
