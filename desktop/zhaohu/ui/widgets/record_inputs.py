"""The inputs of an official form in one column: built from its data, shown while they are asked, walked by Enter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import Signal

from zhaohu.i18n import _, form_term
from zhaohu.rules.forms import answers as rules
from zhaohu.rules.forms.expressions import Scope
from zhaohu.rules.forms.model import Answer, Answers, Form
from zhaohu.rules.forms.model import Field as FormField
from zhaohu.rules.forms.reading import to_value
from zhaohu.ui.widgets import form_fields
from zhaohu.ui.widgets.fields import Field
from zhaohu.ui.widgets.form import Form as FormWidget
from zhaohu.ui.widgets.number_field import NumberField
from zhaohu.ui.widgets.personal_field import PersonalField
from zhaohu.ui.widgets.record_path import EnterPath, Followers
from zhaohu.ui.widgets.record_side import Previous


class RecordInputs(FormWidget):
    """The fields of a form, each with its input; hidden ones have none, and keep their answers.

    Args:
        form: The form.
        context: The day, and what the register says.
        reveal: Called with the name of a personal field before its number is shown in clear.
        walks_all: Enter stops at every field.

    Signals:
        measured: Enter was pressed in a measurement, before the form moves on.
        offered(name, n): What the n-th button at a field offers shall be taken over.
    """

    measured = Signal()
    offered = Signal(str, int)

    def __init__(
        self, form: Form, context: rules.Context, reveal: Callable[[str], object] | None, *, walks_all: bool
    ) -> None:
        super().__init__()
        self.form, self._context, self._reveal = form, context, reveal
        self._hidden: dict[str, Answer] = {}
        self.path, self.followers = EnterPath(form, self), Followers(self)
        if not walks_all:
            self.passes_by = self.path.passes_by
        self._groups = {name: group.name for group in form.groups for one in group.fields for name in one.names}
        for group in form.groups:
            self.section(form_term(group.title))
            for one in group.fields:
                if not one.hidden:
                    self._add(one)
        self.finish()

    def _add(self, one: FormField) -> None:
        field = form_fields.field_for(one, self._context.today)
        if one.again_name:
            field.entered.connect(self.measured)  # before the form moves on: it may move to the second one
        field.offered.connect(self._on_offered)
        required, aside = one.required is True, not one.paper
        self.add(one.name, form_term(one.label), field, hint=form_term(one.hint), required=required, aside=aside)
        if one.again_name:
            self._add_again(one, one.again_name)
        if isinstance(field, PersonalField) and self._reveal is not None:
            field.set_reveal(partial(self._reveal, one.name))
        if one.locked and one.prefill and self._context.sources.get(one.prefill) is not None:
            field.set_read_only(True)

    def _add_again(self, one: FormField, name: str) -> None:
        """The second measurement, hidden until somebody asks for it."""
        words = _("{label}, second measurement").format(label=form_term(one.label))
        field = form_fields.field_for(one, self._context.today)
        field.entered.connect(self.measured)
        self.add(name, words, field)
        self.set_shown(name, False)

    def _on_offered(self, place: int) -> None:
        field = self.sender()
        if isinstance(field, Field):
            self.offered.emit(field.objectName(), place)

    # -- answers

    def show_answers(self, answers: Answers) -> None:
        """Show answers; what has none is emptied."""
        self._hidden = {one.name: answers[one.name] for one in self.form.fields() if one.hidden and one.name in answers}
        self.followers.forget()
        form_fields.show_answers(self.form, self.fields, answers)

    def typed(self) -> dict[str, object]:
        """Everything as it was typed, understood or not."""
        return {**form_fields.typed(self.form, self.fields), **self._hidden}

    def follow(self, wanted: Answers) -> set[str]:
        """Put what follows from other answers into its fields; where a person wrote something else, say what follows.

        Returns:
            The fields that changed.
        """
        changed = self.followers.follow(dict(wanted))
        for name, answer in wanted.items():
            field = self.fields.get(name)
            if field is not None and not isinstance(field, NumberField):
                differs = not field.is_empty() and not self.followers.stands(name)
                words = _("Reckoned: {value}").format(value=form_fields.words_of(self.form.field(name), answer))
                field.set_echo(words if differs else "")
        return changed

    def set_previous(self, found: Mapping[str, Previous]) -> None:
        """What was answered before, in grey at the fields."""
        for name, field in self.fields.items():
            one = found.get(name)
            if one is not None:
                field.set_previous(one.words, on=one.on, same=one.same)
            elif field.previous():
                field.set_previous("")

    def show_asked(self, values: Answers, asks_again: Callable[[str], bool]) -> None:
        """Show the fields that are asked when these answers are given, and second measurements that are asked for."""
        known = {one.name: to_value(one, values[one.name]) for one in self.form.fields() if one.name in values}
        scope = self.path.scope = Scope(known, self._context.today)
        for one in self.form.fields():
            if one.hidden:
                continue
            shown = self.form.is_asked(one, scope)
            self.set_shown(one.name, shown)
            if one.again_name:
                given = not self.fields[one.again_name].is_empty()
                self.set_shown(one.again_name, shown and (given or asks_again(one.name)))

    # -- moving

    def group_of(self, name: str) -> str:
        """The section of an answer; empty for none."""
        return self._groups.get(name, "")

    def focus_first(self) -> None:
        """Give the keyboard to the first field that waits for an answer, else to the first that is open."""
        aside = {one.name for one in self.form.fields() if not one.paper}
        open_ = [
            name
            for name, field in self.fields.items()
            if self.is_shown(name) and not field.is_read_only() and name not in aside
        ]
        first = self.path.first() if self.passes_by else ""
        empty = [name for name in open_ if self.fields[name].is_empty()]
        for name in ([first] if first else empty or open_)[:1]:
            self.go_to(name)

    def go_to_section(self, name: str) -> None:
        """Scroll to a section and go to its first field that is asked."""
        own = [one for one in self.fields if self.group_of(one) == name and self.is_shown(one)]
        for field in own[:1]:
            self.go_to(field, top=True)
