"""When a station is late."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu.rules.lateness import LONGEST_USUAL_DAYS, USUAL_DAYS, is_late, usual_days

DAY = date(2026, 3, 2)


def days(*after: int) -> list[date]:
    return [DAY + timedelta(n) for n in after]


@pytest.mark.parametrize(
    ("received", "usual"),
    [
        ([], USUAL_DAYS),
        (days(0), USUAL_DAYS),
        (days(0, 1), USUAL_DAYS),  # too few to tell
        (days(0, 0, 0, 1), USUAL_DAYS),  # several on a day are one
        (days(0, 1, 2), 1),
        (days(0, 14, 28), 14),
        (days(28, 0, 14), 14),
        (days(0, 7, 14, 21, 70), 7),  # one holiday does not make it slow
        (days(0, 60, 120), LONGEST_USUAL_DAYS),
        (days(*range(0, 100, 30), *range(100, 108)), 1),  # it sends daily by now
    ],
)
def test_usual(received, usual):
    assert usual_days(received) == usual


@pytest.mark.parametrize(("since", "usual", "late"), [(7, 1, False), (8, 1, True), (14, 7, False), (15, 7, True)])
def test_late(since, usual, late):
    assert is_late(since, usual) is late


@given(st.lists(st.integers(0, 400), max_size=30), st.integers(0, 400))
def test_it_never_becomes_earlier_by_waiting(after, since):
    usual = usual_days(days(*after))
    assert 1 <= usual <= LONGEST_USUAL_DAYS
    assert is_late(since, usual) <= is_late(since + 1, usual)
    assert is_late(2 * LONGEST_USUAL_DAYS + 1, usual)
