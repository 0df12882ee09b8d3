"""Ages by the calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu.rules.ages import (
    add_months,
    age_text,
    calendar_age,
    corrected_birth_date,
    is_preterm,
    latest_birth,
    months_and_days,
)

DAYS = st.dates(date(2000, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("born", "on", "months", "days"),
    [
        (date(2026, 1, 31), date(2026, 2, 28), 1, 0),
        (date(2026, 1, 31), date(2026, 2, 27), 0, 27),
        (date(2024, 2, 29), date(2025, 2, 28), 12, 0),
        (date(2026, 5, 10), date(2026, 5, 10), 0, 0),
        (date(2026, 5, 10), date(2026, 6, 9), 0, 30),
        (date(2023, 11, 21), date(2026, 11, 21), 36, 0),
    ],
)
def test_completed_months(born: date, on: date, months: int, days: int) -> None:
    assert months_and_days(born, on) == (months, days)


@given(born=DAYS, later=st.integers(0, 2000))
def test_months_and_days_add_up(born: date, later: int) -> None:
    on = born + timedelta(days=later)
    months, days = months_and_days(born, on)
    assert add_months(born, months) + timedelta(days=days) == on
    assert 0 <= days <= 30
    assert add_months(born, months + 1) > on


@given(born=DAYS, apart=st.integers(-2000, 3000))
def test_the_running_month_ends_where_the_next_begins(born: date, apart: int) -> None:
    on = born + timedelta(days=apart)
    months, days, length = calendar_age(born, on)
    assert (months, days) == months_and_days(born, on)
    assert add_months(born, months) + timedelta(days=days) == on
    assert add_months(born, months + 1) - add_months(born, months) == timedelta(days=length)
    assert 0 <= days < length


@given(day=DAYS, months=st.integers(0, 60))
def test_adding_months_keeps_the_day_or_takes_the_months_last(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


@pytest.mark.parametrize(("gestation", "preterm"), [(None, False), (258, True), (259, False), (280, False)])
def test_preterm_is_before_37_weeks(gestation: int | None, preterm: bool) -> None:
    assert is_preterm(gestation) is preterm


def test_corrected_age_counts_from_the_40_week_date() -> None:
    assert corrected_birth_date(date(2026, 1, 1), 224) == date(2026, 2, 26)
    assert corrected_birth_date(date(2026, 1, 1), 270) == date(2026, 1, 1)


def test_ages_are_said_as_the_field_says_them() -> None:
    born = date(2026, 1, 10)
    assert age_text(born, date(2026, 1, 28)) == "18 天"
    assert age_text(born, date(2026, 8, 15)) == "7 月 5 天"
    assert age_text(born, date(2028, 6, 10)) == "2 岁 5 月"
    assert age_text(born, date(2026, 1, 9)) == ""


@given(on=DAYS, months=st.integers(0, 60), days=st.integers(-3, 3))
def test_born_no_later_than_the_latest_birth_is_to_have_completed_the_months(on: date, months: int, days: int) -> None:
    born = latest_birth(on, months) + timedelta(days=days)
    assert (months_and_days(born, on)[0] >= months) is (days <= 0)
