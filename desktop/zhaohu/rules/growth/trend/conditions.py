"""What the last measurements show by themselves: nutrition status, a head far from the middle, oedema."""

from __future__ import annotations

from collections.abc import Iterator

from zhaohu.rules.growth.assess import Result
from zhaohu.rules.growth.terms import Indicator, Status
from zhaohu.rules.growth.trend import messages as say
from zhaohu.rules.growth.trend.checks import too_little_on
from zhaohu.rules.growth.trend.course import Course, Point, scores
from zhaohu.rules.growth.trend.rules import Condition
from zhaohu.rules.growth.trend.terms import Finding, Measure, Urgency

_MEASURES = {
    Indicator.WFA: Measure.WEIGHT,
    Indicator.LHFA: Measure.LENGTH,
    Indicator.WFL: Measure.MASS,
    Indicator.BFA: Measure.MASS,
    Indicator.HCFA: Measure.HEAD,
}
_TOO_HEAVY = (Status.OVERWEIGHT, Status.OBESITY, Status.SEVERE_OBESITY)
_STANDING_FROM_DAY = 731


def conditions(course: Course) -> Iterator[Finding]:
    """Everything that the newest points show, each nutrition status once.

    Weight for length counts under two years and BMI from then on, so that a child does not bear two names for one
    thing.
    """
    for indicator in Indicator:
        track = course.tracks[_MEASURES[indicator]]
        if not track or not _counts(indicator, track[-1]):
            continue
        for condition in course.rules.conditions:
            if _old_enough(condition, course, track[-1]) and _shows(condition, track[-1].day.china.of(indicator)):
                yield _finding(condition, course, indicator, track)
                break
    yield from _oedema(course)


def _counts(indicator: Indicator, point: Point) -> bool:
    if indicator is Indicator.WFL:
        return point.age_days < _STANDING_FROM_DAY
    return indicator is not Indicator.BFA or point.age_days >= _STANDING_FROM_DAY


def _old_enough(condition: Condition, course: Course, point: Point) -> bool:
    """Newborns whose birth weight is known are judged by it: they lose weight before they gain."""
    return point.age_days >= condition.from_days or course.birth_weight_g is None


def _shows(condition: Condition, result: Result) -> bool:
    if condition.indicator is None:
        return result.status in condition.statuses
    if result.z is None or condition.indicator is not result.indicator:
        return False
    return not condition.below_z <= result.z <= condition.above_z


def _finding(condition: Condition, course: Course, indicator: Indicator, track: tuple[Point, ...]) -> Finding:
    result = track[-1].day.china.of(indicator)
    stood = _stood(condition, course, indicator, track)
    message = say.condition(track[-1].on, result, result.status)
    if stood:
        named = all(point.day.china.of(indicator).status in condition.statuses for point in stood)
        before = say.found_before if named else say.slow_before
        message = before(message, [point.on for point in stood[:2]])
    return Finding(
        rule=condition.name,
        verdict=None,
        status=result.status,
        measure=_MEASURES[indicator],
        indicator=indicator,
        since=stood[-1].on if stood else track[-1].on,
        on=track[-1].on,
        urgency=Urgency.REFER if stood else condition.urgency,
        message=message,
        source=condition.source,
        basis=condition.basis,
    )


def _stood(condition: Condition, course: Course, indicator: Indicator, track: tuple[Point, ...]) -> list[Point]:
    """The earlier points, newest first, because of which the condition is to be referred now; none when it is not."""
    if condition.refer_after_visits is None and condition.refer_after_days is None:
        return []
    stood: list[Point] = []
    later = now = track[-1]
    for point in reversed(track[:-1]):
        if (later.on - point.on).days < course.rules.persists_days:
            continue
        if not _stood_on(condition, course, indicator, point):
            break
        stood.append(point)
        later = point
    if condition.refer_after_visits is not None:
        stood = stood[: condition.refer_after_visits]
        long_enough = len(stood) == condition.refer_after_visits
    else:
        long_enough = bool(stood) and (now.on - stood[-1].on).days >= (condition.refer_after_days or 0)
    return stood if long_enough and not _better(condition, stood[-1], now, indicator) else []


def _stood_on(condition: Condition, course: Course, indicator: Indicator, point: Point) -> bool:
    """Whether a condition stood at an earlier point; of one that counts visits also, whether weight grew too little."""
    if not _old_enough(condition, course, point):
        return False
    if point.day.china.of(indicator).status in condition.statuses:
        return True
    return condition.refer_after_visits is not None and too_little_on(course, Measure.WEIGHT, point.on)


def _better(condition: Condition, before: Point, now: Point, indicator: Indicator) -> bool:
    z = scores(before, now, indicator)
    if z is None:
        return False
    rise = z[1] - z[0]
    heavy = bool(condition.statuses & set(_TOO_HEAVY))
    return (-rise if heavy else rise) >= condition.better_z


def _oedema(course: Course) -> Iterator[Finding]:
    last = course.last
    condition = next((one for one in course.rules.conditions if one.oedema), None)
    if last is None or condition is None or not last.measured.oedema:
        return
    yield Finding(
        rule=condition.name,
        verdict=None,
        status=None,
        measure=Measure.WEIGHT,
        indicator=Indicator.WFA,
        since=last.on,
        on=last.on,
        urgency=condition.urgency,
        message=say.oedema(last.on),
        source=condition.source,
        basis=condition.basis,
    )
