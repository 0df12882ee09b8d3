"""A window that is closed by a decision: kept once, off the GUI thread, and not left while it is being kept."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from zhaohu.errors import Refused
from zhaohu.ui.jobs import Runner
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.words import set_kind


class DecisionDialog(QDialog):
    """Keeps what a person decides; a refusal is told in `notice`, and the window stays.

    Args:
        parent: The window it belongs to.
        runner: Decides in its one-after-another lane.
    """

    def __init__(self, parent: QWidget | None, runner: Runner) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        set_kind(self, "page")
        self._runner = runner
        self._busy = False
        self.notice = Notice()

    def keep(self, decide: Callable[[], object]) -> None:
        """Decide so, off the GUI thread; nothing while another decision is being kept."""
        if self._busy:
            return
        self._busy = True
        self._runner.run(
            lambda _context: decide(),
            title=self.windowTitle(),
            on_result=self._on_kept,
            on_error=self._on_error,
            writes=True,
        )

    def tell(self, result: object) -> None:
        """It is decided; `result` is what deciding gave."""
        raise NotImplementedError

    def reject(self) -> None:
        """Escape: nothing is decided; not while a decision is being kept."""
        if not self._busy:
            super().reject()

    def _on_kept(self, result: object) -> None:
        self.tell(result)
        self.accept()

    def _on_error(self, error: Exception) -> None:
        self._busy = False
        if not isinstance(error, Refused):
            raise error
        self.notice.say(error.message, "danger")
