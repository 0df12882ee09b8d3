"""The only place that asks what time it is; everything else gets the answer as an argument."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """Today and now, or a fixed day for the demo and for tests.

    Args:
        fixed: The moment that this clock shows for ever; None follows the machine.
    """

    fixed: datetime | None = None

    @classmethod
    def from_environment(cls) -> Clock:
        """The machine's clock, or the day in `ZHAOHU_TODAY` (ISO date) for repeatable runs."""
        day = os.environ.get("ZHAOHU_TODAY")
        return cls.at(date.fromisoformat(day)) if day else cls()

    @classmethod
    def at(cls, day: date) -> Clock:
        """A clock that stands at noon of `day`, local time."""
        return cls(datetime(day.year, day.month, day.day, 12).astimezone())

    def now(self) -> datetime:
        """The moment, with the machine's offset from UTC."""
        return self.fixed or datetime.now(UTC).astimezone()

    def today(self) -> date:
        """The local calendar day."""
        return self.now().date()

    def stamp(self) -> str:
        """The moment as stored text: ISO 8601 with offset, whole seconds."""
        return self.now().isoformat(timespec="seconds")
