"""Children with something to follow, for the tests of findings, referrals and cases."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.services.families import enrol, newborn_answers

from zhaohu.records.codes import FollowUpKind, Sex
from zhaohu.rules.forms.starting import all_normal
from zhaohu.services.care import visits
from zhaohu.services.care.visits import VisitView
from zhaohu.services.desk import Desk
from zhaohu.services.follow import follow_ups
from zhaohu.services.follow.follow_ups import FollowUpRow

EIGHT_MONTHS = date(2026, 3, 10)
"""A birth date of a child that is eight months old on the tests' day, 2026-11-20."""


def enrol_infant(desk: Desk, name: str = "秦子墨", **values: Any) -> str:
    return enrol(desk, name, **{"birth_date": EIGHT_MONTHS, "sex": Sex.MALE, **values})


def record_newborn(desk: Desk, child_id: str, declined: dict[str, str] | None = None, **changes: object) -> VisitView:
    entry = visits.start_visit(desk, child_id, "newborn_visit")
    answers = all_normal(entry.form, {**entry.answers, **newborn_answers(**changes)})
    return visits.record_visit(
        desk, child_id=child_id, form_id="newborn_visit", answers=answers, declined=declined or {}
    )


def record(desk: Desk, child_id: str, form_id: str, about: str = "", **answers: object) -> VisitView:
    entry = visits.start_visit(desk, child_id, form_id, about)
    filled = all_normal(entry.form, {**entry.answers, **answers})
    return visits.record_visit(desk, child_id=child_id, form_id=form_id, answers=filled)


def blood(desk: Desk, child_id: str, value: int, day: str = "2026-11-10") -> VisitView:
    grade = "1" if value >= 110 else "2" if value >= 90 else "3" if value >= 60 else "4"
    return record(
        desk,
        child_id,
        "hemoglobin_test",
        visit_date=day,
        reason="1",
        specimen="1",
        hemoglobin=value,
        grade=grade,
        iron="1",
    )


def refer(desk: Desk, child_id: str, about: str = "", **answers: object) -> VisitView:
    values = {
        "visit_date": "2026-11-12",
        "to_org": "岚山区妇幼保健院",
        "to_department": "儿科",
        "impression": "贫血",
        "present_history": "血红蛋白低",
        "past_history": "无特殊",
        "site_phone": "13812340000",
        **answers,
    }
    return record(desk, child_id, "referral", about, **values)


def answer(desk: Desk, child_id: str, about: str = "", **answers: object) -> VisitView:
    values = {
        "visit_date": "2026-11-18",
        "from_org": "岚山区妇幼保健院",
        "from_doctor": "赵医生",
        "from_phone": "0633-2610000",
        "diagnosis": "营养性缺铁性贫血",
        "exam_results": "血红蛋白 88 g/L",
        "treatment": "铁剂治疗，4周后复查",
        **answers,
    }
    return record(desk, child_id, "referral_answer", about, **values)


def only(rows: list[FollowUpRow]) -> FollowUpRow:
    (row,) = rows
    return row


def open_one(desk: Desk, kind: FollowUpKind) -> FollowUpRow:
    """The only thing of a kind that is open."""
    return only([row for row in follow_ups.list_open(desk) if row.kind is kind])


def subjects(desk: Desk, child_id: str) -> dict[str, FollowUpRow]:
    return {row.subject: row for row in follow_ups.of_child(desk, child_id)}
