"""What must be true between the parts of a form: names that exist, codes that are printed, words that are there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal

from zhaohu.i18n import _
from zhaohu.rules.forms.expression_checks import default_faults, word_faults
from zhaohu.rules.forms.formats import FORMATS
from zhaohu.rules.forms.model import SIZES, Field, FieldType, Form, Hint, HintKind
from zhaohu.rules.forms.paper_checks import paper_faults
from zhaohu.rules.forms.sources import PERSONAL, SOURCES
from zhaohu.rules.forms.tables import FormError

SELECTS = (FieldType.SELECT_ONE, FieldType.SELECT_MULTIPLE)
NUMBERS = (FieldType.INTEGER, FieldType.DECIMAL)
FINDINGS = (HintKind.REFER_NOW, HintKind.REFER, HintKind.CASE)
"""Hints that are followed to their end."""
HOW_MEASURED = ("position", "oedema")
HOW_CODES = ["1", "2"]


def faults(form: Form, file: str) -> Iterator[FormError]:
    """Every contradiction between the parts of a form, each with its field and reason; names come first."""
    twice = list(_names_used_twice(form))
    if twice:  # what follows would speak of the wrong one of two
        yield from (FormError(file, name, reason) for name, reason in twice)
        return
    for name in (form.date_field, form.birth_date_field):
        if _type(form, name) is not FieldType.DATE:
            yield FormError(file, name, _("must be a date field of the form"))
    if not form.from_days <= form.to_days:
        yield FormError(file, "ages", _("from_days must not be later than to_days"))
    for field in form.fields():
        reasons = (
            *_shape(field),
            *_options(field),
            *_links(form, field),
            *_hints(field),
            *word_faults(form, field),
            *default_faults(form, field),
        )
        yield from (FormError(file, field.name, reason) for reason in reasons)
    yield from (FormError(file, name, reason) for name, reason in paper_faults(form))


def _twice(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def _names_used_twice(form: Form) -> Iterator[tuple[str, str]]:
    fields = [field for group in form.groups for field in group.fields]
    for name in _twice(group.name for group in form.groups):
        yield name, _("two groups have this name")
    for name in _twice(name for field in fields for name in field.names):
        yield name, _("two fields have this name")
    for name in _twice(hint.name for field in fields for hint in field.hints):
        yield (
            next(one.name for one in fields if name in {hint.name for hint in one.hints}),
            _("two hints have the name {name}").format(name=name),
        )


def _type(form: Form, name: str | None) -> FieldType | None:
    return next((field.type for field in form.fields() if field.name == name), None)


def _shape(field: Field) -> Iterator[str]:
    if not field.label:
        yield _("{key} is missing").format(key="label")
    if (field.hard or field.soft) and field.type not in NUMBERS:
        yield _("hard and soft belong to integer and decimal")
    if field.hard and field.soft:
        (low, high), (least, most) = (map(Decimal, ends) for ends in (field.soft, field.hard))
        if low < least or high > most:
            yield _("soft must lie within hard")
    if (field.decimals > 0) != (field.type is FieldType.DECIMAL):
        yield _("decimals belong to type decimal, and it needs them")
    if field.max_length < 1 or field.boxes < 1:
        yield _("max_length and boxes must be 1 or more")
    if not field.paper and (field.required or field.within):
        yield _("a field that is not on the paper can be neither required nor within another")
    if field.hidden and (field.paper or field.constraints or field.hints or field.hint or field.previous):
        yield _("a hidden field has no place on the paper, and no words for a person")


def _options(field: Field) -> Iterator[str]:
    codes = [option.code for option in field.options]
    if (field.type in SELECTS) != bool(codes):
        yield _("options belong to select_one and select_multiple, and only there")
    if _twice(codes):
        yield _("two options have the same code")
    if _twice(option.label for option in field.options) or not all(option.label for option in field.options):
        yield _("every option needs words of its own")
    if field.normal is not None:
        normal = field.normal if isinstance(field.normal, list) else [field.normal]
        if field.type not in SELECTS or not set(normal) <= set(codes):
            yield _("normal must be a code of the options")
        elif len(normal) > 1 and any(option.exclusive for option in field.options if option.code in normal):
            yield _("normal cannot hold an option that stands alone beside another")


def _links(form: Form, field: Field) -> Iterator[str]:
    if field.prefill is not None and field.prefill not in SOURCES:
        yield _("unknown prefill {name}").format(name=field.prefill)
    if field.locked and field.prefill is None:
        yield _("locked needs a prefill")
    if field.format is not None and (field.format not in FORMATS or field.type is not FieldType.TEXT):
        yield _("unknown format {name}, or the field is no text").format(name=field.format)
    masked = field.format in FORMATS and FORMATS[field.format].mask is not None
    if field.personal != masked or (field.prefill in PERSONAL and not field.personal):
        yield _("personal belongs to format citizen_id and phone, and to every prefill of such a number")
    if field.within is not None and _type(form, field.within) is None:
        yield _("within names no field: {name}").format(name=field.within)
    elif field.within is not None and form.field(field.within).within is not None:
        yield _("within must name a field with its own cell: {name} has none").format(name=field.within)
    if (field.measure is None) != (field.measured_on is None):
        yield _("measure and measured_on belong together")
    if field.measure is not None:
        how = field.measure in HOW_MEASURED and [option.code for option in field.options] == HOW_CODES
        if not (how or (field.measure in SIZES and field.type in NUMBERS)):
            yield _("measure must be weight, length or head on a number, or position or oedema with the codes 1 and 2")
        if _type(form, field.measured_on) is not FieldType.DATE:
            yield _("measured_on must name a date field")


def _hints(field: Field) -> Iterator[str]:
    for one in field.hints:
        for reason in _hint(one):
            yield _("hint {name}: {reason}").format(name=one.name, reason=reason)


def _hint(hint: Hint) -> Iterator[str]:
    for key, words in (("message", hint.message), ("source", hint.source)):
        if not words:
            yield _("{key} is missing").format(key=key)
    if hint.kind in FINDINGS and not hint.rule:
        yield _("a hint of kind {kind} becomes a finding: it needs {key}").format(kind=hint.kind, key="rule")
    if (hint.case is not None) != (hint.kind is HintKind.CASE):
        yield _("case belongs to kind case, and it needs it: the category of 体弱儿分类")
    if hint.recheck_days is not None and hint.recheck_days < 1:
        yield _("recheck_days must be 1 or more")
