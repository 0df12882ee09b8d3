"""The villages of a station inside an open transaction."""

from __future__ import annotations

from sqlmodel import Session, col, select

from zhaohu.errors import BadInput, NotAllowed, NotFound
from zhaohu.i18n import _
from zhaohu.records import Village
from zhaohu.services.desk import Desk


def present_villages(desk: Desk, session: Session) -> list[Village]:
    """The villages on the station's own list, in the order in which they came."""
    own = select(Village).where(col(Village.deleted_at).is_(None), Village.owner == desk.site.code)
    return list(session.exec(own.order_by(col(Village.id))))


def own_village(desk: Desk, session: Session, village_id: str) -> Village:
    """A village of the station's own list.

    Raises:
        NotFound: There is no such village.
        NotAllowed: It is another station's.
    """
    village = session.get(Village, village_id)
    if village is None or village.deleted_at is not None:
        raise NotFound(_("There is no such village."), code="no_such_village")
    if village.owner != desk.site.code:
        raise NotAllowed(_("This village is on another station's list."), code="not_owner")
    return village


def village_named(desk: Desk, session: Session, name: str) -> str | None:
    """The id of a village of the station's own list, which gets a new name; None for no name."""
    if not name:
        return None
    known = next((village for village in present_villages(desk, session) if village.name == name), None)
    if known is None:
        known = desk.make(Village, name=name)
        session.add(known)
        session.flush()
    return known.id


def refuse_closed(desk: Desk, session: Session, name: str) -> None:
    """Nothing, unless a family cannot be added to a village any more.

    Raises:
        BadInput: `village_closed`.
    """
    if any(village.name == name and village.closed_on is not None for village in present_villages(desk, session)):
        message = _("“{name}” is closed: no family is added there any more. Choose another village.")
        raise BadInput(message.format(name=name), field="village", code="village_closed")
