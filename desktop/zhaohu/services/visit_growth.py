"""What a visit's answers measure: in the units of records, and assessed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from zhaohu.records import Child
from zhaohu.rules.forms.model import Answers, Form
from zhaohu.rules.growth.assess import Measurement as Measured
from zhaohu.rules.growth.series import MeasuredDay
from zhaohu.services.growth import assessed

_COLUMNS = {"weight": ("weight_g", 1000), "length": ("length_mm", 10), "head": ("head_mm", 10)}
"""For each measure of a form: the record's column, and how many of its units make one of the form's."""


def measurements(form: Form, answers: Answers) -> dict[date, dict[str, int]]:
    """The measurements that a form's answers hold, in the record's units, by day; on one day the first one counts."""
    found: dict[date, dict[str, int]] = {}
    for field in form.fields():
        if not (field.measure and field.measured_on) or not {field.name, field.measured_on} <= answers.keys():
            continue
        column, units = _COLUMNS[field.measure]
        on = date.fromisoformat(str(answers[field.measured_on]))
        found.setdefault(on, {}).setdefault(column, round(Decimal(str(answers[field.name])) * units))
    return dict(sorted(found.items()))


def assess_measurements(child: Child, taken: Mapping[date, Mapping[str, int]]) -> tuple[MeasuredDay, ...]:
    """Growth by every standard of what `measurements` found."""
    return tuple(
        assessed(child, on, Measured(amounts.get("weight_g"), amounts.get("length_mm"), amounts.get("head_mm")), None)
        for on, amounts in taken.items()
    )
