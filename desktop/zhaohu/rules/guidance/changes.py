"""What a district changed of the texts: other words, lines left out, lines of its own. Pure.

`guidance.texts` holds `{"lines": {id: {"words": "…", "hidden": true, "reviewed": true}}, "own": [{"id": "own-…",
"band": "B3", "block": "G2", "words": "…"}]}`: only what differs from the program's texts, so that an update of the
program brings its new lines along. A changed line of which the program has no more is left out. `reviewed`: the
district read the line and stands by it as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from zhaohu.errors import BadInput
from zhaohu.i18n import _
from zhaohu.rules.guidance.library import Block, Library, Line, Mark, words_problem

MOST_OWN = 400
_FLAGS = ("hidden", "reviewed")
_OWN = re.compile(r"own-[0-9a-z]{1,32}", re.ASCII)
_BAND = re.compile(r"B[0-9]{1,2}", re.ASCII)


def check(content: Mapping[str, Any]) -> None:
    """Refuse changes that cannot be read.

    Raises:
        BadInput: They are of another shape, or the words of a line (`line` in the details) are empty or too long.
    """
    lines, own = content.get("lines", {}), content.get("own", [])
    if content.keys() - {"lines", "own"} or not isinstance(lines, Mapping) or not isinstance(own, list):
        raise _bad("", _("The changed texts are not in order."))
    if len(own) > MOST_OWN:
        raise _bad("", _("There can be at most {n} lines of the district's own.").format(n=MOST_OWN))
    for name, change in lines.items():
        if not isinstance(change, Mapping) or not change or change.keys() - {"words", *_FLAGS}:
            raise _bad(name, _("The changed texts are not in order."))
        if "words" in change:
            _check_words(name, change["words"])
        if any(change.get(flag, True) is not True for flag in _FLAGS):
            raise _bad(name, _("The changed texts are not in order."))
    seen: set[str] = set()
    for one in own:
        _check_own(one)
        if one["id"] in seen:
            raise _bad(one["id"], _("Two lines of the district's own have the same name."))
        seen.add(one["id"])


def apply(library: Library, content: Mapping[str, Any] | None) -> Library:
    """The texts as the district wants them: its words, without what it hid, its own lines behind the program's."""
    if not content:
        return library
    changed = content.get("lines", {})
    codes = {band.code for band in library.bands}
    lines = [
        _changed(line, changed.get(line.id, {})) for line in library.lines if not changed.get(line.id, {}).get("hidden")
    ]
    lines += [_own(one) for one in content.get("own", ()) if one["band"] in codes]
    return replace(library, lines=tuple(lines))


def _changed(line: Line, change: Mapping[str, Any]) -> Line:
    words = change.get("words", line.words)
    if words == line.words and not change.get("reviewed"):
        return line
    return replace(line, words=words, mark=Mark.DISTRICT)


def _own(one: Mapping[str, Any]) -> Line:
    return Line(one["id"], frozenset({one["band"]}), Block(one["block"]), one["words"], Mark.DISTRICT)


def _check_own(one: object) -> None:
    if not isinstance(one, Mapping) or one.keys() != {"id", "band", "block", "words"}:
        raise _bad("", _("The changed texts are not in order."))
    if not _OWN.fullmatch(str(one["id"])) or not _BAND.fullmatch(str(one["band"])) or one["block"] not in set(Block):
        raise _bad(str(one["id"]), _("The changed texts are not in order."))
    _check_words(one["id"], one["words"])


def _check_words(name: str, words: object) -> None:
    problem = words_problem(words) if isinstance(words, str) else _("The changed texts are not in order.")
    if problem is not None:
        raise _bad(name, _("The line cannot be kept: {reason}.").format(reason=problem))


def _bad(line: str, message: str) -> BadInput:
    return BadInput(message, code="bad_value", field="lines", line=line)
