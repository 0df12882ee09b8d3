"""How many guidance teachers a population needs, and how many are in post.

Source: 岚政办字〔2024〕5号: 每万人口不低于1名; the ratio stands in the arguments of whoever calls, not here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Employment:
    """A teacher's time in post, both days included; `certified_until` None is not certified."""

    employed_from: date
    employed_to: date | None = None
    certified_until: date | None = None


@dataclass(frozen=True, slots=True)
class Staffing:
    """Staffing of a station or a district on one day; `population` None when nobody entered it."""

    population: int | None
    needed: int | None
    in_post: int
    certified: int
    gap: int | None
    """Teachers still missing, never negative; None when the need is unknown."""


def needed(population: int, per_teacher: int) -> int:
    """Teachers for a population: ceil(population / per_teacher).

    Args:
        population: Residents, not negative.
        per_teacher: Residents for each teacher, at least 1.
    """
    return -(-population // per_teacher)


def staffing(population: int | None, teachers: Iterable[Employment], on: date, per_teacher: int) -> Staffing:
    """Need and posts filled on a day; somebody whose certificate ends that day is still certified."""
    in_post = [t for t in teachers if t.employed_from <= on and (t.employed_to is None or on <= t.employed_to)]
    certified = sum(1 for t in in_post if t.certified_until is not None and on <= t.certified_until)
    need = None if population is None else needed(population, per_teacher)
    gap = None if need is None else max(0, need - len(in_post))
    return Staffing(population, need, len(in_post), certified, gap)


def in_all(stations: Iterable[Staffing]) -> Staffing:
    """The district: sums of its stations, the gap too, so that no township's surplus hides another's gap.

    The population, and so the need, is unknown as long as one station's is.
    """
    rows = list(stations)
    populations = [row.population for row in rows]
    needs = [row.needed for row in rows]
    return Staffing(
        None if None in populations else sum(p for p in populations if p is not None),
        None if None in needs else sum(n for n in needs if n is not None),
        sum(row.in_post for row in rows),
        sum(row.certified for row in rows),
        None if None in needs else sum(row.gap for row in rows if row.gap is not None),
    )
