"""Removal: hidden everywhere with a reason, nothing lost, brought back as it was, and told to the center."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import func, select
from tests.services.care.test_visits import record
from tests.services.families import enrol

from zhaohu.errors import BadInput, NotAllowed, NotFound, Refused
from zhaohu.records import STATION_TABLES, Child, Visit
from zhaohu.records.codes import ClassKind, Role, TopicBlock
from zhaohu.records.exchange import RecordVersion
from zhaohu.records.local import AuditLine
from zhaohu.rules.schedule import DueState
from zhaohu.services import printing
from zhaohu.services.care import timeline, visits
from zhaohu.services.care.visits import VisitView
from zhaohu.services.desk import Desk, Person
from zhaohu.services.due import duties
from zhaohu.services.exchange import bundles
from zhaohu.services.growth import growth
from zhaohu.services.guidance import classes, overview, staffing
from zhaohu.services.guidance.classes import NewClass
from zhaohu.services.guidance.staffing import NewTeacher
from zhaohu.services.register import child_list, children, removal
from zhaohu.services.roster import rosters

WHY = "录入错误"


def as_role(desk: Desk, role: Role) -> Desk:
    return Desk(desk.profile, desk.store, desk.clock, Person("somebody", "某人", role), desk.site)


def counts(desk: Desk) -> dict[str, int]:
    """How many rows each table of records has: removal never changes it."""
    with desk.read() as session:
        return {
            str(table.__tablename__): session.exec(select(func.count()).select_from(table)).one()
            for table in STATION_TABLES
        }


def a_class(desk: Desk, *child_ids: str) -> tuple[str, str]:
    teacher = staffing.add_teacher(desk, NewTeacher("王敏", date(2024, 3, 1)))
    new = NewClass(ClassKind.LECTURE, TopicBlock.NUTRITION, "添加辅食", desk.today, "09:30", "10:30", "卫生院", teacher)
    return classes.plan_class(desk, new, child_ids), teacher


def everything(desk: Desk, child_id: str) -> dict[str, object]:
    """All that lists and figures say, without reading what may be hidden by its own id."""
    return {
        "children": [(row.id, row.risks) for row in child_list.list_children(desk)],
        "count": child_list.count_children(desk),
        "found": [row.id for row in child_list.search(desk, "shanzhiran")],
        "due": [(row.contact, row.state) for row in duties.due_list(desk, within_days=30)],
        "duties": [(row.contact, row.state, row.done_on) for row in duties.child_duties(desk, child_id)],
        "visits": timeline.list_visits(desk, child_id),
        "classes": classes.list_classes(desk),
        "families": [classes.view_class(desk, row.id)[1] for row in classes.list_classes(desk)],
        "overview": overview.overview(desk),
        "teachers": staffing.list_teachers(desk),
    }


def of_child(desk: Desk, child_id: str) -> dict[str, object]:
    return {
        "life": timeline.timeline(desk, child_id),
        "growth": growth.series(desk, child_id),
        "view": children.view_child(desk, child_id),
    }


@pytest.fixture
def visited(station_desk: Desk) -> VisitView:
    """A child with a newborn visit in two versions, and a class it came to."""
    child_id = enrol(station_desk, facts={"citizen_id": "371103202611020022"})
    a_class(station_desk, child_id)
    first = record(station_desk, child_id)
    return visits.correct_visit(
        station_desk, first.id, answers={**first.answers, "weight_kg": "3.60"}, reason="秤未归零"
    )


def test_a_removed_visit_is_gone_from_everywhere_in_all_its_versions_and_comes_back_as_it_was(
    station_desk: Desk, visited: VisitView
) -> None:
    child_id = visited.child_id
    before = (everything(station_desk, child_id), of_child(station_desk, child_id), counts(station_desk))
    removal.remove_visit(station_desk, visited.id, f"  {WHY} ")
    assert timeline.list_visits(station_desk, child_id) == []
    assert [day.visit_id for day in growth.series(station_desk, child_id)] == [None]  # the birth alone
    assert "visit" not in {item.kind.value for item in timeline.timeline(station_desk, child_id)}
    newborn = next(row for row in duties.child_duties(station_desk, child_id) if row.contact == "NB1")
    assert newborn.done_on is None
    assert newborn.state is DueState.OVERDUE
    assert overview.overview(station_desk)[0].visits == 0
    assert counts(station_desk) == before[2]
    shown = visits.view_visit(station_desk, visited.id)
    assert shown.removed is not None
    assert (shown.removed.by, shown.removed.reason, shown.editable) == ("管理员", WHY, False)
    assert [one.version for one in shown.versions] == [1, 2]
    assert visits.view_visit(station_desk, shown.versions[0].id).removed == shown.removed
    (row,) = removal.list_removed(station_desk)
    assert (row.table, row.id, row.reason, row.removed_by) == ("visit", visited.id, WHY, "管理员")
    assert "单芷然" in row.what
    assert visited.record_number in row.what
    removal.restore(station_desk, "visit", visited.id)
    assert (everything(station_desk, child_id), of_child(station_desk, child_id), counts(station_desk)) == before
    assert removal.list_removed(station_desk) == []


def test_a_removed_visit_is_neither_corrected_nor_printed_nor_removed_again(
    station_desk: Desk, visited: VisitView
) -> None:
    former = visited.versions[0].id
    for attempt in (former, visited.id):
        if attempt == visited.id:
            removal.remove_visit(station_desk, visited.id, WHY)
        with pytest.raises(Refused) as refused:
            removal.remove_visit(station_desk, attempt, WHY)
        assert refused.value.code == ("not_newest" if attempt == former else "removed")
    for attempt in (visits.edit_visit, printing.print_visit):
        with pytest.raises(Refused) as refused:
            attempt(station_desk, visited.id)
        assert refused.value.code == "removed"
    with pytest.raises(Refused):
        visits.correct_visit(station_desk, visited.id, answers={**visited.answers, "weight_kg": "3.70"}, reason=WHY)


def test_what_was_recorded_again_stands_in_the_way_of_the_removed_visit(station_desk: Desk, visited: VisitView) -> None:
    removal.remove_visit(station_desk, visited.id, WHY)
    again = record(station_desk, visited.child_id)
    assert again.record_number == "371103-01-000002"  # a number that was given is not given again
    with pytest.raises(Refused) as refused:
        removal.restore(station_desk, "visit", visited.id)
    assert refused.value.code == "already_recorded"
    removal.remove_visit(station_desk, again.id, WHY)
    removal.restore(station_desk, "visit", visited.id)
    assert [row.id for row in timeline.list_visits(station_desk, visited.child_id)] == [visited.id]


def test_a_removed_child_takes_its_records_out_of_sight_and_brings_them_back(
    station_desk: Desk, visited: VisitView
) -> None:
    child_id = visited.child_id
    sibling = enrol(station_desk, "单芷晴")
    before = (everything(station_desk, child_id), of_child(station_desk, child_id), counts(station_desk))
    removal.remove_child(station_desk, child_id, WHY)
    assert [row.id for row in child_list.list_children(station_desk)] == [sibling]
    assert child_list.search(station_desk, "单芷然") == []
    assert child_list.search(station_desk, "shanzhiran") == []
    assert child_list.count_children(station_desk) == 1
    assert timeline.list_visits(station_desk, child_id) == []
    assert duties.child_duties(station_desk, child_id) == []
    assert {row.child_id for row in duties.due_list(station_desk, within_days=400)} == {sibling}
    (held,) = classes.list_classes(station_desk)
    assert (held.invited, held.present, classes.view_class(station_desk, held.id)[1]) == (0, 0, [])
    line = overview.overview(station_desk)[0]
    assert (line.children, line.visits) == (1, 0)
    assert counts(station_desk) == before[2]
    (row,) = removal.list_removed(station_desk)
    assert (row.table, row.id) == ("child", child_id)
    removal.restore(station_desk, "child", child_id)
    assert (everything(station_desk, child_id), of_child(station_desk, child_id), counts(station_desk)) == before


READS: list[Callable[[Desk, VisitView], object]] = [
    lambda desk, seen: children.view_child(desk, seen.child_id),
    lambda desk, seen: children.reveal(desk, seen.child_id, "citizen_id"),
    lambda desk, seen: growth.series(desk, seen.child_id),
    lambda desk, seen: timeline.timeline(desk, seen.child_id),
    lambda desk, seen: visits.view_visit(desk, seen.id),
    lambda desk, seen: visits.start_visit(desk, seen.child_id, "newborn_visit"),
    lambda desk, seen: visits.edit_visit(desk, seen.id),
    lambda desk, seen: printing.print_growth(desk, seen.child_id),
    lambda desk, seen: printing.print_visit(desk, seen.id),
    lambda desk, seen: classes.plan_class(desk, _planned(desk), [seen.child_id]),
    lambda desk, seen: removal.remove_child(desk, seen.child_id, WHY),
    lambda desk, seen: removal.remove_visit(desk, seen.id, WHY),
]


def _planned(desk: Desk) -> NewClass:
    (teacher,) = staffing.list_teachers(desk)
    return NewClass(ClassKind.LECTURE, TopicBlock.NUTRITION, "睡眠", desk.today, "09:30", "10:30", "卫生院", teacher.id)


def test_a_removed_child_is_opened_by_no_one(station_desk: Desk, visited: VisitView) -> None:
    removal.remove_child(station_desk, visited.child_id, WHY)
    for read in READS:
        with pytest.raises(NotFound):
            read(station_desk, visited)


def test_a_visit_does_not_come_back_to_a_removed_child(station_desk: Desk, visited: VisitView) -> None:
    removal.remove_visit(station_desk, visited.id, WHY)
    removal.remove_child(station_desk, visited.child_id, WHY)
    with pytest.raises(NotFound) as refused:
        removal.restore(station_desk, "visit", visited.id)
    assert refused.value.code == "removed"


def test_a_child_registered_again_stands_in_the_way_of_the_removed_one(station_desk: Desk, visited: VisitView) -> None:
    removal.remove_child(station_desk, visited.child_id, WHY)
    again = enrol(station_desk, facts={"citizen_id": "371103202611020022"})
    with pytest.raises(Refused) as refused:
        removal.restore(station_desk, "child", visited.child_id)
    assert refused.value.code == "already_registered"
    removal.remove_child(station_desk, again, WHY)
    removal.restore(station_desk, "child", visited.child_id)
    assert [row.id for row in child_list.list_children(station_desk)] == [visited.child_id]


def test_a_roster_with_a_removed_child_takes_it_in_anew(station_desk: Desk, tmp_path) -> None:
    child_id = enrol(station_desk)
    roster = tmp_path / "roster.csv"
    roster.write_text("姓名,性别,出生日期,母亲姓名,联系电话\n单芷然,女,2026-11-02,李秀梅,13812345678\n", "utf-8")
    assert rosters.check_only(rosters.read_roster(station_desk, roster)).accepted == 0
    removal.remove_child(station_desk, child_id, WHY)
    assert rosters.check_only(rosters.read_roster(station_desk, roster)).accepted == 1


def test_a_removed_class_and_teacher_are_gone_and_come_back(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    class_id, teacher_id = a_class(station_desk, child_id)
    line = classes.view_class(station_desk, class_id)[1][0]
    classes.mark_attendance(station_desk, class_id, {line.id: "李秀梅"})
    before = (everything(station_desk, child_id), of_child(station_desk, child_id))
    removal.remove_class(station_desk, class_id, WHY)
    removal.remove_teacher(station_desk, teacher_id, WHY)
    assert classes.list_classes(station_desk) == []
    assert "class" not in {item.kind.value for item in timeline.timeline(station_desk, child_id)}
    assert staffing.list_teachers(station_desk) == []
    assert staffing.staffing_table(station_desk).stations[0].figures.in_post == 0
    assert overview.overview(station_desk)[0].classes == 0
    for attempt in (
        lambda: classes.view_class(station_desk, class_id),
        lambda: classes.mark_attendance(station_desk, class_id, {}),
        lambda: classes.invite(station_desk, class_id, [child_id]),
        lambda: removal.remove_class(station_desk, class_id, WHY),
        lambda: removal.remove_teacher(station_desk, teacher_id, WHY),
        lambda: staffing.end_employment(station_desk, teacher_id, station_desk.today),
        lambda: classes.plan_class(
            station_desk,
            NewClass(
                ClassKind.LECTURE, TopicBlock.PLAY, "游戏", station_desk.today, "09:30", "10:30", "站", teacher_id
            ),
        ),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert {row.table for row in removal.list_removed(station_desk)} == {"parenting_class", "teacher"}
    removal.restore(station_desk, "parenting_class", class_id)
    removal.restore(station_desk, "teacher", teacher_id)
    assert (everything(station_desk, child_id), of_child(station_desk, child_id)) == before


@pytest.mark.parametrize("reason", ["", " ", "错", "误 ", "长" * 201])
def test_a_reason_is_asked_for(station_desk: Desk, visited: VisitView, reason: str) -> None:
    (held,) = classes.list_classes(station_desk)
    for attempt in (
        lambda: removal.remove_visit(station_desk, visited.id, reason),
        lambda: removal.remove_child(station_desk, visited.child_id, reason),
        lambda: removal.remove_class(station_desk, held.id, reason),
    ):
        with pytest.raises(BadInput) as refused:
            attempt()
        assert refused.value.details["field"] == "reason"
    assert removal.list_removed(station_desk) == []


def test_a_teacher_removes_visits_and_classes_and_an_administrator_children(
    station_desk: Desk, visited: VisitView
) -> None:
    teacher = as_role(station_desk, Role.TEACHER)
    with pytest.raises(NotAllowed):
        removal.remove_child(teacher, visited.child_id, WHY)
    removal.remove_visit(teacher, visited.id, WHY)
    removal.remove_child(station_desk, visited.child_id, WHY)
    assert {row.table: row.restorable for row in removal.list_removed(teacher)} == {"child": False, "visit": True}
    with pytest.raises(NotAllowed):
        removal.restore(teacher, "child", visited.child_id)


@pytest.mark.parametrize("table", ["visit", "child", "parenting_class", "teacher", "account", "x"])
def test_only_what_is_removed_is_brought_back(station_desk: Desk, visited: VisitView, table: str) -> None:
    for record_id in (visited.id, visited.child_id, "0" * 36):
        with pytest.raises(NotFound) as refused:
            removal.restore(station_desk, table, record_id)
        assert refused.value.code == "not_removed"


def test_each_removal_is_told_in_the_audit_log_without_its_reason(station_desk: Desk, visited: VisitView) -> None:
    removal.remove_visit(station_desk, visited.id, WHY)
    removal.restore(station_desk, "visit", visited.id)
    removal.remove_child(station_desk, visited.child_id, WHY)
    with station_desk.read() as session:
        lines = session.exec(select(AuditLine).order_by(AuditLine.no.desc()).limit(3)).all()
    assert [(line.action, line.subject) for line in reversed(lines)] == [
        ("visit.remove", f"visit/{visited.id}"),
        ("record.restore", f"visit/{visited.id}"),
        ("child.remove", f"child/{visited.child_id}"),
    ]
    assert WHY not in "".join(line.detail for line in lines)


def test_a_removal_travels_to_the_center_and_back_again(
    station_desk: Desk, center_desk: Desk, visited: VisitView, tmp_path
) -> None:
    def send() -> None:
        written = bundles.export_bundle(station_desk, tmp_path / "stick")
        (report,) = bundles.import_bundles(center_desk, [written.file])
        assert (report.status, report.held, report.differs) == ("accepted", 0, False)

    def at_center() -> tuple[int, int, int, int]:
        line = next(line for line in overview.overview(center_desk) if line.staffing.station == "01")
        state = next(s for s in bundles.status(center_desk).stations if s.code == "371103-01")
        return line.children, line.visits, line.classes, state.children

    child_id = visited.child_id
    send()
    there = (at_center(), everything(center_desk, child_id), of_child(center_desk, child_id))
    assert there[0] == (1, 1, 1, 1)
    removal.remove_visit(station_desk, visited.id, WHY)
    send()
    assert at_center() == (1, 0, 1, 1)
    assert timeline.list_visits(center_desk, child_id) == []
    assert len(growth.series(center_desk, child_id)) == 1
    removal.remove_child(station_desk, child_id, WHY)
    send()
    assert at_center() == (0, 0, 1, 0)
    assert child_list.list_children(center_desk) == []
    assert child_list.search(center_desk, "shanzhiran") == []
    with center_desk.read() as session:
        assert session.get_one(Child, child_id).deleted_reason == WHY
        kept = select(func.count()).select_from(RecordVersion).where(RecordVersion.row_id == visited.id)
        assert session.exec(kept).one() == 2
        assert session.exec(select(func.count()).select_from(Visit)).one() == 2
    removal.restore(station_desk, "child", child_id)
    removal.restore(station_desk, "visit", visited.id)
    send()
    assert (at_center(), everything(center_desk, child_id), of_child(center_desk, child_id)) == there


def test_another_stations_records_are_not_removed(
    station_desk: Desk, second_station_desk: Desk, visited: VisitView
) -> None:
    """As if they had come over: the other station's rows stand in this store."""
    other = second_station_desk
    foreign = Desk(station_desk.profile, station_desk.store, station_desk.clock, station_desk.person, other.site)
    (held,) = classes.list_classes(station_desk)
    (teacher,) = staffing.list_teachers(station_desk)
    for attempt in (
        lambda: removal.remove_visit(foreign, visited.id, WHY),
        lambda: removal.remove_child(foreign, visited.child_id, WHY),
        lambda: removal.remove_class(foreign, held.id, WHY),
        lambda: removal.remove_teacher(foreign, teacher.id, WHY),
    ):
        with pytest.raises(NotAllowed) as refused:
            attempt()
        assert refused.value.code == "not_owner"
    removal.remove_class(station_desk, held.id, WHY)
    assert removal.list_removed(foreign) == []
    with pytest.raises(NotAllowed):
        removal.restore(foreign, "parenting_class", held.id)


def test_unknown_records_are_not_found(station_desk: Desk) -> None:
    for remove in (removal.remove_visit, removal.remove_child, removal.remove_class, removal.remove_teacher):
        with pytest.raises(NotFound):
            remove(station_desk, "0" * 36, WHY)
