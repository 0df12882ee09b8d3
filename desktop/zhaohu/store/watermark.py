"""How far a site's database had come, kept outside it: shows that an older state of its files was put back.

One copy lies in the profile and travels with it; the other lies in the settings of the user on this PC, so that a
profile whose folder was put back whole is noticed too. Neither holds anything of a person.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import platformdirs

from zhaohu.paths import write_atomic

FILE = "watermark.json"
_KEYS = {"site": str, "machine": str, "epoch": str, "seq": int, "no": int}


def read(profile: Path, site: str, machine: str) -> list[dict[str, Any]]:
    """The marks kept for this site's profile; one that cannot be read, or is another site's, counts for nothing."""
    found = (_read(place) for place in (profile / FILE, _beside(profile, machine)))
    return [mark for mark in found if mark is not None and mark["site"] == site]


def write(profile: Path, site: str, machine: str, mark: dict[str, Any]) -> None:
    """Keep both copies; where one cannot be written, the other one and the center still notice."""
    value = {"site": site, "machine": machine, **mark}
    for place in (profile / FILE, _beside(profile, machine)):
        if _read(place) != value:
            with suppress(OSError):
                write_atomic(place, json.dumps(value, sort_keys=True).encode("ascii"))


def _beside(profile: Path, machine: str) -> Path:
    """In the user's settings, by the profile's folder: two profiles never share a mark, nor do two PCs of one user."""
    name = hashlib.sha256(f"{profile.resolve()}\n{machine}".encode("utf-8", "surrogateescape")).hexdigest()[:32]
    folder = Path(platformdirs.user_config_dir("zhaohu", appauthor=False, roaming=True))
    return folder / "watermarks" / f"{name}.json"


def _read(place: Path) -> dict[str, Any] | None:
    try:
        value = json.loads(place.read_bytes())
    except (OSError, ValueError):
        return None
    fits = isinstance(value, dict) and all(type(value.get(key)) is kind for key, kind in _KEYS.items())
    fits = fits and type(value.get("highest", 0)) is int
    return value if fits else None
