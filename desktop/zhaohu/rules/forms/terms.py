"""The official words of a form, for the `forms` catalog of each language."""

from __future__ import annotations

from collections.abc import Iterator

from zhaohu.rules.forms.model import Field, Form


def form_terms(form: Form) -> Iterator[str]:
    """Every Chinese word or sentence of a form that screen or paper shows; some come more than once."""
    yield form.title
    yield form.source
    for group in form.groups:
        yield group.title
        for field in group.fields:
            yield from (term for term in _field_terms(field) if term)
    for row in form.paper.rows:
        yield from (term for term in (row.lead, row.label) if term)


def _field_terms(field: Field) -> Iterator[str]:
    yield from (field.label, field.short or "", field.unit, field.hint)
    yield from (option.label for option in field.options)
    yield from (constraint.message for constraint in field.constraints)
    for hint in field.hints:
        yield from (term for term in (hint.message, hint.source, hint.rule) if term)
