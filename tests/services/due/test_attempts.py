"""Attempts, appointments and extra contacts: what is noted shows at once, in every list, and can be taken back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.services.care.test_visits import record
from tests.services.comparing import is_true
from tests.services.families import enrol

from zhaohu.errors import BadInput, NotFound, Refused
from zhaohu.records import Child
from zhaohu.records.codes import AttemptOutcome, AttemptWay, ChildStatus, ConsentScope
from zhaohu.rules.schedule import DueState
from zhaohu.services.desk import Desk
from zhaohu.services.due import appointments, attempts, duties, extra_contacts, workdays
from zhaohu.services.due.duties import DueRow, PlanRow
from zhaohu.services.guidance import staffing
from zhaohu.services.guidance.staffing import NewTeacher
from zhaohu.services.register import consents, moves

TODAY = date(2026, 11, 20)
SIX_MONTHS = date(2026, 5, 10)
"""Its six-month check is due from 10 November to 9 December."""


def note(desk: Desk, child_id: str, contact: str, outcome: AttemptOutcome, **values: object) -> str:
    given = {"tried_on": TODAY, "way": AttemptWay.CALL, **values}
    return attempts.note_attempt(desk, child_id, contact, outcome=outcome, **given)  # type: ignore[arg-type]


def listed(desk: Desk, **options: object) -> dict[str, DueRow]:
    return {row.contact: row for row in duties.due_list(desk, include_done_late=False, **options)}  # type: ignore[arg-type]


def planned(desk: Desk, child_id: str, contact: str) -> PlanRow:
    return next(row for row in duties.child_plan(desk, child_id) if row.contact == contact)


def stands(desk: Desk, child_id: str) -> tuple[object, ...]:
    with desk.read() as session:
        child = session.get_one(Child, child_id)
        return child.status, child.status_on, child.status_reason


def test_not_at_home_stays_on_the_list_with_what_was_tried(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=SIX_MONTHS)
    first = note(station_desk, child_id, "M06", AttemptOutcome.NOT_REACHED)
    note(station_desk, child_id, "M06", AttemptOutcome.NOT_AT_HOME, way=AttemptWay.HOME_VISIT)
    row = listed(station_desk)["M06"]
    assert (row.state, row.outcome, row.attempts) == (DueState.DUE, "not_at_home", 2)
    assert [one.outcome for one in attempts.of_child(station_desk, child_id)] == ["not_at_home", "not_reached"]
    attempts.strike(station_desk, first, "记错了")
    assert listed(station_desk)["M06"].attempts == 1
    with pytest.raises(Refused):
        attempts.strike(station_desk, first, "记错了")
    assert is_true(station_desk)


def test_a_refusal_leaves_the_list_until_a_visit_is_made_all_the_same(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=date(2026, 11, 16))
    noted = note(station_desk, child_id, "NB1", AttemptOutcome.REFUSED, reason="不需要")
    assert "NB1" not in listed(station_desk)
    assert listed(station_desk, include_missed=True)["NB1"].state is DueState.REFUSED
    assert planned(station_desk, child_id, "NB1").state is DueState.REFUSED
    assert any("不需要" in words for words in planned(station_desk, child_id, "NB1").why)
    record(station_desk, child_id, visit_date="2026-11-20", weight_kg="3.60")
    assert planned(station_desk, child_id, "NB1").state is DueState.DONE
    attempts.strike(station_desk, noted, "记错了")
    assert planned(station_desk, child_id, "NB1").attempts == ()


def test_who_refused_and_names_a_day_is_on_the_list_again_from_that_day(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=SIX_MONTHS)
    again = date(2026, 11, 27)
    noted = note(station_desk, child_id, "M06", AttemptOutcome.REFUSED, next_on=again)
    assert listed(station_desk)["M06"].state is DueState.MOVED
    assert listed(station_desk, on=again)["M06"].state is DueState.DUE
    assert listed(station_desk, on=date(2026, 12, 20))["M06"].state is DueState.OVERDUE
    missed = listed(station_desk, on=date(2027, 2, 1), include_missed=True)
    assert missed["M06"].state is DueState.REFUSED
    attempts.strike(station_desk, noted, "记错了")
    row = listed(station_desk)["M06"]
    assert (row.state, row.planned_on, row.outcome) == (DueState.DUE, None, "")


def test_a_day_in_the_past_is_answered_as_it_was_known_then(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=SIX_MONTHS)
    note(station_desk, child_id, "M06", AttemptOutcome.REFUSED, tried_on=date(2026, 11, 18))
    assert listed(station_desk, on=date(2026, 11, 17))["M06"].state is DueState.DUE
    assert "M06" not in listed(station_desk, on=date(2026, 11, 18))
    assert "M06" not in listed(station_desk, on=date(2026, 11, 19))


@pytest.mark.parametrize(
    ("outcome", "status"), [(AttemptOutcome.LOST, ChildStatus.LOST), (AttemptOutcome.DIED, ChildStatus.DIED)]
)
def test_lost_and_died_leave_the_register_in_the_same_act(station_desk, outcome, status) -> None:
    child_id = enrol(station_desk, birth_date=SIX_MONTHS)
    with pytest.raises(BadInput) as refused:
        note(station_desk, child_id, "M06", outcome)
    assert refused.value.details["field"] == "reason"
    assert attempts.of_child(station_desk, child_id) == []
    noted = note(station_desk, child_id, "M06", outcome, tried_on=date(2026, 11, 19), reason="多次上门无人")
    assert stands(station_desk, child_id) == (status, date(2026, 11, 19), "多次上门无人")
    assert listed(station_desk) == {}
    with pytest.raises(Refused) as refusal:
        attempts.strike(station_desk, noted, "记错了")
    assert refusal.value.code == "status_stands"
    moves.strike_out(station_desk, child_id, "记错了")
    attempts.strike(station_desk, noted, "记错了")
    assert listed(station_desk)["M06"].state is DueState.DUE


def test_a_status_that_cannot_follow_keeps_the_attempt_out_too(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=date(2026, 11, 2))
    record(station_desk, child_id, visit_date="2026-11-18", weight_kg="3.80")
    with pytest.raises(BadInput) as refused:
        note(station_desk, child_id, "M01", AttemptOutcome.DIED, tried_on=date(2026, 11, 17), reason="肺炎")
    assert refused.value.details["field"] == "tried_on"
    with pytest.raises(Refused) as later:
        note(station_desk, child_id, "M01", AttemptOutcome.LOST, tried_on=date(2026, 11, 17), reason="联系不上")
    assert later.value.code == "records_after"
    assert attempts.of_child(station_desk, child_id) == []
    assert stands(station_desk, child_id)[0] is ChildStatus.ACTIVE
    reason = {"reason": "联系不上", "confirmed": True}
    note(station_desk, child_id, "", AttemptOutcome.LOST, tried_on=date(2026, 11, 18), **reason)
    assert stands(station_desk, child_id)[0] is ChildStatus.LOST


def test_where_no_calls_are_wanted_attempts_can_be_noted_all_the_same(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=SIX_MONTHS)
    consents.decide(
        station_desk, child_id, {ConsentScope.CONTACT: False}, guardian="李秀梅", relation="52", on=TODAY, reason=""
    )
    note(station_desk, child_id, "M06", AttemptOutcome.NOT_AT_HOME, way=AttemptWay.HOME_VISIT)
    row = listed(station_desk)["M06"]
    assert (row.attempts, "****" in row.phone) == (1, False)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"tried_on": TODAY + timedelta(days=1)}, "tried_on"),
        ({"tried_on": date(2026, 5, 9)}, "tried_on"),
        ({"next_on": date(2026, 11, 19)}, "next_on"),
        ({"next_on": date(2027, 1, 10)}, "next_on"),
        ({"outcome": AttemptOutcome.AGREED}, "next_on"),
        ({"outcome": AttemptOutcome.NOT_DONE}, "reason"),
        ({"reason": "长" * 201}, "reason"),
    ],
)
def test_what_cannot_be_right_is_refused_at_its_field(station_desk, values, field) -> None:
    child_id = enrol(station_desk, birth_date=SIX_MONTHS)
    with pytest.raises(BadInput) as refused:
        note(station_desk, child_id, "M06", **{"outcome": AttemptOutcome.NOT_AT_HOME, **values})
    assert refused.value.details["field"] == field
    assert attempts.of_child(station_desk, child_id) == []


def test_a_missed_contact_is_listed_until_somebody_notes_why(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=date(2026, 4, 2))
    late = date(2026, 12, 5)  # the eight-month check is open since the 2nd: the six-month check is missed
    desk = station_desk
    desk.clock = type(desk.clock).at(late)
    (row,) = [one for one in duties.missed_list(desk) if one.contact == "M06"] or [None]
    assert row is None, "it was over before the child was registered"
    desk.clock = type(desk.clock).at(TODAY)
    other = enrol(desk, "甲", birth_date=date(2026, 4, 25))  # M06 until 23 November, M08 from 25 December
    desk.clock = type(desk.clock).at(date(2026, 12, 26))
    assert [(one.child_id, one.contact) for one in duties.missed_list(desk)] == [(other, "M06")]
    assert len(duties.missed_list(desk)[0].also) == 1  # the feeding assessment; the other goes on to twelve months
    note(desk, other, "M06", AttemptOutcome.NOT_DONE, reason="住院", tried_on=date(2026, 12, 26))
    assert duties.missed_list(desk) == []
    assert planned(desk, other, "M06").state is DueState.MISSED
    assert any("住院" in words for words in planned(desk, other, "M06").why)
    assert child_id != other


def test_several_are_planned_at_once_for_a_teacher_in_post(station_desk: Desk) -> None:
    one, two = enrol(station_desk, "甲", birth_date=SIX_MONTHS), enrol(station_desk, "乙", birth_date=SIX_MONTHS)
    teacher = staffing.add_teacher(station_desk, NewTeacher("王敏", date(2026, 11, 23)))
    items = [(one, "M06"), (two, "M06")]
    with pytest.raises(BadInput) as refused:
        appointments.plan(station_desk, items, planned_on=date(2026, 11, 22), teacher_id=teacher)
    assert refused.value.details["field"] == "teacher_id"
    assert appointments.plan(station_desk, items, planned_on=date(2026, 11, 24), teacher_id=teacher) == 2
    rows = duties.due_list(station_desk)
    assert {(row.state, row.planned_on, row.teacher) for row in rows} == {(DueState.MOVED, date(2026, 11, 24), "王敏")}
    load = duties.month(station_desk, 2026, 11)[date(2026, 11, 24)]
    assert (load.planned, load.opening, load.closing, len(load.rows)) == (2, 0, 0, 2)
    assert appointments.plan(station_desk, items[:1], planned_on=None) == 1
    by_child = {row.child_id: row for row in duties.due_list(station_desk)}
    assert (by_child[one].state, by_child[one].teacher) == (DueState.DUE, "王敏")
    assert by_child[two].state is DueState.MOVED
    assert appointments.plan(station_desk, items, planned_on=None) == 1
    assert is_true(station_desk)


@pytest.mark.parametrize("day", [date(2026, 11, 19), date(2026, 5, 1), date(2027, 1, 10)])
def test_days_that_cannot_be_planned(station_desk: Desk, day: date) -> None:
    child_id = enrol(station_desk, birth_date=SIX_MONTHS)
    with pytest.raises(BadInput) as refused:
        appointments.plan(station_desk, [(child_id, "M06")], planned_on=day)
    assert refused.value.details["field"] == "planned_on"
    with pytest.raises(NotFound):
        appointments.plan(station_desk, [(child_id, "M99")], planned_on=date(2026, 11, 24))


def test_a_day_that_is_doubtful_is_said_and_not_refused(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=SIX_MONTHS)
    items = [(child_id, "M06")]
    assert appointments.doubts(station_desk, items, date(2026, 11, 24)) == ()
    assert len(appointments.doubts(station_desk, items, date(2026, 11, 22))) == 1  # a Sunday
    assert len(appointments.doubts(station_desk, items, date(2027, 1, 4))) == 2  # no calendar yet, and over by then
    assert len(appointments.doubts(station_desk, [(child_id, "M08")], date(2026, 11, 24))) == 1
    assert appointments.plan(station_desk, items, planned_on=date(2026, 11, 22)) == 1


def test_what_was_done_or_is_of_a_child_off_the_register_cannot_be_planned(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=date(2026, 11, 10))
    record(station_desk, child_id, visit_date="2026-11-18")
    with pytest.raises(Refused) as done:
        appointments.plan(station_desk, [(child_id, "NB1")], planned_on=date(2026, 11, 24))
    assert done.value.code == "done"
    moves.change_status(station_desk, child_id, ChildStatus.MOVED_OUT, TODAY, "外出")
    with pytest.raises(Refused) as gone:
        appointments.plan(station_desk, [(child_id, "M01")], planned_on=date(2026, 12, 9))
    assert gone.value.code == "off_register"


def test_only_what_the_national_schedule_does_not_ask_for_can_be_left_out(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=date(2026, 9, 15), facts={"gestation_days": 240})
    assert listed(station_desk)["HR05"].state is DueState.DUE
    appointments.leave_out(station_desk, child_id, "HR05", "住院随访")
    assert "HR05" not in listed(station_desk)
    row = planned(station_desk, child_id, "HR05")
    assert (row.state, row.may_leave_out) == (DueState.LEFT_OUT, True)
    assert any("住院随访" in words for words in row.why)
    appointments.bring_back(station_desk, child_id, "HR05")
    assert listed(station_desk)["HR05"].state is DueState.DUE
    for contact in ("M03", "TCM06", "FA03"):
        with pytest.raises(Refused) as refused:
            appointments.leave_out(station_desk, child_id, contact, "不需要")
        assert refused.value.code == "national"
    with pytest.raises(Refused):
        appointments.bring_back(station_desk, child_id, "HR05")


def test_an_extra_contact_is_due_and_done_beside_the_schedule(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=date(2026, 10, 28))
    days = {"due_from": date(2026, 11, 16), "due_to": date(2026, 11, 19)}
    with pytest.raises(BadInput):
        extra_contacts.add(station_desk, child_id, title="复查黄疸", form="newborn_visit", **days)
    days["due_to"] = date(2026, 11, 30)
    extra = extra_contacts.add(station_desk, child_id, title="复查黄疸", form="newborn_visit", reason="黄染", **days)
    row = listed(station_desk)[extra]
    assert (row.title, row.state, row.track, row.form) == ("复查黄疸", DueState.DUE, "extra", "newborn_visit")
    first = record(station_desk, child_id, visit_date="2026-11-10")
    second = record(station_desk, child_id, visit_date="2026-11-18", weight_kg="3.90")
    assert (first.contact, second.contact) == ("NB1", extra)
    assert extra not in listed(station_desk)
    assert planned(station_desk, child_id, extra).state is DueState.DONE
    assert planned(station_desk, child_id, extra).entered_on == TODAY
    assert is_true(station_desk)


def test_an_extra_contact_that_is_taken_back_is_due_no_more(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=SIX_MONTHS)
    window = {"due_from": date(2026, 11, 16), "due_to": date(2026, 11, 30)}
    extra = extra_contacts.add(station_desk, child_id, title="复查", form="check_1_8", **window)
    assert [one.id for one in extra_contacts.of_child(station_desk, child_id)] == [extra]
    note(station_desk, child_id, extra, AttemptOutcome.NOT_AT_HOME)
    extra_contacts.remove(station_desk, extra, "不需要了")
    assert extra not in listed(station_desk)
    assert extra_contacts.of_child(station_desk, child_id) == []
    with pytest.raises(Refused):
        extra_contacts.remove(station_desk, extra, "不需要了")
    with pytest.raises(BadInput):
        extra_contacts.add(station_desk, child_id, title="", form="check_1_8", **window)
    with pytest.raises(NotFound):
        extra_contacts.add(station_desk, child_id, title="复查", form="no_such_form", **window)
    assert is_true(station_desk)


def test_the_working_days_are_those_of_the_notices(station_desk: Desk) -> None:
    assert workdays.next_working(station_desk, date(2026, 10, 1)) == date(2026, 10, 8)
    assert workdays.is_working(station_desk, date(2026, 10, 10))  # a Saturday on which people work
    assert workdays.known_until(station_desk) == date(2026, 12, 31)
    assert workdays.next_working(station_desk, date(2027, 1, 1)) == date(2027, 1, 1)
    assert "2027" in workdays.doubt(station_desk, date(2027, 1, 1))
    assert workdays.doubt(station_desk, date(2026, 11, 20)) == ""
