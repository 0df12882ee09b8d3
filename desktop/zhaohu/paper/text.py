"""Setting text: pieces of differing kind flow into lines, broken as Chinese and Latin text are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from zhaohu.paper.fonts import printable, text_width

LEADING = 1.35
"""Distance of lines, in type sizes."""
NOT_FIRST = frozenset("。，、；：？！）】》〉」』”’…—～·％‰℃°!%),.:;?]}")
NOT_LAST = frozenset("（【《〈「『“‘([{")
_TOKEN = re.compile(r"[!-~]+| |.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text of one kind.

    Args:
        underline: A line is drawn beneath: a blank that was, or will be, filled in.
        least: Points that it takes at least, for blanks.
        keep: It is not broken over lines if a line can hold it.
        grey: It is set in grey: a hint beside a blank, no answer.
    """

    text: str
    bold: bool = False
    underline: bool = False
    least: float = 0.0
    keep: bool = False
    grey: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A stretch within a line: where it begins, and how wide it is, in points."""

    x: float
    width: float
    piece: Piece


Line = tuple[Placed, ...]


def words(text: str) -> list[str]:
    """Where a line may break: after each Chinese character and each Latin word, save at marks that must not part."""
    found: list[str] = []
    glued = False
    for mark in _TOKEN.findall(text):
        if found and found[-1] != " " and mark != " " and (glued or mark[0] in NOT_FIRST):
            found[-1] += mark
        else:
            found.append(mark)
        glued = mark[-1] in NOT_LAST
    return found


def _split(piece: Piece, width: float, size: float) -> Iterator[Piece]:
    """The pieces that a line cannot part, none wider than the line."""
    text = printable(piece.text)
    least = min(piece.least, width)
    if least and text_width(text, size, bold=piece.bold) + 4 <= least:
        yield replace(piece, text=text, least=least, keep=False)
        return
    for word in [text] if piece.keep else words(text):
        if text_width(word, size, bold=piece.bold) <= width:
            yield _part(piece, word)
            continue
        for part in _with_numbers(words(word)) if piece.keep else [word]:
            yield from _chopped(part, piece, width, size)


def _chopped(word: str, piece: Piece, width: float, size: float) -> Iterator[Piece]:
    """A word longer than a line, cut where the line ends."""
    start = 0
    for end in range(1, len(word) + 1):
        if end - start > 1 and text_width(word[start:end], size, bold=piece.bold) > width:
            yield _part(piece, word[start : end - 1])
            start = end - 1
    yield _part(piece, word[start:])


def _with_numbers(parts: list[str]) -> Iterator[str]:
    """The same, a number in one with what it counts."""
    number = ""
    for part in parts:
        if part.isdecimal():
            number += part
        else:
            yield number + part
            number = ""
    if number:
        yield number


def _part(piece: Piece, text: str) -> Piece:
    """Some of a piece's words, drawn as the piece is."""
    return Piece(text, piece.bold, piece.underline, grey=piece.grey)


def flow(pieces: Iterable[Piece], width: float, size: float) -> list[Line]:
    """Break pieces into lines of `width` points; a newline within a piece begins a new line."""
    lines: list[list[Placed]] = [[]]
    x = 0.0
    for piece in pieces:
        for number, paragraph in enumerate(piece.text.split("\n")):
            if number:
                lines.append([])
                x = 0.0
            whole = piece if paragraph == piece.text else replace(piece, text=paragraph)
            for part in _split(whole, width, size):
                part_width = max(part.least, text_width(part.text, size, bold=part.bold))
                if x and x + part_width > width + 0.01:
                    lines.append([])
                    x = 0.0
                if part.text != " " or x or part.underline:  # no line begins with a space
                    _place(lines[-1], x, part_width, part)
                    x += part_width
    return [tuple(line) for line in lines]


@lru_cache(maxsize=4096)
def flowed(pieces: tuple[Piece, ...], width: float, size: float) -> tuple[Line, ...]:
    """As `flow`, kept: most cells of a form are alike, blanks and the usual findings."""
    return tuple(flow(pieces, width, size))


def _place(line: list[Placed], x: float, width: float, part: Piece) -> None:
    """Add a part to a line, joined to the one before when they are drawn alike."""
    last = line[-1] if line else None
    alike = last and _look(last.piece) == _look(part)
    if last and alike and not part.least and not last.piece.least:
        joined = _part(part, last.piece.text + part.text)
        line[-1] = Placed(last.x, last.width + width, joined)
    else:
        line.append(Placed(x, width, part))


def _look(piece: Piece) -> tuple[bool, bool, bool]:
    return piece.bold, piece.underline, piece.grey


def wrap(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Break plain text into lines of `width` points."""
    lines = flow([Piece(text, bold)], width, size)
    return ["".join(placed.piece.text for placed in line).rstrip() for line in lines]


def fit(
    text: str, width: float, height: float, sizes: tuple[float, ...], *, bold: bool = False
) -> tuple[float, list[str]]:
    """The largest of `sizes` at which the text stands within width and height, and its lines.

    At the last size, lines that do not fit are cut and the cut is shown by an ellipsis.
    """
    whole = printable(text)
    short = "\n" not in text and not whole[:1].isspace() and sizes[0] * LEADING <= height
    if short and text_width(whole, sizes[0], bold=bold) <= width:  # most cells, and far quicker than flowing them
        return sizes[0], [whole.rstrip()]
    for size in sizes:
        lines = wrap(text, width, size, bold=bold)
        if len(lines) * size * LEADING <= height:
            return size, lines
    room = max(1, int(height / (size * LEADING)))
    last = lines[room - 1]
    while last and text_width(last + "…", size, bold=bold) > width:
        last = last[:-1]
    return size, [*lines[: room - 1], last + "…"]
