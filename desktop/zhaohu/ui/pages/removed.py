"""已删除的记录 in the settings, and the question that is asked before one is removed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _
from zhaohu.services.desk import Desk
from zhaohu.services.exchange.record_words import kind_words
from zhaohu.services.register import removal
from zhaohu.services.register.removal import LONGEST_REASON, RemovedRow
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.layout import column
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import set_kind


def ask_removal(
    parent: QWidget | None, runner: Runner, *, title: str, hides: str, remove: Callable[[str], object]
) -> FormDialog:
    """Ask why a record is removed, and remove it.

    Args:
        parent: The window it belongs to.
        runner: Does it.
        title: What is removed.
        hides: What will not be seen any more.
        remove: Called off the GUI thread with the reason.
    """
    form = Form()
    form.section()
    form.add("reason", _("Reason"), TextField(width="field_long", max_length=LONGEST_REASON), required=True)
    back = _("Nothing is lost: it can be brought back under “Settings”, “Removed records”.")
    dialog = FormDialog.ask(
        parent,
        runner,
        form.finish(),
        title=title,
        lead=f"{hides} {back}",
        do=_("Remove"),
        save=lambda values: remove(str(values["reason"] or "")),
    )
    set_kind(dialog.do_button, "danger")
    return dialog


class RemovedTab(QWidget):
    """This station's removed records, and the way back.

    Args:
        desk: Who asks, and where.
        page: The page it stands on; it runs the work.
    """

    tables = frozenset({"visit", "child", "parenting_class", "teacher"})

    def __init__(self, desk: Desk, page: LoadingPage) -> None:
        super().__init__()
        self._desk, self._page = desk, page
        self.notice = Notice(closable=True)
        self.restore_button = button(_("Bring back"), self.restore, icon="history")
        self.restore_button.setEnabled(False)
        first = EmptyState(
            _("Nothing was removed"),
            _("Visits, children, classes and teachers that were removed by mistake can be brought back from here."),
            icon="history",
        )
        self.table = DataTable(_columns(), name=_("Removed records"), empty=first)
        self.table.tools.addWidget(self.restore_button)
        layout = column(self.notice, gap=3)
        layout.addWidget(self.table, 1)
        self.setLayout(layout)
        self.table.picked.connect(self._on_picked)
        self.table.opened.connect(self._on_opened)

    def read(self) -> list[RemovedRow]:
        """The removed records; called off the GUI thread."""
        return removal.list_removed(self._desk)

    def show_rows(self, rows: list[RemovedRow]) -> None:
        """Show what `read` gave."""
        self.table.set_rows(rows)

    def restore(self) -> None:
        """Bring the marked record back."""
        marked = self.table.view.current_row()
        if marked is None:
            return
        self.notice.say("")
        self._page.act(
            lambda _context: removal.restore(self._desk, marked.table, marked.id),
            lambda _nothing: self._on_restored(marked),
            title=_("Bringing a record back"),
        )

    def _on_restored(self, row: RemovedRow) -> None:
        self.notice.say(_("{what} is back where it was.").format(what=row.what), "done")
        self._page.reload()

    def _on_picked(self, row: RemovedRow | None) -> None:
        self.restore_button.setEnabled(row is not None and row.restorable)

    def _on_opened(self, row: RemovedRow) -> None:
        """A removed visit can still be read."""
        if row.table == "visit":
            self._page.go.emit(f"visit/{row.id}")


def _columns() -> list[Column]:
    return [
        Column(_("Kind"), lambda row: kind_words(row.table), width=14),
        Column(_("Record"), lambda row: row.what, width=46, hint=lambda row: row.what),
        Column(_("Reason"), lambda row: row.reason, width=0, hint=lambda row: row.reason),
        Column(_("Removed by"), lambda row: row.removed_by, width=12),
        Column(_("Removed at"), lambda row: row.removed_at[:16].replace("T", " "), width=17),
    ]
