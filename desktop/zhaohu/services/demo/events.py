"""Letting things happen at a desk, each on its day; many small ones share a transaction and keep their audit lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlmodel import Session

from zhaohu.clock import Clock
from zhaohu.services import derived
from zhaohu.services.desk import Desk, Work
from zhaohu.store import audit


@dataclass(frozen=True, slots=True)
class Act:
    """Something done within a transaction that is shared: the name of its audit line, and what it does."""

    day: date
    rank: int
    action: str
    run: Callable[[Work], None]


@dataclass(frozen=True, slots=True)
class Service:
    """Something done by a service, which makes its own transaction. `rank`: what comes first on the same day."""

    day: date
    rank: int
    run: Callable[[], None]


class Telling:
    """What happens at one desk, told up to a day at a time.

    Args:
        desk: Its clock is set to each event's day, and its person back to who was logged in.
        events: In any order.
    """

    def __init__(self, desk: Desk, events: Iterable[Act | Service]) -> None:
        self._desk = desk
        self._person = desk.person
        self._waiting = sorted(events, key=lambda event: (event.day, event.rank))

    def __len__(self) -> int:
        """How many events have not happened yet."""
        return len(self._waiting)

    def tell(self, until: date, tick: Callable[[], None]) -> None:
        """Let everything happen that happens up to a day, and has not yet; `tick` after each."""
        now = [event for event in self._waiting if event.day <= until]
        self._waiting = self._waiting[len(now) :]
        for _month, events in groupby(now, key=lambda event: (type(event), event.day.year, event.day.month)):
            self._tell_together(list(events), tick)
        self._begin(until)

    def _tell_together(self, events: list[Act | Service], tick: Callable[[], None]) -> None:
        acts = [event for event in events if isinstance(event, Act)]
        if acts:
            with self._desk.store.write() as session:
                for act in acts:
                    with self._noted(session, act) as work:
                        act.run(work)
                    tick()
                derived.refresh(session)
        for event in events:
            if isinstance(event, Service):
                self._begin(event.day)
                event.run()
                tick()

    def _begin(self, day: date) -> None:
        self._desk.clock = Clock.at(day)
        self._desk.person = self._person

    @contextmanager
    def _noted(self, session: Session, act: Act) -> Iterator[Work]:
        self._begin(act.day)
        work = Work(session)
        yield work
        audit.append(
            session,
            at=self._desk.clock.stamp(),
            account=self._desk.person.name,
            action=act.action,
            subject=work.subject,
            detail=work.detail,
        )
