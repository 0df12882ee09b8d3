"""A table whose rows are ticked, and in which one column may be written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView

from zhaohu.ui.widgets.data_table import TableView
from zhaohu.ui.widgets.table import Column, TableModel

_Index = QModelIndex | QPersistentModelIndex
_CHECK = Qt.ItemDataRole.CheckStateRole


class CheckModel(TableModel):
    """Rows with a tick in the first column; ticks belong to keys, so they outlast filtering and sorting.

    Signals:
        toggled(row): A person ticked a row or took the tick away.
        written(row, text): A person wrote into the column `writable`.
    """

    toggled = Signal(object)
    written = Signal(object, str)

    def __init__(
        self,
        columns: Sequence[Column],
        key: Callable[[Any], str],
        writable: int | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(columns, parent)
        self._key_of, self._writable = key, writable
        self._ticked: set[str] = set()
        self.locked = False

    def ticked(self) -> frozenset[str]:
        """Keys of the ticked rows, shown or not."""
        return frozenset(self._ticked)

    def set_ticked(self, keys: Iterable[str]) -> None:
        """Tick exactly these; does not emit `toggled`."""
        self._ticked = set(keys)
        if self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, len(self.columns) - 1))

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """The first column can be ticked, one may be written."""
        flags = super().flags(index)
        if self.locked:
            return flags
        if index.column() == 0:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        if index.column() == self._writable:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """One cell in one role."""
        if role == _CHECK and index.isValid() and index.column() == 0:
            ticked = self._key_of(self.row_at(index.row())) in self._ticked
            return Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.EditRole and index.column() == self._writable:
            return super().data(index, Qt.ItemDataRole.DisplayRole)
        return super().data(index, role)

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """A tick or a text by a person."""
        if self.locked or not index.isValid():
            return False
        row = self.row_at(index.row())
        if role == _CHECK and index.column() == 0:
            self._ticked ^= {self._key_of(row)}
            self.toggled.emit(row)
        elif role == Qt.ItemDataRole.EditRole and index.column() == self._writable:
            self.written.emit(row, str(value).strip())
        else:
            return False
        self.dataChanged.emit(self.index(index.row(), 0), self.index(index.row(), len(self.columns) - 1))
        return True


class CheckTable(TableView):
    """The view of a `CheckModel`: Space, Enter or the box ticks the marked row; F2 or a double click writes.

    Args:
        columns: What it shows; the first carries the box.
        name: What the list is, for screen readers.
        key: What the ticks belong to.
        writable: The place of the column that may be written.
    """

    def __init__(
        self, columns: Sequence[Column], *, name: str, key: Callable[[Any], str], writable: int | None = None
    ) -> None:
        super().__init__(columns, name=name)
        unticked, selection = self.table_model, self.selectionModel()
        self.table_model = self.check_model = CheckModel(columns, key, writable, self)
        self.setModel(self.check_model)
        selection.deleteLater()
        unticked.deleteLater()
        self._lay_out_header()
        self._writable = writable
        if writable is not None:
            triggers = QAbstractItemView.EditTrigger
            self.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed)
        self.selectionModel().currentRowChanged.connect(self._on_current)
        self.check_model.modelReset.connect(self._on_reset)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space and Enter tick, F2 writes, whatever cell of the row is current."""
        current = self.currentIndex()
        if self.state() == QAbstractItemView.State.EditingState:
            return  # Enter in the editor: it comes here too, after it has ended the writing
        if current.isValid() and event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.check_model.setData(current.siblingAtColumn(0), None, _CHECK)
        elif current.isValid() and event.key() == Qt.Key.Key_F2 and self._writable is not None:
            self.edit(current.siblingAtColumn(self._writable))
        else:
            super().keyPressEvent(event)
