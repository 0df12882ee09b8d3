"""What a person at the station must look at: held records, records changed on both sides, children, questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtWidgets import QWidget

from zhaohu.i18n import N_, _, format_number, ngettext, pgettext
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.exchange import given_back, questions
from zhaohu.services.exchange.bundles import HeldRecord
from zhaohu.services.exchange.given_back import KeptRecord
from zhaohu.services.exchange.record_words import kind_words
from zhaohu.services.register import incoming
from zhaohu.ui.dialogs.compare_record import CompareDialog, TwoVersions
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.layout import column
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import label

_KINDS = {
    "offer": (N_("child handed over"), "family"),
    "question": (N_("question of the center"), "help"),
    "kept": (N_("changed on both sides"), "edit"),
    "held": (N_("held by the center"), "attention"),
}
_DONE_HOW = {
    "offer": N_("Take or refuse the children on their page."),
    "question": N_("Answer the questions on their page."),
    "kept": N_("Compare the two versions and choose one. Neither is thrown away."),
    "held": N_("The center keeps the record aside. Correct it here; it goes up again."),
}


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to be seen to: the page it opens, or the record to be compared."""

    kind: str
    what: str
    why: str
    address: str = ""
    kept: KeptRecord | None = None


def read_todos(desk: Desk, held: Sequence[HeldRecord]) -> list[Todo]:
    """All there is to be seen to now."""
    found: list[Todo] = []
    n = incoming.count_offers(desk)
    if n:
        text = ngettext("{n} child waits to be taken", "{n} children wait to be taken", n)
        found.append(Todo("offer", text.format(n=format_number(n)), _("handed over by another station"), "transfers"))
    n = questions.count_open(desk)
    if n:
        text = ngettext("{n} question waits for an answer", "{n} questions wait for an answer", n)
        found.append(Todo("question", text.format(n=format_number(n)), _("asked by the center"), "questions"))
    found += [Todo("kept", _what(one), _differing(one), kept=one) for one in given_back.list_kept(desk)]
    found += [
        Todo("held", kind_words(one.table), one.message, f"child/{one.child_id}" if one.child_id else "")
        for one in held
    ]
    return found


class TodoSheet(QWidget):
    """The list; Enter opens what is marked."""

    def __init__(self, page: LoadingPage, desk: Desk) -> None:
        super().__init__()
        self._page, self._desk = page, desk
        self.table = DataTable(
            _columns(),
            name=_("To be seen to"),
            empty=EmptyState(
                _("Nothing is to be seen to"),
                _("Records that the center holds, children handed over to this station and questions stand here."),
                icon="check-circle",
            ),
        )
        self._how = label("", "soft", wrap=True)
        layout = column(gap=2)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._how)
        self.setLayout(layout)
        self.table.picked.connect(self._on_picked)
        self.table.opened.connect(self._on_opened)

    def set_rows(self, rows: Sequence[Todo]) -> None:
        """Show what was read."""
        self.table.set_rows(rows)
        if rows and self.table.view.current_row() is None:
            self.table.view.choose_row(0)

    def _on_picked(self, one: Todo | None) -> None:
        self._how.setText("" if one is None else _(_DONE_HOW[one.kind]))

    def _on_opened(self, one: Todo) -> None:
        if one.kept is not None:
            self._compare(one.kept)
        elif one.address:
            self._page.go.emit(one.address)

    def _compare(self, one: KeptRecord) -> None:
        versions = TwoVersions(
            title=_what(one),
            lead=_("After a restore the center gave this record back, and it was changed here as well."),
            names=(_("Here"), _("At the center")),
            sides=(one.here, one.center),
            differences=one.differences,
            take=_("Take the center's"),
            leave=_("Keep this one"),
        )
        writes = self._desk.person.role in WRITERS
        take = partial(given_back.take, self._desk, one.table, one.row_id) if writes else None
        leave = partial(given_back.leave, self._desk, one.table, one.row_id) if writes else None
        CompareDialog.ask(self._page.window(), self._page.runner, versions, take, leave, self._page.reload)


def _what(one: KeptRecord) -> str:
    return pgettext("between parts of a list", ", ").join(part for part in (one.child_name, one.words) if part)


def _differing(one: KeptRecord) -> str:
    if not one.center.there:
        return _("removed at the center")
    if not one.here.there:
        return _("removed here")
    return pgettext("between parts of a list", ", ").join(each.words for each in one.differences)


def _columns() -> list[Column]:
    return [
        Column(
            _("Kind"),
            lambda one: _(_KINDS[one.kind][0]),
            width=22,
            icon=lambda one: _KINDS[one.kind][1],
            tone=lambda one: "attention",
        ),
        Column(_("What it is about"), lambda one: one.what, width=32, hint=lambda one: one.what),
        Column(_("Why"), lambda one: one.why, width=0, hint=lambda one: one.why),
    ]
