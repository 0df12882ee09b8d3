"""People's names: how they are found by pinyin, compared and sorted. The name itself is never changed."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product

from zhaohu.rules.surnames import COMPOUND_SURNAMES, READINGS, SURNAMES

_SEPARATORS = re.compile(r"\s*[．•・‧∙⋅·●]\s*|(?<=[^\x00-\x7f])\s*\.\s*(?=[^\x00-\x7f])")
_SPACE_BESIDE_HAN = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_WORD = re.compile(r"[A-Za-z]+|[^\x00-\x7f·]")
_READINGS_OF_SURNAME = 3
_READINGS_OF_OTHERS = 2
_MOST_VARIANTS = 12
_LAST = "~"
"""Sorts after all letters: characters that have no reading stand at the end."""


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
    from pypinyin import Style, pinyin

    found = pinyin(word, style=Style.NORMAL, heteronym=True, errors="ignore")
    return tuple(dict.fromkeys(found[0])) if found else ()


def _parts(name: str) -> list[tuple[str, ...]]:
    """The possible readings of each character or Latin word of a normalised name; unreadable ones are left out."""
    compound = COMPOUND_SURNAMES.get(name[:2], ())
    parts: list[tuple[str, ...]] = [(reading,) for reading in compound]
    for position, word in enumerate(_WORD.findall(name[len(compound) :])):
        as_surname = SURNAMES.get(word, ()) if position == 0 and not compound else ()
        most = _READINGS_OF_SURNAME if position == 0 else _READINGS_OF_OTHERS
        parts.append(tuple(dict.fromkeys((*as_surname, *_readings(word))))[:most])
    return [part for part in parts if part]


def _variants(parts: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Ways to read a name out loud, the likely ones first."""
    choices = product(*(range(len(part)) for part in parts))
    likely = sorted(choices, key=sum)[:_MOST_VARIANTS]
    return [tuple(part[at] for part, at in zip(parts, choice, strict=True)) for choice in likely]


def search_keys(name: str) -> frozenset[str]:
    """What somebody may type to find a name: full pinyin, initials, and the given name's pinyin.

    The likely readings of a surname and of each character count, up to twelve combinations. Small letters only; empty
    for a name without any letter or readable character.
    """
    plain = normalise_name(name)
    surname_parts = 2 if plain[:2] in COMPOUND_SURNAMES else 1
    keys: set[str] = set()
    for variant in _variants(_parts(plain)):
        initials = "".join(reading[0] for reading in variant)
        keys.update(("".join(variant), initials, "".join(variant[surname_parts:])))
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


def sort_key(name: str) -> str:
    """Sorts names as a Chinese directory does: by pinyin, surname first; same sound by the characters.

    Characters that have no reading stand after all that have one.
    """
    plain = normalise_name(name)
    compound = COMPOUND_SURNAMES.get(plain[:2], ())
    words = list(compound)
    for position, word in enumerate(_WORD.findall(plain[len(compound) :])):
        as_surname = SURNAMES.get(word, ()) if position == 0 and not compound else ()
        words.append((as_surname or _readings(word) or (_LAST,))[0])
    return f"{' '.join(words)}\t{plain}"
