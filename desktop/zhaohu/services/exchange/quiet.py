"""The exchange by itself: when it is time, and what happens then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, func, select

from zhaohu.records.codes import Role
from zhaohu.records.exchange import TravelRun
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.exchange import travel
from zhaohu.services.exchange.looks import looks
from zhaohu.services.exchange.places import QuietPlan, quiet_plan_of
from zhaohu.services.exchange.trip import Cancelled, Progress


@dataclass(frozen=True, slots=True)
class QuietStanding:
    """The place of the plan (empty: nothing happens by itself), and for how many days it has not worked, and why."""

    place: str
    days_without: int = 0
    code: str = ""


def exchange_if_due(desk: Desk, progress: Progress | None = None, cancelled: Cancelled | None = None) -> bool:
    """Exchange through the place of the plan when the last exchange through it is long enough ago. As an exchange.

    Raises:
        Refused: As an exchange; it is written down, and tried again after the plan's interval.
        Cancelled: Asked for.
    """
    desk.require(*WRITERS)
    with desk.read() as session:
        plan = quiet_plan_of(session)
        last = looks(session, plan.place).at
    if not plan.place or not _is_due(plan, last, desk.clock.now()):
        return False
    travel.exchange(desk, plan.place, progress, cancelled, quiet=True)
    return True


def standing(desk: Desk) -> QuietStanding:
    """Whether the exchange by itself works. Any role."""
    desk.require(*Role)
    with desk.read() as session:
        place = quiet_plan_of(session).place
        runs = select(TravelRun).where(TravelRun.place == place).order_by(col(TravelRun.id).desc())
        last, run = session.exec(runs).first(), session.exec(runs.where(TravelRun.code == "")).first()
        good = max(looks(session, place).good, run.at if run is not None else "")
        first = session.exec(select(func.min(TravelRun.at)).where(TravelRun.place == place)).one()
    if not place or last is None or not last.code:
        return QuietStanding(place)
    since = datetime.fromisoformat(good or str(first))
    return QuietStanding(place, max((desk.clock.now() - since).days, 0), last.code)


def _is_due(plan: QuietPlan, last: str, now: datetime) -> bool:
    """A clock that was set back makes it due too: else nothing would happen until it has caught up."""
    if not last:
        return True
    since = now - datetime.fromisoformat(last)
    return since < timedelta(0) or since >= timedelta(minutes=plan.every_minutes)
