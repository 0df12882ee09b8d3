"""Leaving the register and coming back: each change stops exactly the right reminders, and the history is kept."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select
from tests.paper.pdfs import page_texts
from tests.services.care.test_visits import record
from tests.services.families import enrol
from tests.services.guidance.test_classes import a_class

from zhaohu.clock import Clock
from zhaohu.errors import BadInput, NotAllowed, NotFound, Refused
from zhaohu.records import Child, StatusChange
from zhaohu.records.codes import ChildStatus, Role
from zhaohu.services.care import drafts, visits
from zhaohu.services.desk import Desk, Person
from zhaohu.services.due import duties
from zhaohu.services.exchange import bundles, receipts
from zhaohu.services.growth import growth_trend, trend_words
from zhaohu.services.guidance import classes, proposals
from zhaohu.services.register import (
    child_list,
    child_tabs,
    children,
    lookup,
    moves,
    register_papers,
    releases,
    removal,
    standing,
)
from zhaohu.services.register.child_list import ChildFilter
from zhaohu.services.register.child_tabs import PaperKind

TODAY = date(2026, 11, 20)
BORN = date(2026, 11, 2)
AWAY = (ChildStatus.MOVED_OUT, ChildStatus.LOST, ChildStatus.DIED)


def as_role(desk: Desk, role: Role) -> Desk:
    return Desk(desk.profile, desk.store, desk.clock, Person("other", "别人", role), desk.site)


def later(desk: Desk, days: int) -> Desk:
    """The same desk some days on."""
    return Desk(desk.profile, desk.store, Clock.at(TODAY + timedelta(days=days)), desk.person, desk.site)


def leave(desk: Desk, child_id: str, status: ChildStatus = ChildStatus.MOVED_OUT, on: date = TODAY, **values) -> None:
    moves.change_status(desk, child_id, status, on, values.pop("reason", "随父母外出"), **values)


def know_the_other_station(station: Desk, center: Desk, folder) -> None:
    receipts.import_receipt(station, receipts.export_receipt(center, "01", folder).file)


def due(desk: Desk, on: date) -> set[tuple[str, str]]:
    return {(row.child, row.contact) for row in duties.due_list(desk, on=on, within_days=30)}


def the_child(desk: Desk, child_id: str) -> Child:
    with desk.read() as session:
        return session.get_one(Child, child_id)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    away=st.lists(st.sampled_from([*AWAY, None]), min_size=3, max_size=3),
    ages=st.lists(st.integers(0, 1000), min_size=3, max_size=3),
    ahead=st.integers(0, 400),
)
def test_a_status_stops_the_reminders_of_that_child_and_of_no_other(station_desk, away, ages, ahead) -> None:
    names = [
        "甲乙丙"[at] + f"{len(child_list.list_children(station_desk, ChildFilter(statuses=())))}" for at in range(3)
    ]
    born = [TODAY - timedelta(days=days) for days in ages]
    ids = [enrol(station_desk, name, birth_date=day, caregivers=()) for name, day in zip(names, born, strict=True)]
    on = TODAY + timedelta(days=ahead)
    before = {one for one in due(station_desk, on) if one[0] in names}
    for child_id, status in zip(ids, away, strict=True):
        if status is not None:
            leave(station_desk, child_id, status)
    gone = {name for name, status in zip(names, away, strict=True) if status is not None}
    assert {one for one in due(station_desk, on) if one[0] in names} == {one for one in before if one[0] not in gone}
    proposed = {row.name for row in proposals.families(station_desk).children}
    assert proposed & set(names) == set(names) - gone
    for child_id, status in zip(ids, away, strict=True):
        if status is not None:
            moves.take_back(station_desk, child_id, TODAY, "回来了")
    assert {one for one in due(station_desk, on) if one[0] in names} == before


def test_the_record_stays_and_the_child_leaves_the_list(station_desk) -> None:
    child_id = enrol(station_desk)
    saved = record(station_desk, child_id)
    leave(station_desk, child_id, reason=" 随父母到济南 ", place="济南市")
    assert visits.view_visit(station_desk, saved.id).answers == saved.answers
    assert child_list.list_children(station_desk) == []
    assert [row.id for row in child_list.list_children(station_desk, ChildFilter(statuses=()))] == [child_id]
    child = the_child(station_desk, child_id)
    assert (child.status, child.status_on, child.status_reason) == (ChildStatus.MOVED_OUT, TODAY, "随父母到济南")
    moved, registered = standing.history(station_desk, child_id)
    assert (moved.on, moved.title, moved.place, moved.reason) == (TODAY, "迁出", "济南市", "随父母到济南")
    assert registered.kind is standing.MoveKind.REGISTERED


def test_a_day_that_cannot_be_is_refused(station_desk) -> None:
    child_id = enrol(station_desk)
    for day in (TODAY + timedelta(days=1), BORN - timedelta(days=1)):
        with pytest.raises(BadInput) as refused:
            leave(station_desk, child_id, on=day)
        assert refused.value.details["field"] == "on"
    leave(station_desk, child_id, on=date(2026, 11, 15))
    with pytest.raises(BadInput):
        moves.take_back(station_desk, child_id, date(2026, 11, 14), "回来了")
    assert the_child(station_desk, child_id).status is ChildStatus.MOVED_OUT


@pytest.mark.parametrize(
    ("reason", "place", "field"), [("  ", "", "reason"), ("长" * 201, "", "reason"), ("随父母", "远" * 101, "place")]
)
def test_texts_are_checked_before_anything_is_kept(station_desk, reason, place, field) -> None:
    child_id = enrol(station_desk)
    with pytest.raises(BadInput) as refused:
        leave(station_desk, child_id, reason=reason, place=place)
    assert refused.value.details["field"] == field
    assert the_child(station_desk, child_id).status is ChildStatus.ACTIVE
    assert len(standing.history(station_desk, child_id)) == 1


def test_a_day_before_the_last_record_is_asked_about(station_desk) -> None:
    child_id = enrol(station_desk)
    record(station_desk, child_id)  # on 10 November
    with pytest.raises(Refused) as asked:
        leave(station_desk, child_id, on=date(2026, 11, 9))
    assert (asked.value.code, asked.value.details["last"]) == ("records_after", "2026-11-10")
    with pytest.raises(BadInput) as refused:
        leave(station_desk, child_id, ChildStatus.DIED, on=date(2026, 11, 9), confirmed=True)
    assert refused.value.details["field"] == "on"
    leave(station_desk, child_id, on=date(2026, 11, 9), confirmed=True)
    assert the_child(station_desk, child_id).status_on == date(2026, 11, 9)


def test_what_may_follow_what(station_desk) -> None:
    child_id = enrol(station_desk)
    leave(station_desk, child_id, ChildStatus.LOST, reason="三次电话无人接听")
    with pytest.raises(Refused):
        leave(station_desk, child_id, ChildStatus.LOST)
    leave(station_desk, child_id, ChildStatus.MOVED_OUT)
    with pytest.raises(Refused) as refused:
        leave(station_desk, child_id, ChildStatus.LOST)
    assert refused.value.code == "wrong_status"
    moves.take_back(station_desk, child_id, TODAY, "迁回")
    with pytest.raises(Refused) as early:
        leave(station_desk, child_id, ChildStatus.CLOSED_AT_THREE)
    assert early.value.code == "not_three"
    with pytest.raises(Refused) as again:
        moves.take_back(station_desk, child_id, TODAY, "迁回")
    assert again.value.code == "on_register"


def test_a_death_is_corrected_by_an_administrator_only(station_desk) -> None:
    child_id = enrol(station_desk)
    teacher = as_role(station_desk, Role.TEACHER)
    leave(teacher, child_id, ChildStatus.DIED, reason="不详")
    now = standing.standing(teacher, child_id)
    assert (now.choices, now.may_return, now.may_strike) == ((), False, False)
    for act in (
        lambda desk: moves.take_back(desk, child_id, TODAY, "误报"),
        lambda desk: moves.strike_out(desk, child_id, "误报"),
    ):
        with pytest.raises(NotAllowed):
            act(teacher)
    moves.strike_out(station_desk, child_id, "登记到别人名下")
    assert the_child(station_desk, child_id).status is ChildStatus.ACTIVE
    struck = standing.history(station_desk, child_id)[0]
    assert (struck.title, struck.struck_reason, struck.struck_by) == ("死亡", "登记到别人名下", "管理员")
    with pytest.raises(Refused) as refused:
        moves.strike_out(station_desk, child_id, "再来一次")
    assert refused.value.code == "no_change"


def test_striking_out_gives_back_the_state_before(station_desk) -> None:
    child_id = enrol(station_desk)
    leave(station_desk, child_id, ChildStatus.LOST, on=date(2026, 11, 12), reason="电话停机")
    leave(station_desk, child_id, ChildStatus.MOVED_OUT, on=date(2026, 11, 14))
    moves.strike_out(station_desk, child_id, "没有迁出")
    child = the_child(station_desk, child_id)
    assert (child.status, child.status_on, child.status_reason) == (ChildStatus.LOST, date(2026, 11, 12), "电话停机")
    moves.take_back(station_desk, child_id, date(2026, 11, 16), "找到了")
    moves.strike_out(station_desk, child_id, "认错人")
    assert the_child(station_desk, child_id).status is ChildStatus.LOST
    assert due(station_desk, TODAY) == set()


def test_whoever_left_is_not_on_the_lists_of_later_classes(station_desk) -> None:
    stays, leaves = enrol(station_desk, "甲"), enrol(station_desk, "乙")
    new = a_class(station_desk, held_on=date(2026, 11, 25))
    class_id = classes.plan_class(station_desk, new, [stays, leaves])
    earlier = a_class(station_desk, held_on=date(2026, 11, 10), teacher_id=new.teacher_id)
    before_id = classes.plan_class(station_desk, earlier, [leaves])
    leave(station_desk, leaves, on=date(2026, 11, 19))
    held, families = classes.view_class(station_desk, class_id)
    assert (held.invited, [one.child for one in families]) == (1, ["甲"])
    assert classes.view_class(station_desk, before_id)[0].invited == 1
    classes.invite(station_desk, before_id, [stays])
    with pytest.raises(Refused) as refused:
        classes.plan_class(station_desk, new, [leaves])
    assert refused.value.code == "not_on_register"
    moves.take_back(station_desk, leaves, TODAY, "迁回")
    assert classes.view_class(station_desk, class_id)[0].invited == 2


def test_a_released_child_is_only_to_look_at_until_that_is_cancelled(station_desk, center_desk, tmp_path) -> None:
    know_the_other_station(station_desk, center_desk, tmp_path)
    assert releases.list_stations(station_desk) == [("02", "碑廓镇指导站")]
    child_id = enrol(station_desk)
    saved = record(station_desk, child_id)
    before = due(station_desk, date(2026, 12, 1))
    releases.release(station_desk, child_id, "02", TODAY, "搬到碑廓镇")
    attempts = (
        lambda: visits.start_visit(station_desk, child_id, "check_1_8"),
        lambda: visits.correct_visit(station_desk, saved.id, answers={}, reason="x"),
        lambda: removal.remove_visit(station_desk, saved.id, "录错了"),
        lambda: removal.remove_child(station_desk, child_id, "录错了"),
        lambda: leave(station_desk, child_id),
        lambda: releases.release(station_desk, child_id, "02", TODAY, "再次"),
        lambda: classes.plan_class(station_desk, a_class(station_desk), [child_id]),
    )
    for attempt in attempts:
        with pytest.raises(Refused) as refused:
            attempt()
        assert (refused.value.code, refused.value.details["to_station"]) == ("released", "02")
        assert "碑廓镇指导站" in refused.value.message
    assert not visits.view_visit(station_desk, saved.id).editable
    assert due(station_desk, date(2026, 12, 1)) == set()
    assert proposals.families(station_desk) == proposals.Proposed((), 0, 1)
    pending = standing.standing(station_desk, child_id).pending
    assert pending == standing.Pending("02", "碑廓镇指导站", TODAY, "搬到碑廓镇")
    releases.cancel_release(station_desk, child_id, TODAY, "不搬了")
    assert due(station_desk, date(2026, 12, 1)) == before != set()
    assert [move.kind for move in standing.history(station_desk, child_id)][:2] == ["cancelled", "released"]
    with pytest.raises(Refused) as refused:
        releases.cancel_release(station_desk, child_id, TODAY, "不搬了")
    assert refused.value.code == "not_released"


def test_a_child_is_released_only_to_a_known_other_station_and_only_while_on_the_register(
    station_desk, center_desk, tmp_path
) -> None:
    child_id = enrol(station_desk)
    for station in ("01", "02", "09", ""):
        with pytest.raises(BadInput):
            releases.release(station_desk, child_id, station, TODAY, "搬家")
    know_the_other_station(station_desk, center_desk, tmp_path)
    leave(station_desk, child_id)
    with pytest.raises(Refused) as refused:
        releases.release(station_desk, child_id, "02", TODAY, "搬家")
    assert refused.value.code == "wrong_status"


@pytest.mark.parametrize("status", AWAY)
def test_off_the_register_growth_asks_for_nothing_more(station_desk, status) -> None:
    born = date(2022, 9, 1)
    child_id = enrol(station_desk, birth_date=born)
    record(station_desk, child_id, visit_date="2022-09-20", weight_kg="2.20", next_date="2022-10-01")
    before = growth_trend.of_child(station_desk, child_id)
    assert before.refer
    assert before.next_check is not None
    leave(station_desk, child_id, status)
    after = growth_trend.of_child(station_desk, child_id)
    assert (after.next_check, after.refer, after.advice) == (None, False, ())
    assert (after.verdict, after.findings, after.conditions) == (before.verdict, before.findings, before.conditions)
    assert trend_words.to_do_lines(after, TODAY) == []


def test_who_died_does_not_grow_older_and_gets_no_more_papers_for_the_family(station_desk) -> None:
    child_id = enrol(station_desk, birth_date=date(2026, 1, 10))
    moves.change_status(station_desk, child_id, ChildStatus.DIED, date(2026, 3, 15), "重症肺炎")
    assert children.view_child(station_desk, child_id).died_on == date(2026, 3, 15)
    text = "".join(page_texts(register_papers.print_child_card(station_desk, child_id)))
    assert "死亡时年龄2月5天" in text
    assert "今日年龄" not in text
    offered = {paper.kind for paper in child_tabs.list_papers(station_desk, child_id)}
    assert offered == {PaperKind.CARD, PaperKind.GROWTH}


def test_changes_of_status_travel_and_count_at_the_center(station_desk, center_desk, tmp_path) -> None:
    child_id = enrol(station_desk)
    bundles.import_bundles(center_desk, [bundles.export_bundle(station_desk, tmp_path).file])
    assert child_list.count_children(center_desk) == 1
    leave(station_desk, child_id, place="济南市")
    (report,) = bundles.import_bundles(center_desk, [bundles.export_bundle(station_desk, tmp_path).file])
    assert report.status == "accepted"
    assert child_list.count_children(center_desk) == 0
    assert due(center_desk, TODAY) == set()
    assert [move.title for move in standing.history(center_desk, child_id)] == ["迁出", "登记入册"]
    moves.strike_out(station_desk, child_id, "没有迁出")
    bundles.import_bundles(center_desk, [bundles.export_bundle(station_desk, tmp_path).file])
    assert child_list.count_children(center_desk) == 1
    with center_desk.read() as session:
        (row,) = session.exec(select(StatusChange).where(col(StatusChange.child_id) == child_id)).all()
    assert row.deleted_reason == "没有迁出"


def test_a_release_is_known_at_the_center(station_desk, center_desk, tmp_path) -> None:
    know_the_other_station(station_desk, center_desk, tmp_path)
    child_id = enrol(station_desk)
    releases.release(station_desk, child_id, "02", TODAY, "搬到碑廓镇")
    bundles.import_bundles(center_desk, [bundles.export_bundle(station_desk, tmp_path).file])
    seen = standing.standing(center_desk, child_id)
    assert seen.pending == standing.standing(station_desk, child_id).pending
    assert (seen.choices, seen.may_return, seen.may_strike) == ((), False, False)
    assert due(center_desk, date(2026, 12, 1)) == set()
    assert releases.cancel_release(station_desk, child_id, TODAY, "不搬了") is False
    bundles.import_bundles(center_desk, [bundles.export_bundle(station_desk, tmp_path).file])
    assert standing.standing(center_desk, child_id).pending.asked_back_on == TODAY
    receipts.import_receipt(station_desk, receipts.export_receipt(center_desk, "01", tmp_path).file)
    bundles.import_bundles(center_desk, [bundles.export_bundle(station_desk, tmp_path).file])
    assert standing.standing(center_desk, child_id).pending is None
    assert due(center_desk, date(2026, 12, 1)) == due(station_desk, date(2026, 12, 1)) != set()


def test_nothing_is_recorded_after_a_death_and_what_was_before_can_be_completed(station_desk) -> None:
    child_id = enrol(station_desk)
    leave(station_desk, child_id, ChildStatus.DIED, on=date(2026, 11, 9), reason="不详")
    with pytest.raises(BadInput) as refused:
        record(station_desk, child_id)  # on 10 November
    assert (refused.value.code, refused.value.details["field"]) == ("after_death", "visit_date")
    assert record(station_desk, child_id, visit_date="2026-11-08").visit_date == date(2026, 11, 8)


def test_a_draft_of_a_released_child_says_why_it_waits(station_desk, center_desk, tmp_path) -> None:
    know_the_other_station(station_desk, center_desk, tmp_path)
    child_id = enrol(station_desk)
    drafts.keep(station_desk, drafts.visit_key(child_id, "newborn_visit"), {"answers": {}}, child_id)
    assert drafts.list_drafts(station_desk)[0].problem == ""
    releases.release(station_desk, child_id, "02", TODAY, "搬家")
    assert "撤销转出" in drafts.list_drafts(station_desk)[0].problem


def test_the_old_record_of_a_merged_child_leads_to_the_one_that_stayed(station_desk) -> None:
    kept, other, oldest = (enrol(station_desk, name) for name in ("甲", "乙", "丙"))
    with station_desk.write("test") as work:
        for child_id, into in ((oldest, other), (other, kept)):
            child = work.session.get_one(Child, child_id)
            child.merged_into, child.deleted_at = into, station_desk.clock.stamp()
    with station_desk.read() as session, pytest.raises(NotFound) as refused:
        lookup.present_child(session, oldest)
    assert (refused.value.code, refused.value.details["child_id"]) == ("merged", kept)


def test_another_stations_child_is_not_moved(station_desk, second_station_desk) -> None:
    child_id = enrol(second_station_desk)
    with pytest.raises(NotFound):
        leave(station_desk, child_id)
    with pytest.raises(NotAllowed):
        leave(as_role(second_station_desk, Role.VIEWER), child_id)
