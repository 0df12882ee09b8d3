"""The first window: keyboard only, refusals in words, another language, and nothing slow on the GUI thread."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt

from zhaohu import i18n
from zhaohu.errors import Refused
from zhaohu.ui.dialogs.log_in import LogIn


class Door:
    def __init__(self):
        self.tries = []
        self.wait = threading.Event()
        self.wait.set()

    def __call__(self, user, password):
        self.wait.wait(5)
        self.tries.append((user, password, threading.get_ident()))
        if password == "bug":
            raise KeyError("bug")
        if password != "secret":
            raise Refused("用户名或密码不对。")
        return "desk"


@pytest.fixture
def door():
    return Door()


@pytest.fixture
def dialog(shown, door):
    return shown(LogIn("巨峰镇指导站", door))


def test_by_keyboard_alone(dialog, door, qtbot):
    assert dialog.user.edit.hasFocus()
    qtbot.keyClicks(dialog.user.edit, "wangmin")
    qtbot.keyClick(dialog.user.edit, Qt.Key.Key_Return)
    assert dialog.password.edit.hasFocus()
    qtbot.keyClicks(dialog.password.edit, "secret")
    with qtbot.waitSignal(dialog.accepted):
        qtbot.keyClick(dialog.password.edit, Qt.Key.Key_Return)
    assert dialog.outcome == "desk"
    assert door.tries[0][:2] == ("wangmin", "secret")
    assert door.tries[0][2] != threading.get_ident()


def test_a_refusal_is_shown_and_the_password_marked(dialog, qtbot):
    qtbot.keyClicks(dialog.user.edit, "wangmin")
    qtbot.keyClicks(dialog.password.edit, "wrong")
    qtbot.mouseClick(dialog.enter, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.error.text() == "用户名或密码不对。")
    assert dialog.isVisible()
    assert dialog.enter.isEnabled()
    assert dialog.password.edit.hasFocus()
    assert dialog.password.edit.selectedText()
    assert dialog.outcome is None


def test_a_bug_is_not_swallowed(dialog, qtbot):
    dialog.user.set_value("wangmin")
    dialog.password.set_value("bug")
    with qtbot.captureExceptions() as caught:
        dialog.try_log_in()
        qtbot.waitUntil(lambda: bool(caught))
    assert caught[0][0] is KeyError
    assert dialog.enter.isEnabled()


def test_empty_fields_ask(dialog, door, qtbot):
    qtbot.keyClick(dialog.password.edit, Qt.Key.Key_Return)
    assert dialog.error.text()
    assert dialog.user.edit.hasFocus()
    assert door.tries == []


def test_a_second_try_waits_for_the_first(dialog, door, qtbot):
    door.wait.clear()
    dialog.user.set_value("wangmin")
    dialog.password.set_value("secret")
    dialog.try_log_in()
    dialog.try_log_in()
    assert not dialog.enter.isEnabled()
    door.wait.set()
    with qtbot.waitSignal(dialog.accepted):
        pass
    assert len(door.tries) == 1


def test_passwords_are_not_trimmed(dialog, door, qtbot):
    dialog.user.set_value("wangmin")
    dialog.password.set_value(" a ")
    dialog.try_log_in()
    qtbot.waitUntil(lambda: bool(door.tries))
    assert door.tries[0][1] == " a "
    qtbot.waitUntil(dialog.enter.isEnabled)


def test_another_language_at_once(shown, door, qtbot, assert_nothing_clipped):
    chosen = []
    dialog = shown(LogIn("巨峰镇指导站", door, user="wangmin", language_chosen=chosen.append))
    assert dialog.password.edit.hasFocus()
    assert_nothing_clipped(dialog)
    assert dialog.enter.text() == "登录"
    qtbot.mouseClick(dialog._languages["en"], Qt.MouseButton.LeftButton)
    assert chosen == ["en"]
    assert i18n.language() == "en"
    assert dialog.enter.text() == "Log in"
    assert dialog.password.edit.accessibleName() == "Password"
    assert_nothing_clipped(dialog)


def test_an_unlocked_screen_is_for_the_same_person(shown, door):
    dialog = shown(LogIn("巨峰镇指导站", door, user="wangmin", fixed_user=True))
    assert dialog.user.is_read_only()


def test_closing_while_it_opens_waits(dialog, door, qtbot):
    door.wait.clear()
    dialog.user.set_value("wangmin")
    dialog.password.set_value("secret")
    dialog.try_log_in()
    threading.Timer(0.1, door.wait.set).start()
    dialog.reject()
    assert len(door.tries) == 1
