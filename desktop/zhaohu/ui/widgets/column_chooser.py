"""The window in which the columns of a list are chosen: shown or hidden, and in which order."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QDialog, QListWidget, QListWidgetItem, QWidget

from zhaohu.i18n import _
from zhaohu.ui import theme
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.layout import STRETCH, column, row
from zhaohu.ui.widgets.words import label, set_kind

_NAME = Qt.ItemDataRole.UserRole


class ColumnChooser(QDialog):
    """Columns with ticks; Space ticks, Alt+Up and Alt+Down or the mouse move one.

    Args:
        parent: The window it belongs to.
        columns: (name, title) of all columns in their present order; the first cannot be hidden or moved.
        shown: Names of those that are shown.
        usual: Names that are shown when nobody chose, in the usual order.

    Signals:
        chosen(order, shown): Names, when the person is content.
    """

    chosen = Signal(list, list)

    def __init__(
        self, parent: QWidget | None, columns: Sequence[tuple[str, str]], shown: Sequence[str], usual: Sequence[str]
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Columns"))
        set_kind(self, "page")
        self._titles, self._usual = dict(columns), tuple(usual)
        self.list = QListWidget()
        self.list.setAccessibleName(_("Columns of this list"))
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self._fill([name for name, _title in columns], shown)
        self.up = button(_("Move up"), self._move_up, icon="chevron-up", hint="Alt+↑")
        self.down = button(_("Move down"), self._move_down, icon="chevron-down", hint="Alt+↓")
        for keys, slot in (("Alt+Up", self._move_up), ("Alt+Down", self._move_down)):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)  # a button would swallow quick presses
        self.do_button = button(_("Show these"), self._take, kind="primary", shortcut="Ctrl+Return")
        side = column(self.up, self.down, button(_("As usual"), self._reset), STRETCH)
        middle = row(gap=3)
        middle.addWidget(self.list, 1)
        middle.addLayout(side)
        lead = label(_("Ticked columns are shown, in this order."), "soft")
        outer = column(label(_("Columns"), "title"), lead, gap=4, margin=6)
        outer.addLayout(middle, 1)
        outer.addLayout(row(STRETCH, button(_("Cancel"), self.reject), self.do_button))
        self.setLayout(outer)
        self.resize(theme.size("dialog"), theme.size("field_long") + theme.size("field_short"))
        self.list.setFocus()

    def order(self) -> list[str]:
        """The names in the order they stand in."""
        names = [self.list.item(at).data(_NAME) for at in range(self.list.count())]
        first = next(iter(self._titles))
        return [first, *(name for name in names if name != first)]

    def ticked(self) -> list[str]:
        """The names that are to be shown."""
        items = [self.list.item(at) for at in range(self.list.count())]
        return [item.data(_NAME) for item in items if item.checkState() == Qt.CheckState.Checked]

    def _fill(self, order: Sequence[str], shown: Sequence[str]) -> None:
        self.list.clear()
        flags = Qt.ItemFlag
        for at, name in enumerate(order):
            item = QListWidgetItem(self._titles[name], self.list)
            item.setData(_NAME, name)
            item.setSizeHint(QSize(theme.size("field_short"), theme.size("option")))
            item.setCheckState(Qt.CheckState.Checked if name in shown or not at else Qt.CheckState.Unchecked)
            free = flags.ItemIsUserCheckable | flags.ItemIsDragEnabled | flags.ItemIsEnabled
            item.setFlags(flags.ItemIsSelectable | (flags.ItemIsEnabled if not at else free))
        self.list.setCurrentRow(0)

    def _move_up(self) -> None:
        self._move(-1)

    def _move_down(self) -> None:
        self._move(1)

    def _move(self, by: int) -> None:
        at = self.list.currentRow()
        if at >= 1 and 1 <= at + by < self.list.count():
            self.list.insertItem(at + by, self.list.takeItem(at))
            self.list.setCurrentRow(at + by)

    def _reset(self) -> None:
        behind = [name for name in self._titles if name not in self._usual]
        self._fill([*self._usual, *behind], self._usual)

    def _take(self) -> None:
        self.chosen.emit(self.order(), self.ticked())
        self.accept()
