"""Python's collector on the GUI thread alone, seldom, and never over what was there from the start.

By itself it runs in whichever thread makes the next object, and there deletes the widgets and timers that it finds let
go of: Qt objects belong to the GUI thread, and deleting one elsewhere can end the program. While it looks every thread
waits, so it looks rarely: as Python has it, a roster of 10,000 rows that another thread read held the GUI up for 150 to
180 ms at a stretch, several times; so it did for less than 40, in as much memory.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QTimer

_AFTER = (5_000, 20, 50)
"""More objects made than gone, and rounds of the young, before the middle-aged and then all are looked through."""
_EVERY_MS = 300


@contextmanager
def calm_collector() -> Iterator[None]:
    """Collect by a timer of the thread that enters this; it needs an event loop."""
    gc.collect()
    gc.freeze()
    gc.disable()
    timer = QTimer()
    timer.timeout.connect(collect)
    timer.start(_EVERY_MS)
    try:
        yield
    finally:
        timer.stop()
        gc.enable()
        gc.unfreeze()


def collect() -> None:
    """Look through as many generations as are due."""
    counts = gc.get_count()
    if counts[0] > _AFTER[0]:
        gc.collect(2 if counts[2] > _AFTER[2] else 1 if counts[1] > _AFTER[1] else 0)
