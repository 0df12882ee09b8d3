"""What stands beside a form about growth, and the referral in one step."""

from __future__ import annotations

import pytest
from tests.services.families import enrol
from tests.services.growth.test_growth_trend import WHERE, a_child_that_lost_weight, refer

from zhaohu.records import Measurement
from zhaohu.records.codes import Sex
from zhaohu.services.care import visits
from zhaohu.services.growth import growth, growth_trend
from zhaohu.ui import theme
from zhaohu.ui.pages.growth_panel import day_panel, trend_panel
from zhaohu.ui.pages.visit_entry import new_visit_page
from zhaohu.ui.widgets.layout import STRETCH, column, panel, scrolled
from zhaohu.ui.widgets.record_side import LinesPanel


def test_verdict_first_then_what_to_do_and_why(desk) -> None:
    lines = trend_panel(growth_trend.of_child(desk, a_child_that_lost_weight(desk)), desk.today)
    assert (lines[0].text, lines[0].tone) == ("生长趋势：体重下降", "danger")
    assert [line.text for line in lines[1:3]] == ["建议转诊。", "应于2026年11月13日检查，已逾期"]
    assert "10.6%" in lines[3].text
    assert "NICE" in lines[3].text
    assert lines[-1].text.startswith("按需哺乳")


def test_a_child_that_grows_well_gets_few_words(desk) -> None:
    found = growth_trend.child_growth(desk, enrol(desk))
    lines = trend_panel(found.trend, desk.today)
    assert [line.tone for line in lines] == ["", "", ""]
    assert lines[0].text == "生长趋势：尚不能判断"


def test_an_unknown_sex_is_never_guessed(desk) -> None:
    grown = growth_trend.child_growth(desk, enrol(desk, sex=Sex.UNKNOWN))
    lines = day_panel(grown.days)
    assert "按男童" in lines[0].text
    assert "按女童" in lines[0].text


def test_the_panel_shows_all_of_it(desk, qtbot, assert_nothing_clipped) -> None:
    grown = growth_trend.child_growth(desk, a_child_that_lost_weight(desk))
    lines = LinesPanel("生长评价")
    side = scrolled(panel(column(lines, STRETCH)))
    qtbot.addWidget(side)
    side.setFixedWidth(theme.size("side"))
    lines.show_lines(trend_panel(grown.trend, desk.today) + day_panel(grown.days))
    side.show()
    assert_nothing_clipped(side)


@pytest.fixture
def referral(stage, desk):
    return stage.open(new_visit_page, desk, f"{a_child_that_lost_weight(desk)}.{growth_trend.REFERRAL}")


def test_a_referral_opens_filled_and_is_saved_by_ctrl_s(referral, stage, desk) -> None:
    assert referral.record.typed()["impression"] == "体重下降"
    for name, words in WHERE.items():
        referral.record.fields.fields[name].set_value(words)
    stage.press(referral, "Ctrl+S")
    stage.settle()
    saved = visits.view_visit(desk, stage.gone[-1].removeprefix("visit/"))
    assert saved.form.id == growth_trend.REFERRAL
    assert saved.answers["to_org"] == WHERE["to_org"]


def test_the_second_referral_needs_nothing_typed(stage, desk) -> None:
    refer(desk, a_child_that_lost_weight(desk))
    child_id = enrol(desk, "于安")
    page = stage.open(new_visit_page, desk, f"{child_id}.{growth_trend.REFERRAL}")
    page.record.fields.fields["impression"].set_value("喂养困难")
    page.record.fields.fields["present_history"].set_value("吸吮无力")
    stage.press(page, "Ctrl+S")
    stage.settle()
    assert stage.gone[-1].startswith("visit/")


def test_the_referral_form_has_nothing_to_fill_with_normal(referral, stage, desk) -> None:
    assert referral.record.side.normal_button.isHidden()
    check = stage.open(new_visit_page, desk, f"{enrol(desk, '于安')}.newborn_visit")
    assert check.record.side.normal_button.isVisible()


def test_a_forms_own_referral_is_filled_in_by_one_key(stage, desk) -> None:
    page = stage.open(new_visit_page, desk, f"{a_child_that_lost_weight(desk)}.newborn_visit")
    fields = page.record.fields.fields
    assert page.referral.button.isVisible()
    page.record.fill_normal()
    assert fields["referral"].is_empty()
    assert fields["face"].value() == "1"
    stage.press(page, "Ctrl+T")
    assert fields["referral"].value() == "2"
    assert fields["referral_reason"].value().startswith("体重下降：")
    assert page.window().focusWidget() is fields["referral_org"].editor()
    assert page.referral.button.isHidden()
    assert page._unsaved


def test_a_child_that_grows_well_is_not_to_be_referred(stage, desk) -> None:
    page = stage.open(new_visit_page, desk, f"{enrol(desk)}.newborn_visit")
    assert page.referral.button.isHidden()
    page.record.fill_normal()
    assert page.record.fields.fields["referral"].value() == "1"


def test_a_head_far_out_is_never_shown_as_done(desk) -> None:
    child_id = enrol(desk)
    with desk.write("visit.record") as work:
        work.session.add(desk.make(Measurement, child_id=child_id, measured_on=desk.today, head_mm=300))
    head = next(line for line in day_panel(growth.series(desk, child_id)) if "年龄别头围" in line.text)
    assert head.tone == "attention"
