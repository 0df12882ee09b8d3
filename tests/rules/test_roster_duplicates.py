"""The same child twice is found; twins and namesakes are left in peace."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from zhaohu import paths
from zhaohu.exchange.tables import read_sheets
from zhaohu.records.codes import Sex
from zhaohu.rules.duplicates import KnownChild, Likeness, find_duplicates
from zhaohu.rules.roster import RosterChild, RosterRow, read_roster
from zhaohu.rules.roster_columns import parse_columns

BORN = date(2025, 5, 27)
ID_ONE, ID_TWO = "371103202505278986", "11010519491231002X"


def row(number=2, name="李子涵", born=BORN, sex=Sex.FEMALE, number_id=None, **more):
    child = RosterChild(name, born, sex, number_id, **more)
    return RosterRow(number, {}, child, (), number_id or "")


def known(name="李子涵", born=BORN, sex=Sex.FEMALE, number_id="", phones=("13953771234",), caregivers=("王静",)):
    return KnownChild("c1", name, born, sex, number_id, phones, caregivers)


def likeness(one, register):
    found = find_duplicates([one], register)
    return found[0].likeness if found else None


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (row(number_id=ID_ONE), known(born=date(2024, 1, 1), number_id=ID_ONE), Likeness.SAME_ID),
        (row(number_id=ID_ONE), known(name="别人", number_id=ID_ONE), Likeness.SAME_ID_OTHER_NAME),
        (row(phone="139 5377 1234"), known(), Likeness.SAME_FAMILY),
        (row(name="李梓涵", phone="13953771234"), known(), Likeness.LIKE_NAME),
        (row(name="王静之女", mother_name="王静"), known(phones=()), Likeness.PLACEHOLDER),
        (row(born=date(2025, 5, 28), phone="13953771234"), known(), Likeness.SLIPPED_DATE),
        (row(name="李 子涵", mother_name="王 静"), known(phones=()), Likeness.SAME_FAMILY),
        (row(guardian_name="王静"), known(phones=()), Likeness.SAME_FAMILY),
        (row(), known(), Likeness.SAME_NAME),
        (row(phone="13953771234", number_id=ID_ONE), known(number_id=ID_TWO), Likeness.SAME_FAMILY_ELSE),
        # twins: other given names
        (row(name="李子轩", phone="13953771234"), known(), None),
        # twins whose names sound alike
        (row(name="李梓涵", sex=Sex.MALE, phone="13953771234"), known(), None),
        (row(name="李梓涵", number_id=ID_ONE, phone="13953771234"), known(number_id=ID_TWO), None),
        # namesakes of other families
        (row(phone="13900000000", mother_name="赵敏"), known(), None),
        (row(name="李梓涵"), known(), None),
        (row(sex=Sex.MALE), known(), None),
        (row(born=date(2025, 5, 28), phone="13900000000"), known(), None),
    ],
)
def test_likeness(one, other, expected):
    assert likeness(one, [other]) is expected


def test_who_is_named():
    (found,) = find_duplicates([row(7, phone="13953771234")], [known()])
    assert (found.row, found.other_row, found.other_id, found.other_name) == (7, None, "c1", "李子涵")
    assert found.reason == "出生日期、姓名和家庭相同"


def test_within_a_file_the_later_row_is_the_duplicate():
    rows = [row(2, phone="13953771234"), row(3, name="李子轩", phone="13953771234"), row(4, phone="13953771234")]
    (found,) = find_duplicates(rows, [])
    assert (found.row, found.other_row, found.other_id) == (4, 2, None)


def test_an_incomplete_id_is_not_the_same_id():
    rows = [row(2, name="张一", number_id="371103"), row(3, name="王二", number_id="371103")]
    assert find_duplicates(rows, []) == []


def test_rows_that_are_no_children_are_passed_over():
    assert find_duplicates([RosterRow(2, {}, None, (), ID_ONE), row(3, number_id=ID_ONE)], []) == []


def test_the_sample_has_two_children_twice():
    columns = parse_columns(paths.resource("codes/roster.toml").read_text("utf-8"), "roster.toml")
    file = Path(__file__).parents[1] / "data" / "rosters" / "township_roster.xlsx"
    rows = read_roster(read_sheets(file.read_bytes()), columns, date(2026, 10, 25)).rows
    assert [(found.row, found.other_row) for found in find_duplicates(rows, [])] == [(163, 4), (164, 77)]
