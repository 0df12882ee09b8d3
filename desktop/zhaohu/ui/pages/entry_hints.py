"""What an entry page says while a form is filled in: hints to follow, former answers, the day it is about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from zhaohu.i18n import _, form_term, format_date, ngettext
from zhaohu.services.care.earlier_answers import EarlierRecords
from zhaohu.services.follow.findings import FoundHint
from zhaohu.services.register.children import ChildView
from zhaohu.ui.pages.child_head import who_words
from zhaohu.ui.widgets.form_fields import words_of
from zhaohu.ui.widgets.record_form import HINT_TONES
from zhaohu.ui.widgets.record_hints import Advice
from zhaohu.ui.widgets.record_side import Previous


def advices(found: Iterable[FoundHint]) -> list[Advice]:
    """The findings as they stand beside the form."""
    return [Advice(o.name, o.message, HINT_TONES[o.kind], o.rule, o.source, o.followed) for o in found]


def previous(earlier: EarlierRecords, day: date) -> dict[str, Previous]:
    """The former answers in words, for the fields that ask the same again; not that all was well."""
    found = {}
    for name, one in earlier.before(day).items():
        if one.answer == one.field.normal:
            continue
        words = words_of(one.field, one.answer)
        if one.beside:
            words = _("{label}: {value}").format(label=words, value=one.beside)
        if one.field.unit == "" and one.field.measure:  # the label of the column names the unit
            words = f"{words} {form_term(one.field.label).partition('/')[2]}".strip()
        found[name] = Previous(words, format_date(one.on), one.answer if one.same_again else None)
    return found


def head_words(child: ChildView, day: date, today: date, sheet: str) -> str:
    """Who the form is about, as old as on the visit's day; that it is entered later; the sheet it is keyed from."""
    late = (today - day).days
    parts = [who_words(child, min(day, today))]
    if late > 0:
        words = ngettext(
            "late entry: visited on {day}, {n} day ago", "late entry: visited on {day}, {n} days ago", late
        )
        parts.append(words.format(day=format_date(day), n=late))
    if sheet:
        parts.append(_("sheet No. {no}").format(no=sheet))
    return "  ·  ".join(parts)
