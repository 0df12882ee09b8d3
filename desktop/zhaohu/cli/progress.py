"""The progress bar of long commands: on stderr, and only when that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_WIDTH = 30


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int], None] | None]:
    """Gives a function to call with work done and work in all; None when nobody would see it."""
    if not sys.stderr.isatty():
        yield None
        return

    def show(done: int, total: int) -> None:
        filled = _WIDTH * done // max(total, 1)
        print(f"\r{what} [{'#' * filled}{'.' * (_WIDTH - filled)}] {done}/{total}", end="", file=sys.stderr, flush=True)

    try:
        yield show
    finally:
        print("\r" + " " * (len(what) + _WIDTH + 30) + "\r", end="", file=sys.stderr, flush=True)
