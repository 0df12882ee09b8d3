"""The schedule of visits and checks: what a child is due for, from when to when, and how each contact stands.

The contacts are data (resources/schedules); this module only reckons days. A birth date that is corrected gives other
windows at once, because nothing about them is kept.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from zhaohu.i18n import N_, _
from zhaohu.records.codes import ChildStatus
from zhaohu.rules.ages import add_months
from zhaohu.rules.forms.tables import FormError, Table

_ONE_DAY = timedelta(days=1)
_UNEQUAL_MONTHS = 7
"""So many days may the same number of months be longer after another birth date."""


class DueState(StrEnum):
    """How one contact of one child stands on a day; in the order in which lists show them.

    A contact is `overdue` from the day after its window until the next contact's window opens; from then on it is
    `missed`: the next visit takes its place (the last contact is missed as soon as its window is over). A service given
    late is still recorded and is `done_late`, also after the contact counted as missed.
    """

    OVERDUE = "overdue"
    DUE = "due"
    UPCOMING = "upcoming"
    MISSED = "missed"
    DONE_LATE = "done_late"
    DONE = "done"


_LABELS = {
    DueState.OVERDUE: N_("overdue"),
    DueState.DUE: N_("due now"),
    DueState.UPCOMING: N_("coming up"),
    DueState.MISSED: N_("missed"),
    DueState.DONE_LATE: N_("done late"),
    DueState.DONE: N_("done in time"),
}


def state_label(state: DueState) -> str:
    """The state in the language in use."""
    return _(_LABELS[state])


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact of the schedule.

    Args:
        code: Stable code: NB1, M01 … M36.
        name: Official name (a term of the `forms` catalog), like `place` and `source`.
        form: Id of the form that records it.
        from_discharge: Whether days count from the discharge; else from the birth.
        days: The window opens so many days after that; or, when `months` is given,
        months: when so many calendar months are completed.
        for_days: The window's last day is so many days after it opens; or, when `until_months` is given,
        until_months: the day before so many months are completed.
        high_risk_for_days: As `for_days`, for high-risk children.
    """

    code: str
    name: str
    form: str
    place: str
    source: str
    from_discharge: bool = False
    days: int = 0
    months: int | None = None
    for_days: int = 0
    until_months: int | None = None
    high_risk_for_days: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Schedule:
    """One edition of the schedule, contacts in the order of age."""

    id: str
    title: str
    effective_from: date
    source: str
    assumed_discharge_days: int
    contacts: tuple[Contact, ...]

    def contact(self, code: str) -> Contact:
        """The contact of that code.

        Raises:
            KeyError: The schedule has none.
        """
        for contact in self.contacts:
            if contact.code == code:
                return contact
        raise KeyError(code)


class Window(NamedTuple):
    """First and last day of a contact for one child, both included, and the day from which it counts as missed."""

    contact: Contact
    opens: date
    closes: date
    follows: date

    @property
    def until(self) -> date:
        """The last day on which the contact is due or overdue."""
        return max(self.closes, self.follows - _ONE_DAY)


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
    """

    birth_date: date
    discharge_date: date | None = None
    high_risk: bool = False
    status: ChildStatus = ChildStatus.ACTIVE
    done: Mapping[str, date] = field(default_factory=dict)
    released: bool = False

    @property
    def is_seen_here(self) -> bool:
        """Whether anything is due for it at the station that has its record."""
        return self.status is ChildStatus.ACTIVE and not self.released


class DueItem(NamedTuple):
    """One contact of one child on a day; `days_late` counts from the window's end, 0 while it is not over."""

    contact: Contact
    opens: date
    closes: date
    state: DueState
    done_on: date | None = None
    days_late: int = 0


def due_items(schedule: Schedule, child: ScheduledChild, on: date, within_days: int = 0) -> list[DueItem]:
    """How the contacts of a child stand on a day: overdue first, then due, coming up, missed, and done.

    Contacts that open later than `within_days` from now are left out. What was done after the day does not count yet.

    Args:
        schedule: The schedule.
        child: The child.
        on: The day of the question.
        within_days: How many days ahead a contact counts as coming up.
    """
    windows = _windows(schedule, child.birth_date, child.discharge_date, child.high_risk)
    horizon = on + timedelta(days=within_days) if child.is_seen_here else date.min
    done_days = child.done
    overdue: list[DueItem] = []
    due: list[DueItem] = []
    upcoming: list[DueItem] = []
    missed: list[DueItem] = []
    late: list[DueItem] = []
    done: list[DueItem] = []
    for contact, opens, closes, follows in windows:
        done_on = done_days.get(contact.code)
        if done_on is not None and done_on > on:
            done_on = None
        if done_on is not None and done_on <= closes:
            done.append(DueItem(contact, opens, closes, DueState.DONE, done_on))
        elif done_on is not None:
            days = (done_on - closes).days
            late.append(DueItem(contact, opens, closes, DueState.DONE_LATE, done_on, days))
        elif opens > horizon:
            continue
        elif on < opens:
            upcoming.append(DueItem(contact, opens, closes, DueState.UPCOMING))
        elif on <= closes:
            due.append(DueItem(contact, opens, closes, DueState.DUE))
        elif on < follows:
            overdue.append(DueItem(contact, opens, closes, DueState.OVERDUE, None, (on - closes).days))
        else:
            missed.append(DueItem(contact, opens, closes, DueState.MISSED, None, (on - closes).days))
    return overdue + due + upcoming + missed + late + done


def left_to_do(schedule: Schedule, child: ScheduledChild) -> Iterator[tuple[Window, date | None]]:
    """The contacts that a list of what is due may have to show on some day: not done yet, or (with the day) done late.

    What was done in its window is left out; so is what was not done, for a child that is not seen here any more.
    """
    for window in _windows(schedule, child.birth_date, child.discharge_date, child.high_risk):
        done_on = child.done.get(window.contact.code)
        if (done_on is None and child.is_seen_here) or (done_on is not None and done_on > window.closes):
            yield window, done_on


def sooner_until(schedule: Schedule, birth_date: date, discharge_date: date | None) -> date:
    """The last day on which a risk that is found can still bring a visit forward; later ones make nothing late."""
    windows = _windows(schedule, birth_date, discharge_date, True)
    return max((w.closes for w in windows if w.contact.high_risk_for_days is not None), default=birth_date)


def longest_days(schedule: Schedule) -> int:
    """No contact is due or overdue for more days than this, whatever the day of birth."""
    windows = _windows(schedule, date(2024, 1, 1), None, False) + _windows(schedule, date(2024, 1, 1), None, True)
    return max((window.until - window.opens).days for window in windows) + _UNEQUAL_MONTHS


def contact_for(schedule: Schedule, form_id: str, birth_date: date, visit_date: date) -> str | None:
    """The contact for which a visit on that day, recorded on that form, counts.

    It is the last contact of the form whose window has opened: so a late visit still counts for the contact it was
    meant for, until the next one begins. None before the first window, and for forms outside the schedule.
    """
    windows = [window for window in _windows(schedule, birth_date, None, False) if window.contact.form == form_id]
    position = bisect_right([window.opens for window in windows], visit_date)
    return windows[position - 1].contact.code if position else None


@lru_cache(maxsize=8192)
def _windows(schedule: Schedule, birth_date: date, discharge_date: date | None, high_risk: bool) -> tuple[Window, ...]:
    """The windows of every child born that day; children share them, because there are few birth dates."""
    assumed = schedule.assumed_discharge_days
    days = [_days(contact, assumed, birth_date, discharge_date, high_risk) for contact in schedule.contacts]
    follows = [opens for opens, _closes in days[1:]] + [closes for _opens, closes in days[-1:]]
    return tuple(
        Window(contact, opens, closes, next_opens)
        for contact, (opens, closes), next_opens in zip(schedule.contacts, days, follows, strict=True)
    )


def _days(
    contact: Contact, assumed_discharge_days: int, born: date, discharged: date | None, high_risk: bool
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
        return opens, add_months(born, contact.until_months) - _ONE_DAY
    sooner = contact.high_risk_for_days if high_risk else None
    return opens, counts_from + timedelta(days=contact.for_days if sooner is None else sooner)


def parse_schedule(text: str, file: str) -> Schedule:
    """Read a schedule file.

    Args:
        text: The file's text (TOML).
        file: Its name, for messages.

    Raises:
        FormError: The file is wrong; it names the contact and the reason.
    """
    try:
        table = Table(tomllib.loads(text), file, "")
    except tomllib.TOMLDecodeError as error:
        raise FormError(file, "", _("not a TOML file: {error}").format(error=error)) from error
    schedule = Schedule(
        id=table.take("id", str),
        title=table.take("title", str),
        effective_from=table.take("effective_from", date),
        source=table.take("source", str),
        assumed_discharge_days=table.take("assumed_discharge_days", int),
        contacts=tuple(_contact(one) for one in table.tables("contacts", "contacts")),
    )
    table.done()
    if len({contact.code for contact in schedule.contacts}) != len(schedule.contacts):
        raise table.error(_("two contacts have the same code"))
    return schedule


def _contact(table: Table) -> Contact:
    table.place = code = table.take("code", str)
    counts_from = table.take("from", str)
    if counts_from not in ("birth", "discharge"):
        raise table.error(_("from must be birth or discharge"))
    if table.has("days") == table.has("months") or table.has("for_days") == table.has("until_months"):
        raise table.error(_("needs either days or months, and either for_days or until_months"))
    contact = Contact(
        code=code,
        name=table.take("name", str),
        form=table.take("form", str),
        place=table.take("place", str),
        source=table.take("source", str),
        from_discharge=counts_from == "discharge",
        months=table.take("months", int) if table.has("months") else None,
        days=table.take("days", int, 0),
        until_months=table.take("until_months", int) if table.has("until_months") else None,
        for_days=table.take("for_days", int, 0),
        high_risk_for_days=table.take("high_risk_for_days", int) if table.has("high_risk_for_days") else None,
    )
    table.done()
    return contact


def schedule_terms(schedule: Schedule) -> Iterator[str]:
    """Every Chinese term of the schedule that screen or paper shows, for the `forms` catalog."""
    yield from (schedule.title, schedule.source)
    for contact in schedule.contacts:
        yield from (contact.name, contact.place, contact.source)
