"""The exchange that happens by itself while the window is open: beside other work, and without a word."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, QTimer

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.records.codes import Role, SiteKind
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.exchange import quiet
from zhaohu.ui.jobs import JobContext, Runner

_LOOK_MS = 60_000

log = logging.getLogger(__name__)


class QuietSync(QObject):
    """Looks every minute whether it is time; never while other work is under way.

    Args:
        desk: Who is logged in; whoever may not exchange does not by themselves either.
        runner: Does the work, and tells whether other work is under way.
        parent: The window.
    """

    def __init__(self, desk: Desk, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._runner = desk, runner
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        station = desk.site.kind is SiteKind.STATION
        if desk.person.role in (WRITERS if station else (Role.ADMIN,)):
            self._timer.start(_LOOK_MS)

    def look(self) -> None:
        """Exchange if it is time."""
        if self._runner.active():
            return
        self._runner.run(
            self._work,
            title=_("Exchanging by itself"),
            on_result=self._on_done,
            on_error=self._on_failed,
            writes=self._desk.site.kind is SiteKind.CENTER,  # it takes in; a station's saving is never held up
        )

    def stop(self) -> None:
        """The window is going."""
        self._timer.stop()

    def _work(self, context: JobContext) -> bool:
        return quiet.exchange_if_due(self._desk, context.progress_bytes, context.cancelled)

    def _on_done(self, exchanged: bool) -> None:
        if exchanged:
            log.info("exchanged by itself")

    def _on_failed(self, error: Exception) -> None:
        """How it went stands in the history; it interrupts nobody."""
        if not isinstance(error, Refused):
            raise error
