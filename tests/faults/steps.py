"""What is done while faults strike, and how to see that nothing which was acknowledged is lost.

A flow prepares a template folder once; `work` does steps in a copy of it and says each one after it returned; `check`
opens that copy anew and returns what is wrong with it, in words.
"""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, ClassVar, Protocol

from sqlmodel import func, select
from tests.services.families import a_child, newborn_answers
from tests.sync.district import ADMIN, CLOCK, make_district

from zhaohu.errors import Refused
from zhaohu.records import Child
from zhaohu.records.base import new_id
from zhaohu.records.codes import ClassKind, TopicBlock
from zhaohu.rules.forms.starting import all_normal
from zhaohu.services.care import drafts, visits
from zhaohu.services.desk import Desk
from zhaohu.services.guidance import classes, staffing
from zhaohu.services.guidance.classes import NewClass
from zhaohu.services.register import child_list, children
from zhaohu.services.safety.profile import open_desk
from zhaohu.store import audit
from zhaohu.store.journal import missing_triggers

READY = "ready"
DISTRICT = "ZHAOHU_FAULTS_DISTRICT"
"""Names an enrolled district that the tests have made already; it is only copied from."""
Say = Callable[[Any], None]
KEPT = Path(__file__).parents[1] / "data" / "profiles" / "schema-1" / "station"
KEPT_PASSWORD = "zhaohu-demo"


class Flow(Protocol):
    """Something a person does, in steps; `ends` when `work` returns by itself."""

    ends: ClassVar[bool]

    def prepare(self, template: Path) -> None: ...
    def work(self, place: Path, say: Say, throw: Random) -> None: ...
    def check(self, place: Path, told: list[Any]) -> list[str]: ...


def opened(place: Path) -> Desk:
    """The administrator's desk."""
    return open_desk(place, ADMIN.name, ADMIN.password, CLOCK)


def unsound(desk: Desk) -> list[str]:
    """What is wrong with the file itself: pages, references, triggers, audit chain."""
    with desk.read() as session:
        connection = session.connection()
        ask = connection.exec_driver_sql
        found = [f"integrity {row}" for (row,) in ask("PRAGMA integrity_check") if row != "ok"]
        found += [f"page {tuple(row)}" for row in ask("PRAGMA cipher_integrity_check")]
        found += [f"foreign key {tuple(row)}" for row in ask("PRAGMA foreign_key_check")]
        found += [f"trigger {name}" for name in missing_triggers(connection)]
        broken = audit.first_broken_line(session)
    return [*found, *([] if broken is None else [f"audit line {broken}"])]


def a_station(place: Path, families: int = 3, center: Path | None = None) -> None:
    """An enrolled station with a teacher and some families, and its center when a place for that is named."""
    made = os.environ.get(DISTRICT)
    district = Path(made) if made else make_district(place.parent / "district")
    shutil.copytree(district / "01", place)
    if center is not None:
        shutil.copytree(district / "center", center)
    if not made:
        shutil.rmtree(district)
    desk = opened(place)
    staffing.add_teacher(desk, staffing.NewTeacher("王敏", date(2024, 1, 1)))
    for name in "甲乙丙丁戊己庚辛"[:families]:
        children.register_child(desk, a_child(f"单{name}"))
    desk.close()


class Saves:
    """Everything a teacher saves in a day, in random order, without an end."""

    ends: ClassVar[bool] = False

    def prepare(self, template: Path) -> None:
        a_station(template)

    def work(self, place: Path, say: Say, throw: Random) -> None:
        with ExitStack() as stack:
            desk = opened(place)
            stack.callback(desk.close)
            steps = Steps(desk, throw)
            say(READY)
            while True:
                say(steps.one())

    def check(self, place: Path, told: list[Any]) -> list[str]:
        desk = opened(place)
        try:
            problems = unsound(desk) + [f"lost: {step}" for step in told if not is_there(desk, step)]
            with desk.read() as session:
                made = session.exec(select(func.count()).select_from(Child)).one()
            expected = 3 + sum(step[0] == "child" for step in told)
            return problems + ([] if made in (expected, expected + 1) else [f"{made} children, {expected} told"])
        finally:
            desk.close()


class Steps:
    """Random saves of one person; each returns what to look for afterwards."""

    def __init__(self, desk: Desk, throw: Random) -> None:
        self.desk, self.throw = desk, throw
        self.children = [row.id for row in child_list.list_children(desk)]
        self.teacher = staffing.list_teachers(desk)[0].id
        self.visits: list[str] = []
        self.days = itertools.count()

    def one(self) -> list[Any]:
        """One save."""
        makers = [self.child, self.visit, self.class_, self.draft, *([self.correction] if self.visits else [])]
        return self.throw.choice(makers)()

    def child(self) -> list[Any]:
        name = "单" + "".join(self.throw.choices("安宁康乐和平喜顺", k=3))
        self.children.append(children.register_child(self.desk, a_child(name)))
        return ["child", self.children[-1], name]

    def visit(self) -> list[Any]:
        child_id = self.throw.choice(self.children)
        on = date(2026, 11, 3) + timedelta(days=self.throw.randrange(17))
        entry = visits.start_visit(self.desk, child_id, "newborn_visit")
        changes = {"visit_date": on.isoformat(), "heart_rate": self.throw.randrange(120, 150)}
        answers = all_normal(entry.form, {**entry.answers, **newborn_answers(**changes)})
        try:
            view = visits.record_visit(self.desk, child_id=child_id, form_id="newborn_visit", answers=answers)
        except Refused as refused:
            if refused.code != "already_recorded":
                raise
            return self.child()
        self.visits.append(view.id)
        return ["visit", view.id, view.digest]

    def correction(self) -> list[Any]:
        former = self.visits.pop(self.throw.randrange(len(self.visits)))
        entry = visits.edit_visit(self.desk, former)
        rate = {"heart_rate": int(str(entry.answers["heart_rate"])) + 1}
        view = visits.correct_visit(self.desk, former, answers={**entry.answers, **rate}, reason="错字")
        self.visits.append(view.id)
        return ["visit", view.id, view.digest]

    def class_(self) -> list[Any]:
        chosen = sorted(self.throw.sample(self.children, 2))
        kind, block, on = ClassKind.LECTURE, TopicBlock.NUTRITION, date(2026, 11, 25)
        held = NewClass(kind, block, "辅食添加要点", on, "09:00", "10:30", "二楼", self.teacher)
        class_id = classes.plan_class(self.desk, held, chosen)
        return ["class", class_id, chosen]

    def draft(self) -> list[Any]:
        note = new_id()
        drafts.keep(self.desk, drafts.new_key(drafts.DraftKind.CHILD), {"answers": {"note": note}})
        return ["draft", drafts.new_key(drafts.DraftKind.CHILD), note]


def is_there(desk: Desk, step: list[Any]) -> bool:
    """Whether the profile has what a step acknowledged; a later draft of the same form stands for the earlier ones."""
    kind, key, value = step
    if kind == "child":
        return children.view_child(desk, key).row.name == value
    if kind == "visit":
        return visits.view_visit(desk, key).digest == value
    if kind == "class":
        _held, families = classes.view_class(desk, key)
        return sorted(family.child_id for family in families) == value
    draft = drafts.find(desk, key)
    return draft is not None and draft.content["answers"]["note"] >= value  # ids rise with time


class OneSave:
    """A visit is saved: the smallest act of all."""

    ends: ClassVar[bool] = True

    def prepare(self, template: Path) -> None:
        a_station(template, families=1)

    def work(self, place: Path, say: Say, throw: Random) -> None:
        steps = Steps(opened(place), throw)
        say(READY)
        say(steps.visit())

    def check(self, place: Path, told: list[Any]) -> list[str]:
        desk = opened(place)
        try:
            problems = unsound(desk) + [f"lost: {step}" for step in told if not is_there(desk, step)]
            return problems + ([] if child_list.count_children(desk) == 1 else ["the child is gone"])
        finally:
            desk.close()
