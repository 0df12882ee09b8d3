"""工作安排: the same work seen by week, month, village and teacher; calls, forms that are out, and what was missed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _
from zhaohu.services.desk import Desk
from zhaohu.services.due.duties import DueRow
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.pages.worklist_calls import CallsTab
from zhaohu.ui.pages.worklist_groups import GroupTab
from zhaohu.ui.pages.worklist_missed import MissedTab
from zhaohu.ui.pages.worklist_month import MonthTab
from zhaohu.ui.pages.worklist_sheets import SheetsTab
from zhaohu.ui.pages.worklist_tab import WorkTab
from zhaohu.ui.pages.worklist_week import WeekTab
from zhaohu.ui.widgets.page import Page
from zhaohu.ui.widgets.tabs import Tabs


def worklist_page(desk: Desk, hub: Hub, runner: Runner) -> Page:
    """The page, for the shell."""
    return WorklistPage(desk, hub, runner)


class WorklistPage(LoadingPage):
    """Its tabs are opened by `worklist/week`, `worklist/month` …; only the one that is looked at is read."""

    tables = frozenset(
        {
            "child",
            "visit",
            "household",
            "caregiver",
            "village",
            "teacher",
            "child_risk",
            "consent",
            "appointment",
            "attempt",
            "extra_contact",
            "printed_sheet",
        }
    )

    def __init__(self, desk: Desk, hub: Hub, runner: Runner) -> None:
        super().__init__(hub, runner)
        self.sheets: dict[str, WorkTab] = {}
        self._stale_tabs: set[str] = set()
        self.tabs = Tabs(_("Ways of seeing the work"))
        for key, words, make in self._kinds(desk):
            self.sheets[key] = make()
            self.tabs.add(self.sheets[key], words)
        self._stale_tabs = set(self.sheets)
        self.body.addWidget(self.tabs, 1)
        self.tabs.currentChanged.connect(self._on_turned)

    def _kinds(self, desk: Desk) -> tuple[tuple[str, str, Callable[[], WorkTab]], ...]:
        def group(key: str, words: str, nobody: str, of: Callable[[DueRow], str]) -> Callable[[], WorkTab]:
            return lambda: GroupTab(self, desk, key=key, words=words, nobody=nobody, of=of)

        return (
            ("week", _("Week"), lambda: WeekTab(self, desk)),
            ("month", _("Month"), lambda: MonthTab(self, desk)),
            ("village", _("By village"), group("village", _("Village"), _("no village"), _village)),
            ("teacher", _("By teacher"), group("teacher", _("Teacher in charge"), _("no teacher"), _teacher)),
            ("calls", _("Calls"), lambda: CallsTab(self, desk)),
            ("sheets", _("Not brought back"), lambda: SheetsTab(self, desk)),
            ("missed", _("Missed"), lambda: MissedTab(self, desk)),
        )

    def take_argument(self, argument: str) -> None:
        """Open a tab by its name."""
        if argument in self.sheets:
            self.tabs.open_sheet(self.sheets[argument])

    def refresh(self) -> None:
        """Read what is looked at; the others when they are."""
        self._stale_tabs = set(self.sheets)
        self._read_open()

    def first_focus(self) -> QWidget:
        """What the open tab wants."""
        return self._open().first_focus()

    def _open(self) -> WorkTab:
        return list(self.sheets.values())[self.tabs.currentIndex()]

    def _read_open(self) -> None:
        key = list(self.sheets)[self.tabs.currentIndex()]
        if key in self._stale_tabs:
            self._stale_tabs.discard(key)
            self.sheets[key].refresh()

    def _on_turned(self, _place: int) -> None:
        if not self.isVisible():
            return
        self._read_open()
        if not self.tabs.tabBar().hasFocus():
            self.focus_first()


def _village(one: DueRow) -> str:
    return one.village


def _teacher(one: DueRow) -> str:
    return one.teacher
