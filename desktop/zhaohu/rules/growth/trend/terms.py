"""The words of a trend (verdicts, urgency, where a rule comes from), and what judging a child's growth gives.

Chinese values are what nurses say and write; show them through `zhaohu.i18n.form_term`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from zhaohu.rules.growth.terms import Indicator, Status


class Verdict(StrEnum):
    """How a child grows, from the mildest to the gravest."""

    UNCLEAR = "尚不能判断"
    NORMAL = "增长正常"
    CATCH_UP = "追赶生长"
    RAPID = "增长过快"
    HEAD_FAST = "头围增长过快"
    HEAD_SLOW = "头围增长过慢"
    FALTERING = "增长不足"
    STAGNATION = "增长停滞"
    LOSS = "体重下降"

    @property
    def rank(self) -> int:
        """Its place among them."""
        return _VERDICTS.index(self)

    @property
    def too_little(self) -> bool:
        """Whether it says that the child does not grow enough."""
        return self in (Verdict.FALTERING, Verdict.STAGNATION, Verdict.LOSS, Verdict.HEAD_SLOW)


_VERDICTS = tuple(Verdict)


class Urgency(StrEnum):
    """What a finding asks for, the least first."""

    NONE = "none"
    ADVISE = "advise"
    """Talk with the family; the next check somewhat sooner."""
    RECHECK = "recheck"
    """See the child again soon; refer it when it is the same then."""
    REFER = "refer"

    @property
    def rank(self) -> int:
        """Its place among them."""
        return _URGENCIES.index(self)


_URGENCIES = tuple(Urgency)


class Basis(StrEnum):
    """How well a rule's numbers are founded."""

    VERIFIED = "verified"
    """Read in the document that is named as the source."""
    LOCAL = "local"
    """In use locally, not found in a national document."""
    OWN = "own"
    """Our choice, for want of a published number."""
    UNVERIFIED = "unverified"
    """Remembered of the document named, whose text could not be read."""


class Measure(StrEnum):
    """What is followed over time; `MASS` is weight and length of one day together."""

    WEIGHT = "weight"
    LENGTH = "length"
    HEAD = "head"
    MASS = "mass"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule found.

    Args:
        rule: Its name in resources/growth/trend.toml.
        verdict: What it says of the growth; None for a condition of the last measurement.
        status: The nutrition status, for a condition that is one.
        measure: What it is about.
        indicator: By which indicator.
        since: The measurement that the last one was compared with; for a condition the last one itself.
        on: The last measurement.
        urgency: What it asks for.
        message: A sentence with dates and figures, translated.
        source: Where the rule comes from, a term of the `forms` catalog.
        basis: How well its numbers are founded.
    """

    rule: str
    verdict: Verdict | None
    status: Status | None
    measure: Measure
    indicator: Indicator
    since: date
    on: date
    urgency: Urgency
    message: str
    source: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Trend:
    """How a child grows, and what is to be done.

    Args:
        verdict: Overall: the gravest of weight, length and head.
        weight: Of the weight.
        length: Of the length or height.
        findings: What the growth over time shows, the most urgent first; empty when it is as it should be.
        conditions: What the last measurements show by themselves (消瘦, 生长迟缓, oedema …), the most urgent first.
        next_check: When to see the child again; None when nothing was ever measured.
        refer: Whether it should be referred.
        advice: What to tell the family, translated.
        either: When the sex is not known and boys' and girls' tables say different things: as a boy and as a girl.
            `refer` is then true only if both say so, and the rest is what holds for both.
    """

    verdict: Verdict
    weight: Verdict
    length: Verdict
    findings: tuple[Finding, ...] = ()
    conditions: tuple[Finding, ...] = ()
    next_check: date | None = None
    refer: bool = False
    advice: tuple[str, ...] = ()
    either: tuple[Trend, Trend] | None = None

    @property
    def urgency(self) -> Urgency:
        """The greatest urgency of all that was found."""
        return max((one.urgency for one in self.all()), key=lambda one: one.rank, default=Urgency.NONE)

    @property
    def statuses(self) -> tuple[Status, ...]:
        """The nutrition status of the last measurements, each once."""
        return tuple(dict.fromkeys(one.status for one in self.conditions if one.status is not None))

    def all(self) -> Iterator[Finding]:
        """Findings and conditions."""
        yield from self.findings
        yield from self.conditions
