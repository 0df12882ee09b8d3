"""Lists: every filter and every sort gives what looking at each record by itself gives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from sqlmodel import Session, select
from tests.benchmarks.big_register import fill
from tests.services.families import enrol
from tests.sync.district import open_copy

from zhaohu.records import Assignment, Caregiver, Child, ChildRisk, Consent, Household, Teacher, Transfer, Village
from zhaohu.records.codes import ChildStatus, ConsentScope, Risk, Sex
from zhaohu.records.derived import GrowthScore
from zhaohu.rules.ages import months_and_days
from zhaohu.rules.names import sort_key
from zhaohu.rules.schedule import DueState
from zhaohu.services.desk import Desk
from zhaohu.services.due import duties
from zhaohu.services.register import child_list
from zhaohu.services.register.child_list import ChildFilter, DueNow, Sort

COUNT = 260


@pytest.fixture(scope="module")
def register(district_template, tmp_path_factory):
    """A register with everything in it that can be filtered by."""
    desk = open_copy(district_template, "01", tmp_path_factory.mktemp("register") / "station")
    fill(desk, COUNT)
    with desk.write("test") as work:
        children = work.session.exec(select(Child).order_by(Child.id)).all()
        villages = work.session.exec(select(Village).order_by(Village.id)).all()
        _care(desk, work.session, children)
        _teachers(desk, work.session, villages)
    yield desk
    desk.close()


def _care(desk: Desk, session: Session, children: Any) -> None:
    for place, child in enumerate(children):
        if place % 7 == 0:
            session.add(desk.make(ChildRisk, child_id=child.id, risk=Risk.JAUNDICE, found_on=desk.today))
        if place % 11 == 0:
            ended = {"found_on": desk.today, "ended_on": desk.today}
            session.add(desk.make(ChildRisk, child_id=child.id, risk=Risk.CONVULSIONS, **ended))
        if place % 5 == 0:
            for given in (True, place % 2 == 0):  # the later answer counts
                session.add(_consent(desk, child, given))
        if place % 13 == 0 and child.status is ChildStatus.ACTIVE:
            released = {"to_station": "02", "released_on": desk.today, "reason": "搬家"}
            cancelled = {"cancelled_on": desk.today} if place % 2 else {}
            session.add(desk.make(Transfer, child_id=child.id, **released, **cancelled))


def _consent(desk: Desk, child: Child, given: bool) -> Consent:
    said = {"scope": ConsentScope.CONTACT, "given": given, "decided_on": desk.today}
    return desk.make(Consent, child_id=child.id, guardian="李秀梅", relation="52", **said)


def _teachers(desk: Desk, session: Session, villages: Any) -> None:
    for name, some in (("王敏", villages[:1]), ("安然", villages[1:2])):
        teacher = desk.make(Teacher, name=name, employed_from=date(2020, 1, 1))
        session.add(teacher)
        session.flush()
        for village in some:
            session.add(desk.make(Assignment, village_id=village.id, teacher_id=teacher.id, since=date(2026, 1, 1)))
            over = {"since": date(2025, 1, 1), "until": date(2025, 12, 31)}
            session.add(desk.make(Assignment, village_id=villages[-1].id, teacher_id=teacher.id, **over))


class Looked:
    """What looking at each record by itself tells about a child."""

    def __init__(self, desk: Desk, session: Session, child: Child) -> None:
        self.child = child
        self.household = session.get_one(Household, child.household_id)
        village = session.get(Village, self.household.village_id) if self.household.village_id else None
        self.village = village.name if village else ""
        carers = session.exec(select(Caregiver).where(Caregiver.household_id == child.household_id)).all()
        self.carer = next(carer.name for carer in carers if carer.is_main)
        risks = session.exec(select(ChildRisk).where(ChildRisk.child_id == child.id)).all()
        self.risks = {risk.risk for risk in risks if risk.ended_on is None}
        self.risks |= {Risk.PRETERM} if (child.gestation_days or 999) < 37 * 7 else set()
        self.risks |= {Risk.LOW_BIRTH_WEIGHT} if (child.birth_weight_g or 9999) < 2500 else set()
        consents = session.exec(select(Consent).where(Consent.child_id == child.id).order_by(Consent.id)).all()
        self.consent = "missing" if not consents else "given" if consents[-1].given else "refused"
        scores = session.exec(
            select(GrowthScore).where(GrowthScore.child_id == child.id).order_by(GrowthScore.measured_on)
        ).all()
        newest = scores[-1]
        self.growth = {newest.wfa_status, newest.lhfa_status, newest.wfl_status, newest.bfa_status} - {None}
        rows = duties.child_duties(desk, child.id)
        self.open = {row.due_to: row for row in reversed(rows) if row.state in (DueState.OVERDUE, DueState.DUE)}
        on = session.exec(
            select(Teacher.name, Assignment.since)
            .join(Assignment, Assignment.teacher_id == Teacher.id)
            .where(Assignment.village_id == self.household.village_id, Assignment.until == None)  # noqa: E711
        ).all()
        self.teacher = on[0][0] if on else ""

    @property
    def months(self) -> int:
        return months_and_days(self.child.birth_date, date(2026, 11, 20))[0]

    @property
    def first_open(self) -> date | None:
        return min(self.open) if self.open else None


@pytest.fixture(scope="module")
def looked(register: Desk) -> list[Looked]:
    with register.read() as session:
        return [Looked(register, session, child) for child in session.exec(select(Child)).all()]


FILTERS: dict[str, tuple[ChildFilter, Callable[[Looked], bool]]] = {
    "on the register": (ChildFilter(), lambda one: one.child.status is ChildStatus.ACTIVE),
    "all": (ChildFilter(statuses=()), lambda one: True),
    "lost or moved": (
        ChildFilter(statuses=(ChildStatus.LOST, ChildStatus.MOVED_OUT)),
        lambda one: one.child.status in (ChildStatus.LOST, ChildStatus.MOVED_OUT),
    ),
    "age": (ChildFilter(statuses=(), age_months=(6, 12)), lambda one: 6 <= one.months < 12),
    "born from": (
        ChildFilter(statuses=(), born_from=date(2025, 6, 1)),
        lambda one: one.child.birth_date >= date(2025, 6, 1),
    ),
    "born to": (
        ChildFilter(statuses=(), born_to=date(2025, 6, 1)),
        lambda one: one.child.birth_date <= date(2025, 6, 1),
    ),
    "girls": (ChildFilter(statuses=(), sex=Sex.FEMALE), lambda one: one.child.sex is Sex.FEMALE),
    "high risk": (ChildFilter(statuses=(), high_risk=True), lambda one: bool(one.risks)),
    "preterm or jaundice": (
        ChildFilter(statuses=(), risks=(Risk.PRETERM, Risk.JAUNDICE)),
        lambda one: bool(one.risks & {Risk.PRETERM, Risk.JAUNDICE}),
    ),
    "convulsions, which ended": (ChildFilter(statuses=(), risks=(Risk.CONVULSIONS,)), lambda one: False),
    "growth": (ChildFilter(statuses=(), growth_problem=True), lambda one: bool(one.growth)),
    "overdue": (
        ChildFilter(statuses=(), due=(DueNow.OVERDUE,)),
        lambda one: any(row.state is DueState.OVERDUE for row in one.open.values()),
    ),
    "due": (
        ChildFilter(statuses=(), due=(DueNow.DUE,)),
        lambda one: any(row.state is DueState.DUE for row in one.open.values()),
    ),
    "overdue or due": (ChildFilter(statuses=(), due=(DueNow.OVERDUE, DueNow.DUE)), lambda one: bool(one.open)),
    "never asked": (ChildFilter(statuses=(), consent="missing"), lambda one: one.consent == "missing"),
    "refused": (ChildFilter(statuses=(), consent="refused"), lambda one: one.consent == "refused"),
    "this station": (ChildFilter(statuses=(), station="01"), lambda one: True),
    "the other station": (ChildFilter(statuses=(), station="02"), lambda one: False),
    "several at once": (
        ChildFilter(high_risk=True, sex=Sex.MALE, due=(DueNow.OVERDUE,)),
        lambda one: (
            one.child.status is ChildStatus.ACTIVE
            and one.child.sex is Sex.MALE
            and bool(one.risks)
            and any(row.state is DueState.OVERDUE for row in one.open.values())
        ),
    ),
}
NEVER = {"convulsions, which ended", "the other station"}


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_finds_what_a_look_at_each_record_finds(register: Desk, looked: list[Looked], name: str) -> None:
    wanted, fits = FILTERS[name]
    expected = {one.child.id for one in looked if fits(one)}
    assert bool(expected) is (name not in NEVER)
    assert {row.id for row in child_list.list_children(register, wanted)} == expected
    assert child_list.count_children(register, wanted) == len(expected)


def test_by_village_and_teacher(register: Desk, looked: list[Looked]) -> None:
    villages = dict(child_list.list_villages(register))
    assert list(villages.values()) == sorted(villages.values(), key=sort_key)
    for key, name in villages.items():
        rows = child_list.list_children(register, ChildFilter(statuses=(), village_ids=(key,)))
        assert {row.id for row in rows} == {one.child.id for one in looked if one.village == name}
    teachers = child_list.list_teachers_of_villages(register)
    assert [name for _key, name in teachers] == ["安然", "王敏"]  # ān, wáng
    for key, name in teachers:
        rows = child_list.list_children(register, ChildFilter(statuses=(), teacher_id=key))
        assert {row.id for row in rows} == {one.child.id for one in looked if one.teacher == name}
        assert {row.teacher for row in rows} <= {name}


SORTS: dict[Sort, Callable[[Looked], Any]] = {
    Sort.NAME: lambda one: sort_key(one.child.name),
    Sort.SEX: lambda one: one.child.sex,
    Sort.BIRTH_DATE: lambda one: one.child.birth_date,
    Sort.STATION: lambda one: one.child.owner,
    Sort.VILLAGE: lambda one: sort_key(one.village) if one.village else None,
    Sort.CAREGIVER: lambda one: sort_key(one.carer),
    Sort.RISKS: lambda one: len(one.risks) or None,
    Sort.GROWTH: lambda one: len(one.growth) or None,
    Sort.DUE: lambda one: one.first_open,
    Sort.STATUS: lambda one: one.child.status,
    Sort.REGISTERED_ON: lambda one: one.child.registered_on,
    Sort.RECORD_NO: lambda one: one.child.health_record_no,
    Sort.GESTATION: lambda one: one.child.gestation_days,
    Sort.BIRTH_WEIGHT: lambda one: one.child.birth_weight_g,
    Sort.TEACHER: lambda one: sort_key(one.teacher) if one.teacher else None,
}


def test_every_sort_has_its_own_look() -> None:
    assert set(SORTS) == set(Sort)


@pytest.mark.parametrize("descending", [False, True], ids=["up", "down"])
@pytest.mark.parametrize("sort", Sort)
def test_a_sort_orders_by_what_it_says_and_ends_with_what_is_lacking(
    register: Desk, looked: list[Looked], sort: Sort, descending: bool
) -> None:
    by_id = {one.child.id: SORTS[sort](one) for one in looked}
    rows = child_list.list_children(register, ChildFilter(statuses=()), sort=sort, descending=descending)
    keys = [by_id[row.id] for row in rows]
    there = [key for key in keys if key is not None]
    assert keys == there + [None] * (len(keys) - len(there))
    assert there == sorted(there, reverse=descending)
    assert len(keys) == COUNT
    if sort not in (Sort.NAME, Sort.VILLAGE, Sort.TEACHER):
        names = {row.id: sort_key(row.name) for row in rows}
        pairs = [(by_id[row.id], names[row.id]) for row in rows]
        assert all(a[1] <= b[1] for a, b in pairwise(pairs) if a[0] == b[0])


def test_a_row_shows_what_is_recorded(register: Desk, looked: list[Looked]) -> None:
    rows = {row.id: row for row in child_list.list_children(register, ChildFilter(statuses=()))}
    for one in looked:
        row = rows[one.child.id]
        first = one.open[one.first_open] if one.first_open else None
        assert (row.name, row.village, row.caregiver) == (one.child.name, one.village, one.carer)
        assert set(row.risks) == one.risks
        assert (row.teacher, row.consent, set(row.growth)) == (one.teacher, one.consent, one.growth)
        assert (row.next_due, row.next_due_to) == ((first.title, first.due_to) if first else ("", None))
        assert row.overdue is (first is not None and first.state is DueState.OVERDUE)
        assert row.record_no == one.child.health_record_no
        assert one.child.citizen_id not in (row.citizen_id, row.phone)


def test_who_is_released_stays_on_the_list_and_is_due_for_nothing(register: Desk) -> None:
    rows = [row for row in child_list.list_children(register) if row.released_to]
    assert {row.released_to for row in rows} == {"02"}
    assert {row.next_due for row in rows} == {""}
    with register.read() as session:
        cancelled = session.exec(select(Transfer.child_id).where(Transfer.cancelled_on != None)).all()  # noqa: E711
    assert cancelled
    assert not {row.id for row in rows} & set(cancelled)


def test_a_page_of_a_list_is_read_by_numbers_in_their_order(register: Desk) -> None:
    numbers = child_list.ids(register, ChildFilter(), Sort.BIRTH_DATE, descending=True)
    page = child_list.rows(register, numbers[40:45])
    assert [row.no for row in page] == numbers[40:45]
    listed = child_list.list_children(register, sort=Sort.BIRTH_DATE, descending=True, limit=5, offset=40)
    assert listed == page
    assert child_list.rows(register, list(reversed(numbers[40:45]))) == list(reversed(page))


def test_who_was_removed_is_in_no_list_and_no_page(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    (number,) = child_list.ids(station_desk, ChildFilter())
    with station_desk.write("test") as work:
        work.session.get_one(Child, child_id).deleted_at = station_desk.clock.stamp()
    assert child_list.ids(station_desk, ChildFilter(statuses=())) == []
    assert child_list.rows(station_desk, [number]) == []
    assert child_list.count_children(station_desk, ChildFilter(statuses=())) == 0


def test_a_child_that_nobody_has_made_facts_for_is_listed_all_the_same(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    with station_desk.store.write() as session:
        session.connection().exec_driver_sql(
            "INSERT INTO child (id, owner, recorded_at, recorded_by, household_id, name, sex, birth_date,"
            " registered_on, status) SELECT ?, owner, recorded_at, recorded_by, household_id, '王𠮷', 1, birth_date,"
            " registered_on, status FROM child WHERE id = ?",
            ("f" * 36, child_id),
        )
    assert {row.name for row in child_list.list_children(station_desk)} == {"单芷然", "王𠮷"}


@pytest.mark.parametrize(("born", "found"), [(date(2025, 11, 20), False), (date(2025, 11, 21), True)])
def test_an_age_band_ends_with_the_day_before_the_birthday(station_desk: Desk, born: date, found: bool) -> None:
    enrol(station_desk, birth_date=born)
    assert bool(child_list.count_children(station_desk, ChildFilter(age_months=(6, 12)))) is found
    assert bool(child_list.count_children(station_desk, ChildFilter(age_months=(12, 24)))) is not found
