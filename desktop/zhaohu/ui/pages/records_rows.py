"""The rows of a table of records: how each stands, and which of them a person takes in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QWidget

from zhaohu.i18n import N_, _, form_term, format_number, pgettext, sentences
from zhaohu.rules.names import sort_key
from zhaohu.services.visit_table.record_import import RecordPreview, RecordRow, RowState
from zhaohu.ui.pages.list_export import Export
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.layout import Card, column
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import label, show_if

_ALL = ""
_STATES = {
    RowState.READY: (N_("to be recorded"), "add", "done"),
    RowState.DOUBTFUL: (N_("doubtful"), "attention", "attention"),
    RowState.REFUSED: (N_("refused"), "danger", "danger"),
    RowState.ALREADY: (N_("recorded already"), "check", "quiet"),
}
"""For each state its words, icon and tone, in the order in which rows are worked through."""
_TAKEABLE = (RowState.READY, RowState.DOUBTFUL)
_MOST_REMARKS = 20


def remarks(row: RecordRow) -> str:
    """What is to be said about a row, in one line."""
    return sentences(one.reason for one in row.issues)


def state_words(row: RecordRow) -> str:
    """How a row stands, in few words."""
    return _(_STATES[row.state][0])


def row_columns() -> list[Column]:
    """The columns that tell a row: where it stands, whose and what it is, and what is to be said of it."""
    return [
        Column(_("Sheet"), lambda r: r.sheet, width=12, hint=lambda r: r.sheet),
        Column(_("Row"), lambda r: r.row, width=5, right=True),
        Column(
            _("State"),
            state_words,
            width=11,
            icon=lambda r: _STATES[r.state][1],
            tone=lambda r: _STATES[r.state][2],
        ),
        Column(_("Child"), lambda r: r.child or None, width=9, sort=lambda r: sort_key(r.child)),
        Column(_("Form"), lambda r: form_term(r.title), width=20, hint=lambda r: form_term(r.title)),
        Column(_("Day"), lambda r: r.day, width=10),
        Column(_("Remarks"), lambda r: remarks(r) or None, width=0, hint=remarks),
    ]


class RecordsRows(QWidget):
    """The rows with their state; Space or the button takes the marked one in or leaves it out.

    Args:
        export: Writes the rows shown as a spreadsheet.

    Signals:
        changed: Another row is left out or taken in.
    """

    changed = Signal()

    def __init__(self, export: Export | None) -> None:
        super().__init__()
        self._preview: RecordPreview | None = None
        self.left: set[tuple[str, int]] = set()
        outcome = Column(_("Decision"), self._outcome, width=7, tone=lambda r: "done" if self.is_taken(r) else "quiet")
        self.table = DataTable(
            [outcome, *row_columns()],
            name=_("Rows of the file"),
            chips=[(key, "") for key in (_ALL, *map(str, _STATES))],
            empty=EmptyState(_("No such row"), icon="check-circle"),
            export=export,
        )
        self.leave = button(_("Leave out"), self.toggle)
        self.leave_doubtful = button(_("Leave out all doubtful rows"), self._on_doubtful, kind="flat")
        self.table.tools.addWidget(self.leave_doubtful)
        self.table.tools.addWidget(self.leave)
        self._words = label("", "", wrap=True)
        self._card = Card(_("About this row"), self._words)
        layout = column(gap=3)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._card)
        self.setLayout(layout)
        self.table.picked.connect(self._on_picked)
        self.table.opened.connect(self._on_opened)
        self.table.filtered.connect(self._show)
        space = QShortcut(Qt.Key.Key_Space, self.table.view)
        space.setContext(Qt.ShortcutContext.WidgetShortcut)
        space.activated.connect(self.toggle)

    def show_preview(self, preview: RecordPreview) -> None:
        """Show a file that was read; nothing of it is left out yet."""
        self._preview = preview
        self.left = set()
        counted = Counter(row.state for row in preview.rows)
        every = _("All rows")
        self.table.chips.set_words(_ALL, f"{every} {format_number(len(preview.rows))}")
        for state, (words, _icon, _tone) in _STATES.items():
            self.table.chips.set_words(str(state), f"{_(words)} {format_number(counted[state])}")
        show_if(self.leave_doubtful, bool(counted[RowState.DOUBTFUL]))
        self._show()

    def is_taken(self, row: RecordRow) -> bool:
        """Whether a row will be recorded."""
        return row.state in _TAKEABLE and (row.sheet, row.row) not in self.left

    def words(self) -> str:
        """What is said about the marked row."""
        return self._words.text()

    def count(self) -> int:
        """How many rows will be recorded."""
        return sum(self.is_taken(row) for row in self._rows())

    def toggle(self) -> None:
        """Leave the marked row out, or take it in again."""
        row = self.table.view.current_row()
        if row is not None and row.state in _TAKEABLE:
            self._on_opened(row)

    def _rows(self) -> tuple[RecordRow, ...]:
        return self._preview.rows if self._preview is not None else ()

    def _outcome(self, row: RecordRow) -> str:
        if row.state is RowState.ALREADY:
            return pgettext("a row of a roster", "nothing to do")
        return _("is recorded") if self.is_taken(row) else _("is left out")

    def _on_opened(self, row: RecordRow) -> None:
        if row.state in _TAKEABLE:
            self.left ^= {(row.sheet, row.row)}
            self._show()
            self._on_picked(row)
            self.changed.emit()

    def _on_doubtful(self) -> None:
        self.left |= {(row.sheet, row.row) for row in self._rows() if row.state is RowState.DOUBTFUL}
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        wanted = self.table.chips.current()
        self.table.set_rows([row for row in self._rows() if wanted in (_ALL, str(row.state))])

    def _on_picked(self, row: RecordRow | None) -> None:
        self.leave.setEnabled(row is not None and row.state in _TAKEABLE)
        taken = row is None or self.is_taken(row)
        self.leave.setText(_("Leave out") if taken else _("Take in"))
        show_if(self._card, row is not None and bool(row.issues))
        self._words.setText(sentences(_said(row)) if row is not None else "")


def _said(row: RecordRow) -> list[str]:
    """Every remark, with the column that it is about; of very many the first."""
    by_reason: Mapping[str, str] = {one.reason: one.field for one in row.issues}
    lines = [
        reason if reason.startswith(field) else _("{label}: {reason}").format(label=field, reason=reason)
        for reason, field in by_reason.items()
    ]
    if len(lines) > _MOST_REMARKS:
        more = _("and {n} more; the report has all").format(n=format_number(len(lines) - _MOST_REMARKS))
        lines = [*lines[:_MOST_REMARKS], more]
    return lines
