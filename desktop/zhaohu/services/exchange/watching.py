"""A folder that is looked at by itself: bundles that others put there are taken in once, when they are whole."""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session, select

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.records.codes import Role, SiteKind
from zhaohu.records.exchange import Peer
from zhaohu.services.desk import Desk
from zhaohu.services.exchange.importing import Cancelled, Progress, import_bundles
from zhaohu.services.exchange.reports import ImportReport
from zhaohu.store import settings
from zhaohu.store.migrations import SCHEMA
from zhaohu.sync.refusals import PASSING

_FOLDER, _MOVE, _SEEN, _DONE = "watch.folder", "watch.move", "watch.seen", "watch.done"
_DONE_FOLDER = "done"
_FINAL = 2
"""How many numbers mark a file that is not tried again."""
_ENDING = ".zhb"
_TAKEN = ("accepted", "already_had", "held")

_UNTIL_CHANGED = ("unknown_sender", "update_center")
"""Codes after which a file is tried again once a station was enrolled or the program was updated, and not before."""

Marks = dict[str, list[int]]
"""Size and time of change of files, by name; of one that waits for a change, also what was known when it came."""


@dataclass(frozen=True, slots=True)
class Watched:
    """The folder that is watched, and whether files that were taken in are moved into a folder `done` in it."""

    folder: Path | None
    move: bool


def watched(desk: Desk) -> Watched:
    """The folder that is watched. Any role, at the center."""
    desk.require(*Role)
    desk.require_site(SiteKind.CENTER)
    with desk.read() as session:
        kept = settings.get(session, _FOLDER)
        return Watched(Path(kept) if kept else None, settings.get(session, _MOVE, "1") == "1")


def watch(desk: Desk, folder: Path | None, move: bool = True) -> Watched:
    """Choose the folder to be watched, or none. Admin, at the center.

    Raises:
        Refused: `bad_place`: it is not there, or lies in the profile.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    if folder is not None:
        folder = _usable(desk, folder)
    with desk.write("bundle.watch") as work:
        settings.put(work.session, _FOLDER, "" if folder is None else str(folder))
        settings.put(work.session, _MOVE, "1" if move else "0")
        for key in (_SEEN, _DONE):
            settings.put(work.session, key, "{}")
        work.note(set=folder is not None, move=move)
    return Watched(folder, move)


def look(
    desk: Desk,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    settle_s: float = 0.0,
) -> list[ImportReport]:
    """Take in what lies whole in the watched folder and was not taken in before. Admin, at the center.

    A file is whole when it is as it was the last time somebody looked; the names of halves end in `.part`.

    Args:
        desk: Who asks.
        progress: Told how far it has come.
        cancelled: Asked whether to stop.
        settle_s: Look twice at once, so long apart; else what is new waits for the next look.

    Raises:
        Cancelled: Asked for.
        Refused: `no_folder`, `unreadable`, `busy`.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    place = watched(desk)
    if place.folder is None:
        raise Refused(_("No folder is watched. Choose one first."), code="no_folder")
    now = _marks(place.folder)
    with desk.read() as session:
        seen, done, known = _kept(session, _SEEN), _kept(session, _DONE), _known(session)
    done = {name: mark for name, mark in done.items() if len(mark) == _FINAL or mark[-1] == known}
    fresh = {name: mark for name, mark in now.items() if done.get(name, [])[:_FINAL] != mark}
    if settle_s and any(seen.get(name) != mark for name, mark in fresh.items()):
        time.sleep(settle_s)
        seen, now = now, _marks(place.folder)
    whole = [name for name, mark in now.items() if name in fresh and seen.get(name) == mark]
    reports = import_bundles(desk, [place.folder / name for name in whole], progress, cancelled) if whole else []
    ours = [report for report in reports if report.file.parent == place.folder]
    finished: Marks = {report.file.name: [] for report in ours if _is_final(report)}
    finished |= {report.file.name: [known] for report in ours if report.reason in _UNTIL_CHANGED}
    moved = _move(place.folder, (r.file for r in reports if r.status in _TAKEN)) if place.move else set()
    left = {name: mark for name, mark in now.items() if name not in moved}
    done = {name: done[name] for name, mark in left.items() if done.get(name, [])[:_FINAL] == mark}
    done |= {name: [*mark, *finished[name]] for name, mark in left.items() if name in finished}
    with desk.read() as session:
        before = (_kept(session, _SEEN), _kept(session, _DONE))
    if before != (left, done):
        with desk.store.write() as session:
            settings.put(session, _SEEN, json.dumps(left))
            settings.put(session, _DONE, json.dumps(done))
    return reports


def _is_final(report: ImportReport) -> bool:
    return report.status != "refused" or report.reason not in PASSING


def _known(session: Session) -> int:
    """Stands for which stations are enrolled with which keys, and what this program can read."""
    peers = session.exec(select(Peer.code, Peer.status, Peer.sign_public).order_by(Peer.code)).all()
    return zlib.crc32(repr((SCHEMA, peers)).encode())


def _marks(folder: Path) -> Marks:
    """What lies there that could be a bundle."""
    try:
        files = [file for file in folder.iterdir() if file.suffix.lower() == _ENDING and not file.name.startswith(".")]
        return {
            file.name: [state.st_size, state.st_mtime_ns]
            for file in sorted(files)
            if file.is_file()
            for state in [file.stat()]
        }
    except OSError:
        message = _("The watched folder {folder} cannot be read. Check the connection, or choose another one.")
        raise Refused(message.format(folder=folder), code="unreadable", folder=str(folder)) from None


def _move(folder: Path, files: Iterable[Path]) -> set[str]:
    """Move files away that were taken in; one that cannot be moved stays and is not taken in again."""
    moved = set()
    for file in files:
        if file.parent != folder:
            continue
        try:
            (folder / _DONE_FOLDER).mkdir(exist_ok=True)
            file.replace(_free(folder / _DONE_FOLDER, file))
        except OSError:
            continue
        moved.add(file.name)
    return moved


def _free(folder: Path, file: Path) -> Path:
    place, number = folder / file.name, 1
    while place.exists():
        number += 1
        place = folder / f"{file.stem}-{number}{file.suffix}"
    return place


def _kept(session: Session, key: str) -> Marks:
    kept: Marks = json.loads(settings.get(session, key, "{}"))
    return kept


def _usable(desk: Desk, folder: Path) -> Path:
    folder = folder.expanduser().resolve()
    if not folder.is_dir():
        message = _("The folder {folder} is not there. Make it first, or connect the drive it is on.")
        raise Refused(message.format(folder=folder), code="bad_place", folder=str(folder))
    if folder.is_relative_to(desk.profile.resolve()):
        message = _("Files of others do not belong into the profile's own folder. Choose another one.")
        raise Refused(message, code="bad_place", folder=str(folder))
    return folder
