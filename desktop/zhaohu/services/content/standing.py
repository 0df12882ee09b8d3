"""Which edition of a setting is in force, and the way back to what the program ships."""

from __future__ import annotations

from dataclasses import dataclass

from zhaohu.records.codes import Role, SiteKind
from zhaohu.services import district
from zhaohu.services.desk import Desk
from zhaohu.services.district import Key, Setting


@dataclass(frozen=True, slots=True)
class Standing:
    """Which edition of a setting is in force, who made it when, and the note it came with; edition 0: none."""

    edition: int = 0
    changed_at: str = ""
    changed_by: str = ""
    note: str = ""


def standing_of(found: Setting | None) -> Standing:
    """How a setting stands."""
    return Standing() if found is None else Standing(found.edition, found.changed_at, found.changed_by, found.note)


def restore(desk: Desk, key: Key) -> int:
    """What the program ships again, for all of a setting. Admin, at the center."""
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    return district.write(desk, key, None)
