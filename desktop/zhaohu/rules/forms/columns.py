"""Tables with a column for each age: which field of a row stands in which column."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from zhaohu.rules.forms.expressions import Literal, Node, Reference
from zhaohu.rules.forms.functions import FUNCTIONS, Value, truth
from zhaohu.rules.forms.model import Field, Form, Option, PaperRow


class _Open(Enum):
    """What an expression comes to when it hangs on answers that are not known yet."""

    OPEN = "open"


def columns_of(form: Form) -> tuple[Option, ...]:
    """The columns of the official table, from left to right; none when it has no columns."""
    return form.field(form.age_column).options if form.age_column else ()


def asked_in_column(form: Form, one: Field, code: str) -> bool:
    """Whether a field can be asked in a column, whatever the other answers are."""
    return may_be_asked(form, one, {form.age_column: code} if form.age_column else {})


def may_be_asked(form: Form, one: Field, known: Mapping[str, Value]) -> bool:
    """Whether a field can be asked as far as the known answers settle it."""
    settled = (_settle(test.root, known) for test in form.conditions(one.name))
    return all(value is _Open.OPEN or truth(value) for value in settled)


def field_in_column(form: Form, row: PaperRow, code: str) -> Field | None:
    """The field that stands in a row's column; None where the paper has ——."""
    return next((one for one in map(form.field, row.fields) if asked_in_column(form, one, code)), None)


def _settle(node: Node, known: Mapping[str, Value]) -> Value | _Open:
    """The value of a part of an expression as far as the known answers settle it."""
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Reference):
        return known.get(node.name, _Open.OPEN)
    if node.name == "today":
        return _Open.OPEN
    values = [_settle(argument, known) for argument in node.arguments]
    settled = [value for value in values if not isinstance(value, _Open)]
    if node.name in ("and", "or"):
        for value in settled:
            if truth(value) is (node.name == "or"):
                return truth(value)
    if node.name == "if" and not isinstance(values[0], _Open):
        return values[1] if truth(values[0]) else values[2]
    return FUNCTIONS[node.name][1](*settled) if len(settled) == len(values) else _Open.OPEN
