"""The invented children of the demo: stories, births, timetables and growth, without any profile."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu.records.codes import Sex
from zhaohu.rules.ages import add_months
from zhaohu.rules.growth.age import Ages
from zhaohu.rules.growth.assess import Measurement, assess
from zhaohu.rules.growth.terms import Indicator, Standard
from zhaohu.rules.schedule import Track
from zhaohu.services import reference
from zhaohu.services.demo.growing import Birth, Course, Growth, Levels, Size, levels
from zhaohu.services.demo.people import Numbers, Person, Story, people_of
from zhaohu.services.demo.region import dice, region, words
from zhaohu.services.demo.timetable import plan_child

TODAY = date(2026, 11, 20)
OPENED = add_months(TODAY, -24)
AVERAGE = Levels(0.0, 0.0, 0.0)


def district(seed: int, count: int = 60) -> list[Person]:
    numbers = Numbers()
    return [person for station in region().stations for person in people_of(seed, station, count, TODAY, numbers)]


def z(birth: Birth, on: date, size: Size, indicator: Indicator) -> float:
    measured = Measurement(size.weight_g, size.length_mm, size.head_mm)
    ages = Ages.on(birth.day, on, birth.gestation_days)
    score = assess(reference.growth_references(), Standard.CHINA, int(birth.sex), ages, measured).of(indicator).z
    assert score is not None
    return score


def grown(birth: Birth, at: Levels, course: Course, months: int, seed: int = 1) -> tuple[date, Size]:
    growth = Growth(birth, at, course, dice(seed))
    on = add_months(birth.day, months)
    return on, growth.measure(on)


def test_another_seed_is_another_district() -> None:
    first, again, other = ([person.name for person in district(seed, 8)] for seed in (1, 1, 2))
    assert first == again
    assert sum(one == another for one, another in zip(first, other, strict=True)) < len(first) / 4


def test_the_district_is_as_mixed_as_a_real_one() -> None:
    people = district(3)
    share = {story: count / len(people) for story, count in Counter(person.story for person in people).items()}
    assert len(people) == 480
    assert share[Story.PLAIN] > 0.75
    assert share.keys() == set(Story)
    births = [person.birth for person in people]
    assert 0.05 < mean(birth.gestation_days < 37 * 7 for birth in births) < 0.12
    assert 0.02 < mean(birth.weight_g < 2500 for birth in births) < 0.10
    assert 3150 < mean(birth.weight_g for birth in births) < 3400
    assert 0.4 < mean(birth.sex is Sex.MALE for birth in births) < 0.6
    assert all(1000 <= birth.weight_g <= 5000 and 350 <= birth.length_mm <= 570 for birth in births)


def test_births_are_given_in_parts_of_a_thousand_and_populations_make_a_district() -> None:
    assert sum(birth.per_mille for birth in words().births) == 1000
    assert sum(station.population for station in region().stations) == 430_300
    codes = [station.township_code for station in region().stations]
    assert codes == ["001", "002", "100", "101", "102", "103", "105", "108"]


def test_most_visits_are_in_time_some_late_some_missing() -> None:
    plans = [plan_child(dice(1, p.key, p.name), p, OPENED, TODAY - timedelta(days=1)) for p in district(1)]
    checks = {contact.code for contact in reference.schedule().contacts if contact.track is Track.CHECK}
    made = [visit for plan in plans for visit in plan.visits if visit.contact in checks]
    not_done = [one for plan in plans for one in plan.not_done if one.contact in checks]
    assert 0 < len(not_done) < len(made) / 10
    assert 3 < len(made) / len(plans) < 7
    assert mean(visit.day.weekday() < 5 for visit in made) > 0.93
    for plan in plans:
        days = [plan.registered_on, *(visit.day for visit in plan.visits)]
        assert days == sorted(days)
        assert plan.person.birth.day < days[0]
        assert days[0] >= OPENED
        assert days[-1] < TODAY


@pytest.mark.parametrize("months", [2, 6, 12, 18, 23, 24, 30, 36])
@pytest.mark.parametrize("sex", [Sex.MALE, Sex.FEMALE])
def test_an_average_child_stays_near_the_median(sex: Sex, months: int) -> None:
    birth = Birth(sex, date(2023, 11, 3), 276, 3300, 500)
    on, size = grown(birth, AVERAGE, Course.STEADY, months)
    scores = [z(birth, on, size, indicator) for indicator in Indicator]
    assert max(map(abs, scores)) < 0.75


@pytest.mark.parametrize("sex", [Sex.MALE, Sex.FEMALE])
def test_the_stories_can_be_seen_in_the_curves(sex: Sex) -> None:
    birth = Birth(sex, date(2024, 11, 3), 276, 3300, 500)
    on, size = grown(birth, AVERAGE, Course.FALTERING, 16)
    assert z(birth, on, size, Indicator.WFL) < -2
    assert z(birth, on, size, Indicator.WFA) < -1.6
    on, size = grown(birth, AVERAGE, Course.OVERWEIGHT, 16)
    assert z(birth, on, size, Indicator.WFL) > 2


def test_newborns_lose_weight_and_have_it_back_after_nine_days() -> None:
    birth = Birth(Sex.FEMALE, date(2026, 1, 1), 280, 3400, 500)
    growth = Growth(birth, AVERAGE, Course.STEADY, dice(1))
    weights = {days: growth.measure(birth.day + timedelta(days=days)).weight_g for days in (3, 9, 20, 28)}
    assert weights[3] == pytest.approx(3400 * 0.94, abs=10)
    assert weights[9] == pytest.approx(3400, abs=10)
    assert 3400 < weights[20] < weights[28]


@given(
    st.integers(0, 10**6), st.integers(205, 290), st.sampled_from(list(Course)), st.sampled_from([Sex.MALE, Sex.FEMALE])
)
def test_no_child_shrinks_or_leaves_what_the_forms_take(
    seed: int, gestation_days: int, course: Course, sex: Sex
) -> None:
    throw = dice(seed)
    birth = Birth(
        sex, date(2023, 10, 1), gestation_days, 1300 + (gestation_days - 205) * 26, 385 + (gestation_days - 205)
    )
    growth = Growth(birth, levels(throw), course, throw)
    sizes = [growth.measure(add_months(birth.day, months)) for months in (1, 3, 6, 8, 12, 18, 24, 30, 36)]
    for before, after in pairwise(sizes):
        assert after.length_mm >= before.length_mm - 7
        assert after.head_mm >= before.head_mm
    assert all(1000 <= size.weight_g <= 20_000 and 350 <= size.length_mm <= 900 for size in sizes[:4])
    assert all(3000 <= size.weight_g <= 30_000 and 550 <= size.length_mm <= 1150 for size in sizes[4:])
    assert all(250 <= size.head_mm <= 600 for size in sizes)
