"""What Unicode knows of Chinese characters that the pinyin dictionary does not: strokes and variants.

Kept as small text files (resources/names), each read once, when first asked for.
"""

from __future__ import annotations

from functools import cache
from itertools import combinations

from zhaohu import paths

_STRETCH = 64
_NO_STROKES = ord("0")


@cache
def _stretches() -> dict[int, bytes]:
    """Number of strokes, counted from "0", by stretches of 64 code points."""
    lines = (line.split(b" ") for line in _lines("names/strokes.txt"))
    return {int(start, 16) // _STRETCH: symbols for start, symbols in lines}


def strokes(character: str) -> int:
    """How many strokes a Chinese character has; 0 for one that Unicode 15 does not know."""
    code = ord(character)
    stretch = _stretches().get(code // _STRETCH)
    return stretch[code % _STRETCH] - _NO_STROKES if stretch else 0


@cache
def plain_characters() -> dict[int, str]:
    """Rare variants by code point, with the common character that is written for each: a table for `str.translate`."""
    plain: dict[int, str] = {}
    for file in ("names/variants.txt", "names/by_hand.txt"):
        for line in _lines(file):
            common, rare = line.decode("utf-8").split(" ")
            plain |= {ord(character): common for character in rare}
    return plain


@cache
def look_alikes() -> frozenset[frozenset[str]]:
    """Pairs of characters that are mistaken for one another because they look alike."""
    groups = [line.decode("utf-8") for line in _lines("names/look_alikes.txt")]
    return frozenset(frozenset(pair) for group in groups for pair in combinations(group, 2))


def _lines(name: str) -> list[bytes]:
    return [line for line in paths.resource(name).read_bytes().splitlines() if line and not line.startswith(b"#")]
