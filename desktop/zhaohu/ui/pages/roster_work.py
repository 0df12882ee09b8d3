"""A roster between reading and saving: one change after another, those that take time off the GUI thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from zhaohu.services.roster.roster_preview import RosterPreview
from zhaohu.ui.pages.loading import LoadingPage

Step = Callable[[RosterPreview], RosterPreview]


class RosterWork(QObject):
    """Holds the preview. Each step gets the preview that the step before it made, so that none is lost.

    Args:
        page: Runs what takes time, and forgets what comes back after it has gone.

    Signals:
        begun: Another roster was read; `preview` is that.
        changed(before): `preview` is another one; `before` is what it was made of.
        failed(error): A step was refused; the preview stays.
    """

    begun = Signal()
    changed = Signal(object)
    failed = Signal(object)

    def __init__(self, page: LoadingPage) -> None:
        super().__init__(page)
        self._page = page
        self._preview: RosterPreview | None = None
        self._waiting: deque[tuple[Step, str]] = deque()
        self._afterwards: list[Callable[[], object]] = []
        self._busy = False
        self._file = 0

    @property
    def preview(self) -> RosterPreview:
        """The roster as it stands; there is one once a file was read."""
        assert self._preview is not None
        return self._preview

    def has_rows(self) -> bool:
        """Whether there is anything that could be lost."""
        return self._preview is not None and bool(self._preview.rows)

    def begin(self, preview: RosterPreview) -> None:
        """Another roster was read: what was under way for the one before is forgotten."""
        self._waiting.clear()
        self._afterwards.clear()
        self._busy = False
        self._file += 1
        self._preview = preview
        self.begun.emit()

    def is_busy(self) -> bool:
        """Whether a step is under way or waits for its turn."""
        return self._busy or bool(self._waiting)

    def do(self, step: Step, *, title: str = "") -> None:
        """Make the next preview.

        Args:
            step: From the newest preview to the next.
            title: What is being done; without it the step is so short that it runs at once, here.
        """
        self._waiting.append((step, title))
        self._go_on()

    def when_done(self, call: Callable[[], object]) -> None:
        """Call as soon as no step is under way: now, or after the last one; never when one of them is refused."""
        self._afterwards.append(call)
        self._go_on()

    def _go_on(self) -> None:
        while not self._busy and self._waiting:
            step, title = self._waiting.popleft()
            if title:
                self._start(step, title)
            else:
                self._put(step(self.preview))
        while not self._busy and self._afterwards:
            self._afterwards.pop(0)()

    def _start(self, step: Step, title: str) -> None:
        self._busy = True
        preview, file = self.preview, self._file
        self._page.act(
            lambda _context: step(preview),
            partial(self._take, file),
            title=title,
            failed=partial(self._fail, file),
            writes=False,
        )

    def _take(self, file: int, preview: RosterPreview) -> None:
        if file == self._file:
            self._busy = False
            self._put(preview)
            self._go_on()

    def _fail(self, file: int, error: Exception) -> None:
        if file == self._file:
            self._busy = False
            self._afterwards.clear()
            self.failed.emit(error)
            self._go_on()

    def _put(self, preview: RosterPreview) -> None:
        before, self._preview = self.preview, preview
        self.changed.emit(before)
