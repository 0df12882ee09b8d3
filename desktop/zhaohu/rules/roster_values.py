"""What a reader of one cell gives, and how names are read; dates, measures and numbers have modules of their own.

Every reader takes a cell that is not empty and gives a `Reading`: the value, a remark, or both. Nothing is guessed:
where two meanings are possible the value is left out and the likely one is only named in `meant`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from zhaohu.i18n import _
from zhaohu.rules.roster_cells import Cell, Formula, cell_text

T = TypeVar("T")


class Level(StrEnum):
    """How much a remark weighs."""

    REFUSED = "refused"
    """The row cannot be a child."""
    DOUBTFUL = "doubtful"
    """Not taken in unless a person says so; an omittable value may be left out instead."""
    NOTE = "note"
    """Taken in, but worth a look."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be said about one cell.

    Args:
        code: Stable word for scripts.
        reason: Translated sentence.
        level: How much it weighs.
        omittable: Whether the row may be taken in without this value.
        meant: What was likely meant, for people: 49.0 cm; empty when nothing is likely.
    """

    code: str
    reason: str
    level: Level
    omittable: bool = True
    meant: str = ""


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """What a cell says: a clean value, a remark, or both."""

    value: T | None = None
    remark: Remark | None = None


def doubtful(code: str, reason: str, meant: str = "") -> Remark:
    """A remark on an optional value that is left out."""
    return Remark(code, reason, Level.DOUBTFUL, meant=meant)


def note(code: str, reason: str) -> Remark:
    """A remark on a value that is taken in."""
    return Remark(code, reason, Level.NOTE)


def refused(code: str, reason: str) -> Remark:
    """A remark without which there is no child."""
    return Remark(code, reason, Level.REFUSED, omittable=False)


def plain_text(cell: Cell) -> str:
    """A cell with full-width letters and digits made plain."""
    return unicodedata.normalize("NFKC", cell_text(cell)).strip()


_HAN = re.compile("[〇㐀-鿿豈-\ufaff\ue000-\uf8ff\U00020000-\U0003ffff]")
_NAME = re.compile("[〇㐀-鿿豈-\ufaff\ue000-\uf8ff\U00020000-\U0003ffff·．•・‧A-Za-z .'-]+")
_LONGEST_NAME = 50


def read_name(cell: Cell) -> Reading[str]:
    """A child's name: kept as written, but for blanks around it and between Chinese characters."""
    if isinstance(cell, Formula):
        return Reading(remark=refused("formula", _("This is a formula, not a name.")))
    written = str(cell) if isinstance(cell, str) else cell_text(cell)
    name = re.sub(r"\s+", " " if not _HAN.search(written) else "", written.strip())
    if not re.search(r"[^\W\d_]", name):
        return Reading(remark=refused("no_name", _("This is no name: it has no character of a name.")))
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
        reason = _("The name holds characters that no name has, or is too long.")
        return Reading(remark=Remark("odd_name", reason, Level.DOUBTFUL, omittable=False))
    if not _HAN.search(name):
        reason = _("The name has no Chinese character.")  # a foreign child's, or a slip: a person decides
        return Reading(name, doubtful("not_chinese", reason))
    if name != written:
        return Reading(name, note("spaces_removed", _("Blanks were removed from the name.")))
    return Reading(name)
