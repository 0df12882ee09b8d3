"""A bug's report: what is needed to find it, and nothing about anybody."""

from __future__ import annotations

import platform
import sys
import traceback
from pathlib import Path

import zhaohu
from zhaohu.clock import Clock
from zhaohu.paths import write_atomic

_PACKAGE = Path(zhaohu.__file__).resolve().parent
_KEPT = 20


def crash_text(error: BaseException, clock: Clock) -> str:
    """Version, system, and where the error came from: type and lines of code, no message and no values.

    Messages are left out because those of SQL and validation repeat what somebody typed.
    """
    lines = [
        f"Zhaohu {zhaohu.__version__}",
        f"Python {platform.python_version()} on {platform.system()} {platform.release()}",
        clock.stamp(),
        "",
        *trace_lines(error),
    ]
    return "\n".join(lines) + "\n"


def trace_lines(error: BaseException) -> list[str]:
    """Type and lines of code of an error and of those behind it."""
    lines: list[str] = []
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        lines.append(type(cause).__qualname__)
        lines += [f"  {_line(frame)} {frame.name}" for frame in traceback.extract_tb(cause.__traceback__)]
        cause = cause.__cause__ or cause.__context__
    return lines


def kind_of(error: BaseException) -> str:
    """Two errors are of one kind when the same class was raised at the same line."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__qualname__} {_line(frames[-1]) if frames else '?'}"


def save_crash_report(folder: Path, error: BaseException, clock: Clock) -> Path:
    """Keep the report in the profile's `log` folder, with the newest of the earlier ones; returns the file."""
    log = folder / "log"
    name = f"crash-{clock.now():%Y%m%d-%H%M%S}"
    file, again = log / f"{name}.txt", 2
    while file.exists():
        file, again = log / f"{name}-{again}.txt", again + 1
    write_atomic(file, crash_text(error, clock).encode("utf-8"))
    earlier = sorted((one for one in log.glob("crash-*.txt") if one != file), key=lambda one: one.stat().st_mtime)
    for one in earlier[: 1 - _KEPT]:
        one.unlink(missing_ok=True)
    return file


def _line(frame: traceback.FrameSummary) -> str:
    return f"{inside(frame.filename)}:{frame.lineno}"


def inside(filename: str) -> str:
    """The part of a source path that says nothing of the machine it is on."""
    path = Path(filename)
    if path.is_relative_to(_PACKAGE):
        return path.relative_to(_PACKAGE.parent).as_posix()
    if "site-packages" in path.parts:
        return "/".join(path.parts[path.parts.index("site-packages") :])
    stdlib = Path(sys.base_prefix)
    return path.relative_to(stdlib).as_posix() if path.is_relative_to(stdlib) else path.name
