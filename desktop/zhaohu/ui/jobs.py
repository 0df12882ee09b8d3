"""The one runner for long work: off the GUI thread, with progress, cancel, and its end told on the GUI thread."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable
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

    def __init__(self, tell: Callable[[int, int], None]) -> None:
        self._tell = tell
        self._cancelled = threading.Event()

    def progress(self, done: int, total: int) -> None:
        """So many of so many; a total of 0 means unknown."""
        self._tell(done, total)

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


class _Signals(QObject):
    """Made on the GUI thread, so that its receivers run there."""

    progressed = Signal(int, int)
    succeeded = Signal(object)
    failed = Signal(object)
    cancelled = Signal()


class _Work(QRunnable):
    def __init__(self, work: Callable[[JobContext], Any], context: JobContext, signals: _Signals) -> None:
        super().__init__()
        self.setAutoDelete(False)
        self._work, self._context, self._signals = work, context, signals

    def run(self) -> None:
        try:
            result = self._work(self._context)
        except Cancelled:
            self._signals.cancelled.emit()
        except Exception as error:  # told on the GUI thread, where a refusal and a bug are told apart
            self._signals.failed.emit(error)
        else:
            self._signals.succeeded.emit(result)


class Job(QObject):
    """Work that is under way.

    Signals:
        progressed(done, total), finished: On the GUI thread; `finished` after every kind of end.
    """

    progressed = Signal(int, int)
    finished = Signal()

    def __init__(self, runner: Runner, work: Callable[[JobContext], Any], title: str, writes: bool) -> None:
        super().__init__(runner)
        self.title = title
        self._number, self._level = next(_numbers), logging.INFO if writes else logging.DEBUG
        self._begun = time.monotonic()
        self.done, self.total = 0, 0
        self._on_result: Callable[[Any], object] | None = None
        self._on_error: Callable[[Exception], object] | None = None
        self._on_cancelled: Callable[[], object] | None = None
        self._signals = _Signals(self)
        self._context = JobContext(self._signals.progressed.emit)
        self.runnable = _Work(work, self._context, self._signals)
        self._signals.progressed.connect(self._progress)
        self._signals.succeeded.connect(self._succeed)
        self._signals.failed.connect(self._fail)
        self._signals.cancelled.connect(self._cancel)

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
        self._context.ask_to_cancel()

    def _progress(self, done: int, total: int) -> None:
        self.done, self.total = done, total
        self.progressed.emit(done, total)

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
        log.log(level, "job %d %s after %.1f s", self._number, end, time.monotonic() - self._begun)


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
        self._jobs: set[Job] = set()

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
        job = Job(self, work, title, writes)
        job.then(on_result, on_error, on_cancelled)
        self._jobs.add(job)
        job.finished.connect(self._on_finished)
        patience = QTimer(job)
        patience.setSingleShot(True)
        patience.timeout.connect(self._on_slow)
        patience.start(PATIENCE_MS)
        (self._writes if writes else self._reads).start(job.runnable)
        return job

    def active(self) -> tuple[Job, ...]:
        """Jobs that have not ended."""
        return tuple(self._jobs)

    def close(self) -> None:
        """Ask all jobs to stop and wait until they have; before the window goes."""
        for job in self.active():
            job.cancel()
        self._writes.waitForDone()
        self._reads.waitForDone()

    def _on_slow(self) -> None:
        timer = self.sender()
        job = timer.parent() if timer is not None else None
        if isinstance(job, Job) and job in self._jobs:
            self.slow.emit(job)

    def _on_finished(self) -> None:
        job = self.sender()
        if isinstance(job, Job):
            self._jobs.discard(job)
            job.deleteLater()
