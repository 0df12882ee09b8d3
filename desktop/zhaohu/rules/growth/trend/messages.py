"""What a rule found, as a sentence with dates and figures."""

from __future__ import annotations

from datetime import date

from zhaohu.i18n import N_, _, form_term, format_date, format_number
from zhaohu.rules.growth.assess import Result
from zhaohu.rules.growth.terms import Indicator, Status
from zhaohu.rules.growth.trend.course import Point
from zhaohu.rules.growth.trend.terms import Measure
from zhaohu.rules.growth.velocity import Velocity
from zhaohu.rules.growth.words import indicator_title

_MEASURES = {
    Measure.WEIGHT: N_("Weight"),
    Measure.LENGTH: N_("Length/height"),
    Measure.HEAD: N_("Head circumference"),
    Measure.MASS: N_("Weight"),
}


def amount(measure: Measure, value: float) -> str:
    """A measured value as it is read: kg with two decimals, cm with one."""
    if measure in (Measure.LENGTH, Measure.HEAD):
        return _("{cm} cm").format(cm=format_number(value / 10, 1))
    return _("{kg} kg").format(kg=format_number(value / 1000, 2))


def signed(z: float) -> str:
    """A z-score with sign and two decimals."""
    return f"{z:+.2f}".replace("-0.00", "+0.00")


def below_birth(birth: Point, now: Point) -> str:
    """How much of the birth weight was lost."""
    text = _("{day}: weight {now} is {percent}% below the birth weight of {then}.")
    percent = format_number(100 * (birth.value - now.value) / birth.value, 1)
    return text.format(
        day=format_date(now.on),
        now=amount(Measure.WEIGHT, now.value),
        percent=percent,
        then=amount(Measure.WEIGHT, birth.value),
    )


def not_back(birth: Point, now: Point) -> str:
    """That the birth weight was not reached again."""
    text = _("On {day}, day {n} of life, weight {now} has not come back to the birth weight of {then}.")
    return text.format(
        day=format_date(now.on),
        n=now.age_days,
        now=amount(Measure.WEIGHT, now.value),
        then=amount(Measure.WEIGHT, birth.value),
    )


def gained_little(birth: Point, now: Point, grams: float) -> str:
    """That the gain since birth is too small."""
    text = _("By {day} weight has risen {gain} g since birth ({then} to {now}); {grams} g are expected.")
    return text.format(
        day=format_date(now.on),
        gain=format_number(now.value - birth.value, 0),
        then=amount(Measure.WEIGHT, birth.value),
        now=amount(Measure.WEIGHT, now.value),
        grams=format_number(grams, 0),
    )


def lost(before: Point, now: Point) -> str:
    """That weight fell since the last time."""
    text = _("Weight fell from {then} ({since}) to {now} ({day}): {loss} g or {percent}% less.")
    loss = before.value - now.value
    return text.format(
        then=amount(Measure.WEIGHT, before.value),
        since=format_date(before.on),
        now=amount(Measure.WEIGHT, now.value),
        day=format_date(now.on),
        loss=format_number(loss, 0),
        percent=format_number(100 * loss / before.value, 1),
    )


def stood_still(measure: Measure, before: Point, now: Point) -> str:
    """That nothing was gained beyond the measuring error."""
    text = _("{what} has not risen in {days} days: {then} ({since}), {now} ({day}).")
    return text.format(
        what=_(_MEASURES[measure]),
        days=(now.on - before.on).days,
        then=amount(measure, before.value),
        since=format_date(before.on),
        now=amount(measure, now.value),
        day=format_date(now.on),
    )


def moved(indicator: Indicator, since: date, on: date, z: tuple[float, float]) -> str:
    """How a z-score fell or rose; the change is that of the figures shown, so that they add up."""
    before, after = round(z[0], 2), round(z[1], 2)
    text = (
        _("{indicator}: z fell by {change}, from {before} ({since}) to {after} ({day}).")
        if after < before
        else _("{indicator}: z rose by {change}, from {before} ({since}) to {after} ({day}).")
    )
    return text.format(
        indicator=indicator_title(indicator),
        change=format_number(abs(after - before), 2),
        before=signed(before),
        since=format_date(since),
        after=signed(after),
        day=format_date(on),
    )


def crossed(indicator: Indicator, since: date, on: date, z: tuple[float, float], lines: tuple[str, str]) -> str:
    """Which printed lines were crossed downwards: the highest and the lowest of them."""
    text = _("{indicator}: from above {upper} ({since}) to below {lower} ({day}); z {before} to {after}.")
    return text.format(
        indicator=indicator_title(indicator),
        upper=lines[0],
        since=format_date(since),
        lower=lines[1],
        day=format_date(on),
        before=signed(z[0]),
        after=signed(z[1]),
    )


def slow(found: list[tuple[Point, Velocity]]) -> str:
    """The increments that are too small, the newest first."""
    parts = []
    for point, velocity in found:
        score = _("below all of WHO's") if velocity.z is None else _("WHO z {z}").format(z=signed(velocity.z))
        text = _("{gain} g in {days} days to {day} ({score})")
        parts.append(
            text.format(
                gain=format_number(velocity.increment, 0), days=velocity.days, day=format_date(point.on), score=score
            )
        )
    gains = _("; ").join(parts)
    if len(found) > 1:
        return _("Weight gain is small {n} times in succession: {gains}.").format(n=len(found), gains=gains)
    return _("Weight gain is small: {gains}.").format(gains=gains)


def found_before(message: str, days: list[date]) -> str:
    """A finding that stood before, with the days on which it did."""
    text = _("{finding} It stood already on {days}.")
    return text.format(finding=message, days=_(", ").join(format_date(day) for day in days))


def slow_before(message: str, days: list[date]) -> str:
    """A finding of poor nutrition, with the days on which weight grew too little already."""
    text = _("{finding} Weight grew too little already on {days}.")
    return text.format(finding=message, days=_(", ").join(format_date(day) for day in days))


def for_either(boy: str, girl: str) -> str:
    """What is said of a child whose sex is not known."""
    return boy if boy == girl else _("As a boy: {boy} As a girl: {girl}").format(boy=boy, girl=girl)


def condition(on: date, result: Result, status: Status | None) -> str:
    """What one indicator of the last measurement shows."""
    decimals = 2 if result.unit == "kg" else 1
    said = form_term(status) if status else ""
    text = (
        _("{day}: {indicator} {value} {unit}, z {z}: {status}.")
        if said
        else _("{day}: {indicator} {value} {unit}, z {z}.")
    )
    return text.format(
        day=format_date(on),
        indicator=indicator_title(result.indicator),
        value=format_number(result.value, decimals),
        unit=result.unit,
        z="" if result.z is None else signed(result.z),
        status=said,
    )


def oedema(on: date) -> str:
    """Oedema of both feet."""
    return _("{day}: oedema of both feet.").format(day=format_date(on))
