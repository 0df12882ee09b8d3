"""Records kept in spreadsheets, by command: template, check, take in, report; real processes, real files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.e2e.commands import Person


@pytest.fixture
def station(district: tuple[Person, Person, Path], tmp_path: Path) -> Person:
    """A station with one child, born on 2026-05-02."""
    station = district[1]
    roster = tmp_path / "roster.csv"
    roster.write_text("姓名,性别,出生日期,村\n林晓雨,女,2026-05-02,山河村\n", "utf-8")
    station.json("children", "import", roster)
    return station


def test_from_the_template_to_the_report(station: Person, tmp_path: Path) -> None:
    written = station.json("records", "import", "--template", tmp_path / "t.xlsx", "--form", "measurements")
    workbook = load_workbook(written["template"])
    sheet = workbook.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    assert headings[:4] == ["儿童姓名", "出生日期", "身份证号码", "居民健康档案编号"]
    for line in (
        {"测量日期": "2026-06-02", "体重/kg": 4.4},
        {"测量日期": "2026-06-02", "体重/kg": 4.4},
        {"测量日期": "2026-07-02", "体重/kg": 62},
    ):
        row = {"儿童姓名": "林晓雨", "出生日期": "2026-05-02", **line}
        sheet.append([row.get(heading) for heading in headings])
    workbook.save(file := tmp_path / "filled.xlsx")

    checked = station.json("records", "import", file, "--check", "--report", tmp_path / "report.xlsx")
    assert (checked["accepted"], checked["already"], checked["doubtful"]) == (1, 1, [])
    assert {one["row"] for one in checked["rejected"]} == {5}
    assert all({"row", "field", "value", "reason"} <= one.keys() for one in checked["rejected"])
    assert len(list(load_workbook(tmp_path / "report.xlsx").worksheets[0].values)) == 1 + len(checked["rejected"])

    taken = station.json("records", "import", file)
    assert (taken["accepted"], taken["already"]) == (1, 1)
    again = station.run("records", "import", file)
    assert again.returncode == 0
    assert "已有记录：2" in again.stdout
    assert "第 5 行" in again.stdout


def test_what_cannot_be_read(station: Person, tmp_path: Path) -> None:
    assert station.json("records", "import", code=1)["error"]["code"] == "no_file"
    missing = station.run("records", "import", "no-such-file.xlsx", "--json")
    assert json.loads(missing.stdout)["error"]["code"] == "unreadable"
    other = tmp_path / "prices.csv"
    other.write_text("品名,单价\n铅笔,2\n", "utf-8")
    assert station.json("records", "import", other, code=1)["error"]["code"] == "no_records"
    assert (
        station.json("records", "import", "--template", other, "--form", "x", code=1)["error"]["code"] == "no_such_form"
    )
