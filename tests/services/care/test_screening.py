"""Screening results of all forms: what was looked at, what was found, and what the norm asks for."""

from __future__ import annotations

from tests.services.families import enrol
from tests.services.follow.following import blood, enrol_infant, record, record_newborn

from zhaohu.services.care import screening
from zhaohu.services.desk import Desk


def test_blood_is_told_with_its_grade(station_desk: Desk) -> None:
    child_id = enrol_infant(station_desk)
    blood(station_desk, child_id, 95, "2026-11-01")
    blood(station_desk, child_id, 118, "2026-11-15")
    newest, former = screening.results(station_desk, child_id)
    assert (newest.result, newest.advice) == ("118 g/L", "")
    assert former.result == "95 g/L"
    assert "轻度贫血" in former.advice


def test_hearing_that_failed_asks_for_a_referral(station_desk: Desk) -> None:
    child_id = enrol_infant(station_desk)
    record(
        station_desk,
        child_id,
        "hearing_check",
        kind="1",
        method="1",
        left="1",
        right="2",
        result="2",
        screened_at="本院",
    )
    (row,) = screening.results(station_desk, child_id)
    assert (row.name, row.result) == ("听力检查", "未通过")
    assert "转诊" in row.advice


def test_warning_signs_are_one_line_each_and_none_is_said(station_desk: Desk) -> None:
    child_id = enrol_infant(station_desk)
    record(station_desk, child_id, "warning_signs", age_column="8", signs_8=["1"], regression="1")
    rows = {row.name: row for row in screening.results(station_desk, child_id)}
    assert rows["预警征象"].advice
    assert len(rows) == 2


def test_eyes_are_told_by_each_test(station_desk: Desk) -> None:
    child_id = enrol_infant(station_desk)
    record(
        station_desk,
        child_id,
        "eye_check",
        age_column="8",
        appearance="2",
        appearance_text="红肿",
        behaviour="1",
        guidance=["1"],
    )
    rows = screening.results(station_desk, child_id)
    wrong = [row for row in rows if row.advice]
    assert len(rows) > 1
    assert [row.result for row in wrong] == ["异常（红肿）"]


def test_the_newborn_visit_is_read_as_before(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    record_newborn(station_desk, child_id, hearing_screen="2")
    rows = {row.name: row for row in screening.results(station_desk, child_id)}
    assert any(row.advice for row in rows.values())
