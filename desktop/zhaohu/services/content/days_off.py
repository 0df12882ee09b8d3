"""Days off and working days of a year, with what the district set."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from zhaohu.errors import BadInput
from zhaohu.i18n import _, form_term
from zhaohu.records.codes import Role, SiteKind
from zhaohu.rules.district_plans import REST, WORK
from zhaohu.services import district
from zhaohu.services.content.standing import Standing, standing_of
from zhaohu.services.desk import Desk
from zhaohu.services.district import Key
from zhaohu.services.due import workdays

_READERS = tuple(Role)
_ONE_DAY = timedelta(days=1)
_LONGEST_SPAN = 60


@dataclass(frozen=True, slots=True)
class DayRow:
    """A day that is not as the week has it; `by_district` when the center set it."""

    day: date
    kind: str
    by_district: bool


@dataclass(frozen=True, slots=True)
class Days:
    """A year: its notice (empty when there is none yet), its special days, and which edition is in force."""

    year: int
    source: str
    rows: tuple[DayRow, ...]
    standing: Standing


def list_days(desk: Desk, year: int) -> Days:
    """The days of a year that are not as the week has them. Any role."""
    desk.require(*_READERS)
    calendar, found = workdays.in_force(desk), district.setting(desk, Key.DAYS_OFF)
    own = ((found.content if found else None) or {}).get("days", {})
    marked = dict.fromkeys(calendar.rest, REST) | dict.fromkeys(calendar.work, WORK)
    rows = [DayRow(day, kind, day.isoformat() in own) for day, kind in sorted(marked.items()) if day.year == year]
    return Days(year, form_term(calendar.sources.get(year, "")), tuple(rows), standing_of(found))


def set_days(desk: Desk, first: date, last: date, kind: str) -> int:
    """Mark days as days off (`rest`) or working days (`work`), or as the notice has them (``). Admin, at the center.

    Raises:
        BadInput: The last day lies before the first, or there are more than 60.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    if not first <= last <= first + _LONGEST_SPAN * _ONE_DAY:
        message = _("The last day must not lie before the first, and at most {n} days after it.")
        raise BadInput(message.format(n=_LONGEST_SPAN), code="bad_value", field="last")
    found = dict((district.read(desk, Key.DAYS_OFF) or {}).get("days", {}))
    day = first
    while day <= last:
        found.pop(day.isoformat(), None)
        if kind:
            found[day.isoformat()] = kind
        day += _ONE_DAY
    return district.write(desk, Key.DAYS_OFF, {"days": found} if found else None)
