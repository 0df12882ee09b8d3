"""Working days: the notices' days, the week where there is no notice, and the district's last word."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from zhaohu import paths
from zhaohu.rules.forms.tables import FormError
from zhaohu.rules.workdays import parse_workdays, with_days

DAY = timedelta(days=1)

# Written down from the notice for 2026 (国办发明电〔2025〕7号): days off, and weekend days on which people work.
OFF_2026 = [("01-01", "01-03"), ("02-15", "02-23"), ("04-04", "04-06"), ("05-01", "05-05"), ("06-19", "06-21"),
            ("09-25", "09-27"), ("10-01", "10-07")]  # fmt: skip
WORKED_2026 = ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]


@pytest.fixture(scope="module")
def text() -> str:
    return paths.resource("calendar/cn.toml").read_text("utf-8")


def test_every_day_of_2026_is_as_the_notice_has_it(text: str) -> None:
    workdays = parse_workdays(text, "cn.toml")
    off = set()
    for first, last in OFF_2026:
        day = date.fromisoformat(f"2026-{first}")
        while day <= date.fromisoformat(f"2026-{last}"):
            off.add(day)
            day += DAY
    worked = {date.fromisoformat(f"2026-{day}") for day in WORKED_2026}
    day = date(2026, 1, 1)
    while day.year == 2026:
        assert workdays.is_working(day) is (day in worked or (day not in off and day.isoweekday() < 6)), day
        day += DAY


def test_after_the_known_years_only_the_week_counts(text: str) -> None:
    workdays = parse_workdays(text, "cn.toml")
    assert workdays.known_until == date(2026, 12, 31)
    assert workdays.is_working(date(2027, 1, 1))
    assert not workdays.is_working(date(2027, 1, 2))


def test_the_next_working_day_may_be_the_day_itself(text: str) -> None:
    workdays = parse_workdays(text, "cn.toml")
    assert workdays.next_working(date(2026, 2, 14)) == date(2026, 2, 14)
    assert workdays.next_working(date(2026, 2, 15)) == date(2026, 2, 24)


def test_what_a_district_set_comes_last(text: str) -> None:
    content = {"days": {"2026-11-20": "rest", "2026-10-01": "work", "2026-10-10": "rest"}}
    workdays = with_days(parse_workdays(text, "cn.toml"), content)
    assert [workdays.is_working(date(2026, *day)) for day in ((11, 20), (10, 1), (10, 10))] == [False, True, False]
    assert with_days(workdays, None) == workdays


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("2026-01-01", "2025-01-01", "2026"),
        ("year = 2025", 'year = "2025"', "years"),
        ("work = [", "worked = [", "2024"),
        ("[[years]]", "[[years", ""),
    ],
)
def test_a_wrong_calendar_is_refused_with_its_place(text: str, old: str, new: str, place: str) -> None:
    assert old in text
    with pytest.raises(FormError) as refusal:
        parse_workdays(text.replace(old, new, 1), "plan.toml")
    assert (refusal.value.details["file"], refusal.value.details["field"]) == ("plan.toml", place)
