"""The one runner for long work: off the GUI thread, with progress, cancel, and its end told on the GUI thread."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, QTimer, Signal
from shiboken6 import isValid

from zhaohu.errors import Cancelled, Refused

PATIENCE_MS = 600

log = logging.getLogger(__name__)
_numbers = count(1)


class JobContext:
    """What the work sees: tell progress, ask whether it was cancelled. Services take its two methods."""

    def __init__(self, tell: Callable[[int, int, bool], None]) -> None:
        self._tell = tell
        self._cancelled = threading.Event()

    def progress(self, done: int, total: int) -> None:
        """So many of so many; a total of 0 means unknown."""
        self._tell(done, total, False)

    def progress_bytes(self, done: int, total: int) -> None:
        """As `progress`, of bytes, told in KiB: a signal's numbers end at 2 GiB."""
        self._tell(done // 1024, total // 1024, True)

    def advance(self, done: int, total: int) -> None:
        """As `progress`, for work that asks nothing else: when the person wants it to stop, it ends here.

        Raises:
            Cancelled: It shall stop.
        """
        if self.cancelled():
            raise Cancelled
        self.progress(done, total)

    def cancelled(self) -> bool:
        """The person wants it to stop; the work then raises `Cancelled`, and everything is undone."""
        return self._cancelled.is_set()

    def ask_to_cancel(self) -> None:
        """Called from the GUI thread."""
        self._cancelled.set()


class _Relay(QObject):
    """What all workers of a runner tell through, by their job's number; made on the GUI thread, and heard there.

    It lives as long as the runner. Were it the job's own, the end that a worker tells could be heard, and the job be
    gone, while the worker is still telling it.
    """

    progressed = Signal(int, int, int, bool)
    ended = Signal(int, str, object)


class _Work(QRunnable):
    """Knows its job by number only, so that the job may go whenever the GUI thread likes."""

    def __init__(self, work: Callable[[JobContext], Any], context: JobContext, number: int, relay: _Relay) -> None:
        super().__init__()
        self.setAutoDelete(False)
        self._work, self._context, self._number, self._relay = work, context, number, relay

    def run(self) -> None:
        try:
            how, value = "done", self._work(self._context)
        except Cancelled:
            how, value = "cancelled", None
        except Exception as error:  # told on the GUI thread, where a refusal and a bug are told apart
            how, value = "failed", error
        self._relay.ended.emit(self._number, how, value)


class Job(QObject):
    """Work that is under way.

    Signals:
        progressed(done, total), finished: On the GUI thread; `finished` after every kind of end.
    """

    progressed = Signal(int, int)
    finished = Signal()

    def __init__(
        self, runner: Runner, relay: _Relay, work: Callable[[JobContext], Any], title: str, writes: bool
    ) -> None:
        super().__init__(runner)
        self.title, self.number = title, next(_numbers)
        self._level = logging.INFO if writes else logging.DEBUG
        self._begun = time.monotonic()
        self.done, self.total, self.in_kib = 0, 0, False
        self.cancelling = False
        self._on_result: Callable[[Any], object] | None = None
        self._on_error: Callable[[Exception], object] | None = None
        self._on_cancelled: Callable[[], object] | None = None
        self._context = JobContext(partial(relay.progressed.emit, self.number))
        self.runnable = _Work(work, self._context, self.number, relay)

    def then(
        self,
        on_result: Callable[[Any], object] | None,
        on_error: Callable[[Exception], object] | None,
        on_cancelled: Callable[[], object] | None,
    ) -> None:
        """What happens at its end; set before it starts."""
        self._on_result, self._on_error, self._on_cancelled = on_result, on_error, on_cancelled

    def cancel(self) -> None:
        """Ask the work to stop; it ends when it notices."""
        self.cancelling = True
        self._context.ask_to_cancel()

    def take_progress(self, done: int, total: int, in_kib: bool) -> None:
        """The worker told how far it is: pieces, or KiB."""
        self.done, self.total, self.in_kib = done, total, in_kib
        self.progressed.emit(done, total)

    def end(self, how: str, value: Any) -> None:
        """The worker is through: `done` with its result, `failed` with what it raised, or `cancelled`."""
        if how == "done":
            self._succeed(value)
        elif how == "failed":
            self._fail(value)
        else:
            self._cancel()

    def _succeed(self, result: Any) -> None:
        self._log(self._level, "done")
        self.finished.emit()
        if self._on_result is not None and _is_there(self._on_result):
            self._on_result(result)

    def _fail(self, error: Exception) -> None:
        self._log(logging.INFO, f"failed: {error.code if isinstance(error, Refused) else type(error).__qualname__}")
        self.finished.emit()
        if self._on_error is not None and _is_there(self._on_error):
            self._on_error(error)
        elif self._on_error is None or not isinstance(error, Refused):
            sys.excepthook(type(error), error, error.__traceback__)

    def _cancel(self) -> None:
        self._log(self._level, "cancelled")
        self.finished.emit()
        if self._on_cancelled is not None and _is_there(self._on_cancelled):
            self._on_cancelled()

    def _log(self, level: int, end: str) -> None:
        log.log(level, "job %d %s after %.1f s", self.number, end, time.monotonic() - self._begun)


def _is_there(callback: Callable[..., object]) -> bool:
    """Whether who asked is there still: a dialog may be closed and gone before the answer comes."""
    asker = getattr(callback, "__self__", None)
    return not isinstance(asker, QObject) or isValid(asker)


class Runner(QObject):
    """Runs jobs: writes one after another, readings a few at a time.

    Signals:
        slow(job): A job has run for 0.6 s and wants to be seen.
    """

    slow = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._writes = QThreadPool(self)
        self._writes.setMaxThreadCount(1)
        self._reads = QThreadPool(self)
        self._reads.setMaxThreadCount(2)
        self._relay = _Relay(self)  # after the pools: Qt lets it go after them, and them when no worker is left
        self._relay.progressed.connect(self._on_progressed)
        self._relay.ended.connect(self._on_ended)
        self._jobs: dict[int, Job] = {}

    def run(
        self,
        work: Callable[[JobContext], Any],
        *,
        title: str,
        on_result: Callable[[Any], object] | None = None,
        on_error: Callable[[Exception], object] | None = None,
        on_cancelled: Callable[[], object] | None = None,
        writes: bool = False,
    ) -> Job:
        """Start work.

        Args:
            work: Called off the GUI thread with a `JobContext`; must not touch a widget.
            title: What is being done, for the progress bar.
            on_result: Called on the GUI thread with what the work returned.
            on_error: Called there with what it raised; without it the window tells it like any other error.
            on_cancelled: Called there when the work stopped because it was asked to.
            writes: It writes to the store: runs in the one-after-another lane.
        """
        job = Job(self, self._relay, work, title, writes)
        job.then(on_result, on_error, on_cancelled)
        self._jobs[job.number] = job
        patience = QTimer(job)
        patience.setSingleShot(True)
        patience.timeout.connect(self._on_slow)
        patience.start(PATIENCE_MS)
        (self._writes if writes else self._reads).start(job.runnable)
        return job

    def active(self) -> tuple[Job, ...]:
        """Jobs that have not ended."""
        return tuple(self._jobs.values())

    def close(self) -> None:
        """Ask all jobs to stop and wait until they have; before the window goes."""
        for job in self.active():
            job.cancel()
        self._writes.waitForDone()
        self._reads.waitForDone()

    def _on_slow(self) -> None:
        timer = self.sender()
        job = timer.parent() if timer is not None else None
        if isinstance(job, Job) and job.number in self._jobs:
            self.slow.emit(job)

    def _on_progressed(self, number: int, done: int, total: int, in_kib: bool) -> None:
        self._jobs[number].take_progress(done, total, in_kib)

    def _on_ended(self, number: int, how: str, value: Any) -> None:
        job = self._jobs.pop(number)
        job.deleteLater()
        job.end(how, value)
