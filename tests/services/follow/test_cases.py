"""Special cases: opened for a finding, reviewed, closed with an outcome; the rule advises, a person decides."""

from __future__ import annotations

from datetime import date

from sqlmodel import select
from tests.paper.pdfs import page_texts
from tests.services.follow.following import blood, enrol_infant, only, open_one, record, subjects

from zhaohu.records import ExtraContact
from zhaohu.records.codes import CaseOutcome, ChildStatus, FollowUpKind
from zhaohu.services import printing
from zhaohu.services.care import visits
from zhaohu.services.care.visits import VisitView
from zhaohu.services.desk import Desk
from zhaohu.services.follow import case_papers, cases, follow_ups
from zhaohu.services.follow.follow_ups import FollowUpRow, FollowUpState
from zhaohu.services.register import moves, removal


def _opened(desk: Desk) -> tuple[str, FollowUpRow, FollowUpRow]:
    """A child whose anaemia has a case: child, finding, case."""
    child_id = enrol_infant(desk)
    blood(desk, child_id, 95, "2026-10-10")
    finding = only(follow_ups.list_open(desk))
    record(
        desk, child_id, "special_case", finding.id, visit_date="2026-10-12", treatment="补铁", next_date="2026-11-09"
    )
    return child_id, finding, open_one(desk, FollowUpKind.CASE)


def _review(desk: Desk, child_id: str, day: str, **answers: object) -> VisitView:
    values = {"visit_date": day, "age_months": 8, "feeding": "添加红肉", "treatment": "继续补铁", **answers}
    return record(desk, child_id, "case_review", **values)


def _planned(desk: Desk) -> list[ExtraContact]:
    with desk.read() as session:
        rows = session.exec(select(ExtraContact).order_by(ExtraContact.due_from)).all()
        return [row for row in rows if row.deleted_at is None]


def test_a_case_starts_with_the_finding_and_its_category(station_desk: Desk) -> None:
    child_id = enrol_infant(station_desk)
    blood(station_desk, child_id, 95)
    finding = only(follow_ups.list_open(station_desk))
    start = visits.start_visit(station_desk, child_id, "special_case", finding.id).answers
    assert (start["category"], start["diagnosis"], start["finding"]) == ("04", "贫血", finding.id)


def test_a_case_is_open_and_its_next_review_is_planned(station_desk: Desk) -> None:
    child_id, finding, case = _opened(station_desk)
    assert (case.state, case.subject, case.title) == (FollowUpState.IN_CASE, "04", "专案：营养性缺铁性贫血")
    assert case.due == date(2026, 11, 9)
    (planned,) = _planned(station_desk)
    assert (planned.form, planned.due_from, planned.follow_up_id) == ("case_review", date(2026, 11, 9), case.id)
    assert subjects(station_desk, child_id)[finding.subject].state is FollowUpState.IN_CASE


def test_each_review_plans_the_next(station_desk: Desk) -> None:
    child_id, _finding, case = _opened(station_desk)
    saved = _review(station_desk, child_id, "2026-11-20", next_date="2026-12-18")
    row = open_one(station_desk, FollowUpKind.CASE)
    assert row.due == date(2026, 12, 18)
    first, second = _planned(station_desk)
    assert (first.id, first.due_from) == (saved.contact, date(2026, 11, 9))
    assert second.due_from == date(2026, 12, 18)
    assert [event.title for event in follow_ups.history(station_desk, case.id)][1] == "随诊"


def test_a_review_belongs_to_the_only_open_case(station_desk: Desk) -> None:
    child_id, _finding, case = _opened(station_desk)
    start = visits.start_visit(station_desk, child_id, "case_review").answers
    with station_desk.read() as session:
        assert cases.case_of_record(session, child_id, str(start["case_record"])).id == case.id


def test_a_case_that_is_closed_ends_its_finding_and_its_reviews(station_desk: Desk) -> None:
    child_id, finding, case = _opened(station_desk)
    follow_ups.close(station_desk, case.id, CaseOutcome.RECOVERED, date(2026, 11, 20), "足疗程，血红蛋白正常")
    rows = subjects(station_desk, child_id)
    assert (rows["04"].outcome, rows["04"].closed_by) == (CaseOutcome.RECOVERED, "管理员")
    assert rows[finding.subject].outcome is CaseOutcome.RECOVERED
    assert _planned(station_desk) == []
    follow_ups.reopen(station_desk, case.id)
    rows = subjects(station_desk, child_id)
    assert (rows["04"].outcome, rows[finding.subject].outcome) == (None, None)


def test_a_case_ends_with_the_child_that_moved_away(station_desk: Desk) -> None:
    child_id, _finding, _case = _opened(station_desk)
    moves.change_status(station_desk, child_id, ChildStatus.MOVED_OUT, date(2026, 11, 15), "随父母外出")
    assert {row.outcome for row in follow_ups.of_child(station_desk, child_id)} == {CaseOutcome.MOVED_AWAY}


def test_a_removed_review_gives_its_day_back(station_desk: Desk) -> None:
    child_id, _finding, _case = _opened(station_desk)
    saved = _review(station_desk, child_id, "2026-11-10", next_date="2026-12-08")
    removal.remove_visit(station_desk, saved.id, "不是这个孩子")
    assert open_one(station_desk, FollowUpKind.CASE).due == date(2026, 11, 9)


def test_the_rule_of_anaemia_is_told_with_what_the_records_say(station_desk: Desk) -> None:
    child_id, _finding, case = _opened(station_desk)
    before = cases.advice_on_closing(station_desk, case.id)
    assert before is not None
    assert before.met is None
    blood(station_desk, child_id, 104, "2026-11-05")
    low = cases.advice_on_closing(station_desk, case.id)
    assert low is not None
    assert low.met is False
    _review(station_desk, child_id, "2026-11-19", exam_items=["01"], hemoglobin=116)
    good = cases.advice_on_closing(station_desk, case.id)
    assert good is not None
    assert good.met is True
    assert "116" in good.why


def test_growth_after_the_case_was_opened_counts(station_desk: Desk) -> None:
    child_id = enrol_infant(station_desk)
    record(
        station_desk,
        child_id,
        "special_case",
        visit_date="2026-09-10",
        category="05",
        diagnosis="中度营养不良",
        treatment="喂养指导",
        weight_kg="5.90",
        weight_grade="3",
        next_date="2026-10-10",
    )
    case = open_one(station_desk, FollowUpKind.CASE)
    for day, kg, grade in (("2026-10-10", "8.20", "2"), ("2026-11-10", "8.60", "2")):
        _review(station_desk, child_id, day, age_months=7, weight_kg=kg, weight_grade=grade)
    advice = cases.advice_on_closing(station_desk, case.id)
    assert advice is not None
    assert advice.met is True


def test_the_sheet_of_a_case_tells_opening_reviews_and_closing(station_desk: Desk) -> None:
    child_id, _finding, case = _opened(station_desk)
    _review(station_desk, child_id, "2026-11-19", exam_items=["01"], hemoglobin=116, medicine="右旋糖酐铁")
    follow_ups.close(station_desk, case.id, CaseOutcome.RECOVERED, date(2026, 11, 20), "足疗程")
    (text,) = page_texts(case_papers.print_case(station_desk, case.id))
    for said in ("04营养性缺铁性贫血", "右旋糖酐铁", "血红蛋白116g/L", "痊愈", "足疗程", "2026年11月20日", "管理员"):
        assert said in text, said
    (again,) = page_texts(printing.print_visit(station_desk, case.visit_id))
    assert "右旋糖酐铁" in again


def test_a_case_that_ends_with_a_move_prints_why_it_was_cancelled(station_desk: Desk) -> None:
    child_id, _finding, case = _opened(station_desk)
    moves.change_status(station_desk, child_id, ChildStatus.MOVED_OUT, date(2026, 11, 15), "随父母外出")
    (text,) = page_texts(case_papers.print_case(station_desk, case.id))
    assert "2迁出" in text
    assert "随档案状态结案" in text
