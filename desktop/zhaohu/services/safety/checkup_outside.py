"""What the doctor can look at without opening the database: the place, the files and the machine around it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from zhaohu import paths
from zhaohu.clock import Clock
from zhaohu.errors import Refused
from zhaohu.i18n import N_, _
from zhaohu.services.safety import backups
from zhaohu.store.engine import sqlite_is_sound
from zhaohu.store.envelope import Envelope
from zhaohu.store.place import check_place

_FREE_BYTES = 1024**3
_PAGE_BYTES = 4096
_FONTS = ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf", "ZhaohuRare.ttf")
_LEFT_S = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `advice` is empty when it is as it should be."""

    name: str
    title: str
    advice: str = ""

    @property
    def ok(self) -> bool:
        """Whether nobody has to do anything."""
        return not self.advice


Look = Callable[[Path, Clock], str]


def look_outside(profile: Path, clock: Clock) -> list[Finding]:
    """Look at what is around every profile, opened or not."""
    return _findings(_AROUND, profile, clock)


def look_without_opening(profile: Path, clock: Clock, refusal: Refused) -> list[Finding]:
    """All that can be found out about a profile that does not open, after why it does not.

    Args:
        profile: The profile's folder.
        clock: What time it is.
        refusal: Why it could not be opened.
    """
    first = Finding("open", _("The profile can be opened"), refusal.message)
    return [first, *_findings(_INSTEAD, profile, clock), *_findings(_AROUND, profile, clock)]


def _findings(looks: tuple[tuple[str, str, Look], ...], profile: Path, clock: Clock) -> list[Finding]:
    return [Finding(name, _(title), look(profile, clock)) for name, title, look in looks]


def _place(profile: Path, _clock: Clock) -> str:
    try:
        check_place(profile)
    except Refused as refused:
        return refused.message
    return ""


def _disk(profile: Path, _clock: Clock) -> str:
    database = profile / paths.DATABASE_FILE
    free = shutil.disk_usage(profile).free
    needed = max(_FREE_BYTES, 2 * database.stat().st_size if database.exists() else 0)
    return "" if free >= needed else _("Less than {n} MB are free on this disk. Make room.").format(n=needed // 2**20)


def _fonts(_profile: Path, _clock: Clock) -> str:
    missing = []
    for name in _FONTS:
        try:
            paths.resource(f"fonts/{name}")
        except FileNotFoundError:
            missing.append(name)
    return (
        _("Fonts are missing: {names}. Install the program anew.").format(names=", ".join(missing)) if missing else ""
    )


def _sqlite(_profile: Path, _clock: Clock) -> str:
    return "" if sqlite_is_sound() else _("The program came with a database library that has known faults. Update it.")


def _leftovers(profile: Path, clock: Clock) -> str:
    old = clock.now().timestamp() - _LEFT_S
    places = (*profile.glob("tmp/*"), *profile.glob(".*.part"), *profile.glob("*/.*.part"))
    left = [one for one in places if one.suffix != ".lock" and one.is_file() and one.stat().st_mtime < old]
    if not left:
        return ""
    return _("Working copies were left behind: {n}. Close the program everywhere and log in again.").format(n=len(left))


def _data_file(profile: Path, _clock: Clock) -> str:
    file = profile / paths.DATABASE_FILE
    size = file.stat().st_size if file.is_file() else 0
    if not size:
        return _("The data file is missing or empty. Do not start anew; restore the newest backup.")
    return _("The data file was cut short. Restore the newest backup.") if size % _PAGE_BYTES else ""


def _key_files(profile: Path, _clock: Clock) -> str:
    envelope = Envelope(profile)
    try:
        envelope.names()
    except Refused as refused:
        return refused.message
    if envelope.copies_agree():
        return ""
    return _("One copy of the key file is missing or differs. Change your password once to write both anew.")


def _backups(profile: Path, _clock: Clock) -> str:
    found = backups.list_backups(backups.folder(profile))
    usable = [backup for backup in found if not backup.problem]
    if not usable:
        return _("There is no usable backup beside the profile. Look for one on the second place: a stick or a share.")
    return ""


_AROUND: tuple[tuple[str, str, Look], ...] = (
    ("place", N_("The profile lies in a good place"), _place),
    ("disk", N_("Disk has room"), _disk),
    ("leftovers", N_("Nothing was left behind"), _leftovers),
    ("fonts", N_("Fonts are present"), _fonts),
    ("sqlite", N_("The database library is sound"), _sqlite),
)
_INSTEAD: tuple[tuple[str, str, Look], ...] = (
    ("data_file", N_("Data file is there"), _data_file),
    ("keys", N_("Keys are present"), _key_files),
    ("backups", N_("Backups are there"), _backups),
)
