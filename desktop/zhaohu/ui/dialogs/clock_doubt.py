"""Asked after a log-in while the clock of this PC is in doubt."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _
from zhaohu.services.desk import Desk
from zhaohu.services.safety import clock_watch
from zhaohu.ui.dialogs import ask


def ask_about_clock(parent: QWidget | None, desk: Desk) -> bool:
    """Whether work goes on; the clock is taken as right from the next log-in on when the person says so."""
    if not desk.clock_doubt:
        return True
    asked, why = clock_watch.question(desk)
    if not ask.confirm(parent, asked, why, do=_("Yes, go on"), danger=True):
        return False
    clock_watch.confirm(desk)
    return True
