"""What earlier records of a child answered: shown in grey where a form asks the same again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from sqlmodel import col

from zhaohu.errors import NotFound
from zhaohu.records import Visit
from zhaohu.rules.forms.model import Answer, Answers, Field, Form
from zhaohu.services.care.visit_lookup import current_visits
from zhaohu.services.care.visit_starts import Entry
from zhaohu.services.care.visit_views import form_of
from zhaohu.services.desk import WRITERS, Desk

_CHECKS = frozenset({"newborn_visit", "check_1_8", "check_12_30", "check_3_years"})
"""Forms that follow one another: what one of them asked under the same name, the next asks again."""


@dataclass(frozen=True, slots=True)
class EarlierAnswer:
    """The last answer to a question.

    Args:
        field: The question as it was asked then.
        answer: The answer.
        beside: The words that stood beside the chosen option; empty for none.
        on: Day of the visit.
        same_again: Whether the same may be answered again in one go: it means the same today, and is no measurement.
    """

    field: Field
    answer: Answer
    beside: str
    on: date
    same_again: bool


@dataclass(frozen=True, slots=True)
class EarlierRecords:
    """A child's other records that can tell something for a form, newest first; read once for all that is typed."""

    form: Form
    records: tuple[tuple[date, Form, Answers], ...]

    def before(self, day: date) -> dict[str, EarlierAnswer]:
        """For each field of the form the last answer before a day."""
        asked = [one for one in self.form.fields() if one.previous and one.prefill is None and not one.personal]
        found: dict[str, EarlierAnswer] = {}
        for on, form, answers in self.records:
            if on >= day:
                continue
            for one in asked:
                if one.name not in found and (told := _told(one, on, form, answers)):
                    found[one.name] = told
        return found


def earlier_records(desk: Desk, entry: Entry) -> EarlierRecords:
    """The records that `entry` can show former answers from: of its form, and of the checks among themselves.

    Raises:
        NotAllowed: The account may not record.
    """
    desk.require(*WRITERS)
    forms = _CHECKS | {entry.form.id} if entry.form.id in _CHECKS else frozenset({entry.form.id})
    statement = current_visits().where(Visit.child_id == entry.child_id, col(Visit.form).in_(forms))
    with desk.read() as session:
        visits = session.exec(statement.order_by(col(Visit.visit_date).desc(), col(Visit.id).desc())).all()
        records = [_record(one) for one in visits if one.id != entry.visit_id]
    return EarlierRecords(entry.form, tuple(one for one in records if one is not None))


def _record(visit: Visit) -> tuple[date, Form, Answers] | None:
    try:
        return visit.visit_date, form_of(visit), json.loads(visit.answers)
    except NotFound:  # a newer program's form
        return None


def _told(one: Field, on: date, form: Form, answers: Answers) -> EarlierAnswer | None:
    then = next((other for other in form.fields() if other.name == one.name), None)
    answer = answers.get(one.name)
    if then is None or answer is None or then.type is not one.type:
        return None
    beside = str(answers.get(then.text_name, "")) if then.text_name else ""
    alike = [(o.code, o.label) for o in then.options] == [(o.code, o.label) for o in one.options]
    return EarlierAnswer(then, answer, beside, on, alike and one.measure is None and not beside)
