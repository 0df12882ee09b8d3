"""Two spellings of one village become one, and can be parted again."""

from __future__ import annotations

import json

from sqlmodel import Session, col, select

from zhaohu.errors import BadInput, NotAllowed, NotFound, Refused
from zhaohu.i18n import _
from zhaohu.records import Correction, Household, Village
from zhaohu.records.codes import Role, SiteKind
from zhaohu.services.desk import Desk
from zhaohu.services.register import corrections
from zhaohu.services.register.village_records import own_village, present_villages
from zhaohu.services.register.village_teachers import end_assignments


def merge_villages(desk: Desk, keep_id: str, other_id: str) -> int:
    """Two spellings of one village become one: all families of the other come to it; returns how many. Admin.

    Raises:
        BadInput: It is the same village.
        NotFound: There is no such village.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.STATION)
    if keep_id == other_id:
        raise BadInput(_("Choose another village."), field="other")
    with desk.write("village.merge") as work:
        keep, other = own_village(desk, work.session, keep_id), own_village(desk, work.session, other_id)
        homes = _homes(work.session, other_id)
        for home in homes:
            home.village_id = keep_id
        keep.code = keep.code or other.code
        end_assignments(desk, work.session, other_id, desk.today)
        other.deleted_at, other.deleted_by = desk.clock.stamp(), desk.person.display_name
        other.deleted_reason = _("joined with {name}").format(name=keep.name)
        moved = {"merged_into": (None, keep_id), "households": (None, [home.id for home in homes])}
        corrections.keep_correction(desk, work.session, other, moved)
        work.note(keep, families=len(homes))
        return len(homes)


def part_villages(desk: Desk, other_id: str) -> int:
    """Undo a merge: the village is there again with the families that came from it and are still there. Admin.

    Raises:
        NotFound: That village was not merged.
        NotAllowed: It is on another station's list.
        Refused: `village_exists`: meanwhile there is another village of that name.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.STATION)
    with desk.write("village.part") as work:
        session = work.session
        merge = _merge_of(session, other_id)
        other = session.get(Village, other_id)
        if other is not None and other.owner != desk.site.code:
            raise NotAllowed(_("This village is on another station's list."), code="not_owner")
        if merge is None or other is None:
            raise NotFound(_("This village was not joined with another one."), code="not_merged")
        if any(village.name == other.name for village in present_villages(desk, session)):
            message = _("There is a village “{name}” already.").format(name=other.name)
            raise Refused(message, code="village_exists")
        moved = json.loads(merge.changes)
        keep_id, ids = moved["merged_into"][1], set(moved["households"][1])
        back = [home for home in _homes(session, keep_id) if home.id in ids]
        for home in back:
            home.village_id = other_id
        other.deleted_at = other.deleted_by = other.deleted_reason = None
        merge.deleted_at, merge.deleted_by = desk.clock.stamp(), desk.person.display_name
        work.note(other, families=len(back))
        return len(back)


def _homes(session: Session, village_id: str) -> list[Household]:
    return list(session.exec(select(Household).where(Household.village_id == village_id)))


def merges(session: Session) -> list[tuple[Village, str]]:
    """The villages that were joined with another one, and the id of that one."""
    found = session.exec(
        select(Village, Correction.changes)
        .join(Correction, col(Correction.row_id) == Village.id)
        .where(Correction.table_name == "village", col(Correction.deleted_at).is_(None))
        .where(col(Village.deleted_at).is_not(None))
    )
    return [(village, json.loads(changes)["merged_into"][1]) for village, changes in found]


def _merge_of(session: Session, village_id: str) -> Correction | None:
    wanted = select(Correction).where(Correction.row_id == village_id, Correction.table_name == "village")
    return session.exec(wanted.where(col(Correction.deleted_at).is_(None))).first()
