"""The one life cycle of a page: fill, values, problems, reload when its tables change, and tidy connections."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from zhaohu.ui.drafting import keep_drafts
from zhaohu.ui.hub import Hub
from zhaohu.ui.widgets.layout import column, panel, row
from zhaohu.ui.widgets.words import label, show_if


class Page(QWidget):
    """Base of every page. A subclass builds into `body`, names its `tables` and overrides `refresh`.

    The title row shows only what is set: a heading (the shell already shows the page's title), a quiet line,
    actions, and at most one primary button at the right end.

    Signals:
        changed: A person changed a value on the page (never emitted while it is being filled).
        go(key): The page asks the shell to open another page, e.g. "child/0190…".
    """

    tables: frozenset[str] = frozenset()
    changed = Signal()
    go = Signal(str)

    def __init__(self, hub: Hub | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stale = True
        self._tracked: list[tuple[SignalInstance, Callable]] = []
        self._filling = 0
        self._primary: QPushButton | None = None
        self._heading = label("", "title")
        self._lead = label("", "soft", wrap=True)
        self._actions = row(gap=2)
        titles = row(gap=4)
        titles.addLayout(column(self._heading, self._lead, gap=0), 1)
        titles.addLayout(self._actions)
        self._title_row = panel(titles)
        self._title_row.hide()
        self._heading.hide()
        self._lead.hide()
        self.body: QVBoxLayout = column(gap=4)
        outer = column(self._title_row, gap=4, margin=6)
        outer.addLayout(self.body, 1)
        self.setLayout(outer)
        if hub is not None:
            self.track(hub.changed, self.on_changes)

    # -- title row

    def set_heading(self, heading: str = "", lead: str = "") -> None:
        """The page's own heading and the quiet line under it; empty hides."""
        for widget, text in ((self._heading, heading), (self._lead, lead)):
            widget.setText(text)
            show_if(widget, bool(text))
        self._show_title_row()

    def add_action(self, widget: QWidget) -> None:
        """A button of the title row, left of the primary one."""
        self._keep_whole(widget)
        self._actions.insertWidget(self._actions.count() - (self._primary is not None), widget)
        self._show_title_row()

    def set_primary(self, button: QPushButton) -> None:
        """The page's one primary button; a second one is a mistake of the page.

        Raises:
            ValueError: The page has one already.
        """
        if self._primary is not None:
            raise ValueError("a page has at most one primary button")
        self._primary = button
        self._keep_whole(button)
        self._actions.addWidget(button)
        self._show_title_row()

    @staticmethod
    def _keep_whole(widget: QWidget) -> None:
        """Where room is short, the words at the left break into lines; a button's are never cut off."""
        widget.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def _show_title_row(self) -> None:
        texts = bool(self._heading.text() or self._lead.text())
        show_if(self._title_row, texts or self._actions.count() > 0)

    # -- values

    def load(self, values: object) -> None:
        """Show values; nothing that is set by it counts as a person's change."""
        with self.filling():
            self.fill(values)

    def fill(self, values: object) -> None:
        """Override: put the values into the widgets."""

    def values(self) -> object:
        """Override: what the widgets hold now."""
        return None

    def problems(self) -> dict[str, str]:
        """Override: what forbids saving, by field; empty when all is well."""
        return {}

    @contextmanager
    def filling(self) -> Iterator[None]:
        """While it lasts, changes are the program's, not the person's."""
        self._filling += 1
        try:
            yield
        finally:
            self._filling -= 1

    def note_change(self) -> None:
        """Connect the fields' `changed` here: passes a person's change on as the page's."""
        if not self._filling:
            self.changed.emit()

    # -- freshness

    def refresh(self) -> None:
        """Override: read anew from the services and `load`."""

    def reload(self) -> None:
        """Refresh now."""
        self._stale = False
        self.refresh()

    def mark_stale(self) -> None:
        """Refresh when the page is shown next."""
        self._stale = True

    def on_changes(self, tables: frozenset[str], initiator: object) -> None:
        """A commit touched tables: reload if it concerns this page, now if visible, else when shown."""
        if initiator is self or not (tables & self.tables):
            return
        if self.isVisible():
            self.reload()
        else:
            self.mark_stale()

    def showEvent(self, event: QShowEvent) -> None:
        """Refresh what went stale while the page was hidden."""
        super().showEvent(event)
        if self._stale and not event.spontaneous():
            self.reload()

    # -- connections to longer-lived objects

    def track(self, signal: SignalInstance, slot: Callable) -> None:
        """Connect to an object that outlives the page; cut again by `release`, or by Qt with the page."""
        signal.connect(slot)
        self._tracked.append((signal, slot))

    def release(self) -> None:
        """Cut the tracked connections; the shell calls it before it deletes a page."""
        while self._tracked:
            signal, slot = self._tracked.pop()
            signal.disconnect(slot)

    # -- what the shell asks

    def way_back(self) -> str:
        """Override: the address to go back to; empty is the sidebar's page that was open last."""
        return ""

    def take_argument(self, argument: str) -> None:
        """Override: a page of the sidebar was opened by `key/argument`; empty when it was opened plainly."""

    def first_focus(self) -> QWidget | None:
        """The widget that takes the keyboard when the page is opened; override to choose."""
        return None

    def focusNextPrevChild(self, next_: bool) -> bool:
        """The keyboard stays on the page when what had it is switched off; the next one by Qt is in the sidebar."""
        here = self.window().focusWidget()
        if here is None or here.isEnabled() or not self.isAncestorOf(here):
            return super().focusNextPrevChild(next_)
        target = self.first_focus()
        if target is None or target is here or not (target.isVisible() and target.isEnabled()):
            return False  # Qt takes the keyboard away from it then
        target.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def may_leave(self) -> bool:
        """Override: ask the person what becomes of unsaved work; False stays on the page."""
        return True

    def keep_draft(self) -> None:
        """Keep what is typed on the page and in the dialogs over it: the window goes without asking.

        Raises:
            Refused: It could not be written.
        """
        keep_drafts(self.window())

    def focus_first(self) -> None:
        """Give the keyboard to `first_focus`, else to the page's first widget."""
        target = self.first_focus()
        if target is not None:
            target.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.focusNextChild()
