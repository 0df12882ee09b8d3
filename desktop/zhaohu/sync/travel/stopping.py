"""Waiting at a place that a person can end at once, though a line hangs or a share does not answer."""

from __future__ import annotations

import socket
from collections.abc import Callable
from concurrent.futures import Future, wait
from contextlib import suppress
from threading import Thread
from typing import Any, TypeVar

_LOOK_S = 0.1
_GRACE_S = 1.0
"""So long whoever waits on a line that was hung up may take to notice it."""

Result = TypeVar("Result")


class Waiting:
    """Does the work of a place in a thread of its own, and waits for it no longer than the person wants.

    Neither the search for a host's address nor a share that is gone can be interrupted: such a thread is left behind.
    It does nothing more once it wakes up, for all it does asks first whether it is still wanted.

    Args:
        hang_up: Ends the line under the work, from another thread.
        let_go: Frees what the work used, once nobody uses it any more.
    """

    def __init__(self, hang_up: Callable[[], None], let_go: Callable[[], None]) -> None:
        self._hang_up, self._let_go = hang_up, let_go
        self._work: Future[Any] | None = None

    def run(self, work: Callable[[], Result], check: Callable[[], None]) -> Result:
        """The work's result; whatever `check` raises meanwhile ends it within about a second."""
        future: Future[Result] = Future()
        self._work = future
        Thread(target=_do, args=(work, future), name="place", daemon=True).start()
        try:
            while not wait((future,), _LOOK_S).done:
                check()
        except BaseException:
            with suppress(Exception):
                self._hang_up()
            wait((future,), _GRACE_S)
            raise
        return future.result()

    def close(self) -> None:
        """Free what was used: now, or when the thread that was left behind ends."""
        if self._work is None or self._work.done():
            self._let_go()
        else:
            self._work.add_done_callback(lambda _done: self._let_go())


def end(line: socket.socket) -> None:
    """Wake up whoever reads from a socket or writes to it; it is closed by its owner."""
    with suppress(OSError):
        socket.socket.shutdown(line, socket.SHUT_RDWR)  # not the one of TLS, which takes its state away from the reader


def _do(work: Callable[[], Result], future: Future[Result]) -> None:
    try:
        future.set_result(work())
    except BaseException as error:
        future.set_exception(error)
