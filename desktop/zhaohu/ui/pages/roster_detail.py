"""One row of a roster whole: how it stands, what becomes of it, the child it looks like, and its cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QWidget

from zhaohu.i18n import _, format_number
from zhaohu.services.register.children import ChildView
from zhaohu.services.roster.roster_preview import Decision, PreviewRow, RowState
from zhaohu.services.roster.roster_words import masked
from zhaohu.ui import theme
from zhaohu.ui.pages.roster_cells import Cells
from zhaohu.ui.pages.roster_compare import Compare, side_of_child, side_of_row
from zhaohu.ui.pages.roster_words import LOOKS, about_other, decision_words, state_words, wrong_fields
from zhaohu.ui.widgets.choice_field import ChoiceField, options_of
from zhaohu.ui.widgets.layout import STRETCH, Card, column, panel, row, rule
from zhaohu.ui.widgets.words import IconLabel, label, show_if

ReadChild = Callable[[str, Callable[[ChildView], None]], None]
FindRow = Callable[[int], PreviewRow | None]


def what_to_do(one: PreviewRow) -> str:
    """What becomes of the row as it stands, and what a person can do about it."""
    if one.state is RowState.SAME:
        return _("Said already: there is nothing to register.")
    if one.state is RowState.REFUSED:
        return _("Cannot be registered as it stands: mend the cells marked below.")
    if one.state is RowState.UPDATE:
        return _("A child of the register: what it lacks there is filled in, nothing else is changed.")
    if one.state is RowState.DOUBTFUL and one.duplicate is None:
        if Decision.TAKE not in one.decisions:
            return _("Not taken in: mend the cells marked below.")
        if one.decision is Decision.TAKE:
            return _("The doubtful item stays empty in the register and can be filled in later.")
    if one.decision is Decision.TAKE and one.household:
        return _("Joins a family of the register: the caregivers are known.")
    if one.decision is Decision.TAKE and one.sibling is not None:
        return _("Same family as row {row}.").format(row=format_number(one.sibling))
    return ""


class Decide(QWidget):
    """What may become of a row, as buttons; digits choose.

    Signals:
        decided(decision): The person chose.
    """

    decided = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._fields: dict[tuple[tuple[str, str], ...], ChoiceField] = {}
        self._layout = column()
        self.setLayout(self._layout)
        self.field: ChoiceField | None = None

    def show_row(self, one: PreviewRow | None) -> None:
        """Offer what the row allows; nothing where there is nothing to choose."""
        choices = tuple((str(each), decision_words(one, each)) for each in one.decisions) if one is not None else ()
        wanted = self._field(choices) if one is not None and len(choices) > 1 else None
        if self.field is not None and self.field is not wanted:
            self.field.hide()
        self.field = wanted
        if wanted is not None and one is not None:
            wanted.set_value(str(one.decision))
            wanted.show()
        show_if(self, wanted is not None)

    def _field(self, choices: tuple[tuple[str, str], ...]) -> ChoiceField:
        if choices not in self._fields:
            self._fields[choices] = made = ChoiceField(options_of(choices, digits=True))
            made.set_name(_("Decision"))
            made.changed.connect(self._on_changed)
            self._layout.addWidget(made)
        return self._fields[choices]

    def _on_changed(self) -> None:
        if self.field is not None and (chosen := self.field.value()) is not None:
            self.decided.emit(Decision(chosen))


class RowDetail(QWidget):
    """Everything about one row.

    Args:
        read_child: Reads a child of the register off the GUI thread, then shows it.
        find_row: Finds another row of the roster by its number.

    Signals:
        decided(decision): The person decided about the row.
        typed(field, text): A cell was mended.
        entered(field): Enter was pressed in a cell.
        left: Escape was pressed in a cell.
    """

    decided = Signal(object)
    typed = Signal(str, str)
    entered = Signal(str)
    left = Signal()

    def __init__(self, read_child: ReadChild, find_row: FindRow) -> None:
        super().__init__()
        self._read_child, self._find_row = read_child, find_row
        self._row: PreviewRow | None = None
        self._titles: Mapping[str, str] = {}
        self.setFixedWidth(theme.size("detail"))
        self._head, self._state = label("", "section", wrap=True), label("", "soft")
        self._icon = IconLabel("info", size="icon_small")
        self._advice = label("", "note", wrap=True)
        self.decide = Decide()
        self._why = label("", wrap=True)
        self.compare = Compare()
        self.changes = label("", wrap=True)
        self._above = panel(column(self._why, self.compare, self.changes, gap=2))
        self.cells = Cells(self._above)
        self._rule = rule()
        self._card = Card("", self._head, row(self._icon, self._state, STRETCH, gap=1), gap=2)
        for part in (self.decide, self._advice, self._rule):
            self._card.body.addWidget(part)
        self._card.body.addWidget(self.cells, 1)
        self.setLayout(column(self._card))
        self.decide.decided.connect(self.decided)
        self.cells.typed.connect(self.typed)
        self.cells.entered.connect(self.entered)
        self.cells.left.connect(self.left)
        self.show_row(None, {}, ())

    def row(self) -> PreviewRow | None:
        """The row that is shown."""
        return self._row

    def show_row(self, one: PreviewRow | None, titles: Mapping[str, str], fields: Sequence[str]) -> None:
        """Show a row, None for nothing; as for `Cells.show_row`."""
        self._row, self._titles = one, titles
        self._show_head()
        self.cells.show_row(one, titles, fields)

    def follow_row(self, one: PreviewRow) -> None:
        """The same row, decided or judged anew; its cells keep their places."""
        self._row = one
        self._show_head()
        self.cells.follow_row(one)

    def tab_chain(self) -> list[QWidget]:
        """What takes the keyboard, one after another: the decision, then the cells."""
        choices = list(self.decide.field.buttons.values()) if self.decide.field is not None else []
        return [*choices, *self.cells.tab_chain()]

    def first_problem(self) -> str:
        """The field to mend first; empty when no cell keeps the row from going in."""
        wrong = wrong_fields(self._row)
        return next((field for field in self.cells.fields() if field in wrong), "")

    def _show_head(self) -> None:
        one = self._row
        self.decide.show_row(one)
        for part in (self._icon, self._state, self._rule):
            show_if(part, one is not None)
        if one is None:
            self._head.setText(_("Choose a row to see it whole"))
            self._say("", self._advice)
            show_if(self._above, False)
            return
        self._head.setText(_("Row {row}  {name}").format(row=format_number(one.row), name=one.name).strip())
        self._icon.set_icon(*LOOKS[one.state])
        self._state.setText(state_words(one))
        self._say(what_to_do(one), self._advice)
        self._show_other(one)
        changes = "\n".join(
            _("{label}: {before} → {after}").format(
                label=self._titles.get(field, field),
                before=masked(field, before) or _("(empty)"),
                after=masked(field, after) or _("(empty)"),
            )
            for field, (before, after) in one.changes.items()
        )
        self._say(changes, self.changes)
        show_if(self._above, bool(one.duplicate or changes))

    @staticmethod
    def _say(text: str, where: QLabel) -> None:
        where.setText(text)
        show_if(where, bool(text))

    def _show_other(self, one: PreviewRow) -> None:
        other = one.duplicate
        self._say("\n".join(issue.reason for issue in about_other(one)), self._why)
        show_if(self.compare, other is not None)
        if other is None:
            return
        if other.other_row is not None:
            found = self._find_row(other.other_row)
            head = _("Row {row}").format(row=format_number(other.other_row))
            self.compare.show_sides(side_of_row(one), side_of_row(found) if found is not None else None, head)
        elif other.child_id is not None:
            self.compare.show_sides(side_of_row(one), None, _("In the register"))
            self._read_child(other.child_id, self._show_child)

    def _show_child(self, view: ChildView) -> None:
        one = self._row
        if one is not None and one.duplicate is not None and one.duplicate.child_id == view.row.id:
            self.compare.show_sides(side_of_row(one), side_of_child(view), _("In the register"))
