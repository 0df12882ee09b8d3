"""电话: whom to call today; what came of it is one key, and the next family is marked."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _, format_date, format_number, ngettext, pgettext
from zhaohu.records.codes import AttemptOutcome, AttemptWay
from zhaohu.records.codes import label as code_label
from zhaohu.rules.schedule import DueState
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.due import attempts, duties
from zhaohu.services.due.duties import DueRow
from zhaohu.ui import theme
from zhaohu.ui.dialogs.appointment import next_day
from zhaohu.ui.dialogs.attempt import (
    Family,
    Subject,
    ask_attempt,
    attempt_words,
    note_for_all,
    phone_label,
    read_family,
)
from zhaohu.ui.jobs import JobContext
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.pages.today_columns import due_columns, what_is_due
from zhaohu.ui.pages.worklist_tab import WorkTab
from zhaohu.ui.pages.worklist_table import WorkTable
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.layout import Card, column, flow, panel, row
from zhaohu.ui.widgets.masked import MaskedLabel
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import label, show_if

_SHOWN_ATTEMPTS = 4


def to_call(rows: list[DueRow]) -> list[tuple[DueRow, tuple[str, ...]]]:
    """Families to call: who is due now and has a number, once for each child, with the contacts that it is about.

    Who was sought seldom stands first. Whoever has a later day comes back on that day.
    """
    of_child: dict[str, list[DueRow]] = {}
    for one in rows:
        if one.state in (DueState.OVERDUE, DueState.DUE) and _has_number(one):
            of_child.setdefault(one.child_id, []).append(one)
    found = []
    for first, *others in of_child.values():
        also = tuple(title for one in others for title in (one.title, *one.also))
        found.append((first._replace(also=(*first.also, *also)), tuple(one.contact for one in (first, *others))))
    return sorted(found, key=lambda call: (call[0].attempts, call[0].due_to, call[0].child))


class CallsTab(WorkTab):
    """The list at the left; at the right the family, its number, and the outcomes with their digits."""

    def __init__(self, page: LoadingPage, desk: Desk) -> None:
        super().__init__(page, desk)
        self._contacts: dict[str, tuple[str, ...]] = {}
        self._last: list[str] = []
        self.table = WorkTable(
            page,
            desk,
            name=_("Call list"),
            columns=_columns(),
            empty=EmptyState(
                _("Nobody is to be called today"),
                _("Families whose child is due or overdue and who may be called are listed here."),
                icon="phone",
            ),
        )
        self.noted = Notice(action=button(_("Undo (Ctrl+Z)"), self._on_undo, kind="link", shortcut="Ctrl+Z"))
        self.family = _FamilyCard(desk)
        self._make_keys()
        left = column(self.noted, gap=2)
        left.addWidget(self.table, 1)
        layout = row(gap=4)
        layout.addLayout(left, 1)
        layout.addWidget(self.family, 0, Qt.AlignmentFlag.AlignTop)
        self.setLayout(layout)
        self.table.picked.connect(self._on_picked)
        self.table.opened.connect(self._on_opened)

    def _make_keys(self) -> None:
        may = self._desk.person.role in WRITERS
        slots = (self._on_agreed, self._on_not_reached, self._on_refused, self._on_other)
        words = (_("A day was agreed…"), _("Not reached"), _("Refused…"), _("Something else…"))
        for digit, (name, slot) in enumerate(zip(words, slots, strict=True), start=1):
            one = button(_("{digit}  {words}").format(digit=digit, words=name), slot)
            show_if(one, may)
            self.family.outcomes.addWidget(one)
            # digits type into fields elsewhere on the page, so they count only while the list has the keyboard
            key = QShortcut(QKeySequence(str(digit)), self.table.view)
            key.setContext(Qt.ShortcutContext.WidgetShortcut)
            key.setEnabled(may)
            key.activated.connect(slot)
        show = QShortcut(QKeySequence("F4"), self)
        show.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        show.activated.connect(self.family.toggle_number)

    def refresh(self) -> None:
        """Read the list anew."""

        def read() -> list[tuple[DueRow, tuple[str, ...]]]:
            return to_call(duties.due_list(self._desk, include_done_late=False))

        self._page.fetch(read, self._show, part="calls")

    def first_focus(self) -> QWidget:
        """The list."""
        return self.table.view

    def _show(self, calls: list[tuple[DueRow, tuple[str, ...]]]) -> None:
        self._contacts = {one.child_id: contacts for one, contacts in calls}
        self.table.set_rows([one for one, _contacts in calls])
        show_if(self.family, bool(calls))

    def _on_picked(self, one: DueRow | None) -> None:
        if one is None:
            return
        self._page.fetch(
            lambda: read_family(self._desk, one.child_id, one.contact),
            lambda family: self.family.show_family(one, family),
            part="family",
        )

    def _on_opened(self, one: DueRow) -> None:
        self._page.go.emit(f"child/{one.child_id}")

    # -- outcomes

    def _about(self) -> Subject | None:
        one = self.table.view.current_row()
        return Subject(one.child_id, one.child, self._contacts[one.child_id], what_is_due(one)) if one else None

    def _ask(self, outcome: str) -> None:
        about = self._about()
        if about is not None:
            ask_attempt(self._page, self._desk, about, outcome=outcome, saved=self._on_saved)

    def _on_agreed(self) -> None:
        self._ask(AttemptOutcome.AGREED.value)

    def _on_refused(self) -> None:
        self._ask(AttemptOutcome.REFUSED.value)

    def _on_other(self) -> None:
        self._ask("")

    def _on_saved(self, _attempt: object) -> None:
        self.noted.say("")
        self.table.view.setFocus()

    def _on_not_reached(self) -> None:
        about, desk = self._about(), self._desk
        if about is None:
            return

        def work(_context: JobContext) -> tuple[list[str], date]:
            again = next_day(desk)
            outcome = AttemptOutcome.NOT_REACHED
            return note_for_all(desk, about, desk.today, AttemptWay.CALL, outcome, next_on=again), again

        def done(made: tuple[list[str], date]) -> None:
            self._last, again = made
            words = _("Noted: {name} was not reached; again on {day}.")
            self.noted.say(words.format(name=about.child, day=format_date(again)), "done")
            self.table.view.setFocus()

        self._page.act(work, done, title=_("Saving"))

    def _on_undo(self) -> None:
        last = self._last

        def work(_context: JobContext) -> None:
            for one in last:
                attempts.strike(self._desk, one, _("entered by mistake"))

        self._page.act(work, self._on_saved, title=_("Saving"))


class _FamilyCard(Card):
    """Whom one calls, and about what."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("", gap=2)
        self._desk = desk
        self.number: MaskedLabel | None = None
        self._name, self._what = label("", "section"), label("", wrap=True)
        self._home = label("", "soft", wrap=True)
        self._carer, self._tried = column(gap=1), column(gap=1)
        self.outcomes = flow(gap=2)
        for item in (self._name, self._what, self._home):
            self.body.addWidget(item)
        for layout in (self._carer, self._tried):
            self.body.addLayout(layout)
        self.body.addWidget(label(_("What came of the call"), "strong"))
        self.body.addWidget(panel(self.outcomes))
        self.setFixedWidth(theme.size("detail"))

    def show_family(self, one: DueRow, family: Family) -> None:
        """Show whom the marked row is about."""
        self._name.setText(f"{one.child}  ·  {one.age}")
        self._what.setText(what_is_due(one))
        self._home.setText(family.address)
        _empty(self._carer)
        _empty(self._tried)
        self.number = phone_label(self._desk, family)
        hint = label(_("{words}  {keys}").format(words=_("show the number"), keys="F4"), "note")
        self._carer.addWidget(panel(row(label(family.caregiver), self.number, hint, gap=2)))
        for tried in family.tried[:_SHOWN_ATTEMPTS]:
            self._tried.addWidget(label(attempt_words(tried), "note", wrap=True))

    def toggle_number(self) -> None:
        """Show the number, or hide it again."""
        if self.number is not None:
            self.number.toggle()


def _empty(layout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()


def _has_number(one: DueRow) -> bool:
    """Where no calls are wanted, a sentence stands in place of the number."""
    return any(sign.isdigit() for sign in one.phone)


def _tried(one: DueRow) -> str | None:
    if not one.attempts:
        return None
    times = ngettext("{n} time", "{n} times", one.attempts).format(n=format_number(one.attempts))
    outcome = code_label(AttemptOutcome(one.outcome)) if one.outcome in set(AttemptOutcome) else one.outcome
    return pgettext("between parts of a list", ", ").join(filter(None, (times, outcome)))


def _columns() -> list[Column]:
    tried = Column(_("Sought"), _tried, width=14, hint=_tried)
    return [*due_columns(without={"age", "window", "village", "phone", "teacher"}), tried]
