from datetime import date, timedelta

import pytest

from zhaohu.rules.growth import Ages, Indicator, Measurement, Position, Standard, assess
from zhaohu.rules.growth.chart import LineKind, build_chart

BORN = date(2024, 3, 5)


def visits(references, standard, days, *, sex=1, gestation_days=None, **measured):
    found = []
    for day in days:
        on = BORN + timedelta(days=day)
        numbers = {"weight_g": 3500 + 20 * day, "length_mm": 500 + day // 2, "head_mm": 350 + day // 8} | measured
        ages = Ages.on(BORN, on, gestation_days)
        found.append((on, assess(references, standard, sex, ages, Measurement(**numbers))))
    return found


def chart(references, standard, indicator, days, **more):
    return build_chart(references, standard, more.get("sex", 1), indicator, visits(references, standard, days, **more))


@pytest.mark.parametrize("standard", list(Standard))
@pytest.mark.parametrize("indicator", list(Indicator))
@pytest.mark.parametrize("days", [[], [30, 200], [30, 400], [400, 800, 1500]], ids=str)
def test_everything_lies_inside_the_unit_square_in_order(references, standard, indicator, days):
    got = chart(references, standard, indicator, days)
    assert [line.sd for line in got.lines] == [-3, -2, -1, 0, 1, 2, 3]
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
        (Standard.CHINA, [], 36),
        (Standard.CHINA, [30, 365], 12),
        (Standard.CHINA, [30, 367], 36),
        (Standard.CHINA, [30, 1200], 84),
        (Standard.WHO, [30, 1200], 60),
    ],
)
def test_the_range_of_months_follows_the_child(references, standard, days, months):
    axis = chart(references, standard, Indicator.WFA, days).x_axis
    assert (axis.low, axis.high) == (0, months)


def test_chinese_head_circumference_ends_at_three_years(references):
    got = chart(references, Standard.CHINA, Indicator.HCFA, [30, 1200])
    assert got.x_axis.high == 36
    assert [mark.age.days for mark in got.marks] == [30]


def test_lines_pass_through_the_standard(references):
    got = chart(references, Standard.WHO, Indicator.WFA, [30])
    power, median, spread = references.who[1].wfa[7 * 20]
    for line in got.lines:
        (piece,) = line.pieces
        x, y = piece[20]
        assert x == pytest.approx(got.x_axis.at(140 / 30.4375))
        value = median / 1000 * (1 + power * spread * line.sd) ** (1 / power)
        assert y == pytest.approx(got.y_axis.at(value))


def test_chinese_lines_pass_through_the_printed_cells(references, printed):
    got = chart(references, Standard.CHINA, Indicator.LHFA, [400])
    cells = {key: row for sex, key, row in printed("lhfa", "sd") if sex == 1}
    for n, line in enumerate(got.lines):
        lying, standing = line.pieces
        for month in range(24):
            assert lying[month][0] == pytest.approx(got.x_axis.at(month))
            assert lying[month][1] == pytest.approx(got.y_axis.at(float(cells[month][n])), abs=0.001)
        for (x, y), month in zip(standing, (24, 27, 30, 33, 36), strict=True):
            assert x == pytest.approx(got.x_axis.at(month))
            assert y == pytest.approx(got.y_axis.at(float(cells[month][n])), abs=0.001)


@pytest.mark.parametrize("standard", list(Standard))
@pytest.mark.parametrize("indicator", [Indicator.LHFA, Indicator.BFA])
def test_lying_and_standing_are_two_pieces_with_a_step(references, standard, indicator):
    for line in chart(references, standard, indicator, [400]).lines:
        lying, standing = line.pieces
        assert lying[-1][0] <= standing[0][0]
        higher = lying[-1][1] - standing[0][1]
        assert higher > 0 if indicator is Indicator.LHFA else higher < 0
    assert {len(line.pieces) for line in chart(references, standard, indicator, [30]).lines} == {1}


def test_marks_carry_what_hovering_shows(references):
    seen = visits(references, Standard.CHINA, [200, 30])
    got = build_chart(references, Standard.CHINA, 1, Indicator.WFA, seen)
    assert [mark.on for mark in got.marks] == [BORN + timedelta(days=30), BORN + timedelta(days=200)]
    mark, result = got.marks[1], seen[0][1].of(Indicator.WFA)
    assert mark.result is result
    assert mark.y == pytest.approx(got.y_axis.at(result.value))
    assert mark.x == pytest.approx(got.x_axis.at(200 / 30.4375))
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
    for standard in Standard:
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
    kinds = {line.sd: line.kind for line in chart(references, Standard.WHO, Indicator.WFA, []).lines}
    assert kinds[0] is LineKind.MEDIAN
    assert kinds[-1] is kinds[1] is LineKind.ONE
    assert kinds[-2] is kinds[2] is LineKind.TWO
    assert kinds[-3] is kinds[3] is LineKind.THREE
    labels = [line.label for line in chart(references, Standard.WHO, Indicator.WFA, []).lines]
    assert labels[:3] == ["-3SD", "-2SD", "-1SD"]
    assert labels[4:] == ["+1SD", "+2SD", "+3SD"]


@pytest.mark.parametrize("weight_g", [3000, 3300, 4500])
@pytest.mark.parametrize("indicator", list(Indicator))
def test_a_single_value_without_lines_has_an_axis(references, indicator, weight_g):
    got = chart(references, Standard.CHINA, indicator, [30], sex=9, weight_g=weight_g, length_mm=500, head_mm=350)
    assert got.lines == ()
    (mark,) = got.marks
    assert 0 <= mark.y <= 1
    assert got.y_axis.low < mark.result.value < got.y_axis.high
