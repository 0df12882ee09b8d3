"""The growth curve on screen: walked, compared and zoomed by keys and mouse, said in words, drawn in the theme."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QPointF, QSizeF, Qt
from PySide6.QtGui import QPainter, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from zhaohu import paths
from zhaohu.rules.growth import load_references
from zhaohu.rules.growth.age import Ages
from zhaohu.rules.growth.assess import Measurement, assess
from zhaohu.rules.growth.curves.chart import Lines, Window, build_chart
from zhaohu.rules.growth.terms import Indicator, Standard
from zhaohu.ui import theme
from zhaohu.ui.widgets import chart_sheet
from zhaohu.ui.widgets.chart import GrowthChart
from zhaohu.ui.widgets.chart_card import mark_text
from zhaohu.ui.widgets.chart_paint import Plot

BORN = date(2025, 1, 10)
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture(scope="module")
def references():
    return load_references(lambda name: paths.resource(f"growth/{name}").read_text(encoding="utf-8"))


def visits(references, standard=Standard.CHINA, gestation_days=None):
    for months, weight_g, length_mm in ((1, 3900, 530), (3, 6100, 600), (6, 7600, 660), (8, 8300, 690)):
        on = BORN + timedelta(days=round(months * 30.44))
        ages = Ages.on(BORN, on, gestation_days=gestation_days)
        yield on, assess(references, standard, 2, ages, Measurement(weight_g, length_mm))


@pytest.fixture
def geometry(references):
    return build_chart(references, Standard.CHINA, 2, Indicator.WFA, visits(references))


@pytest.fixture
def chart(shown, geometry):
    chart = shown(GrowthChart(geometry), 900, 500)
    chart.setFocus()
    return chart


@pytest.fixture
def zoomed(chart, references):
    """A chart whose owner gives it whatever part it asks for."""

    def draw(window):
        made = build_chart(references, Standard.CHINA, 2, Indicator.WFA, visits(references), window=window)
        chart.set_chart(made)

    chart.window_wanted.connect(draw)
    return chart


def spot(chart, mark):
    return chart._plot().of(mark).toPoint()


def reach(chart):
    axis = chart.geometry_shown().x_axis
    return axis.low, axis.high


def turn_wheel(chart, at: QPointF, steps: int) -> bool:
    """Turn the wheel over a place; tells whether the chart took it."""
    event = QWheelEvent(
        at,
        QPointF(chart.mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    event.ignore()
    chart.wheelEvent(event)
    return event.isAccepted()


# -- pointing


def test_keys_walk_through_the_points_and_say_them(chart, geometry, qtbot):
    assert chart.current() is None
    for n in range(4):
        with qtbot.waitSignal(chart.pointed) as told:
            qtbot.keyClick(chart, Qt.Key.Key_Right)
        assert told.args == [geometry.marks[n]]
        assert chart.card.text() == mark_text(geometry.marks[n], Standard.CHINA)
    qtbot.keyClick(chart, Qt.Key.Key_Right)
    assert chart.current() is geometry.marks[3]
    qtbot.keyClick(chart, Qt.Key.Key_Home)
    assert chart.current() is geometry.marks[0]
    assert "3.90 kg" in chart.accessibleDescription()
    qtbot.keyClick(chart, Qt.Key.Key_Escape)
    assert chart.current() is None
    assert chart.card.text() == ""
    assert chart.accessibleName() == geometry.title


def test_hovering_points_at_the_nearest_within_reach(chart, geometry, qtbot):
    with qtbot.waitSignal(chart.pointed) as told:
        qtbot.mouseMove(chart, spot(chart, geometry.marks[2]))
    assert told.args == [geometry.marks[2]]
    assert "7.60 kg" in chart.card.text()
    qtbot.mouseMove(chart, chart._plot().area.topLeft().toPoint())
    qtbot.waitUntil(lambda: chart.current() is None)
    assert chart.card.isHidden()


@pytest.mark.parametrize("size", [(380, 260), (900, 500)], ids=str)
def test_the_card_of_every_point_lies_whole_inside_the_chart(shown, geometry, qtbot, size):
    more = ["较上次：61 天 +1.27 kg、每天 +20.8 g、Z值 -0.98", "增长速度 20.8 克/天 z -1.01"]
    chart = shown(GrowthChart(geometry, more=lambda _mark: more), *size)
    for place in range(4):
        chart.point_at(place)
        assert chart.rect().contains(chart.card.geometry())
        assert chart.card.text().endswith(more[-1])


def test_a_point_says_day_age_value_score_percentile_and_grade(geometry):
    mark = geometry.marks[0]
    day, age, value, score, grade = mark_text(mark, Standard.CHINA).split("\n")
    assert day == "2025年2月9日"
    assert "30 天" in age
    assert value == "3.90 kg"
    assert f"{mark.result.z:+.2f}" in score
    assert f"P{mark.result.percentile:.1f}" in score
    assert str(mark.result.level) in grade


def test_a_percentile_at_the_ends_is_a_comparison(references):
    ages = Ages.of_days(100)
    for weight_g, words in ((2000, "P<0.1"), (20_000, "P>99.9")):
        seen = [(BORN, assess(references, Standard.WHO, 1, ages, Measurement(weight_g)))]
        (mark,) = build_chart(references, Standard.WHO, 1, Indicator.WFA, seen).marks
        assert words in mark_text(mark, Standard.WHO)


def test_by_intergrowth_a_point_says_its_postmenstrual_age(references):
    seen = list(visits(references, Standard.INTERGROWTH, 33 * 7 + 2))
    mark = build_chart(references, Standard.INTERGROWTH, 2, Indicator.WFA, seen).marks[0]
    assert "37 周 + 4 天" in mark_text(mark, Standard.INTERGROWTH)  # 33+2 and 30 days


# -- comparing


def test_shift_and_arrows_compare_two_points(chart, geometry, qtbot):
    qtbot.keyClick(chart, Qt.Key.Key_Home)
    with qtbot.waitSignal(chart.compared) as told:
        qtbot.keyClick(chart, Qt.Key.Key_Right, SHIFT)
    assert told.args == [geometry.marks[0], geometry.marks[1]]
    with qtbot.waitSignal(chart.compared) as told:
        qtbot.keyClick(chart, Qt.Key.Key_End, SHIFT)
    assert told.args == [geometry.marks[0], geometry.marks[3]]
    assert chart.card.isHidden()
    with qtbot.waitSignal(chart.compared) as told:
        qtbot.keyClick(chart, Qt.Key.Key_Escape)
    assert told.args == [None, None]
    assert chart.current() is geometry.marks[3]
    assert chart.card.isVisible()  # it did not lie over what was compared
    with qtbot.assertNotEmitted(chart.compared):
        qtbot.keyClick(chart, Qt.Key.Key_Left)


def test_a_click_and_a_click_with_shift_compare_two_points_in_order_of_date(chart, geometry, qtbot):
    left = Qt.MouseButton.LeftButton
    qtbot.mouseClick(chart, left, pos=spot(chart, geometry.marks[2]))
    assert chart.pair() is None
    qtbot.mouseClick(chart, left, SHIFT, spot(chart, geometry.marks[0]))
    assert chart.pair() == (geometry.marks[0], geometry.marks[2])
    ring = [spot(chart, geometry.marks[2]) + QPoint(away, 0) for away in (7, 8, 9)]

    def darkest() -> int:
        sheet = chart.grab().toImage()
        return min(sheet.pixelColor(place).lightness() for place in ring)

    ringed = darkest()
    qtbot.mouseClick(chart, left, pos=chart._plot().area.topLeft().toPoint())
    assert chart.pair() is None
    assert ringed < darkest() - 80


def test_two_ages_of_one_day_are_not_compared(shown, references):
    made = build_chart(references, Standard.CHINA, 2, Indicator.WFA, visits(references, gestation_days=34 * 7))
    chart = shown(GrowthChart(made), 900, 500)
    chart.compare(0, next(n for n, mark in enumerate(chart.marks()) if n and mark.on == chart.marks()[0].on))
    assert chart.pair() is None


def test_what_is_pointed_at_and_compared_stays_on_another_chart_of_the_child(chart, references, qtbot):
    chart.compare(0, 2)
    chart.point_at(2)
    with qtbot.waitSignal(chart.compared) as told:
        chart.set_chart(build_chart(references, Standard.CHINA, 2, Indicator.LHFA, visits(references)))
    assert [mark.result.value for mark in told.args] == [53.0, 66.0]
    assert chart.current().result.value == 66.0
    with qtbot.waitSignal(chart.compared) as told:
        chart.set_chart(None)
    assert told.args == [None, None]
    assert chart.current() is None


# -- zooming


def test_plus_minus_and_digits_zoom(zoomed, geometry, qtbot):
    """1 is the first months; the check at three months, one day late here, belongs to them."""
    assert reach(zoomed) == (0, 13)
    qtbot.keyClick(zoomed, Qt.Key.Key_1)
    assert reach(zoomed) == (0, 3.5)
    assert [mark.on for mark in zoomed.marks()] == [geometry.marks[0].on, geometry.marks[1].on]
    qtbot.keyClick(zoomed, Qt.Key.Key_0)
    assert reach(zoomed) == (0, 84)
    qtbot.keyClick(zoomed, Qt.Key.Key_3)
    qtbot.keyClick(zoomed, Qt.Key.Key_Plus)
    third = 13 / 1.5
    begin = (13 - third) / 2
    assert reach(zoomed) == (pytest.approx(begin), pytest.approx(begin + third))
    qtbot.keyClick(zoomed, Qt.Key.Key_Right, CONTROL)
    assert reach(zoomed) == (pytest.approx(begin + third / 2), pytest.approx(begin + 1.5 * third))
    qtbot.keyClick(zoomed, Qt.Key.Key_Left, CONTROL)
    qtbot.keyClick(zoomed, Qt.Key.Key_Left, CONTROL)
    assert reach(zoomed) == (0, pytest.approx(third))
    qtbot.keyClick(zoomed, Qt.Key.Key_Minus)
    assert reach(zoomed) == (0, pytest.approx(13))
    with qtbot.assertNotEmitted(zoomed.window_wanted):
        qtbot.keyClick(zoomed, Qt.Key.Key_9)


def test_zooming_in_keeps_the_point_that_is_meant_where_it_is_and_ends_somewhere(zoomed, geometry, qtbot):
    qtbot.keyClick(zoomed, Qt.Key.Key_Home)
    before = zoomed.current().x
    qtbot.keyClick(zoomed, Qt.Key.Key_Plus)
    assert zoomed.current().on == geometry.marks[0].on
    assert zoomed.current().x == pytest.approx(before)
    for _n in range(12):
        qtbot.keyClick(zoomed, Qt.Key.Key_Plus)
    low, high = reach(zoomed)
    assert high - low == pytest.approx(84 / 24)
    assert not zoomed.zoom(1.5)


def test_the_wheel_zooms_around_the_pointer_until_all_is_shown_then_the_page_scrolls(zoomed):
    area = zoomed._plot().area
    assert turn_wheel(zoomed, QPointF(area.left() + area.width() / 4, area.center().y()), 1)
    assert reach(zoomed) == (pytest.approx(13 / 12), pytest.approx(13 / 12 + 13 / 1.5))  # a quarter stays a quarter
    for _n in range(20):
        turn_wheel(zoomed, area.center(), -1)
    assert reach(zoomed) == (0, 84)
    assert not turn_wheel(zoomed, area.center(), -1)


def test_dragging_across_a_part_shows_it_and_a_double_click_all_of_the_child(zoomed, qtbot):
    area, left = zoomed._plot().area, Qt.MouseButton.LeftButton
    begin, end = (QPoint(round(area.left() + area.width() * share), 100) for share in (0.75, 0.25))
    QTest.mousePress(zoomed, left, pos=begin)
    QTest.mouseMove(zoomed, (begin + end) / 2)
    QTest.mouseMove(zoomed, end)
    QApplication.processEvents()
    QTest.mouseRelease(zoomed, left, pos=end)
    low, high = reach(zoomed)
    assert (low, high) == (pytest.approx(13 / 4, abs=0.05), pytest.approx(39 / 4, abs=0.05))
    QTest.mouseDClick(zoomed, left, pos=end)
    assert reach(zoomed) == (0, 13)


# -- drawing


def test_points_are_drawn_where_they_are_in_the_accent_colour(chart, geometry):
    image = chart.grab().toImage()
    for mark in geometry.marks:
        assert image.pixelColor(spot(chart, mark)) == theme.colour("accent")


def test_a_value_far_from_the_lines_is_an_arrow_at_the_edge(shown, references):
    slip = assess(references, Standard.CHINA, 2, Ages.of_days(250), Measurement(83_000))
    seen = [*visits(references), (BORN + timedelta(days=250), slip)]
    made = build_chart(references, Standard.CHINA, 2, Indicator.WFA, seen)
    chart = shown(GrowthChart(made), 900, 500)
    assert made.marks[-1].beyond == 1
    assert chart.grab().toImage().pixelColor(spot(chart, made.marks[-1])) == theme.colour("accent")


@pytest.mark.parametrize("lines", list(Lines))
@pytest.mark.parametrize("indicator", list(Indicator))
@pytest.mark.parametrize("standard", [Standard.CHINA, Standard.WHO])
@pytest.mark.parametrize("size", [(440, 260), (900, 500)], ids=str)
def test_labels_of_lines_lie_apart_and_inside(shown, references, monkeypatch, lines, indicator, standard, size):
    """What is written at the right is caught on its way to the painter: no two boxes touch, none is cut."""
    seen = visits(references, standard)
    window = Window(45, 110) if indicator is Indicator.WFL else Window(0, 36)
    made = build_chart(references, standard, 2, indicator, seen, lines=lines, window=window)
    boxes, draw = [], QPainter.drawText

    def caught(painter, *args):
        if args[-1] in {line.label for line in made.lines}:
            boxes.append(args[0])
        draw(painter, *args)

    monkeypatch.setattr(QPainter, "drawText", caught)
    chart = shown(GrowthChart(made), *size)
    chart.grab()
    assert len(boxes) >= 7
    seven = sorted(boxes[-7:], key=lambda box: box.center().y())
    digits = chart.fontMetrics().capHeight()
    for upper, lower in pairwise(seven):
        assert lower.center().y() - upper.center().y() > digits
    for box in seven:
        assert box.left() >= 0
        assert box.right() <= chart.width()
        assert 0 <= box.top() <= box.bottom() <= chart.height()


def test_preterm_children_show_both_ages(shown, references):
    geometry = build_chart(references, Standard.CHINA, 2, Indicator.WFA, visits(references, gestation_days=34 * 7))
    chart = shown(GrowthChart(geometry), 900, 500)
    assert geometry.beside
    assert chart.marks() == geometry.marks + geometry.beside
    assert "矫正" in mark_text(geometry.marks[-1], Standard.CHINA)
    assert "年龄：8 月" in mark_text(geometry.marks[-1], Standard.CHINA)
    assert "矫正" not in mark_text(geometry.beside[-1], Standard.CHINA)
    image = chart.grab().toImage()
    assert image.pixelColor(spot(chart, geometry.beside[-1])) == theme.colour("surface")
    chart.point_at(len(geometry.marks))
    assert chart.current() is geometry.beside[0]


def test_the_sheet_is_painted_once_until_size_theme_or_chart_change(chart, geometry, qapp, monkeypatch):
    painted, paint = [], chart_sheet.paint_sheet

    def counted(*args):
        painted.append(theme.name())
        paint(*args)

    monkeypatch.setattr(chart_sheet, "paint_sheet", counted)
    chart.set_chart(geometry)
    chart.grab()
    for place in (0, 1, 2, None):
        chart.point_at(place)
        chart.grab()
    assert len(painted) == 1
    chart.resize(700, 420)
    chart.grab()
    assert len(painted) == 2
    try:
        theme.apply(qapp, "dark")
        chart.grab()
        image = chart.grab().toImage()
        assert painted[2:] == ["dark"]
        assert image.pixelColor(spot(chart, geometry.marks[0])) == theme.colour("accent")
    finally:
        theme.apply(qapp, "light")


def test_the_plot_turns_pixels_back_into_shares(geometry):
    plot = Plot(QSizeF(900, 500), geometry)
    assert plot.share(plot.at(0.3, 0.9).x()) == pytest.approx(0.3)


def test_no_chart_is_an_empty_sheet(shown, qtbot):
    chart = shown(GrowthChart(), 400, 300)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Plus, Qt.Key.Key_1, Qt.Key.Key_Escape):
        qtbot.keyClick(chart, key)
    assert chart.current() is None
    assert not chart.grab().isNull()
