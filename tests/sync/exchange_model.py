"""The rules of the exchange on plain values: lives, bundles, packets, give-back, hand-over; no file, no database.

Written from the design, not from the code. A rule can be switched off, and then `test_model` must notice. One record
per child; its value counts how often it was changed, so two words about it never look alike.
"""

from __future__ import annotations

import copy
import itertools
from dataclasses import dataclass, field
from typing import Any, NamedTuple

RULES = ("chain", "repetition", "give_back", "token", "resume", "word")
"""What can be switched off; see where each is asked."""


FORGOTTEN = 1_000
"""More packets than a center writes between two backups."""


class Version(NamedTuple):
    """A word about a child: who owns it, and what is said; no two words look alike."""

    owner: int
    word: str


@dataclass(frozen=True)
class Bundle:
    station: int
    epoch: int
    no: int
    id: int
    full: bool
    from_seq: int
    to_seq: int
    base: int
    chain: tuple[tuple[int, int], ...]
    parents: tuple[tuple[int, int, tuple[tuple[int, int], ...]], ...]
    rows: dict[int, str]
    seqs: dict[int, int]
    digest: dict[int, str]
    releases: dict[int, tuple[int, int, bool]]
    answers: dict[int, bool]
    seen: int


@dataclass(frozen=True)
class Packet:
    station: int
    no: int
    last: tuple[int, int, int]
    resume: tuple[int, int]
    anew: int
    back: dict[int, tuple[str, str]]
    offers: dict[int, tuple[int, str]]
    states: dict[int, tuple[int, int, str, int]]


@dataclass
class Station:
    """What one database of a station holds; a copy of it is a backup."""

    code: int
    epoch: int
    seq: int = 0
    rows: dict[int, str] = field(default_factory=dict)
    owners: dict[int, int] = field(default_factory=dict)
    seqs: dict[int, int] = field(default_factory=dict)
    made: list[tuple[int, int]] = field(default_factory=list)
    upto: dict[int, int] = field(default_factory=dict)
    acked: int = 0
    parents: tuple[tuple[int, int, tuple[tuple[int, int], ...]], ...] = ()
    packet: int = 0
    counter: int = 0
    anew: int = 0
    full: bool = False
    owes: bool = False
    releases: dict[int, tuple[int, int, bool]] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)
    offers: dict[int, tuple[int, str]] = field(default_factory=dict)
    answers: dict[int, bool] = field(default_factory=dict)
    kept: dict[int, str] = field(default_factory=dict)

    def frozen(self) -> set[int]:
        """Children that wait for another station."""
        waiting = {child for tid, (child, _to, _back) in self.releases.items() if tid not in self.closed}
        return {child for child in waiting if self.owners.get(child) == self.code}

    def own(self) -> list[int]:
        return sorted(child for child, owner in self.owners.items() if owner == self.code)

    def put(self, child: int, word: str) -> None:
        self.seq += 1
        self.rows[child], self.owners[child], self.seqs[child] = word, self.code, self.seq

    def life(self) -> tuple[int, int, tuple[tuple[int, int], ...]]:
        return self.epoch, self.seq, tuple(self.made)

    def begin(self, epoch: int, replaced: Station | None = None) -> None:
        lives = (self.life(), *self.parents)
        if replaced is not None:
            known = {life[0] for life in lives}
            former = (replaced.life(), *replaced.parents)
            lives = (*((e, 0, chain) for e, _seq, chain in former if e not in known), *lives)
        self.parents, self.epoch, self.made, self.acked, self.upto = lives, epoch, [], 0, {}


@dataclass
class Token:
    """A hand-over at the center; `told` says in which packet each side was first told of the present state."""

    child: int
    giver: int
    taker: int
    state: str = "offered"
    told: dict[int, int] = field(default_factory=dict)


@dataclass
class Center:
    """What the center holds."""

    now: dict[int, Version] = field(default_factory=dict)
    had: dict[int, set[str]] = field(default_factory=dict)
    received: dict[tuple[int, int], dict[int, int]] = field(default_factory=dict)
    cursor: dict[int, Bundle] = field(default_factory=dict)
    packets: dict[int, int] = field(default_factory=dict)
    seen: dict[int, int] = field(default_factory=dict)
    resume: dict[int, tuple[int, int]] = field(default_factory=dict)
    anew: dict[int, int] = field(default_factory=dict)
    back: dict[int, dict[int, tuple[str, int]]] = field(default_factory=dict)
    tokens: dict[int, Token] = field(default_factory=dict)
    answers: dict[int, int] = field(default_factory=dict)
    differs: set[int] = field(default_factory=set)
    held: dict[int, set[int]] = field(default_factory=dict)


class World:
    """A center and its stations, with rules."""

    def __init__(self, stations: int, off: frozenset[str] = frozenset()) -> None:
        self._count = itertools.count(1)
        self.on = {rule: rule not in off for rule in RULES}
        self.center = Center()
        self.stations = [Station(code, next(self._count)) for code in range(stations)]

    def new(self) -> int:
        """A number that nobody had before."""
        return next(self._count)

    # --- the station

    def has_more(self, one: Station) -> bool:
        """Whether a bundle would say anything: changes, a first word of a new life, or that something was read."""
        changed = one.seq != one.upto.get(one.acked, 0)
        return changed or one.full or (not one.acked and one.parents != ()) or (one.owes and self.on["word"])

    def export(self, one: Station) -> Bundle | None:
        if not self.has_more(one):
            return None
        done = one.upto.get(one.acked, 0)
        start = 0 if one.full or one.acked == 0 else done
        rows = {child: word for child, word in one.rows.items() if one.owners[child] == one.code}
        sent = {child: word for child, word in rows.items() if start < one.seqs[child]}
        after = tuple(mark for mark in one.made if mark[0] > one.acked)
        no = one.made[-1][0] + 1 if one.made else 1
        made = Bundle(
            one.code, one.epoch, no, self.new(), start == 0, start, one.seq, one.acked, after, one.parents, sent,
            {child: one.seqs[child] for child in sent}, rows, dict(one.releases), dict(one.answers), one.packet,
        )  # fmt: skip
        one.made.append((no, made.id))
        one.upto[no] = one.seq
        one.full = one.owes = False
        return made

    def read(self, one: Station, packet: Packet) -> bool:
        """Whether it was read; a copy of the station that the center does not follow does not."""
        if packet.no < one.packet:
            return False
        epoch, no, id_ = packet.last
        marks = dict(one.made)
        if packet.anew and packet.anew in marks.values() and packet.anew > one.anew:
            one.anew = packet.anew
            one.begin(self.new())
        elif self._is_copy(one, epoch, marks.get(no) == id_ or not no):
            return False
        counter, back_to = packet.resume
        if counter > one.counter:
            one.counter = counter
            one.acked = back_to if back_to in one.upto and epoch == one.epoch else 0
        if epoch == one.epoch and no > one.acked:
            one.acked = no
        one.packet = packet.no
        one.owes = one.owes or bool(packet.back or packet.states)
        self._take_back(one, packet)
        self._heed(one, packet)
        return True

    @staticmethod
    def _is_copy(one: Station, epoch: int, same: bool) -> bool:
        """Whether the center goes on with another database of this station."""
        return not same if epoch == one.epoch else epoch not in (0, *(life[0] for life in one.parents))

    def _take_back(self, one: Station, packet: Packet) -> None:
        for child, (word, was) in packet.back.items():
            if one.owners.get(child, one.code) != one.code:
                continue
            if one.rows.get(child, "") == was:
                one.put(child, word)
            elif one.rows[child] != word:
                one.kept[child] = word

    def _heed(self, one: Station, packet: Packet) -> None:
        for tid, (child, giver, state, owner) in packet.states.items():
            if giver == one.code:
                if state == "accepted" and one.owners.get(child) == one.code and owner != one.code:
                    one.owners[child] = owner
                if state in ("accepted", "refused", "cancelled"):
                    one.closed.add(tid)
                continue
            if state != "offered":
                one.offers.pop(tid, None)
            if state == "cancelled" and one.answers.get(tid) and owner != one.code:
                one.answers[tid] = False
                one.seq += 1
                if one.owners.get(child) == one.code:
                    one.owners[child] = owner
        for tid, offer in packet.offers.items():
            if tid not in one.answers:
                one.offers[tid] = offer

    def answer(self, one: Station, tid: int, accepted: bool) -> None:
        child, word = one.offers.pop(tid)
        one.answers[tid] = accepted
        one.seq += 1
        if accepted:
            one.put(child, word)

    # --- the center

    def take_in(self, bundle: Bundle) -> str:
        """`new`, `known`, `superseded`, `gap` or `forked`."""
        center, code = self.center, bundle.station
        received = center.received.setdefault((code, bundle.epoch), {})
        if received.get(bundle.no) == bundle.id:
            return "known"
        last = center.cursor.get(code)
        if last is not None and last.epoch != bundle.epoch:
            before = center.received[code, last.epoch]
            if received or not self._follows(bundle, last.epoch, before):
                return "forked"
            if not bundle.full:
                return self._gap(bundle, last)
        else:
            told = {**dict(bundle.chain), bundle.no: bundle.id}
            missing = [no for no in received if bundle.base < no <= bundle.no and no not in told]
            if self.on["chain"] and (missing or any(received.get(no, id_) != id_ for no, id_ in told.items())):
                return "forked"
            if last is not None and bundle.no < last.no:
                return "superseded"
            lost = not bundle.full and bundle.base not in received
            if lost or bundle.from_seq > (last.to_seq if last else 0):
                return self._gap(bundle, last)
        first = not received
        received[bundle.no] = bundle.id
        center.cursor[code] = bundle
        center.packets[code] = max(center.packets.get(code, 0), bundle.seen)
        center.seen[code] = bundle.seen if first else max(center.seen.get(code, 0), bundle.seen)
        if first:
            for token in center.tokens.values():
                token.told.pop(code, None)
        if center.anew.get(code) and any(center.anew[code] in dict(chain).values() for _e, _s, chain in bundle.parents):
            center.anew[code] = 0
        self._hand_over(bundle)
        self._apply(bundle)
        return "new"

    def _follows(self, bundle: Bundle, epoch: int, before: dict[int, int]) -> bool:
        if self.center.anew.get(bundle.station) in {id_ for _e, _s, chain in bundle.parents for _no, id_ in chain}:
            return True
        for life, _seq, chain in bundle.parents:
            if life == epoch:
                known = dict(chain)
                newest = max(known, default=0)
                return all(known.get(no) == id_ for no, id_ in before.items() if no <= newest)
        return False

    def _gap(self, bundle: Bundle, last: Bundle | None) -> str:
        code = bundle.station
        self.center.packets[code] = max(self.center.packets.get(code, 0), bundle.seen)
        if self.on["resume"]:
            self.center.resume[code] = (self.center.packets[code] + 1, last.no if last else 0)
        return "gap"

    def _hand_over(self, bundle: Bundle) -> None:
        """Answers are heard in the order in which bundles arrive; a token is used once."""
        for tid, accepted in bundle.answers.items():
            if accepted:
                self.center.answers[tid] = bundle.station
            token = self.center.tokens.get(tid)
            if token is not None and token.taker == bundle.station:
                self._answered(bundle, token, accepted)
        for tid, (child, to, back) in bundle.releases.items():
            self._released(bundle.station, tid, child, to, back)
        for token in self.center.tokens.values():
            if token.state == "withdrawing" and token.taker == bundle.station:
                told = token.told.get(bundle.station)
                if told is not None and bundle.seen >= told:
                    token.state, token.told = "cancelled", {}

    def _answered(self, bundle: Bundle, token: Token, accepted: bool) -> None:
        live, owner = token.state in ("offered", "withdrawing"), self._owned(token.child)
        if accepted and live and self.on["token"] and owner != token.giver:  # another token was quicker
            token.state, token.told = "cancelled" if owner != bundle.station else "accepted", {}
        elif accepted and (live or not self.on["token"]):
            self._accept(bundle, token)
        elif live:
            token.state, token.told = "refused", {}
        elif accepted and token.state in ("refused", "cancelled") and owner != bundle.station:
            token.told.pop(bundle.station, None)

    def _accept(self, bundle: Bundle, token: Token) -> None:
        token.state, token.told = "accepted", {}
        word = self.center.now[token.child].word
        self.center.now[token.child] = Version(bundle.station, word)
        self.center.back.get(token.giver, {}).pop(token.child, None)
        if bundle.digest.get(token.child, "") != word:  # it changed after it was offered
            self.center.back.setdefault(bundle.station, {})[token.child] = (bundle.digest.get(token.child, ""), 0)

    def _released(self, giver: int, tid: int, child: int, to: int, back: bool) -> None:
        center, token = self.center, self.center.tokens.get(tid)
        if back and token is not None and token.state == "offered":
            token.state, token.told = "withdrawing", {}
        elif token is None and center.answers.get(tid) == to and self._owned(child) == to:
            center.tokens[tid] = Token(child, giver, to, "accepted")  # forgotten by a restored center
        elif token is None and back:
            center.tokens[tid] = Token(child, giver, to, "cancelled")

    def _owned(self, child: int) -> int:
        return self.center.now[child].owner if child in self.center.now else -1

    def _apply(self, bundle: Bundle) -> None:
        center, code = self.center, bundle.station
        back = center.back.setdefault(code, {})
        for child in [child for child, (_had, told) in back.items() if told and told <= bundle.seen]:
            del back[child]
        for child, word in sorted(bundle.rows.items()):
            now = center.now.get(child)
            had = center.had.setdefault(child, set())
            if now is not None and now.owner != code:
                continue  # a former owner's word: held
            if word not in had:
                center.now[child] = Version(code, word)
                had.add(word)
        for tid, (child, to, back_wanted) in bundle.releases.items():
            now = center.now.get(child)
            if tid not in center.tokens and not back_wanted and now is not None and now.owner == code:
                center.tokens[tid] = Token(child, code, to)
        if bundle.full and self.on["give_back"]:
            for child, version in center.now.items():
                if version.owner == code and bundle.digest.get(child, "") != version.word:
                    back[child] = (bundle.digest.get(child, ""), 0)
        center.held[code] = {child for child in bundle.digest if not self._counts(code, child)}
        mine = {child: version.word for child, version in center.now.items() if version.owner == code}
        theirs = {child: word for child, word in bundle.digest.items() if self._counts(code, child)}
        wanted = {**mine, **{child: had for child, (had, _told) in back.items() if child in mine}}
        agree = {c: w for c, w in wanted.items() if w} == theirs
        (center.differs.discard if agree else center.differs.add)(code)

    def _counts(self, code: int, child: int) -> bool:
        now = self.center.now.get(child)
        return now is None or now.owner == code

    def packet(self, code: int) -> Packet:
        center = self.center
        number = center.packets[code] = center.packets.get(code, 0) + 1
        last = center.cursor.get(code)
        back = {}
        for child, (had, told) in list(center.back.get(code, {}).items()):
            if told and not self.on["repetition"]:
                continue
            back[child] = (center.now[child].word, had)
            center.back[code][child] = (had, told or number)
        offers, states = {}, {}
        for tid, token in center.tokens.items():
            if code not in (token.giver, token.taker):
                continue
            told = token.told.setdefault(code, number)
            if told <= center.seen.get(code, 0) or (told != number and not self.on["repetition"]):
                continue
            states[tid] = (token.child, token.giver, token.state, self._owned(token.child))
            if token.state == "offered" and code == token.taker:
                offers[tid] = (token.child, center.now[token.child].word)
        return Packet(
            code, number, (last.epoch, last.no, last.id) if last else (0, 0, 0), center.resume.get(code, (0, 0)),
            center.anew.get(code, 0), back, offers, states,
        )  # fmt: skip

    def center_is_back(self, former: Center) -> None:
        """The center was restored: its packets go on above all that it may have forgotten, and call everyone back."""
        for one in self.stations:
            last = self.center.cursor.get(one.code)
            self.center.packets[one.code] = former.packets.get(one.code, 0) + FORGOTTEN
            if self.on["resume"]:
                self.center.resume[one.code] = (self.center.packets[one.code], last.no if last else 0)

    def choose(self, bundle: Bundle) -> None:
        """A person says that the database that made this bundle is the station."""
        self.center.anew[bundle.station] = bundle.id


def kept(value: Any) -> Any:
    """A backup of a station or of the center."""
    return copy.deepcopy(value)
