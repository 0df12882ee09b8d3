"""Filling in the newborn visit by keyboard, and correcting it: checked, saved, never overwritten."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton
from tests.services.families import enrol, newborn_answers
from tests.ui.pages.conftest import send, unnamed_controls, write
from tests.ui.pages.test_child import record

from zhaohu.services.care import timeline, visits
from zhaohu.ui.dialogs import ask
from zhaohu.ui.pages.visit_entry import VisitEntryPage, correction_page, new_visit_page
from zhaohu.ui.pages.visit_view import visit_page
from zhaohu.ui.widgets.pdf_dialog import PdfDialog

ENTER = Qt.Key.Key_Return


@pytest.fixture
def entry(desk, stage):
    return stage.open(new_visit_page, desk, f"{enrol(desk)}.newborn_visit")


def type_answer(field, answer: object) -> None:
    """As a person does: digits choose options, text and numbers are typed; Chinese comes from an input method."""
    widget = field.window().focusWidget()
    if isinstance(widget, QLineEdit) and not str(answer).isascii():
        write(field, str(answer))
        return
    for part in answer if isinstance(answer, list) else [answer]:
        QTest.keyClicks(field.window().focusWidget(), str(part))


def fill_by_keyboard(page: VisitEntryPage, answers: dict[str, object]) -> None:
    """Walk through the form with Enter alone, answering what is still empty."""
    fields = page.record.fields.fields
    for _step in range(200):
        widget = page.window().focusWidget()
        if widget is page.save_button:
            return
        name = next(name for name, one in fields.items() if widget is one.editor() or one.isAncestorOf(widget))
        if name in answers and fields[name].is_empty():
            type_answer(fields[name], answers[name])
        QTest.keyClick(page.window().focusWidget(), ENTER)
    raise AssertionError("the form has no end")


def test_a_newborn_visit_is_typed_and_saved(desk, stage, entry):
    QTest.keyClick(entry.record.side.normal_button, Qt.Key.Key_Space)
    assert entry.record.fields.fields["face"].value() == "1"
    entry.focus_first()
    fill_by_keyboard(entry, newborn_answers())
    assert entry.record.check_now().problems == ()
    assert entry.save_button.findChild(QShortcut).key().toString() == "Ctrl+S"
    QTest.keyClick(entry.save_button, Qt.Key.Key_Space)
    stage.settle()
    (row,) = timeline.list_visits(desk, entry._child_id)
    assert stage.gone == [f"visit/{row.id}"]
    saved = visits.view_visit(desk, row.id)
    assert saved.answers["weight_kg"] == "3.55"
    assert saved.answers["guidance"] == ["1", "2"]
    assert (saved.version, saved.record_number) == (1, "371103-01-000001")


def test_without_a_weight_nothing_is_saved_and_the_field_is_next(desk, stage, entry):
    entry.record.fill_normal()
    answers = newborn_answers()
    del answers["weight_kg"]
    entry.focus_first()
    fill_by_keyboard(entry, answers)
    entry.save()
    stage.settle()
    field = entry.record.fields.fields["weight_kg"]
    assert field.problem() == ("目前体重还没有填写。", "danger")
    assert entry.window().focusWidget() is field.editor()
    assert timeline.list_visits(desk, entry._child_id) == []
    assert stage.gone == []


def test_growth_is_assessed_while_the_weight_is_typed(entry, qtbot):
    before = entry.record.side.growth.lines()
    QTest.keyClicks(entry.record.fields.fields["weight_kg"].editor(), "2.20")
    qtbot.waitUntil(lambda: entry.record.side.growth.lines() != before)
    head = "2026年11月20日\n年龄别体重 2.20 kg："
    newest = next(line for line in entry.record.side.growth.lines() if line.text.startswith(head))
    assert "WHO" in newest.text
    assert newest.tone == "attention"


def test_leaving_asks_only_when_something_was_entered(desk, stage, entry, monkeypatch):
    assert entry.may_leave()
    QTest.keyClicks(entry.record.fields.fields["temp_c"].editor(), "36.8")
    answers = iter(["stay", "discard", "save"])
    monkeypatch.setattr(ask, "unsaved", lambda *_args: next(answers))
    assert not entry.may_leave()
    assert entry.may_leave()
    assert not entry.may_leave()  # to be saved, but not complete
    assert timeline.list_visits(desk, entry._child_id) == []


def test_leaving_may_save(desk, stage, entry, monkeypatch):
    entry.record.fill_normal()
    entry.focus_first()
    fill_by_keyboard(entry, newborn_answers())
    monkeypatch.setattr(ask, "unsaved", lambda *_args: "save")
    assert entry.may_leave()
    assert len(timeline.list_visits(desk, entry._child_id)) == 1
    assert entry.may_leave()


def test_a_second_record_of_the_same_day_is_refused_in_words(desk, stage, monkeypatch):
    child_id = enrol(desk)
    record(desk, child_id)
    page = stage.open(new_visit_page, desk, f"{child_id}.newborn_visit")
    page.record.fill_normal()
    page.focus_first()
    fill_by_keyboard(page, newborn_answers())
    page.record.fields.fields["visit_date"].set_value("2026-11-10")
    page.save()
    stage.settle()
    assert "更正" in page.fault.text()
    assert page.save_button.isEnabled()
    assert len(timeline.list_visits(desk, child_id)) == 1


def test_a_correction_wants_a_reason_and_keeps_the_former_version(desk, stage):
    first = record(desk, enrol(desk))
    page = stage.open(correction_page, desk, first.id)
    assert page.window().focusWidget() is page.reason.editor()
    weight = page.record.fields.fields["weight_kg"]
    weight.editor().selectAll()
    QTest.keyClicks(weight.editor(), "3.65")
    page.save()
    stage.settle()
    assert page.reason.problem()[0]
    assert stage.gone == []
    write(page.reason, "称重时未去包被")
    page.save()
    stage.settle()
    (row,) = timeline.list_visits(desk, first.child_id)
    assert stage.gone == [f"visit/{row.id}"]
    assert visits.view_visit(desk, first.id).answers["weight_kg"] == "3.55"
    assert visits.view_visit(desk, row.id).answers["weight_kg"] == "3.65"


def test_a_correction_without_a_change_is_refused(desk, stage):
    page = stage.open(correction_page, desk, record(desk, enrol(desk)).id)
    write(page.reason, "看错")
    page.save()
    stage.settle()
    assert "没有" in page.fault.text()


def test_a_former_version_cannot_be_corrected_again(desk, stage):
    first = record(desk, enrol(desk))
    visits.correct_visit(desk, first.id, answers={**first.answers, "weight_kg": "3.65"}, reason="复称")
    page = stage.open(correction_page, desk, first.id)
    assert page.record is None
    assert page.fault.text()
    assert not page.save_button.isEnabled()


# -- reading a record


def test_both_versions_can_be_read_and_the_change_is_marked(desk, stage):
    first = record(desk, enrol(desk))
    second = visits.correct_visit(desk, first.id, answers={**first.answers, "weight_kg": "3.65"}, reason="复称")
    page = stage.open(visit_page, desk, second.id)
    assert "编号 371103-01-000001  第2版" in page._lead.text()
    assert page.answers.changed == ["weight_kg"]
    link = next(one for one in page.findChildren(QPushButton) if one.text() == "第1版")
    QTest.keyClick(link, Qt.Key.Key_Space)
    assert stage.gone == [f"visit/{first.id}"]
    former = stage.open(visit_page, desk, first.id)
    assert "旧版本" in former.notice.text()
    assert former.correct_button.isHidden()
    newest = next(one for one in former.findChildren(QPushButton) if one.text() == "打开最新版")
    QTest.keyClick(newest, Qt.Key.Key_Space)
    assert stage.gone[-1] == f"visit/{second.id}"


def test_a_record_leads_to_its_correction_and_its_child(desk, stage):
    saved = record(desk, enrol(desk))
    page = stage.open(visit_page, desk, saved.id)
    QTest.keyClick(page.correct_button, Qt.Key.Key_Space)
    QTest.keyClick(page.back_button, Qt.Key.Key_Space)
    assert stage.gone == [f"visit-edit/{saved.id}", page.way_back()]
    assert page.way_back() == f"child/{saved.child_id}"


def test_the_center_reads_a_record_and_cannot_correct_it(desk, center, stage, tmp_path):
    saved = record(desk, enrol(desk))
    send(desk, center, tmp_path)
    page = stage.open(visit_page, center, saved.id)
    assert "371103-01-000001" in page._lead.text()
    assert page.correct_button.isHidden()
    assert page.print_button.isVisible()
    refused = stage.open(correction_page, center, saved.id)
    assert refused.record is None
    assert refused.fault.text()


def test_numbers_of_a_record_are_masked(desk, stage):
    saved = record(desk, enrol(desk))
    page = stage.open(visit_page, desk, saved.id)
    shown = [one.text() for one in page.answers.findChildren(type(page._heading))]
    assert "*******5678" in shown
    assert not [text for text in shown if "13812345678" in text]


def test_the_paper_is_seen_before_it_is_printed(desk, stage):
    saved = record(desk, enrol(desk))
    page = stage.open(visit_page, desk, saved.id)
    QTest.keyClick(page.print_button, Qt.Key.Key_Space)
    shown = stage.dialog(PdfDialog)
    assert shown.view.page_count() >= 1
    assert shown.windowTitle() == "新生儿家庭访视记录表"
    shown.reject()


def test_nothing_is_cut_off_and_everything_has_a_name(desk, stage, entry, assert_nothing_clipped, missing_glyphs):
    saved = record(desk, enrol(desk, "𠮷若汐"))
    entry.save()  # says everything that is missing
    for page in (entry, stage.open(visit_page, desk, saved.id), stage.open(correction_page, desk, saved.id)):
        stage.settle()
        assert_nothing_clipped(page)
        assert not missing_glyphs(page)
        assert not unnamed_controls(page)
        page._unsaved = False
