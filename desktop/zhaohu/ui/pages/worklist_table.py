"""A list of contacts of which several can be marked, and what can be done with the marked ones, a key for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QObject
from PySide6.QtWidgets import QAbstractItemView, QPushButton, QWidget

from zhaohu.i18n import _, format_number, ngettext, pgettext
from zhaohu.services import reference
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.due.duties import DueRow
from zhaohu.services.register import child_exports
from zhaohu.ui.dialogs.appointment import ask_move, ask_teacher
from zhaohu.ui.dialogs.attempt import Subject, ask_attempt
from zhaohu.ui.pages import worklist_papers
from zhaohu.ui.pages.list_export import list_export
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.pages.today_columns import due_columns
from zhaohu.ui.widgets.buttons import button, press_by
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.layout import flow
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import label, show_if

_REMEMBERED = 200
_NAMED = 3


class WorkTable(DataTable):
    """A `DataTable` of `DueRow` in which several rows can be marked; what is marked stays so when it is read anew.

    Args:
        page: Whose list it is.
        desk: Who looks.
        name: What the list is; also the name of its spreadsheet.
        empty: What it says while there are no rows.
        chips: As in `DataTable`.
        columns: Others than those of the due list.
    """

    def __init__(
        self,
        page: LoadingPage,
        desk: Desk,
        *,
        name: str,
        empty: EmptyState,
        chips: Sequence[tuple[str, str]] = (),
        columns: Sequence[Column] = (),
    ) -> None:
        self._desk, self._title = desk, name
        columns = columns or due_columns()
        export = list_export(page, desk, name, self._write)
        super().__init__(columns, name=name, chips=chips, empty=empty, export=export)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)

    def chosen(self) -> list[DueRow]:
        """The marked rows in the order shown."""
        rows, marked = self.rows(), self.view.selectionModel().selection()
        ranges = [marked.at(n) for n in range(marked.size())]
        places = sorted({place for one in ranges for place in range(one.top(), one.bottom() + 1)})
        return [rows[place] for place in places]

    def set_rows(self, rows: Sequence[Any]) -> None:
        """Show rows; the same contacts stay marked, also where something has changed; else the next one is."""
        current, place = self.view.current_row(), max(0, self.view.currentIndex().row())
        before = self.chosen() if self.rows() else []
        super().set_rows(rows)
        kept = {key_of(row) for row in before} if len(before) <= _REMEMBERED else set()
        if current is not None and kept and rows:
            self._mark(key_of(current), kept)
        if rows and not self.view.selectionModel().hasSelection():
            self.mark_only(place)

    def mark_only(self, place: int) -> None:
        """Mark one row; behind the end the last one."""
        if self.rows():
            self.view.choose_row(max(0, min(place, len(self.rows()) - 1)))

    def _mark(self, current: tuple[str, str], kept: set[tuple[str, str]]) -> None:
        places = {key_of(row): place for place, row in enumerate(self.rows())}
        if current in places:
            self.view.choose_row(places[current])
        found, model = QItemSelection(), self.view.table_model
        for one in kept & places.keys():
            found.select(model.index(places[one], 0), model.index(places[one], len(model.columns) - 1))
        flags = QItemSelectionModel.SelectionFlag
        self.view.selectionModel().select(found, flags.Select | flags.Rows)

    def _write(self, headings: list[str], place: Path) -> None:
        columns = self.view.table_model.columns
        child_exports.export_due(
            self._desk,
            self.rows(),
            name=self._title,
            headings=headings,
            cells=lambda row: [column.value(row) for column in columns],
            place=place,
        )


def key_of(row: DueRow) -> tuple[str, str]:
    """What tells one contact of one child from all others."""
    return row.child_id, row.contact


class WorkActions(QObject):
    """The bar of buttons beside a list: each says its key and acts on the marked rows.

    Args:
        page: Whose list it is.
        desk: Who acts; those who may not record see no buttons.
        table: The list.
        attempt_words: What the button says that notes why something was not done.
    """

    def __init__(self, page: LoadingPage, desk: Desk, table: WorkTable, *, attempt_words: str = "") -> None:
        super().__init__(page)
        self._page, self._desk, self._table = page, desk, table
        self._forms = reference.form_ids()
        self.count = label("", "note")
        self.count.setToolTip(_("Shift or Ctrl marks several rows, with the arrows or the mouse."))
        self.record = keyed(_("Record"), "Ctrl+R", self.on_record, "edit")
        self.attempt = keyed(attempt_words or _("Not done…"), "Ctrl+D", self.on_attempt, "close")
        self.teacher = keyed(_("Give to…"), "Ctrl+T", self._on_teacher, "user")
        self.move = keyed(_("Plan a day…"), "Ctrl+M", self._on_move, "calendar")
        self.sheets = keyed(_("Print forms…"), "Ctrl+P", self._on_sheets, "print")
        self.route = keyed(_("Route list…"), "Ctrl+U", self._on_route, "map")
        self.buttons = (self.record, self.attempt, self.teacher, self.move, self.sheets, self.route)
        line = flow(*self.buttons, self.count, gap=2)
        self.bar = QWidget()
        self.bar.setLayout(line)
        self.bar.setAccessibleName(_("What can be done with the marked rows"))
        self._may = desk.person.role in WRITERS
        show_if(self.bar, self._may)
        table.view.selectionModel().selectionChanged.connect(self._on_marked)
        table.view.table_model.modelReset.connect(self._on_marked)
        table.opened.connect(self.on_opened)
        self._on_marked()

    def offer(self, shown: bool) -> None:
        """Show the bar where there is something to act on, to those who may."""
        show_if(self.bar, shown and self._may)

    def on_opened(self, row: DueRow) -> None:
        """Enter and a double click open the child."""
        self._page.go.emit(f"child/{row.child_id}")

    def on_record(self) -> None:
        """Open the form of the one marked row."""
        row = self._one()
        if row is not None:
            self._page.go.emit(f"visit-new/{row.child_id}.{row.form}")

    def on_attempt(self) -> None:
        """Ask why the marked contacts of one child were not done."""
        chosen = self._table.chosen()
        if len({row.child_id for row in chosen}) == 1:
            titles = pgettext("between parts of a list", ", ").join(row.title for row in chosen)
            about = Subject(chosen[0].child_id, chosen[0].child, tuple(row.contact for row in chosen), titles)
            ask_attempt(self._page, self._desk, about)

    def _on_teacher(self) -> None:
        self._about_many(ask_teacher)

    def _on_move(self) -> None:
        self._about_many(ask_move)

    def _about_many(self, ask: Callable[[LoadingPage, Desk, Sequence[tuple[str, str]], str], None]) -> None:
        chosen = self._table.chosen()
        if chosen:
            ask(self._page, self._desk, [key_of(row) for row in chosen], names_of(chosen))

    def _on_sheets(self) -> None:
        worklist_papers.ask_sheets(self._page, self._desk, self._table.chosen())

    def _on_route(self) -> None:
        worklist_papers.ask_route(self._page, self._desk, self._table.chosen())

    def _one(self) -> DueRow | None:
        chosen = self._table.chosen()
        return chosen[0] if len(chosen) == 1 else None

    def _on_marked(self, *_changes: object) -> None:
        chosen = self._table.chosen() if self._table.rows() else []
        one = chosen[0] if len(chosen) == 1 else None
        known = one is None or one.form in self._forms
        self.record.setEnabled(one is not None and known)
        self.record.setToolTip("" if known else _("This version cannot record this check yet"))
        self.attempt.setEnabled(len({row.child_id for row in chosen}) == 1)
        for each in (self.teacher, self.move, self.sheets, self.route):
            each.setEnabled(bool(chosen))
        n = len(chosen)
        words = ngettext("{n} marked", "{n} marked", n).format(n=format_number(n))
        self.count.setText(words if n > 1 else _("Ctrl+A marks all"))


def keyed(words: str, keys: str, slot: Callable[[], object], icon: str) -> QPushButton:
    """A quiet button that says the key for it."""
    result = button("", slot, kind="flat", icon=icon)
    result.setText(f"{words}  {keys}")
    result.setAccessibleName(words)
    press_by(result, keys)
    return result


def names_of(rows: Sequence[DueRow]) -> str:
    """The first names of those marked, and how many more."""
    names = list(dict.fromkeys(row.child for row in rows))
    words = pgettext("between parts of a list", ", ").join(names[:_NAMED])
    more = len(names) - _NAMED
    return (
        ngettext("{names} and {n} more", "{names} and {n} more", more).format(names=words, n=more)
        if more > 0
        else words
    )
