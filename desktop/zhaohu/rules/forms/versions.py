"""All versions of all forms: which one a new record uses, and which one a record was made with."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Self

from zhaohu.i18n import _
from zhaohu.rules.forms.model import Answer, Field, FieldType, Form, Group, Paper
from zhaohu.rules.forms.tables import FormError


class FormBook:
    """The versions of each form, from the first to the newest by their day of effect."""

    def __init__(self, forms: Iterable[Form], more: Iterable[Form] = ()) -> None:
        """Put the versions in order; `more` is what `joined` says.

        Raises:
            FormError: Two are the same version of a form, or come into effect on the same day.
        """
        self._versions: dict[str, list[Form]] = {}
        for form in sorted(forms, key=lambda one: (one.id, one.effective_from)):
            others = self._versions.setdefault(form.id, [])
            for other in others:
                if other.version == form.version:
                    raise FormError(form.id, "", _("two files are version {version}").format(version=form.version))
                if other.effective_from == form.effective_from:
                    raise FormError(
                        form.id, "", _("two versions come into effect on {day}").format(day=form.effective_from)
                    )
            others.append(form)
        for form in more:
            others = self._versions.setdefault(form.id, [])
            if form.version not in {other.version for other in others}:
                others.insert(bisect_left(others, form.effective_from, key=lambda one: one.effective_from), form)
        self._newest = {form_id: versions[-1] for form_id, versions in self._versions.items()}

    def joined(self, more: Iterable[Form]) -> Self:
        """The same book with more versions; those of this one come first in what is newest.

        A version that is here already is not taken again. Of two that come into effect on one day this book's is the
        newer one: what a district published for a day goes when the program's own version of that day has come.
        """
        return type(self)([form for versions in self._versions.values() for form in versions], more)

    def newest(self, on: date | None = None) -> dict[str, Form]:
        """The newest version of each form; with a day, of those in effect on it."""
        if on is None:
            return dict(self._newest)
        in_effect = (form for versions in self._versions.values() for form in versions if form.effective_from <= on)
        return {form.id: form for form in in_effect}  # of each form the last one stands

    def versions(self, form_id: str) -> tuple[Form, ...]:
        """The versions of a form, the oldest first; none when it is not known."""
        return tuple(self._versions.get(form_id, ()))

    def version(self, form_id: str, version: str) -> Form | None:
        """One version of a form; None when this program does not know it."""
        return next((form for form in self.versions(form_id) if form.version == version), None)

    def nearest(self, form_id: str, version: str) -> Form | None:
        """The known version that came last before one that is not known, or the first one; None without any."""
        versions = self.versions(form_id)
        before = [form for form in versions if _numbers(form.version) <= _numbers(version)]
        return (before or versions[:1] or (None,))[-1]


def unknown_form(
    form_id: str, version: str, title: str, answers: Mapping[str, Answer], like: Form | None = None
) -> Form:
    """What can be said of a record made with a form that this program does not know: its answers by their names.

    Those that `like`, another version of the form, asks too have its words. Nothing is concluded from them.
    """
    known = {one.name: one for one in like.fields()} if like is not None else {}
    beside = {known[name].text_name for name in answers if name in known}
    fields = tuple(
        _reworded(known[name]) if name in known else Field(name, FieldType.TEXT, name, paper=False)
        for name in answers
        if name not in beside
    )
    return Form(
        id=form_id,
        version=version,
        title=title,
        effective_from=date.min,
        source="",
        from_days=0,
        to_days=0,
        date_field="",
        birth_date_field="",
        groups=(Group("answers", "", fields),),
        paper=Paper((), ()),
        is_known=False,
        like=like.version if like is not None else "",
    )


def _reworded(one: Field) -> Field:
    return Field(
        one.name,
        one.type,
        one.label,
        unit=one.unit,
        options=one.options,
        format=one.format,
        personal=one.personal,
        hidden=one.hidden,
        paper=False,
    )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)))
