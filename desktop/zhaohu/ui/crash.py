"""Errors that nobody caught, from any thread: a refusal is told in its own words, a bug once with a saved report."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.ui.dialogs import ask

log = logging.getLogger("zhaohu.ui.crash")


class CrashGuard(QObject):
    """Takes over `sys.excepthook` and the threads' while it is installed.

    Args:
        report: Saves a report without personal data and gives its place, None when that failed.
    """

    caught = Signal(object)

    def __init__(self, report: Callable[[BaseException], Path | None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._report = report
        self._told: set[str] = set()
        self._telling = False
        self._before: tuple[Callable, Callable] | None = None
        self.caught.connect(self.tell)

    def install(self) -> None:
        """Catch from now on."""
        if self._before is None:
            self._before = (sys.excepthook, threading.excepthook)
            sys.excepthook = self._hook
            threading.excepthook = self._thread_hook

    def uninstall(self) -> None:
        """Leave the hooks as they were."""
        if self._before is not None:
            sys.excepthook, threading.excepthook = self._before
            self._before = None

    def tell(self, error: BaseException) -> None:
        """Tell the person: a refusal always, a bug once of its kind, and never a window over a window."""
        if isinstance(error, Refused):
            ask.message(QApplication.activeWindow(), _("This is not possible"), error.message)
            return
        kind = _kind(error)
        log.error("bug %s", kind)
        if kind in self._told or self._telling:
            return
        self._told.add(kind)
        self._telling = True
        try:
            place = self._report(error)
            lines = [
                _("Something went wrong in the program. What was saved is safe; the last step may have to be repeated.")
            ]
            if place is not None:
                lines.append(_("A report without names or numbers was saved: {path}").format(path=place))
            ask.message(QApplication.activeWindow(), _("An error in the program"), "\n\n".join(lines), tone="danger")
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


def _kind(error: BaseException) -> str:
    """Two errors are of one kind when the same class was raised at the same line."""
    frames = traceback.extract_tb(error.__traceback__)
    last = frames[-1] if frames else None
    where = f"{Path(last.filename).name}:{last.lineno}" if last else "?"
    return f"{type(error).__name__} {where}"
