"""Finding a record that is there: known, not removed, and open to changes."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from zhaohu.errors import NotAllowed, NotFound, Refused
from zhaohu.i18n import _
from zhaohu.records import Child, Station, Transfer
from zhaohu.records.codes import SiteKind

if TYPE_CHECKING:
    from zhaohu.services.desk import Desk


def present_child(session: Session, child_id: str) -> Child:
    """A child of the register.

    Raises:
        NotFound: There is no such child (`no_such_child`), it was removed (`removed`), or it was found to be another
            one (`merged`; `child_id` in the details is the child that stayed).
    """
    child = session.get(Child, child_id)
    if child is None:
        raise NotFound(_("This child is not in the register."), code="no_such_child")
    if child.deleted_at is not None and child.merged_into is not None:
        raise NotFound(
            _("This record was merged into another one of the same child. Open that one."),
            code="merged",
            child_id=kept_child(session, child).id,
        )
    if child.deleted_at is not None:
        raise NotFound(
            _("This child was removed from the register. An administrator of its station can bring it back."),
            code="removed",
        )
    return child


def own_child(desk: Desk, session: Session, child_id: str) -> Child:
    """A child of this station's register, be it frozen or not.

    Raises:
        NotFound: As `present_child`.
        NotAllowed: It is another station's (`not_owner`), or this is the center.
    """
    desk.require_site(SiteKind.STATION)
    child = present_child(session, child_id)
    if child.owner != desk.site.code:
        raise NotAllowed(_("This child belongs to another station; only that station may record."), code="not_owner")
    return child


def editable_child(desk: Desk, session: Session, child_id: str) -> Child:
    """A child that this station may write about: its own, present, and not on its way to another station.

    Raises:
        NotFound: As `present_child`.
        NotAllowed: It is another station's (`not_owner`), or this is the center.
        Refused: It was released to another station (`released`; `to_station` in the details).
    """
    child = own_child(desk, session, child_id)
    pending = pending_transfers(session, [child_id]).get(child_id)
    if pending is not None:
        message = _(
            "This child was released to {station}; until the exchange has taken it there, its record is only to look "
            "at. To go on here, cancel the release on the child's page, under “Status and moves”."
        )
        raise Refused(
            message.format(station=station_name(session, pending.to_station)),
            code="released",
            to_station=pending.to_station,
        )
    return child


def pending_transfers(session: Session, child_ids: Collection[str] | None = None) -> dict[str, Transfer]:
    """The releases that are waiting for the exchange, by child; of some children, or of all with None."""
    statement = (
        select(Transfer)
        .join(Child, col(Child.id) == Transfer.child_id)
        .where(col(Transfer.cancelled_on).is_(None), col(Transfer.deleted_at).is_(None), Transfer.owner == Child.owner)
        .where(col(Transfer.handed_over_on).is_(None))
        .order_by(col(Transfer.id))
    )
    if child_ids is not None:
        statement = statement.where(col(Transfer.child_id).in_(child_ids))
    return {transfer.child_id: transfer for transfer in session.exec(statement)}


def station_name(session: Session, code: str) -> str:
    """A station's name; its number in words when the center has not told of it yet."""
    name = session.exec(select(Station.name).where(Station.code == code)).first()
    return name or _("Station {code}").format(code=code)


def kept_child(session: Session, child: Child) -> Child:
    """The child that stayed, over several merges."""
    seen = {child.id}
    while child.merged_into is not None and child.merged_into not in seen:
        seen.add(child.merged_into)
        following = session.get(Child, child.merged_into)
        if following is None:
            break
        child = following
    return child
