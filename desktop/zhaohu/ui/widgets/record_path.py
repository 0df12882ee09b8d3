"""The way of the Enter key through an entry form: from one field that waits for an answer to the next."""

from __future__ import annotations

from datetime import date

from zhaohu.rules.forms.expressions import Expression, Scope
from zhaohu.rules.forms.model import FieldType, Form
from zhaohu.ui.widgets.fields import DANGER
from zhaohu.ui.widgets.form import Form as FormWidget

_MAY_WAIT = (FieldType.SELECT_MULTIPLE, FieldType.TEXT)
"""Types whose optional fields are answered by leaving them empty: nothing was ticked, nothing was written."""


class EnterPath:
    """Where Enter stops in a new record; Tab stops everywhere.

    What is filled already (from the register, by 全部正常, by what follows from other answers) is passed by unless it
    is wrong, and so is what need not be answered now (吃奶量 of a breast-fed child). An optional number or choice is
    stopped at, because it may stand on the paper; after 全部正常, what is answered by leaving it empty is not.

    Args:
        form: The form.
        fields: Its inputs.
    """

    def __init__(self, form: Form, fields: FormWidget) -> None:
        self._fields = fields
        self._known = {one.name: one for one in form.fields()}
        self.all_normal = False
        self.scope = Scope({}, date.min)

    def passes_by(self, name: str) -> bool:
        """Whether Enter passes a field by."""
        field = self._fields.fields[name]
        if not field.is_empty():
            return field.problem()[1] != DANGER and not field.unread()
        return self.may_stay_empty(name)

    def may_stay_empty(self, name: str) -> bool:
        """Whether nothing has to be entered into an empty field."""
        one = self._known.get(name)
        if one is None:  # a second measurement that is asked for
            return False
        if isinstance(one.required, Expression):
            return not one.required.holds(self.scope)
        return not one.required and self.all_normal and one.type in _MAY_WAIT

    def first(self) -> str:
        """The first field that must be answered and is not, else the first at which Enter stops; empty for none."""
        stops = [name for name in self._fields.fields if self._fields.stops_at(name)]
        waiting = [name for name in stops if self._must(name)]
        return next(iter(waiting or stops), "")

    def _must(self, name: str) -> bool:
        one = self._known.get(name)
        return one is None or (bool(one.required) and not self.may_stay_empty(name))


class Followers:
    """Answers that follow from others: they stand in their fields until a person writes something else there.

    Args:
        fields: The form's inputs.
    """

    def __init__(self, fields: FormWidget) -> None:
        self._fields = fields
        self._stand: dict[str, object] = {}
        self._own: set[str] = set()

    def forget(self) -> None:
        """Other answers are shown: nothing is known of who wrote them."""
        self._stand, self._own = {}, set()

    def write(self, name: str) -> None:
        """A person changed a field: it is theirs from now on."""
        self._own.add(name)
        self._stand.pop(name, None)

    def stands(self, name: str) -> bool:
        """Whether what stands in a field is what follows."""
        return name in self._stand

    def follow(self, wanted: dict[str, object]) -> set[str]:
        """Put what follows now into the fields; returns the fields that changed."""
        changed: set[str] = set()
        for name in (*wanted, *(set(self._stand) - set(wanted))):
            field, answer = self._fields.fields.get(name), wanted.get(name)
            if field is None or field.is_read_only():
                continue
            if _same(field.value(), answer):
                self._stand[name] = answer
            elif name in self._own:
                self._stand.pop(name, None)
            elif field.is_empty() or name in self._stand:
                field.set_value(answer)
                self._stand[name] = answer
                changed.add(name)
        return changed


def _same(value: object, answer: object) -> bool:
    if isinstance(value, tuple) and isinstance(answer, list):
        return list(value) == answer
    return value is not None and answer is not None and str(value) == str(answer)
