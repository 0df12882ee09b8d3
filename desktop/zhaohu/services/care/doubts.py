"""Doubtful answers of a form: what the rule says of its measurements, and what a second measurement says to that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from sqlmodel import Session, col, select

from zhaohu.errors import BadInput
from zhaohu.i18n import _
from zhaohu.records import Caregiver, Child
from zhaohu.rules.forms.model import Answer, Answers, Field, Form
from zhaohu.rules.growth.assess import Measurement as Measured
from zhaohu.rules.growth.doubt import PER_UNIT, SIZES, Doubt, Measure, doubts
from zhaohu.rules.growth.series import Born, MeasuredDay
from zhaohu.services import reference
from zhaohu.services.growth import growth

_SAME_DAYS = timedelta(days=3)
"""Brothers and sisters measured so close to each other may have each other's numbers."""


class Standing(StrEnum):
    """What became of a doubt."""

    OPEN = "open"
    """Not measured again."""
    CONFIRMED = "confirmed"
    """Measured again, and the same within measuring error: the first value counts."""
    DIFFERS = "differs"
    """Measured again, and different: a third measurement is needed."""


@dataclass(frozen=True, slots=True)
class FieldDoubt:
    """A doubt about one answer.

    Args:
        field: The form's field.
        doubt: What is doubtful.
        likely: The answer that was likely meant; None when that is not known.
        standing: What became of it.
    """

    field: str
    doubt: Doubt
    likely: Answer | None = None
    standing: Standing = Standing.OPEN

    @property
    def hard(self) -> bool:
        """Whether the answer cannot be saved."""
        return self.doubt.hard

    @property
    def message(self) -> str:
        """What is doubtful, and what to do now."""
        if self.hard or self.standing is Standing.OPEN:
            return self.doubt.message
        if self.standing is Standing.CONFIRMED:
            return _("Unusual, but confirmed by a second measurement.")
        return _("The two measurements differ too much. Measure a third time and correct the first value.")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a child's measurements are compared with.

    Args:
        born: The child.
        days: Its other days.
        others: What was measured of its brothers and sisters: name, day, and the numbers.
    """

    born: Born
    days: Sequence[MeasuredDay] = ()
    others: Sequence[tuple[str, date, Measured]] = ()

    def about(self, on: date) -> list[tuple[str, Measured]]:
        """What was measured of brothers and sisters about a day."""
        return [(name, measured) for name, day, measured in self.others if abs(day - on) <= _SAME_DAYS]


def siblings(session: Session, child: Child) -> list[tuple[str, date, Measured]]:
    """Everything measured of brothers and sisters: children of its household, or of a caregiver with the same phone.

    Each child is registered with a household of its own, so that twins share no more than their parents' numbers.
    """
    own = select(Caregiver.phone).where(
        Caregiver.household_id == child.household_id,
        col(Caregiver.phone).is_not(None),
        col(Caregiver.deleted_at).is_(None),
    )
    families = select(Caregiver.household_id).where(col(Caregiver.phone).in_(own), col(Caregiver.deleted_at).is_(None))
    others = session.exec(
        select(Child).where(
            Child.id != child.id,
            col(Child.deleted_at).is_(None),
            (col(Child.household_id) == child.household_id) | col(Child.household_id).in_(families),
        )
    )
    return [(other.name, on, measured) for other in others for on, measured in growth.measured_days(session, other)]


def doubts_of(
    form: Form, answers: Answers, taken: Mapping[date, Measured], around: Surroundings, today: date
) -> tuple[FieldDoubt, ...]:
    """What is doubtful about a form's measurements.

    Args:
        form: The form.
        answers: Canonical answers.
        taken: What they measure, by day; a day is compared with the days before it, so that a slip in today's weight
            does not cast doubt on the birth.
        around: What it is compared with; days of the form itself are not taken from there.
        today: The day of entry.
    """
    found: list[FieldDoubt] = []
    known = [day for day in around.days if day.on not in taken]
    for on, measured in taken.items():
        others = around.about(on)
        rest = [_Other(day, one) for day, one in taken.items() if day < on]
        said = doubts(
            reference.doubt_rules(),
            reference.growth_references(),
            around.born,
            on,
            measured,
            [*known, *rest],
            others,
            today=today,
        )
        found += _at_fields(form, answers, on, said)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Other:
    """Another day of the same form."""

    on: date
    measured: Measured


def _at_fields(form: Form, answers: Answers, on: date, said: Iterable[Doubt]) -> Iterable[FieldDoubt]:
    of_visit = str(answers.get(form.date_field)) == on.isoformat()
    for doubt in said:
        if doubt.measure in SIZES:
            field = _measured_field(form, answers, doubt.measure, on)
            if field is not None:
                yield FieldDoubt(field.name, doubt, _likely(field, doubt), _standing(field, doubt, answers))
        elif of_visit and doubt.measure is Measure.DATE and doubt.likely_on is not None:
            yield FieldDoubt(form.date_field, doubt, doubt.likely_on.isoformat())
        elif of_visit:
            yield FieldDoubt(form.date_field, doubt)


def _measured_field(form: Form, answers: Answers, measure: str, on: date) -> Field | None:
    """The field that holds a measure of a day; on one day the first one counts, as in `measurements`."""
    for field in form.fields():
        of_day = str(answers.get(field.measured_on or "")) == on.isoformat()
        if field.measure == measure and field.name in answers and of_day:
            return field
    return None


def _likely(field: Field, doubt: Doubt) -> Answer | None:
    return None if doubt.likely is None else f"{doubt.likely:.{field.decimals}f}"


def _standing(field: Field, doubt: Doubt, answers: Answers) -> Standing:
    again = answers.get(field.again_name or "")
    if again is None:
        return Standing.OPEN
    apart = abs(Decimal(str(again)) - Decimal(str(answers[field.name])))
    allowed = reference.doubt_rules().sizes[doubt.measure].repeat / PER_UNIT[doubt.measure]
    return Standing.CONFIRMED if apart <= Decimal(str(allowed)) else Standing.DIFFERS


def refuse_impossible(form: Form, answers: Answers, taken: Mapping[date, Measured], born: Born, today: date) -> None:
    """Refuse what no child of this age and sex measures.

    Raises:
        BadInput: `problems` in the details names field, value and reason of each.
    """
    hard = [one for one in doubts_of(form, answers, taken, Surroundings(born), today) if one.hard]
    if hard:
        problems = [{"field": one.field, "value": answers[one.field], "reason": one.message} for one in hard]
        first = hard[0]
        raise BadInput(
            first.message, code="visit_refused", field=first.field, value=answers[first.field], problems=problems
        )
