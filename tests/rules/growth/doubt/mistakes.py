"""Mistakes put into true series on purpose, and whether the rule notices and names them.

`python -m tests.rules.growth.doubt.mistakes 10000` makes the table of desktop/zhaohu/rules/growth/doubt/README.md.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from math import sqrt
from random import Random

from tests.rules.growth.doubt.made_up import Series, make, twins

from zhaohu.rules.ages import add_months
from zhaohu.rules.growth.doubt import PER_UNIT, Cause, Doubt, DoubtRules, Measure, plain_number
from zhaohu.rules.growth.doubt.find import Case, search
from zhaohu.rules.growth.references import References

FIELD = {Measure.WEIGHT: "weight_g", Measure.LENGTH: "length_mm", Measure.HEAD: "head_mm"}


@dataclass(frozen=True)
class Mistake:
    """One visit with a mistake in it.

    Args:
        case: As the rule sees it.
        wrong: What is wrong, and what is right: a number in kg or cm, a day, or None where only the cause counts.
        cause: What the mistake is.
    """

    case: Case
    wrong: dict[Measure, float | date | None]
    cause: Cause

    def judge(self) -> tuple[bool, bool]:
        """Whether it is questioned at all, and whether the right value (or the right cause) is named."""
        found = search(self.case)
        asked = [doubt for doubt in found if self._concerns(doubt)]
        return bool(asked), all(any(self._names(doubt, m) for doubt in found) for m in self.wrong)

    def _concerns(self, doubt: Doubt) -> bool:
        return doubt.measure in self.wrong or self.cause in (Cause.DATE, Cause.SEX, Cause.SIBLING)

    def _names(self, doubt: Doubt, measure: Measure) -> bool:
        right = self.wrong[measure]
        if right is None:
            return doubt.cause is self.cause
        if isinstance(right, date):
            return doubt.likely_on == right
        return doubt.measure is measure and doubt.likely is not None and abs(doubt.likely - right) < 0.001


Maker = Callable[[Random, References, DoubtRules], "Mistake | None"]


def _case(throw: Random, references: References, rules: DoubtRules, series: Series) -> tuple[Case, int]:
    """One visit of a series as it is typed: with the days before it."""
    first = 1 if series.days[0][0] == series.born.on else 0
    at = throw.randrange(first, len(series.days))
    on, measured = series.days[at]
    return Case(rules, references, series.born, on, measured, series.days[:at], today=on), at


def _with(case: Case, **amounts: float | None) -> Case:
    return replace(case, measured=replace(case.measured, **amounts))


def _number(
    measures: tuple[Measure, ...], cause: Cause, change: Callable[[Random, Measure, float], float | None]
) -> Maker:
    """Mistakes that turn one number into another."""

    def maker(throw: Random, references: References, rules: DoubtRules) -> Mistake | None:
        case, _at = _case(throw, references, rules, make(throw, references))
        measure = throw.choice(measures)
        true = getattr(case.measured, FIELD[measure])
        typed = None if true is None else change(throw, measure, true / PER_UNIT[measure])
        if typed is None:
            return None
        case = _with(case, **{FIELD[measure]: round(typed * PER_UNIT[measure], 3)})
        return Mistake(case, {measure: true / PER_UNIT[measure]}, cause)

    return maker


def _swapped(throw: Random, _measure: Measure, number: float) -> float | None:
    text = plain_number(number)
    places = [i for i, sign in enumerate(text) if sign != "."]
    pairs = [(a, b) for a, b in pairwise(places) if text[a] != text[b]]
    if not pairs:
        return None
    a, b = throw.choice(pairs)
    signs = list(text)
    signs[a], signs[b] = signs[b], signs[a]
    return float("".join(signs))


def _exchanged(one: Measure, other: Measure, cause: Cause) -> Maker:
    def maker(throw: Random, references: References, rules: DoubtRules) -> Mistake | None:
        case, _at = _case(throw, references, rules, make(throw, references))
        a, b = getattr(case.measured, FIELD[one]), getattr(case.measured, FIELD[other])
        if a is None or b is None:
            return None
        typed = {FIELD[one]: b / PER_UNIT[other] * PER_UNIT[one], FIELD[other]: a / PER_UNIT[one] * PER_UNIT[other]}
        return Mistake(_with(case, **typed), {one: a / PER_UNIT[one], other: b / PER_UNIT[other]}, cause)

    return maker


def _moved(throw: Random, references: References, rules: DoubtRules) -> Mistake | None:
    """The weight in the field of the length, and no weight."""
    case, _at = _case(throw, references, rules, make(throw, references))
    weight = case.measured.weight_g
    case = _with(case, weight_g=None, length_mm=(weight or 0) / 1000 * 10)
    return Mistake(case, {Measure.LENGTH: None}, Cause.WEIGHT_IN_LENGTH)


def _copied(throw: Random, references: References, rules: DoubtRules) -> Mistake | None:
    """The length in the field of the head as well."""
    case, _at = _case(throw, references, rules, make(throw, references))
    return Mistake(_with(case, head_mm=case.measured.length_mm), {Measure.HEAD: None}, Cause.LENGTH_AS_HEAD)


def _siblings(throw: Random, references: References, rules: DoubtRules) -> Mistake | None:
    """The twin's numbers, whose record is written already."""
    mine, theirs = twins(throw, references)
    case, at = _case(throw, references, rules, mine)
    other = dict(theirs.days).get(case.on)
    if other is None or other == mine.days[at][1]:
        return None
    return Mistake(replace(case, measured=other, others=(("乙", other),)), {Measure.WEIGHT: None}, Cause.SIBLING)


def _date(months: int) -> Maker:
    def maker(throw: Random, references: References, rules: DoubtRules) -> Mistake | None:
        case, _at = _case(throw, references, rules, make(throw, references))
        typed = add_months(case.on, -months)
        if typed < case.born.on or add_months(typed, months) != case.on:
            return None
        return Mistake(replace(case, on=typed), {Measure.DATE: case.on}, Cause.DATE)

    return maker


def _sex(throw: Random, references: References, rules: DoubtRules) -> Mistake | None:
    case, _at = _case(throw, references, rules, make(throw, references))
    born = replace(case.born, sex=3 - case.born.sex)
    return Mistake(replace(case, born=born), {Measure.SEX: None}, Cause.SEX)


def _times(factor: float) -> Callable[[Random, Measure, float], float]:
    return lambda _throw, _measure, number: number * factor


W, L, H = Measure.WEIGHT, Measure.LENGTH, Measure.HEAD
KINDS: dict[str, Maker] = {
    "two digits swapped, weight": _number((W,), Cause.SWAPPED_DIGITS, _swapped),
    "two digits swapped, length": _number((L,), Cause.SWAPPED_DIGITS, _swapped),
    "two digits swapped, head": _number((H,), Cause.SWAPPED_DIGITS, _swapped),
    "decimal point lost (×10)": _number((W, L, H), Cause.DECIMAL_SLIP, _times(10)),
    "decimal point too early (÷10)": _number((W, L, H), Cause.DECIMAL_SLIP, _times(0.1)),
    "decimal point two places off (×100)": _number((W, L, H), Cause.DECIMAL_SLIP, _times(100)),
    "jin for kg (×2)": _number((W,), Cause.JIN, _times(2)),
    "g for kg (×1000)": _number((W,), Cause.GRAMS, _times(1000)),
    "mm for cm (×10)": _number((L, H), Cause.MILLIMETRES, _times(10)),
    "m for cm (÷100)": _number((L, H), Cause.METRES, _times(0.01)),
    "weight and length exchanged": _exchanged(W, L, Cause.WEIGHT_IN_LENGTH),
    "weight in the field of the length": _moved,
    "length and head exchanged": _exchanged(L, H, Cause.LENGTH_AS_HEAD),
    "length in the field of the head too": _copied,
    "the twin's numbers": _siblings,
    "date: a year too early": _date(12),
    "date: a month too early": _date(1),
    "sex wrong": _sex,
}


def seeded(kind: str, count: int, references: References, rules: DoubtRules) -> Iterator[Mistake]:
    """So many mistakes of a kind; always the same ones."""
    throw = Random(f"mistakes {kind}")
    while count:
        found = KINDS[kind](throw, references, rules)
        if found is not None:
            count -= 1
            yield found


def caught(kind: str, count: int, references: References, rules: DoubtRules) -> tuple[int, int]:
    """How many are questioned, and how many named rightly."""
    judged = [mistake.judge() for mistake in seeded(kind, count, references, rules)]
    return sum(asked for asked, _named in judged), sum(asked and named for asked, named in judged)


def questioned(series: Series, references: References, rules: DoubtRules, others: Series | None = None) -> list[Doubt]:
    """All doubts about a true series, typed visit by visit."""
    theirs = dict(others.days) if others else {}
    found: list[Doubt] = []
    for at, (on, measured) in enumerate(series.days):
        siblings = (("乙", theirs[on]),) if on in theirs else ()
        found += search(Case(rules, references, series.born, on, measured, series.days[:at], siblings, on))
    return found


def true_series(count: int, references: References) -> Iterator[tuple[Series, Series | None]]:
    """So many true series, three in a hundred of twins; always the same ones."""
    throw = Random("true series")
    for _n in range(count):
        if throw.random() < 0.03:
            yield twins(throw, references)
        else:
            yield make(throw, references), None


def wilson(hits: int, count: int) -> tuple[float, float]:
    """The 95 % confidence interval of a share (Wilson), in percent."""
    z, share = 1.96, hits / count
    middle, half = share + z * z / (2 * count), z * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return tuple(100 * max(0.0, end) / (1 + z * z / count) for end in (middle - half, middle + half))  # type: ignore[return-value]


def _main(count: int) -> None:
    from zhaohu.services import reference

    references, rules = reference.growth_references(), reference.doubt_rules()
    say = sys.stdout.write
    say(f"| mistake ({count:,} of each) | questioned | named rightly |\n| --- | ---: | ---: |\n")
    for kind in KINDS:
        asked, named = caught(kind, count, references, rules)
        say(f"| {kind} | {100 * asked / count:.1f} % | {100 * named / count:.1f} % |\n")
    kinds: dict[str, list[int]] = {}
    values, doubted, hard = 0, 0, 0
    causes: dict[str, int] = {}
    for series, other in true_series(count, references):
        found = questioned(series, references, rules, other)
        values += sum(1 for _on, m in series.days for v in (m.weight_g, m.length_mm, m.head_mm) if v)
        doubted += len(found)
        hard += any(doubt.hard for doubt in found)
        kinds.setdefault(series.kind, []).append(bool(found))
        for doubt in found:
            causes[doubt.cause] = causes.get(doubt.cause, 0) + 1
    say(f"\n| true series ({count:,}) | questioned | 95 % interval |\n| --- | ---: | ---: |\n")
    for kind, hits in [("all", [hit for some in kinds.values() for hit in some]), *sorted(kinds.items())]:
        low, high = wilson(sum(hits), len(hits))
        say(f"| {kind} ({len(hits):,}) | {100 * sum(hits) / len(hits):.2f} % | {low:.2f} to {high:.2f} % |\n")
    say(f"\nOf {values:,} true numbers {doubted} are questioned; series with a refused number: {hard}.\n{causes}\n")


if __name__ == "__main__":
    _main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
