"""Letting things happen at a desk, each on its day; many small ones share a transaction and keep their audit lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from zhaohu.clock import Clock
from zhaohu.services import derived
from zhaohu.services.desk import Desk, Work
from zhaohu.store import audit


@dataclass(frozen=True, slots=True)
class Act:
    """Something done within a transaction that is shared: the name of its audit line, and what it does.

    Args:
        day: When.
        rank: What comes first on the same day.
        action: The name of its audit line.
        run: What is done.
        counted: Whether it was known when the steps were counted.
    """

    day: date
    rank: int
    action: str
    run: Callable[[Work], None]
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Service:
    """Something done by a service, which makes its own transaction; see `Act`."""

    day: date
    rank: int
    run: Callable[[], None]
    counted: bool = True


class Telling:
    """What happens at one desk, told up to a day at a time.

    Args:
        desk: Its clock is set to each event's day, and its person back to who was logged in.
        events: In any order.
        more: What comes of what was told; it is emptied as it is taken over.
    """

    def __init__(self, desk: Desk, events: Iterable[Act | Service], more: list[Act | Service]) -> None:
        self._desk = desk
        self._person = desk.person
        self._waiting = sorted(events, key=_order)
        self._more = more

    def __len__(self) -> int:
        """How many events are known that have not happened yet."""
        return len(self._waiting)

    def tell(self, until: date, tick: Callable[[], None]) -> None:
        """Let everything happen that happens up to a day, and has not yet; `tick` after each that was counted.

        A month at a time: first what shares a transaction, then the services.
        """
        while now := self._next(until):
            self._tell_together(now, tick)
            self._waiting = sorted([*self._waiting, *self._more], key=_order)
            self._more.clear()
        self._begin(until)

    def _next(self, until: date) -> list[Act | Service]:
        """The events of the first month that has any, of one kind."""
        due = [event for event in self._waiting if event.day <= until]
        month = [one for one in due if (one.day.year, one.day.month) == (due[0].day.year, due[0].day.month)]
        acts: list[Act | Service] = [event for event in month if isinstance(event, Act)]
        now = acts or month
        taken = {id(event) for event in now}
        self._waiting = [event for event in self._waiting if id(event) not in taken]
        return now

    def _tell_together(self, events: list[Act | Service], tick: Callable[[], None]) -> None:
        acts = [event for event in events if isinstance(event, Act)]
        if acts:
            with self._desk.store.write() as session:
                for act in acts:
                    with self._noted(session, act) as work:
                        act.run(work)
                    if act.counted:
                        tick()
                derived.refresh(session)
        for event in events:
            if isinstance(event, Service):
                self._begin(event.day)
                event.run()
                if event.counted:
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


def _order(event: Act | Service) -> tuple[date, int]:
    return event.day, event.rank
