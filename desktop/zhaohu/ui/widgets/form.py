"""The one builder of forms: label in front, field, unit behind, hint below; names and buddies are never forgotten."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QWidget

from zhaohu.i18n import _
from zhaohu.ui import theme
from zhaohu.ui.widgets.fields import ATTENTION, DANGER, Field
from zhaohu.ui.widgets.layout import Card, column
from zhaohu.ui.widgets.words import label

_F = TypeVar("_F", bound=Field)


class Form(QWidget):
    """Sections of labelled fields in one column.

    >>> form = Form()
    >>> form.section(_("Child"))
    >>> form.add("name", _("Name"), TextField(), required=True)
    >>> form.load({"name": "王小明"})

    `passes_by`, when it is set, tells of a field whether Enter passes it by; Tab still stops there.

    Signals:
        changed(name): A person changed a field.
        completed: Enter was pressed in the last field.
    """

    changed = Signal(str)
    completed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, Field] = {}
        self._labels: dict[str, QLabel] = {}
        self._required: dict[str, str] = {}
        self._aside: set[str] = set()
        self.passes_by: Callable[[str], bool] | None = None
        self._cards: list[tuple[Card, QGridLayout, list[str]]] = []
        self._columns = column(gap=4)
        self.setLayout(self._columns)

    # -- building

    def section(self, title: str = "") -> Card:
        """Begin a section; what is added next stands in it. Its `body` may take more below the fields."""
        card = Card(title)
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.space(4))
        grid.setVerticalSpacing(theme.space(3))
        grid.setColumnMinimumWidth(0, theme.size("label_column"))
        grid.setColumnStretch(1, 1)
        card.body.addLayout(grid)
        self._columns.addWidget(card)
        self._cards.append((card, grid, []))
        return card

    def add(
        self, name: str, words: str, field: _F, *, hint: str = "", required: bool = False, aside: bool = False
    ) -> _F:
        """Add a field to the current section and give it its label and its names.

        Args:
            name: The key in `values()`.
            words: The label.
            field: The input; units belong to it.
            hint: A quiet sentence under the field.
            required: It may not stay empty; marked with a star.
            aside: Rarely needed: Enter passes it by.
        """
        if aside:
            self._aside.add(name)
        if not self._cards:
            self.section()
        _card, grid, names = self._cards[-1]
        names.append(name)
        text = label(words + (" *" if required else ""), wrap=True)
        text.setMaximumWidth(theme.size("label_column"))
        text.setMinimumHeight(theme.size("control"))
        text.setBuddy(field.editor())
        field.set_name(words, hint)
        at = grid.rowCount()
        grid.addWidget(text, at, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(field, at, 1, Qt.AlignmentFlag.AlignTop)
        field.set_hint(hint)
        if required:
            self._required[name] = words
        self.fields[name] = field
        self._labels[name] = text
        field.setObjectName(name)
        field.changed.connect(self._on_changed)
        field.entered.connect(self._on_entered)
        return field

    def finish(self) -> Form:
        """Keep the sections at the top; call after the last `add`."""
        self._columns.addStretch(1)
        return self

    # -- values

    def load(self, values: Mapping[str, object]) -> None:
        """Show values by name; names that are missing are emptied; remarks are cleared."""
        for name, field in self.fields.items():
            field.set_value(values.get(name))
            field.set_problem("")

    def values(self) -> dict[str, object]:
        """Every field's value by name, shown or hidden."""
        return {name: field.value() for name, field in self.fields.items()}

    def problems(self) -> dict[str, str]:
        """What forbids saving among the shown fields: not understood, or required and empty."""
        found: dict[str, str] = {}
        for name, field in self.fields.items():
            if not self.is_shown(name):
                continue
            if field.unread():
                found[name] = field.unread()
            elif name in self._required and field.is_empty():
                found[name] = _("Please fill in: {label}.").format(label=self._required[name])
        return found

    def check(self) -> bool:
        """Mark all `problems()`; with any, go to the first and answer False."""
        found = self.problems()
        self.show_problems(found)
        return not found

    def show_problems(self, found: Mapping[str, str], kind: str = DANGER) -> None:
        """Mark fields with words (also those a service refused) and go to the first; unmark the others."""
        for name, field in self.fields.items():
            field.set_problem(found.get(name, ""), kind)
        first = next((name for name in self.fields if name in found), None)
        if first is not None and kind != ATTENTION:
            self.go_to(first)

    # -- showing and moving

    def set_shown(self, name: str, shown: bool) -> None:
        """Show or hide a field with its label and hint; a section without fields hides too."""
        if self.is_shown(name) == shown:
            return
        self.fields[name].setVisible(shown)
        self._labels[name].setVisible(shown)
        for card, _grid, names in self._cards:
            if name in names:
                card.setVisible(any(self.is_shown(other) for other in names))

    def is_shown(self, name: str) -> bool:
        """Whether a field takes part."""
        return not self.fields[name].isHidden()

    def set_read_only(self, read_only: bool) -> None:
        """All fields at once."""
        for field in self.fields.values():
            field.set_read_only(read_only)

    def go_to(self, name: str, *, top: bool = False) -> None:
        """Give the keyboard to a field and scroll it into sight, or its section to the top."""
        field = self.fields[name]
        field.editor().setFocus(Qt.FocusReason.TabFocusReason)  # as with Tab, what stands there is marked
        parent = self.parentWidget()
        while parent is not None:
            if isinstance(parent, QScrollArea):
                # fields that were shown just now have no place yet
                QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
                if top:
                    parent.verticalScrollBar().setValue(self._card_of(name).y())
                    return
                parent.ensureWidgetVisible(field, theme.space(6), theme.space(12))
                return
            parent = parent.parentWidget()

    def _card_of(self, name: str) -> Card:
        return next(card for card, _grid, names in self._cards if name in names)

    def _on_changed(self) -> None:
        field = self.sender()
        if isinstance(field, Field):
            field.set_problem(field.unread())
            self.changed.emit(field.objectName())

    def _on_entered(self) -> None:
        field = self.sender()
        if isinstance(field, Field):
            self.go_on(field.objectName())

    def go_on(self, name: str) -> None:
        """From a field to the next one at which Enter stops; after the last one, `completed`."""
        names = list(self.fields)
        for following in names[names.index(name) + 1 :]:
            if self.stops_at(following):
                self.go_to(following)
                return
        self.completed.emit()

    def stops_at(self, name: str) -> bool:
        """Whether Enter stops at a field."""
        if not self.is_shown(name) or self.fields[name].is_read_only() or name in self._aside:
            return False
        return self.passes_by is None or not self.passes_by(name)

    def field_of(self, widget: QWidget | None) -> str:
        """Name of the field that a widget is or lies in; empty for none."""
        while widget is not None:
            if isinstance(widget, Field) and self.fields.get(widget.objectName()) is widget:
                return widget.objectName()
            widget = widget.parentWidget()
        return ""
