"""From what a person typed, or a JSON file says, to a canonical answer; and between answers and expression values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from zhaohu.i18n import _
from zhaohu.rules.forms.functions import Value
from zhaohu.rules.forms.model import Answer, Field, FieldType

_NUMBER = re.compile(r"[+-]?\d{1,9}(?:\.\d{1,9})?", re.ASCII)
_DATE = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})", re.ASCII)
_BETWEEN_CODES = re.compile(r"[\s,;/、，；]+")


class UnreadableError(ValueError):
    """The value is of no use for the field; the argument is the translated reason."""


def is_empty(raw: object) -> bool:
    """Whether nothing was answered: null, blank text or an empty list."""
    return raw is None or raw == [] or raw == () or (isinstance(raw, str) and not raw.strip())


def read(field: Field, raw: object) -> Answer:
    """The canonical answer for a value that is not empty.

    Raises:
        UnreadableError: It cannot be read as the field's type.
    """
    match field.type:
        case FieldType.INTEGER:
            number = _number(raw)
            if number != int(number):
                raise UnreadableError(_("must be a whole number"))
            return int(number)
        case FieldType.DECIMAL:
            number = _number(raw)
            if number != round(number, field.decimals):
                raise UnreadableError(_("must have at most {n} decimals").format(n=field.decimals))
            return f"{number:.{field.decimals}f}"
        case FieldType.DATE:
            return _date(raw).isoformat()
        case FieldType.SELECT_ONE:
            return _code(field, raw)
        case FieldType.SELECT_MULTIPLE:
            return _codes(field, raw)
        case _:
            return read_text(raw, field.max_length)


def read_text(raw: object, max_length: int) -> str:
    """Text on one line, without blanks around it.

    Raises:
        UnreadableError: It is no text, too long, or holds control characters.
    """
    if not isinstance(raw, str):
        raise UnreadableError(_("must be text"))
    text = " ".join(raw.split()) if re.search(r"[\r\n\t]", raw) else raw.strip()
    if len(text) > max_length:
        raise UnreadableError(_("must have at most {n} characters").format(n=max_length))
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        raise UnreadableError(_("must not hold control characters"))
    return text


def _number(raw: object) -> Decimal:
    text = unicodedata.normalize("NFKC", raw).strip() if isinstance(raw, str) else ""
    if isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) < 10**9:
        text = str(raw)
    elif isinstance(raw, float) and abs(raw) < 10**9:
        text = f"{Decimal(repr(raw)):f}"
    if not _NUMBER.fullmatch(text):
        raise UnreadableError(_("must be a number"))
    return Decimal(text) + 0  # no negative zero


def _date(raw: object) -> date:
    found = _DATE.fullmatch(unicodedata.normalize("NFKC", raw).strip()) if isinstance(raw, str) else None
    if found is None:
        raise UnreadableError(_("must be a date as year-month-day, such as 2026-03-05"))
    try:
        return date(*map(int, found.groups()))
    except ValueError as error:
        raise UnreadableError(_("is no day of the calendar")) from error


def _code(field: Field, raw: object) -> str:
    text = unicodedata.normalize("NFKC", raw).strip() if isinstance(raw, str) else ""
    if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw < 100:
        text = str(raw)
    if field.option(text) is None:
        codes = ", ".join(option.code for option in field.options)
        raise UnreadableError(_("must be one of the codes {codes}").format(codes=codes))
    return text


def _codes(field: Field, raw: object) -> list[str]:
    if isinstance(raw, str):
        parts: Iterable[object] = [part for part in _BETWEEN_CODES.split(raw) if part]
    elif isinstance(raw, (list, tuple)):
        parts = raw
    else:
        parts = [raw]
    chosen = {_code(field, part) for part in parts}
    return [option.code for option in field.options if option.code in chosen]


def to_value(field: Field, answer: Answer) -> Value:
    """A canonical answer as expressions see it."""
    match field.type:
        case FieldType.INTEGER | FieldType.DECIMAL:
            return Decimal(str(answer))
        case FieldType.DATE:
            return date.fromisoformat(str(answer))
        case FieldType.SELECT_MULTIPLE:
            return tuple(answer) if isinstance(answer, list) else ()
        case _:
            return str(answer)


def from_value(field: Field, value: Value) -> Answer | None:
    """A register's or an expression's value as a canonical answer, rounded half up to the field's decimals.

    None when there is no value, or the field cannot hold it.
    """
    if isinstance(value, Decimal):
        value = str(value.quantize(Decimal(1).scaleb(-field.decimals), ROUND_HALF_UP))
    elif isinstance(value, date):
        value = value.isoformat()
    if is_empty(value):
        return None
    try:
        return read(field, value)
    except UnreadableError:
        return None
