"""Doubts about typed measurements as the entry form shows them: words, and what one press takes over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from zhaohu.i18n import _
from zhaohu.rules.growth.doubt import EXCHANGE_CAUSES, SIZES
from zhaohu.services.care.doubts import FieldDoubt, Standing
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.record_form import RecordForm
from zhaohu.ui.widgets.record_side import Question


def questions(found: Sequence[FieldDoubt]) -> list[Question]:
    """One question for each doubt."""
    return [_question(one, found) for one in found]


def _question(one: FieldDoubt, found: Iterable[FieldDoubt]) -> Question:
    likely = [] if one.likely is None else [(one.field, one.likely)]
    if likely and one.doubt.cause in EXCHANGE_CAUSES:  # both fields at once, or neither
        likely = [(o.field, o.likely) for o in found if o.doubt.cause is one.doubt.cause and o.likely is not None]
    return Question(
        field=one.field,
        text=one.message,
        hard=one.hard,
        settled=one.standing is Standing.CONFIRMED,
        again=not one.hard and one.doubt.measure in SIZES,
        offer=_("Change to {value}").format(value=one.doubt.likely_words) if likely else "",
        likely=tuple(likely),
    )


class PointedOut:
    """Which doubts a person was shown when they wanted to save: a form that is typed from paper has nobody to measure
    again, so each holds up the saving once.
    """

    def __init__(self) -> None:
        self._shown: set[tuple[str, str]] = set()

    def are_all_known(self, record: RecordForm, fault: Notice) -> bool:
        """Whether every open doubt was pointed out before; else they are, now, and the next press saves."""
        found = record.open_questions()
        new = [one for one in found if (one.field, one.text) not in self._shown]
        self._shown = {(one.field, one.text) for one in found}
        if new:
            fault.say(_("Something is doubtful: measure again, or save once more to keep it as it is."), "attention")
            record.go_to_question(new[0])
        return not new
