"""A folder on this PC, on a stick or on a share that the system has mounted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fsspec.implementations.local import LocalFileSystem

from zhaohu.errors import Refused
from zhaohu.sync import delivery
from zhaohu.sync.travel.faults import Fault, fault
from zhaohu.sync.travel.place import Place, Tick

_FAULTS: dict[str, Fault] = {"no_space": "place_full", "cannot_write": "place_read_only"}


class FolderPlace(Place):
    """A folder that is there already: one that is missing may be a share that is not mounted, and a folder made in its
    stead would swallow what is meant for others.
    """

    def connect(self) -> Any:
        """The file system of this PC."""
        if not Path(self.root).is_dir():
            raise fault("place_missing")
        return LocalFileSystem(skip_instance_cache=True)

    def send(self, source: Path, name: str, tick: Tick) -> bool:
        """As every place, with everything flushed to the disk: a stick is pulled out the moment it is done."""
        if any((entry.name, entry.size) == (name, source.stat().st_size) for entry in self.entries()):
            return False
        self._try(lambda: self._hand_out(source, name, tick))
        return True

    def _hand_out(self, source: Path, name: str, tick: Tick) -> None:
        try:
            delivery.hand_out(source, Path(self.root), name, tick)
        except Refused as refused:
            raise fault(_FAULTS.get(refused.code, "place_read_only")) from None

    def meaning(self, error: Exception) -> Fault | None:
        """A disk that refuses, or one that is gone."""
        if isinstance(error, PermissionError):
            return "place_read_only"
        return "place_missing" if isinstance(error, OSError) else None

    def path(self, name: str) -> str:
        """A file in the folder."""
        return str(Path(self.root, name))
