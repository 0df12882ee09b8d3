from datetime import date, timedelta
from math import floor

from hypothesis import given
from hypothesis import strategies as st

from zhaohu.rules.ages import add_months
from zhaohu.rules.growth.age import DAYS_PER_MONTH, Age, Ages, first_day_of_month


def test_months_become_days_as_in_whos_programs():
    assert [first_day_of_month(m) for m in range(100)] == [floor(m * DAYS_PER_MONTH + 0.5) for m in range(100)]


@given(st.integers(0, 3000))
def test_an_age_in_days_lies_inside_its_month(days):
    age = Age.of_days(days)
    assert first_day_of_month(age.months) + age.day_of_month == days
    assert 0 <= age.day_of_month < age.month_days


@given(st.integers(0, 84))
def test_a_whole_number_of_months_stays_whole(months):
    assert Age.of_days(first_day_of_month(months)).months == months
    assert Age.of_days(first_day_of_month(months)).day_of_month == 0


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(0, 3000))
def test_an_age_between_dates_lies_inside_its_calendar_month(born, days):
    on = born + timedelta(days=days)
    age = Age.between(born, on)
    assert age.days == days
    assert add_months(born, age.months) <= on < add_months(born, age.months + 1)
    assert 0 <= age.day_of_month < age.month_days


def test_preterm_age_is_corrected_to_two_years_and_no_further():
    born = date(2024, 3, 5)
    early = Ages.on(born, date(2026, 3, 4), 245)
    assert early.corrected is not None
    assert early.corrected.days == early.chronological.days - 35
    assert early.used is early.corrected
    late = Ages.on(born, date(2026, 3, 5), 245)
    assert late.corrected is None
    assert late.used is late.chronological


def test_only_a_birth_before_37_weeks_is_corrected():
    assert Ages.of_days(100, 37 * 7).corrected is None
    assert Ages.of_days(100, 37 * 7 - 1).corrected == Age.of_days(100 - 22)
    assert Ages.of_days(100).corrected is None


def test_corrected_age_before_term_is_negative_and_days_and_dates_agree():
    born = date(2024, 3, 5)
    assert Ages.on(born, date(2024, 3, 15), 210).used.days == -60
    assert Ages.of_days(10, 210).used.days == -60
