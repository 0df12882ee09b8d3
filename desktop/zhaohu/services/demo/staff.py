"""The guidance teachers of one station of the demo: enough in some places, too few in others, some not certified."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from zhaohu.services.demo.events import Service
from zhaohu.services.demo.people import Numbers
from zhaohu.services.demo.region import StationFacts, dice, one_of, words
from zhaohu.services.desk import Desk
from zhaohu.services.guidance.staffing import NewTeacher, add_teacher, end_employment

_YEAR = 365
_LEFT_AFTER_DAYS = 300


@dataclass(slots=True)
class Teacher:
    """A guidance teacher; `id` once taken in, `left_on` the last day in post."""

    new: NewTeacher
    left_on: date | None = None
    id: str = ""

    def in_post(self, on: date) -> bool:
        """Whether the teacher works at the station that day."""
        return self.new.employed_from <= on and (self.left_on is None or on <= self.left_on)


def staff_of(seed: int, station: StationFacts, opened: date, today: date, numbers: Numbers) -> list[Teacher]:
    """The teachers of a station, its head first; the last one has left since."""
    throw = dice(seed, station.code, "staff")
    teachers = []
    taken: set[str] = set()
    for place in range(station.teachers + 1):
        while (name := one_of(throw, words().surnames) + throw.choice([*words().mothers, *words().fathers])) in taken:
            pass
        taken.add(name)
        expired = station.teachers - station.expired <= place < station.teachers
        certified_until = today + timedelta(days=-throw.randint(15, 160) if expired else throw.randint(60, 3 * _YEAR))
        new = NewTeacher(
            name,
            employed_from=opened - timedelta(days=throw.randint(30, 5 * _YEAR)),
            profession=throw.choice(words().professions),
            phone=numbers.phone(),
            certificate_no=f"YY{station.township_code}{opened.year}{place + 1:03d}",
            certified_until=certified_until,
        )
        left_on = opened + timedelta(days=_LEFT_AFTER_DAYS) if place == station.teachers else None
        teachers.append(Teacher(new, left_on))
    return teachers


def staff_events(desk: Desk, teachers: Sequence[Teacher], opened: date) -> Iterator[Service]:
    """Taking the teachers in when the station opens, and noting who left."""

    def take_in(teacher: Teacher) -> None:
        teacher.id = add_teacher(desk, teacher.new)

    for teacher in teachers:
        yield Service(opened, 0, lambda teacher=teacher: take_in(teacher))  # type: ignore[misc]
        if teacher.left_on is not None:
            yield Service(teacher.left_on, 9, lambda t=teacher: end_employment(desk, t.id, t.left_on))  # type: ignore[misc]
