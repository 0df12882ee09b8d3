"""节假日: the days of a year that are not as the week has them, and what the district set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from zhaohu.i18n import N_, _
from zhaohu.rules.district_plans import REST, WORK
from zhaohu.services.content import days_off
from zhaohu.services.content.days_off import DayRow, Days
from zhaohu.services.desk import Desk
from zhaohu.services.district import Key
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.widgets.buttons import button, icon_button
from zhaohu.ui.widgets.choice_field import ChoiceField, options_of
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.date_field import DateField
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.layout import column, flow, panel
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import label, show_if

if TYPE_CHECKING:
    from zhaohu.ui.pages.content import ContentPage

_KINDS = {REST: N_("day off"), WORK: N_("working day")}
_WEEK = (N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"))
_AS_NOTICE = "notice"


class DaysTab(QWidget):
    """One year at a time."""

    def __init__(self, desk: Desk, page: ContentPage) -> None:
        super().__init__()
        self._desk, self._page, self._year = desk, page, desk.today.year
        self._read = Days(self._year, "", (), page.nothing)
        self.back_button = icon_button("chevron-left", _("The year before"), self.back)
        self.on_button = icon_button("chevron-right", _("The next year"), self.go_on)
        self._year_words = label("", "section")
        self.set_button = button(_("Set days"), self.set_days, icon="calendar")
        self.restore_button = button(_("All as in the notices"), self.restore_all)
        self._notice = Notice()
        self._standing = label("", "soft", wrap=True)
        self.table = DataTable(
            [
                Column(_("Day"), lambda one: one.day, width=14),
                Column(_("Weekday"), lambda one: _(_WEEK[one.day.weekday()]), width=12),
                Column(
                    _("What it is"),
                    lambda one: _(_KINDS[one.kind]),
                    width=14,
                    icon=lambda one: "check" if one.kind == WORK else "calendar",
                ),
                Column(
                    _("Set by"),
                    lambda one: _("the district") if one.by_district else _("the notice"),
                    width=0,
                    tone=lambda one: "accent" if one.by_district else "",
                    icon=lambda one: "edit" if one.by_district else "",
                ),
            ],
            name=_("Days off"),
            empty=EmptyState(_("Only weekends are known to be days off in this year."), icon="calendar"),
        )
        bar = flow(self.back_button, self._year_words, self.on_button, self.set_button, self.restore_button)
        for one in (self.set_button, self.restore_button):
            show_if(one, page.may_change)
        layout = column(panel(bar), self._standing, self._notice, gap=3)
        layout.addWidget(self.table, 1)
        self.setLayout(layout)
        self.table.opened.connect(self._on_opened)

    def read(self) -> Days:
        """The year that is shown; called off the GUI thread."""
        return days_off.list_days(self._desk, self._year)

    def show_read(self, read: Days) -> None:
        """Show what `read` gave."""
        self._read = read
        self._year_words.setText(str(read.year))
        self.table.set_rows(read.rows)
        missing = _("There is no notice for {year} yet. When it is out, an update of the program brings it.")
        self._notice.say(missing.format(year=read.year) if not read.source else "", "attention")
        told = [part for part in (read.source, self._page.standing_words(read.standing)) if part]
        self._standing.setText("  ·  ".join(told))
        self.restore_button.setEnabled(any(one.by_district for one in read.rows))

    def back(self) -> None:
        """The year before."""
        self._turn(-1)

    def go_on(self) -> None:
        """The next year."""
        self._turn(1)

    def _turn(self, by: int) -> None:
        self._year += by
        self._page.fetch(self.read, self.show_read, part="days")

    def set_days(self) -> None:
        """Ask which days are what."""
        marked = self.table.view.current_row()
        form = Form()
        form.section()
        form.add("first", _("First day"), DateField(self._desk.today), required=True)
        form.add("last", _("Last day"), DateField(self._desk.today), hint=_("Empty: only the first day."))
        kinds = options_of(
            [(REST, _("day off")), (WORK, _("working day")), (_AS_NOTICE, _("as in the notice"))], digits=True
        )
        form.add("kind", _("What it is"), ChoiceField(kinds), required=True)
        form.finish()
        form.load({"first": marked.day if marked else None})
        dialog = FormDialog.ask(
            self.window(), self._page.runner, form, title=_("Set days"), do=_("Save"), save=self._save
        )
        dialog.saved.connect(self._page.told)

    def _save(self, values: dict[str, Any]) -> int:
        kind = "" if values["kind"] == _AS_NOTICE else values["kind"]
        return days_off.set_days(self._desk, values["first"], values["last"] or values["first"], kind)

    def restore_all(self) -> None:
        """The days of the notices again."""
        self._page.restore(Key.DAYS_OFF, _("All days as in the notices"))

    def _on_opened(self, _marked: DayRow) -> None:
        if self._page.may_change:
            self.set_days()
