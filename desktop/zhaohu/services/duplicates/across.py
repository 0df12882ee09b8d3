"""Children of two stations who may be one, for the center."""

from __future__ import annotations

from collections.abc import Callable, Collection

from sqlmodel import Session

from zhaohu.errors import Cancelled
from zhaohu.rules import duplicates as rules
from zhaohu.services.duplicates.duplicate_rows import everybody, families, known, like_entered
from zhaohu.services.duplicates.duplicates import Pair, key_of, pair_of, still_apart, told_apart

_MANY = 500
"""Children, above which it is quicker to look at the whole register once than at each of them."""


def across_stations(
    session: Session, child_ids: Collection[str], cancelled: Callable[[], bool] | None = None
) -> list[Pair]:
    """Pairs of one of these children and a child of another station, the surest first; without those told apart.

    Raises:
        Cancelled: It was asked for.
    """

    def advance(_done: int, _total: int) -> None:
        if cancelled is not None and cancelled():
            raise Cancelled

    wanted = known(session, child_ids)
    if len(wanted) > _MANY:
        people = {child.id: child for child in everybody(session)}
        judged = {
            key_of(pair.one, pair.other): pair.alike
            for pair in rules.pairs(people.values(), advance)
            if pair.one in wanted or pair.other in wanted
        }
    else:
        people, judged = {}, {}
        for child in wanted.values():
            advance(0, 0)
            entered, candidates = like_entered(session, child)
            for who, alike_ in rules.of_one(entered, candidates):
                if who.id != child.id:
                    people |= {child.id: entered, who.id: who}
                    judged[key_of(child.id, who.id)] = alike_
    apart = told_apart(session)
    shown = families(session, {one for pair in judged for one in pair})
    found = [
        pair_of(shown[one], shown[other], alike_)
        for (one, other), alike_ in judged.items()
        if shown[one].station != shown[other].station
        and not still_apart(apart.get((one, other), ()), people[one], people[other], alike_.grade)
    ]
    return sorted(found, key=lambda pair: (pair.grade.rank, pair.one.id, pair.other.id))
