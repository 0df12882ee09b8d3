"""The list of a page: filter chips, count, export, the table itself, and what it says when it is empty."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStackedLayout, QTableView, QWidget

from zhaohu.i18n import _, format_number, ngettext
from zhaohu.ui import theme
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.chips import ChipBar
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.layout import column, panel, row
from zhaohu.ui.widgets.table import Column, RowsModel, TableModel
from zhaohu.ui.widgets.words import label, show_if


class RowsView(QTableView):
    """A read-only table of whole rows; Enter or a double click opens one.

    Signals:
        opened(row): A row was opened.
        picked(row): Another row became current, None for none.
    """

    opened = Signal(object)
    picked = Signal(object)

    table_model: RowsModel

    def __init__(self, model: RowsModel, *, name: str = "") -> None:
        super().__init__()
        self.table_model = model
        model.setParent(self)
        self.setModel(model)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setMouseTracking(True)
        self.setIconSize(QSize(theme.size("icon_small"), theme.size("icon_small")))
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(theme.size("row"))
        self._lay_out_header()
        self.doubleClicked.connect(self._open)
        self.selectionModel().currentRowChanged.connect(self._on_current)
        self.table_model.modelReset.connect(self._on_reset)

    def _lay_out_header(self) -> None:
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        digit = self.fontMetrics().horizontalAdvance("0")
        header.setMinimumSectionSize(6 * digit + theme.space(4))
        for at, spec in enumerate(self.table_model.columns):
            if spec.width:
                self.setColumnWidth(at, spec.width * digit + theme.space(4))
            else:
                header.setSectionResizeMode(at, QHeaderView.ResizeMode.Stretch)
        if all(spec.width for spec in self.table_model.columns):
            header.setStretchLastSection(True)

    def current_row(self) -> Any:
        """The row that is marked, None for none."""
        index = self.currentIndex()
        return self.table_model.row_at(index.row()) if index.isValid() else None

    def choose_row(self, place: int) -> None:
        """Mark a row by its place."""
        flags = QItemSelectionModel.SelectionFlag
        index = self.table_model.index(place, 0)
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the marked row."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._open(self.currentIndex())
            return
        super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(self.table_model.row_at(index.row()))

    def _on_current(self, current: QModelIndex, previous: QModelIndex) -> None:
        self.picked.emit(self.table_model.row_at(current.row()) if current.isValid() else None)

    def _on_reset(self) -> None:
        self.picked.emit(None)


class TableView(RowsView):
    """A table whose rows are all at hand."""

    table_model: TableModel

    def __init__(self, columns: Sequence[Column], *, name: str = "") -> None:
        super().__init__(TableModel(columns), name=name)


class DataTable(QWidget):
    """A table with everything around it.

    Args:
        columns: What it shows.
        name: What the list is, for screen readers.
        chips: Filter chips as (key, words), the first pressed; the page filters on `filtered`.
        empty: What it says while there are no rows, with the button that does what is to be done first.
        export: Called with (titles, rows of values) when the person asks for a spreadsheet.

    Signals:
        opened(row), picked(row): As in `TableView`.
        filtered: Another chip was pressed; ask `chips.current()`.
    """

    opened = Signal(object)
    picked = Signal(object)
    filtered = Signal()

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        name: str,
        chips: Sequence[tuple[str, str]] = (),
        empty: EmptyState | None = None,
        export: Callable[[list[str], list[list[Any]]], object] | None = None,
    ) -> None:
        super().__init__()
        self.view = TableView(columns, name=name)
        self.chips = ChipBar(chips, name=name)
        show_if(self.chips, bool(chips))
        self.empty = empty or EmptyState(_("Nothing here yet"))
        self._export = export
        self._count = label("", "note")
        self._export_button = button(_("Excel"), self._on_export, kind="flat", icon="spreadsheet")
        self._export_button.setToolTip(_("Save this list as a spreadsheet"))
        show_if(self._export_button, export is not None)
        self.tools = row(gap=2)
        bar = row(gap=3)
        bar.addWidget(self.chips, 1)
        if not chips:
            bar.addStretch(1)
        bar.setAlignment(self.chips, Qt.AlignmentFlag.AlignVCenter)
        bar.addLayout(self.tools)
        bar.addWidget(self._count)
        bar.addWidget(self._export_button)
        self._stack = QStackedLayout()
        outer = column(panel(bar), gap=2)
        outer.addLayout(self._stack, 1)
        self.setLayout(outer)
        self._stack.addWidget(self.view)  # a stack without a place would open its first sheet as a window
        self._stack.addWidget(self.empty)
        self.view.opened.connect(self.opened)
        self.view.picked.connect(self.picked)
        self.chips.changed.connect(self.filtered)
        self.set_rows(())

    def set_rows(self, rows: Sequence[Any]) -> None:
        """Show rows; keeps the marked one marked when an equal row is still there."""
        before = self.view.current_row()
        self.view.table_model.set_rows(rows)
        n = len(rows)
        self._count.setText(ngettext("{n} row", "{n} rows", n).format(n=format_number(n)) if n else "")
        self._stack.setCurrentWidget(self.view if n else self.empty)
        self._export_button.setEnabled(bool(n))
        if before is not None and before in rows:
            self.view.choose_row(self.view.table_model.rows().index(before))

    def rows(self) -> tuple[Any, ...]:
        """The rows in the order shown."""
        return self.view.table_model.rows()

    def count_text(self) -> str:
        """What the count label says."""
        return self._count.text()

    def set_sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column as if the person had clicked its header."""
        self.view.sortByColumn(column, order)

    def _on_export(self) -> None:
        if self._export is not None:
            columns = self.view.table_model.columns
            self._export([c.title for c in columns], [[c.value(r) for c in columns] for r in self.rows()])
