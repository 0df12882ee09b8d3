"""What nobody caught: a refusal in its own words, a bug once of its kind, from any thread."""

from __future__ import annotations

import gc
import sys
import threading

import pytest
from PySide6.QtCore import Qt, QTimer, qWarning
from PySide6.QtTest import QTest

from zhaohu.clock import Clock
from zhaohu.errors import Refused
from zhaohu.services.safety.crash import save_crash_report
from zhaohu.ui.crash import CrashGuard
from zhaohu.ui.dialogs import ask, crash_report
from zhaohu.ui.dialogs.crash_report import CrashReport
from zhaohu.ui.jobs import Runner
from zhaohu.ui.qt_log import qt_messages_logged


@pytest.fixture
def told(monkeypatch):
    said = []
    monkeypatch.setattr(ask, "message", lambda parent, title, text, tone="": said.append(text))
    monkeypatch.setattr(crash_report, "tell", lambda parent, report: said.append(report))
    return said


@pytest.fixture
def guard(qapp, tmp_path, told):
    reports = []

    def report(error):
        reports.append(error)
        return tmp_path / "report.txt"

    guard = CrashGuard(report)
    guard.reports = reports
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    guard.install()
    yield guard
    guard.uninstall()
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == before
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
    assert told == ["磁盘已满，请腾出空间。"] * 2
    assert guard.reports == []


def test_a_bug_is_told_once_of_its_kind_with_its_report(guard, told, tmp_path):
    for _time in range(3):
        hook(raised(KeyError, "x"))
    assert told == [tmp_path / "report.txt"]
    assert len(guard.reports) == 1
    try:
        {}["y"]
    except KeyError as error:
        hook(error)
    assert len(told) == 2


def test_a_bug_in_a_thread_is_told_on_the_gui_thread(guard, told, qtbot, monkeypatch):
    where = []
    monkeypatch.setattr(crash_report, "tell", lambda *args: where.append(threading.get_ident()))
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(where))
    assert where == [threading.get_ident()]


class Falling:
    def __del__(self):
        raise LookupError("单芷然")


def test_a_bug_where_nothing_can_be_raised_is_told_too(guard, told, qtbot, capsys):
    Falling()
    gc.collect()
    qtbot.waitUntil(lambda: bool(told))
    assert [type(error) for error in guard.reports] == [LookupError]
    assert "单芷然" not in capsys.readouterr().err


def test_a_bug_in_a_job_and_in_what_follows_it_is_told_and_work_goes_on(guard, told, qtbot):
    runner, done = Runner(), []
    runner.run(lambda context: 1 // 0, title="")
    runner.run(lambda context: 1, title="", on_result=lambda result: [][result])
    qtbot.waitUntil(lambda: len(told) == 2)
    runner.run(lambda context: 7, title="", on_result=done.append)
    qtbot.waitUntil(lambda: done == [7])
    assert {type(error) for error in guard.reports} == {ZeroDivisionError, IndexError}
    runner.close()
    runner.deleteLater()


def test_no_window_over_a_window(guard, monkeypatch):
    said = []

    def tell(parent, report):
        said.append(report)
        if len(said) == 1:
            hook(raised(ValueError, "while the first is still open"))

    monkeypatch.setattr(crash_report, "tell", tell)
    hook(raised(KeyError, "x"))
    assert len(said) == 1


def test_a_report_that_cannot_be_saved_is_not_promised(qapp, shown):
    dialog = shown(CrashReport(None, None))
    assert "{path}" not in dialog.words.text()
    assert not dialog.save_button.isVisible()
    assert not dialog.show_button.isVisible()


def test_the_report_is_shown_whole_and_copied(
    qapp, shown, qtbot, tmp_path, monkeypatch, assert_nothing_clipped, missing_glyphs
):
    file = save_crash_report(tmp_path, raised(KeyError, "单芷然"), Clock())
    dialog = shown(CrashReport(None, file))
    assert f"log/{file.name}" in dialog.words.text()
    assert_nothing_clipped(dialog)
    assert missing_glyphs(dialog) == set()
    qtbot.mouseClick(dialog.show_button, Qt.MouseButton.LeftButton)
    assert dialog.report.isVisible()
    assert dialog.report.toPlainText() == file.read_text("utf-8")
    monkeypatch.setattr(ask, "save_file", lambda *args: tmp_path / "stick" / "copy.txt")
    qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    assert (tmp_path / "stick" / "copy.txt").read_bytes() == file.read_bytes()
    said = []
    monkeypatch.setattr(ask, "message", lambda parent, title, text, tone="": said.append(text))
    monkeypatch.setattr(ask, "save_file", lambda *args: file / "below.txt")
    qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    assert len(said) == 1
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


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


@pytest.mark.no_qt_log
def test_what_qt_says_is_logged_by_category_only(qapp, caplog, capfd):
    with qt_messages_logged():
        qWarning("单芷然 13812345678")
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [("WARNING", "category default")]
    assert "13812345678" not in "".join(capfd.readouterr())
