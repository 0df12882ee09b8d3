"""When the children of the demo are taken in and seen, by the schedule: mostly in time, some late, some not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from zhaohu.rules.risks import BirthFacts, derived_risks
from zhaohu.rules.schedule import ScheduledChild, due_items
from zhaohu.services import reference
from zhaohu.services.demo.people import Person, Story

_IN_TIME, _LATE = 0.85, 0.08
"""What is left is not done at all."""
_PROMPT_DAYS = 6.0
_LATEST_DAYS = 18
_UNSEEN = (Story.OVERDUE, Story.DUE)
"""Children whose newest contact is left open, to be seen under 今日."""
_LONG_WINDOW_DAYS = 60


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """A visit that was made: for which contact, on which form, on which day."""

    contact: str
    form: str
    day: date


@dataclass(frozen=True, slots=True)
class Plan:
    """A child, the day it was taken in, and its visits in order."""

    person: Person
    registered_on: date
    visits: tuple[PlannedVisit, ...]


def plan_child(throw: Random, person: Person, opened: date, last: date) -> Plan:
    """Plan what happened to a child.

    Args:
        throw: The child's dice.
        person: The child.
        opened: The day on which the station began to use the program.
        last: The last day on which something may have happened.
    """
    born = person.birth.day
    registered_on = min(
        max(born + timedelta(days=throw.randint(1, 3)), opened + timedelta(days=throw.randint(0, 9))), last
    )
    return Plan(person, registered_on, tuple(_visits(throw, person, registered_on, last)))


def _visits(throw: Random, person: Person, registered_on: date, last: date) -> list[PlannedVisit]:
    facts = person.facts
    risks = derived_risks(
        BirthFacts(person.birth.gestation_days, person.birth.weight_g, 2 if facts["plurality"] == 2 else 1)
    )
    discharged = facts["discharged_on"]
    assert isinstance(discharged, date)
    scheduled = ScheduledChild(person.birth.day, discharged, bool(risks))
    items = sorted(due_items(reference.schedule(), scheduled, last + timedelta(days=1)), key=lambda item: item.opens)
    nexts = [item.opens for item in items[1:]] + [date.max]
    visits: list[PlannedVisit] = []
    for item, follows in zip(items, nexts, strict=True):
        closes = min(item.closes, item.opens + timedelta(days=_LONG_WINDOW_DAYS))
        newest = item is items[-1]
        if closes < registered_on or (newest and person.story in _UNSEEN):
            continue
        day = _day(throw, max(item.opens, registered_on), closes, follows)
        if day is not None and day <= last and (not visits or visits[-1].day < day):
            visits.append(PlannedVisit(item.contact.code, item.contact.form, day))
    return visits


def _day(throw: Random, opens: date, closes: date, follows: date) -> date | None:
    chance = throw.random()
    if chance < _IN_TIME:
        day = min(opens + timedelta(days=int(throw.expovariate(1 / _PROMPT_DAYS))), closes)
        return _working_day(day, opens, closes)
    if chance < _IN_TIME + _LATE:
        latest = min(follows - timedelta(days=1), closes + timedelta(days=_LATEST_DAYS))
        if latest > closes:
            return _working_day(closes + timedelta(days=throw.randint(1, (latest - closes).days)), closes, latest)
    return None


def _working_day(day: date, earliest: date, latest: date) -> date:
    """Monday to Friday where the window allows."""
    for other in (day, *(day + timedelta(days=n) for n in (1, 2, -1, -2))):
        if other.weekday() < 5 and earliest <= other <= latest:
            return other
    return day
