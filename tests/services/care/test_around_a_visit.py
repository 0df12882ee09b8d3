"""What a form begins with and a record leaves: former answers, the next day, companions, findings, prints."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import select
from tests.services.care.test_visits import record
from tests.services.families import enrol

from zhaohu.errors import BadInput
from zhaohu.records import FollowUp
from zhaohu.records.codes import CaseOutcome
from zhaohu.rules.forms.answers import asked_fields
from zhaohu.rules.forms.starting import all_normal
from zhaohu.services import printing
from zhaohu.services.care import visits
from zhaohu.services.care.earlier_answers import earlier_records
from zhaohu.services.care.visit_growth import entry_growth
from zhaohu.services.care.visit_standing import standing_of
from zhaohu.services.desk import Desk
from zhaohu.services.due.next_visits import companions, next_visits
from zhaohu.services.printing import sheets

BORN = date(2026, 5, 15)


def check(desk: Desk, child_id: str, column: str, day: str, **changes: object) -> visits.VisitView:
    """A check of the first months, normal but for the changes."""
    entry = visits.start_visit(desk, child_id, "check_1_8")
    answers: dict[str, object] = {
        **entry.answers,
        "age_column": column,
        "visit_date": day,
        "weight_kg": "7.20",
        "weight_grade": "2",
        "length_cm": "65.5",
        "length_grade": "2",
        "head_cm": "42.2",
        "fontanelle": "2",
        "fontanelle_w": "1.5",
        "fontanelle_l": "1.5",
        "outdoor_hours": "1.0",
        "vitamin_d_iu": 400,
        "guidance": ["1", "2"],
        "next_date": "2027-02-01",
        **({"teeth": 0} if column in ("6", "8") else {}),
        **changes,
    }
    return visits.record_visit(desk, child_id=child_id, form_id="check_1_8", answers=all_normal(entry.form, answers))


def follow_ups_of(desk: Desk) -> list[FollowUp]:
    with desk.read() as session:
        return list(session.exec(select(FollowUp)).all())


def test_former_answers_come_from_the_last_record_before_the_day(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=BORN)
    check(station_desk, child_id, "1", "2026-06-13", weight_kg="4.30", length_cm="54.0", head_cm="37.0", vitamin_d_iu=0)
    check(station_desk, child_id, "3", "2026-08-20")
    found = earlier_records(station_desk, visits.start_visit(station_desk, child_id, "check_1_8"))
    now = found.before(date(2026, 11, 20))
    assert (now["vitamin_d_iu"].answer, now["vitamin_d_iu"].on) == (400, date(2026, 8, 20))
    assert now["vitamin_d_iu"].same_again
    assert not now["weight_kg"].same_again  # a weight is taken, never repeated
    late = found.before(date(2026, 8, 20))
    assert (late["vitamin_d_iu"].answer, late["vitamin_d_iu"].on) == (0, date(2026, 6, 13))
    assert found.before(date(2026, 6, 13)) == {}


def test_a_correction_does_not_show_its_own_record_as_the_former(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=BORN)
    only = check(station_desk, child_id, "3", "2026-08-20")
    entry = visits.edit_visit(station_desk, only.id)
    assert earlier_records(station_desk, entry).before(date(2026, 8, 21)) == {}


def test_an_answer_of_another_form_is_repeated_only_where_its_codes_mean_the_same(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=date(2026, 10, 20))
    record(
        station_desk, child_id, neck_mass="2", neck_mass_text="左侧", visit_date="2026-10-25", next_date="2026-11-20"
    )
    entry = visits.start_visit(station_desk, child_id, "check_1_8")
    found = earlier_records(station_desk, entry).before(date(2026, 11, 20))
    assert found["neck_mass"].answer == "2"
    assert found["neck_mass"].field.option("2").label == "有"  # on the newborn form; on this one 2 is 无
    assert not found["neck_mass"].same_again


def test_the_next_visit_is_proposed_on_a_working_day_of_the_next_contact(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=date(2026, 2, 14))
    plan = next_visits(station_desk, visits.start_visit(station_desk, child_id, "check_1_8"))
    assert plan.after(date(2026, 3, 16)) == date(2026, 5, 14)  # a Thursday
    assert plan.after(date(2026, 5, 20)) == date(2026, 8, 14)
    assert plan.after(date(2026, 8, 14)) == date(2026, 10, 14)
    assert plan.after(date(2026, 10, 20)) == date(2027, 2, 15)  # the 14th is a Sunday
    assert plan.after(date(2030, 1, 1)) is None
    spring = enrol(station_desk, "乙", birth_date=date(2025, 11, 17))
    plan = next_visits(station_desk, visits.start_visit(station_desk, spring, "check_1_8"))
    assert plan.after(date(2025, 12, 17)) == date(2026, 2, 24)  # 15 to 23 February 2026: the Spring Festival
    outside = visits.start_visit(station_desk, child_id, "referral")
    assert next_visits(station_desk, outside).after(date(2026, 3, 16)) is None


def test_the_other_forms_of_a_contact_are_its_companions_until_they_are_recorded(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=BORN)
    saved = check(station_desk, child_id, "6", "2026-11-20")
    open_ = {one.form: one.visit_id for one in companions(station_desk, saved)}
    assert open_["tcm_6_18"] == open_["feeding_assessment"] == ""
    assert "high_risk_follow_up" not in open_
    entry = visits.start_visit(station_desk, child_id, "tcm_6_18")
    answers = {**entry.answers, "visit_date": "2026-11-20", "next_date": "2027-05-20"}
    asked = asked_fields(entry.form, answers, station_desk.today)
    (service,) = [one.name for one in entry.form.fields() if one.label == "中医药健康管理服务" and one.name in asked]
    tcm = visits.record_visit(
        station_desk, child_id=child_id, form_id="tcm_6_18", answers={**answers, service: ["1", "2"]}
    )
    done = {one.form: one.visit_id for one in companions(station_desk, saved)}
    assert done["tcm_6_18"] == tcm.id
    of_tcm = {one.form: one.visit_id for one in companions(station_desk, tcm)}
    assert (of_tcm["check_1_8"], of_tcm["feeding_assessment"]) == (saved.id, "")


def test_advice_that_is_turned_down_is_kept_with_the_reason_and_stays_so_in_a_correction(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=date(2026, 11, 2))
    entry = visits.start_visit(station_desk, child_id, "newborn_visit")
    answers = record(station_desk, enrol(station_desk, "乙", birth_date=date(2026, 11, 2))).answers
    answers = {**answers, **entry.answers, "visit_date": "2026-11-10"}
    saved = visits.record_visit(
        station_desk,
        child_id=child_id,
        form_id="newborn_visit",
        answers={**answers, "temp_c": "38.0", "heart_rate": 170},
        declined={"temperature": " 刚洗完澡，复测36.9℃ ", "no_such_hint": "x"},
    )
    noted = {one.subject: one for one in follow_ups_of(station_desk)}
    assert set(noted) == {"temperature", "heart_rate"}
    assert noted["temperature"].declined_reason == "刚洗完澡，复测36.9℃"
    assert noted["temperature"].outcome is CaseOutcome.DECLINED
    assert noted["heart_rate"].outcome is None
    states = {one.title: one.is_open for one in standing_of(station_desk, saved).followed}
    assert sorted(states.values()) == [False, True]
    again = visits.edit_visit(station_desk, saved.id)
    assert again.declined == {"temperature": "刚洗完澡，复测36.9℃"}
    visits.correct_visit(station_desk, saved.id, answers={**saved.answers, "resp_rate": 44}, reason="看错")
    assert {one.subject: one.outcome for one in follow_ups_of(station_desk)} == {
        "temperature": CaseOutcome.DECLINED,
        "heart_rate": None,
    }


def test_turning_down_needs_a_reason(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=BORN)
    saved = check(station_desk, child_id, "6", "2026-11-20", hemoglobin=98)
    assert [one.subject for one in follow_ups_of(station_desk)] == ["anaemia"]
    with pytest.raises(BadInput) as refused:
        visits.correct_visit(
            station_desk, saved.id, answers={**saved.answers, "teeth": 1}, reason="看错", declined={"anaemia": "  "}
        )
    assert refused.value.code == "no_reason"
    assert [one.outcome for one in follow_ups_of(station_desk)] == [None]


def test_growth_of_a_late_entry_is_judged_as_on_its_day(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=BORN)
    check(station_desk, child_id, "6", "2026-11-20", weight_kg="5.10")
    entry = visits.start_visit(station_desk, child_id, "check_1_8")
    typed = {**entry.answers, "visit_date": "2026-08-20", "weight_kg": "6.10", "length_cm": "61.0"}
    trend = entry_growth(station_desk, entry, typed).trend
    assert all(one.on <= date(2026, 8, 20) for one in trend.all())
    check(station_desk, child_id, "3", "2026-08-20", weight_kg="6.10", length_cm="61.0", head_cm="40.0")
    late = [one for one in follow_ups_of(station_desk) if one.found_on == date(2026, 8, 20)]
    assert late == []  # what November found is November's


def test_a_record_tells_its_sheet_and_its_prints(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=BORN)
    sheets.print_sheets(station_desk, [(child_id, "M06")], station_desk.today)
    row = next(one for one in sheets.outstanding(station_desk) if one.form == "check_1_8")
    entry = visits.start_visit(station_desk, child_id, "check_1_8")
    first = check(station_desk, enrol(station_desk, "乙", birth_date=BORN), "6", "2026-11-20")
    answers = {**first.answers, **entry.answers}
    saved = visits.record_visit(station_desk, child_id=child_id, form_id="check_1_8", answers=answers, sheet=row.no)
    assert standing_of(station_desk, saved).sheet == row.code
    assert standing_of(station_desk, saved).printed == ()
    printing.print_visit(station_desk, saved.id)
    newer = visits.correct_visit(station_desk, saved.id, answers={**saved.answers, "teeth": 2}, reason="数错")
    (printed,) = standing_of(station_desk, newer).printed
    assert (printed.version, printed.by) == (1, station_desk.person.display_name)
    assert newer.recorded_on == station_desk.today
