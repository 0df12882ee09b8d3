"""What is said of a form's answers after each change, by all who know more than the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from zhaohu.rules.forms.model import Answer
from zhaohu.services.care import visit_growth
from zhaohu.services.desk import Desk
from zhaohu.services.follow import findings
from zhaohu.ui.pages.entry_follow import at_risk, follows
from zhaohu.ui.pages.entry_hints import advices
from zhaohu.ui.pages.entry_questions import questions
from zhaohu.ui.pages.entry_referral import DECISION, referral_answers
from zhaohu.ui.pages.entry_start import Begun
from zhaohu.ui.pages.growth_panel import growth_panel
from zhaohu.ui.widgets.record_side import Beside


@dataclass(frozen=True, slots=True)
class Assessed:
    """What stands beside the form and at its fields, and what its own 转诊建议 is to say."""

    beside: Beside
    referral: Mapping[str, Answer]


def assess(desk: Desk, begun: Begun, answers: dict[str, Answer], declined: Mapping[str, str], day: date) -> Assessed:
    """Growth, hints, doubts, and what follows from the answers.

    Args:
        desk: Where to read.
        begun: The form and what it is compared with.
        answers: The readable answers.
        declined: The hints that were turned down, with the reasons.
        day: The day of the visit.
    """
    entry = begun.entry
    grown = visit_growth.entry_growth(desk, entry, answers, begun.known)
    found = findings.findings_of(entry.form, answers, grown.trend if grown.days else None, entry.context)
    referral = referral_answers(entry.form, answers, grown.trend, found, declined)
    beside = Beside(
        growth_panel(grown, day, " ".join(one.message for one in found)),
        questions(grown.doubts),
        frozenset({DECISION} & set(referral)) | at_risk(entry.form, begun.child),
        advices(found),
        follows(entry, answers, grown, begun.plan),
    )
    return Assessed(beside, referral)
