"""Who is due: the schedule over the register, closed by what was recorded."""

from __future__ import annotations

from datetime import date, timedelta

from tests.services.care.test_visits import record
from tests.services.families import enrol

from zhaohu.rules.schedule import DueState
from zhaohu.services.desk import Desk
from zhaohu.services.due import duties


def test_overdue_comes_first_and_a_visit_closes_it(station_desk: Desk) -> None:
    late = enrol(station_desk, "迟到", birth_date=date(2026, 10, 25))
    enrol(station_desk, "刚生", birth_date=date(2026, 11, 16))
    rows = duties.due_list(station_desk)
    assert [(row.child, row.contact, row.state) for row in rows] == [
        ("迟到", "NB1", DueState.OVERDUE),
        ("刚生", "NB1", DueState.DUE),
    ]
    assert rows[0].days_late > 0
    record(station_desk, late, visit_date="2026-11-20")
    rows = duties.due_list(station_desk)
    assert [(row.child, row.state) for row in rows] == [("刚生", DueState.DUE), ("迟到", DueState.DONE_LATE)]


def test_what_is_coming_up_is_listed_on_request(station_desk: Desk) -> None:
    enrol(station_desk, birth_date=date(2026, 11, 2))
    soon = duties.due_list(station_desk, within_days=14)
    assert ("M01", DueState.UPCOMING) in [(row.contact, row.state) for row in soon]
    assert "M01" not in [row.contact for row in duties.due_list(station_desk)]


def test_another_day_can_be_asked_for(station_desk: Desk) -> None:
    enrol(station_desk, birth_date=date(2026, 11, 2))
    on = date(2026, 11, 2) + timedelta(days=29)
    assert [row.contact for row in duties.due_list(station_desk, on=on) if row.state is DueState.DUE] == ["M01"]


def test_a_child_shows_all_its_contacts_in_order(station_desk: Desk) -> None:
    rows = duties.child_duties(station_desk, enrol(station_desk))
    assert [row.contact for row in rows] == ["NB1", "M01", "M03", "M06", "M08", "M12", "M18", "M24", "M30", "M36"]


def test_counts_agree_with_the_list(station_desk: Desk) -> None:
    for day in (1, 10, 20):
        enrol(station_desk, f"儿{day}", birth_date=date(2026, 10, day))
    rows = duties.due_list(station_desk)
    counts = duties.due_counts(station_desk)["371103-01"]
    for state in (DueState.OVERDUE, DueState.DUE):
        assert counts[state] == sum(row.state is state for row in rows)
