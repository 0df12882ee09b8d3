"""The fonts of paper: Noto Sans SC, and Zhaohu Rare for the characters of names that it lacks.

reportlab knows no fallback, so text is split into runs, each in the first font that has its characters.
"""

from __future__ import annotations

import threading
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from zhaohu import paths
from zhaohu.errors import Refused
from zhaohu.i18n import _

REGULAR, BOLD, RARE = "Zhaohu-Regular", "Zhaohu-Bold", "Zhaohu-Rare"
_FILES = {REGULAR: "NotoSansSC-Regular.ttf", BOLD: "NotoSansSC-Bold.ttf", RARE: "ZhaohuRare.ttf"}
_NUMBERS = 1 << 15
_BLOCK = 100  # the specification's limit for one list of a ToUnicode map
IDEOGRAPHIC_SPACE = "\u3000"
SUBSTITUTE = "〓"
"""What printers set for a character that they have no type for; a note says which it is."""
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that one font draws."""

    font: str
    text: str


class _Chain:
    """The three registered fonts; made once in a process, at the first document."""

    faces: dict[str, Any] | None = None


def faces() -> dict[str, Any]:
    """The reportlab faces by font name; loaded and registered at the first call.

    Raises:
        Refused: The fonts have not been fetched.
    """
    with _lock:
        if _Chain.faces is None:
            _Chain.faces = _register()
        return _Chain.faces


def _register() -> dict[str, Any]:
    from reportlab import rl_config
    from reportlab.pdfbase import pdfmetrics, ttfonts

    rl_config.useA85 = 0  # streams as they are: a fifth smaller, and nothing of ours passes through 7-bit mail
    loaded = {}
    for name, file in _FILES.items():
        try:
            font = ttfonts.TTFont(name, str(paths.resource(f"fonts/{file}")))
        except FileNotFoundError as error:
            raise Refused(
                _("The fonts for paper are missing. Install them with: python3 installer/dev.py fonts"),
                code="fonts_missing",
                file=file,
            ) from error
        pdfmetrics.registerFont(font)
        loaded[name] = font.face
    upstream = ttfonts.makeToUnicodeCMap

    def to_unicode(font_name: str, subset: list[int]) -> str:
        return _with_surrogates(upstream(font_name, subset), subset)

    ttfonts.makeToUnicodeCMap = to_unicode
    _remember_numbers()
    return loaded


def _remember_numbers() -> None:
    """Let reportlab write a number once: the same few places occur thousands of times, and took a fifth of a page."""
    from reportlab.lib.rl_accel import fp_str
    from reportlab.pdfgen import canvas, pathobject, textobject

    one = lru_cache(maxsize=_NUMBERS)(fp_str)

    def written(*values: Any) -> str:
        listed = values[0] if len(values) == 1 and isinstance(values[0], (list, tuple)) else values
        return " ".join(map(one, listed))

    for module in (canvas, pathobject, textobject):
        module.fp_str = written


def _with_surrogates(cmap: str, subset: list[int]) -> str:
    """Put right what reportlab writes for characters beyond U+FFFF, so that they can be copied and searched."""
    lines = cmap.split("\n")
    head = lines[: lines.index("endcodespacerange") + 1]
    tail = lines[lines.index("endbfchar") + 1 :]
    pairs = [f"<{code:02X}> <{chr(point).encode('utf-16-be').hex().upper()}>" for code, point in enumerate(subset)]
    blocks = [pairs[start : start + _BLOCK] for start in range(0, len(pairs), _BLOCK)]
    body = [line for block in blocks for line in (f"{len(block)} beginbfchar", *block, "endbfchar")]
    return "\n".join([*head, *body, *tail])


def printable(text: str) -> str:
    """The text without what has no shape of its own (controls, joiners, variation selectors), all spaces alike."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        " " if unicodedata.category(character) == "Zs" and character != IDEOGRAPHIC_SPACE else character
        for character in text
        if unicodedata.category(character) not in ("Cc", "Cf")
        and not ("\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef")
    )


def runs(text: str, *, bold: bool = False) -> list[Run]:
    """The text in stretches of one font each; what no font has stays with the first (see `substituted`)."""
    loaded = faces()
    main = BOLD if bold else REGULAR
    glyphs, rare = loaded[main].charToGlyph, loaded[RARE].charToGlyph
    if all(ord(character) in glyphs for character in text):
        return [Run(main, text)] if text else []
    found: list[tuple[str, list[str]]] = []
    for character in text:
        font = RARE if ord(character) not in glyphs and ord(character) in rare else main
        if not found or found[-1][0] != font:
            found.append((font, []))
        found[-1][1].append(character)
    return [Run(font, "".join(characters)) for font, characters in found]


@dataclass(frozen=True, slots=True)
class Ready:
    """A text as it is drawn: without what has no shape, in stretches of one font, and what the fonts lack of it."""

    text: str
    runs: tuple[Run, ...]
    lacking: frozenset[str]


@lru_cache(maxsize=8192)
def ready(text: str, bold: bool) -> Ready:
    """A text made ready to be drawn; kept, because forms say the same again and again."""
    shown = printable(text)
    lacking = frozenset(missing_glyphs(shown))
    drawn = substituted(shown, set(lacking)) if lacking else shown
    return Ready(shown, tuple(runs(drawn, bold=bold)), lacking)


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """How many points wide the text is."""
    return _width_per_mille(text, bold) * size / 1000


@lru_cache(maxsize=8192)
def _width_per_mille(text: str, bold: bool) -> float:
    loaded = faces()
    total = 0.0
    for run in runs(text, bold=bold):
        face = loaded[run.font]
        widths, default = face.charWidths, face.defaultWidth
        total += sum(widths.get(ord(character), default) for character in run.text)
    return total


def substituted(text: str, lacking: set[str]) -> str:
    """The text with a mark in place of each character that no font of ours can draw, never an empty box."""
    return text.translate({ord(character): SUBSTITUTE for character in lacking})


def missing_glyphs(text: str) -> set[str]:
    """The characters that no font of ours can draw: the person is told which, to write them by hand.

    Raises:
        Refused: The fonts have not been fetched.
    """
    loaded = faces()
    return {
        character
        for character in printable(text)
        if ord(character) not in loaded[REGULAR].charToGlyph and ord(character) not in loaded[RARE].charToGlyph
    }
