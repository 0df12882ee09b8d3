"""What the tabs share that hold a setting as rows: add, change, take out, and back to what the program ships."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _
from zhaohu.services.content.standing import Standing
from zhaohu.services.desk import Desk
from zhaohu.services.district import Key
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.layout import column, flow, panel
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import label, show_if

if TYPE_CHECKING:
    from zhaohu.ui.pages.content import ContentPage


@dataclass(frozen=True, slots=True)
class RowWords:
    """What such a tab says.

    Args:
        name: What the rows are.
        lead: What they are for.
        empty: When there are none.
        add, edit: On the buttons, and over the forms that they open.
        shipped: What is asked about before the program's own rows come back.
    """

    name: str
    lead: str
    empty: str
    add: str
    edit: str
    shipped: str


class RowsTab(QWidget):
    """Rows of one setting; an administrator of the center changes them. Subclasses say how a row is asked for."""

    def __init__(self, desk: Desk, page: ContentPage, key: Key, words: RowWords, columns: Sequence[Column]) -> None:
        super().__init__()
        self.desk, self.page, self._key, self._words = desk, page, key, words
        self.add_button = button(words.add, self.add, icon="add")
        self.edit_button = button(words.edit, self.edit, icon="edit")
        self.remove_button = button(_("Take out"), self.remove, icon="delete")
        self.restore_button = button(_("As shipped"), self.restore_all, icon="undo")
        self._standing = label("", "soft", wrap=True)
        self.table = DataTable(columns, name=words.name, empty=EmptyState(words.empty, icon="calendar"))
        buttons = (self.add_button, self.edit_button, self.remove_button, self.restore_button)
        for one in buttons:
            show_if(one, page.may_change)
        self.head = column(label(words.lead, "soft", wrap=True), self._standing, gap=3)
        layout = column(self.head, panel(flow(*buttons)), gap=3)
        layout.addWidget(self.table, 1)
        self.setLayout(layout)
        self.table.picked.connect(self._on_picked)
        self.table.opened.connect(self._on_opened)
        self._on_picked(None)

    def show_rows(self, rows: Sequence[Any], standing: Standing, *, shipped: bool) -> None:
        """Show the setting."""
        self.table.set_rows(rows)
        self._standing.setText(self.page.standing_words(standing))
        self.restore_button.setEnabled(not shipped)

    def form(self, row: Any | None) -> tuple[Form, Callable[[dict[str, Any]], int]]:
        """The form for a row, or for a new one, and what saves it."""
        raise NotImplementedError

    def take_out(self, row: Any) -> int:
        """Take a row out of the setting."""
        raise NotImplementedError

    def add(self) -> None:
        """One more."""
        self._ask(None, self._words.add)

    def edit(self) -> None:
        """Change the marked one."""
        if marked := self.table.view.current_row():
            self._ask(marked, self._words.edit)

    def remove(self) -> None:
        """Take out the marked one."""
        if marked := self.table.view.current_row():
            self.page.change(lambda: self.take_out(marked), self.remove_button.text())

    def restore_all(self) -> None:
        """The program's own again."""
        self.page.restore(self._key, self._words.shipped)

    def _ask(self, row: Any | None, title: str) -> None:
        form, save = self.form(row)
        dialog = FormDialog.ask(self.window(), self.page.runner, form, title=title, do=_("Save"), save=save)
        dialog.saved.connect(self.page.told)

    def _on_picked(self, marked: Any | None) -> None:
        self.edit_button.setEnabled(marked is not None)
        self.remove_button.setEnabled(marked is not None)

    def _on_opened(self, _marked: Any) -> None:
        if self.page.may_change:
            self.edit()
