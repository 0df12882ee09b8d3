"""Filling in a form for a child, and correcting a record: checked while it is typed, saved whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut

from zhaohu.errors import BadInput, NotFound, Refused
from zhaohu.i18n import _, form_term
from zhaohu.rules.forms.model import Answer
from zhaohu.rules.paper_code import sheet_code
from zhaohu.services.care import visits
from zhaohu.services.care.drafts import DraftView
from zhaohu.services.care.visits import VisitView
from zhaohu.services.desk import Desk
from zhaohu.ui.dialogs import ask
from zhaohu.ui.drafting import DraftKeeper
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages.entry_assess import assess
from zhaohu.ui.pages.entry_follow import visit_day
from zhaohu.ui.pages.entry_hints import head_words, previous
from zhaohu.ui.pages.entry_questions import PointedOut
from zhaohu.ui.pages.entry_referral import ReferralOffer
from zhaohu.ui.pages.entry_start import Begun, Wanted, begin
from zhaohu.ui.pages.entry_typed import Typed, Why
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.record_form import RecordForm
from zhaohu.ui.widgets.record_side import Beside
from zhaohu.ui.widgets.words import mark, show_if


def new_visit_page(desk: Desk, hub: Hub, runner: Runner, argument: str) -> VisitEntryPage:
    """For the shell; the argument is child id and form id with a dot between them (see `Wanted`)."""
    return VisitEntryPage(desk, hub, runner, Wanted.parse(argument))


def correction_page(desk: Desk, hub: Hub, runner: Runner, visit_id: str) -> VisitEntryPage:
    """For the shell; corrects the newest version of a record."""
    return VisitEntryPage(desk, hub, runner, Wanted(visit_id=visit_id))


class VisitEntryPage(LoadingPage):
    """A form to fill in; with a `visit_id` it corrects that record and asks why. What is typed is kept as a draft.

    The page never reads anew by itself: what is being typed stays, whatever others commit meanwhile.
    """

    def __init__(self, desk: Desk, hub: Hub, runner: Runner, wanted: Wanted) -> None:
        super().__init__(hub, runner)
        self._desk, self._wanted = desk, wanted
        self._child_id, self._sheet = wanted.child_id, wanted.sheet
        self._begun: Begun | None = None
        self._day = desk.today
        self._said_of: tuple[date, int] | None = None
        self._unsaved = False
        self._pointed_out = PointedOut()
        self.record: RecordForm | None = None
        self.keeper: DraftKeeper | None = None
        self.fault = Notice()
        self.why = Why()
        self.reason = self.why.reason
        self.body.addWidget(self.fault, 0, Qt.AlignmentFlag.AlignTop)  # it may stand alone
        self.body.addWidget(self.why)
        self.late_mark = mark(_("late entry"), "attention")
        self.add_action(self.late_mark)
        self.late_mark.hide()
        self.save_button = button(_("Save (Ctrl+S)"), self.save, kind="primary", icon="save", shortcut="Ctrl+S")
        self.save_button.setEnabled(False)
        self.set_primary(self.save_button)
        self.referral = ReferralOffer()
        self.add_action(self.referral.button)
        self.why.changed.connect(self._on_changed)
        self.why.completed.connect(self._on_reason_entered)
        QShortcut(QKeySequence("Esc"), self).activated.connect(self._on_escape)

    def way_back(self) -> str:
        """To the child it is for, or the record that is corrected."""
        visit_id = self._wanted.visit_id
        return f"visit/{visit_id}" if visit_id else f"child/{self._child_id}"

    # -- beginning

    def refresh(self) -> None:
        """Get the form ready, once."""
        if self._begun is None:
            self.fetch(lambda: begin(self._desk, self._wanted), self._show)

    def _show(self, begun: Begun) -> None:
        self._begun = begun
        entry = begun.entry
        self._child_id = entry.child_id
        self.record = RecordForm(
            entry.form,
            entry.context,
            assess=self._assess,
            reveal=self._on_reveal,
            walks_all=begun.corrects is not None,
        )
        self.record.side.hints.set_declined(entry.declined)
        self.record.set_answers(entry.answers)
        self.record.changed.connect(self._on_changed)
        self.record.completed.connect(self._on_completed)
        self.record.checked.connect(self._show_day)
        self.referral.attend(self.record)
        self.body.addWidget(self.record, 1)
        self._show_day()
        if begun.corrects is not None:
            self.why.begin(begun.corrects.version)
        self.save_button.setEnabled(True)
        self._show_drafts(self.record, begun)
        self.focus_first()

    def _show_drafts(self, record: RecordForm, begun: Begun) -> None:
        parts = (record, self.why, self.save_button)
        self.keeper = keeper = DraftKeeper(self, self._runner, begun.place, lambda: self._typed().content(), parts)
        self.body.insertWidget(0, keeper.offer)
        self.body.insertWidget(1, keeper.fault)
        self.add_action(keeper.note)
        keeper.taken.connect(self._take_up)
        keeper.decided.connect(self.focus_first)
        keeper.begin(begun.draft)

    def unreadable(self, error: Exception) -> None:
        """A form that cannot be filled in here is told on the page."""
        if isinstance(error, NotFound):
            super().unreadable(error)
        else:
            self._tell(error)

    def focus_first(self) -> None:
        """What becomes of a draft, the reason of a correction, or the first empty field."""
        if self._begun is None or self.record is None:
            return
        if self.keeper is not None and self.keeper.is_offering():
            self.keeper.focus()
        elif self._begun.corrects is not None:
            self.why.go_to("reason")
        else:
            self.record.focus_first()

    # -- while it is filled in

    def _assess(self, answers: dict[str, Answer]) -> Beside:
        assert self._begun is not None
        declined = self.record.side.hints.declined() if self.record is not None else self._begun.entry.declined
        assessed = assess(self._desk, self._begun, answers, declined, self._day)
        self.referral.answers = assessed.referral
        return assessed.beside

    def _show_day(self) -> None:
        """Say for which day the form is: age, former answers and growth are those of that day."""
        if self._begun is None or self.record is None:
            return
        begun, today = self._begun, self._desk.today
        day = visit_day(begun.entry, self.record.outcome.values) or today
        if (day, self._sheet) == self._said_of:
            return
        self._day, self._said_of = day, (day, self._sheet)
        heading = _("{child}: {form}").format(child=begun.child.row.name, form=form_term(begun.entry.form.title))
        self.set_heading(heading, head_words(begun.child, day, today, sheet_code(self._sheet) if self._sheet else ""))
        show_if(self.late_mark, begun.corrects is None and day < today)
        self.record.set_previous(previous(begun.earlier, day))

    def _on_reveal(self, field: str) -> None:
        assert self._begun is not None
        visits.reveal_answer(self._desk, self._child_id, self._begun.entry.form.id, field)

    def _take_up(self, draft: DraftView) -> None:
        """What only shows the register is read from there, not from the draft."""
        assert self.record is not None
        assert self._begun is not None
        assert self.keeper is not None
        form, now = self._begun.entry.form, self._begun.entry.answers
        names = [name for one in form.fields() for name in one.names]
        answers = self.keeper.fitting(draft, names)
        typed = Typed.kept_in(draft, answers)
        self._sheet = self._sheet or typed.sheet
        self.record.side.hints.set_declined(typed.declined)
        shown = [name for name, field in self.record.fields.fields.items() if field.is_read_only()]
        self.record.set_answers({**answers, **{name: now[name] for name in shown if name in now}})
        self.reason.set_value(typed.reason or None)
        self._show_day()

    def _on_changed(self) -> None:
        self._unsaved = True
        if self.keeper is not None:
            self.keeper.note_change()
        self.changed.emit()

    def _on_reason_entered(self) -> None:
        if self.record is not None:
            self.record.focus_first()

    def _on_escape(self) -> None:
        self.go.emit(self.way_back())

    def _on_completed(self) -> None:
        self.save_button.setFocus(Qt.FocusReason.TabFocusReason)

    # -- saving

    def save(self) -> None:
        """Save when nothing is missing; the record is shown then."""
        if not self._may_save():
            return
        typed = self._typed()
        self._stop_keeping()
        self.save_button.setEnabled(False)
        self.act(
            lambda _context: typed.save(self._desk, self._wanted),
            self._on_saved,
            title=_("Saving"),
            failed=self._on_refused,
        )

    def _may_save(self) -> bool:
        self.fault.say("")
        if self.record is None or self._begun is None:
            return False
        complete = self.record.check_all()
        explained = self._begun.corrects is None or self.why.check()
        return explained and complete and self._pointed_out.are_all_known(self.record, self.fault)

    def _typed(self) -> Typed:
        assert self.record is not None
        declined = self.record.side.hints.declined()
        reason, version = str(self.reason.value() or ""), self.record.form.version
        return Typed(self.record.typed(), reason, declined, self._sheet, version)

    def _on_saved(self, saved: VisitView) -> None:
        self._unsaved = False
        self.go.emit(f"visit/{saved.id}")

    def _on_refused(self, error: Exception) -> None:
        self.save_button.setEnabled(True)
        self._go_on_keeping()
        self._tell(error)

    def _tell(self, error: Exception) -> None:
        if not isinstance(error, Refused):
            raise error
        self.fault.say(error.message, "danger")
        field = error.details.get("field")
        if isinstance(error, BadInput) and self.record is not None and isinstance(field, str):
            self.record.show_refusal(field, error.message)

    # -- leaving

    def may_leave(self) -> bool:
        """Ask what becomes of unsaved answers."""
        if not self._unsaved or self.keeper is None:
            return True
        answer = ask.unsaved(self, _("What you entered in this form has not been saved yet."), True)
        if answer == "save":
            return self._save_at_once()
        if answer == "keep":
            return self._at_once(self.keeper.keep_now)
        if answer == "discard":
            self.keeper.discard()
        return answer == "discard"

    def release(self) -> None:
        """Nothing more is kept when the page goes."""
        self._stop_keeping()
        super().release()

    def _at_once(self, do: Callable[[], object]) -> bool:
        try:
            do()
        except Refused as error:
            self._tell(error)
            return False
        self._unsaved = False
        return True

    def _stop_keeping(self) -> None:
        if self.keeper is not None:
            self.keeper.stop()

    def _go_on_keeping(self) -> None:
        if self.keeper is not None:
            self.keeper.resume()

    def _save_at_once(self) -> bool:
        """The person is leaving and waits for it: this one saving is not put into the background."""
        if not self._may_save():
            return False
        self._stop_keeping()
        saved = self._at_once(lambda: self._typed().save(self._desk, self._wanted))
        if not saved:
            self._go_on_keeping()
        return saved
