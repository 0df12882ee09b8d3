"""Nobody is there: by the clock or by uptime, whichever says more; every kind of input counts, and work is let end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QInputMethodEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from zhaohu.clock import Clock
from zhaohu.ui.idle import IdleWatch


class Time:
    """A clock and an uptime that a test turns on, together or apart."""

    def __init__(self) -> None:
        self.wall, self.uptime_s = datetime(2026, 11, 20, 12, tzinfo=UTC), 1000.0

    def now(self) -> datetime:
        return self.wall

    def pass_s(self, seconds: float, *, asleep: bool = False) -> None:
        self.wall += timedelta(seconds=seconds)
        self.uptime_s += 0 if asleep else seconds


class Machine(Clock):
    """The program's clock on a test's time."""

    __slots__ = ("time",)

    def now(self) -> datetime:
        return self.time.now()


class Room:
    def __init__(self, qapp, minutes: int) -> None:
        self.time, self.told, self.busy = Time(), [], False
        clock = Machine()
        object.__setattr__(clock, "time", self.time)
        self.watch = IdleWatch(qapp, minutes, lambda: self.busy, clock=clock, uptime_s=lambda: self.time.uptime_s)
        self.watch.soon.connect(self.told.append)
        self.watch.idle.connect(self._on_idle)
        self.watch.start()

    def _on_idle(self) -> None:
        self.told.append("idle")

    def after(self, seconds: float, **how: bool) -> list:
        """What was told when the timer looked after so long."""
        self.time.pass_s(seconds, **how)
        self.watch.look()
        told, self.told[:] = list(self.told), []
        return told


@pytest.fixture
def room(qapp):
    made = Room(qapp, minutes=3)
    yield made
    made.watch.stop()
    made.watch.deleteLater()


def test_a_warning_a_minute_before_and_then_the_lock(room):
    assert room.after(119) == []
    assert room.after(2) == [True]
    assert room.after(15) == []  # once is enough
    assert room.after(43) == []
    assert room.after(1) == ["idle"]


def test_sleep_counts_although_uptime_stands_still(room):
    assert room.after(3600, asleep=True) == ["idle"]


def test_a_clock_set_back_does_not_keep_the_screen_open(room):
    room.time.wall -= timedelta(days=1)
    assert room.after(181) == ["idle"]


def test_work_under_way_is_let_end(room):
    room.busy = True
    assert room.after(130) == [True]
    assert room.after(600) == []
    room.busy = False
    assert room.after(15) == ["idle"]


def press_key(line: QLineEdit) -> None:
    QTest.keyClick(line, Qt.Key.Key_A)


def click(line: QLineEdit) -> None:
    QTest.mouseClick(line, Qt.MouseButton.LeftButton)


def type_chinese(line: QLineEdit) -> None:
    event = QInputMethodEvent()
    event.setCommitString("单")
    QApplication.sendEvent(line, event)


def turn_the_wheel(line: QLineEdit) -> None:
    where, buttons, keys = QPointF(5, 5), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    phase = Qt.ScrollPhase.NoScrollPhase
    QApplication.sendEvent(line, QWheelEvent(where, where, QPoint(), QPoint(0, 120), buttons, keys, phase, False))


def touch(line: QLineEdit) -> None:
    QTest.touchEvent(line.window(), QTest.createTouchDevice()).press(1, QPoint(5, 5), line.window()).commit()


@pytest.mark.parametrize("act", [press_key, click, type_chinese, turn_the_wheel, touch])
def test_every_kind_of_input_counts(room, shown, act):
    line = shown(QLineEdit())
    assert room.after(150) == [True]
    act(line)
    assert room.told == [False]  # the warning goes at once
    room.told.clear()
    assert room.after(119) == []


def test_painting_and_moving_the_mouse_is_not_being_there(room, shown):
    line = shown(QLineEdit())
    assert room.after(150) == [True]
    line.repaint()
    QTest.mouseMove(line, QPoint(3, 3))
    QApplication.sendEvent(line, QEvent(QEvent.Type.LanguageChange))
    assert room.after(31) == ["idle"]


def test_after_the_end_of_the_watch_nothing_is_told(room):
    room.watch.stop()
    assert not room.watch._timer.isActive()
    assert room.after(0) == []
