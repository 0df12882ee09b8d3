"""`zhaohu children list` and `search`: every filter of the list by command, and mistakes in them named."""

from __future__ import annotations

from datetime import date

import pytest

from tests.e2e.test_commands import Person
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
