"""Records of copies that are not the station: each is compared with the center's, and taken or left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _, format_number, pgettext
from zhaohu.records.codes import Role
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import branches
from zhaohu.services.exchange.branches import BranchRecord
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.compare_record import CompareDialog, TwoVersions
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.layout import column
from zhaohu.ui.widgets.menu_button import MenuButton
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import show_if


class CopiesSheet(QWidget):
    """The list; Enter compares the marked record, the menu decides about all of its child."""

    def __init__(self, page: LoadingPage, desk: Desk) -> None:
        super().__init__()
        self._page, self._desk = page, desk
        self._admin = desk.person.role is Role.ADMIN
        self.table = DataTable(
            _columns(),
            name=_("Copies to compare"),
            empty=EmptyState(
                _("Nothing is to be compared"),
                _("When it was decided which PC is the station, the records that the other one had stand here."),
                icon="check-circle",
            ),
        )
        self.compare_button = button(_("Compare"), self._on_compare)
        self.more = MenuButton(_("Decide together"))
        self.more.add(_("Take all of this child for the station"), self._on_take_all, "check")
        self.more.add(_("Leave all of this child as at the center"), self._on_leave_all, "close")
        for one in (self.compare_button, self.more):
            self.table.tools.addWidget(one)
        show_if(self.more, self._admin)
        layout = column(gap=2)
        layout.addWidget(self.table, 1)
        self.setLayout(layout)
        self.table.picked.connect(self._on_picked)
        self.table.opened.connect(self._compare)
        self._on_picked(None)

    def set_rows(self, rows: Sequence[BranchRecord]) -> None:
        """Show what was read."""
        self.table.set_rows(rows)
        if rows and self.table.view.current_row() is None:
            self.table.view.choose_row(0)

    def _on_picked(self, one: BranchRecord | None) -> None:
        self.compare_button.setEnabled(one is not None)
        self.more.setEnabled(one is not None)

    def _on_compare(self) -> None:
        marked = self.table.view.current_row()
        if marked is not None:
            self._compare(marked)

    def _compare(self, one: BranchRecord) -> None:
        place = [(one.table, one.row_id)]
        versions = TwoVersions(
            title=_what(one),
            lead=_("The center has the one version, a copy of {station} the other.").format(station=one.station_name),
            names=(_("At the center"), _("In the copy")),
            sides=(one.here, one.there),
            differences=one.differences,
            take=_("Take the copy's for the station"),
            leave=_("Leave the center's"),
        )
        take = partial(branches.take, self._desk, one.bundle_id, place) if self._admin else None
        leave = partial(branches.leave, self._desk, one.bundle_id, place) if self._admin else None
        CompareDialog.ask(self._page.window(), self._page.runner, versions, take, leave, self._page.reload)

    def _on_take_all(self) -> None:
        self._decide_all(branches.take, _("The station gets the copy's versions with its next receipt."), _("Take all"))

    def _on_leave_all(self) -> None:
        self._decide_all(branches.leave, _("The center's versions stay. The copy's stay readable."), _("Leave all"))

    def _decide_all(self, decide: Callable[..., object], text: str, do: str) -> None:
        marked = self.table.view.current_row()
        if marked is None:
            return
        bundle_id, key = marked.bundle_id, (marked.bundle_id, marked.child_id)
        rows = [one for one in self.table.rows() if (one.bundle_id, one.child_id) == key]
        places = [(one.table, one.row_id) for one in rows]
        whose = marked.child_name or _("records of no child")
        title = _("{whose}: {n} together?").format(whose=whose, n=format_number(len(places)))
        if ask.confirm(self._page.window(), title, text, do=do):
            self._page.act(
                lambda _context: decide(self._desk, bundle_id, places), lambda _done: self._page.reload(), title=title
            )


def _what(one: BranchRecord) -> str:
    return pgettext("between parts of a list", ", ").join(part for part in (one.child_name, one.words) if part)


def _differing(one: BranchRecord) -> str:
    if not one.there.there:
        return _("removed in the copy")
    if not one.here.there:
        return _("only in the copy")
    return pgettext("between parts of a list", ", ").join(each.words for each in one.differences)


def _columns() -> list[Column]:
    return [
        Column(_("Station"), lambda one: one.station_name or one.station, width=24),
        Column(_("Child"), lambda one: one.child_name or None, width=14),
        Column(_("Record"), lambda one: one.words, width=22, hint=lambda one: one.words),
        Column(_("What differs"), _differing, width=0, hint=_differing),
    ]
