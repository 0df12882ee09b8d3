"""The center's view of what came: stations by weeks, who is late, what is missing, which files were refused and why."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session, col, func, select

from zhaohu.errors import NotFound
from zhaohu.i18n import _
from zhaohu.records import Station
from zhaohu.records.codes import Role, SiteKind
from zhaohu.records.exchange import HeldRow, Peer, RefusedFile, SetAsideBundle
from zhaohu.rules import lateness
from zhaohu.services.desk import Desk
from zhaohu.services.exchange.shelf import GAP
from zhaohu.store.migrations import SCHEMA
from zhaohu.sync import asking
from zhaohu.sync.refusals import sentence

_CAME = "SELECT station, epoch, no, received_at, result, clock_suspect FROM received_bundle ORDER BY sequence"
_ACTIVE = "active"
_CHANGES = ("new", "changed", "deleted")
_MOST_MISSING = 500
"""Of one stretch between two numbers: a number far ahead, by mistake or malice, makes no list without end."""


class _Came(NamedTuple):
    station: str
    epoch: str
    no: int
    received_at: str
    result: str
    clock_suspect: int


@dataclass(frozen=True, slots=True)
class Cell:
    """What came from a station in a week: bundles taken in, records that changed, and those that were held then."""

    bundles: int
    records: int
    held: int


@dataclass(frozen=True, slots=True)
class Missing:
    """A bundle that never came; harmless when a later one that came, or waits, contains it."""

    no: int
    contained: bool


@dataclass(frozen=True, slots=True)
class StationWeeks:
    """How the exchange with a station went.

    Attributes:
        cells: One for each week, oldest first.
        days_since: Since its last bundle came; None when none came yet.
        usual_days: Days between its bundles, as a rule.
        late: It should have sent by now.
        missing: Numbers that never came, newest last.
        schema_no: Of its newest file; 0 while unknown.
        clock_suspect: Its newest bundle says that its clock was in doubt.
        differs: The center's records are not the station's.
        must_update: Its program is older and cannot read everything that is written to it.
        waiting: Bundles set aside that could not go in yet and that nobody has decided about.
        held: Its records held now.
        asked_for_all: It will be asked for all its records, and has not sent them yet.
    """

    code: str
    name: str
    status: str
    cells: tuple[Cell, ...]
    last_received: str | None
    days_since: int | None
    usual_days: int
    late: bool
    missing: tuple[Missing, ...]
    schema_no: int
    clock_suspect: bool
    differs: bool
    must_update: bool
    waiting: int
    held: int
    asked_for_all: bool


@dataclass(frozen=True, slots=True)
class Matrix:
    """Stations by weeks; `weeks` are Mondays, oldest first."""

    weeks: tuple[date, ...]
    rows: tuple[StationWeeks, ...]


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A file that was refused, and why; station and number as its outside says, unproven."""

    id: int
    at: str
    file: str
    size_bytes: int
    reason: str
    message: str
    station: str
    no: int


def matrix(desk: Desk, weeks: int = 12) -> Matrix:
    """What came from each station in the last weeks. Any role, at the center."""
    desk.require(*Role)
    desk.require_site(SiteKind.CENTER)
    monday = desk.today - timedelta(desk.today.weekday())
    mondays = tuple(monday - timedelta(7 * back) for back in reversed(range(weeks)))
    with desk.read() as session:
        came: dict[str, list[_Came]] = defaultdict(list)
        for row in session.connection().exec_driver_sql(_CAME):
            came[row[0]].append(_Came(*row))
        aside: dict[str, list[SetAsideBundle]] = defaultdict(list)
        for one in session.exec(select(SetAsideBundle).where(SetAsideBundle.decided == "")):
            aside[one.station].append(one)
        held = dict(session.exec(select(HeldRow.station, func.count()).group_by(col(HeldRow.station))).all())
        peers = session.exec(select(Peer).order_by(col(Peer.code))).all()
        rows = tuple(
            _row(session, desk.today, mondays, peer, came[peer.code], aside[peer.code], held.get(peer.code, 0))
            for peer in peers
        )
    return Matrix(mondays, rows)


def refused_files(desk: Desk) -> list[RefusedRow]:
    """Files that were refused, the newest first. Any role, at the center."""
    desk.require(*Role)
    desk.require_site(SiteKind.CENTER)
    with desk.read() as session:
        rows = session.exec(select(RefusedFile).order_by(col(RefusedFile.id).desc())).all()
    return [
        RefusedRow(row.id or 0, row.at, row.file, row.size_bytes, row.reason, sentence(row.reason), row.station, row.no)
        for row in rows
    ]


def ask_for_all(desk: Desk, station: str) -> None:
    """Ask a station (`01` or `371103-01`) for all its records, from the next packet on. Admin, at the center.

    Raises:
        NotFound: There is no such station.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    code = f"{desk.site.district_code}-{station}" if re.fullmatch(r"\d{2}", station) else station
    with desk.write("bundle.ask_for_all") as work:
        if work.session.get(Peer, code) is None:
            message = _("There is no station {code} in this district.").format(code=station)
            raise NotFound(message, station=station)
        asking.ask(work.session, code)
        work.note(station=code)


def _row(
    session: Session,
    today: date,
    mondays: Sequence[date],
    peer: Peer,
    came: Sequence[_Came],
    aside: Sequence[SetAsideBundle],
    held: int,
) -> StationWeeks:
    last = came[-1] if came else None
    days = [_day(bundle.received_at) for bundle in came]
    since = (today - days[-1]).days if days else None
    usual = lateness.usual_days(days)
    quiet = since if since is not None else _days_registered(session, peer.code, today)
    return StationWeeks(
        peer.code,
        peer.name,
        peer.status,
        _cells(mondays, came),
        last.received_at if last else None,
        since,
        usual,
        peer.status == _ACTIVE and lateness.is_late(quiet, usual),
        _missing(came, aside, mondays[0]),
        peer.schema_no,
        last is not None and bool(last.clock_suspect),
        last is not None and bool(json.loads(last.result)["differs"]),
        0 < peer.schema_no < SCHEMA,
        len(aside),
        held,
        asking.is_asked(session, peer.code),
    )


def _cells(mondays: Sequence[date], came: Sequence[_Came]) -> tuple[Cell, ...]:
    bundles: Counter[date] = Counter()
    records: Counter[date] = Counter()
    held: dict[date, int] = {}
    for bundle in came:
        day = _day(bundle.received_at)
        week = day - timedelta(day.weekday())
        tables = json.loads(bundle.result)["tables"].values()
        bundles[week] += 1
        records[week] += sum(counts.get(word, 0) for counts in tables for word in _CHANGES)
        held[week] = sum(counts.get("held", 0) for counts in tables)
    return tuple(Cell(bundles[week], records[week], held.get(week, 0)) for week in mondays)


def _missing(came: Sequence[_Came], aside: Sequence[SetAsideBundle], since: date) -> tuple[Missing, ...]:
    """Numbers of the present life that never came, as far back as the weeks that are looked at.

    A bundle that was taken in holds everything since one that had been taken in before, so what lies between is
    harmless. One that waits because of a gap holds what came after the bundle that it builds on, and no more.
    """
    waits = [one for one in aside if one.reason == GAP]
    life = max(waits, key=lambda one: one.arrived_at).epoch if waits else (came[-1].epoch if came else "")
    of_life = [bundle for bundle in came if bundle.epoch == life]
    here = {bundle.no for bundle in of_life}
    last = max(here, default=0)
    recent = [bundle.no for bundle in of_life if _day(bundle.received_at) >= since]
    found = {no: True for no in _between(min(recent, default=last), last) if no not in here}
    waits = sorted((one for one in waits if one.epoch == life and one.no > last), key=lambda one: one.no)
    there = here | {one.no for one in waits}
    for one in waits:
        for no in _between(last, one.no):
            if no not in there:
                found[no] = found.get(no, False) or no > one.base_no
    return tuple(Missing(no, contained) for no, contained in sorted(found.items()))


def _between(first: int, last: int) -> range:
    return range(max(first + 1, last - _MOST_MISSING), last)


def _days_registered(session: Session, code: str, today: date) -> int:
    """Since the center registered a station that has never sent."""
    query = select(Station.recorded_at).where(Station.code == code.partition("-")[2])
    registered = session.exec(query).first()
    return (today - _day(registered)).days if registered else 0


def _day(stamp: str) -> date:
    return datetime.fromisoformat(stamp).date()
