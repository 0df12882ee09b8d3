"""Doubtful numbers at the keyboard: said at the field, mended by one key, measured again, never blocked in silence."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from tests.services.care.test_doubts import a_girl, check_answers, save
from tests.ui.pages.conftest import unnamed_controls

from zhaohu.services.care import timeline, visits
from zhaohu.ui.pages.visit_entry import new_visit_page
from zhaohu.ui.pages.visit_view import visit_page

ENTER, ALT = Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def child_id(desk) -> str:
    return a_girl(desk)


@pytest.fixture
def entry(desk, stage, child_id):
    """The check of six months, all answered but the weight."""
    page = stage.open(new_visit_page, desk, f"{child_id}.check_1_8")
    answers = check_answers(desk, child_id)
    del answers["weight_kg"]
    page.record.set_answers(answers)
    page.record.fields.go_to("weight_kg")
    return page


def field(page, name):
    return page.record.fields.fields[name]


def type_weight(page, text: str) -> None:
    field(page, "weight_kg").edit.clear()
    field(page, "weight_kg").editor().setFocus()
    QTest.keyClicks(field(page, "weight_kg").editor(), text)
    page.record.check_now()


def said(page) -> list[str]:
    """Every text of a recorded form."""
    return [one.text() for one in page.answers.findChildren(QLabel)]


def test_a_lost_point_is_offered_taken_by_one_key_and_saved(desk, stage, entry, child_id):
    type_weight(entry, "75")
    weight = field(entry, "weight_kg")
    message, kind = weight.problem()
    assert kind == "danger"
    assert "75 kg" in message
    assert "像是 7.5 kg" in message
    assert [one.text() for one in weight.offers()] == ["改为 7.5 kg（Alt+Y）"]
    entry.save()
    stage.settle()
    assert timeline.list_visits(desk, child_id) == []
    QTest.keyClick(weight.editor(), Qt.Key.Key_Y, ALT)
    assert str(weight.value()) == "7.50"
    assert weight.problem() == ("", "")
    assert weight.offers() == []
    assert weight.editor().hasFocus()
    entry.save()
    stage.settle()
    (row,) = timeline.list_visits(desk, child_id)
    assert visits.view_visit(desk, row.id).answers["weight_kg"] == "7.50"


def test_the_offer_is_taken_from_the_second_measurement_too(entry):
    type_weight(entry, "14.8")
    weight, again = field(entry, "weight_kg"), field(entry, "weight_kg_again")
    assert weight.offers()
    QTest.keyClick(weight.editor(), ENTER)
    assert again.editor().hasFocus()
    QTest.keyClick(again.editor(), Qt.Key.Key_Y, ALT)
    assert str(weight.value()) == "7.40"
    assert weight.editor().hasFocus()


def test_the_offer_is_the_next_stop_of_tab(entry):
    type_weight(entry, "75")
    QTest.keyClick(field(entry, "weight_kg").editor(), Qt.Key.Key_Tab)
    (offer,) = field(entry, "weight_kg").offers()
    assert offer.hasFocus()
    QTest.keyClick(offer, Qt.Key.Key_Space)
    QTest.qWait(10)
    assert str(field(entry, "weight_kg").value()) == "7.50"
    assert unnamed_controls(entry) == []


def test_enter_leads_to_the_second_measurement_and_both_are_kept_and_shown(desk, stage, entry, child_id):
    assert not entry.record.fields.is_shown("weight_kg_again")
    QTest.keyClicks(field(entry, "weight_kg").editor(), "9.70")
    QTest.keyClick(field(entry, "weight_kg").editor(), ENTER)
    assert field(entry, "weight_kg").problem()[1] == "attention"
    again = field(entry, "weight_kg_again")
    assert again.editor().hasFocus()
    QTest.keyClicks(again.editor(), "9.65")
    QTest.keyClick(again.editor(), ENTER)
    assert not again.editor().hasFocus()
    assert (field(entry, "weight_grade").value(), field(entry, "weight_grade").echo()) == ("2", "")
    assert "已复测确认" in field(entry, "weight_kg").problem()[0]
    entry.save()
    stage.settle()
    (row,) = timeline.list_visits(desk, child_id)
    saved = visits.view_visit(desk, row.id)
    assert (saved.answers["weight_kg"], saved.answers["weight_kg_again"]) == ("9.70", "9.65")
    page = stage.open(visit_page, desk, row.id)
    texts = said(page)
    assert "9.70（复测 9.65）" in texts
    assert any("已复测确认" in text for text in texts)


def test_two_values_that_differ_ask_for_a_third(entry):
    type_weight(entry, "9.70")
    QTest.keyClicks(field(entry, "weight_kg_again").editor(), "8.10")
    entry.record.check_now()
    assert "请测第三次" in field(entry, "weight_kg").problem()[0]


def test_an_open_doubt_is_pointed_out_once_and_then_saved(desk, stage, entry, child_id):
    type_weight(entry, "9.70")
    entry.save()
    stage.settle()
    assert timeline.list_visits(desk, child_id) == []
    assert entry.fault.isVisible()
    assert field(entry, "weight_kg_again").editor().hasFocus()
    entry.save()
    stage.settle()
    (row,) = timeline.list_visits(desk, child_id)
    page = stage.open(visit_page, desk, row.id)
    assert any(text.startswith("未复测：") for text in said(page))


def test_exchanged_fields_are_mended_together(entry):
    field(entry, "length_cm").set_value("43.3")
    field(entry, "head_cm").set_value("67.8")
    type_weight(entry, "7.90")
    assert "填反" in field(entry, "length_cm").problem()[0]
    field(entry, "length_cm").editor().setFocus()
    QTest.keyClick(field(entry, "length_cm").editor(), Qt.Key.Key_Y, ALT)
    assert (str(field(entry, "length_cm").value()), str(field(entry, "head_cm").value())) == ("67.8", "43.3")


def test_position_and_oedema_cost_no_key(desk, stage, entry, child_id):
    for name in ("length_position", "oedema"):
        assert entry.record.fields.is_shown(name)
    field(entry, "head_cm").editor().setFocus()
    QTest.keyClick(field(entry, "head_cm").editor(), ENTER)
    assert not any(
        field(entry, name).isAncestorOf(entry.window().focusWidget()) for name in ("length_position", "oedema")
    )


def test_a_correction_shows_both_values_again(desk, stage, child_id):
    from zhaohu.ui.pages.visit_entry import correction_page

    saved = save(desk, child_id, weight_kg="9.70", weight_kg_again="9.65")
    page = stage.open(correction_page, desk, saved.id)
    assert page.record.fields.is_shown("weight_kg_again")
    assert str(field(page, "weight_kg_again").value()) == "9.65"
