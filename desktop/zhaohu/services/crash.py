"""A bug's report: what is needed to find it, and nothing about anybody."""

from __future__ import annotations

import platform
import sys
import traceback
from pathlib import Path

from zhaohu import __version__
from zhaohu.clock import Clock
from zhaohu.paths import write_atomic


def crash_text(error: BaseException, clock: Clock) -> str:
    """Version, system, and where the error came from: type and lines of code, no message and no values.

    Messages are left out because those of SQL and validation repeat what somebody typed.
    """
    lines = [
        f"Zhaohu {__version__}",
        f"Python {platform.python_version()} on {platform.system()} {platform.release()}",
        clock.stamp(),
        "",
    ]
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        lines.append(type(cause).__qualname__)
        frames = traceback.extract_tb(cause.__traceback__)
        lines += [f"  {_inside(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
        cause = cause.__cause__ or cause.__context__
    return "\n".join(lines) + "\n"


def save_crash_report(folder: Path, error: BaseException, clock: Clock) -> Path:
    """Keep the report in the profile's `log` folder; returns the file."""
    name = f"crash-{clock.now():%Y%m%d-%H%M%S}.txt"
    return write_atomic(folder / "log" / name, crash_text(error, clock).encode("utf-8"))


def _inside(filename: str) -> str:
    """The part of a source path that says nothing of the machine it is on."""
    parts = Path(filename).parts
    for root in ("zhaohu", "site-packages"):
        if root in parts:
            return "/".join(parts[parts.index(root) :])
    stdlib = Path(sys.base_prefix)
    return "/".join(Path(filename).relative_to(stdlib).parts) if Path(filename).is_relative_to(stdlib) else parts[-1]
