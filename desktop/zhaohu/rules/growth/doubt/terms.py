"""The words of doubts: what is doubted, what was likely meant, and how it is said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from zhaohu.i18n import N_, _, format_date, sentences
from zhaohu.rules.ages import age_text


class Measure(StrEnum):
    """What a doubt is about."""

    WEIGHT = "weight"
    LENGTH = "length"
    HEAD = "head"
    DATE = "date"
    SEX = "sex"


SIZES = (Measure.WEIGHT, Measure.LENGTH, Measure.HEAD)
PER_UNIT = {Measure.WEIGHT: 1000.0, Measure.LENGTH: 10.0, Measure.HEAD: 10.0}
"""How many of the record's units (g, mm) make one as typed (kg, cm)."""
UNIT = {Measure.WEIGHT: "kg", Measure.LENGTH: "cm", Measure.HEAD: "cm"}


class Cause(StrEnum):
    """What is likely behind a doubtful value."""

    SWAPPED_DIGITS = "swapped_digits"
    DECIMAL_SLIP = "decimal_slip"
    JIN = "jin"
    """斤 (half a kilogram) instead of kg."""
    GRAMS = "grams"
    MILLIMETRES = "millimetres"
    METRES = "metres"
    WEIGHT_IN_LENGTH = "weight_in_length"
    """Weight and length in each other's field."""
    WEIGHT_IN_HEAD = "weight_in_head"
    LENGTH_AS_HEAD = "length_as_head"
    """Length and head circumference in each other's field, or one of them in both."""
    SIBLING = "sibling"
    DATE = "date"
    SEX = "sex"
    SHRUNK = "shrunk"
    """Shorter, or a smaller head, than before, beyond measuring error."""
    JUMP = "jump"
    """Far from the child's own line, though not unusual for its age."""
    UNUSUAL = "unusual"
    """Unusual for age and sex, or for the other numbers of the visit."""


PLAIN = frozenset({Cause.SHRUNK, Cause.JUMP, Cause.UNUSUAL})
"""Doubts that name no mistake."""
EXCHANGES = {
    frozenset({Measure.WEIGHT, Measure.LENGTH}): Cause.WEIGHT_IN_LENGTH,
    frozenset({Measure.WEIGHT, Measure.HEAD}): Cause.WEIGHT_IN_HEAD,
    frozenset({Measure.LENGTH, Measure.HEAD}): Cause.LENGTH_AS_HEAD,
}
EXCHANGE_CAUSES = frozenset(EXCHANGES.values())

_CHILDREN = {1: N_("a boy of {age}"), 2: N_("a girl of {age}")}
_CHILD = N_("a child of {age}")
_MEANT = {
    Cause.SWAPPED_DIGITS: N_("Perhaps {likely}, with two digits swapped?"),
    Cause.DECIMAL_SLIP: N_("Perhaps {likely}, with the decimal point in the wrong place?"),
    Cause.JIN: N_("Perhaps {likely}, entered in jin?"),
    Cause.GRAMS: N_("Perhaps {likely}, entered in grams?"),
    Cause.MILLIMETRES: N_("Perhaps {likely}, entered in millimetres?"),
    Cause.METRES: N_("Perhaps {likely}, entered in metres?"),
    Cause.WEIGHT_IN_LENGTH: N_("Weight and length seem to stand in each other's field: here {likely}?"),
    Cause.WEIGHT_IN_HEAD: N_("Weight and head seem to stand in each other's field: here {likely}?"),
    Cause.LENGTH_AS_HEAD: N_("Length and head seem to stand in each other's field: here {likely}?"),
}
"""When what was meant is known."""
_SAID = {
    Cause.WEIGHT_IN_LENGTH: N_("Is the length in the field of the weight, or the reverse?"),
    Cause.WEIGHT_IN_HEAD: N_("Is the head in the field of the weight, or the reverse?"),
    Cause.LENGTH_AS_HEAD: N_("Is the length in the field of the head, or the reverse?"),
    Cause.SIBLING: N_("The same numbers stand in the record of {sibling}: whose are they?"),
    Cause.SHRUNK: N_("It was {before} before."),
    Cause.JUMP: N_("It is far from the child's own curve."),
}
"""When it is not."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing that is doubtful about what was typed.

    Args:
        cause: What is likely behind it.
        measure: What it is about.
        value: As typed, in kg or cm; None for the date and the sex.
        likely: What is likely meant, in the same unit.
        hard: No child of this age and sex has such a value: it cannot be saved.
        sex: GB/T 2261.1.
        born: Day of birth.
        on: Day of measuring, as typed.
        likely_on: For the date: the day that is likely meant.
        sibling: For a sibling's value: whose.
        before: For what shrank: what was measured before.
    """

    cause: Cause
    measure: Measure
    value: float | None
    likely: float | None
    hard: bool
    sex: int
    born: date
    on: date
    likely_on: date | None = None
    sibling: str = ""
    before: float | None = None

    @property
    def message(self) -> str:
        """What is doubtful, for whom, what was perhaps meant, and what to do."""
        return sentences((self.finding, self._advice()))

    @property
    def finding(self) -> str:
        """What is doubtful, for whom, and what was perhaps meant."""
        if self.measure is Measure.DATE:
            text = _("What was measured does not fit {child} on {value}, but would fit {likely}. Is the date right?")
        elif self.measure is Measure.SEX:
            text = _("What was measured does not fit {child}, but would fit the other sex. Check the register.")
        elif self.hard:
            text = _("{value} is not possible for {child}.")
        else:
            text = _("{value} is unlikely for {child}.")
        told = (_MEANT if self.likely is not None else _SAID).get(self.cause)
        return sentences((text, _(told) if told else "")).format(
            value=self._value_words(),
            child=self._child(),
            likely=self.likely_words,
            sibling=self.sibling,
            before="" if self.before is None else self._words(self.before),
        )

    @property
    def likely_words(self) -> str:
        """What is likely meant, with its unit; empty when that is not known."""
        if self.likely_on is not None:
            return format_date(self.likely_on)
        return "" if self.likely is None else self._words(self.likely)

    def _advice(self) -> str:
        if self.measure not in SIZES:
            return ""
        if self.hard:
            return _("Read it again and correct it.")
        return _("Measure once more.") if self.cause in PLAIN else _("Measure again if it is right.")

    def _child(self) -> str:
        return _(_CHILDREN.get(self.sex, _CHILD)).format(age=age_text(self.born, self.on))

    def _value_words(self) -> str:
        return format_date(self.on) if self.value is None else self._words(self.value)

    def _words(self, number: float) -> str:
        return f"{plain_number(number)} {UNIT[self.measure]}"


def plain_number(number: float) -> str:
    """A number as a person writes it: up to three decimals, no needless zeros."""
    return f"{number:.3f}".rstrip("0").rstrip(".")
