"""What the center changes for its district: texts, days off, extra visits; each an edition that can be taken back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.services.families import enrol

from zhaohu.errors import BadInput, NotAllowed
from zhaohu.records.codes import TopicBlock
from zhaohu.rules.curriculum import Topic
from zhaohu.rules.targets import Indicator, Target
from zhaohu.services import district, reference
from zhaohu.services.content import curriculum, days_off, form_list, standing, targets, texts, visit_plan
from zhaohu.services.district import Key
from zhaohu.services.due import duties, workdays
from zhaohu.services.exchange import receipts

TODAY = date(2026, 11, 20)


def row(desk, line_id):
    return next(one for one in texts.list_texts(desk).rows if one.id == line_id)


def test_all_forms_are_listed(station_desk):
    rows = form_list.list_forms(station_desk)
    assert {one.id for one in rows} == set(reference.forms())
    assert all(one.title and one.version and one.source and one.fields for one in rows)
    assert not any(one.coming or one.by_district for one in rows)


def test_a_text_is_changed_reviewed_left_out_and_restored(center_desk):
    shipped = row(center_desk, "b0-g2-1").words
    assert row(center_desk, "b0-g2-1").standing == texts.SHIPPED
    assert texts.change_text(center_desk, "b0-g2-1", " 只喂母乳。 ") == 1
    found = row(center_desk, "b0-g2-1")
    assert (found.words, found.shipped, found.standing) == ("只喂母乳。", shipped, texts.CHANGED)
    assert texts.set_hidden(center_desk, "b0-g2-1", hidden=True) == 2
    assert row(center_desk, "b0-g2-1").standing == texts.HIDDEN
    texts.set_hidden(center_desk, "b0-g2-1", hidden=False)
    assert row(center_desk, "b0-g2-1").words == "只喂母乳。"
    texts.set_reviewed(center_desk, "b0-g3-1", reviewed=True)
    assert row(center_desk, "b0-g3-1").standing == texts.REVIEWED
    texts.restore_text(center_desk, "b0-g2-1")
    assert row(center_desk, "b0-g2-1").standing == texts.SHIPPED
    texts.set_reviewed(center_desk, "b0-g3-1", reviewed=False)
    assert district.read(center_desk, Key.GUIDANCE_TEXTS) is None  # nothing differs any more


def test_the_programs_own_words_are_no_change(center_desk):
    texts.change_text(center_desk, "b0-g2-1", "别的话。")
    texts.change_text(center_desk, "b0-g2-1", row(center_desk, "b0-g2-1").shipped)
    assert row(center_desk, "b0-g2-1").standing == texts.SHIPPED


def test_a_line_of_the_districts_own(center_desk):
    texts.add_text(center_desk, "B3", "G2", "每周吃一次肝泥。")
    (own,) = [one for one in texts.list_texts(center_desk).rows if one.standing == texts.OWN]
    assert (own.bands, own.words, own.shipped, own.block_title) == (("B3",), "每周吃一次肝泥。", "", "营养喂养")
    texts.change_text(center_desk, own.id, "每周吃一两次肝泥。")
    assert row(center_desk, own.id).words == "每周吃一两次肝泥。"
    texts.restore_text(center_desk, own.id)
    assert own.id not in {one.id for one in texts.list_texts(center_desk).rows}


def test_words_that_are_too_long_are_refused(center_desk):
    for words in ("", "长" * 121):
        with pytest.raises(BadInput):
            texts.change_text(center_desk, "b0-g2-1", words)
        with pytest.raises(BadInput):
            texts.add_text(center_desk, "B0", "G2", words)
    assert texts.list_texts(center_desk).standing.edition == 0


def test_every_text_can_be_taken_back_at_once(center_desk):
    texts.change_text(center_desk, "b0-g2-1", "别的话。")
    texts.add_text(center_desk, "B3", "G2", "每周吃一次肝泥。")
    assert standing.restore(center_desk, Key.GUIDANCE_TEXTS) == 3
    found = texts.list_texts(center_desk)
    assert {one.standing for one in found.rows} == {texts.SHIPPED}
    assert (found.standing.edition, found.standing.changed_by) == (3, "管理员")


def test_days_off_are_set_and_reach_the_station(center_desk, station_desk, tmp_path):
    friday = date(2026, 12, 4)
    assert workdays.is_working(station_desk, friday)
    assert days_off.set_days(center_desk, friday, friday + timedelta(days=3), "rest") == 1
    found = days_off.list_days(center_desk, 2026)
    assert [one.day for one in found.rows if one.by_district] == [friday + timedelta(days=n) for n in range(4)]
    assert "2026" in found.source
    receipts.import_receipt(station_desk, receipts.export_receipt(center_desk, "01", tmp_path).file)
    assert workdays.next_working(station_desk, friday) == friday + timedelta(days=4)
    days_off.set_days(center_desk, friday, friday + timedelta(days=3), "")
    assert not [one for one in days_off.list_days(center_desk, 2026).rows if one.by_district]
    assert workdays.is_working(center_desk, friday)


def test_a_holiday_can_be_made_a_working_day(center_desk):
    holiday = date(2026, 10, 1)
    assert not workdays.is_working(center_desk, holiday)
    days_off.set_days(center_desk, holiday, holiday, "work")
    assert workdays.is_working(center_desk, holiday)
    days_off.set_days(center_desk, holiday, holiday, "")
    assert not workdays.is_working(center_desk, holiday)


def test_spans_that_cannot_be_are_refused(center_desk):
    for last in (TODAY - timedelta(days=1), TODAY + timedelta(days=61)):
        with pytest.raises(BadInput) as refused:
            days_off.set_days(center_desk, TODAY, last, "rest")
        assert refused.value.details["field"] == "last"
    assert days_off.list_days(center_desk, 2031).rows == ()


def high_risk(desk, child_id):
    return {one.contact: one.due_from for one in duties.child_duties(desk, child_id) if one.contact.startswith("HR")}


def test_the_plan_of_extra_visits_reaches_what_is_due_at_the_station(center_desk, station_desk, tmp_path):
    born = date(2026, 11, 10)
    at_risk = enrol(station_desk, "早产儿", birth_date=born, facts={"gestation_days": 230})
    plan = visit_plan.view_plan(center_desk)
    assert plan.shipped
    assert len(plan.rows) >= 6
    before = high_risk(station_desk, at_risk)
    assert before["HR01"] == born + timedelta(days=plan.rows[0].first)
    for one in plan.rows[1:]:
        visit_plan.remove_visit(center_desk, one.code)
    visit_plan.put_visit(center_desk, plan.rows[0].code, 5, "days", 2, " 第5天 ")
    visit_plan.put_visit(center_desk, "", 4, "months", 29, "")
    changed = visit_plan.view_plan(center_desk)
    assert not changed.shipped
    assert [(one.first, one.unit, one.length, one.note) for one in changed.rows] == [
        (5, "days", 2, "第5天"),
        (4, "months", 29, ""),
    ]
    receipts.import_receipt(station_desk, receipts.export_receipt(center_desk, "01", tmp_path).file)
    found = high_risk(station_desk, at_risk)
    assert sorted(found.values()) == [born + timedelta(days=5), date(2027, 3, 10)]
    listed = {one.contact for one in duties.due_list(station_desk, within_days=1200) if one.child_id == at_risk}
    assert {one for one in listed if one.startswith("HR")} == set(found)
    standing.restore(center_desk, Key.HIGH_RISK_PLAN)
    receipts.import_receipt(station_desk, receipts.export_receipt(center_desk, "01", tmp_path).file)
    assert high_risk(station_desk, at_risk) == before


def test_two_visits_never_begin_at_once(center_desk):
    first = visit_plan.view_plan(center_desk).rows[0]
    with pytest.raises(BadInput):
        visit_plan.put_visit(center_desk, "", first.first, first.unit, 3, "")


def test_stations_only_look(station_desk):
    for act in (
        lambda: texts.change_text(station_desk, "b0-g2-1", "别的话。"),
        lambda: days_off.set_days(station_desk, TODAY, TODAY, "rest"),
        lambda: visit_plan.remove_visit(station_desk, "HR01"),
        lambda: standing.restore(station_desk, Key.DAYS_OFF),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert texts.list_texts(station_desk).rows
    assert visit_plan.view_plan(station_desk).rows


def test_topics_of_classes_are_added_changed_taken_out_and_restored(center_desk):
    shipped = curriculum.view_curriculum(center_desk)
    assert shipped.shipped
    mine = Topic("辅食工坊", TopicBlock.NUTRITION, ("B3", "B4"))
    assert curriculum.put_topic(center_desk, "", mine) == 1
    with pytest.raises(BadInput):
        curriculum.put_topic(center_desk, "", mine)
    curriculum.put_topic(center_desk, "辅食工坊", Topic("辅食工坊", TopicBlock.NUTRITION, ()))
    found = curriculum.view_curriculum(center_desk)
    assert len(found.topics) == len(shipped.topics) + 1
    assert Topic("辅食工坊", TopicBlock.NUTRITION) in found.topics
    curriculum.remove_topic(center_desk, "辅食工坊")
    assert curriculum.view_curriculum(center_desk).topics == shipped.topics
    standing.restore(center_desk, Key.CURRICULUM)
    assert curriculum.view_curriculum(center_desk).shipped


def test_targets_are_added_changed_and_taken_away(center_desk, station_desk):
    assert targets.target_of(center_desk, Indicator.MANAGED) == Target(Indicator.MANAGED, 2025, 950)
    ours = Target(Indicator.MANAGED, 2026, 965)
    assert targets.put_target(center_desk, None, ours) == 1
    assert targets.target_of(center_desk, Indicator.MANAGED) == ours
    assert targets.put_target(center_desk, ours, Target(Indicator.MANAGED, 2027, 980)) == 2
    assert targets.target_of(center_desk, Indicator.MANAGED).from_year == 2025
    for row in targets.view_targets(center_desk).rows:
        targets.remove_target(center_desk, row)
    assert targets.target_of(center_desk, Indicator.MANAGED) is None
    with pytest.raises(NotAllowed):
        targets.put_target(station_desk, None, ours)
    with pytest.raises(NotAllowed):
        curriculum.remove_topic(station_desk, "辅食工坊")


def test_what_the_center_set_goes_down_to_the_station(center_desk, station_desk, tmp_path):
    curriculum.put_topic(center_desk, "", Topic("辅食工坊", TopicBlock.NUTRITION, ("B3",)))
    targets.put_target(center_desk, None, Target(Indicator.MANAGED, 2026, 965))
    receipts.import_receipt(station_desk, receipts.export_receipt(center_desk, "01", tmp_path).file)
    assert curriculum.view_curriculum(station_desk).topics == curriculum.view_curriculum(center_desk).topics
    assert targets.target_of(station_desk, Indicator.MANAGED).per_mille == 965
