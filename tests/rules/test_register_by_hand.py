"""Rules of the register against examples that were reckoned by hand, from the norms and not from the code."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu import paths
from zhaohu.records.codes import Risk, Sex
from zhaohu.rules.ages import add_months, corrected_birth_date, months_and_days
from zhaohu.rules.child_checks import Particulars, Sibling, check_child, expected_birth_weight_g
from zhaohu.rules.identity import CitizenId, read_citizen_id, read_phone
from zhaohu.rules.risks import BirthFacts, derived_risks
from zhaohu.rules.schedule import DueState, ScheduledChild, due_items, parse_schedule

TODAY = date(2026, 11, 20)
SCHEDULE = parse_schedule(paths.resource("schedules/national_2017.toml").read_text("utf-8"), "national_2017.toml")


def state(child: ScheduledChild, contact: str, on: date) -> DueState | None:
    return next((one.state for one in due_items(SCHEDULE, child, on) if one.contact.code == contact), None)


@given(st.integers(0, 10**17 - 1))
def test_the_check_character_of_an_id_is_iso_7064_mod_11_2(number: int) -> None:
    """The standard's other description: the pure system, carried from digit to digit, without the table of weights."""
    digits = f"{number:017d}"
    carried = 0
    for digit in digits:
        carried = (carried + int(digit)) * 2 % 11
    check = "0123456789X"[(12 - carried) % 11]
    accepted = [last for last in "0123456789X" if isinstance(read_citizen_id(digits + last), CitizenId)]
    assert accepted in ([], [check])  # none where the birth date is impossible


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("010-65201234", "01065201234"),  # three-digit area code and eight digits
        ("0633 261 2345", "06332612345"),  # four digits and seven
        ("0532-85901234", "053285901234"),  # four digits and eight
        ("+86 139 5377 1234", "13953771234"),
        ("19953771234", "19953771234"),
    ],
)
def test_telephones_of_the_numbering_plan(typed: str, number: str) -> None:
    assert read_phone(typed) == number


@pytest.mark.parametrize("typed", ["12953771234", "10086", "0633-1612345", "4006123456", "1395377123"])
def test_what_no_family_can_be_called_by(typed: str) -> None:
    assert not isinstance(read_phone(typed), str)


@pytest.mark.parametrize(
    ("weeks", "grams"),  # Hadlock 1991, 50th percentile; from background knowledge, not the paper
    [(24, 670), (28, 1210), (32, 1953), (36, 2813), (40, 3619)],
)
def test_expected_weights_are_those_of_the_table(weeks: int, grams: int) -> None:
    assert expected_birth_weight_g(weeks * 7) == pytest.approx(grams, rel=0.01)


def codes(child: Particulars, *siblings: Sibling) -> set[str]:
    return {finding.code for finding in check_child(child, TODAY, siblings)}


def test_twins_on_both_sides_of_midnight_and_of_new_year_are_one_birth() -> None:
    second = Particulars(Sex.FEMALE, date(2026, 1, 1), plurality=2, birth_order=2)
    assert codes(second, Sibling("哥哥", date(2025, 12, 31), 1)) == set()


def test_a_child_seven_months_younger_is_possible_one_day_less_is_asked_about() -> None:
    # born on 31 July: seven months later February has no 31st, its last day is the first that counts
    elder = Sibling("姐姐", date(2025, 7, 31), 1)
    assert codes(Particulars(Sex.MALE, date(2026, 2, 28), birth_order=2), elder) == set()
    assert codes(Particulars(Sex.MALE, date(2026, 2, 27), birth_order=2), elder) == {"close_births"}


def test_the_third_child_cannot_be_born_before_the_second() -> None:
    third = Particulars(Sex.MALE, date(2023, 5, 1), birth_order=3)
    assert codes(third, Sibling("二宝", date(2025, 5, 1), 2)) == {"wrong_order"}
    assert codes(third, Sibling("二宝", date(2021, 5, 1), 2)) == set()
    assert codes(third, Sibling("也是三宝", date(2021, 5, 1), 3)) == {"same_order"}


@pytest.mark.parametrize(
    ("facts", "risks"),
    [
        (BirthFacts(gestation_days=258), {Risk.PRETERM}),  # 36 weeks + 6 days
        (BirthFacts(gestation_days=259), set()),  # 37 weeks + 0 days
        (BirthFacts(birth_weight_g=2499), {Risk.LOW_BIRTH_WEIGHT}),
        (BirthFacts(birth_weight_g=2500), set()),
        (BirthFacts(plurality=2), {Risk.MULTIPLE_BIRTH}),
        (BirthFacts(plurality=1), set()),
        (BirthFacts(newborn_answers={"birth_situation": ["4", "5"]}), {Risk.MULTIPLE_BIRTH}),
        (BirthFacts(newborn_answers={"asphyxia": "1", "malformation": "2"}), {Risk.MALFORMATION}),
        (BirthFacts(), set()),
    ],
)
def test_risks_begin_where_the_norm_says(facts: BirthFacts, risks: set[Risk]) -> None:
    assert set(derived_risks(facts)) == risks


def test_the_newborn_visit_follows_the_discharge() -> None:
    """Born on 2 November, home on the 6th: until the 13th, as a high-risk child until the 9th."""
    born, home = date(2026, 11, 2), date(2026, 11, 6)
    for high_risk, last in ((False, date(2026, 11, 13)), (True, date(2026, 11, 9))):
        child = ScheduledChild(born, home, high_risk)
        assert state(child, "NB1", home - timedelta(days=1)) is None
        assert state(child, "NB1", home) is DueState.DUE
        assert state(child, "NB1", last) is DueState.DUE
        assert state(child, "NB1", last + timedelta(days=1)) is DueState.OVERDUE


def test_the_check_at_three_years_is_open_until_the_day_before_the_fourth_birthday() -> None:
    child = ScheduledChild(date(2022, 11, 21))
    assert state(child, "M36", date(2025, 11, 20)) is None
    assert state(child, "M36", date(2025, 11, 21)) is DueState.DUE
    assert state(child, "M36", date(2026, 11, 20)) is DueState.DUE
    assert state(child, "M36", date(2026, 11, 21)) is DueState.MISSED  # from then on the record can be closed


def test_who_was_born_on_a_leap_day_is_three_on_the_last_of_february() -> None:
    assert add_months(date(2024, 2, 29), 36) == date(2027, 2, 28)
    assert months_and_days(date(2024, 2, 29), date(2027, 2, 28)) == (36, 0)


def test_corrected_age_counts_from_the_fortieth_week() -> None:
    # 32 weeks + 3 days: 53 days early; born on 1 January, at term on 23 February
    assert corrected_birth_date(date(2026, 1, 1), 32 * 7 + 3) == date(2026, 2, 23)
    assert corrected_birth_date(date(2026, 1, 1), 37 * 7) == date(2026, 1, 1)
