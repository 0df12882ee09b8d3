"""`zhaohu children release`, `incoming`, `take`, `refuse`, `ask-back` and `on-the-way`, from station to station."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.commands import Person
from tests.services.families import enrol
from tests.sync.district import make_district, open_copy
from tests.sync.work import bring_down
from zhaohu.services.register import villages


class Sites:
    """Center and two stations at the command line, and the stick between them."""

    def __init__(self, folder: Path, children: list[str]) -> None:
        self.center, self.one, self.two = (Person(folder / name) for name in ("center", "01", "02"))
        self.children, self._stick = children, folder / "stick"

    def exchange(self, code: str) -> None:
        """A station sends what it has, and reads its answer."""
        station = self.one if code == "01" else self.two
        sent = station.json("bundle", "export", "--out", self._stick)
        assert self.center.run("bundle", "import", sent["file"]).returncode == 0
        self.answer(code)

    def answer(self, code: str) -> None:
        """A station reads the center's answer."""
        station = self.one if code == "01" else self.two
        answer = self.center.json("receipt", "export", "--station", code, "--out", self._stick)
        assert station.run("receipt", "import", answer["file"]).returncode == 0


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Sites:
    """Two children of station 01; stations that know of each other; station 02 has a village."""
    folder = tmp_path_factory.mktemp("handovers")
    template = make_district(folder / "district")
    center, one, two = (open_copy(template, name, folder / name) for name in ("center", "01", "02"))
    for station in (one, two):
        bring_down(center, station, folder / "stick")
    children = [enrol(one, "单芷然"), enrol(one, "仇英")]
    villages.add_villages(two, ["碑廓村"])
    for desk in (center, one, two):
        desk.close()
    return Sites(folder, children)


def test_children_are_handed_over_by_command(sites: Sites) -> None:
    taken, refused = sites.children
    for child_id in sites.children:
        done = sites.one.json("children", "release", child_id, "--to", "02", "--reason", "随父母搬家")
        assert done == {"status": "released"}
    sites.exchange("01")
    sites.answer("02")
    offers = {one["child"]: one["transfer"] for one in sites.two.json("children", "incoming")["children"]}
    assert set(offers) == {taken, refused}
    listed = sites.two.run("children", "incoming")
    assert "单芷然" in listed.stdout
    assert sites.one.json("children", "ask-back", refused, "--reason", "不搬了") == {"status": "asked_back"}
    again = sites.one.json("children", "ask-back", refused, "--reason", "不搬了", code=1)
    assert again["error"]["code"] == "asked_back"
    nowhere = sites.two.json("children", "take", offers[taken], "--village", "无此村", code=1)
    assert nowhere["error"]["details"]["field"] == "village"
    unsaid = sites.two.json("children", "take", offers[taken], code=1)
    assert "--village" in unsaid["error"]["message"]
    done = sites.two.json("children", "take", offers[taken], "--village", "碑廓村", "--address", "5号")
    assert done == {"status": "taken", "child": taken}
    assert sites.two.json("children", "refuse", offers[refused], "--reason", "查无此户") == {"status": "refused"}
    sites.exchange("02")
    sites.exchange("01")
    states = {one["child"]: one["stage"] for one in sites.center.json("children", "on-the-way")["children"]}
    assert states == {taken: "accepted", refused: "refused"}
    assert "转接完成" in sites.one.run("children", "on-the-way").stdout
    assert [one["id"] for one in sites.two.json("children", "list")["children"]] == [taken]
    assert [one["id"] for one in sites.one.json("children", "list")["children"]] == [refused]


def test_a_release_that_nobody_heard_of_is_taken_back_at_once(sites: Sites) -> None:
    child_id = sites.children[1]
    sites.one.json("children", "release", child_id, "--to", "02", "--reason", "随父母搬家")
    assert sites.one.json("children", "ask-back", child_id, "--reason", "不搬了") == {"status": "stays"}
