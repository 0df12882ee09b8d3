"""The entry screen of an official form, built whole from the form's data: one column, live remarks, growth beside.

Pages give it a `zhaohu.rules.forms.model.Form` and a `Context`, and take canonical answers out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from zhaohu.i18n import form_term
from zhaohu.rules.forms import answers as rules
from zhaohu.rules.forms.expressions import Expression
from zhaohu.rules.forms.model import Answer, Form, HintKind
from zhaohu.rules.forms.starting import all_normal
from zhaohu.ui.widgets.fields import ATTENTION, DANGER
from zhaohu.ui.widgets.layout import row, scrolled
from zhaohu.ui.widgets.record_hints import Advice
from zhaohu.ui.widgets.record_inputs import RecordInputs
from zhaohu.ui.widgets.record_questions import Questions
from zhaohu.ui.widgets.record_side import NORMAL_KEY, Beside, Previous, Question, RecordSide, Standing
from zhaohu.ui.widgets.words import show_if

PAUSE_MS = 250
_LATER = frozenset({"required", "text_missing"})  # said when a person wants to save, not while they fill in
HINT_TONES = {
    HintKind.REFER_NOW: "danger",
    HintKind.REFER: "attention",
    HintKind.RISK: "attention",
    HintKind.CASE: "attention",
    HintKind.REMIND: "accent",
}


class RecordForm(QWidget):
    """An official form to fill in.

    Args:
        form: The form.
        context: The day, and what the register says (prefills; locked fields show it and cannot be changed).
        assess: Called with the canonical answers after each change; its lines are the growth panel beside the form,
            its questions stand at their fields, with a second measurement where that answers them.
        reveal: Called with the name of a personal field before its number is shown in clear.
        walks_all: Enter stops at every field, also at those that are filled: a record is looked through to correct it.

    Signals:
        changed: A person changed an answer (for drafts).
        checked: The live remarks are up to date (a quarter second after typing).
        completed: Enter was pressed in the last field.
    """

    changed = Signal()
    checked = Signal()
    completed = Signal()

    def __init__(
        self,
        form: Form,
        context: rules.Context,
        *,
        assess: Callable[[dict[str, Answer]], Beside] | None = None,
        reveal: Callable[[str], object] | None = None,
        walks_all: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.form, self.context = form, context
        self._assess = assess
        self._touched: set[str] = set()
        self._all_said = False
        self.fields = RecordInputs(form, context, reveal, walks_all=walks_all)
        self.side = RecordSide([(group.name, form_term(group.title)) for group in form.groups])
        self._area: QScrollArea = scrolled(self.fields)
        layout = row(gap=4)
        layout.addWidget(self._area, 1)
        layout.addWidget(self.side)
        self.setLayout(layout)
        self._homes = {one.text_name: one.name for one in form.fields() if one.text_name}
        self._questions = Questions(form)
        self._undecided: frozenset[str] = frozenset()
        self._has_normals = any(one.normal is not None for one in form.fields())
        show_if(self.side.normal_button, self._has_normals)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.check_now)
        self._connect()
        self.outcome = self.check_now()

    def _connect(self) -> None:
        self.fields.measured.connect(self._on_measured)
        self.fields.offered.connect(self._on_offered)
        self.fields.changed.connect(self._on_changed)
        self.fields.completed.connect(self.completed)
        self.side.all_normal.connect(self.fill_normal)
        self.side.section.connect(self.fields.go_to_section)
        self.side.hints.changed.connect(self.changed)
        QShortcut(QKeySequence("F6"), self).activated.connect(self.side.hints.take_keyboard)
        QShortcut(QKeySequence("Alt+Y"), self).activated.connect(self._on_take)
        # at once, where a button's own shortcut presses it only after a moment: the next digit is typed already
        QShortcut(QKeySequence(NORMAL_KEY), self).activated.connect(self.side.normal_button.click)

    # -- answers

    def set_answers(self, answers: Mapping[str, Answer]) -> None:
        """Show answers: a new record's (`rules.forms.answers.start`), a draft's, or a saved record's to correct."""
        self._touched = set(answers)
        self._all_said = False
        self.fields.show_answers(answers)
        self.check_now()

    def typed(self) -> dict[str, object]:
        """Everything as it was typed, understood or not: what a draft keeps and `check` reads."""
        return self.fields.typed()

    def answers(self) -> dict[str, Answer]:
        """The canonical answers of the fields that are asked."""
        return self.check_now().values

    def set_previous(self, found: Mapping[str, Previous]) -> None:
        """What was answered before, in grey at the fields."""
        self.fields.set_previous(found)

    def set_read_only(self, read_only: bool) -> None:
        """Show without letting change."""
        self.fields.set_read_only(read_only)
        show_if(self.side.normal_button, self._has_normals and not read_only)

    def fill_normal(self) -> None:
        """全部正常: the normal finding wherever there is one and nothing yet, but not in what a person decides."""
        filled = all_normal(self.form, self.check_now().values)
        empty = {name for name, field in self.fields.fields.items() if field.is_empty()}
        normal = {one.name for one in self.form.fields() if one.normal is not None} - self._undecided
        self.fields.path.all_normal = True
        self.fill({name: answer for name, answer in filled.items() if name in empty & normal})
        here = self.fields.field_of(QApplication.focusWidget())
        if here and not self.fields.fields[here].is_empty():
            self.fields.go_on(here)

    def fill(self, answers: Mapping[str, Answer]) -> None:
        """Put answers into fields for the person at the form: a change like one that was typed."""
        for name, answer in answers.items():
            self.fields.fields[name].set_value(answer)
        self._touched |= set(answers)
        self.changed.emit()
        self.check_now()

    # -- checking

    def check_now(self) -> rules.Checked:
        """Check as typed; show or hide fields, remarks, hints and growth accordingly."""
        self._pause.stop()
        self.outcome = rules.check(self.form, self.typed(), self.context)
        beside = self._assess(self.outcome.values) if self._assess else Beside()
        if followed := self.fields.follow(beside.follows):
            self._touched |= followed
            self.outcome = rules.check(self.form, self.typed(), self.context)
            beside = self._assess(self.outcome.values) if self._assess else Beside()
        self._questions.ask(beside.questions)
        self._undecided = beside.undecided
        self.fields.show_asked(
            self.outcome.values, lambda name: name in self._touched and self._questions.asks_again(name)
        )
        self._show_remarks()
        self.side.hints.show_hints(self._own_hints() if beside.hints is None else beside.hints)
        self.side.growth.show_lines(beside.lines)
        self.checked.emit()
        return self.outcome

    def _own_hints(self) -> list[Advice]:
        found = (
            Advice(
                one.hint.name,
                one.message,
                HINT_TONES[one.hint.kind],
                form_term(one.hint.rule),
                form_term(one.hint.source),
            )
            for one in self.outcome.hints
        )
        return list(dict.fromkeys(found))

    def check_all(self) -> bool:
        """Before saving: say everything that is missing too, go to the first; True when it may be saved."""
        self._all_said = True
        self.check_now()
        problems = self._questions.with_impossible(self.outcome.problems)
        if problems:
            order = list(self.fields.fields)
            named = [self._home(remark.field) for remark in problems]
            known = sorted((name for name in named if name in order), key=order.index)
            if known:
                self.fields.go_to(known[0])
        return not problems

    def open_questions(self) -> list[Question]:
        """The doubts that nothing has answered yet, in the order of the form; not those that forbid saving."""
        return self._questions.open(list(self.fields.fields))

    def go_to_question(self, question: Question) -> None:
        """Go to where a doubt is answered: the second measurement, or the field itself."""
        again = self._questions.agains.get(question.field) if question.again else None
        self.fields.go_to(again if again and self.fields.is_shown(again) else question.field)

    def focus_first(self) -> None:
        """Give the keyboard to the first field that waits for an answer, else to the first that is open."""
        self.fields.focus_first()

    def show_refusal(self, field: str, message: str) -> None:
        """Mark a field with what a service refused."""
        name = self._home(field)
        if name in self.fields.fields:
            self.fields.fields[name].set_problem(message, DANGER)
            self.fields.go_to(name)

    def _home(self, name: str) -> str:
        """The field a remark stands under: `stool` for `stool_text`."""
        return self._homes.get(name, name)

    def _show_remarks(self) -> None:
        said: dict[str, tuple[str, str]] = {}
        problems = self._questions.with_impossible(self.outcome.problems)
        for kind, remarks in ((ATTENTION, self.outcome.doubts), (DANGER, problems)):
            for remark in remarks:
                home = self._home(remark.field)
                if self._all_said or (home in self._touched and remark.code not in _LATER):
                    said[home] = (remark.message, kind)
        offers = self._questions.put(said, self.outcome.problems, self._is_told)
        for name, field in self.fields.fields.items():
            message, kind = said.get(name, ("", ""))
            field.set_problem(message, kind)
            field.set_offers(offers.get(name, ()))
        whole = self._standing(problems)
        by_group = {
            group.name: self._standing([r for r in problems if self._group_of(r.field) == group.name])
            for group in self.form.groups
        }
        self.side.show_standing(whole, by_group)

    def _is_told(self, field: str) -> bool:
        return self._all_said or field in self._touched

    @staticmethod
    def _standing(remarks: Sequence[rules.Remark]) -> Standing:
        missing = sum(remark.code in _LATER for remark in remarks)
        return Standing(missing, len(remarks) - missing)

    def _group_of(self, field: str) -> str:
        return self.fields.group_of(self._home(field))

    def _on_changed(self, name: str) -> None:
        self._touched.add(name)
        self.fields.followers.write(name)
        if self._decides(name):
            self.check_now()
        else:
            self._pause.start()
        self.changed.emit()

    def _on_measured(self) -> None:
        """Enter in a measurement: doubts must be known before the form moves on."""
        if self._pause.isActive():
            self.check_now()

    def _on_offered(self, name: str, place: int) -> None:
        """Take over what was likely meant."""
        self.fill(dict(self._questions.offered(name, place)))
        self.fields.go_to(name)

    def _on_take(self) -> None:
        """Alt+Y at a field, or at its second measurement, to which Enter has moved on."""
        here = self.fields.field_of(QApplication.focusWidget())
        name = self._questions.measured(here)
        if name in self.fields.fields and self.fields.fields[name].offers():
            self._on_offered(name, 0)

    def _decides(self, name: str) -> bool:
        """Whether other fields show, hide or must be answered by this one, so that it must not wait."""
        return any(
            name in test.fields()
            for one in self.form.fields()
            for test in (*self.form.conditions(one.name), one.required)
            if isinstance(test, Expression)
        )
