"""Python's collector deletes Qt objects only where they may be deleted."""

from __future__ import annotations

import gc
import threading

from PySide6.QtCore import QObject, QThread

from zhaohu.ui.collector import calm_collector


class _Ring(QObject):
    gone_in: list[object] = []  # noqa: RUF012 - shared on purpose

    def __init__(self) -> None:
        super().__init__()
        self.itself = self

    def __del__(self) -> None:
        self.gone_in.append(QThread.currentThread())


def test_what_is_let_go_of_goes_on_the_gui_thread_whoever_makes_objects_meanwhile(qtbot):
    def make_much() -> None:
        for _round in range(60_000):
            ring: list[object] = []
            ring.append(ring)

    with calm_collector():
        for _number in range(50):
            _Ring()
        worker = threading.Thread(target=make_much)
        worker.start()
        worker.join()
        assert _Ring.gone_in == []
        qtbot.waitUntil(lambda: len(_Ring.gone_in) == 50)
    assert set(_Ring.gone_in) == {QThread.currentThread()}
    assert gc.isenabled()
