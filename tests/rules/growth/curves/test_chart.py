from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.faults.figures import times

from zhaohu.rules.growth import BOTH, Ages, Indicator, Measurement, Position, Standard, assess
from zhaohu.rules.growth.assess import PRETERM_INDICATORS
from zhaohu.rules.growth.china import LEVEL_BY_PERCENTILE, LEVEL_BY_SD, STATUS_BY_SD
from zhaohu.rules.growth.curves.chart import LineKind, Lines, Window, build_chart
from zhaohu.rules.growth.curves.lines import Z_OF

BORN = date(2024, 3, 5)


def visits(references, standard, days, *, sex=1, gestation_days=None, **measured):
    found = []
    for day in days:
        on = BORN + timedelta(days=day)
        numbers = {"weight_g": 3500 + 20 * day, "length_mm": 500 + day // 2, "head_mm": 350 + day // 8} | measured
        ages = Ages.on(BORN, on, gestation_days)
        found.append((on, assess(references, standard, sex, ages, Measurement(**numbers))))
    return found


def chart(references, standard, indicator, days, *, lines=Lines.SD, window=None, **more):
    seen = visits(references, standard, days, **more)
    return build_chart(references, standard, more.get("sex", 1), indicator, seen, lines=lines, window=window)


def height(got, line, x):
    """Where a drawn line runs at an x, in the indicator's unit; None where it does not run."""
    for piece in line.pieces:
        at = got.x_axis.at(x)
        for (here, low), (there, high) in pairwise(piece):
            if here - 1e-12 <= at <= there + 1e-12:
                return got.y_axis.value(low + (at - here) / (there - here) * (high - low))
    return None


def measured_as(indicator, value, length_mm=None):
    """What to measure so that an indicator has a value."""
    if indicator is Indicator.LHFA:
        return Measurement(length_mm=value * 10)
    if indicator is Indicator.HCFA:
        return Measurement(head_mm=value * 10)
    if indicator is Indicator.BFA:
        return Measurement(weight_g=value * 0.8 * 0.8 * 1000, length_mm=800)
    return Measurement(weight_g=value * 1000, length_mm=length_mm)


# -- a point on a line is graded so


@settings(max_examples=times(150, 40))
@given(
    indicator=st.sampled_from(Indicator),
    lines=st.sampled_from(Lines),
    sex=st.sampled_from((1, 2)),
    days=st.integers(0, 1826),
    tenths=st.integers(0, 349),
    n=st.integers(0, 6),
)
def test_a_child_on_a_line_of_who_has_its_z_score(references, indicator, lines, sex, days, tenths, n):
    ages = Ages.of_days(days)
    length_mm = 700 + tenths  # both tables reach from 65 to 110 cm
    probe = assess(references, Standard.WHO, sex, ages, Measurement(8000, length_mm, 450))
    got = build_chart(references, Standard.WHO, sex, indicator, [(BORN, probe)], lines=lines)
    (mark,) = got.marks
    value = height(got, got.lines[n], got.x_axis.value(mark.x))
    result = assess(references, Standard.WHO, sex, ages, measured_as(indicator, value, length_mm)).of(indicator)
    assert result.z == pytest.approx(Z_OF[lines][n], abs=1e-6)


@settings(max_examples=times(60, 20))
@given(
    indicator=st.sampled_from(PRETERM_INDICATORS),
    lines=st.sampled_from(Lines),
    sex=st.sampled_from((1, 2)),
    days=st.integers(0, 252),
    n=st.integers(0, 6),
)
def test_a_preterm_child_on_a_line_of_intergrowth_has_its_z_score(references, indicator, lines, sex, days, n):
    ages = Ages.on(BORN, BORN + timedelta(days=days), 28 * 7)
    probe = assess(references, Standard.INTERGROWTH, sex, ages, Measurement(2000, 450, 320))
    got = build_chart(references, Standard.INTERGROWTH, sex, indicator, [(BORN, probe)], lines=lines)
    (mark,) = got.marks
    assert got.x_axis.value(mark.x) == pytest.approx((28 * 7 + days) / 7)
    value = height(got, got.lines[n], got.x_axis.value(mark.x))
    result = assess(references, Standard.INTERGROWTH, sex, ages, measured_as(indicator, value)).of(indicator)
    assert result.z == pytest.approx(Z_OF[lines][n], abs=1e-6)


@settings(max_examples=times(200, 50))
@given(
    indicator=st.sampled_from(Indicator),
    lines=st.sampled_from(Lines),
    sex=st.sampled_from((1, 2)),
    born=st.dates(date(2020, 1, 1), date(2024, 12, 31)),
    days=st.integers(0, 2500),
    tenths=st.integers(0, 249),
    n=st.integers(0, 6),
)
def test_the_lines_of_ws_t_423_are_where_its_levels_change(references, indicator, lines, sex, born, days, tenths, n):
    """On the line the upper level holds already, a hair below it does not: on printed rows and between them."""
    on = born + timedelta(days=days)
    ages = Ages.on(born, on)
    if indicator is Indicator.HCFA and ages.chronological.months > 36:
        return
    length_mm = 750 + tenths
    probe = assess(references, Standard.CHINA, sex, ages, Measurement(8000, length_mm, 450))
    got = build_chart(references, Standard.CHINA, sex, indicator, [(on, probe)], lines=lines)
    (mark,) = got.marks
    value = height(got, got.lines[n], got.x_axis.value(mark.x))
    above, below = (
        assess(references, Standard.CHINA, sex, ages, measured_as(indicator, value + hair, length_mm)).of(indicator)
        for hair in (1e-9, -1e-9)
    )
    if lines is Lines.SD:
        assert (above.level, above.status) == (LEVEL_BY_SD[n + 1], STATUS_BY_SD[indicator][n + 1])
        assert (below.level, below.status) == (LEVEL_BY_SD[n], STATUS_BY_SD[indicator][n])
    else:
        assert (above.level_pct, below.level_pct) == (LEVEL_BY_PERCENTILE[n + 1], LEVEL_BY_PERCENTILE[n])


@pytest.mark.parametrize(("lines", "kind"), [(Lines.SD, "sd"), (Lines.PERCENTILE, "pct")])
@pytest.mark.parametrize("indicator", [one for one in Indicator if one is not Indicator.WFL])
def test_chinese_lines_pass_through_every_printed_cell(references, printed, indicator, lines, kind):
    every = Window(0, 37 if indicator is Indicator.HCFA else 84)
    for sex in (1, 2):
        got = chart(references, Standard.CHINA, indicator, [400], lines=lines, window=every, sex=sex)
        rows = [(month, cells) for of, month, cells in printed(indicator, kind) if of == sex]
        assert len(rows) >= 29
        for month, cells in rows:
            if month == 24 and len(got.lines[0].pieces) == 2:
                continue  # two heights, lying and standing: the test of the step looks at them
            for line, cell in zip(got.lines, cells, strict=True):
                assert height(got, line, month) == pytest.approx(float(cell), abs=1e-9)


@pytest.mark.parametrize("standing", [False, True])
@pytest.mark.parametrize(("lines", "kind"), [(Lines.SD, "sd"), (Lines.PERCENTILE, "pct")])
def test_chinese_weight_for_length_passes_through_every_printed_cell(references, printed, standing, lines, kind):
    days, table, (low, high) = (800, "wfh", (75, 130)) if standing else (100, "wfl", (45, 100))
    got = chart(references, Standard.CHINA, Indicator.WFL, [days], lines=lines, window=Window(low, high))
    rows = [(cm, cells) for sex, cm, cells in printed(table, kind) if sex == 1]
    assert [cm for cm, _cells in rows] == list(range(low, high + 1))
    for cm, cells in rows:
        for line, cell in zip(got.lines, cells, strict=True):
            assert height(got, line, cm) == pytest.approx(float(cell), abs=1e-9)


@pytest.mark.parametrize("standard", BOTH)
@pytest.mark.parametrize("indicator", [Indicator.LHFA, Indicator.BFA])
def test_the_step_at_two_years_is_a_gap(references, table, standard, indicator):
    """Up to it the line of lying children, from it that of standing ones, and nothing that joins them."""
    got = chart(references, standard, indicator, [400], window=Window(18, 30))
    for line in got.lines:
        lying, standing = line.pieces
        assert lying[-1][0] <= standing[0][0]
        higher = lying[-1][1] - standing[0][1]
        assert higher > 0 if indicator is Indicator.LHFA else higher < 0
    if standard is Standard.CHINA:
        cells = [row for row in table(f"wst423_2022_{indicator}_sd.csv") if row["sex"] == "1"]
        first = next(row for row in cells if row["age_months"] == "24")
        assert got.y_axis.value(got.lines[3].pieces[1][0][1]) == pytest.approx(float(first["median"]))
    assert {len(one.pieces) for one in chart(references, standard, indicator, [30]).lines} == {1}


# -- windows


@settings(max_examples=times(80, 25))
@given(
    standard=st.sampled_from(BOTH),
    indicator=st.sampled_from([Indicator.WFA, Indicator.LHFA, Indicator.BFA, Indicator.HCFA]),
    low=st.floats(0, 30),
    span=st.floats(0.5, 30),
)
def test_lines_fill_any_window_from_edge_to_edge(references, standard, indicator, low, span):
    assume(24 not in (low, low + span))  # there length gives way to height, and every line has a gap of a day
    got = chart(references, standard, indicator, [10, 200, 600, 900], window=Window(low, min(low + span, 36)))
    whole = chart(references, standard, indicator, [], window=Window(0, 36))
    for line, full in zip(got.lines, whole.lines, strict=True):
        assert line.pieces[0][0][0] == pytest.approx(0, abs=1e-9)
        assert line.end[0] == pytest.approx(1, abs=1e-9)
        for x, y in line.pieces[0]:
            assert got.y_axis.value(y) == pytest.approx(height(whole, full, got.x_axis.value(x)), abs=1e-6)
    assert all(0 <= mark.x <= 1 for mark in got.marks)
    assert all(-1e-9 <= x <= 1 + 1e-9 and -1e-9 <= y <= 1 + 1e-9 for x, y in got.track)


def test_the_track_runs_on_to_the_edges_of_a_window(references):
    got = chart(references, Standard.WHO, Indicator.WFA, [10, 100, 200, 300], window=Window(3, 8))
    assert [mark.age.days for mark in got.marks] == [100, 200]
    assert (got.track[0][0], got.track[-1][0]) == (pytest.approx(0), pytest.approx(1))
    assert got.track[1:3] == tuple((mark.x, mark.y) for mark in got.marks)
    whole = chart(references, Standard.WHO, Indicator.WFA, [10, 100, 200, 300])
    assert whole.track == tuple((mark.x, mark.y) for mark in whole.marks)


def test_windows_are_offered_by_name(references):
    by_age = chart(references, Standard.CHINA, Indicator.WFA, [30]).windows
    assert [window for _name, window in by_age] == [Window(0, months) for months in (3.5, 6.5, 13, 25, 37, 84)]
    assert len({name for name, _window in by_age}) == 6
    by_cm = chart(references, Standard.WHO, Indicator.WFL, [30]).windows
    assert [window for _name, window in by_cm] == [Window(45, 60), Window(45, 75), Window(45, 90), Window(45, 110)]
    weeks = chart(references, Standard.INTERGROWTH, Indicator.WFA, [30], gestation_days=210).windows
    assert [window for _name, window in weeks] == [Window(27, 40), Window(40, 64), Window(27, 64)]


# -- points


def test_a_value_far_from_the_lines_stays_in_sight_at_the_edge(references):
    """A slip of the decimal point may not press the lines flat, nor vanish."""
    seen = visits(references, Standard.CHINA, [30]) + visits(references, Standard.CHINA, [60], weight_g=49_000)
    got = build_chart(references, Standard.CHINA, 1, Indicator.WFA, seen)
    assert [(mark.beyond, mark.result.value) for mark in got.marks] == [(0, 4.1), (1, 49.0)]
    assert got.marks[1].y == 1
    assert got.track[-1][1] == pytest.approx(1)
    assert got.y_axis.high < 20


def test_both_ages_of_a_preterm_child_are_tracks_of_their_own(references):
    got = chart(references, Standard.CHINA, Indicator.WFA, [100, 200, 300, 800, 900], gestation_days=210)
    assert got.track == tuple((mark.x, mark.y) for mark in got.marks)
    assert got.beside_track[:3] == tuple((mark.x, mark.y) for mark in got.beside)
    assert got.beside_track[3:] == got.track[3:]
    assert [mark.since_birth.days for mark in got.marks] == [100, 200, 300, 800, 900]
    assert chart(references, Standard.CHINA, Indicator.WFA, [100, 200]).beside_track == ()


def test_intergrowth_counts_weeks_from_before_birth(references):
    got = chart(references, Standard.INTERGROWTH, Indicator.HCFA, [0, 35, 400], gestation_days=31 * 7)
    assert (got.x_axis.low, got.x_axis.high) == (27, 64)
    assert [got.x_axis.value(mark.x) for mark in got.marks] == [pytest.approx(31), pytest.approx(36)]
    assert len(got.lines) == 7
    assert (got.beside, got.links) == ((), ())


@pytest.mark.parametrize("indicator", [Indicator.WFL, Indicator.BFA])
def test_intergrowth_has_no_lines_for_what_it_does_not_have(references, indicator):
    got = chart(references, Standard.INTERGROWTH, indicator, [30], gestation_days=210)
    assert got.lines == ()
    assert len(got.marks) == 1


def test_chinese_points_stand_where_their_month_ends_and_begins(references):
    """By the calendar, as they are graded: the first of a month is a whole number of months however long they are."""
    got = chart(references, Standard.CHINA, Indicator.WFA, [31, 61, 92, 730])
    assert [got.x_axis.value(mark.x) for mark in got.marks] == [pytest.approx(n) for n in (1, 2, 3, 24)]


@pytest.mark.parametrize("standard", BOTH)
@pytest.mark.parametrize("indicator", list(Indicator))
@pytest.mark.parametrize("days", [[], [30, 200], [30, 400], [400, 800, 1500]], ids=str)
def test_everything_lies_inside_the_unit_square_in_order(references, standard, indicator, days):
    got = chart(references, standard, indicator, days)
    assert [line.at for line in got.lines] == [-3, -2, -1, 0, 1, 2, 3]
    points = [p for line in got.lines for piece in line.pieces for p in piece] + list(got.track)
    points += [(mark.x, mark.y) for mark in got.beside] + [line.end for line in got.lines]
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in points)
    for low, high in zip(got.lines, got.lines[1:], strict=False):
        for a, b in zip(low.pieces, high.pieces, strict=True):
            assert all(p[0] == q[0] and p[1] < q[1] for p, q in zip(a, b, strict=True))
    for axis in (got.x_axis, got.y_axis):
        at = [tick.at for tick in axis.ticks]
        assert at == sorted(at)
        assert all(-1e-9 <= a <= 1 + 1e-9 for a in at)
        assert 2 <= sum(tick.major for tick in axis.ticks) <= 16
        assert all(bool(tick.label) is tick.major for tick in axis.ticks)
        assert axis.title


def test_ticks_stand_where_their_labels_say(references):
    got = chart(references, Standard.WHO, Indicator.WFA, [30, 200])
    for axis in (got.x_axis, got.y_axis):
        for tick in axis.ticks:
            if tick.major:
                assert tick.at == pytest.approx(axis.at(float(tick.label)), abs=1e-9)


@pytest.mark.parametrize(
    ("standard", "days", "months"),
    [
        (Standard.CHINA, [], 37),
        (Standard.CHINA, [30], 6.5),
        (Standard.CHINA, [30, 190], 6.5),
        (Standard.CHINA, [30, 365], 13),
        (Standard.CHINA, [30, 380], 13),
        (Standard.CHINA, [30, 420], 25),
        (Standard.CHINA, [30, 1090], 37),
        (Standard.WHO, [30, 1110], 37),
        (Standard.CHINA, [30, 1200], 61),
        (Standard.CHINA, [30, 2200], 84),
        (Standard.WHO, [30, 1200], 60),
    ],
)
def test_the_range_of_months_follows_the_child(references, standard, days, months):
    axis = chart(references, standard, Indicator.WFA, days).x_axis
    assert (axis.low, axis.high) == (0, months)


@pytest.mark.parametrize(
    ("length_mm", "low", "high"), [(520, 45, 75), (760, 45, 90), (905, 45, 100), (1012, 45, 105), (430, 40, 75)]
)
def test_the_range_of_lengths_follows_the_child_even_past_the_standard(references, length_mm, low, high):
    got = chart(references, Standard.CHINA, Indicator.WFL, [100], length_mm=length_mm)
    assert (got.x_axis.low, got.x_axis.high) == (low, high)
    assert len(got.marks) == 1


def test_chinese_head_circumference_ends_with_the_36th_month(references):
    got = chart(references, Standard.CHINA, Indicator.HCFA, [30, 1110, 1200])
    assert got.x_axis.high == 37
    assert [mark.age.days for mark in got.marks] == [30, 1110]
    assert all(line.end[0] == pytest.approx(1) for line in got.lines)


def test_marks_carry_what_hovering_shows(references):
    seen = visits(references, Standard.CHINA, [200, 30])
    got = build_chart(references, Standard.CHINA, 1, Indicator.WFA, seen)
    assert [mark.on for mark in got.marks] == [BORN + timedelta(days=30), BORN + timedelta(days=200)]
    mark, result = got.marks[1], seen[0][1].of(Indicator.WFA)
    assert mark.result is result
    assert mark.y == pytest.approx(got.y_axis.at(result.value))
    assert got.x_axis.value(mark.x) == pytest.approx(6 + 16 / 30)  # 21 September, 16 days after the sixth month
    assert not mark.corrected
    assert (got.beside, got.links) == ((), ())


def test_a_preterm_child_has_both_marks_joined_until_two(references):
    got = chart(references, Standard.CHINA, Indicator.WFA, [20, 100, 800], gestation_days=210)
    assert [(mark.age.days, mark.corrected) for mark in got.marks] == [(30, True), (800, False)]
    assert [(mark.age.days, mark.corrected) for mark in got.beside] == [(20, False), (100, False)]
    beside, mark = got.beside[1], got.marks[0]
    assert got.links == (((beside.x, beside.y), (mark.x, mark.y)),)
    assert beside.y == mark.y


def test_weight_for_length_and_for_height_are_two_charts(references):
    for standard in BOTH:
        young = chart(references, standard, Indicator.WFL, [100, 500])
        assert [mark.age.days for mark in young.marks] == [100, 500]
        assert young.marks[0].x == pytest.approx(young.x_axis.at(55.0))
        grown = chart(references, standard, Indicator.WFL, [100, 500, 800, 900])
        assert [mark.age.days for mark in grown.marks] == [800, 900]
        assert grown.title != young.title
        assert grown.x_axis.title != young.x_axis.title


def test_weight_for_length_of_a_preterm_child_has_one_mark_a_day(references):
    got = chart(references, Standard.WHO, Indicator.WFL, [100, 200], gestation_days=210)
    assert len(got.marks) == 2
    assert got.beside == ()


def test_length_is_drawn_as_it_was_compared(references):
    got = chart(references, Standard.WHO, Indicator.LHFA, [400], position=Position.STANDING)
    assert got.marks[0].result.value == 70.7
    assert got.marks[0].y == pytest.approx(got.y_axis.at(70.7))


def test_without_sex_the_points_stand_alone(references):
    got = chart(references, Standard.CHINA, Indicator.WFA, [30, 200], sex=0)
    assert got.lines == ()
    assert len(got.marks) == 2


def test_visits_without_the_measurement_are_left_out(references):
    got = chart(references, Standard.CHINA, Indicator.HCFA, [30, 200], head_mm=None)
    assert got.marks == ()
    assert len(got.lines) == 7


def test_lines_are_told_apart(references):
    kinds = {line.at: line.kind for line in chart(references, Standard.WHO, Indicator.WFA, []).lines}
    assert kinds[0] is LineKind.MEDIAN
    assert kinds[-1] is kinds[1] is LineKind.ONE
    assert kinds[-2] is kinds[2] is LineKind.TWO
    assert kinds[-3] is kinds[3] is LineKind.THREE
    labels = [line.label for line in chart(references, Standard.WHO, Indicator.WFA, []).lines]
    assert labels[:3] == ["-3SD", "-2SD", "-1SD"]
    assert labels[4:] == ["+1SD", "+2SD", "+3SD"]
    lines = chart(references, Standard.CHINA, Indicator.WFA, [], lines=Lines.PERCENTILE).lines
    assert [line.label for line in lines] == ["P3", "P10", "P25", "P50", "P75", "P90", "P97"]
    assert [line.kind for line in lines[3:]] == [LineKind.MEDIAN, LineKind.ONE, LineKind.TWO, LineKind.THREE]


@pytest.mark.parametrize("weight_g", [3000, 3300, 4500])
@pytest.mark.parametrize("indicator", list(Indicator))
def test_a_single_value_without_lines_has_an_axis(references, indicator, weight_g):
    got = chart(references, Standard.CHINA, indicator, [30], sex=9, weight_g=weight_g, length_mm=500, head_mm=350)
    assert got.lines == ()
    (mark,) = got.marks
    assert 0 <= mark.y <= 1
    assert got.y_axis.low < mark.result.value < got.y_axis.high
