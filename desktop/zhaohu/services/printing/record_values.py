"""What the printed record of a visit shows: its answers, the columns of earlier records, its growth."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from zhaohu.i18n import _, form_term, format_date
from zhaohu.paper.column_layout import ColumnRecord
from zhaohu.paper.visit_curves import Curves
from zhaohu.paper.visit_record import GrowthLine, VisitRecord
from zhaohu.records import Attempt, Child, Visit
from zhaohu.records.codes import AttemptOutcome, ChildStatus
from zhaohu.rules.forms.answers import Context
from zhaohu.rules.forms.columns import columns_of
from zhaohu.rules.forms.model import Form
from zhaohu.rules.forms.starting import start
from zhaohu.rules.growth.assess import PRETERM_INDICATORS
from zhaohu.rules.growth.terms import Indicator
from zhaohu.services.care.visit_lookup import current_visits
from zhaohu.services.care.visit_views import VisitView, content_digest, form_of, record_number
from zhaohu.services.desk import Desk
from zhaohu.services.growth import growth, growth_trend
from zhaohu.services.growth.growth_papers import Subject, geometry, told_by, version_note
from zhaohu.services.growth.growth_words import growth_words
from zhaohu.services.register import children
from zhaohu.services.register.lookup import present_child

_ENDED = {AttemptOutcome.LOST: "失访", AttemptOutcome.DIED: "死亡"}
_ENDED_STATUS = {ChildStatus.LOST: AttemptOutcome.LOST, ChildStatus.DIED: AttemptOutcome.DIED}


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a child's table, what is to be said below it, and what tells the paper from another."""

    records: tuple[ColumnRecord, ...]
    notes: tuple[str, ...]
    digest: str


def record_values(desk: Desk, visit: VisitView, *, curves: bool = True) -> tuple[VisitRecord, str]:
    """What the record of a visit prints, and the digest of all that is on it."""
    lines = tuple(
        GrowthLine(w.on, w.indicator, w.value, w.level, w.z_china, w.z_who, w.status, w.z_preterm)
        for w in growth_words(visit.growth)
    )
    drawn = curves_of(desk, visit) if curves else None
    if visit.form.age_column is None:
        return VisitRecord(visit.form, visit.answers, lines, curves=drawn), visit.digest
    with desk.read() as session:
        child = present_child(session, visit.child_id)
        found = columns_until(session, child, visit.form, visit)
    record = VisitRecord(visit.form, visit.answers, lines, curves=drawn, columns=found.records, notes=found.notes)
    return record, found.digest


def columns_until(session: Session, child: Child, form: Form, visit: VisitView | None = None) -> Columns:
    """The columns of a form that a child's current records fill; with a visit, up to its day, and its version.

    If two records fall into one column the later one stands there, and the other is named.
    """
    statement = current_visits().where(Visit.child_id == child.id, Visit.form == form.id)
    if visit is not None:
        statement = statement.where(col(Visit.visit_date) <= visit.visit_date, Visit.record_id != visit.record_id)
    filled: dict[str, ColumnRecord] = {}
    notes: list[str] = []
    digests: list[str] = []
    name = str(form.age_column)
    found = [_column(row, name) for row in session.exec(statement.order_by(col(Visit.visit_date), col(Visit.number)))]
    if visit is not None:
        code = str(visit.answers.get(name) or "")
        own = ColumnRecord(code, visit.answers, visit.form, visit.record_number, visit.version)
        found.append((own, visit.digest))
    for column, digest in found:
        if column.code in filled:
            notes.append(_second(form, filled[column.code]))
        filled[column.code] = column
        digests.append(digest)
    for code, words in _ends(session, child, form, filled):
        filled[code] = ColumnRecord(code, {}, form, ended=words)
    digest = digests[0] if len(digests) == 1 else hashlib.sha256("|".join(digests).encode("ascii")).hexdigest()
    return Columns(tuple(filled.values()), tuple(notes), digest)


def _column(row: Visit, name: str) -> tuple[ColumnRecord, str]:
    """What a record puts into its column, which the field of that name says; and the record's digest."""
    answers, form = json.loads(row.answers), form_of(row)
    digest = content_digest(row.record_id, row.version, form, answers)
    number = record_number(row.counted_by, row.number)
    return ColumnRecord(str(answers.get(name) or ""), answers, form, number, row.version), digest


def _second(form: Form, column: ColumnRecord) -> str:
    """That a column has another record, which a later one hides."""
    names = {option.code: form_term(option.label) for option in columns_of(form)}
    day = format_date(date.fromisoformat(str(column.answers[form.date_field])))
    words = _("{column}: another record of {day}, {number} version {n}, is not shown.")
    name = names.get(column.code, column.code)
    return words.format(column=name, day=day, number=column.number, n=column.version)


def _ends(session: Session, child: Child, form: Form, filled: Collection[str]) -> Iterator[tuple[str, str]]:
    """失访 and 死亡, for the first column without a record from the child's age on that day on."""
    wanted = col(Attempt.outcome).in_(list(_ENDED))
    attempts = select(Attempt).where(Attempt.child_id == child.id, wanted, col(Attempt.deleted_at).is_(None))
    ends = {one.outcome: (one.tried_on, one.reason or "") for one in session.exec(attempts)}
    if child.status in _ENDED_STATUS and child.status_on is not None:
        ends[_ENDED_STATUS[child.status]] = (child.status_on, child.status_reason or "")
    codes = [option.code for option in columns_of(form)]
    for outcome, (on, reason) in sorted(ends.items(), key=lambda end: end[1][0]):
        now = column_on(child, form, on)
        free = [code for code in codes[codes.index(now) :] if code not in filled] if now in codes else []
        if free:
            yield free[0], "\n".join(filter(None, (form_term(_ENDED[outcome]), format_date(on), reason)))


def column_on(child: Child, form: Form, on: date) -> str:
    """The column that a child of its age fills on a day, as the form itself says it; empty for none."""
    if form.age_column is None:
        return ""
    started = start(form, Context(on, {"child.birth_date": child.birth_date}))
    return str(started.get(form.age_column) or "")


def curves_of(desk: Desk, visit: VisitView) -> Curves | None:
    """What the visit measured among what was measured until then, so that the same record prints alike later on.

    A referral measures nothing and takes weight and length with it.
    """
    last = max((day.on for day in visit.growth), default=visit.visit_date)
    versions = {version.id for version in visit.versions}
    before = [day for day in growth.series(desk, visit.child_id) if day.on <= last and day.visit_id not in versions]
    known = {day.on for day in before}
    days = sorted([*before, *(day for day in visit.growth if day.on not in known)], key=lambda day: day.on)
    shown = [i for i in PRETERM_INDICATORS if any(day.china.of(i).value is not None for day in visit.growth)]
    indicators = [Indicator.WFA, Indicator.LHFA] if visit.form.id == growth_trend.REFERRAL else shown
    if not days or not indicators:
        return None
    subject = Subject.of(children.view_child(desk, visit.child_id), days)
    standard = told_by(days[-1])
    charts = tuple(geometry(subject, indicator, standard) for indicator in indicators)
    return Curves(subject.who, charts, visit.visit_date, (version_note(days, standard),))
