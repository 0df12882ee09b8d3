"""What lists, search, due list and grades are made from is always what follows from the records, whatever was done."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlmodel import select
from tests.services.care.test_visits import record
from tests.services.comparing import is_true, know_other_station, same_at_center
from tests.services.families import enrol
from tests.store.test_migrations import KEPT

from zhaohu.clock import Clock
from zhaohu.errors import Refused
from zhaohu.records import Caregiver, Child, ChildRisk, Household, Village, Visit
from zhaohu.records.codes import ChildStatus, ConsentScope, Risk
from zhaohu.rules.schedule import DueState
from zhaohu.services import derived
from zhaohu.services.care import visits
from zhaohu.services.desk import Desk
from zhaohu.services.due import duties
from zhaohu.services.duplicates import merging
from zhaohu.services.exchange import bundles
from zhaohu.services.growth import scores
from zhaohu.services.register import (
    caregivers,
    child_list,
    children,
    consents,
    families,
    moves,
    releases,
    removal,
    risk_factors,
    village_merging,
)
from zhaohu.services.register.child_list import ChildFilter
from zhaohu.services.register.children import FATHER, NewCaregiver
from zhaohu.services.roster import rosters
from zhaohu.services.safety.profile import open_desk
from zhaohu.store import staleness

OPEN_NOW = (DueState.OVERDUE, DueState.DUE)


class Walk:
    """Does one thing after another at a station, as people do; what is refused is left."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk, self.dice = desk, Random(seed)
        self.done: Counter[str] = Counter()
        self.merges: list[str] = []

    def step(self) -> None:
        names = [name.removeprefix("do_") for name in dir(self) if name.startswith("do_") and getattr(self, name)]
        name = self.dice.choice(names)
        try:
            getattr(self, f"do_{name}")()
        except (Refused, IndexError):
            return
        self.done[name] += 1

    def _any(self, table: type, *conditions: object) -> str:
        with self.desk.read() as session:
            return self.dice.choice(session.exec(select(table.id).where(*conditions).order_by(table.id)).all())

    def _child(self) -> str:
        return self._any(Child, Child.deleted_at == None)  # noqa: E711

    def do_register(self) -> None:
        name = self.dice.choice(("单芷然", "王𠮷", "仇小雨", "欧阳一诺", "查然"))
        born = self.desk.today - timedelta(days=self.dice.randrange(2, 900))
        weight = self.dice.choice((2300, 3300))
        enrol(self.desk, name, birth_date=born, village=self.dice.choice("甲乙丙"), facts={"birth_weight_g": weight})

    def do_visit(self) -> None:
        record(self.desk, self._child(), visit_date=self.desk.today.isoformat())

    def do_correct_visit(self) -> None:
        entry = visits.edit_visit(self.desk, self._any(Visit))
        grams = self.dice.randrange(2500, 9000)
        answers = {**entry.answers, "weight_kg": f"{grams / 1000:.2f}", "asphyxia": self.dice.choice("12")}
        visits.correct_visit(self.desk, entry.visit_id, answers=answers, reason="抄错")

    def do_remove_visit(self) -> None:
        removal.remove_visit(self.desk, self._any(Visit), "录错了")

    def do_remove_child(self) -> None:
        removal.remove_child(self.desk, self._child(), "录错了")

    def do_restore(self) -> None:
        row = self.dice.choice(removal.list_removed(self.desk))
        removal.restore(self.desk, row.table, row.id)

    def do_leave(self) -> None:
        status = self.dice.choice([one for one in ChildStatus if one is not ChildStatus.ACTIVE])
        moves.change_status(self.desk, self._child(), status, self.desk.today, "搬走了", "日照市", confirmed=True)

    def do_come_back(self) -> None:
        moves.take_back(self.desk, self._child(), self.desk.today, "回来了")

    def do_release(self) -> None:
        releases.release(self.desk, self._child(), "02", self.desk.today, "搬家")

    def do_cancel_release(self) -> None:
        releases.cancel_release(self.desk, self._child(), self.desk.today, "不搬了")

    def do_add_risk(self) -> None:
        risk_factors.add_risk(
            self.desk, self._child(), self.dice.choice((Risk.JAUNDICE, Risk.CONVULSIONS)), self.desk.today
        )

    def do_end_risk(self) -> None:
        risk_factors.end_risk(self.desk, self._any(ChildRisk), self.desk.today, "已治愈")

    def do_consent(self) -> None:
        scope = self.dice.choice(list(ConsentScope))
        given = {scope: self.dice.random() < 0.5}
        consents.decide(self.desk, self._child(), given, self.desk.today, "李秀梅", "52", "不愿意")

    def do_correct_child(self) -> None:
        changes = {"name": self.dice.choice(("单雪", "解小北", "区然")), "gestation_days": self.dice.choice((240, 275))}
        children.correct_child(self.desk, self._child(), changes, "证件为准")

    def do_correct_household(self) -> None:
        families.correct_household(self.desk, self._any(Household), {"village": self.dice.choice("甲乙丙丁")})

    def do_join(self) -> None:
        families.join_household(self.desk, self._child(), self._any(Household))

    def do_split(self) -> None:
        families.split_household(self.desk, self._child())

    def do_add_caregiver(self) -> None:
        carer = NewCaregiver("赵敏", FATHER, "13912340000")
        caregivers.add_caregiver(self.desk, self._any(Household), carer)

    def do_correct_caregiver(self) -> None:
        changes = {"name": self.dice.choice(("慕容雪", "李秀梅")), "phone": "13800001111", "is_main": True}
        caregivers.correct_caregiver(self.desk, self._any(Caregiver), changes)

    def do_remove_caregiver(self) -> None:
        caregivers.remove_caregiver(self.desk, self._any(Caregiver), "录错了")

    def do_merge(self) -> None:
        self.merges.append(merging.merge(self.desk, self._child(), self._child(), {}))

    def do_undo_merge(self) -> None:
        merging.undo_merge(self.desk, self.dice.choice(self.merges))

    def do_roster(self) -> None:
        names = [self.dice.choice(("单芷然", "王𠮷", "区然", "查小宝")) for _row in range(3)]
        born = [self.desk.today - timedelta(days=self.dice.randrange(2, 900)) for _row in range(3)]
        carer = self.dice.choice(("李秀梅,13812345678", "赵敏,13912340000", "何敏,13700001111"))
        lines = [
            f"{name},女,{day},{carer},{self.dice.choice('甲乙戊')},3200" for name, day in zip(names, born, strict=True)
        ]
        file = self.desk.profile.parent / "roster.csv"
        file.write_text("\n".join(("姓名,性别,出生日期,母亲姓名,联系电话,村居,出生体重", *lines)), "utf-8")
        rosters.take_in(self.desk, rosters.read_roster(self.desk, file))

    def do_undo_roster(self) -> None:
        rosters.undo_import(self.desk, self.dice.choice(rosters.list_imports(self.desk)).id)

    def do_merge_villages(self) -> None:
        village_merging.merge_villages(self.desk, self._any(Village), self._any(Village))

    def do_part_villages(self) -> None:
        village_merging.part_villages(self.desk, self._any(Village, Village.deleted_at != None))  # noqa: E711

    def do_bulk_sql(self) -> None:
        with self.desk.write("test") as work:
            work.session.connection().exec_driver_sql(
                "UPDATE child SET health_record_no = ? WHERE id = ?",
                (f"{self.dice.randrange(10**17):017d}", self._child()),
            )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_is_done_lists_and_search_show_what_is_recorded(
    station_desk: Desk, center_desk: Desk, tmp_path: Path, seed: int
) -> None:
    walk = Walk(station_desk, seed)
    know_other_station(station_desk)
    stick = tmp_path / "stick"
    stick.mkdir()
    for _number in range(6):
        walk.do_register()
    for number in range(100):
        walk.step()
        assert is_true(station_desk), (number, walk.done)
        if number % 25 == 24:
            same_at_center(station_desk, center_desk, stick)
    assert len(walk.done) >= 20, walk.done


def test_a_correction_keeps_the_grade_of_what_stays_as_it_was_measured(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    saved = record(station_desk, child_id)
    with station_desk.store.write() as session:
        session.connection().exec_driver_sql("UPDATE growth_score SET engine = 'old'")
    answers = {**visits.edit_visit(station_desk, saved.id).answers, "temp_c": "37.0"}
    visits.correct_visit(station_desk, saved.id, answers=answers, reason="抄错")
    with station_desk.read() as session:
        engines = session.connection().exec_driver_sql("SELECT DISTINCT engine FROM growth_score").scalars().all()
    assert engines == ["old"]
    assert is_true(station_desk)


def test_an_act_that_fails_leaves_the_facts_as_they_were(station_desk: Desk) -> None:
    child_id = enrol(station_desk)

    def fail() -> None:
        with station_desk.write("test") as work:
            work.session.get_one(Child, child_id).name = "王𠮷"
            work.session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert is_true(station_desk)
    assert [row.id for row in child_list.search(station_desk, "szr")] == [child_id]


KEYS_SINCE = "schema-4"
"""Before it a profile had no facts and no search keys."""


@pytest.fixture(params=[kept for kept in KEPT if kept.name == "station"], ids=lambda kept: kept.parent.name)
def older(request: pytest.FixtureRequest, tmp_path: Path):
    """A station of an older schema, just opened by this version."""
    shutil.copytree(request.param, tmp_path / "profile")
    desk = open_desk(tmp_path / "profile", "admin", "zhaohu-demo", Clock())
    yield desk
    desk.close()


def test_after_an_update_all_children_are_listed_and_what_is_missing_is_made_in_portions(
    older: Desk, request: pytest.FixtureRequest
) -> None:
    with older.read() as session:
        everyone = set(session.exec(select(Child.id).where(Child.deleted_at == None)).all())  # noqa: E711
        name = session.exec(select(Child.name)).first()
    assert {row.id for row in child_list.list_children(older, ChildFilter(statuses=()))} == everyone
    had_keys = request.node.callspec.id >= KEYS_SINCE
    assert {row.name for row in child_list.search(older, name)} == ({name} if had_keys else set())
    told: list[tuple[int, int]] = []
    made = derived.fill_missing(older.store, lambda done, total: told.append((done, total)))
    assert made >= len(everyone)
    assert told == [(min(50 * n, made), made) for n in range(1, len(told) + 1)]
    assert is_true(older)
    assert name in {row.name for row in child_list.search(older, name)}
    assert derived.fill_missing(older.store) == 0


def test_other_rules_make_the_facts_of_all_anew(station_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    enrol(station_desk)
    assert derived.fill_missing(station_desk.store) == 1  # a new profile: nobody has said yet by which rules
    assert derived.fill_missing(station_desk.store) == 0
    monkeypatch.setattr(derived, "_FACTS", derived._FACTS + 1)
    assert derived.fill_missing(station_desk.store) == 1


def test_an_interrupted_filling_goes_on_where_it_was(station_desk: Desk) -> None:
    for number in range(60):
        enrol(station_desk, f"王{number}", caregivers=())
    derived.fill_missing(station_desk.store)
    with station_desk.store.write() as session:
        staleness.note_all(session)

    def stop(_done: int, _total: int) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        derived.fill_missing(station_desk.store, stop)
    with station_desk.read() as session:
        assert staleness.count_stale(session) == 10
    assert derived.fill_missing(station_desk.store) == 10


def test_views_are_told_once(station_desk: Desk) -> None:
    for number in range(120):
        enrol(station_desk, f"王{number}", caregivers=())
    told: list[frozenset[str]] = []
    station_desk.store.listen(told.append)
    derived.fill_missing(station_desk.store)
    assert [tables for tables in told if "child_facts" in tables] == [frozenset({"child_facts"})]


def test_what_a_bundle_brings_is_listed_at_once_and_graded_afterwards(
    station_desk: Desk, center_desk: Desk, tmp_path: Path
) -> None:
    child_id = enrol(station_desk, facts={"birth_weight_g": 1900})
    exported = bundles.export_bundle(station_desk, tmp_path / "stick")
    bundles.import_bundles(center_desk, [exported.file])
    assert [row.id for row in child_list.search(center_desk, "szr")] == [child_id]
    assert duties.due_list(center_desk) == duties.due_list(station_desk)
    (row,) = child_list.list_children(center_desk)
    assert row.growth == ()
    scores.fill_missing(center_desk)
    (row,) = child_list.list_children(center_desk)
    (own,) = child_list.list_children(station_desk)
    assert row.growth == own.growth != ()
    assert is_true(center_desk)


def test_the_due_list_is_what_each_childs_own_list_says_on_every_day(older: Desk) -> None:
    derived.fill_missing(older.store)
    with older.read() as session:
        ids = session.exec(select(Child.id).where(Child.deleted_at == None)).all()  # noqa: E711
        last = max(session.exec(select(Visit.visit_date)).all())
    wanted = {DueState.OVERDUE, DueState.DUE, DueState.UPCOMING, DueState.DONE_LATE}
    for days in (-40, -1, 0, 1, 9, 60):
        on = last + timedelta(days=days)
        listed = duties.due_list(older, on=on, within_days=20)
        horizon = on + timedelta(days=20)
        each = [
            row
            for child_id in ids
            for row in duties.child_duties(older, child_id, on)
            if row.state in wanted and (row.state is not DueState.UPCOMING or row.due_from <= horizon)
        ]
        key = [(row.child_id, row.contact, row.state, row.days_late, row.due_from) for row in each]
        assert sorted(key) == sorted((r.child_id, r.contact, r.state, r.days_late, r.due_from) for r in listed)
        assert listed


def test_a_refused_telephone_stands_in_no_list_of_what_is_due(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    (row,) = [
        row for row in duties.due_list(station_desk) if row.state is DueState.DUE or row.state is DueState.OVERDUE
    ][:1]
    assert row.phone.endswith("5678")
    consents.decide(station_desk, child_id, {ConsentScope.CONTACT: False}, station_desk.today, "李秀梅", "52", "不愿意")
    assert {row.phone for row in duties.due_list(station_desk)} == {"不同意电话联系"}
    assert {row.phone for row in duties.child_duties(station_desk, child_id)} == {"不同意电话联系"}


def test_a_found_risk_brings_the_next_visit_forward_like_one_from_birth(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=station_desk.today - timedelta(days=1))
    before = {row.contact: row.due_to for row in duties.child_duties(station_desk, child_id)}
    risk_factors.add_risk(station_desk, child_id, Risk.JAUNDICE, station_desk.today)
    after = {row.contact: row.due_to for row in duties.child_duties(station_desk, child_id)}
    assert after["NB1"] < before["NB1"]
    assert {row.due_to for row in duties.due_list(station_desk) if row.contact == "NB1"} == {after["NB1"]}


def test_a_contact_is_listed_to_its_last_day_and_no_longer(station_desk: Desk) -> None:
    born = station_desk.today - timedelta(days=20)
    child_id = enrol(station_desk, birth_date=born)
    for day in (*range(80), *range(80, 1500, 3), *range(1000, 1100)):
        on = station_desk.today + timedelta(days=day)
        each = [row.contact for row in duties.child_duties(station_desk, child_id, on) if row.state in OPEN_NOW]
        assert [row.contact for row in duties.due_list(station_desk, on=on)] == each, on
