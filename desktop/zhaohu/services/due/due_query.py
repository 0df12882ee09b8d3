"""Reading the contacts that are kept as left to do; those that are done at one visit come as one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta

from sqlmodel import Session

from zhaohu.rules.schedule import DueState, Schedule, Track, kind_of, longest_days, state_while_open
from zhaohu.services.due import contacts
from zhaohu.services.due.due_rows import Found, Standing
from zhaohu.store.session import fetch_columns

MISSED_FOR_DAYS = 365
"""What was missed or refused stays listed for so many days."""

_BETWEEN = "|"
_COLUMNS = ("opens", "closes", "until", "done_on", "also", "planned_on", "teacher_id", "outcome", "attempts", "contact")
_KEPT = f"printf('{_BETWEEN.join(['%s'] * len(_COLUMNS))}', {', '.join(f'd.{name}' for name in _COLUMNS)})"
"""A contact as one text: it is the same one for children who were born on one day, and is taken apart once."""
_ROWS = f"SELECT d.no AS no, {_KEPT} AS kept FROM due_contact d "  # noqa: S608 - our own text
_OPEN = "WHERE d.done_on IS NULL AND d.opens BETWEEN ? AND ? AND d.until >= ?"
_PLANNED = "WHERE d.planned_on >= ? AND d.planned_on <= ? AND d.opens > ? AND d.done_on IS NULL"
_CLOSED = """
JOIN child_facts f ON f.no = d.no
WHERE d.done_on IS NULL AND d.opens BETWEEN ? AND ? AND d.until < ? AND d.closes >= max(?, f.registered_on)
"""
_LATE = "WHERE d.done_on > ''"


def still_to_do(session: Session, on: date, within_days: int) -> list[Found]:
    """What is to be done on a day that no record is later than: open, or opening or planned within some days."""
    horizon, day = (on + timedelta(days=within_days)).isoformat(), on.isoformat()
    found = [
        *_read(session, on, _OPEN, _earliest(session, on), horizon, day),
        *_read(session, on, _PLANNED, day, horizon, horizon),
    ]
    return _folded(contacts.schedule(session), found)


def not_done(session: Session, on: date, within_days: int = 0) -> list[Found]:
    """What was missed or refused in the last year, of children who were on the register when the window closed."""
    since, horizon = on - timedelta(days=MISSED_FOR_DAYS), on + timedelta(days=within_days)
    days = _earliest(session, since), horizon.isoformat(), on.isoformat(), since.isoformat()
    return _folded(contacts.schedule(session), list(_read(session, on, _CLOSED, *days)))


def done_late(session: Session, on: date) -> list[Found]:
    """What was done after its window."""
    return _folded(contacts.schedule(session), list(_read(session, on, _LATE)))


def _earliest(session: Session, on: date) -> str:
    """Nothing that opened before that day is still to be done."""
    return (on - timedelta(days=longest_days(contacts.schedule(session)))).isoformat()


def _read(session: Session, on: date, which: str, *values: str) -> Iterator[Found]:
    numbers, listed = fetch_columns(session, ("no", "kept"), _ROWS + which, values)
    tracks = {code: str(contact.track) for code, contact in contacts.schedule(session).by_code.items()}
    standings = {kept: _standing(on, tracks, kept) for kept in set(listed)}
    return zip(numbers, map(standings.__getitem__, listed), strict=True)


def _standing(on: date, tracks: dict[str, str], kept: str) -> Standing:
    first, last, until, done, also, planned, teacher_id, outcome, attempts, code = kept.split(
        _BETWEEN, len(_COLUMNS) - 1
    )
    opens, closes = date.fromisoformat(first), date.fromisoformat(last)
    planned_on = date.fromisoformat(planned) if planned else None
    done_on = date.fromisoformat(done) if done else None
    if done_on is not None:
        state, late = DueState.DONE_LATE, (done_on - closes).days
    else:
        state = state_while_open(opens, closes, date.fromisoformat(until), planned_on, outcome, on)
        late = max(0, (on - closes).days) if state in (DueState.OVERDUE, DueState.MISSED) else 0
    together, track = tuple(filter(None, also.split(","))), tracks.get(code, str(Track.EXTRA))
    return Standing(
        code, track, opens, closes, state, late, done_on, together, planned_on, teacher_id, outcome, int(attempts)
    )


def _folded(schedule: Schedule, found: Collection[Found]) -> list[Found]:
    """Without those that are done at the same visit as another one of the list, which says so."""
    companions = {contact.code: contact.companion_of for contact in schedule.contacts if contact.companion_of}
    own = {id(one): one.code not in companions for _no, one in found}
    beside = [each for each in found if not own[id(each[1])]]
    if not beside:
        return list(found)
    listed = [each for each in found if own[id(each[1])]]
    checks = _places(listed, {(no, companions[one.code]) for no, one in beside})
    for no, one in beside:
        place = checks.get((no, companions[one.code]))
        if place is None or not _same_visit(listed[place][1], one):
            listed.append((no, one))
        else:
            check = listed[place][1]
            listed[place] = no, check._replace(also=(*check.also, one.code))
    return listed


def _places(listed: Iterable[Found], wanted: Collection[tuple[int, str]]) -> dict[tuple[int, str], int]:
    numbers = {no for no, _code in wanted}
    return {
        (no, one.code): place for place, (no, one) in enumerate(listed) if no in numbers and (no, one.code) in wanted
    }


def _same_visit(check: Standing, one: Standing) -> bool:
    return kind_of(check.state, check.done_on) == kind_of(one.state, one.done_on)
