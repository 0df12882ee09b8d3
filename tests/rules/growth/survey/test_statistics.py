"""The statistics of surveys against sums done another way, and against published values."""

from math import exp, gamma, inf, isclose, sqrt
from statistics import NormalDist, mean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu.rules.growth.survey.statistics import DigitHeaping, Moments, Proportion, chi_square_tail_9


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_ends_of_the_interval_are_where_the_score_test_just_rejects(counted):
    """Wilson's interval holds the shares p with |share − p| ≤ 1.96 × sqrt(p (1 − p) / n): the ends solve it."""
    count, n = counted
    found = Proportion.of(count, n)
    z = NormalDist().inv_cdf(0.975)
    assert 0 <= found.low <= found.share <= found.high <= 1
    for end in (found.low, found.high):
        if 0 < end < 1:
            assert isclose(abs(found.share - end), z * sqrt(end * (1 - end) / n), rel_tol=1e-6, abs_tol=1e-9)
    assert (found.low == 0) == (count == 0)
    assert (found.high == 1) == (count == n)


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_published_wilson_intervals(count, n, low, high):
    """Newcombe, Stat Med 1998; 17: 857-72, table I, method 3."""
    found = Proportion.of(count, n)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_without_children_there_is_no_share():
    assert Proportion.of(0, 0) == Proportion(0, 0, None, None, None)


@given(st.lists(st.floats(-6, 6), max_size=50), st.lists(st.floats(-6, 6), max_size=50))
def test_moments_added_are_the_moments_of_all(first, second):
    def moments(values):
        return Moments(len(values), sum(values), sum(value * value for value in values))

    both = moments(first)
    both += moments(second)
    every = first + second
    assert both.n == len(every)
    assert both.mean == (pytest.approx(mean(every), abs=1e-9) if every else None)
    assert both.sd == (pytest.approx(stdev(every), abs=1e-6) if len(every) > 1 else None)


@pytest.mark.parametrize(("x", "p"), [(4.168, 0.90), (14.684, 0.10), (16.919, 0.05), (21.666, 0.01), (27.877, 0.001)])
def test_the_printed_percentage_points_of_chi_square(x, p):
    assert chi_square_tail_9(x) == pytest.approx(p, rel=2e-3)


@given(st.floats(0, 60))
def test_the_tail_of_chi_square_is_the_integral_of_its_density(x):
    steps = 4000
    width = x / steps
    inside = sum(exp(-t / 2) * t**3.5 for t in ((i + 0.5) * width for i in range(steps))) * width
    assert chi_square_tail_9(x) == pytest.approx(1 - inside / (2**4.5 * gamma(4.5)), abs=1e-5)
    assert chi_square_tail_9(x) < inf


def test_heaping_of_even_and_of_uneven_digits():
    even = DigitHeaping.of([7] * 10)
    assert (even.n, even.dissimilarity, even.chi_square, even.p) == (70, 0, 0, pytest.approx(1))
    only_zero = DigitHeaping.of([50, *[0] * 9])
    assert (only_zero.dissimilarity, only_zero.chi_square) == (pytest.approx(0.9), pytest.approx(450))
    assert only_zero.p < 1e-80
    zero_and_five = DigitHeaping.of([50, 0, 0, 0, 0, 50, 0, 0, 0, 0])
    assert zero_and_five.dissimilarity == pytest.approx(0.8)
    assert DigitHeaping.of([0] * 10).p is None
