"""Which families a class is proposed to: on the register, not on the way to another station, guidance not refused."""

from __future__ import annotations

from dataclasses import dataclass

from zhaohu.records.codes import ConsentScope, Role
from zhaohu.services.desk import Desk
from zhaohu.services.register import child_list, consents
from zhaohu.services.register.child_list import ChildRow

_READERS = tuple(Role)


@dataclass(frozen=True, slots=True)
class Proposed:
    """The children whose families may be invited, the youngest first, and how many are left out for which reason."""

    children: tuple[ChildRow, ...]
    refused: int
    released: int


def families(desk: Desk) -> Proposed:
    """Whose families may be invited to a class."""
    desk.require(*_READERS)
    found = child_list.list_children(desk, sort=child_list.Sort.BIRTH_DATE, descending=True)
    with desk.read() as session:
        refused = consents.refused(session, None, ConsentScope.GUIDANCE)
    here = [row for row in found if not row.released_to]
    children = tuple(row for row in here if row.id not in refused)
    return Proposed(children, len(here) - len(children), len(found) - len(here))
