"""The entry screen of an official form, built whole from the form's data: one column, live remarks, growth beside.

Pages give it a `zhaohu.rules.forms.model.Form` and a `Context`, and take canonical answers out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QScrollArea, QWidget

from zhaohu.i18n import _, form_term
from zhaohu.rules.forms import answers as rules
from zhaohu.rules.forms.expressions import Scope
from zhaohu.rules.forms.model import Answer, FieldType, Form, HintKind
from zhaohu.rules.forms.model import Field as FormField
from zhaohu.rules.forms.reading import to_value
from zhaohu.rules.forms.starting import all_normal
from zhaohu.ui.widgets import form_fields
from zhaohu.ui.widgets.fields import ATTENTION, DANGER, Field
from zhaohu.ui.widgets.form import Form as FormWidget
from zhaohu.ui.widgets.layout import row, scrolled
from zhaohu.ui.widgets.personal_field import PersonalField
from zhaohu.ui.widgets.record_questions import Questions
from zhaohu.ui.widgets.record_side import Beside, Line, Question, RecordSide, Standing
from zhaohu.ui.widgets.words import show_if

PAUSE_MS = 250
_LATER = frozenset({"required", "text_missing"})  # said when a person wants to save, not while they fill in
_HINT_TONES = {
    HintKind.REFER_NOW: "danger",
    HintKind.REFER: "attention",
    HintKind.RISK: "attention",
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
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.form, self.context = form, context
        self._assess, self._reveal = assess, reveal
        self._touched: set[str] = set()
        self._all_said = False
        self.fields = FormWidget()
        self.side = RecordSide([(group.name, form_term(group.title)) for group in form.groups])
        self._area: QScrollArea = scrolled(self.fields)
        layout = row(gap=4)
        layout.addWidget(self._area, 1)
        layout.addWidget(self.side)
        self.setLayout(layout)
        self._homes = {one.text_name: one.name for one in form.fields() if one.text_name}
        self._groups = {name: group.name for group in form.groups for one in group.fields for name in one.names}
        self._questions = Questions(form)
        self._undecided: frozenset[str] = frozenset()
        self._has_normals = any(one.normal is not None for one in form.fields())
        show_if(self.side.normal_button, self._has_normals)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.check_now)
        self._build()
        self.outcome = self.check_now()

    def _build(self) -> None:
        for group in self.form.groups:
            self.fields.section(form_term(group.title))
            for one in group.fields:
                field = form_fields.field_for(one, self.context.today)
                if one.again_name:
                    field.entered.connect(self._on_measured)  # before the form moves on: it may move to the second one
                field.offered.connect(self._on_offered)
                self.fields.add(
                    one.name,
                    form_term(one.label),
                    field,
                    hint=form_term(one.hint),
                    required=one.required is True,
                    aside=not one.paper,
                )
                if one.again_name:
                    self._add_again(one, one.again_name)
                if isinstance(field, PersonalField) and self._reveal is not None:
                    field.set_reveal(partial(self._reveal, one.name))
                if one.locked and one.prefill and self.context.sources.get(one.prefill) is not None:
                    field.set_read_only(True)
        self.fields.finish()
        self.fields.changed.connect(self._on_changed)
        self.fields.completed.connect(self.completed)
        self.side.all_normal.connect(self.fill_normal)
        self.side.section.connect(self.go_to_section)

    def _add_again(self, one: FormField, name: str) -> None:
        """The second measurement, hidden until somebody asks for it."""
        words = _("{label}, second measurement").format(label=form_term(one.label))
        field = form_fields.field_for(one, self.context.today)
        field.entered.connect(self._on_measured)
        self.fields.add(name, words, field)
        self.fields.set_shown(name, False)

    # -- answers

    def set_answers(self, answers: Mapping[str, Answer]) -> None:
        """Show answers: a new record's (`rules.forms.answers.start`), a draft's, or a saved record's to correct."""
        self._touched = set(answers)
        self._all_said = False
        form_fields.show_answers(self.form, self.fields.fields, answers)
        self.check_now()

    def typed(self) -> dict[str, object]:
        """Everything as it was typed, understood or not: what a draft keeps and `check` reads."""
        return form_fields.typed(self.form, self.fields.fields)

    def answers(self) -> dict[str, Answer]:
        """The canonical answers of the fields that are asked."""
        return self.check_now().values

    def set_previous(self, answers: Mapping[str, Answer]) -> None:
        """The last record's answers, in grey beside the fields."""
        for one in self.form.fields():
            if one.type is not FieldType.NOTE and one.prefill is None:
                self.fields.fields[one.name].set_previous(form_fields.words_of(one, answers.get(one.name)))

    def set_read_only(self, read_only: bool) -> None:
        """Show without letting change."""
        self.fields.set_read_only(read_only)
        show_if(self.side.normal_button, self._has_normals and not read_only)

    def fill_normal(self) -> None:
        """全部正常: the normal finding wherever there is one and nothing yet, but not in what a person decides."""
        filled = all_normal(self.form, self.check_now().values)
        empty = {one.name for one in self.form.fields() if self.fields.fields[one.name].is_empty()}
        normal = {one.name for one in self.form.fields() if one.normal is not None} - self._undecided
        self.fill({name: answer for name, answer in filled.items() if name in empty & normal})

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
        self._questions.ask(beside.questions)
        self._undecided = beside.undecided
        self._show_relevant()
        self._show_remarks()
        lines = [Line(hint.message, _HINT_TONES[hint.hint.kind]) for hint in self.outcome.hints]
        self.side.hints.show_lines(list(dict.fromkeys(lines)))
        self.side.growth.show_lines(beside.lines)
        self.checked.emit()
        return self.outcome

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
        """Give the keyboard to the first field that is asked, open and empty, else to the first that is open."""
        open_ = [
            name
            for name, field in self.fields.fields.items()
            if self.fields.is_shown(name) and not field.is_read_only() and name not in self._aside()
        ]
        empty = [name for name in open_ if self.fields.fields[name].is_empty()]
        for name in (empty or open_)[:1]:
            self.fields.go_to(name)

    def go_to_section(self, name: str) -> None:
        """Scroll to a section and go to its first field that is asked."""
        shown = [one.name for one in self.form.fields() if self._groups[one.name] == name]
        for field in [field for field in shown if self.fields.is_shown(field)][:1]:
            self.fields.go_to(field, top=True)

    def show_refusal(self, field: str, message: str) -> None:
        """Mark a field with what a service refused."""
        name = self._home(field)
        if name in self.fields.fields:
            self.fields.fields[name].set_problem(message, DANGER)
            self.fields.go_to(name)

    def _home(self, name: str) -> str:
        """The field a remark stands under: `stool` for `stool_text`."""
        return self._homes.get(name, name)

    def _aside(self) -> set[str]:
        return {one.name for one in self.form.fields() if not one.paper}

    def _show_relevant(self) -> None:
        values = {
            one.name: to_value(one, self.outcome.values[one.name])
            for one in self.form.fields()
            if one.name in self.outcome.values
        }
        scope = Scope(values, self.context.today)
        for one in self.form.fields():
            shown = one.relevant is None or one.relevant.holds(scope)
            self.fields.set_shown(one.name, shown)
            if one.again_name:
                asked = one.name in self._touched and self._questions.asks_again(one.name)
                given = not self.fields.fields[one.again_name].is_empty()
                self.fields.set_shown(one.again_name, shown and (asked or given))

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
        return self._groups.get(self._home(field), "")

    def _on_changed(self, name: str) -> None:
        self._touched.add(name)
        field = self.fields.fields[name]
        if isinstance(field, Field) and self._decides(name):
            self.check_now()
        else:
            self._pause.start()
        self.changed.emit()

    def _on_measured(self) -> None:
        """Enter in a measurement: doubts must be known before the form moves on."""
        if self._pause.isActive():
            self.check_now()

    def _on_offered(self, place: int) -> None:
        """Take over what was likely meant."""
        field = self.sender()
        if not isinstance(field, Field):
            return
        self.fill(dict(self._questions.offered(field.objectName(), place)))
        self.fields.go_to(field.objectName())

    def _decides(self, name: str) -> bool:
        """Whether other fields show or hide by this one, so that it must not wait."""
        return any(one.relevant is not None and name in one.relevant.fields() for one in self.form.fields())
