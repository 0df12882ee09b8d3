"""The national schedule against its table, and the state of every contact at the edges of its window."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu import paths
from zhaohu.records.codes import ChildStatus
from zhaohu.rules.ages import add_months
from zhaohu.rules.forms.tables import FormError
from zhaohu.rules.schedule import (
    EVERY_TRACK,
    DueState,
    ScheduledChild,
    Track,
    contact_for,
    due_items,
    left_to_do,
    longest_days,
    parse_schedule,
    schedule_terms,
    sooner_until,
    state_label,
)

DAY = timedelta(days=1)
BORN = date(2025, 1, 31)

# Written out by hand for a child born on 31 January 2025 (February has 28 days, leap day 29 February 2028 included in
# the last window): code, form, opens, closes.
WINDOWS = [
    ("NB1", "newborn_visit", date(2025, 2, 3), date(2025, 2, 10)),
    ("M01", "check_1_8", date(2025, 2, 28), date(2025, 3, 2)),
    ("M03", "check_1_8", date(2025, 4, 30), date(2025, 5, 29)),
    ("M06", "check_1_8", date(2025, 7, 31), date(2025, 8, 29)),
    ("M08", "check_1_8", date(2025, 9, 30), date(2025, 10, 29)),
    ("M12", "check_12_30", date(2026, 1, 31), date(2026, 3, 1)),
    ("M18", "check_12_30", date(2026, 7, 31), date(2026, 8, 29)),
    ("M24", "check_12_30", date(2027, 1, 31), date(2027, 3, 1)),
    ("M30", "check_12_30", date(2027, 7, 31), date(2027, 8, 29)),
    ("M36", "check_3_years", date(2028, 1, 31), date(2029, 1, 30)),
]
DISCHARGED = date(2025, 2, 3)


@pytest.fixture(scope="module")
def text():
    return paths.resource("schedules/national_2017.toml").read_text("utf-8")


@pytest.fixture(scope="module")
def schedule(text):
    return parse_schedule(text, "national_2017.toml")


def state(schedule, code, on, child=None):
    items = due_items(schedule, child or ScheduledChild(BORN, DISCHARGED), on)
    return next((item.state for item in items if item.contact.code == code), None)


def test_windows_are_the_official_ones(schedule):
    items = due_items(schedule, ScheduledChild(BORN, DISCHARGED), date(2030, 1, 1))
    found = [(item.contact.code, item.contact.form, item.opens, item.closes) for item in items]
    assert found == WINDOWS


@pytest.mark.parametrize(("position", "window"), list(enumerate(WINDOWS)))
def test_states_at_the_edges_of_each_window(schedule, position, window):
    code, _form, opens, closes = window
    assert state(schedule, code, opens - DAY) is None
    assert state(schedule, code, opens) is DueState.DUE
    assert state(schedule, code, closes) is DueState.DUE
    follows = WINDOWS[position + 1][2] if position + 1 < len(WINDOWS) else closes + DAY
    if closes + DAY < follows:
        assert state(schedule, code, closes + DAY) is DueState.OVERDUE
        assert state(schedule, code, follows - DAY) is DueState.OVERDUE
    assert state(schedule, code, follows) is DueState.MISSED


@pytest.mark.parametrize("window", WINDOWS)
def test_done_in_time_or_late(schedule, window):
    code, _form, opens, closes = window
    for day, wanted, late in (
        (opens, DueState.DONE, 0),
        (closes, DueState.DONE, 0),
        (closes + DAY, DueState.DONE_LATE, 1),
    ):
        child = ScheduledChild(BORN, DISCHARGED, done={code: day})
        item = next(one for one in due_items(schedule, child, date(2029, 6, 1)) if one.contact.code == code)
        assert (item.state, item.done_on, item.days_late) == (wanted, day, late)


def test_coming_up_within_the_days_asked_for(schedule):
    child = ScheduledChild(BORN, DISCHARGED, done={"NB1": DISCHARGED, "M01": date(2025, 3, 1)})
    on = date(2025, 4, 16)
    assert [item.contact.code for item in due_items(schedule, child, on, 13)] == ["NB1", "M01"]
    items = due_items(schedule, child, on, 14)
    assert (items[0].contact.code, items[0].state) == ("M03", DueState.UPCOMING)


def test_newborn_visit_without_a_discharge_day(schedule):
    child = ScheduledChild(BORN)
    assert state(schedule, "NB1", BORN, child) is DueState.DUE
    assert state(schedule, "NB1", BORN + 14 * DAY, child) is DueState.DUE
    assert state(schedule, "NB1", BORN + 15 * DAY, child) is DueState.OVERDUE


def test_high_risk_newborns_are_seen_within_three_days(schedule):
    child = ScheduledChild(BORN, DISCHARGED, high_risk=True)
    assert state(schedule, "NB1", DISCHARGED + 3 * DAY, child) is DueState.DUE
    assert state(schedule, "NB1", DISCHARGED + 4 * DAY, child) is DueState.OVERDUE
    assert state(schedule, "M01", date(2025, 3, 2), child) is DueState.DUE


@pytest.mark.parametrize("status", [one for one in ChildStatus if one is not ChildStatus.ACTIVE])
def test_a_child_off_the_register_is_due_for_nothing_but_keeps_what_was_done(schedule, status):
    child = ScheduledChild(BORN, DISCHARGED, status=status, done={"NB1": DISCHARGED})
    items = due_items(schedule, child, date(2025, 5, 1), 400)
    assert [(item.contact.code, item.state) for item in items] == [("NB1", DueState.DONE)]


def test_overdue_comes_first(schedule):
    born = date(2026, 6, 20)
    child = ScheduledChild(born, born + 80 * DAY, done={"M01": born + 40 * DAY})
    items = due_items(schedule, child, date(2026, 10, 25), 60)
    states = [(item.contact.code, item.state) for item in items]
    assert states == [
        ("M03", DueState.OVERDUE),
        ("M06", DueState.UPCOMING),
        ("NB1", DueState.MISSED),
        ("M01", DueState.DONE_LATE),
    ]


@pytest.mark.parametrize(
    ("form", "day", "contact"),
    [
        ("newborn_visit", BORN, "NB1"),
        ("newborn_visit", BORN + 60 * DAY, "NB1"),
        ("newborn_visit", BORN - DAY, None),
        ("check_1_8", BORN + 27 * DAY, None),
        ("check_1_8", BORN + 28 * DAY, "M01"),
        ("check_1_8", date(2025, 4, 29), "M01"),
        ("check_1_8", date(2025, 4, 30), "M03"),
        ("check_1_8", date(2026, 3, 1), "M08"),
        ("check_12_30", date(2026, 1, 31), "M12"),
        ("check_12_30", date(2027, 8, 29), "M30"),
        ("check_3_years", date(2028, 1, 31), "M36"),
        ("other_form", date(2028, 1, 31), None),
    ],
)
def test_which_contact_a_visit_counts_for(schedule, form, day, contact):
    assert contact_for(schedule, form, BORN, day) == contact


_BIRTHS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@given(_BIRTHS, st.integers(0, 1500), st.booleans(), st.none() | st.integers(0, 90), st.integers(0, 60))
def test_every_contact_has_exactly_one_state_each_day(schedule, born, age, high_risk, discharge, within):
    on = born + age * DAY
    discharged = None if discharge is None else born + discharge * DAY
    items = due_items(schedule, ScheduledChild(born, discharged, high_risk), on, within)
    codes = [item.contact.code for item in items]
    assert len(codes) == len(set(codes))
    order = list(DueState)
    assert [order.index(item.state) for item in items] == sorted(order.index(item.state) for item in items)
    for item in items:
        assert item.opens <= item.closes
        assert (item.state is DueState.UPCOMING) == (item.opens > on)
        assert (item.state is DueState.DUE) == (item.opens <= on <= item.closes)
        assert (item.days_late > 0) == (item.state in (DueState.OVERDUE, DueState.MISSED))
    missing = {contact.code for contact in schedule.checks} - set(codes)
    later = due_items(schedule, ScheduledChild(born, discharged, high_risk), on, 2000)
    assert all(item.opens > on + within * DAY for item in later if item.contact.code in missing)


@given(_BIRTHS, st.integers(0, 1460))
def test_a_visit_counts_for_a_contact_whose_window_has_opened(schedule, born, age):
    on = born + age * DAY
    for form in {contact.form for contact in schedule.contacts}:
        code = contact_for(schedule, form, born, on)
        if code is not None:
            child = ScheduledChild(born, born, done={code: on}, risk_from=born)
            items = due_items(schedule, child, on, tracks=EVERY_TRACK)
            done = [item for item in items if item.contact.code == code]
            if not done:  # the window opened before this kind of contact was asked for
                contact = schedule.contact(code)
                assert contact.since is not None
                assert add_months(born, contact.months or 0) + timedelta(days=contact.days) < contact.since
                continue
            done = done[0]
            assert done.opens <= on
            assert done.contact.form == form


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('code = "M36"', 'code = "M30"', ""),
        ('from = "discharge"', 'from = "yesterday"', "NB1"),
        ("months = 3\n", "", "M03"),
        ("months = 3\n", "months = 3\ndays = 90\n", "M03"),
        ("until_months = 48", "until_month = 48", "M36"),
        ("months = 6", 'months = "6"', "M06"),
        ("assumed_discharge_days = 7", "", ""),
        ("[[contacts]]", "[[contacts", ""),
    ],
)
def test_a_wrong_schedule_is_refused_with_its_place(text, old, new, place):
    assert old in text
    with pytest.raises(FormError) as refusal:
        parse_schedule(text.replace(old, new, 1), "plan.toml")
    assert refusal.value.details["file"] == "plan.toml"
    assert refusal.value.details["field"] == place


def test_words(schedule):
    assert "新生儿家庭访视" in set(schedule_terms(schedule))
    assert {state_label(one) for one in DueState} == {
        "已逾期",
        "应访视",
        "已约定日期",
        "家长拒绝",
        "不安排",
        "即将到期",
        "漏访",
        "已补做（超窗）",
        "已按期完成",
    }
    assert schedule.contact("M12").name == "12月龄健康检查"
    with pytest.raises(KeyError):
        schedule.contact("M13")


@pytest.mark.parametrize("window", WINDOWS, ids=lambda window: window[0])
def test_what_is_done_on_the_last_day_is_in_time_and_on_no_list(schedule, window):
    code, _form, _opens, closes = window
    for done_on, kept in ((closes, []), (closes + DAY, [closes + DAY])):
        child = ScheduledChild(BORN, DISCHARGED, done={code: done_on})
        assert [one.done_on for one in left_to_do(schedule, child) if one.window.contact.code == code] == kept


def test_feeding_is_asked_for_from_the_very_day_on_which_it_came_into_effect(schedule):
    def asked(born):
        items = due_items(schedule, ScheduledChild(born), date(2029, 1, 1), tracks=EVERY_TRACK)
        return {item.contact.code for item in items if item.contact.track is Track.FEEDING}

    assert "FA03" in asked(date(2025, 10, 1))  # three months old on 1 January 2026
    assert "FA03" not in asked(date(2025, 9, 30))


def test_what_is_done_later_does_not_count_yet(schedule):
    closes = date(2025, 5, 29)  # of M03, see WINDOWS
    child = ScheduledChild(BORN, date(2025, 2, 3), done={"M03": closes + 10 * DAY})
    states = {
        on: next(item.state for item in due_items(schedule, child, on) if item.contact.code == "M03")
        for on in (closes, closes + DAY, closes + 9 * DAY, closes + 10 * DAY)
    }
    assert list(states.values()) == [DueState.DUE, DueState.OVERDUE, DueState.OVERDUE, DueState.DONE_LATE]


@given(
    born=st.dates(date(2020, 1, 1), date(2027, 12, 31)),
    discharged=st.none() | st.integers(0, 60),
    high_risk=st.booleans(),
    status=st.sampled_from(ChildStatus),
    released=st.booleans(),
    done=st.dictionaries(st.sampled_from([row[0] for row in WINDOWS]), st.integers(0, 1500), max_size=5),
    age=st.integers(-5, 1500),
    within=st.integers(0, 40),
)
def test_what_is_left_to_do_shows_every_day_what_the_days_list_shows(
    schedule, born, discharged, high_risk, status, released, done, age, within
):
    child = ScheduledChild(
        born,
        None if discharged is None else born + timedelta(days=discharged),
        high_risk,
        status,
        {code: born + timedelta(days=days) for code, days in done.items()},
        released,
    )
    on = max([born + timedelta(days=age), *child.done.values()])
    wanted = {DueState.OVERDUE, DueState.DUE, DueState.UPCOMING, DueState.DONE_LATE}
    listed = {
        (i.contact.code, i.state is DueState.DONE_LATE)
        for i in due_items(schedule, child, on, within)
        if i.state in wanted
    }
    left = [one for one in left_to_do(schedule, child) if one.window.contact.track is Track.CHECK]
    horizon = on + timedelta(days=within)
    assert listed == {
        (one.window.contact.code, one.done_on is not None)
        for one in left
        if one.done_on is not None or (one.window.opens <= horizon and one.until >= on)
    }
    assert all((one.until - one.window.opens).days <= longest_days(schedule) for one in left)


def test_nothing_is_due_for_a_child_that_is_on_its_way_to_another_station(schedule):
    child = ScheduledChild(BORN, released=True)
    states = {item.state for item in due_items(schedule, child, BORN + 30 * DAY, 400)}
    assert not states & {DueState.OVERDUE, DueState.DUE, DueState.UPCOMING}
    assert list(left_to_do(schedule, child)) == []


def test_a_contact_stands_until_the_next_one_opens_and_the_last_one_until_its_window_is_over(schedule):
    left = left_to_do(schedule, ScheduledChild(BORN))
    until = [one.until for one in left if one.window.contact.track is Track.CHECK]
    opens = [row[2] for row in WINDOWS]
    assert until[:-1] == [day - DAY for day in opens[1:]]
    assert until[-1] == WINDOWS[-1][3]


def test_a_risk_found_after_the_sooner_window_cannot_bring_a_visit_forward(schedule) -> None:
    born = date(2026, 3, 1)
    assert sooner_until(schedule, born, date(2026, 3, 4)) == date(2026, 3, 7)
    late = ScheduledChild(born, date(2026, 3, 4), high_risk=True)
    nb1 = next(item for item in due_items(schedule, late, born + timedelta(days=30)) if item.contact.code == "NB1")
    assert nb1.closes == sooner_until(schedule, born, date(2026, 3, 4))
