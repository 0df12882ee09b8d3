"""At the end of a run: everything that can still come comes, and persons decide what waits, until nothing moves."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from sqlmodel import select
from tests.sync.simulator.play import Play
from tests.sync.simulator.sites import NEWER, TODAY, Seat, Ticking

from zhaohu.errors import NotFound, Refused
from zhaohu.records import Child
from zhaohu.records.exchange import SentBundle
from zhaohu.services.exchange import branches, bundles, exporting, forks, given_back, lives, set_aside
from zhaohu.services.register import incoming
from zhaohu.sync import export

ROUNDS = 14


class NeverQuietError(AssertionError):
    """After so many rounds there is still something to send."""


def heal(play: Play) -> int:
    """Deliver, decide, and go on until a round brings nothing; returns how many rounds it took."""
    play.say("--- heal")
    for seat in (play.center, *play.mains, *play.copies):
        seat.at.clock, seat.pc.schema = Ticking.at(TODAY), NEWER
    play.called = {called for seat in play.mains for called in names_at(seat)}
    _deliver(play)
    for copy in play.copies:  # the last that is heard of it
        file = play.send_up(copy) or _send_what_was_taken_back(play, copy)
        if file is not None:
            play.take_in(file)
        _persons_at_center(play)
        copy.close()
    play.up.clear()
    play.down.clear()
    moves, seen = 0, {}  # how often anything moved; and how often it had when a seat was last told everything
    for number in range(1, ROUNDS + 1):
        before = moves
        for seat in play.mains:
            more = _has_more(seat) or lives.state(seat.at).copy
            if more or seen.get(seat.name) != moves:  # else the last packet said all that there is to say
                moves += _round(play, seat)
                seen[seat.name] = moves
        if moves == before and not any(_has_more(seat) or lives.state(seat.at).copy for seat in play.mains):
            return number
    raise NeverQuietError(f"still moving after {ROUNDS} rounds")


def names_at(seat: Seat) -> set[tuple[str, str]]:
    """Ids and names of a station's own children."""
    with seat.at.read() as session:
        return set(session.exec(select(Child.id, Child.name).where(Child.owner == seat.at.site.code)))


def _send_what_was_taken_back(play: Play, copy: Seat) -> Path | None:
    """A copy with nothing new does not know yet that an import of its bundle was undone: its next packet tells."""
    for _alarm in range(2):  # the first is refused and shown, then it is read
        play.read_packet(copy, play.send_down(copy))
    if lives.state(copy.at).copy:
        exporting.ask_for_all(copy.at)
    return play.send_up(copy)


def _deliver(play: Play) -> None:
    """All that is on its way arrives, in any order; some files twice."""
    play.throw.shuffle(play.up)
    for mail in list(play.up):
        play.take_in(mail.file)
        _persons_at_center(play)
    play.throw.shuffle(play.down)
    for mail in list(play.down):
        if mail.seat in play.mains:
            play.read_packet(mail.seat, mail)


def _round(play: Play, seat: Seat) -> bool:
    """Up and down once; whether anything moved."""
    moved = _persons_at_station(play, seat)
    if lives.state(seat.at).copy:  # its screen says so; the center has to see what it has before it can decide
        exporting.ask_for_all(seat.at)
    file = play.send_up(seat)
    if file is not None:
        for report in play.take_in(file):
            if report.reason == "decided" and report.file == file:
                _change_mind(play, seat, report.bundle_id)
    moved |= _persons_at_center(play) or file is not None
    play.read_packet(seat, play.send_down(seat))
    return moved | _persons_at_station(play, seat)


def _change_mind(play: Play, seat: Seat, bundle_id: str) -> None:
    """The station's bundle was taken for a copy's: the copy had been made after it."""
    with suppress(NotFound), play.center.pc.used():  # it was chosen before, and came once more
        forks.decide(play.center.at, bundle_id, "this_one")
        play.say("decides", bundle_id[:6], "anew: it is", seat.name)


def _has_more(seat: Seat) -> bool:
    """Whether the station would send something now."""
    with seat.at.read() as session:
        return export.place(session, seat.at.site.district_code) is not None


def _persons_at_center(play: Play, *, asked: bool = False) -> bool:
    """The PC that is in the list of stations is the station; a copy is a copy."""
    desk = play.center.at
    moved = False
    with play.center.pc.used():
        for fork in forks.list_forks(desk):
            main = next((seat for seat in play.mains if seat.at.site.code == fork.station), None)
            ours = main is not None and made_by(main, fork.bundle_id)
            try:
                reports = forks.decide(desk, fork.bundle_id, "this_one" if ours else "known")
            except Refused as refused:
                play.say("fork", fork.bundle_id[:6], "refused", refused.code)
                if refused.code == "incomplete" and not asked:
                    _complete(play, fork.bundle_id)
                    _persons_at_center(play, asked=True)
                    return True
                continue
            play.say("decides", fork.bundle_id[:6], "of", fork.station, "is", "it" if ours else "a copy")
            for one in reports:
                play.say("then takes in", one.file.name[:12], one.status, one.reason or "")
            moved = True
        for report in set_aside.retry(desk):
            moved |= report.status == "accepted"
            play.say("tries again", report.file.name[:12], report.status, report.reason or "")
    return moved | _compare_branches(play)


def _complete(play: Play, bundle_id: str) -> None:
    """A copy's bundle is not enough to be compared: its PC sends everything, unless its disk has forgotten it."""
    seat = next((seat for seat in (*play.mains, *play.copies) if made_by(seat, bundle_id)), None)
    if seat is None:
        forks.decide(play.center.at, bundle_id, "known", incomplete=True)
        play.say("decides", bundle_id[:6], "is a copy whose PC has forgotten it")
        return
    exporting.ask_for_all(seat.at)
    file = play.send_up(seat)
    assert file is not None
    play.take_in(file)


def _compare_branches(play: Play) -> bool:
    """Some records of a copy are taken, the others are left."""
    desk = play.center.at
    waiting = branches.list_branches(desk)
    done: set[tuple[str, str, str]] = set()
    for row in waiting:
        if (row.bundle_id, row.table, row.row_id) in done:
            continue  # it went with another one
        act = branches.take if play.throw.random() < 0.5 else branches.leave
        try:
            act(desk, row.bundle_id, [(row.table, row.row_id)])
        except Refused as refused:
            if refused.code != "not_yet":
                raise
            continue
        play.say(act.__name__, "branch", row.table, row.row_id[-6:])
        left = {(one.bundle_id, one.table, one.row_id) for one in branches.list_branches(desk)}
        done = {(one.bundle_id, one.table, one.row_id) for one in waiting} - left
    return bool(waiting)


def _persons_at_station(play: Play, seat: Seat) -> bool:
    moved = False
    for offer in sorted(incoming.list_offers(seat.at), key=lambda offer: offer.name):
        play.answer_offer(seat, offer.transfer_id)
        moved = True
    for kept in given_back.list_kept(seat.at):
        act = given_back.take if play.throw.random() < 0.5 else given_back.leave
        try:
            act(seat.at, kept.table, kept.row_id)
        except Refused as refused:
            if refused.code != "still_needed":
                raise
            given_back.leave(seat.at, kept.table, kept.row_id)
        play.say(seat.name, act.__name__, "kept", kept.table, kept.row_id[-6:])
        moved = True
    return moved


def made_by(seat: Seat, bundle_id: str) -> bool:
    """Whether this PC made a bundle."""
    with seat.at.read() as session:
        found = session.exec(select(SentBundle.bundle_id).where(SentBundle.bundle_id == bundle_id)).first()
    return found is not None


def pending(seat: Seat) -> int:
    """How many records wait at a station."""
    return bundles.pending(seat.at).records
