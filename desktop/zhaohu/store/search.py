"""Finding children as one types: part of a name, pinyin, initials, digits, caregiver, village, or a scanned code.

Every key is found by its beginning: a name has a key for each of its endings, a number one forwards and one from its
last digit. Several words narrow.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from sqlalchemy import Connection
from sqlmodel import Session

from zhaohu.rules.names import normalise_name, search_keys
from zhaohu.rules.paper_code import read_code
from zhaohu.store.session import fetch_columns

_FROM_THE_END = "-"
_FEWEST_DIGITS = 2
_BEYOND = "\U0010ffff"
_FEW = 2000
"""So many children are looked at one by one; more are narrowed by the database."""
_FEW_VILLAGES = 8
_AT_ONCE = 200
_SHELVES = (0, 1)
_RANGE = "key >= ? AND key < ?"


_OF_FEW_VILLAGES = """
SELECT no FROM child_facts WHERE village_id IN (SELECT value FROM json_each(?)) AND shelf = ? ORDER BY +name_key, no
"""
_OF_MANY_VILLAGES = """
SELECT no FROM child_facts INDEXED BY ix_child_facts_name_key
WHERE +village_id IN (SELECT value FROM json_each(?)) AND shelf = ? AND status > '' ORDER BY status, name_key, no
"""
_ALL_OF_VILLAGES = """
SELECT no FROM child_facts WHERE village_id IN (SELECT value FROM json_each(?)) AND shelf IN (0, 1)
"""
_COUNT_OF_VILLAGES = """
SELECT count(*) FROM (SELECT 1 FROM child_facts WHERE village_id IN (SELECT value FROM json_each(?)) LIMIT ?)
"""


@dataclass(frozen=True, slots=True)
class Carer:
    """A caregiver as far as a child is found by one."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class _Word:
    """One word of a query: beginnings of keys, and the villages that it may mean."""

    beginnings: tuple[str, ...]
    villages: frozenset[str]

    def fits(self, keys: str, village_id: str) -> bool:
        return village_id in self.villages or any(f"\n{beginning}" in keys for beginning in self.beginnings)

    @property
    def ranges(self) -> list[tuple[str, str]]:
        return [(beginning, beginning + _BEYOND) for beginning in self.beginnings]


def keys_of(name: str, carers: Iterable[Carer], numbers: Iterable[str]) -> frozenset[str]:
    """All that finds a child: its own and its caregivers' names, telephones, and its numbers."""
    keys = set(_name_keys(name))
    for carer in carers:
        keys |= _name_keys(carer.name)
        keys.update(_number_keys(carer.phone))
    for number in numbers:
        keys.update(_number_keys(number))
    return frozenset(keys)


@lru_cache(maxsize=4096)
def _name_keys(name: str) -> frozenset[str]:
    """Every ending of a name that begins with a Chinese character or a Latin word, and how it may be read."""
    words = _WORD.findall(normalise_name(name).replace("·", " ").lower())
    return frozenset("".join(words[start:]) for start in range(len(words))) | {key.lower() for key in search_keys(name)}


_WORD = re.compile(r"[\x21-\x7e]+|[^\s\x00-\x7f]")


def _number_keys(number: str) -> Iterator[str]:
    plain = re.sub(r"[^0-9a-z]", "", number.lower())
    if len(plain) >= _FEWEST_DIGITS:
        yield plain
        yield _FROM_THE_END + plain[::-1]


def find(session: Session, query: str, limit: int) -> list[int]:
    """Short numbers of the children that fit what somebody typed: those on the register first, by key.

    Args:
        session: The profile.
        query: As typed, or scanned: the code of a child's paper gives exactly that child.
        limit: At most so many.
    """
    if (child_id := read_code(query)) is not None:
        return _by_id(session, child_id)
    ways = _ways(session, query)
    found: dict[int, None] = {}
    for shelf in _SHELVES:
        for words in ways:
            for no in _candidates(session.connection(), shelf, words):
                found.setdefault(no)
                if len(found) == limit:
                    return list(found)
    return list(found)


def matching(session: Session, query: str) -> set[int]:
    """Short numbers of all children that fit what somebody typed, on whatever shelf but the removed."""
    if (child_id := read_code(query)) is not None:
        return set(_by_id(session, child_id))
    found: set[int] = set()
    for words in _ways(session, query):
        found |= set.intersection(*(_all_of_word(session, word) for word in words))
    return found


def _all_of_word(session: Session, word: _Word) -> set[int]:
    sql = f"SELECT no FROM search_key WHERE shelf = ? AND {_RANGE}"  # noqa: S608 - our own text
    found: set[int] = set()
    for shelf in _SHELVES:
        for low, high in word.ranges:
            found.update(*fetch_columns(session, ("no",), sql, (shelf, low, high)))
    if word.villages:
        found.update(*fetch_columns(session, ("no",), _ALL_OF_VILLAGES, (json.dumps(sorted(word.villages)),)))
    return found


def _ways(session: Session, query: str) -> list[tuple[_Word, ...]]:
    """How a query may be meant: as one name or its pinyin with blanks in it, or as words each of which must fit."""
    words = query.split()
    if not words:
        return []
    villages = _villages(session)
    whole = _word("".join(words) if query.isascii() else normalise_name(query), villages)
    several = tuple(_word(word, villages) for word in words)
    return [(whole,), several] if len(several) > 1 else [(whole,)]


def _villages(session: Session) -> Mapping[str, str]:
    rows = session.connection().exec_driver_sql("SELECT id, name FROM village WHERE deleted_at IS NULL")
    return dict(rows.all())


def _word(typed: str, villages: Mapping[str, str]) -> _Word:
    plain = re.sub(r"[\s·']", "", normalise_name(typed).lower().replace("ü", "v"))
    if plain.isascii() and re.search(r"[0-9]", plain):
        plain = re.sub(r"[^0-9a-z]", "", plain)  # a number, with whatever stands between its groups
    beginnings = [plain] if plain.strip(_FROM_THE_END) else []
    if re.fullmatch(rf"[0-9]{{{_FEWEST_DIGITS},}}x?|[0-9]x", plain):
        beginnings.append(_FROM_THE_END + plain[::-1])
    meant = (key for key, name in villages.items() if plain and (plain in name or _sounds(name, plain)))
    return _Word(tuple(beginnings), frozenset(meant))


def _sounds(name: str, plain: str) -> bool:
    return plain.isascii() and any(key.startswith(plain) for key in _name_keys(name))


def _candidates(connection: Connection, shelf: int, words: Sequence[_Word]) -> Iterator[int]:
    """The children of a shelf that fit all words, in the order of the keys of the rarest."""
    if len(words) == 1:
        yield from _of_word(connection, shelf, words[0])
        return
    counted = sorted(((_count(connection, shelf, word), place) for place, word in enumerate(words)))
    (fewest, place), others = counted[0], [words[place] for _count_, place in counted[1:]]
    if fewest == 0:
        return
    numbers = _of_word(connection, shelf, words[place])
    first = islice(numbers, _FEW)
    while some := list(islice(first, _AT_ONCE)):
        yield from _fitting(connection, some, others)
    if fewest >= _FEW:
        yield from _narrowed(connection, shelf, [words[place], *others])


def _of_word(connection: Connection, shelf: int, word: _Word) -> Iterator[int]:
    for low, high in word.ranges:
        rows = connection.exec_driver_sql(
            f"SELECT no FROM search_key WHERE shelf = ? AND {_RANGE} ORDER BY key, no",  # noqa: S608 - our own text
            (shelf, low, high),
        )
        yield from _one_by_one(rows)
    if word.villages:
        sql = _OF_FEW_VILLAGES if len(word.villages) <= _FEW_VILLAGES else _OF_MANY_VILLAGES
        rows = connection.exec_driver_sql(sql, (json.dumps(sorted(word.villages)), shelf))
        yield from _one_by_one(rows)


def _one_by_one(rows: Iterable[tuple[int]]) -> Iterator[int]:
    return (row[0] for row in rows)


def _count(connection: Connection, shelf: int, word: _Word) -> int:
    """How many children a word may fit, counted no further than needed to know that they are many."""
    run = connection.exec_driver_sql
    total = 0
    for low, high in word.ranges:
        sql = f"SELECT count(*) FROM (SELECT 1 FROM search_key WHERE shelf = ? AND {_RANGE} LIMIT ?)"  # noqa: S608
        total += run(sql, (shelf, low, high, _FEW)).scalar_one()
    if word.villages:
        total += run(_COUNT_OF_VILLAGES, (json.dumps(sorted(word.villages)), _FEW)).scalar_one()
    return total


def _fitting(connection: Connection, numbers: Sequence[int], words: Sequence[_Word]) -> Iterator[int]:
    rows = connection.exec_driver_sql(
        "SELECT f.no, k.keys, f.village_id FROM json_each(?) j JOIN child_facts f ON f.no = j.value "
        "JOIN child_keys k ON k.no = f.no ORDER BY j.id",
        (json.dumps(numbers),),
    )
    return (no for no, keys, village_id in rows.all() if all(word.fits(keys, village_id) for word in words))


def _narrowed(connection: Connection, shelf: int, words: Sequence[_Word]) -> Iterator[int]:
    """Where every word fits many: the database keeps the numbers of each together."""
    parts, values = [], []
    for word in words:
        either = [f"SELECT no FROM search_key WHERE shelf = ? AND {_RANGE}" for _range in word.ranges]  # noqa: S608
        values += [value for low, high in word.ranges for value in (shelf, low, high)]
        if word.villages:
            either.append("SELECT no FROM child_facts WHERE village_id IN (SELECT value FROM json_each(?))")
            values.append(json.dumps(sorted(word.villages)))
        parts.append(f"f.no IN ({' UNION ALL '.join(either)})")
    rows = connection.exec_driver_sql(
        f"SELECT f.no FROM child_facts f WHERE f.shelf = ? AND {' AND '.join(parts)}",  # noqa: S608 - our own text
        (shelf, *values),
    )
    return _one_by_one(rows)


def _by_id(session: Session, child_id: str) -> list[int]:
    rows = session.connection().exec_driver_sql(
        "SELECT no FROM child_facts WHERE child_id = ? AND shelf IN (0, 1)", (child_id,)
    )
    return list(rows.scalars())
