"""What cannot be, and what is odd, in the particulars of a child and its family.

What cannot be forbids saving. What is odd is only doubtful: papers may be wrong, and families are not all alike, so a
person looks at it and says that it is so.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from zhaohu.i18n import _, format_date, format_number
from zhaohu.records.codes import Sex
from zhaohu.rules.ages import add_months
from zhaohu.rules.identity import Problem, contradiction, read_birth_certificate, read_citizen_id, read_record_number

MOTHERS, FATHERS = frozenset({"52", "58"}), frozenset({"51", "57"})
"""GB/T 4761, step-parents and adoptive parents with them."""
_GRANDPARENTS = frozenset({"60", "61", "62", "63", "64"})
_MEN = frozenset({"51", "57", "61", "63", "81", "83", "85", "87"})
_WOMEN = frozenset({"52", "58", "62", "64", "82", "84", "86", "88", "89"})
_MONTHS_BETWEEN_BIRTHS = 7
_ONE_BIRTH = timedelta(days=1)  # twins are born on both sides of a midnight
_LONGEST_STAY = timedelta(days=180)
_EXPECTED = (0.578, 0.332, -0.00354)
"""Hadlock 1991 (Radiology 181: 129-133): ln of the weight in grams from completed weeks, SD 12.7 % of the weight.

From background knowledge, not compared with the printed paper: good enough to ask a person, never to forbid or grade.
"""
_LIGHTEST, _HEAVIEST = 0.5, 1.5  # four SD of it to both sides
_GESTATION_DAYS_KNOWN = (22 * 7, 44 * 7)  # what it was made from, and little beyond
_YOUNGEST_PARENT, _OLDEST_MOTHER, _OLDEST_FATHER, _YOUNGEST_GRANDPARENT = 14, 55, 75, 28


class Weight(StrEnum):
    """How much a finding weighs."""

    REFUSED = "refused"
    DOUBT = "doubt"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong or odd: where, a stable word for scripts, and a sentence for people."""

    field: str
    code: str
    message: str
    weight: Weight = Weight.DOUBT


@dataclass(frozen=True, slots=True)
class Particulars:
    """What is known of a child; empty where it is not."""

    sex: Sex
    birth_date: date
    citizen_id: str = ""
    birth_certificate_no: str = ""
    health_record_no: str = ""
    birth_order: int | None = None
    gestation_days: int | None = None
    birth_weight_g: int | None = None
    plurality: int | None = None
    discharged_on: date | None = None


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another child of the family."""

    name: str
    birth_date: date
    birth_order: int | None = None


@dataclass(frozen=True, slots=True)
class Carer:
    """A grown-up of the family; `fields` names the inputs that findings belong to."""

    name: str
    relation: str
    birth_date: date | None = None
    citizen_id: str = ""
    fields: dict[str, str] = field(default_factory=dict)

    def place(self, name: str) -> str:
        """The input of one of its particulars."""
        return self.fields.get(name, name)


def check_child(child: Particulars, today: date, siblings: Sequence[Sibling] = ()) -> list[Finding]:
    """What is wrong or odd in a child's own particulars, and beside its brothers and sisters."""
    return [
        *_dates(child, today),
        *_numbers(child),
        *_weight(child),
        *(finding for sibling in siblings for finding in _beside(child, sibling)),
    ]


def check_carers(carers: Sequence[Carer], child: Particulars | None, today: date) -> list[Finding]:
    """What is wrong or odd in a family's grown-ups, and beside a child."""
    found = [finding for carer in carers for finding in _carer(carer, child, today)]
    for group, code, words in (
        (frozenset({"52"}), "two_mothers", _("There are two mothers: {names}.")),
        (frozenset({"51"}), "two_fathers", _("There are two fathers: {names}.")),
    ):
        same = [carer for carer in carers if carer.relation in group]
        if len(same) > 1:
            names = _(", ").join(carer.name for carer in same)
            found.append(Finding(same[1].place("relation"), code, words.format(names=names)))
    return found


def expected_birth_weight_g(gestation_days: int) -> float:
    """What children weigh on average who are born then."""
    weeks = gestation_days / 7
    a, b, c = _EXPECTED
    return math.exp(a + b * weeks + c * weeks * weeks)


def _dates(child: Particulars, today: date) -> Iterator[Finding]:
    if child.birth_date > today:
        yield Finding("birth_date", "future", _("The birth date lies in the future."), Weight.REFUSED)
    left = child.discharged_on
    if left is None:
        return
    if left > today:
        yield Finding("discharged_on", "future", _("This day lies in the future."), Weight.REFUSED)
    elif left < child.birth_date:
        yield Finding("discharged_on", "before_birth", _("This day lies before the birth."), Weight.REFUSED)
    elif left - child.birth_date > _LONGEST_STAY:
        days = format_number((left - child.birth_date).days)
        words = _("That is {days} days after the birth: check the day of discharge.").format(days=days)
        yield Finding("discharged_on", "long_stay", words)


def _numbers(child: Particulars) -> Iterator[Finding]:
    if child.citizen_id:
        read = read_citizen_id(child.citizen_id)
        if isinstance(read, Problem):
            yield Finding("citizen_id", read.code, read.message, Weight.REFUSED)
        elif other := contradiction(read, child.birth_date, child.sex):
            yield Finding("citizen_id", other.code, other.message)
    for name, number, reader in (
        ("birth_certificate_no", child.birth_certificate_no, read_birth_certificate),
        ("health_record_no", child.health_record_no, read_record_number),
    ):
        if number and isinstance(problem := reader(number), Problem):
            yield Finding(name, problem.code, problem.message, Weight.REFUSED)


def _weight(child: Particulars) -> Iterator[Finding]:
    if child.birth_weight_g is None or child.gestation_days is None:
        return
    least, most = _GESTATION_DAYS_KNOWN
    expected = expected_birth_weight_g(min(max(child.gestation_days, least), most))
    if _LIGHTEST * expected <= child.birth_weight_g <= _HEAVIEST * expected:
        return
    light = child.birth_weight_g < expected
    words = (
        _("Very light for {weeks} weeks + {days} days: check weight and gestation.")
        if light
        else _("Very heavy for {weeks} weeks + {days} days: check weight and gestation.")
    )
    weeks, days = divmod(child.gestation_days, 7)
    yield Finding(
        "birth_weight_g",
        "light_for_gestation" if light else "heavy_for_gestation",
        words.format(weeks=weeks, days=days),
    )


def _beside(child: Particulars, other: Sibling) -> Iterator[Finding]:
    older, younger = sorted((child.birth_date, other.birth_date))
    facts = {"name": other.name, "day": format_date(other.birth_date)}
    if younger - older <= _ONE_BIRTH:
        if child.plurality == 1:
            words = _("{name} was born at the same time, but this is said to be a single birth.")
            yield Finding("plurality", "twin_but_single", words.format(**facts))
        return
    if younger < add_months(older, _MONTHS_BETWEEN_BIRTHS):
        words = _("{name} was born on {day}: less than 7 months lie between the births.")
        yield Finding("birth_date", "close_births", words.format(**facts))
    if child.birth_order is None or other.birth_order is None:
        return
    if child.birth_order == other.birth_order:
        words = _("{name}, born on {day}, is number {n} already.")
        yield Finding("birth_order", "same_order", words.format(n=other.birth_order, **facts))
    elif (child.birth_order < other.birth_order) != (child.birth_date < other.birth_date):
        words = _("{name}, born on {day}, is number {n}: that does not fit the order of the births.")
        yield Finding("birth_order", "wrong_order", words.format(n=other.birth_order, **facts))


def _carer(carer: Carer, child: Particulars | None, today: date) -> Iterator[Finding]:
    born = carer.birth_date
    if born is not None and born > today:
        yield Finding(carer.place("birth_date"), "future", _("The birth date lies in the future."), Weight.REFUSED)
        return
    if carer.citizen_id:
        read = read_citizen_id(carer.citizen_id)
        if isinstance(read, Problem):
            yield Finding(carer.place("citizen_id"), read.code, read.message, Weight.REFUSED)
            return
        if child is not None and child.citizen_id and read.number == child.citizen_id:
            words = _("{name} and the child have the same citizen id.").format(name=carer.name)
            yield Finding(carer.place("citizen_id"), "same_id", words, Weight.REFUSED)
        sex = Sex.MALE if carer.relation in _MEN else Sex.FEMALE if carer.relation in _WOMEN else None
        if other := contradiction(read, born, sex):
            yield Finding(carer.place("citizen_id"), other.code, other.message)
        born = born or read.birth_date
    if born is not None and child is not None:
        yield from _age(carer, born, child)


def _age(carer: Carer, born: date, child: Particulars) -> Iterator[Finding]:
    place = carer.place("birth_date" if carer.birth_date else "citizen_id")
    if born >= child.birth_date:
        words = _("{name} would be younger than the child.").format(name=carer.name)
        yield Finding(place, "younger_than_child", words)
        return
    on, age = child.birth_date, child.birth_date.year - born.year
    age -= (on.month, on.day) < (born.month, born.day)
    least, most = 0, 1_000
    if carer.relation in MOTHERS:
        least, most = _YOUNGEST_PARENT, _OLDEST_MOTHER
    elif carer.relation in FATHERS:
        least, most = _YOUNGEST_PARENT, _OLDEST_FATHER
    elif carer.relation in _GRANDPARENTS:
        least = _YOUNGEST_GRANDPARENT
    if not least <= age <= most:
        words = _("{name} would have been {age} years old when the child was born.")
        yield Finding(place, "age_at_birth", words.format(name=carer.name, age=age))
