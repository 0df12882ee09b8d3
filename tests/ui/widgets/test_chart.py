"""The growth curve on screen: walked by keys and mouse, said in words, drawn in the theme's colours."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolTip

from zhaohu import paths
from zhaohu.rules.growth.age import Ages
from zhaohu.rules.growth.assess import Measurement, assess
from zhaohu.rules.growth.chart import build_chart
from zhaohu.rules.growth.references import load_references
from zhaohu.rules.growth.terms import Indicator, Standard
from zhaohu.ui import theme
from zhaohu.ui.widgets.chart import GrowthChart, mark_text

BORN = date(2025, 1, 10)


@pytest.fixture(scope="module")
def references():
    return load_references(lambda name: paths.resource(f"growth/{name}").read_text(encoding="utf-8"))


def visits(references, gestation_days=None):
    for months, weight_g, length_mm in ((1, 3900, 530), (3, 6100, 600), (6, 7600, 660), (8, 8300, 690)):
        on = BORN + timedelta(days=round(months * 30.44))
        ages = Ages.on(BORN, on, gestation_days=gestation_days)
        yield on, assess(references, Standard.CHINA, 2, ages, Measurement(weight_g, length_mm))


@pytest.fixture
def geometry(references):
    return build_chart(references, Standard.CHINA, 2, Indicator.WFA, visits(references))


@pytest.fixture
def chart(shown, geometry):
    chart = shown(GrowthChart(geometry), 900, 500)
    chart.setFocus()
    yield chart
    QToolTip.hideText()


def spot(chart, mark):
    return chart._place(chart._plot(), mark.x, mark.y).toPoint()


def test_keys_walk_through_the_points_and_say_them(chart, geometry, qtbot):
    assert chart.current() is None
    for n in range(4):
        with qtbot.waitSignal(chart.pointed) as told:
            qtbot.keyClick(chart, Qt.Key.Key_Right)
        assert told.args == [geometry.marks[n]]
    qtbot.keyClick(chart, Qt.Key.Key_Right)
    assert chart.current() is geometry.marks[3]
    qtbot.keyClick(chart, Qt.Key.Key_Home)
    assert chart.current() is geometry.marks[0]
    assert "3.90 kg" in chart.accessibleDescription()
    qtbot.keyClick(chart, Qt.Key.Key_Escape)
    assert chart.current() is None
    assert chart.accessibleName() == geometry.title


def test_hovering_points_at_the_nearest_within_reach(chart, geometry, qtbot):
    with qtbot.waitSignal(chart.pointed) as told:
        qtbot.mouseMove(chart, spot(chart, geometry.marks[2]))
    assert told.args == [geometry.marks[2]]
    qtbot.waitUntil(lambda: "7.60 kg" in QToolTip.text())
    qtbot.mouseMove(chart, chart._plot().topLeft().toPoint())
    qtbot.waitUntil(lambda: chart.current() is None)


def test_a_point_says_day_age_value_score_and_grade(geometry):
    mark = geometry.marks[0]
    lines = mark_text(mark).split("\n")
    assert lines[0] == "2025年2月9日"
    assert "0 月 30 天" in lines[1] or "1 月" in lines[1]
    assert lines[2] == "3.90 kg"
    assert f"{mark.result.z:.2f}".lstrip("-") in lines[3]
    assert str(mark.result.level) in lines[4]


def test_points_are_drawn_where_they_are_in_the_accent_colour(chart, geometry):
    image = chart.grab().toImage()
    for mark in geometry.marks:
        assert image.pixelColor(spot(chart, mark)) == theme.colour("accent")


def test_lines_have_their_labels_inside_the_widget(chart, geometry):
    room = chart.width() - chart._plot().right()
    metrics = chart.fontMetrics()
    assert all(metrics.horizontalAdvance(line.label) < room for line in geometry.lines)
    assert len(geometry.lines) == 7


def test_preterm_children_show_both_ages(shown, references):
    geometry = build_chart(references, Standard.CHINA, 2, Indicator.WFA, visits(references, 34 * 7))
    chart = shown(GrowthChart(geometry), 900, 500)
    assert geometry.beside
    assert chart.marks() == geometry.marks + geometry.beside
    assert "矫正" in mark_text(geometry.marks[-1])
    assert "矫正" not in mark_text(geometry.beside[-1])
    image = chart.grab().toImage()
    assert image.pixelColor(spot(chart, geometry.beside[-1])) == theme.colour("surface")
    chart.point_at(len(geometry.marks))
    assert chart.current() is geometry.beside[0]


def test_no_chart_is_an_empty_sheet(shown, qtbot):
    chart = shown(GrowthChart(), 400, 300)
    qtbot.keyClick(chart, Qt.Key.Key_Right)
    assert chart.current() is None
    assert not chart.grab().isNull()
