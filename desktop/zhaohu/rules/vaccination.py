"""The national immunization schedule as a reminder: which dose a child has, which is due, late, or still to come.

The editions are data (`vaccine_editions`); this module only reckons days. It reminds and never decides: whether a
child is vaccinated is for the immunization clinic to say, and the legal record is kept there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from zhaohu.i18n import N_, _, form_term, format_date
from zhaohu.rules.ages import add_months
from zhaohu.rules.vaccine_editions import Dose, Edition, Vaccine, edition_on

LIVE_APART_DAYS = 28
"""Two live vaccines by injection are given on one day, or at least so many days apart (2021 edition)."""
LATE_AFTER_MONTHS = 1
"""Our own: where the norm names no age for completion, a dose is late so long after it became possible."""

Given = Mapping[tuple[str, int], date]
"""What the certificate shows: the day of each dose, by vaccine and number."""


class VaccineState(StrEnum):
    """How a dose stands on a day."""

    OVERDUE = "overdue"
    DUE = "due"
    COMING = "coming"
    GIVEN = "given"
    NOT_ANY_MORE = "not_any_more"


_LABELS = {
    VaccineState.OVERDUE: N_("to be made up for"),
    VaccineState.DUE: N_("to be given now"),
    VaccineState.COMING: N_("to be given later"),
    VaccineState.GIVEN: N_("given already"),
    VaccineState.NOT_ANY_MORE: N_("not given any more"),
}


def state_words(state: VaccineState) -> str:
    """The state in the language in use."""
    return _(_LABELS[state])


class Reminder(NamedTuple):
    """A dose of a child on a day.

    Args:
        vaccine: Of the edition in effect; of an earlier one for a dose that only that had.
        opens: The first day on which it can be given, if the doses before it are given as soon as can be; None when
            nothing is to be given.
        by: The last day on which it counts as in time.
        given_on: The day that the certificate shows.
        why: What a person should know, in words.
    """

    vaccine: Vaccine
    dose: Dose
    state: VaccineState
    opens: date | None = None
    by: date | None = None
    given_on: date | None = None
    why: str = ""


def reminders(editions: Sequence[Edition], birth_date: date, given: Given, on: date) -> list[Reminder]:
    """Every dose of the edition in effect for one child, in the edition's order, and what was given beyond it.

    Missed doses are continued and never begun again: of a vaccine only the next dose is due. What was given after the
    day does not count yet.
    """
    known = {key: day for key, day in given.items() if day <= on}
    edition = edition_on(editions, on)
    rows = [row for vaccine in edition.vaccines for row in _of_vaccine(edition, vaccine, birth_date, known, on)]
    listed = {(row.vaccine.code, row.dose.number) for row in rows}
    return rows + [_beyond(editions, key, day) for key, day in sorted(known.items()) if key not in listed]


def doubts(edition: Edition, birth_date: date, given: Given, vaccine: str, number: int) -> list[str]:
    """What is unlikely about the day of a dose that is given: too young, or too soon after the dose before."""
    known, on = edition.vaccine(vaccine), given[vaccine, number]
    dose = known.dose(number) if known else None
    if known is None or dose is None:
        return []
    found = []
    earliest = add_months(birth_date, dose.min_months)
    if on < earliest:
        found.append(_("before the earliest day, {day}").format(day=format_date(earliest)))
    before = given.get((vaccine, number - 1))
    if before is not None and on < _after(before, dose):
        soonest = format_date(_after(before, dose))
        found.append(_("too soon after dose {number}, from {day} on").format(number=number - 1, day=soonest))
    elif before is not None and on <= before:
        found.append(_("not later than dose {number}").format(number=number - 1))
    return found


def _of_vaccine(edition: Edition, vaccine: Vaccine, birth_date: date, given: Given, on: date) -> Iterator[Reminder]:
    begun = any(code == vaccine.code for code, _number in given)
    others = [one for one in edition.vaccines if one.instead_of == vaccine.code]
    other = next((one for one in others if any(code == one.code for code, _number in given)), None)
    if vaccine.instead_of and not begun:
        return
    before: date | None = None
    for dose in vaccine.doses:
        day = given.get((vaccine.code, dose.number))
        if day is not None:
            before = day
            yield Reminder(vaccine, dose, VaccineState.GIVEN, given_on=day)
        elif other is not None:
            why = _("{vaccine} is given instead.").format(vaccine=form_term(other.name))
            yield Reminder(vaccine, dose, VaccineState.NOT_ANY_MORE, why=why)
        elif dose.until_months is not None and on >= add_months(birth_date, dose.until_months):
            yield Reminder(vaccine, dose, VaccineState.NOT_ANY_MORE, why=form_term(dose.note))
        else:
            opens = add_months(birth_date, dose.min_months)
            opens = opens if before is None else max(opens, _after(before, dose))
            yield _open(edition, vaccine, dose, birth_date, opens, given, on)
            before = max(opens, on)  # the doses that follow wait for this one


def _open(
    edition: Edition, vaccine: Vaccine, dose: Dose, birth_date: date, opens: date, given: Given, on: date
) -> Reminder:
    """A dose that is not given yet."""
    numbers = {number for code, number in given if code == vaccine.code}
    later = [number for number in numbers if number > dose.number]
    waits = [one.number for one in vaccine.doses if one.number < dose.number and one.number not in numbers]
    if waits and not later:
        why = _("Dose {number} comes first.").format(number=waits[-1])
        return Reminder(vaccine, dose, VaccineState.COMING, opens, why=why)
    by = _by(dose, birth_date, opens)
    state = VaccineState.COMING if on < opens else VaccineState.DUE if on <= by else VaccineState.OVERDUE
    words = []
    if later:
        message = _("Dose {number} is on the certificate, this one is not: look at it again.")
        words.append(message.format(number=min(later)))
    if dose.note and (dose.note_born_before is None or birth_date < dose.note_born_before):
        words.append(form_term(dose.note))
    if state is not VaccineState.COMING:
        words += _live_note(edition, vaccine, given, on)
    return Reminder(vaccine, dose, state, opens, by, why=" ".join(words))


def _after(before: date, dose: Dose) -> date:
    """The first day on which a dose may follow the one before."""
    return add_months(before, dose.after_months) + timedelta(days=dose.after_days)


def _by(dose: Dose, birth_date: date, opens: date) -> date:
    """The last day on which a dose counts as in time."""
    last = None
    if dose.by_months is not None:
        last = add_months(birth_date, dose.by_months) - timedelta(days=1)
    elif dose.by_days is not None:
        last = birth_date + timedelta(days=dose.by_days)
    return last if last is not None and last > opens else add_months(opens, LATE_AFTER_MONTHS)


def _live_note(edition: Edition, vaccine: Vaccine, given: Given, on: date) -> Iterator[str]:
    if not vaccine.live:
        return
    live = {one.code for one in edition.vaccines if one.live} - {vaccine.code}
    last = max((day for (code, _number), day in given.items() if code in live), default=None)
    if last is not None and (on - last).days < LIVE_APART_DAYS:
        free = last + timedelta(days=LIVE_APART_DAYS)
        message = _("A live vaccine was given on {day}: from {free} on.")
        yield message.format(day=format_date(last), free=format_date(free))


def _beyond(editions: Sequence[Edition], key: tuple[str, int], day: date) -> Reminder:
    """A dose that is given and that the edition in effect does not have."""
    code, number = key
    known = next((vaccine for one in reversed(editions) if (vaccine := one.vaccine(code))), Vaccine(code, code, ()))
    return Reminder(known, known.dose(number) or Dose(number), VaccineState.GIVEN, given_on=day)
