"""The model of a list of any length: the order of all rows by number, and the rows of the pages that were read."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from zhaohu.ui.widgets.table import Column, RowsModel

PAGE = 100
_PAGES_KEPT = 60

_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that are to be read; `edition` says of which list."""

    edition: int
    page: int
    numbers: tuple[int, ...]


class PagedModel(RowsModel):
    """Numbers in order, and the rows of those pages that were read, each with its number as `no`.

    While a page is read anew, the rows known before stand in its place, so that a list that follows a commit never
    flickers.

    Args:
        columns: What is shown.
        sortable: Names of the columns by which the list can be ordered.

    Signals:
        sort_wanted(name, descending): The person wants another order; an empty name is the list's own.
    """

    sort_wanted = Signal(str, bool)

    def __init__(self, columns: Sequence[Column], sortable: Collection[str], parent: QObject | None = None) -> None:
        super().__init__(columns, parent)
        self.ids: Sequence[int] = ()
        self.edition = 0
        self._sortable = frozenset(sortable)
        self._rows: dict[int, Any] = {}
        self._before: dict[int, Any] = {}
        self._pages: OrderedDict[int, None] = OrderedDict()
        self._order = ("", False)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Rows; none under a row."""
        return 0 if parent.isValid() else len(self.ids)

    def row_at(self, index: int) -> Any:
        """The row at a place, None while it was never read."""
        number = self.ids[index]
        return self._rows.get(number) or self._before.get(number)

    def set_ids(self, ids: Sequence[int], first: Sequence[Any] = ()) -> None:
        """Another list, with the rows of its first page if they are known already."""
        self.beginResetModel()
        self.edition += 1
        self.ids = ids
        self._before, self._rows = {**self._rows}, {}
        self._pages.clear()
        if first:
            self._keep(0, first)
        self.endResetModel()

    def batch(self, page: int) -> Batch | None:
        """What has to be read for a page, None when nothing has."""
        numbers = self.ids[page * PAGE : (page + 1) * PAGE] if page >= 0 else ()
        return None if page in self._pages or not numbers else Batch(self.edition, page, tuple(numbers))

    def take(self, batch: Batch, rows: Sequence[Any]) -> bool:
        """Rows that were read; of a list that is no longer shown they are left aside."""
        if batch.edition != self.edition:
            return False
        self._keep(batch.page, rows)
        top = batch.page * PAGE
        self.dataChanged.emit(self.index(top, 0), self.index(top + len(batch.numbers) - 1, len(self.columns) - 1))
        return True

    def _keep(self, page: int, rows: Sequence[Any]) -> None:
        self._rows.update((one.no, one) for one in rows)
        self._pages[page] = None
        while len(self._pages) > _PAGES_KEPT:
            oldest, _nothing = self._pages.popitem(last=False)
            for number in self.ids[oldest * PAGE : (oldest + 1) * PAGE]:
                self._rows.pop(number, None)

    # -- order

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Ask for another order; the list comes back in it."""
        name = self.columns[column].name if 0 <= column < len(self.columns) else ""
        wanted = (name, bool(name) and order == Qt.SortOrder.DescendingOrder)
        if wanted != self._order and (not name or name in self._sortable):
            self._order = wanted
            self.sort_wanted.emit(*wanted)

    def order(self) -> tuple[str, bool]:
        """The name of the column it is ordered by, empty for the list's own order, and whether downwards."""
        return self._order

    def set_order(self, name: str, descending: bool) -> None:
        """The order in which the list is given from now on."""
        self._order = (name, descending)
