"""The log of a profile: one line for each thing that happened, with ids, counts and codes; never names or messages.

Everywhere in the program one writes with the standard `logging`, loggers named after modules. Here is where it goes,
and what is taken out on the way: whole messages of other people's libraries, which repeat values, and of our own
whatever is not plain ASCII or looks like a telephone or identity number.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import re
import warnings
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, TextIO

from zhaohu.clock import Clock
from zhaohu.paths import holds_profile
from zhaohu.services.safety.crash import inside, trace_lines

_OURS = "zhaohu"
_FILES = 5
_FILE_BYTES = 1_000_000
_FAULT_BYTES = 256_000
_HELD_LINES = 2000
_PERSONAL = re.compile(r"[^\x20-\x7e]+|(?<![0-9A-Za-z-])\d{11,}[Xx]?")

_log = logging.getLogger(f"{_OURS}.warnings")


class _Formatter(logging.Formatter):
    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def format(self, record: logging.LogRecord) -> str:
        if record.name.partition(".")[0] == _OURS:
            words = _PERSONAL.sub("?", record.getMessage())
        else:
            words = f"said something at {inside(record.pathname)}:{record.lineno}"
        error = record.exc_info[1] if record.exc_info else None
        trace = [line.strip() for line in trace_lines(error)] if error is not None else []
        stamp = self._clock.now().isoformat(timespec="milliseconds")
        return " | ".join([f"{stamp} {record.levelname} {record.name} {words}", *trace])


class _Handler(logging.Handler):
    """Opens the file for each line, so that windows and commands share it and nothing holds the profile's folder.

    Where there was no profile at the beginning lines are held until `settle`: one that is being made may be taken away
    again, and a log must not be what is left of it.
    """

    def __init__(self, profile: Path, clock: Clock) -> None:
        super().__init__(logging.INFO)
        self.setFormatter(_Formatter(clock))
        self.profile = profile
        self._held: list[bytes] | None = None if holds_profile(profile) else []
        self._faults: IO[str] | None = None

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(Exception):  # a log that cannot be written must not stop the work
            line = f"{self.format(record)}\n".encode()
            if self._held is None:
                self._write(line)
            elif len(self._held) < _HELD_LINES:
                self._held.append(line)

    def settle(self) -> None:
        """Write what was held, if there is a profile now."""
        if self._held is not None and holds_profile(self.profile):
            held, self._held = self._held, None
            with suppress(OSError):
                for line in held:
                    self._write(line)

    def _write(self, line: bytes) -> None:
        file = log_file(self.profile)
        file.parent.mkdir(mode=0o700, exist_ok=True)
        if file.exists() and file.stat().st_size + len(line) > _FILE_BYTES:
            with suppress(OSError):  # another process has it open, or has moved it just now
                _rotate(file)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as out:
            out.write(line)
        if self._faults is None and not faulthandler.is_enabled():
            self._watch_faults(file.with_name("fault.txt"))

    def _watch_faults(self, file: Path) -> None:
        """Have the interpreter write where it was, code only, when it dies."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        if file.exists() and file.stat().st_size > _FAULT_BYTES:
            flags |= os.O_TRUNC
        self._faults = os.fdopen(os.open(file, flags, 0o600), "a", encoding="utf-8")
        faulthandler.enable(self._faults)

    def close(self) -> None:
        if self._faults is not None:
            faulthandler.disable()
            self._faults.close()
            self._faults = None
        super().close()


def _rotate(file: Path) -> None:
    for number in range(_FILES - 2, 0, -1):
        older = file.with_name(f"{file.name}.{number}")
        if older.exists():
            older.replace(file.with_name(f"{file.name}.{number + 1}"))
    file.replace(file.with_name(f"{file.name}.1"))


_handler: _Handler | None = None
_show_before: Any = None


def log_file(profile: Path) -> Path:
    """The newest file of a profile's log."""
    return profile / "log" / "zhaohu.log"


def begin(profile: Path, clock: Clock) -> None:
    """From now on, keep the log of this profile instead of an earlier one's."""
    global _handler, _show_before
    end()
    _handler = _Handler(profile, clock)
    logging.getLogger().addHandler(_handler)
    logging.getLogger(_OURS).setLevel(logging.INFO)
    _show_before, warnings.showwarning = warnings.showwarning, _note_warning


def settle() -> None:
    """The profile that was made since `begin` is there to stay."""
    if _handler is not None:
        _handler.settle()


def end() -> None:
    """Keep no log any more."""
    global _handler
    settle()
    if _handler is not None:
        warnings.showwarning = _show_before
        logging.getLogger(_OURS).setLevel(logging.NOTSET)
        logging.getLogger().removeHandler(_handler)
        _handler.close()
        _handler = None


def counts(detail: Mapping[str, object]) -> str:
    """What may be told of an audit line's detail: its numbers, and how long its lists are."""
    parts: list[str] = []
    for name, value in sorted(detail.items()):
        if isinstance(value, int | float):
            parts.append(f"{name}={value}")
        elif isinstance(value, Mapping):
            parts.append(f"{name}({counts(value)})")
        elif isinstance(value, list | tuple):
            parts.append(f"{name}:{len(value)}")
    return " ".join(parts)


def _note_warning(
    message: Warning | str,  # may repeat a value
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    _log.warning("%s at %s:%d", category.__name__, inside(filename), lineno)
