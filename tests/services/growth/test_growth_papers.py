"""Papers about growth: what they say agrees with the records behind them, and what a family is told is plain."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select
from tests.paper.growing import BORN, subject
from tests.services.care.test_visits import record
from tests.services.families import enrol

from zhaohu.errors import NotFound, Refused
from zhaohu.records.codes import Sex
from zhaohu.records.local import AuditLine
from zhaohu.rules.growth.assess import Measurement
from zhaohu.rules.growth.curves.lines import Lines
from zhaohu.rules.growth.series import Born, measure_day
from zhaohu.rules.growth.terms import Indicator, Level, Reason, Standard, Status
from zhaohu.rules.growth.trend.terms import Basis, Finding, Measure, Trend, Urgency, Verdict
from zhaohu.rules.growth.velocity import Growing, Velocity
from zhaohu.services import printing, reference
from zhaohu.services.care import visits
from zhaohu.services.desk import Desk
from zhaohu.services.growth import growth_trend
from zhaohu.services.growth.family_words import family_sheet
from zhaohu.services.growth.growth_papers import Subject, overview, single_chart
from zhaohu.services.growth.growth_words import growth_flags
from zhaohu.services.growth.measured_words import change_text, corrected_text, velocity_text
from zhaohu.services.printing import record_values
from zhaohu.services.safety.audit_actions import ACTIONS

UNCLEAR = Trend(Verdict.UNCLEAR, Verdict.UNCLEAR, Verdict.UNCLEAR)
TODAY = date(2026, 8, 1)


def texts_of(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [re.sub(r"[\s\ufffe]+", "", page.get_textpage().get_text_range()) for page in document]


def last_line(desk: Desk) -> AuditLine:
    with desk.read() as session:
        return session.exec(select(AuditLine).order_by(AuditLine.no.desc())).first()


@pytest.fixture(scope="module")
def references():
    return reference.growth_references()


def test_the_visit_is_printed_with_its_curves_and_its_point(station_desk: Desk) -> None:
    saved = record(station_desk, enrol(station_desk))
    form, attached = texts_of(printing.print_visit(station_desk, saved.id))
    assert "新生儿家庭访视记录表" in form
    for words in ("附：生长曲线", "单芷然", "年龄别体重", "本次访视（2026年11月10日）"):
        assert words in attached
    assert saved.record_number in attached


def test_a_former_version_keeps_its_own_point(station_desk: Desk) -> None:
    first = record(station_desk, enrol(station_desk))
    again = visits.correct_visit(station_desk, first.id, answers={**first.answers, "weight_kg": "3.99"}, reason="核对")
    points = {}
    for visit in (first, again):
        curves = record_values.curves_of(station_desk, visits.view_visit(station_desk, visit.id))
        assert curves is not None
        points[visit.id] = [mark.result.value for mark in curves.charts[0].marks]
    assert points == {first.id: [3.3, 3.55], again.id: [3.3, 3.99]}


def test_what_was_measured_later_does_not_change_the_paper_of_an_earlier_visit(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    first = record(station_desk, child_id)
    before = record_values.curves_of(station_desk, first)
    record(station_desk, child_id, visit_date="2026-11-18", weight_kg="3.90")
    assert record_values.curves_of(station_desk, visits.view_visit(station_desk, first.id)) == before


def test_a_referral_takes_the_curves_with_it(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    record(station_desk, child_id, weight_kg="2.95")
    entry = visits.start_visit(station_desk, child_id, growth_trend.REFERRAL)
    where = {"to_org": "日照市妇幼保健院", "to_department": "儿童保健科", "site_phone": "0633-2610000"}
    saved = visits.record_visit(
        station_desk, child_id=child_id, form_id=growth_trend.REFERRAL, answers={**entry.answers, **where}
    )
    pages = "".join(texts_of(printing.print_visit(station_desk, saved.id)))
    for words in ("双向转诊单", "附：生长曲线", "年龄别体重", "年龄别身长（身高）"):
        assert words in pages
    assert "圆圈标出" not in pages


def test_before_the_due_date_a_visit_is_shown_among_preterm_children(station_desk: Desk) -> None:
    child_id = enrol(station_desk, facts={"gestation_days": 240})
    saved = record(station_desk, child_id)
    curves = record_values.curves_of(station_desk, saved)
    assert curves is not None
    assert {chart.standard for chart in curves.charts} == {Standard.INTERGROWTH}
    assert curves.charts[0].marks[-1].on == curves.on


@pytest.mark.parametrize("indicator", [*Indicator, None])
def test_every_chart_prints_and_is_audited(station_desk: Desk, indicator: Indicator | None) -> None:
    child_id = enrol(station_desk)
    record(station_desk, child_id)
    pages = texts_of(printing.print_growth(station_desk, child_id, indicator, Standard.WHO, Lines.PERCENTILE))
    assert len(pages) == (1 if indicator else 2)
    assert "P97" in pages[0]
    line = last_line(station_desk)
    assert line.action == "print.growth"
    assert (indicator or "all") in line.detail


def test_preterm_childrens_own_standard_is_for_them_only(station_desk: Desk) -> None:
    term = enrol(station_desk)
    preterm = enrol(station_desk, "赖𠮷", facts={"gestation_days": 240})
    with pytest.raises(Refused) as refused:
        printing.print_growth(station_desk, term, Indicator.WFA, Standard.INTERGROWTH)
    assert refused.value.code == "not_preterm"
    with pytest.raises(Refused) as refused:
        printing.print_growth(station_desk, preterm, Indicator.BFA, Standard.INTERGROWTH)
    assert refused.value.code == "not_in_standard"
    assert len(texts_of(printing.print_growth(station_desk, preterm, None, Standard.INTERGROWTH))) == 2


def test_the_family_sheet_is_one_page_and_audited(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    record(station_desk, child_id)
    (text,) = texts_of(printing.print_family_growth(station_desk, child_id))
    for words in ("儿童生长发育告知单", "单芷然", "3.55kg", station_desk.site.name):
        assert words in text
    line = last_line(station_desk)
    assert line.action == "print.family_growth"
    assert line.subject == f"child/{child_id}"
    assert line.action in ACTIONS
    with pytest.raises(NotFound):
        printing.print_family_growth(station_desk, "0" * 36)


def test_a_child_never_measured_has_papers_to_fill_in(station_desk: Desk) -> None:
    child_id = enrol(station_desk, facts={"birth_weight_g": None, "birth_length_mm": None})
    assert "+3SD" in texts_of(printing.print_growth(station_desk, child_id))[0]
    assert "+3SD" in texts_of(printing.print_growth(station_desk, child_id, None))[1]
    (text,) = texts_of(printing.print_family_growth(station_desk, child_id))
    assert "家长（签名）" in text


def test_a_child_of_unknown_sex_has_both_results_and_no_lines(station_desk: Desk) -> None:
    child_id = enrol(station_desk, sex=Sex.UNKNOWN)
    record(station_desk, child_id)
    (text,) = texts_of(printing.print_growth(station_desk, child_id))
    assert "SD" not in text.replace("标准差", "")
    assert re.search(r"男[+-]\d\.\d\d女[+-]\d\.\d\d", text)


@given(st.lists(st.integers(1500, 30_000), min_size=2, max_size=6))
def test_changes_add_up(weights: list[int]) -> None:
    days = subject(reference.growth_references(), weights=weights).days
    changes = [change_text(days, n, Indicator.WFA, in_days=False) for n in range(len(days))]
    assert changes[0] == ""
    told = [float(text.removesuffix(" kg")) for text in changes[1:]]
    assert sum(told) == pytest.approx((weights[-1] - weights[0]) / 1000, abs=0.0051 * len(told))
    assert not any(text.startswith("-0.00") for text in changes)


def test_the_change_is_since_that_measure_was_last_taken(references) -> None:
    born = Born(BORN, 1)
    taken = [Measurement(3300, 500), Measurement(4400), Measurement(5500, 580)]
    days = [measure_day(references, born, BORN + timedelta(days=30 * n), one) for n, one in enumerate(taken)]
    assert change_text(days, 2, Indicator.LHFA) == "+8.0 cm／60 天"
    assert change_text(days, 2, Indicator.WFA) == "+1.10 kg／30 天"
    assert change_text(days, 1, Indicator.LHFA) == ""


def test_before_the_due_date_the_weeks_of_pregnancy_are_named(references) -> None:
    child = subject(references, gestation_days=30 * 7 + 3, weights=(1500, 1900, 2400, 4000), every=33)
    assert [corrected_text(day) for day in child.days] == ["胎龄 30+3 周", "胎龄 35+1 周", "胎龄 39+6 周", "1 月 1 天"]


def test_why_there_is_no_score_stands_in_a_note(references) -> None:
    child = subject(references, gestation_days=230, weights=(1500, 1900, 4000), every=40)
    chart = single_chart(child, Indicator.WFA, Standard.CHINA, Lines.SD)
    assert [row.status for row in chart.rows] == ["注1", "注1", ""]
    assert any(note.startswith("注1") for note in chart.notes)
    assert [row.reference for row in chart.rows] == ["矫正"] * 3
    by_own = single_chart(child, Indicator.WFA, Standard.INTERGROWTH, Lines.SD)
    assert all(row.z for row in by_own.rows)


def test_rows_are_the_days_on_which_the_indicator_was_measured(references) -> None:
    born = Born(BORN, 1)
    taken = [Measurement(3300), Measurement(None, 540), Measurement(5500, 580)]
    days = tuple(measure_day(references, born, BORN + timedelta(days=30 * n), one) for n, one in enumerate(taken))
    child = Subject(subject(references).who, born, days)
    counts = {i: len(single_chart(child, i, Standard.CHINA, Lines.SD).rows) for i in Indicator}
    assert counts == {Indicator.WFA: 2, Indicator.LHFA: 2, Indicator.WFL: 1, Indicator.BFA: 1, Indicator.HCFA: 0}
    assert len(overview(child, tuple(Indicator), Standard.CHINA, Lines.SD).rows) == 3


def test_velocity_is_told_where_who_has_one() -> None:
    told = velocity_text(Velocity(Growing.WEIGHT, 1, 30, 900, 30.0, -0.42))
    assert told == "30.0 克/天 Z值 -0.42"
    assert velocity_text(Velocity(Growing.LENGTH, 2, 60, 6, 0.1, 0.0)) == "3.0 厘米/月 Z值 +0.00"
    fell = Velocity(Growing.WEIGHT, 1, 30, -900, -30.0, percentile=0.0, reason=Reason.FELL_TOO_FAR)
    assert velocity_text(fell) == "-30.0 克/天 P<1"
    assert velocity_text(Velocity(Growing.WEIGHT, 1, 90, 9, 0.1, reason=Reason.INTERVAL_OUT_OF_RANGE)) == ""


@pytest.mark.parametrize(
    ("z", "level", "word"),
    [
        (-2.5, Level.LOWER, "偏低"),
        (-1.5, Level.LOWER_MIDDLE, "中等偏下"),
        (0.0, Level.MIDDLE, "中等"),
        (1.5, Level.UPPER_MIDDLE, "中等偏上"),
        (2.5, Level.UPPER, "偏高"),
    ],
)
@pytest.mark.parametrize("gestation_days", [None, 220])
def test_the_word_for_a_family_is_the_grades(references, z: float, level: Level, word: str, gestation_days) -> None:
    """By WS/T 423-2022 and, before the due date, by INTERGROWTH-21st with the same bounds."""
    standard = Standard.CHINA if gestation_days is None else Standard.INTERGROWTH
    born = Born(BORN, 1, gestation_days)

    def graded(grams: int):
        return measure_day(references, born, BORN + timedelta(days=14), Measurement(grams))

    def score(grams: int) -> float:
        return graded(grams).by(standard).of(Indicator.WFA).z or 0.0

    grams = min(range(500, 9000, 10), key=lambda grams: abs(score(grams) - z))
    day = graded(grams)
    assert score(grams) == pytest.approx(z, abs=0.05)
    if gestation_days is None:
        assert day.china.of(Indicator.WFA).level is level
    tile, *_others = family_sheet(Subject(subject(references).who, born, (day,)), UNCLEAR, "站", TODAY).tiles
    assert tile.word == word


def test_the_share_of_other_children_is_never_none_or_all(references) -> None:
    tile, *_others = family_sheet(subject(references, weights=(1000,)), UNCLEAR, "站", TODAY).tiles
    assert "约有 1 名" in tile.meaning
    tile, *_others = family_sheet(subject(references, weights=(9000,)), UNCLEAR, "站", TODAY).tiles
    assert "约有 99 名" in tile.meaning


def test_what_was_not_measured_that_day_is_said(references) -> None:
    born = Born(BORN, 1)
    days = tuple(
        measure_day(references, born, BORN + timedelta(days=30 * n), one)
        for n, one in enumerate((Measurement(3300, 500, 340), Measurement(4300)))
    )
    weight, *others = family_sheet(Subject(subject(references).who, born, days), UNCLEAR, "站", TODAY).tiles
    assert weight.value == "4.30 kg"
    assert {tile.value for tile in others} == {"本次未测"}
    assert date(2026, 1, 31) == days[-1].on


def told(references, trend: Trend, age_days: int = 200):
    born = Born(BORN, 1)
    days = (measure_day(references, born, BORN + timedelta(days=age_days), Measurement(6000, 640)),)
    return family_sheet(Subject(subject(references).who, born, days), trend, "站", TODAY)


def finding(status: Status) -> Finding:
    place = ("x", None, status, Measure.MASS, Indicator.WFL, BORN, BORN)
    return Finding(*place, urgency=Urgency.RECHECK, message="", source="", basis=Basis.OWN)


def test_a_referral_is_told_to_the_family_before_everything_else(references) -> None:
    falling = Trend(Verdict.FALTERING, Verdict.FALTERING, Verdict.NORMAL, refer=True, advice=("好好喂养。",))
    sentences = told(references, falling).sentences
    assert "上级医院" in sentences[0]
    assert sentences[1:] == ("好好喂养。",)
    assert told(references, replace(falling, refer=False)).sentences == ("好好喂养。",)


@pytest.mark.parametrize("status", Status)
def test_growth_is_not_called_normal_alone_where_the_child_is_thin_short_or_plump(references, status: Status) -> None:
    normal = Trend(Verdict.NORMAL, Verdict.NORMAL, Verdict.NORMAL)
    assert told(references, normal).verdict == "增长正常"
    assert "，但目前" in told(references, replace(normal, conditions=(finding(status),))).verdict
    assert told(references, replace(UNCLEAR, conditions=(finding(status),))).verdict.startswith("目前")


def test_the_danger_signs_of_young_infants_are_told_to_their_families(references) -> None:
    assert any("黄疸" in line for line in told(references, UNCLEAR, age_days=40).worried)
    assert not any("黄疸" in line for line in told(references, UNCLEAR, age_days=80).worried)
    for sign in ("不能喝奶喝水", "吃什么吐什么", "抽搐", "昏睡叫不醒", "呼吸急促"):
        assert any(sign in line for line in told(references, UNCLEAR).worried)


def test_a_newborn_that_looks_light_comes_with_a_note(references) -> None:
    """2.4 kg on day 7 is 低体重 by the line to the first month; on day 40 the standard has its rows."""

    def noted(age_days: int, grams: int) -> bool:
        day = measure_day(references, Born(BORN, 1), BORN + timedelta(days=age_days), Measurement(grams))
        assert day.china.of(Indicator.WFA).status is not None
        return any("出生体重" in flag or "出生以来" in flag or "比出生" in flag for flag in growth_flags([day]))

    assert noted(7, 2400)
    assert not noted(40, 3000)


def test_a_next_check_that_has_passed_is_left_to_be_written_in(references) -> None:
    for day, printed in ((TODAY, TODAY), (TODAY - timedelta(days=1), None)):
        assert told(references, replace(UNCLEAR, next_check=day)).next_check == printed
