"""The rules about growth over time as tables of the manual: every rule with its numbers, ages and source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import isfinite

from zhaohu.i18n import N_, _, form_term, format_number
from zhaohu.rules.growth.age import DAYS_PER_MONTH
from zhaohu.rules.growth.doubt import DoubtRules
from zhaohu.rules.growth.references import CHINA_MONTHS
from zhaohu.rules.growth.trend.rules import Births, Condition, Rule, TrendRules
from zhaohu.rules.growth.trend.terms import Basis, Measure, Urgency
from zhaohu.rules.growth.words import indicator_title

_LAST_DAY = int(CHINA_MONTHS * DAYS_PER_MONTH) - 1
_DAYS_IN_DAYS = 60
"""Up to here ages are said in days, from then on in months."""

_KINDS = {
    "birth_loss": N_("more than {percent}% below the birth weight"),
    "birth_regain": N_("below the birth weight by more than the measuring error"),
    "birth_gain": N_("gained less than {grams} g since birth"),
    "loss": N_("less than the last time by more than the measuring error, and by more than {percent}%"),
    "standstill": N_("no gain beyond the measuring error over {spans}"),
    "fall": N_("z fell by at least {least_z} {since}"),
    "rise": N_("z rose by at least {least_z} {since} and is now at least {to_z}"),
    "lines": N_("crossed at least {least} {lines} downward {since}, z fell by at least {least_z}"),
    "velocity": N_("the last {times} WHO increments are below z {below_z}, and z fell by at least {fall_z}"),
    "catch_up": N_("z rose by at least {least_z} {since} and is not above {at_most_z}"),
}
_ANY_LOSS = N_("less than the last time by more than the measuring error")
_FROM_LAST = N_("since the last measurement (of the last {span})")
_FROM_BEST = N_("since the best of the last {span}")
_FROM_LOWEST = N_("since the lowest of the last {span}")
_MEASURES = {
    Measure.WEIGHT: N_("Weight"),
    Measure.LENGTH: N_("Length/height"),
    Measure.HEAD: N_("Head circumference"),
    Measure.MASS: N_("Weight for length/height"),
}
_BIRTHS = {
    Births.ALL: "",
    Births.TERM: N_("term births"),
    Births.PRETERM: N_("preterm births"),
    Births.SMALL: N_("preterm or under 2,500 g"),
    Births.NOT_SMALL: N_("not preterm nor under 2,500 g"),
}
_URGENCIES = {
    Urgency.NONE: N_("no measure"),
    Urgency.ADVISE: N_("advise"),
    Urgency.RECHECK: N_("recheck"),
    Urgency.REFER: N_("refer"),
}
_BASES = {
    Basis.VERIFIED: N_("verified"),
    Basis.LOCAL: N_("in local use"),
    Basis.OWN: N_("our choice"),
    Basis.UNVERIFIED: N_("unverified"),
}


def rules_table(rules: TrendRules) -> str:
    """Every rule about two or more measurements."""
    titles = (_("Finding"), _("Rule"), _("Age and births"), _("Measure taken"), _("Source (basis)"))
    return markdown_table(titles, [(*_rule_cells(rule), _source(rule.source, rule.basis)) for rule in rules.rules])


def conditions_table(rules: TrendRules) -> str:
    """Every rule about the last measurement alone."""
    titles = (_("Finding"), _("Measure taken"), _("To be referred when it lasts"), _("Source (basis)"))
    rows = [
        (_aged(one), _(_URGENCIES[one.urgency]), _lasting(one), _source(one.source, one.basis))
        for one in rules.conditions
    ]
    return markdown_table(titles, rows)


def checks_table(rules: TrendRules) -> str:
    """How many days until the next check, by urgency and age."""
    rows, start = [], dict.fromkeys(Urgency, 0)
    for urgency, to_days, days in rules.checks:
        ages = age_span(start[urgency], to_days)
        rows.append((_(_URGENCIES[urgency]), ages, _("{n} days later").format(n=days)))
        start[urgency] = to_days + 1
    preterm = _("preterm births, whatever was found (by corrected age)")
    first = 0
    for to_days, days in rules.preterm_checks:
        ages = age_span(first, to_days) if first else _("to {age}").format(age=_age(to_days))
        rows.append((preterm, ages, _("{n} days later").format(n=days)))
        first = to_days + 1
    return markdown_table((_("Measure taken"), _("Age"), _("Next check")), rows)


def errors_line(rules: TrendRules) -> str:
    """What two measurements may differ by without anything having changed."""
    parts = []
    for of, steps in rules.errors.items():
        start = 0
        for to_days, amount in steps:
            value = f"{amount} g" if of is Measure.WEIGHT else f"{format_number(amount / 10, 1)} cm"
            ages = age_span(start, to_days) if len(steps) > 1 else ""
            parts.append(" ".join(part for part in (_(_MEASURES[of]), ages, value) if part))
            start = to_days + 1
    return _("; ").join(parts)


def limits_table(rules: DoubtRules) -> str:
    """Between which multiples of the median of sex and age a value can be saved."""
    rows = [
        (_(_MEASURES[Measure(str(size))]), f"× {format_number(one.least, 2)}", f"× {format_number(one.most, 2)}")
        for size, one in rules.sizes.items()
    ]
    return markdown_table((_("Measure"), _("At least the median"), _("At most the median")), rows)


def age_span(from_days: int, to_days: int) -> str:
    """An age range in words, both ends included."""
    if to_days >= _LAST_DAY:
        return _("from {age}").format(age=_age(from_days))
    return _("{first} to {last}").format(first=_age(from_days), last=_age(to_days))


def _rule_cells(rule: Rule) -> tuple[str, str, str, str]:
    subject = _(_MEASURES[rule.of]) if rule.indicator is None else indicator_title(rule.indicator)
    any_loss = rule.kind == "loss" and not rule.numbers["percent"]
    text = _(_ANY_LOSS if any_loss else _KINDS[rule.kind]).format(
        since=_since(rule),
        spans=_(", ").join(_spans(rule)),
        lines=_("SD lines") if any(name.endswith("SD") for _z, name in rule.lines) else _("percentile lines"),
        **{name: _plain(number) for name, number in rule.numbers.items()},
    )
    measure = _(_URGENCIES[rule.urgency])
    if rule.urgency is Urgency.RECHECK and not rule.may_refer:
        measure = _("recheck, not referred")
    births = " ".join(part for part in (_births(rule), _birth_range(rule)) if part)
    ages = age_span(rule.from_days, rule.to_days)
    where = _("{ages}; {births}").format(ages=ages, births=births) if births else ages
    whole = _("{subject}: {text}").format(subject=subject, text=text + _rising(rule) + _ending(rule))
    return form_term(str(rule.verdict)), whole, where, measure


def _spans(rule: Rule) -> Iterator[str]:
    start = rule.from_days
    for to_days, days in rule.spans:
        yield _("{span} ({ages})").format(span=_days(days), ages=age_span(start, to_days))
        start = to_days + 1


def _rising(rule: Rule) -> str:
    """For weight against length: that weight for age must have risen too."""
    least = rule.numbers.get("weight_z", -9)
    if rule.kind != "rise" or rule.of is not Measure.MASS or least <= 0:
        return ""
    return _(", and weight for age rose by at least {z}").format(z=_plain(least))


def _ending(rule: Rule) -> str:
    """For a fall: where z must be now."""
    if rule.kind not in ("fall", "lines") or "at_most_z" not in rule.numbers:
        return ""
    return _(", and z is now at most {z}").format(z=_plain(rule.numbers["at_most_z"]))


def _since(rule: Rule) -> str:
    span = _days(int(rule.numbers.get("within_days", 0)))
    if not rule.since_best:
        return _(_FROM_LAST).format(span=span)
    return _(_FROM_LOWEST if rule.kind in ("rise", "catch_up") else _FROM_BEST).format(span=span)


def _births(rule: Rule) -> str:
    words = _BIRTHS[rule.births]
    return _(words) if words else ""


def _birth_range(rule: Rule) -> str:
    """The birth weights that a rule is for, where it is for some only."""
    low, high = rule.numbers.get("birth_above_z", -9), rule.numbers.get("birth_below_z", 9)
    if low <= -9 and high >= 9:
        return ""
    if low <= -9:
        return _("(birth weight z below {z})").format(z=_plain(high))
    if high >= 9:
        return _("(birth weight z from {z})").format(z=_plain(low))
    return _("(birth weight z {low} to {high})").format(low=_plain(low), high=_plain(high))


def _aged(one: Condition) -> str:
    if not one.from_days:
        return _what(one)
    return _("{what} ({ages})").format(what=_what(one), ages=age_span(one.from_days, _LAST_DAY))


def _what(one: Condition) -> str:
    if one.oedema:
        return _("Oedema")
    if one.indicator is None:
        return _(", ").join(form_term(str(status)) for status in sorted(one.statuses))
    return _("{indicator}: z below {low} or above {high}").format(
        indicator=indicator_title(one.indicator), low=_plain(one.below_z), high=_plain(one.above_z)
    )


def _lasting(one: Condition) -> str:
    better = _(" and z did not improve by {z}").format(z=_plain(one.better_z)) if one.better_z else ""
    if one.refer_after_visits is not None:
        return (
            _("seen, or weight to be rechecked, at {n} measurements before").format(n=one.refer_after_visits) + better
        )
    if one.refer_after_days is not None:
        return _("seen {span} ago").format(span=_days(one.refer_after_days)) + better
    return "—"


def _source(source: str, basis: Basis) -> str:
    said, words = form_term(source), _(_BASES[basis])
    return said if words in said else _("{source} ({basis})").format(source=said, basis=words)


def _age(days: int) -> str:
    if days <= _DAYS_IN_DAYS:
        return _("day {n}").format(n=days)
    return _("{n} months").format(n=round(days / DAYS_PER_MONTH))


def _days(days: int) -> str:
    if days <= _DAYS_IN_DAYS:
        return _("{n} days").format(n=days)
    return _("{n} months").format(n=round(days / DAYS_PER_MONTH))


def _plain(number: float) -> str:
    """A number without needless zeros, with a minus sign that reads well; what is without bound is a dash."""
    return f"{number:g}".replace("-", "−") if isfinite(number) else "—"


def markdown_table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |" for cells in lines)
