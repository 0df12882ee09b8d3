"""Finding who is to be compared with whom without comparing everybody with everybody.

Two children are compared when they have a key in common: a number, a household, a telephone, a caregiver and birth
date or name, a name and birth date or village. Every likeness that `judge` knows has such a key.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from zhaohu.rules.duplicates.judging import Alike, Traits, judge_traits, traits
from zhaohu.rules.duplicates.terms import KnownChild

FAMILY_AT_MOST = 12
"""A telephone that more children share is an office's or a village doctor's, and says nothing of a family."""

Keys = Callable[[Traits], Iterator[Hashable]]
Advance = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two children who may be one, by their ids, the lesser first."""

    one: str
    other: str
    alike: Alike


def _numbers(who: Traits) -> Iterator[Hashable]:
    if who.id_number:
        yield who.id_number
    if who.child.certificate_no:
        yield who.child.certificate_no


def _households(who: Traits) -> Iterator[Hashable]:
    if who.child.household:
        yield who.child.household


def _telephones(who: Traits) -> Iterator[Hashable]:
    yield from who.phones
    yield from who.carer_ids


def _carers(who: Traits) -> Iterator[Hashable]:
    for carer in who.carers:
        yield carer, who.child.birth_date
        yield carer, who.name


def _names(who: Traits) -> Iterator[Hashable]:
    if who.for_now is None:
        yield who.name, who.child.birth_date
        if who.child.village:
            yield who.name, who.child.village


KEYS: tuple[Keys, ...] = (_numbers, _households, _telephones, _carers, _names)


def keys(who: Traits) -> Iterator[Hashable]:
    """All keys of a child, each with its kind."""
    for kind, of_kind in enumerate(KEYS):
        for key in of_kind(who):
            yield kind, key


def pairs(known: Iterable[KnownChild], advance: Advance | None = None) -> Iterator[Pair]:
    """All pairs of a register that may be one child, the surest first.

    Args:
        known: The children.
        advance: Told how many of how many steps are done; may raise to stop.
    """
    everybody = without_offices([traits(child) for child in known])
    candidates: set[tuple[int, int]] = set()
    for done, of_kind in enumerate(KEYS):
        if advance is not None:
            advance(done, len(KEYS) + 1)
        candidates.update(_sharing(everybody, of_kind))
    if advance is not None:
        advance(len(KEYS), len(KEYS) + 1)
    found = []
    for place, other_place in candidates:
        one, other = everybody[place], everybody[other_place]
        alike = judge_traits(one, other)
        if alike is not None:
            first, second = sorted((one.child.id, other.child.id))
            found.append(Pair(first, second, alike))
    return iter(sorted(found, key=lambda pair: (pair.alike.grade.rank, pair.one, pair.other)))


def of_one(child: KnownChild, known: Iterable[KnownChild]) -> list[tuple[KnownChild, Alike]]:
    """Those of some children who may be this one, the surest first."""
    me = traits(child)
    found = [(other, alike) for other in known if (alike := judge_traits(me, traits(other))) is not None]
    return sorted(found, key=lambda pair: (pair[1].grade.rank, pair[0].id))


def without_offices(everybody: Sequence[Traits]) -> list[Traits]:
    """The same children without telephones that too many share to be a family's."""
    counts = Counter(phone for who in everybody for phone in who.phones)
    offices = frozenset(phone for phone, n in counts.items() if n > FAMILY_AT_MOST)
    if not offices:
        return list(everybody)
    return [who if who.phones.isdisjoint(offices) else replace(who, phones=who.phones - offices) for who in everybody]


def _sharing(everybody: Sequence[Traits], of_kind: Keys) -> Iterator[tuple[int, int]]:
    first: dict[Hashable, int] = {}
    several: defaultdict[Hashable, list[int]] = defaultdict(list)
    for place, who in enumerate(everybody):
        for key in of_kind(who):
            before = first.setdefault(key, place)
            if before != place:
                several[key].append(place)
    for key, places in several.items():
        block = [first[key], *places]
        for at, place in enumerate(block):
            for other in block[at + 1 :]:
                yield place, other
