"""A referral waits for its answer; the answer closes it, and the finding when nothing is left to follow."""

from __future__ import annotations

from datetime import date

import pytest
from tests.services.follow.following import answer, blood, enrol_infant, only, open_one, refer, subjects

from zhaohu.records import FollowUp
from zhaohu.records.codes import CaseOutcome, ChildStatus, FollowUpKind
from zhaohu.services.care import visits
from zhaohu.services.desk import Desk
from zhaohu.services.follow import follow_ups
from zhaohu.services.follow.follow_ups import FollowUpState
from zhaohu.services.register import moves, removal


def _referred(desk: Desk) -> tuple[str, str]:
    """A child with anaemia that was referred for it; child and finding."""
    child_id = enrol_infant(desk)
    blood(desk, child_id, 55)
    finding = only(follow_ups.list_open(desk))
    refer(desk, child_id, finding.id)
    return child_id, finding.id


def test_a_referral_starts_with_the_finding_that_it_is_written_for(station_desk: Desk) -> None:
    child_id = enrol_infant(station_desk)
    blood(station_desk, child_id, 55)
    finding = only(follow_ups.list_open(station_desk))
    start = visits.start_visit(station_desk, child_id, "referral", finding.id).answers
    assert start["impression"] == "贫血"
    assert "55 g/L" in str(start["present_history"])
    assert start["finding"] == finding.id


def test_a_referral_waits_for_its_answer_and_is_overdue_after_two_weeks(station_desk: Desk) -> None:
    child_id = enrol_infant(station_desk)
    refer(station_desk, child_id, visit_date="2026-11-01")
    row = open_one(station_desk, FollowUpKind.REFERRAL)
    assert (row.state, row.due, row.days_over) == (FollowUpState.WAITING, date(2026, 11, 15), 5)
    assert row.to == "岚山区妇幼保健院 儿科"
    counted = follow_ups.counts(station_desk)
    assert (counted.open, counted.waiting, counted.overdue) == (1, 1, 1)


def test_the_finding_waits_with_its_referral(station_desk: Desk) -> None:
    child_id, finding = _referred(station_desk)
    rows = subjects(station_desk, child_id)
    assert rows["anaemia"].id == finding
    assert (rows["anaemia"].state, rows["referral"].state) == (FollowUpState.WAITING, FollowUpState.WAITING)


@pytest.mark.parametrize(
    ("code", "outcome", "ends"),
    [
        ("1", CaseOutcome.RECOVERED, True),
        ("6", CaseOutcome.RULED_OUT, True),
        ("2", CaseOutcome.IMPROVED, False),
        ("3", CaseOutcome.NOT_RECOVERED, False),
        (None, CaseOutcome.OTHER, False),
    ],
)
def test_an_answer_closes_the_referral_and_the_finding_only_when_nothing_is_left(
    station_desk: Desk, code: str | None, outcome: CaseOutcome, ends: bool
) -> None:
    child_id, _finding = _referred(station_desk)
    answer(station_desk, child_id, **({"outcome": code} if code else {}))
    rows = subjects(station_desk, child_id)
    assert (rows["referral"].outcome, rows["referral"].closed_on) == (outcome, date(2026, 11, 18))
    assert (rows["anaemia"].outcome is not None) is ends
    assert rows["anaemia"].state is (FollowUpState.CLOSED if ends else FollowUpState.OPEN)


def test_an_answer_starts_with_who_received_the_child(station_desk: Desk) -> None:
    child_id, _finding = _referred(station_desk)
    start = visits.start_visit(station_desk, child_id, "referral_answer").answers
    assert (start["from_org"], start["from_department"]) == ("岚山区妇幼保健院", "儿科")
    assert start["to_org"] == station_desk.site.name


def test_a_corrected_answer_counts_in_its_newest_version(station_desk: Desk) -> None:
    child_id, _finding = _referred(station_desk)
    first = answer(station_desk, child_id, outcome="1")
    visits.correct_visit(station_desk, first.id, answers={**first.answers, "outcome": "2"}, reason="看错")
    rows = subjects(station_desk, child_id)
    assert (rows["referral"].outcome, rows["anaemia"].outcome) == (CaseOutcome.IMPROVED, None)


def test_a_removed_answer_lets_the_referral_wait_again(station_desk: Desk) -> None:
    child_id, _finding = _referred(station_desk)
    saved = answer(station_desk, child_id, outcome="1")
    removal.remove_visit(station_desk, saved.id, "录错了孩子")
    rows = subjects(station_desk, child_id)
    assert (rows["referral"].outcome, rows["anaemia"].outcome) == (None, None)
    removal.restore(station_desk, "visit", saved.id)
    rows = subjects(station_desk, child_id)
    assert (rows["referral"].outcome, rows["anaemia"].outcome) == (CaseOutcome.RECOVERED, CaseOutcome.RECOVERED)


def test_a_removed_referral_gives_the_finding_back(station_desk: Desk) -> None:
    child_id = enrol_infant(station_desk)
    blood(station_desk, child_id, 55)
    finding = only(follow_ups.list_open(station_desk))
    saved = refer(station_desk, child_id, finding.id)
    removal.remove_visit(station_desk, saved.id, "家长不同意转诊")
    rows = subjects(station_desk, child_id)
    assert rows["referral"].outcome is CaseOutcome.RULED_OUT
    assert rows["anaemia"].state is FollowUpState.OPEN


def test_the_history_tells_where_it_went_and_what_came_back(station_desk: Desk) -> None:
    child_id, finding = _referred(station_desk)
    answer(station_desk, child_id, outcome="2")
    told = " / ".join(f"{event.title} {event.detail}" for event in follow_ups.history(station_desk, finding))
    assert "岚山区妇幼保健院 儿科" in told
    assert "营养性缺铁性贫血" in told


def test_of_several_answers_the_newest_that_stands_counts(station_desk: Desk) -> None:
    child_id, _finding = _referred(station_desk)
    first = answer(station_desk, child_id, outcome="2", visit_date="2026-11-14")
    (referral,) = [row for row in follow_ups.of_child(station_desk, child_id) if row.kind is FollowUpKind.REFERRAL]
    named = {"referral_record": _record(station_desk, referral.id), "age": "8月龄"}
    second = answer(station_desk, child_id, outcome="1", visit_date="2026-11-18", **named)
    assert _outcomes(station_desk, child_id) == {CaseOutcome.RECOVERED}
    removal.remove_visit(station_desk, second.id, "不是这名儿童的")
    assert _outcomes(station_desk, child_id) == {CaseOutcome.IMPROVED, None}
    removal.remove_visit(station_desk, first.id, "也不是")
    assert _outcomes(station_desk, child_id) == {None}
    removal.restore(station_desk, "visit", second.id)
    assert _outcomes(station_desk, child_id) == {CaseOutcome.RECOVERED}


def test_what_opens_again_of_a_child_off_the_register_ends_as_its_record_did(station_desk: Desk) -> None:
    child_id, _finding = _referred(station_desk)
    answered = answer(station_desk, child_id, outcome="1", visit_date="2026-11-18")
    moves.change_status(station_desk, child_id, ChildStatus.LOST, station_desk.today, "联系不上")
    removal.remove_visit(station_desk, answered.id, "不是这名儿童的")
    assert _outcomes(station_desk, child_id) == {CaseOutcome.LOST}
    moves.take_back(station_desk, child_id, station_desk.today, "联系上了")
    assert _outcomes(station_desk, child_id) == {None}


def _outcomes(desk: Desk, child_id: str) -> set[CaseOutcome | None]:
    return {row.outcome for row in follow_ups.of_child(desk, child_id)}


def _record(desk: Desk, follow_up_id: str) -> str | None:
    with desk.read() as session:
        return session.get_one(FollowUp, follow_up_id).record_id
