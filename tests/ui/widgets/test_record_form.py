"""The entry screen of the newborn home visit, built from its form file and driven by keys."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea

from zhaohu import i18n, paths
from zhaohu.rules.forms import answers as rules
from zhaohu.rules.forms.loader import parse_form
from zhaohu.rules.forms.model import FieldType
from zhaohu.rules.forms.starting import start
from zhaohu.ui.widgets.record_form import RecordForm
from zhaohu.ui.widgets.record_hints import Advice
from zhaohu.ui.widgets.record_side import Beside, Line, Previous

DAY = date(2026, 3, 5)


@pytest.fixture(scope="module")
def newborn():
    path = paths.resource("forms/newborn_visit.toml")
    return parse_form(path.read_text(encoding="utf-8"), path.name)


@pytest.fixture
def context():
    sources = {"child.name": "王子涵", "child.sex": "2", "child.birth_date": date(2026, 2, 20)}
    return rules.Context(DAY, sources)


def assess(answers):
    weight = answers.get("weight_kg")
    return Beside([Line(f"体重 {weight} kg", "done")] if weight else [])


@pytest.fixture
def record(shown, newborn, context):
    record = RecordForm(newborn, context, assess=assess)
    shown(record, 1118, 640)
    record.set_answers(start(newborn, context))
    return record


def field(record, name):
    return record.fields.fields[name]


def key(qtbot, record, name, digit):
    qtbot.keyClick(field(record, name).editor(), digit)


def type_in(qtbot, record, name, text):
    field(record, name).edit.clear()
    qtbot.keyClicks(field(record, name).edit, text)


def test_every_field_of_the_form_is_there_in_its_order_with_its_words(record, newborn):
    agains = {one.again_name for one in newborn.fields() if one.again_name}
    assert [name for name in record.fields.fields if name not in agains] == [one.name for one in newborn.fields()]
    assert agains == {"birth_weight_kg_again", "weight_kg_again", "birth_length_cm_again"}
    assert not any(record.fields.is_shown(name) for name in agains)
    for one in newborn.fields():
        assert field(record, one.name).accessibleName() == one.label
        if one.options:
            digits = [option.digit for option in field(record, one.name).options]
            assert digits == [option.code for option in one.options]


def test_the_register_is_filled_in_and_locked(record, newborn):
    assert field(record, "child_name").value() == "王子涵"
    assert field(record, "sex").value() == "2"
    locked = [one.name for one in newborn.fields() if one.locked]
    assert locked
    assert all(field(record, name).is_read_only() for name in locked)


def test_focus_begins_at_the_first_field_that_waits_and_enter_passes_by_what_is_filled(record, newborn, qtbot):
    record.focus_first()
    order = list(record.fields.fields)
    open_ = [name for name in order if record.fields.is_shown(name) and not field(record, name).is_read_only()]
    waiting = [n for n in open_ if field(record, n).is_empty() and newborn.field(n).required is True]
    assert field(record, waiting[0]).editor().hasFocus()
    filled = open_[open_.index(waiting[0]) + 1]
    field(record, filled).set_value("1")
    qtbot.keyClick(field(record, waiting[0]).editor(), Qt.Key.Key_Return)
    following = next(name for name in open_[open_.index(filled) + 1 :] if field(record, name).is_empty())
    assert field(record, following).editor().hasFocus()


def test_enter_passes_by_what_need_not_be_answered_now_and_tab_does_not(record, qtbot):
    record.fields.go_to("feeding")
    key(qtbot, record, "feeding", "1")
    qtbot.keyClick(field(record, "feeding").buttons["1"], Qt.Key.Key_Return)
    assert field(record, "milk_times").editor().hasFocus()
    qtbot.keyClick(field(record, "milk_times").editor(), Qt.Key.Key_Backtab)
    assert field(record, "milk_ml").editor().hasFocus()
    record.fields.go_to("feeding")
    qtbot.keyClick(field(record, "feeding").buttons["1"], Qt.Key.Key_Backspace)
    key(qtbot, record, "feeding", "3")
    qtbot.keyClick(field(record, "feeding").buttons["3"], Qt.Key.Key_Return)
    assert field(record, "milk_ml").editor().hasFocus()


def test_a_correction_is_walked_through_field_by_field(shown, newborn, context, qtbot):
    record = shown(RecordForm(newborn, context, walks_all=True), 1118, 640)
    record.set_answers(start(newborn, context))
    record.fields.go_to("child_name")
    qtbot.keyClick(field(record, "child_name").editor(), Qt.Key.Key_Return)
    assert field(record, "file_no8").editor().hasFocus()


def test_what_follows_stands_until_a_person_writes_something_else(shown, newborn, context, qtbot):
    def follow(answers):
        milk = answers.get("milk_times")
        return Beside(follows={} if milk is None else {"stool_times": int(milk) - 5})

    record = shown(RecordForm(newborn, context, assess=follow), 1118, 640)
    type_in(qtbot, record, "milk_times", "9")
    record.check_now()
    assert field(record, "stool_times").value() == 4
    type_in(qtbot, record, "milk_times", "8")
    record.check_now()
    assert field(record, "stool_times").value() == 3
    type_in(qtbot, record, "stool_times", "1")
    type_in(qtbot, record, "milk_times", "7")
    record.check_now()
    assert field(record, "stool_times").value() == 1
    record.set_answers({"milk_times": 9, "stool_times": 4})  # a draft: what equals what follows goes on to follow
    type_in(qtbot, record, "milk_times", "6")
    record.check_now()
    assert field(record, "stool_times").value() == 1
    field(record, "milk_times").edit.clear()
    qtbot.keyClicks(field(record, "milk_times").edit, " ")
    record.check_now()
    assert field(record, "stool_times").is_empty()


def test_a_hint_is_turned_down_with_a_reason_by_keys_alone(record, qtbot):
    type_in(qtbot, record, "temp_c", "38.4")
    record.check_now()
    (card,) = record.side.hints.cards
    assert card.advice.tone == "danger"
    assert card.decline_button.isHidden()  # nobody follows it here: the form alone says it
    record.side.hints.show_hints([Advice("temperature", "建议立即转诊", "danger", "体温≥37.5℃", "规范", True)])
    record.fields.go_to("heart_rate")
    qtbot.keyClick(field(record, "heart_rate").editor(), Qt.Key.Key_F6)
    (card,) = record.side.hints.cards
    assert card.decline_button.hasFocus()
    qtbot.keyClick(card.decline_button, Qt.Key.Key_Return)
    qtbot.keyClick(card.reason.editor(), Qt.Key.Key_Return)
    assert card.reason.problem()[0] == "请写明不采纳的理由。"
    assert record.side.hints.declined() == {}
    qtbot.keyClicks(card.reason.editor(), "clothes")
    with qtbot.waitSignal(record.changed):
        qtbot.keyClick(card.reason.editor(), Qt.Key.Key_Return)
    assert record.side.hints.declined() == {"temperature": "clothes"}
    assert card.restore_button.hasFocus()
    qtbot.keyClick(card.restore_button, Qt.Key.Key_Escape)
    assert field(record, "heart_rate").editor().hasFocus()
    qtbot.keyClick(card.restore_button, Qt.Key.Key_Return)
    assert record.side.hints.declined() == {}
    record.side.hints.show_hints([])
    assert record.side.hints.isHidden()


def test_all_normal_fills_what_has_a_normal_and_keeps_what_was_found(record, newborn, qtbot):
    key(qtbot, record, "face", "2")
    with qtbot.waitSignal(record.changed):
        qtbot.mouseClick(record.side.normal_button, Qt.MouseButton.LeftButton)
    answers = record.answers()
    assert answers["face"] == "2"
    normals = {one.name: one.normal for one in newborn.fields() if one.normal is not None and one.name != "face"}
    shown = {name: normal for name, normal in normals.items() if record.fields.is_shown(name)}
    assert len(shown) > 15
    assert {name: answers[name] for name in shown} == shown


def test_relevance_shows_and_hides_at_once(record, newborn, qtbot):
    dependent = next(
        one for one in newborn.fields() if one.relevant is not None and "asphyxia" in one.relevant.fields()
    )
    assert not record.fields.is_shown(dependent.name)
    key(qtbot, record, "asphyxia", "2")
    assert record.fields.is_shown(dependent.name)
    chosen = field(record, "asphyxia").buttons["2"]
    qtbot.keyClick(chosen, Qt.Key.Key_Backspace)
    qtbot.keyClicks(chosen, "1")
    assert not record.fields.is_shown(dependent.name)


def test_a_doubtful_and_an_impossible_number_are_marked_while_typing(record, qtbot):
    type_in(qtbot, record, "birth_weight_kg", "3.40")
    with qtbot.waitSignal(record.checked):
        type_in(qtbot, record, "weight_kg", "2.90")
    assert field(record, "weight_kg").problem() == (record.outcome.doubts[0].message, "attention")
    type_in(qtbot, record, "weight_kg", "99")
    record.check_now()
    assert field(record, "weight_kg").problem()[1] == "danger"
    assert "99" in field(record, "weight_kg").problem()[0]


def test_what_is_only_empty_is_not_said_before_saving(record):
    assert record.outcome.problems
    assert all(field.problem() == ("", "") for field in record.fields.fields.values())
    assert not record.check_all()
    said = [name for name, field in record.fields.fields.items() if field.problem()[1] == "danger"]
    assert len(said) == len({record._home(remark.field) for remark in record.outcome.problems})
    assert field(record, said[0]).editor().hasFocus()


def test_advice_and_growth_stand_beside(record, qtbot):
    type_in(qtbot, record, "temp_c", "38.2")
    type_in(qtbot, record, "weight_kg", "3.40")
    record.check_now()
    assert any(one.tone == "danger" and "转诊" in one.text for one in record.side.hints.hints())
    assert record.side.growth.lines() == (Line("体重 3.40 kg", "done"),)
    type_in(qtbot, record, "temp_c", "36.8")
    record.check_now()
    assert not any("体温" in one.text for one in record.side.hints.hints())


def test_words_beside_an_option_travel(record, qtbot):
    key(qtbot, record, "stool", "3")
    qtbot.keyClicks(field(record, "stool").text_edit, "green")
    answers = record.answers()
    assert (answers["stool"], answers["stool_text"]) == ("3", "green")
    field(record, "stool").set_option_text("")
    assert not record.check_all()
    assert field(record, "stool").problem()[1] == "danger"


def test_answers_round_trip(record, qtbot, newborn, context):
    record.fill_normal()
    for name, text in (("weight_kg", "3.40"), ("temp_c", "36.8"), ("heart_rate", "128")):
        type_in(qtbot, record, name, text)
    before = record.answers()
    again = RecordForm(newborn, context)
    qtbot.addWidget(again)
    again.set_answers(before)
    assert again.answers() == before


def test_a_draft_keeps_what_cannot_be_understood(record, qtbot, newborn, context):
    type_in(qtbot, record, "weight_kg", "3.4o")
    record.set_answers(record.typed())
    assert field(record, "weight_kg").text() == "3.4o"
    assert field(record, "weight_kg").problem()[1] == "danger"


def test_setting_answers_is_not_a_change(record, qtbot, newborn, context):
    with qtbot.assertNotEmitted(record.changed, wait=50):
        record.set_answers(start(newborn, context))


def test_the_last_record_stands_in_grey_and_one_key_takes_it_over(record, qtbot):
    former = {
        "weight_kg": Previous("3.20 kg", "2026年11月2日"),
        "face": Previous("黄染", "2026年11月2日", "2"),
        "milk_times": Previous("8 次/日", "", 8),
    }
    record.set_previous(former)
    assert field(record, "weight_kg").previous() == "上次（2026年11月2日）：3.20 kg"
    assert field(record, "face").previous() == "上次（2026年11月2日）：黄染（按 = 同上次）"
    qtbot.keyClick(field(record, "weight_kg").edit, "=")  # a measurement is never the same again
    assert field(record, "weight_kg").text() == "="
    record.fields.go_to("face")
    with qtbot.waitSignal(record.changed):
        qtbot.keyClick(field(record, "face").editor(), "=")
    assert field(record, "face").value() == "2"
    assert not field(record, "face").editor().hasFocus()  # it moved on
    qtbot.keyClick(field(record, "milk_times").edit, "=")
    assert field(record, "milk_times").value() == 8
    record.set_previous({})
    assert field(record, "face").previous() == ""


def test_what_a_service_refuses_is_shown_at_its_field(record):
    record.show_refusal("stool_text", "需要说明")
    assert field(record, "stool").problem() == ("需要说明", "danger")
    record.show_refusal("", "整份记录有问题")


def test_sections_lead_to_their_fields(record, qtbot, newborn):
    group = newborn.groups[-1]
    link = record.side._links[group.name]
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    first = next(one.name for one in group.fields if record.fields.is_shown(one.name))
    assert field(record, first).editor().hasFocus()
    assert record._area.verticalScrollBar().value() > 0


def test_read_only_shows_and_lets_nothing_change(record, newborn):
    record.set_read_only(True)
    assert all(field(record, one.name).is_read_only() for one in newborn.fields() if one.type is not FieldType.NOTE)
    assert record.side.normal_button.isHidden()


def test_nothing_is_clipped_and_every_character_is_drawn(record, assert_nothing_clipped, missing_glyphs):
    record.check_all()
    assert_nothing_clipped(record)
    assert missing_glyphs(record) == set()


def test_the_side_fits_in_english_too(shown, newborn, context):
    i18n.set_language("en")
    record = shown(RecordForm(newborn, context, assess=assess), 1118, 640)
    assert not record.check_all()
    inner = record.side.findChild(QScrollArea)
    assert inner.widget().width() <= inner.viewport().width()
    assert "to mend" not in record.side.standing_text()
    assert "still empty" in record.side.standing_text()
