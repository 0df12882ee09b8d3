"""What must hold when nothing moves any more; each sentence that comes back is something that went wrong."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator

from sqlmodel import Session, col, select
from tests.sync.forging import CENTER
from tests.sync.simulator.healing import made_by, pending
from tests.sync.simulator.play import Play
from tests.sync.simulator.scene import Mail
from tests.sync.simulator.sites import Seat

from zhaohu.records import Child
from zhaohu.records.exchange import (
    BranchRow,
    Handover,
    HeldRow,
    KeptVersion,
    Peer,
    ReceivedBundle,
    RecordVersion,
    SetAsideBundle,
)
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import bundles, forks, lives
from zhaohu.store import audit
from zhaohu.sync import chosen, give_back
from zhaohu.sync.copies import TAKEN
from zhaohu.sync.offers import TRAVELLING
from zhaohu.sync.rows import row_digest, shapes
from zhaohu.sync.stored import stored_rows

EXPLAINED = {"not_owner", "duplicate"}
"""Reasons for which a record may stay held when all is said: see `_held`."""


def judge(play: Play) -> list[str]:
    """All that is wrong."""
    return [
        *_union(play),
        *_one_owner(play),
        *_receipts(play),
        *_center(play),
        *_nothing_lost(play),
        *_no_name_lost(play),
        *_taken_in_order(play),
        *_needless_questions(play),
        *_other_pcs(play),
        *_copies_know(play),
        *_old_packets(play),
        *_sound(play),
    ]


def _union(play: Play) -> Iterator[str]:
    """The center has what each station has, no more and no less."""
    for seat in play.mains:
        code = seat.at.site.code
        if pending(seat):
            yield f"{code}: {pending(seat)} records wait"
        here, there = contents(play.center.at, code), contents(seat.at, code)
        held = _held_rows(play, code)
        for key in sorted(here.keys() | there.keys()):
            if here.get(key) == there.get(key):
                continue
            if key in held and held[key] == there.get(key):
                continue
            what = "lacks" if key not in here else "has beyond" if key not in there else "has another"
            yield f"center {what} {key[0]} {key[1]} of {code}"


def contents(desk: Desk, owner: str) -> dict[tuple[str, str], str]:
    """Hash of each record that a station owns, as a profile has it."""
    with desk.read() as session:
        return {
            (name, row_id): row_digest(name, row_id, fields)
            for name in _filled(session) - set(CENTER)
            for row_id, fields in stored_rows(session.connection(), shapes()[name], owner)
        }


def _filled(session: Session) -> set[str]:
    """The tables that have any record."""
    each = ", ".join(f"EXISTS (SELECT 1 FROM {name})" for name in shapes())
    row = session.connection().exec_driver_sql(f"SELECT {each}").one()
    return {name for name, some in zip(shapes(), row, strict=True) if some}


def _held_rows(play: Play, station: str) -> dict[tuple[str, str], str]:
    with play.center.at.read() as session:
        rows = session.exec(select(HeldRow).where(HeldRow.station == station)).all()
    found = {}
    for row in rows:
        line = json.loads(row.line)
        fields = json.dumps(line["fields"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        found[row.table_name, row.row_id] = row_digest(row.table_name, row.row_id, fields)
    return found


def _one_owner(play: Play) -> Iterator[str]:
    """Each child belongs to one station, and the center says which."""
    claimed: dict[str, list[str]] = defaultdict(list)
    for seat in play.mains:
        with seat.at.read() as session:
            own = session.exec(select(Child.id).where(Child.owner == seat.at.site.code)).all()
        for child_id in own:
            claimed[child_id].append(seat.at.site.code)
    with play.center.at.read() as session:
        at_center = dict(session.exec(select(Child.id, Child.owner)).all())
        names = Counter(session.exec(select(Child.name).where(Child.deleted_at.is_(None))).all())
    for child_id, owners in claimed.items():
        if len(owners) > 1:
            yield f"child {child_id} belongs to {owners}"
        elif at_center.get(child_id) != owners[0]:
            yield f"child {child_id} of {owners[0]} is {at_center.get(child_id)}'s at the center"
    for child_id in at_center.keys() - claimed.keys():
        yield f"child {child_id} of {at_center[child_id]} is nobody's"
    numbers = Counter(name[:5] for name in names.elements())
    for number, times in numbers.items():
        if times > 1:
            yield f"{number} is there {times} times"


def _receipts(play: Play) -> Iterator[str]:
    """What a station takes for confirmed, the center took in: it has a version of it, or has it aside.

    That version may be a later one: a restored station sends records once more as they were before.
    """
    with play.center.at.read() as session:
        had: set[tuple[str, str]] = set()
        for kept in (RecordVersion, HeldRow, BranchRow):
            had |= {(row.table_name, row.row_id) for row in session.exec(select(kept))}
    for code, rows in play.confirmed.items():
        for table, row_id, _digest in sorted(rows):
            if (table, row_id) not in had:
                yield f"{code} takes {table} {row_id} for confirmed"


def _center(play: Play) -> Iterator[str]:
    """Nothing waits at the center, nothing differs, what is held is explained."""
    for state in bundles.status(play.center.at).stations:
        if state.differs:
            yield f"{state.code} differs"
    with play.center.at.read() as session:
        for aside in session.exec(select(SetAsideBundle).where(SetAsideBundle.decided == "")):
            yield f"bundle {aside.bundle_id[:6]} of {aside.station} is still set aside: {aside.reason}"
        for branch in session.exec(select(BranchRow).where(BranchRow.decided == "")):
            yield f"branch row {branch.table_name} {branch.row_id} waits"
        for token in session.exec(select(Handover)):
            if token.state not in ("accepted", "refused", "cancelled"):
                yield f"hand-over {token.transfer_id} is still {token.state}"
        for held in session.exec(select(HeldRow)):
            if held.reason not in EXPLAINED:
                yield f"{held.table_name} {held.row_id} of {held.station} is held: {held.reason} {held.field}"
        yield from _not_heard(session)
        yield from _apart_from_child(session)
    for seat in play.mains:
        with seat.at.read() as session:
            for kept in session.exec(select(KeptVersion).where(KeptVersion.decided == "")):
                yield f"{seat.name}: kept version of {kept.table_name} {kept.row_id} waits"


def _not_heard(session: Session) -> Iterator[str]:
    """Whatever the center repeats until it was read, each station has said to have read."""
    for peer in session.exec(select(Peer)):
        for line in give_back.lines(session, peer):
            yield f"{peer.code} never said that it was told of {line['name']} {line['id']}: {line['why']}"
    seen = dict(session.exec(select(Peer.code, Peer.packets_seen)).all())
    for token in session.exec(select(Handover)):
        for code, told in ((token.from_station, token.told_from), (token.to_station, token.told_to)):
            if told is None or told > seen[code]:
                yield f"{code} never said that it was told of hand-over {token.transfer_id}: {token.state}"


def _apart_from_child(session: Session) -> Iterator[str]:
    """A child's records are its station's."""
    for table in TRAVELLING[1:]:
        query = (
            f"SELECT r.id, r.owner, c.owner FROM {table} r JOIN child c ON c.id = r.child_id WHERE r.owner <> c.owner"
        )
        for row_id, owner, child_owner in session.connection().exec_driver_sql(query):
            yield f"{table} {row_id} of {owner} hangs on a child of {child_owner}"


def _packet_read(seat: Seat) -> int:
    with seat.at.read() as session:
        return session.exec(select(Peer.packet_no)).one()


def _nothing_lost(play: Play) -> Iterator[str]:
    """The newest version that the center ever accepted of a record is there, unless it was deleted."""
    with play.center.at.read() as session:
        newest: dict[tuple[str, str], bool] = {}
        query = select(RecordVersion).order_by(RecordVersion.sequence, RecordVersion.rev)
        for version in session.exec(query):
            newest[version.table_name, version.row_id] = version.deleted
        held = {(row.table_name, row.row_id) for row in session.exec(select(HeldRow))}
        branched = {(row.table_name, row.row_id) for row in session.exec(select(BranchRow))}
        there = {
            (name, row_id)
            for name in _filled(session)
            for (row_id,) in session.connection().exec_driver_sql(f"SELECT id FROM {name}")
        }
    for key, deleted in newest.items():
        if not deleted and key not in there | held:
            yield f"center lost {key[0]} {key[1]}"
    for copy in play.copies:
        missing = contents(copy.at, copy.at.site.code).keys() - there - held - branched - newest.keys()
        copy.close()
        if missing:
            yield f"{len(missing)} records of a copy of {copy.name} are nowhere: {sorted(missing)[:3]}"


def _no_name_lost(play: Play) -> Iterator[str]:
    """A name that somebody gave a child counts, or lies beside for comparing, until somebody chooses another."""
    known = {called for seat in (play.center, *play.mains) for called in _names_known(seat.at)}
    chosen_by_hand = {row_id for seat in play.mains for row_id in _compared(seat)}
    for child_id, name in sorted(play.called - play.replaced - known):
        if child_id not in chosen_by_hand:
            yield f"nobody knows any more that child {child_id} was called {name}"


def _compared(seat: Seat) -> list[str]:
    """Children of whom a person at a station has chosen the center's version."""
    with seat.at.read() as session:
        taken = (
            KeptVersion.table_name == "child",
            KeptVersion.decided == TAKEN,
            col(KeptVersion.decided_by).is_not(None),
        )
        return list(session.exec(select(KeptVersion.row_id).where(*taken)))


def _names_known(desk: Desk) -> Iterator[tuple[str, str]]:
    with desk.read() as session:
        yield from session.exec(select(Child.id, Child.name))
        for kept in (RecordVersion, KeptVersion):
            of_children = select(kept.row_id, kept.fields).where(kept.table_name == "child")
            yield from (
                (row_id, json.loads(fields or "{}").get("name", "")) for row_id, fields in session.exec(of_children)
            )
        for aside in (HeldRow, BranchRow):
            lines = session.exec(select(aside.row_id, aside.line).where(aside.table_name == "child"))
            yield from ((row_id, json.loads(line)["fields"].get("name", "")) for row_id, line in lines)


def _taken_in_order(play: Play) -> Iterator[str]:
    """Each bundle was taken in once, after those before it, and begins where they end."""
    with play.center.at.read() as session:
        bundles_in = session.exec(select(ReceivedBundle).order_by(ReceivedBundle.sequence)).all()
    before: dict[tuple[str, str], ReceivedBundle] = {}
    for bundle in bundles_in:
        last = before.get((bundle.station, bundle.epoch))
        if last is not None and bundle.no <= last.no:
            yield f"{bundle.station}: bundle {bundle.no} was taken in after {last.no}"
        if bundle.kind == "delta" and (last is None or bundle.from_seq > last.to_seq):
            yield f"{bundle.station}: something is missing before bundle {bundle.no}"
        before[bundle.station, bundle.epoch] = bundle


def _needless_questions(play: Play) -> Iterator[str]:
    """The program sees by itself that old files were put back: no person is asked, where nobody copied them."""
    if play.copies or play.losses or any("and forgets" in line for line in play.log):
        return
    with play.center.at.read() as session:
        for aside in session.exec(select(SetAsideBundle).where(SetAsideBundle.decided == forks.THIS_ONE)):
            yield f"a person had to say that bundle {aside.no} of {aside.station} is its own: {aside.reason}"


def _other_pcs(play: Play) -> Iterator[str]:
    """Each PC from which a station's bundles come after another one was chosen by a person, by a bundle made on it.

    Whichever comes first is taken as it is: before it the center knows no PC of the station.
    """
    with play.center.at.read() as session:
        taken = session.exec(select(ReceivedBundle).order_by(col(ReceivedBundle.sequence))).all()
        query = select(SetAsideBundle.station, SetAsideBundle.machine).where(
            col(SetAsideBundle.decided_by).is_not(None), SetAsideBundle.decided != chosen.OTHER
        )
        said = set(session.exec(query))
    before: dict[str, str] = {}
    for bundle in taken:
        other = before.get(bundle.station, bundle.machine) != bundle.machine
        if other and (bundle.station, bundle.machine) not in said:
            yield f"{bundle.station}: bundle {bundle.bundle_id[:6]} of another PC was taken for the station's"
        before[bundle.station] = bundle.machine


def _old_packets(play: Play) -> Iterator[str]:
    """A packet that comes late changes nothing."""
    for seat in play.mains:
        read = _packet_read(seat)
        files = sorted((play.folder / "stick").glob(f"*-{seat.at.site.code}-*.zhr"))
        late = next((file for file in files if int(file.stem[-6:]) < read), None)
        if late is not None:
            play.read_packet(seat, Mail(seat, late, -1))
            if _packet_read(seat) != read or pending(seat):
                yield f"{seat.name} has gone back to an old packet"


def _copies_know(play: Play) -> Iterator[str]:
    """A PC of which the center's person has said that it is a copy says so on its screen once it reads a packet."""
    with play.center.at.read() as session:
        query = select(SetAsideBundle.bundle_id).where(SetAsideBundle.decided == chosen.OTHER)
        theirs = session.exec(query).all()
    for copy in play.copies:
        if any(made_by(copy, bundle_id) for bundle_id in theirs):
            play.read_packet(copy, play.send_down(copy))
            if not lives.state(copy.at).copy:
                yield f"{copy.profile.name} was not told that it is a copy"
        copy.close()


def _sound(play: Play) -> Iterator[str]:
    for seat in (play.center, *play.mains):
        with seat.at.read() as session:
            run = session.connection().exec_driver_sql
            if lost := run("PRAGMA foreign_key_check").all():
                yield f"{seat.name}: references lost {lost[:3]}"
            if (line := audit.first_broken_line(session)) is not None:
                yield f"{seat.name}: audit line {line}"
