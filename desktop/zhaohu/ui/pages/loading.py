"""A page that reads and writes off the GUI thread, and forgets what comes back after it has gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from zhaohu.errors import NotFound, Refused
from zhaohu.i18n import _
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import JobContext, Runner
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.page import Page

_Result = TypeVar("_Result")


class LoadingPage(Page):
    """Base of pages whose data come from services.

    Args:
        hub: Tells what commits touched.
        runner: Runs the reading and writing.
    """

    def __init__(self, hub: Hub, runner: Runner) -> None:
        super().__init__(hub)
        self._runner = runner
        self._asked: Counter[str] = Counter()
        self._gone = False
        self._had_keyboard: QWidget | None = None
        self._waits = False
        self._opened_at: QWidget | None = None
        self._back_to = ""
        self._put_aside: list[QWidget] = []
        self.gone: EmptyState | None = None

    @property
    def runner(self) -> Runner:
        """What runs the page's reading and writing, for dialogs that it opens."""
        return self._runner

    def switch_off(self, widgets: Sequence[QWidget], busy: bool) -> None:
        """Switch buttons off while work is under way, and afterwards on; the keyboard comes back to where it was."""
        focused = QApplication.focusWidget()
        if busy and focused in widgets:
            self._had_keyboard = focused
        for widget in widgets:
            widget.setEnabled(not busy)
        if not busy and self._had_keyboard is not None:
            self._had_keyboard.setFocus()
            self._had_keyboard = None

    def fetch(self, work: Callable[[], _Result], show: Callable[[_Result], object], *, part: str = "") -> None:
        """Read, then show; when something else was asked for meanwhile, the older result is dropped.

        Args:
            work: Reads, off the GUI thread.
            show: Takes what was read; a refusal goes to `unreadable` instead.
            part: The part of the page that it is for; each part has its own newest question.
        """
        self._asked[part] += 1
        asked = self._asked[part]

        def take(result: Any) -> None:
            if not self._gone and asked == self._asked[part]:
                if not part:
                    self._show_again()
                show(result)
                self._focus_what_came()

        def fail(error: Exception) -> None:
            if not self._gone and asked == self._asked[part]:
                self.unreadable(error)

        self._runner.run(lambda _context: work(), title=_("Reading"), on_result=take, on_error=fail)

    def act(
        self,
        work: Callable[[JobContext], _Result],
        done: Callable[[_Result], object],
        *,
        title: str,
        failed: Callable[[Exception], object] | None = None,
        writes: bool = True,
    ) -> None:
        """Do what a person asked for; an error is told by the window unless `failed` takes it."""

        def take(result: Any) -> None:
            if not self._gone:
                done(result)

        def fail(error: Exception) -> None:
            if failed is None or self._gone:
                raise error
            failed(error)

        self._runner.run(work, title=title, on_result=take, on_error=fail, writes=writes)

    def focus_first(self) -> None:
        """A list that is still empty cannot take the keyboard: it gets it when its rows are there."""
        if self.gone is not None:
            self._leave.setFocus()
            return
        super().focus_first()
        target = self.first_focus()
        self._waits = target is not None and not target.isVisible()
        self._opened_at = QApplication.focusWidget()

    def _focus_what_came(self) -> None:
        if not self._waits:
            return
        target = self.first_focus()
        if target is None or not target.isVisible():
            return
        self._waits = False
        here = QApplication.focusWidget()
        if here is self._opened_at or here is None or here.isAncestorOf(target):  # nobody has gone elsewhere
            target.setFocus()

    def unreadable(self, error: Exception) -> None:
        """Override: what is shown when the data cannot be read. What is not there is said; else the window tells it."""
        if not isinstance(error, NotFound):
            raise error
        self.say_gone(error)

    def say_gone(self, error: Refused, way: str = "", address: str = "children") -> None:
        """In place of everything on the page: what it is about cannot be shown, and a button that leads away."""
        self._show_again()
        advice = _("It may have been removed, or another station has its record.")
        parts = self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        self._put_aside = [part for part in parts if not (part.isHidden() or part.isWindow())]
        for part in self._put_aside:
            part.hide()
        self._leave = button(way or _("To the list of children"), self._on_leave, icon="arrow-left")
        self._back_to, self.gone = address, EmptyState(error.message, advice, self._leave, icon="search")
        self.body.addWidget(self.gone, 1)
        self._leave.setFocus()

    def _show_again(self) -> None:
        """It is there again: show the page as it was."""
        if self.gone is not None:
            self.gone.hide()
            self.gone.deleteLater()
            self.gone = None
        for part in self._put_aside:
            part.show()
        self._put_aside = []

    def _on_leave(self) -> None:
        self.go.emit(self._back_to)

    def release(self) -> None:
        """Nothing that comes later concerns this page."""
        self._gone = True
        super().release()
