"""按村, 按教师: how much there is to do in each village or with each teacher, and what it is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QApplication, QWidget

from zhaohu.i18n import _, format_number
from zhaohu.rules.schedule import DueState
from zhaohu.services.desk import Desk
from zhaohu.services.due import duties
from zhaohu.services.due.duties import DueRow
from zhaohu.ui import theme
from zhaohu.ui.pages.list_export import list_export
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.pages.today_columns import OPEN, due_columns
from zhaohu.ui.pages.worklist_tab import WorkTab
from zhaohu.ui.pages.worklist_table import WorkActions, WorkTable
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.layout import column, row
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import show_if

AHEAD_DAYS = 7


@dataclass(frozen=True, slots=True)
class Group:
    """One village or teacher and how much there is to do; an empty name collects what has none."""

    name: str
    overdue: int
    due: int
    moved: int
    upcoming: int

    @property
    def total(self) -> int:
        """Everything that is open."""
        return self.overdue + self.due + self.moved + self.upcoming


def groups_of(rows: Sequence[DueRow], of: Callable[[DueRow], str]) -> list[Group]:
    """The rows counted by name, the most overdue first."""
    counts: defaultdict[str, Counter[DueState]] = defaultdict(Counter)
    for one in rows:
        counts[of(one)][one.state] += 1
    groups = [Group(name, *(count[state] for state in OPEN)) for name, count in counts.items()]
    return sorted(groups, key=lambda group: (-group.overdue, -group.total, group.name))


class GroupTab(WorkTab):
    """At the left the villages or teachers, at the right what is due there.

    Args:
        page: The page of the tabs.
        desk: Who works.
        key: Which part of the page this is.
        words: What a group is called: Village, Teacher.
        nobody: What the group without a name is called.
        of: The group of a row.
    """

    def __init__(
        self, page: LoadingPage, desk: Desk, *, key: str, words: str, nobody: str, of: Callable[[DueRow], str]
    ) -> None:
        super().__init__(page, desk)
        self._key, self._of, self._rows = key, of, list[DueRow]()
        self.groups = DataTable(_group_columns(words, nobody), name=words, export=list_export(page, desk, words))
        self.groups.setFixedWidth(theme.size("detail") + theme.space(10))
        self.table = WorkTable(
            page,
            desk,
            name=_("Due list"),
            empty=EmptyState(
                _("Nothing is due"),
                _("No visit or check is overdue, due now or due in the next days."),
                icon="check-circle",
            ),
            columns=due_columns(without={key, "age", "caregiver", "phone"}),
        )
        self.doing = WorkActions(page, desk, self.table)
        right = column(self.doing.bar, gap=2)
        right.addWidget(self.table, 1)
        layout = row(self.groups, gap=4)
        layout.addLayout(right, 1)
        self.setLayout(layout)
        self.groups.picked.connect(self._on_picked)
        self.groups.opened.connect(self._on_opened)

    def refresh(self) -> None:
        """Read what is due anew."""

        def read() -> list[DueRow]:
            due = duties.due_list(self._desk, within_days=AHEAD_DAYS, include_done_late=False)
            return [one for one in due if one.state in OPEN]

        self._page.fetch(read, self._show, part=self._key)

    def first_focus(self) -> QWidget:
        """The villages or teachers."""
        return self.groups.view if self._rows else self.table

    def _show(self, rows: list[DueRow]) -> None:
        before, here = self.groups.view.current_row(), QApplication.focusWidget()
        waits = not self._rows and here is not None and self.table.isAncestorOf(here)
        self._rows, groups = rows, groups_of(rows, self._of)
        self.groups.set_rows(groups)
        show_if(self.groups, bool(groups))
        names = [one.name for one in self.groups.rows()]
        if groups:
            kept = before is not None and before.name in names
            self.groups.view.choose_row(names.index(before.name) if kept else 0)
            if waits:
                self.groups.view.setFocus()

    def _on_picked(self, group: Group | None) -> None:
        rows = [one for one in self._rows if self._of(one) == group.name] if group is not None else []
        self.table.set_rows(rows)
        self.doing.offer(bool(rows))

    def _on_opened(self, _group: Group) -> None:
        """Enter goes over to the rows of the group."""
        self.table.view.setFocus()


def _group_columns(words: str, nobody: str) -> list[Column]:
    def figure(title: str, value: Callable[[Group], int], tone: str = "") -> Column:
        return Column(
            title,
            lambda one: value(one) or None,
            text=format_number,
            width=7,
            right=True,
            tone=lambda one: tone if value(one) else "",
        )

    return [
        Column(words, lambda one: one.name or nobody, width=0, tone=lambda one: "" if one.name else "quiet"),
        figure(_("Overdue"), lambda one: one.overdue, "danger"),
        figure(_("Due now"), lambda one: one.due),
        figure(_("In all"), lambda one: one.total),
    ]
