"""When the children of the demo are taken in and seen, by the schedule: mostly in time, some late, some not at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from zhaohu.rules.risks import BirthFacts, derived_risks
from zhaohu.rules.schedule import EVERY_TRACK, DueItem, ScheduledChild, Track, due_items
from zhaohu.services import reference
from zhaohu.services.demo.people import Person, Story

_IN_TIME, _LATE = 0.85, 0.08
"""What is left is not done at all."""
_TOGETHER = 0.96
_PROMPT_DAYS = 6.0
_LATEST_DAYS = 18
_UNSEEN = (Story.OVERDUE, Story.DUE)
"""Children whose newest contact is left open, to be seen under 今日."""
SHOWN = (*_UNSEEN, Story.UPCOMING, Story.RARE_NAME)
"""Children with a story that every station has: nothing of it is left to chance."""
REFUSED_CONTACT = "HR05"
"""What the family of the preterm child at every station does not come to."""
_LONG_WINDOW_DAYS = 60
_EYES_AT, _EYES = ("M06", "M12", "M24"), 0.2


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """A record that was made: for which contact, on which form, on which day; `contact` is empty for none.

    `measured`: whether the child was measured for it; of what is filled in beside another form it was already.
    """

    contact: str
    form: str
    day: date
    measured: bool = True


@dataclass(frozen=True, slots=True)
class NotDone:
    """A contact that did not come about, and the day on which somebody noted why."""

    contact: str
    day: date


@dataclass(frozen=True, slots=True)
class Plan:
    """A child, the day it was taken in, its visits in order, and what did not come about."""

    person: Person
    registered_on: date
    visits: tuple[PlannedVisit, ...]
    not_done: tuple[NotDone, ...]


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
    items = [item for item in _items(person, registered_on, last) if item.closes >= registered_on]
    made, not_done = _checks(throw, person, registered_on, last, items)
    for visit in [*made]:
        made += _beside(throw, person, visit, items)
    alone = [item for item in items if item.contact.track is Track.HIGH_RISK and not item.contact.companion_of]
    visits, missed = _alone(throw, person, registered_on, last, alone)
    ordered = sorted([*made, *visits], key=lambda visit: (visit.day, not visit.measured))
    return Plan(person, registered_on, tuple(ordered), tuple(not_done + missed))


def _items(person: Person, registered_on: date, last: date) -> list[DueItem]:
    facts = person.facts
    risks = derived_risks(
        BirthFacts(person.birth.gestation_days, person.birth.weight_g, 2 if facts["plurality"] == 2 else 1)
    )
    discharged = facts["discharged_on"]
    assert isinstance(discharged, date)
    scheduled = ScheduledChild(person.birth.day, discharged, bool(risks), risk_from=person.birth.day if risks else None)
    found = due_items(reference.schedule(), scheduled, last + timedelta(days=1), tracks=EVERY_TRACK)
    return sorted(found, key=lambda item: item.opens)


def _checks(
    throw: Random, person: Person, registered_on: date, last: date, items: Sequence[DueItem]
) -> tuple[list[PlannedVisit], list[NotDone]]:
    checks = [item for item in items if item.contact.track is Track.CHECK]
    nexts = [item.opens for item in checks[1:]] + [date.max]
    visits: list[PlannedVisit] = []
    not_done = []
    for item, follows in zip(checks, nexts, strict=True):
        closes = min(item.closes, item.opens + timedelta(days=_LONG_WINDOW_DAYS))
        newest = item is checks[-1]
        if closes < registered_on or (newest and person.story in _UNSEEN):
            continue
        opens = max(item.opens, registered_on)
        day = _prompt(throw, opens, closes) if person.story in SHOWN else _day(throw, opens, closes, follows)
        if day is not None and day <= last and (not visits or visits[-1].day < day):
            visits.append(PlannedVisit(item.contact.code, item.contact.form, day))
        elif day is None and item.closes < last:
            not_done.append(NotDone(item.contact.code, min(last, closes + timedelta(days=2))))
    return visits, not_done


def _beside(throw: Random, person: Person, visit: PlannedVisit, items: Sequence[DueItem]) -> Iterator[PlannedVisit]:
    """What is filled in at the same visit."""
    for item in items:
        in_time = item.contact.track is not Track.HIGH_RISK or visit.day <= item.closes
        together = person.story in SHOWN or throw.random() < _TOGETHER
        if item.contact.companion_of == visit.contact and in_time and together:
            yield PlannedVisit(item.contact.code, item.contact.form, visit.day, measured=False)
    if visit.contact in _EYES_AT and (person.story is Story.DUE or throw.random() < _EYES):
        yield PlannedVisit("", "eye_check", visit.day, measured=False)


def _alone(
    throw: Random, person: Person, registered_on: date, last: date, items: Sequence[DueItem]
) -> tuple[list[PlannedVisit], list[NotDone]]:
    """The visits of high-risk children between the checks."""
    visits, not_done = [], []
    for item in items:
        opens = max(item.opens, registered_on)
        refused = person.story is Story.UPCOMING and item.contact.code == REFUSED_CONTACT
        if refused:
            not_done.append(NotDone(item.contact.code, min(last, opens + timedelta(days=3))))
        elif person.story is Story.UPCOMING or throw.random() < _IN_TIME + _LATE:
            day = _prompt(throw, opens, item.closes)
            if day <= last:
                visits.append(PlannedVisit(item.contact.code, item.contact.form, day))
        elif item.closes < last:
            not_done.append(NotDone(item.contact.code, item.closes))
    return visits, not_done


def _day(throw: Random, opens: date, closes: date, follows: date) -> date | None:
    chance = throw.random()
    if chance < _IN_TIME:
        return _prompt(throw, opens, closes)
    if chance < _IN_TIME + _LATE:
        latest = min(follows - timedelta(days=1), closes + timedelta(days=_LATEST_DAYS))
        if latest > closes:
            return _working_day(closes + timedelta(days=throw.randint(1, (latest - closes).days)), closes, latest)
    return None


def _prompt(throw: Random, opens: date, closes: date) -> date:
    day = min(opens + timedelta(days=int(throw.expovariate(1 / _PROMPT_DAYS))), closes)
    return _working_day(day, opens, closes)


def _working_day(day: date, earliest: date, latest: date) -> date:
    """Monday to Friday where the window allows."""
    for other in (day, *(day + timedelta(days=n) for n in (1, 2, -1, -2))):
        if other.weekday() < 5 and earliest <= other <= latest:
            return other
    return day
