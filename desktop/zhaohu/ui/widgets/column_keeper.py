"""Which columns of a table are shown, in which order and how wide: applied, told when a person changes it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QHeaderView

from zhaohu.ui import theme
from zhaohu.ui.widgets.paged_table import PagedView
from zhaohu.ui.widgets.table import Column

_PAUSE_MS = 400
_LEAST_ROOM = 14  # digits for the column that takes the room left, before the table scrolls sideways instead


class ColumnKeeper(QObject):
    """Keeps the columns of a view; what `content` gives, `apply` takes, also years later with other columns.

    Widths are remembered as they would be at a type size of 100 %.

    Args:
        view: The table; its columns have names.
        shown: Names of the columns that are shown when nobody chose.

    Signals:
        changed: A person moved, widened, showed or hid a column.
    """

    changed = Signal()

    def __init__(self, view: PagedView, shown: Collection[str]) -> None:
        super().__init__(view)
        self._view, self._header = view, view.horizontalHeader()
        self._columns: Sequence[Column] = view.table_model.columns
        self._shown = frozenset(shown)
        self._places = {spec.name: at for at, spec in enumerate(self._columns)}
        self._start = [self._header.sectionSize(at) for at in range(len(self._columns))]
        self._applying = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.changed)
        self._header.sectionResized.connect(self._on_resized)
        self._header.sectionMoved.connect(self._on_touched)
        view.resized.connect(self.fit)
        self.apply({})

    # -- as values

    def names(self) -> list[str]:
        """All columns in the order in which they stand."""
        return [self._columns[self._header.logicalIndex(at)].name for at in range(len(self._columns))]

    def shown(self) -> list[str]:
        """The columns that are shown, in order."""
        return [name for name in self.names() if not self._header.isSectionHidden(self._places[name])]

    def shown_columns(self) -> list[Column]:
        """The same, as columns."""
        return [self._columns[self._places[name]] for name in self.shown()]

    def content(self) -> dict[str, Any]:
        """What is to be remembered: plain JSON."""
        start, now = self._start, self._header.sectionSize
        widths = {
            spec.name: round(now(at) * 100 / theme.scale_percent())
            for at, spec in enumerate(self._columns)
            if not self._header.isSectionHidden(at) and spec.width and now(at) != start[at] and at != self._stretched()
        }
        return {"order": self.names(), "shown": self.shown(), "widths": widths}

    def apply(self, content: Mapping[str, Any]) -> None:
        """Show columns as they were remembered; columns that are new since then stand behind, hidden or as usual."""
        order = [name for name in content.get("order", ()) if name in self._places]
        order += [spec.name for spec in self._columns if spec.name not in order]
        remembered = frozenset(content.get("order", ()))
        chosen = frozenset(content.get("shown", ()))
        shown = chosen | (self._shown - remembered) | {self._columns[0].name}
        widths: Mapping[str, Any] = content.get("widths", {})
        self._applying = True
        try:
            for place, name in enumerate(order):
                self._header.moveSection(self._header.visualIndex(self._places[name]), place)
            for at, spec in enumerate(self._columns):
                self._header.setSectionHidden(at, spec.name not in shown)
                width = widths.get(spec.name)
                self._view.setColumnWidth(at, theme.scaled(width) if isinstance(width, int) else self._start[at])
        finally:
            self._applying = False
        self.fit()

    def arrange(self, order: Sequence[str], shown: Collection[str]) -> None:
        """What a person chose: this order, and these columns."""
        self.apply({**self.content(), "order": list(order), "shown": list(shown)})
        self.changed.emit()

    def usual(self) -> list[str]:
        """The columns that are shown when nobody chose, in their usual order."""
        return [spec.name for spec in self._columns if spec.name in self._shown]

    # -- the room

    def fit(self) -> None:
        """Let one column take the room that is left, if there is any."""
        taker = self._stretched()
        others = sum(self._header.sectionSize(at) for at in range(len(self._columns)) if at != taker)
        least = _LEAST_ROOM * self._view.fontMetrics().horizontalAdvance("0") + theme.space(4)
        room = self._view.viewport().width() - others
        modes = QHeaderView.ResizeMode
        self._applying = True
        try:
            self._header.setStretchLastSection(False)
            for at in range(len(self._columns)):
                takes = at == taker and room >= least
                self._header.setSectionResizeMode(at, modes.Stretch if takes else modes.Interactive)
            if room < least:
                self._view.setColumnWidth(taker, least)
        finally:
            self._applying = False

    def _stretched(self) -> int:
        """The column that takes the room left: the one that is made for it, else the last."""
        shown = [self._places[name] for name in self.shown()]
        return next((at for at in shown if not self._columns[at].width), shown[-1])

    def _on_resized(self, at: int) -> None:
        """The column that takes the room left follows the window, not a person."""
        if self._header.sectionResizeMode(at) != QHeaderView.ResizeMode.Stretch:
            self._on_touched()

    def _on_touched(self) -> None:
        if not self._applying and self._view.isVisible():
            self._pause.start()
