"""What nobody caught: a refusal in its own words, a bug once of its kind, from any thread."""

from __future__ import annotations

import sys
import threading

import pytest
from PySide6.QtCore import QTimer

from zhaohu.errors import Refused
from zhaohu.ui.crash import CrashGuard
from zhaohu.ui.dialogs import ask


@pytest.fixture
def told(monkeypatch):
    said = []
    monkeypatch.setattr(ask, "message", lambda parent, title, text, tone="": said.append((title, text, tone)))
    return said


@pytest.fixture
def guard(qapp, tmp_path, told):
    reports = []

    def report(error):
        reports.append(error)
        return tmp_path / "report.txt"

    guard = CrashGuard(report)
    guard.reports = reports
    before = (sys.excepthook, threading.excepthook)
    guard.install()
    yield guard
    guard.uninstall()
    assert (sys.excepthook, threading.excepthook) == before
    guard.deleteLater()


def raised(kind, *args):
    try:
        raise kind(*args)
    except kind as error:
        return error


def hook(error):
    sys.excepthook(type(error), error, error.__traceback__)


def test_a_refusal_is_told_every_time_in_its_own_words(guard, told):
    for _time in range(2):
        hook(raised(Refused, "磁盘已满，请腾出空间。"))
    assert [text for _title, text, _tone in told] == ["磁盘已满，请腾出空间。"] * 2
    assert guard.reports == []


def test_a_bug_is_told_once_of_its_kind_with_its_report(guard, told, tmp_path):
    for _time in range(3):
        hook(raised(KeyError, "x"))
    assert len(told) == 1
    assert str(tmp_path / "report.txt") in told[0][1]
    assert told[0][2] == "danger"
    assert len(guard.reports) == 1
    try:
        {}["y"]
    except KeyError as error:
        hook(error)
    assert len(told) == 2


def test_a_bug_in_a_thread_is_told_on_the_gui_thread(guard, told, qtbot, monkeypatch):
    where = []
    monkeypatch.setattr(ask, "message", lambda *args, **rest: where.append(threading.get_ident()))
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(where))
    assert where == [threading.get_ident()]


def test_no_window_over_a_window(guard, monkeypatch):
    said = []

    def message(*args, **rest):
        said.append(args[2])
        if len(said) == 1:
            hook(raised(ValueError, "while the first is still open"))

    monkeypatch.setattr(ask, "message", message)
    hook(raised(KeyError, "x"))
    assert len(said) == 1


def test_a_report_that_cannot_be_saved_is_not_promised(qapp, told):
    guard = CrashGuard(lambda error: None)
    guard.tell(raised(KeyError, "x"))
    assert len(told) == 1
    assert "{path}" not in told[0][1]
    guard.deleteLater()


def test_interrupt_from_the_keyboard_is_left_alone(guard, told, capsys):
    hook(raised(KeyboardInterrupt))
    assert told == []
    assert "KeyboardInterrupt" in capsys.readouterr().err


def test_the_message_box_is_plain_and_chinese(qapp, qtbot):
    seen = []

    def look():
        box = qapp.activeModalWidget()
        seen.append((box.textFormat().name, box.text(), box.informativeText(), [b.text() for b in box.buttons()]))
        box.accept()

    QTimer.singleShot(0, look)
    ask.message(None, "不能这样做", "<b>王</b>")
    assert seen == [("PlainText", "不能这样做", "<b>王</b>", ["确定"])]
