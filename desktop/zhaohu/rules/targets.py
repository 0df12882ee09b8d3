"""Targets of indicators: which share is aimed at from which year on. Pure.

What a center sets (`targets`) is the whole list: `{"targets": [{"indicator": "managed", "from_year": 2025,
"per_mille": 950}, …]}`. A target counts from its year until a later one of the same indicator takes its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from zhaohu.errors import BadInput
from zhaohu.i18n import _
from zhaohu.rules.forms.tables import Table

FIRST_YEAR, LAST_YEAR = 2000, 2100
WHOLE = 1000
"""Per mille: targets such as 92.5 % are kept as whole numbers."""


class Indicator(StrEnum):
    """What a target can be set for.

    `managed`: children under three with at least one visit or check in the year, of all children under three
    (3岁以下儿童健康管理率). `knowledge`: caregivers who know the basics of child care, told by questionnaire
    (科学育儿知识普及率).
    """

    MANAGED = "managed"
    KNOWLEDGE = "knowledge"


@dataclass(frozen=True, slots=True)
class Target:
    """A share in thousandths that is aimed at from a year on."""

    indicator: Indicator
    from_year: int
    per_mille: int

    def content(self) -> dict[str, Any]:
        """As it travels."""
        return {**asdict(self), "indicator": str(self.indicator)}


def parse_targets(text: str, file: str) -> tuple[Target, ...]:
    """Read the file that ships with the program.

    Raises:
        FormError: It is wrong; it names the reason.
    """
    table = Table.parse(text, file)
    table.take("source", str)
    rows = []
    for one in table.tables("targets", "targets"):
        whole = {key: one.take(key, int) for key in ("from_year", "per_mille")}
        rows.append({"indicator": one.take("indicator", str), **whole})
        one.done()
    table.done()
    try:
        return read_targets({"targets": rows})
    except BadInput as wrong:
        raise table.error(str(wrong)) from wrong


def read_targets(content: Mapping[str, Any]) -> tuple[Target, ...]:
    """The targets of a setting, by indicator and year.

    Raises:
        BadInput: It is no list of targets, a year or share cannot be, or two are of one indicator and year.
    """
    rows = content.get("targets")
    if content.keys() != {"targets"} or not isinstance(rows, list):
        raise _bad("targets", _("The list of targets is not in order."))
    targets = [_target(row) for row in rows]
    if len({(one.indicator, one.from_year) for one in targets}) < len(targets):
        raise _bad("from_year", _("There is a target of this indicator from this year already. Change that one."))
    return tuple(sorted(targets, key=lambda one: (list(Indicator).index(one.indicator), one.from_year)))


def in_force(targets: Iterable[Target], year: int) -> dict[Indicator, Target]:
    """The target of each indicator that counts in a year; none before the first."""
    begun = (one for one in targets if one.from_year <= year)
    return {one.indicator: one for one in sorted(begun, key=lambda one: one.from_year)}


def _target(row: object) -> Target:
    if not isinstance(row, Mapping) or row.keys() != {"indicator", "from_year", "per_mille"}:
        raise _bad("targets", _("The list of targets is not in order."))
    indicator, year, share = row["indicator"], row["from_year"], row["per_mille"]
    if not isinstance(indicator, str) or indicator not in set(Indicator):
        raise _bad("indicator", _("Choose an indicator."))
    if type(year) is not int or not FIRST_YEAR <= year <= LAST_YEAR:
        message = _("The year must lie between {first} and {last}.").format(first=FIRST_YEAR, last=LAST_YEAR)
        raise _bad("from_year", message)
    if type(share) is not int or not 0 < share <= WHOLE:
        raise _bad("per_mille", _("A target is more than 0 % and at most 100 %."))
    return Target(Indicator(indicator), year, share)


def _bad(field: str, message: str) -> BadInput:
    return BadInput(message, code="bad_value", field=field)
