"""What the tabs of a child's page list: screening, classes, referrals, papers; and the head's own reading."""

from __future__ import annotations

from datetime import date

import pytest
from tests.services.care.test_visits import record
from tests.services.families import enrol
from tests.services.guidance.test_classes import a_class

from zhaohu.errors import NotFound
from zhaohu.records.codes import ChildStatus, ConsentScope, Risk
from zhaohu.rules.forms.starting import all_normal
from zhaohu.services import printing
from zhaohu.services.care import screening, timeline, visits
from zhaohu.services.care.timeline import TimelineKind
from zhaohu.services.guidance import classes
from zhaohu.services.register import child_overview, child_tabs, consents, moves, risk_factors
from zhaohu.services.register.child_tabs import Came, PaperKind

TODAY = date(2026, 11, 20)


def test_results_of_screening_come_from_the_newest_version_with_the_norms_advice(station_desk) -> None:
    child_id = enrol(station_desk)
    assert screening.results(station_desk, child_id) == []
    first = record(station_desk, child_id, hearing_screen="2")
    found = {row.name: row for row in screening.results(station_desk, child_id)}
    assert set(found) == {"新生儿听力筛查", "新生儿疾病筛查", "眼睛"}
    hearing = found["新生儿听力筛查"]
    assert (hearing.result, hearing.on, hearing.visit_id) == ("未通过", date(2026, 11, 10), first.id)
    assert "复筛" in hearing.advice
    assert found["新生儿疾病筛查"].result == "检查均阴性"
    assert not found["新生儿疾病筛查"].advice
    second = visits.correct_visit(
        station_desk, first.id, answers={**first.answers, "hearing_screen": "1"}, reason="复筛通过"
    )
    (hearing, *_others) = screening.results(station_desk, child_id)
    assert (hearing.result, hearing.advice, hearing.visit_id) == ("通过", "", second.id)


def check(desk, child_id: str, **changes: object):
    entry = visits.start_visit(desk, child_id, "check_1_8")
    answers = {
        **entry.answers,
        "weight_kg": "6.20",
        "length_cm": "61.0",
        "head_cm": "40.0",
        "length_position": "1",
        "weight_grade": "2",
        "length_grade": "2",
    }
    answers |= {
        "fontanelle": "1",
        "outdoor_hours": "1.0",
        "vitamin_d_iu": 400,
        "next_date": "2027-02-20",
        "referral": "1",
        "guidance": ["1"],
        "illness": ["1"],
        **changes,
    }
    return visits.record_visit(desk, child_id=child_id, form_id="check_1_8", answers=all_normal(entry.form, answers))


def test_warning_signs_are_told_also_when_none_is_ticked(station_desk) -> None:
    child_id = enrol(station_desk, birth_date=date(2026, 8, 15))
    well = check(station_desk, child_id)
    (row,) = [row for row in screening.results(station_desk, child_id) if row.name == "预警征象"]
    assert (row.result, row.advice, row.visit_id) == ("未勾选", "", well.id)
    visits.correct_visit(
        station_desk, well.id, answers={**well.answers, "development_3": ["1", "4"]}, reason="家长补充"
    )
    (row,) = [row for row in screening.results(station_desk, child_id) if row.name == "预警征象"]
    assert row.result == "对很大声音没有反应、俯卧时不会抬头"
    assert "预警征象" in row.advice


def test_classes_say_what_became_of_the_invitation(station_desk) -> None:
    child_id = enrol(station_desk)
    teacher = a_class(station_desk).teacher_id
    days = {"来过": date(2026, 11, 10), "缺席": date(2026, 11, 12), "将来": date(2026, 11, 25)}
    ids = {
        topic: classes.plan_class(
            station_desk, a_class(station_desk, topic=topic, held_on=day, teacher_id=teacher), [child_id]
        )
        for topic, day in days.items()
    }
    (line,) = classes.view_class(station_desk, ids["来过"])[1]
    classes.mark_attendance(station_desk, ids["来过"], {line.id: "李秀梅"})
    rows = child_tabs.list_classes(station_desk, child_id)
    assert [(row.topic, row.came, row.who) for row in rows] == [
        ("将来", Came.INVITED, ""),
        ("缺席", Came.ABSENT, ""),
        ("来过", Came.CAME, "李秀梅"),
    ]
    moves.change_status(station_desk, child_id, ChildStatus.LOST, date(2026, 11, 11), "电话停机")
    assert [row.came for row in child_tabs.list_classes(station_desk, child_id)] == [
        Came.STOPPED,
        Came.STOPPED,
        Came.CAME,
    ]


def test_papers_say_when_they_were_printed(station_desk) -> None:
    child_id, other = (
        enrol(station_desk, "甲", facts={"birth_weight_g": None, "birth_length_mm": None}),
        enrol(station_desk, "乙"),
    )
    kinds = [row.kind for row in child_tabs.list_papers(station_desk, child_id)]
    assert kinds == [PaperKind.CARD, PaperKind.LABEL, PaperKind.CONSENT]
    saved = record(station_desk, child_id, birth_weight_kg="3.30", birth_length_cm="50.0")
    printing.print_visit(station_desk, saved.id)
    printing.print_visit(station_desk, saved.id)
    printing.print_family_growth(station_desk, other)
    rows = {row.kind: row for row in child_tabs.list_papers(station_desk, child_id)}
    assert (rows[PaperKind.VISIT].times, rows[PaperKind.VISIT].by, rows[PaperKind.VISIT].target) == (
        2,
        "admin",
        saved.id,
    )
    assert rows[PaperKind.VISIT].last.startswith("2026-11-20")
    assert (rows[PaperKind.FAMILY].times, rows[PaperKind.FAMILY].last) == (0, "")


def test_the_time_line_tells_moves_risks_consents_and_leaves_out_what_was_struck_out(station_desk) -> None:
    child_id = enrol(station_desk)
    risk_id = risk_factors.add_risk(station_desk, child_id, Risk.JAUNDICE, date(2026, 11, 6), "蓝光治疗")
    risk_factors.end_risk(station_desk, risk_id, date(2026, 11, 9), "复查正常")
    consents.decide(station_desk, child_id, {ConsentScope.SHARING: False}, date(2026, 11, 12), "李秀梅", "52", "不愿意")
    moves.change_status(station_desk, child_id, ChildStatus.MOVED_OUT, date(2026, 11, 15), "随父母", "济南市")
    moves.take_back(station_desk, child_id, date(2026, 11, 18), "迁回")
    moves.change_status(station_desk, child_id, ChildStatus.LOST, date(2026, 11, 19), "电话停机")
    moves.strike_out(station_desk, child_id, "误报")
    lines = [(item.on.day, item.kind, item.title, item.detail) for item in timeline.timeline(station_desk, child_id)]
    assert lines[:-1] == [
        (20, TimelineKind.REGISTERED, "登记入册", ""),
        (18, TimelineKind.STATUS, "恢复在册", "迁回"),
        (15, TimelineKind.STATUS, "迁出", "济南市 · 随父母"),
        (12, TimelineKind.CONSENT, "不同意", "向其他机构提供信息 · 母亲 李秀梅 · 不愿意"),
        (9, TimelineKind.RISK, "结束高危因素", "病理性黄疸 · 复查正常"),
        (6, TimelineKind.RISK, "登记高危因素", "病理性黄疸 · 蓝光治疗"),
    ]
    assert lines[-1][1] is TimelineKind.BIRTH


def test_what_is_decided_alike_on_one_day_stands_in_one_line(station_desk) -> None:
    child_id = enrol(station_desk)
    given = {ConsentScope.GUIDANCE: True, ConsentScope.CONTACT: True, ConsentScope.SHARING: False}
    consents.decide(station_desk, child_id, given, date(2026, 11, 12), "李秀梅", "52")
    lines = [
        (item.title, item.detail)
        for item in timeline.timeline(station_desk, child_id)
        if item.kind is TimelineKind.CONSENT
    ]
    assert sorted(lines) == [
        ("不同意", "向其他机构提供信息 · 母亲 李秀梅"),
        ("已同意", "养育照护指导与家长课堂、电话和短信联系 · 母亲 李秀梅"),
    ]


def test_the_head_reads_everything_at_once_and_names_the_siblings(station_desk) -> None:
    child_id = enrol(station_desk)
    read = child_overview.overview(station_desk, child_id)
    assert (read.view.row.id, read.siblings, read.risks, read.consent.asked) == (child_id, (), (), False)
    assert read.standing.status is ChildStatus.ACTIVE
    with pytest.raises(NotFound):
        child_overview.overview(station_desk, "0" * 36)
