"""How often the trend speaks of invented children whose course is known: steady ones seldom, faltering ones always."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest

from zhaohu.records.codes import Sex
from zhaohu.rules.growth.assess import Measurement
from zhaohu.rules.growth.series import Born, MeasuredDay, measure_day
from zhaohu.rules.growth.trend import Trend, Urgency, Verdict, trend
from zhaohu.services import reference
from zhaohu.services.demo.growing import Birth, Course, Growth, levels

VISITS = (9, 29, 95, 190, 250, 370, 555, 735, 920, 1100)
CHILDREN = 80


def visits_of(course: Course) -> list[list[Trend]]:
    """The trend at every visit of each child."""
    dice, rules, references = Random(20), reference.trend_rules(), reference.growth_references()
    found = []
    for number in range(CHILDREN):
        sex = Sex.MALE if number % 2 else Sex.FEMALE
        day = date(2023, 1, 1) + timedelta(days=3 * number)
        at = levels(dice)
        weight = round(3300 * (1 + 0.05 * at.build + 0.05 * at.length + dice.gauss(0, 0.04)))
        birth = Birth(sex, day, 275, weight, round(500 * (1 + 0.03 * at.length)))
        born, growing = Born(day, int(sex), 275), Growth(birth, at, course, dice)
        days: list[MeasuredDay] = [measure_day(references, born, day, Measurement(weight, birth.length_mm))]
        judged = []
        for age in VISITS:
            size = growing.measure(day + timedelta(days=age))
            taken = Measurement(size.weight_g, size.length_mm, size.head_mm)
            days.append(measure_day(references, born, day + timedelta(days=age), taken))
            judged.append(trend(rules, references, born, days))
        found.append(judged)
    return found


@pytest.fixture(scope="module")
def courses() -> dict[Course, list[list[Trend]]]:
    return {course: visits_of(course) for course in Course}


def test_children_that_keep_their_level_are_seldom_troubled(courses) -> None:
    visits = [one for child in courses[Course.STEADY] for one in child]
    urgent = Counter(max((f.urgency.rank for f in one.findings), default=0) for one in visits)
    assert urgent[Urgency.REFER.rank] / len(visits) < 0.03
    assert (urgent[Urgency.REFER.rank] + urgent[Urgency.RECHECK.rank]) / len(visits) < 0.08
    assert sum(one.verdict is Verdict.NORMAL for one in visits) / len(visits) > 0.85


def test_children_that_falter_are_all_found(courses) -> None:
    for child in courses[Course.FALTERING]:
        assert any(finding.verdict.too_little for one in child for finding in one.findings)


def test_children_that_grow_too_heavy_are_nearly_all_found(courses) -> None:
    rapid = [
        any(finding.verdict is Verdict.RAPID for one in child for finding in one.findings)
        for child in courses[Course.OVERWEIGHT]
    ]
    assert sum(rapid) / len(rapid) > 0.9
