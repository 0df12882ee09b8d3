"""问答: what the center asks its stations about records, and what they answer; at both sites."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _, format_date, format_number
from zhaohu.records.codes import Role, SiteKind
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.exchange import questions, station_list
from zhaohu.services.exchange.question_words import standing_words, state_words
from zhaohu.services.exchange.questions import QuestionState, QuestionView
from zhaohu.services.exchange.record_words import kind_words
from zhaohu.services.exchange.station_list import StationEntry
from zhaohu.ui import theme
from zhaohu.ui.dialogs import question as dialogs
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages.list_export import list_export
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.layout import STRETCH, Card, column, panel, row, scrolled
from zhaohu.ui.widgets.page import Page
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import TONE_ICONS, label, mark, set_tone, show_if

_ALL = ""
_TONES = {QuestionState.OPEN: "attention", QuestionState.ANSWERED: "accent", QuestionState.CLOSED: "done"}


def questions_page(desk: Desk, hub: Hub, runner: Runner) -> Page:
    """The page, for the shell."""
    return QuestionsPage(desk, hub, runner)


class QuestionsPage(LoadingPage):
    """At the left the questions, at the right the marked one with its answers; Enter opens the child."""

    tables = frozenset({"question", "answer", "child", "station"})

    def __init__(self, desk: Desk, hub: Hub, runner: Runner) -> None:
        super().__init__(hub, runner)
        self._desk = desk
        self._at_center = desk.site.kind is SiteKind.CENTER
        self._rows: list[QuestionView] = []
        self.table = DataTable(
            _columns(with_station=self._at_center),
            name=_("Questions"),
            chips=[(_ALL, _("All")), *((state.value, state_words(state)) for state in QuestionState)],
            empty=_empty(at_center=self._at_center),
            export=list_export(self, desk, _("Questions")),
        )
        self.about = _About(self)
        words, act, icon = (
            (_("Ask a station…"), self.ask, "add") if self._at_center else (_("Answer…"), self.answer, "edit")
        )
        self.act_button = button(words, act, kind="primary", icon=icon, shortcut="Ctrl+N")
        self.close_button = button(_("Close the question…"), self.close_question, icon="check")
        self._build()

    def _build(self) -> None:
        admin = self._desk.person.role is Role.ADMIN
        self.set_primary(self.act_button)
        self.table.tools.addWidget(self.close_button)
        show_if(self.act_button, admin if self._at_center else self._desk.person.role in WRITERS)
        show_if(self.close_button, admin and self._at_center)
        both = row(gap=3)
        both.addWidget(self.table, 1)
        both.addWidget(self.about)
        self.body.addLayout(both, 1)
        self.table.filtered.connect(self._show)
        self.table.picked.connect(self._on_picked)
        self.table.opened.connect(self._on_opened)
        self._on_picked(None)

    def refresh(self) -> None:
        """Read the questions anew."""
        self.fetch(lambda: questions.list_questions(self._desk), self._take)

    def first_focus(self) -> QWidget:
        """The list."""
        return self.table.view

    def ask(self) -> None:
        """Ask which station, and what."""
        self.act(lambda _context: station_list.list_stations(self._desk), self._ask, title=_("Reading"), writes=False)

    def answer(self) -> None:
        """Answer the marked question."""
        one = self._current()
        if one is not None:
            dialogs.answer(self.window(), self._desk, self.runner, one)

    def close_question(self) -> None:
        """Close the marked question."""
        one = self._current()
        if one is not None:
            dialogs.close(self.window(), self._desk, self.runner, one)

    def _ask(self, stations: list[StationEntry]) -> None:
        if stations:
            known = [(one.code, one.name) for one in stations]
            dialogs.ask_station(self.window(), self._desk, self.runner, known)

    def _take(self, rows: list[QuestionView]) -> None:
        self._rows = rows
        counts = {_ALL: len(rows), **{state.value: 0 for state in QuestionState}}
        for one in rows:
            counts[one.state.value] += 1
        for key, n in counts.items():
            words = _("All") if key == _ALL else state_words(QuestionState(key))
            self.table.chips.set_words(key, f"{words} {format_number(n)}")
        self._show()

    def _show(self) -> None:
        wanted = self.table.chips.current()
        before = self._current()
        shown = [one for one in self._rows if wanted in (_ALL, one.state.value)]
        self.table.set_rows(shown)
        ids = [one.id for one in self.table.rows()]
        if ids:
            self.table.view.choose_row(ids.index(before.id) if before is not None and before.id in ids else 0)
        self._on_picked(self._current())

    def _current(self) -> QuestionView | None:
        return self.table.view.current_row()

    def _on_picked(self, one: QuestionView | None) -> None:
        open_ = one is not None and one.state is not QuestionState.CLOSED
        self.act_button.setEnabled(open_ or self._at_center)
        self.close_button.setEnabled(open_)
        show_if(self.about, one is not None)
        if one is not None:
            self.about.show_question(one)

    def _on_opened(self, one: QuestionView) -> None:
        if self.act_button.isVisible() and not self._at_center and one.state is not QuestionState.CLOSED:
            self.answer()
        elif one.child_id:
            self.go.emit(f"child/{one.child_id}")


class _About(Card):
    """The whole question and its answers."""

    def __init__(self, page: LoadingPage) -> None:
        super().__init__("", gap=2)
        self._page = page
        self._child_id = ""
        self._child = button("", self._on_child, kind="link", icon="children")
        self._state = mark("")
        self._asked, self._text = label("", "note", wrap=True), label("", "strong", wrap=True)
        self._answers = column(gap=3)
        inner = column(row(self._child, self._state, STRETCH), self._asked, self._text, gap=2)
        inner.addLayout(self._answers)
        inner.addStretch(1)
        self.body.addWidget(scrolled(panel(inner)))
        self.setFixedWidth(theme.size("detail"))

    def show_question(self, one: QuestionView) -> None:
        """Show one question."""
        self._child_id = one.child_id
        self._child.setText(one.child_name or _("Child"))
        show_if(self._child, bool(one.child_id))
        self._state.setText(standing_words(one))
        set_tone(self._state, _TONES[one.state])
        about = (one.station_name, kind_words(one.table) if one.table else "", format_date(one.asked_on), one.asked_by)
        self._asked.setText("  ·  ".join(word for word in about if word))
        self._text.setText(one.text)
        while (item := self._answers.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for given in one.answers:
            self._add(f"{format_date(given.answered_on)}  ·  {given.by}", given.text)
        if one.closed_on is not None:
            self._add(_("Closed on {date}").format(date=format_date(one.closed_on)), one.closing_note)

    def _add(self, head: str, text: str) -> None:
        self._answers.addWidget(panel(column(label(head, "note", wrap=True), label(text, wrap=True), gap=0)))

    def _on_child(self) -> None:
        self._page.go.emit(f"child/{self._child_id}")


def _columns(*, with_station: bool) -> Sequence[Column]:
    columns = [
        Column(
            _("State"),
            standing_words,
            width=10,
            tone=lambda one: _TONES[one.state],
            icon=lambda one: TONE_ICONS[_TONES[one.state]],
        ),
        Column(_("Child"), lambda one: one.child_name, width=8),
        Column(_("Question"), lambda one: one.text, width=0, hint=lambda one: one.text),
        Column(_("Asked on"), lambda one: one.asked_on, width=11),
        Column(_("Answer"), lambda one: one.answers[-1].text if one.answers else "", width=14),
    ]
    if not with_station:
        return columns
    station = Column(_("Station"), lambda one: one.station_name, width=16, hint=lambda one: one.station_name)
    return [columns[0], station, *columns[1:]]


def _empty(*, at_center: bool) -> EmptyState:
    if at_center:
        advice = _(
            "Ask a station about a child or its work: here, on a child's page, or at a record that is held. The "
            "question goes with the next return packet, the answer comes with a bundle."
        )
        return EmptyState(_("Nothing was asked yet"), advice, icon="quality")
    return EmptyState(
        _("The center has asked nothing"),
        _("Questions of the center arrive with its return packets. What is answered here goes with the next bundle."),
        icon="quality",
    )
