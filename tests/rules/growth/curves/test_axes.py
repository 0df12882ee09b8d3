from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu.rules.growth import Indicator, Standard
from zhaohu.rules.growth.curves.axes import Tick, Window, around, labelled, spread, x_axis, y_axis


@given(st.lists(st.floats(-50, 150), max_size=7).map(sorted))
def test_labels_are_spread_apart_and_stay_below_the_top(wanted):
    placed = spread(wanted, 0, 100, 12)
    assert len(placed) == len(wanted)
    assert all(above - below >= 12 - 1e-9 for below, above in pairwise(placed))
    assert all(0 <= height <= 100 + 1e-9 for height in placed)


@given(st.floats(0, 1e12), st.floats(0, 1e12))
def test_points_that_are_no_measurements_get_few_ticks_too(one, other):
    axis = y_axis(Indicator.BFA, [], [one, other])
    assert sum(bool(tick.label) for tick in axis.ticks) <= 14
    length = around(Standard.WHO, Indicator.WFL, True, [one, other])
    assert 65 >= length.low >= 0
    assert 95 <= length.high <= 250


def test_labels_with_room_stay_where_they_are_wanted():
    assert spread([5, 30, 80], 0, 100, 12) == [5, 30, 80]


@given(st.integers(1, 40), st.floats(10, 800), st.floats(5, 60))
def test_labels_of_ticks_never_touch(n, length, room):
    ticks = [Tick(at / n, str(at), True) for at in range(n + 1)]
    named = labelled(ticks, length, room)
    assert named[0] is ticks[0]
    assert all((b.at - a.at) * length >= room - 1e-9 for a, b in pairwise(named))


@given(st.floats(0, 80), st.floats(0.5, 84))
def test_ticks_of_any_window_stand_on_round_values_inside_it(low, span):
    axis = x_axis(Standard.CHINA, Indicator.WFA, False, Window(low, low + span))
    assert sum(tick.major for tick in axis.ticks) <= 16
    for tick in axis.ticks:
        assert -1e-6 <= tick.at <= 1 + 1e-6
        if tick.major:
            assert axis.value(tick.at) == pytest.approx(float(tick.label), abs=1e-5)


@given(st.lists(st.floats(0.5, 60), min_size=1, max_size=5))
def test_points_stretch_the_axis_only_as_far_as_the_lines_stay_readable(points):
    axis = y_axis(Indicator.WFA, [5.0, 10.0], points)
    assert axis.low <= 5.0
    assert axis.high >= 10.0
    assert axis.high - axis.low <= 5.0 * (1 + 2 * 0.6) * 1.04 + 2
    assert axis.value(axis.at(7.3)) == pytest.approx(7.3)
