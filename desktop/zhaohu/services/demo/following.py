"""What becomes of what was found in the demo: referred and answered, tested again, followed as a case, closed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from random import Random

from sqlmodel import col, select

from zhaohu.records import Child, FollowUp
from zhaohu.records.codes import CaseOutcome, ChildStatus, FollowUpKind
from zhaohu.rules.findings import ANAEMIA, GROWTH_NAMES, REFERRAL_ADVISED, RICKETS_SIGNS, WARNING_SIGN
from zhaohu.rules.forms.model import Answer
from zhaohu.services.demo.caring import Care
from zhaohu.services.demo.events import Act, Service
from zhaohu.services.demo.filling import case_opened, case_reviewed, hearing_passed, hemoglobin, home_visit
from zhaohu.services.demo.letters import answer_letter, referral_letter
from zhaohu.services.demo.people import Story
from zhaohu.services.demo.region import care_words, one_of
from zhaohu.services.demo.timetable import Plan, PlannedVisit
from zhaohu.services.desk import Work
from zhaohu.services.follow import follow_ups

_RECORD, _DECIDE, _LOOK = 3, 6, 8
"""After the visits and before what is done at the end of a day."""
_ANSWERED, _REFERRED = 0.85, 0.85
_MONTH = 30
_NO_ANSWER_DAYS = 45
_HEARING_FROM_DAYS = 42
_HOME_VISITS = 0.12
_HOME_VISIT_AT = ("M03", "M08", "M12", "M18")
_TESTED_AGAIN_DAYS = 28
_GROWN_OUT = (CaseOutcome.RECOVERED, CaseOutcome.IMPROVED)
_CASES = {(Story.DUE, ANAEMIA): "04", (Story.RARE_NAME, RICKETS_SIGNS): "07"}
"""The two special cases of every station, with their category: one is closed, the other goes on."""
_CLOSED_AFTER = 2
"""Reviews after which the first case is closed."""
_BETTER, _WELL = 107, 116
"""g/L of haemoglobin during the treatment, and at its end."""
_SENT_ON_BEFORE_END_DAYS = 22
"""The second one was referred so many days ago, and nobody has answered."""


@dataclass(frozen=True, slots=True)
class _Case:
    """A special case as it goes on: its follow-up, and the finding it was opened for."""

    plan: Plan
    category: str
    row_id: str
    finding_id: str


class Following:
    """What one station does about its findings.

    Args:
        care: Its children and teachers.
        last: The last day on which something happens.
    """

    def __init__(self, care: Care, last: date) -> None:
        self._care, self._last = care, last
        self._growing: dict[tuple[int, str], list[str]] = {}

    def events(self) -> Sequence[Service]:
        """What is done on the last day: who is still to be seen gets a day."""
        return [Service(self._last, _LOOK, self._plan_rechecks)]

    def found(self, work: Work, plan: Plan, visit: PlannedVisit, visit_id: str) -> None:
        """A visit was recorded: what it found is taken up, and where growth is well again that is said."""
        rows = self._left_by(work, visit_id, FollowUpKind.FINDING)
        for row in rows:
            self._take_up(plan, visit, row.subject, row.id)
        if visit.measured:
            self._grown_out(plan, {row.subject for row in rows}, visit.day)
        if plan.person.story is Story.UPCOMING and visit.contact == "NB1":
            on = plan.person.birth.day + timedelta(days=_HEARING_FROM_DAYS)
            self._act(on, partial(self._keep, plan, "hearing_check", hearing_passed()))
        throw = self._dice(plan, "home", visit.contact)
        chosen = (plan.person.story is Story.DUE and visit.contact == "M08") or throw.random() < _HOME_VISITS
        if visit.contact in _HOME_VISIT_AT and chosen:
            on = visit.day + timedelta(days=throw.randint(9, 20))
            self._act(on, partial(self._keep, plan, "guidance_home_visit", home_visit(throw)))

    def _keep(self, plan: Plan, form_id: str, answers: Mapping[str, Answer], work: Work) -> None:
        self._care.keep(work, plan.person, form_id, answers)

    def _left_by(self, work: Work, record_id: str, kind: FollowUpKind) -> list[FollowUp]:
        """What a record left open, in an order that does not hang on ids."""
        statement = select(FollowUp).where(
            FollowUp.record_id == record_id, FollowUp.kind == kind, col(FollowUp.outcome).is_(None)
        )
        return sorted(work.session.exec(statement), key=lambda row: row.subject)

    # -- one finding

    def _take_up(self, plan: Plan, visit: PlannedVisit, subject: str, row_id: str) -> None:
        day = visit.day
        throw = self._dice(plan, subject, day)
        soon = day + timedelta(days=throw.randint(0, 2))
        category = _CASES.get((plan.person.story, subject))
        if category is not None:
            self._act(soon, partial(self._open_case, plan, category, row_id))
        elif subject in GROWTH_NAMES:
            self._growing.setdefault((plan.person.key, subject), []).append(row_id)
        elif subject == ANAEMIA:
            self._test_again(plan, row_id, soon)
        elif subject == REFERRAL_ADVISED and visit.contact == "NB1":
            first = plan.person.birth.day + timedelta(days=_HEARING_FROM_DAYS + throw.randint(0, 4))
            self._look_again(plan, row_id, soon, first, "hearing_check", hearing_passed(), CaseOutcome.RULED_OUT)
        elif subject.startswith(WARNING_SIGN) and plan.person.story is not Story.DUE and throw.random() > _REFERRED:
            self._service(soon, partial(self._decline, row_id))
        elif subject.startswith((WARNING_SIGN, REFERRAL_ADVISED, RICKETS_SIGNS)):
            certain = plan.person.story is Story.DUE
            self._act(soon, partial(self._refer, plan, row_id, certain or throw.random() < _ANSWERED))
        else:
            later = day + timedelta(days=throw.randint(5, 10))
            self._close(row_id, later, CaseOutcome.RECOVERED, care_words()["phone_gone"])

    def _test_again(self, plan: Plan, row_id: str, soon: date) -> None:
        value = max(111, round(self._dice(plan, "again", soon).gauss(118, 4)))
        on = soon + timedelta(days=_TESTED_AGAIN_DAYS)
        self._look_again(plan, row_id, soon, on, "hemoglobin_test", hemoglobin(value), CaseOutcome.RECOVERED)

    def _look_again(
        self,
        plan: Plan,
        row_id: str,
        soon: date,
        on: date,
        form_id: str,
        answers: Mapping[str, Answer],
        outcome: CaseOutcome,
    ) -> None:
        """A day is set, the child is seen, and the finding is closed."""
        self._service(soon, partial(self._set_day, row_id, max(on, soon), form_id))

        def see(work: Work) -> None:
            self._care.keep(work, plan.person, form_id, answers)
            self._close(row_id, self._care.desk.today + timedelta(days=1), outcome, "")

        self._act(max(on, soon) + timedelta(days=self._dice(plan, form_id, on).randint(0, 4)), see)

    def _refer(self, plan: Plan, row_id: str, answered: bool, work: Work) -> None:
        """A referral is written; most are answered, of the others somebody asks after a while."""
        if not self._is_open(work, row_id):
            return
        day = self._care.desk.today
        throw = self._dice(plan, "referral", day)
        about = referral_letter(plan.person, day)
        record_id = self._care.keep(work, plan.person, "referral", about, about=row_id)
        sent = self._left_by(work, record_id, FollowUpKind.REFERRAL)[0].id
        if answered:
            better = throw.random() < 0.3 and plan.person.story is not Story.DUE
            on = day + timedelta(days=throw.randint(4, 12))
            self._act(on, partial(self._answer, plan, row_id, sent, better))
        else:
            asked = day + timedelta(days=_NO_ANSWER_DAYS)
            self._close(sent, asked, CaseOutcome.UNTREATED, care_words()["untreated"])
            self._close(row_id, asked, CaseOutcome.UNTREATED, care_words()["untreated"])

    def _answer(self, plan: Plan, row_id: str, sent: str, better: bool, work: Work) -> None:
        if not self._is_open(work, sent):
            return
        day = self._care.desk.today
        letter = answer_letter(self._dice(plan, "answer", day), plan.person, day, better=better)
        self._care.keep(work, plan.person, "referral_answer", letter, about=sent)
        if better:
            closed = day + timedelta(days=_MONTH)
            self._close(row_id, closed, CaseOutcome.RECOVERED, care_words()["phone_better"])

    # -- special cases

    def _open_case(self, plan: Plan, category: str, finding_id: str, work: Work) -> None:
        day = self._care.desk.today
        following = day + timedelta(days=_MONTH)
        answers = case_opened(category, day, following, self._care.sizes[plan.person.key])
        record_id = self._care.keep(work, plan.person, "special_case", answers, about=finding_id)
        row_id = self._left_by(work, record_id, FollowUpKind.CASE)[0].id
        for row in self._left_by(work, record_id, FollowUpKind.FINDING):
            self._growing.setdefault((plan.person.key, row.subject), []).append(row.id)
        case = _Case(plan, category, row_id, finding_id)
        self._act(following, partial(self._review, case, 1))
        if category == "04":
            tested = following + timedelta(days=_TESTED_AGAIN_DAYS // 2)
            self._act(tested, partial(self._keep, plan, "hemoglobin_test", hemoglobin(_BETTER)))

    def _review(self, case: _Case, number: int, work: Work) -> None:
        """Monthly, until the first case is well; the other goes on."""
        day, person = self._care.desk.today, case.plan.person
        ends = case.category == "04" and number == _CLOSED_AFTER
        following = None if ends else day + timedelta(days=_MONTH)
        value = 0 if case.category != "04" else _WELL if ends else _BETTER - 3
        throw = self._dice(case.plan, "review", number)
        self._care.keep(
            work, person, "case_review", case_reviewed(throw, case.category, following, value), about=case.row_id
        )
        if following is None:
            self._close(case.row_id, day + timedelta(days=1), CaseOutcome.RECOVERED, "")
            return
        self._act(following, partial(self._review, case, number + 1))
        if case.category != "04" and number == 1:
            sent = max(day, self._last - timedelta(days=_SENT_ON_BEFORE_END_DAYS))
            self._act(sent, partial(self._refer, case.plan, case.finding_id, False))

    # -- growth, which is seen at the next check anyway

    def _grown_out(self, plan: Plan, found: set[str], day: date) -> None:
        for key, subject in [known for known in self._growing if known[0] == plan.person.key]:
            if subject not in found:
                outcome = one_of(self._dice(plan, subject, day), dict.fromkeys(_GROWN_OUT, 1.0))
                for row_id in self._growing.pop((key, subject)):
                    self._close(row_id, day, outcome, care_words()["phone_better"])

    def _plan_rechecks(self) -> None:
        """Who does not grow well yet is seen again within the next weeks."""
        people = {self._care.child_ids[plan.person.key]: plan.person for plan in self._care.plans}
        rows = [row for row in follow_ups.list_open(self._care.desk) if row.subject in GROWTH_NAMES]
        for row in sorted(rows, key=lambda row: (people[row.child_id].key, row.subject)):
            throw = self._care.dice(people[row.child_id], "seen again")
            self._set_day(row.id, self._last + timedelta(days=throw.randint(3, 25)), "high_risk_follow_up")

    # -- how it is done

    def _set_day(self, row_id: str, day: date, form_id: str) -> None:
        if self._stands(row_id):
            follow_ups.set_recheck(self._care.desk, row_id, max(day, self._care.desk.today), form_id)

    def _decline(self, row_id: str) -> None:
        if self._stands(row_id):
            follow_ups.decline(self._care.desk, row_id, care_words()["decline_sign"])

    def _close(self, row_id: str, day: date, outcome: CaseOutcome, note: str) -> None:
        def close() -> None:
            if self._stands(row_id):
                follow_ups.close(self._care.desk, row_id, outcome, self._care.desk.today, note)

        self._service(day, close)

    def _stands(self, row_id: str) -> bool:
        with self._care.desk.read() as session:
            return self._is_open(Work(session), row_id)

    def _is_open(self, work: Work, row_id: str) -> bool:
        """Whether it has no outcome yet, and its child is still on the register."""
        row = work.session.get_one(FollowUp, row_id)
        return row.outcome is None and work.session.get_one(Child, row.child_id).status is ChildStatus.ACTIVE

    def _act(self, day: date, run: Callable[[Work], None]) -> None:
        if day <= self._last:
            self._care.more.append(Act(day, _RECORD, "visit.record", run, counted=False))

    def _service(self, day: date, run: Callable[[], None]) -> None:
        if day <= self._last:
            self._care.more.append(Service(day, _DECIDE, run, counted=False))

    def _dice(self, plan: Plan, *purpose: object) -> Random:
        return self._care.dice(plan.person, "following", *purpose)
