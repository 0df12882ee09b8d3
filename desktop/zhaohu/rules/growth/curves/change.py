"""What changed between two measurements of one indicator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhaohu.rules.growth.assess import Result


@dataclass(frozen=True, slots=True)
class Change:
    """From an earlier measurement to a later one.

    Args:
        since: The day of the earlier one.
        on: The day of the later one.
        value: How much more, in the indicator's unit; negative for less.
        z: How much higher the z-score; None where one of them has none.
    """

    since: date
    on: date
    value: float
    z: float | None

    @property
    def days(self) -> int:
        """Days between them."""
        return (self.on - self.since).days

    @property
    def per_day(self) -> float | None:
        """The change of value for each day; None for two values of one day."""
        return self.value / self.days if self.days else None


def change(since: date, before: Result, on: date, after: Result) -> Change:
    """The change from an earlier result to a later one of the same indicator and standard.

    Raises:
        ValueError: One of them has no value.
    """
    if before.value is None or after.value is None:
        raise ValueError((before.reason, after.reason))
    z = None if before.z is None or after.z is None else after.z - before.z
    return Change(since, on, after.value - before.value, z)
