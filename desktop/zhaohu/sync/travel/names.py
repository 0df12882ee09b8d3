"""Names of the files at a place: whose they are, their number, and the beginning of their hash.

Places are shared, and a number may be given twice (a restored site counts from an older one on). With its hash in its
name a file is never laid over another, is fetched once, and is known to be whole before it is opened.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath

PART = ".part"
_HASH_DIGITS = 16
_NAME = re.compile(
    r"(?P<station>\d{6}-\d{2})-(?P<no>\d{6,12})(?:-(?P<hash>[0-9a-f]{16}))?(?P<more>(?:[ ._(-][^/\\:]{0,60})?)"
    r"\.(?P<kind>zhb|zhr)"
)


@dataclass(frozen=True, slots=True)
class TravelName:
    """What a file's name says; nothing of it is proven.

    Attributes:
        station: Who sent a bundle, whom a packet is for.
        kind: `zhb` or `zhr`.
        hash: The beginning of the file's SHA-256; empty when somebody put the file there by hand.
    """

    station: str
    no: int
    kind: str
    hash: str


def name_at_place(file_name: str, sha256: str) -> str:
    """The name under which a file of the outbox is laid down."""
    file = PurePath(file_name)
    return f"{file.stem}-{sha256[:_HASH_DIGITS]}{file.suffix}"


def read_name(name: str) -> TravelName | None:
    """What a name says; None for half-written and foreign files, and for names that no disk or list can hold."""
    found = _NAME.fullmatch(name) if name.isprintable() else None
    if found is None:
        return None
    return TravelName(found["station"], int(found["no"]), found["kind"], found["hash"] or "")


def fits(name: str, sha256: str) -> bool:
    """Whether a file's content is the one that its name promises."""
    said = read_name(name)
    return said is None or sha256.startswith(said.hash)
