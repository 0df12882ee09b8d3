"""未完成的填写: the drafts of the person who is logged in, to go on with or to throw away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _, format_date
from zhaohu.services.care.drafts import DraftKind, DraftRow
from zhaohu.ui import theme
from zhaohu.ui.draft_place import GO_ON
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.layout import STRETCH, Card, column, panel, row, scrolled
from zhaohu.ui.widgets.words import IconLabel, label

_SHOWN = 3
"""So many stand in the card without scrolling."""
_PAGES = {
    DraftKind.VISIT: "visit-new",
    DraftKind.CORRECTION: "visit-edit",
    DraftKind.CHILD: "children",
    DraftKind.CLASS: "classes",
    DraftKind.TEACHER: "staffing",
    DraftKind.POPULATION: "staffing",
    DraftKind.STATION: "stations",
}


class Unfinished(Card):
    """A line for each draft; hidden while there is none.

    Signals:
        chosen(draft): To go on with.
        thrown(draft): To throw away, one that cannot be gone on with.
    """

    chosen = Signal(object)
    thrown = Signal(object)

    def __init__(self) -> None:
        super().__init__(_("Not finished"))
        self._drafts: dict[str, DraftRow] = {}
        self._lines = column(gap=1)
        self._area = scrolled(panel(self._lines))
        self.body.addWidget(self._area)
        self.hide()

    def drafts(self) -> Sequence[DraftRow]:
        """What is shown."""
        return tuple(self._drafts.values())

    def set_drafts(self, drafts: Sequence[DraftRow]) -> None:
        """Show these, in this order."""
        if tuple(drafts) != self.drafts():
            self._drafts = {draft.key: draft for draft in drafts}
            while (item := self._lines.takeAt(0)) is not None:
                if (widget := item.widget()) is not None:
                    widget.hide()
                    widget.deleteLater()
            lines = [self._line(draft) for draft in drafts]
            for line in lines:
                self._lines.addWidget(line)
            self._lines.addStretch(1)
            height = max((line.sizeHint().height() for line in lines), default=0) + theme.space(1)
            self._area.setFixedHeight(height * min(len(lines), _SHOWN))
        self.setVisible(bool(drafts))

    def _line(self, draft: DraftRow) -> QWidget:
        kept = datetime.fromisoformat(draft.saved_at)
        when = label(_("last on {day} at {time}").format(day=format_date(kept.date()), time=f"{kept:%H:%M}"), "note")
        name = _("{child}: {form}").format(child=draft.child, form=draft.title) if draft.child else draft.title
        if draft.problem:
            throw = button(_("Throw it away"), self._on_throw, kind="flat")
            throw.setObjectName(draft.key)
            throw.setAccessibleName(_("Throw away: {what}").format(what=name))
            why = label(draft.problem, "note", tone="attention")
            return panel(row(IconLabel("attention", "attention"), label(name), why, when, STRETCH, throw, gap=2))
        go_on = button(name, self._on_chosen, kind="link", icon="edit")
        go_on.setObjectName(draft.key)
        return panel(row(go_on, when, STRETCH, gap=2))

    def _on_chosen(self) -> None:
        self._tell(self.chosen)

    def _on_throw(self) -> None:
        self._tell(self.thrown)

    def _tell(self, signal) -> None:
        pressed = self.sender()
        if pressed is not None:
            signal.emit(self._drafts[pressed.objectName()])


def address_of(draft: DraftRow) -> str:
    """Where the form is that the draft belongs to."""
    return f"{_PAGES[draft.kind]}/{draft.target or GO_ON}"
