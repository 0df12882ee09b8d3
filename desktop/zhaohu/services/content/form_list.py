"""The official forms, to look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhaohu.i18n import form_term
from zhaohu.services import reference


@dataclass(frozen=True, slots=True)
class FormRow:
    """A form as the list shows it."""

    id: str
    title: str
    version: str
    effective_from: date
    source: str
    fields: int


def list_forms() -> list[FormRow]:
    """The forms in their newest version; they ship with the program, so nobody need be asked."""
    return [
        FormRow(
            form.id,
            form_term(form.title),
            form.version,
            form.effective_from,
            form_term(form.source),
            sum(1 for _field in form.fields()),
        )
        for form in reference.forms().values()
    ]
