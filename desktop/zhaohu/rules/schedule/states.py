"""How the contacts of a child stand on a day, and what is left to do for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from zhaohu.records.codes import AttemptOutcome, ChildStatus
from zhaohu.rules.schedule.model import OPEN, Contact, DueState, Schedule, Track
from zhaohu.rules.schedule.notes import NOTHING, Noted
from zhaohu.rules.schedule.windows import ONE_DAY, Window, windows_of

CHECKS_ONLY = frozenset({Track.CHECK})
EVERY_TRACK = frozenset(Track)


@dataclass(frozen=True, slots=True)
class ScheduledChild:
    """What the schedule must know of a child.

    Args:
        birth_date: Day of birth.
        discharge_date: Day it left the birth hospital, when known.
        high_risk: Whether it is to be seen sooner (高危儿), see `sooner_until`.
        status: Only a child on the register is due for anything; what was done stays listed.
        done: Day of the visit that counts for each contact.
        released: Another station is to take it over: nothing is due here any more.
        risk_from: Day from which a risk is known; None for a child without.
        extras: Windows of the contacts that people added.
        noted: What people noted, by contact.
    """

    birth_date: date
    discharge_date: date | None = None
    high_risk: bool = False
    status: ChildStatus = ChildStatus.ACTIVE
    done: Mapping[str, date] = field(default_factory=dict)
    released: bool = False
    risk_from: date | None = None
    extras: tuple[Window, ...] = ()
    noted: Mapping[str, Noted] = field(default_factory=dict)

    @property
    def is_seen_here(self) -> bool:
        """Whether anything is due for it at the station that has its record."""
        return self.status is ChildStatus.ACTIVE and not self.released

    def windows(self, schedule: Schedule) -> tuple[Window, ...]:
        """Its contacts with their days."""
        found = windows_of(schedule, self.birth_date, self.discharge_date, self.high_risk, self.risk_from)
        return found + self.extras if self.extras else found

    def note(self, contact: Contact, on: date = date.max) -> Noted:
        """What was noted of a contact; what is noted of a check holds for what is done with it, till it is done."""
        own = self.noted.get(contact.code)
        if own is not None or not contact.companion_of:
            return own or NOTHING
        check_done = self.done.get(contact.companion_of)
        if check_done is not None and check_done <= on:
            return NOTHING
        return self.noted.get(contact.companion_of, NOTHING)


class DueItem(NamedTuple):
    """One contact of one child on a day; `days_late` counts from the window's end, 0 while it is not over."""

    contact: Contact
    opens: date
    closes: date
    state: DueState
    done_on: date | None = None
    days_late: int = 0


class Left(NamedTuple):
    """A contact that a list may have to show on some day.

    Args:
        until: Last day on which it is still to be done; after it the contact is missed, or refused.
        done_on: Only of what was done after its window.
        also: Codes of the contacts that are done with it, whenever it is still to be done.
    """

    window: Window
    until: date
    done_on: date | None
    noted: Noted
    also: tuple[str, ...] = ()


def due_items(
    schedule: Schedule,
    child: ScheduledChild,
    on: date,
    within_days: int = 0,
    tracks: frozenset[Track] = CHECKS_ONLY,
) -> list[DueItem]:
    """How the contacts of a child stand on a day, in the order of `DueState`.

    Contacts that neither open nor are planned within `within_days` from now are left out. What was done after the day
    does not count yet.

    Args:
        schedule: The schedule.
        child: The child; its notes as they stood on that day.
        on: The day of the question.
        within_days: How many days ahead a contact counts as coming up.
        tracks: Which kinds of contacts.
    """
    horizon = on + timedelta(days=within_days)
    items: dict[DueState, list[DueItem]] = {state: [] for state in DueState}
    for window in child.windows(schedule):
        contact, opens, closes, _follows = window
        if contact.track not in tracks:
            continue
        done_on = child.done.get(contact.code)
        if done_on is not None and done_on <= on:
            late = max(0, (done_on - closes).days)
            state = DueState.DONE_LATE if late else DueState.DONE
            items[state].append(DueItem(contact, opens, closes, state, done_on, late))
            continue
        if not child.is_seen_here:
            continue
        noted = child.note(contact, on)
        state = open_state(window, noted, on)
        if min(opens, noted.planned_on or opens) > horizon or (opens > horizon and state not in OPEN):
            continue
        late = (on - closes).days if state in (DueState.OVERDUE, DueState.MISSED) else 0
        items[state].append(DueItem(contact, opens, closes, state, None, max(0, late)))
    return [item for some in items.values() for item in some]


def open_state(window: Window, noted: Noted, on: date) -> DueState:
    """How a contact stands that was not done up to a day."""
    if noted.left_out:
        return DueState.LEFT_OUT
    if noted.refused_on is not None:
        return DueState.REFUSED
    return state_while_open(window.opens, window.closes, _until(window, noted), noted.planned_on, noted.outcome, on)


def state_while_open(
    opens: date, closes: date, until: date, planned_on: date | None, outcome: str, on: date
) -> DueState:
    """As `open_state`, from the last day on which it is to be done, whatever that follows from."""
    if on > until:
        return DueState.REFUSED if outcome == AttemptOutcome.REFUSED else DueState.MISSED
    if on < opens:
        return DueState.UPCOMING
    if planned_on is not None and planned_on > on:
        return DueState.MOVED
    return DueState.DUE if on <= closes else DueState.OVERDUE


def _until(window: Window, noted: Noted) -> date:
    if noted.refused_on is not None:
        return min(window.until, noted.refused_on - ONE_DAY)
    return window.until if noted.planned_on is None else max(window.until, noted.planned_on)


def left_to_do(schedule: Schedule, child: ScheduledChild) -> Iterator[Left]:
    """The contacts that a list may have to show on some day: not done yet, or (with the day) done late.

    What was done in its window is left out; so is what was not done, for a child that is not seen here any more, and
    what is always done together with another one (see `Left.also`).
    """
    found: dict[str, Left] = {}
    for window in child.windows(schedule):
        contact = window.contact
        done_on = child.done.get(contact.code)
        if done_on is not None:
            if done_on > window.closes:
                found[contact.code] = Left(window, window.until, done_on, NOTHING)
            continue
        noted = child.note(contact)
        if not child.is_seen_here or noted.left_out:
            continue
        one = Left(window, _until(window, noted), None, noted)
        check = found.get(contact.companion_of)
        if check is not None and check.done_on is None and _always_with(one, check) and contact.code not in child.noted:
            found[contact.companion_of] = check._replace(also=(*check.also, contact.code))
        else:
            found[contact.code] = one
    yield from found.values()


def _always_with(one: Left, check: Left) -> bool:
    """Whether a contact stands as its check does on every day."""
    (_one, opens, closes, _follows), (_check, check_opens, check_closes, _next) = one.window, check.window
    return (opens, closes, one.until) == (check_opens, check_closes, check.until)


def folded(items: Sequence[DueItem]) -> list[tuple[DueItem, tuple[Contact, ...]]]:
    """Items with those that are done at the same visit: both still to do, or both missed, or done late that day."""
    at = {item.contact.code: item for item in items}
    also: dict[str, list[Contact]] = {}
    alone = []
    for item in items:
        check = at.get(item.contact.companion_of)
        if check is not None and kind_of(check.state, check.done_on) == kind_of(item.state, item.done_on):
            also.setdefault(check.contact.code, []).append(item.contact)
        else:
            alone.append(item)
    return [(item, tuple(also.get(item.contact.code, ()))) for item in alone]


def kind_of(state: DueState, done_on: date | None) -> object:
    """What two contacts must have in common for a list to show them as one."""
    return DueState.DUE if state in OPEN else (done_on or state)
