"""Proven bundles that could not go in: kept whole, tried again, or decided by a person; never thrown away."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlmodel import col, select

from zhaohu.i18n import N_, _
from zhaohu.records.codes import Role, SiteKind
from zhaohu.records.exchange import Peer, SetAsideBundle
from zhaohu.services.desk import Desk
from zhaohu.services.exchange.acts import Kept
from zhaohu.services.exchange.folders import exchanging, temporary
from zhaohu.services.exchange.importing import counting
from zhaohu.services.exchange.intake import Intake
from zhaohu.services.exchange.reports import ImportReport
from zhaohu.services.exchange.shelf import FORKED, GAP, IMPORTED, MOVED, REFUSED, SUPERSEDED, UPDATE, Shelf
from zhaohu.services.safety.backups import Reason, create_backup
from zhaohu.sync import delivery

_WHY = {
    GAP: N_(
        "A bundle before this one is missing. The next receipt asks the station for all its records; then it goes in, "
        "or you decide about it."
    ),
    UPDATE: N_("A newer version of the program made it. It is tried again after the update of this program."),
    MOVED: N_("It was made on another PC than the bundles before. A person has to confirm that the station has moved."),
    FORKED: N_(
        "It does not follow from what was received: two PCs, or two states of one, call themselves this station."
    ),
}
_BECAME = {
    IMPORTED: N_("It was taken in later."),
    SUPERSEDED: N_("A later bundle of this station holds all that was in it."),
    REFUSED: N_("After the update it proved to be damaged. What was in it comes with the next bundle of this station."),
    "this_one": N_("A person said that the PC that made it is the station."),
    "other": N_("A person said that it was made on a copy of the station."),
}
_GONE = N_("The file is not here any more. The station is asked to send again what was in it.")


@dataclass(frozen=True, slots=True)
class SetAside:
    """A bundle that is set aside.

    Attributes:
        made_at: As the station says; empty while only its outside can be read.
        message: Why, and what happens next; what became of it once that is decided.
        size_bytes: 0 when the file is not here any more.
        decided: `imported`, `superseded`, `refused`, `this_one`, `other`; empty while nothing was decided.
    """

    bundle_id: str
    station: str
    station_name: str
    no: int
    made_at: str
    arrived_at: str
    reason: str
    message: str
    size_bytes: int
    decided: str
    decided_at: str | None
    decided_by: str | None

    @property
    def gone(self) -> bool:
        """Whether its file is not here any more, and the station has to send again what was in it."""
        return not self.size_bytes and not self.decided and self.reason in (GAP, UPDATE)


def list_set_aside(desk: Desk) -> list[SetAside]:
    """Bundles that are set aside, those that wait first, then the newest. Any role, at the center."""
    desk.require(*Role)
    desk.require_site(SiteKind.CENTER)
    places = Shelf(desk.profile)
    with desk.read() as session:
        names = dict(session.exec(select(Peer.code, Peer.name)).all())
        rows = session.exec(select(SetAsideBundle).order_by(col(SetAsideBundle.arrived_at).desc())).all()
    return [
        _described(row, names.get(row.station, ""), places) for row in sorted(rows, key=lambda row: row.decided != "")
    ]


def retry(desk: Desk) -> list[ImportReport]:
    """Try everything that waits once more; tells of what went in. Admin, at the center.

    Also takes in what lies in the folder of such bundles without anything being known about it: after a restore.

    Raises:
        Refused: `busy`, or the backup that is made first cannot be; nothing was taken in.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    with delivery.writing(temporary(desk)), exchanging(desk):
        intake = Intake(desk, Kept(desk), Shelf(desk.profile), counting((), None, None))
        if not intake.has_waiting():
            return []
        create_backup(desk, Reason.IMPORT)
        return intake.waiting()


def _described(row: SetAsideBundle, name: str, places: Shelf) -> SetAside:
    file = places.file(row.bundle_id)
    size = file.stat().st_size if file.is_file() else 0
    found = SetAside(
        row.bundle_id,
        row.station,
        name,
        row.no,
        row.made_at,
        row.arrived_at,
        row.reason,
        _(_BECAME.get(row.decided) or _WHY[row.reason]),
        size,
        row.decided,
        row.decided_at,
        row.decided_by,
    )
    return replace(found, message=_(_GONE)) if found.gone else found
