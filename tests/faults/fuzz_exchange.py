"""Bundles, packets and enrolment files that an enrolled sender has mangled: taken in, held or refused, never a crash.

    python -m tests.faults.fuzz_exchange --first N --runs N --seed S --folder DIR

A worker with little more memory than it begins with (see `fuzz_loop`) reads one mangled file after another through the
services, looks whether all is sound then (see `fuzz_sound`), and undoes it.
"""

from __future__ import annotations

import json
import random
import resource
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.faults import fuzz_loop
from tests.faults.fuzz_ground import Ground, again, prepare
from tests.faults.fuzz_sound import NEVER, Rows, Within, check, go_on, judge, look, rows, undone
from tests.faults.mangling import at_random_place, mangled, near, text_of
from tests.sync.forging import dump

from zhaohu.errors import Refused
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import history
from zhaohu.services.exchange.acts import Kept
from zhaohu.services.exchange.intake import Intake
from zhaohu.services.exchange.shelf import Shelf
from zhaohu.sync import answers, enrolment
from zhaohu.sync.container import Limits
from zhaohu.sync.give_back import BACK
from zhaohu.sync.scratch import Scratch

HEAD_ROOM_BYTES, SECONDS = 300 << 20, 5
LIMITS = Limits()
UNTOUCHED = ("refused_file", "set_aside_bundle", "audit_line", "setting")
HELD_BEFORE = 1
ONE_IN = 8
"""So seldom what takes long is looked at: that a refusal changed nothing, that the screens show what came."""


class Exchange:
    """Reads mangled bundles at a center, packets at a station, enrolment files at either."""

    seconds = SECONDS

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._read = 0

    def made(self, throw: random.Random) -> tuple[str, bytes]:
        if throw.random() < 0.06:
            return _paper(throw, self._ground)
        chosen = throw.choice(self._ground.sealers)
        what, data = mangled(throw, chosen)
        return f"{chosen.kind} {what}", data

    def begin(self, worker: str) -> None:
        self._center, self._station = map(again, (self._ground.center, self._ground.station))
        self._file = self._center.profile.parent / f"mangled-{worker}"
        self._before = dump(self._center), dump(self._station)
        self._rows: dict[str, Rows] = {}
        for desk in (self._center, self._station):
            with desk.read() as session:
                self._rows[desk.site.code] = rows(session)
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + HEAD_ROOM_BYTES,) * 2)

    def read(self, kind: str, data: bytes) -> str:
        self._read += 1
        self._file.write_bytes(data)
        if kind.startswith("B"):
            return f"up: {self._bundle()}"
        if kind.startswith("R"):
            return f"down: {self._packet()}"
        return f"enrolment: {_enrolled(kind, data)}"

    def end(self) -> list[str]:
        same = (dump(self._center), dump(self._station)) == self._before
        return [] if same else ["the profiles are not as they were"]

    def died(self, _data: bytes) -> tuple[str, str]:
        return "died", f"the process died or took longer than {SECONDS} s"

    def _bundle(self) -> str:
        """The very import, in a transaction that is undone."""
        aside = self._file.parent / "aside"
        with undone(self._center) as desk:
            intake = Intake(desk, Kept(desk), Shelf(desk.profile, aside), lambda _size: None)
            report, *_more = intake.files([self._file])
            for file in aside.glob("*"):
                file.unlink()
            if report.status == "accepted":
                self._look(desk, [])
                return "held" if report.held > HELD_BEFORE else "taken in"
            assert report.message or report.reason == "known", report
            assert report.reason not in NEVER, report
            self._look_refused(desk, f"{report.reason}")
            return f"{report.reason}"

    def _packet(self) -> str:
        with undone(self._station) as desk:
            try:
                lines = _obey(desk, self._file)
            except Refused as refused:
                self._look_refused(desk, judge(refused))
                return refused.code
            self._look(desk, lines)
            return "obeyed"

    def _look(self, desk: Within, lines: list[dict[str, Any]]) -> None:
        check(desk, self._rows[desk.site.code], lines)
        if self._read % ONE_IN == 0:
            look(desk)
            go_on(desk)

    def _look_refused(self, desk: Within, code: str) -> None:
        if self._read % ONE_IN == 0:
            at = 0 if desk.site.code == self._center.site.code else 1
            now, before = dump(desk), self._before[at]
            other = [table for table in before if now[table] != before[table] and table not in UNTOUCHED]
            assert not other, f"{code} changed {other}"


def _obey(desk: Desk, file: Path) -> list[dict[str, Any]]:
    """Read a packet as the service does; returns what it brought back."""
    with Scratch(desk.profile / "tmp") as staging:
        with desk.read() as session:
            station = answers.know_station(session, desk.site.code)
        manifest = answers.stage(file, station, staging, LIMITS, lambda _size: None)
        with desk.write("receipt.import") as work:
            answer = answers.apply(work.session, manifest, staging, desk.clock.stamp())
            history.note_packet(work.session, manifest, answer, desk.clock.stamp())
            work.note(no=manifest.no, confirmed=answer.confirmed)
        return [json.loads(text) for batch in staging.lines(BACK) for _id, text in batch]


def _paper(throw: random.Random, ground: Ground) -> tuple[str, bytes]:
    """A mangled enrolment file, properly signed."""
    kind, good, signing = throw.choice(ground.papers)
    _head, content, _signature, _end = good.split(b"\n")
    changed = at_random_place(throw, json.loads(content), lambda value: near(throw, value))
    data = text_of(changed).encode("utf-8", "surrogatepass")
    signs = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(signing))
    signature = signs.sign(enrolment._CONTEXTS[kind] + data).hex().encode()
    return kind, b"ZHE 1\n" + data + b"\n" + signature + b"\n"


def _enrolled(kind: str, data: bytes) -> str:
    reader = {"invitation": enrolment.read_invitation, "reply": enrolment.read_reply}[kind]
    try:
        reader(data)
    except Refused as refused:
        return judge(refused)
    return "read"


if __name__ == "__main__":
    given = fuzz_loop.arguments()
    fuzz_loop.run(Exchange(prepare(given.folder)), given)
