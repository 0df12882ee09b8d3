"""People's names: how they are found by pinyin, compared and sorted. The name itself is never changed."""

from __future__ import annotations

import os
import re
from enum import StrEnum
from functools import lru_cache
from itertools import product

from zhaohu import han
from zhaohu.rules.surnames import COMPOUND_SURNAMES, READINGS, SURNAMES

_DOTS = "\u00b7\u0387\u16eb\u2022\u2027\u2219\u22c5\u25cf\u2e31\u30fb\uff0e\uff65"
_SEPARATORS = re.compile(rf"\s*[{_DOTS}]\s*|(?<=[^\x00-\x7f])\s*[.。]\s*(?=[^\x00-\x7f])")
_SPACE_BESIDE_HAN = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_WORD = re.compile(r"[A-Za-z]+|[^\x00-\x7f·]")
_READINGS_OF_SURNAME = 3
_READINGS_OF_OTHERS = 2
_MOST_VARIANTS = 12
_LAST = "~"
"""Sorts after all letters: characters that have no reading stand at the end."""
_NO_STROKES = 99
_SHORTEST_NEAR = 3
"""One character more, less or other in a name of two is another name: 王伟 and 王芳."""


class Nearness(StrEnum):
    """How two names that may be one person's differ; the first that holds."""

    EQUAL = "equal"
    SAME_SOUND = "same_sound"
    VARIANT = "variant"
    ONE_CHARACTER = "one_character"


def normalise_name(name: str) -> str:
    """A name for matching only: one kind of separator (·), no blanks between Chinese characters, plain letters."""
    text = _SEPARATORS.sub("·", name)
    text = _SPACE_BESIDE_HAN.sub("", text.translate(_FULL_WIDTH))
    return " ".join(text.split())


@lru_cache(maxsize=16384)
def _readings(word: str) -> tuple[str, ...]:
    """The readings of one character without tones, the common one first; a Latin word reads as itself."""
    if word.isascii():
        return (word.lower(),)
    if word in READINGS:
        return READINGS[word]
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # words are 45 MB of memory; only characters are asked for
    from pypinyin import Style, pinyin

    found = pinyin(word, style=Style.NORMAL, heteronym=True, errors="ignore")
    if found:
        return tuple(dict.fromkeys(found[0]))
    common = plain_form(word)
    return _readings(common) if common != word else ()


def plain_form(name: str) -> str:
    """A name for matching, with the common character in place of every rare variant: 王𠮷 is 王吉."""
    return normalise_name(name).translate(han.plain_characters())


@lru_cache(maxsize=16384)
def _likely_readings(word: str, leads: bool, is_surname: bool) -> tuple[str, ...]:
    """The likely readings of one character or Latin word: as a surname's, when it is one, before the others."""
    as_surname = SURNAMES.get(word, ()) if is_surname else ()
    most = _READINGS_OF_SURNAME if leads else _READINGS_OF_OTHERS
    return tuple(dict.fromkeys((*as_surname, *_readings(word))))[:most]


def _words(plain: str) -> list[tuple[str, tuple[str, ...]]]:
    """Each character or Latin word of a normalised name with its possible readings; none for unreadable ones."""
    compound = COMPOUND_SURNAMES.get(plain[:2], ())
    words: list[tuple[str, tuple[str, ...]]] = [
        (character, (reading,)) for character, reading in zip(plain, compound, strict=False)
    ]
    for position, word in enumerate(_WORD.findall(plain[len(compound) :])):
        words.append((word, _likely_readings(word, position == 0, position == 0 and not compound)))
    return words


def _parts(name: str) -> list[tuple[str, ...]]:
    """The possible readings of each character or Latin word of a normalised name; unreadable ones are left out."""
    return [readings for _word, readings in _words(name) if readings]


def _variants(parts: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Ways to read a name out loud, the likely ones first."""
    choices = product(*(range(len(part)) for part in parts))
    likely = sorted(choices, key=sum)[:_MOST_VARIANTS]
    return [tuple(part[at] for part, at in zip(parts, choice, strict=True)) for choice in likely]


def search_keys(name: str) -> frozenset[str]:
    """What somebody may type to find a name: full pinyin, initials, the given name's pinyin, and its plain form.

    The likely readings of a surname and of each character count, up to twelve combinations. Latin letters are small.
    A name with rare variants has its `plain_form` too, in full and without the surname. Empty for a name without any
    letter or readable character.
    """
    plain = normalise_name(name)
    surname_parts = 2 if plain[:2] in COMPOUND_SURNAMES else 1
    keys: set[str] = set()
    for variant in _variants(_parts(plain)):
        initials = "".join(reading[0] for reading in variant)
        keys.update(("".join(variant), initials, "".join(variant[surname_parts:])))
    common = plain_form(name)
    if common != plain:
        keys.update((common, common[surname_parts:]))
    return frozenset(keys - {""})


def sounds(name: str) -> frozenset[str]:
    """How a name may sound in full, and the name itself for matching: alike names have one of these in common.

    A name with a character that has no reading sounds like nothing but itself.
    """
    plain = normalise_name(name)
    parts = _parts(plain)
    readable = bool(parts) and len(parts) == len(_WORD.findall(plain))
    return frozenset({plain, *("".join(variant) for variant in _variants(parts))} if readable else {plain})


def sounds_like(one: str, other: str) -> bool:
    """Whether two names are the same but for blanks and separators, or can be read alike in full."""
    return not sounds(one).isdisjoint(sounds(other))


@lru_cache(maxsize=16384)
def _heard_as(word: str, readings: tuple[str, ...]) -> frozenset[str]:
    return frozenset(readings or (word,))


@lru_cache(maxsize=65536)
def _likeness_form(name: str) -> tuple[str, str, tuple[frozenset[str], ...]]:
    """What names are compared by: without separators and cases, its plain form, and the readings of each part."""
    plain = normalise_name(name)
    bare = plain.replace("·", "").replace(" ", "").casefold()
    heard = tuple(_heard_as(word, readings) for word, readings in _words(plain))
    return bare, bare.translate(han.plain_characters()), heard


def near_names(one: str, other: str) -> Nearness | None:
    """How near two names are: equal, written with a variant, read alike, or one character apart; None for others.

    Separators, blanks and cases make no difference. Of two characters that look alike (未, 末) one counts as a
    variant of the other. One character apart are names of three or more where one is another, missing or too many.
    Two empty names are not near.
    """
    bare, plain, parts = _likeness_form(one)
    other_bare, other_plain, other_parts = _likeness_form(other)
    if not bare or not other_bare:
        return None
    if bare == other_bare:
        return Nearness.EQUAL
    if plain == other_plain or _looks_like(plain, other_plain):
        return Nearness.VARIANT
    if len(parts) == len(other_parts) and not any(map(frozenset.isdisjoint, parts, other_parts)):
        return Nearness.SAME_SOUND
    return Nearness.ONE_CHARACTER if _one_apart(plain, other_plain) else None


def _looks_like(one: str, other: str) -> bool:
    if len(one) != len(other):
        return False
    pairs = han.look_alikes()
    return all(a == b or frozenset((a, b)) in pairs for a, b in zip(one, other, strict=True))


def _one_apart(one: str, other: str) -> bool:
    """Whether one change, one insertion or one removal of a character makes one name the other."""
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    if len(long) < _SHORTEST_NEAR or len(long) - len(short) > 1:
        return False
    same = 0
    while same < len(short) and short[same] == long[same]:
        same += 1
    return short[same + (len(short) == len(long)) :] == long[same + 1 :]


@lru_cache(maxsize=65536)
def _sorted_as(word: str, as_surname: bool) -> str:
    """What one character or Latin word is sorted by: reading, strokes, code point."""
    if word.isascii():
        return word.lower()
    reading = (as_surname and SURNAMES.get(word)) or _readings(word) or (_LAST,)
    return f"{reading[0]} {han.strokes(word) or _NO_STROKES:02d}{word}"


def sort_key(name: str) -> str:
    """Sorts names as a Chinese directory does, character by character, the surname as it is read.

    By pinyin without tones, of the same sound by strokes, then by code point. Characters that have no reading stand
    after all that have one.
    """
    plain = normalise_name(name)
    compound = COMPOUND_SURNAMES.get(plain[:2], ())
    words = [
        f"{reading} {han.strokes(character):02d}{character}"
        for reading, character in zip(compound, plain, strict=False)
    ]
    for position, word in enumerate(_WORD.findall(plain[len(compound) :])):
        words.append(_sorted_as(word, position == 0 and not compound))
    return f"{' '.join(words)}\t{plain}"
