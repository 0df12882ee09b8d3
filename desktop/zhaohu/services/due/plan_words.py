"""Why a contact stands as it does, in sentences: its window and its rule, what was planned, tried and done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from zhaohu.i18n import _, form_term, format_date, ngettext
from zhaohu.records import Appointment, Child, Visit
from zhaohu.records.codes import AttemptOutcome, AttemptWay, Risk, label
from zhaohu.rules.ages import add_months, age_text, corrected_birth_date, is_preterm
from zhaohu.rules.schedule import Contact, DueItem, DueState, Schedule, ScheduledChild, Track
from zhaohu.services.due.attempts import AttemptRow

if TYPE_CHECKING:
    from zhaohu.services.due.plans import PlanRow

_CORRECTED_UNTIL_MONTHS = 24


class Told(NamedTuple):
    """What is known of the child: `risks` are codes between commas."""

    child: Child
    risks: str
    scheduled: ScheduledChild
    schedule: Schedule
    today: date


def why(told: Told, item: DueItem, row: PlanRow, plan: Appointment | None, visit: Visit | None) -> Iterator[str]:
    """The sentences, the most important one first."""
    yield _state(told, item, row)
    if visit is not None and row.entered_on is not None and item.done_on is not None:
        yield _entered(visit, item.done_on, row.entered_on)
    if plan is not None:
        yield from _planned(plan, row.teacher)
    for attempt in row.attempts:
        yield attempt_words(attempt)
    yield _window(told, item)
    yield from _corrected(told, item)
    yield from _source(told, item.contact)
    if row.with_check:
        yield _("It is done at the same visit as “{check}”.").format(check=row.with_check)


def attempt_words(attempt: AttemptRow) -> str:
    """One attempt in a sentence."""
    way = label(attempt.way) if isinstance(attempt.way, AttemptWay) else str(attempt.way)
    outcome = label(attempt.outcome) if isinstance(attempt.outcome, AttemptOutcome) else str(attempt.outcome)
    said = _("Tried on {day} {way} by {who}: {outcome}.").format(
        day=format_date(attempt.tried_on), way=way, who=attempt.recorded_by, outcome=outcome
    )
    if attempt.reason:
        said += _(" Reason: {reason}.").format(reason=attempt.reason.rstrip("。."))
    if attempt.next_on is not None:
        said += _(" Next: {day}.").format(day=format_date(attempt.next_on))
    return said


def _state(told: Told, item: DueItem, row: PlanRow) -> str:
    closes, late = format_date(item.closes), item.days_late
    if item.state is DueState.DONE and item.done_on is not None:
        return _("Done on {day}, in its window.").format(day=format_date(item.done_on))
    if item.state is DueState.DONE_LATE and item.done_on is not None:
        said = ngettext("Done on {day}, {n} day after its window.", "Done on {day}, {n} days after its window.", late)
        return said.format(day=format_date(item.done_on), n=late)
    if item.state is DueState.MOVED and row.planned_on is not None:
        return _("Set for {day}; it is not missed before that day.").format(day=format_date(row.planned_on))
    if item.state is DueState.OVERDUE:
        said = ngettext(
            "Overdue: its window closed on {day}, {n} day ago.", "Overdue: its window closed on {day}, {n} days ago.",
            late,
        )  # fmt: skip
        return said.format(day=closes, n=late)
    if item.state is DueState.MISSED:
        if item.closes < told.child.registered_on:
            day = format_date(told.child.registered_on)
            return _("Its window was over before the child was registered here on {day}.").format(day=day)
        if row.attempts:
            return _("Missed: its window closed on {day}, and the time to make up for it is over.").format(day=closes)
        return _("Missed: its window closed on {day}, and nobody has noted why.").format(day=closes)
    return _OTHERS[item.state]().format(first=format_date(item.opens), last=closes)


_OTHERS = {
    DueState.DUE: lambda: _("Due now, until {last}."),
    DueState.UPCOMING: lambda: _("Its window opens on {first}."),
    DueState.REFUSED: lambda: _("The family refused it. A visit that is made all the same counts."),
    DueState.LEFT_OUT: lambda: _("Left out of this child's plan."),
}


def _entered(visit: Visit, done_on: date, entered_on: date) -> str:
    if entered_on == done_on:
        return _("Entered on the same day by {who}.").format(who=visit.recorded_by)
    return _("Visit of {done}, entered on {entered} by {who}.").format(
        done=format_date(done_on), entered=format_date(entered_on), who=visit.recorded_by
    )


def _planned(plan: Appointment, teacher: str) -> Iterator[str]:
    noted = {"who": plan.recorded_by, "at": format_date(date.fromisoformat(plan.recorded_at[:10]))}
    if plan.left_out:
        said = _("Left out by {who} on {at}.")
    elif plan.planned_on is not None and teacher:
        said = _("Planned for {day} with {teacher}; noted by {who} on {at}.")
    elif plan.planned_on is not None:
        said = _("Planned for {day}; noted by {who} on {at}.")
    elif teacher:
        said = _("Given to {teacher}; noted by {who} on {at}.")
    else:
        return
    day = format_date(plan.planned_on) if plan.planned_on else ""
    yield said.format(day=day, teacher=teacher, **noted)
    if plan.reason:
        yield _("Reason: {reason}.").format(reason=plan.reason.rstrip("。."))


def _window(told: Told, item: DueItem) -> str:
    days = {"first": format_date(item.opens), "last": format_date(item.closes)}
    contact = item.contact
    if contact.track is Track.EXTRA:
        return _("A person planned it for {first} to {last}.").format(**days)
    return _("Window {first} to {last}: {rule}.").format(rule=_rule(told, contact), **days)


def _rule(told: Told, contact: Contact) -> str:
    """The rule that gives the window, in words; it always counts the real age."""
    child = told.scheduled
    if contact.from_discharge:
        sooner = contact.high_risk_for_days if child.high_risk and contact.high_risk_for_days else None
        n = contact.for_days if sooner is None else sooner
        if child.discharge_date is not None:
            said = _("{n} days from the discharge on {day}")
            return said.format(n=n, day=format_date(child.discharge_date))
        assumed = told.schedule.assumed_discharge_days
        said = _("{n} days from the discharge, which is not known and taken to be {assumed} days after the birth")
        return said.format(n=n, assumed=assumed)
    begins = (
        _("{n} months completed").format(n=contact.months)
        if contact.months is not None
        else _("{n} days after the birth").format(n=contact.days)
    )
    if contact.until_months is not None:
        ends = _("until the day before {n} months are completed").format(n=contact.until_months)
    else:
        ends = _("and {n} days more").format(n=contact.for_days)
    return _("{begins}, {ends}, by the age from the day of birth").format(begins=begins, ends=ends)


def _corrected(told: Told, item: DueItem) -> Iterator[str]:
    """A preterm child's two ages: the schedule counts the real one, growth and warning signs the corrected one."""
    child = told.child
    if not is_preterm(child.gestation_days):
        return
    day = item.done_on or max(item.opens, told.today) if item.state is not DueState.UPCOMING else item.opens
    from_day = corrected_birth_date(child.birth_date, child.gestation_days)
    if from_day > day or day >= add_months(from_day, _CORRECTED_UNTIL_MONTHS):
        return
    said = _(
        "Born preterm: the schedule counts the real age ({age} on {day}); growth and warning signs are judged by the "
        "corrected age, {corrected}."
    )
    yield said.format(age=age_text(child.birth_date, day), day=format_date(day), corrected=age_text(from_day, day))


def _source(told: Told, contact: Contact) -> Iterator[str]:
    if contact.track is Track.HIGH_RISK:
        known = told.scheduled.risk_from
        names = _(", ").join(label(risk) for risk in Risk if f",{risk}," in told.risks)
        if known is not None and names:
            yield _("Because of {risks}, known since {day}.").format(risks=names, day=format_date(known))
    if contact.source:
        text = contact.source if contact.track is Track.EXTRA else form_term(contact.source)
        yield (
            _("Reason: {reason}.").format(reason=text)
            if contact.track is Track.EXTRA
            else _("Source: {source}.").format(source=text)
        )
