"""Checking the answers to a form: what is refused, what is doubted, what is advised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from zhaohu.i18n import N_, _, form_term, format_date
from zhaohu.rules.ages import age_text
from zhaohu.rules.forms.expressions import Expression
from zhaohu.rules.forms.formats import FORMATS, MASK_SIGN
from zhaohu.rules.forms.functions import Value
from zhaohu.rules.forms.given import Given
from zhaohu.rules.forms.model import Answer, Answers, Field, Form, Hint
from zhaohu.rules.forms.reading import UnreadableError, from_value, is_empty, read_text
from zhaohu.rules.forms.said import in_range, in_short, said
from zhaohu.rules.identity import Problem

_NOT_POSSIBLE = N_("{label}: {value} {unit} is not possible (from {low} to {high}). Read it again.")
_OF_A_PERSON = ("child.", "father.", "mother.")


@dataclass(frozen=True, slots=True)
class Context:
    """What a form is checked against: the day it is checked, and the register's values (`sources.SOURCES`).

    When the day is in doubt, a new record starts without what would be reckoned from it. A correction names the
    answers of the version that it corrects as `former`: what this program cannot read of them is kept.
    """

    today: date
    sources: Mapping[str, Value] = field(default_factory=dict)
    day_in_doubt: bool = False
    former: Answers = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Remark:
    """What is wrong or doubtful about one answer.

    Args:
        field: Name of the field; empty when it is the answers as a whole.
        value: The value as it was given.
        code: required, unknown_field, unreadable, out_of_range, constraint, exclusive, text_missing, not_register,
            unlikely, format, masked or age.
        message: Translated sentence that names the field, the value and what to do.
    """

    field: str
    value: object
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class ShownHint:
    """A hint whose test is true for the answers."""

    field: str
    hint: Hint

    @property
    def message(self) -> str:
        """The advice in the language in use."""
        return form_term(self.hint.message)


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a check: canonical values, and what a person should know about them."""

    values: dict[str, Answer]
    problems: tuple[Remark, ...]
    doubts: tuple[Remark, ...]
    hints: tuple[ShownHint, ...]


def check(form: Form, answers: object, context: Context) -> Checked:
    """Check answers against their form; never raises, whatever the answers are.

    Answers to fields that are not relevant are dropped. The record may be saved when there are no problems.

    Args:
        form: The form.
        answers: A mapping of field names to values as typed, or as read from JSON.
        context: The day, and what the register says.
    """
    if not isinstance(answers, Mapping):
        message = _("The answers must be an object of field names and values.")
        return Checked({}, (Remark("", answers, "unreadable", message),), (), ())
    return _Check(form, answers, context).run()


def asked_fields(form: Form, answers: Answers, today: date) -> frozenset[str]:
    """The names of the fields that are asked when these answers are given; paper dashes the others out."""
    return frozenset(one.name for one in Given(form, answers, today, {}).asked)


class _Check:
    def __init__(self, form: Form, answers: Mapping[Any, object], context: Context) -> None:
        self.form = form
        self.raw = answers
        self.context = context
        self.given = Given(form, answers, context.today, context.former)
        self.answers = self.given.answers
        self.values = self.given.values
        self.problems: list[Remark] = []
        self.doubts: list[Remark] = []

    def run(self) -> Checked:
        self._refuse_unknown()
        hints: list[ShownHint] = []
        for one in self.given.asked:
            if one.name in self.given.kept:
                continue
            self._check_field(one)
            scope = self.given.scope(one)
            if one.name in self.values:
                hints += [ShownHint(one.name, hint) for hint in one.hints if hint.test.holds(scope)]
        self._check_age()
        return Checked(self.given.canonical(), tuple(self.problems), tuple(self.doubts), tuple(hints))

    def _refuse_unknown(self) -> None:
        for key in self.given.unknown():
            message = _("The form “{form}” has no field {name}.")
            text = message.format(form=form_term(self.form.title), name=in_short(key))
            self.problems.append(Remark(in_short(key), self.raw[key], "unknown_field", text))

    def _problem(self, one: Field, code: str, message: str, name: str = "") -> None:
        name = name or one.name
        self.problems.append(Remark(name, self.raw.get(name), code, message))

    def _doubt(self, one: Field, code: str, message: str) -> None:
        self.doubts.append(Remark(one.name, self.raw.get(one.name), code, message))

    def _check_field(self, one: Field) -> None:
        if one.again_name is not None:
            self._check_again(one, one.again_name)
        if one.name in self.given.unreadable:
            self._say_unreadable(one, one.name)
        elif one.name not in self.values:
            self._check_missing(one)
        else:
            self._check_format(one)
            self._check_range(one)
            self._check_options(one)
            self._check_constraints(one)
        self._check_register(one)

    def _say_unreadable(self, one: Field, name: str) -> None:
        message = _("{label}: “{value}” {reason}.")
        shown = said(one, self.raw[name])
        text = message.format(label=form_term(one.label), value=shown, reason=self.given.unreadable[name])
        self._problem(one, "unreadable", text, name)

    def _check_again(self, one: Field, name: str) -> None:
        """A second measurement is a number of the same kind."""
        if name in self.given.unreadable:
            self._say_unreadable(one, name)
        elif isinstance(value := self.values.get(name), Decimal) and not _within(value, one.hard):
            self._problem(one, "out_of_range", in_range(one, _NOT_POSSIBLE, self.answers[name], one.hard), name)

    def _check_missing(self, one: Field) -> None:
        rule = one.required
        if rule.holds(self.given.scope(one)) if isinstance(rule, Expression) else rule:
            self._problem(one, "required", _("{label} is still empty.").format(label=form_term(one.label)))

    def _check_format(self, one: Field) -> None:
        if one.format is None:
            return
        form, given = FORMATS[one.format], str(self.answers[one.name])
        if one.personal and MASK_SIGN in given:  # copied from a screen: the number itself is not known
            text = _("{label}: this number is masked. Enter all of it.").format(label=form_term(one.label))
            self._problem(one, "masked", text)
            return
        result = form.read(given)
        if isinstance(result, Problem):
            text = _("{label}: {reason}").format(label=form_term(one.label), reason=result.message)
            (self._doubt if form.soft else self._problem)(one, "format", text)
        else:
            self.answers[one.name] = self.values[one.name] = result

    def _check_range(self, one: Field) -> None:
        value = self.values[one.name]
        if not isinstance(value, Decimal):
            return
        if not _within(value, one.hard):
            self._problem(one, "out_of_range", in_range(one, _NOT_POSSIBLE, self.answers[one.name], one.hard))
        elif not _within(value, one.soft):
            message = N_("{label}: {value} {unit} is unusual (mostly from {low} to {high}). Is it right?")
            self._doubt(one, "unlikely", in_range(one, message, self.answers[one.name], one.soft))

    def _check_options(self, one: Field) -> None:
        chosen = [option for option in one.options if option.code in self._chosen(one)]
        if len(chosen) > 1 and (alone := next((option for option in chosen if option.exclusive), None)):
            message = _("{label}: “{option}” cannot stand beside another choice.")
            text = message.format(label=form_term(one.label), option=form_term(alone.label))
            self._problem(one, "exclusive", text)
        with_text = next((option for option in chosen if option.text), None)
        if one.text_name is None or with_text is None:
            return
        written = self.raw.get(one.text_name)
        try:
            if is_empty(written):
                raise UnreadableError(_("needs words beside it"))
            self.answers[one.text_name] = read_text(written, one.max_length)
        except UnreadableError as reason:
            message = _("{label}: “{option}” {reason}.")
            text = message.format(label=form_term(one.label), option=form_term(with_text.label), reason=reason)
            self.problems.append(Remark(one.text_name, written, "text_missing", text))

    def _chosen(self, one: Field) -> tuple[str, ...]:
        value = self.values.get(one.name)
        return value if isinstance(value, tuple) else (str(value),)

    def _check_constraints(self, one: Field) -> None:
        for constraint in one.constraints:
            if self._askable(constraint.test) and not constraint.test.holds(self.given.scope(one)):
                message = _("{label}: {reason} (now {value}).")
                shown = said(one, self.answers[one.name])
                reason = form_term(constraint.message)
                text = message.format(label=form_term(one.label), reason=reason, value=shown)
                if constraint.soft:
                    self._doubt(one, "unlikely", text)
                else:
                    self._problem(one, "constraint", text)

    def _askable(self, test: Expression) -> bool:
        """A comparison with a field that has no readable answer says nothing: that field has its own remark."""
        return test.fields() <= self.values.keys()

    def _check_register(self, one: Field) -> None:
        if one.prefill is None or not one.prefill.startswith(_OF_A_PERSON) or one.name not in self.answers:
            return
        expected = from_value(one, self.context.sources.get(one.prefill))
        if expected is None or expected == self.answers[one.name]:
            return
        message = _("{label}: “{value}” is not what the register says: “{expected}”.")
        shown = said(one, self.answers[one.name])
        text = message.format(label=form_term(one.label), value=shown, expected=said(one, expected))
        if one.locked:
            self._problem(one, "not_register", text)
        else:
            self._doubt(one, "not_register", text)

    def _check_age(self) -> None:
        visited = self.values.get(self.form.date_field)
        born = self.values.get(self.form.birth_date_field)
        if not (isinstance(visited, date) and isinstance(born, date)) or visited < born:
            return
        if not self.form.from_days <= (visited - born).days <= self.form.to_days:
            message = _("On {day} the child is {age} old; this form is for {low} to {high} days of age.")
            text = message.format(
                day=format_date(visited),
                age=age_text(born, visited),
                low=self.form.from_days,
                high=self.form.to_days,
            )
            self._doubt(self.form.field(self.form.date_field), "age", text)


def _within(value: Decimal, ends: tuple[str, str] | None) -> bool:
    return ends is None or Decimal(ends[0]) <= value <= Decimal(ends[1])
