"""Which mistake would make the numbers of a visit likely: every one is tried, and weighed by how rare it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

from zhaohu.rules.ages import add_months
from zhaohu.rules.growth.assess import SEXES, Measurement
from zhaohu.rules.growth.doubt.fit import Child, Days, Fit, Values, values_of
from zhaohu.rules.growth.doubt.limits import possible
from zhaohu.rules.growth.doubt.terms import EXCHANGES, PER_UNIT, SIZES, Cause, Measure
from zhaohu.rules.growth.doubt.typed import meanings

_WRONG_MONTHS = (-24, -12, -1, 1, 12, 24)


@dataclass(frozen=True, slots=True)
class Explanation:
    """One mistake that may have been made.

    Args:
        cause: The mistake.
        meant: What the numbers it concerns should be, in g and mm; None where only the person can know.
        cost: How unlikely the visit is with it, its own rarity included.
        on: The day that was meant, for a wrong date.
        sibling: Whose numbers they are.
    """

    cause: Cause
    meant: Mapping[Measure, float | None]
    cost: float
    on: date | None = None
    sibling: str = ""

    def applied(self, values: Values) -> dict[Measure, float]:
        """The numbers as they were meant; what nobody knows is left out."""
        mended = {**values, **self.meant}
        return {size: value for size, value in mended.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Visit:
    """Numbers as typed, and what they are compared with.

    Args:
        fit: The child on the day as typed.
        days: Its other days.
        others: What was measured of its brothers and sisters about that day, with their names.
        today: No day after it can be meant.
    """

    fit: Fit
    days: Days
    others: Sequence[tuple[str, Measurement]]
    today: date | None

    def explanations(self, values: Values, open_: frozenset[Measure], most: float) -> list[Explanation]:
        """The mistakes that would make numbers likely, the likeliest first.

        Args:
            values: The numbers.
            open_: Those that may be wrong.
            most: What the first one may cost; a mistake that is rarer by itself is not tried.
        """
        found = [
            *self._numbers(values, open_),
            *self._exchanges(values, open_),
            *self._copies(values, open_),
            *self._siblings(values, open_),
        ]
        most = min((most, *(one.cost for one in found)))
        costs = self.fit.child.rules.costs
        if open_ >= values.keys() and len(values) > 1:
            found += self._dates(values) if costs[Cause.DATE] < most else ()
            found += self._sexes(values) if costs[Cause.SEX] < most else ()
        return sorted(found, key=lambda one: one.cost)

    def _numbers(self, values: Values, open_: frozenset[Measure]) -> Iterator[Explanation]:
        for size in SIZES:
            if size in open_ and size in self.fit.curves:
                for cause, number in meanings(size, values[size] / PER_UNIT[size]):
                    yield from self._meaning(cause, values, {size: round(number * PER_UNIT[size], 3)})

    def _exchanges(self, values: Values, open_: frozenset[Measure]) -> Iterator[Explanation]:
        for one, other in combinations(SIZES, 2):
            cause = EXCHANGES[frozenset({one, other})]
            if {one, other} <= open_:
                meant = {a: values[b] / PER_UNIT[b] * PER_UNIT[a] for a, b in ((one, other), (other, one))}
                yield from self._meaning(cause, values, meant)
            for here, there in ((one, other), (other, one)):
                if here in open_ and there not in values and there in self.fit.curves:
                    moved = values[here] / PER_UNIT[here] * PER_UNIT[there]
                    if self._likely(there, moved):
                        yield self._unknown(cause, values, (here,))

    def _copies(self, values: Values, open_: frozenset[Measure]) -> Iterator[Explanation]:
        """One number stands in two fields."""
        for one, other in combinations(SIZES, 2):
            if one in values and other in values and values[one] / PER_UNIT[one] == values[other] / PER_UNIT[other]:
                for wrong in {one, other} & open_:
                    yield self._unknown(EXCHANGES[frozenset({one, other})], values, (wrong,))

    def _siblings(self, values: Values, open_: frozenset[Measure]) -> Iterator[Explanation]:
        for name, measured in self.others:
            theirs = values_of(measured)
            same = tuple(size for size in values if theirs.get(size) == values[size])
            if same and len(same) >= min(2, len(values)) and open_ >= set(same):
                yield replace(self._unknown(Cause.SIBLING, values, same), sibling=name)

    def _dates(self, values: Values) -> Iterator[Explanation]:
        for on in _other_days(self.fit.on):
            if on < self.fit.child.born.on or (self.today is not None and on > self.today):
                continue
            other = Fit(self.fit.child, on, self.fit.position)
            if other.curves.keys() >= values.keys() and self._all_likely(other, values):
                cost = other.cost(values) + self.fit.child.rules.costs[Cause.DATE]
                yield Explanation(Cause.DATE, {}, cost, on=on)

    def _sexes(self, values: Values) -> Iterator[Explanation]:
        child = self.fit.child
        sex = SEXES[child.sex == SEXES[0]]
        other = Fit(
            Child.known(child.rules, child.references, child.born, sex, self.days), self.fit.on, self.fit.position
        )
        if self._all_likely(other, values):
            yield Explanation(Cause.SEX, {}, other.cost(values) + child.rules.costs[Cause.SEX])

    def _meaning(self, cause: Cause, values: Values, meant: Mapping[Measure, float]) -> Iterator[Explanation]:
        if all(size in self.fit.curves and self._likely(size, value) for size, value in meant.items()):
            cost = self.fit.cost({**values, **meant}) + self.fit.child.rules.costs[cause]
            yield Explanation(cause, meant, cost)

    def _unknown(self, cause: Cause, values: Values, sizes: Sequence[Measure]) -> Explanation:
        rest = {size: value for size, value in values.items() if size not in sizes}
        cost = self.fit.cost(rest) + self.fit.child.rules.costs[cause]
        return Explanation(cause, dict.fromkeys(sizes), cost)

    def _likely(self, size: Measure, value: float) -> bool:
        rules = self.fit.child.rules
        return possible(rules, self.fit, size, value) and abs(self.fit.alone(size, value)) <= rules.likely

    @staticmethod
    def _all_likely(fit: Fit, values: Values) -> bool:
        most = fit.child.rules.likely
        return all(abs(fit.alone(size, value)) <= most for size, value in values.items() if size in fit.curves)


def _other_days(on: date) -> Iterator[date]:
    """The days that are easily written as this one: another year or month, or day and month exchanged."""
    for months in _WRONG_MONTHS:
        yield add_months(on, months)
    with suppress(ValueError):
        if on.day != on.month:
            yield on.replace(month=on.day, day=on.month)
