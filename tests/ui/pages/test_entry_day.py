"""Around the entry form: late entry, former answers, hints turned down, the referral, sheets, and the next form."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from sqlmodel import select
from tests.services.care.test_around_a_visit import BORN, check, follow_ups_of
from tests.services.families import enrol
from tests.ui.pages.conftest import TODAY, as_role, unnamed_controls, write
from tests.ui.pages.test_keystrokes import three_month_check

from zhaohu.records import ChildRisk
from zhaohu.records.codes import CaseOutcome, Risk, Role
from zhaohu.services import printing
from zhaohu.services.care import drafts, visits
from zhaohu.services.printing import sheets
from zhaohu.services.register import risk_factors
from zhaohu.ui.dialogs import ask
from zhaohu.ui.pages.entry_start import Wanted
from zhaohu.ui.pages.visit_entry import correction_page, new_visit_page
from zhaohu.ui.pages.visit_view import visit_page

ENTER = Qt.Key.Key_Return


@pytest.fixture
def child_id(desk):
    made = enrol(desk, birth_date=BORN)
    three_month_check(desk, made)
    return made


@pytest.fixture
def entry(desk, stage, child_id):
    return stage.open(new_visit_page, desk, f"{child_id}.check_1_8")


def field(page, name):
    return page.record.fields.fields[name]


def type_in(page, name: str, text: str) -> None:
    page.record.fields.go_to(name)
    if hasattr(field(page, name), "edit"):
        field(page, name).edit.clear()
    QTest.keyClicks(field(page, name).editor(), text)
    page.record.check_now()


def texts(page) -> str:
    return page._lead.text()


def test_an_address_may_name_the_sheet_and_the_visit_before():
    assert Wanted.parse("c.f") == Wanted("c", "f")
    assert Wanted.parse("c.f.12") == Wanted("c", "f", 12)
    assert Wanted.parse("c.f..v") == Wanted("c", "f", 0, "v")
    assert Wanted.parse("c.f.x") == Wanted("c", "f", about="x")


# -- the day of the visit


def test_a_day_in_the_past_makes_a_late_entry_reckoned_for_that_day(entry):
    assert entry.late_mark.isHidden()
    assert field(entry, "age_column").value() == "6"
    assert field(entry, "next_date").value() == date(2027, 1, 15)
    type_in(entry, "visit_date", "20260912")
    assert entry.late_mark.isVisible()
    assert "补录：访视于2026年9月12日，69天前" in texts(entry)
    assert "3 月 28 天" in texts(entry)
    assert field(entry, "age_column").value() == "3"
    assert field(entry, "next_date").value() == date(2026, 11, 16)  # the 15th is a Sunday
    assert entry.record.fields.is_shown("development_3")
    type_in(entry, "visit_date", TODAY.strftime("%Y%m%d"))
    assert entry.late_mark.isHidden()
    assert field(entry, "age_column").value() == "6"


def test_what_a_person_wrote_stays_and_what_follows_is_said_beside_it(entry):
    type_in(entry, "weight_kg", "7.85")
    assert field(entry, "weight_grade").value() == "2"
    QTest.keyClick(field(entry, "weight_grade").editor(), Qt.Key.Key_Backspace)
    QTest.keyClicks(field(entry, "weight_grade").editor(), "3")
    entry.record.check_now()
    assert (field(entry, "weight_grade").value(), field(entry, "weight_grade").echo()) == ("3", "推算为：中")
    type_in(entry, "visit_date", "20261119")
    assert field(entry, "weight_grade").value() == "3"


def test_former_answers_are_those_before_the_day(entry):
    assert field(entry, "vitamin_d_iu").previous() == "上次（2026年8月20日）：400 IU/日（按 = 同上次）"
    assert field(entry, "weight_kg").previous() == "上次（2026年8月20日）：6.30 kg"
    assert field(entry, "chest").previous() == ""  # normal, as 全部正常 will say
    type_in(entry, "visit_date", "20260801")
    assert field(entry, "vitamin_d_iu").previous() == ""


# -- hints


def test_advice_is_turned_down_kept_in_the_draft_and_saved(desk, stage, entry, child_id):
    type_in(entry, "hemoglobin", "98")
    (card,) = [one for one in entry.record.side.hints.cards if one.advice.name == "anaemia"]
    assert "98" in card.advice.text
    assert "110" in card.advice.rule
    assert card.advice.source
    QTest.keyClick(card.decline_button, Qt.Key.Key_Space)
    write(card.reason, "外院已复查，125 g/L")
    QTest.keyClick(card.reason.editor(), ENTER)
    assert "已不采纳：外院已复查，125 g/L" in card._declined.text()
    entry.keeper.keep_now()
    entry.release()
    again = stage.open(new_visit_page, desk, f"{child_id}.check_1_8")
    QTest.keyClick(again.keeper._go_on, Qt.Key.Key_Space)
    assert again.record.side.hints.declined() == {"anaemia": "外院已复查，125 g/L"}
    assert unnamed_controls(again) == []
    three = visits.view_visit(desk, check(desk, enrol(desk, "乙", birth_date=BORN), "6", "2026-11-20").id)
    own = {**three.answers, "hemoglobin": 98, **visits.start_visit(desk, child_id, "check_1_8").answers}
    again.record.set_answers(own)
    again.save()
    stage.settle()
    again.save()  # what is doubtful holds it up once
    stage.settle()
    noted = {one.subject: one for one in follow_ups_of(desk) if one.child_id == child_id}
    assert noted["anaemia"].outcome is CaseOutcome.DECLINED
    assert noted["anaemia"].declined_reason == "外院已复查，125 g/L"
    page = stage.open(correction_page, desk, stage.gone[-1].removeprefix("visit/"))
    assert page.record.side.hints.declined() == {"anaemia": "外院已复查，125 g/L"}


def test_a_danger_sign_keeps_all_normal_from_saying_that_no_referral_is_needed(desk, stage):
    page = stage.open(new_visit_page, desk, f"{enrol(desk, birth_date=date(2026, 11, 9))}.newborn_visit")
    type_in(page, "temp_c", "38.2")
    assert page.record.side.hints.hints()[0].tone == "danger"
    QTest.keyClick(page.record, Qt.Key.Key_F4)
    assert field(page, "referral").is_empty()
    assert field(page, "face").value() == "1"
    stage.press(page, "Ctrl+T")
    assert field(page, "referral").value() == "2"
    assert "体温" in field(page, "referral_reason").value()


def test_the_referral_says_what_was_measured_and_its_next_field_is_in_sight(desk, stage):
    page = stage.open(new_visit_page, desk, f"{enrol(desk, birth_date=date(2026, 11, 9))}.newborn_visit")
    page.resize(1100, 600)
    type_in(page, "temp_c", "38.5")
    type_in(page, "resp_rate", "72")
    stage.press(page, "Ctrl+T")
    reasons = field(page, "referral_reason").value().split("；")
    assert len(reasons) == 2
    assert {one.partition("：")[0] for one in reasons} == {"体温 38.5 ℃", "呼吸频率 72 次/分钟"}
    asked = field(page, "referral_org")
    assert asked.editor().hasFocus()
    assert not asked.visibleRegion().isEmpty()


def test_the_next_visit_is_the_planned_one_from_the_beginning(desk, stage):
    child_id = enrol(desk, birth_date=date(2026, 4, 18))
    page = stage.open(new_visit_page, desk, f"{child_id}.tcm_6_18")
    planned = field(page, "next_date").value()
    assert planned == date(2027, 4, 19)  # twelve months old on a Sunday
    assert field(page, "next_date").echo() == ""


def test_a_risk_of_the_register_is_never_answered_by_all_normal(desk, stage):
    child_id = enrol(desk, birth_date=date(2026, 11, 9))
    risk_factors.add_risk(desk, child_id, Risk.ASPHYXIA, date(2026, 11, 10))
    with desk.read() as session:
        assert session.exec(select(ChildRisk)).all()
    page = stage.open(new_visit_page, desk, f"{child_id}.newborn_visit")
    QTest.keyClick(page.record, Qt.Key.Key_F4)
    assert field(page, "asphyxia").is_empty()
    assert field(page, "malformation").value() == "1"


# -- sheets and the next form


def test_a_sheet_says_its_number_and_comes_back_with_the_record(desk, stage, child_id):
    sheets.print_sheets(desk, [(child_id, "M06")], TODAY)
    sheet = next(one for one in sheets.outstanding(desk) if one.form == "check_1_8")
    page = stage.open(new_visit_page, desk, f"{child_id}.check_1_8.{sheet.no}")
    assert f"随访单编号{sheet.code}" in texts(page)
    like = check(desk, enrol(desk, "乙", birth_date=BORN), "6", "2026-11-20")
    page.record.set_answers({**like.answers, **visits.start_visit(desk, child_id, "check_1_8").answers})
    page.save()
    stage.settle()
    if not stage.gone:
        page.save()
        stage.settle()
    view = stage.open(visit_page, desk, stage.gone[-1].removeprefix("visit/"))
    assert sheets.find(desk, sheet.code).record_id == stage.gone[-1].removeprefix("visit/")
    labels = [one.text() for one in view.side.entered.findChildren(type(view._lead))]
    assert f"由编号{sheet.code}的随访单录入" in labels
    assert any(one.startswith("签名：") and "2026年11月20日" in one for one in labels)
    assert any(one.startswith("录入：") for one in labels)


def test_the_next_sheet_is_opened_from_the_record_by_its_digits_alone(desk, stage, child_id):
    other = enrol(desk, "徐子涵", birth_date=BORN)
    sheets.print_sheets(desk, [(other, "M06")], TODAY)
    sheet = next(one for one in sheets.outstanding(desk) if one.form == "check_1_8")
    page = stage.open(visit_page, desk, check(desk, child_id, "6", "2026-11-20").id)
    assert page.scan.field.editor().hasFocus()
    QTest.keyClicks(page.window().focusWidget(), sheet.code)
    QTest.keyClick(page.window().focusWidget(), ENTER)
    stage.settle()
    assert stage.gone == [f"visit-new/{other}.check_1_8.{sheet.no}"]


def test_ctrl_enter_goes_on_with_the_next_form_of_the_visit_with_its_day_and_signer(desk, stage, child_id):
    saved = check(desk, child_id, "6", "2026-11-18", signer="王敏")
    page = stage.open(visit_page, desk, saved.id)
    stage.press(page, "Ctrl+Return")
    (address,) = stage.gone
    argument = address.removeprefix("visit-new/")
    form = argument.split(".")[1]
    assert form in ("tcm_6_18", "feeding_assessment")
    following = stage.open(new_visit_page, desk, argument)
    answers = following.record.answers()
    assert answers[following.record.form.date_field] == "2026-11-18"
    signer = [one.name for one in following.record.form.fields() if one.prefill == "user.name"]
    assert [answers[name] for name in signer] == ["王敏"]


def test_a_record_shows_its_prints_and_what_it_found(desk, stage, child_id):
    saved = check(desk, child_id, "6", "2026-11-18", hemoglobin=98)
    printing.print_visit(desk, saved.id)
    page = stage.open(visit_page, desk, saved.id)
    words = [one.text() for one in page.side.findChildren(type(page._lead))]
    assert "贫血" in words
    assert any(word.startswith("待处理") for word in words)
    assert any(word.startswith("第1版，2026-11-20") for word in words)
    assert "补录，随访后2天" in words
    assert unnamed_controls(page) == []


def test_who_only_looks_is_offered_no_form(desk, stage, child_id):
    saved = check(desk, child_id, "6", "2026-11-20")
    page = stage.open(visit_page, as_role(desk, Role.VIEWER), saved.id)
    assert page.side.next_open() == ""
    assert page.scan.isHidden()
    assert page.hand_out_button.isHidden()
    assert [one.text() for one in page.side.companions.findChildren(QPushButton)] == []


def test_escape_leaves_the_form_for_the_child(stage, entry, child_id):
    stage.press(entry, "Esc")
    assert stage.gone == [f"child/{child_id}"]


def test_what_was_typed_outlasts_escape(desk, stage, entry, child_id, monkeypatch):
    type_in(entry, "weight_kg", "7.85")
    monkeypatch.setattr(ask, "unsaved", lambda *_args: "keep")
    assert entry.may_leave()
    assert drafts.find(desk, drafts.visit_key(child_id, "check_1_8")).content["answers"]["weight_kg"] == "7.85"
