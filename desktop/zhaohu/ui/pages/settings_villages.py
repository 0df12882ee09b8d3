"""村居与分工 in the settings: the station's own list of villages, and who looks after their families."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _, ngettext
from zhaohu.records.codes import Role
from zhaohu.services.desk import Desk
from zhaohu.services.guidance import staffing
from zhaohu.services.guidance.staffing import TeacherRow
from zhaohu.services.register import village_merging, villages
from zhaohu.services.register.villages import Added, VillageRow
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages import village_forms
from zhaohu.ui.pages.children import VILLAGE
from zhaohu.ui.pages.list_export import list_export
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.layout import column, flow, panel
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import label, show_if


@dataclass(frozen=True, slots=True)
class VillagesRead:
    """What the tab shows."""

    rows: list[VillageRow]
    teachers: list[TeacherRow]
    township_code: str


class VillagesTab(QWidget):
    """The list, and what an administrator does with it; teachers may add.

    Args:
        desk: Who asks, and where.
        page: The page it stands on; it runs the work.
        runner: Saves what dialogs ask for.
    """

    tables = frozenset({"village", "assignment", "teacher", "household", "child"})

    def __init__(self, desk: Desk, page: LoadingPage, runner: Runner) -> None:
        super().__init__()
        self._desk, self._page, self._runner = desk, page, runner
        self._admin = desk.person.role is Role.ADMIN
        self._read = VillagesRead([], [], "")
        self.notice = Notice(closable=True)
        self.add_button = button(_("Add villages"), self.add, icon="add")
        self.change_button = button(_("Name and code"), self.change, icon="edit")
        self.assign_button = button(_("Assign a teacher"), self.assign, icon="staffing")
        self.merge_button = button(_("Join with another"), self.merge)
        self.part_button = button(_("Part again"), self.part, icon="undo")
        self.close_button = button(_("Close the village"), self.close_or_open)
        self.township_button = button(_("Township code"), self.set_township)
        self._township = label("", "soft")
        self.table = self._make_table()
        mine = (self.change_button, self.assign_button, self.merge_button, self.part_button, self.close_button)
        bar = flow(self.add_button, *mine, self._township, self.township_button)
        for one in (*mine, self.township_button):
            show_if(one, self._admin)
        layout = column(self.notice, panel(bar), gap=3)
        layout.addWidget(self.table, 1)
        self.setLayout(layout)
        self.table.picked.connect(self._on_picked)
        self.table.opened.connect(self._on_opened)
        self._on_picked(None)

    def _make_table(self) -> DataTable:
        advice = _("Paste the township's list of villages and communities, one a line; children can be put there then.")
        first = EmptyState(
            _("No villages yet"), advice, button(_("Add villages"), self.add, kind="primary"), icon="map"
        )
        return DataTable(
            [
                Column(_("Village"), lambda one: one.name, width=0),
                Column(_("Village code"), lambda one: one.code or None, width=8),
                Column(_("Families"), lambda one: one.households, width=8, right=True),
                Column(_("Children"), lambda one: one.children, width=8, right=True),
                Column(_("Guidance teacher"), lambda one: one.teacher or None, width=12),
                Column(_("Since"), lambda one: one.teacher_since, width=12),
                Column(
                    _("State"),
                    _state,
                    width=22,
                    icon=lambda one: "lock" if one.closed_on else "",
                    tone=lambda one: "quiet" if one.closed_on else "",
                    hint=_state,
                ),
            ],
            name=_("Villages"),
            empty=first,
            export=list_export(self._page, self._desk, _("Villages")),
        )

    def read(self) -> VillagesRead:
        """The villages and the teachers in post; called off the GUI thread."""
        desk = self._desk
        teachers = [one for one in staffing.list_teachers(desk) if not one.employed_to or one.employed_to >= desk.today]
        return VillagesRead(villages.list_own(desk), teachers, villages.township_code(desk))

    def show_read(self, read: VillagesRead) -> None:
        """Show what `read` gave."""
        self._read = read
        code = read.township_code or _("not entered")
        self._township.setText(_("Township code: {code}").format(code=code))
        self.table.set_rows(read.rows)
        self._on_picked(self._marked())

    # -- what a person does

    def add(self) -> None:
        """Paste or type villages."""
        dialog = village_forms.ask_names(self.window(), self._desk, self._runner)
        dialog.saved.connect(self._on_added)

    def change(self) -> None:
        """Another name or code for the marked village."""
        if marked := self._marked():
            village_forms.ask_name(self.window(), self._desk, self._runner, marked)

    def assign(self) -> None:
        """Who looks after the marked village from a day on."""
        if marked := self._marked():
            village_forms.ask_teacher(self.window(), self._desk, self._runner, marked, self._read.teachers)

    def merge(self) -> None:
        """The marked village is another spelling of one on the list."""
        if marked := self._marked():
            others = [one for one in self._read.rows if one.id != marked.id]
            village_forms.ask_merge(self.window(), self._desk, self._runner, marked, others)

    def part(self) -> None:
        """Undo the newest merge of the marked village."""
        if (marked := self._marked()) and marked.merged_from:
            other_id, name = marked.merged_from[-1]
            self._page.act(
                lambda _context: village_merging.part_villages(self._desk, other_id),
                lambda n: self._say(_("“{name}” is on the list again, with {n} families."), name=name, n=n),
                title=_("Part again"),
            )

    def close_or_open(self) -> None:
        """Close the marked village for new families, or open it again."""
        if marked := self._marked():
            change = villages.close_village if marked.closed_on is None else villages.open_village
            self._page.act(
                lambda _context: change(self._desk, marked.id),
                lambda _nothing: self._page.reload(),
                title=self.close_button.text(),
            )

    def set_township(self) -> None:
        """The three digits from which health record numbers are proposed."""
        village_forms.ask_township(self.window(), self._desk, self._runner, self._read.township_code)

    def _marked(self) -> VillageRow | None:
        return self.table.view.current_row()

    def _on_added(self, done: Added) -> None:
        n = len(done.added)
        words = ngettext("{n} village added", "{n} villages added", n).format(n=n)
        known = _("on the list already: {names}").format(names=_(", ").join(done.known)) if done.known else ""
        self.notice.say("; ".join(part for part in (words, known) if part), "done")

    def _say(self, words: str, **facts: object) -> None:
        self.notice.say(words.format(**facts), "done")
        self._page.reload()

    def _on_picked(self, marked: VillageRow | None) -> None:
        for one in (self.change_button, self.assign_button, self.close_button):
            one.setEnabled(marked is not None)
        self.merge_button.setEnabled(marked is not None and len(self._read.rows) > 1)
        self.part_button.setEnabled(bool(marked and marked.merged_from))
        self.close_button.setText(_("Open again") if marked and marked.closed_on else _("Close the village"))

    def _on_opened(self, marked: VillageRow) -> None:
        """Its children."""
        self._page.go.emit(f"children/{VILLAGE}/{marked.id}")


def _state(one: VillageRow) -> str:
    parts = []
    if one.closed_on is not None:
        parts.append(_("closed since {day}").format(day=one.closed_on.isoformat()))
    if one.merged_from:
        parts.append(_("with {names}").format(names=_(", ").join(name for _id, name in one.merged_from)))
    return _(", ").join(parts)
