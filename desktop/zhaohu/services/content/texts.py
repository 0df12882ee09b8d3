"""The texts of guidance with what the district changed of them.

Every change is one edition of the district's setting; stations have it after their next return packet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zhaohu.i18n import _, form_term
from zhaohu.records.base import new_id
from zhaohu.records.codes import Role, SiteKind
from zhaohu.rules.guidance import changes
from zhaohu.rules.guidance.library import Block, Line, Mark
from zhaohu.services import district, reference
from zhaohu.services.content.standing import Standing, standing_of
from zhaohu.services.desk import Desk
from zhaohu.services.district import Key
from zhaohu.services.guidance.hand_out_words import band_words, title

_READERS = tuple(Role)
SHIPPED, REVIEWED, CHANGED, HIDDEN, OWN = "shipped", "reviewed", "changed", "hidden", "own"
"""How a text stands: as the program has it, so and reviewed, in the district's words, left out, or the district's."""


@dataclass(frozen=True, slots=True)
class TextRow:
    """A line of guidance; `shipped` are the program's words, empty for the district's own."""

    id: str
    bands: tuple[str, ...]
    block: Block
    block_title: str
    words: str
    shipped: str
    mark: Mark
    standing: str
    only_when: str


@dataclass(frozen=True, slots=True)
class Texts:
    """All lines, the age bands (code and title), and which edition is in force."""

    rows: tuple[TextRow, ...]
    bands: tuple[tuple[str, str], ...]
    standing: Standing


def list_texts(desk: Desk) -> Texts:
    """Every line of guidance with what the district changed, hidden ones too. Any role."""
    desk.require(*_READERS)
    library, found = reference.guidance_library(), district.setting(desk, Key.GUIDANCE_TEXTS)
    content = (found.content if found else None) or {}
    changed: Mapping[str, Mapping[str, Any]] = content.get("lines", {})
    in_force = {line.id: line for line in changes.apply(library, content).lines}
    rows = [_text_row(line, in_force.get(line.id), changed.get(line.id, {})) for line in library.lines]
    shipped = {line.id for line in library.lines}
    rows += [_text_row(line, line, None) for line in in_force.values() if line.id not in shipped]
    order = list(Block)
    rows.sort(key=lambda row: (row.bands if len(row.bands) == 1 else ("~",), order.index(row.block)))
    return Texts(tuple(rows), tuple((band.code, band_words(band)) for band in library.bands), standing_of(found))


def change_text(desk: Desk, line_id: str, words: str) -> int:
    """Give a line other words; the program's own words again take the change back. Admin, at the center.

    Raises:
        BadInput: The words are empty or too long.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    clean, content = " ".join(words.split()), _texts(desk)
    for one in content["own"]:
        if one["id"] == line_id:
            one["words"] = clean
            return district.write(desk, Key.GUIDANCE_TEXTS, content)
    change = dict(content["lines"].get(line_id, {}))
    shipped = {line.id: line.words for line in reference.guidance_library().lines}
    change.pop("words", None)
    if clean != shipped.get(line_id):
        change["words"] = clean
    return _put_line(desk, content, line_id, change)


def set_hidden(desk: Desk, line_id: str, *, hidden: bool) -> int:
    """Leave a line out of the hand-outs, or take it in again. Admin, at the center."""
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    return _put_flag(desk, line_id, "hidden", hidden)


def set_reviewed(desk: Desk, line_id: str, *, reviewed: bool) -> int:
    """Say that the district read a line and stands by it, or take that back. Admin, at the center."""
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    return _put_flag(desk, line_id, "reviewed", reviewed)


def restore_text(desk: Desk, line_id: str) -> int:
    """The program's line again; a line of the district's own goes. Admin, at the center."""
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    content = _texts(desk)
    content["own"] = [one for one in content["own"] if one["id"] != line_id]
    return _put_line(desk, content, line_id, {})


def add_text(desk: Desk, band: str, block: str, words: str) -> int:
    """A line of the district's own. Admin, at the center.

    Raises:
        BadInput: The words are empty or too long.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    content = _texts(desk)
    name = f"own-{new_id().replace('-', '')}"
    content["own"].append({"id": name, "band": band, "block": block, "words": " ".join(words.split())})
    return district.write(desk, Key.GUIDANCE_TEXTS, content)


def _texts(desk: Desk) -> dict[str, Any]:
    """The district's changes, to be changed."""
    content = district.read(desk, Key.GUIDANCE_TEXTS) or {}
    return {"lines": dict(content.get("lines", {})), "own": [dict(one) for one in content.get("own", [])]}


def _put_flag(desk: Desk, line_id: str, flag: str, on: bool) -> int:
    content = _texts(desk)
    change = dict(content["lines"].get(line_id, {}))
    change.pop(flag, None)
    return _put_line(desk, content, line_id, change | ({flag: True} if on else {}))


def _put_line(desk: Desk, content: dict[str, Any], line_id: str, change: dict[str, Any]) -> int:
    content["lines"].pop(line_id, None)
    if change:
        content["lines"][line_id] = change
    return district.write(desk, Key.GUIDANCE_TEXTS, content if content["lines"] or content["own"] else None)


def _text_row(line: Line, in_force: Line | None, change: Mapping[str, Any] | None) -> TextRow:
    if change is None:
        standing = OWN
    elif in_force is None:
        standing = HIDDEN
    elif "words" in change:
        standing = CHANGED
    else:
        standing = REVIEWED if change.get("reviewed") else SHIPPED
    now = in_force or line
    return TextRow(
        id=line.id,
        bands=tuple(sorted(line.bands)),
        block=line.block,
        block_title=title(line.block),
        words=now.words,
        shipped="" if change is None else line.words,
        mark=now.mark,
        standing=standing,
        only_when=_(", ").join(_fact_words(fact) for fact in sorted(line.every | line.some)),
    )


def _fact_words(fact: str) -> str:
    """A fact for people: official words as they are, the program's own by their name."""
    kind, _colon, name = fact.partition(":")
    return form_term(name) if kind in ("sign", "growth") else fact
