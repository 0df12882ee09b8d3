"""The watched folder of the center, looked into while the window is open: beside other work, and without a word."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.records.codes import Role, SiteKind
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import watching
from zhaohu.services.exchange.bundles import ImportReport
from zhaohu.ui.jobs import JobContext

if TYPE_CHECKING:
    from zhaohu.ui.shell import Shell

_LOOK_MS = 60_000

log = logging.getLogger(__name__)


class QuietWatch(QObject):
    """Looks every minute; never while other work is under way.

    What came stands in the inbox, which follows each commit; what was refused stands in its list.

    Args:
        desk: Who is logged in; at a station, and for whoever may not import, nothing is looked into.
        shell: The window; its runner does the work.
    """

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(shell)
        self._desk, self._shell = desk, shell
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        if desk.site.kind is SiteKind.CENTER and desk.person.role is Role.ADMIN:
            self._timer.start(_LOOK_MS)

    def look(self) -> None:
        """Take in what lies there whole."""
        if self._shell.runner.active():
            return
        self._shell.runner.run(
            self._work,
            title=_("Looking into the watched folder"),
            on_result=self._on_done,
            on_error=self._on_failed,
        )

    def stop(self) -> None:
        """The window is going."""
        self._timer.stop()

    def _work(self, context: JobContext) -> list[ImportReport]:
        if watching.watched(self._desk).folder is None:
            return []
        return watching.look(self._desk, cancelled=context.cancelled)

    def _on_done(self, reports: list[ImportReport]) -> None:
        if reports:
            log.info("%d files of the watched folder were looked at", len(reports))

    def _on_failed(self, error: Exception) -> None:
        """A folder that is not there is told by the inbox; it interrupts nobody."""
        if not isinstance(error, Refused):
            raise error
