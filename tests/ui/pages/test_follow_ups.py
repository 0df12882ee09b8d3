"""The page 追踪 and the child's tab: everything can be decided with the keyboard, and nothing is lost from sight."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from tests.services.families import enrol
from tests.services.follow.following import answer, blood, enrol_infant, record, record_newborn, refer
from tests.ui.pages.conftest import send

from zhaohu.records.codes import CaseOutcome, FollowUpKind
from zhaohu.services.care import timeline
from zhaohu.services.follow import follow_ups
from zhaohu.services.follow.follow_ups import FollowUpState
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.pages.child import FOLLOW_UPS, child_page
from zhaohu.ui.pages.follow_up_words import told_in_head
from zhaohu.ui.pages.follow_ups import follow_ups_page
from zhaohu.ui.pages.visit_view import visit_page


@pytest.fixture
def followed(desk):
    """Three children: a danger sign that is overdue, anaemia with a referral under way, anaemia in a case."""
    newborn, referred, case = enrol(desk), enrol_infant(desk, "王浩然"), enrol_infant(desk, village="小坡村")
    record_newborn(desk, newborn, heart_rate=172)
    for child_id in (referred, case):
        blood(desk, child_id, 95)
    findings = {row.child_id: row.id for row in follow_ups.list_open(desk)}
    refer(desk, referred, findings[referred])
    record(
        desk, case, "special_case", findings[case], visit_date="2026-11-12", treatment="补铁", next_date="2026-12-10"
    )
    return {"newborn": newborn, "referred": referred, "case": case, "findings": findings}


def _rows(page):
    return [(row.child, row.title) for row in page.list.table.rows()]


def _mark(page, title, child=""):
    table = page.list.table
    places = [n for n, row in enumerate(table.rows()) if row.title == title and (not child or row.child == child)]
    table.view.choose_row(places[0])


def test_an_empty_station_says_what_will_be_here(stage, desk, assert_nothing_clipped) -> None:
    page = stage.open(follow_ups_page, desk)
    assert page.list.table.empty.words()[0] == "没有待追踪的事"
    assert not page.list.about.isVisible()
    assert_nothing_clipped(page)


def test_chips_count_and_filter(stage, desk, followed, assert_nothing_clipped, missing_glyphs) -> None:
    page = stage.open(follow_ups_page, desk)
    assert _rows(page)[0] == ("单芷然", "心率")
    assert len(_rows(page)) == 5
    chips = page.list.table.chips
    expected = {"open": 1, "waiting": 1, "overdue": 1, "cases": 1, "closed": 0}
    for key, n in expected.items():
        chips.choose(key)
        page.list.table.filtered.emit()
        assert len(_rows(page)) == n, key
    chips.choose("")
    page.search.set_value("小坡")
    page.search.changed.emit()
    assert {child for child, _title in _rows(page)} == {"秦子墨"}
    assert_nothing_clipped(page)
    assert missing_glyphs(page) == set()


def test_an_outcome_is_given_with_the_keyboard(stage, desk, followed) -> None:
    page = stage.open(follow_ups_page, desk)
    _mark(page, "心率")
    stage.settle()
    stage.press(page, "Ctrl+L")
    dialog = stage.dialog(FormDialog)
    QTest.keyClick(dialog.form.fields["outcome"].focusWidget() or dialog.focusWidget(), Qt.Key.Key_2)
    stage.press(dialog, "Ctrl+S")
    (closed,) = follow_ups.list_closed(desk)
    assert (closed.subject, closed.outcome) == ("heart_rate", CaseOutcome.RULED_OUT)
    assert ("单芷然", "心率") not in _rows(page)


def test_a_missing_reason_is_asked_for_at_the_field(stage, desk, followed) -> None:
    page = stage.open(follow_ups_page, desk)
    _mark(page, "心率")
    page.list.finish.click()
    dialog = stage.dialog(FormDialog)
    dialog.form.load({"outcome": "9", "on": date(2026, 11, 20)})
    dialog.try_save()
    stage.settle()
    assert dialog.isVisible()
    assert follow_ups.list_closed(desk) == []
    dialog.form.load({"outcome": "9", "on": date(2026, 11, 20), "note": "转由县医院管理"})
    dialog.try_save()
    stage.settle()
    assert follow_ups.list_closed(desk)[0].note == "转由县医院管理"


def test_advice_is_turned_down_with_a_reason(stage, desk, followed) -> None:
    page = stage.open(follow_ups_page, desk)
    _mark(page, "心率")
    stage.press(page, "Ctrl+D")
    dialog = stage.dialog(FormDialog)
    QTest.keyClicks(dialog.form.fields["reason"].focusWidget() or dialog.focusWidget(), "quiet, 130 now")
    stage.press(dialog, "Ctrl+S")
    assert follow_ups.list_closed(desk)[0].note == "quiet, 130 now"


def test_a_recheck_is_planned(stage, desk, followed) -> None:
    page = stage.open(follow_ups_page, desk)
    _mark(page, "贫血", "秦子墨")
    stage.press(page, "Ctrl+R")
    dialog = stage.dialog(FormDialog)
    assert dialog.form.values()["form"] == "hemoglobin_test"
    stage.press(dialog, "Ctrl+S")
    row = next(row for row in follow_ups.list_open(desk) if row.subject == "anaemia" and row.child == "秦子墨")
    assert row.planned


def test_keys_lead_to_the_forms_with_what_they_are_written_for(stage, desk, followed) -> None:
    page = stage.open(follow_ups_page, desk)
    _mark(page, "心率")
    stage.press(page, "Ctrl+T")
    assert stage.gone[-1] == f"visit-new/{followed['newborn']}.referral.{followed['findings'][followed['newborn']]}"
    stage.press(page, "Ctrl+J")
    assert stage.gone[-1].startswith(f"visit-new/{followed['newborn']}.special_case.")
    _mark(page, "转诊")
    assert not page.list.refer.isVisible()
    stage.press(page, "Ctrl+U")
    assert stage.gone[-1].startswith(f"visit-new/{followed['referred']}.referral_answer.")
    _mark(page, "专案：营养性缺铁性贫血")
    stage.press(page, "Ctrl+J")
    assert stage.gone[-1].startswith(f"visit-new/{followed['case']}.case_review.")
    QTest.keyClick(page.list.table.view, Qt.Key.Key_Return)
    assert stage.gone[-1].startswith("visit/")


def test_the_history_stands_beside_the_row_and_leads_to_its_records(stage, desk, followed) -> None:
    answer(desk, followed["referred"], outcome="2")
    page = stage.open(follow_ups_page, desk)
    _mark(page, "贫血", "王浩然")
    stage.settle()
    targets = list(page.list.about._targets)
    assert len(targets) == 3
    targets[-1].click()
    assert stage.gone[-1].startswith("visit/")


def test_what_was_closed_is_opened_again(stage, desk, followed) -> None:
    row = follow_ups.list_open(desk)[0]
    follow_ups.close(desk, row.id, CaseOutcome.RECOVERED, desk.today)
    page = stage.open(follow_ups_page, desk)
    page.list.table.chips.choose("closed")
    page.list.table.filtered.emit()
    assert not page.list.finish.isVisible()
    page.list.again.click()
    stage.settle()
    assert row.id in {one.id for one in follow_ups.list_open(desk)}


def test_the_center_only_looks(stage, desk, center, followed, tmp_path) -> None:
    send(desk, center, tmp_path)
    page = stage.open(follow_ups_page, center)
    assert len(_rows(page)) == 5
    page.list.table.view.choose_row(0)
    stage.settle()
    assert not any(
        one.isVisible()
        for one in (page.list.refer, page.list.finish, page.list.decline, page.list.recheck, page.list.case)
    )
    assert page.list.about.isVisible()
    assert not page.place.value()


def test_the_childs_tab_and_head_tell_the_same(stage, desk, followed, assert_nothing_clipped) -> None:
    page = stage.open(child_page, desk, followed["case"])
    page.tabs.open_sheet(page.follow_ups)
    stage.settle()
    assert [row.state for row in page.follow_ups.table.rows()] == [FollowUpState.IN_CASE] * 2
    assert "追踪 2" in [page.tabs.tabText(n) for n in range(page.tabs.count())]
    assert_nothing_clipped(page)
    bar = page.tabs.tabBar()
    assert bar.sizeHint().width() <= page.tabs.width()
    assert "发现：贫血" in [item.title for item in page.timeline.rows()]


def test_a_referred_finding_with_a_case_offers_no_second_case(stage, desk, followed) -> None:
    refer(desk, followed["case"], followed["findings"][followed["case"]])
    (finding,) = [row for row in follow_ups.of_child(desk, followed["case"]) if row.kind is FollowUpKind.FINDING]
    assert (finding.state, finding.has_case) == (FollowUpState.WAITING, True)
    assert finding not in told_in_head(follow_ups.of_child(desk, followed["case"]))
    page = stage.open(follow_ups_page, desk)
    page.list.table.view.choose_row([row.id for row in page.list.table.rows()].index(finding.id))
    assert page.list.finish.isVisible()
    assert not page.list.case.isVisible()


@pytest.mark.parametrize("key", ["finish", "recheck"])
def test_a_long_lead_and_two_lines_of_options_take_no_room_from_the_fields(
    stage, desk, followed, english, key, assert_nothing_clipped
) -> None:
    page = stage.open(follow_ups_page, desk)
    _mark(page, "Anaemia", "王浩然")
    getattr(page.list, key).click()
    dialog = stage.dialog(FormDialog)
    assert_nothing_clipped(dialog)
    fields = list(dialog.form.fields.values())
    assert all(one.height() >= one.heightForWidth(one.width()) for one in fields if one.hasHeightForWidth())
    assert all(one.height() >= one.sizeHint().height() for one in fields if not one.hasHeightForWidth())
    assert all(above.geometry().bottom() < below.geometry().top() for above, below in pairwise(fields))
    dialog.reject()


def test_a_saved_record_leads_to_what_is_followed_from_it(stage, desk, followed) -> None:
    child_id = followed["newborn"]
    visit_id = timeline.list_visits(desk, child_id)[0].id
    page = stage.open(visit_page, desk, visit_id)
    next(one for one in page.side.found.findChildren(QPushButton) if one.text() == "到孩子的追踪").click()
    assert stage.gone == [f"child/{child_id}.{FOLLOW_UPS}"]
    page = stage.open(child_page, desk, f"{child_id}.{FOLLOW_UPS}")
    assert page.follow_ups.table.isVisible()
