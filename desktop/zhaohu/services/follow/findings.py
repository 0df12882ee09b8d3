"""What a filled form gives reason to follow up, and how a finding that was kept is called in lists."""

from __future__ import annotations

from functools import lru_cache

from zhaohu.i18n import N_, _, form_term
from zhaohu.records.codes import FollowUpKind
from zhaohu.rules import findings as rules
from zhaohu.rules.finding_terms import FoundHint
from zhaohu.rules.findings import findings_of
from zhaohu.rules.forms.model import Form
from zhaohu.services import reference

__all__ = ["FoundHint", "case_of", "category_of", "findings_of", "recheck_form", "title_of"]

CASE_FORM, CATEGORY = "special_case", "category"
"""The form of a special case, and its field with the category (体弱儿分类)."""

_TITLES = {
    rules.ANAEMIA: N_("Anaemia"),
    rules.RICKETS_SIGNS: N_("Signs of rickets"),
    rules.RICKETS_SYMPTOMS: N_("Possible early rickets"),
    rules.REFERRAL_ADVISED: N_("Referral advised"),
    "underweight": N_("Low weight"),
    "stunting": N_("Stunting"),
    "wasting": N_("Wasting"),
    "overweight": N_("Overweight"),
    "obesity": N_("Obesity"),
    "faltering": N_("Too little growth"),
    "stagnation": N_("Growth at a standstill"),
    "weight_loss": N_("Loss of weight"),
    "rapid_gain": N_("Growth too fast"),
    "head_fast": N_("Head growing too fast"),
    "head_slow": N_("Head growing too slowly"),
    "head_far_out": N_("Head far from the middle"),
    "head_out": N_("Head away from the middle"),
    "oedema": N_("Oedema"),
}
_RECHECK_FORMS = {
    rules.ANAEMIA: "hemoglobin_test",
    "hearing": "hearing_check",
    "eyes": "eye_check",
    rules.WARNING_SIGN: "warning_signs",
}
"""For each beginning of a name: the form that looks at it again."""
_GROWTH_FORM, _ANY_FORM = "feeding_assessment", "high_risk_follow_up"


def title_of(subject: str, form_id: str = "", kind: FollowUpKind = FollowUpKind.FINDING) -> str:
    """What is followed, in few words.

    Args:
        subject: Name of the finding; of a case its category.
        form_id: The form it came from; its words are taken for what only the form knows.
        kind: Whether it is a finding, a referral or a case.
    """
    if kind is FollowUpKind.REFERRAL:
        return _("Referral")
    if kind is FollowUpKind.CASE:
        category = category_of(subject)
        return _("Special case: {category}").format(category=category) if category else _("Special case")
    if subject in _TITLES:
        return _(_TITLES[subject])
    if subject.startswith(rules.WARNING_SIGN):
        return _("Warning signs")
    label = _labels(reference.form_book().versions(form_id)).get(subject)
    return form_term(label) if label else _("Positive finding")


def recheck_form(subject: str) -> str:
    """The form with which a finding is best looked at again."""
    known = reference.forms()
    for beginning, form_id in _RECHECK_FORMS.items():
        if subject.startswith(beginning) and form_id in known:
            return form_id
    growth = subject in rules.GROWTH_NAMES or subject.startswith("rickets")
    return _GROWTH_FORM if growth and _GROWTH_FORM in known else _ANY_FORM


def case_of(subject: str) -> str:
    """The category of the special case that a finding calls for; empty for none."""
    if subject in rules.CASE_OF:
        return rules.CASE_OF[subject]
    asked = (hint for form in reference.forms().values() for field in form.fields() for hint in field.hints)
    return next((hint.case for hint in asked if hint.name == subject and hint.case), "")


def category_of(code: str) -> str:
    """The category of a special case in words; empty for none that is known."""
    form = reference.forms().get(CASE_FORM)
    option = form.field(CATEGORY).option(code) if form is not None else None
    return form_term(option.label) if option is not None else ""


@lru_cache(maxsize=64)
def _labels(versions: tuple[Form, ...]) -> dict[str, str]:
    """For each hint of a form in any of its versions: the label of the field it belongs to."""
    return {hint.name: field.label for form in versions for field in form.fields() for hint in field.hints}
