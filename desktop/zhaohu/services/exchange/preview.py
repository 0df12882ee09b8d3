"""What an import would do, before it is done: the very import, rehearsed in a transaction that is rolled back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlmodel import Session, func, select

from zhaohu.i18n import N_, _
from zhaohu.records.codes import Role, SiteKind
from zhaohu.records.exchange import ReceivedBundle
from zhaohu.services.desk import Desk
from zhaohu.services.duplicates.across import across_stations
from zhaohu.services.duplicates.duplicates import Pair
from zhaohu.services.exchange.acts import rehearsal
from zhaohu.services.exchange.folders import exchanging, temporary
from zhaohu.services.exchange.importing import Cancelled, Progress, counting
from zhaohu.services.exchange.intake import Intake
from zhaohu.services.exchange.reports import HeldRecord, ImportReport, held_records
from zhaohu.services.exchange.shelf import FORKED, GAP, MOVED, UPDATE, Shelf
from zhaohu.sync import delivery, scratch

_CHILDREN = (
    "SELECT DISTINCT v.row_id FROM record_version v WHERE v.sequence > ? AND v.table_name = 'child' UNION "
    "SELECT c.id FROM record_version v JOIN caregiver g ON g.id = v.row_id "
    "JOIN child c ON c.household_id = g.household_id WHERE v.sequence > ? AND v.table_name = 'caregiver'"
)
_WOULD = {
    GAP: N_(
        "Something between this bundle and the last one received is missing here. It would be set aside, and the next "
        "receipt asks the station to send everything once more."
    ),
    UPDATE: N_(
        "A newer version of the program made this file. It would be set aside, and tried again after the update of "
        "this program."
    ),
    MOVED: N_(
        "This bundle was made on another PC than the last one received. It would be set aside until a person confirms "
        "that the station has moved to this PC."
    ),
    FORKED: N_(
        "This bundle does not follow from what was received before: a copy or an old state of the station may be in "
        "use. It would be set aside until a person decides which PC is the station."
    ),
}


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import of these files would do now.

    Attributes:
        reports: As the import would give them; of what would be set aside the message says so.
        held: Records that would be held and are not held now.
        duplicates: Children who would come in new or changed, and children of other stations who may be the same.
    """

    reports: list[ImportReport]
    held: list[HeldRecord]
    duplicates: list[Pair]


def preview(
    desk: Desk, files: Sequence[Path], progress: Progress | None = None, cancelled: Cancelled | None = None
) -> Preview:
    """What an import of these files would do; nothing of it stays. Admin, at the center.

    Whoever else wants to write waits meanwhile, as during the import itself.

    Raises:
        Cancelled: Asked for.
        Refused: `busy`.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    folder = temporary(desk)
    with delivery.writing(folder), exchanging(desk):
        scratch.sweep(folder)
        delivery.sweep(folder)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryDirectory(prefix="preview-", dir=folder) as aside, rehearsal(desk) as (session, acts):
            last, held = _last_sequence(session), _held(session)
            intake = Intake(desk, acts, Shelf(desk.profile, Path(aside)), counting(files, progress, cancelled))
            reports = list(intake.files(files))
            more = {key: row for key, row in _held(session).items() if key not in held}
            children = session.connection().exec_driver_sql(_CHILDREN, (last, last)).scalars().all()
            return Preview(
                [_rehearsed(one) for one in reports], list(more.values()), across_stations(session, children, cancelled)
            )


def _rehearsed(report: ImportReport) -> ImportReport:
    """Nothing has been kept yet, so nothing may say that it was."""
    if report.status == "held" and report.reason in _WOULD:
        return replace(report, message=_(_WOULD[report.reason]))
    return report


def _last_sequence(session: Session) -> int:
    return session.exec(select(func.max(ReceivedBundle.sequence))).one() or 0


def _held(session: Session) -> dict[tuple[str, str, str], HeldRecord]:
    """By kind, id and reason."""
    session.expire_all()
    return {(one.table, one.id, one.reason): one for one in held_records(session)}
