"""The first window: keyboard only, refusals in words, another language, and nothing slow on the GUI thread."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from zhaohu import i18n
from zhaohu.errors import Refused
from zhaohu.ui.dialogs.log_in import LogIn


class Door:
    def __init__(self):
        self.tries = []
        self.wait = threading.Event()
        self.wait.set()
        self.refusal = None

    def __call__(self, user, password):
        self.wait.wait(5)
        self.tries.append((user, password, threading.get_ident()))
        if password == "bug":
            raise KeyError("bug")
        if isinstance(self.refusal, Refused):
            raise self.refusal
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
    dialog = shown(LogIn("巨峰镇指导站", door, user="wangmin", locked=True))
    assert dialog.user.is_read_only()


def test_closing_while_it_opens_waits(dialog, door, qtbot):
    door.wait.clear()
    dialog.user.set_value("wangmin")
    dialog.password.set_value("secret")
    dialog.try_log_in()
    threading.Timer(0.1, door.wait.set).start()
    dialog.reject()
    assert len(door.tries) == 1


def test_a_locked_screen_offers_another_person(shown, door, qtbot, assert_nothing_clipped):
    dialog = shown(LogIn("巨峰镇指导站", door, user="wangmin", locked=True, notice="屏幕已锁定。"))
    assert (dialog.windowTitle(), dialog.error.text()) == ("已锁定", "屏幕已锁定。")
    assert_nothing_clipped(dialog)
    qtbot.mouseClick(dialog.somebody_else, Qt.MouseButton.LeftButton)
    assert dialog.user.edit.hasFocus()
    assert not dialog.somebody_else.isVisible()
    assert dialog.windowTitle() == "登录"
    qtbot.keyClicks(dialog.user.edit, "lixm")
    dialog.password.set_value("secret")
    dialog.try_log_in()
    qtbot.waitUntil(lambda: bool(door.tries))
    assert door.tries[0][0] == "lixm"
    qtbot.waitUntil(lambda: not dialog.isVisible())


def test_the_wait_is_counted_down_and_the_password_is_gone(dialog, door, qtbot, assert_nothing_clipped):
    door.refusal = Refused("…", code="wait", seconds=2)
    dialog.user.set_value("wangmin")
    dialog.password.set_value("guess")
    dialog.try_log_in()
    qtbot.waitUntil(lambda: "2 秒" in dialog.error.text())
    assert dialog.password.edit.text() == ""
    assert not dialog.enter.isEnabled()
    assert not dialog.password.edit.isEnabled()
    assert_nothing_clipped(dialog)
    dialog.try_log_in()
    assert len(door.tries) == 1
    qtbot.waitUntil(lambda: "1 秒" in dialog.error.text(), timeout=3000)
    qtbot.waitUntil(dialog.enter.isEnabled, timeout=3000)
    assert dialog.error.text() == ""
    assert dialog.password.edit.hasFocus()
    assert not dialog._second.isActive()


def test_going_away_while_it_counts_stops_the_counting(dialog, door, qtbot):
    door.refusal = Refused("…", code="wait", seconds=300)
    dialog.user.set_value("wangmin")
    dialog.password.set_value("guess")
    dialog.try_log_in()
    qtbot.waitUntil(lambda: "300" in dialog.error.text())
    dialog.reject()
    assert not dialog._second.isActive()


@pytest.mark.parametrize(
    "refusal",
    [
        Refused("缺少数据文件。", code="database_missing"),
        Refused("缺少密钥文件。", code="no_key_file"),
        Refused("不是本程序的文件。", code="not_ours"),
        Refused("数据文件已损坏。", code="damaged"),
        Refused("数据文件已损坏。", code="store_fault", sqlite_error=11),
        Refused("不是数据库。", code="store_fault", sqlite_error=26),
    ],
    ids=lambda refusal: f"{refusal.code}-{refusal.details.get('sqlite_error', '')}",
)
def test_a_file_that_cannot_be_opened_offers_a_backup(dialog, door, qtbot, refusal, assert_nothing_clipped):
    door.refusal = refusal
    dialog.user.set_value("wangmin")
    dialog.password.set_value("secret")
    dialog.try_log_in()
    qtbot.waitUntil(lambda: dialog.error.text() == refusal.message)
    assert_nothing_clipped(dialog)
    with qtbot.waitSignal(dialog.restore_wanted):
        qtbot.mouseClick(dialog.restore_button, Qt.MouseButton.LeftButton)
    primary = [one for one in (dialog.enter, dialog.restore_button) if one.property("kind") == "primary"]
    assert primary == [dialog.restore_button]
    dialog.begin_anew("数据已恢复。")
    assert (dialog.error.text(), dialog.restore_button.isVisible()) == ("数据已恢复。", False)


def test_a_full_disk_is_no_reason_for_a_backup(dialog, door, qtbot):
    door.refusal = Refused("磁盘已满。", code="store_fault", sqlite_error=13)
    dialog.user.set_value("wangmin")
    dialog.password.set_value("secret")
    dialog.try_log_in()
    qtbot.waitUntil(lambda: dialog.error.text() == "磁盘已满。")
    assert not dialog.restore_button.isVisible()


def test_caps_lock_is_noticed_by_what_it_does(dialog, qtbot, assert_nothing_clipped):
    shift = Qt.KeyboardModifier.ShiftModifier
    for key, held, noticed in (("S", shift, False), ("s", shift, True), ("s", None, False), ("S", None, True)):
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_S, held or Qt.KeyboardModifier.NoModifier, key)
        QApplication.sendEvent(dialog.password.edit, event)
        assert bool(dialog.password.problem()[0]) == noticed, (key, held)
        assert_nothing_clipped(dialog)
    assert dialog.password.edit.text() == "SssS"


def test_whoever_cannot_log_in_is_helped(dialog, qtbot):
    with qtbot.waitSignal(dialog.help_wanted):
        qtbot.mouseClick(dialog.help_link, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(dialog.accepted):
        dialog.let_in("desk of the sheet")
    assert dialog.outcome == "desk of the sheet"
