"""Every trap in the two shared rosters, by row number, and what the preview says of it.

`township_roster.xlsx` (and its part as .xls) is a township clinic's, `legacy_roster_gb18030.csv` an old program's.
What is right is derived here from what is typed, by the printed rules of GB 11643, not by the code under test.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from zhaohu.records.codes import Sex
from zhaohu.services.desk import Desk
from zhaohu.services.roster import rosters
from zhaohu.services.roster.roster_preview import Decision, PreviewRow, RosterPreview, RowState

SAMPLES = Path(__file__).parents[2] / "data" / "rosters"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

DATES = {  # six ways of writing a day
    3: ("2025/05/27", date(2025, 5, 27)),
    5: ("2024年10月14日", date(2024, 10, 14)),
    6: ("2024.10.2", date(2024, 10, 2)),
    7: ("2024-05-24", date(2024, 5, 24)),  # a date cell
    8: ("2024-07-26", date(2024, 7, 26)),
    13: ("20241204", date(2024, 12, 4)),
}
IN_KILOGRAMS = {
    15: 2580, 28: 3210, 41: 3600, 54: 3420, 67: 3790, 80: 2480, 93: 3750, 106: 2300, 119: 2880, 132: 3170, 145: 3390,
    158: 3680,
}  # fmt: skip
IN_JIN = {39: 2550, 76: 3000, 113: 3550, 150: 3300}
GESTATIONS = {3: ("38+0", 266), 4: ("40+2", 282), 5: ("39周", 273), 8: ("36", 252)}
LENGTHS_TIMES_TEN = {45: "49.4 cm", 88: "49.0 cm", 131: "49.9 cm"}
SHORT_PHONES = (21, 40, 59, 78, 97, 116, 135, 154)
SPACED_PHONES = {33: "13990486303", 64: "18646385300", 95: "18601223346", 126: "17779581782", 157: "17771518554"}
RARE = {5: "赖𠮷", 31: "钱𫖯辰", 70: "尹䶮思"}
FULL_WIDTH_IDS = (43, 84, 125)
QUOTED_IDS = (55, 108, 161)
NO_ID = (31, 60, 89, 118, 147)
RIGHT_IDS = (3, 26, 28, 57, 91, 100, 113, 119, 124, 134, 135, 141, 158)
TRAILING_BLANKS = (13, 24, 35, 46, 57, 68, 79, 90, 101, 112, 123, 134, 145, 156)
TWICE = {163: 4, 164: 77}


@pytest.fixture
def township(station_desk: Desk) -> RosterPreview:
    return rosters.read_roster(station_desk, SAMPLES / "township_roster.xlsx")


@pytest.fixture
def legacy(station_desk: Desk) -> RosterPreview:
    return rosters.read_roster(station_desk, SAMPLES / "legacy_roster_gb18030.csv")


def at(preview: RosterPreview, row: int) -> PreviewRow:
    return preview.rows[preview.at(row)]


def said(row: PreviewRow, field: str) -> list[str]:
    return [issue.reason for issue in row.issues if issue.field == field]


def is_right(number: str, born: date, sex: Sex) -> bool:
    digits = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False))
    return (
        number[-1] == "10X98765432"[digits % 11]
        and number[6:14] == f"{born:%Y%m%d}"
        and (int(number[16]) % 2 == 1) == (sex is Sex.MALE)
    )


def test_a_title_stands_above_the_headings_and_empty_and_total_rows_are_no_children(township: RosterPreview) -> None:
    assert township.heading_row == 2
    assert [row.row for row in township.rows] == list(range(3, 167))  # 167 is empty, 168 says 合计


def test_six_ways_of_writing_a_day(township: RosterPreview) -> None:
    for row, (typed, day) in DATES.items():
        assert at(township, row).cells["birth_date"] == typed
        assert at(township, row).birth_date == day


def test_weights_lengths_and_gestation(township: RosterPreview) -> None:
    for unit, rows in (("kg", IN_KILOGRAMS), ("斤", IN_JIN)):
        assert {row.row for row in township.rows if row.cells.get("birth_weight", "").endswith(unit)} == rows.keys()
        for row, grams in rows.items():
            assert at(township, row).source.values.birth_weight_g == grams
    assert at(township, 3).source.values.birth_weight_g == 3295  # a bare number of grams
    for row, (typed, days) in GESTATIONS.items():
        assert at(township, row).cells["gestation"] == typed
        assert at(township, row).source.values.gestation_days == days
    too_long = {row.row for row in township.rows if said(row, "birth_length")}
    assert too_long == LENGTHS_TIMES_TEN.keys()
    for row, meant in LENGTHS_TIMES_TEN.items():
        (issue,) = [one for one in at(township, row).issues if one.field == "birth_length"]
        assert (issue.meant, issue.omittable) == (meant, True)
        assert meant in issue.reason


def test_every_citizen_id_is_judged_and_its_slips_of_the_pen_are_read(township: RosterPreview) -> None:
    for row in township.rows[:-2]:
        number = row.source.typed_id
        if row.row in NO_ID:
            assert number == ""
            assert not said(row, "id_number")
            continue
        right = is_right(number, row.birth_date, row.sex)
        assert (row.source.values.id_number == number) is right, row.row
        assert bool([one for one in row.issues if one.field == "id_number" and not one.is_note]) is not right, row.row
    right = tuple(row.row for row in township.rows if row.source.values and row.source.values.id_number)
    assert right == RIGHT_IDS
    for row in FULL_WIDTH_IDS:
        typed = at(township, row).cells["id_number"]
        assert at(township, row).source.typed_id == "".join(chr(ord(digit) - 0xFEE0) for digit in typed) != typed
    for row in QUOTED_IDS:
        assert at(township, row).cells["id_number"] == "'" + at(township, row).source.typed_id


def test_a_small_x_counts_as_a_large_one(station_desk: Desk, tmp_path: Path) -> None:
    """The samples have their X large; what the old programs write small must read the same."""
    file = tmp_path / "small.csv"
    file.write_text("姓名,性别,出生日期,身份证号\n张三,女,2026-01-02,37110320260102002x\n", "utf-8")
    (row,) = rosters.read_roster(station_desk, file).rows
    assert row.source.typed_id == "37110320260102002X"


def test_names_keep_rare_characters_and_lose_blanks(township: RosterPreview) -> None:
    assert {row: at(township, row).name for row in RARE} == RARE
    assert tuple(row.row for row in township.rows if row.source.values and said(row, "name") and not row.duplicate) == (
        TRAILING_BLANKS
    )
    for row in TRAILING_BLANKS:
        assert at(township, row).name == at(township, row).name.strip()
        assert said(at(township, row), "name") == ["已去掉姓名中的空格。"]


def test_telephones(township: RosterPreview) -> None:
    for row, number in SPACED_PHONES.items():
        assert at(township, row).source.values.phone == number
        assert not said(at(township, row), "phone")
    assert tuple(row.row for row in township.rows if said(row, "phone")) == SHORT_PHONES
    for row in SHORT_PHONES:
        assert [one.is_note for one in at(township, row).issues if one.field == "phone"] == [True]


def test_a_child_that_stands_twice_is_the_same_and_is_not_taken(township: RosterPreview) -> None:
    found = {row.row: row.duplicate.other_row for row in township.rows if row.duplicate}
    assert found == TWICE
    for row, other in TWICE.items():
        assert at(township, row).state is RowState.SAME
        assert at(township, row).decisions == (Decision.LEAVE,)
        assert f"第 {other} 行" in said(at(township, row), "name")[0]


def test_the_future_the_formula_and_the_impossible_day_are_refused(township: RosterPreview) -> None:
    future = at(township, 165)
    assert (future.state, future.cells["birth_date"]) == (RowState.REFUSED, "2027-05-01")
    assert said(future, "birth_date") == ["出生日期晚于今天。"]
    formula = at(township, 166)
    assert (formula.state, formula.cells["name"], formula.cells["birth_date"]) == (
        RowState.REFUSED, "=1+1", "2026-02-30",
    )  # fmt: skip
    assert said(formula, "name")
    assert said(formula, "birth_date") == ["没有这一天。"]


def test_every_state_has_its_rows(township: RosterPreview) -> None:
    assert township.counts == {
        RowState.NEW: 18, RowState.UPDATE: 0, RowState.SAME: 2, RowState.DOUBTFUL: 142, RowState.REFUSED: 2,
    }  # fmt: skip
    assert all(row.issues for row in township.rows if row.state is not RowState.NEW)


def test_the_old_workbook_says_the_same(station_desk: Desk, township: RosterPreview) -> None:
    old = rosters.read_roster(station_desk, SAMPLES / "township_roster_part.xls")
    for row in old.rows:
        if row.row not in (163, 164, 166):  # whom 163 and 164 repeat is not in this part; .xls tells no formulas
            assert (row.state, row.issues) == (at(township, row.row).state, at(township, row.row).issues)
    assert at(old, 163).duplicate.other_row == 4
    assert at(old, 164).duplicate is None
    assert said(at(old, 166), "name") == ["缺少姓名。"]


def test_the_old_programs_export(legacy: RosterPreview) -> None:
    assert [row.row for row in legacy.rows] == list(range(2, 82))
    first = at(legacy, 2)
    assert (first.cells["sex"], first.sex) == ("2", Sex.FEMALE)  # sex as a code
    assert (first.cells["birth_date"], first.birth_date) == ("20240824", date(2024, 8, 24))
    rare = {4: "唐翀", 8: "万鱻轩", 17: "于昇桐", 22: "万彧", 32: "曾𠮷安", 66: "常燚诗"}  # outside GB 2312
    assert {row: at(legacy, row).name for row in rare} == rare
    for row in legacy.rows:
        right = is_right(row.source.typed_id, row.birth_date, row.sex)
        assert (row.state is RowState.NEW) is right, row.row
        assert (row.source.values.id_number is not None) is right, row.row
    assert not any(row.duplicate for row in legacy.rows)
