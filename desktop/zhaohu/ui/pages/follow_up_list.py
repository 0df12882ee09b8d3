"""The list of what is followed: at the left the rows, at the right what happened, above what can be done with a key.

It stands on the page 追踪, for a whole station or district, and on the page of a child.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _, format_date
from zhaohu.records.codes import FollowUpKind
from zhaohu.rules.ages import age_text
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.follow import case_papers, follow_ups
from zhaohu.services.follow.cases import REVIEW_FORM
from zhaohu.services.follow.findings import CASE_FORM
from zhaohu.services.follow.follow_ups import FollowUpEvent, FollowUpRow, FollowUpState
from zhaohu.services.follow.referrals import ANSWER_FORM, REFERRAL_FORM
from zhaohu.ui import theme
from zhaohu.ui.dialogs.follow_up import ask_decline, ask_outcome, ask_recheck
from zhaohu.ui.file_names import file_name
from zhaohu.ui.pages.follow_up_words import standing_tone, standing_words
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.pages.papers import show_paper
from zhaohu.ui.pages.worklist_table import keyed
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.layout import STRETCH, Card, column, flow, panel, row, scrolled
from zhaohu.ui.widgets.words import label, mark, set_tone, show_if


class FollowUpList(QWidget):
    """A table with what is to be said about its marked row, and the keys that decide about it.

    Args:
        page: The page it stands on.
        desk: Who looks.
        table: The table; its rows are `FollowUpRow`.
        of_child: Whether the page is the child's own.
        tools: Fields that stand beside the keys.
    """

    def __init__(
        self,
        page: LoadingPage,
        desk: Desk,
        table: DataTable,
        *,
        of_child: bool = False,
        tools: Sequence[QWidget] = (),
    ) -> None:
        super().__init__()
        self._page, self._desk = page, desk
        self.table = table
        self.refer = keyed(_("Write a referral"), "Ctrl+T", self._on_refer, "export")
        self.answer = keyed(_("Enter the answer"), "Ctrl+U", self._on_answer, "import")
        self.recheck = keyed(_("See again…"), "Ctrl+R", self._on_recheck, "calendar")
        self.case = keyed(_("Open a special case"), "Ctrl+J", self._on_case, "folder")
        self.review = keyed(_("Record a review"), "Ctrl+J", self._on_review, "edit")
        self.finish = keyed(_("Close…"), "Ctrl+L", self._on_close, "check")
        self.decline = keyed(_("Turn down…"), "Ctrl+D", self._on_decline, "close")
        self.again = keyed(_("Reopen"), "Ctrl+B", self._on_again, "undo")
        self.print = keyed(_("Print the case"), "Ctrl+P", self._on_print, "print")
        self._deciding = (self.refer, self.answer, self.case, self.review, self.recheck, self.finish, self.decline)
        self.bar = panel(flow(*self._deciding, self.again, self.print, gap=2))
        self.about = _About(page, desk.today, of_child=of_child)
        both = row(gap=3)
        both.addWidget(self.table, 1)
        both.addWidget(self.about)
        head = row(gap=2)
        head.addWidget(self.bar, 1)
        for tool in tools:
            head.addWidget(tool)
        layout = column(gap=2)
        layout.addLayout(head)
        layout.addLayout(both, 1)
        self.setLayout(layout)
        may_ever = desk.person.role in WRITERS
        self.table.picked.connect(self._on_picked)
        self.table.opened.connect(self._on_opened)
        self._may_ever = may_ever
        self._on_picked(None)

    def set_rows(self, rows: Sequence[FollowUpRow]) -> None:
        """Show rows; the marked one stays marked."""
        before = self.table.view.current_row()
        self.table.set_rows(rows)
        shown = [one.id for one in self.table.rows()]
        if before is not None and before.id in shown:
            self.table.view.choose_row(shown.index(before.id))
        elif shown:
            self.table.view.choose_row(0)

    def _current(self) -> FollowUpRow | None:
        return self.table.view.current_row()

    def _on_picked(self, one: FollowUpRow | None) -> None:
        show_if(self.about, one is not None)
        may = one is not None and one.editable
        open_ = may and one is not None and one.outcome is None
        kind = one.kind if one is not None else None
        waits = one is not None and one.state is FollowUpState.WAITING
        finding = open_ and kind is FollowUpKind.FINDING
        show_if(self.refer, finding and not waits)
        show_if(self.answer, open_ and kind is FollowUpKind.REFERRAL)
        show_if(self.case, finding and one is not None and not one.has_case)
        show_if(self.review, open_ and kind is FollowUpKind.CASE)
        show_if(self.recheck, open_ and kind is not FollowUpKind.REFERRAL)
        show_if(self.finish, open_)
        show_if(self.decline, finding)
        show_if(self.again, may and not open_)
        show_if(self.print, self._may_ever and kind is FollowUpKind.CASE)
        if one is not None:
            self.about.show_row(one)
            self._page.fetch(
                partial(follow_ups.history, self._desk, one.id), self.about.show_history, part="follow-up history"
            )

    # -- what a person does

    def _on_opened(self, one: FollowUpRow) -> None:
        """Enter opens the record that it came from."""
        self._page.go.emit(f"visit/{one.visit_id}" if one.visit_id else f"child/{one.child_id}")

    def _write(self, form_id: str) -> None:
        one = self._current()
        if one is not None:
            self._page.go.emit(f"visit-new/{one.child_id}.{form_id}.{one.id}")

    def _on_refer(self) -> None:
        self._write(REFERRAL_FORM)

    def _on_answer(self) -> None:
        self._write(ANSWER_FORM)

    def _on_case(self) -> None:
        self._write(CASE_FORM)

    def _on_review(self) -> None:
        self._write(REVIEW_FORM)

    def _on_recheck(self) -> None:
        if (one := self._current()) is not None:
            ask_recheck(self._page, self._desk, one)

    def _on_close(self) -> None:
        if (one := self._current()) is not None:
            ask_outcome(self._page, self._desk, one)

    def _on_decline(self) -> None:
        if (one := self._current()) is not None:
            ask_decline(self._page, self._desk, one)

    def _on_again(self) -> None:
        if (one := self._current()) is not None:
            self._page.act(
                lambda _context: follow_ups.reopen(self._desk, one.id), self._on_done, title=_("Opening again")
            )

    def _on_done(self, _nothing: None) -> None:
        self.table.view.setFocus()

    def _on_print(self) -> None:
        if (one := self._current()) is not None:
            name = file_name(self._desk.site.code, _("Special case"), one.id[-8:], ending=".pdf")
            show_paper(self._page, lambda: case_papers.print_case(self._desk, one.id), title=one.title, file_name=name)


class _About(Card):
    """What is known of one row: whose, what was advised, and every step; a step leads to its record."""

    def __init__(self, page: LoadingPage, today: date, *, of_child: bool) -> None:
        super().__init__("", gap=2)
        self._page, self._today = page, today
        self._targets: dict[QObject, str] = {}
        self._child = button("", self._on_child, kind="link", icon="children")
        self._child_id = ""
        self._title, self._state = label("", "section", wrap=True), mark("")
        self._steps = column(gap=2)
        inner = column(self._title, row(self._child, self._state, STRETCH, gap=2), gap=2)
        inner.addLayout(self._steps)
        inner.addStretch(1)
        self.body.addWidget(scrolled(panel(inner)))
        self.setFixedWidth(theme.size("detail"))
        show_if(self._child, not of_child)

    def show_row(self, one: FollowUpRow) -> None:
        """Say what is known at once; its steps are read meanwhile."""
        self._child_id = one.child_id
        self._child.setText(f"{one.child}  {age_text(one.birth_date, self._today)}")
        self._title.setText(one.title)
        self._state.setText(standing_words(one))
        set_tone(self._state, standing_tone(one))
        self.show_history([])

    def show_history(self, events: Sequence[FollowUpEvent]) -> None:
        """Every step, the oldest first."""
        self._targets.clear()
        while (item := self._steps.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for one in events:
            self._steps.addWidget(self._step(one))

    def _step(self, one: FollowUpEvent) -> QWidget:
        lines = column(label(format_date(one.on), "note"), gap=0)
        if one.target:
            link = button(one.title, self._on_step, kind="link")
            self._targets[link] = one.target
            link.setAccessibleName(f"{format_date(one.on)} {one.title}")
            lines.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
        else:
            lines.addWidget(label(one.title, wrap=True))
        if one.detail:
            lines.addWidget(label(one.detail, "soft", wrap=True))
        return panel(lines)

    def _on_child(self) -> None:
        self._page.go.emit(f"child/{self._child_id}")

    def _on_step(self) -> None:
        self._page.go.emit(f"visit/{self._targets[self.sender()]}")
