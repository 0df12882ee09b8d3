"""Who is due: the schedule over the register, closed by what was recorded."""

from __future__ import annotations

from datetime import date, timedelta

from tests.services.care.test_visits import record
from tests.services.comparing import is_true
from tests.services.families import enrol

from zhaohu.clock import Clock
from zhaohu.rules.schedule import DueState
from zhaohu.services import reference
from zhaohu.services.desk import Desk
from zhaohu.services.due import appointments, duties


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


def test_what_was_planned_while_the_clock_ran_ahead_does_not_outlive_a_later_plan(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    ahead = Clock.at(date(2027, 1, 20))
    early = Desk(station_desk.profile, station_desk.store, ahead, station_desk.person, station_desk.site)
    appointments.plan(early, [(child_id, "M03")], planned_on=date(2027, 2, 10))
    appointments.plan(station_desk, [(child_id, "M03")], planned_on=date(2027, 2, 12))
    (row,) = [row for row in duties.child_plan(station_desk, child_id) if row.contact == "M03"]
    assert row.planned_on == date(2027, 2, 12)
    assert is_true(station_desk)


def test_a_list_starts_as_it_goes_on_and_its_figures_are_those_of_the_whole(station_desk: Desk) -> None:
    for number in range(24):
        born = date(2026, 11, 19) - timedelta(days=number * 13)
        enrol(station_desk, f"儿{number}", birth_date=born, facts={"gestation_days": 238 if number % 3 else 275})
    whole = duties.due_list(station_desk, within_days=7, include_done_late=False)
    planned = max(
        (row for row in whole if row.state is DueState.DUE and row.track == "check"), key=lambda row: row.due_to
    )
    appointments.plan(station_desk, [(planned.child_id, planned.contact)], planned_on=date(2026, 11, 24))
    whole = duties.due_list(station_desk, within_days=7, include_done_late=False)
    assert {DueState.OVERDUE, DueState.DUE, DueState.MOVED} <= {row.state for row in whole}
    assert any(row.also for row in whole)
    figures = duties.DueStart.of(whole)
    assert 0 < figures.due_at_risk < figures.counts[DueState.DUE]
    for first in (1, 5, len(whole) - 1, len(whole), 2 * len(whole)):
        start = duties.due_start(station_desk, within_days=7, first=first)
        assert min(first, len(whole)) <= len(start.rows)
        assert start.rows == whole[: len(start.rows)]
        assert (start.counts, start.longest_late) == (figures.counts, figures.longest_late)
        assert start.due_at_risk == figures.due_at_risk
        assert start.is_all == (len(start.rows) == len(whole))


def test_the_form_ids_are_known_without_reading_the_forms() -> None:
    assert reference.form_ids() == reference.forms().keys()
