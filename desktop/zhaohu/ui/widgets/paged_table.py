"""A list of any length: it knows the order of all its rows by number, and reads only those that are looked at."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import Enum, auto
from typing import Any

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import QAbstractItemView, QStackedLayout, QWidget

from zhaohu.i18n import _, format_number, ngettext
from zhaohu.ui.widgets.data_table import RowsView
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.layout import column, panel, row
from zhaohu.ui.widgets.paged_model import PAGE, Batch, PagedModel
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import label

_AT_ONCE = 2
_AFTER_PAINTING_MS = 40
"""Reading ahead waits until what is in view is painted."""
_PATIENCE_MS = 300


class Place(Enum):
    """Where a list stands when it has changed."""

    TOP = auto()
    """At its beginning: it is another list."""
    MARKED = auto()
    """At the marked row, if that is still there: it is the same list in another order."""
    SAME = auto()
    """Where it stood: it is the same list with newer data."""


class PagedView(RowsView):
    """A table of a `PagedModel`; several rows can be marked.

    Signals:
        resized: Its room changed.
    """

    table_model: PagedModel
    resized = Signal()

    def __init__(self, columns: Sequence[Column], sortable: Collection[str], *, name: str) -> None:
        super().__init__(PagedModel(columns, sortable), name=name)
        self._waiting: int | None = None
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        header = self.horizontalHeader()
        header.setSectionsMovable(True)
        header.setFirstSectionMovable(False)
        header.sortIndicatorChanged.connect(self._on_indicator)

    def show_order(self) -> None:
        """Let the header say by what the list is ordered."""
        name, descending = self.table_model.order()
        names = [spec.name for spec in self.table_model.columns]
        way = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.horizontalHeader().setSortIndicator(names.index(name) if name in names else -1, way)

    def open_if_waited_for(self) -> None:
        """Open the row on which Enter was pressed before it had been read."""
        index = self.currentIndex()
        if self._waiting is not None and index.isValid() and self._waiting == self.table_model.ids[index.row()]:
            self._open(index)

    def resizeEvent(self, event: Any) -> None:
        """Tell it."""
        super().resizeEvent(event)
        self.resized.emit()

    def _open(self, index: QModelIndex) -> None:
        row_ = self.table_model.row_at(index.row())
        self._waiting = self.table_model.ids[index.row()] if row_ is None else None
        if row_ is not None:
            self.opened.emit(row_)

    def _on_indicator(self) -> None:
        """A column by which the list cannot be ordered does not keep the arrow."""
        self.show_order()


class PagedTable(QWidget):
    """A list of any length with its count, and what it says when it is empty.

    Args:
        columns: What it shows; each has a `name`, the first is always shown.
        sortable: Names of the columns by which it can be ordered.
        name: What the list is, for screen readers.
        empty: What it says while there are no rows.

    Signals:
        opened(row), picked(row): As in `RowsView`.
        rows_wanted(batch): Read these and hand them to `take`.
        sort_wanted(name, descending): Give the list in another order.
        chosen_changed: Other rows are marked.
    """

    opened = Signal(object)
    picked = Signal(object)
    rows_wanted = Signal(object)
    sort_wanted = Signal(str, bool)
    chosen_changed = Signal()

    def __init__(
        self, columns: Sequence[Column], sortable: Collection[str], *, name: str, empty: EmptyState | None = None
    ) -> None:
        super().__init__()
        self.view = PagedView(columns, sortable, name=name)
        self.model = self.view.table_model
        self.empty = empty or EmptyState(_("Nothing here yet"))
        self.lead, self.tools = row(gap=2), row(gap=1)
        self._count = label("", "note")
        self._reading: set[int] = set()
        self._look = QTimer(self)
        self._look.setSingleShot(True)
        self._look.timeout.connect(self._ask)
        bar = row(gap=3)
        bar.addLayout(self.lead, 1)
        bar.addWidget(self._count)
        bar.addLayout(self.tools)
        self._stack = QStackedLayout()
        outer = column(panel(bar), gap=2)
        outer.addLayout(self._stack, 1)
        self.setLayout(outer)
        self._stack.addWidget(self.view)  # a stack without a place would open its first sheet as a window
        self._stack.addWidget(self.empty)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE_MS)
        self._patience.timeout.connect(self._say_reading)
        self._connect()

    def _connect(self) -> None:
        view = self.view
        view.opened.connect(self.opened)
        view.picked.connect(self.picked)
        self.model.sort_wanted.connect(self.sort_wanted)
        view.verticalScrollBar().valueChanged.connect(self._look_soon)
        view.resized.connect(self._look_soon)
        view.selectionModel().selectionChanged.connect(self._on_selection)

    # -- the list

    def expect(self) -> None:
        """Another list was asked for; when it takes long, the count says so."""
        self._patience.start()

    def set_ids(self, ids: Sequence[int], first: Sequence[Any] = (), *, place: Place = Place.TOP) -> None:
        """Show another list; rows that were marked and are still there stay marked.

        Args:
            ids: Numbers of all its rows, in order.
            first: The rows of its first page.
            place: What is looked at then.
        """
        marked, chosen = self.current_number(), frozenset(self.chosen_numbers())
        bar = self.view.verticalScrollBar()
        before = bar.value()
        self._patience.stop()
        self._reading.clear()
        self.model.set_ids(ids, first)
        self.view.doItemsLayout()  # so that the scroll bar knows the new length
        self._stack.setCurrentWidget(self.view if ids else self.empty)
        found = self._mark_again(marked, chosen)
        if place is Place.SAME:
            bar.setValue(before)
        elif place is Place.MARKED and found is not None:
            self.view.scrollTo(found, QAbstractItemView.ScrollHint.PositionAtCenter)
        else:
            self.view.scrollToTop()
        self._tell_count()
        self._ask(ahead=False)
        self._look.start(_AFTER_PAINTING_MS)

    def take(self, batch: Batch, rows: Sequence[Any]) -> None:
        """Rows that were asked for by `rows_wanted`."""
        if self.model.take(batch, rows):
            self._reading.discard(batch.page)
            self.view.open_if_waited_for()
            self._ask()

    def rows(self) -> list[Any]:
        """The rows that were read, in the order shown."""
        return [one for at in range(len(self.model.ids)) if (one := self.model.row_at(at)) is not None]

    def count_text(self) -> str:
        """What the count label says."""
        return self._count.text()

    def set_sort(self, name: str, descending: bool = False) -> None:
        """Show the order in which the list is given; does not emit `sort_wanted`."""
        self.model.set_order(name, descending)
        self.view.show_order()

    # -- what is marked

    def current_number(self) -> int | None:
        """Number of the row that has the keyboard."""
        index = self.view.currentIndex()
        return self.model.ids[index.row()] if index.isValid() else None

    def chosen_numbers(self) -> list[int]:
        """Numbers of the marked rows, in order."""
        ranges = sorted((one.top(), one.bottom()) for one in self.view.selectionModel().selection().toList())
        return [number for top, bottom in ranges for number in self.model.ids[top : bottom + 1]]

    def _mark_again(self, marked: int | None, chosen: frozenset[int]) -> QModelIndex | None:
        if marked is None:
            return None
        selection, flags = QItemSelection(), QItemSelectionModel.SelectionFlag
        start, found = -1, None
        for at, number in enumerate((*self.model.ids, None)):
            if number == marked:
                found = self.model.index(at, 0)
            if number in chosen:
                start = at if start < 0 else start
            elif start >= 0:
                selection.select(self.model.index(start, 0), self.model.index(at - 1, len(self.model.columns) - 1))
                start = -1
        model = self.view.selectionModel()
        if found is not None:
            model.setCurrentIndex(found, flags.NoUpdate)
        model.select(selection, flags.ClearAndSelect | flags.Rows)
        return found

    def _on_selection(self) -> None:
        self._tell_count()
        self.chosen_changed.emit()

    def _say_reading(self) -> None:
        self._count.setText(_("Reading"))

    def _tell_count(self) -> None:
        n = len(self.model.ids)
        words = ngettext("{n} child", "{n} children", n).format(n=format_number(n)) if n else ""
        chosen = sum(one.height() for one in self.view.selectionModel().selection().toList())
        if chosen > 1:
            words += "  ·  " + ngettext("{n} marked", "{n} marked", chosen).format(n=format_number(chosen))
        self._count.setText(words)

    # -- reading what is looked at

    def _look_soon(self) -> None:
        """Once for all that a key or the wheel sets going."""
        self._look.start(0)

    def _ask(self, *, ahead: bool = True) -> None:
        """Have read what is in view, and then (`ahead`) the pages behind and before it; a few at a time."""
        if not self.model.ids:
            return
        view = self.view
        last = view.rowAt(view.viewport().height() - 1)
        in_view = range(max(0, view.rowAt(0)) // PAGE, (last if last >= 0 else len(self.model.ids) - 1) // PAGE + 1)
        for page in (*in_view, *((in_view.stop, in_view.start - 1) if ahead else ())):
            batch = self.model.batch(page)
            if len(self._reading) >= _AT_ONCE:
                return
            if batch is not None and page not in self._reading:
                self._reading.add(page)
                self.rows_wanted.emit(batch)
