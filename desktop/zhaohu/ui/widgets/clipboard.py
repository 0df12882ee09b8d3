"""A number that names a person does not stay in the clipboard."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QClipboard, QGuiApplication

KEPT_MS = 30_000


class ClipboardWatch(QObject):
    """While a number is shown in clear: what is copied of it leaves the clipboard after half a minute.

    It leaves only if it is still there, and at once when the program ends.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._number, self._shown = "", False
        self._clipboard = QGuiApplication.clipboard()

    def begin(self, number: str) -> None:
        """The number is shown from now on."""
        if not self._shown:
            self._clipboard.dataChanged.connect(self._on_copied)
        self._number, self._shown = number, True

    def end(self) -> None:
        """The number is hidden again."""
        if not self._shown:
            return
        self._shown = False
        self._clipboard.dataChanged.disconnect(self._on_copied)
        marked = QClipboard.Mode.Selection  # where X11 puts what is only marked
        if self._clipboard.supportsSelection() and self._clipboard.text(marked) in self._number:
            self._clipboard.clear(marked)

    def _on_copied(self) -> None:
        copied = self._clipboard.text()
        if copied and copied in self._number:
            _Forgetting(copied)


class _Forgetting(QObject):
    """Outlives the field: belongs to the application."""

    def __init__(self, copied: str) -> None:
        app = QGuiApplication.instance()
        super().__init__(app)
        self._copied = copied
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(self._clear)
        timer.start(KEPT_MS)
        if app is not None:
            app.aboutToQuit.connect(self._clear)

    def _clear(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard.text() == self._copied:
            clipboard.clear()
        self.deleteLater()
