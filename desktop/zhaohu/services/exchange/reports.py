"""What is told of bundles that were looked at or taken in: plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from zhaohu.i18n import N_, _
from zhaohu.paths import shown
from zhaohu.records.exchange import HeldRow
from zhaohu.sync import checking

_STATUS = {
    "accepted": N_("accepted"),
    "already_had": N_("already had"),
    "held": N_("set aside"),
    "refused": N_("refused"),
}
_HELD_MESSAGES = {
    checking.NOT_OWNER: N_("The record belongs to another station."),
    checking.BAD_VALUE: N_("A value is outside what is allowed."),
    checking.MISSING_PARENT: N_("The record hangs on another one that has not arrived."),
    checking.DUPLICATE: N_("Another record has the same number already."),
    checking.STILL_NEEDED: N_("The record was deleted, but others still hang on it."),
}


@dataclass(frozen=True, slots=True)
class BundleInfo:
    """What could be checked of a bundle: its outside only, or (at the center it is for) all of it.

    `place` says what an import would find: `new`, `known` (had already) or `superseded` (contained in a later one).
    """

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

    `tables` holds per table how many records were `new`, `changed`, `unchanged`, `deleted`, and how many of the
    station's are `held` now; the properties are the sums. All are empty when the bundle was had already. `reason` is
    a stable code (with its sentence in `message`) when refused or held, `known` or `superseded` when had already.

    Attributes:
        status: `held`: a proven bundle that cannot go in yet, or about which a person must decide; it is set aside.
        differs: After this import the center's records are not the station's; it will ask for all of them.
        bundle_id: Empty when the file was refused.
        batch: The import it came with, to undo it by; empty unless accepted.
        reasons: How many records of the station are held now, by reason code.
        from_set_aside: It had been set aside before, and was tried again because something it needs has come.
    """

    file: Path
    status: Literal["accepted", "already_had", "held", "refused"]
    station: str = ""
    station_name: str = ""
    no: int = 0
    tables: dict[str, dict[str, int]] = field(default_factory=dict)
    differs: bool = False
    reason: str | None = None
    message: str = ""
    bundle_id: str = ""
    batch: str = ""
    reasons: dict[str, int] = field(default_factory=dict)
    from_set_aside: bool = False

    @property
    def name(self) -> str:
        """The file's name as it can be shown."""
        return shown(self.file)

    @property
    def new(self) -> int:
        """Records that were not here before."""
        return self._sum("new")

    @property
    def changed(self) -> int:
        """Records that came in a newer version."""
        return self._sum("changed")

    @property
    def unchanged(self) -> int:
        """Records that were here just so."""
        return self._sum("unchanged")

    @property
    def deleted(self) -> int:
        """Records that the station took away."""
        return self._sum("deleted")

    @property
    def held(self) -> int:
        """Records kept aside with a reason."""
        return self._sum("held")

    def _sum(self, word: str) -> int:
        return sum(counts.get(word, 0) for counts in self.tables.values())


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


def status_words(status: str) -> str:
    """What became of a file, in a word."""
    return _(_STATUS[status])


def held_message(reason: str) -> str:
    """The sentence for the reason why a record is held."""
    return _(_HELD_MESSAGES[reason]) if reason in _HELD_MESSAGES else reason


def held_records(session: Session) -> list[HeldRecord]:
    """All that is held, in words; without the records themselves, which may be long."""
    without_line = defer(col(HeldRow.line))  # type: ignore[arg-type]  # what `col` gives is one of these
    query = select(HeldRow).options(without_line).order_by(col(HeldRow.station), col(HeldRow.row_id))
    return [
        HeldRecord(
            row.station, row.table_name, row.row_id, row.child_id, row.reason, held_message(row.reason), row.field
        )
        for row in session.exec(query)
    ]
