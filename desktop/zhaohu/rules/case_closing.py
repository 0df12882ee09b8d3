"""When a special case may be closed: the rule of its category, and whether the records meet it; a person decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from zhaohu.i18n import N_, _, format_date
from zhaohu.rules.growth.terms import Status

ANAEMIA, STUNTING, MALNUTRITION, RICKETS = "04", "03", "05", "07"
BIRTH = ("01", "02")
"""Preterm birth and low birth weight."""
_HB_NORMAL = Decimal(110)
_YEAR_MONTHS = 12
_IN_A_ROW = 2

_TOO_SMALL = {
    Status.UNDERWEIGHT,
    Status.SEVERE_UNDERWEIGHT,
    Status.WASTING,
    Status.SEVERE_WASTING,
    Status.STUNTING,
    Status.SEVERE_STUNTING,
}


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What is recorded of a child since its case was opened.

    Args:
        months: Its age today in completed months.
        hemoglobin: The last haemoglobin in g/L and its day; None when none was measured since.
        statuses: For each day measured since, the oldest first, the nutrition status that it shows.
        signs: Whether the last record that asked about signs of rickets has any, and its day; None when none asked.
    """

    months: int
    hemoglobin: tuple[date, Decimal] | None = None
    statuses: tuple[tuple[date, frozenset[Status]], ...] = ()
    signs: tuple[date, bool] | None = None


@dataclass(frozen=True, slots=True)
class ClosingAdvice:
    """The rule by which a case is closed.

    Args:
        rule: In words.
        source: Where it comes from, with its mark.
        met: Whether the records meet it; None when they do not say.
        why: What the records say.
    """

    rule: str
    source: str
    met: bool | None
    why: str


_NORM = N_("Norm for children's nutritional diseases, 2012")
_NOT_READ = N_("Norm for children's nutritional diseases, 2012 (this rule was not checked against the document)")
_LOCAL = N_("local practice; one source")


def closing_advice(category: str, facts: CaseFacts) -> ClosingAdvice | None:
    """The rule of a category; None when there is none."""
    if category == ANAEMIA:
        return _anaemia(facts)
    if category in (STUNTING, MALNUTRITION):
        return _malnutrition(facts)
    if category == RICKETS:
        return _rickets(facts)
    return _birth(facts) if category in BIRTH else None


def _anaemia(facts: CaseFacts) -> ClosingAdvice:
    rule = _("Closed when haemoglobin is normal (110 g/L or more) after the full course of iron.")
    if facts.hemoglobin is None:
        return ClosingAdvice(rule, _(_NORM), None, _("No haemoglobin was recorded since the case was opened."))
    on, value = facts.hemoglobin
    why = _("{day}: haemoglobin {value} g/L.").format(day=format_date(on), value=value)
    return ClosingAdvice(rule, _(_NORM), value >= _HB_NORMAL, why)


def _malnutrition(facts: CaseFacts) -> ClosingAdvice:
    rule = _("Closed when weight, length and weight for length have come back to normal and stay so.")
    if not facts.statuses:
        return ClosingAdvice(rule, _(_NOT_READ), None, _("Nothing was measured since the case was opened."))
    lasting = _normal_in_a_row(facts)
    why = _("The last {n} measurements are normal.").format(n=lasting)
    if not lasting:
        why = _("The last measurement, {day}, is not normal.").format(day=format_date(facts.statuses[-1][0]))
    return ClosingAdvice(rule, _(_NOT_READ), lasting >= _IN_A_ROW, why)


def _rickets(facts: CaseFacts) -> ClosingAdvice:
    rule = _("Closed when symptoms and signs are gone and the tests are normal.")
    if facts.signs is None:
        return ClosingAdvice(rule, _(_NOT_READ), None, _("No record asked about the signs since the case was opened."))
    on, present = facts.signs
    text = _("{day}: signs of rickets recorded.") if present else _("{day}: no signs recorded.")
    return ClosingAdvice(rule, _(_NOT_READ), False if present else None, text.format(day=format_date(on)))


def _birth(facts: CaseFacts) -> ClosingAdvice:
    rule = _("Closed from one year of age after two normal assessments in a row.")
    lasting = _normal_in_a_row(facts)
    why = _("{months} months old; normal measurements in a row: {n}.").format(months=facts.months, n=lasting)
    return ClosingAdvice(rule, _(_LOCAL), facts.months >= _YEAR_MONTHS and lasting >= _IN_A_ROW, why)


def _normal_in_a_row(facts: CaseFacts) -> int:
    count = 0
    for _day, statuses in reversed(facts.statuses):
        if statuses & _TOO_SMALL:
            break
        count += 1
    return count
