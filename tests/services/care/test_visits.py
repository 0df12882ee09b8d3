"""Visits: saved whole or refused with field, value and reason; corrected without losing what was."""

from __future__ import annotations

import csv
from datetime import date

import pytest
from sqlmodel import select
from tests.services.families import enrol, newborn_answers

from zhaohu import paths
from zhaohu.errors import BadInput, NotAllowed, NotFound, Refused
from zhaohu.records import Measurement, Visit
from zhaohu.records.codes import Role
from zhaohu.rules.forms.starting import all_normal
from zhaohu.rules.growth.terms import Indicator
from zhaohu.services.care import visit_growth, visits
from zhaohu.services.care.visits import VisitView
from zhaohu.services.desk import Desk, Person
from zhaohu.services.growth import growth


def _who_z(*, girl_days: int, kg: float) -> float:
    """The LMS formula on WHO's own row, written out."""
    with paths.resource("growth/who2006_wfa.csv").open(encoding="utf-8") as file:
        rows = {(row["sex"], row["x"]): row for row in csv.DictReader(file)}
    row = rows["2", str(girl_days)]
    power, median, spread = float(row["l"]), float(row["m"]), float(row["s"])
    return ((kg / median) ** power - 1) / (power * spread)


def record(desk: Desk, child_id: str, **changes: object) -> VisitView:
    entry = visits.start_visit(desk, child_id, "newborn_visit")
    answers = {**entry.answers, **newborn_answers(**changes)}
    filled = {**all_normal(entry.form, answers)}
    return visits.record_visit(desk, child_id=child_id, form_id="newborn_visit", answers=filled)


def test_a_new_record_starts_with_what_the_register_knows(station_desk: Desk) -> None:
    entry = visits.start_visit(station_desk, enrol(station_desk), "newborn_visit")
    assert entry.answers["child_name"] == "单芷然"
    assert entry.answers["mother_name"] == "李秀梅"
    assert entry.answers["gest_weeks"] == 39
    assert entry.answers["birth_weight_kg"] == "3.30"
    assert entry.answers["visit_date"] == station_desk.today.isoformat()


def test_a_visit_is_saved_with_its_growth(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    saved = record(station_desk, child_id)
    assert (saved.version, saved.record_number, saved.contact) == (1, "371103-01-000001", "NB1")
    assert saved.visit_date == date(2026, 11, 10)
    birth, today = saved.growth
    assert birth.on == date(2026, 11, 2)
    assert birth.china.of(Indicator.LHFA).value == 50.0
    assert today.measured.weight_g == 3550
    assert today.china.of(Indicator.WFA).level is not None
    assert today.who.of(Indicator.WFA).z == pytest.approx(_who_z(girl_days=8, kg=3.55), abs=1e-9)
    with station_desk.read() as session:
        (measured,) = session.exec(select(Measurement)).all()
    assert (measured.weight_g, measured.measured_on, measured.visit_id) == (3550, date(2026, 11, 10), saved.id)


@pytest.mark.parametrize(
    ("field", "value"),
    [("weight_kg", None), ("weight_kg", "35.5"), ("temp_c", "368"), ("visit_date", "2027-01-01"), ("nonsense", "1")],
)
def test_a_bad_answer_is_refused_and_nothing_is_kept(station_desk: Desk, field: str, value: object) -> None:
    child_id = enrol(station_desk)
    with pytest.raises(BadInput) as refused:
        record(station_desk, child_id, **{field: value})
    problems = refused.value.details["problems"]
    assert field in {problem["field"] for problem in problems}
    assert all(problem["reason"] for problem in problems)
    with station_desk.read() as session:
        assert session.exec(select(Visit)).all() == []
        assert session.exec(select(Measurement)).all() == []


def test_a_correction_keeps_the_former_version(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    first = record(station_desk, child_id)
    second = visits.correct_visit(
        station_desk, first.id, answers={**first.answers, "weight_kg": "3.65"}, reason="称重时未去衣物"
    )
    assert (second.version, second.record_id, second.record_number) == (2, first.record_id, first.record_number)
    assert [v.version for v in second.versions] == [1, 2]
    assert second.reason == "称重时未去衣物"
    former = visits.view_visit(station_desk, first.id)
    assert former.answers["weight_kg"] == "3.55"
    assert not former.is_current
    assert second.is_current
    assert former.digest != second.digest
    weights = [day.measured.weight_g for day in growth.series(station_desk, child_id)]
    assert weights == [3300, 3650]


def test_a_correction_needs_a_reason_a_change_and_the_newest_version(station_desk: Desk) -> None:
    first = record(station_desk, enrol(station_desk))
    changed = {**first.answers, "weight_kg": "3.65"}
    with pytest.raises(BadInput) as refused:
        visits.correct_visit(station_desk, first.id, answers=changed, reason="  ")
    assert refused.value.details["field"] == "reason"
    with pytest.raises(BadInput) as refused:
        visits.correct_visit(station_desk, first.id, answers=dict(first.answers), reason="核对")
    assert refused.value.code == "nothing_changed"
    visits.correct_visit(station_desk, first.id, answers=changed, reason="核对")
    with pytest.raises(Refused) as stale:
        visits.correct_visit(station_desk, first.id, answers=changed, reason="核对")
    assert stale.value.code == "not_newest"


def test_the_same_form_on_the_same_day_is_recorded_once(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    record(station_desk, child_id)
    with pytest.raises(Refused) as refused:
        record(station_desk, child_id)
    assert refused.value.code == "already_recorded"


def test_records_are_counted_per_station(station_desk: Desk) -> None:
    numbers = [record(station_desk, enrol(station_desk, name)).record_number for name in ("甲", "乙", "丙")]
    assert numbers == ["371103-01-000001", "371103-01-000002", "371103-01-000003"]


def test_what_the_visit_learns_of_the_birth_goes_into_the_register(station_desk: Desk) -> None:
    child_id = enrol(station_desk, facts={"gestation_days": None, "birth_weight_g": None, "birth_length_mm": None})
    record(station_desk, child_id, gest_weeks=38, birth_weight_kg="2.95", birth_length_cm="49.0")
    entry = visits.start_visit(station_desk, child_id, "newborn_visit")
    assert entry.answers["birth_weight_kg"] == "2.95"
    assert entry.answers["birth_length_cm"] == "49.0"
    assert entry.answers["gest_weeks"] == 38


def test_weight_is_assessed_while_it_is_typed(station_desk: Desk) -> None:
    entry = visits.start_visit(station_desk, enrol(station_desk), "newborn_visit")
    typed = {**entry.answers, "weight_kg": "3.", "visit_date": "2026-11-10"}
    assert [day.on for day in visit_growth.entry_growth(station_desk, entry, typed).days] == [date(2026, 11, 2)]
    days = visit_growth.entry_growth(station_desk, entry, {**typed, "weight_kg": "3.55"}).days
    assert [day.measured.weight_g for day in days] == [3300, 3550]


def test_a_day_to_come_and_a_code_of_a_newer_form_say_nothing_of_growth(station_desk: Desk) -> None:
    entry = visits.start_visit(station_desk, enrol(station_desk, birth_date=date(2026, 3, 1)), "check_1_8")
    typed = {**entry.answers, "weight_kg": "8.2", "length_cm": "71.5"}
    for day in ("9999-12-31", "2026-11-21"):
        assert visit_growth.entry_growth(station_desk, entry, {**typed, "visit_date": day}).days == ()
    measured = {**typed, "visit_date": "2026-11-20", "length_position": "3", "oedema": "2"}
    (amounts,) = visit_growth.measurements(entry.form, measured).values()
    assert amounts == {"weight_g": 8200, "length_mm": 715, "oedema": True}


def test_others_may_look_but_not_record(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    saved = record(station_desk, child_id)
    viewer = Desk(
        station_desk.profile, station_desk.store, station_desk.clock, Person("v", "看", Role.VIEWER), station_desk.site
    )
    assert not visits.view_visit(viewer, saved.id).editable
    with pytest.raises(NotAllowed):
        record(viewer, child_id)
    with pytest.raises(NotAllowed):
        visits.edit_visit(viewer, saved.id)


def test_unknown_children_forms_and_visits_are_said(station_desk: Desk) -> None:
    with pytest.raises(NotFound):
        visits.start_visit(station_desk, "0" * 36, "newborn_visit")
    with pytest.raises(NotFound):
        visits.start_visit(station_desk, enrol(station_desk), "no_such_form")
    with pytest.raises(NotFound):
        visits.view_visit(station_desk, "0" * 36)


def test_a_correction_is_not_moved_onto_another_records_day(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    first = record(station_desk, child_id)
    record(station_desk, child_id, visit_date="2026-11-12")
    moved = {**first.answers, "visit_date": "2026-11-12"}
    with pytest.raises(Refused) as refused:
        visits.correct_visit(station_desk, first.id, answers=moved, reason="日期写错")
    assert refused.value.code == "already_recorded"
    visits.correct_visit(station_desk, first.id, answers={**moved, "visit_date": "2026-11-13"}, reason="日期写错")


def test_a_corrected_birth_weight_reaches_the_register_that_had_it_from_the_record(station_desk: Desk) -> None:
    child_id = enrol(station_desk, facts={"birth_weight_g": None})
    first = record(station_desk, child_id, birth_weight_kg="3.60")
    corrected = {**first.answers, "birth_weight_kg": "3.06"}
    visits.correct_visit(station_desk, first.id, answers=corrected, reason="看错")
    assert growth.series(station_desk, child_id)[0].measured.weight_g == 3060


def test_a_weight_of_the_day_of_birth_is_not_the_birth_weight(station_desk: Desk) -> None:
    child_id = enrol(station_desk, facts={"birth_weight_g": None})
    record(station_desk, child_id, birth_weight_kg="3.30", weight_kg="3.20", visit_date="2026-11-02")
    assert growth.series(station_desk, child_id)[0].measured.weight_g == 3300


def test_a_reason_that_is_too_long_is_refused(station_desk: Desk) -> None:
    first = record(station_desk, enrol(station_desk))
    with pytest.raises(BadInput) as refused:
        visits.correct_visit(station_desk, first.id, answers={**first.answers, "weight_kg": "3.65"}, reason="长" * 201)
    assert (refused.value.code, refused.value.details["field"]) == ("bad_value", "reason")
