"""A measured day's assessments as text, to be kept; and back, to the last digit.

The text is compact JSON. Results stand in the order of `Indicator`, each as value, z, level by SD, level by percentile,
status and reason, without the empty ones at its end. Ages are completed days, completed months, days beyond them and
the length of the running month; 0 and 1 stand for the day's own chronological and corrected age.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from zhaohu.rules.growth.age import Age, Ages
from zhaohu.rules.growth.assess import Assessment, Measurement, Result, Scores
from zhaohu.rules.growth.series import MeasuredDay
from zhaohu.rules.growth.terms import Flag, Indicator, Level, Reason, Standard, Status

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
_KINDS = (float, float, Level, Level, Status, Reason)


def to_kept(day: MeasuredDay) -> str:
    """All that the standards say of a day; what was measured stands in the record that it comes from."""
    return _ENCODER.encode(_day(day))


def from_kept(kept: str, on: date, measured: Measurement, visit_id: str | None = None, under: str = "") -> MeasuredDay:
    """The day as it was assessed when it was kept.

    Args:
        kept: From `to_kept`.
        on: The day.
        measured: The measurements that were assessed.
        visit_id: The visit that they come from.
        under: The version of rules and tables, when that is not the present one.

    Raises:
        ValueError: It was not made by `to_kept`, or a later version of it knows words that this one does not.
    """
    return _read_day(json.loads(kept), on, measured, visit_id, under)


def _day(day: MeasuredDay) -> dict[str, Any]:
    ages = day.ages
    found: dict[str, Any] = {
        "ages": [_age(ages.chronological), _age(ages.corrected) if ages.corrected else None],
        "china": _assessment(day.china, ages),
        "who": _assessment(day.who, ages),
    }
    if day.preterm is not None:
        found["preterm"] = _assessment(day.preterm, ages)
    if day.either is not None:
        found["either"] = [_day(one) for one in day.either]
    return found


def _age(age: Age) -> list[int]:
    return [age.days, age.months, age.day_of_month, age.month_days]


def _assessment(assessment: Assessment, ages: Ages) -> list[Any]:
    both = (assessment.scores, assessment.chronological)
    return [_scores(scores, ages) for scores in both if scores is not None]


def _scores(scores: Scores, ages: Ages) -> list[Any]:
    own = (ages.chronological, ages.corrected)
    age = own.index(scores.age) if scores.age in own else _age(scores.age)
    return [age, [_result(result) for result in scores.results], list(scores.flags)]


def _result(result: Result) -> list[Any]:
    found = [result.value, result.z, result.level, result.level_pct, result.status, result.reason]
    while found and found[-1] is None:
        found.pop()
    return found


def _read_day(found: Any, on: date, measured: Measurement, visit_id: str | None, under: str) -> MeasuredDay:
    try:
        chronological, corrected = found["ages"]
        ages = Ages(Age(*chronological), Age(*corrected) if corrected else None)
        preterm = found.get("preterm")
        boy_and_girl = [_read_day(one, on, measured, visit_id, under) for one in found.get("either", ())]
        return MeasuredDay(
            on,
            ages,
            measured,
            _read_assessment(Standard.CHINA, found["china"], ages),
            _read_assessment(Standard.WHO, found["who"], ages),
            visit_id,
            (boy_and_girl[0], boy_and_girl[1]) if boy_and_girl else None,
            _read_assessment(Standard.INTERGROWTH, preterm, ages) if preterm else None,
            under,
        )
    except (KeyError, IndexError, TypeError) as error:
        raise ValueError("kept") from error


def _read_assessment(standard: Standard, found: Sequence[Any], ages: Ages) -> Assessment:
    return Assessment(standard, *(_read_scores(scores, ages) for scores in found))


def _read_scores(found: Sequence[Any], ages: Ages) -> Scores:
    place, results, flags = found
    age = Age(*place) if isinstance(place, list) else (ages.chronological, ages.corrected)[place]
    if age is None:
        raise ValueError("age")
    read = tuple(_read_result(indicator, one) for indicator, one in zip(Indicator, results, strict=True))
    return Scores(age, read, tuple(Flag(flag) for flag in flags))


def _read_result(indicator: Indicator, found: Sequence[Any]) -> Result:
    values = (None if value is None else kind(value) for kind, value in zip(_KINDS, found, strict=False))
    return Result(indicator, *values)
