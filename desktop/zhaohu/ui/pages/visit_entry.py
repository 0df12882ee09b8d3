"""Filling in a form for a child, and correcting a record: checked while it is typed, saved whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt

from zhaohu.errors import BadInput, Refused
from zhaohu.i18n import _, form_term
from zhaohu.rules.forms.model import Answer
from zhaohu.services.care import drafts, visit_growth, visits
from zhaohu.services.care.drafts import DraftView
from zhaohu.services.care.visit_growth import Known
from zhaohu.services.care.visits import Entry, VisitView
from zhaohu.services.desk import Desk
from zhaohu.services.growth import growth_trend
from zhaohu.services.register import children
from zhaohu.services.register.children import ChildView
from zhaohu.ui.dialogs import ask
from zhaohu.ui.draft_place import DraftPlace
from zhaohu.ui.drafting import DraftKeeper
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages.child_head import who_words
from zhaohu.ui.pages.entry_questions import questions
from zhaohu.ui.pages.entry_referral import ReferralOffer
from zhaohu.ui.pages.growth_panel import growth_panel
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.record_form import RecordForm
from zhaohu.ui.widgets.record_side import Beside

_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class _Begun:
    entry: Entry
    known: Known
    child: ChildView
    corrects: VisitView | None
    place: DraftPlace
    draft: DraftView | None


def new_visit_page(desk: Desk, hub: Hub, runner: Runner, argument: str) -> VisitEntryPage:
    """For the shell; the argument is child id and form id with a dot between them."""
    child_id, _dot, form_id = argument.partition(".")
    return VisitEntryPage(desk, hub, runner, child_id=child_id, form_id=form_id)


def correction_page(desk: Desk, hub: Hub, runner: Runner, visit_id: str) -> VisitEntryPage:
    """For the shell; corrects the newest version of a record."""
    return VisitEntryPage(desk, hub, runner, visit_id=visit_id)


class VisitEntryPage(LoadingPage):
    """A form to fill in; with a `visit_id` it corrects that record and asks why. What is typed is kept as a draft.

    The page never reads anew by itself: what is being typed stays, whatever others commit meanwhile.
    """

    def __init__(
        self, desk: Desk, hub: Hub, runner: Runner, *, child_id: str = "", form_id: str = "", visit_id: str = ""
    ) -> None:
        super().__init__(hub, runner)
        self._desk = desk
        self._child_id, self._form_id, self._visit_id = child_id, form_id, visit_id
        self._begun: _Begun | None = None
        self._unsaved = False
        self._pointed_out: set[tuple[str, str]] = set()
        self.record: RecordForm | None = None
        self.keeper: DraftKeeper | None = None
        self.fault = Notice()
        self.why = Form()
        self.reason = self.why.add(
            "reason",
            _("Reason for the correction"),
            TextField(width="field_long", max_length=_LONGEST_REASON),
            required=True,
        )
        self.why.hide()
        self.body.addWidget(self.fault)
        self.body.addWidget(self.why)
        self.save_button = button(_("Save"), self.save, kind="primary", icon="save", shortcut="Ctrl+S")
        self.save_button.setEnabled(False)
        self.set_primary(self.save_button)
        self.referral = ReferralOffer()
        self.add_action(self.referral.button)
        self.why.changed.connect(self._on_changed)
        self.why.completed.connect(self._on_reason_entered)

    def way_back(self) -> str:
        """To the child it is for, or the record that is corrected."""
        return f"visit/{self._visit_id}" if self._visit_id else f"child/{self._child_id}"

    # -- beginning

    def refresh(self) -> None:
        """Get the form ready, once."""
        if self._begun is None:
            self.fetch(self._begin, self._show)

    def _begin(self) -> _Begun:
        if self._visit_id:
            entry = visits.edit_visit(self._desk, self._visit_id)
            corrects = visits.view_visit(self._desk, self._visit_id)
            key = drafts.correction_key(self._visit_id)
        else:
            entry = visits.start_visit(self._desk, self._child_id, self._form_id)
            corrects = None
            key = drafts.visit_key(self._child_id, self._form_id)
        place = DraftPlace(self._desk, key, entry.child_id)
        known = visit_growth.known_of(self._desk, entry)
        visit_growth.entry_growth(
            self._desk, entry, dict(entry.answers), known
        )  # reads the tables before the first key
        return _Begun(entry, known, children.view_child(self._desk, entry.child_id), corrects, place, place.find())

    def _show(self, begun: _Begun) -> None:
        self._begun = begun
        self._child_id = begun.entry.child_id
        heading = _("{child}: {form}").format(child=begun.child.row.name, form=form_term(begun.entry.form.title))
        self.set_heading(heading, who_words(begun.child, self._desk.today))
        self.record = RecordForm(begun.entry.form, begun.entry.context, assess=self._assess, reveal=self._on_reveal)
        self.record.set_answers(begun.entry.answers)
        self.record.changed.connect(self._on_changed)
        self.record.completed.connect(self._on_completed)
        self.referral.attend(self.record)
        self.body.addWidget(self.record, 1)
        if begun.corrects is not None:
            text = _("You correct version {n}. It stays as it is; what you save becomes version {next}.")
            n = begun.corrects.version
            self.reason.set_hint(text.format(n=n, next=n + 1))
            self.why.show()
        self.save_button.setEnabled(True)
        self._show_drafts(self.record, begun)
        self.focus_first()

    def _show_drafts(self, record: RecordForm, begun: _Begun) -> None:
        parts = (record, self.why, self.save_button)
        self.keeper = keeper = DraftKeeper(self, self._runner, begun.place, self._state, parts)
        self.body.insertWidget(0, keeper.offer)
        self.body.insertWidget(1, keeper.fault)
        self.add_action(keeper.note)
        keeper.taken.connect(self._take_up)
        keeper.decided.connect(self.focus_first)
        keeper.begin(begun.draft)

    def unreadable(self, error: Exception) -> None:
        """A form that cannot be filled in here is told on the page."""
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
        grown = visit_growth.entry_growth(self._desk, self._begun.entry, answers, self._begun.known)
        self.referral.answers = growth_trend.referral_fill(self._begun.entry.form, grown.trend)
        lines = growth_panel(grown, self._desk.today)
        return Beside(lines, questions(grown.doubts), self.referral.undecided())

    def _on_reveal(self, field: str) -> None:
        assert self._begun is not None
        visits.reveal_answer(self._desk, self._child_id, self._begun.entry.form.id, field)

    def _state(self) -> dict[str, Any]:
        answers, reason = self._typed()
        return {"answers": answers, "reason": reason}

    def _take_up(self, draft: DraftView) -> None:
        """What only shows the register is read from there, not from the draft."""
        assert self.record is not None
        assert self._begun is not None
        assert self.keeper is not None
        form, now = self._begun.entry.form, self._begun.entry.answers
        names = [name for one in form.fields() for name in one.names]
        answers = self.keeper.fitting(draft, names)
        shown = [name for name, field in self.record.fields.fields.items() if field.is_read_only()]
        self.record.set_answers({**answers, **{name: now[name] for name in shown if name in now}})
        self.reason.set_value(draft.content.get("reason") or None)

    def _on_changed(self) -> None:
        self._unsaved = True
        if self.keeper is not None:
            self.keeper.note_change()
        self.changed.emit()

    def _on_reason_entered(self) -> None:
        if self.record is not None:
            self.record.focus_first()

    def _on_completed(self) -> None:
        self.save_button.setFocus(Qt.FocusReason.TabFocusReason)

    # -- saving

    def save(self) -> None:
        """Save when nothing is missing; the record is shown then."""
        if not self._may_save():
            return
        answers, reason = self._typed()
        self._stop_keeping()
        self.save_button.setEnabled(False)
        self.act(
            lambda _context: self._write(answers, reason),
            self._on_saved,
            title=_("Saving"),
            failed=self._on_refused,
        )

    def _may_save(self) -> bool:
        self.fault.say("")
        if self.record is None or self._begun is None:
            return False
        complete = self.record.check_all()
        return (self._begun.corrects is None or self.why.check()) and complete and self._doubts_are_known(self.record)

    def _doubts_are_known(self, record: RecordForm) -> bool:
        """Whether every open doubt was pointed out before; else it is, once, and the next press saves.

        A form that is typed from paper has nobody to measure again.
        """
        found = record.open_questions()
        new = [one for one in found if (one.field, one.text) not in self._pointed_out]
        self._pointed_out = {(one.field, one.text) for one in found}
        if new:
            self.fault.say(
                _("Something is doubtful: measure again, or save once more to keep it as it is."), "attention"
            )
            record.go_to_question(new[0])
        return not new

    def _typed(self) -> tuple[dict[str, object], str]:
        assert self.record is not None
        return self.record.typed(), str(self.reason.value() or "")

    def _write(self, answers: dict[str, object], reason: str) -> VisitView:
        if self._visit_id:
            return visits.correct_visit(self._desk, self._visit_id, answers=answers, reason=reason)
        return visits.record_visit(self._desk, child_id=self._child_id, form_id=self._form_id, answers=answers)

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
            return self._keep_at_once(self.keeper)
        if answer == "discard":
            self.keeper.discard()
        return answer == "discard"

    def release(self) -> None:
        """Nothing more is kept when the page goes."""
        self._stop_keeping()
        super().release()

    def _keep_at_once(self, keeper: DraftKeeper) -> bool:
        try:
            keeper.keep_now()
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
        try:
            self._write(*self._typed())
        except Refused as error:
            self._go_on_keeping()
            self._tell(error)
            return False
        self._unsaved = False
        return True
