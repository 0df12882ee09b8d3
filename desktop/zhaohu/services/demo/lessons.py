"""The parenting classes of one station of the demo: one every month, and one that is still to come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from zhaohu.records.codes import ConsentScope
from zhaohu.rules.ages import add_months, months_and_days
from zhaohu.services.demo.caring import Care
from zhaohu.services.demo.events import Service
from zhaohu.services.demo.region import StationFacts, dice, words
from zhaohu.services.guidance import classes
from zhaohu.services.register import child_list, consents

_PLAN, _HOLD = 3, 4
_NOTICE = timedelta(days=7)
_FAMILIES = 12
_MONTHS_OF_AGE = range(4, 36)
_HOURS = (("09:00", "10:30"), ("09:30", "11:00"), ("14:30", "16:00"))
_TO_COME_DAYS = 5


class Lessons:
    """The classes of one station.

    Args:
        care: Its children and teachers.
        facts: The station.
        opened: The day on which it began to use the program.
        last: The last day on which something happens.
    """

    def __init__(self, care: Care, facts: StationFacts, opened: date, last: date) -> None:
        self._care = care
        self._facts = facts
        self._opened = opened
        self._last = last
        self._ids: dict[date, str] = {}

    @property
    def newest_id(self) -> str:
        """The id of the class that is still to come."""
        return self._ids[max(self._ids)]

    def events(self) -> Iterator[Service]:
        """Planning every class, and keeping who came."""
        month = 1
        while (held_on := self._day(month)) <= self._last:
            yield Service(held_on - _NOTICE, _PLAN, partial(self._plan, month, held_on))
            yield Service(held_on, _HOLD, partial(self._hold, held_on))
            month += 1
        to_come = _weekday(self._last + timedelta(days=_TO_COME_DAYS))
        yield Service(self._last, _PLAN, partial(self._plan, month, to_come))

    def _day(self, month: int) -> date:
        throw = dice(self._care.seed, self._facts.code, "class", month)
        return _weekday(add_months(self._opened, month) + timedelta(days=throw.randint(0, 20)))

    def _plan(self, month: int, held_on: date) -> None:
        throw = dice(self._care.seed, self._facts.code, "class", month, "plan")
        desk = self._care.desk
        welcome = self._welcome()
        fitting = [
            self._care.child_ids[plan.person.key]
            for plan in self._care.plans
            if self._care.child_ids.get(plan.person.key) in welcome
            and months_and_days(plan.person.birth.day, held_on)[0] in _MONTHS_OF_AGE
        ]
        topic = words().topics[(month + int(self._facts.code)) % len(words().topics)]
        in_post = [teacher for teacher in self._care.teachers if teacher.in_post(desk.today)]
        starts_at, ends_at = throw.choice(_HOURS)
        place = throw.choice([self._facts.host, *self._facts.villages.values()])
        new = classes.NewClass(
            topic.kind, topic.block, topic.topic, held_on, starts_at, ends_at, place, throw.choice(in_post).id
        )
        invited = throw.sample(fitting, min(len(fitting), _FAMILIES))
        self._ids[held_on] = classes.plan_class(desk, new, invited)

    def _welcome(self) -> set[str]:
        """Who is on the register here, and whose guardians do not refuse guidance."""
        desk = self._care.desk
        here = {row.id for row in child_list.list_children(desk) if not row.released_to}
        with desk.read() as session:
            return here - consents.refused(session, here, ConsentScope.GUIDANCE)

    def _hold(self, held_on: date) -> None:
        throw = dice(self._care.seed, self._facts.code, held_on, "attendance")
        class_id = self._ids[held_on]
        _class, families = classes.view_class(self._care.desk, class_id)
        share = throw.uniform(0.55, 0.9)
        present = {family.id: family.caregiver if throw.random() < share else None for family in families}
        classes.mark_attendance(self._care.desk, class_id, present)


def _weekday(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
