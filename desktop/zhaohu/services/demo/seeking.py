"""What is done around the visits of the demo: families that were sought, days and teachers that were set, sheets that
were printed ahead, certificates that were looked at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from random import Random

from zhaohu.records.codes import AttemptOutcome, AttemptWay
from zhaohu.rules.ages import add_months
from zhaohu.rules.schedule import DueState
from zhaohu.rules.vaccine_editions import Dose, edition_on
from zhaohu.services import reference
from zhaohu.services.care import vaccinations
from zhaohu.services.care.vaccinations import NewDose
from zhaohu.services.demo.caring import Care
from zhaohu.services.demo.events import Service
from zhaohu.services.demo.people import Person, Story
from zhaohu.services.demo.region import care_words, one_of
from zhaohu.services.demo.timetable import REFUSED_CONTACT, NotDone, Plan
from zhaohu.services.due import appointments, attempts, duties, workdays
from zhaohu.services.due.duties import DueRow
from zhaohu.services.printing import sheets

_SEEN, _TRIED, _PRINTED, _PLANNED = 6, 7, 8, 9
_HOW = {
    (AttemptWay.HOME_VISIT, AttemptOutcome.NOT_AT_HOME): 35,
    (AttemptWay.CALL, AttemptOutcome.NOT_REACHED): 25,
    (AttemptWay.CALL, AttemptOutcome.NOT_DONE): 25,
    (AttemptWay.CALL, AttemptOutcome.REFUSED): 15,
}
_CERTIFICATE, _BEHIND = 0.9, 0.04
"""How many families bring the certificate, and how often a dose is put off for long."""
_SHEETS_DAYS_AGO = 3
_CALLED_DAYS_AGO = (12, 4)
_MOVED, _MOVED_DAYS = 3, 3
_SOON_DAYS, _REVIEW_DAYS = 7, 31
_LEFT_UNEXPLAINED = 2


class Seeking:
    """What one station does so that families come.

    Args:
        care: Its children and teachers.
        kept_on: The day until which what is on paper is keyed in.
        last: The last day on which something happens.
    """

    def __init__(self, care: Care, kept_on: date, last: date) -> None:
        self._care, self._kept_on, self._last = care, kept_on, last

    def events(self) -> Iterator[Service]:
        """All of it."""
        for plan in self._care.plans:
            for one in plan.not_done:
                yield Service(max(one.day, plan.registered_on), _TRIED, partial(self._note, plan, one))
            if plan.person.story is Story.OVERDUE:
                yield from self._seek(plan)
            throw = self._care.dice(plan.person, "certificate")
            if plan.visits and throw.random() < _CERTIFICATE and plan.visits[-1].day <= self._kept_on:
                yield Service(plan.visits[-1].day, _SEEN, partial(self._look_at_certificate, throw, plan))
        yield Service(self._last - timedelta(days=_SHEETS_DAYS_AGO), _PRINTED, self._print_ahead)
        yield Service(self._last, _PLANNED, self._plan)

    def _note(self, plan: Plan, one: NotDone) -> None:
        throw = self._care.dice(plan.person, "attempt", one.contact)
        way, outcome = one_of(throw, _HOW)
        if plan.person.story is Story.UPCOMING and one.contact == REFUSED_CONTACT:
            way, outcome = AttemptWay.CALL, AttemptOutcome.REFUSED
        known = {AttemptOutcome.NOT_DONE: "not_done", AttemptOutcome.REFUSED: "refused"}.get(outcome)
        reason = throw.choice(care_words()[known]) if known else ""
        self._attempt(plan.person, one.contact, way, outcome, reason)

    def _seek(self, plan: Plan) -> Iterator[Service]:
        """The family whose check is overdue was called, and nobody was at home."""
        tried = (AttemptWay.CALL, AttemptOutcome.NOT_REACHED), (AttemptWay.HOME_VISIT, AttemptOutcome.NOT_AT_HOME)
        for ago, (way, outcome) in zip(_CALLED_DAYS_AGO, tried, strict=True):
            act = partial(self._attempt, plan.person, "M06", way, outcome, "")
            yield Service(self._last - timedelta(days=ago), _TRIED, act)

    def _attempt(self, person: Person, contact: str, way: AttemptWay, outcome: AttemptOutcome, reason: str) -> None:
        desk = self._care.desk
        child_id = self._care.child_ids[person.key]
        attempts.note_attempt(desk, child_id, contact, tried_on=desk.today, way=way, outcome=outcome, reason=reason)

    def _look_at_certificate(self, throw: Random, plan: Plan) -> None:
        desk = self._care.desk
        doses = list(_doses(throw, plan.person.birth.day, desk.today))
        if doses:
            vaccinations.record(desk, self._care.child_ids[plan.person.key], doses)

    def _print_ahead(self) -> None:
        """The sheets of two children were taken along and have not come back."""
        contact = {Story.OVERDUE: "M06", Story.DUE: "M12"}
        items = [
            (self._care.child_ids[plan.person.key], contact[plan.person.story])
            for plan in self._care.plans
            if plan.person.story in contact
        ]
        if items:
            sheets.print_sheets(self._care.desk, items, self._last - timedelta(days=_SHEETS_DAYS_AGO - 1))

    def _plan(self) -> None:
        """What is due is given to a teacher, some families asked for another day, and what was missed is explained."""
        desk = self._care.desk
        rows = self._due()
        teacher = next(one for one in reversed(self._care.teachers) if one.left_on is None)
        given = [(row.child_id, row.contact) for _person, row in rows if row.state is DueState.DUE]
        if given:
            appointments.plan(desk, given[:_MOVED], teacher_id=teacher.id)
        moved = [row for person, row in rows if person.story not in (Story.OVERDUE, Story.DUE, Story.UPCOMING)]
        for row in moved[:_MOVED]:
            day = workdays.next_working(desk, max(desk.today, row.due_from) + timedelta(days=_MOVED_DAYS))
            appointments.plan(desk, [(row.child_id, row.contact)], planned_on=day, reason=care_words()["moved"])
        missed = self._people(duties.missed_list(desk))
        for person, row in missed[_LEFT_UNEXPLAINED:]:
            throw = self._care.dice(person, "missed", row.contact)
            why = throw.choice(care_words()["not_done"])
            self._attempt(person, row.contact, AttemptWay.CALL, AttemptOutcome.NOT_DONE, why)

    def _due(self) -> list[tuple[Person, DueRow]]:
        """What is to be done within a week, and the next review of a case."""
        open_ = DueState.DUE, DueState.OVERDUE, DueState.UPCOMING
        soon = self._care.desk.today + timedelta(days=_SOON_DAYS)
        rows = self._people(duties.due_list(self._care.desk, within_days=_REVIEW_DAYS, include_done_late=False))
        return [
            (person, row)
            for person, row in rows
            if row.state in open_ and (row.due_from <= soon or person.story is Story.RARE_NAME)
        ]

    def _people(self, rows: list[DueRow]) -> list[tuple[Person, DueRow]]:
        """Whose they are, in an order that does not hang on ids."""
        people = {self._care.child_ids[plan.person.key]: plan.person for plan in self._care.plans}
        found = [(people[row.child_id], row) for row in rows]
        return sorted(found, key=lambda pair: (pair[0].key, pair[1].due_from, pair[1].title))


def _doses(throw: Random, born: date, seen: date) -> Iterator[NewDose]:
    """What a certificate shows on a day: mostly in time, now and then a dose put off."""
    for vaccine in edition_on(reference.vaccine_editions(), seen).vaccines:
        before: date | None = None
        for dose in () if vaccine.instead_of else vaccine.doses:
            wait = throw.randint(60, 200) if throw.random() < _BEHIND else throw.randint(0, 20)
            before = _given_on(vaccine.code, dose, born, before, wait if dose.min_months else 0)
            if before > seen:
                break
            yield NewDose(vaccine.code, dose.number, before)


def _given_on(code: str, dose: Dose, born: date, before: date | None, wait: int) -> date:
    """The day of a dose, by the edition that was in effect then."""
    days = []
    for edition in reference.vaccine_editions():
        vaccine = edition.vaccine(code)
        then = (vaccine.dose(dose.number) if vaccine else None) or dose
        days.append(_earliest(then, born, before) + timedelta(days=wait))
        if edition_on(reference.vaccine_editions(), days[-1]) is edition:
            return days[-1]
    return max(days)


def _earliest(dose: Dose, born: date, before: date | None) -> date:
    opens = add_months(born, dose.min_months)
    if before is None:
        return opens
    return max(opens, add_months(before, dose.after_months) + timedelta(days=dose.after_days))
