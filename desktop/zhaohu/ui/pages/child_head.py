"""The head of a child's page: what tells it from others, how it stands, its risks, its family, and what is due next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QWidget

from zhaohu.i18n import _, format_date, format_number
from zhaohu.records.codes import ChildStatus, ConsentScope, FollowUpKind, SiteKind
from zhaohu.records.codes import label as code_label
from zhaohu.rules.ages import age_text, age_words
from zhaohu.rules.growth.age import Ages
from zhaohu.rules.schedule import OPEN, DueState
from zhaohu.services import reference
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.due.duties import DueRow, state_label
from zhaohu.services.follow.follow_ups import FollowUpRow
from zhaohu.services.register import children, consents
from zhaohu.services.register.child_overview import ChildOverview
from zhaohu.services.register.children import CaregiverView, ChildView
from zhaohu.services.register.risk_factors import RiskRow
from zhaohu.ui.dialogs.consent import decision_words
from zhaohu.ui.pages.follow_up_words import standing_tone, standing_words, told_in_head
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.layout import STRETCH, Card, column, flow, panel, row
from zhaohu.ui.widgets.masked import MaskedLabel
from zhaohu.ui.widgets.words import IconLabel, label, mark, set_tone

STATE_LOOKS = {
    DueState.OVERDUE: ("danger", "danger"),
    DueState.DUE: ("clock", "attention"),
    DueState.MOVED: ("calendar", "accent"),
    DueState.UPCOMING: ("calendar", "quiet"),
    DueState.MISSED: ("close", "quiet"),
    DueState.REFUSED: ("close", "attention"),
    DueState.LEFT_OUT: ("close", "quiet"),
    DueState.DONE_LATE: ("check-circle", "attention"),
    DueState.DONE: ("check-circle", "done"),
}
"""Icon and tone of a contact's state."""


def who_words(view: ChildView, today: date) -> str:
    """Sex, age (and corrected age), birth date and gestation in one line; who died does not grow older."""
    born, gestation = view.row.birth_date, view.gestation_days
    last = view.died_on or today
    corrected = Ages.on(born, last, gestation).corrected
    age = age_text(born, last)
    if corrected is not None:
        words = age_words(corrected.months, corrected.day_of_month) or _("not yet at term")
        age = _("{age} (corrected: {corrected})").format(age=age, corrected=words)
    weeks = ""
    if gestation is not None:
        weeks = _("{weeks} weeks + {days} days").format(weeks=gestation // 7, days=gestation % 7)
    parts = (code_label(view.row.sex), age, _("born {day}").format(day=format_date(born)), weeks)
    return "  ·  ".join(part for part in parts if part)


def next_due(duties: Sequence[DueRow]) -> DueRow | None:
    """What should be done first: the overdue and due contacts, then what has a day or comes up next."""
    later = (DueState.MOVED, DueState.UPCOMING)
    open_ = [one for one in duties if one.state in OPEN]
    return min(open_, key=lambda one: (one.state in later, one.planned_on or one.due_to), default=None)


def window_words(one: DueRow) -> str:
    """When a contact is due, and how late it is."""
    words = _("{start} to {end}").format(start=format_date(one.due_from), end=format_date(one.due_to))
    if one.state is DueState.OVERDUE:
        words += "  ·  " + _("{n} days late").format(n=format_number(one.days_late))
    return words


class ChildHead(Card):
    """Shows a `ChildOverview`; ids and telephone numbers are masked until they are asked for.

    Signals:
        go(address): The family's page is asked for.
    """

    go = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__("", gap=2)
        self._desk = desk
        self._household = ""
        self._may_see = desk.person.role in WRITERS and desk.site.kind is SiteKind.STATION
        self._marks, self._family = flow(gap=2), flow(gap=4)
        self._due_icon, self._due_title = IconLabel("calendar"), label("", "strong")
        self._due_state, self._due_window = mark(""), label("", "soft")
        self._due_window.setAlignment(Qt.AlignmentFlag.AlignRight)
        due = column(row(STRETCH, self._due_icon, self._due_title, self._due_state, gap=2), self._due_window, gap=2)
        whole = row(gap=4)
        whole.addLayout(column(panel(self._marks), panel(self._family), gap=1), 1)
        whole.addLayout(due)
        self.body.addLayout(whole)

    def show_child(self, read: ChildOverview, duties: Sequence[DueRow], followed: Sequence[FollowUpRow] = ()) -> None:
        """Show a child, what it is due for, and what is followed."""
        view = read.view
        self._household = view.household_id
        _clear(self._marks)
        self._marks.addWidget(_status_mark(read))
        self._marks.addWidget(_consent_mark(read.consent))
        for one in read.risks:
            if one.ended_on is None:
                self._marks.addWidget(_risk_mark(one))
        for each in told_in_head(followed):
            self._marks.addWidget(_followed_mark(each))
        if not view.editable:
            self._marks.addWidget(mark(_("only to look at")))
        if home := _home(view):
            self._marks.addWidget(panel(row(IconLabel("map", size="icon_small"), label(home, "soft"), gap=1)))
        if view.row.citizen_id:
            self._marks.addWidget(self._number(view))
        _clear(self._family)
        for carer in view.caregivers:
            self._family.addWidget(self._carer(carer, silent=ConsentScope.CONTACT in read.consent.refused))
        if not view.caregivers:
            self._family.addWidget(label(_("No caregiver is recorded."), "soft"))
        self._family.addWidget(self._family_link(read))
        self._show_due(next_due(duties))

    def _carer(self, carer: CaregiverView, *, silent: bool) -> QWidget:
        words = f"{reference.code_name('relation', carer.relation)} {carer.name}"
        if silent:
            return panel(row(label(words), label(_("no contact wanted"), "soft"), gap=2))
        reveal = partial(children.reveal, self._desk, carer.id, "phone") if carer.phone and self._may_see else None
        number = MaskedLabel(_("Phone of {who}").format(who=carer.name), carer.phone, reveal)
        return panel(row(label(words), number, gap=2))

    def _number(self, view: ChildView) -> QWidget:
        reveal = partial(children.reveal, self._desk, view.row.id, "citizen_id") if self._may_see else None
        number = MaskedLabel(_("Citizen id"), view.row.citizen_id, reveal)
        return panel(row(label(_("Citizen id"), "soft"), number, gap=2))

    def _family_link(self, read: ChildOverview) -> QWidget:
        names = _(", ").join(name for _id, name in read.siblings)
        words = _("Siblings: {names}").format(names=names) if names else _("Family")
        return button(words, self._on_family, kind="link", icon="family", hint=_("Open the family's page"))

    def _on_family(self) -> None:
        self.go.emit(f"family/{self._household}")

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


def _home(view: ChildView) -> str:
    """The address, with the village where the address does not name it."""
    village = "" if view.row.village in view.address else view.row.village
    return " ".join(part for part in (village, view.address) if part)


def _status_mark(read: ChildOverview) -> QLabel:
    standing = read.standing
    if standing.pending is not None:
        return _hinted(mark(_("being transferred"), "attention"), standing.pending.reason)
    if standing.elsewhere is not None:
        return mark(_("At another station"), "attention")
    tone = "done" if standing.status is ChildStatus.ACTIVE else "attention"
    words = code_label(standing.status)
    if standing.status is not ChildStatus.ACTIVE and standing.since is not None:
        words = f"{words} {format_date(standing.since)}"
    return _hinted(mark(words, tone), standing.reason)


def _consent_mark(consent: consents.Standing) -> QLabel:
    hint = "\n".join(f"{code_label(scope)}: {decision_words(one)}" for scope, one in consent.counts.items())
    if not consent.asked:
        words = _("Nothing is stopped by this: the basic service needs no consent.")
        return _hinted(mark(_("consent form not signed")), words)
    if not consent.refused:
        return _hinted(mark(_("consent given"), "done"), hint)
    scopes = _(", ").join(code_label(scope) for scope in consent.refused)
    return _hinted(mark(_("no consent: {scopes}").format(scopes=scopes), "attention"), hint)


def _risk_mark(one: RiskRow) -> QLabel:
    since = _("since {day}").format(day=format_date(one.since))
    hint = "  ·  ".join(part for part in (_("from the birth") if one.derived else since, one.note) if part)
    return _hinted(mark(code_label(one.risk), "attention"), hint)


def _followed_mark(one: FollowUpRow) -> QLabel:
    plain = one.kind is FollowUpKind.CASE and not one.overdue
    words = one.title if plain else _("{what}: {state}").format(what=one.title, state=standing_words(one))
    return _hinted(mark(words, standing_tone(one)), one.advice)


def _hinted(one: QLabel, hint: str) -> QLabel:
    one.setToolTip(hint)
    one.setAccessibleDescription(hint)
    return one


def _clear(layout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
