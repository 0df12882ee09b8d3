"""The doubts about a form's answers, and where and how they are put."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from zhaohu.rules.forms import answers as rules
from zhaohu.rules.forms.model import Answer, Form
from zhaohu.ui.widgets.fields import ATTENTION, DANGER
from zhaohu.ui.widgets.record_side import Question


class Questions:
    """The questions that stand at the fields of one form.

    Args:
        form: The form.
    """

    def __init__(self, form: Form) -> None:
        self.agains = {one.name: one.again_name for one in form.fields() if one.again_name}
        self._asked: tuple[Question, ...] = ()

    def ask(self, questions: Sequence[Question]) -> None:
        """Ask these instead of the former."""
        self._asked = tuple(questions)

    def asks_again(self, field: str) -> bool:
        """Whether a second measurement would answer something about a field."""
        return any(one.again and one.field == field for one in self._asked)

    def measured(self, name: str) -> str:
        """The first measurement of a field; the field itself when it is none's second one."""
        return next((first for first, second in self.agains.items() if second == name), name)

    def with_impossible(self, refused: Sequence[rules.Remark]) -> list[rules.Remark]:
        """What the form refuses, and what is not possible for the child."""
        said = {remark.field for remark in refused}
        hard = [one for one in self._asked if one.hard and one.field not in said]
        return [*refused, *(rules.Remark(one.field, None, "impossible", one.text) for one in hard)]

    def put(
        self, said: dict[str, tuple[str, str]], refused: Sequence[rules.Remark], told: Callable[[str], bool]
    ) -> dict[str, list[str]]:
        """Put the questions among the remarks, unless something is wrong beyond the range; answers the offers by field.

        Args:
            said: Words and kind by field; changed.
            refused: What the form refuses.
            told: Whether remarks about a field are shown yet.
        """
        offers: dict[str, list[str]] = {}
        out_of_range = {remark.field for remark in refused if remark.code == "out_of_range"}
        for one in self._asked:
            if not told(one.field):
                continue
            hard = one.hard or one.field in out_of_range
            if one.field not in offers and (hard or said.get(one.field, ("", ""))[1] != DANGER):
                said[one.field] = (one.text, DANGER if hard else ATTENTION)
            offers.setdefault(one.field, [])
            if one.offer:
                offers[one.field].append(one.offer)
        return offers

    def offered(self, field: str, place: int) -> tuple[tuple[str, Answer], ...]:
        """The answers that the n-th offer at a field takes over."""
        offers = [one for one in self._asked if one.field == field and one.offer]
        return offers[place].likely if 0 <= place < len(offers) else ()

    def open(self, order: Sequence[str]) -> list[Question]:
        """Those that nothing has answered yet and that do not forbid saving, in the order of the fields."""
        found = [one for one in self._asked if not (one.hard or one.settled)]
        return sorted(found, key=lambda one: order.index(one.field))
