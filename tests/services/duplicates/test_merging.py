"""Merging two records of one child: nothing is lost, all can be undone, and the center has what the station has."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session, SQLModel, select
from tests.services.care.test_visits import record
from tests.services.care_walk import contradictions
from tests.services.families import enrol, newborn_answers
from tests.services.follow.following import answer, blood, record_newborn, refer
from tests.services.register.test_removal import a_class, as_role
from tests.sync.forging import records
from tests.sync.work import bring_down, take_up

from zhaohu.errors import BadInput, NotAllowed, NotFound, Refused
from zhaohu.records import (
    SYNCED_TABLES,
    Appointment,
    Attempt,
    Attendance,
    Caregiver,
    Child,
    ChildMerge,
    ChildRisk,
    Consent,
    Correction,
    ExtraContact,
    FollowUp,
    Household,
    Measurement,
    NotDuplicate,
    Question,
    StatusChange,
    Transfer,
    TransferAnswer,
    Vaccination,
    Visit,
)
from zhaohu.records.base import Owned, new_id
from zhaohu.records.codes import (
    AttemptOutcome,
    AttemptWay,
    CaseOutcome,
    ChildStatus,
    ConsentScope,
    FollowUpKind,
    Risk,
    Role,
    Sex,
)
from zhaohu.records.local import AuditLine, PrintedSheet
from zhaohu.rules.forms.starting import all_normal
from zhaohu.services.care import drafts, timeline, vaccinations, visits
from zhaohu.services.desk import Desk
from zhaohu.services.duplicates import duplicates, merge_compare, merge_rows, merging
from zhaohu.services.exchange.record_words import kind_words
from zhaohu.services.follow import follow_ups
from zhaohu.services.growth import growth
from zhaohu.services.guidance import classes
from zhaohu.services.printing import sheet_rows
from zhaohu.services.register import children, moves, removal
from zhaohu.services.register.children import FATHER, MOTHER, NewCaregiver

BORN = date(2026, 11, 2)
DAY = date(2026, 11, 12)

Maker = Callable[[Desk, Session, str], Owned]


MAKERS: dict[type[Owned], Maker] = {
    Measurement: lambda desk, _s, child: desk.make(Measurement, child_id=child, measured_on=DAY, weight_g=3600),
    StatusChange: lambda desk, _s, child: desk.make(
        StatusChange, child_id=child, status=ChildStatus.ACTIVE, happened_on=DAY, reason="迁回"
    ),
    Transfer: lambda desk, _s, child: desk.make(
        Transfer,
        child_id=child,
        to_station="02",
        released_on=DAY,
        reason="搬家",
        cancelled_on=DAY,
        cancelled_reason="没有搬",
    ),
    ChildRisk: lambda desk, _s, child: desk.make(ChildRisk, child_id=child, risk=Risk.JAUNDICE, found_on=DAY),
    Consent: lambda desk, _s, child: desk.make(
        Consent,
        child_id=child,
        scope=ConsentScope.CONTACT,
        given=True,
        decided_on=DAY,
        guardian="李秀梅",
        relation=MOTHER,
    ),
    Correction: lambda desk, _s, child: desk.make(
        Correction, child_id=child, table_name="child", row_id=child, changes="{}"
    ),
    FollowUp: lambda desk, _s, child: desk.make(
        FollowUp, child_id=child, kind=FollowUpKind.FINDING, subject="hearing", found_on=DAY
    ),
    ExtraContact: lambda desk, _s, child: desk.make(
        ExtraContact, child_id=child, title="复查", form="newborn_visit", due_from=DAY, due_to=DAY
    ),
    Appointment: lambda desk, _s, child: desk.make(Appointment, child_id=child, contact="M01", planned_on=DAY),
    Attempt: lambda desk, _s, child: desk.make(
        Attempt,
        child_id=child,
        contact="M01",
        tried_on=DAY,
        way=AttemptWay.CALL,
        outcome=AttemptOutcome.NOT_REACHED,
    ),
    Vaccination: lambda desk, _s, child: desk.make(
        Vaccination, child_id=child, vaccine="HepB", dose=1, given_on=DAY, seen_on=DAY
    ),
}
"""How a row of each table that names a child is made, where no service of its own is called below."""
BY_SERVICES = {Visit, Attendance, NotDuplicate, ChildMerge}


def fill(desk: Desk, child_id: str) -> None:
    """One record of every kind that hangs on a child."""
    record(desk, child_id)
    with desk.write("test.save") as work:
        for maker in MAKERS.values():
            work.session.add(maker(desk, work.session, child_id))


def naming(desk: Desk, child_id: str) -> dict[str, int]:
    """How many rows of each synced table name a child, by asking the database what refers to children."""
    found: dict[str, int] = {}
    with desk.read() as session:
        for table in SYNCED_TABLES:
            name = str(table.__tablename__)
            for key in SQLModel.metadata.tables[name].foreign_keys:
                if key.column.table.name == "child":
                    query = f"SELECT count(*) FROM {name} WHERE {key.parent.name} = ?"
                    found[f"{name}.{key.parent.name}"] = (
                        session.connection().exec_driver_sql(query, (child_id,)).scalar_one()
                    )
    return found


def everything(desk: Desk) -> dict[str, list[tuple[Any, ...]]]:
    """All travelling records that were not taken away, without what tells of the merge itself."""
    with desk.read() as session:
        names = [str(t.__tablename__) for t in SYNCED_TABLES if t not in (ChildMerge, Correction)]
        return {
            name: sorted(
                (
                    tuple(row)
                    for row in session.connection().exec_driver_sql(f"SELECT * FROM {name} WHERE deleted_at IS NULL")
                ),
                key=repr,
            )
            for name in names
        }


def shown(desk: Desk, child_id: str) -> dict[str, object]:
    """What pages show of a child."""
    return {
        "view": children.view_child(desk, child_id),
        "visits": timeline.list_visits(desk, child_id),
        "growth": growth.series(desk, child_id),
        "life": timeline.timeline(desk, child_id),
    }


@pytest.fixture
def both(station_desk: Desk) -> tuple[str, str]:
    """One child registered twice: by the mother with a certificate number, by the father under a newborn's name."""
    mother = NewCaregiver("李秀梅", MOTHER, "13812345678", is_main=True)
    first = enrol(
        station_desk,
        "李秀梅之女",
        caregivers=(mother,),
        facts={"birth_certificate_no": "V123456789", "plurality": None},
    )
    father = NewCaregiver("单强", FATHER, "15900001234", is_main=True)
    again = NewCaregiver("李秀梅", MOTHER)
    second = enrol(
        station_desk,
        "单芷然",
        caregivers=(father, again),
        address="巨峰镇大坡社区30号",
        facts={"birth_weight_g": 3310, "plurality": 1},
    )
    return first, second


def proposed(desk: Desk, kept: str, other: str) -> dict[str, merging.Choice]:
    return {pair.field: pair.proposed for pair in merging.compare(desk, kept, other).fields}


def merge(desk: Desk, kept: str, other: str, **taken: merging.Choice) -> str:
    return merging.merge(desk, kept, other, {**proposed(desk, kept, other), **taken})


def test_every_table_that_names_a_child_is_known_here_and_moved() -> None:
    named = {
        table
        for table in SYNCED_TABLES
        if any(
            key.column.table.name == "child" for key in SQLModel.metadata.tables[str(table.__tablename__)].foreign_keys
        )
    }
    assert named == set(MAKERS) | BY_SERVICES
    assert set(merge_rows.child_columns()) == named
    by_name = {
        table for table in SYNCED_TABLES if "child_id" in SQLModel.metadata.tables[str(table.__tablename__)].columns
    }
    assert by_name - {Question, TransferAnswer} <= named  # those two tell what was said of that child then


def test_every_particular_of_a_child_is_compared_or_no_particular() -> None:
    assert set(merge_compare.FIELDS) | merge_compare.NOT_COMPARED >= set(Child.model_fields)
    assert all(merge_compare.field_title(name) != name for name in merge_compare.FIELDS)


def test_both_stand_side_by_side_with_what_is_likely_right(station_desk: Desk, both: tuple[str, str]) -> None:
    record(station_desk, both[1])
    found = merging.compare(station_desk, *both)
    pairs = {pair.field: pair for pair in found.fields}
    assert (pairs["name"].kept, pairs["name"].other, pairs["name"].proposed) == ("李秀梅之女", "单芷然", "other")
    assert pairs["plurality"].proposed == "other"  # the first does not know
    assert (pairs["birth_certificate_no"].other, pairs["birth_certificate_no"].proposed) == ("", "kept")
    assert (pairs["birth_weight_g"].kept, pairs["birth_weight_g"].other) == ("3,300 g", "3,310 g")
    assert not pairs["birth_date"].differs
    assert "30号" in pairs["household_id"].other
    assert found.problem == ""
    assert found.counts == ((kind_words("visit"), 0, 1), (kind_words("measurement"), 0, 1))


def test_nothing_of_both_is_lost(station_desk: Desk, both: tuple[str, str]) -> None:
    kept, other = both
    third = enrol(station_desk, "赵小禾", caregivers=(NewCaregiver("赵敏", MOTHER, "13900000000"),))
    for child in both:
        fill(station_desk, child)
        duplicates.tell_apart(station_desk, child, third)
    class_id, _teacher = a_class(station_desk, other)
    before = {child: naming(station_desk, child) for child in both}
    merge_id = merge(station_desk, kept, other, household_id="kept")
    after = naming(station_desk, kept)
    expected = {place: before[kept][place] + before[other][place] for place in after}
    expected["child_merge.child_id"] += 1
    expected["correction.child_id"] += 1  # what the merge changed of the child that stays
    assert after == expected
    left = {place: n for place, n in naming(station_desk, other).items() if n}
    assert left == {"child_merge.merged_id": 1}
    view = children.view_child(station_desk, kept)
    assert view.row.name == "单芷然"
    assert {carer.name for carer in view.caregivers} == {"李秀梅", "单强"}
    assert len(timeline.list_visits(station_desk, kept)) == 2
    assert [row.child_id for row in classes.view_class(station_desk, class_id)[1]] == [kept]
    with station_desk.read() as session:
        line = session.exec(select(AuditLine).where(AuditLine.action == "child.merge")).one()
        assert line.subject == f"child/{kept}"
        assert "单芷然" not in line.detail
    (row,) = merging.list_merges(station_desk)
    assert (row.id, row.name, row.merged_name, row.undone_at, row.problem) == (merge_id, "李秀梅之女", "单芷然", "", "")


def test_the_merged_child_is_hidden_and_its_id_leads_to_the_other(station_desk: Desk, both: tuple[str, str]) -> None:
    kept, other = both
    merge(station_desk, kept, other)
    with pytest.raises(NotFound) as found:
        children.view_child(station_desk, other)
    assert (found.value.code, found.value.details["child_id"]) == ("merged", kept)
    assert removal.list_removed(station_desk) == []
    with pytest.raises(NotFound):
        removal.restore(station_desk, "child", other)
    assert duplicates.find_all(station_desk) == []


def test_undoing_restores_both_as_they_were(station_desk: Desk, both: tuple[str, str]) -> None:
    kept, other = both
    for child in both:
        fill(station_desk, child)
    before, pages = everything(station_desk), [shown(station_desk, child) for child in both]
    for household in ("kept", "other"):
        merge_id = merge(station_desk, kept, other, household_id=household)
        assert everything(station_desk) != before
        undone = merging.undo_merge(station_desk, merge_id)
        assert (undone.child_id, undone.other_id, undone.stayed, undone.since) == (kept, other, (), 0)
        assert everything(station_desk) == before
    now = [shown(station_desk, child) for child in both]
    for was, becomes in zip(pages, now, strict=True):
        assert {**becomes, "life": None} == {**was, "life": None}  # the life tells of the merge too
    with pytest.raises(Refused) as refused:
        merging.undo_merge(station_desk, merge_id)
    assert refused.value.code == "undone"


@pytest.mark.parametrize("seed", range(4))
def test_whatever_was_chosen_is_undone(station_desk: Desk, both: tuple[str, str], seed: int) -> None:
    throw = random.Random(seed)
    kept, other = both if throw.random() < 0.5 else both[::-1]
    with station_desk.write("test.save") as work:
        child = work.session.get_one(Child, other)
        child.birth_date, child.sex, child.handbook_no = date(2026, 2, 11), Sex.MALE, "H-1"
    moves.change_status(station_desk, other, ChildStatus.LOST, DAY, "联系不上")
    record(station_desk, both[0])
    before = everything(station_desk)
    taken: dict[str, merging.Choice] = {name: throw.choice(("kept", "other")) for name in merge_compare.FIELDS}
    merge_id = merging.merge(station_desk, kept, other, taken)
    with station_desk.read() as session:
        child, gone = session.get_one(Child, kept), session.get_one(Child, other)
        for name, side in taken.items():
            if side == "other":
                assert getattr(child, name) == getattr(gone, name), name
    assert merging.undo_merge(station_desk, merge_id).stayed == ()
    assert everything(station_desk) == before


def test_what_came_after_the_merge_stays_where_it_belongs(station_desk: Desk, both: tuple[str, str]) -> None:
    kept, other = both
    visit = record(station_desk, other)
    merge_id = merge(station_desk, kept, other)
    corrected = visits.correct_visit(
        station_desk, visit.id, answers={**visit.answers, "weight_kg": "3.60"}, reason="秤未归零"
    )
    assert corrected.child_id == kept
    since = record(station_desk, kept, visit_date="2026-11-15", next_date="2026-12-02")
    children.correct_child(station_desk, kept, {"plurality": 2}, reason="看错")
    undone = merging.undo_merge(station_desk, merge_id)
    assert undone.stayed == (merge_compare.field_title("plurality"),)
    assert undone.since == 3  # the visit, what was measured there, and the weight lost since the other's visit
    assert [row.id for row in timeline.list_visits(station_desk, other)] == [corrected.id]
    assert [row.id for row in timeline.list_visits(station_desk, kept)] == [since.id]
    with station_desk.read() as session:
        measured = session.exec(select(Measurement).where(Measurement.visit_id == corrected.id)).one()
        assert measured.child_id == other
        found = session.exec(select(FollowUp)).all()
        assert [(row.child_id, row.record_id, row.subject) for row in found] == [(kept, since.id, "weight_loss")]
        assert session.get_one(Child, kept).plurality == 2


def test_a_copied_caregiver_that_was_changed_since_stays_and_is_said(station_desk: Desk, both: tuple[str, str]) -> None:
    kept, other = both
    merge_id = merge(station_desk, kept, other, household_id="kept")
    with station_desk.write("test.save") as work:
        home = work.session.get_one(Child, kept).household_id
        copy = work.session.exec(
            select(Caregiver).where(Caregiver.household_id == home, Caregiver.name == "单强")
        ).one()
        copy.occupation = "教师"
    assert merging.undo_merge(station_desk, merge_id).caregivers == ("单强",)
    assert {carer.name for carer in children.view_child(station_desk, kept).caregivers} == {"李秀梅", "单强"}


def test_caregivers_with_other_numbers_are_both_kept_and_gaps_are_filled(station_desk: Desk) -> None:
    kept = enrol(
        station_desk,
        caregivers=(NewCaregiver("李秀梅", MOTHER, "13800000001", is_main=True), NewCaregiver("单强", FATHER)),
    )
    other = enrol(
        station_desk,
        caregivers=(
            NewCaregiver("李秀梅", MOTHER, "13800000002", is_main=True),
            NewCaregiver("单强", FATHER, "15900001234"),
        ),
    )
    merge_id = merge(station_desk, kept, other, household_id="kept")

    def carers() -> list[tuple[str, str | None, bool]]:
        with station_desk.read() as session:
            home = session.get_one(Child, kept).household_id
            found = session.exec(select(Caregiver).where(Caregiver.household_id == home))
            return sorted((one.name, one.phone, one.is_main) for one in found if one.deleted_at is None)

    assert carers() == [
        ("单强", "15900001234", False),
        ("李秀梅", "13800000001", True),
        ("李秀梅", "13800000002", False),
    ]
    merging.undo_merge(station_desk, merge_id)
    assert carers() == [("单强", None, False), ("李秀梅", "13800000001", True)]


def test_two_records_of_one_day_and_two_invitations_are_said_and_kept(
    station_desk: Desk, both: tuple[str, str]
) -> None:
    kept, other = both
    for child in both:
        record(station_desk, child)
    class_id, _teacher = a_class(station_desk, kept, other)
    lines = {row.child_id: row.id for row in classes.view_class(station_desk, class_id)[1]}
    classes.mark_attendance(station_desk, class_id, {lines[other]: "李秀梅"})
    said = merging.compare(station_desk, kept, other).notes
    assert len(said) == 2
    assert any("添加辅食" in words for words in said)
    merge_id = merge(station_desk, kept, other)
    assert len(timeline.list_visits(station_desk, kept)) == 2
    (row,) = classes.view_class(station_desk, class_id)[1]
    assert (row.id, row.present, row.attended_by) == (lines[other], True, "李秀梅")
    head = classes.list_classes(station_desk)[0]
    assert (head.invited, head.present) == (1, 1)
    merging.undo_merge(station_desk, merge_id)
    assert {row.child_id: row.id for row in classes.view_class(station_desk, class_id)[1]} == lines


def test_the_status_is_chosen_and_the_newest_change_says_it(station_desk: Desk, both: tuple[str, str]) -> None:
    kept, other = both
    moves.change_status(station_desk, kept, ChildStatus.MOVED_OUT, DAY, "搬到青岛", "青岛")
    assert proposed(station_desk, kept, other)["status"] == "other"
    merge_id = merge(station_desk, kept, other)
    with station_desk.read() as session:
        newest = moves.newest_change(session, kept)
        child = session.get_one(Child, kept)
        assert newest is not None
        assert (
            (child.status, child.status_on)
            == (newest.status, newest.happened_on)
            == (ChildStatus.ACTIVE, DAY + timedelta(8))
        )
    merging.undo_merge(station_desk, merge_id)
    with station_desk.read() as session:
        child = session.get_one(Child, kept)
        assert (child.status, child.status_on, child.status_reason) == (ChildStatus.MOVED_OUT, DAY, "搬到青岛")
        newest = moves.newest_change(session, kept)
        assert newest is not None
        assert newest.status is ChildStatus.MOVED_OUT


def test_another_birth_date_counts_visits_anew_and_undoing_counts_them_back(station_desk: Desk) -> None:
    kept = enrol(station_desk, birth_date=date(2026, 8, 11))
    other = enrol(station_desk, birth_date=date(2026, 2, 11))
    at = new_id()
    values = {"visit_date": date(2026, 11, 16), "contact": "M08", "form": "check_1_8", "form_version": "1"}
    with station_desk.write("test.save") as work:
        work.session.add(
            station_desk.make(
                Visit, id=at, record_id=at, child_id=other, number=1, version=1, signer="王敏", answers="{}", **values
            )
        )
    merge_id = merge(station_desk, kept, other)
    with station_desk.read() as session:
        assert session.get_one(Visit, at).contact == "M03"
    merging.undo_merge(station_desk, merge_id)
    with station_desk.read() as session:
        assert session.get_one(Visit, at).contact == "M08"


def test_merges_are_undone_last_first(station_desk: Desk, both: tuple[str, str]) -> None:
    kept, other = both
    third = enrol(station_desk, "单芷然")
    before = everything(station_desk)
    first = merge(station_desk, kept, other)
    second = merge(station_desk, third, kept)
    with pytest.raises(NotFound) as found:
        children.view_child(station_desk, other)
    assert found.value.details["child_id"] == third  # over both steps
    rows = {row.id: row.problem for row in merging.list_merges(station_desk)}
    assert rows[first]
    assert not rows[second]
    with pytest.raises(Refused) as refused:
        merging.undo_merge(station_desk, first)
    assert refused.value.code == "undo_later_first"
    merging.undo_merge(station_desk, second)
    merging.undo_merge(station_desk, first)
    assert everything(station_desk) == before


def test_a_number_that_was_given_since_stands_in_the_way(station_desk: Desk, both: tuple[str, str]) -> None:
    kept, other = both
    merge_id = merge(station_desk, other, kept, birth_certificate_no="kept")
    enrol(
        station_desk,
        "赵小禾",
        birth_date=date(2026, 10, 1),
        caregivers=(NewCaregiver("赵敏", MOTHER, "13900000000"),),
        facts={"birth_certificate_no": "V123456789"},
    )
    with pytest.raises(Refused) as refused:
        merging.undo_merge(station_desk, merge_id)
    assert refused.value.code == "already_registered"


def test_what_cannot_be_merged(station_desk: Desk, both: tuple[str, str]) -> None:
    kept, other = both
    with pytest.raises(BadInput) as bad:
        merging.merge(station_desk, kept, kept, {})
    assert bad.value.code == "same_record"
    with pytest.raises(BadInput) as bad:
        merging.merge(station_desk, kept, other, {"merged_into": "other"})
    assert bad.value.details["field"] == "merged_into"
    drafts.keep(station_desk, drafts.visit_key(other, "newborn_visit"), {"answers": {}}, other)
    assert merging.compare(station_desk, kept, other).problem
    with pytest.raises(Refused) as refused:
        merging.merge(station_desk, kept, other, {})
    assert refused.value.code == "draft_open"
    merging.merge(station_desk, other, kept, {})  # the draft's child stays
    for pair in ((kept, other), (other, kept)):  # merged already
        with pytest.raises(NotFound):
            merging.merge(station_desk, *pair, {})


def test_a_released_child_is_not_merged(station_desk: Desk, both: tuple[str, str]) -> None:
    kept, other = both
    with station_desk.write("test.save") as work:
        work.session.add(station_desk.make(Transfer, child_id=other, to_station="02", released_on=DAY, reason="搬家"))
    for pair in ((kept, other), (other, kept)):
        with pytest.raises(Refused) as refused:
            merging.merge(station_desk, *pair, {})
        assert refused.value.code == "released"


def test_another_station_s_child_is_not_merged(station_desk: Desk, both: tuple[str, str]) -> None:
    with station_desk.write("test.save") as work:
        work.session.get_one(Child, both[1]).owner = "371103-02"
    for pair in (both, both[::-1]):
        with pytest.raises(NotAllowed) as refused:
            merging.merge(station_desk, *pair, {})
        assert refused.value.code == "not_owner"


def test_who_may_merge(station_desk: Desk, both: tuple[str, str]) -> None:
    with pytest.raises(NotAllowed):
        merging.merge(as_role(station_desk, Role.VIEWER), *both, {})
    merge_id = merge(station_desk, *both)
    with pytest.raises(NotAllowed):
        merging.undo_merge(as_role(station_desk, Role.AUDITOR), merge_id)


def test_the_center_has_what_the_station_has_after_merging_and_undoing(
    station_desk: Desk, center_desk: Desk, both: tuple[str, str], tmp_path
) -> None:
    kept, other = both
    for child in both:
        fill(station_desk, child)
    stick = tmp_path / "stick"
    stick.mkdir()
    take_up(station_desk, center_desk, stick)
    bring_down(center_desk, station_desk, stick)
    merge_id = merge(station_desk, kept, other)
    for step in ("merged", "undone"):
        report = take_up(station_desk, center_desk, stick)
        assert (step, report.status, report.held, report.differs) == (step, "accepted", 0, False)
        assert records(center_desk, station_desk.site.code) == records(station_desk, station_desk.site.code)
        if step == "merged":
            with pytest.raises(NotFound) as found:
                children.view_child(center_desk, other)
            assert found.value.details["child_id"] == kept
            merging.undo_merge(station_desk, merge_id)
    assert children.view_child(center_desk, other).row.name == "单芷然"


def test_the_household_of_the_other_can_be_taken(station_desk: Desk, both: tuple[str, str]) -> None:
    kept, other = both
    merge(station_desk, kept, other, household_id="other")
    with station_desk.read() as session:
        child = session.get_one(Child, kept)
        assert session.get_one(Household, child.household_id).address == "巨峰镇大坡社区30号"
    phones = {carer.phone[-4:] for carer in children.view_child(station_desk, kept).caregivers if carer.phone}
    assert phones == {"5678", "1234"}


def test_a_dose_that_both_had_on_one_day_stands_once_and_both_come_back(
    station_desk: Desk, both: tuple[str, str]
) -> None:
    kept, other = both
    for child_id, second in ((kept, date(2026, 11, 18)), (other, date(2026, 11, 19))):
        born = date(2026, 11, 2)
        doses = [vaccinations.NewDose("HepB", 1, born), vaccinations.NewDose("HepB", 2, second)]
        vaccinations.record(station_desk, child_id, doses)
    before = everything(station_desk)
    merge_id = merge(station_desk, kept, other)
    with station_desk.read() as session:
        rows = session.exec(select(Vaccination).where(Vaccination.deleted_at == None)).all()  # noqa: E711
    assert sorted((row.child_id, row.dose, row.given_on.day) for row in rows) == [
        (kept, 1, 2),
        (kept, 2, 18),
        (kept, 2, 19),
    ]
    merging.undo_merge(station_desk, merge_id)
    assert everything(station_desk) == before


def test_the_status_that_a_merge_gives_holds_for_what_is_followed_too(
    station_desk: Desk, both: tuple[str, str]
) -> None:
    kept, other = both
    record_newborn(station_desk, kept, heart_rate=172)
    moves.change_status(station_desk, other, ChildStatus.LOST, station_desk.today, "联系不上")
    before = everything(station_desk)
    merge_id = merge(station_desk, kept, other, status="other")
    with station_desk.read() as session:
        assert session.get_one(Child, kept).status is ChildStatus.LOST
        assert [row.outcome for row in session.exec(select(FollowUp))] == [CaseOutcome.LOST]
    merging.undo_merge(station_desk, merge_id)
    assert everything(station_desk) == before


def test_what_belongs_to_records_that_go_back_goes_with_them(station_desk: Desk, both: tuple[str, str]) -> None:
    """A finding of a correction with its re-check, referral and answer; what is keyed in late from a sheet."""
    kept, other = both
    visit = record_newborn(station_desk, other)
    with station_desk.write("test") as work:
        sheet = sheet_rows.numbered(station_desk, work.session, other, "newborn_visit", "NB1", station_desk.today)
        number = sheet_rows.number_of(sheet)
    merge_id = merge(station_desk, kept, other)
    answers = {**visits.edit_visit(station_desk, visit.id).answers, "heart_rate": 172}
    visits.correct_visit(station_desk, visit.id, answers=answers, reason="抄错")
    (finding,) = follow_ups.list_open(station_desk)
    follow_ups.set_recheck(station_desk, finding.id, station_desk.today, "hemoglobin_test")
    blood(station_desk, kept, 120, station_desk.today.isoformat())
    refer(station_desk, kept, finding.id)
    answer(station_desk, kept)
    entry = visits.start_visit(station_desk, kept, "newborn_visit")
    typed = all_normal(entry.form, {**entry.answers, **newborn_answers(visit_date="2026-11-14")})
    visits.record_visit(station_desk, child_id=kept, form_id="newborn_visit", answers=typed, sheet=number)
    undone = merging.undo_merge(station_desk, merge_id)
    assert undone.since == 0
    with station_desk.read() as session:
        for table in (Visit, Measurement, FollowUp, ExtraContact, PrintedSheet):
            assert {row.child_id for row in session.exec(select(table))} == {other}, table
    assert contradictions(station_desk) == []
