"""Two PCs call themselves one station: what their records differ in, and which of them a person says it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _, format_moment, format_number, ngettext, sentences
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import forks
from zhaohu.services.exchange.forks import Fork, ForkView, Which
from zhaohu.ui import theme
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.compare_record import side_words
from zhaohu.ui.dialogs.decision import DecisionDialog
from zhaohu.ui.jobs import Runner
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.layout import STRETCH, column, row
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import label


@dataclass(frozen=True, slots=True)
class _Line:
    """One field that is not the same, or a record that only one side has."""

    child: str
    record: str
    field: str
    here: str
    there: str


class ForkDialog(DecisionDialog):
    """Asks which database is the station; `ForkDialog.ask(...)`.

    Args:
        parent: The window it belongs to.
        desk: Who decides.
        runner: Decides in its one-after-another lane.
        view: What differs.

    Signals:
        decided(reports): A person has decided; what was taken in by it, if anything. The window is closed then.
    """

    decided = Signal(object)

    def __init__(self, parent: QWidget | None, desk: Desk, runner: Runner, view: ForkView) -> None:
        super().__init__(parent, runner)
        self._desk, self._view = desk, view
        self.setWindowTitle(_title(view.fork))
        self.table = DataTable(
            _columns(),
            name=_("Differences"),
            empty=EmptyState(_("No record differs"), _("All records are the same on both."), icon="check-circle"),
        )
        self.known_button = button(
            _("No, it is the PC known so far") if view.fork.moved else _("The PC known so far is the station"),
            self._on_known,
        )
        self.this_button = button(
            _("Yes, it has moved to this PC") if view.fork.moved else _("The PC of this bundle is the station"),
            self._on_this,
            kind="primary" if view.fork.moved else "",
        )
        self._build()
        lines = [line for child in view.children for line in _lines(child)]
        self.table.set_rows(lines)
        if lines:
            self.table.view.choose_row(0)

    @classmethod
    def ask(
        cls, parent: QWidget | None, desk: Desk, runner: Runner, view: ForkView, decided: Callable[[object], object]
    ) -> ForkDialog:
        """Open the window over its parent and go on; the arguments are the class's."""
        dialog = cls(parent, desk, runner, view)
        dialog.decided.connect(decided)
        dialog.open()
        dialog.table.view.setFocus()
        return dialog

    def _build(self) -> None:
        fork = self._view.fork
        said = _("Bundle {no}, made {made}, arrived {arrived}.").format(
            no=fork.no, made=format_moment(fork.made_at), arrived=format_moment(fork.arrived_at)
        )
        after = _(
            "Whichever you say: nothing is thrown away. The other PC's records are compared one by one afterwards, and "
            "both versions stay readable. Call the station before you decide."
        )
        outer = column(
            label(self.windowTitle(), "title", wrap=True),
            label(sentences([_why(fork), said, *_missing(self._view)]), "soft", wrap=True),
            self.notice,
            gap=3,
            margin=6,
        )
        if self._view.gone:  # there is nothing to compare
            outer.addStretch(1)
        else:
            outer.addWidget(label(_counts(self._view), "strong", wrap=True))
            outer.addWidget(self.table, 1)
        outer.addWidget(label(after, "note", wrap=True))
        outer.addLayout(row(button(_("Decide later"), self.reject), STRETCH, self.known_button, self.this_button))
        self.setLayout(outer)
        screen = self.screen().availableGeometry().size()
        self.resize(
            min(2 * theme.size("field_long"), screen.width() * 9 // 10),
            min(theme.size("field_long") * 6 // 5, screen.height() * 9 // 10),
        )

    def tell(self, reports: object) -> None:
        """The page shows what was taken in by it."""
        self.decided.emit(reports)

    def _on_known(self) -> None:
        text = _(
            "The PC of this bundle is a copy: it is told so with its next receipt. Its records that differ are listed "
            "under “Copies to compare”; what you take from them goes to the station."
        )
        if self._view.incomplete:
            text = _(
                "What this bundle builds on is not here. Only if its PC is lost and cannot send everything: decide "
                "now. What it had recorded before this bundle is then not compared."
            )
        self._confirm("known", text, self.known_button.text())

    def _on_this(self) -> None:
        text = _(
            "The PC of this bundle is the station from now on; the other one is told that it is a copy. What this PC "
            "lacks is given back to it."
        )
        self._confirm("this_one", text, self.this_button.text())

    def _confirm(self, which: Which, text: str, do: str) -> None:
        if self._busy or not ask.confirm(self, self.windowTitle(), text, do=do):
            return
        view = self._view
        self.keep(partial(forks.decide, self._desk, view.fork.bundle_id, which, incomplete=view.incomplete))


def _title(fork: Fork) -> str:
    text = _("Has {station} moved to another PC?") if fork.moved else _("Which PC is {station}?")
    return text.format(station=fork.station_name or fork.station)


def _why(fork: Fork) -> str:
    if fork.moved:
        return _("This bundle was made on another PC than those before.")
    return _("Two databases of this station go on by themselves, such as a restored backup and the old PC.")


def _missing(view: ForkView) -> list[str]:
    if view.gone:
        return [_("The file of this bundle is not here any more. Ask the station to send it again.")]
    if not view.incomplete:
        return []
    return [
        _(
            "It only holds what followed on a bundle that is not here any more: ask its PC for a bundle with "
            "everything (“Send everything next time”) and decide about that one."
        )
    ]


def _counts(view: ForkView) -> str:
    records = sum(len(child.records) for child in view.children)
    children = sum(bool(child.child_id) for child in view.children)
    text = ngettext("{n} record differs", "{n} records differ", records).format(n=format_number(records))
    same = ngettext("{n} record is the same", "{n} records are the same", view.same).format(n=format_number(view.same))
    if not children:
        return _("{differ}; {same}.").format(differ=text, same=same)
    concern = ngettext("concerning {n} child", "concerning {n} children", children).format(n=format_number(children))
    return _("{differ}, {concern}; {same}.").format(differ=text, concern=concern, same=same)


def _lines(child: forks.ForkChild) -> list[_Line]:
    name, lines = child.name or "—", []
    for record in child.records:
        if record.here.there and record.there.there:
            lines += [
                _Line(name, record.words, one.words, one.here or "—", one.there or "—") for one in record.differences
            ]
        else:
            whole = _("the whole record")
            lines.append(_Line(name, record.words, whole, side_words(record.here), side_words(record.there)))
    return lines


def _columns() -> list[Column]:
    return [
        Column(_("Child"), lambda line: line.child, width=12),
        Column(_("Record"), lambda line: line.record, width=16, hint=lambda line: line.record),
        Column(_("Field"), lambda line: line.field, width=16, hint=lambda line: line.field),
        Column(_("At the center"), lambda line: line.here, width=28, hint=lambda line: line.here),
        Column(_("In this bundle"), lambda line: line.there, width=0, hint=lambda line: line.there),
    ]
