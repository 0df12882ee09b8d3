"""Every contact of every child on every day, against an oracle that is written out plainly and shares nothing with it.

The oracle has its own table of contacts, counts months by walking from day to day of the calendar, and asks one
question after the other, as one would with the norm in hand.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.faults.figures import times

from zhaohu import paths
from zhaohu.records.codes import ChildStatus
from zhaohu.rules.schedule import (
    EVERY_TRACK,
    OPEN,
    DueState,
    Planned,
    ScheduledChild,
    Tried,
    due_items,
    extra_window,
    kind_of,
    left_to_do,
    parse_schedule,
    standing,
    state_while_open,
)

DAY = timedelta(days=1)
LAST_AGE = 1500
"""Days of age, a little over four years: the last window is over by then."""

# code, track, opens (months or days), for so many days more or to the day before so many months, done with which check
TABLE = [
    ("M01", "check", "28d", "2d", ""),
    ("M03", "check", "3m", "29d", ""),
    ("M06", "check", "6m", "29d", ""),
    ("M08", "check", "8m", "29d", ""),
    ("M12", "check", "12m", "29d", ""),
    ("M18", "check", "18m", "29d", ""),
    ("M24", "check", "24m", "29d", ""),
    ("M30", "check", "30m", "29d", ""),
    ("M36", "check", "36m", "<48m", ""),
    ("TCM06", "tcm", "6m", "29d", "M06"),
    ("TCM12", "tcm", "12m", "29d", "M12"),
    ("TCM18", "tcm", "18m", "29d", "M18"),
    ("TCM24", "tcm", "24m", "29d", "M24"),
    ("TCM30", "tcm", "30m", "29d", "M30"),
    ("TCM36", "tcm", "36m", "<48m", "M36"),
    ("FA01", "feeding", "28d", "2d", "M01"),
    ("FA03", "feeding", "3m", "29d", "M03"),
    ("FA06", "feeding", "6m", "29d", "M06"),
    ("FA08", "feeding", "8m", "29d", "M08"),
    ("FA12", "feeding", "12m", "29d", "M12"),
    ("FA18", "feeding", "18m", "29d", "M18"),
    ("FA24", "feeding", "24m", "29d", "M24"),
    ("FA30", "feeding", "30m", "29d", "M30"),
    ("FA36", "feeding", "36m", "<48m", "M36"),
    ("HR01", "high_risk", "7d", "6d", ""),
    ("HR02", "high_risk", "14d", "6d", ""),
    ("HR03", "high_risk", "21d", "6d", ""),
    ("HR04", "high_risk", "28d", "2d", "M01"),
    ("HR05", "high_risk", "2m", "29d", ""),
    ("HR06", "high_risk", "3m", "29d", "M03"),
    ("HR07", "high_risk", "4m", "29d", ""),
    ("HR08", "high_risk", "5m", "29d", ""),
    ("HR09", "high_risk", "6m", "29d", "M06"),
]
FEEDING_SINCE = date(2026, 1, 1)
CODES = ["NB1", *(row[0] for row in TABLE), "extra-1", "extra-2"]


class Life(NamedTuple):
    """A made-up child with all that ever happened; days are those of its age."""

    born: date
    discharged: int | None
    sooner: bool
    risk: int | None
    leaves: int | None
    done: dict[str, int]
    planned: dict[str, list[tuple[int, int | None, bool]]]
    tried: dict[str, list[tuple[int, int, str]]]
    extras: list[tuple[int, int]]

    def day(self, age: int) -> date:
        return self.born + age * DAY


def later_month(born: date, months: int) -> date:
    """The day on which so many months are completed, found by walking through the calendar."""
    year, month = born.year, born.month
    for _step in range(months):
        month += 1
        if month == 13:
            year, month = year + 1, 1
    day = born.day
    while True:
        try:
            return date(year, month, day)
        except ValueError:
            day -= 1


def first_and_last(life: Life, opens: str, closes: str) -> tuple[date, date]:
    first = later_month(life.born, int(opens[:-1])) if opens.endswith("m") else life.day(int(opens[:-1]))
    if closes.startswith("<"):
        return first, later_month(life.born, int(closes[1:-1])) - DAY
    return first, first + int(closes[:-1]) * DAY


def windows(life: Life, *, risk_known: bool) -> dict[str, tuple[str, date, date, date, str]]:
    """Of each contact that the child has: track, first and last day, day from which it is given up, check."""
    found = {}
    left_hospital = life.day(life.discharged) if life.discharged is not None else None
    first = left_hospital or life.born
    last = first + (3 if life.sooner else 7) * DAY + (0 * DAY if left_hospital else 7 * DAY)
    found["NB1"] = ("check", first, last, life.day(28), "")
    for place, (code, track, opens, closes, check) in enumerate(TABLE):
        first, last = first_and_last(life, opens, closes)
        following = TABLE[place + 1] if place + 1 < len(TABLE) and TABLE[place + 1][1] == track else None
        given_up = first_and_last(life, following[2], following[3])[0] if following else last + DAY
        if track == "feeding" and first < FEEDING_SINCE:
            continue
        if track == "high_risk":
            last = min(last, given_up - DAY)
            if life.risk is None or not risk_known:
                continue
            begins = max(life.day(life.risk), left_hospital or life.born)
            if last < begins:
                continue
            first = max(first, begins)
        found[code] = (track, first, last, given_up, check)
    for place, (opens_at, days) in enumerate(life.extras, start=1):
        last = life.day(opens_at) + days * DAY
        found[f"extra-{place}"] = ("extra", life.day(opens_at), last, last + 31 * DAY, "")
    return found


def oracle(  # noqa: C901 - one question after the other, as the norm has them
    life: Life, code: str, on: date, window: tuple[str, date, date, date, str]
) -> DueState | None:
    """How a contact stands, one question after the other; None when the child is not seen here any more."""
    _track, first, last, given_up, check = window
    if code in life.done and life.day(life.done[code]) <= on:
        return DueState.DONE if life.day(life.done[code]) <= last else DueState.DONE_LATE
    if life.leaves is not None and life.day(life.leaves) <= on:
        return None
    whose = code
    own_notes = code in life.planned or code in life.tried
    check_done = check in life.done and life.day(life.done[check]) <= on
    if check and not own_notes and not check_done:
        whose = check
    elif not own_notes:
        whose = ""
    plans = [one for one in life.planned.get(whose, []) if life.day(one[0]) <= on]
    tries = [one for one in life.tried.get(whose, []) if life.day(one[0]) <= on]
    planned_on, planned_at, left_out = None, -1, False
    for at, for_age, out in plans:
        if at >= planned_at:
            planned_at, left_out = at, out
            planned_on = life.day(for_age) if for_age is not None else None
    last_try = None
    for one in tries:
        if last_try is None or (one[0], one[1]) >= (last_try[0], last_try[1]):
            last_try = one
    refused = last_try is not None and last_try[2] == "refused"
    if left_out:
        return DueState.LEFT_OUT
    if refused and (planned_on is None or planned_at < last_try[1]):
        return DueState.REFUSED
    stands_until = max(last, given_up - DAY)
    if planned_on is not None:
        stands_until = max(stands_until, planned_on)
    if on > stands_until:
        return DueState.REFUSED if refused else DueState.MISSED
    if on < first:
        return DueState.UPCOMING
    if planned_on is not None and on < planned_on:
        return DueState.MOVED
    return DueState.DUE if on <= last else DueState.OVERDUE


def stamp(life: Life, age: int) -> str:
    return datetime.combine(life.day(age), datetime.min.time()).isoformat()


def scheduled(schedule, life: Life, on: date | None) -> ScheduledChild:
    """The same child as the program reckons with it, as things were known on a day; None is at the end."""
    codes = {*life.planned, *life.tried}
    noted = {
        code: standing(
            [Planned(stamp(life, at), None if day is None else life.day(day), "", out)
             for at, day, out in life.planned.get(code, [])],
            [Tried(life.day(day), stamp(life, at), outcome) for day, at, outcome in life.tried.get(code, [])],
            on,
        )
        for code in codes
    }  # fmt: skip
    risk = life.day(life.risk) if life.risk is not None else None
    left = life.leaves is not None and (on is None or life.day(life.leaves) <= on)
    return ScheduledChild(
        life.born,
        life.day(life.discharged) if life.discharged is not None else None,
        life.sooner,
        ChildStatus.LOST if left else ChildStatus.ACTIVE,
        {code: life.day(age) for code, age in life.done.items()},
        False,
        risk if risk is None or on is None or risk <= on else None,
        tuple(
            extra_window(schedule, f"extra-{place}", "x", "check_1_8", "", life.day(at), life.day(at) + days * DAY)
            for place, (at, days) in enumerate(life.extras, start=1)
        ),
        noted,
    )


@pytest.fixture(scope="module")
def schedule():
    return parse_schedule(paths.resource("schedules/national_2017.toml").read_text("utf-8"), "national_2017.toml")


AGES = st.integers(0, LAST_AGE)
AWKWARD = st.sampled_from([date(2024, 2, 29), date(2025, 8, 31), date(2025, 11, 30), date(2024, 12, 31)])
ABOUT = {"NB1": 0, "M01": 28, "M03": 91, "M06": 182, "M12": 365, "M36": 1096, "TCM06": 182, "FA12": 365, "HR05": 61,
         "HR06": 91, "extra-1": 400}  # fmt: skip
"""Contacts that something is noted of, and the age at which they open, so that notes fall where they matter."""


def near(age: int) -> st.SearchStrategy[int]:
    return st.integers(max(0, age - 12), age + 70)


def plans(age: int) -> st.SearchStrategy[list[tuple[int, int | None, bool]]]:
    out = st.sampled_from([False, False, False, True])
    return st.lists(st.tuples(near(age), st.none() | near(age), out), min_size=1, max_size=3)


def tries(age: int) -> st.SearchStrategy[list[tuple[int, int, str]]]:
    said = st.sampled_from(["refused", "refused", "agreed", "not_at_home", "not_done"])
    rows = st.lists(st.tuples(near(age), st.integers(0, 5), said), min_size=1, max_size=3)
    return rows.map(lambda found: [(day, day + later, what) for day, later, what in found])


def of_some(notes):
    """Notes of some contacts."""
    return st.lists(st.sampled_from(sorted(ABOUT)), unique=True, max_size=6).flatmap(
        lambda codes: st.fixed_dictionaries({code: notes(ABOUT[code]) for code in codes})
    )


LIVES = st.builds(
    Life,
    born=AWKWARD | st.dates(date(2022, 1, 1), date(2027, 12, 31)),
    discharged=st.none() | st.integers(0, 60),
    sooner=st.booleans(),
    risk=st.none() | st.just(0) | st.integers(0, 300),
    leaves=st.none() | st.none() | AGES,
    done=st.dictionaries(st.sampled_from(CODES), AGES, max_size=8),
    planned=of_some(plans),
    tried=of_some(tries),
    extras=st.lists(st.tuples(near(400), st.integers(0, 180)), max_size=2),
)  # fmt: skip
PAST_RETURN = {
    DueState.UPCOMING: {DueState.DUE, DueState.MOVED, DueState.OVERDUE, DueState.REFUSED, DueState.LEFT_OUT,
                        DueState.MISSED},
    DueState.DUE: {DueState.OVERDUE, DueState.MISSED, DueState.MOVED, DueState.REFUSED, DueState.LEFT_OUT},
    DueState.OVERDUE: {DueState.MISSED, DueState.MOVED, DueState.REFUSED, DueState.LEFT_OUT},
}  # fmt: skip


@settings(max_examples=times(25, 8))
@given(LIVES)
def test_every_contact_has_on_every_day_the_state_that_the_oracle_says(schedule, life):
    known_before, known_after = windows(life, risk_known=False), windows(life, risk_known=True)
    for age in range(-2, LAST_AGE):
        on = life.day(age)
        risk_known = life.risk is not None and life.risk <= age
        child = scheduled(schedule, life, on)
        items = due_items(schedule, child, on, 3000, EVERY_TRACK)
        found = {item.contact.code: item.state for item in items}
        assert len(found) == len(items)
        wanted = {}
        for code, window in (known_after if risk_known else known_before).items():
            state = oracle(life, code, on, window)
            if state is not None:
                wanted[code] = state
        assert found == wanted, on


@settings(max_examples=times(25, 8))
@given(LIVES)
def test_states_go_forward_and_what_is_done_stays_done(schedule, life):
    """Without anything noted or found out meanwhile; with notes only what was done stays for good."""
    noted = {*life.planned, *life.tried}
    before: dict[str, DueState] = {}
    for age in range(-2, LAST_AGE, 2):
        on = life.day(age)
        items = due_items(schedule, scheduled(schedule, life, on), on, 3000, EVERY_TRACK)
        now = {item.contact.code: item.state for item in items}
        for code, state in now.items():
            former = before.get(code)
            if former in (DueState.DONE, DueState.DONE_LATE):
                assert state is former
            check = next((row[4] for row in TABLE if row[0] == code), "")
            if former is None or state is former or code in noted or check in noted:
                continue
            assert state in {*PAST_RETURN.get(former, ()), DueState.DONE, DueState.DONE_LATE}, (code, on)
        before = now


@settings(max_examples=times(60, 30))
@given(LIVES, st.integers(0, 400), st.integers(0, 40))
def test_what_is_kept_as_left_to_do_says_the_same_on_every_later_day(schedule, life, later, within):
    """A list is read from what is kept; how a child stands is reckoned anew: both must say the same."""
    child = scheduled(schedule, life, None)
    days = [*child.done.values(), life.day(life.risk or 0), life.born]
    days += [life.day(one[0]) for notes in (*life.planned.values(), *life.tried.values()) for one in notes]
    days += [life.day(one[1]) for notes in life.tried.values() for one in notes]
    on = max(days) + later * DAY
    reckoned = {
        item.contact.code: kind_of(item.state, item.done_on)
        for item in due_items(schedule, child, on, within, EVERY_TRACK)
        if item.state not in (DueState.DONE, DueState.LEFT_OUT)
    }
    kept = {}
    for one in left_to_do(schedule, child):
        _contact, opens, closes, _follows = one.window
        state = state_while_open(opens, closes, one.until, one.noted.planned_on, one.noted.outcome, on)
        shown = opens if one.noted.planned_on is None else min(opens, one.noted.planned_on)
        if one.done_on is None and (shown if state in OPEN else opens) > on + within * DAY:
            continue
        for code in (one.window.contact.code, *one.also):
            kept[code] = kind_of(DueState.DONE_LATE if one.done_on else state, one.done_on)
    assert kept == reckoned
