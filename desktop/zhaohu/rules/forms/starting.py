"""What a form starts with, and what one press fills in."""

from __future__ import annotations

from zhaohu.rules.forms.answers import Context
from zhaohu.rules.forms.expressions import Scope
from zhaohu.rules.forms.functions import Value
from zhaohu.rules.forms.model import Answer, Answers, Form
from zhaohu.rules.forms.reading import from_value, is_empty, to_value


def start(form: Form, context: Context) -> dict[str, Answer]:
    """The answers that a new record starts with: the register's values, then the form's defaults."""
    answers: dict[str, Answer] = {}
    values: dict[str, Value] = {}
    for one in form.fields():
        answer = from_value(one, context.sources.get(one.prefill)) if one.prefill else None
        if answer is None and one.default is not None and not (context.day_in_doubt and one.default.asks_the_day()):
            answer = from_value(one, one.default.value(Scope(values, context.today)))
        if answer is not None:
            answers[one.name] = answer
            values[one.name] = to_value(one, answer)
    return answers


def all_normal(form: Form, answers: Answers) -> dict[str, Answer]:
    """全部正常: the answers with the normal finding in every field that has one and is still empty."""
    filled = dict(answers)
    for one in form.fields():
        untouched = is_empty(answers.get(one.name)) and is_empty(answers.get(one.text_name or ""))
        if one.normal is not None and untouched:
            filled[one.name] = one.normal
    return filled
