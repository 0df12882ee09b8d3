"""Contacts are moved to a day or given to a teacher, one or many at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from zhaohu.i18n import _, ngettext
from zhaohu.services.desk import Desk
from zhaohu.services.due import appointments, workdays
from zhaohu.services.guidance import staffing
from zhaohu.services.register.moves import LONGEST_REASON
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.jobs import JobContext
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.choice_field import ChoiceField, SelectField, options_of
from zhaohu.ui.widgets.date_field import DateField
from zhaohu.ui.widgets.fields import ATTENTION, TextField
from zhaohu.ui.widgets.form import Form

_BY_DIGITS = 9
_OF_VILLAGE = "village"

Items = Sequence[tuple[str, str]]
"""(child id, contact) of each."""


class MoveDialog(FormDialog):
    """Asks for the day; a day of rest is doubted in words, and is the person's to choose."""

    def __init__(self, page: LoadingPage, desk: Desk, items: Items, *, lead: str, first: date) -> None:
        self._desk, self._items = desk, items
        form = Form()
        form.section()
        form.add(
            "planned_on", _("Planned on"), DateField(desk.today), hint=_("Leave it empty to go back to its own window.")
        )
        form.add("reason", _("Reason"), TextField(width="field_long", max_length=LONGEST_REASON))
        form.finish()
        form.load({"planned_on": first})

        def save(values: dict[str, Any]) -> int:
            return appointments.plan(desk, items, planned_on=values["planned_on"], reason=str(values["reason"] or ""))

        n = len(items)
        title = ngettext("Plan {n} contact for a day", "Plan {n} contacts for a day", n).format(n=n)
        super().__init__(
            page.window(), page.runner, form, title=title, do=_("Set the day"), save=save, lead=lead, scrolls=True
        )
        form.changed.connect(self._on_changed)
        self._on_changed("planned_on")

    def focus_first(self) -> None:
        """The day that is proposed is marked: typing replaces it."""
        super().focus_first()
        if isinstance(day := self.form.fields["planned_on"], DateField):
            day.edit.selectAll()

    def _on_changed(self, name: str) -> None:
        """What is to be said about the day is read beside the typing, and shown while that day still stands there."""
        day = self._day()
        if name == "planned_on" and day is not None:
            self._runner.run(
                lambda _context: appointments.doubts(self._desk, self._items, day),
                title=_("Reading"),
                on_result=lambda doubts: self._show_doubts(day, doubts),
            )

    def _show_doubts(self, day: date, doubts: Sequence[str]) -> None:
        if day == self._day():
            self.form.fields["planned_on"].set_problem(" ".join(doubts), ATTENTION)
            self.make_room()

    def _day(self) -> date | None:
        day = self.form.fields["planned_on"].value()
        return day if isinstance(day, date) else None


def ask_move(page: LoadingPage, desk: Desk, items: Items, lead: str) -> None:
    """Ask for which day contacts are planned, beginning with the next working day."""

    def show(first: date) -> None:
        dialog = MoveDialog(page, desk, items, lead=lead, first=first)
        dialog.open()
        dialog.focus_first()

    page.act(lambda _context: next_day(desk), show, title=_("Reading"), writes=False)


def next_day(desk: Desk) -> date:
    """The next working day after today."""
    return workdays.next_working(desk, desk.today + timedelta(days=1))


def ask_teacher(page: LoadingPage, desk: Desk, items: Items, lead: str) -> None:
    """Ask to which teacher contacts are given; digits choose while there are few."""

    def read(_context: JobContext) -> list[tuple[str, str]]:
        teachers = staffing.list_teachers(desk, station=desk.site.station)
        return [(one.id, one.name) for one in teachers if one.employed_to is None or one.employed_to >= desk.today]

    def show(teachers: list[tuple[str, str]]) -> None:
        pairs = [*teachers, (_OF_VILLAGE, _("the teacher of the village"))]
        few = len(pairs) <= _BY_DIGITS
        field = ChoiceField(options_of(pairs, digits=True)) if few else SelectField(options_of(pairs))
        form = Form()
        form.section()
        form.add("teacher", _("Teacher in charge"), field, required=True)
        form.finish()
        n = len(items)
        dialog = FormDialog(
            page.window(),
            page.runner,
            form,
            title=ngettext("Give {n} contact to a teacher", "Give {n} contacts to a teacher", n).format(n=n),
            do=_("Give"),
            save=lambda values: appointments.plan(
                desk, items, teacher_id=None if values["teacher"] == _OF_VILLAGE else str(values["teacher"])
            ),
            lead=lead,
            scrolls=True,
        )
        dialog.open()
        dialog.focus_first()

    page.act(read, show, title=_("Reading"), writes=False)
