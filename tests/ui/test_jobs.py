"""Long work: off the GUI thread, its end on it, progress after a while, cancel, and order of writes."""

from __future__ import annotations

import sys
import threading
import time

import pytest
import shiboken6
from PySide6.QtCore import QObject, Qt

from zhaohu.errors import Cancelled, Refused
from zhaohu.ui import jobs
from zhaohu.ui.jobs import Runner
from zhaohu.ui.widgets.job_bar import JobBar


@pytest.fixture
def runner(qapp):
    runner = Runner()
    yield runner
    runner.close()
    runner.deleteLater()


def test_result_arrives_on_the_gui_thread(runner, qtbot):
    seen = {}

    def work(ctx):
        seen["work"] = threading.get_ident()
        return 42

    def take(result):
        seen["result"], seen["taken"] = result, threading.get_ident()

    runner.run(work, title="计算", on_result=take)
    qtbot.waitUntil(lambda: "result" in seen)
    assert seen["result"] == 42
    assert seen["taken"] == threading.get_ident() != seen["work"]
    assert runner.active() == ()


def test_an_error_arrives_too(runner, qtbot):
    errors = []

    def work(ctx):
        raise Refused("磁盘已满")

    runner.run(work, title="导出", on_error=errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], Refused)


def test_an_error_nobody_takes_reaches_the_excepthook(runner, qtbot, monkeypatch):
    caught = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: caught.append((error, threading.get_ident())))

    def work(ctx):
        return 1 / 0

    runner.run(work, title="计算")
    qtbot.waitUntil(lambda: bool(caught))
    assert isinstance(caught[0][0], ZeroDivisionError)
    assert caught[0][1] == threading.get_ident()


def endless(ctx):
    done = 0
    while not ctx.cancelled():
        done += 1
        ctx.progress(min(done, 900), 1000)
        time.sleep(0.002)
    raise Cancelled


def test_progress_shows_after_a_while_and_cancel_ends_it(runner, qtbot, shown, monkeypatch):
    monkeypatch.setattr(jobs, "PATIENCE_MS", 80)
    bar = JobBar(runner)
    qtbot.addWidget(bar)
    ended = []
    job = runner.run(endless, title="正在导入名册", on_cancelled=lambda: ended.append("cancelled"))
    assert bar.isHidden()
    qtbot.waitUntil(lambda: not bar.isHidden())
    assert bar._title.text() == "正在导入名册"
    qtbot.waitUntil(lambda: bar._bar.value() > 0)
    assert bar._bar.maximum() == 1000
    assert "1,000" in bar._count.text()
    qtbot.mouseClick(bar._cancel, Qt.MouseButton.LeftButton)
    assert not bar._cancel.isEnabled()
    bar._show()  # told once more how far it is, before it notices
    assert not bar._cancel.isEnabled()
    qtbot.waitUntil(lambda: ended == ["cancelled"])
    assert bar.isHidden()
    assert job not in runner.active()


def test_bytes_are_told_as_sizes(runner, qtbot, shown, monkeypatch):
    monkeypatch.setattr(jobs, "PATIENCE_MS", 20)
    bar = JobBar(runner)
    qtbot.addWidget(bar)

    def work(ctx):
        while not ctx.cancelled():
            ctx.progress_bytes(1_500_000, 5_000_000_000)
            time.sleep(0.002)
        raise Cancelled

    job = runner.run(work, title="正在同步")
    qtbot.waitUntil(lambda: bar._bar.value() > 0)
    assert bar._count.text() == "1.5 MB / 5,000.0 MB"
    job.cancel()


def test_quick_work_is_never_shown(runner, qtbot, monkeypatch):
    monkeypatch.setattr(jobs, "PATIENCE_MS", 50)
    bar = JobBar(runner)
    qtbot.addWidget(bar)
    done = []
    runner.run(lambda ctx: 1, title="很快", on_result=done.append)
    qtbot.waitUntil(lambda: done == [1])
    qtbot.wait(80)
    assert bar.isHidden()


def test_writes_go_one_after_another(runner, qtbot):
    order, done = [], []

    def write(name):
        def work(ctx):
            order.append(f"{name} begins")
            time.sleep(0.02)
            order.append(f"{name} ends")
            return name

        return work

    for name in "abc":
        runner.run(write(name), title=name, on_result=done.append, writes=True)
    qtbot.waitUntil(lambda: done == ["a", "b", "c"])
    assert order == [f"{name} {part}" for name in "abc" for part in ("begins", "ends")]


def test_closing_cancels_and_waits(qapp):
    runner = Runner()
    runner.run(endless, title="很久")
    runner.close()
    assert runner._reads.activeThreadCount() == 0
    runner.deleteLater()


def test_an_answer_to_a_dialog_that_is_gone_goes_nowhere(qtbot, runner):
    class Asker(QObject):
        def take(self, _answer: object) -> None:
            self.objectName()  # raises in one that is gone

    asker = Asker()
    job = runner.run(lambda _context: 1, title="", on_result=asker.take)
    shiboken6.delete(asker)
    with qtbot.waitSignal(job.finished):
        pass


def test_a_job_may_go_while_its_worker_still_tells_its_end(runner, qtbot):
    gone, held = threading.Event(), []
    runner._relay.ended.connect(lambda *_end: held.append(gone.wait(5)), Qt.ConnectionType.DirectConnection)
    job = runner.run(lambda _context: 1, title="")
    qtbot.waitUntil(lambda: not shiboken6.isValid(job))
    assert held == []  # the worker is inside the telling
    assert runner._reads.activeThreadCount() == 1
    gone.set()
    runner.close()
    assert held == [True]
