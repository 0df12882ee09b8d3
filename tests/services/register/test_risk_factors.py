"""Risk factors: those of the birth follow its facts, those found by a person count until they end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.services.care.test_visits import record
from tests.services.families import enrol
from tests.services.register.test_moves import as_role

from zhaohu.errors import BadInput, NotAllowed, NotFound, Refused
from zhaohu.records.codes import Risk, Role
from zhaohu.services.care import visits
from zhaohu.services.due import duties
from zhaohu.services.exchange import bundles
from zhaohu.services.register import child_list, risk_factors
from zhaohu.services.register.risk_factors import RiskRow

TODAY = date(2026, 11, 20)
BORN = date(2026, 11, 2)


def test_what_follows_from_the_birth_goes_with_its_facts(station_desk) -> None:
    child_id = enrol(station_desk, facts={"gestation_days": 250, "birth_weight_g": 2300})
    rows = risk_factors.risks_of(station_desk, child_id)
    assert [(row.risk, row.derived, row.since) for row in rows] == [
        (Risk.PRETERM, True, BORN),
        (Risk.LOW_BIRTH_WEIGHT, True, BORN),
    ]
    saved = record(station_desk, child_id, asphyxia="2", apgar_unknown=["1"])
    assert Risk.ASPHYXIA in {row.risk for row in risk_factors.risks_of(station_desk, child_id)}
    answers = {name: value for name, value in saved.answers.items() if not name.startswith("apgar")}
    visits.correct_visit(station_desk, saved.id, answers={**answers, "asphyxia": "1"}, reason="抄错")
    assert Risk.ASPHYXIA not in {row.risk for row in risk_factors.risks_of(station_desk, child_id)}


def test_one_that_was_found_makes_a_child_high_risk_until_it_ends(station_desk) -> None:
    child_id = enrol(station_desk, birth_date=date(2026, 11, 16))
    usual = {row.contact: row.due_to for row in duties.child_duties(station_desk, child_id)}
    risk_id = risk_factors.add_risk(station_desk, child_id, Risk.JAUNDICE, TODAY, " 蓝光治疗 ")
    soon = {row.contact: row.due_to for row in duties.child_duties(station_desk, child_id)}
    assert soon["NB1"] < usual["NB1"]
    assert child_list.list_children(station_desk)[0].risks == (Risk.JAUNDICE,)
    risk_factors.end_risk(station_desk, risk_id, TODAY, "复查正常")
    assert {row.contact: row.due_to for row in duties.child_duties(station_desk, child_id)} == usual
    assert child_list.list_children(station_desk)[0].risks == ()
    assert risk_factors.risks_of(station_desk, child_id) == [
        RiskRow(risk_id, Risk.JAUNDICE, TODAY, "蓝光治疗", TODAY, "复查正常", "管理员")
    ]


def test_one_that_is_found_much_later_makes_no_visit_late_in_hindsight(station_desk) -> None:
    child_id = enrol(station_desk, birth_date=date(2026, 1, 5))
    usual = {row.contact: row.due_to for row in duties.child_duties(station_desk, child_id)}
    risk_factors.add_risk(station_desk, child_id, Risk.CONVULSIONS, TODAY)
    assert {row.contact: row.due_to for row in duties.child_duties(station_desk, child_id)} == usual
    assert child_list.list_children(station_desk)[0].risks == (Risk.CONVULSIONS,)


def test_what_is_known_already_is_not_noted_twice(station_desk) -> None:
    child_id = enrol(station_desk, facts={"gestation_days": 250})
    risk_factors.add_risk(station_desk, child_id, Risk.JAUNDICE, TODAY)
    for risk in (Risk.PRETERM, Risk.JAUNDICE):
        with pytest.raises(Refused) as told:
            risk_factors.add_risk(station_desk, child_id, risk, TODAY)
        assert told.value.code == "known_risk"
    with pytest.raises(BadInput) as told:
        risk_factors.add_risk(station_desk, child_id, Risk.OTHER, TODAY)
    assert told.value.details["field"] == "note"
    risk_factors.add_risk(station_desk, child_id, Risk.OTHER, TODAY, "母亲癫痫")
    risk_factors.add_risk(station_desk, child_id, Risk.OTHER, TODAY, "家庭困难")


def test_days_and_reasons_are_checked(station_desk) -> None:
    child_id = enrol(station_desk)
    for day in (BORN - timedelta(days=1), TODAY + timedelta(days=1)):
        with pytest.raises(BadInput):
            risk_factors.add_risk(station_desk, child_id, Risk.JAUNDICE, day)
    risk_id = risk_factors.add_risk(station_desk, child_id, Risk.JAUNDICE, date(2026, 11, 10))
    for day, reason in ((date(2026, 11, 9), "好了"), (TODAY + timedelta(days=1), "好了"), (TODAY, " ")):
        with pytest.raises(BadInput):
            risk_factors.end_risk(station_desk, risk_id, day, reason)
    risk_factors.end_risk(station_desk, risk_id, TODAY, "好了")
    with pytest.raises(Refused) as told:
        risk_factors.end_risk(station_desk, risk_id, TODAY, "好了")
    assert told.value.code == "ended"
    with pytest.raises(NotFound):
        risk_factors.end_risk(station_desk, "0" * 36, TODAY, "好了")
    with pytest.raises(NotAllowed):
        risk_factors.end_risk(as_role(station_desk, Role.AUDITOR), risk_id, TODAY, "好了")


def test_they_travel_to_the_center(station_desk, center_desk, tmp_path) -> None:
    child_id = enrol(station_desk)
    risk_factors.add_risk(station_desk, child_id, Risk.CONVULSIONS, TODAY, "高热惊厥")
    bundles.import_bundles(center_desk, [bundles.export_bundle(station_desk, tmp_path).file])
    assert risk_factors.risks_of(center_desk, child_id) == risk_factors.risks_of(station_desk, child_id)
    assert child_list.list_children(center_desk)[0].risks == (Risk.CONVULSIONS,)
