"""Screening results of a child (筛查) in its records: hearing, newborn diseases, eyes, blood, warning signs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from zhaohu.i18n import N_, _, form_term
from zhaohu.records import Visit
from zhaohu.records.codes import Role
from zhaohu.rules.findings import ANAEMIA, HEMOGLOBIN, findings_of
from zhaohu.rules.forms.answers import Context, asked_fields, check
from zhaohu.rules.forms.model import Answers, Field, Form, HintKind
from zhaohu.services import reference
from zhaohu.services.desk import Desk
from zhaohu.services.register.lookup import present_child

_READERS = tuple(Role)
_FIELDS = ("hearing_screen", "disease_screen", "hearing", "eyes", HEMOGLOBIN)
_OF_FORM = {
    "hearing_check": ("result",),
    "eye_check": (
        *("risks", "appearance", "light", "blink", "red_ball", "behaviour", "red_reflex", "position", "cover"),
        "refraction",
    ),
    "warning_signs": ("regression",),
}
"""Fields with results in forms that are about one screening; elsewhere these names mean something else."""
_NAMES = {"hearing_check": N_("Hearing check")}
"""What was looked at, where the field does not say it."""
_WARNING_SIGNS = ("development", "signs")
_CARE = (HintKind.REFER_NOW, HintKind.REFER, HintKind.CASE, HintKind.REMIND)


@dataclass(frozen=True, slots=True)
class ScreeningRow:
    """One result.

    Args:
        name: What was looked at, in the form's words.
        result: What was found.
        advice: What the norm asks for; empty when nothing is wrong.
        form: The record's form, in words.
        visit_id: The record.
    """

    on: date
    name: str
    result: str
    advice: str
    form: str
    visit_id: str


def results(desk: Desk, child_id: str) -> list[ScreeningRow]:
    """What the newest versions of a child's records say of screening, newest first.

    Raises:
        NotFound: There is no such child.
    """
    desk.require(*_READERS)
    with desk.read() as session:
        present_child(session, child_id)
        return [row for visit in _visits(session, child_id) for row in _results(visit)]


def _visits(session: Session, child_id: str) -> list[Visit]:
    later = select(Visit.replaces_id).where(col(Visit.replaces_id).is_not(None))
    statement = select(Visit).where(
        Visit.child_id == child_id, col(Visit.deleted_at).is_(None), col(Visit.id).not_in(later)
    )
    return list(session.exec(statement.order_by(col(Visit.visit_date).desc(), col(Visit.number).desc())))


def _results(visit: Visit) -> Iterator[ScreeningRow]:
    answers = json.loads(visit.answers)
    form = reference.recorded_form(visit.form, visit.form_version, answers)
    context = Context(visit.visit_date)
    advice: dict[str, list[str]] = {}
    for shown in check(form, answers, context).hints:
        if shown.hint.kind in _CARE and shown.field != HEMOGLOBIN:
            advice.setdefault(shown.field, []).append(shown.message)
    found = findings_of(form, answers, None, context)
    advice[HEMOGLOBIN] = [one.message for one in found if one.name == ANAEMIA]
    asked = asked_fields(form, answers, visit.visit_date)
    for field in _screenings(form):
        if field.name not in asked or (field.name not in answers and not _is_warning_sign(field)):
            continue
        title = form_term(form.title)
        words = " ".join(advice.get(field.name, ()))
        yield ScreeningRow(visit.visit_date, _name(form, field), _found(field, answers), words, title, visit.id)


def _screenings(form: Form) -> list[Field]:
    names = (*_FIELDS, *_OF_FORM.get(form.id, ()))
    return [field for field in form.fields() if field.name in names or _is_warning_sign(field)]


def _is_warning_sign(field: Field) -> bool:
    return field.name.partition("_")[0] in _WARNING_SIGNS and field.name != _WARNING_SIGNS[1]


def _name(form: Form, field: Field) -> str:
    if form.id in _NAMES:
        return _(_NAMES[form.id])
    return _("Warning signs") if _is_warning_sign(field) else form_term(field.label)


def _found(field: Field, answers: Answers) -> str:
    """The answer in words; warning signs that nobody ticked are none."""
    answer = answers.get(field.name)
    if answer is None:
        return _("none ticked")
    if not field.options:
        return f"{answer} {form_term(field.unit) if field.unit else ''}".strip()
    codes = answer if isinstance(answer, list) else [str(answer)]
    beside = answers.get(field.text_name) if field.text_name else None
    words = [form_term(option.label) if option else code for code in codes for option in [field.option(code)]]
    return _(", ").join(words) + (f"（{beside}）" if beside else "")
