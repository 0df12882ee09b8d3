"""What a form says of a birth, and what the register knows of it."""

from __future__ import annotations

from zhaohu.records import Child
from zhaohu.rules.forms.model import Answers, Form
from zhaohu.services.care.visit_growth import as_registered, measurements

_REGISTER = {"weight_g": "birth_weight_g", "length_mm": "birth_length_mm"}
"""For each column of a measurement that the register has of the birth: the register's."""


def complete_register(child: Child, form: Form, answers: Answers, former: Answers) -> None:
    """What a form says of the birth goes into the register where that knew nothing; a correction of it follows.

    Args:
        child: Whose record is saved.
        form: The record's form.
        answers: As they are saved.
        former: The answers that they correct; empty for a new record.
    """
    told = _facts(child, form, former)
    for name, value in _facts(child, form, answers).items():
        if getattr(child, name) in (None, told.get(name)):
            setattr(child, name, value)


def _facts(child: Child, form: Form, answers: Answers) -> dict[str, int | str]:
    """What answers say of the birth, under the register's names."""
    measured = as_registered(child, measurements(form, answers)).get(child.birth_date, {})
    facts: dict[str, int | str] = {name: measured[column] for column, name in _REGISTER.items() if column in measured}
    weeks = answers.get("gest_weeks")
    if isinstance(weeks, int):
        facts["gestation_days"] = weeks * 7
    if answers.get("birth_facility"):
        facts["birth_place"] = str(answers["birth_facility"])
    return facts
