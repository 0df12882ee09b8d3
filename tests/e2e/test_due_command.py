"""`zhaohu due`: the day, the days ahead, one kind of contact, and what was missed with nobody saying why."""

from __future__ import annotations

import json
from datetime import date

import pytest

from tests.e2e.commands import Person
from tests.services.families import enrol
from tests.sync.district import make_district, open_copy


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Person:
    """甲 and 乙 are six months old (甲 until 23 November), 丙 is a week short of it, 丁 is four months and preterm."""
    folder = tmp_path_factory.mktemp("due")
    desk = open_copy(make_district(folder / "district"), "01", folder / "station")
    enrol(desk, "甲", birth_date=date(2026, 4, 25))
    enrol(desk, "乙", birth_date=date(2026, 5, 20))
    enrol(desk, "丙", birth_date=date(2026, 5, 27))
    enrol(desk, "丁", birth_date=date(2026, 7, 10), facts={"gestation_days": 240})
    desk.close()
    return Person(folder / "station")


FIRST = ("甲", "M06", "due")
OTHERS = {("乙", "M06", "due"), ("丙", "M03", "overdue"), ("丁", "M03", "overdue")}
PLAN = ("丁", "HR07", "due")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ((), {FIRST, *OTHERS, PLAN}),
        (("--within", 7), {FIRST, *OTHERS, PLAN, ("丙", "M06", "upcoming")}),
        (("--on", "2026-11-24"), {("甲", "M06", "overdue"), *OTHERS, PLAN}),
        (("--track", "check"), {FIRST, *OTHERS}),
        (("--track", "tcm"), {FIRST, ("乙", "M06", "due")}),  # done with the check
        (("--track", "high_risk"), {PLAN}),
        (("--track", "extra"), set()),
    ],
)
def test_who_is_due_for_what(station: Person, options: tuple[object, ...], told: set[tuple[str, str, str]]) -> None:
    found = {(row["child"], row["contact"], row["state"]) for row in station.json("due", *options)["due"]}
    assert found == told


def test_what_was_missed_is_told_as_of_today(station: Person) -> None:
    assert station.json("due", "--missed")["due"] == []  # over before the children were registered
    later = {"today": "2026-12-26"}
    missed = station.json("due", "--missed", **later)["due"]
    assert {(row["child"], row["contact"]) for row in missed} == {("甲", "M06"), ("丁", "HR07")}
    (plan,) = station.json("due", "--missed", "--track", "high_risk", **later)["due"]
    assert plan["child"] == "丁"
    lines = station.run("due", "--missed", **later).stdout
    assert "甲" in lines
    assert "2026年10月25日" in lines


@pytest.mark.parametrize("options", [("--on", "2026-11-24"), ("--within", 7)])
def test_what_was_missed_takes_no_other_day(station: Person, options: tuple[object, ...]) -> None:
    done = station.run("due", "--missed", *options, "--json")
    assert done.returncode != 0
    assert json.loads(done.stdout)["error"]["code"] == "not_together"
