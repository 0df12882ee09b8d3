"""How a child grows in words and as a document: the same for screen, paper and command line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from zhaohu.i18n import N_, _, form_term, format_date, format_number, sentences
from zhaohu.rules.growth.trend import Basis, Finding, Trend, Urgency, Verdict
from zhaohu.rules.growth.trend.speed import Speed
from zhaohu.rules.growth.velocity import Growing
from zhaohu.services.growth.growth_words import z_text

_BASES = {
    Basis.VERIFIED: "",
    Basis.LOCAL: N_("local practice"),
    Basis.OWN: "",
    Basis.UNVERIFIED: N_("not checked against the document"),
}
_SPEEDS = {
    Growing.WEIGHT: N_("Weight: {gain} g in {days} days to {day}, {per_day} g a day"),
    Growing.LENGTH: N_("Length: {gain} cm in {days} days to {day}"),
    Growing.HEAD: N_("Head circumference: {gain} cm in {days} days to {day}"),
}


def verdict_line(found: Trend) -> str:
    """The verdict in one line, with the nutrition status; weight and length apart where they differ."""
    words = [form_term(str(found.verdict))]
    if found.either is not None and found.either[0].verdict is not found.either[1].verdict:
        boy, girl = (form_term(str(one.verdict)) for one in found.either)
        words = [_("as a boy: {boy}; as a girl: {girl}").format(boy=boy, girl=girl)]
    elif Verdict.UNCLEAR not in (found.weight, found.length) and found.weight is not found.length:
        text = _("{overall} (weight: {weight}; length: {length})")
        weight, length = form_term(str(found.weight)), form_term(str(found.length))
        words = [text.format(overall=words[0], weight=weight, length=length)]
    return " · ".join([*words, *(form_term(str(status)) for status in found.statuses)])


def finding_lines(found: Trend) -> list[str]:
    """Every finding and condition, each with where its rule comes from."""
    return [sentences((one.message, source_words(one))) for one in found.all()] + one_sided_lines(found)


def one_sided_lines(found: Trend) -> list[str]:
    """When the sex is not known: what was found only for a boy, or only for a girl."""
    both = {one.rule for one in found.all()}
    sides = zip((N_("As a boy: {finding}"), N_("As a girl: {finding}")), found.either or (), strict=False)
    return [_(text).format(finding=one.message) for text, side in sides for one in side.all() if one.rule not in both]


def source_words(finding: Finding) -> str:
    """Where a finding's rule comes from, and how well it is founded where the source does not say so itself."""
    source = form_term(finding.source)
    if basis := _BASES[finding.basis]:
        return _("(Rule: {source}; {basis})").format(source=source, basis=_(basis))
    return _("(Rule: {source})").format(source=source)


def to_do_lines(found: Trend, today: date) -> list[str]:
    """Referral, next check and advice."""
    lines = [_("Referral advised.")] if found.refer else []
    due = next_check_words(found, today)
    return [*lines, *([due] if due else []), *found.advice]


def is_overdue(found: Trend, today: date) -> bool:
    """Whether the child should have been measured again before today."""
    return found.next_check is not None and found.next_check < today


def next_check_words(found: Trend, today: date) -> str:
    """When the child is to be measured again; a day that has passed is said to be overdue. Empty for none."""
    if found.next_check is None:
        return ""
    text = _("Next check: {day}")
    if is_overdue(found, today):  # the routine's day is the first of a window
        routine = found.urgency is Urgency.NONE
        text = _("Check due since {day}, not done yet") if routine else _("Check overdue since {day}")
    return text.format(day=format_date(found.next_check))


def trend_lines(found: Trend, today: date) -> list[str]:
    """The whole trend as lines of text."""
    verdict = _("Growth: {verdict}").format(verdict=verdict_line(found))
    return [verdict, *finding_lines(found), *to_do_lines(found, today)]


def speed_lines(found: tuple[Speed, ...]) -> list[str]:
    """Velocities as sentences."""
    return [_speed_line(one) for one in found]


def trend_document(found: Trend) -> dict[str, object]:
    """The trend as JSON knows it."""
    document: dict[str, object] = {
        "verdict": found.verdict,
        "weight": found.weight,
        "length": found.length,
        "statuses": list(found.statuses),
        "refer": found.refer,
        "next_check": found.next_check,
        "findings": [_finding(one) for one in found.findings],
        "conditions": [_finding(one) for one in found.conditions],
        "advice": list(found.advice),
    }
    for name, one in _either(found):
        document[name] = trend_document(one)
    return document


def speed_document(found: tuple[Speed, ...]) -> list[dict[str, object]]:
    """Velocities as JSON knows them."""
    return [
        {
            "of": one.velocity.of,
            "since": one.since,
            "on": one.on,
            "days": one.velocity.days,
            "increment": round(one.velocity.increment, 2),
            "per_day": round(one.velocity.per_day, 3),
            "months": one.velocity.months,
            "z": None if one.velocity.z is None else round(one.velocity.z, 2) + 0.0,
            "reason": one.velocity.reason,
        }
        for one in found
    ]


def _either(found: Trend) -> Iterator[tuple[str, Trend]]:
    if found.either is not None:
        yield from zip(("as_boy", "as_girl"), found.either, strict=True)


def _finding(one: Finding) -> dict[str, object]:
    return {
        "rule": one.rule,
        "verdict": one.verdict,
        "status": one.status,
        "measure": one.measure,
        "indicator": one.indicator,
        "since": one.since,
        "on": one.on,
        "urgency": one.urgency,
        "message": one.message,
        "source": one.source,
        "basis": one.basis,
    }


def _speed_line(one: Speed) -> str:
    velocity = one.velocity
    text = _(_SPEEDS[velocity.of]).format(
        gain=format_number(velocity.increment, 0 if velocity.of is Growing.WEIGHT else 1),
        days=velocity.days,
        day=format_date(one.on),
        per_day=format_number(velocity.per_day, 1),
    )
    if velocity.z is None:
        return text
    return _("; ").join((text, _("WHO increments z {z}").format(z=z_text(velocity.z))))
