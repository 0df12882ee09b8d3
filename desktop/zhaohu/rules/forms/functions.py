"""The functions and operators of form expressions over plain values; none raises, and a missing answer gives None."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Context, Decimal
from decimal import localcontext as _localcontext
from typing import Any

from zhaohu.rules.ages import corrected_birth_date, months_and_days

Value = str | Decimal | date | bool | tuple[str, ...] | None
"""What a field or a part of an expression can be; several options are a tuple of codes."""

_ARITHMETIC = Context(prec=28, traps=[])
_LONGEST_GESTATION_DAYS = 320
"""More days than any pregnancy lasts: such a number is none."""


def truth(value: Value) -> bool:
    """Whether a value counts as true: empty, `''` and 0 do not."""
    return bool(value)


def _empty_as_text(value: Value) -> Value:
    return "" if value is None or value == () else value


def _same(left: Value, right: Value) -> bool:
    left, right = _empty_as_text(left), _empty_as_text(right)
    return type(left) is type(right) and left == right


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Value, Value], bool]:
    def ordered(left: Value, right: Value) -> bool:
        return type(left) is type(right) and isinstance(left, (Decimal, date)) and compare(left, right)

    return ordered


def _reckoned(reckon: Callable[[Decimal, Decimal], Decimal]) -> Callable[[Value, Value], Value]:
    def reckoned(left: Value, right: Value) -> Value:
        if not (isinstance(left, Decimal) and isinstance(right, Decimal)):
            return None
        with _localcontext(_ARITHMETIC):
            result = reckon(left, right)
        return result if result.is_finite() else None

    return reckoned


def _selected(chosen: Value, code: Value) -> bool:
    return code in chosen if isinstance(chosen, tuple) else chosen is not None and _same(chosen, code)


def _count(chosen: Value) -> Decimal:
    if isinstance(chosen, tuple):
        return Decimal(len(chosen))
    return Decimal(0 if chosen in (None, "") else 1)


def _add_days(day: Value, days: Value) -> Value:
    if not (isinstance(day, date) and isinstance(days, Decimal)):
        return None
    try:
        return day + timedelta(days=int(days))
    except OverflowError:
        return None


def _days(start: Value, end: Value) -> Value:
    if not (isinstance(start, date) and isinstance(end, date)):
        return None
    return Decimal((end - start).days)


def _years(start: Value, end: Value) -> Value:
    if not (isinstance(start, date) and isinstance(end, date)):
        return None
    before_birthday = (end.month, end.day) < (start.month, start.day)
    return Decimal(end.year - start.year - before_birthday)


def _age_months(born: Value, on: Value) -> Value:
    if not (isinstance(born, date) and isinstance(on, date)):
        return None
    return Decimal(months_and_days(born, on)[0])


def _corrected_months(born: Value, gestation_days: Value, on: Value) -> Value:
    """Completed months from the 40-week date of a preterm child, else from its birth; negative before that day."""
    if not (isinstance(born, date) and isinstance(on, date)):
        return None
    days = int(gestation_days) if isinstance(gestation_days, Decimal) else None
    if days is not None and not 0 < days < _LONGEST_GESTATION_DAYS:
        days = None
    try:
        return Decimal(months_and_days(corrected_birth_date(born, days), on)[0])
    except OverflowError:
        return None


FUNCTIONS: dict[str, tuple[int, Callable[..., Value]]] = {
    "=": (2, _same),
    "!=": (2, lambda left, right: not _same(left, right)),
    "<": (2, _ordered(operator.lt)),
    "<=": (2, _ordered(operator.le)),
    ">": (2, _ordered(operator.gt)),
    ">=": (2, _ordered(operator.ge)),
    "+": (2, _reckoned(operator.add)),
    "-": (2, _reckoned(operator.sub)),
    "*": (2, _reckoned(operator.mul)),
    "and": (2, lambda left, right: truth(left) and truth(right)),
    "or": (2, lambda left, right: truth(left) or truth(right)),
    "not": (1, lambda value: not truth(value)),
    "if": (3, lambda test, yes, no: yes if truth(test) else no),
    "selected": (2, _selected),
    "count_selected": (1, _count),
    "add_days": (2, _add_days),
    "days": (2, _days),
    "years": (2, _years),
    "age_months": (2, _age_months),
    "corrected_months": (3, _corrected_months),
    "today": (0, lambda: None),  # answered from the scope
}
"""How many values each takes, and what it makes of them."""
