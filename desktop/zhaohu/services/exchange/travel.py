"""The whole exchange through a place: a folder, a stick or a server, asked for or by itself."""

from __future__ import annotations

from contextlib import closing, suppress
from pathlib import Path

from sqlmodel import col, select

from zhaohu.errors import Refused
from zhaohu.records.codes import Role, SiteKind
from zhaohu.records.exchange import TravelRun
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.exchange import looks, travel_center, travel_station
from zhaohu.services.exchange.places import (
    LAST,
    CheckedPlace,
    Login,
    PlaceInfo,
    PlaceRun,
    QuietPlan,
    check_place,
    find_place,
    last_place,
    list_places,
    open_for,
    quiet_plan,
    remove_place,
    save_place,
    set_quiet_plan,
)
from zhaohu.services.exchange.trip import Cancelled, ExchangeReport, FetchedFile, Progress, SentFile, Trip
from zhaohu.store import settings
from zhaohu.store.lock import one_at_a_time
from zhaohu.sync.travel.private_key import read_key_file
from zhaohu.sync.travel.usb import Stick, find_sticks, make_folder

__all__ = [
    "CheckedPlace",
    "ExchangeReport",
    "FetchedFile",
    "Login",
    "PlaceInfo",
    "PlaceRun",
    "QuietPlan",
    "SentFile",
    "Stick",
    "check_place",
    "exchange",
    "last_place",
    "list_places",
    "quiet_plan",
    "read_key_file",
    "remove_place",
    "save_place",
    "set_quiet_plan",
    "sticks",
]

_RUNS_KEPT = 500


def sticks() -> list[Stick]:
    """The sticks that are plugged in now and can be written to."""
    return find_sticks()


def exchange(
    desk: Desk,
    place: str | Path,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    quiet: bool = False,
    login: Login | None = None,
) -> ExchangeReport:
    """Send what is to be sent, fetch and read what waits. Admin or teacher at a station, admin at the center.

    Args:
        desk: Who exchanges, and where.
        place: Name of a saved place, a folder, or the address of a server.
        progress: Told bytes done and bytes in all; begins anew for taking in.
        cancelled: Whether the person wants it to stop.
        quiet: It happens by itself: nothing is tried again that was refused, and nothing new leaves no line.
        login: For an address that is not saved, or instead of what is saved.

    Raises:
        Refused: `place_…`, `host_unknown`, `host_changed`, `busy`, or what keeps this site from sending now.
        Cancelled: Asked for; what is half done is gone on with next time.
    """
    desk.require(*WRITERS)
    with desk.read() as session:
        name, address, known = find_place(session, str(place), login)
    station = desk.site.kind is SiteKind.STATION
    if not station:
        desk.require(Role.ADMIN)
    if address.kind == "folder":
        with suppress(OSError):  # told when the place is used
            make_folder(Path(address.path))
    with one_at_a_time(desk.profile / "travel.lock", patience_s=0.0 if quiet else 5.0):
        with closing(open_for(address, known, desk.clock)) as opened:
            trip = Trip(desk, opened, name, quiet, progress, cancelled)
            try:
                (travel_station if station else travel_center).go(trip)
            except Refused as refused:
                with suppress(Refused):  # why it failed is what the person has to hear
                    _note(desk, trip, refused.code)
                raise
        _note(desk, trip, "")
    return trip.report


def _note(desk: Desk, trip: Trip, code: str) -> None:
    """Keep how it went; what happens by itself and changes nothing has no line of its own."""
    report = trip.report
    with desk.read() as session:
        last = session.exec(select(TravelRun).order_by(col(TravelRun.id).desc())).first()
    same = last is not None and (last.place, last.code, last.quiet) == (report.place, code, True)
    if trip.quiet and same and not report.sent and not report.fetched:
        with desk.store.write() as session:
            looks.note(session, report.place, desk.clock.stamp(), went_well=not code)
        return
    with desk.write("travel.exchange") as work:
        looks.note(work.session, report.place, desk.clock.stamp(), went_well=not code)
        run = TravelRun(
            at=desk.clock.stamp(),
            place=report.place,
            quiet=trip.quiet,
            sent=len(report.sent),
            fetched=len(report.fetched),
            code=code,
        )
        work.session.add(run)
        work.session.flush()
        if not code:  # a slip of the pen is not offered again
            settings.put(work.session, LAST, report.place)
        for old in work.session.exec(select(TravelRun).order_by(col(TravelRun.id).desc()).offset(_RUNS_KEPT)):
            work.session.delete(old)
        work.note(place=report.place, sent=run.sent, fetched=run.fetched)
        if code:
            work.note(reason=code)
