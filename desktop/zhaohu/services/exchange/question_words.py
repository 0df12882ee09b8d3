"""Words for the questions of quality control."""

from __future__ import annotations

from zhaohu.i18n import N_, _
from zhaohu.services.exchange.questions import QuestionState, QuestionView

_STATES = {
    QuestionState.OPEN: N_("not answered yet"),
    QuestionState.ANSWERED: N_("answered"),
    QuestionState.CLOSED: N_("closed"),
}


def state_words(state: QuestionState) -> str:
    """How far a question has come."""
    return _(_STATES[state])


def standing_words(one: QuestionView) -> str:
    """How far this question has come."""
    return _("station must update") if one.must_update else state_words(one.state)
