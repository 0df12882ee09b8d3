"""The head of a child's page: what tells it from others, its risks, its family, and what it is due for next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _, format_date, format_number
from zhaohu.records.codes import ChildStatus, SiteKind
from zhaohu.records.codes import label as code_label
from zhaohu.rules.ages import age_text, age_words
from zhaohu.rules.growth.age import Ages
from zhaohu.rules.schedule import DueState
from zhaohu.services import children, reference
from zhaohu.services.children import CaregiverView, ChildView
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.duties import DueRow, state_label
from zhaohu.ui.widgets.layout import STRETCH, Card, column, flow, panel, row
from zhaohu.ui.widgets.masked import MaskedLabel
from zhaohu.ui.widgets.words import IconLabel, label, mark, set_tone

STATE_LOOKS = {
    DueState.OVERDUE: ("danger", "danger"),
    DueState.DUE: ("clock", "attention"),
    DueState.UPCOMING: ("calendar", "quiet"),
    DueState.MISSED: ("close", "quiet"),
    DueState.DONE_LATE: ("check-circle", "attention"),
    DueState.DONE: ("check-circle", "done"),
}
"""Icon and tone of a contact's state."""


def who_words(view: ChildView, today: date) -> str:
    """Sex, age (and corrected age), birth date, gestation, village in one line."""
    born, gestation = view.row.birth_date, view.gestation_days
    corrected = Ages.on(born, today, gestation).corrected
    age = age_text(born, today)
    if corrected is not None:
        words = age_words(corrected.months, corrected.day_of_month) or _("not yet at term")
        age = _("{age} (corrected: {corrected})").format(age=age, corrected=words)
    weeks = ""
    if gestation is not None:
        weeks = _("{weeks} weeks + {days} days").format(weeks=gestation // 7, days=gestation % 7)
    parts = (code_label(view.row.sex), age, _("born {day}").format(day=format_date(born)), weeks, view.row.village)
    return "  ·  ".join(part for part in parts if part)


def next_due(duties: Sequence[DueRow]) -> DueRow | None:
    """What should be done first: the overdue and due contacts, then the next that comes up."""
    open_ = [one for one in duties if one.state in (DueState.OVERDUE, DueState.DUE, DueState.UPCOMING)]
    return min(open_, key=lambda one: (one.state is DueState.UPCOMING, one.due_to), default=None)


def window_words(one: DueRow) -> str:
    """When a contact is due, and how late it is."""
    words = _("{start} to {end}").format(start=format_date(one.due_from), end=format_date(one.due_to))
    if one.state is DueState.OVERDUE:
        words += "  ·  " + _("{n} days late").format(n=format_number(one.days_late))
    return words


class ChildHead(Card):
    """Shows a `ChildView`; telephone numbers are masked until they are asked for."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("", gap=2)
        self._desk = desk
        self._marks, self._family = flow(gap=2), flow(gap=4)
        self._due_icon, self._due_title = IconLabel("calendar"), label("", "strong")
        self._due_state, self._due_window = mark(""), label("", "soft")
        self._due_window.setAlignment(Qt.AlignmentFlag.AlignRight)
        due = column(row(STRETCH, self._due_icon, self._due_title, self._due_state, gap=2), self._due_window, gap=2)
        whole = row(gap=4)
        whole.addLayout(column(panel(self._marks), panel(self._family), gap=1), 1)
        whole.addLayout(due)
        self.body.addLayout(whole)

    def show_child(self, view: ChildView, duties: Sequence[DueRow]) -> None:
        """Show a child and what it is due for."""
        _clear(self._marks)
        for risk in view.row.risks:
            self._marks.addWidget(mark(code_label(risk), "attention"))
        tone = "done" if view.row.status is ChildStatus.ACTIVE else "attention"
        self._marks.addWidget(mark(code_label(view.row.status), tone))
        if not view.editable:
            self._marks.addWidget(mark(_("only to look at")))
        if view.address:
            self._marks.addWidget(panel(row(IconLabel("map", size="icon_small"), label(view.address, "soft"), gap=1)))
        _clear(self._family)
        for carer in view.caregivers:
            self._family.addWidget(self._carer(carer))
        if not view.caregivers:
            self._family.addWidget(label(_("No caregiver is recorded."), "soft"))
        self._show_due(next_due(duties))

    def _carer(self, carer: CaregiverView) -> QWidget:
        words = f"{reference.code_name('relation', carer.relation)} {carer.name}"
        may_see = self._desk.person.role in WRITERS and self._desk.site.kind is SiteKind.STATION
        reveal = partial(children.reveal, self._desk, carer.id, "phone") if carer.phone and may_see else None
        number = MaskedLabel(_("Phone of {who}").format(who=carer.name), carer.phone, reveal)
        return panel(row(label(words), number, gap=2))

    def _show_due(self, one: DueRow | None) -> None:
        for widget in (self._due_icon, self._due_state, self._due_window):
            widget.setVisible(one is not None)
        if one is None:
            self._due_title.setText(_("Nothing more is due"))
            return
        icon, tone = STATE_LOOKS[one.state]
        self._due_icon.set_icon(icon, tone)
        self._due_title.setText(one.title)
        self._due_state.setText(state_label(one.state))
        set_tone(self._due_state, tone if tone != "quiet" else "")
        self._due_window.setText(window_words(one))


def _clear(layout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
