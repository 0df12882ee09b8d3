"""`zhaohu children list` and `search`: every filter of the list by command, and mistakes in them named."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.e2e.commands import Person
from tests.services.families import enrol
from tests.sync.district import make_district, open_copy
from zhaohu.records import Assignment, Teacher
from zhaohu.records.codes import ChildStatus
from zhaohu.services.register import child_list, moves


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Person:
    """Four children: 单芷然 is well; 王雪 preterm, late and in teacher 王敏's village; 仇英 small; 查理 moved away."""
    folder = tmp_path_factory.mktemp("children")
    desk = open_copy(make_district(folder / "district"), "01", folder / "station")
    enrol(desk)
    enrol(desk, "王雪", birth_date=date(2026, 4, 1), village="巨峰村", facts={"gestation_days": 240})
    enrol(desk, "仇英", birth_date=date(2025, 2, 1), village="土山河村", facts={"birth_weight_g": 1900})
    gone = enrol(desk, "查理", birth_date=date(2026, 10, 20))
    moves.change_status(desk, gone, ChildStatus.MOVED_OUT, desk.today, "搬走了", "日照市")
    (village,) = [key for key, name in child_list.list_villages(desk) if name == "巨峰村"]
    with desk.write("test") as work:
        teacher = desk.make(Teacher, name="王敏", employed_from=date(2020, 1, 1))
        work.session.add(teacher)
        work.session.flush()
        work.session.add(desk.make(Assignment, village_id=village, teacher_id=teacher.id, since=date(2026, 1, 1)))
    desk.close()
    return Person(folder / "station")


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ((), ["单芷然", "王雪", "仇英"]),  # the youngest first
        (("--status", "all", "--sort", "name"), ["仇英", "单芷然", "王雪", "查理"]),  # qiú, shàn, wáng, zhā
        (("--status", "moved_out"), ["查理"]),
        (("--village", "巨峰村", "--village", "土山河村"), ["王雪", "仇英"]),
        (("--teacher", "王敏"), ["王雪"]),
        (("--months", "6-8"), ["王雪"]),
        (("--high-risk", "--ascending"), ["仇英", "王雪"]),
        (("--risk", "preterm"), ["王雪"]),
        (("--due", "overdue", "--query", "qiu"), ["仇英"]),
        (("--growth-problem",), ["仇英"]),
        (("--consent", "refused"), []),
        (("--consent", "missing", "--limit", "1"), ["单芷然"]),
    ],
)
def test_each_filter_of_the_list(station: Person, options: tuple[str, ...], names: list[str]) -> None:
    found = station.json("children", "list", *options)["children"]
    assert [child["name"] for child in found] == names


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--village", "无此村"), "“无此村”"),
        (("--teacher", "无此人"), "“无此人”"),
        (("--months", "6"), "6-12"),
        (("--months", "12-6"), "6-12"),
        (("--status", "gone"), "moved_out"),
        (("--risk", "nonsense"), "nonsense"),
    ],
)
def test_a_mistake_in_a_filter_is_named(station: Person, options: tuple[str, ...], said: str) -> None:
    done = station.run("children", "list", *options)
    assert done.returncode == 2
    assert said in done.stderr


def test_several_words_are_searched_together(station: Person) -> None:
    assert [child["name"] for child in station.json("children", "search", "w", "巨峰")["children"]] == ["王雪"]
    assert station.json("children", "search", "w", "土山河")["children"] == []
    shown = station.run("children", "search", "zha").stdout
    assert "查理" in shown
    (child,) = station.json("children", "search", "wx")["children"]
    assert (child["teacher"], child["consent"], child["overdue"]) == ("王敏", "missing", True)


def test_what_is_due_is_told_by_name(station: Person) -> None:
    rows = station.json("due")["due"]
    assert {row["child"]: row["state"] for row in rows}["仇英"] == "overdue"
    assert {"child_id", "contact", "title", "due_from", "due_to", "days_late", "phone"} <= rows[0].keys()
    assert {row["phone"] for row in rows} == {"*******5678"}


def test_numbers_are_masked_wherever_a_roster_is_answered_for(station: Person, tmp_path: Path) -> None:
    """Rewritten ids, several phones, contradictions: no reason, no value repeats a number whole."""
    ids = [whole(f"37110320260{n}0100{n}") for n in range(1, 5)]
    phones = ["13912340001", "13912340002", "13912340003"]
    lines = [
        f"甲甲,男,2026-01-01,{ids[0][:6]} {ids[0][6:]},{phones[0]}/{phones[1]}",  # blanks; two phones
        f"乙乙,男,2026-02-01,{ids[1][:-1]}{'1' if ids[1][-1] != '1' else '2'},{phones[2]}",  # wrong check digit
        f"丙丙,男,2026-03-02,{ids[2]},{phones[2]}x",  # other birth date; a phone that cannot be
        f"丁丁,男,2026-04-01,'{ids[3]},",
    ]
    file, report = tmp_path / "roster.csv", tmp_path / "report.xlsx"
    file.write_text("\n".join(["姓名,性别,出生日期,身份证号,联系电话", *lines]) + "\n", "utf-8")
    done = station.run("children", "import", file, "--check", "--report", report, "--json")
    assert done.returncode == 0
    reasons = " ".join(one["reason"] for one in json.loads(done.stdout)["notes"])
    assert "371103********" in reasons
    assert "*******0001" in reasons
    cells = " ".join(str(value) for row in load_workbook(report).worksheets[0].values for value in row)
    for text in (done.stdout, done.stderr, cells):
        assert re.findall(r"(?<!\d)(?:\d{17}[\dX]|1[3-9]\d{9})(?!\d)", text) == []


def whole(first: str) -> str:
    rest = sum(int(digit) * pow(2, 17 - at, 11) for at, digit in enumerate(first[:17])) % 11
    return first[:17] + "10X98765432"[rest]
