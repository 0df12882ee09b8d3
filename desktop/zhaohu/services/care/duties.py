"""Who is due for what: the schedule laid over the register.

The list of a day is read from the contacts that are kept as left to do (`due_contact`); how one child stands, and how
many contacts stand how, is reckoned from the visits.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlmodel import Session

from zhaohu.i18n import _, form_term
from zhaohu.records.codes import ChildStatus, ConsentScope, Risk, Role, Sex
from zhaohu.rules.ages import age_text
from zhaohu.rules.identity import mask_phone
from zhaohu.rules.schedule import DueItem, DueState, ScheduledChild, due_items, state_label
from zhaohu.services import reference
from zhaohu.services.desk import Desk
from zhaohu.services.register.child_query import open_days

__all__ = ["DueRow", "child_duties", "due_counts", "due_list", "state_label"]

_READERS = tuple(Role)
_RISKS = frozenset(Risk)
_OPEN = (DueState.OVERDUE, DueState.DUE, DueState.UPCOMING)


class DueRow(NamedTuple):
    """One contact that a child is due for; the phone is masked, and not told where the family wants no calls."""

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


_OF_CHILD = """
    c.id, c.name, c.sex, c.birth_date, c.owner, f.risks, f.refused, h.address, v.name AS village,
    g.name AS caregiver, g.phone
"""
_SHOWN = 11
"""Columns of a child, the last ones of each row."""
_HOMES = """
LEFT JOIN household h ON h.id = c.household_id LEFT JOIN village v ON v.id = h.village_id
LEFT JOIN caregiver g ON g.rowid = (
    SELECT rowid FROM caregiver WHERE household_id = h.id AND deleted_at IS NULL ORDER BY is_main DESC, id LIMIT 1)
"""
_LEFT = f"""
SELECT d.contact, d.opens, d.closes, d.done_on, {_OF_CHILD}
FROM due_contact d JOIN child_facts f ON f.no = d.no JOIN child c ON c.id = f.child_id {_HOMES}
WHERE d.done_on IS NULL AND d.opens BETWEEN ? AND ? AND d.until >= ?
"""  # noqa: S608 - our own text
_LATE = f"""
SELECT d.contact, d.opens, d.closes, d.done_on, {_OF_CHILD}
FROM due_contact d JOIN child_facts f ON f.no = d.no JOIN child c ON c.id = f.child_id {_HOMES}
WHERE d.done_on IS NOT NULL
"""  # noqa: S608 - our own text
_KNOWN = f"""
SELECT c.discharged_on, c.status, f.released_to, f.sooner, {_OF_CHILD}
FROM child c JOIN child_facts f ON f.child_id = c.id {_HOMES}
WHERE c.deleted_at IS NULL AND (? = '' OR c.id = ?)
"""  # noqa: S608 - our own text
_DONE = """
SELECT child_id, contact, min(visit_date) FROM visit
WHERE contact IS NOT NULL AND deleted_at IS NULL AND (? = '' OR child_id = ?)
    AND NOT EXISTS (SELECT 1 FROM visit later WHERE later.replaces_id = visit.id) GROUP BY 1, 2
"""


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
    with desk.read() as session:
        if _is_past(session, on):
            wanted = {*_OPEN, DueState.DONE_LATE} if include_done_late else set(_OPEN)
            found = [
                (child, item)
                for child, done in _known_children(session, "")
                for item in _items(child, done, on, within_days)
                if item.state in wanted
            ]
        else:
            found = list(_left(session, on, within_days, include_done_late))
    rows = _rows(found, on)
    order = {state: place for place, state in enumerate(DueState)}
    return sorted(rows, key=lambda row: (order[row.state], row.due_to, row.child))


def child_duties(desk: Desk, child_id: str, on: date | None = None) -> list[DueRow]:
    """All contacts of one child, done, missed and to come, in the order of age."""
    desk.require(*_READERS)
    on = on or desk.today
    with desk.read() as session:
        known = list(_known_children(session, child_id))
    rows = _rows([(child, item) for child, done in known for item in _items(child, done, on, 3 * 366)], on)
    return sorted(rows, key=lambda row: row.due_from)


def due_counts(desk: Desk, on: date | None = None) -> defaultdict[str, Counter[DueState]]:
    """For each owner, how many contacts are in each state on a day; none for an owner without children."""
    desk.require(*_READERS)
    on = on or desk.today
    counts: defaultdict[str, Counter[DueState]] = defaultdict(Counter)
    with desk.read() as session:
        for child, done in _known_children(session, ""):
            counts[child.owner].update(item.state for item in _items(child, done, on, 0))
    return counts


def _is_past(session: Session, on: date) -> bool:
    """Whether something was recorded for a later day, which on the day of the question was still to do."""
    newest = session.connection().exec_driver_sql("SELECT max(visit_date) FROM visit").scalar()
    return newest is not None and on < date.fromisoformat(newest)


def _left(session: Session, on: date, within_days: int, include_done_late: bool) -> Iterator[tuple[Any, DueItem]]:
    """What is left to do on a day that no record is later than."""
    run = session.connection().exec_driver_sql
    earliest, day, _day = open_days(on)
    horizon = (on + timedelta(days=within_days)).isoformat()
    rows = run(_LEFT, (earliest, horizon, day)).all()
    if include_done_late:
        rows = [*rows, *run(_LATE)]
    items: dict[Any, DueItem] = {}  # children of one birth date share them
    for row in rows:
        contact = row[:4]
        item = items.get(contact)
        if item is None:
            item = items[contact] = _item(on, *contact)
        yield row, item


def _item(on: date, code: str, first: str, last: str, done: str | None) -> DueItem:
    contact, opens, closes = reference.schedule().contact(code), date.fromisoformat(first), date.fromisoformat(last)
    if done is not None:
        done_on = date.fromisoformat(done)
        return DueItem(contact, opens, closes, DueState.DONE_LATE, done_on, (done_on - closes).days)
    if on < opens:
        return DueItem(contact, opens, closes, DueState.UPCOMING)
    if on <= closes:
        return DueItem(contact, opens, closes, DueState.DUE)
    return DueItem(contact, opens, closes, DueState.OVERDUE, None, (on - closes).days)


def _items(child: Any, done: dict[str, date], on: date, within_days: int) -> list[DueItem]:
    discharged = date.fromisoformat(child.discharged_on) if child.discharged_on else None
    scheduled = ScheduledChild(
        date.fromisoformat(child.birth_date),
        discharged,
        bool(child.sooner),
        ChildStatus.ACTIVE if child.status == ChildStatus.ACTIVE else ChildStatus.LOST,
        done,
        child.released_to != "",
    )
    return due_items(reference.schedule(), scheduled, on, within_days)


def _known_children(session: Session, child_id: str) -> Iterator[tuple[Any, dict[str, date]]]:
    """One child or all, and the day of the visit that counts for each contact."""
    run = session.connection().exec_driver_sql
    done: dict[str, dict[str, date]] = defaultdict(dict)
    for visited, contact, day in run(_DONE, (child_id, child_id)):
        done[visited][contact] = date.fromisoformat(day)
    for child in run(_KNOWN, (child_id, child_id)):
        yield child, done[child.id]


def _rows(found: Iterable[tuple[Any, DueItem]], on: date) -> list[DueRow]:
    """What is shown of each; children share few birth dates, so ages are said once."""
    ages: dict[str, tuple[date, str]] = {}
    rows = []
    for child, item in found:
        if child.birth_date not in ages:
            born = date.fromisoformat(child.birth_date)
            ages[child.birth_date] = born, age_text(born, on)
        rows.append(_row(child, item, *ages[child.birth_date]))
    return rows


def _row(child: Any, item: DueItem, born: date, age: str) -> DueRow:
    """Taken apart by place (`_OF_CHILD`): there are many rows, and asking each for its columns by name takes twice."""
    id_, name, sex, _born, owner, risks, refused, address, village, caregiver, phone = child[-_SHOWN:]
    return DueRow(
        child_id=id_,
        child=name,
        sex=Sex(sex),
        birth_date=born,
        age=age,
        station=owner.partition("-")[2],
        village=village or "",
        address=address or "",
        caregiver=caregiver or "",
        phone=_phone(phone, refused),
        risks=_risks(risks),
        contact=item.contact.code,
        title=form_term(item.contact.name),
        form=item.contact.form,
        state=item.state,
        due_from=item.opens,
        due_to=item.closes,
        days_late=item.days_late,
        done_on=item.done_on,
    )


@lru_cache(maxsize=512)
def _risks(listed: str) -> tuple[Risk, ...]:
    return tuple(Risk(code) for code in listed.split(",") if code in _RISKS)


def _phone(phone: str | None, refused: str) -> str:
    if f",{ConsentScope.CONTACT}," in refused:
        return _("no contact wanted")
    return mask_phone(phone or "")
