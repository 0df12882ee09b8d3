"""One record in two versions beside each other: which of them counts from now on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _, format_moment
from zhaohu.services.exchange.version_words import Difference, Side
from zhaohu.ui import theme
from zhaohu.ui.dialogs.decision import DecisionDialog
from zhaohu.ui.jobs import Runner
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.layout import STRETCH, column, row
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import label


@dataclass(frozen=True, slots=True)
class TwoVersions:
    """What is compared.

    Attributes:
        title: The record in words, with its child.
        lead: What the choice means.
        names: What the two versions are called, as headings.
        sides: Who recorded them first, and when.
        take: Words on the button for the second version.
        leave: Words on the button for the first one.
    """

    title: str
    lead: str
    names: tuple[str, str]
    sides: tuple[Side, Side]
    differences: Sequence[Difference]
    take: str
    leave: str


class CompareDialog(DecisionDialog):
    """Asks which version counts; `CompareDialog.ask(...)`.

    Args:
        parent: The window it belongs to.
        runner: Decides in its one-after-another lane.
        versions: What is compared.
        take: Decides for the second version, off the GUI thread; None where the person may only look.
        leave: Decides for the first one.

    Signals:
        decided: A person has decided; the window is closed then.
    """

    decided = Signal()

    def __init__(
        self,
        parent: QWidget | None,
        runner: Runner,
        versions: TwoVersions,
        take: Callable[[], object] | None,
        leave: Callable[[], object] | None,
    ) -> None:
        super().__init__(parent, runner)
        self.setWindowTitle(_("Which version counts?"))
        self._take, self._leave = take, leave
        self.table = DataTable(_columns(versions.names), name=versions.title)
        self.take_button = button(versions.take, self._on_take)
        self.leave_button = button(versions.leave, self._on_leave)
        for one, act in ((self.take_button, take), (self.leave_button, leave)):
            one.setEnabled(act is not None)
        self._build(versions)
        self.table.set_rows(versions.differences)
        if versions.differences:
            self.table.view.choose_row(0)

    @classmethod
    def ask(
        cls,
        parent: QWidget | None,
        runner: Runner,
        versions: TwoVersions,
        take: Callable[[], object] | None,
        leave: Callable[[], object] | None,
        decided: Callable[[], object],
    ) -> CompareDialog:
        """Open the window over its parent and go on; the arguments are the class's."""
        dialog = cls(parent, runner, versions, take, leave)
        dialog.decided.connect(decided)
        dialog.open()
        dialog.table.view.setFocus()
        return dialog

    def _build(self, versions: TwoVersions) -> None:
        heads = [
            label(_("{name}: {what}").format(name=name, what=side_words(side)), "soft", wrap=True)
            for name, side in zip(versions.names, versions.sides, strict=True)
        ]
        outer = column(
            label(versions.title, "title", wrap=True), label(versions.lead, "soft", wrap=True), gap=3, margin=6
        )
        outer.addWidget(self.notice)
        outer.addLayout(column(*heads, gap=0))
        outer.addWidget(self.table, 1)
        outer.addLayout(row(STRETCH, button(_("Decide later"), self.reject), self.leave_button, self.take_button))
        self.setLayout(outer)
        screen = self.screen().availableGeometry().size()
        self.resize(
            min(theme.size("field_long") * 8 // 5, screen.width() * 9 // 10),
            min(theme.size("field_long"), screen.height() * 9 // 10),
        )

    def tell(self, _result: object) -> None:
        """The page reads anew what is left."""
        self.decided.emit()

    def _on_take(self) -> None:
        if self._take is not None:
            self.keep(self._take)

    def _on_leave(self) -> None:
        if self._leave is not None:
            self.keep(self._leave)


def side_words(side: Side) -> str:
    """What there is to say of a version as such."""
    if not side.there:
        return _("there is no such record")
    if not side.recorded_at:
        return _("the record is there")
    text = _("first recorded {when} by {who}") if side.recorded_by else _("first recorded {when}")
    return text.format(when=format_moment(side.recorded_at), who=side.recorded_by)


def _columns(names: tuple[str, str]) -> list[Column]:
    return [
        Column(_("Field"), lambda one: one.words, width=22, hint=lambda one: one.words),
        Column(names[0], lambda one: one.here or "—", width=34, hint=lambda one: one.here or None),
        Column(names[1], lambda one: one.there or "—", width=0, hint=lambda one: one.there or None),
    ]
