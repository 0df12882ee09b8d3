"""An answer as a message shows it."""

from __future__ import annotations

from zhaohu.i18n import _, form_term
from zhaohu.rules.forms.formats import masked
from zhaohu.rules.forms.model import Answer, Field


def said(one: Field, value: object) -> str:
    """A value of a field as a message shows it: masked when it names a person."""
    return masked(one.format, in_short(value)) if one.personal else in_short(value)


def in_short(value: object) -> str:
    """A value as a message shows it, short enough for one line."""
    if isinstance(value, int) and abs(value) > 10**12:
        return "…"
    if isinstance(value, (list, tuple)):
        return "、".join(map(in_short, value[:10]))
    text = str(value)
    return text if len(text) <= 60 else text[:60] + "…"


def in_range(one: Field, message: str, answer: Answer, ends: tuple[str, str] | None) -> str:
    """A message about a number that lies out of a range: with label, value, unit and the range's ends."""
    low, high = ends or ("", "")
    text = _(message).format(label=form_term(one.label), value=answer, unit=form_term(one.unit), low=low, high=high)
    return " ".join(text.split())
