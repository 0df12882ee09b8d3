"""Findings are kept with their record, follow its corrections, and stay until somebody gives an outcome."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import select
from tests.services.families import enrol
from tests.services.follow.following import blood, enrol_infant, only, record_newborn, subjects

from zhaohu.errors import BadInput, NotAllowed, NotFound, Refused
from zhaohu.records import ExtraContact, FollowUp, Station
from zhaohu.records.codes import CaseOutcome, ChildStatus, Role
from zhaohu.services.care import visits
from zhaohu.services.desk import Desk, Person
from zhaohu.services.duplicates import merging
from zhaohu.services.follow import follow_ups
from zhaohu.services.follow.follow_ups import FollowUpState
from zhaohu.services.register import moves, releases, removal


def test_a_healthy_newborn_leaves_nothing_to_follow(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    record_newborn(station_desk, child_id)
    assert follow_ups.list_open(station_desk) == []
    assert follow_ups.counts(station_desk) == follow_ups.FollowUpCounts(0, 0, 0, 0)


def test_a_danger_sign_is_followed_and_asked_for_first(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    saved = record_newborn(station_desk, child_id, heart_rate=172, jaundice_site=["3"])
    rows = follow_ups.list_open(station_desk)
    assert [row.urgency for row in rows] == ["refer_now", "refer"]
    first = rows[0]
    assert (first.subject, first.title, first.state) == ("heart_rate", "心率", FollowUpState.OPEN)
    assert (first.found_on, first.visit_id, first.child) == (date(2026, 11, 10), saved.id, "单芷然")
    assert first.due == date(2026, 11, 13)
    assert (first.overdue, first.days_over) == (True, 7)
    counted = follow_ups.counts(station_desk)
    assert (counted.open, counted.overdue) == (2, len([row for row in rows if row.overdue]))


def test_advice_that_is_turned_down_is_closed_with_the_reason(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    record_newborn(station_desk, child_id, heart_rate=172, declined={"heart_rate": "哭闹后测得，安静后复测130次"})
    assert follow_ups.list_open(station_desk) == []
    row = only(follow_ups.of_child(station_desk, child_id))
    assert (row.outcome, row.closed_on) == (CaseOutcome.DECLINED, station_desk.today)
    assert row.note == "哭闹后测得，安静后复测130次"


def test_of_a_corrected_record_what_still_holds_stays_and_the_rest_is_closed(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    first = record_newborn(station_desk, child_id, heart_rate=172, jaundice_site=["3"])
    kept = subjects(station_desk, child_id)["jaundice_trunk_limbs"]
    changed = {**first.answers, "heart_rate": 132, "resp_rate": 70}
    visits.correct_visit(station_desk, first.id, answers=changed, reason="抄错行")
    now = subjects(station_desk, child_id)
    assert now["jaundice_trunk_limbs"].id == kept.id
    assert now["jaundice_trunk_limbs"].outcome is None
    assert (now["heart_rate"].outcome, now["heart_rate"].note) == (CaseOutcome.RULED_OUT, "更正后不再成立")
    assert now["respiration"].outcome is None


def test_what_holds_again_after_a_second_correction_is_open_again(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    first = record_newborn(station_desk, child_id, heart_rate=172)
    second = visits.correct_visit(station_desk, first.id, answers={**first.answers, "heart_rate": 132}, reason="抄错行")
    assert follow_ups.list_open(station_desk) == []
    visits.correct_visit(station_desk, second.id, answers=first.answers, reason="原来是对的")
    assert only(follow_ups.of_child(station_desk, child_id)).outcome is None


def test_what_a_person_closed_stays_closed_when_the_record_is_corrected(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    first = record_newborn(station_desk, child_id, heart_rate=172)
    row = only(follow_ups.list_open(station_desk))
    follow_ups.close(station_desk, row.id, CaseOutcome.RECOVERED, date(2026, 11, 12))
    visits.correct_visit(station_desk, first.id, answers={**first.answers, "heart_rate": 175}, reason="读错")
    assert only(follow_ups.of_child(station_desk, child_id)).outcome is CaseOutcome.RECOVERED


def test_a_corrected_day_moves_the_finding(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    first = record_newborn(station_desk, child_id, heart_rate=172)
    changed = {**first.answers, "visit_date": "2026-11-09"}
    visits.correct_visit(station_desk, first.id, answers=changed, reason="日期写错")
    row = only(follow_ups.list_open(station_desk))
    assert (row.found_on, row.due) == (date(2026, 11, 9), date(2026, 11, 12))


def test_a_removed_record_takes_its_findings_along_and_brings_them_back(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    saved = record_newborn(station_desk, child_id, heart_rate=172)
    removal.remove_visit(station_desk, saved.id, "录到别的孩子名下")
    row = only(follow_ups.of_child(station_desk, child_id))
    assert (row.outcome, row.note) == (CaseOutcome.RULED_OUT, "录到别的孩子名下")
    removal.restore(station_desk, "visit", saved.id)
    assert only(follow_ups.list_open(station_desk)).id == row.id


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (ChildStatus.DIED, CaseOutcome.DIED),
        (ChildStatus.MOVED_OUT, CaseOutcome.MOVED_AWAY),
        (ChildStatus.LOST, CaseOutcome.LOST),
    ],
)
def test_a_child_that_leaves_the_register_ends_what_is_open(
    station_desk: Desk, status: ChildStatus, outcome: CaseOutcome
) -> None:
    child_id = enrol(station_desk)
    record_newborn(station_desk, child_id, heart_rate=172)
    moves.change_status(station_desk, child_id, status, date(2026, 11, 15), "原因见登记")
    row = only(follow_ups.of_child(station_desk, child_id))
    assert (row.outcome, row.closed_on) == (outcome, date(2026, 11, 15))
    moves.take_back(station_desk, child_id, date(2026, 11, 18), "登记有误")
    assert only(follow_ups.of_child(station_desk, child_id)).outcome is None


def test_a_change_of_status_that_is_struck_out_opens_again_too(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    record_newborn(station_desk, child_id, heart_rate=172)
    moves.change_status(station_desk, child_id, ChildStatus.LOST, date(2026, 11, 15), "电话打不通")
    moves.strike_out(station_desk, child_id, "点错了人")
    assert only(follow_ups.list_open(station_desk)).subject == "heart_rate"


def test_who_was_closed_by_a_person_stays_closed_when_the_child_comes_back(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    record_newborn(station_desk, child_id, heart_rate=172)
    row = only(follow_ups.list_open(station_desk))
    follow_ups.close(station_desk, row.id, CaseOutcome.RULED_OUT, date(2026, 11, 12))
    moves.change_status(station_desk, child_id, ChildStatus.LOST, date(2026, 11, 15), "电话打不通")
    moves.take_back(station_desk, child_id, date(2026, 11, 18), "又联系上了")
    assert only(follow_ups.of_child(station_desk, child_id)).outcome is CaseOutcome.RULED_OUT


def test_the_same_finding_at_two_visits_is_one_row_and_is_closed_once(station_desk: Desk) -> None:
    child_id = enrol_infant(station_desk)
    blood(station_desk, child_id, 98, "2026-10-10")
    second = blood(station_desk, child_id, 95, "2026-11-07")
    row = only(follow_ups.list_open(station_desk))
    assert (row.times, row.found_on, row.last_on) == (2, date(2026, 10, 10), date(2026, 11, 7))
    assert row.visit_id == second.id
    assert row.due == date(2026, 12, 5)
    assert follow_ups.counts(station_desk) == follow_ups.FollowUpCounts(1, 0, 0, 0)
    follow_ups.close(station_desk, row.id, CaseOutcome.RECOVERED, station_desk.today)
    assert follow_ups.list_open(station_desk) == []
    assert only(follow_ups.list_closed(station_desk)).times == 2
    follow_ups.reopen(station_desk, row.id)
    assert only(follow_ups.list_open(station_desk)).times == 2


def test_an_outcome_needs_a_day_that_can_be_and_words_where_it_says_little(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    record_newborn(station_desk, child_id, heart_rate=172)
    row = only(follow_ups.list_open(station_desk))
    for on in (date(2026, 11, 9), station_desk.today + timedelta(days=1)):
        with pytest.raises(BadInput) as refused:
            follow_ups.close(station_desk, row.id, CaseOutcome.RECOVERED, on)
        assert refused.value.details["field"] == "on"
    with pytest.raises(BadInput) as refused:
        follow_ups.close(station_desk, row.id, CaseOutcome.OTHER, station_desk.today, "  ")
    assert refused.value.details["field"] == "note"
    with pytest.raises(BadInput) as refused:
        follow_ups.close(station_desk, row.id, CaseOutcome.DIED, station_desk.today)
    assert refused.value.details["field"] == "outcome"
    follow_ups.close(station_desk, row.id, CaseOutcome.OTHER, station_desk.today, "转由县医院管理")
    with pytest.raises(Refused) as again:
        follow_ups.close(station_desk, row.id, CaseOutcome.RECOVERED, station_desk.today)
    assert again.value.code == "closed"


def test_declining_needs_a_reason(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    record_newborn(station_desk, child_id, heart_rate=172)
    row = only(follow_ups.list_open(station_desk))
    with pytest.raises(BadInput):
        follow_ups.decline(station_desk, row.id, " ")
    follow_ups.decline(station_desk, row.id, "安静后复测正常")
    closed = only(follow_ups.list_closed(station_desk))
    assert (closed.outcome, closed.note) == (CaseOutcome.DECLINED, "安静后复测正常")


def test_a_recheck_stands_in_the_due_list_and_moves(station_desk: Desk) -> None:
    child_id = enrol_infant(station_desk)
    blood(station_desk, child_id, 98)
    row = only(follow_ups.list_open(station_desk))
    assert not row.planned
    follow_ups.set_recheck(station_desk, row.id, date(2026, 12, 4))
    follow_ups.set_recheck(station_desk, row.id, date(2026, 12, 8))
    with station_desk.read() as session:
        (planned,) = session.exec(select(ExtraContact)).all()
    assert (planned.form, planned.due_from, planned.follow_up_id) == ("hemoglobin_test", date(2026, 12, 8), row.id)
    row = only(follow_ups.list_open(station_desk))
    assert (row.planned, row.due) == (True, date(2026, 12, 8))
    with pytest.raises(BadInput):
        follow_ups.set_recheck(station_desk, row.id, date(2026, 11, 19))


def test_what_is_closed_is_not_looked_at_again(station_desk: Desk) -> None:
    child_id = enrol_infant(station_desk)
    blood(station_desk, child_id, 98)
    row = only(follow_ups.list_open(station_desk))
    follow_ups.set_recheck(station_desk, row.id, date(2026, 12, 4))
    follow_ups.close(station_desk, row.id, CaseOutcome.RECOVERED, station_desk.today)
    with station_desk.read() as session:
        assert session.exec(select(ExtraContact)).one().deleted_at is not None
    follow_ups.reopen(station_desk, row.id)
    with station_desk.read() as session:
        assert session.exec(select(ExtraContact)).one().deleted_at is None


def test_the_history_tells_found_looked_at_again_and_closed(station_desk: Desk) -> None:
    child_id = enrol_infant(station_desk)
    found = blood(station_desk, child_id, 98)
    row = only(follow_ups.list_open(station_desk))
    follow_ups.set_recheck(station_desk, row.id, date(2026, 11, 20))
    again = blood(station_desk, child_id, 118, "2026-11-20")
    follow_ups.close(station_desk, row.id, CaseOutcome.RECOVERED, date(2026, 11, 20), "血红蛋白恢复正常")
    told = follow_ups.history(station_desk, row.id)
    assert [event.target for event in told] == [found.id, again.id, ""]
    assert "血红蛋白恢复正常" in told[-1].detail


def test_only_the_own_station_decides_and_the_lookers_look(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    record_newborn(station_desk, child_id, heart_rate=172)
    row = only(follow_ups.list_open(station_desk))
    teacher = station_desk.person
    station_desk.person = Person("viewer", "查看", Role.VIEWER)
    assert not only(follow_ups.list_open(station_desk)).editable
    for act in (
        lambda: follow_ups.close(station_desk, row.id, CaseOutcome.RECOVERED, station_desk.today),
        lambda: follow_ups.decline(station_desk, row.id, "不需要"),
        lambda: follow_ups.reopen(station_desk, row.id),
        lambda: follow_ups.set_recheck(station_desk, row.id, station_desk.today),
    ):
        with pytest.raises(NotAllowed):
            act()
    station_desk.person = teacher
    with pytest.raises(NotFound):
        follow_ups.close(station_desk, "0" * 36, CaseOutcome.RECOVERED, station_desk.today)


def test_another_stations_findings_are_only_to_look_at(station_desk: Desk, second_station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    record_newborn(station_desk, child_id, heart_rate=172)
    other = Desk(
        station_desk.profile, station_desk.store, station_desk.clock, station_desk.person, second_station_desk.site
    )
    assert follow_ups.list_open(other) == []
    assert follow_ups.counts(other).open == 0
    row = only(follow_ups.of_child(other, child_id))
    assert not row.editable
    with pytest.raises(NotAllowed) as refused:
        follow_ups.close(other, row.id, CaseOutcome.RECOVERED, other.today)
    assert refused.value.code == "not_owner"


def test_a_released_child_is_only_to_look_at(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    record_newborn(station_desk, child_id, heart_rate=172)
    with station_desk.write("station.add") as work:
        work.session.add(station_desk.make(Station, code="02", name="碑廓镇指导站", township="碑廓镇"))
    releases.release(station_desk, child_id, "02", date(2026, 11, 18), "随父母迁居")
    row = only(follow_ups.list_open(station_desk))
    assert not row.editable
    with pytest.raises(Refused) as refused:
        follow_ups.close(station_desk, row.id, CaseOutcome.RECOVERED, station_desk.today)
    assert refused.value.code == "released"


def test_two_records_of_one_child_follow_one_thing(station_desk: Desk) -> None:
    kept, other = enrol_infant(station_desk), enrol_infant(station_desk, "秦子沫")
    blood(station_desk, kept, 98, "2026-10-10")
    blood(station_desk, other, 95, "2026-11-07")
    merge_id = merging.merge(station_desk, kept, other, {})
    row = only(follow_ups.list_open(station_desk))
    assert (row.child_id, row.times, row.last_on) == (kept, 2, date(2026, 11, 7))
    merging.undo_merge(station_desk, merge_id)
    assert sorted(row.child_id for row in follow_ups.list_open(station_desk)) == sorted([kept, other])


def test_what_somebody_should_have_looked_at_comes_first(station_desk: Desk) -> None:
    blood(station_desk, enrol_infant(station_desk, village="小坡村", address="小坡村3号"), 98)
    record_newborn(station_desk, enrol(station_desk), heart_rate=172)
    rows = follow_ups.list_open(station_desk)
    assert [(row.subject, row.overdue, row.village) for row in rows] == [
        ("heart_rate", True, "大坡社区"),
        ("anaemia", False, "小坡村"),
    ]


def test_growth_of_an_earlier_day_is_not_found_again_by_a_form_that_measures_nothing(station_desk: Desk) -> None:
    child_id = enrol_infant(station_desk)
    blood(station_desk, child_id, 120)
    with station_desk.read() as session:
        assert session.exec(select(FollowUp)).all() == []
