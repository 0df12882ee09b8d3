"""Nobody is there: told after some minutes without a key, a click, a turn of the wheel or a touch."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from zhaohu.clock import Clock

_LOOK_MS = 15_000
_WARNING_S = 60.0
_INPUT = frozenset(
    (
        QEvent.Type.KeyPress,
        QEvent.Type.InputMethod,  # Chinese comes as such
        QEvent.Type.MouseButtonPress,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.TabletPress,
    )
)


class IdleWatch(QObject):
    """Watches all windows of the program between `start` and `stop`.

    The time since the last input is the longer of two: uptime stands still while the PC sleeps, and the clock may be
    set back. So the screen is locked right after waking up.

    Args:
        app: The application.
        minutes: How long nobody has to be there.
        busy: Whether work is under way, which is let end first.
        parent: Whoever listens.
        clock: What time it is; the machine's own when not given.
        uptime_s: Seconds since any moment.

    Signals:
        soon(yes): A minute is left, or somebody came back.
        idle: Nobody has been there for so long.
    """

    soon = Signal(bool)
    idle = Signal()

    def __init__(
        self,
        app: QApplication,
        minutes: int,
        busy: Callable[[], bool],
        parent: QObject | None = None,
        *,
        clock: Clock | None = None,
        uptime_s: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self.minutes = minutes
        self._app, self._busy, self._clock, self._uptime_s = app, busy, clock or Clock(), uptime_s
        self._last = (self._clock.now(), uptime_s())
        self._warned = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Watch from now on; somebody is there."""
        self._note()
        self._timer.start(_LOOK_MS)
        self._app.installEventFilter(self)

    def stop(self) -> None:
        """Watch no more."""
        self._app.removeEventFilter(self)
        self._timer.stop()
        self._note()

    def look(self) -> None:
        """See how long nobody has been there, and tell."""
        left_s = self.minutes * 60 - self._idle_s()
        if left_s > _WARNING_S or (left_s > 0 and self._warned):
            return
        if left_s > 0:
            self._warned = True
            self.soon.emit(True)
        elif not self._busy():
            self.idle.emit()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Note that somebody is there; nothing is kept from anybody."""
        if event.type() in _INPUT:
            self._note()
        return False

    def _idle_s(self) -> float:
        wall, uptime_s = self._last
        return max((self._clock.now() - wall).total_seconds(), self._uptime_s() - uptime_s)

    def _note(self) -> None:
        self._last = (self._clock.now(), self._uptime_s())
        if self._warned:
            self._warned = False
            self.soon.emit(False)
