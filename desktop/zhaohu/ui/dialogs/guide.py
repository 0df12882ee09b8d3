"""A guide in a window: sheets one after another, each with what it is about; work runs while the person waits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QProgressBar, QStackedWidget, QWidget

from zhaohu.i18n import _
from zhaohu.ui.jobs import JobContext, Runner
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.layout import STRETCH, column, row
from zhaohu.ui.widgets.words import label, set_kind, show_if


class Step(QWidget):
    """A sheet of the guide: what it is about, what to do, and its content below."""

    def __init__(self, title: str, lead: str) -> None:
        super().__init__()
        self.content = column(gap=4)
        told = label(lead, "soft", wrap=True)
        show_if(told, bool(lead))
        outer = column(column(label(title, "title"), told, gap=1), gap=4)
        outer.addLayout(self.content, 1)
        self.setLayout(outer)
        self.setAccessibleName(title)

    def complete(self) -> bool:
        """Whether the person may go on; marks what is missing."""
        return True

    def start(self) -> None:
        """The step is shown: the keyboard goes to its first field."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.focusNextChild()


class Guide(QDialog):
    """Shows one step at a time. A subclass adds its steps, and says in `go_on` and `back` what follows.

    Args:
        parent: The window it belongs to.
        title: What the guide is for.
    """

    def __init__(self, parent: QWidget | None, title: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        set_kind(self, "page")
        self._runner = Runner(self)
        self._busy = False
        self._stack = QStackedWidget()
        self._where = label("", "note")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.hide()
        self.back_button = button(_("Back"), self.back)
        self.next_button = button(_("Next"), self.go_on, kind="primary")
        self.foot = row(self._where, STRETCH, self.back_button, self.next_button)
        outer = column(gap=4, margin=6)
        outer.addWidget(self._stack, 1)
        outer.addWidget(self._bar)
        outer.addLayout(self.foot)
        self.setLayout(outer)

    def add_steps(self, steps: Sequence[Step], size: QSize) -> None:
        """All sheets, and how large the window opens where the screen has the room."""
        for step in steps:
            self._stack.addWidget(step)
        room = self.screen().availableGeometry().size()
        self.resize(size.boundedTo(QSize(room.width() * 9 // 10, room.height() * 9 // 10)))

    def step(self) -> Step:
        """The step that is shown."""
        current = self._stack.currentWidget()
        assert isinstance(current, Step)
        return current

    def go_on(self) -> None:
        """Override: to the next step, once this one is complete."""
        raise NotImplementedError

    def back(self) -> None:
        """Override: to the step before."""
        raise NotImplementedError

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on from a step that has no field for it."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.go_on()
            return
        super().keyPressEvent(event)

    def reject(self) -> None:
        """Escape: work under way is let finish."""
        if not self._busy:
            super().reject()

    def done(self, result: int) -> None:
        """Let work end before the window goes."""
        self._runner.close()
        super().done(result)

    def show_step(self, step: Step, at: int, of: int, *, back: bool) -> None:
        """Turn to a step, the `at`-th of so many, with or without a way back."""
        self._stack.setCurrentWidget(step)
        self._where.setText(_("Step {n} of {of}").format(n=at, of=of))
        self.back_button.setVisible(back)
        step.start()

    def work(
        self,
        work: Callable[[JobContext], Any],
        title: str,
        done: Callable[[Any], object],
        failed: Callable[[Exception], object],
    ) -> None:
        """Do something off the GUI thread while the person waits; the bar says that it goes on."""
        self._set_busy(True, title)

        def take(result: Any) -> None:
            self._set_busy(False)
            done(result)

        def fail(error: Exception) -> None:
            self._set_busy(False)
            failed(error)

        job = self._runner.run(work, title=title, on_result=take, on_error=fail, writes=True)
        job.progressed.connect(self._on_progress)

    def _set_busy(self, busy: bool, title: str = "") -> None:
        self._busy = busy
        self._bar.setRange(0, 0)
        self._bar.setAccessibleName(title)
        self._bar.setVisible(busy)
        self._stack.setEnabled(not busy)
        for one in (self.back_button, self.next_button):
            one.setEnabled(not busy)

    def _on_progress(self, done: int, total: int) -> None:
        self._bar.setRange(0, total)
        self._bar.setValue(done)
