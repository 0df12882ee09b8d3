"""Upward exchange: what a station sends, and what the center takes in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from zhaohu.services.desk import Desk

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Pending:
    """What waits at a station: own records changed since the last receipt, and where the exchange stands."""

    counts: dict[str, int]
    last_export: str | None
    last_export_no: int
    last_confirmed: str | None
    last_confirmed_no: int

    @property
    def records(self) -> int:
        """All records that the center has not confirmed."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Exported:
    """A bundle that was written: `again` when it is the last one once more, since nothing changed after it."""

    file: Path
    no: int
    kind: Literal["full", "delta"]
    counts: dict[str, int]
    bundle_id: str
    again: bool

    @property
    def records(self) -> int:
        """All records in it."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class BundleInfo:
    """What could be checked of a bundle: its outside only, or (at the center it is for) all of it."""

    file: Path
    station: str
    no: int
    size_bytes: int
    depth: Literal["outside", "content"]
    bundle_id: str | None = None
    kind: str | None = None
    made_at: str | None = None
    counts: dict[str, int] = field(default_factory=dict)
    place: str | None = None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of one file.

    `tables` holds per table how many records were `new`, `changed`, `unchanged`, `deleted`, `held`; the same words
    are attributes for the sums. `reason` is a stable code and `message` its sentence when refused.
    """

    file: Path
    status: Literal["accepted", "already_had", "refused"]
    station: str = ""
    station_name: str = ""
    no: int = 0
    tables: dict[str, dict[str, int]] = field(default_factory=dict)
    differs: bool = False
    reason: str | None = None
    message: str = ""

    new: int = field(init=False)
    changed: int = field(init=False)
    unchanged: int = field(init=False)
    deleted: int = field(init=False)
    held: int = field(init=False)


@dataclass(frozen=True, slots=True)
class StationState:
    """At the center: where the exchange with one station stands."""

    code: str
    name: str
    status: Literal["invited", "active", "revoked"]
    last_no: int
    last_received: str | None
    last_made: str | None
    records: int
    held: int
    differs: bool


@dataclass(frozen=True, slots=True)
class HeldRecord:
    """A record that the center keeps aside, with the reason; `child_id` when it hangs on a child."""

    station: str
    table: str
    id: str
    child_id: str | None
    reason: str
    message: str
    field: str | None


@dataclass(frozen=True, slots=True)
class ExchangeStatus:
    """`pending` at a station, `stations` at the center; `held` at both."""

    pending: Pending | None
    stations: list[StationState]
    held: list[HeldRecord]


def export_bundle(desk: Desk, out: Path) -> Exported:
    """Write a bundle of everything the center has not confirmed into the folder `out`. Admin or teacher."""
    raise NotImplementedError


def pending(desk: Desk) -> Pending:
    """What waits at this station. Any role."""
    raise NotImplementedError


def verify_bundle(desk: Desk | None, file: Path) -> BundleInfo:
    """Check a bundle without taking it in."""
    raise NotImplementedError


def import_bundles(
    desk: Desk, files: Sequence[Path], progress: Progress | None = None, cancelled: Cancelled | None = None
) -> list[ImportReport]:
    """Take bundles in, one transaction each; progress in bytes of all files. Admin."""
    raise NotImplementedError


def status(desk: Desk) -> ExchangeStatus:
    """Where the exchange stands. Any role."""
    raise NotImplementedError
