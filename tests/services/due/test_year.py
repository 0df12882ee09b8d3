"""A year of a station, driven through the services: nothing that was due is lost on the way.

`dev.py faults` has 600 children in it, every test run 180.

The station works by its lists: whoever is due is visited, not met, put off, refuses, moves away or dies; risks are
found, re-checks planned, visits entered days later. Beside it the test keeps its own book of what it did. From that
book alone, and with the plain oracle of the schedule's tests, every list is counted again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from functools import cache
from itertools import cycle
from random import Random
from typing import Any

from tests.faults.figures import times
from tests.rules.test_schedule_oracle import Life, oracle, windows
from tests.services.care.test_visits import record
from tests.services.comparing import is_true
from tests.services.families import a_child

from zhaohu.clock import Clock
from zhaohu.errors import BadInput
from zhaohu.records import Child, Visit
from zhaohu.records.base import new_id
from zhaohu.records.codes import AttemptOutcome, AttemptWay, ChildStatus, Risk
from zhaohu.rules.schedule import OPEN, DueState
from zhaohu.services import reference
from zhaohu.services.desk import Desk
from zhaohu.services.due import appointments, attempts, contacts, duties, extra_contacts, workdays
from zhaohu.services.due.duties import DueRow
from zhaohu.services.guidance import staffing
from zhaohu.services.guidance.staffing import NewTeacher
from zhaohu.services.register import moves, risk_factors
from zhaohu.services.register.children import add_child

FIRST = date(2026, 11, 20)
DAYS = 365
CHILDREN, BIRTHS = times(520, 150), times(80, 30)
WORK_DAYS = (0, 2, 4)
VILLAGES = ("东庄村", "西庄村", "南沟村", "北坡村")
RECHECK = "hemoglobin_test"
NOT_DONE = (DueState.MISSED, DueState.REFUSED)


@cache
def code_of(title: str) -> str:
    return {contacts.contact_title(one): one.code for one in reference.schedule().contacts}[title]


class Book:
    """What the test did, by child: the only thing that its own count is made from."""

    def __init__(self) -> None:
        self.lives: dict[str, Life] = {}
        self.registered: dict[str, date] = {}
        self.extras: dict[str, list[str]] = defaultdict(list)

    def enter(self, child_id: str, born: date, discharged: date, registered: date, *, preterm: bool) -> None:
        risk = 0 if preterm else None
        done, planned, tried = {}, defaultdict(list), defaultdict(list)
        self.lives[child_id] = Life(born, (discharged - born).days, preterm, risk, None, done, planned, tried, [])
        self.registered[child_id] = registered

    def age(self, child_id: str, day: date) -> int:
        return (day - self.lives[child_id].born).days

    def code(self, child_id: str, contact: str) -> str:
        """The oracle's name of a contact."""
        if contact in self.extras[child_id]:
            return f"extra-{self.extras[child_id].index(contact) + 1}"
        return contact

    def closes(self, child_id: str) -> dict[str, date]:
        return {code: window[2] for code, window in windows(self.lives[child_id], risk_known=True).items()}


class Station:
    """The station at work, with the book kept beside it."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.book, self.dice = desk, Book(), Random(20261120)
        self.never: set[str] = set()
        since = FIRST - timedelta(days=90)
        self.teachers = [staffing.add_teacher(desk, NewTeacher(name, since)) for name in ("王敏", "赵兰")]
        self.acts: defaultdict[str, int] = defaultdict(int)
        self.ways_out = cycle((AttemptOutcome.LOST, AttemptOutcome.DIED, None))

    def register(self, births: list[date]) -> None:
        """Children come onto the register, in one act."""
        today = self.desk.today
        with self.desk.write("test.register") as work:
            for born in births:
                preterm = self.dice.random() < 0.08
                discharged = min(born + timedelta(days=self.dice.choice((2, 4, 6, 12))), today)
                facts = {"gestation_days": 245 if preterm else 276, "discharged_on": discharged}
                new = a_child(
                    f"儿{len(self.book.lives)}", birth_date=born, village=self.dice.choice(VILLAGES), facts=facts
                )
                child = add_child(self.desk, work.session, new)
                self.book.enter(child.id, born, discharged, today, preterm=preterm)
                if self.dice.random() < 0.08:
                    self.never.add(child.id)

    def work(self) -> None:
        """One working day, by the list of the day."""
        rows = duties.due_list(self.desk, include_done_late=False)
        visited: list[tuple[DueRow, date]] = []
        for row in rows:
            if row.state not in (DueState.DUE, DueState.OVERDUE) or row.child_id in self.never:
                continue
            if self.book.lives[row.child_id].leaves is not None or self.dice.random() > 0.45:
                continue
            throw = self.dice.random()
            if throw < 0.8:
                late = timedelta(days=self.dice.choice((0, 0, 0, 1, 4)))
                first = max(row.due_from, self.book.registered[row.child_id])
                visited.append((row, max(self.desk.today - late, first)))
            elif throw < 0.995:
                self.fail(row, throw)
            else:
                self.lose(row)
        self.visit(visited)

    def visit(self, visited: list[tuple[DueRow, date]]) -> None:
        """Newborn visits are keyed in; of the others the records are put down, all of the day in one act."""
        with self.desk.write("test.visit") as work:
            for row, day in visited:
                for form in (row.form, *row.also_forms):
                    if form == "newborn_visit":
                        continue
                    child = work.session.get_one(Child, row.child_id)
                    contact = contacts.contact_of(work.session, child, form, day)
                    at = new_id()
                    values = {"form": form, "form_version": "1", "signer": "王敏", "answers": "{}", "version": 1}
                    work.session.add(
                        self.desk.make(Visit, id=at, record_id=at, number=1 + self.acts["visit"], child_id=child.id,
                                       visit_date=day, contact=contact, **values)
                    )  # fmt: skip
                    work.session.flush()
                    self.acts["visit"] += 1
        for row, day in visited:
            if row.form == "newborn_visit":
                measured = {"visit_date": day.isoformat(), "next_date": "2028-01-03"}
                saved = record(self.desk, row.child_id, **measured)
                assert saved.contact == "NB1"
            for code in (row.contact, *(code_of(title) for title in row.also)):
                name = self.book.code(row.child_id, code)
                self.book.lives[row.child_id].done[name] = self.book.age(row.child_id, day)
            if row.form == "check_12_30" and self.dice.random() < 0.2 and not self.book.extras[row.child_id]:
                self.recheck(row)

    def recheck(self, row: DueRow) -> None:
        first = workdays.next_working(self.desk, self.desk.today + timedelta(days=14))
        added = extra_contacts.add(
            self.desk,
            row.child_id,
            title="复查血红蛋白",
            form=RECHECK,
            due_from=first,
            due_to=first + timedelta(days=10),
        )
        self.book.extras[row.child_id].append(added)
        self.book.lives[row.child_id].extras.append((self.book.age(row.child_id, first), 10))
        self.acts["recheck"] += 1

    def fail(self, row: DueRow, throw: float) -> None:
        """The family was not met, refused, agreed on another day, or the visit is put off."""
        again = self.desk.today + timedelta(days=self.dice.choice((1, 3, 7, 20, 45)))
        if throw < 0.83:
            with suppress(BadInput):  # by then the next contact would be due
                appointments.plan(
                    self.desk,
                    [(row.child_id, row.contact)],
                    planned_on=again,
                    teacher_id=self.dice.choice(self.teachers),
                )
                self.planned(row, again)
            return
        outcome, next_on = (
            (AttemptOutcome.NOT_AT_HOME, None)
            if throw < 0.88
            else (AttemptOutcome.AGREED, again)
            if throw < 0.92
            else (AttemptOutcome.REFUSED, again if throw < 0.94 else None)
        )
        with suppress(BadInput):
            attempts.note_attempt(
                self.desk,
                row.child_id,
                row.contact,
                tried_on=self.desk.today,
                way=AttemptWay.CALL,
                outcome=outcome,
                next_on=next_on,
            )
            self.tried(row, outcome)
            if next_on is not None:
                self.planned(row, next_on)

    def planned(self, row: DueRow, day: date) -> None:
        code, at = self.book.code(row.child_id, row.contact), self.book.age(row.child_id, self.desk.today)
        self.book.lives[row.child_id].planned[code].append((at, self.book.age(row.child_id, day), False))
        self.acts["planned"] += 1

    def tried(self, row: DueRow, outcome: AttemptOutcome) -> None:
        code, at = self.book.code(row.child_id, row.contact), self.book.age(row.child_id, self.desk.today)
        self.book.lives[row.child_id].tried[code].append((at, at, str(outcome)))
        self.acts[str(outcome)] += 1

    def lose(self, row: DueRow) -> None:
        """The child is lost or has died, as the attempt finds out, or it has moved away."""
        kind = next(self.ways_out)
        today = self.desk.today
        if kind is None:
            moves.change_status(self.desk, row.child_id, ChildStatus.MOVED_OUT, today, "随父母外出", confirmed=True)
            self.acts["moved_out"] += 1
        else:
            attempts.note_attempt(
                self.desk, row.child_id, row.contact, tried_on=today, way=AttemptWay.HOME_VISIT, outcome=kind,
                reason="多次联系不上", confirmed=True,
            )  # fmt: skip
            self.tried(row, kind)
        self.book.lives[row.child_id] = self.book.lives[row.child_id]._replace(
            leaves=self.book.age(row.child_id, today)
        )

    def find_risk(self) -> None:
        """A risk is found of a baby of one to five months, too late to bring its first visit forward."""
        for child_id, life in self.book.lives.items():
            age = self.book.age(child_id, self.desk.today)
            if 30 < age < 150 and life.risk is None and life.leaves is None:
                risk_factors.add_risk(self.desk, child_id, Risk.OTHER, self.desk.today, "母亲患病")
                self.book.lives[child_id] = life._replace(risk=age)
                self.acts["risk"] += 1
                return

    def explain(self) -> None:
        """Somebody goes through what was missed, and notes of most why."""
        for row in duties.missed_list(self.desk):
            if self.dice.random() < 0.7:
                attempts.note_attempt(
                    self.desk, row.child_id, row.contact, tried_on=self.desk.today, way=AttemptWay.AT_STATION,
                    outcome=AttemptOutcome.NOT_DONE, reason="外出务工",
                )  # fmt: skip
                self.tried(row, AttemptOutcome.NOT_DONE)


def named(book: Book, rows: list[DueRow]) -> Iterator[tuple[str, str, DueState]]:
    """Every contact of a list, those that are done at the same visit too."""
    for row in rows:
        yield row.child_id, book.code(row.child_id, row.contact), row.state
        for title in row.also:
            yield row.child_id, code_of(title), row.state


def kind(state: DueState) -> Any:
    return DueState.DUE if state in OPEN else state


def recount(book: Book, on: date, within_days: int) -> dict[tuple[str, str], DueState]:
    """What the list must hold and how it stands, from the book alone."""
    found = {}
    horizon = on + timedelta(days=within_days)
    for child_id, life in book.lives.items():
        for code, window in windows(life, risk_known=life.risk is not None).items():
            state = oracle(life, code, on, window)
            if state is None:
                continue
            _track, opens, closes, _given_up, _check = window
            days = [life.day(one[1]) for one in life.planned.get(code, []) if one[1] is not None][-1:]
            if state in OPEN and min([opens, *days]) > horizon:
                continue
            if state in NOT_DONE and (opens > horizon or closes < book.registered[child_id]):
                continue
            if state in (*OPEN, *NOT_DONE, DueState.DONE_LATE):
                found[child_id, code] = state
    return found


def test_a_year_ends_with_nothing_unaccounted_for(station_desk: Desk) -> None:
    station = Station(station_desk)
    desk, book = station_desk, station.book
    station.register([FIRST - timedelta(days=station.dice.randrange(0, 1050)) for _child in range(CHILDREN)])
    births = sorted(station.dice.randrange(1, DAYS - 3) for _birth in range(BIRTHS))
    counted = 0
    calendar = workdays.in_force(desk)
    for number in range(DAYS):
        day = FIRST + timedelta(days=number)
        desk.clock = Clock.at(day)
        if not calendar.is_working(day) or day.weekday() not in WORK_DAYS:
            continue
        new = [FIRST + timedelta(days=born) for born in births if born <= number - 2]
        births = [born for born in births if born > number - 2]
        if new:
            station.register(new)
        station.work()
        if day.weekday() == 2:
            station.find_risk()
        if day.day < 4:
            station.explain()
        if number - counted * 40 >= 17:
            rows = duties.due_list(desk, within_days=9, include_missed=True)
            wanted = recount(book, day, 9)
            found = list(named(book, rows))
            assert {(c, code, kind(state)) for c, code, state in found} == {(*key, kind(wanted[key])) for key in wanted}
            for row in rows:
                assert wanted[row.child_id, book.code(row.child_id, row.contact)] is row.state
            counted += 1
    assert counted >= 8
    account(station, FIRST + timedelta(days=DAYS))
    assert {"visit", "planned", "refused", "agreed", "not_at_home", "lost", "died", "moved_out", "risk", "recheck",
            "not_done"} <= {act for act, times in station.acts.items() if times}  # fmt: skip
    assert is_true(desk)


def account(station: Station, end: date) -> None:
    """Every contact whose window closed in the year: where it went."""
    desk, book = station.desk, station.book
    desk.clock = Clock.at(end)
    open_now = {(c, code) for c, code, _state in named(book, duties.due_list(desk, include_done_late=False))}
    unexplained = {(c, code) for c, code, _state in named(book, duties.missed_list(desk))}
    went: defaultdict[str, int] = defaultdict(int)
    for child_id, life in book.lives.items():
        plan = {book.code(child_id, row.contact): row for row in duties.child_plan(desk, child_id)}
        for code, closes in book.closes(child_id).items():
            if not book.registered[child_id] <= closes < end or (code not in plan and life.leaves is None):
                continue
            row = plan.get(code)
            if row is None:
                where = "left"
                assert life.leaves is not None
            elif row.state in (DueState.DONE, DueState.DONE_LATE, DueState.REFUSED):
                where = str(row.state)
                assert (row.done_on is None) == (code not in life.done)
            elif (child_id, code) in open_now:
                where = "open"
            elif (child_id, code) in unexplained:
                where = "missed"
            else:
                assert row.state is DueState.MISSED
                assert any(attempt.outcome != AttemptOutcome.AGREED for attempt in row.attempts), (row, life)
                where = "explained"
            assert row is None or row.why
            went[where] += 1
    assert went["done"] > times(1000, 300)
    assert all(went[where] > 0 for where in ("done_late", "refused", "explained", "missed", "left", "open")), went
