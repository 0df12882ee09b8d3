"""The rules of the trend as values; `loading` reads them from resources/growth/trend.toml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from zhaohu.rules.growth.terms import Indicator, Status
from zhaohu.rules.growth.trend.terms import Basis, Measure, Urgency, Verdict
from zhaohu.rules.schedule import Schedule


class Births(StrEnum):
    """For which births a rule holds; small is preterm or under 2,500 g."""

    ALL = "all"
    TERM = "term"
    PRETERM = "preterm"
    SMALL = "small"
    NOT_SMALL = "not_small"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule about growth over time.

    Args:
        numbers: What its kind needs, by name.
        indicator: For kinds that look at z-scores.
        since_best: Whether it compares with the best measurement of the time allowed, and not only with the last.
        lines: z of the printed lines with their names, for kind lines.
        spans: (to_days, days): how long a standstill must last, by age.
        may_refer: Whether a finding to be rechecked becomes one to refer when it does not go away.
    """

    name: str
    kind: str
    of: Measure
    indicator: Indicator | None
    verdict: Verdict
    urgency: Urgency
    from_days: int
    to_days: int
    births: Births
    numbers: Mapping[str, float]
    since_best: bool
    lines: tuple[tuple[float, str], ...]
    spans: tuple[tuple[int, int], ...]
    may_refer: bool
    source: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Condition:
    """What the last measurement may show by itself; z bounds are for `indicator`.

    `from_days`: the age from which it counts in a child whose birth weight is known.
    """

    name: str
    statuses: frozenset[Status]
    indicator: Indicator | None
    below_z: float
    above_z: float
    oedema: bool
    from_days: int
    urgency: Urgency
    refer_after_visits: int | None
    refer_after_days: int | None
    better_z: float
    source: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Advice:
    """A sentence for the family; `of` narrows the verdicts to weight or length."""

    verdicts: frozenset[Verdict]
    statuses: frozenset[Status]
    of: Measure | None
    from_months: int
    to_months: int
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class TrendRules:
    """Everything that judging a trend needs besides the child and the references.

    Args:
        errors: For weight, length and head: (to_days, g or mm) that two measurements may differ by.
        checks: (urgency, to_days, days) until the next check.
        preterm_checks: (to_days of corrected age, days) until the next check of every preterm child.
        schedule: Whose next contact counts when it comes first.
    """

    persists_days: int
    earliest_days: int
    line_tolerance_z: float
    routine_days: int
    errors: Mapping[Measure, tuple[tuple[int, int], ...]]
    rules: tuple[Rule, ...]
    conditions: tuple[Condition, ...]
    checks: tuple[tuple[Urgency, int, int], ...]
    preterm_checks: tuple[tuple[int, int], ...]
    advice: tuple[Advice, ...]
    schedule: Schedule

    def error(self, of: Measure, age_days: int) -> int:
        """What two measurements at an age may differ by, in g or mm, without anything having changed."""
        return up_to(self.errors[of], age_days)


def up_to(steps: tuple[tuple[int, int], ...], age_days: int) -> int:
    """The value of the first step that reaches to an age; beyond all of them the last one's."""
    return next((value for to_days, value in steps if age_days <= to_days), steps[-1][1])


def trend_terms(rules: TrendRules) -> Iterator[str]:
    """Every Chinese word of the rules that screen or paper shows, for the `forms` catalog."""
    yield from map(str, Verdict)
    for rule in rules.rules:
        yield rule.source
    for condition in rules.conditions:
        yield condition.source
    for advice in rules.advice:
        yield advice.text
