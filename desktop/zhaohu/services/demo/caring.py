"""The children of one station of the demo: taken in, visited, now and then a record corrected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from random import Random

from zhaohu.records.codes import Role
from zhaohu.rules.forms.answers import Context
from zhaohu.rules.forms.functions import Value
from zhaohu.rules.forms.model import Answer
from zhaohu.rules.forms.starting import all_normal, start
from zhaohu.services import reference
from zhaohu.services.care import visits
from zhaohu.services.demo.answering import fill
from zhaohu.services.demo.events import Act, Service
from zhaohu.services.demo.filling import fill_beside
from zhaohu.services.demo.growing import Growth, Size
from zhaohu.services.demo.people import Family, Person, Story
from zhaohu.services.demo.region import care_words, dice, region, words
from zhaohu.services.demo.staff import Teacher
from zhaohu.services.demo.timetable import Plan, PlannedVisit
from zhaohu.services.desk import Desk, Work
from zhaohu.services.desk import Person as Account
from zhaohu.services.follow import follow_up_starts
from zhaohu.services.register import children
from zhaohu.services.register.child_findings import NewChild
from zhaohu.services.register.lookup import present_child

TEACHER_ACCOUNT = "teacher"
_REGISTER, _VISIT, _CORRECT = 1, 2, 5
"""What comes first on the same day."""
_CORRECTED = 0.03
_DECLINED = {(Story.UPCOMING, "NB1"): "jaundice_trunk_limbs"}
"""The advice that is turned down at every station, with the reason."""

Found = Callable[[Work, Plan, PlannedVisit, str], None]
"""What is told of every record: the child, the visit and the record's id."""


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
        sizes: What was measured last, by `Person.key`.
        more: What comes of what was done, to be told later.
    """

    def __init__(self, desk: Desk, plans: Sequence[Plan], teachers: Sequence[Teacher], seed: int) -> None:
        self.desk = desk
        self.plans = plans
        self.teachers = teachers
        self.seed = seed
        self.child_ids: dict[int, str] = {}
        self.visit_ids: dict[tuple[int, str], str] = {}
        self.sizes: dict[int, Size] = {}
        self.more: list[Act | Service] = []
        self._sources: dict[int, Mapping[str, Value]] = {}
        self._households: dict[Family, str] = {}

    def events(self, last: date, found: Found) -> Iterator[Act | Service]:
        """Everything up to the last day; `found` is told of each visit."""
        for plan in self.plans:
            person = plan.person
            throw = self.dice(person, "visits")
            yield Act(plan.registered_on, _REGISTER, "child.register", partial(self._register, person))
            growth = Growth(person.birth, person.at, person.course, self.dice(person, "growth"))
            for visit in plan.visits:
                yield Act(visit.day, _VISIT, "visit.record", partial(self._record, throw, plan, visit, growth, found))
                corrected_on = visit.day + timedelta(days=self.dice(person, visit.contact).randint(1, 4))
                chance = self.dice(person, visit.contact, "corrected").random()
                if visit.measured and chance < _CORRECTED and corrected_on <= last:
                    yield Service(corrected_on, _CORRECT, partial(self.correct, person, visit))

    def correct(self, person: Person, visit: PlannedVisit) -> None:
        """Correct what a visit's record says, with a reason."""
        throw = self.dice(person, visit.contact, "correction")
        key = person.key, visit.contact
        answers = dict(visits.edit_visit(self.desk, self.visit_ids[key]).answers)
        grams = round(float(str(answers["weight_kg"])) * 1000) + throw.choice((-100, 100))
        answers["weight_kg"] = f"{grams / 1000:.2f}"
        reason = throw.choice(words().correction_reasons)
        self.visit_ids[key] = visits.correct_visit(self.desk, self.visit_ids[key], answers=answers, reason=reason).id

    def dice(self, person: Person, *purpose: object) -> Random:
        """What falls for a child, for one purpose."""
        return dice(self.seed, self.desk.site.code, person.key, *purpose)

    def keep(
        self,
        work: Work,
        person: Person,
        form_id: str,
        answers: Mapping[str, Answer],
        *,
        about: str = "",
        declined: Mapping[str, str] | None = None,
    ) -> str:
        """Keep a record of a form, everything that is not said normal; returns its id.

        Args:
            work: The act.
            person: The child.
            form_id: The form.
            answers: What is to be said.
            about: Id of the follow-up that it is written for.
            declined: The advice that is turned down, and why.
        """
        day = self.desk.today
        throw = self.dice(person, form_id, day, "signer")
        signer = throw.choice([teacher for teacher in self.teachers if teacher.in_post(day)])
        if signer is not self.teachers[0]:  # who keys it in has one of two accounts
            self.desk.person = Account(TEACHER_ACCOUNT, self.teachers[1].new.name, Role.TEACHER)
        entry = self._entry(person, form_id, work)
        followed = {}
        if about:
            child = present_child(work.session, entry.child_id)
            followed = follow_up_starts.starting_answers(work.session, child, form_id, about, day)
        said = {**entry.answers, "signer": signer.new.name, **followed, **answers}
        known = {name for field in entry.form.fields() for name in (field.name, field.text_name)}
        filled = all_normal(entry.form, {name: answer for name, answer in said.items() if name in known})
        return visits.save_visit(self.desk, work, entry, filled, declined or {})

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

    def _record(self, throw: Random, plan: Plan, visit: PlannedVisit, growth: Growth, found: Found, work: Work) -> None:
        person = plan.person
        if visit.measured:
            self.sizes[person.key] = growth.measure(visit.day)
        size = self.sizes[person.key]
        scheduled = visit.form in ("newborn_visit", "check_1_8", "check_12_30", "check_3_years")
        answers = (fill if scheduled else fill_beside)(throw, person, visit, size)
        name = _DECLINED.get((person.story, visit.contact))
        declined = {name: str(care_words()["decline_jaundice"])} if name else {}
        visit_id = self.keep(work, person, visit.form, answers, declined=declined)
        self.visit_ids[person.key, visit.contact or visit.form] = visit_id
        found(work, plan, visit, visit_id)

    def _entry(self, person: Person, form_id: str, work: Work) -> visits.Entry:
        """The form as it begins; what the register knows of a child is read at its first visit only."""
        child_id = self.child_ids[person.key]
        if person.key not in self._sources:
            first = visits.open_entry(self.desk, work.session, child_id, "newborn_visit")
            self._sources[person.key] = first.context.sources
        form, context = reference.form(form_id), Context(self.desk.today, self._sources[person.key])
        return visits.Entry(child_id, form, context, start(form, context))
