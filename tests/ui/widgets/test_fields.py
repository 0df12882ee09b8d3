"""Typed inputs: what people type becomes values, what cannot be understood is said, keys do the work."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QTableView

from zhaohu.ui.widgets.choice_field import ChoiceField, MultiChoiceField, Option, SelectField, options_of
from zhaohu.ui.widgets.date_field import DateField, read_date
from zhaohu.ui.widgets.fields import ATTENTION, DANGER, TextField
from zhaohu.ui.widgets.long_text_field import LongTextField
from zhaohu.ui.widgets.number_field import NumberField
from zhaohu.ui.widgets.offered_field import OfferedField

FACE = (Option("1", "红润", "1"), Option("2", "黄染", "2"), Option("3", "其他", "3", text=True))
JAUNDICE = (Option("1", "无", "1", exclusive=True), Option("2", "面部", "2"), Option("3", "躯干", "3"))
TWELVE = options_of([(str(n), f"项{n}") for n in range(1, 13)], digits=True)


def type_into(qtbot, field, text):
    qtbot.keyClicks(field.editor(), text)


def commit(widget, text):
    event = QInputMethodEvent()
    event.setCommitString(text)
    QCoreApplication.sendEvent(widget, event)


def test_input_method_commits_rare_characters(shown, qtbot):
    field = shown(TextField())
    with qtbot.waitSignal(field.changed):
        commit(field.edit, "𠮷䶮")
    assert field.value() == "𠮷䶮"


def test_text_is_trimmed_and_empty_is_none(shown, qtbot):
    field = shown(TextField())
    assert field.value() is None
    commit(field.edit, "  王敏 ")
    assert field.value() == "王敏"


def test_set_value_tells_nobody(shown, qtbot):
    for field in (
        TextField(),
        NumberField(),
        DateField(),
        ChoiceField(FACE),
        MultiChoiceField(JAUNDICE),
        LongTextField(),
    ):
        shown(field)
        with qtbot.assertNotEmitted(field.changed):
            field.set_value("1")
            field.set_value(None)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("3250", Decimal(3250)),
        ("３．２５", Decimal("3.25")),
        ("3。25", Decimal("3.25")),
        ("1,250.5", Decimal("1250.5")),
        ("-1", Decimal(-1)),
    ],
)
def test_decimals_as_people_type_them(shown, qtbot, typed, value):
    field = shown(NumberField("kg", decimals=2))
    commit(field.edit, typed)
    assert field.value() == value
    assert isinstance(field.value(), Decimal)
    assert field.unread() == ""


@pytest.mark.parametrize("typed", ["3.256", "abc", "1e999999", "nan", "3.2.1", "三"])
def test_what_is_no_number_is_said_and_kept(shown, qtbot, typed):
    field = shown(NumberField("kg", decimals=2))
    commit(field.edit, typed)
    assert field.value() is None
    assert field.unread()
    assert not field.is_empty()
    assert field.text() == typed


def test_whole_numbers_refuse_a_point(shown, qtbot):
    field = shown(NumberField("次/日"))
    type_into(qtbot, field, "8.5")
    assert field.value() is None
    field.set_value("８")
    field.edit.setText("８")
    assert field.value() == 8


def test_a_number_from_elsewhere_keeps_its_digits(shown):
    field = shown(NumberField("kg", decimals=2))
    field.set_value(Decimal("3.2"))
    assert field.text() == "3.20"
    field.set_value("3.256")
    assert field.text() == "3.256"


@pytest.mark.parametrize(
    "typed", ["20260305", "2026-3-5", "2026/03/05", "2026.3.5", "2026年3月5日", "２０２６年３月５日", " 2026-03-05 "]
)
def test_days_as_people_write_them(typed):
    assert read_date(typed) == date(2026, 3, 5)


@pytest.mark.parametrize("typed", ["", "2026-02-30", "20261301", "5.3.2026", "2026", "昨天"])
def test_what_is_no_day(typed):
    assert read_date(typed) is None


def test_date_is_tidied_when_it_is_left(shown, qtbot):
    field = shown(DateField())
    type_into(qtbot, field, "20260305")
    qtbot.keyClick(field.edit, Qt.Key.Key_Return)
    assert field.edit.text() == "2026-03-05"


def test_date_steps_and_says_what_is_wrong(shown, qtbot):
    field = shown(DateField())
    field.set_value(date(2026, 2, 28))
    with qtbot.waitSignal(field.changed):
        qtbot.keyClick(field.edit, Qt.Key.Key_PageDown)
    assert field.value() == date(2026, 3, 1)
    field.edit.setText("2026-02-30")
    assert field.value() is None
    assert field.unread()


def test_calendar_gives_a_day(shown, qtbot):
    field = shown(DateField(date(2026, 3, 5)))
    qtbot.keyClick(field.edit, Qt.Key.Key_Down)
    calendar = next(child for child in field.children() if child.metaObject().className() == "_Calendar")
    days = calendar.findChild(QTableView)
    qtbot.keyClick(days, Qt.Key.Key_Right)
    qtbot.keyClick(days, Qt.Key.Key_Return)
    assert field.value() == date(2026, 3, 6)


def test_digits_choose_and_enter_moves_on(shown, qtbot):
    field = shown(ChoiceField(FACE))
    with qtbot.waitSignal(field.changed):
        qtbot.keyClick(field.editor(), "2")
    assert field.value() == "2"
    with qtbot.waitSignals([field.entered], raising=True):
        qtbot.keyClick(field.editor(), Qt.Key.Key_Return)
    qtbot.keyClick(field.editor(), Qt.Key.Key_Backspace)
    assert field.value() is None


def test_arrows_move_the_choice_once(shown, qtbot):
    field = shown(ChoiceField(FACE))
    qtbot.keyClick(field.editor(), "1")
    told = []
    field.changed.connect(lambda: told.append(field.value()))
    assert field.buttons["1"].hasFocus()
    qtbot.keyClick(field.buttons["1"], Qt.Key.Key_Right)
    assert field.value() == "2"
    assert told == ["2"]


def test_clicking_chooses(shown, qtbot):
    field = shown(ChoiceField(FACE))
    qtbot.mouseClick(field.buttons["2"], Qt.MouseButton.LeftButton)
    assert field.value() == "2"


def test_a_date_typed_on_without_enter_does_not_change_the_answer(shown, qtbot):
    field = shown(ChoiceField(options_of([("1", "男"), ("2", "女")], digits=True)))
    first = field.buttons["1"]
    qtbot.keyClicks(first, "2")
    qtbot.keyClicks(field.buttons["2"], "2019-01-01")
    assert field.value() == "2"
    qtbot.keyClick(field.buttons["2"], Qt.Key.Key_Backspace)
    assert field.value() is None
    qtbot.keyClicks(first, "1")
    assert field.value() == "1"


def test_full_width_digits_choose_too(shown, qtbot):
    field = shown(ChoiceField(FACE))
    press = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, "３")
    QCoreApplication.sendEvent(field.editor(), press)
    assert field.value() == "3"


def test_an_option_that_begins_with_its_digit_shows_it_once(shown, qtbot):
    field = shown(ChoiceField((Option("1", "满月", "1"), Option("6", "6月龄", "6"))))
    assert [one.text() for one in field.buttons.values()] == ["1 满月", "6月龄"]
    qtbot.keyClicks(field.editor(), "6")
    assert field.value() == "6"


def test_two_digits_choose_the_tenth(shown, qtbot):
    single, many = shown(ChoiceField(TWELVE)), shown(MultiChoiceField(TWELVE))
    for field in (single, many):
        qtbot.keyClicks(field.editor(), "1")
        qtbot.keyClick(field.buttons["1"], "2")
    assert single.value() == "12"
    assert many.value() == ("12",)


def test_the_text_of_an_option_shows_with_it(shown, qtbot):
    field = shown(ChoiceField(FACE))
    assert field.text_edit.isHidden()
    qtbot.keyClick(field.editor(), "3")
    assert field.text_edit.isVisible()
    assert field.text_edit.hasFocus()
    qtbot.keyClicks(field.text_edit, "pale 12")
    assert (field.value(), field.option_text()) == ("3", "pale 12")
    qtbot.mouseClick(field.buttons["1"], Qt.MouseButton.LeftButton)
    assert field.option_text() is None


def test_an_exclusive_option_stands_alone(shown, qtbot):
    field = shown(MultiChoiceField(JAUNDICE))
    qtbot.keyClicks(field.editor(), "2")
    qtbot.keyClick(field.buttons["2"], "3")
    assert field.value() == ("2", "3")
    qtbot.keyClick(field.buttons["3"], "1")
    assert field.value() == ("1",)
    qtbot.mouseClick(field.buttons["2"], Qt.MouseButton.LeftButton)
    assert field.value() == ("2",)
    qtbot.keyClick(field.buttons["2"], "2")
    assert field.value() is None


def test_select_takes_what_is_typed(shown, qtbot):
    field = shown(SelectField(options_of([("01", "汉族"), ("03", "回族"), ("11", "满族")])))
    assert field.value() is None
    commit(field.box.lineEdit(), "回")
    with qtbot.waitSignals([field.changed, field.entered]):
        qtbot.keyClick(field.box, Qt.Key.Key_Return)
    assert field.value() == "03"
    field.box.setEditText("火星族")
    qtbot.keyClick(field.box, Qt.Key.Key_Return)
    assert field.value() == "03"
    assert field.box.currentText() == "回族"


def test_the_wheel_does_not_change_a_choice(shown, qtbot):
    field = shown(SelectField(options_of([("01", "汉族"), ("03", "回族")])))
    field.set_value("01")
    nowhere = QPointF(5, 5)
    event = QWheelEvent(
        nowhere,
        nowhere,
        QPoint(0, -120),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QCoreApplication.sendEvent(field.box, event)
    assert field.value() == "01"


def test_long_text_breaks_with_shift_and_leaves_with_enter(shown, qtbot):
    field = shown(LongTextField(max_length=5))
    qtbot.keyClicks(field.edit, "a")
    qtbot.keyClick(field.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    with qtbot.waitSignal(field.entered):
        qtbot.keyClick(field.edit, Qt.Key.Key_Return)
    qtbot.keyClicks(field.edit, "bcdefg")
    assert field.value() == "a\nbcdefg"
    assert "3" in field.unread()


@pytest.mark.parametrize("make", [TextField, NumberField, DateField])
def test_enter_moves_on_exactly_once(shown, qtbot, make):
    field = shown(make())
    told = []
    field.entered.connect(lambda: told.append(1))
    qtbot.keyClick(field.edit, Qt.Key.Key_Return)
    assert told == [1]


def test_problem_stands_in_words_with_an_icon(shown):
    field = shown(NumberField("kg", decimals=2))
    field.set_problem("比上次轻 2.1 kg，请核对", ATTENTION)
    assert field.problem() == ("比上次轻 2.1 kg，请核对", ATTENTION)
    assert field.edit.accessibleDescription() == "比上次轻 2.1 kg，请核对"
    assert field.edit.property("problem") == ATTENTION
    field.set_problem("不可能", DANGER)
    assert field.edit.property("problem") == DANGER
    field.set_problem("")
    assert field.problem() == ("", "")


def test_previous_value_stands_beside(shown):
    field = shown(NumberField("kg", decimals=2))
    field.set_previous("3.20 kg")
    assert "3.20 kg" in field.previous()
    field.set_previous("")
    assert field.previous() == ""


def test_a_word_taken_up_from_the_list_is_a_change_like_typing_it(shown, qtbot):
    field = shown(OfferedField())
    field.complete_from(["宅子后村", "前稍坡村"])
    field.edit.setFocus()
    commit(field.edit, "子后")
    popup = field.edit.completer().popup()
    qtbot.waitUntil(popup.isVisible)
    with qtbot.waitSignal(field.changed):
        qtbot.keyClick(popup, Qt.Key.Key_Down)
        qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert field.value() == "宅子后村"
    field.set_value(None)
    qtbot.keyClick(field.edit, Qt.Key.Key_Down)  # who knows none of the words sees them all
    qtbot.waitUntil(popup.isVisible)
    assert popup.model().rowCount() == 2
    popup.hide()
