"""Sticks that are plugged in now."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from zhaohu.store.place import Volume, is_stick, mounted_volumes

FOLDER = "zhaohu"
"""On a stick the files lie in a folder of their own."""


@dataclass(frozen=True, slots=True)
class Stick:
    """A stick or card that files can be written to.

    Attributes:
        name: As the file manager shows it.
        folder: Where the files of the exchange lie on it; made at the first exchange.
    """

    name: str
    folder: Path
    free_bytes: int
    total_bytes: int


def find_sticks(volumes: Iterable[Volume] | None = None) -> list[Stick]:
    """Sticks in the order of their names; those that are read-only or just being pulled out are left out.

    Args:
        volumes: What is mounted; None asks the system.
    """
    found: dict[str, Stick] = {}
    for volume in mounted_volumes() if volumes is None else volumes:
        if "ro" in volume.options or not is_stick(volume):
            continue
        root = Path(volume.mount)
        try:
            space = shutil.disk_usage(root)
        except OSError:
            continue
        if os.access(root, os.W_OK) and volume.device not in found:
            found[volume.device] = Stick(root.name or str(root), root / FOLDER, space.free, space.total)
    return sorted(found.values(), key=lambda stick: stick.name)


def make_folder(folder: Path) -> None:
    """Make a stick's own folder, if that is what this is and the stick is there.

    Raises:
        OSError: The stick does not let itself be written to.
    """
    if not folder.exists() and folder.name == FOLDER and os.path.ismount(folder.parent):
        folder.mkdir()
