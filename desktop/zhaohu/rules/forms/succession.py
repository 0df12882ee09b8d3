"""Whether a form may follow another as its next edition: what the program reads out of records must still be there.

A record is shown by the form it was made with, whatever that asks. But growth, findings, referrals, hand-outs and risks
are read by the names of fields, and a new edition under which they stay silent would be noticed by nobody.
"""

from __future__ import annotations

from collections.abc import Iterator

from zhaohu.i18n import _
from zhaohu.rules.forms.model import Field, Form
from zhaohu.rules.forms.tables import FormError

READ_WHOLE = frozenset({"referral", "referral_answer", "special_case", "case_review"})
"""Forms that the program begins, draws and sums up by all their fields."""
READ = frozenset(
    {
        *("signer", "next_date", "guidance", "referral", "referral_reason", "referral_org"),
        *("gest_weeks", "birth_facility", "birth_situation", "asphyxia", "malformation"),
        *("weight_grade", "length_grade", "weight_for_height_grade", "growth_status"),
        *("hemoglobin", "rickets_signs", "rickets_symptoms", "vitamin_d_iu", "outdoor_hours", "regression"),
        *("hearing_screen", "disease_screen", "hearing", "eyes", "result", "risks", "appearance", "light", "blink"),
        *("red_ball", "behaviour", "red_reflex", "position", "cover", "refraction"),
    }
)
"""Fields that the program reads by name, whichever form has them."""
_WARNING_SIGNS = ("development", "signs")
"""How the names of questions for warning signs begin."""


def has_meaning(form: Form, field: Field) -> bool:
    """Whether the program reads more out of a field than its words."""
    return (
        form.id in READ_WHOLE
        or field.name in READ
        or field.name in (form.date_field, form.birth_date_field, form.age_column)
        or field.measure is not None
        or field.name in {one.measured_on for one in form.fields()}
        or field.name.partition("_")[0] in _WARNING_SIGNS
    )


def faults(present: Form, new: Form, file: str) -> Iterator[FormError]:
    """Why a form cannot follow the present edition, each reason with its field; none when it can."""
    if new.effective_from <= present.effective_from:
        reason = _("must be later than {day}, when version {version} came into effect")
        words = reason.format(day=present.effective_from, version=present.version)
        yield FormError(file, "effective_from", words)
    for key, before, after in (
        ("date_field", present.date_field, new.date_field),
        ("birth_date_field", present.birth_date_field, new.birth_date_field),
        ("columns", present.age_column, new.age_column),
    ):
        if before != after:
            yield FormError(
                file, key, _("must stay {name}: the program reads records by it").format(name=before or "—")
            )
    fields = {one.name: one for one in new.fields()}
    for one in present.fields():
        other = fields.get(one.name)
        if other is not None and other.type is not one.type:
            yield FormError(file, one.name, _("must stay of type {type}").format(type=one.type))
        elif has_meaning(present, one):
            yield from (FormError(file, one.name, reason) for reason in _changed(one, other))


def _changed(one: Field, other: Field | None) -> Iterator[str]:
    if other is None:
        yield _("is missing: the program reads this field of the present version")
        return
    codes = {option.code for option in other.options}
    if gone := [option.code for option in one.options if option.code not in codes]:
        yield _("the options {codes} must stay: the program reads them").format(codes=", ".join(gone))
    if (one.measure, one.measured_on) != (other.measure, other.measured_on):
        yield _("measure and measured_on must stay as they are")
    if (one.unit, one.decimals) != (other.unit, other.decimals):
        yield _("unit and decimals must stay as they are")
