"""`zhaohu growth recompute`: lists whose grade would change, changes nothing until it is told to."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.commands import Person
from tests.services.doctored import age
from tests.services.families import enrol
from tests.sync.district import ADMIN, CLOCK, make_district
from zhaohu.services.safety.profile import open_desk


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_district(tmp_path_factory.mktemp("district"))


@pytest.fixture
def station(district: Path, tmp_path: Path) -> Person:
    """With a child whose grade of the birth was another one under older rules."""
    profile = shutil.copytree(district / "01", tmp_path / "station")
    with closing(open_desk(profile, ADMIN.name, ADMIN.password, CLOCK)) as desk:
        age(desk, enrol(desk), wfa=("下", "下", "低体重"))
    return Person(profile)


def test_a_list_first_and_then_the_change(station: Person, tmp_path: Path) -> None:
    listed = station.json("growth", "recompute")
    (change,) = listed["changes"]
    assert (change["child"], change["on"], change["indicator"]) == ("单芷然", "2026-11-02", "wfa")
    assert (change["before"]["status"], change["after"]["status"]) == ("低体重", None)
    assert (listed["applied"], listed["kept"]) == (False, 0)
    assert listed["kept_under_other_versions"] == {"2025.9-0123456789ab": 1}
    assert station.json("growth", "recompute")["changes"] == listed["changes"]

    place = tmp_path / "changes.csv"
    done = station.run("growth", "recompute", "--apply", "--out", str(place))
    assert done.returncode == 0
    assert "低体重" in done.stdout
    assert "单芷然" in place.read_text("utf-8-sig")
    assert "138" not in done.stdout + place.read_text("utf-8-sig")  # no telephone numbers

    after = station.json("growth", "recompute")
    assert (after["changes"], after["kept"], after["kept_under_other_versions"]) == ([], 1, {})


def test_a_file_of_another_kind_is_refused_before_anything_is_changed(station: Person, tmp_path: Path) -> None:
    out = str(tmp_path / "changes.pdf")
    assert station.json("growth", "recompute", "--apply", "--out", out, code=1)["error"]["code"] == "bad_suffix"
    assert len(station.json("growth", "recompute")["changes"]) == 1
