"""The rows of a roster on screen: how each stands, why, and whether it will be taken in."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QWidget

from zhaohu.i18n import _, format_date, format_number
from zhaohu.records.codes import label as code_label
from zhaohu.services.roster_preview import PreviewRow, RowState, state_label
from zhaohu.ui import theme
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.layout import STRETCH, Card, column, panel, row, rule, scrolled
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import IconLabel, label

_ALL = "all"
_LOOKS = {
    RowState.GOOD: ("check-circle", "done"),
    RowState.NOTE: ("info", "accent"),
    RowState.UPDATE: ("refresh", "accent"),
    RowState.DOUBTFUL: ("attention", "attention"),
    RowState.DUPLICATE: ("family", "attention"),
    RowState.REFUSED: ("danger", "danger"),
}
_UNDECIDED = (RowState.DOUBTFUL, RowState.DUPLICATE, RowState.REFUSED)


def reasons(one: PreviewRow) -> str:
    """All remarks on a row in one line."""
    return " ".join(
        issue.reason
        if issue.reason.startswith(issue.title[:3])
        else _("{label}: {reason}").format(label=issue.title, reason=issue.reason)
        for issue in one.issues
    )


def common_columns() -> list[Column]:
    """Row number, state, who it is."""
    return [
        Column(_("Row"), lambda r: r.row, width=6, right=True),
        Column(
            _("State"),
            lambda r: state_label(r.level),
            width=16,
            icon=lambda r: _LOOKS[r.level][0],
            tone=lambda r: _LOOKS[r.level][1],
        ),
        Column(_("Name"), lambda r: r.name or None, width=11),
    ]


class RowDetail(QWidget):
    """Everything about one row, and the decision about its doubts.

    Signals:
        decided(taken): The person changed whether a doubtful row goes in all the same.
    """

    decided = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(theme.size("detail"))
        self._head, self._state = label("", "section", wrap=True), label("", "soft")
        self._icon = IconLabel("info", size="icon_small")
        self._who = label("", "soft", wrap=True)
        self._issues = column(gap=3)
        self.take = QCheckBox(_("Register without this item"))
        self.take.toggled.connect(self._on_toggled)
        self._advice = label("", "note", wrap=True)
        self._card = Card("", self._head, row(self._icon, self._state, STRETCH, gap=1), self._who, rule(), gap=2)
        self._card.body.addWidget(scrolled(panel(column(self._issues, STRETCH))), 1)
        self._card.body.addWidget(self.take)
        self._card.body.addWidget(self._advice)
        self.setLayout(column(self._card))
        self.show_row(None, taken=False)

    def show_row(self, one: PreviewRow | None, *, taken: bool) -> None:
        """Show a row, none for nothing."""
        self._clear()
        self._icon.setVisible(one is not None)
        self.take.setVisible(one is not None and one.level is RowState.DOUBTFUL and one.takeable)
        if one is None:
            self._head.setText(_("Choose a row to see it whole"))
            for words in (self._state, self._who, self._advice):
                words.setText("")
            return
        self._head.setText(_("Row {row}  {name}").format(row=one.row, name=one.name))
        self._icon.set_icon(*_LOOKS[one.level])
        self._state.setText(state_label(one.level))
        sex = code_label(one.sex) if one.sex is not None else ""
        facts = (sex, format_date(one.birth_date), one.village, one.caregiver, one.phone)
        self._who.setText("  ·  ".join(fact for fact in facts if fact))
        for issue in one.issues:
            title = _("{label}: {value}").format(label=issue.title, value=issue.value) if issue.value else issue.title
            self._issues.addWidget(
                panel(column(label(title, "strong", wrap=True), label(issue.reason, wrap=True), gap=0))
            )
        self.take.blockSignals(True)
        self.take.setChecked(taken)
        self.take.blockSignals(False)
        self._advice.setText(self._what_becomes(one))

    @staticmethod
    def _what_becomes(one: PreviewRow) -> str:
        if one.level is RowState.DUPLICATE:
            return _("Not taken in: compare both children first.")
        if one.level is RowState.REFUSED or (one.level is RowState.DOUBTFUL and not one.takeable):
            return _("Not taken in: mend the row in the roster and read it again.")
        if one.level is RowState.DOUBTFUL:
            return _("The doubtful item stays empty in the register and can be filled in later.")
        if one.level is RowState.UPDATE:
            return _("Fills what the register lacks; nothing there is changed.")
        return ""

    def _clear(self) -> None:
        while (item := self._issues.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def _on_toggled(self, taken: bool) -> None:
        self.decided.emit(taken)


class RosterRows(QWidget):
    """The preview of a roster; `also` holds the doubtful rows that the person decided to take.

    Args:
        rows: All rows as they were judged; nothing is decided yet.

    Signals:
        decided: Another choice of rows.
    """

    decided = Signal()

    def __init__(self, rows: Sequence[PreviewRow]) -> None:
        super().__init__()
        self.also: set[int] = set()
        self._rows = tuple(rows)
        self._doubts = frozenset(one.row for one in rows if one.level is RowState.DOUBTFUL and one.takeable)
        counts = {state: sum(one.level is state for one in rows) for state in RowState}
        chips = [(_ALL, _with_count(_("All rows"), len(rows)))]
        chips += [(str(state), _with_count(state_label(state), n)) for state, n in counts.items() if n]
        self.table = DataTable(self._columns(), name=_("Rows of the roster"), chips=chips)
        self.table.empty.set_words(_("The roster has no rows"))
        self.table.chips.choose(next((str(state) for state in _UNDECIDED if counts[state]), _ALL))
        self.detail = RowDetail()
        doubts = format_number(len(self._doubts))
        self.take_all = QCheckBox(_("Register all {n} without the doubtful items").format(n=doubts))
        if not self._doubts:
            self.take_all.hide()
        left = column(self.table, self.take_all, gap=2)
        layout = row(gap=4)
        layout.addLayout(left, 1)
        layout.addWidget(self.detail)
        self.setLayout(layout)
        self.table.view.installEventFilter(self)
        self.table.opened.connect(self._toggle)
        self.table.picked.connect(self._show_detail)
        self.table.filtered.connect(self._filter)
        self.detail.decided.connect(self._on_detail)
        self.take_all.clicked.connect(self._on_take_all)
        self._filter()

    def _columns(self) -> list[Column]:
        return [
            Column(
                _("Decision"),
                lambda r: _("will be registered") if r.is_taken(self.also) else _("left out"),
                width=11,
                icon=lambda r: "check" if r.is_taken(self.also) else "",
                tone=lambda r: "done" if r.is_taken(self.also) else "quiet",
            ),
            *common_columns(),
            Column(
                _("Remark"),
                lambda r: reasons(r) or None,
                width=0,
                hint=reasons,
                tone=lambda r: _LOOKS[r.level][1] if r.issues else "",
            ),
        ]

    def taken(self) -> list[PreviewRow]:
        """The rows that go in as things stand."""
        return [one for one in self._rows if one.is_taken(self.also)]

    def left(self) -> list[PreviewRow]:
        """The rows that do not."""
        return [one for one in self._rows if not one.is_taken(self.also)]

    def _filter(self) -> None:
        key = self.table.chips.current()
        self.table.set_rows([one for one in self._rows if key in (_ALL, one.level)])
        if self.table.rows() and self.table.view.current_row() is None:
            self.table.view.choose_row(0)

    def _show_detail(self, one: PreviewRow | None) -> None:
        self.detail.show_row(one, taken=one is not None and one.row in self.also)

    def _on_detail(self, taken: bool) -> None:
        one = self.table.view.current_row()
        if one is not None and (one.row in self.also) != taken:
            self._toggle(one)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Space decides about the marked row, as Enter and a double click do."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space:
            one = self.table.view.current_row()
            if one is not None:
                self._toggle(one)
            return True
        return super().eventFilter(watched, event)

    def _toggle(self, one: PreviewRow) -> None:
        if one.row not in self._doubts:
            return
        self.also ^= {one.row}
        self.table.view.table_model.replace_row(self.table.rows().index(one), one)
        self._show_detail(one)
        self.take_all.setChecked(self._doubts <= self.also)
        self.decided.emit()

    def _on_take_all(self, checked: bool) -> None:
        self.also = set(self._doubts) if checked else set()
        self._filter()
        self._show_detail(self.table.view.current_row())
        self.decided.emit()


def _with_count(words: str, n: int) -> str:
    return f"{words} {format_number(n)}"
