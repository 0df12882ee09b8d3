"""What doubts rest on, as data: every number of resources/growth/doubts.toml, which gives the reason for each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from zhaohu.rules.growth.doubt.terms import SIZES, Cause, Measure


@dataclass(frozen=True, slots=True)
class SizeRules:
    """What is known of one measure.

    Args:
        mean: Mean z-score of children here.
        spread: Standard deviation of the z-scores of children here.
        drift: How fast a child leaves its own line: correlation of two z-scores is exp(−drift × growth time between).
        noise: Error of a measurement, in the record's unit (g, mm).
        noise_at_birth: The same for what a birth certificate says, and before the 40-week date.
        least: Less than this share of the median is no child of this age and sex.
        most: More than this share of the median neither.
        shrinks: How much less than before may be measuring error, in mm; None where less is no mistake (weight).
        repeat: How far two measurements may lie apart, in the record's unit.
    """

    mean: float
    spread: float
    drift: float
    noise: float
    noise_at_birth: float
    least: float
    most: float
    shrinks: float | None
    repeat: float


@dataclass(frozen=True, slots=True)
class DoubtRules:
    """All thresholds.

    Args:
        sizes: By measure.
        together: Correlation of two measures of a child, by the pair.
        tails: Degrees of freedom of Student's t, by which deviations are weighed.
        unusual: Deviation (in spreads) from which a value is doubted though nothing explains it.
        likely: Deviation up to which an explanation's value counts as likely.
        margin: By how much (natural log of the odds) an explanation must be better than the value as typed.
        second: A second explanation is told when it is at most so much worse than the first.
        costs: How rare each cause is: minus the natural log of its odds.
    """

    sizes: Mapping[Measure, SizeRules]
    together: Mapping[tuple[Measure, Measure], float]
    tails: float
    unusual: float
    likely: float
    margin: float
    second: float
    costs: Mapping[Cause, float]


def parse_doubts(text: str) -> DoubtRules:
    """Read the thresholds.

    Raises:
        ValueError: One is missing, superfluous, no number, or has no reason.
    """
    tables = {name: _values(name, table) for name, table in tomllib.loads(text).items()}
    try:
        judging, together, costs = tables.pop("judging"), tables.pop("together"), tables.pop("costs")
        pairs = ((Measure.WEIGHT, Measure.LENGTH), (Measure.WEIGHT, Measure.HEAD), (Measure.LENGTH, Measure.HEAD))
        both = {pair: together.pop(f"{pair[0]}_{pair[1]}") for pair in pairs}
        sizes = {size: _size(tables.pop(size)) for size in SIZES}
        rules = DoubtRules(
            sizes=MappingProxyType(sizes),
            together=MappingProxyType({**both, **{(b, a): value for (a, b), value in both.items()}}),
            costs=MappingProxyType({Cause(name): value for name, value in costs.items()}),
            **judging,
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"doubts.toml: {error}") from error
    if tables or together:
        raise ValueError(f"doubts.toml: {[*tables, *together]}")
    return rules


def _size(values: dict[str, float]) -> SizeRules:
    shrinks = values.pop("shrinks", None)
    return SizeRules(shrinks=shrinks, **values)


def _values(name: str, table: Mapping[str, Any]) -> dict[str, float]:
    found = {}
    for key, entry in table.items():
        if set(entry) != {"value", "why"} or not isinstance(entry["value"], int | float) or not entry["why"]:
            raise ValueError(f"doubts.toml: {name}.{key}")
        found[key] = float(entry["value"])
    return found
