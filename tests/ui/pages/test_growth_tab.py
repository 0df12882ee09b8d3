"""The growth tab: how the child grows at a glance; curve, table and tiles agree; zoom, comparison, paper, referral."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from tests.services.families import enrol
from tests.ui.pages.conftest import TODAY, as_role, send, unnamed_controls

from zhaohu.records import Measurement
from zhaohu.records.codes import Role, Sex
from zhaohu.rules.growth.curves.lines import Lines
from zhaohu.rules.growth.terms import Indicator, Standard
from zhaohu.services import reference
from zhaohu.services.growth import growth_view
from zhaohu.ui import theme
from zhaohu.ui.dialogs.manual import Manual
from zhaohu.ui.pages.child import child_page
from zhaohu.ui.widgets.pdf_dialog import PdfDialog

PRETERM = {"gestation_days": 34 * 7, "birth_weight_g": 2250, "birth_length_mm": 455}
NOTHING = {"birth_weight_g": None, "birth_length_mm": None}


def median(sex: int, day: int) -> tuple[int, int, int]:
    tables = reference.growth_references().who[sex]
    return round(tables.wfa[day][1]), round(tables.lhfa[day][1]), round(tables.hcfa[day][1])


def measure(desk, child_id: str, born: date, rows: dict[int, tuple[int, int, int]]) -> None:
    with desk.write("visit.record") as work:
        for day, (weight_g, length_mm, head_mm) in rows.items():
            work.session.add(
                desk.make(
                    Measurement,
                    child_id=child_id,
                    measured_on=born + timedelta(days=day),
                    weight_g=weight_g,
                    length_mm=length_mm,
                    head_mm=head_mm,
                )
            )


def a_child(desk, days=(30, 91, 183), *, age: int = 200, share: float = 1.0, **values) -> str:
    """A child measured on some days of its life, with so much of the median's weight."""
    born, sex = TODAY - timedelta(days=age), values.get("sex", Sex.FEMALE)
    child_id = enrol(desk, birth_date=born, **values)
    rows = {day: median(1 if sex is Sex.MALE else 2, day) for day in days}
    measure(desk, child_id, born, {day: (round(w * share), length, head) for day, (w, length, head) in rows.items()})
    return child_id


@pytest.fixture
def opened(desk, stage):
    """Call with a child: its page with the growth tab in front."""

    def show(child_id: str, at=None):
        page = stage.open(child_page, at or desk, child_id)
        page.tabs.setCurrentIndex(1)
        stage.settle()
        return page.growth

    return show


def press(widget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def chip(bar, words: str):
    return next(one for one in bar._buttons.values() if one.text() == words)


# -- at a glance


def test_a_thriving_child_is_seen_at_a_glance(desk, opened):
    tab = opened(a_child(desk, facts=NOTHING))
    verdict, _why, due = tab.strip.words()
    assert verdict == "增长正常"
    assert due == "2026年11月4日起应检查，尚未测量"
    assert tab.refer_button.isHidden()
    weight, length, head = median(2, 183)
    value, z, change, grade = tab.rail.tiles[Indicator.WFA].words()
    assert (value, grade) == (f"{weight / 1000:.2f} kg", "中")
    assert change == f"{weight / 1000 - median(2, 91)[0] / 1000:+.2f}"
    (last,) = [day for day in growth_view.view(desk, tab._child_id).days if day.measured.weight_g == weight]
    assert z == f"Z值 {last.china.of(Indicator.WFA).z:+.2f}"
    assert tab.rail.tiles[Indicator.LHFA].words()[0] == f"{length / 10:.1f} cm"
    assert tab.rail.tiles[Indicator.HCFA].words()[0] == f"{head / 10:.1f} cm"


def test_a_child_that_falters_is_named_and_can_be_referred_in_one_step(desk, opened, stage):
    born = TODAY - timedelta(days=300)
    child_id = enrol(desk, birth_date=born, facts=NOTHING)
    rows = {day: median(2, day) for day in (30, 91, 183)}
    measure(desk, child_id, born, {**rows, 240: (rows[183][0] - 900, 680, 430), 290: (rows[183][0] - 1200, 690, 433)})
    tab = opened(child_id)
    verdict, why, _due = tab.strip.words()
    assert "体重下降" in verdict or "增长停滞" in verdict
    assert "kg" in why
    assert tab.refer_button.isVisible()
    press(tab.refer_button)
    assert stage.gone == [f"visit-new/{child_id}.referral"]


@pytest.mark.parametrize("look", ["light", "dark"])
def test_eight_visits_fit_on_the_smallest_screen(desk, opened, qapp, assert_nothing_clipped, look):
    """1366 × 768 without scrolling, whatever is found; nothing cut off."""
    theme.apply(qapp, look)
    try:
        for share in (1.0, 0.62):
            child_id = a_child(desk, (14, 30, 91, 183, 240, 300, 365, 540), age=560, share=share)
            tab = opened(child_id)
            page = tab.window()
            page.resize(1166, 680)
            QTest.qWait(20)
            area = tab.parentWidget().parentWidget()
            assert area.verticalScrollBar().maximum() == 0
            assert len(tab.table.rows()) == 9
            assert tab.table.view.verticalScrollBar().maximum() == 0
            assert tab.table.view.horizontalScrollBar().maximum() == 0
            for column in range(5):
                assert tab.table.view.sizeHintForColumn(column) <= tab.table.view.columnWidth(column)
            assert_nothing_clipped(tab)
    finally:
        theme.apply(qapp, "light")


def test_a_child_never_measured_is_told_what_to_do(desk, opened, qtbot):
    tab = opened(enrol(desk, facts=NOTHING))
    assert tab.strip.words()[0] == "尚不能判断"
    assert tab.table.empty.words() == ("还没有测量", "每记录一次访视，曲线上就多一个点。")
    assert tab.rail.tiles[Indicator.WFA].words() == ("—", "", "", "还没有测量")
    assert len(tab.chart.geometry_shown().lines) == 7
    qtbot.keyClick(tab.chart, Qt.Key.Key_End)
    assert tab.chart.current() is None


def test_unknown_sex_has_no_lines_and_both_results_in_words(desk, opened):
    tab = opened(a_child(desk, share=0.87, sex=Sex.UNKNOWN, facts=NOTHING))
    assert tab.chart.geometry_shown().lines == ()
    last = growth_view.view(desk, tab._child_id).days[-1]
    boy, girl = (one.china.of(Indicator.WFA) for one in last.either)
    assert boy.level != girl.level or boy.status != girl.status
    _value, z, _change, _grade = tab.rail.tiles[Indicator.WFA].words()
    assert z == f"{boy.z:+.2f} / {girl.z:+.2f}"
    tab.chart.point_at(len(tab.chart.marks()) - 1)
    said = tab.chart.card.text()
    for words, result in (("按男童", boy), ("按女童", girl)):
        (line,) = [line for line in said.split("\n") if line.startswith(words)]
        assert f"{result.z:+.2f}" in line
        assert str(result.level) in line


def test_preterm_children_have_both_ages_and_a_chart_of_their_own(desk, opened):
    tab = opened(a_child(desk, (20, 60, 183), share=0.8, facts=PRETERM))
    assert tab.chart.geometry_shown().beside
    assert "矫正年龄" in tab.chart._words(tab.chart.geometry_shown().marks[0])
    press(chip(tab.standard_chips, "INTERGROWTH"))
    assert tab.standard() is Standard.INTERGROWTH
    axis = tab.chart.geometry_shown().x_axis
    assert (axis.low, axis.high) == (27, 64)
    assert "34 周 + 0 天" in tab.chart._words(tab.chart.marks()[0])
    press(tab.rail.tiles[Indicator.BFA])  # that standard has no BMI
    assert (tab.indicator(), tab.standard()) == (Indicator.BFA, Standard.CHINA)
    press(chip(tab.standard_chips, "INTERGROWTH"))
    assert (tab.indicator(), tab.standard()) == (Indicator.WFA, Standard.INTERGROWTH)
    term = opened(a_child(desk))
    assert "INTERGROWTH" not in [one.text() for one in term.standard_chips._buttons.values()]


# -- switching


def test_tiles_standards_and_lines_switch_curve_and_table(desk, opened, stage):
    tab = opened(a_child(desk, facts=PRETERM))
    assert tab.chart.accessibleName() == "年龄别体重"
    assert len(tab.table.rows()) == 4
    press(chip(tab.standard_chips, "WHO"))
    press(tab.rail.tiles[Indicator.HCFA])
    assert (tab.indicator(), tab.standard()) == (Indicator.HCFA, Standard.WHO)
    assert tab.chart.accessibleName() == "年龄别头围"
    assert len(tab.table.rows()) == 3
    assert tab.chart.geometry_shown().lines[0].label == "-3SD"
    press(chip(tab.line_chips, "百分位线"))
    assert tab.chart.geometry_shown().lines[0].label == "P3"
    with stage._qtbot.waitSignal(tab.print_wanted) as told:
        press(tab.print_button)
    assert told.args == [Indicator.HCFA, Standard.WHO, Lines.PERCENTILE]
    stage.dialog(PdfDialog).reject()


def test_arrows_walk_the_tiles(desk, opened, qtbot):
    tab = opened(a_child(desk))
    tab.rail.tiles[Indicator.WFA].setFocus()
    qtbot.keyClick(tab.rail.tiles[Indicator.WFA], Qt.Key.Key_Down)
    assert tab.indicator() is Indicator.LHFA
    assert tab.chart.accessibleName() == "年龄别身长（身高）"


def test_windows_follow_chips_keys_and_buttons(desk, opened, qtbot):
    tab = opened(a_child(desk))

    def reach():
        return tab.chart.geometry_shown().x_axis.high

    assert (reach(), tab.window_chips.current()) == (6.5, "6月内")
    for words, high in (("3月内", 3.5), ("1岁", 13), ("2岁", 25), ("3岁", 37), ("全部", 84)):
        press(chip(tab.window_chips, words))
        assert reach() == high
    qtbot.keyClick(tab.chart, Qt.Key.Key_1)
    assert (reach(), tab.window_chips.current()) == (3.5, "3月内")
    press(tab.zoom_out)
    assert reach() > 3.5
    assert tab.window_chips.current() == ""
    press(tab.rail.tiles[Indicator.WFL])
    assert [one.text() for one in tab.window_chips._buttons.values()] == ["至60 cm", "至75 cm", "至90 cm", "全部"]
    assert reach() == 75


# -- chart and table point at the same days


def test_chart_and_table_point_at_the_same_day(desk, opened, qtbot):
    tab = opened(a_child(desk))
    tab.table.view.choose_row(0)
    assert tab.chart.current().on == TODAY - timedelta(days=200 - 183)
    qtbot.keyClick(tab.chart, Qt.Key.Key_Home)
    assert tab.table.view.current_row().on == tab.chart.current().on


def test_two_rows_or_two_points_are_compared_in_a_sentence(desk, opened, qtbot):
    tab = opened(a_child(desk, facts=NOTHING))
    assert "Shift" in tab.reading.text()
    gained = (median(2, 183)[0] - median(2, 30)[0]) / 1000
    tab.table.view.choose_row(0)
    flags = QItemSelectionModel.SelectionFlag
    model = tab.table.view.selectionModel()
    model.select(tab.table.view.table_model.index(2, 0), flags.Select | flags.Rows)
    assert [mark.age.days for mark in tab.chart.pair()] == [30, 183]
    for part in ("153 天", f"+{gained:.2f} kg", f"每天 {gained * 1000 / 153:+.1f} g", "Z值"):
        assert part in tab.reading.text()
    model.select(tab.table.view.table_model.index(2, 0), flags.Deselect | flags.Rows)
    assert tab.chart.pair() is None
    assert "Shift" in tab.reading.text()
    qtbot.keyClick(tab.chart, Qt.Key.Key_Home)
    qtbot.keyClick(tab.chart, Qt.Key.Key_End, Qt.KeyboardModifier.ShiftModifier)
    assert {index.row() for index in model.selectedRows()} == {0, 2}
    assert f"+{gained:.2f} kg" in tab.reading.text()
    press(tab.rail.tiles[Indicator.LHFA])  # the same two days by length
    assert f"+{(median(2, 183)[1] - median(2, 30)[1]) / 10:.1f} cm" in tab.reading.text()


def test_a_point_says_what_changed_since_the_visit_before(desk, opened):
    tab = opened(a_child(desk, facts=NOTHING))
    tab.chart.point_at(0)
    assert "较上次" not in tab.chart.card.text()
    tab.chart.point_at(1)
    gained = median(2, 91)[0] - median(2, 30)[0]
    assert f"较上次：61 天 +{gained / 1000:.2f} kg、每天 {gained / 61:+.1f} g" in tab.chart.card.text()
    assert "增长速度" in tab.chart.card.text()


# -- paper, method, rights


def test_paper_of_all_indicators_and_for_the_family(desk, opened, stage):
    child_id = a_child(desk)
    tab = opened(child_id)
    press(tab.print_button)
    shown = stage.dialog(PdfDialog)
    assert "年龄别体重" in shown.windowTitle()
    shown.reject()
    for action, words in ((tab.print_all, "全部生长曲线"), (tab.print_family, "给家长的生长单")):
        action.trigger()
        shown = stage.dialog(PdfDialog)
        assert words in shown.windowTitle()
        assert shown.view.page_count() >= 1
        shown.reject()
    tab.refer.trigger()
    assert stage.gone == [f"visit-new/{child_id}.referral"]


def test_the_method_is_one_click_away(desk, opened):
    tab = opened(a_child(desk))
    press(tab.manual_button)
    (page,) = tab.window().findChildren(Manual)
    assert page.isVisible()
    page.close()


def test_every_control_of_the_tab_has_a_name(desk, opened):
    tab = opened(a_child(desk, facts=PRETERM))
    assert unnamed_controls(tab) == []
    assert tab.chart.accessibleDescription()
    assert tab.rail.tiles[Indicator.WFA].accessibleName() == "体重"
    assert "kg" in tab.rail.tiles[Indicator.WFA].accessibleDescription()


def test_who_may_only_look_neither_prints_nor_refers(desk, opened):
    child_id = a_child(desk, share=0.6)
    tab = opened(child_id, as_role(desk, Role.VIEWER))
    assert tab.print_button.isHidden()
    assert tab.refer_button.isHidden()
    assert [one.text() for one in tab.menu.actions() if one.isVisible() and one.text()] == ["依据和建议…"]
    assert tab.strip.words()[0]


def test_the_center_looks_at_growth_and_refers_nobody(desk, center, opened, tmp_path):
    child_id = a_child(desk, share=0.6)
    send(desk, center, tmp_path)
    tab = opened(child_id, center)
    assert len(tab.table.rows()) == 4
    assert tab.refer_button.isHidden()
    assert not tab.refer.isVisible()
