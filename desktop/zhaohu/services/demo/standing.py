"""What is kept of the children of one station of the demo besides their visits: villages and who looks after them,
consents, risk factors that a person found, and who has left."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial

from zhaohu.records.codes import AttemptOutcome, AttemptWay, ChildStatus, ConsentScope, Risk
from zhaohu.services.demo.caring import Care
from zhaohu.services.demo.events import Service
from zhaohu.services.demo.people import Story
from zhaohu.services.demo.region import StationFacts, care_words, dice, region
from zhaohu.services.demo.timetable import Plan
from zhaohu.services.due import attempts
from zhaohu.services.register import closing, consents, moves, releases, risk_factors, village_teachers, villages

_FIRST, _LAST = 0, 8
_ASKED, _REFUSED, _WITHDRAWN = 0.8, 0.06, 0.02
_FOUND = {Risk.JAUNDICE: "光疗3天后消退", Risk.INTENSIVE_CARE: "新生儿科住院5天", Risk.CONVULSIONS: "高热惊厥1次"}
_AT_RISK = 0.06
_MOVED, _LOST, _RELEASED = 0, 1, 2
"""Places among the children without a story of those who left; the third waits to be handed over, at one station."""
_RELEASED_AT, _RELEASED_TO = "03", "05"


class Standing:
    """The register's own events at one station.

    Args:
        care: Its children and teachers.
        facts: The station.
        opened: The day on which it began to use the program.
        kept_on: The day on which what is on paper is keyed in.
        last: The last day; by then the center has told which other stations there are.
    """

    def __init__(self, care: Care, facts: StationFacts, opened: date, kept_on: date, last: date) -> None:
        self._care, self._facts = care, facts
        self._opened, self._kept_on, self._last = opened, kept_on, last

    def events(self) -> Iterator[Service]:
        """Villages at the opening, the rest on one day."""
        yield Service(self._opened, _FIRST, self._list_villages)
        for plan in self._care.plans:
            yield from self._of_child(plan)
        plain = [plan for plan in self._care.plans if plan.person.story is Story.PLAIN]
        yield from self._leaving(plain)
        yield Service(self._kept_on, _LAST, self._close_oldest)

    def _list_villages(self) -> None:
        desk = self._care.desk
        villages.set_township_code(desk, self._facts.township_code)
        villages.add_villages(desk, [f"{name} {code}" for code, name in self._facts.villages.items()])
        staff = [teacher for teacher in self._care.teachers if teacher.left_on is None]
        for place, village in enumerate(villages.list_own(desk)):
            village_teachers.assign_teacher(desk, village.id, staff[place % len(staff)].id, self._opened)

    def _of_child(self, plan: Plan) -> Iterator[Service]:
        throw = dice(self._care.seed, self._facts.code, plan.person.key, "register")
        if plan.registered_on > self._kept_on:
            return
        if throw.random() < _ASKED:
            given = {scope: throw.random() >= _REFUSED for scope in ConsentScope}
            reason = "" if all(given.values()) else "家长不同意"
            yield self._later(plan, lambda child_id: self._decide(plan, child_id, given, plan.registered_on, reason))
            if throw.random() < _WITHDRAWN:
                no = {ConsentScope.CONTACT: False}
                yield self._later(plan, lambda child_id: self._decide(plan, child_id, no, self._kept_on, "来电撤回"))
        if throw.random() < _AT_RISK:
            risk = throw.choice(list(_FOUND))
            on = plan.registered_on
            yield self._later(
                plan, lambda child_id: risk_factors.add_risk(self._care.desk, child_id, risk, on, _FOUND[risk])
            )

    def _decide(self, plan: Plan, child_id: str, given: dict[ConsentScope, bool], on: date, reason: str) -> None:
        main = plan.person.family.main
        consents.decide(self._care.desk, child_id, given, on, main.name, main.relation, reason)

    def _leaving(self, plain: Sequence[Plan]) -> Iterator[Service]:
        desk, on = self._care.desk, self._kept_on
        here = [plan for plan in plain if plan.registered_on < on and all(visit.day < on for visit in plan.visits)]
        for place, plan in enumerate(here):
            if place == _MOVED:
                words = "随父母到外地生活", "青岛市黄岛区"
                yield self._later(plan, lambda c, w=words: moves.change_status(desk, c, ChildStatus.MOVED_OUT, on, *w))  # type: ignore[misc]
            elif place == _LOST:
                yield self._later(plan, self._lose)
            elif place == _RELEASED and self._facts.code == _RELEASED_AT:
                town = next(one.township for one in region().stations if one.code == _RELEASED_TO)
                act = partial(self._release, f"全家搬到{town}")
                yield Service(self._last, _LAST, partial(self._do, plan, act))

    def _lose(self, child_id: str) -> None:
        lost = AttemptOutcome.LOST
        why = str(care_words()["lost"])
        attempts.note_attempt(
            self._care.desk, child_id, "", tried_on=self._kept_on, way=AttemptWay.CALL, outcome=lost, reason=why
        )

    def _release(self, why: str, child_id: str) -> None:
        releases.release(self._care.desk, child_id, _RELEASED_TO, self._last, why)

    def _close_oldest(self) -> None:
        """All but one who have had their last check: the one shows what is offered."""
        ready = closing.to_close(self._care.desk)
        if len(ready) > 1:
            closing.close_all(self._care.desk, [row.child_id for row in ready[1:]], self._kept_on)

    def _later(self, plan: Plan, act: Callable[[str], object]) -> Service:
        """Something that is done for a child who is on the register by then."""
        return Service(self._kept_on, _LAST, partial(self._do, plan, act))

    def _do(self, plan: Plan, act: Callable[[str], object]) -> None:
        act(self._care.child_ids[plan.person.key])
