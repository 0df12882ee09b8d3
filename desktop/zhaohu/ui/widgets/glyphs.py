"""Characters that the shipped fonts cannot draw: named by code point while a name is typed, and before printing."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

from PySide6.QtGui import QRawFont

from zhaohu import paths
from zhaohu.i18n import _
from zhaohu.services.register.glyphs import Lacking, lacking_in
from zhaohu.ui.theme import FONT_FILES

_MOST_PAGES = 5
_SHAPELESS = ("Cc", "Cf", "Zs", "Zl", "Zp")


@cache
def _fonts() -> tuple[QRawFont, ...]:
    try:
        folder = paths.resource("fonts")
    except FileNotFoundError:
        return ()
    return tuple(font for file in FONT_FILES if (font := QRawFont(str(folder / file), 12.0)).isValid())


@lru_cache(maxsize=16384)
def _drawable(character: str) -> bool:
    """Whether a font of ours draws it; true for all while no fonts are there, as in a checkout without them."""
    code = ord(character)
    if unicodedata.category(character) in _SHAPELESS or 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF:
        return True
    return not _fonts() or any(font.supportsCharacter(code) for font in _fonts())


def missing_glyphs(text: str) -> tuple[str, ...]:
    """The characters of a text that no shipped font draws, each once, in their order."""
    return tuple(dict.fromkeys(character for character in text if not _drawable(character)))


def glyph_notice(text: str) -> str:
    """A sentence for beneath a name field about what the fonts lack; empty when they have everything."""
    missing = missing_glyphs(text)
    if not missing:
        return ""
    named = "、".join(_place(text.index(character) + 1, character) for character in missing)
    return _(
        "The fonts lack {characters}. The name is kept as it is; papers show 〓 there, to be written by hand."
    ).format(characters=named)


def paper_notice(pdf: bytes) -> str:
    """A sentence for above a paper that is looked at before printing; empty when nothing is lacking."""
    places: dict[str, list[Lacking]] = {}
    for one in lacking_in(pdf):
        places.setdefault(one.code, []).append(one)
    if not places:
        return ""
    named = "、".join(_on_paper(code, found) for code, found in places.items())
    return _(
        "The fonts lack {characters}. The paper shows 〓 there; write the characters by hand after printing."
    ).format(characters=named)


def _place(position: int, character: str) -> str:
    return _("{code} (character {n})").format(code=f"U+{ord(character):04X}", n=position)


def _on_paper(code: str, found: list[Lacking]) -> str:
    if len(found) == 1:
        (one,) = found
        words = _("{code} (page {page}, character {n} of its word)")
        return words.format(code=code, page=one.page, n=one.position)
    pages = [str(page) for page in dict.fromkeys(one.page for one in found)]
    shown = "、".join(pages[:_MOST_PAGES]) + ("…" if len(pages) > _MOST_PAGES else "")
    return _("{code} (pages {pages})").format(code=code, pages=shown)
