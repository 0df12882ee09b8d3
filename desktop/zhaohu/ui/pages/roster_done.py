"""The last step of taking a roster in: what became of it, and what was left out and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _, format_number, sentences
from zhaohu.rules.names import sort_key
from zhaohu.services.roster.roster_preview import PreviewRow
from zhaohu.services.roster.rosters import RosterReport
from zhaohu.ui.pages import roster_words as words
from zhaohu.ui.pages.list_export import Export
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.layout import column
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.tiles import Tile, TileRow
from zhaohu.ui.widgets.words import label


class RosterDone(QWidget):
    """Figures, and the rows that were left out.

    Args:
        titles: Names of all fields of a roster.
        export: Writes the rows that were left out as a spreadsheet.
    """

    def __init__(self, titles: Mapping[str, str], export: Export | None) -> None:
        super().__init__()
        self.result = Notice()
        self.registered, self.updated = Tile(_("Registered")), Tile(_("Completed"))
        self.same, self.left_tile = Tile(_("No change")), Tile(_("Left out"))
        self.left = DataTable(
            [
                Column(_("Row"), lambda r: r.row, width=5, right=True),
                words.state_column(),
                Column(_("Name"), lambda r: r.name or None, width=11, sort=lambda r: sort_key(r.name)),
                Column(_("Born"), lambda r: r.birth_date, width=10),
                words.remark_column(titles),
            ],
            name=_("Left out"),
            empty=EmptyState(_("Every row was taken in"), icon="check-circle"),
            export=export,
        )
        tiles = TileRow([self.registered, self.updated, self.same, self.left_tile])
        layout = column(self.result, tiles, label(_("Left out, and why"), "section"), gap=4)
        layout.addWidget(self.left, 1)
        self.setLayout(layout)

    def show_report(self, file: str, done: RosterReport, left: Sequence[PreviewRow]) -> None:
        """Show what became of a file."""
        for tile, n in (
            (self.registered, done.accepted),
            (self.updated, done.updated),
            (self.same, done.same),
            (self.left_tile, len(left)),
        ):
            tile.set_figure(format_number(n))
        text = _("{file} has been taken in: {n} children registered, {updates} completed.")
        text = text.format(file=file, n=format_number(done.accepted), updates=format_number(done.updated))
        if left:
            more = _("{n} rows were left out; mend them in the file and read it again, or leave them.")
            text = sentences((text, more.format(n=format_number(len(left)))))
        self.result.say(text, "done")
        self.left.set_rows(left)
