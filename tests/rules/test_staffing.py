"""needed = ceil(population / ratio), and who counts as in post."""

from __future__ import annotations

from datetime import date
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu.rules.staffing import Employment, Staffing, in_all, needed, staffing


@pytest.mark.parametrize(("population", "teachers"), [(0, 0), (1, 1), (9999, 1), (10_000, 1), (10_001, 2), (72_354, 8)])
def test_one_teacher_for_each_begun_ten_thousand(population: int, teachers: int) -> None:
    assert needed(population, 10_000) == teachers


@given(population=st.integers(0, 10**7), ratio=st.integers(1, 10**5))
def test_need_is_the_least_number_that_serves_all(population: int, ratio: int) -> None:
    need = needed(population, ratio)
    assert need == ceil(population / ratio)
    assert need * ratio >= population > (need - 1) * ratio


def test_first_and_last_day_count_and_so_does_the_certificates() -> None:
    teacher = Employment(date(2026, 3, 1), date(2026, 3, 31), certified_until=date(2026, 3, 15))
    counted = {day: staffing(20_000, [teacher], date(2026, 3, day), 10_000) for day in (1, 15, 16, 31)}
    assert {day: (row.in_post, row.certified) for day, row in counted.items()} == {
        1: (1, 1),
        15: (1, 1),
        16: (1, 0),
        31: (1, 0),
    }
    assert staffing(20_000, [teacher], date(2026, 2, 28), 10_000).in_post == 0
    assert staffing(20_000, [teacher], date(2026, 4, 1), 10_000).in_post == 0


def test_a_surplus_here_does_not_fill_a_need_there() -> None:
    whole = in_all([Staffing(10_000, 1, 3, 1, 0), Staffing(30_000, 3, 0, 0, 3)])
    assert (whole.needed, whole.in_post, whole.gap) == (4, 3, 3)


def test_an_unknown_population_leaves_the_need_unknown() -> None:
    one = staffing(None, [Employment(date(2020, 1, 1))], date(2026, 1, 1), 10_000)
    assert (one.needed, one.gap, one.in_post) == (None, None, 1)
    assert in_all([one, Staffing(10_000, 1, 1, 1, 0)]).needed is None
