"""From a form's field to the input that takes its answer, and the answer as it was typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial

from zhaohu.i18n import form_term
from zhaohu.rules.forms.formats import FORMATS, masked
from zhaohu.rules.forms.model import Answer, FieldType, Form
from zhaohu.rules.forms.model import Field as FormField
from zhaohu.rules.forms.points import without_point
from zhaohu.ui.widgets.choice_field import ChoiceField, MultiChoiceField, Option
from zhaohu.ui.widgets.date_field import DateField
from zhaohu.ui.widgets.fields import Field, LineField, TextField
from zhaohu.ui.widgets.long_text_field import LongTextField
from zhaohu.ui.widgets.note_field import NoteField
from zhaohu.ui.widgets.number_field import NumberField
from zhaohu.ui.widgets.personal_field import PersonalField

_LONG = 100


def field_for(one: FormField, today: date) -> Field:
    """The input for a form's field."""
    unit = form_term(one.unit)
    if one.type is FieldType.INTEGER:
        return NumberField(unit)
    if one.type is FieldType.DECIMAL:
        return NumberField(unit, decimals=one.decimals, without_point=partial(without_point, one))
    if one.type is FieldType.DATE:
        return DateField(today)
    if one.type is FieldType.SELECT_ONE:
        return ChoiceField(_options(one), unit, text_length=one.max_length)
    if one.type is FieldType.SELECT_MULTIPLE:
        return MultiChoiceField(_options(one), unit, text_length=one.max_length)
    if one.type is FieldType.NOTE:
        return NoteField(form_term(one.hint or one.label))
    mask = FORMATS[one.format].mask if one.format else None
    if one.personal and mask is not None:
        return PersonalField(mask, max_length=one.max_length, unit=unit)
    if one.max_length > 2 * _LONG:
        return LongTextField(max_length=one.max_length)
    return TextField(width="field_long" if one.max_length >= _LONG else "field", max_length=one.max_length, unit=unit)


def _options(one: FormField) -> tuple[Option, ...]:
    return tuple(
        Option(option.code, form_term(option.label), option.code, option.exclusive, option.text)
        for option in one.options
    )


def raw(field: Field) -> object:
    """What was typed, in the shape the rules read (number text, ISO date, code, list of codes); None for nothing."""
    if field.unread() and isinstance(field, LineField):
        return field.text()
    value = field.value()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def text_of(field: Field) -> str | None:
    """The words beside a chosen option such as 其他___."""
    return field.option_text() if isinstance(field, ChoiceField | MultiChoiceField) else None


def set_text(field: Field, text: Answer | None) -> None:
    """Show the words beside a chosen option."""
    if isinstance(field, ChoiceField | MultiChoiceField):
        field.set_option_text(str(text or ""))


def show_answers(form: Form, fields: Mapping[str, Field], answers: Mapping[str, Answer]) -> None:
    """Show a form's answers in its inputs; what has none is emptied. Hidden fields have no input."""
    for one in form.fields():
        if one.hidden:
            continue
        fields[one.name].set_value(answers.get(one.name))
        if one.text_name:
            set_text(fields[one.name], answers.get(one.text_name))
        if one.again_name:
            fields[one.again_name].set_value(answers.get(one.again_name))


def typed(form: Form, fields: Mapping[str, Field]) -> dict[str, object]:
    """Everything that stands in a form's inputs, understood or not, by the keys of the answers."""
    found: dict[str, object] = {}
    for one in form.fields():
        if one.hidden:
            continue
        found[one.name] = raw(fields[one.name])
        if one.text_name:
            found[one.text_name] = text_of(fields[one.name])
        if one.again_name:
            found[one.again_name] = raw(fields[one.again_name])
    return {name: value for name, value in found.items() if value is not None}


def words_of(one: FormField, answer: Answer | None) -> str:
    """An answer as screens show it: the options' words, a number with its unit; what names a person is masked."""
    if answer is None:
        return ""
    if one.personal:
        return masked(one.format, str(answer))
    codes: Sequence[object] = answer if isinstance(answer, list) else [answer]
    if one.options:  # a newer program's code is shown as it is
        chosen = [(str(code), one.option(str(code))) for code in codes]
        return "、".join(form_term(option.label) if option is not None else code for code, option in chosen)
    return f"{'、'.join(map(str, codes))} {form_term(one.unit)}".strip()
