"""Which lines a family is offered, and which of them stand on the page unless somebody takes them off. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from zhaohu.rules.guidance.facts import DANGER
from zhaohu.rules.guidance.library import Band, Block, Library, Line

_FOUND = (Block.GOOD, Block.ATTEND)


@dataclass(frozen=True, slots=True)
class Offered:
    """A line that fits the child.

    Args:
        line: The line.
        ticked: Whether it is on the page by itself.
        rank: What is left out first when the page is full: the highest.
    """

    line: Line
    ticked: bool
    rank: int


def offered(
    library: Library, band: Band, facts: frozenset[str], topics: Collection[str] = (), play: Band | None = None
) -> list[Offered]:
    """The lines for a child of an age band of whom these facts hold, in the order of the blocks.

    What answers a finding always comes first; a family that must go to hospital at once is not praised first. Topics
    that were ticked at the visit choose the other lines; when nobody ticked any, or only such as no line belongs to,
    every block has its lines.

    Args:
        library: The texts in force.
        band: The child's age band.
        facts: What holds of the child.
        topics: Official options of 指导 that were ticked at the visit.
        play: The band for play, by corrected age, of children born early; None: the same.
    """
    wanted = {one for topic in topics for one in library.topics.get(topic, ())}
    found = [
        Offered(line, line.ticked and _wanted(line, wanted) and _fitting(line, facts), _rank(line))
        for line in library.lines
        if _band_of(line, band, play).code in line.bands and line.holds(facts)
    ]
    order = list(Block)
    return sorted(found, key=lambda one: (order.index(one.line.block), one.line.is_general))


def _band_of(line: Line, band: Band, play: Band | None) -> Band:
    return play if play is not None and line.block is Block.PLAY else band


def _wanted(line: Line, wanted: Collection[str]) -> bool:
    return not wanted or not line.is_general or line.block in wanted or bool(line.tags & set(wanted))


def _fitting(line: Line, facts: frozenset[str]) -> bool:
    return line.block is not Block.GOOD or DANGER not in facts


def _rank(line: Line) -> int:
    """Findings stay longest; what was found well goes before the advice that answers something."""
    if line.block is Block.ATTEND:
        return 0
    if not line.is_general and line.block not in _FOUND:
        return 1
    return 2 if line.block is Block.GOOD else 3
