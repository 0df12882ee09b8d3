"""What Qt has to say goes into the log, by category only: its messages repeat texts and paths."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import QtMsgType, qInstallMessageHandler

log = logging.getLogger("zhaohu.ui.qt")
_LEVELS = {
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


@contextmanager
def qt_messages_logged() -> Iterator[None]:
    """Keep Qt's messages out of the terminal; whoever listened before goes on hearing them."""

    def note(kind, context, message):
        log.log(_LEVELS.get(kind, logging.DEBUG), "category %s", context.category or "default")
        if before is not None:
            before(kind, context, message)

    before: Any = qInstallMessageHandler(note)
    try:
        yield
    finally:
        qInstallMessageHandler(before)
