"""The children of one station of the demo: taken in, visited, now and then a record corrected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from random import Random

from zhaohu.records.codes import Role
from zhaohu.rules.forms.answers import Context
from zhaohu.rules.forms.expressions import Value
from zhaohu.rules.forms.starting import start
from zhaohu.services import reference
from zhaohu.services.care import visits
from zhaohu.services.demo.answering import fill
from zhaohu.services.demo.events import Act, Service
from zhaohu.services.demo.growing import Growth
from zhaohu.services.demo.people import Family, Person
from zhaohu.services.demo.region import dice, region, words
from zhaohu.services.demo.staff import Teacher
from zhaohu.services.demo.timetable import Plan, PlannedVisit
from zhaohu.services.desk import Desk, Work
from zhaohu.services.desk import Person as Account
from zhaohu.services.register import children
from zhaohu.services.register.child_findings import NewChild

TEACHER_ACCOUNT = "teacher"
_REGISTER, _VISIT, _CORRECT = 1, 2, 5
"""What comes first on the same day."""
_CORRECTED = 0.03


class Care:
    """What is done for the children of one station.

    Args:
        desk: The station's desk.
        plans: The children and when they are seen.
        teachers: Who may sign; the head first.
        seed: For everything left to chance.

    Attributes:
        child_ids: Ids by `Person.key`, as the children are taken in.
        visit_ids: Id of the newest version of each visit, by `Person.key` and contact.
    """

    def __init__(self, desk: Desk, plans: Sequence[Plan], teachers: Sequence[Teacher], seed: int) -> None:
        self.desk = desk
        self.plans = plans
        self.teachers = teachers
        self.seed = seed
        self.child_ids: dict[int, str] = {}
        self.visit_ids: dict[tuple[int, str], str] = {}
        self._sources: dict[int, Mapping[str, Value]] = {}
        self._households: dict[Family, str] = {}

    def events(self, last: date) -> Iterator[Act | Service]:
        """Everything up to the last day."""
        for plan in self.plans:
            person = plan.person
            throw = self._dice(person, "visits")
            yield Act(plan.registered_on, _REGISTER, "child.register", partial(self._register, person))
            growth = Growth(person.birth, person.at, person.course, self._dice(person, "growth"))
            for visit in plan.visits:
                yield Act(visit.day, _VISIT, "visit.record", partial(self._record, throw, person, visit, growth))
                corrected_on = visit.day + timedelta(days=self._dice(person, visit.contact).randint(1, 4))
                if self._dice(person, visit.contact, "corrected").random() < _CORRECTED and corrected_on <= last:
                    yield Service(corrected_on, _CORRECT, partial(self.correct, person, visit))

    def correct(self, person: Person, visit: PlannedVisit) -> None:
        """Correct what a visit's record says, with a reason."""
        throw = self._dice(person, visit.contact, "correction")
        key = person.key, visit.contact
        answers = dict(visits.edit_visit(self.desk, self.visit_ids[key]).answers)
        grams = round(float(str(answers["weight_kg"])) * 1000) + throw.choice((-100, 100))
        answers["weight_kg"] = f"{grams / 1000:.2f}"
        reason = throw.choice(words().correction_reasons)
        self.visit_ids[key] = visits.correct_visit(self.desk, self.visit_ids[key], answers=answers, reason=reason).id

    def _dice(self, person: Person, *purpose: str) -> Random:
        return dice(self.seed, self.desk.site.code, person.key, *purpose)

    def _register(self, person: Person, work: Work) -> None:
        """Brothers and sisters join the family that is known already."""
        known = self._households.get(person.family, "")
        new = NewChild(
            person.name,
            person.birth.sex,
            person.birth.day,
            person.family.village,
            person.family.address,
            () if known else person.family.caregivers,
            person.facts,
            county=region().county,
            township=self.desk.site.township,
            household_id=known,
        )
        child = children.add_child(self.desk, work.session, new)
        work.note(child)
        self.child_ids[person.key] = child.id
        self._households[person.family] = child.household_id

    def _record(self, throw: Random, person: Person, visit: PlannedVisit, growth: Growth, work: Work) -> None:
        in_post = [teacher for teacher in self.teachers if teacher.in_post(visit.day)]
        signer = throw.choice(in_post)
        if signer is not self.teachers[0]:  # who keys it in has one of two accounts
            self.desk.person = Account(TEACHER_ACCOUNT, self.teachers[1].new.name, Role.TEACHER)
        entry = self._entry(person, visit, work)
        answers = fill(throw, entry, person, visit, growth.measure(visit.day), signer.new.name)
        self.visit_ids[person.key, visit.contact] = visits.save_visit(self.desk, work, entry, answers)

    def _entry(self, person: Person, visit: PlannedVisit, work: Work) -> visits.Entry:
        """The form as it begins; what the register knows of a child is read at its first visit only."""
        child_id = self.child_ids[person.key]
        if person.key not in self._sources:
            entry = visits.open_entry(self.desk, work.session, child_id, visit.form)
            self._sources[person.key] = entry.context.sources
            return entry
        form, context = reference.form(visit.form), Context(visit.day, self._sources[person.key])
        return visits.Entry(child_id, form, context, start(form, context))
