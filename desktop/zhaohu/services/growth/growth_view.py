"""Everything that a child's growth tab shows, read once; charts and comparisons are then made of it at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from zhaohu.i18n import _, format_date
from zhaohu.records.codes import Role
from zhaohu.rules.ages import is_preterm
from zhaohu.rules.growth.assess import SEXES, Result
from zhaohu.rules.growth.curves.change import Change, change
from zhaohu.rules.growth.curves.chart import ChartGeometry, Lines, Window, build_chart
from zhaohu.rules.growth.series import Born, MeasuredDay
from zhaohu.rules.growth.terms import UNITS, Indicator, Standard
from zhaohu.rules.growth.trend import Trend
from zhaohu.rules.growth.trend.speed import GROWING, newest_speed, speed_between
from zhaohu.rules.growth.velocity import Velocity
from zhaohu.services import reference
from zhaohu.services.desk import Desk
from zhaohu.services.growth import growth_trend
from zhaohu.services.growth.growth_words import value_text, z_text
from zhaohu.services.growth.measured_words import velocity_text

_IN_GRAMS = (Indicator.WFA, Indicator.WFL)


@dataclass(frozen=True, slots=True)
class GrowthView:
    """A child's growth.

    Args:
        born: What growth has to know of the child.
        days: What was measured, the earliest first.
        trend: What it amounts to, with advice and the next check.
    """

    born: Born
    days: tuple[MeasuredDay, ...]
    trend: Trend

    @property
    def preterm(self) -> bool:
        """Whether INTERGROWTH-21st is for this child too."""
        return is_preterm(self.born.gestation_days)

    def measured(self, indicator: Indicator, standard: Standard) -> list[MeasuredDay]:
        """The days on which an indicator has a value, the earliest first."""
        return [day for day in self.days if day.by(standard).of(indicator).value is not None]

    def chart(
        self, indicator: Indicator, standard: Standard, lines: Lines = Lines.SD, window: Window | None = None
    ) -> ChartGeometry:
        """The chart of one indicator."""
        visits = [(day.on, day.by(standard)) for day in self.days]
        tables = reference.growth_references()
        return build_chart(tables, standard, self.born.sex, indicator, visits, lines=lines, window=window)

    def changes(self, indicator: Indicator, standard: Standard) -> dict[date, Change]:
        """By day, what an indicator changed by since it was measured before."""
        return {
            later.on: change(earlier.on, _result(earlier, indicator, standard), later.on, result)
            for earlier, later in pairwise(self.measured(indicator, standard))
            for result in [_result(later, indicator, standard)]
        }

    def velocity_until(self, indicator: Indicator, on: date) -> str:
        """How fast the child grew until a day, against the WHO interval that suits best; empty for none."""
        if indicator not in GROWING:
            return ""
        days = [day for day in self.days if day.on <= on]
        rules, tables = reference.trend_rules(), reference.growth_references()
        found = newest_speed(rules, tables, self.born, GROWING[indicator], days)
        return _velocity_words(found.velocity) if found is not None else ""

    def compared(self, indicator: Indicator, standard: Standard, one: date, other: date) -> str:
        """What changed from one day to another, as a sentence; empty where there is nothing to compare."""
        days = {day.on: day for day in self.measured(indicator, standard)}
        earlier, later = sorted((one, other))
        if earlier not in days or later not in days or earlier == later:
            return ""
        results = [_result(days[on], indicator, standard) for on in (earlier, later)]
        words = [change_words(indicator, change(earlier, results[0], later, results[1]))]
        if indicator in GROWING and self.born.sex in SEXES:
            between = days[earlier], days[later]
            found = speed_between(reference.growth_references(), self.born, GROWING[indicator], *between)
            words.append(_velocity_words(found) if found is not None else "")
        head = _("{start} to {end}:").format(start=format_date(earlier), end=format_date(later))
        return " ".join([head, _("; ").join(filter(None, words))])


def view(desk: Desk, child_id: str) -> GrowthView:
    """A child's growth, read at one go.

    Raises:
        NotFound: There is no such child.
    """
    desk.require(*Role)
    found = growth_trend.child_growth(desk, child_id)
    return GrowthView(found.born, found.days, found.trend)


def change_words(indicator: Indicator, found: Change) -> str:
    """A change in words: how much, in how many days, how much a day, and by how much the z-score moved."""
    parts = [_("{value} in {days} days").format(value=change_text(indicator, found), days=found.days)]
    per_day = found.per_day
    if per_day is not None and indicator in _IN_GRAMS:
        parts.append(_("{n} g a day").format(n=f"{per_day * 1000:+.1f}"))
    elif per_day is not None and indicator in GROWING:
        month = f"{per_day * 30.4375:+.2f} {UNITS[indicator]}"
        parts.append(_("{value} a month").format(value=month))
    if found.z is not None:
        parts.append(_("z-score {z}").format(z=z_text(found.z)))
    return _(", ").join(parts)


def change_text(indicator: Indicator, found: Change) -> str:
    """How much more or less, with sign and unit."""
    words = value_text(indicator, abs(found.value))
    sign = "" if not words.strip("0.,") else "-" if found.value < 0 else "+"
    return f"{sign}{words} {UNITS[indicator]}"


def _velocity_words(found: Velocity) -> str:
    words = velocity_text(found)
    return _("velocity {words}").format(words=words) if words else ""


def _result(day: MeasuredDay, indicator: Indicator, standard: Standard) -> Result:
    return day.by(standard).of(indicator)
