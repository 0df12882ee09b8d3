"""What no font of ours can draw on a paper: noted while it is drawn, and read again before it is printed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_BESIDE_NAME = re.compile(r"[\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f\u3000-\u3004\u3008-\u3020\uff01-\uff20]")
"""What a name does not go on over: blanks and marks, but not the dot within a name."""
_KEYWORDS = re.compile(rb"/Keywords \(([^)]*)\)")
_ONE = re.compile(r"(U\+[0-9A-F]{4,6})/([0-9]+)/([0-9]+)")


@dataclass(frozen=True, slots=True)
class Lacking:
    """A character that no font of ours has: its code point, its page, and which of its name or word it is, from 1."""

    code: str
    page: int
    position: int


def code_point(character: str) -> str:
    """A character as Unicode names it: U+20BB7."""
    return f"U+{ord(character):04X}"


def lacking_places(text: str, lacking: set[str], page: int) -> Iterator[Lacking]:
    """Where these characters stand in a text that is drawn on a page."""
    start = 0
    for at, character in enumerate(text):
        if _BESIDE_NAME.match(character):
            start = at + 1
        elif character in lacking:
            yield Lacking(code_point(character), page, at - start + 1)


def to_keywords(lacking: Iterable[Lacking]) -> str:
    """What is lacking, as the PDF's keywords keep it."""
    return " ".join(f"{one.code}/{one.page}/{one.position}" for one in lacking)


def lacking_in(pdf: bytes) -> list[Lacking]:
    """What our fonts lack for a paper of ours."""
    found = _KEYWORDS.search(pdf)
    words = found.group(1).decode("ascii", "replace") if found else ""
    return [Lacking(code, int(page), int(position)) for code, page, position in _ONE.findall(words)]
