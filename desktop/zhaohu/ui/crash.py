"""Errors that nobody caught, from any thread: a refusal is told in its own words, a bug once with a saved report."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.services.safety.crash import kind_of
from zhaohu.ui.dialogs import ask, crash_report

log = logging.getLogger(__name__)


class CrashGuard(QObject):
    """Takes over the hooks of `sys` and the threads' for errors while it is installed; the program goes on.

    Args:
        report: Saves a report without personal data and gives its place, None when that failed.
    """

    caught = Signal(object)

    def __init__(self, report: Callable[[BaseException], Path | None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._report = report
        self._told: set[str] = set()
        self._telling = False
        self._before: tuple[Any, Any, Any] | None = None
        self.caught.connect(self.tell)

    def install(self) -> None:
        """Catch from now on."""
        if self._before is None:
            self._before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
            sys.excepthook = self._hook
            threading.excepthook = self._thread_hook
            sys.unraisablehook = self._unraisable_hook

    def uninstall(self) -> None:
        """Leave the hooks as they were."""
        if self._before is not None:
            sys.excepthook, threading.excepthook, sys.unraisablehook = self._before
            self._before = None

    def tell(self, error: BaseException) -> None:
        """Tell the person: a refusal always, a bug once of its kind, and never a window over a window."""
        if isinstance(error, Refused):
            log.info("refused %s", error.code)
            ask.message(QApplication.activeWindow(), _("This is not possible"), error.message)
            return
        log.error("bug", exc_info=error)
        kind = kind_of(error)
        if kind in self._told or self._telling:
            return
        self._told.add(kind)
        self._telling = True
        try:
            crash_report.tell(QApplication.activeWindow(), self._report(error))
        finally:
            self._telling = False

    def _hook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        self.caught.emit(error)

    def _thread_hook(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self.caught.emit(args.exc_value)

    def _unraisable_hook(self, args: sys.UnraisableHookArgs) -> None:
        if args.exc_value is not None:
            self.caught.emit(args.exc_value)
