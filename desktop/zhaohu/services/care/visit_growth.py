"""What a visit's answers measure: in the units of records, assessed, doubted, and as part of the child's trend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlmodel import Session

from zhaohu.records import Child
from zhaohu.records.codes import Position, Role
from zhaohu.rules.forms.answers import check
from zhaohu.rules.forms.model import Answers, Form
from zhaohu.rules.growth.assess import Measurement as Measured
from zhaohu.rules.growth.series import MeasuredDay
from zhaohu.rules.growth.terms import Position as HowMeasured
from zhaohu.rules.growth.trend import Trend
from zhaohu.services.care import doubts
from zhaohu.services.care.doubts import FieldDoubt, Surroundings
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.growth import growth, growth_trend
from zhaohu.services.register.lookup import present_child

if TYPE_CHECKING:
    from zhaohu.services.care.visits import Entry, VisitView

_COLUMNS = {"weight": ("weight_g", 1000), "length": ("length_mm", 10), "head": ("head_mm", 10)}
"""For each measure of a form: the record's column, and how many of its units make one of the form's."""
_HOW: dict[str, tuple[str, dict[str, Position | bool]]] = {
    "position": ("position", {"1": Position.LYING, "2": Position.STANDING}),
    "oedema": ("oedema", {"1": False, "2": True}),
}
"""For each word on how it was measured: the record's column, and what the form's codes mean."""
_REGISTERED = {"weight_g": ("birth_weight_g", 10), "length_mm": ("birth_length_mm", 1)}
"""For each column of the birth: the register's, and how many of its units make the last decimal of a form."""
_READERS = tuple(Role)

Amounts = Mapping[str, Any]
"""A day's measurements under the names of the record's columns."""


@dataclass(frozen=True, slots=True)
class EntryGrowth:
    """What is said of growth while a form is filled in.

    Args:
        days: What the answers measure, assessed; no day with a number that no child has, and none to come.
        doubts: What is doubtful about it.
        trend: How the child grows, with these days.
    """

    days: tuple[MeasuredDay, ...]
    doubts: tuple[FieldDoubt, ...]
    trend: Trend


@dataclass(frozen=True, slots=True)
class Known:
    """A child and its other days, as a form's answers are compared with them; read once for all that is typed."""

    child: Child
    around: Surroundings


def known_of(desk: Desk, entry: Entry) -> Known:
    """What the answers of a form are compared with: no day of the record that is corrected.

    Raises:
        NotFound: The child is not there any more.
        NotAllowed: The account may not record.
    """
    desk.require(*WRITERS)
    return _known(desk, entry.child_id, entry.visit_id)


def entry_growth(desk: Desk, entry: Entry, answers: object, known: Known | None = None) -> EntryGrowth:
    """Growth by the readable answers of a form that is being filled in; a late entry is judged as on its day.

    Args:
        desk: Where to read.
        entry: The form.
        answers: What was typed.
        known: From `known_of`, so that nothing is read at every key; None reads it.

    Raises:
        NotFound: The child is not there any more.
        NotAllowed: The account may not record.
    """
    desk.require(*WRITERS)
    checked = check(entry.form, answers, entry.context)
    known = known or _known(desk, entry.child_id, entry.visit_id)
    child, around = known.child, known.around
    taken = as_registered(child, measurements(entry.form, checked.values))
    days = assess_measurements(child, taken)
    said = doubts.doubts_of(
        entry.form, checked.values, {day.on: day.measured for day in days}, around, entry.context.today
    )
    impossible = {one.doubt.on for one in said if one.hard}
    days = tuple(day for day in days if day.on not in impossible and day.on <= entry.context.today)
    return EntryGrowth(days, said, _trend(child, around.days, days))


def recorded_doubts(desk: Desk, visit: VisitView) -> tuple[FieldDoubt, ...]:
    """What was doubtful about a record when it was made, and what became of it; later days say nothing here.

    Raises:
        NotFound: The child is not there any more.
    """
    desk.require(*_READERS)
    around = _known(desk, visit.child_id, visit.id, until=visit.visit_date).around
    taken = {day.on: day.measured for day in visit.growth}
    return doubts.doubts_of(visit.form, visit.answers, taken, around, visit.visit_date)


def trend_of(session: Session, child: Child, form: Form, answers: Answers) -> Trend | None:
    """How the child of a visit grew by the day of it, the visit itself among what counts already.

    None when the visit measured nothing after the birth.
    """
    last = max((on for on in measurements(form, answers) if on != child.birth_date), default=None)
    if last is None:
        return None
    return growth_trend.of_days(child, [day for day in growth.days_of(session, child) if day.on <= last])


def refuse_impossible(child: Child, form: Form, answers: Answers, today: date) -> None:
    """Refuse measurements that no child of this age and sex has.

    Raises:
        BadInput: `problems` in the details name field, value and reason.
    """
    taken = {on: measured_of(amounts) for on, amounts in measurements(form, answers).items()}
    doubts.refuse_impossible(form, answers, taken, growth.born_of(child), today)


def _known(desk: Desk, child_id: str, visit_id: str, until: date | None = None) -> Known:
    days = [
        day
        for day in growth.series(desk, child_id)
        if (day.visit_id is None or day.visit_id != visit_id) and (until is None or day.on < until)
    ]
    with desk.read() as session:
        child = present_child(session, child_id)
        return Known(child, Surroundings(growth.born_of(child), days, doubts.siblings(session, child)))


def _trend(child: Child, known: Sequence[MeasuredDay], typed: Sequence[MeasuredDay]) -> Trend:
    on = {day.on for day in typed}
    last = max((day.on for day in typed if day.on != child.birth_date), default=date.max)
    days = [*(day for day in known if day.on not in on and day.on <= last), *typed]
    return growth_trend.of_days(child, sorted(days, key=lambda day: day.on))


def measurements(form: Form, answers: Answers) -> dict[date, dict[str, Any]]:
    """The measurements that a form's answers hold, by day, under the record's columns and in its units.

    On one day the first answer to a measure counts. `position` and `oedema` stand only beside a measurement, and only
    when they were answered.
    """
    found: dict[date, dict[str, Any]] = {}
    how: dict[date, dict[str, Any]] = {}
    for field in form.fields():
        if not (field.measure and field.measured_on) or not {field.name, field.measured_on} <= answers.keys():
            continue
        answer, on = str(answers[field.name]), date.fromisoformat(str(answers[field.measured_on]))
        if field.measure in _COLUMNS:
            column, units = _COLUMNS[field.measure]
            found.setdefault(on, {}).setdefault(column, round(Decimal(answer) * units))
        else:
            column, codes = _HOW[field.measure]
            if answer in codes:  # a newer program's form may know more
                how.setdefault(on, {}).setdefault(column, codes[answer])
    return {on: {**amounts, **how.get(on, {})} for on, amounts in sorted(found.items())}


def as_registered(child: Child, taken: Mapping[date, Amounts]) -> dict[date, dict[str, Any]]:
    """What `measurements` found, the birth in the register's own amounts.

    Forms have 0.01 kg where the register has grams: what only repeats the register must not be graded as 5 g more.
    """
    exact = {on: dict(amounts) for on, amounts in taken.items()}
    born = exact.get(child.birth_date, {})
    for column, (name, units) in _REGISTERED.items():
        known: int | None = getattr(child, name)
        if known is not None and born.get(column) == (known + units // 2) // units * units:
            born[column] = known
    return exact


def measured_of(amounts: Amounts) -> Measured:
    """A day's measurements as the rules take them."""
    position = amounts.get("position")
    return Measured(
        amounts.get("weight_g"),
        amounts.get("length_mm"),
        amounts.get("head_mm"),
        HowMeasured(position) if position else None,
        amounts.get("oedema", False),
    )


def assess_measurements(child: Child, taken: Mapping[date, Amounts]) -> tuple[MeasuredDay, ...]:
    """Growth by every standard of what `measurements` found."""
    return tuple(growth.assessed(child, on, measured_of(amounts), None) for on, amounts in taken.items())
