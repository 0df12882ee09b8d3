"""What a form fills in by itself: grades by the standard, and what is reckoned from the day of the visit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from zhaohu.records.codes import Risk
from zhaohu.rules.forms.model import Answer, Answers, Form
from zhaohu.rules.forms.starting import start
from zhaohu.rules.growth.form_codes import level_code, status_codes
from zhaohu.rules.growth.series import MeasuredDay
from zhaohu.rules.growth.terms import Indicator
from zhaohu.services.care.visit_growth import EntryGrowth
from zhaohu.services.care.visits import Entry
from zhaohu.services.due.next_visits import NextVisits
from zhaohu.services.register.children import ChildView

_GRADES = {
    "weight_grade": Indicator.WFA,
    "length_grade": Indicator.LHFA,
    "weight_for_height_grade": Indicator.WFL,
}
"""Fields of the check forms that hold 上, 中, 下 of WS/T 423."""
_STATUS_FIELD = "growth_status"
_JUDGED = (Indicator.WFA, Indicator.LHFA, Indicator.WFL)
NEXT_DATE = "next_date"
_NAMED_BY_RISK = {"asphyxia": Risk.ASPHYXIA, "malformation": Risk.MALFORMATION}
"""Questions to which 全部正常 must not answer 无 while the register has the risk."""


def at_risk(form: Form, child: ChildView) -> frozenset[str]:
    """The fields of a form that a risk in the register answers otherwise than 无."""
    names = {one.name for one in form.fields()}
    return frozenset(name for name, risk in _NAMED_BY_RISK.items() if name in names and risk in child.row.risks)


def visit_day(entry: Entry, answers: Answers) -> date | None:
    """The day of the visit, as far as it is typed."""
    text = answers.get(entry.form.date_field)
    return date.fromisoformat(str(text)) if text is not None else None


def follows(entry: Entry, answers: Answers, grown: EntryGrowth, plan: NextVisits) -> dict[str, Answer]:
    """The answers that follow from what is typed; a correction is only graded anew."""
    day = visit_day(entry, answers)
    if day is None:
        return {}
    found = _grades(entry, [one for one in grown.days if one.on == day])
    return found if entry.visit_id else {**_of_the_day(entry, day, plan), **found}


def _of_the_day(entry: Entry, day: date, plan: NextVisits) -> dict[str, Answer]:
    """What the form's defaults come to on the day of the visit, and the next visit by the schedule."""
    form = entry.form
    begun = start(form, replace(entry.context, today=day, day_in_doubt=False))
    found = {
        one.name: begun[one.name]
        for one in form.fields()
        if one.default is not None and one.name in begun and one.name != form.date_field and not one.hidden
    }
    planned = plan.after(day)
    if planned is not None and any(one.name == NEXT_DATE for one in form.fields()):
        found[NEXT_DATE] = planned.isoformat()
    return found


def _grades(entry: Entry, measured: list[MeasuredDay]) -> dict[str, Answer]:
    names = {one.name for one in entry.form.fields()}
    found: dict[str, Answer] = {}
    for day in measured:
        for name in names & _GRADES.keys():
            level = day.china.of(_GRADES[name]).level
            if level is not None:
                found[name] = level_code(level)
        if _STATUS_FIELD in names:
            found |= _status(day)
    return found


def _status(day: MeasuredDay) -> dict[str, Answer]:
    results = [day.china.of(indicator) for indicator in _JUDGED]
    if any(one.level is None for one in results):
        return {}
    return {_STATUS_FIELD: status_codes(one.status for one in results)}
