"""The time line of a child, and the list of its records."""

from __future__ import annotations

from datetime import date

import pytest
from tests.services.families import enrol, newborn_answers

from zhaohu.errors import NotFound
from zhaohu.records import Child, Measurement
from zhaohu.records.codes import ChildStatus
from zhaohu.rules.forms.starting import all_normal
from zhaohu.services.care import timeline, visits
from zhaohu.services.care.timeline import TimelineKind
from zhaohu.services.care.visits import VisitView
from zhaohu.services.desk import Desk


def record(desk: Desk, child_id: str) -> VisitView:
    entry = visits.start_visit(desk, child_id, "newborn_visit")
    answers = all_normal(entry.form, {**entry.answers, **newborn_answers()})
    return visits.record_visit(desk, child_id=child_id, form_id="newborn_visit", answers=answers)


def test_birth_and_registration_are_always_there(station_desk: Desk) -> None:
    child_id = enrol(station_desk, facts={"delivery": "4"})
    registered, born = timeline.timeline(station_desk, child_id)
    assert (registered.kind, registered.on) == (TimelineKind.REGISTERED, station_desk.today)
    assert (born.kind, born.on) == (TimelineKind.BIRTH, date(2026, 11, 2))
    assert born.detail == "39 周 + 2 天 · 剖宫 · 体重 3.30 kg · 身长 50.0 cm"


def test_a_corrected_visit_stands_once_with_its_reason(station_desk: Desk) -> None:
    first = record(station_desk, enrol(station_desk))
    answers = {**first.answers, "weight_kg": "3.65"}
    second = visits.correct_visit(station_desk, first.id, answers=answers, reason="复称")
    (item,) = [one for one in timeline.timeline(station_desk, first.child_id) if one.kind is TimelineKind.VISIT]
    assert (item.on, item.target) == (date(2026, 11, 10), second.id)
    assert item.detail == "体重 3.65 kg · 王敏 · 第2版，更正：复称"


def test_records_are_listed_in_their_newest_version(station_desk: Desk) -> None:
    first = record(station_desk, enrol(station_desk))
    (row,) = timeline.list_visits(station_desk, first.child_id)
    assert (row.id, row.version, row.record_number, row.signer) == (first.id, 1, "371103-01-000001", "王敏")
    assert (row.title, row.contact) == ("新生儿家庭访视记录表", "新生儿家庭访视")
    second = visits.correct_visit(station_desk, first.id, answers={**first.answers, "weight_kg": "3.65"}, reason="复称")
    (row,) = timeline.list_visits(station_desk, first.child_id)
    assert (row.id, row.version) == (second.id, 2)


def test_measurements_without_a_visit_and_a_change_of_status_are_told(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    with station_desk.write("test") as work:
        on = date(2026, 11, 12)
        work.session.add(station_desk.make(Measurement, child_id=child_id, measured_on=on, head_mm=352))
        child = work.session.get_one(Child, child_id)
        child.status, child.status_on, child.status_reason = ChildStatus.MOVED_OUT, date(2026, 11, 19), "随父母"
    found = {item.kind: item for item in timeline.timeline(station_desk, child_id)}
    assert found[TimelineKind.MEASUREMENT].detail == "头围 35.2 cm"
    assert (found[TimelineKind.STATUS].on, found[TimelineKind.STATUS].detail) == (date(2026, 11, 19), "随父母")


def test_a_child_that_is_not_there_is_refused(station_desk: Desk) -> None:
    with pytest.raises(NotFound):
        timeline.timeline(station_desk, "0" * 36)
    assert timeline.list_visits(station_desk, "0" * 36) == []
