"""From when to when each contact of a child is to be done. Windows count by the child's chronological age."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from zhaohu.rules.ages import add_months
from zhaohu.rules.schedule.model import Contact, Schedule, Track

ONE_DAY = timedelta(days=1)
LONGEST_EXTRA_DAYS = 180
"""The window of an extra contact has at most so many days."""
LATEST_PLAN_DAYS = 365
"""A contact can be moved to so many days after its window opened."""
_UNEQUAL_MONTHS = 7
"""So many days may the same number of months be longer after another birth date."""


class Window(NamedTuple):
    """First and last day of a contact for one child, both included, and the day from which it counts as missed."""

    contact: Contact
    opens: date
    closes: date
    follows: date

    @property
    def is_followed(self) -> bool:
        """Whether another contact of its track takes its place."""
        return self.contact.track is not Track.EXTRA and self.follows != self.closes

    @property
    def until(self) -> date:
        """The last day on which the contact is due or overdue, as long as no other day is agreed."""
        return max(self.closes, self.follows - ONE_DAY)


def windows_of(
    schedule: Schedule, born: date, discharged: date | None, sooner: bool, risk_from: date | None
) -> tuple[Window, ...]:
    """The windows that one child has, in the order of the schedule.

    Args:
        schedule: The schedule.
        born: Day of birth.
        discharged: Day it left the birth hospital, when known.
        sooner: Whether a risk was known in time to see it sooner.
        risk_from: Day from which a risk is known; None for a child without. The plan for high-risk children begins
            then, and not while the child is still in the hospital: nothing is due in hindsight.
    """
    found = all_windows(schedule, born, discharged, sooner)
    if risk_from is not None:
        begins = risk_from if discharged is None else max(risk_from, discharged)
        return tuple(
            one._replace(opens=max(one.opens, begins)) if one.contact.track is Track.HIGH_RISK else one
            for one in found
            if _begun(one) and (one.contact.track is not Track.HIGH_RISK or one.closes >= begins)
        )
    return _without_plan(schedule, born, discharged, sooner)


def extra_window(
    schedule: Schedule, code: str, title: str, form: str, reason: str, opens: date, closes: date
) -> Window:
    """The window of an extra contact, from the days that a person gave it."""
    contact = Contact(code, title, form, "", reason, Track.EXTRA)
    return Window(contact, opens, closes, closes + timedelta(days=schedule.extra_overdue_days + 1))


def sooner_until(schedule: Schedule, birth_date: date, discharge_date: date | None) -> date:
    """The last day on which a risk that is found can still bring a visit forward; later ones make nothing late."""
    found = all_windows(schedule, birth_date, discharge_date, True)
    return max((w.closes for w in found if w.contact.high_risk_for_days is not None), default=birth_date)


def longest_days(schedule: Schedule) -> int:
    """No contact is due or overdue for more days than this, whatever the day of birth and whatever is agreed."""
    born = date(2024, 1, 1)
    found = all_windows(schedule, born, None, False) + all_windows(schedule, born, None, True)
    longest = max((window.until - window.opens).days for window in found) + _UNEQUAL_MONTHS
    return max(longest, LONGEST_EXTRA_DAYS + schedule.extra_overdue_days, LATEST_PLAN_DAYS)


def contact_for(schedule: Schedule, form_id: str, birth_date: date, visit_date: date) -> str | None:
    """The contact for which a visit on that day, recorded on that form, counts.

    It is the last contact of the form whose window has opened: so a late visit still counts for the contact it was
    meant for, until the next one begins. None before the first window, and for forms outside the schedule.
    """
    found = [window for window in all_windows(schedule, birth_date, None, False) if window.contact.form == form_id]
    position = bisect_right([window.opens for window in found], visit_date)
    return found[position - 1].contact.code if position else None


@lru_cache(maxsize=8192)
def all_windows(schedule: Schedule, birth_date: date, discharge_date: date | None, sooner: bool) -> tuple[Window, ...]:
    """The windows of every child born that day; children share them, because there are few birth dates."""
    assumed = schedule.assumed_discharge_days
    found: list[Window] = []
    for contact in reversed(schedule.contacts):
        opens, closes = _days(contact, assumed, birth_date, discharge_date, sooner)
        next_one = found[-1] if found and found[-1].contact.track is contact.track else None
        if next_one is not None and contact.track is Track.HIGH_RISK:  # one visit a month, also in short months
            closes = max(opens, min(closes, next_one.opens - ONE_DAY))
        found.append(Window(contact, opens, closes, next_one.opens if next_one else closes))
    return tuple(reversed(found))


@lru_cache(maxsize=8192)
def _without_plan(schedule: Schedule, born: date, discharged: date | None, sooner: bool) -> tuple[Window, ...]:
    found = all_windows(schedule, born, discharged, sooner)
    return tuple(one for one in found if one.contact.track is not Track.HIGH_RISK and _begun(one))


def _begun(window: Window) -> bool:
    """Whether its kind of contact was asked for already when it opened."""
    return window.contact.since is None or window.opens >= window.contact.since


def _days(
    contact: Contact, assumed_discharge_days: int, born: date, discharged: date | None, sooner: bool
) -> tuple[date, date]:
    """The window's first and last day."""
    if contact.months is not None:
        opens = counts_from = add_months(born, contact.months)
    else:
        start = (discharged or born) if contact.from_discharge else born
        opens = counts_from = start + timedelta(days=contact.days)
        if contact.from_discharge and discharged is None:
            counts_from += timedelta(days=assumed_discharge_days)
    if contact.until_months is not None:
        return opens, add_months(born, contact.until_months) - ONE_DAY
    for_days = contact.high_risk_for_days if sooner and contact.high_risk_for_days is not None else contact.for_days
    return opens, counts_from + timedelta(days=for_days)
