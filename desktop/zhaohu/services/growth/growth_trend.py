"""How a child grows: the trend of its measurements, and the referral that may follow from it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from zhaohu.i18n import _, form_term, format_number, sentences
from zhaohu.records import Child, Visit
from zhaohu.records.codes import ChildStatus, Role
from zhaohu.rules.ages import age_text
from zhaohu.rules.forms.model import Answer, Form
from zhaohu.rules.growth.series import Born, MeasuredDay
from zhaohu.rules.growth.terms import Indicator
from zhaohu.rules.growth.trend import Finding, Trend, Urgency, Verdict, trend
from zhaohu.rules.growth.trend.speed import Speed, speeds
from zhaohu.services import reference
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.growth import growth
from zhaohu.services.register.lookup import present_child

REFERRAL = "referral"
"""The form of a referral."""
_READERS = tuple(Role)
_REMEMBERED = ("to_org", "to_department", "site_phone")
"""What a referral takes over from the station's last one."""
_WELL = (Verdict.NORMAL, Verdict.UNCLEAR, Verdict.CATCH_UP)
_HAS = "2"


@dataclass(frozen=True, slots=True)
class ChildGrowth:
    """Everything that is said of a child's growth: its days, how fast it grew last, and the trend."""

    born: Born
    days: tuple[MeasuredDay, ...]
    speeds: tuple[Speed, ...]
    trend: Trend


def child_growth(desk: Desk, child_id: str) -> ChildGrowth:
    """A child's growth with all that can be said of it.

    Raises:
        NotFound: There is no such child.
    """
    desk.require(*_READERS)
    days = growth.series(desk, child_id)
    with desk.read() as session:
        child = present_child(session, child_id)
        born = growth.born_of(child)
        found = speeds(reference.trend_rules(), reference.growth_references(), born, days)
        return ChildGrowth(born, tuple(days), found, of_days(child, days))


def of_child(desk: Desk, child_id: str) -> Trend:
    """How a child grows, by all its measurements.

    Raises:
        NotFound: There is no such child.
    """
    desk.require(*_READERS)
    days = growth.series(desk, child_id)
    with desk.read() as session:
        return of_days(present_child(session, child_id), days)


def of_days(child: Child, days: Sequence[MeasuredDay]) -> Trend:
    """How a child grows, by these days; among them may be one that is only being typed.

    Off the register nothing more is to be done: what was found stands, without a next check, referral or advice.
    """
    found = trend(reference.trend_rules(), reference.growth_references(), growth.born_of(child), days)
    return found if child.status is ChildStatus.ACTIVE else _nothing_to_do(found)


def _nothing_to_do(found: Trend) -> Trend:
    either = (_nothing_to_do(found.either[0]), _nothing_to_do(found.either[1])) if found.either else None
    return replace(found, next_check=None, refer=False, advice=(), either=either)


def referral_answers(desk: Desk, child_id: str) -> dict[str, Answer]:
    """What a referral of a child starts with beside the register: age, what its growth shows, where to.

    Raises:
        NotFound: There is no such child.
    """
    desk.require(*WRITERS)
    found = of_child(desk, child_id)
    with desk.read() as session:
        child = present_child(session, child_id)
        answers: dict[str, Answer] = {
            "age": age_text(child.birth_date, desk.today),
            "past_history": _birth_words(child),
            **_last_target(session, desk.site.code),
        }
    impression = impression_words(found)
    if impression:
        answers |= {"impression": impression, "present_history": _short(reason_words(found), 500)}
    return {name: answer for name, answer in answers.items() if answer}


def referral_fill(form: Form, found: Trend) -> dict[str, Answer]:
    """What a form's own 转诊建议 says when the trend asks for a referral; nothing when it does not or has none."""
    names = {field.name for field in form.fields()}
    if not found.refer or not {"referral", "referral_reason"} <= names:
        return {}
    words = _("{impression}: {reason}").format(impression=impression_words(found), reason=reason_words(found))
    return {"referral": _HAS, "referral_reason": _short(words, form.field("referral_reason").max_length)}


def impression_words(found: Trend) -> str:
    """What the growth amounts to, as the first line of a referral; empty when there is nothing."""
    verdict = [] if found.verdict in _WELL else [str(found.verdict)]
    return _(", ").join(form_term(word) for word in dict.fromkeys([*verdict, *map(str, found.statuses)]))


def reason_words(found: Trend) -> str:
    """The findings with their figures; of several that ask for as much, one for each indicator."""
    by_indicator: dict[tuple[Indicator, bool], Finding] = {}
    for one in sorted(found.all(), key=lambda one: -one.urgency.rank):
        if one.urgency is not Urgency.NONE:
            by_indicator.setdefault((one.indicator, one.verdict is None), one)
    return sentences(one.message for one in by_indicator.values())


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _birth_words(child: Child) -> str:
    parts = []
    if child.gestation_days is not None:
        weeks, days = divmod(child.gestation_days, 7)
        parts.append(_("born at {weeks} weeks + {days} days").format(weeks=weeks, days=days))
    if child.birth_weight_g is not None:
        parts.append(_("birth weight {kg} kg").format(kg=format_number(child.birth_weight_g / 1000, 2)))
    return _(", ").join(parts)


def _last_target(session: Session, site: str) -> dict[str, Answer]:
    statement = (
        select(Visit.answers)
        .where(Visit.form == REFERRAL, Visit.owner == site, col(Visit.deleted_at).is_(None))
        .order_by(col(Visit.recorded_at).desc(), col(Visit.number).desc(), col(Visit.version).desc())
    )
    last = session.exec(statement).first()
    answers = json.loads(last) if last else {}
    return {name: answers[name] for name in _REMEMBERED if name in answers}
