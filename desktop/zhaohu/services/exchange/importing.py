"""Upward, at the center: bundles are looked at and taken in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlmodel import select

from zhaohu.errors import Cancelled as CancelledWork
from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.paths import shown
from zhaohu.records.codes import Role, SiteKind
from zhaohu.records.exchange import SetAsideBundle
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import shelf
from zhaohu.services.exchange.acts import Kept
from zhaohu.services.exchange.folders import LIMITS, exchanging, temporary
from zhaohu.services.exchange.intake import Intake
from zhaohu.services.exchange.reports import BundleInfo, ImportReport
from zhaohu.services.exchange.shelf import Shelf
from zhaohu.services.safety.backups import Reason, create_backup
from zhaohu.sync import delivery, importing, keys, scratch
from zhaohu.sync.refusals import refusal
from zhaohu.sync.scratch import Scratch

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


def verify_bundle(desk: Desk | None, file: Path) -> BundleInfo:
    """Check a bundle without taking it in: all of it at the center it is for, only its outside elsewhere. Any role.

    Raises:
        Refused: With the code that an import would refuse it with, or `busy`.
    """
    if desk is not None:
        desk.require(*Role)
    if desk is None or desk.site.kind is SiteKind.STATION:
        if not file.is_file():
            raise refusal("unreadable", file=shown(file))
        hints = importing.outside(file, LIMITS)
        return BundleInfo(file, hints.sender, hints.no, file.stat().st_size, "outside")
    with (
        delivery.writing(temporary(desk)),
        exchanging(desk),  # an import that begins sweeps the folder
        delivery.taken_in(file, temporary(desk), LIMITS) as copy,
        Scratch(temporary(desk)) as staging,
        desk.read() as session,
    ):
        center = importing.know_center(session, desk.site.district_code)
        bundle = importing.stage(copy, center, staging, LIMITS, lambda _size: None)
        manifest = bundle.manifest
        where = importing.place(session, bundle)
        return BundleInfo(
            file,
            bundle.station,
            manifest.no,
            copy.stat().st_size,
            "content",
            bundle.id,
            manifest.kind,
            manifest.made_at,
            manifest.counts,
            where,
        )


def import_bundles(
    desk: Desk,
    files: Sequence[Path],
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    recovery_key: str = "",
    told: Callable[[ImportReport], object] | None = None,
) -> list[ImportReport]:
    """Take bundles in, one transaction each; progress in bytes of all files. Admin, at the center.

    A file that is refused or set aside changes nothing and does not stop the others. Bundles that were set aside before
    and can go in now have a report too, after that of the file which they waited for.

    Args:
        desk: Who asks.
        files: What to take in.
        progress: Told how far it has come.
        cancelled: Asked whether to stop.
        recovery_key: Of the recovery sheet of a center that is lost: opens what was on its way to it.
        told: Gets the report of each file as soon as that is done with: those of a cancelled import too.

    Raises:
        Cancelled: Asked for; files before the one in work stay in.
        Refused: `busy`, `bad_key`, or the backup that is made first cannot be; nothing was taken in.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    recovery = _identity(recovery_key)
    tick = counting(files, progress, cancelled)
    with delivery.writing(temporary(desk)), exchanging(desk):
        scratch.sweep(temporary(desk))
        delivery.sweep(temporary(desk))
        create_backup(desk, Reason.IMPORT)
        places = Shelf(desk.profile)
        shelf.tidy(desk.store, places)
        reports = []
        for report in Intake(desk, Kept(desk), places, tick, recovery).files(files):
            reports.append(report)
            if told is not None:
                told(report)
        return _as_it_ended(desk, reports)


def _as_it_ended(desk: Desk, reports: list[ImportReport]) -> list[ImportReport]:
    """What waited, and needs no waiting since a later file of the same import is in."""
    with desk.read() as session:
        done = {row.bundle_id for row in session.exec(select(SetAsideBundle)) if row.decided == shelf.SUPERSEDED}
    words = _("A later bundle of this station holds all that is in this one.")
    return [
        replace(one, status="already_had", reason=shelf.SUPERSEDED, message=words)
        if one.status == "held" and one.bundle_id in done
        else one
        for one in reports
    ]


def counting(files: Sequence[Path], progress: Progress | None, cancelled: Cancelled | None) -> Callable[[int], None]:
    """What to tell of each piece that was read of the files; it raises when the work was cancelled."""
    total = sum(map(delivery.size_of, files))
    done = 0

    def tick(size: int) -> None:
        nonlocal done
        done += size
        if cancelled is not None and cancelled():
            raise CancelledWork
        if progress is not None:
            progress(done, total)

    return tick


def _identity(recovery_key: str) -> Any:
    """The identity that a recovery sheet holds; None without one."""
    if not recovery_key:
        return None
    try:
        return keys.identity(recovery_key)
    except ValueError:
        message = _("This is not the key of a recovery sheet. Type it once more, as it is printed.")
        raise Refused(message, code="bad_key") from None
