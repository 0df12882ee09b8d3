"""Reading a spreadsheet from outside in a process of its own, with limits: it can end badly without harm to ours."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from zhaohu.errors import BadInput, Cancelled, Refused
from zhaohu.exchange import plain
from zhaohu.exchange.tables import MAX_BYTES, damaged
from zhaohu.i18n import _, language
from zhaohu.rules.roster_cells import Sheet

_PIECE = 1 << 16
_PAUSE_S = 0.02
_LAST_WAIT_S = 5.0
_KEPT_BACK = ("ZHAOHU_PASSWORD", "ZHAOHU_NEW_PASSWORD", "ZHAOHU_RECOVERY_CODE", "RUST_BACKTRACE")
_OUT_OF_MEMORY = (signal.SIGABRT, getattr(signal, "SIGKILL", signal.SIGABRT))
"""How the process ends when the reader, written in Rust, or the whole machine has no more memory."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may take; `result_bytes` is the size of the sheets on their way back."""

    memory_bytes: int = 1 << 30
    seconds: float = 60.0
    result_bytes: int = 128 << 20


LIMITS = Limits()


def read_file(file: Path, cancelled: Callable[[], bool] | None = None, limits: Limits = LIMITS) -> tuple[Sheet, ...]:
    """The sheets of a spreadsheet or CSV file from outside, as `read_sheets` gives them.

    Args:
        file: Told by its contents, not by its name.
        cancelled: Asked now and then; true ends the reading.
        limits: Memory, time and size.

    Raises:
        BadInput: `unreadable`, `too_large`, `too_slow`, or as `read_sheets`; nothing was kept.
        Cancelled: It was asked for.
    """
    try:
        with file.open("rb") as source:
            data = source.read(MAX_BYTES + 1)
    except OSError as error:
        raise BadInput(_("{file} cannot be read. Check the name.").format(file=file), code="unreadable") from error
    return read_apart(data, cancelled, limits)


def read_apart(data: bytes, cancelled: Callable[[], bool] | None = None, limits: Limits = LIMITS) -> tuple[Sheet, ...]:
    """As `read_file`, for bytes."""
    try:
        process = _start(limits)
    except OSError as error:
        message = _("The file could not be read: the computer is short of memory. Close other programs and try again.")
        raise Refused(message, code="no_resources") from error
    with process:
        pipes = _Pipes(process, data, limits.result_bytes)
        try:
            _watch(process, pipes, cancelled, limits)
        finally:
            process.kill()
            pipes.join()
    return _sheets(process.returncode, pipes)


def _start(limits: Limits) -> subprocess.Popen[bytes]:
    # -P: no module is taken from the folder in which the program was started. Passwords stay with us.
    command = [sys.executable, "-P", "-m", "zhaohu.exchange.reading_process", language(), str(limits.memory_bytes)]
    environment = {name: value for name, value in os.environ.items() if name not in _KEPT_BACK}
    return subprocess.Popen(  # noqa: S603 - our own Python, our own module
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


class _Pipes:
    """Feeds the file in and takes the answer out, each on a thread, so that neither waits for the other."""

    def __init__(self, process: subprocess.Popen[bytes], data: bytes, most: int) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.answer = bytearray()
        self.overflow = False
        self._most = most
        self._threads = (
            threading.Thread(target=self._feed, args=(process.stdin, data), daemon=True),
            threading.Thread(target=self._collect, args=(process.stdout,), daemon=True),
        )
        for thread in self._threads:
            thread.start()

    def ended(self) -> bool:
        """Whether the answer is whole, or more than is taken."""
        return not self._threads[1].is_alive()

    def join(self) -> None:
        """Wait for both; the process has ended."""
        for thread in self._threads:
            thread.join()

    @staticmethod
    def _feed(stdin: BinaryIO, data: bytes) -> None:
        with suppress(OSError), stdin:  # it may have ended, or refused before the last byte
            stdin.write(data)

    def _collect(self, stdout: BinaryIO) -> None:
        while piece := stdout.read1(_PIECE):  # type: ignore[attr-defined]  # a pipe is buffered
            self.answer += piece
            if len(self.answer) > self._most:
                self.overflow = True
                return


def _watch(
    process: subprocess.Popen[bytes], pipes: _Pipes, cancelled: Callable[[], bool] | None, limits: Limits
) -> None:
    """Wait for the answer.

    Raises:
        Cancelled: It was asked for.
        BadInput: `too_slow` or `too_large`.
    """
    import psutil

    until = time.monotonic() + limits.seconds
    while not pipes.ended():
        time.sleep(_PAUSE_S)
        if cancelled is not None and cancelled():
            raise Cancelled
        if time.monotonic() > until:
            message = _("Reading the file took too long. Save the table alone as a new .xlsx file and try again.")
            raise BadInput(message, code="too_slow")
        with suppress(psutil.Error):  # it has just ended
            if psutil.Process(process.pid).memory_info().rss > limits.memory_bytes:
                raise _too_large()
    if pipes.overflow:
        raise _too_large()
    with suppress(subprocess.TimeoutExpired):
        process.wait(_LAST_WAIT_S)


def _sheets(ended: int, pipes: _Pipes) -> tuple[Sheet, ...]:
    if -ended in _OUT_OF_MEMORY:
        raise _too_large()
    try:
        found = plain.read_lines(bytes(pipes.answer))
    except (ValueError, RecursionError, OverflowError):
        raise damaged() from None
    match found:
        case (str(code), str(message)):
            raise BadInput(message, code=code)
        case _:
            return found


def _too_large() -> BadInput:
    message = _("The file unpacks to more than we take in; save the table as a new file.")
    return BadInput(message, code="too_large")
