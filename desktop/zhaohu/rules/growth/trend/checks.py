"""Each kind of trend rule, tried on the newest point of its measure; trend.toml says what they mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import inf

from zhaohu.rules.growth.terms import Indicator
from zhaohu.rules.growth.trend import messages as say
from zhaohu.rules.growth.trend.course import MAIN, Course, Point, scores
from zhaohu.rules.growth.trend.rules import Rule, up_to
from zhaohu.rules.growth.trend.speed import points_of
from zhaohu.rules.growth.trend.terms import Finding, Measure, Urgency
from zhaohu.rules.growth.velocity import Growing, Velocity, best_velocity

Found = tuple[date, str]
"""Since when, and the sentence."""


def try_rule(rule: Rule, course: Course) -> Finding | None:
    """What a rule finds at the newest point of its measure; None when that is as it should be, or out of its ages."""
    track = course.tracks[rule.of]
    if len(track) < 2 or not rule.from_days <= track[-1].age_days <= rule.to_days or not course.has(rule.births):
        return None
    found = _KINDS[rule.kind](rule, course, track)
    if found is None:
        return None
    return Finding(
        rule=rule.name,
        verdict=rule.verdict,
        status=None,
        measure=rule.of,
        indicator=rule.indicator or MAIN[rule.of],
        since=found[0],
        on=track[-1].on,
        urgency=rule.urgency,
        message=found[1],
        source=rule.source,
        basis=rule.basis,
    )


def too_little_on(course: Course, measure: Measure, on: date) -> bool:
    """Whether a measure grew so little up to an earlier day that the child was to be seen again then."""
    then = course.until(measure, sum(point.on <= on for point in course.tracks[measure]))
    return any(
        rule.of is measure
        and rule.verdict.too_little
        and rule.urgency.rank >= Urgency.RECHECK.rank
        and try_rule(rule, then) is not None
        for rule in course.rules.rules
    )


def _birth_loss(rule: Rule, _course: Course, track: tuple[Point, ...]) -> Found | None:
    birth, now = track[0], track[-1]
    if birth.age_days or 100 * (birth.value - now.value) <= rule.numbers["percent"] * birth.value:
        return None
    return birth.on, say.below_birth(birth, now)


def _birth_regain(rule: Rule, course: Course, track: tuple[Point, ...]) -> Found | None:
    birth, now = track[0], track[-1]
    if birth.age_days or now.value + course.rules.error(rule.of, now.age_days) >= birth.value:
        return None
    return birth.on, say.not_back(birth, now)


def _birth_gain(rule: Rule, _course: Course, track: tuple[Point, ...]) -> Found | None:
    birth, now = track[0], track[-1]
    if birth.age_days or now.value - birth.value >= rule.numbers["grams"]:
        return None
    return birth.on, say.gained_little(birth, now, rule.numbers["grams"])


def _loss(rule: Rule, course: Course, track: tuple[Point, ...]) -> Found | None:
    before, now = track[-2:]
    lost = before.value - now.value
    if lost <= course.rules.error(rule.of, now.age_days) or 100 * lost <= rule.numbers["percent"] * before.value:
        return None
    return before.on, say.lost(before, now)


def _standstill(rule: Rule, course: Course, track: tuple[Point, ...]) -> Found | None:
    now = track[-1]
    span = up_to(rule.spans, now.age_days)
    before = next((p for p in reversed(track[:-1]) if p.age_days and (now.on - p.on).days >= span), None)
    if before is None or now.value - before.value > course.rules.error(rule.of, now.age_days):
        return None
    return before.on, say.stood_still(rule.of, before, now)


@dataclass(frozen=True, slots=True)
class _Move:
    """A change of z from an earlier point to the newest."""

    before: Point
    now: Point
    z: tuple[float, float]

    @property
    def rise(self) -> float:
        return self.z[1] - self.z[0]


def _moves(rule: Rule, course: Course, track: tuple[Point, ...], indicator: Indicator, birth: bool) -> list[_Move]:
    """The changes from every point that a rule compares with, the oldest first; `birth`: it counts among them."""
    now = track[-1]
    moves = []
    for point in track[:-1]:
        near = (now.on - point.on).days <= rule.numbers["within_days"]
        old_enough = point.age_days >= course.rules.earliest_days or (birth and point.age_days == 0)
        z = scores(point, now, indicator) if near and old_enough else None
        if z is not None:
            moves.append(_Move(point, now, z))
    return moves if rule.since_best else moves[-1:]


def _deepest(rule: Rule, course: Course, track: tuple[Point, ...], birth: bool = False) -> _Move | None:
    assert rule.indicator is not None
    moves = _moves(rule, course, track, rule.indicator, birth)
    return min(moves, key=lambda move: move.rise, default=None)


def _highest(rule: Rule, course: Course, track: tuple[Point, ...], birth: bool = False) -> _Move | None:
    assert rule.indicator is not None
    moves = _moves(rule, course, track, rule.indicator, birth)
    return max(moves, key=lambda move: move.rise, default=None)


def _told(rule: Rule, move: _Move) -> Found:
    assert rule.indicator is not None
    return move.before.on, say.moved(rule.indicator, move.before.on, move.now.on, move.z)


def _fall(rule: Rule, course: Course, track: tuple[Point, ...]) -> Found | None:
    above = rule.numbers.get("birth_above_z")
    if above is not None:
        birth_z = track[0].day.china.of(Indicator.WFA).z if track[0].age_days == 0 else None
        if birth_z is None or not above <= birth_z < rule.numbers["birth_below_z"]:
            return None
    move = _deepest(rule, course, track, birth=above is not None)
    return None if move is None or not _fell(rule, move) else _told(rule, move)


def _fell(rule: Rule, move: _Move) -> bool:
    """Whether z fell far enough, and to where a fall is more than coming back to the middle."""
    return -move.rise >= rule.numbers["least_z"] and move.z[1] <= rule.numbers.get("at_most_z", inf)


def _rise(rule: Rule, course: Course, track: tuple[Point, ...]) -> Found | None:
    move = _highest(rule, course, track)
    if move is None or move.rise < rule.numbers["least_z"] or move.z[1] < rule.numbers["to_z"]:
        return None
    weight = scores(move.before, move.now, Indicator.WFA)
    if weight is not None and weight[1] - weight[0] < rule.numbers["weight_z"]:
        return None
    return _told(rule, move)


def _catch_up(rule: Rule, course: Course, track: tuple[Point, ...]) -> Found | None:
    move = _highest(rule, course, track, birth=True)
    if move is None or move.rise < rule.numbers["least_z"] or move.z[1] > rule.numbers["at_most_z"]:
        return None
    return None if move.z[0] >= 0 else _told(rule, move)


def _lines(rule: Rule, course: Course, track: tuple[Point, ...]) -> Found | None:
    move = _deepest(rule, course, track)
    if move is None or not _fell(rule, move):
        return None
    clear = course.rules.line_tolerance_z
    names = [name for z, name in rule.lines if move.z[1] < z - clear and move.z[0] > z + clear]
    if len(names) < rule.numbers["least"]:
        return None
    assert rule.indicator is not None
    ends = names[-1], names[0]
    return move.before.on, say.crossed(rule.indicator, move.before.on, move.now.on, move.z, ends)


def _velocity(rule: Rule, course: Course, track: tuple[Point, ...]) -> Found | None:
    sex, references = course.born.sex, course.references
    left, slow = track, list[tuple[Point, Velocity]]()
    while len(slow) < rule.numbers["times"]:
        ages = points_of(course.born, left)
        found = best_velocity(references, sex, Growing.WEIGHT, ages) if len(ages) > 1 else None
        if found is None or (-inf if found.z is None else found.z) >= rule.numbers["below_z"]:
            return None
        slow.append((left[-1], found))
        since = left[-1].on - timedelta(days=found.days)
        left = left[: [point.on for point in left].index(since) + 1]
    z = scores(left[-1], track[-1], Indicator.WFA)
    if z is None or z[0] - z[1] < rule.numbers["fall_z"]:
        return None
    return left[-1].on, say.slow(slow)


_KINDS: Mapping[str, Callable[[Rule, Course, tuple[Point, ...]], Found | None]] = {
    "birth_loss": _birth_loss,
    "birth_regain": _birth_regain,
    "birth_gain": _birth_gain,
    "loss": _loss,
    "standstill": _standstill,
    "fall": _fall,
    "rise": _rise,
    "catch_up": _catch_up,
    "lines": _lines,
    "velocity": _velocity,
}
