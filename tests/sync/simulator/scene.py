"""What a run has: PCs, files on their way, what happened so far."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.sync.simulator.sites import Seat, Template


@dataclass
class Mail:
    """A file on its way, from or to a seat; `losses` of the center when it was written."""

    seat: Seat
    file: Path
    losses: int = 0


@dataclass
class Scene:
    """A district and all that is on its way in it.

    Attributes:
        mains: The PC that is each station.
        copies: Other PCs with a station's data that somebody goes on working on.
        is_off: Where the disks lie as they were when the power went, until it is back.
        confirmed: What stations take for confirmed: (table, id, digest) by station; a restored center may have lost it.
        replaced: Children's ids with names that somebody has replaced by others on purpose.
        called: The same with the names that stood at the stations when the healing began.
    """

    template: Template
    folder: Path
    throw: random.Random
    stations: int
    faults: frozenset[str]
    center: Seat = field(init=False)
    mains: list[Seat] = field(default_factory=list)
    copies: list[Seat] = field(default_factory=list)
    up: list[Mail] = field(default_factory=list)
    down: list[Mail] = field(default_factory=list)
    confirmed: dict[str, set[tuple[str, str, str]]] = field(default_factory=dict)
    replaced: set[tuple[str, str]] = field(default_factory=set)
    called: set[tuple[str, str]] = field(default_factory=set)
    done: Counter[str] = field(default_factory=Counter)
    log: list[str] = field(default_factory=list)
    born: int = 0
    files: int = 0
    losses: int = 0
    is_off: Path | None = None

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True)
        self.center = self.template.seat("center", self.folder)
        codes = self.template.stations()[: self.stations]
        self.mains = [self.template.seat(code, self.folder) for code in codes]
        self.confirmed = {code: set() for code in codes}

    def close(self) -> None:
        """Close everything."""
        for seat in (self.center, *self.mains, *self.copies):
            seat.close()

    def say(self, *words: object) -> None:
        """Keep what happened, for the report of a run that went wrong."""
        self.log.append(" ".join(map(str, words)))

    def station(self) -> Seat:
        """Any PC with a station's data."""
        return self.throw.choice([*self.mains, *self.copies])
