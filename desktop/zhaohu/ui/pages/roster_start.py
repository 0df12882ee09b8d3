"""The first step of taking a roster in: the file, the template, and what was taken in before."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _, format_number, ngettext
from zhaohu.services.roster.rosters import ImportRow
from zhaohu.ui.dialogs import ask
from zhaohu.ui.pages.exchange_words import moment
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.drop_zone import DropZone
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.layout import STRETCH, column, row
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import label, show_if

ENDINGS = (".xlsx", ".xlsm", ".xls", ".csv", ".txt")


def confirm_undo(parent: QWidget, file: str, accepted: int, updated: int) -> bool:
    """Ask before an import is undone; says what it takes away."""
    parts = []
    if accepted:
        words = ngettext(
            "{n} child that it registered is taken out of the register, with family and caregivers.",
            "{n} children that it registered are taken out of the register, with families and caregivers.",
            accepted,
        )
        parts.append(words.format(n=format_number(accepted)))
    if updated:
        words = ngettext(
            "{n} child that it completed gets back what stood there before.",
            "{n} children that it completed get back what stood there before.",
            updated,
        )
        parts.append(words.format(n=format_number(updated)))
    parts.append(_("The roster can be read again afterwards."))
    title = _("Undo the import of {file}?").format(file=file)
    return ask.confirm(parent, title, "\n".join(parts), do=_("Undo this import"), danger=True)


def _standing(one: ImportRow) -> str:
    if one.undone_at:
        return _("Undone {moment}").format(moment=moment(one.undone_at))
    return _("Can be undone") if one.undoable else one.why_not


def _look(one: ImportRow) -> tuple[str, str]:
    if one.undone_at:
        return "undo", "quiet"
    return ("check", "done") if one.undoable else ("lock", "quiet")


class RosterStart(QWidget):
    """Choose or drop a file; below it the earlier imports.

    Args:
        choose: Asks for a file.
        template: Writes the template.

    Signals:
        dropped(paths): Files were dropped.
        undo_wanted(import): An earlier import shall be undone; it was not confirmed yet.
    """

    dropped = Signal(object)
    undo_wanted = Signal(object)

    def __init__(self, choose: Callable[[], object], template: Callable[[], object]) -> None:
        super().__init__()
        self.choose = button(_("Choose a file"), choose, kind="primary", icon="folder", shortcut="Ctrl+O")
        self.template = button(_("Template to fill in"), template, icon="spreadsheet")
        note = _("Excel (.xlsx, .xls) or CSV, one child in each row. You see every row before anything is saved.")
        self.zone = DropZone(_("Drop the roster file here"), note, ENDINGS, self.choose)
        self.zone.dropped.connect(self.dropped)
        self.imports = DataTable(
            [
                Column(_("Read on"), lambda r: moment(r.taken_at), width=17),
                Column(_("Read by"), lambda r: r.by, width=10),
                Column(_("File"), lambda r: r.file, width=26, hint=lambda r: r.file),
                Column(_("Registered"), lambda r: r.accepted, text=format_number, width=8, right=True),
                Column(_("Completed"), lambda r: r.updated, text=format_number, width=8, right=True),
                Column(
                    _("State"),
                    _standing,
                    width=0,
                    icon=lambda r: _look(r)[0],
                    tone=lambda r: _look(r)[1],
                    hint=_standing,
                ),
            ],
            name=_("Earlier imports"),
            empty=EmptyState(
                _("No roster has been read yet"),
                _("Whoever has no list yet fills in the template, or registers children one by one."),
                icon="history",
            ),
        )
        self.undo = button(_("Undo import"), self._on_undo, icon="undo")
        self._why_not = label("", "note", wrap=True)
        head = row(label(_("Earlier imports"), "section"), STRETCH, self.template, self.undo, gap=2)
        layout = column(self.zone, head, gap=4)
        layout.addWidget(self.imports, 1)
        layout.addWidget(self._why_not)
        self.setLayout(layout)
        self.imports.picked.connect(self._on_picked)
        self._on_picked(None)

    def show_imports(self, imports: Sequence[ImportRow]) -> None:
        """Show what was taken in before, the newest first."""
        self.imports.set_rows(imports)
        show_if(self.undo, bool(imports))
        if imports and self.imports.view.current_row() is None:
            self.imports.view.choose_row(0)
        self._on_picked(self.imports.view.current_row())

    def why_not(self) -> str:
        """Why the marked import cannot be undone."""
        return self._why_not.text()

    def _on_picked(self, one: ImportRow | None) -> None:
        self.undo.setEnabled(one is not None and one.undoable)
        self._why_not.setText(one.why_not if one is not None and not one.undoable else "")

    def _on_undo(self) -> None:
        one = self.imports.view.current_row()
        if one is not None and one.undoable:
            self.undo_wanted.emit(one)
