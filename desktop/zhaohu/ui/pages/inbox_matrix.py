"""Stations by weeks: who sent what when, who is late, what is missing; and what can be done with the marked one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from zhaohu.i18n import _, format_number
from zhaohu.services.exchange.inbox import Matrix, StationWeeks
from zhaohu.ui.pages import inbox_matrix_words as words
from zhaohu.ui.pages.inbox_answers import ENROLLED
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.chips import ChipBar
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.layout import column, panel, row
from zhaohu.ui.widgets.menu_button import MenuButton
from zhaohu.ui.widgets.week_matrix import WeekMatrix
from zhaohu.ui.widgets.words import label, show_if


class MatrixSheet(QWidget):
    """The matrix with its filters, the marked cell in words, and the buttons for its station.

    Args:
        acts: Whether the person may do something about a station.
        answer: Called to write the marked station's receipt.
        ask_for_all: Called to ask the marked station for everything.

    Signals:
        opened(row): A station was opened, a `StationWeeks`.
        picked(row): Another station is marked, None for none.
    """

    opened = Signal(object)
    picked = Signal(object)

    def __init__(self, *, acts: bool, answer: Callable[[], object], ask_for_all: Callable[[], object]) -> None:
        super().__init__()
        self._weeks, self._deciding = Matrix((), ()), frozenset[str]()
        self._acts = acts
        self.chips = ChipBar([(key, _(title)) for key, (title, _shows) in words.FILTERS.items()], name=_("Stations"))
        self.matrix = WeekMatrix(_("Stations by weeks"), _("Station"), _("How it stands"))
        self.answer_button = button(_("Write receipt"), answer, icon="export", shortcut="Ctrl+E")
        self.more = MenuButton(_("This station"))
        self.more.add(_("Open its children"), self._on_children, "children")
        self.more.add(_("Ask for all its records"), ask_for_all, "refresh").setVisible(acts)
        self._empty = EmptyState(
            _("No stations yet"), _("Register the stations under “Stations” first."), icon="stations"
        )
        self._detail = label("", "soft", wrap=True)
        self._detail.setMinimumHeight(2 * self._detail.fontMetrics().lineSpacing())
        bar = row(gap=2)
        bar.addWidget(self.chips, 1)
        for one in (self.answer_button, self.more):
            bar.addWidget(one)
        show_if(self.answer_button, acts)
        self._stack = QStackedLayout()
        outer = column(panel(bar), gap=2)
        outer.addLayout(self._stack, 1)
        self.setLayout(outer)
        self._stack.addWidget(panel(column(self.matrix, self._detail, gap=2)))  # last, or it opens as a window
        self._stack.addWidget(self._empty)
        self.chips.changed.connect(self._show)
        self.matrix.picked.connect(self._on_picked)
        self.matrix.opened.connect(self._on_opened)
        self._on_picked(None, None)

    def set_matrix(self, matrix: Matrix, deciding: frozenset[str]) -> None:
        """Show what was read; `deciding` are the stations about whose bundles a person must decide."""
        self._weeks, self._deciding = matrix, deciding
        for key, (title, shows) in words.FILTERS.items():
            n = sum(map(shows, matrix.rows))
            self.chips.set_words(key, _(title) + (f" ({format_number(n)})" if n and key else ""))
        self._show()

    def marked(self) -> StationWeeks | None:
        """The station whose row is marked."""
        key, _week = self.matrix.place()
        return self._row(key)

    def set_busy(self, busy: bool) -> None:
        """Nothing is answered while something else is written."""
        self.more.setEnabled(not busy and self.marked() is not None)
        self.answer_button.setEnabled(not busy and self._may_answer())

    def _row(self, key: str | None) -> StationWeeks | None:
        return next((one for one in self._weeks.rows if one.code == key), None)

    def _may_answer(self) -> bool:
        marked = self.marked()
        return self._acts and marked is not None and marked.status == ENROLLED

    def _show(self) -> None:
        wanted = self.chips.current()
        _title, shows = words.FILTERS[wanted]
        rows = [one for one in self._weeks.rows if shows(one)]
        self.matrix.show_rows(
            words.week_headings(self._weeks),
            [words.matrix_row(one, decide=one.code in self._deciding, shown_for=wanted) for one in rows],
        )
        if rows:
            self._stack.setCurrentIndex(0)
            return
        if self._weeks.rows:
            self._empty.set_words(_("No station here"), _("Nothing of this kind is wrong."))
        self._stack.setCurrentIndex(1)

    def _on_picked(self, key: str | None, week: int | None) -> None:
        row_ = self._row(key)
        if row_ is None:
            text = ""
        elif week is None:
            text = words.all_words(row_, decide=row_.code in self._deciding)
        else:
            text = words.week_words(row_, week, self._weeks.weeks[week])
        self._detail.setText(text)
        self.set_busy(False)
        self.picked.emit(row_)

    def _on_opened(self, key: str | None, _week: int | None) -> None:
        row_ = self._row(key)
        if row_ is not None:
            self.opened.emit(row_)

    def _on_children(self) -> None:
        marked = self.marked()
        if marked is not None:
            self.opened.emit(marked)
