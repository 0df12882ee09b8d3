"""The tab 计划 of a child: every contact, how it stands and why; days, extra visits, attempts."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _, format_date, format_number, ngettext
from zhaohu.rules.schedule import OPEN, DueState
from zhaohu.services import reference
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.due import appointments, attempts, duties
from zhaohu.services.due.attempts import AttemptRow
from zhaohu.services.due.duties import PlanRow, state_label
from zhaohu.services.register.moves import LONGEST_REASON
from zhaohu.ui import theme
from zhaohu.ui.dialogs.appointment import ask_move
from zhaohu.ui.dialogs.attempt import Subject, ask_attempt, attempt_words
from zhaohu.ui.dialogs.extra_contact import ask_extra
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.pages.child_head import STATE_LOOKS
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.pages.worklist_table import keyed
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.layout import STRETCH, Card, column, flow, panel, row, scrolled
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import label, mark, set_tone, show_if

_DONE = frozenset({DueState.DONE, DueState.DONE_LATE})
_RECORDABLE = frozenset({DueState.OVERDUE, DueState.DUE, DueState.MOVED, DueState.MISSED, DueState.REFUSED})


class PlanTab(QWidget):
    """The list at the left, what is to be said about the marked contact at the right, and what can be done above.

    Args:
        page: The child's page.
        desk: Who looks.
        child_id: The child.
    """

    def __init__(self, page: LoadingPage, desk: Desk, child_id: str) -> None:
        super().__init__()
        self._page, self._desk, self._child_id, self._name = page, desk, child_id, ""
        self._forms = reference.form_ids()
        self._editable = False
        self.table = DataTable(
            _columns(),
            name=_("Plan of contacts"),
            empty=EmptyState(_("Nothing is planned"), icon="calendar"),
        )
        self.record = keyed(_("Record"), "Ctrl+R", self._on_record, "edit")
        self.plan_day = keyed(_("Plan a day…"), "Ctrl+M", self._on_move, "calendar")
        self.attempt = keyed(_("Not done…"), "Ctrl+D", self._on_attempt, "close")
        self.out = keyed(_("Leave out…"), "Ctrl+O", self._on_leave_out, "delete")
        self.back = keyed(_("Bring back"), "Ctrl+B", self._on_bring_back, "undo")
        self.extra = keyed(_("Extra visit…"), "Ctrl+I", self._on_extra, "add")
        self.bar = panel(flow(self.record, self.plan_day, self.attempt, self.out, self.back, self.extra, gap=2))
        self.about = _AboutContact()
        layout = column(self.bar, gap=2)
        both = row(gap=3)
        both.addWidget(self.table, 1)
        both.addWidget(self.about)
        layout.addLayout(both, 1)
        self.setLayout(layout)
        self.table.picked.connect(self._on_picked)
        self.table.opened.connect(self._on_opened)
        self.about.strike_wanted.connect(self._on_strike)

    def show_child(self, name: str, *, editable: bool) -> None:
        """Whose plan it is, and read it anew."""
        self._name, self._editable = name, editable and self._desk.person.role in WRITERS
        show_if(self.bar, self._editable)
        self._page.fetch(lambda: duties.child_plan(self._desk, self._child_id), self._show, part="plan")

    def _show(self, rows: list[PlanRow]) -> None:
        before = self.table.view.current_row()
        self.table.set_rows(rows)
        shown = [one.contact for one in self.table.rows()]
        first = next((at for at, one in enumerate(self.table.rows()) if one.state in OPEN), 0)
        if before is not None and before.contact in shown:
            self.table.view.choose_row(shown.index(before.contact))
        elif shown:
            self.table.view.choose_row(first)

    def _on_picked(self, one: PlanRow | None) -> None:
        show_if(self.about, one is not None)
        if one is not None:
            self.about.show_contact(one, editable=self._editable)
        for each, possible in (
            (self.record, self._may_record(one)),
            (self.plan_day, one is not None and one.state not in {*_DONE, DueState.LEFT_OUT}),
            (self.attempt, one is not None and one.state not in {*_DONE, DueState.LEFT_OUT}),
            (self.out, one is not None and one.may_leave_out and one.state is not DueState.LEFT_OUT),
            (self.back, one is not None and one.state is DueState.LEFT_OUT),
        ):
            each.setEnabled(possible)

    def _may_record(self, one: PlanRow | None) -> bool:
        return self._editable and one is not None and one.state in _RECORDABLE and one.form in self._forms

    # -- what a person does

    def _on_opened(self, one: PlanRow) -> None:
        """Enter opens the record of what is done, and records what is to be done."""
        if one.visit_id:
            self._page.go.emit(f"visit/{one.visit_id}")
        elif self._may_record(one):
            self._on_record()

    def _on_record(self) -> None:
        one = self.table.view.current_row()
        if one is not None:
            self._page.go.emit(f"visit-new/{self._child_id}.{one.form}")

    def _on_move(self) -> None:
        one = self.table.view.current_row()
        if one is not None:
            ask_move(self._page, self._desk, [(self._child_id, one.contact)], one.title)

    def _on_attempt(self) -> None:
        one = self.table.view.current_row()
        if one is not None:
            ask_attempt(self._page, self._desk, Subject(self._child_id, self._name, (one.contact,), one.title))

    def _on_extra(self) -> None:
        ask_extra(self._page, self._desk, self._child_id, self._name)

    def _on_leave_out(self) -> None:
        one = self.table.view.current_row()
        if one is not None:
            self._ask_reason(
                _("Leave out: {contact}").format(contact=one.title),
                _("Leave out"),
                partial(appointments.leave_out, self._desk, self._child_id, one.contact),
                _("It is not due any more. It stays in the plan as left out and can be brought back."),
            )

    def _on_bring_back(self) -> None:
        one = self.table.view.current_row()
        if one is not None:
            self._page.act(
                lambda _context: appointments.bring_back(self._desk, self._child_id, one.contact),
                lambda _nothing: self.table.view.setFocus(),
                title=_("Saving"),
            )

    def _on_strike(self, one: AttemptRow) -> None:
        self._ask_reason(
            _("Strike out what was noted"),
            _("Strike out"),
            partial(attempts.strike, self._desk, one.id),
            attempt_words(one),
        )

    def _ask_reason(self, title: str, do: str, save: partial[None], lead: str) -> None:
        form = Form()
        form.section()
        form.add("reason", _("Reason"), TextField(width="field_long", max_length=LONGEST_REASON), required=True)
        FormDialog.ask(
            self._page.window(),
            self._page.runner,
            form.finish(),
            title=title,
            do=do,
            save=lambda values: save(str(values["reason"])),
            lead=lead,
        )


class _AboutContact(Card):
    """How one contact stands and why, and every attempt, each with the way to strike it out.

    Signals:
        strike_wanted(attempt): An attempt was noted by mistake.
    """

    strike_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__("", gap=2)
        self._attempts: dict[QObject, AttemptRow] = {}
        self._title, self._state, self._kind = label("", "section", wrap=True), mark(""), label("", "soft")
        self._lines = column(gap=1)
        inner = column(self._title, row(self._state, self._kind, STRETCH, gap=2), self._lines, gap=2)
        inner.addStretch(1)
        self.body.addWidget(scrolled(panel(inner)))
        self.setFixedWidth(theme.size("detail"))

    def show_contact(self, one: PlanRow, *, editable: bool) -> None:
        """Say it about the marked contact."""
        self._title.setText(one.title)
        self._kind.setText(one.track_name)
        self._state.setText(_state(one))
        set_tone(self._state, STATE_LOOKS[one.state][1].replace("quiet", ""))
        self._attempts.clear()
        while (item := self._lines.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for sentence in one.why:
            self._lines.addWidget(label(sentence, wrap=True))
        if one.attempts:
            self._lines.addWidget(label(_("How the family was sought"), "strong"))
        for tried in one.attempts:
            self._lines.addWidget(label(attempt_words(tried), "note", wrap=True))
            if editable:
                words = _("Strike out…")
                strike = button(words, self._on_strike, kind="link")
                self._attempts[strike] = tried
                strike.setAccessibleName(f"{words} {attempt_words(tried)}")
                self._lines.addWidget(strike, 0, Qt.AlignmentFlag.AlignLeft)

    def _on_strike(self) -> None:
        self.strike_wanted.emit(self._attempts[self.sender()])


def _state(one: PlanRow) -> str:
    if one.state in OPEN and one.planned_on is not None:
        return f"{state_label(one.state)} {format_date(one.planned_on)}"
    return state_label(one.state)


def _window(one: PlanRow) -> str:
    return f"{one.due_from} – {one.due_to:%m-%d}"


def _attempts(one: PlanRow) -> str | None:
    n = len(one.attempts)
    return ngettext("{n} time", "{n} times", n).format(n=format_number(n)) if n else None


def _columns() -> list[Column]:
    return [
        Column(_("Contact"), lambda one: one.title, width=0, hint=lambda one: one.title),
        Column(
            _("State"),
            _state,
            width=20,
            icon=lambda one: STATE_LOOKS[one.state][0],
            tone=lambda one: STATE_LOOKS[one.state][1],
        ),
        Column(_("Window"), _window, width=18, sort=lambda one: one.due_from),
        Column(_("Done on"), lambda one: one.done_on, width=11),
        Column(_("Sought"), _attempts, width=7),
    ]
