"""Numbers typed without their point, as hands used to paper type them: 675 for 6.75 kg."""

from __future__ import annotations

import re
from decimal import Decimal

from zhaohu.rules.forms.model import Field

_DIGITS = re.compile(r"[1-9][0-9]{1,5}", re.ASCII)


def without_point(one: Field, typed: str) -> Decimal | None:
    """The number that digits without a point can only have meant; None when they are a number as they stand, or could
    mean several, or none.

    All decimals of the field must have been typed; the number as typed must be impossible, and possible, not even
    unusual, only with the point in that place. What is read so is said in words at once. Anything less is left to the
    doubts, which offer what was likely meant and wait for a person.

    >>> from zhaohu.rules.forms.model import FieldType
    >>> without_point(Field("weight_kg", FieldType.DECIMAL, "", decimals=2, hard=("1.0", "20.0")), "675")
    Decimal('6.75')
    """
    full = one.decimals > 0 and len(typed) > one.decimals and _DIGITS.fullmatch(typed)
    if one.hard is None or not full or _within(Decimal(typed), one.hard):
        return None
    *others, pointed = (Decimal(typed).scaleb(-places) for places in range(1, one.decimals + 1))
    if any(_within(other, one.hard) for other in others):
        return None
    return pointed if _within(pointed, one.hard) and _within(pointed, one.soft) else None


def _within(value: Decimal, ends: tuple[str, str] | None) -> bool:
    return ends is None or Decimal(ends[0]) <= value <= Decimal(ends[1])
