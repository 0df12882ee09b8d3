"""月历: a month of planned and due contacts; a day opens its list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedLayout, QWidget

from zhaohu.i18n import _, format_date
from zhaohu.rules.ages import add_months
from zhaohu.services.desk import Desk
from zhaohu.services.due import duties, workdays
from zhaohu.services.due.duties import DayLoad
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.pages.worklist_calendar import DayCell, MonthView, first_shown, weekday_names
from zhaohu.ui.pages.worklist_tab import WorkTab
from zhaohu.ui.pages.worklist_table import WorkActions, WorkTable
from zhaohu.ui.widgets.buttons import button, icon_button
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.layout import STRETCH, column, panel, row
from zhaohu.ui.widgets.words import label

_SHOWN_DAYS = 42


class MonthTab(WorkTab):
    """The sheet of a month, and behind it the list of one day; Escape goes back."""

    def __init__(self, page: LoadingPage, desk: Desk) -> None:
        super().__init__(page, desk)
        self._loads: Mapping[date, DayLoad] = {}
        self._opened: date | None = None
        self.view = MonthView(desk.today)
        self._title = label("", "section")
        hint = label(_("Arrows: days  ·  Page Up, Page Down: months  ·  Home: today  ·  Enter: the day's list"), "note")
        bar = row(
            icon_button("chevron-left", _("Month before"), self._on_before),
            self._title,
            icon_button("chevron-right", _("Month after"), self._on_after),
            button(_("Today"), self._on_today, kind="flat"),
            STRETCH,
            hint,
            gap=2,
        )
        month = column(bar, gap=2)
        month.addWidget(self.view, 1)
        self.table = WorkTable(
            page, desk, name=_("The day's list"), empty=EmptyState(_("Nothing on this day"), icon="calendar")
        )
        self.doing = WorkActions(page, desk, self.table)
        self._day_title = label("", "section")
        self.back = button(_("Back to the month  Esc"), self._on_back, kind="flat", icon="arrow-left")
        day = column(row(self.back, self._day_title, STRETCH, gap=3), self.doing.bar, gap=2)
        day.addWidget(self.table, 1)
        self._stack = QStackedLayout()
        self._month_sheet, self._day_sheet = panel(month), panel(day)
        self.setLayout(self._stack)
        self._stack.addWidget(self._month_sheet)  # after the stack has its place, or the sheet opens as a window
        self._stack.addWidget(self._day_sheet)
        self.view.turned.connect(self._on_turned)
        self.view.opened.connect(self._on_opened)
        escape = QShortcut(QKeySequence("Esc"), self._day_sheet)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self._on_back)
        self._say_month()

    def refresh(self) -> None:
        """Read the month anew."""
        month, desk = self.view.day, self._desk

        def read() -> tuple[Mapping[date, DayLoad], Mapping[date, DayCell]]:
            loads = duties.month(desk, month.year, month.month)
            first, calendar = first_shown(month), workdays.in_force(desk)
            days = [first + timedelta(days=n) for n in range(_SHOWN_DAYS)]
            return loads, {day: _cell(loads.get(day), rest=not calendar.is_working(day)) for day in days}

        self._page.fetch(read, self._show, part="month")

    def first_focus(self) -> QWidget:
        """The sheet, or the day's list."""
        return self.view if self._opened is None else self.table.view

    def _show(self, read: tuple[Mapping[date, DayLoad], Mapping[date, DayCell]]) -> None:
        self._loads, cells = read
        self.view.show_month(self.view.day, cells)
        self._say_month()
        if self._opened is not None:
            self._show_day(self._opened)

    def _say_month(self) -> None:
        day = self.view.day
        self._title.setText(_("{month}/{year}").format(year=day.year, month=day.month))

    def _show_day(self, day: date) -> None:
        load = self._loads.get(day)
        rows = list(load.rows) if load is not None else []
        rest = _("day of rest") if self.view.cell(day).rest else ""
        words = (format_date(day), weekday_names()[day.weekday()], rest)
        self._day_title.setText("  ".join(filter(None, words)))
        self.table.set_rows(rows)
        self.doing.offer(bool(rows))

    # -- moving

    def _on_opened(self, day: date) -> None:
        self._opened = day
        self._show_day(day)
        self._stack.setCurrentWidget(self._day_sheet)
        if self.table.rows():
            self.table.view.setFocus()
        else:
            self.back.setFocus()

    def _on_back(self) -> None:
        self._opened = None
        self._stack.setCurrentWidget(self._month_sheet)
        self.view.setFocus()

    def _on_turned(self, _month: date) -> None:
        self._say_month()
        self.refresh()

    def _on_before(self) -> None:
        self.view.go_to(add_months(self.view.day, -1))

    def _on_after(self) -> None:
        self.view.go_to(add_months(self.view.day, 1))

    def _on_today(self) -> None:
        self.view.go_to(self._desk.today)
        self.view.setFocus()


def _cell(load: DayLoad | None, *, rest: bool) -> DayCell:
    if load is None:
        return DayCell(rest=rest)
    return DayCell(load.planned, load.opening, load.closing, rest)
