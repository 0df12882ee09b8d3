"""Tables: a model over rows that are plain values, which sorts in itself, and columns that say how to show them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from zhaohu.ui import icons, theme

ROW_ROLE = Qt.ItemDataRole.UserRole
SORT_ROLE = Qt.ItemDataRole.UserRole + 1

_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Column:
    """How one column shows a row.

    Args:
        title: The header's words.
        value: The row's value: what is sorted by, and exported.
        text: How the value is written; `str` when not given, dates as 2026-03-05.
        width: In widths of a digit; 0 takes what room is left.
        right: Stand at the right edge (numbers).
        tone: A tone for the row's cell, "" for none; give an `icon` or words with it.
        icon: Name of an icon before the text, "" for none; drawn in the tone.
        hint: The tool tip.
        sort: Another sort key than the value, such as pinyin for a name.
        name: What the column is called where its place and width are remembered.
    """

    title: str
    value: Callable[[Any], Any]
    text: Callable[[Any], str] | None = None
    width: int = 12
    right: bool = False
    tone: Callable[[Any], str] | None = None
    icon: Callable[[Any], str] | None = None
    hint: Callable[[Any], str | None] | None = None
    sort: Callable[[Any], Any] | None = None
    name: str = ""

    def words(self, row: Any) -> str:
        """What stands in the cell."""
        value = self.value(row)
        if value is None:
            return ""
        if self.text is not None:
            return self.text(value)
        return value.isoformat() if isinstance(value, date) else str(value)

    def key(self, row: Any) -> tuple[bool, Any]:
        """The sort key; empty values stand behind the others."""
        value = (self.sort or self.value)(row)
        return (value is None, "" if value is None else value)


class RowsModel(QAbstractTableModel):
    """What columns show of rows; whence the rows come, a subclass knows."""

    def __init__(self, columns: Sequence[Column], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._dispatch: dict[int, Callable[[Column, Any], Any]] = {
            Qt.ItemDataRole.DisplayRole: self._display,
            Qt.ItemDataRole.ToolTipRole: self._hint,
            Qt.ItemDataRole.AccessibleTextRole: self._accessible,
            Qt.ItemDataRole.TextAlignmentRole: self._alignment,
            Qt.ItemDataRole.ForegroundRole: self._foreground,
            Qt.ItemDataRole.DecorationRole: self._decoration,
            ROW_ROLE: self._row,
            SORT_ROLE: self._key,
        }

    def row_at(self, index: int) -> Any:
        """The row at a place, None while it is not known yet."""
        raise NotImplementedError

    # -- what Qt asks

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Columns; none under a row."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """One cell in one role."""
        give = self._dispatch.get(role)
        if give is None or not index.isValid():
            return None
        row = self.row_at(index.row())
        return None if row is None else give(self.columns[index.column()], row)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The columns' titles; rows have none."""
        if orientation == Qt.Orientation.Horizontal and 0 <= section < len(self.columns):
            if role == Qt.ItemDataRole.DisplayRole:
                return self.columns[section].title
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return self._alignment(self.columns[section], None)
        return None

    # -- roles

    @staticmethod
    def _display(column: Column, row: Any) -> str:
        return column.words(row)

    @staticmethod
    def _hint(column: Column, row: Any) -> str | None:
        return column.hint(row) if column.hint else None

    @staticmethod
    def _accessible(column: Column, row: Any) -> str:
        return f"{column.title}: {column.words(row)}"

    @staticmethod
    def _alignment(column: Column, row: Any) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter

    @staticmethod
    def _foreground(column: Column, row: Any) -> Any:
        tone = column.tone(row) if column.tone else ""
        return theme.colour(tone) if tone else None

    @staticmethod
    def _decoration(column: Column, row: Any) -> Any:
        name = column.icon(row) if column.icon else ""
        return icons.icon(name, (column.tone(row) if column.tone else "") or "quiet") if name else None

    @staticmethod
    def _row(column: Column, row: Any) -> Any:
        return row

    @staticmethod
    def _key(column: Column, row: Any) -> Any:
        return column.key(row)


class TableModel(RowsModel):
    """Rows that are all at hand; `rows` are tuples or dataclasses and are never changed here."""

    def __init__(self, columns: Sequence[Column], parent: QObject | None = None) -> None:
        super().__init__(columns, parent)
        self._rows: list[Any] = []
        self._order: tuple[int, Qt.SortOrder] | None = None

    def rows(self) -> tuple[Any, ...]:
        """The rows in the order shown."""
        return tuple(self._rows)

    def row_at(self, index: int) -> Any:
        """The row at a place."""
        return self._rows[index]

    def set_rows(self, rows: Sequence[Any]) -> None:
        """Show other rows in the order chosen by the person, else as given."""
        self.beginResetModel()
        self._rows = list(rows)
        self._sort_rows()
        self.endResetModel()

    def replace_row(self, index: int, row: Any) -> None:
        """Show one row anew without losing selection or place."""
        self._rows[index] = row
        self.dataChanged.emit(self.index(index, 0), self.index(index, len(self.columns) - 1))

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """Rows; none under a row."""
        return 0 if parent.isValid() else len(self._rows)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column, empty values last; a negative column keeps the rows as they are."""
        self._order = (column, order) if 0 <= column < len(self.columns) else None
        if self._order is None:
            return
        self.layoutAboutToBeChanged.emit()
        kept = [(index, self._rows[index.row()]) for index in self.persistentIndexList()]
        self._sort_rows()
        if kept:
            places = {id(row): place for place, row in enumerate(self._rows)}
            for index, row in kept:
                self.changePersistentIndex(index, self.index(places[id(row)], index.column()))
        self.layoutChanged.emit()

    def _sort_rows(self) -> None:
        if self._order is None:
            return
        column, order = self._order
        key = self.columns[column].key
        if order == Qt.SortOrder.DescendingOrder:
            filled = sorted((row for row in self._rows if not key(row)[0]), key=key, reverse=True)
            self._rows = filled + [row for row in self._rows if key(row)[0]]
        else:
            self._rows = sorted(self._rows, key=key)
