"""The cells of one row of a roster as typed, with what is to be said about each, mended in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from zhaohu.i18n import _
from zhaohu.services.roster.roster_preview import Issue, PreviewRow
from zhaohu.services.roster.roster_words import masked
from zhaohu.ui import theme
from zhaohu.ui.pages.roster_words import about_other
from zhaohu.ui.widgets.fields import ATTENTION, DANGER, LineField, TextField
from zhaohu.ui.widgets.layout import STRETCH, column, panel, row, scrolled
from zhaohu.ui.widgets.personal_field import PersonalField
from zhaohu.ui.widgets.words import label, show_if

_LONGEST = 1000
_TITLE_STEPS = 22


def _weight(issue: Issue) -> str:
    if issue.is_note:
        return "accent"
    return ATTENTION if issue.omittable else DANGER


class CellLine(QWidget):
    """One cell.

    Signals:
        typed(field, text): Other text stands in it: the person pressed Enter, or the keyboard left.
        entered(field): Enter was pressed.
        left: Escape was pressed: what was being typed is dropped.
    """

    typed = Signal(str, str)
    entered = Signal(str)
    left = Signal()

    def __init__(self, field: str, title: str) -> None:
        super().__init__()
        self.field = field
        self.input: LineField
        if field == "id_number" or field.endswith(("_id", "phone")):
            self.input = PersonalField(partial(masked, field), max_length=_LONGEST)
        else:
            self.input = TextField(width="", max_length=_LONGEST)
        self.input.set_name(title)
        name = label(title, "soft", wrap=True)
        name.setFixedWidth(theme.space(_TITLE_STEPS))
        name.setMinimumHeight(theme.size("control"))
        layout = row(gap=2)
        layout.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.input, 1)
        self.setLayout(layout)
        self._shown = ""
        self._meant: list[str] = []
        self.input.edit.editingFinished.connect(self._on_finished)
        self.input.entered.connect(self._on_entered)
        self.input.offered.connect(self._on_offered)

    def show_cell(self, text: str, issues: Sequence[Issue]) -> None:
        """Show a cell and what is to be said about it."""
        self.input.set_value(text)
        self.input.edit.setCursorPosition(0)
        self._shown = self.input.text()
        self.show_issues(issues)

    def show_issues(self, issues: Sequence[Issue]) -> None:
        """Show what is to be said about the cell, whatever is being typed there."""
        kinds = [_weight(one) for one in issues]
        worst = next((kind for kind in (DANGER, ATTENTION, "accent") if kind in kinds), "")
        self.input.set_problem("\n".join(one.reason for one in issues), worst or DANGER)
        self._meant = [one.meant for one in issues if one.meant]
        self.input.set_offers([_("Change to {value}").format(value=one) for one in self._meant])

    def is_being_typed(self) -> bool:
        """Whether it holds words that were not handed on yet."""
        return self.input.text() != self._shown

    def tab_chain(self) -> list[QWidget]:
        """What takes the keyboard, one after another."""
        eye = [self.input.eye] if isinstance(self.input, PersonalField) else []
        return [self.input.edit, *eye, *self.input.offers()]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape drops what is being typed."""
        if event.key() == Qt.Key.Key_Escape:
            self.input.set_value(self._shown)
            self.left.emit()
            return
        super().keyPressEvent(event)

    def _on_finished(self) -> None:
        if self.is_being_typed():
            self._shown = self.input.text()
            self.typed.emit(self.field, self._shown)

    def _on_entered(self) -> None:
        self.entered.emit(self.field)

    def _on_offered(self, which: int) -> None:
        self.input.set_value(self._meant[which])
        self._on_finished()
        self._on_entered()


class Cells(QWidget):
    """All cells of a row: those with a remark first. They keep their places while the row stays the same.

    Args:
        above: What stands over the cells and scrolls with them.

    Signals:
        typed(field, text), entered(field), left: As in `CellLine`.
    """

    typed = Signal(str, str)
    entered = Signal(str)
    left = Signal()

    def __init__(self, above: QWidget) -> None:
        super().__init__()
        self._lines: dict[str, CellLine] = {}
        self._order: list[str] = []
        self._flagged: set[str] = set()
        self._rest = label(_("Everything else in the row"), "note")
        self._layout = column(self._rest, gap=2)
        self._area: QScrollArea = scrolled(panel(column(above, self._layout, STRETCH, gap=3)))
        self.setLayout(column(self._area))

    def show_row(self, one: PreviewRow | None, titles: Mapping[str, str], fields: Sequence[str]) -> None:
        """Show a row.

        Args:
            one: The row; None for nothing.
            titles: Names of all fields.
            fields: What the columns of the file were taken for, in the order of the sheet.
        """
        issues = self._issues(one)
        self._flagged = set(issues)
        wanted = [*issues, *(field for field in fields if field not in issues)] if one is not None else []
        self._arrange(wanted, titles)
        if one is not None:
            for field in wanted:
                self._lines[field].show_cell(one.cells.get(field, ""), issues.get(field, ()))
        self._area.verticalScrollBar().setValue(0)

    def follow_row(self, one: PreviewRow) -> None:
        """The same row, judged anew; what is being typed meanwhile stays."""
        issues = self._issues(one)
        for field in self._order:
            line = self._lines[field]
            if line.is_being_typed():
                line.show_issues(issues.get(field, ()))
            else:
                line.show_cell(one.cells.get(field, ""), issues.get(field, ()))

    def line(self, field: str) -> CellLine:
        """The line of a field."""
        return self._lines[field]

    def fields(self) -> list[str]:
        """The fields in the order shown."""
        return list(self._order)

    def tab_chain(self) -> list[QWidget]:
        """What takes the keyboard, one after another."""
        return [part for field in self._order for part in self._lines[field].tab_chain()]

    def focus(self, field: str) -> None:
        """Give the keyboard to a cell."""
        line = self._lines[field]
        line.input.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        line.input.edit.selectAll()
        self._area.ensureWidgetVisible(line)

    @staticmethod
    def _issues(one: PreviewRow | None) -> dict[str, list[Issue]]:
        found: dict[str, list[Issue]] = {}
        other = about_other(one) if one is not None else ()
        for issue in one.issues if one is not None else ():
            if issue not in other:
                found.setdefault(issue.field, []).append(issue)
        return found

    def _arrange(self, wanted: list[str], titles: Mapping[str, str]) -> None:
        flagged = sum(field in self._flagged for field in wanted)
        show_if(self._rest, 0 < flagged < len(wanted))
        self._layout.removeWidget(self._rest)
        for field in self._order:
            if field not in wanted:
                self._lines[field].hide()
        for place, field in enumerate(wanted):
            if field not in self._lines:
                self._add(field, titles.get(field, field))
            self._layout.insertWidget(place, self._lines[field])
            self._lines[field].show()
        self._layout.insertWidget(flagged, self._rest)
        self._order = wanted

    def _add(self, field: str, title: str) -> None:
        self._lines[field] = line = CellLine(field, title)
        line.typed.connect(self.typed)
        line.entered.connect(self.entered)
        line.left.connect(self.left)
