"""What must be true between the parts of a form: names that exist, codes that are printed, a layout that is whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from zhaohu.i18n import _
from zhaohu.rules.forms.expressions import Call, Expression, Literal, Reference
from zhaohu.rules.forms.formats import FORMATS
from zhaohu.rules.forms.model import SIZES, Field, FieldType, Form
from zhaohu.rules.forms.sources import PERSONAL, SOURCES
from zhaohu.rules.forms.tables import FormError

SELECTS = (FieldType.SELECT_ONE, FieldType.SELECT_MULTIPLE)
NUMBERS = (FieldType.INTEGER, FieldType.DECIMAL)
HOW_MEASURED = ("position", "oedema")
HOW_CODES = ["1", "2"]
ROW_PARTS = 12


def check_form(form: Form, file: str) -> None:
    """Refuse a form whose parts contradict each other.

    Raises:
        FormError: Names the field and the reason.
    """
    names = Counter(name for group in form.groups for field in group.fields for name in field.names)
    for name, count in names.items():
        if count > 1:
            raise FormError(file, name, _("two fields have this name"))
    for name in (form.date_field, form.birth_date_field):
        if _type(form, name) is not FieldType.DATE:
            raise FormError(file, name, _("must be a date field of the form"))
    for field in form.fields():
        for reason in (*_shape(field), *_links(form, field), *_words(form, field)):
            raise FormError(file, field.name, reason)
    _check_paper(form, file)


def _type(form: Form, name: str | None) -> FieldType | None:
    return next((field.type for field in form.fields() if field.name == name), None)


def _shape(field: Field) -> Iterator[str]:
    codes = [option.code for option in field.options]
    if (field.type in SELECTS) != bool(codes):
        yield _("options belong to select_one and select_multiple, and only there")
    if len(codes) != len(set(codes)):
        yield _("two options have the same code")
    if (field.hard or field.soft) and field.type not in NUMBERS:
        yield _("hard and soft belong to integer and decimal")
    if (field.decimals > 0) != (field.type is FieldType.DECIMAL):
        yield _("decimals belong to type decimal, and it needs them")
    if field.normal is not None:
        normal = field.normal if isinstance(field.normal, list) else [field.normal]
        if field.type not in SELECTS or not set(normal) <= set(codes):
            yield _("normal must be a code of the options")
    if field.max_length < 1 or field.boxes < 1:
        yield _("max_length and boxes must be 1 or more")
    if not field.paper and (field.required or field.within):
        yield _("a field that is not on the paper can be neither required nor within another")


def _links(form: Form, field: Field) -> Iterator[str]:
    if field.prefill is not None and field.prefill not in SOURCES:
        yield _("unknown prefill {name}").format(name=field.prefill)
    if field.locked and field.prefill is None:
        yield _("locked needs a prefill")
    if field.format is not None and (field.format not in FORMATS or field.type is not FieldType.TEXT):
        yield _("unknown format {name}, or the field is no text").format(name=field.format)
    hidden = field.format in FORMATS and FORMATS[field.format].mask is not None
    if field.personal != hidden or (field.prefill in PERSONAL and not field.personal):
        yield _("personal belongs to format citizen_id and phone, and to every prefill of such a number")
    if field.within is not None and _type(form, field.within) is None:
        yield _("within names no field: {name}").format(name=field.within)
    if (field.measure is None) != (field.measured_on is None):
        yield _("measure and measured_on belong together")
    if field.measure is not None:
        how = field.measure in HOW_MEASURED and [option.code for option in field.options] == HOW_CODES
        if not (how or (field.measure in SIZES and field.type in NUMBERS)):
            yield _("measure must be weight, length or head on a number, or position or oedema with the codes 1 and 2")
        if _type(form, field.measured_on) is not FieldType.DATE:
            yield _("measured_on must name a date field")


def _words(form: Form, field: Field) -> Iterator[str]:
    for expression in _expressions(field):
        for node in expression.nodes():
            if isinstance(node, Reference) and node.name and _type(form, node.name) is None:
                yield _("{source} names no field: {name}").format(source=expression.source, name=node.name)
            if isinstance(node, Call) and node.name in ("=", "!=", "selected"):
                yield from _unknown_codes(form, field, expression, node)


def _expressions(field: Field) -> Iterator[Expression]:
    for one in (field.required, field.relevant, field.default):
        if isinstance(one, Expression):
            yield one
    yield from (constraint.test for constraint in field.constraints)
    yield from (hint.test for hint in field.hints)


def _unknown_codes(form: Form, field: Field, expression: Expression, call: Call) -> Iterator[str]:
    reference, literal = call.arguments
    if isinstance(reference, Literal):
        reference, literal = literal, reference
    if not (isinstance(reference, Reference) and isinstance(literal, Literal) and literal.value != ""):
        return
    if reference.name and _type(form, reference.name) is None:
        return
    asked = form.field(reference.name) if reference.name else field
    if asked.options and (not isinstance(literal.value, str) or asked.option(literal.value) is None):
        text = _("{source}: {field} has no option {code}")
        yield text.format(source=expression.source, field=asked.name, code=literal.value)


def _check_paper(form: Form, file: str) -> None:
    printed = [*form.paper.header, *(cell.field for row in form.paper.rows for cell in row.cells)]
    wanted = [
        field.name
        for field in form.fields()
        if field.within is None and field.type is not FieldType.NOTE and field.paper
    ]
    for name in (*(set(wanted) - set(printed)), *(set(printed) - set(wanted))):
        raise FormError(file, name, _("must stand on the paper exactly when it is a field with its own cell"))
    for there, here in zip(printed, wanted, strict=False):
        if there != here:
            raise FormError(file, there, _("stands on the paper in another order than in the form"))
    if len(printed) != len(wanted):
        raise FormError(file, "paper", _("a field stands on the paper twice"))
    for row in form.paper.rows:
        if sum(cell.width for cell in row.cells) != ROW_PARTS or any(cell.width < 1 for cell in row.cells):
            raise FormError(file, row.cells[0].field if row.cells else "paper", _("widths must add up to 12"))
