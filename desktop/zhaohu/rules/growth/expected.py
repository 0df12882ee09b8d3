"""What may be expected of a child on a day: from −2 to +2 SD of WS/T 423-2022, for sheets that are printed ahead."""

from __future__ import annotations

from datetime import date

from zhaohu.rules.growth.age import Age, Ages
from zhaohu.rules.growth.assess import SEXES
from zhaohu.rules.growth.china_places import at_age
from zhaohu.rules.growth.references import CHINA_MONTHS, References
from zhaohu.rules.growth.series import Born
from zhaohu.rules.growth.terms import Indicator

_PLACES = {Indicator.WFA: 1, Indicator.LHFA: 5, Indicator.HCFA: 13}
"""Where the bounds of an indicator stand in a row of the tables (`china_places`)."""
_MINUS_TWO_SD, _PLUS_TWO_SD = 1, 12
"""Their places among the fourteen bounds."""


def expected_range(references: References, born: Born, on: date, indicator: Indicator) -> tuple[float, float] | None:
    """The values at −2 and +2 SD on a day, by the age that counts; in g or mm.

    None before the due date of a preterm child, beyond the tables, and while the sex is not known.

    Raises:
        KeyError: The indicator is not weight, length or head circumference.
    """
    first = _PLACES[indicator]
    age: Age = Ages.on(born.on, on, born.gestation_days).used
    if born.sex not in SEXES or age.days < 0 or age.months >= CHINA_MONTHS:
        return None
    tables = references.china[born.sex]
    key = age.months * 1024 + age.day_of_month * 32 + age.month_days
    place = tables.by_age.get(key) or at_age(tables, age, key)
    scale, bounds = place[0], place[first]
    if not isinstance(bounds, tuple) or not bounds:
        return None
    return bounds[_MINUS_TWO_SD] / scale, bounds[_PLUS_TWO_SD] / scale
