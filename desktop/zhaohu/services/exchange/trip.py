"""One exchange through a place: what both kinds of site do on it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from zhaohu import __version__
from zhaohu.errors import Cancelled as CancelledWork
from zhaohu.errors import Refused
from zhaohu.services.desk import Desk
from zhaohu.services.exchange.folders import LIMITS, temporary
from zhaohu.services.exchange.looks import setting_of
from zhaohu.services.exchange.receipts import ReceiptReport
from zhaohu.services.exchange.reports import ImportReport
from zhaohu.store import settings
from zhaohu.sync.delivery import file_hash
from zhaohu.sync.refusals import refusal
from zhaohu.sync.travel.names import PART, TravelName, fits, name_at_place, read_name
from zhaohu.sync.travel.place import Entry, Place

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]

_KEEP_S = 7 * 24 * 3600.0
DONE, REFUSED = "done", "refused"
TOO_NEW = f"made by a program newer than {__version__}"
_NOT_GIVEN = frozenset({"place_missing", "place_read_only", "place_short"})
"""Of one file that was listed a moment ago: no reason to leave the others; it is tried again each time."""


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that lies at the place now: a bundle of this station, or a packet for a station."""

    name: str
    station: str
    no: int
    records: int


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """A file that came, and what became of it: `accepted`, `already_had`, `held` or `refused` with the sentence why."""

    name: str
    size_bytes: int
    result: str
    code: str = ""
    message: str = ""


@dataclass(slots=True)
class ExchangeReport:
    """What an exchange did.

    Attributes:
        place: Name of the saved place, or its address.
        sent: What was laid down; a bundle that lay there already is not in it.
        fetched: What came.
        receipt: At a station: what the newest packet said.
        imports: At the center: one for each bundle that came.
        nothing_new: At a station: the center has confirmed everything, so nothing was to be sent.
        waiting: At a station: the bundle lies at the place already, and the center has not confirmed it.
    """

    place: str
    sent: list[SentFile] = field(default_factory=list)
    fetched: list[FetchedFile] = field(default_factory=list)
    receipt: ReceiptReport | None = None
    imports: list[ImportReport] = field(default_factory=list)
    nothing_new: bool = False
    waiting: bool = False


class Trip:
    """A place, where files lie meanwhile, and what was taken from there before.

    Args:
        desk: Who exchanges, and where.
        place: Connected when it is first asked.
        name: What is told and kept of it.
        quiet: Nobody asked for it: what was refused once is not tried again.
        progress: Told bytes done and bytes in all.
        cancelled: Whether the person wants it to stop.
    """

    def __init__(
        self, desk: Desk, place: Place, name: str, quiet: bool, progress: Progress | None, cancelled: Cancelled | None
    ) -> None:
        self.desk, self.place, self.quiet = desk, place, quiet
        self.progress, self.cancelled = progress, cancelled
        place.check = self.check
        self._unread: set[str] = set()
        self.report = ExchangeReport(name)
        self.folder = temporary(desk) / "travel"
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._done = self._total = 0
        self._tidy()

    def entries(self, wanted: Callable[[TravelName], bool]) -> list[tuple[Entry, TravelName]]:
        """What lies at the place and is wanted here, by number."""
        named = [(entry, name) for entry in self.place.entries() if (name := read_name(entry.name)) is not None]
        found = [(entry, name) for entry, name in named if wanted(name)]
        return sorted(found, key=lambda one: (one[1].station, one[1].no, one[0].name))

    def to_fetch(self, found: Iterable[tuple[Entry, TravelName]]) -> list[Entry]:
        """Of these, what was not taken before."""
        known = self._taken()
        skipped = (DONE, REFUSED, TOO_NEW) if self.quiet else (DONE,)
        return [entry for entry, _name in found if known.get(mark_of(entry)) not in skipped]

    def remember(self, marks: dict[str, str], there: Iterable[tuple[Entry, TravelName]]) -> None:
        """Keep what became of the files that lie there; those that are gone are forgotten."""
        kept = {**self._taken(), **marks}
        present = {mark_of(entry) for entry, _name in there} - self._unread
        now = {mark: state for mark, state in kept.items() if mark in present}
        with self.desk.store.write() as session:
            settings.put(session, self.setting("taken"), json.dumps(now))

    def expect(self, size: int) -> None:
        """So many bytes are to be moved besides."""
        self._total += size

    def check(self) -> None:
        """Go on, or not.

        Raises:
            Cancelled: The person wants it to stop; what is half done goes on from there at the next exchange.
        """
        if self.cancelled is not None and self.cancelled():
            raise CancelledWork

    def tick(self, size: int) -> None:
        """So many bytes were moved.

        Raises:
            Cancelled: As `check`.
        """
        self.check()
        self._done += size
        if self.progress is not None and self._total:
            self.progress(min(self._done, self._total), self._total)

    def fetch(self, entry: Entry) -> Path | None:
        """Bring a file here; None, and a line in the report, when it is not what it should be."""
        target = self.folder / entry.name
        if target.is_file() and fits(target.name, file_hash(target)):
            self.tick(entry.size)
            return target
        try:
            if entry.size > LIMITS.file_bytes:
                raise refusal("too_large", file=entry.name)
            self.place.fetch(entry, target, self.tick)
        except Refused as refused:
            if refused.code in _NOT_GIVEN:  # taken away or forbidden meanwhile, or not all there
                self._unread.add(mark_of(entry))
                if refused.code != "place_short":
                    refused = refusal("unreadable", file=entry.name)
            elif refused.code == "damaged":
                self._spoilt(entry)
            elif refused.code != "too_large":
                raise
            self.came(entry, REFUSED, refused.code, refused.message)
            return None
        return target

    def _spoilt(self, entry: Entry) -> None:
        """Take away what is not what its name promises: whoever laid it there lays it there once more."""
        self._unread.add(mark_of(entry))
        with suppress(Refused):
            if self.place.is_spoilt(entry):  # not only on its way here
                self.place.remove(entry.name)

    def came(self, entry: Entry, result: str, code: str = "", message: str = "") -> None:
        """Note what became of a file that was fetched."""
        self.report.fetched.append(FetchedFile(entry.name, entry.size, result, code, message))

    def send(self, file: Path, station: str, no: int, records: int) -> str:
        """Lay a file down under its name there; returns the name."""
        name = name_at_place(file.name, file_hash(file))
        self.expect(file.stat().st_size)
        if self.place.send(file, name, self.tick):
            self.report.sent.append(SentFile(name, station, no, records))
        return name

    def remove_quietly(self, names: Iterable[str]) -> None:
        """Take files of ours away that nobody needs any more; a place that forbids it keeps them."""
        there = {entry.name for entry in self.place.entries()}
        for name in names:
            for one in (name, name + PART):
                if one in there:
                    with suppress(Refused):
                        self.place.remove(one)

    def setting(self, what: str) -> str:
        """The key under which something about this place is kept."""
        return setting_of(what, self.report.place)

    def _taken(self) -> dict[str, str]:
        with self.desk.read() as session:
            kept: dict[str, str] = json.loads(settings.get(session, self.setting("taken")) or "{}")
        return kept

    def _tidy(self) -> None:
        """What was fetched, half or whole, is gone on with, but not for ever, and only what is known by its name."""
        oldest = self.desk.clock.now().timestamp() - _KEEP_S
        for one in self.folder.iterdir():
            said = read_name(one.name)
            if one.is_dir():
                shutil.rmtree(one, ignore_errors=True)
            elif not (one.suffix == PART or (said and said.hash)) or one.stat().st_mtime < oldest:
                one.unlink(missing_ok=True)


def mark_of(entry: Entry) -> str:
    """A file by its name and size; without a hash in its name also by when it was put there."""
    said = read_name(entry.name)
    return f"{entry.name}|{entry.size}" + ("" if said is not None and said.hash else f"|{entry.stamp}")
