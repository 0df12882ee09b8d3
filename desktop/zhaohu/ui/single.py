"""The second start of a profile: the window that is open comes forward, and the new process ends."""

from __future__ import annotations

import hashlib
import logging
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QObject, QTimer, Signal

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.services.safety.one_window import hold_window

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer, QLocalSocket

PATIENCE_S = 2.0
_PAUSE_S = 0.05
_WISH, _ANSWER = b"forward\n", b"here\n"

log = logging.getLogger(__name__)


class OneWindow(QObject):
    """This process's claim to be the one with a window on a profile. A lock decides; a local socket carries the wish.

    Args:
        profile: The profile's folder.

    Signals:
        wanted: The program was started once more: the window should come forward.
    """

    wanted = Signal()

    def __init__(self, profile: Path) -> None:
        super().__init__()
        self._profile, self._name = profile, _socket_name(profile)
        self._hold: Any = None
        self._server: QLocalServer | None = None

    def take(self) -> bool:
        """Be the one; false when another process is, and its window came forward.

        Raises:
            Refused: `no_answer`: another process is, and does not answer; or as `hold_window`.
        """
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                self._hold = hold_window(self._profile)
            except Refused as error:
                if error.code != "busy":
                    raise
            else:
                QTimer.singleShot(0, self._listen)  # the log-in window comes first
                return True
            if _ask_to_come_forward(self._name, until - time.monotonic()):
                return False
            if time.monotonic() >= until:
                raise Refused(
                    _(
                        "The program is open on this data already and does not answer. Look for its window, or wait a "
                        "minute. If it crashed, end it in the task manager or restart the PC; what was saved is safe."
                    ),
                    code="no_answer",
                )
            time.sleep(_PAUSE_S)  # it is just starting, or just ending

    def release(self) -> None:
        """Let another process be the one."""
        if self._server is not None:
            self._server.close()
        if self._hold is not None:
            self._hold.release()
            self._hold = None

    def _listen(self) -> None:
        from PySide6.QtNetwork import QLocalServer

        if self._hold is None:
            return
        self._server = server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        server.newConnection.connect(self._on_connection)
        QLocalServer.removeServer(self._name)  # the lock is ours: this one belongs to a process that was killed
        if not server.listen(self._name):
            log.warning("no socket for a second start: %s", server.serverError().name)

    def _on_connection(self) -> None:
        server = self._server
        while server is not None and (caller := server.nextPendingConnection()) is not None:
            caller.disconnected.connect(caller.deleteLater)
            caller.readyRead.connect(self._on_wish)
            if caller.bytesAvailable():
                self._answer(caller)

    def _on_wish(self) -> None:
        self._answer(cast("QLocalSocket", self.sender()))

    def _answer(self, caller: QLocalSocket) -> None:
        if not caller.canReadLine():
            return
        if bytes(caller.readLine(len(_WISH) + 1).data()) == _WISH:
            self.wanted.emit()
            caller.write(_ANSWER)
            caller.flush()
        caller.disconnectFromServer()


def _ask_to_come_forward(name: str, patience_s: float) -> bool:
    """Whether a running window took the wish."""
    from PySide6.QtNetwork import QLocalSocket

    _let_it_come()
    wait_ms = max(int(patience_s * 1000), 1)
    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(wait_ms):
        return False
    socket.write(_WISH)
    socket.flush()
    until = time.monotonic() + patience_s
    while not socket.canReadLine():
        left_ms = int((until - time.monotonic()) * 1000)
        if left_ms <= 0 or not socket.waitForReadyRead(left_ms):
            break
    return bytes(socket.readLine(len(_ANSWER) + 1).data()) == _ANSWER


def _let_it_come() -> None:
    """Windows lets a program come forward only when the one in front allows it."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.user32.AllowSetForegroundWindow(-1)  # whichever process it is


def _socket_name(profile: Path) -> str:
    """A name of this profile and this person on the PC; the folder's own may be too long or hold any character."""
    person = str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
    return f"zhaohu-{hashlib.sha256(f'{profile.resolve()}|{person}'.encode()).hexdigest()[:24]}"
