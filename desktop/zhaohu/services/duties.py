"""Who is due for what: the schedule laid over the register."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, func, select

from zhaohu.i18n import form_term
from zhaohu.records import Caregiver, Child, Household, Village, Visit
from zhaohu.records.codes import ChildStatus, Risk, Role, Sex
from zhaohu.rules.ages import age_text
from zhaohu.rules.forms.model import Answer
from zhaohu.rules.identity import mask_phone
from zhaohu.rules.risks import BirthFacts, derived_risks
from zhaohu.rules.schedule import DueItem, DueState, ScheduledChild, due_items, state_label
from zhaohu.services import reference
from zhaohu.services.desk import Desk

__all__ = ["DueRow", "child_duties", "due_counts", "due_list", "state_label"]

_READERS = tuple(Role)
_OPEN = (DueState.OVERDUE, DueState.DUE, DueState.UPCOMING)


@dataclass(frozen=True, slots=True)
class DueRow:
    """One contact that a child is due for; the phone is masked."""

    child_id: str
    child: str
    sex: Sex
    birth_date: date
    age: str
    station: str
    village: str
    address: str
    caregiver: str
    phone: str
    risks: tuple[Risk, ...]
    contact: str
    title: str
    form: str
    state: DueState
    due_from: date
    due_to: date
    days_late: int
    done_on: date | None


@dataclass(frozen=True, slots=True)
class _Known:
    child: Child
    risks: tuple[Risk, ...]
    done: dict[str, date]


def due_list(
    desk: Desk, *, on: date | None = None, within_days: int = 0, include_done_late: bool = True
) -> list[DueRow]:
    """Contacts that are overdue, due now, due within some days, or were done late; overdue first.

    Args:
        desk: Who asks, and where.
        on: The day of the question; None is today.
        within_days: Also what opens in so many days.
        include_done_late: Whether to list, at the end, what was done after its window had closed.
    """
    desk.require(*_READERS)
    on = on or desk.today
    wanted = {*_OPEN, DueState.DONE_LATE} if include_done_late else set(_OPEN)
    with desk.read() as session:
        found = [
            (known, item)
            for known in _known_children(session, "")
            for item in _items(known, on, within_days)
            if item.state in wanted
        ]
        homes = _homes(session, {known.child.household_id for known, _item in found})
    rows = [_row(known, item, on, homes[known.child.household_id]) for known, item in found]
    order = {state: place for place, state in enumerate(DueState)}
    return sorted(rows, key=lambda row: (order[row.state], row.due_to, row.child))


def child_duties(desk: Desk, child_id: str, on: date | None = None) -> list[DueRow]:
    """All contacts of one child, done, missed and to come, in the order of age."""
    desk.require(*_READERS)
    on = on or desk.today
    with desk.read() as session:
        found = [(known, item) for known in _known_children(session, child_id) for item in _items(known, on, 3 * 366)]
        homes = _homes(session, {known.child.household_id for known, _item in found})
    rows = [_row(known, item, on, homes[known.child.household_id]) for known, item in found]
    return sorted(rows, key=lambda row: row.due_from)


def due_counts(desk: Desk, on: date | None = None) -> defaultdict[str, Counter[DueState]]:
    """For each owner, how many contacts are in each state on a day; none for an owner without children."""
    desk.require(*_READERS)
    on = on or desk.today
    counts: defaultdict[str, Counter[DueState]] = defaultdict(Counter)
    with desk.read() as session:
        for known in _known_children(session, ""):
            counts[known.child.owner].update(item.state for item in _items(known, on, 0))
    return counts


def _items(known: _Known, on: date, within_days: int) -> list[DueItem]:
    child = known.child
    scheduled = ScheduledChild(
        child.birth_date, child.discharged_on, bool(known.risks), ChildStatus(child.status), known.done
    )
    return due_items(reference.schedule(), scheduled, on, within_days)


def _known_children(session: Session, child_id: str) -> Iterator[_Known]:
    children = select(Child).where(col(Child.deleted_at).is_(None))
    corrected = select(Visit.replaces_id).where(col(Visit.replaces_id).is_not(None))
    visits = select(Visit.child_id, Visit.contact, func.min(Visit.visit_date)).where(
        col(Visit.contact).is_not(None), col(Visit.deleted_at).is_(None), col(Visit.id).not_in(corrected)
    )
    newborn = select(Visit.child_id, Visit.answers).where(
        Visit.form == "newborn_visit", col(Visit.deleted_at).is_(None), col(Visit.id).not_in(corrected)
    )
    if child_id:
        children = children.where(Child.id == child_id)
        visits = visits.where(Visit.child_id == child_id)
        newborn = newborn.where(Visit.child_id == child_id)
    done: dict[str, dict[str, date]] = defaultdict(dict)
    for visited, contact, day in session.exec(visits.group_by(Visit.child_id, col(Visit.contact))):
        done[visited][str(contact)] = day
    latest = newborn.order_by(col(Visit.visit_date))
    answers: dict[str, dict[str, Answer]] = {visited: json.loads(text) for visited, text in session.exec(latest)}
    for child in session.exec(children):
        facts = BirthFacts(child.gestation_days, child.birth_weight_g, child.plurality, answers.get(child.id))
        yield _Known(child, derived_risks(facts), done[child.id])


@dataclass(frozen=True, slots=True)
class _Home:
    village: str = ""
    address: str = ""
    caregiver: str = ""
    phone: str = ""


def _homes(session: Session, household_ids: set[str]) -> dict[str, _Home]:
    statement = (
        select(Household.id, Household.address, Village.name, Caregiver)
        .outerjoin(Village, col(Village.id) == Household.village_id)
        .outerjoin(Caregiver, (col(Caregiver.household_id) == Household.id) & col(Caregiver.is_main))
    )
    return {
        household_id: _Home(
            village or "", address, carer.name if carer else "", mask_phone(carer.phone or "") if carer else ""
        )
        for household_id, address, village, carer in session.exec(statement)
        if household_id in household_ids
    }


def _row(known: _Known, item: DueItem, on: date, home: _Home) -> DueRow:
    child = known.child
    return DueRow(
        child_id=child.id,
        child=child.name,
        sex=child.sex,
        birth_date=child.birth_date,
        age=age_text(child.birth_date, on),
        station=child.owner.partition("-")[2],
        village=home.village,
        address=home.address,
        caregiver=home.caregiver,
        phone=home.phone,
        risks=known.risks,
        contact=item.contact.code,
        title=form_term(item.contact.name),
        form=item.contact.form,
        state=item.state,
        due_from=item.opens,
        due_to=item.closes,
        days_late=item.days_late,
        done_on=item.done_on,
    )
