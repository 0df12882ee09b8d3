"""Bundles, packets and enrolment files that an enrolled sender has mangled: taken in, held or refused, never a crash.

    python -m tests.faults.fuzz_exchange --first N --runs N --seed S --folder DIR

A worker process with little more memory than it begins with reads one mangled file after another as far as a
transaction goes, looks whether the database is sound in it, and undoes it. Prints one JSON line; failing files go to
the folder.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.faults.kill import Child
from tests.faults.mangling import Sealer, at_random_place, mangled, near, text_of
from tests.faults.steps import DISTRICT, opened
from tests.sync.district import make_district
from tests.sync.forging import dump
from tests.sync.forging import opened as unsealed
from tests.sync.work import a_family, a_measurement, a_visit, bring_down, rename, save, take_up

from zhaohu.errors import Refused
from zhaohu.records.exchange import OwnKey
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import bundles, receipts
from zhaohu.store import settings
from zhaohu.store.session import Store
from zhaohu.sync import answers, applying, enrolment, importing, keys, marks
from zhaohu.sync.container import BUNDLE, PACKET, Kind, Limits
from zhaohu.sync.scratch import Scratch

HEAD_ROOM_BYTES, SECONDS = 300 << 20, 5
LIMITS = Limits()
STAMP = "2026-11-20T12:00:00+08:00"


class Undone(Exception):  # noqa: N818 - no error
    """Ends a transaction that nobody wants to keep."""


@dataclass
class Ground:
    """A center and a station with a little history, and good files to mangle."""

    center: Desk
    station: Desk
    sealers: list[Sealer]
    papers: list[tuple[str, bytes, str]]

    def opened(self) -> None:
        """The same desks on databases of one's own: none may be carried over into a forked process."""
        self.center, self.station = map(again, (self.center, self.station))


def again(desk: Desk) -> Desk:
    """A closed desk, open once more."""
    store = Store(desk.store.path, desk.store.key)
    return Desk(desk.profile, store, desk.clock, desk.person, desk.site)


def prepare(folder: Path) -> Ground:
    """A station with two bundles on their way and one packet; the first is taken in."""
    made = os.environ.get(DISTRICT)
    district = Path(made) if made else make_district(folder / "district")
    for name in ("center", "01"):
        shutil.copytree(district / name, folder / name)
    center, station = opened(folder / "center"), opened(folder / "01")
    stick = folder / "stick"
    child = a_family(station, "赵小禾")
    visit = a_visit(station, child)
    save(station, visit, a_measurement(station, child))
    take_up(station, center, stick)
    packet = receipts.export_receipt(center, "01", stick).file
    sealers = [sealer(PACKET, packet, center, station)]
    bring_down(center, station, stick)
    rename(station, child, "赵大禾")
    save(station, a_visit(station, child, 2, replaces=visit), a_measurement(station, a_family(station, "钱"), 4100))
    sealers.append(sealer(BUNDLE, bundles.export_bundle(station, stick).file, station, center))
    with station.write("test.full") as work:
        settings.put(work.session, marks.FULL_WANTED, "1")
        work.session.connection().exec_driver_sql("DELETE FROM measurement WHERE weight_g > 5000")
    sealers.append(sealer(BUNDLE, bundles.export_bundle(station, stick).file, station, center))
    papers = [
        ("invitation", (district / "01.zhe").read_bytes(), private(center, "sign")),
        ("reply", (district / "371103-01-reply.zhe").read_bytes(), private(station, "sign")),
    ]
    center.close()
    station.close()
    return Ground(center, station, sealers, papers)


def private(desk: Desk, purpose: str) -> str:
    with desk.read() as session:
        return session.get_one(OwnKey, purpose).private


def sealer(kind: Kind, file: Path, signer: Desk, reader: Desk) -> Sealer:
    """From a good file of a sender to a reader."""
    manifest, lines = unsealed(file, reader)
    with reader.read() as session:
        receive = keys.own_public(session).receive
    return Sealer(kind, private(signer, "sign"), receive, signer.site.code, manifest, lines)


def made(throw: random.Random, ground: Ground) -> tuple[str, bytes]:
    """A mangled file: what was done, and its bytes."""
    if throw.random() < 0.1:
        return paper(throw, ground)
    chosen = throw.choice(ground.sealers)
    what, data = mangled(throw, chosen)
    return f"{chosen.kind} {what}", data


def paper(throw: random.Random, ground: Ground) -> tuple[str, bytes]:
    """A mangled enrolment file, properly signed."""
    kind, good, signing = throw.choice(ground.papers)
    _head, content, _signature, _end = good.split(b"\n")
    changed = at_random_place(throw, json.loads(content), lambda value: near(throw, value))
    data = text_of(changed).encode("utf-8", "surrogatepass")
    signs = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(signing))
    signature = signs.sign(enrolment._CONTEXTS[kind] + data).hex().encode()
    return kind, b"ZHE 1\n" + data + b"\n" + signature + b"\n"


def read(ground: Ground, kind: str, file: Path) -> str:
    """What came of it: read, read as good, or the code of the refusal."""
    try:
        if kind.startswith("B"):
            return read_bundle(ground.center, file)
        if kind.startswith("R"):
            return read_packet(ground.station, file)
        reader = {"invitation": enrolment.read_invitation, "reply": enrolment.read_reply}[kind]
        reader(file.read_bytes())
    except Refused as refused:
        if refused.code == "store_fault" or not refused.message:
            raise AssertionError(refused.message or "without words") from refused
        return refused.code
    return "read"


def read_bundle(desk: Desk, file: Path) -> str:
    with Scratch(desk.profile / "tmp") as staging:
        with desk.read() as session:
            center = importing.know_center(session, desk.site.district_code)
        bundle = importing.stage(file, center, staging, LIMITS, lambda _size: None)
        with desk.store.write() as session, _undone(session):
            where = importing.place(session, bundle)
            if where != "new":
                return where
            received = applying.apply(session, bundle, staging, STAMP)
            return "held" if '"held"' in received.result else "taken in"


def read_packet(desk: Desk, file: Path) -> str:
    with Scratch(desk.profile / "tmp") as staging:
        with desk.read() as session:
            station = answers.know_station(session, desk.site.code)
        manifest = answers.stage(file, station, staging, LIMITS, lambda _size: None)
        with desk.store.write() as session, _undone(session):
            answers.apply(session, manifest, staging, STAMP)
            return "obeyed"


class _undone:  # noqa: N801 - reads as a word
    """Looks whether all references hold, then takes back what was done in this transaction."""

    def __init__(self, session: Any) -> None:
        self._session = session

    def __enter__(self) -> None:
        self._session.connection().exec_driver_sql("SAVEPOINT fuzz")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self._session.flush()
        run = self._session.connection().exec_driver_sql
        lost = [] if kind else run("PRAGMA foreign_key_check").all()
        run("ROLLBACK TO fuzz")
        run("RELEASE fuzz")
        self._session.expunge_all()
        assert not lost, f"references: {lost}"


def work(ground: Ground, place: Path, seed: int, first: int, last: int, say: Callable[[Any], None]) -> None:
    """Read file after file, each announced before it is read."""
    ground.opened()
    before = dump(ground.center), dump(ground.station)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + HEAD_ROOM_BYTES,) * 2)
    file = place / f"mangled-{first}"
    for number in range(first, last):
        kind, data = made(random.Random(f"{seed}/{number}"), ground)
        file.write_bytes(data)
        say(["begin", number])
        signal.alarm(SECONDS)
        try:
            say(["end", number, kind, read(ground, kind, file)])
        except Exception:
            say(["crash", number, kind, traceback.format_exc()[-2500:]])
        signal.alarm(0)
    say(["same", (dump(ground.center), dump(ground.station)) == before])


def main() -> None:
    """All files."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--folder", type=Path, required=True)
    arguments.add_argument("--runs", type=int, default=1000)
    arguments.add_argument("--first", type=int, default=0)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    ground = prepare(given.folder)
    found: Counter[str] = Counter()
    problems: list[str] = []
    slowest = 0.0
    number, last = given.first, given.first + given.runs
    while number < last:
        worker = Child(lambda say, number=number: work(ground, given.folder, given.seed, number, last, say))
        began, same = time.monotonic(), None
        for word in worker.lines(time.monotonic() + 24 * 3600):
            if isinstance(word, dict):  # the worker itself failed
                problems.append(f"after {number}: {word['crash']}")
                number = last
                break
            if word[0] == "same":
                same = word[1]
                continue
            if word[0] == "begin":
                began = time.monotonic()
                continue
            slowest = max(slowest, time.monotonic() - began)
            number = word[1] + 1
            found[word[3] if word[0] == "end" else "crash"] += 1
            if word[0] == "crash":
                problems.append(f"file {word[1]} ({word[2]}): {word[3]}")
        worker.kill()
        if same is False:
            problems.append("the profiles are not as they were")
        if number < last:  # it died
            found["died"] += 1
            problems.append(f"file {number}: the process died or took longer than {SECONDS} s")
            number += 1
    for problem in problems:
        with suppress(ValueError, IndexError):
            at = int(problem.split()[1].rstrip(":"))
            kind, data = made(random.Random(f"{given.seed}/{at}"), ground)
            (given.folder / f"file-{at}-{kind.replace(' ', '-')}").write_bytes(data)
    outcomes = dict(found.most_common())
    answer = {"tried": given.runs, "outcomes": outcomes, "slowest_s": round(slowest, 2), "problems": problems}
    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
