"""Rosters by command: checked, taken in, listed, taken back; real processes, real files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.e2e.commands import Person
from tests.e2e.test_commands import ROSTERS

TOWNSHIP = ROSTERS / "township_roster.xlsx"
REMARK = {"row", "field", "value", "reason"}


@pytest.fixture
def station(district: tuple[Person, Person, Path]) -> Person:
    return district[1]


def test_a_roster_from_the_template_to_taking_it_back(station: Person, tmp_path: Path) -> None:
    written = station.json("children", "import", "--template", tmp_path / "template.xlsx")
    assert load_workbook(written["template"]).worksheets[0]["A1"].value == "儿童姓名"

    checked = station.json("children", "import", TOWNSHIP, "--check", "--report", tmp_path / "report.xlsx")
    assert {"accepted", "updated", "rejected", "possible_duplicates"} <= checked.keys()
    assert (checked["accepted"], checked["updated"], checked["same"], checked["import_id"]) == (18, 0, 2, "")
    assert all(remark.keys() == REMARK and remark["reason"] for remark in checked["rejected"])
    assert {"row": 165, "field": "birth_date", "value": "2027-05-01"}.items() <= checked["rejected"][-3].items()
    assert {one["row"]: one["other_row"] for one in checked["possible_duplicates"]} == {163: 4, 164: 77}
    assert len(list(load_workbook(tmp_path / "report.xlsx").worksheets[0].values)) > 144
    assert station.json("children", "list")["children"] == []
    assert station.json("children", "imports") == {"imports": []}

    taken = station.json("children", "import", TOWNSHIP)
    assert taken["accepted"] == len(station.json("children", "list")["children"]) == 18
    again = station.json("children", "import", TOWNSHIP)
    assert (again["accepted"], again["same"], again["import_id"]) == (0, 20, "")
    (listed,) = station.json("children", "imports")["imports"]
    assert (listed["id"], listed["file"], listed["undoable"]) == (taken["import_id"], TOWNSHIP.name, True)

    undone = station.json("children", "undo-import", taken["import_id"])
    assert undone["children"] == 18
    assert station.json("children", "list")["children"] == []
    refused = station.json("children", "undo-import", taken["import_id"], code=1)["error"]
    assert refused["code"] == "undone_already"


def test_text_for_a_person(station: Person, tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_bytes(
        "姓名,性别,出生日期,出生体重\n张三,男,2026-01-02,6.4\n李四,女,2026-02-30,3200\n".encode("gb18030")
    )
    done = station.run("children", "import", roster, "--check")
    assert done.returncode == 0
    assert "第 3 行" in done.stdout
    assert "3200 g" in done.stdout  # what the missing unit was likely to mean


@pytest.mark.parametrize(("content", "code"), [("品名,单价\n铅笔,2\n", "not_a_roster"), ("", "not_a_roster")])
def test_what_is_no_roster_is_refused(station: Person, tmp_path: Path, content: str, code: str) -> None:
    file = tmp_path / "prices.csv"
    file.write_text(content, "utf-8")
    assert station.json("children", "import", file, code=1)["error"]["code"] == code
    done = station.run("children", "import", file)
    assert (done.returncode, done.stdout) == (1, "")
    assert "模板" in done.stderr


def test_nothing_to_read(station: Person) -> None:
    assert station.json("children", "import", code=1)["error"]["code"] == "no_file"
    missing = station.run("children", "import", "no-such-file.xlsx", "--json")
    assert json.loads(missing.stdout)["error"]["code"] == "unreadable"
