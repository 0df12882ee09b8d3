"""The plan for high-risk children, what a district makes of it, and what follows from a corrected birth date."""

from __future__ import annotations

import json
from datetime import date

from tests.services.comparing import is_true
from tests.services.families import enrol

from zhaohu.records import DistrictData
from zhaohu.records.codes import Risk
from zhaohu.rules.schedule import DueState
from zhaohu.services.desk import Desk
from zhaohu.services.due import duties
from zhaohu.services.register import children, risk_factors

TODAY = date(2026, 11, 20)


def plan_of(desk: Desk, child_id: str) -> dict[str, tuple[DueState, date, date]]:
    rows = duties.child_plan(desk, child_id)
    return {row.contact: (row.state, row.due_from, row.due_to) for row in rows if row.track == "high_risk"}


def set_plan(desk: Desk, contacts: list[dict[str, object]]) -> None:
    """As the center's packet brings it."""
    with desk.write("test.district") as work:
        content = json.dumps({"contacts": contacts, "note": "区里定的"})
        work.session.add(desk.make(DistrictData, key="schedule.high_risk", content=content, edition=1))


def test_a_risk_of_the_birth_counts_from_the_birth(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=date(2026, 9, 15), facts={"gestation_days": 240})
    plan = plan_of(station_desk, child_id)
    assert list(plan) == [f"HR0{n}" for n in range(1, 10)]
    assert plan["HR01"] == (DueState.MISSED, date(2026, 9, 22), date(2026, 9, 28))
    assert plan["HR05"] == (DueState.DUE, date(2026, 11, 15), date(2026, 12, 14))
    assert "HR05" in {row.contact for row in duties.due_list(station_desk)}


def test_nothing_is_asked_for_while_the_child_is_in_the_hospital(station_desk: Desk) -> None:
    facts = {"gestation_days": 240, "discharged_on": date(2026, 10, 3)}
    child_id = enrol(station_desk, birth_date=date(2026, 9, 15), facts=facts)
    plan = plan_of(station_desk, child_id)
    assert list(plan) == [f"HR0{n}" for n in range(2, 10)]
    assert plan["HR02"] == (DueState.MISSED, date(2026, 10, 3), date(2026, 10, 5))


def test_a_risk_that_was_found_counts_from_that_day_and_never_in_hindsight(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=date(2026, 9, 15))
    assert plan_of(station_desk, child_id) == {}
    risk_factors.add_risk(station_desk, child_id, Risk.JAUNDICE, date(2026, 11, 18))
    plan = plan_of(station_desk, child_id)
    assert list(plan) == ["HR05", "HR06", "HR07", "HR08", "HR09"]
    assert plan["HR05"] == (DueState.DUE, date(2026, 11, 18), date(2026, 12, 14))
    assert "HR05" not in {row.contact for row in duties.due_list(station_desk, on=date(2026, 11, 17))}
    assert is_true(station_desk)


def test_a_district_puts_its_own_plan_in_place(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=date(2026, 9, 15), facts={"gestation_days": 240})
    own = [
        {"code": "HR01", "from": 60, "for": 9, "unit": "days", "note": "加访"},
        {"code": "HR02", "from": 3, "for": 29, "unit": "months"},
    ]
    set_plan(station_desk, own)
    plan = plan_of(station_desk, child_id)
    assert plan == {
        "HR01": (DueState.DUE, date(2026, 11, 14), date(2026, 11, 23)),
        "HR02": (DueState.UPCOMING, date(2026, 12, 15), date(2027, 1, 13)),
    }
    assert "HR01" in {row.contact for row in duties.due_list(station_desk)}, "made anew in the same act"
    third = next(row for row in duties.child_duties(station_desk, child_id) if row.contact == "M03")
    assert "high_risk_follow_up" in third.also_forms
    assert is_true(station_desk)


def test_a_plan_that_is_not_in_order_changes_nothing(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=date(2026, 9, 15), facts={"gestation_days": 240})
    before = plan_of(station_desk, child_id)
    set_plan(station_desk, [{"code": "X"}])
    assert plan_of(station_desk, child_id) == before


def test_a_corrected_birth_date_gives_other_windows_at_once(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=date(2026, 9, 15), facts={"gestation_days": 240})
    assert "M03" not in {row.contact for row in duties.due_list(station_desk)}
    children.correct_child(station_desk, child_id, {"birth_date": date(2026, 8, 15)}, "证件为准")
    row = next(row for row in duties.due_list(station_desk) if row.contact == "M03")
    assert (row.state, row.due_from, row.due_to) == (DueState.DUE, date(2026, 11, 15), date(2026, 12, 14))
    assert set(row.also_forms) == {"feeding_assessment", "high_risk_follow_up"}
    assert plan_of(station_desk, child_id)["HR06"][1] == date(2026, 11, 15)
    assert is_true(station_desk)


def test_a_preterm_child_is_due_by_its_real_age_and_both_ages_are_told(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=date(2026, 8, 15), facts={"gestation_days": 240})
    row = next(row for row in duties.child_plan(station_desk, child_id) if row.contact == "M03")
    assert row.due_from == date(2026, 11, 15)
    (said,) = [words for words in row.why if "矫正" in words]
    assert "3月5天" in said.replace(" ", "")
    assert "1月27天" in said.replace(" ", "")
