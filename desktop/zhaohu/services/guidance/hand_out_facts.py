"""What a hand-out rests on: the child's age, its growth until the day, and what was recorded on it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session, col

from zhaohu.errors import NotFound
from zhaohu.i18n import _
from zhaohu.records import Child, Visit
from zhaohu.records.codes import ConsentScope
from zhaohu.rules.ages import corrected_birth_date, is_preterm, months_and_days
from zhaohu.rules.forms.answers import Context, check
from zhaohu.rules.forms.model import Answers, Form, HintKind
from zhaohu.rules.growth.series import MeasuredDay
from zhaohu.rules.growth.trend.terms import Trend
from zhaohu.rules.guidance import changes, facts
from zhaohu.rules.guidance.library import Band
from zhaohu.rules.guidance.offer import Offered, offered
from zhaohu.services import district, reference
from zhaohu.services.care.visit_lookup import current_visits
from zhaohu.services.desk import Desk
from zhaohu.services.growth import growth, growth_trend
from zhaohu.services.register import consents
from zhaohu.services.register.lookup import present_child

CORRECTED_UNTIL_MONTHS = 24
"""Until then play and development of children born early go by the corrected age."""
_STALE = timedelta(days=92)
"""What was measured longer ago is not told as the child's growth of today."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of the day with its form."""

    form: Form
    answers: Answers
    signer: str


@dataclass(frozen=True, slots=True)
class Basis:
    """What is known for a hand-out.

    Args:
        child_id: The child.
        on: The day of the hand-out.
        band: By the real age.
        measured: What was measured until the day; empty when the last time was long before.
        trend: How it grows by that.
        records: What was recorded on the day.
        offered: The lines that fit.
        signs: Warning signs that were found, in the form's words.
        topics: Options of 指导 that were ticked.
        refused: Whether the family wants no guidance.
    """

    child_id: str
    on: date
    band: Band
    measured: tuple[MeasuredDay, ...]
    trend: Trend
    records: tuple[Record, ...]
    offered: tuple[Offered, ...]
    signs: tuple[str, ...]
    topics: frozenset[str]
    refused: bool


def basis_of(desk: Desk, child_id: str, visit_id: str) -> Basis:
    """Everything that a hand-out of that visit, or of today, rests on.

    Raises:
        NotFound: There is no such child, or no such visit of it.
    """
    days = growth.series(desk, child_id)
    with desk.read() as session:
        child = present_child(session, child_id)
        on = _day(session, child, visit_id) if visit_id else desk.today
        library = changes.apply(reference.guidance_library(), district.read(session, district.Key.GUIDANCE_TEXTS))
        records = tuple(_records(session, child_id, on))
        standing = consents.standing_of(session, child)
        known = tuple(day for day in days if day.on <= on)
        known = known if known and on - known[-1].on <= _STALE else ()
        trend = growth_trend.of_days(child, known)
    months = _months(child.birth_date, on)
    play = _months(corrected_birth_date(child.birth_date, child.gestation_days), on)
    held = frozenset(_facts(child, on, months, trend if known else None, records))
    topics = frozenset().union(*(facts.topics_of_record(one.form, one.answers) for one in records))
    return Basis(
        child_id=child_id,
        on=on,
        band=library.band(months),
        measured=known,
        trend=trend,
        records=records,
        offered=tuple(
            offered(library, library.band(months), held, topics, library.band(play) if _by_corrected(months) else None)
        ),
        signs=tuple(sorted(fact.partition(":")[2] for fact in held if fact.startswith("sign:"))),
        topics=topics,
        refused=ConsentScope.GUIDANCE in standing.refused,
    )


def last_phone(session: Session, site: str) -> str:
    """The station's telephone as the last referral had it; empty when there is none."""
    found = session.exec(
        current_visits()
        .where(Visit.owner == site, Visit.form == growth_trend.REFERRAL)
        .order_by(col(Visit.recorded_at).desc())
    ).first()
    phone = json.loads(found.answers).get("site_phone", "") if found else ""
    return phone if isinstance(phone, str) else ""


def _day(session: Session, child: Child, visit_id: str) -> date:
    visit = session.get(Visit, visit_id)
    if visit is None or visit.child_id != child.id:
        raise NotFound(_("There is no such visit."), code="no_such_visit")
    return visit.visit_date


def _records(session: Session, child_id: str, on: date) -> Iterator[Record]:
    found = current_visits().where(Visit.child_id == child_id, Visit.visit_date == on)
    for visit in session.exec(found.order_by(col(Visit.number))):
        answers = json.loads(visit.answers)
        yield Record(reference.recorded_form(visit.form, visit.form_version, answers), answers, visit.signer)


def _facts(child: Child, on: date, months: int, trend: Trend | None, records: tuple[Record, ...]) -> Iterator[str]:
    yield from facts.facts_of_child(months, preterm=is_preterm(child.gestation_days))
    yield from facts.facts_of_season(on)
    yield from facts.facts_of_growth(trend)
    for record in records:
        hints = [shown.hint for shown in check(record.form, record.answers, Context(on)).hints]
        yield from facts.facts_of_record(record.form, record.answers, [hint.name for hint in hints])
        if any(hint.kind is HintKind.REFER_NOW for hint in hints):
            yield facts.DANGER


def _months(born: date, on: date) -> int:
    return max(0, months_and_days(born, on)[0])


def _by_corrected(months: int) -> bool:
    return months < CORRECTED_UNTIL_MONTHS
