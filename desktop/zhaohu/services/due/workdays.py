"""On which days the station works, for days that are proposed, planned and counted."""

from __future__ import annotations

from datetime import date
from functools import cache

from zhaohu import paths
from zhaohu.i18n import _, format_date
from zhaohu.records.codes import Role
from zhaohu.rules.workdays import Workdays, parse_workdays, with_days
from zhaohu.services import district
from zhaohu.services.desk import Desk

_FILE = "cn.toml"
_READERS = tuple(Role)


def in_force(desk: Desk) -> Workdays:
    """The calendar of the State Council's notices, with what the center set for the district."""
    desk.require(*_READERS)
    return with_days(_shipped(), district.read(desk, district.Key.DAYS_OFF))


def is_working(desk: Desk, day: date) -> bool:
    """Whether people work on a day; for several days ask `in_force` once."""
    return in_force(desk).is_working(day)


def next_working(desk: Desk, day: date) -> date:
    """The first day from this one on, itself included, on which people work."""
    return in_force(desk).next_working(day)


def known_until(desk: Desk) -> date:
    """The last day for which holidays are known; after it only weekends count as days off."""
    return in_force(desk).known_until


def doubt(desk: Desk, day: date) -> str:
    """What is to be said about a day that somebody plans for; empty for an ordinary working day."""
    calendar = in_force(desk)
    if not calendar.is_working(day):
        return _("{day} is no working day.").format(day=format_date(day))
    if day > calendar.known_until:
        message = _("The holidays of {year} are not known yet; only weekends are known to be days off.")
        return message.format(year=day.year)
    return ""


@cache
def _shipped() -> Workdays:
    return parse_workdays(paths.resource(f"calendar/{_FILE}").read_text("utf-8"), _FILE)
