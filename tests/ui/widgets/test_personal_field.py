"""A number that names a person is in clear only while it is typed or asked for, and is saved as it was."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from zhaohu.errors import NotAllowed
from zhaohu.rules.identity import mask_phone
from zhaohu.ui.widgets import clipboard
from zhaohu.ui.widgets.layout import column, panel
from zhaohu.ui.widgets.masked import MaskedLabel
from zhaohu.ui.widgets.personal_field import PersonalField

NUMBER, MASKED = "13812345678", "*******5678"


@pytest.fixture
def asked():
    return []


@pytest.fixture
def field(shown, asked):
    made = PersonalField(mask_phone, lambda: asked.append(1))
    made.set_name("母亲联系电话")
    other = QLineEdit()
    made.other, made.around = other, shown(panel(column(made, other)), 500, 200)
    made.set_value(NUMBER)
    other.setFocus()
    return made


def go_into(field):
    QTest.mouseClick(field.edit, Qt.MouseButton.LeftButton, pos=field.edit.rect().center())
    QApplication.processEvents()


def test_the_mask_is_shown_and_the_number_is_the_value(field, asked):
    assert (field.edit.text(), field.value(), field.is_empty()) == (MASKED, NUMBER, False)
    go_into(field)
    assert (field.edit.text(), field.edit.selectedText()) == (MASKED, MASKED)
    field.other.setFocus()
    assert (field.edit.text(), field.value(), asked) == (MASKED, NUMBER, [])


@pytest.mark.parametrize("move", [Qt.Key.Key_Home, Qt.Key.Key_Left, Qt.Key.Key_End])
def test_behind_the_mask_only_the_whole_can_be_replaced(field, move):
    go_into(field)
    QTest.keyClick(field.edit, move)
    assert field.edit.selectedText() == MASKED
    QTest.keyClicks(field.edit, "159")
    assert (field.edit.text(), field.value()) == ("159", "159")
    QTest.keyClicks(field.edit, "00001234")
    field.other.setFocus()
    assert (field.edit.text(), field.value()) == ("*******1234", "15900001234")


@pytest.mark.parametrize("key", [Qt.Key.Key_Backspace, Qt.Key.Key_Delete])
def test_deleting_empties_it(field, key):
    go_into(field)
    QTest.keyClick(field.edit, key)
    field.other.setFocus()
    assert (field.edit.text(), field.value(), field.eye.isHidden()) == ("", None, True)


def test_pasting_and_an_input_method_replace_the_whole(field):
    QGuiApplication.clipboard().setText("15900005678")
    go_into(field)
    field.edit.paste()
    assert field.value() == "15900005678"
    field.other.setFocus()
    go_into(field)
    event = QInputMethodEvent()
    event.setCommitString("13900000000")
    QApplication.sendEvent(field.edit, event)
    assert field.value() == "13900000000"


def test_taking_the_typing_back_brings_the_number_back(field):
    go_into(field)
    QTest.keyClicks(field.edit, "1")
    for _step in range(4):
        field.edit.undo()
    assert (field.edit.text(), field.is_masked(), field.value()) == (MASKED, True, NUMBER)


def test_the_eye_shows_it_once_each_time_it_is_asked(field, asked):
    QTest.mouseClick(field.eye, Qt.MouseButton.LeftButton)
    assert (field.edit.text(), field.edit.selectedText(), asked) == (NUMBER, NUMBER, [1])
    assert field.edit.hasFocus()
    QTest.mouseClick(field.eye, Qt.MouseButton.LeftButton)
    assert field.edit.text() == MASKED
    QTest.mouseClick(field.eye, Qt.MouseButton.LeftButton)
    field.other.setFocus()
    assert (field.edit.text(), asked) == (MASKED, [1, 1])


def test_it_hides_by_itself(field, qtbot):
    field._timer.setInterval(30)
    QTest.mouseClick(field.eye, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: field.edit.text() == MASKED)
    assert field.value() == NUMBER


def test_a_refused_look_shows_nothing(shown):
    def refuse() -> None:
        raise NotAllowed("不允许")

    field = PersonalField(mask_phone, refuse)
    field.set_value(NUMBER)
    shown(field)
    with pytest.raises(NotAllowed):
        field.toggle()
    assert field.edit.text() == MASKED


def test_it_can_be_looked_at_where_nothing_can_be_changed(field, asked):
    field.set_read_only(True)
    field.toggle()
    assert field.edit.text() == NUMBER
    QTest.keyClicks(field.edit, "1")
    assert (field.value(), asked) == (NUMBER, [1])


def test_a_hidden_page_takes_it_along(field):
    field.toggle()
    field.window().hide()
    assert field.edit.text() == MASKED


def test_copying_behind_the_mask_copies_the_mask(field):
    go_into(field)
    field.edit.copy()
    assert QGuiApplication.clipboard().text() == MASKED


@pytest.mark.parametrize("kind", ["field", "label"])
def test_a_copied_number_leaves_the_clipboard_unless_something_else_is_there(field, shown, qtbot, monkeypatch, kind):
    monkeypatch.setattr(clipboard, "KEPT_MS", 60)
    board = QGuiApplication.clipboard()
    if kind == "field":
        shows = field
    else:
        shows = MaskedLabel("电话", MASKED, lambda: NUMBER)
        shown(shows)
    shows.toggle()
    board.setText(NUMBER)
    shows.hide_number()
    qtbot.waitUntil(lambda: board.text() == "")
    shows.toggle()
    board.setText(NUMBER)
    board.setText("别的内容")
    shows.hide_number()
    QTest.qWait(200)
    assert board.text() == "别的内容"
    board.setText(NUMBER)  # copied from elsewhere, while nothing is shown
    QTest.qWait(200)
    assert board.text() == NUMBER
