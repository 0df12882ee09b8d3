"""What must be true of a field's expressions: they ask about fields and codes that exist, and answer what fits."""

from __future__ import annotations

from collections.abc import Iterator

from zhaohu.i18n import _
from zhaohu.rules.forms.expressions import Call, Expression, Literal, Node, Reference
from zhaohu.rules.forms.model import Field, FieldType, Form
from zhaohu.rules.forms.reading import from_value

_DATES = ("today", "add_days")
_NUMBERS = ("+", "-", "*", "days", "years", "age_months", "corrected_months", "count_selected")


def word_faults(form: Form, field: Field) -> Iterator[str]:
    """Expressions of a field, and of its group, that name what the form does not have."""
    for expression in (*form.conditions(field.name), *_own(field)):
        for node in expression.nodes():
            if isinstance(node, Reference) and node.name and not _has(form, node.name):
                yield _("{source} names no field: {name}").format(source=expression.source, name=node.name)
            if isinstance(node, Call) and node.name in ("=", "!=", "selected"):
                yield from _unknown_codes(form, field, expression, node)
    for expression in form.conditions(field.name):
        if field.name in expression.fields() or any(node == Reference("") for node in expression.nodes()):
            yield _("{source}: whether a field is asked cannot hang on its own answer").format(source=expression.source)


def _own(field: Field) -> Iterator[Expression]:
    for one in (field.required, field.default):
        if isinstance(one, Expression):
            yield one
    yield from (constraint.test for constraint in field.constraints)
    yield from (hint.test for hint in field.hints)


def _has(form: Form, name: str) -> bool:
    return any(field.name == name for field in form.fields())


def _unknown_codes(form: Form, field: Field, expression: Expression, call: Call) -> Iterator[str]:
    reference, literal = call.arguments
    if isinstance(reference, Literal):
        reference, literal = literal, reference
    if not (isinstance(reference, Reference) and isinstance(literal, Literal) and literal.value != ""):
        return
    if reference.name and not _has(form, reference.name):
        return
    asked = form.field(reference.name) if reference.name else field
    if asked.options and (not isinstance(literal.value, str) or asked.option(literal.value) is None):
        text = _("{source}: {field} has no option {code}")
        yield text.format(source=expression.source, field=asked.name, code=literal.value)


def default_faults(form: Form, field: Field) -> Iterator[str]:
    """A default that the field could not hold."""
    if field.default is None:
        return
    for node in _outcomes(field.default.root):
        if not _fits(form, field, node):
            yield _("default {source} does not fit the type {type}").format(
                source=field.default.source, type=field.type
            )
            return


def _outcomes(node: Node) -> Iterator[Node]:
    if isinstance(node, Call) and node.name == "if":
        yield from _outcomes(node.arguments[1])
        yield from _outcomes(node.arguments[2])
    else:
        yield node


def _fits(form: Form, field: Field, node: Node) -> bool:
    if isinstance(node, Literal):
        return node.value == "" or from_value(field, node.value) is not None
    if isinstance(node, Reference):
        return not _has(form, node.name) or form.field(node.name).type in (field.type, FieldType.TEXT)
    if node.name in _DATES:
        return field.type is FieldType.DATE
    return node.name in _NUMBERS and field.type in (FieldType.INTEGER, FieldType.DECIMAL)
