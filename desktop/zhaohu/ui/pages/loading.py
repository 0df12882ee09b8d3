"""A page that reads and writes off the GUI thread, and forgets what comes back after it has gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from PySide6.QtWidgets import QApplication, QWidget

from zhaohu.i18n import _
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import JobContext, Runner
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
        """Override: what is shown when the data cannot be read; told by the window otherwise."""
        raise error

    def release(self) -> None:
        """Nothing that comes later concerns this page."""
        self._gone = True
        super().release()
