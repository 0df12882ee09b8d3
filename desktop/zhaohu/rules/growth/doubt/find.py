"""The doubts about what was typed for one child on one day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from zhaohu.rules.growth.assess import SEXES, Measurement
from zhaohu.rules.growth.doubt.curve import age_on
from zhaohu.rules.growth.doubt.explain import Explanation, Visit
from zhaohu.rules.growth.doubt.fit import Child, Days, Fit, Values, values_of
from zhaohu.rules.growth.doubt.limits import possible
from zhaohu.rules.growth.doubt.rules import DoubtRules
from zhaohu.rules.growth.doubt.terms import PER_UNIT, SIZES, Cause, Doubt, Measure
from zhaohu.rules.growth.references import References
from zhaohu.rules.growth.series import Born
from zhaohu.rules.growth.terms import Position
from zhaohu.rules.growth.zscore import STANDING_SHORTER_MM, WHO_STANDING_FROM_DAY

_SHRINKS_TWICE_FROM_BIRTH = 2
"""Length and head at birth are measured by others, and the head is moulded."""


class Day(Protocol):
    """A day on which something was measured, such as a `MeasuredDay`."""

    @property
    def on(self) -> date:
        """The day."""
        ...

    @property
    def measured(self) -> Measurement:
        """What was measured."""
        ...


def doubts(
    rules: DoubtRules,
    references: References,
    born: Born,
    on: date,
    measured: Measurement,
    earlier: Iterable[Day],
    others: Sequence[tuple[str, Measurement]] = (),
    *,
    today: date | None = None,
) -> tuple[Doubt, ...]:
    """What is doubtful about the measurements of one day, with what was likely meant.

    Works without any other day too. With unknown sex only what is doubtful for a boy and for a girl is told. Of one
    measure there are at most two doubts, the likelier first.

    Args:
        rules: The thresholds.
        references: The published tables.
        born: The child.
        on: The day of measuring, as typed.
        measured: The numbers as typed, in g and mm.
        earlier: The child's other days; days after `on` count too.
        others: Measurements of brothers and sisters about the same day, with their names.
        today: No later day can be meant by a wrong date.
    """
    days = [(day.on, day.measured) for day in earlier]
    return search(Case(rules, references, born, on, measured, days, others, today))


@dataclass(frozen=True, slots=True)
class Case:
    """All that `doubts` is given, with the other days as plain measurements."""

    rules: DoubtRules
    references: References
    born: Born
    on: date
    measured: Measurement
    days: Days = ()
    others: Sequence[tuple[str, Measurement]] = ()
    today: date | None = None


def search(case: Case) -> tuple[Doubt, ...]:
    """As `doubts`."""
    born = case.born
    if case.on < born.on:
        return ()
    if any(on == case.on or on < born.on for on, _measured in case.days):
        case = replace(case, days=[day for day in case.days if day[0] != case.on and day[0] >= born.on])
    if born.sex in SEXES:
        return _Search(case, born.sex).run()
    as_boy, as_girl = (_Search(case, sex).run() for sex in SEXES)
    return tuple(_either(as_boy, as_girl, born.sex))


def _either(as_boy: Sequence[Doubt], as_girl: Sequence[Doubt], sex: int) -> list[Doubt]:
    """What is doubtful for both; a cause is named only when it is the same."""
    found: list[Doubt] = []
    for one in as_boy:
        same = [other for other in as_girl if other.measure is one.measure]
        alike = [other for other in same if (other.cause, other.likely) == (one.cause, one.likely)]
        if not same or any(done.measure is one.measure for done in found):
            continue
        if alike:
            found.append(replace(one, hard=one.hard and same[0].hard, sex=sex))
        elif one.measure in SIZES:
            found.append(replace(one, cause=Cause.UNUSUAL, likely=None, hard=one.hard and same[0].hard, sex=sex))
    return found


class _Search:
    """The search for one child of known sex."""

    def __init__(self, case: Case, sex: int) -> None:
        self.case, self.sex, self.rules = case, sex, case.rules
        child = Child.known(case.rules, case.references, case.born, sex, case.days)
        self.fit = Fit(child, case.on, case.measured.position)
        self.visit = Visit(self.fit, case.days, case.others, case.today)
        self.values = {size: value for size, value in values_of(case.measured).items() if size in self.fit.curves}

    def run(self) -> tuple[Doubt, ...]:
        found, values, open_ = self._explained()
        found += self._plain(values, open_)
        told = {doubt.measure for doubt in found}
        for size, value in self.values.items():
            if size not in told and not possible(self.rules, self.fit, size, value):
                found.append(self._doubt(Cause.UNUSUAL, size))
        return tuple(found)

    def _explained(self) -> tuple[list[Doubt], Values, frozenset[Measure]]:
        """The mistakes that explain what is unlikely, one after the other; the numbers as meant; which are left."""
        rules, found = self.rules, list[Doubt]()
        values: Values = dict(self.values)
        open_ = frozenset(values)
        tried_for = (cost for cause, cost in rules.costs.items() if cause is not Cause.SIBLING or self.case.others)
        least = min(tried_for) + rules.margin
        while open_:
            as_typed = self.fit.cost(values)
            if as_typed < least:
                break
            tried = self.visit.explanations(values, open_, as_typed - rules.margin)
            if not tried or tried[0].cost > as_typed - rules.margin:
                break
            best = tried[0]
            found += self._told(best, tried)
            if not best.meant:  # the date or the sex: the numbers are right
                return found, {}, frozenset()
            values, open_ = best.applied(values), open_ - best.meant.keys()
        return found, values, open_

    def _told(self, best: Explanation, tried: Sequence[Explanation]) -> list[Doubt]:
        if not best.meant:
            measure = Measure.DATE if best.cause is Cause.DATE else Measure.SEX
            return [Doubt(best.cause, measure, None, None, False, self.sex, self.case.born.on, self.case.on, best.on)]
        told = [self._doubt(best.cause, size, value, best.sibling) for size, value in best.meant.items()]
        if len(best.meant) == 1:
            ((size, value),) = best.meant.items()
            for other in tried[1:]:
                second = other.meant.get(size)
                if other.meant.keys() == {size} and second not in (value, None):
                    if other.cost <= best.cost + self.rules.second:
                        told.append(self._doubt(other.cause, size, second))
                    break
        return told

    def _plain(self, values: Values, open_: frozenset[Measure]) -> list[Doubt]:
        """What is unusual and nothing explains."""
        found = [self._doubt(Cause.SHRUNK, size, before=before) for size, before in self._shrunk(open_).items()]
        values = {size: value for size, value in values.items() if size not in {one.measure for one in found}}
        while far := {s: t for s, t in self._far(values).items() if s in open_}:
            worst = max(far, key=far.__getitem__)
            if far[worst] < self.rules.unusual:
                break
            size = self.rules.sizes[worst]
            z_of_all = (self.fit.z(worst, values[worst]) - size.mean) / size.spread
            own = bool(self.fit.child.past[worst]) and abs(z_of_all) < self.rules.unusual
            found.append(self._doubt(Cause.JUMP if own else Cause.UNUSUAL, worst))
            values = {size: value for size, value in values.items() if size is not worst}
        return found

    def _far(self, values: Values) -> dict[Measure, float]:
        """How far each number is from what is expected: beside the others, or by itself when all are off alike."""
        if self.fit.square(values) < self.rules.unusual**2:
            return {}
        together = self.fit.together(values)
        return {size: max(abs(off), abs(self.fit.alone(size, values[size]))) for size, off in together.items()}

    def _shrunk(self, open_: frozenset[Measure]) -> dict[Measure, float]:
        """Which measures are less than on the last day before, and what they were then (mm)."""
        found: dict[Measure, float] = {}
        for size in (Measure.LENGTH, Measure.HEAD):
            before = [
                (on, one)
                for on, day in self.case.days
                if on < self.case.on and (one := _as_lying(self.case.born, on, day, size))
            ]
            if size not in open_ or not before:
                continue
            on, last = max(before)
            now = _as_lying(self.case.born, self.case.on, self.case.measured, size)
            shrinks = self.rules.sizes[size].shrinks or 0.0
            allowed = shrinks * (_SHRINKS_TWICE_FROM_BIRTH if on == self.case.born.on else 1)
            if now and last - now > allowed:
                found[size] = last
        return found

    def _doubt(
        self,
        cause: Cause,
        size: Measure,
        meant: float | None = None,
        sibling: str = "",
        before: float | None = None,
    ) -> Doubt:
        unit = PER_UNIT[size]
        return Doubt(
            cause=cause,
            measure=size,
            value=self.values[size] / unit,
            likely=None if meant is None else round(meant / unit, 3),
            hard=not possible(self.rules, self.fit, size, self.values[size]),
            sex=self.sex,
            born=self.case.born.on,
            on=self.case.on,
            sibling=sibling,
            before=None if before is None else before / unit,
        )


def _as_lying(born: Born, on: date, measured: Measurement, size: Measure) -> float | None:
    """A length or head so that two ages can be compared: length as if lying, whichever way it was measured."""
    if size is Measure.HEAD or not measured.length_mm:
        return measured.head_mm if size is Measure.HEAD else None
    standing = measured.position is Position.STANDING
    if measured.position is None:
        standing = age_on(born, on).days >= WHO_STANDING_FROM_DAY
    return measured.length_mm + (STANDING_SHORTER_MM if standing else 0)
