"""本周: what is planned on each day of a week, working days and days of rest, and what has no day yet."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _, format_date, format_number
from zhaohu.services.desk import Desk
from zhaohu.services.due import duties, workdays
from zhaohu.services.due.duties import DueRow
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.pages.today_columns import OPEN, due_columns
from zhaohu.ui.pages.worklist_calendar import weekday_names
from zhaohu.ui.pages.worklist_tab import WorkTab
from zhaohu.ui.pages.worklist_table import WorkActions, WorkTable
from zhaohu.ui.widgets.buttons import button, icon_button
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.layout import STRETCH, column, row
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import label

_WEEK_DAYS = 7
_NO_DAY = "open"
_DAYS = tuple(str(n) for n in range(_WEEK_DAYS))


@dataclass(frozen=True, slots=True)
class _Read:
    rows: list[DueRow]
    rest: frozenset[date]


def week_of(rows: list[DueRow], monday: date) -> list[DueRow]:
    """What belongs to a week: what is planned in it, then what has no day and can be done in it."""
    sunday = monday + timedelta(days=_WEEK_DAYS - 1)
    planned = [one for one in rows if one.planned_on is not None and monday <= one.planned_on <= sunday]
    without = [one for one in rows if one.state in OPEN and one.planned_on is None and one.due_from <= sunday]
    return sorted(planned, key=lambda one: (one.planned_on or monday, one.village_order, one.child)) + without


class WeekTab(WorkTab):
    """A chip for each day filters the list; the last chip is what still wants a day."""

    def __init__(self, page: LoadingPage, desk: Desk) -> None:
        super().__init__(page, desk)
        self._monday = desk.today - timedelta(days=desk.today.weekday())
        self._read = _Read([], frozenset())
        self._title = label("", "section")
        chips = [("", _("The whole week")), *((day, "") for day in _DAYS), (_NO_DAY, _("No day yet"))]
        self.table = WorkTable(
            page,
            desk,
            name=_("The week's list"),
            chips=chips,
            columns=[
                Column(_("Day"), _day, width=9, sort=lambda one: one.planned_on),
                *due_columns(without={"age", "caregiver"}),
            ],
            empty=EmptyState(
                _("Nothing is planned"),
                _("Mark contacts under “no day yet” and press Ctrl+M to plan them for a day."),
                icon="calendar",
            ),
        )
        self.doing = WorkActions(page, desk, self.table)
        bar = row(
            icon_button("chevron-left", _("Week before"), self._on_before),
            self._title,
            icon_button("chevron-right", _("Week after"), self._on_after),
            button(_("This week"), self._on_this, kind="flat"),
            STRETCH,
            gap=2,
        )
        layout = column(bar, self.doing.bar, gap=2)
        layout.addWidget(self.table, 1)
        self.setLayout(layout)
        self.table.filtered.connect(self._show_rows)
        self._say_days()

    def refresh(self) -> None:
        """Read the week anew."""
        monday, desk = self._monday, self._desk
        sunday = monday + timedelta(days=_WEEK_DAYS - 1)

        def read() -> _Read:
            ahead = max(0, (sunday - desk.today).days)
            rows = duties.due_list(desk, within_days=ahead, include_done_late=False)
            calendar = workdays.in_force(desk)
            days = [monday + timedelta(days=n) for n in range(_WEEK_DAYS)]
            rest = frozenset(day for day in days if not calendar.is_working(day))
            return _Read(week_of(rows, monday), rest)

        self._page.fetch(read, self._show, part="week")

    def first_focus(self) -> QWidget:
        """The list."""
        return self.table.view

    def _show(self, read: _Read) -> None:
        self._read = read
        self._say_days()
        self._show_rows()

    def _say_days(self) -> None:
        sunday = self._monday + timedelta(days=_WEEK_DAYS - 1)
        self._title.setText(_("{start} to {end}").format(start=format_date(self._monday), end=format_date(sunday)))
        count = Counter(one.planned_on for one in self._read.rows)
        for n, name in zip(_DAYS, weekday_names(), strict=True):
            day = self._monday + timedelta(days=int(n))
            rest = _("rest") if day in self._read.rest else ""
            words = (name, f"{day:%m-%d}", rest, format_number(count[day]) if count[day] else "")
            self.table.chips.set_words(n, " ".join(filter(None, words)))
        no_day = _("{name} {n}").format(name=_("No day yet"), n=format_number(count[None]))
        self.table.chips.set_words(_NO_DAY, no_day)

    def _show_rows(self) -> None:
        chosen, rows = self.table.chips.current(), self._read.rows
        if chosen:
            day = None if chosen == _NO_DAY else self._monday + timedelta(days=int(chosen))
            rows = [one for one in rows if one.planned_on == day]
        self.table.set_rows(rows)
        self.doing.offer(bool(self._read.rows))

    def _turn(self, monday: date) -> None:
        self._monday = monday
        self.refresh()

    def _on_before(self) -> None:
        self._turn(self._monday - timedelta(days=_WEEK_DAYS))

    def _on_after(self) -> None:
        self._turn(self._monday + timedelta(days=_WEEK_DAYS))

    def _on_this(self) -> None:
        self._turn(self._desk.today - timedelta(days=self._desk.today.weekday()))


def _day(one: DueRow) -> str | None:
    return f"{weekday_names()[one.planned_on.weekday()]} {one.planned_on:%m-%d}" if one.planned_on else None
