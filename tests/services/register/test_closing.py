"""Closing records at three years: who is ready, and that all or none are closed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.services.families import enrol

from zhaohu.clock import Clock
from zhaohu.errors import BadInput, Refused
from zhaohu.records import Child, Visit
from zhaohu.records.base import new_id
from zhaohu.records.codes import ChildStatus
from zhaohu.rules.ages import add_months
from zhaohu.rules.schedule import DueState
from zhaohu.services.desk import Desk
from zhaohu.services.due import duties
from zhaohu.services.register import closing, moves

TODAY = date(2026, 11, 20)


def on_day(desk: Desk, day: date) -> Desk:
    return Desk(desk.profile, desk.store, Clock.at(day), desk.person, desk.site)


def checked(desk: Desk, child_id: str, on: date) -> None:
    """The check at three years, as a record; what stands in it does not matter here."""
    visit_id = new_id()
    with desk.write("test") as work:
        work.session.add(
            desk.make(
                Visit,
                id=visit_id,
                child_id=child_id,
                record_id=visit_id,
                number=1,
                version=1,
                form="check_3_years",
                form_version="2017",
                contact="M36",
                visit_date=on,
                signer="王敏",
                answers="{}",
            )
        )


def test_ready_is_who_had_the_last_check_or_missed_it(station_desk) -> None:
    young = enrol(station_desk, "未满", birth_date=TODAY - timedelta(days=1000))
    waiting = enrol(station_desk, "待检", birth_date=add_months(TODAY, -40))
    done = enrol(station_desk, "已检", birth_date=add_months(TODAY, -38))
    missed = enrol(station_desk, "错过", birth_date=add_months(TODAY, -50))
    checked(station_desk, done, date(2026, 10, 8))
    rows = closing.to_close(station_desk)
    assert [(row.child_id, row.last_check, row.checked_on) for row in rows] == [
        (missed, DueState.MISSED, None),
        (done, DueState.DONE, date(2026, 10, 8)),
    ]
    assert {young, waiting}.isdisjoint(row.child_id for row in rows)
    assert closing.close_all(station_desk, [done, missed], TODAY) == 2
    assert closing.to_close(station_desk) == []
    with station_desk.read() as session:
        found = {child_id: session.get_one(Child, child_id) for child_id in (done, missed, waiting)}
    assert {found[done].status, found[missed].status} == {ChildStatus.CLOSED_AT_THREE}
    assert found[done].status_reason != found[missed].status_reason
    assert found[waiting].status is ChildStatus.ACTIVE


def test_all_or_none_are_closed(station_desk) -> None:
    ready = enrol(station_desk, "错过", birth_date=add_months(TODAY, -50))
    waiting = enrol(station_desk, "待检", birth_date=add_months(TODAY, -40))
    with pytest.raises(Refused) as refused:
        closing.close_all(station_desk, [ready, waiting], TODAY)
    assert (refused.value.code, refused.value.details["child_ids"]) == ("not_ready", [waiting])
    assert len(closing.to_close(station_desk)) == 1
    with pytest.raises(BadInput):
        closing.close_all(station_desk, [], TODAY)
    with pytest.raises(BadInput):
        closing.close_all(station_desk, [ready], TODAY + timedelta(days=1))
    assert len(closing.to_close(station_desk)) == 1


def test_who_left_or_was_closed_is_not_offered_and_can_come_back(station_desk) -> None:
    gone = enrol(station_desk, "迁出", birth_date=add_months(TODAY, -50))
    moves.change_status(station_desk, gone, ChildStatus.MOVED_OUT, TODAY, "随父母")
    assert closing.to_close(station_desk) == []
    closed = enrol(station_desk, "错过", birth_date=add_months(TODAY, -50))
    closing.close_all(station_desk, [closed], TODAY)
    moves.take_back(station_desk, closed, TODAY, "结案过早")
    assert [row.child_id for row in closing.to_close(station_desk)] == [closed]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(born=st.dates(date(2020, 1, 1), date(2021, 12, 31)), days=st.integers(-3, 400))
def test_a_record_is_offered_from_the_day_on_which_nothing_is_due_any_more(station_desk, born, days) -> None:
    day = add_months(born, 36) + timedelta(days=days)
    desk = on_day(station_desk, day)
    child_id = enrol(desk, f"{born:%m%d}{days}", birth_date=born, caregivers=())
    offered = child_id in {row.child_id for row in closing.to_close(desk)}
    last = next(row for row in duties.child_duties(desk, child_id) if row.contact == "M36") if days >= 0 else None
    assert offered == (last is not None and last.state is DueState.MISSED)
