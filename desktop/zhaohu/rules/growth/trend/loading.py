"""Reading resources/growth/trend.toml, whose head explains every key; whatever is wrong is refused with its place."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from math import inf
from types import MappingProxyType
from typing import TypeVar

from zhaohu.i18n import _
from zhaohu.rules.forms.tables import Table
from zhaohu.rules.growth.terms import Indicator, Status
from zhaohu.rules.growth.trend.rules import Advice, Births, Condition, Rule, TrendRules
from zhaohu.rules.growth.trend.terms import Basis, Measure, Urgency, Verdict
from zhaohu.rules.schedule import Schedule

_Choice = TypeVar("_Choice", bound=StrEnum)

_NUMBERS: Mapping[str, tuple[str, ...]] = {
    "birth_loss": ("percent",),
    "birth_regain": (),
    "birth_gain": ("grams",),
    "loss": ("percent",),
    "standstill": (),
    "fall": ("within_days", "least_z"),
    "rise": ("within_days", "least_z", "to_z", "weight_z"),
    "lines": ("within_days", "least", "least_z"),
    "velocity": ("times", "below_z", "fall_z"),
    "catch_up": ("within_days", "least_z", "at_most_z"),
}
"""Which numbers each kind of rule needs."""
_BIRTH_Z = ("birth_above_z", "birth_below_z")
_AT_MOST = "at_most_z"
_BY_SCORE = ("fall", "rise", "lines", "catch_up")
_FROM_ONE_OF_TWO = ("fall", "rise", "lines")
_SD_LINES = tuple((float(z), f"{z:+d}SD".replace("+0SD", "M")) for z in range(-3, 4))
_PERCENTILE_LINES = (
    (-1.8808, "P3"),
    (-1.2816, "P10"),
    (-0.6745, "P25"),
    (0.0, "P50"),
    (0.6745, "P75"),
    (1.2816, "P90"),
    (1.8808, "P97"),
)
_LINES: Mapping[str, tuple[tuple[float, str], ...]] = {"sd": _SD_LINES, "percentile": _PERCENTILE_LINES}
"""The printed lines of WS/T 423-2022, tables A and B, as z."""


def parse_trend(text: str, file: str, schedule: Schedule) -> TrendRules:
    """Read the rules.

    Args:
        text: The file's text (TOML).
        file: Its name, for messages.
        schedule: The national schedule.

    Raises:
        FormError: The file is wrong; it names the rule and the reason.
    """
    table = Table.parse(text, file)
    rules = TrendRules(
        persists_days=table.take("persists_days", int),
        earliest_days=table.take("earliest_days", int),
        line_tolerance_z=_number(table, "line_tolerance_z"),
        routine_days=table.take("routine_days", int),
        errors=_errors(table),
        rules=tuple(_rule(one) for one in table.tables("rules", "rules")),
        conditions=tuple(_condition(one) for one in table.tables("conditions", "conditions")),
        checks=tuple(_check(one) for one in table.tables("checks", "checks")),
        preterm_checks=tuple(_span(one) for one in table.tables("preterm_checks", "preterm_checks")),
        advice=tuple(_advice(one) for one in table.tables("advice", "advice")),
        schedule=schedule,
    )
    table.done()
    names = [rule.name for rule in rules.rules] + [condition.name for condition in rules.conditions]
    if len(names) != len(set(names)):
        raise table.error(_("two rules have the same name"))
    return rules


def _rule(table: Table) -> Rule:
    table.place = name = table.take("name", str)
    kind = table.take("kind", str)
    if kind not in _NUMBERS:
        raise table.error(_("unknown kind of rule: {kind}").format(kind=kind))
    numbers = {key: _number(table, key) for key in _NUMBERS[kind]}
    if kind == "fall" and table.has(_BIRTH_Z[0]):
        numbers |= {key: _number(table, key) for key in _BIRTH_Z}
    if kind in ("fall", "lines") and table.has(_AT_MOST):
        numbers[_AT_MOST] = _number(table, _AT_MOST)
    lines = _LINES.get(table.take("lines", str), ()) if kind == "lines" else ()
    if kind == "lines" and not lines:
        raise table.error(_("lines must be sd or percentile"))
    since = table.take("since", str) if kind in _FROM_ONE_OF_TWO else "best"
    if since not in ("last", "best"):
        raise table.error(_("since must be last or best"))
    rule = Rule(
        name=name,
        kind=kind,
        of=_one_of(table, "of", Measure),
        indicator=_one_of(table, "indicator", Indicator) if kind in _BY_SCORE else None,
        verdict=_one_of(table, "verdict", Verdict),
        urgency=_one_of(table, "urgency", Urgency),
        from_days=table.take("from_days", int),
        to_days=table.take("to_days", int),
        births=_one_of(table, "births", Births),
        numbers=MappingProxyType(numbers),
        since_best=since == "best",
        lines=lines,
        spans=tuple(_span(one) for one in table.tables("spans")) if kind == "standstill" else (),
        may_refer=table.take("may_refer", bool, True),
        source=table.take("source", str),
        basis=_one_of(table, "basis", Basis),
    )
    table.done()
    return rule


def _span(table: Table) -> tuple[int, int]:
    span = table.take("to_days", int), table.take("days", int)
    table.done()
    return span


def _condition(table: Table) -> Condition:
    table.place = name = table.take("name", str)
    scored = table.has("indicator")
    condition = Condition(
        name=name,
        statuses=frozenset(_each_of(table, table.texts("statuses"), Status)),
        indicator=_one_of(table, "indicator", Indicator) if scored else None,
        below_z=_number(table, "below_z") if scored else -inf,
        above_z=_number(table, "above_z") if scored else inf,
        oedema=table.take("oedema", bool, False),
        from_days=table.take("from_days", int, 0),
        urgency=_one_of(table, "urgency", Urgency),
        refer_after_visits=table.take("refer_after_visits", int) if table.has("refer_after_visits") else None,
        refer_after_days=table.take("refer_after_days", int) if table.has("refer_after_days") else None,
        better_z=_number(table, "better_z") if table.has("better_z") else 0.0,
        source=table.take("source", str),
        basis=_one_of(table, "basis", Basis),
    )
    table.done()
    return condition


def _advice(table: Table) -> Advice:
    named = table.texts("for")
    verdicts = [name for name in named if name in list(Verdict)]
    advice = Advice(
        verdicts=frozenset(map(Verdict, verdicts)),
        statuses=frozenset(_each_of(table, [name for name in named if name not in verdicts], Status)),
        of=_one_of(table, "of", Measure) if table.has("of") else None,
        from_months=table.take("from_months", int),
        to_months=table.take("to_months", int),
        text=table.take("text", str),
    )
    table.done()
    return advice


def _check(table: Table) -> tuple[Urgency, int, int]:
    check = _one_of(table, "urgency", Urgency), table.take("to_days", int), table.take("days", int)
    table.done()
    return check


def _errors(table: Table) -> Mapping[Measure, tuple[tuple[int, int], ...]]:
    errors: dict[Measure, tuple[tuple[int, int], ...]] = {}
    for one in table.tables("errors", "errors"):
        of = _one_of(one, "of", Measure)
        errors[of] = (*errors.get(of, ()), (one.take("to_days", int), one.take("amount", int)))
        one.done()
    return MappingProxyType(errors)


def _number(table: Table, key: str) -> float:
    value = table.raw(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise table.error(_("{key} must be a number").format(key=key))
    return float(value)


def _one_of(table: Table, key: str, kind: type[_Choice]) -> _Choice:
    return _each_of(table, [table.take(key, str)], kind)[0]


def _each_of(table: Table, names: list[str] | tuple[str, ...], kind: type[_Choice]) -> list[_Choice]:
    try:
        return [kind(name) for name in names]
    except ValueError as error:
        raise table.error(str(error)) from error
