"""PCs, and the profiles that people open on them; copied from one template and opened without asking for a password."""

from __future__ import annotations

import itertools
import shutil
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select
from tests.sync.district import ADMIN, DISTRICT, WEAK

from zhaohu.clock import Clock
from zhaohu.paths import DATABASE_FILE
from zhaohu.records.exchange import Peer
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import importing, receipts, set_aside, setup, undo
from zhaohu.services.safety import profile as profiles
from zhaohu.store import machine
from zhaohu.store.engine import make_engine
from zhaohu.store.envelope import Envelope
from zhaohu.store.migrations import SCHEMA
from zhaohu.sync import export, lineage, manifest, packets
from zhaohu.sync.manifest import BUNDLE_MIN_READER

TODAY = date(2026, 11, 20)
MOST_STATIONS = 8
NEWER = SCHEMA + 1
"""Of a program that is not written yet."""
_numbers = itertools.count()
_seconds = itertools.count()


@dataclass(frozen=True, slots=True)
class Ticking(Clock):
    """Goes on a second whenever it is asked: no two PCs ever make the very same bundle, as in life."""

    def now(self) -> datetime:
        """The day's noon and as many seconds as it was asked."""
        assert self.fixed is not None
        return self.fixed + timedelta(seconds=next(_seconds))


def begin_day() -> None:
    """Every run begins at noon."""
    global _seconds  # one run at a time
    _seconds = itertools.count()


class Pc:
    """A PC has a number of its own, the settings of its user, and some version of the program."""

    def __init__(self, folder: Path, like: Pc | None = None) -> None:
        self.folder = folder / f"pc-{next(_numbers)}"
        self.schema, self.min_reader = (like.schema, like.min_reader) if like else (SCHEMA, BUNDLE_MIN_READER)
        if like is None:
            self.folder.mkdir(parents=True)
            (self.folder / "machine-id").write_text(uuid.uuid4().hex)
        else:
            shutil.copytree(like.folder, self.folder)

    @contextmanager
    def used(self) -> Iterator[None]:
        """Work at this PC."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_CONFIG_HOME", str(self.folder / "settings"))
            patch.setattr(machine, "ID_FILES", (self.folder / "machine-id",))
            patch.setattr(manifest, "SCHEMA", self.schema)
            patch.setattr(export, "BUNDLE_MIN_READER", self.min_reader)
            if self.min_reader == NEWER:
                patch.setattr(packets, "_min_reader", lambda _counts: NEWER)
            yield


@dataclass
class Seat:
    """A profile on a PC, open or not."""

    name: str
    pc: Pc
    profile: Path
    key: bytes
    desk: Desk | None = None
    kept: list[Path] = field(default_factory=list)

    @property
    def at(self) -> Desk:
        """Its desk, opened when needed."""
        if self.desk is None:
            with self.pc.used():
                clock = Ticking.at(TODAY)
                store = profiles.open_store(self.profile, self.key, clock)
                self.desk = profiles.log_in(self.profile, store, ADMIN.name, clock)
        return self.desk

    def close(self) -> None:
        """Leave it."""
        if self.desk is not None:
            with self.pc.used():
                self.desk.close()
            self.desk = None

    def copied(self, where: Path, pc: Pc) -> Seat:
        """The same on another disk."""
        self.close()
        shutil.copytree(self.profile, where)
        return Seat(self.name, pc, where, self.key)

    def back_up(self, folder: Path) -> None:
        """Keep the whole profile as it is now."""
        self.close()
        place = folder / f"{self.profile.name}-{next(_numbers)}"
        shutil.copytree(self.profile, place)
        self.kept.append(place)

    def put_back(self, kept: Path) -> None:
        """An old image of the disk is back; nobody tells the program."""
        self.close()
        shutil.rmtree(self.profile)
        shutil.copytree(kept, self.profile)

    def restore(self, kept: Path) -> None:
        """As `restore_backup` does with a database that was proven: its file comes back, and a new life begins."""
        self.close()
        with self._database() as session:
            former, written = lineage.lives(session), dict(session.exec(select(Peer.code, Peer.packet_no)).all())
        shutil.copy(kept / DATABASE_FILE, self.profile / DATABASE_FILE)
        with self._database() as session:
            lineage.begin(session, former, "restored", Ticking.at(TODAY).stamp())
            if self.name == "center":  # its set-aside bundles stay where they are
                packets.after_restore(session, written)

    @contextmanager
    def _database(self) -> Iterator[Session]:
        engine = make_engine(self.profile / DATABASE_FILE, self.key)
        try:
            with Session(engine.execution_options(writes=True)) as session, session.begin():
                yield session
        finally:
            engine.dispose()


@dataclass
class Template:
    """An enrolled district that runs copy from; `keys` by name."""

    folder: Path
    keys: dict[str, bytes]

    def stations(self) -> list[str]:
        """Codes, such as 01."""
        return sorted(name for name in self.keys if name != "center")

    def seat(self, name: str, folder: Path) -> Seat:
        """A copy on a PC of its own."""
        profile = folder / name
        shutil.copytree(self.folder / name, profile)
        return Seat(name, Pc(folder), profile, self.keys[name])


def make_template(folder: Path, stations: int = MOST_STATIONS) -> Template:
    """A center and its stations, enrolled, closed."""
    clock = Clock.at(TODAY)
    with ExitStack() as desks, Pc(folder).used():
        made = setup.init_center(
            folder / "center", district_code=DISTRICT, name="中心", admin=ADMIN, clock=clock, strength=WEAK
        )
        desks.callback(made.desk.close)
        for number in range(1, stations + 1):
            code, file = f"{number:02d}", folder / f"{number:02d}.zhe"
            setup.add_station(
                made.desk, code=code, name=f"{number}站", township=f"{number}镇", population=1000, out=file
            )
            station = setup.init_station(folder / code, enrolment=file, admin=ADMIN, clock=clock, strength=WEAK)
            desks.callback(station.desk.close)
            assert station.reply is not None
            setup.accept_station(made.desk, station.reply)
    names = ["center", *(f"{number:02d}" for number in range(1, stations + 1))]
    for name in names:  # it was made on one PC; each copy gets its own
        (folder / name / "watermark.json").unlink(missing_ok=True)
    return Template(folder, {name: Envelope(folder / name).open(ADMIN.name, ADMIN.password) for name in names})


@contextmanager
def without_backups() -> Iterator[None]:
    """The backup before each import is proven elsewhere, and takes half of the time here."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (importing, receipts, set_aside, undo):
            patch.setattr(module, "create_backup", lambda *_arguments, **_more: None, raising=False)
        yield
