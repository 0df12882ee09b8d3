"""The trend of a child of the register, and the referral that follows from it in one step."""

from __future__ import annotations

from datetime import date

import pypdfium2
import pytest
from tests.services.care.test_visits import record
from tests.services.families import enrol

from zhaohu.errors import BadInput, NotFound
from zhaohu.i18n import format_date
from zhaohu.records.codes import Sex
from zhaohu.rules.growth.trend import Urgency, Verdict
from zhaohu.services import printing, reference
from zhaohu.services.care import timeline, visits
from zhaohu.services.desk import Desk
from zhaohu.services.due import duties
from zhaohu.services.growth import growth_trend
from zhaohu.services.growth.growth_words import growth_document, growth_lines
from zhaohu.services.growth.trend_words import speed_lines, to_do_lines, trend_document, trend_lines

WHERE = {"to_org": "日照市妇幼保健院", "to_department": "儿童保健科", "site_phone": "0633-2610000"}


def a_child_that_lost_weight(desk: Desk) -> str:
    """3,300 g at birth, 2,950 g eight days later: 10.6% less."""
    child_id = enrol(desk)
    record(desk, child_id, weight_kg="2.95")
    return child_id


def refer(desk: Desk, child_id: str, **changes: str) -> visits.VisitView:
    entry = visits.start_visit(desk, child_id, growth_trend.REFERRAL)
    return visits.record_visit(
        desk, child_id=child_id, form_id=growth_trend.REFERRAL, answers={**entry.answers, **WHERE, **changes}
    )


def test_the_trend_is_read_from_the_register(station_desk: Desk) -> None:
    found = growth_trend.of_child(station_desk, a_child_that_lost_weight(station_desk))
    assert (found.verdict, found.refer) == (Verdict.LOSS, True)
    assert found.findings[0].rule == "newborn_loss"
    assert "10.6%" in found.findings[0].message
    assert found.next_check == date(2026, 11, 13)


def test_a_child_that_is_not_there_has_no_trend(station_desk: Desk) -> None:
    for ask in (growth_trend.of_child, growth_trend.child_growth, growth_trend.referral_answers):
        with pytest.raises(NotFound):
            ask(station_desk, "0" * 36)


def test_a_referral_opens_filled_in(station_desk: Desk) -> None:
    child_id = a_child_that_lost_weight(station_desk)
    answers = visits.start_visit(station_desk, child_id, "referral").answers
    assert answers["child_name"] == "单芷然"
    assert answers["impression"] == "体重下降"
    assert "3.30 kg" in str(answers["present_history"])
    assert "2.95 kg" in str(answers["present_history"])
    assert answers["past_history"] == "出生孕周39周+2天、出生体重3.30 kg"
    assert answers["age"] == "18 天"
    assert answers["phone"] == "13812345678"
    assert answers["visit_date"] == "2026-11-20"
    assert "to_org" not in answers


def test_a_referral_of_a_child_that_grows_well_leaves_the_reason_open(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    answers = visits.start_visit(station_desk, child_id, "referral").answers
    assert {"impression", "present_history"}.isdisjoint(answers)
    with pytest.raises(BadInput) as refused:
        refer(station_desk, child_id)
    assert {one["field"] for one in refused.value.details["problems"]} == {"impression", "present_history"}


def test_a_referral_is_a_visit_like_any_other(station_desk: Desk) -> None:
    child_id = a_child_that_lost_weight(station_desk)
    due = duties.child_duties(station_desk, child_id)
    saved = refer(station_desk, child_id)
    assert saved.contact == ""
    assert duties.child_duties(station_desk, child_id) == due  # it is nothing that was due
    items = timeline.timeline(station_desk, child_id)
    assert items[0].title == "双向转诊单（转出）"
    assert items[0].target == saved.id
    corrected = visits.correct_visit(
        station_desk, saved.id, answers={**saved.answers, "to_department": "新生儿科"}, reason="换科室"
    )
    assert (corrected.version, corrected.answers["to_department"]) == (2, "新生儿科")


def test_the_next_referral_knows_where_the_last_one_went(station_desk: Desk) -> None:
    first = refer(station_desk, a_child_that_lost_weight(station_desk))
    visits.correct_visit(
        station_desk, first.id, answers={**first.answers, "to_department": "新生儿科"}, reason="换科室"
    )
    other = enrol(station_desk, "于安")
    answers = visits.start_visit(station_desk, other, "referral").answers
    assert {name: answers[name] for name in WHERE} == {**WHERE, "to_department": "新生儿科"}


def test_a_referral_prints_on_one_page_and_its_curves_on_the_next(station_desk: Desk) -> None:
    saved = refer(station_desk, a_child_that_lost_weight(station_desk))
    document = pypdfium2.PdfDocument(printing.print_visit(station_desk, saved.id))
    try:
        assert len(document) == 2
        printed = document[0].get_textpage().get_text_range()
    finally:
        document.close()
    for said in ("存", "双向转诊单", "日照市妇幼保健院", "儿童保健科", "体重下降", "2.95", saved.record_number):
        assert said in printed


def test_a_form_gets_its_referral_in_one_step(station_desk: Desk) -> None:
    found = growth_trend.of_child(station_desk, a_child_that_lost_weight(station_desk))
    filled = growth_trend.referral_fill(reference.form("newborn_visit"), found)
    assert filled["referral"] == "2"
    assert str(filled["referral_reason"]).startswith("体重下降：")
    assert growth_trend.referral_fill(reference.form("referral"), found) == {}
    well = growth_trend.of_child(station_desk, enrol(station_desk, "于安"))
    assert growth_trend.referral_fill(reference.form("newborn_visit"), well) == {}


@pytest.mark.parametrize("form_id", ["newborn_visit", "check_1_8", "check_12_30", "check_3_years"])
def test_every_check_form_takes_the_referral(station_desk: Desk, form_id: str) -> None:
    found = growth_trend.of_child(station_desk, a_child_that_lost_weight(station_desk))
    form = reference.form(form_id)
    filled = growth_trend.referral_fill(form, found)
    assert form.field("referral").option(str(filled["referral"])).label == "有"  # type: ignore[union-attr]
    assert len(str(filled["referral_reason"])) <= form.field("referral_reason").max_length


def test_text_and_document_say_the_same(station_desk: Desk) -> None:
    grown = growth_trend.child_growth(station_desk, a_child_that_lost_weight(station_desk))
    text = "\n".join(trend_lines(grown.trend, station_desk.today))
    for said in ("生长趋势：体重下降", "10.6%", "NICE NG75", "建议转诊。", format_date(date(2026, 11, 13))):
        assert said in text
    document = trend_document(grown.trend)
    assert document["verdict"] is Verdict.LOSS
    assert document["refer"] is True
    assert grown.trend.urgency is Urgency.REFER


def test_unfounded_rules_say_so(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=date(2026, 10, 20))
    record(station_desk, child_id, visit_date="2026-11-02", next_date="2026-11-20", weight_kg="3.20")
    found = growth_trend.of_child(station_desk, child_id)
    assert "地方常用做法" in "\n".join(trend_lines(found, station_desk.today))


def test_without_a_sex_the_words_are_for_a_boy_and_for_a_girl(station_desk: Desk) -> None:
    child_id = enrol(station_desk, sex=Sex.UNKNOWN)
    grown = growth_trend.child_growth(station_desk, child_id)
    line = growth_lines(grown.days)[0]
    assert "按男童：" in line
    assert "按女童：" in line
    document = growth_document(grown.days)[0]
    boy, girl = document["as_boy"], document["as_girl"]
    assert isinstance(boy, dict)
    assert boy != girl
    assert grown.trend.verdict is Verdict.UNCLEAR


def test_preterm_children_have_intergrowth_beside(station_desk: Desk) -> None:
    child_id = enrol(station_desk, facts={"gestation_days": 224, "birth_weight_g": 1700})
    grown = growth_trend.child_growth(station_desk, child_id)
    assert any("INTERGROWTH-21st Z值" in line for line in growth_lines(grown.days))
    assert "intergrowth" in growth_document(grown.days)[0]


def test_how_fast_a_child_grew(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=date(2026, 10, 20))
    record(station_desk, child_id, visit_date="2026-11-17", next_date="2026-11-20", weight_kg="4.30")
    grown = growth_trend.child_growth(station_desk, child_id)
    weight = speed_lines(grown.speeds)[0]
    assert "28天增加1,000克" in weight
    assert "WHO增长速度Z值" in weight


def test_to_do_names_the_day(station_desk: Desk) -> None:
    found = growth_trend.of_child(station_desk, enrol(station_desk))
    assert to_do_lines(found, station_desk.today)[0] == "下次检查：2026年11月30日"
