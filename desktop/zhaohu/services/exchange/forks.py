"""At the center: a bundle of a second database of one station is looked at, and a person says which is the station."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from sqlmodel import Session, col, or_, select

from zhaohu.errors import NotFound, Refused
from zhaohu.i18n import _
from zhaohu.records import STATION_TABLES, Child
from zhaohu.records.codes import Role, SiteKind
from zhaohu.records.exchange import BranchRow, Peer, ReceivedBundle, SetAsideBundle
from zhaohu.services.desk import Desk, Work
from zhaohu.services.exchange import set_aside, shelf
from zhaohu.services.exchange.folders import LIMITS, exchanging, temporary
from zhaohu.services.exchange.given_back import child_of
from zhaohu.services.exchange.reports import ImportReport
from zhaohu.services.exchange.shelf import FORKED, GAP, MOVED, Shelf
from zhaohu.services.exchange.version_words import Difference, Side, differences, record_words, side
from zhaohu.sync import chosen, contained, delivery, importing
from zhaohu.sync.copies import LEFT
from zhaohu.sync.current import ONLY_READ, Current
from zhaohu.sync.importing import Staged
from zhaohu.sync.refusals import refusal
from zhaohu.sync.rows import Line, staged_line
from zhaohu.sync.scratch import Scratch

Which = Literal["known", "this_one"]
THIS_ONE = "this_one"


@dataclass(frozen=True, slots=True)
class Fork:
    """A bundle about which a person has to decide; `moved` when only its PC is another one."""

    bundle_id: str
    station: str
    station_name: str
    no: int
    made_at: str
    arrived_at: str
    moved: bool


@dataclass(frozen=True, slots=True)
class ForkRecord:
    """A record that is not the same in the bundle (`there`) and at the center (`here`)."""

    table: str
    words: str
    row_id: str
    here: Side
    there: Side
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class ForkChild:
    """What differs of one child; the last one, without an id, holds what hangs on no child."""

    child_id: str
    name: str
    records: tuple[ForkRecord, ...]


@dataclass(frozen=True, slots=True)
class ForkView:
    """What a bundle holds that is not so at the center, child by child, and how many records are the same.

    `incomplete`: it only holds what followed on a bundle that is not here any more, as after an undone import; or it is
    `gone` itself, as after a restore.
    """

    fork: Fork
    children: tuple[ForkChild, ...]
    same: int
    incomplete: bool
    gone: bool = False


def list_forks(desk: Desk) -> list[Fork]:
    """What waits for a decision, the oldest first. Any role, at the center."""
    desk.require(*Role)
    desk.require_site(SiteKind.CENTER)
    with desk.read() as session:
        query = select(SetAsideBundle).where(
            SetAsideBundle.decided == "", col(SetAsideBundle.decided_by).is_(None),
            col(SetAsideBundle.reason).in_((FORKED, MOVED)),
        )  # fmt: skip
        rows = session.exec(query.order_by(col(SetAsideBundle.arrived_at), col(SetAsideBundle.no)))
        return [_fork(session, row) for row in rows]


def view_fork(desk: Desk, bundle_id: str) -> ForkView:
    """What differs between a bundle that was set aside and the center's records. Any role, at the center.

    Raises:
        NotFound: There is no such bundle.
        Refused: It cannot be read, with the code that an import would refuse it with.
    """
    desk.require(*Role)
    desk.require_site(SiteKind.CENTER)
    if _is_gone(desk, bundle_id):
        with desk.read() as session:
            fork = _fork(session, _waiting(session, bundle_id))
        return ForkView(fork, (), 0, incomplete=True, gone=True)
    with _opened(desk, bundle_id) as (bundle, staging), desk.read() as session:
        row = _waiting(session, bundle_id)
        found: dict[str, list[ForkRecord]] = {}
        names: dict[str, str] = {}
        same = 0
        for line, here in _differing(session, bundle, staging):
            if line is None:
                same += 1
                continue
            there = None if line.deleted else line.fields_json
            child_id = child_of(line.table, line.id, there or here)
            if line.table == "child":
                names[child_id] = str(line.fields.get("name", ""))
            words, differing = record_words(line.table, here, there), differences(line.table, here, there)
            record = ForkRecord(line.table, words, line.id, side(here), side(there), differing)
            found.setdefault(child_id, []).append(record)
        for child_id in found:
            child = session.get(Child, child_id) if child_id else None
            names[child_id] = child.name if child is not None else names.get(child_id, "")
        order = sorted(found, key=lambda child_id: (child_id == "", names[child_id], child_id))
        children = tuple(ForkChild(child_id, names[child_id], tuple(found[child_id])) for child_id in order)
        return ForkView(_fork(session, row), children, same, _is_incomplete(session, bundle))


def decide(desk: Desk, bundle_id: str, which: Which, *, incomplete: bool = False) -> list[ImportReport]:
    """Say which database is the station: the one `known` so far, or the one that made `this_one`. Admin, at the center.

    `known`: what differs in the bundle waits to be compared (see `branches`). `this_one`: its next full bundle is taken
    in; where it can be at once, it is, and the reports are returned. What it lacks goes back to it.

    Args:
        desk: Who decides.
        bundle_id: What waits.
        which: The station.
        incomplete: Its PC is lost: what the bundle builds on, or its own file, will not come any more.

    Raises:
        NotFound: It does not wait for a decision.
        Refused: It cannot be read; or `incomplete`: that PC has to send everything first.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    if which == "known":
        _keep_branch(desk, bundle_id, incomplete=incomplete)
        return []
    if not _is_gone(desk, bundle_id):
        with _opened(desk, bundle_id, proven=False):
            """Nothing can come any more from a PC whose keys were revoked."""
    with desk.write("fork.decide") as work:
        row = _waiting(work.session, bundle_id, again=chosen.OTHER)
        anew = chosen.choose(work.session, row)
        if anew:
            row.decided, row.decided_at = THIS_ONE, desk.clock.stamp()
        else:  # it waits like one that has moved, and a person has said yes
            row.reason, row.decided, row.decided_at = MOVED, "", None
        row.decided_by = desk.person.display_name
        work.session.add(row)
        work.note(station=row.station, no=row.no, decided=THIS_ONE)
    return [] if anew else set_aside.retry(desk)


def _keep_branch(desk: Desk, bundle_id: str, *, incomplete: bool) -> None:
    """Keep what differs in the bundle, to be compared record by record."""
    if _is_gone(desk, bundle_id):
        with desk.write("fork.decide") as work:
            row = _waiting(work.session, bundle_id)
            if not incomplete:
                message = _("The file of this bundle is not here any more. Ask the station to send it again.")
                raise Refused(message, code="incomplete", station=row.station, no=row.no)
            _note_copy(desk, work, row, 0)
        return
    with _opened(desk, bundle_id) as (bundle, staging), desk.write("fork.decide") as work:
        session = work.session
        row = _waiting(session, bundle_id)
        if not incomplete and _is_incomplete(session, bundle):
            message = _(
                "This bundle builds on one that is not here any more: what that PC had recorded before would be left "
                "out. Let it send everything (“Send everything next time”), read that bundle here, and decide then."
            )
            raise Refused(message, code="incomplete", station=row.station, no=row.no)
        kept, stamp = 0, desk.clock.stamp()
        for line, here in _differing(session, bundle, staging):
            if line is None:
                continue
            answer = line.table == ONLY_READ
            kept += not answer
            session.add(
                BranchRow(
                    bundle_id=bundle_id,
                    table_name=line.table,
                    row_id=line.id,
                    station=row.station,
                    child_id=child_of(line.table, line.id, here if line.deleted else line.fields_json) or None,
                    line=line.text(),
                    decided=LEFT if answer else "",
                    decided_at=stamp if answer else None,
                )
            )
        _note_copy(desk, work, row, kept)
        shelf.settle_contained(session, bundle, (FORKED, GAP, MOVED), desk.clock.stamp())
        contained.note_compared(session, bundle.manifest)


def _note_copy(desk: Desk, work: Work, row: SetAsideBundle, kept: int) -> None:
    """A person has said that a copy made the bundle; so many records wait to be compared."""
    row.decided, row.decided_at, row.decided_by = chosen.OTHER, desk.clock.stamp(), desk.person.display_name
    work.session.add(row)
    work.note(station=row.station, no=row.no, decided=chosen.OTHER, counts=kept)


def _is_incomplete(session: Session, bundle: Staged) -> bool:
    """Whether what a bundle builds on is not here: neither taken in, nor kept apart for comparing."""
    manifest = bundle.manifest
    if manifest.kind == "full":
        return False
    base, told = manifest.base.hash, [mark.hash for mark in manifest.chain]
    received, aside = col(ReceivedBundle.bundle_id), col(SetAsideBundle.bundle_id)
    # One after the base that holds everything will do as well.
    taken = select(ReceivedBundle).where(
        or_(received == base, received.in_(told) & (col(ReceivedBundle.kind) == "full"))
    )
    compared = select(SetAsideBundle).where(
        SetAsideBundle.decided == chosen.OTHER, or_(aside == base, aside.in_(told) & (col(SetAsideBundle.base_no) == 0))
    )
    return session.exec(taken).first() is None and session.exec(compared).first() is None


def _differing(session: Session, bundle: Staged, staging: Scratch) -> Iterator[tuple[Line | None, str | None]]:
    """Each line that is not so at the center, with the center's fields; None for one that is the same."""
    current = Current(session, bundle.station)
    for table in (str(record.__tablename__) for record in STATION_TABLES):
        for batch in staging.lines(table):
            for _row_id, content in batch:
                line = staged_line(content)
                here = current.fields(table, line.id)
                same = here == (None if line.deleted else line.fields_json)
                yield None if same else line, here


def _is_gone(desk: Desk, bundle_id: str) -> bool:
    return not Shelf(desk.profile).file(bundle_id).is_file()


@contextmanager
def _opened(desk: Desk, bundle_id: str, *, proven: bool = True) -> Iterator[tuple[Staged, Scratch]]:
    """A bundle that was set aside, read once more: it must be the very same.

    A station whose keys were revoked since may have lost its PC, and what that PC recorded last may stand only here:
    so keys that were good when it came are good enough, as long as nothing follows from it (`proven`).
    """
    with (
        delivery.writing(temporary(desk)),
        exchanging(desk),  # an import that begins sweeps the folder
        delivery.taken_in(Shelf(desk.profile).file(bundle_id), temporary(desk), LIMITS) as copy,
        Scratch(temporary(desk)) as staging,
    ):
        with desk.read() as session:
            center = importing.know_center(session, desk.site.district_code)
        bundle = importing.stage(copy, center, staging, LIMITS, lambda _size: None, proven=proven)
        if bundle.id != bundle_id:
            raise refusal("damaged")
        yield bundle, staging


def _waiting(session: Session, bundle_id: str, again: str = "") -> SetAsideBundle:
    """A bundle that waits; or one about which a person decided `again`, and may have been wrong."""
    row = session.get(SetAsideBundle, bundle_id)
    if row is None or row.decided not in ("", again) or row.reason not in (FORKED, MOVED):
        raise NotFound(_("This bundle does not wait for a decision any more."), code="not_found")
    return row


def _fork(session: Session, row: SetAsideBundle) -> Fork:
    peer = session.get(Peer, row.station)
    name = peer.name if peer is not None else ""
    return Fork(row.bundle_id, row.station, name, row.no, row.made_at, row.arrived_at, row.reason == MOVED)
