"""One notice of change for all views: what a commit touched, and who made it."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal


class Hub(QObject):
    """Made once beside the window; pages connect to `changed` and reload themselves.

    `changed(tables, initiator)`: a frozenset of table names and the object that asked for the change, or None.
    May be published from a worker thread: receivers run on the GUI thread.
    """

    changed = Signal(object, object)

    def publish(self, tables: Iterable[str], initiator: object = None) -> None:
        """Tell every view which tables a commit touched; nothing touched, nothing told."""
        touched = frozenset(tables)
        if touched:
            self.changed.emit(touched, initiator)
