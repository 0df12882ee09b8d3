"""Releasing a child to another station of the district: it waits for the exchange, and is only to look at meanwhile."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session, col, func, select

from zhaohu.errors import BadInput, Refused
from zhaohu.i18n import _, format_date
from zhaohu.records import Station, Transfer
from zhaohu.records.codes import ChildStatus, ConsentScope, Role, SiteKind, label
from zhaohu.records.exchange import Journal, SentBundle
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.register.consents import refused
from zhaohu.services.register.handovers import handovers as handovers
from zhaohu.services.register.lookup import editable_child, own_child, pending_transfers
from zhaohu.services.register.moves import check_day, reason_words
from zhaohu.sync import marks

_READERS = tuple(Role)


def list_stations(desk: Desk) -> list[tuple[str, str]]:
    """The other stations of the district that the center told of: code and name, by code."""
    desk.require(*_READERS)
    with desk.read() as session:
        found = session.exec(
            select(Station.code, Station.name).where(col(Station.deleted_at).is_(None)).order_by(col(Station.code))
        )
        return [(code, name) for code, name in found if code != desk.site.station]


def release(desk: Desk, child_id: str, to_station: str, on: date, reason: str) -> None:
    """Release a child to another station; from then on its record is only to look at. Admin or teacher.

    Raises:
        BadInput: The day, the station or the reason cannot be right.
        Refused: The child is not on the register (`wrong_status`), was released already (`released`), or its guardians
            refuse that its data are handed to other institutions (`consent_refused`).
        NotFound: There is no such child.
        NotAllowed: It is another station's, or the account may not record.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    if to_station not in dict(list_stations(desk)):
        raise BadInput(_("Choose another station of the district."), field="to_station")
    with desk.write("child.release") as work:
        child = editable_child(desk, work.session, child_id)
        if child.status is not ChildStatus.ACTIVE:
            message = _("The child stands as “{now}”. Take it back onto the register before it is released.")
            raise Refused(message.format(now=label(child.status)), code="wrong_status")
        if refused(work.session, [child_id], ConsentScope.SHARING):
            message = _(
                "The guardians refused that data are handed to other institutions. Ask them whether the record may go "
                "along, and enter what they decide under “Consent” first."
            )
            raise Refused(message, code="consent_refused")
        check_day(desk, child, on)
        why = reason_words(reason)
        work.session.add(desk.make(Transfer, child_id=child.id, to_station=to_station, released_on=on, reason=why))
        work.note(child, to_station=to_station)


def cancel_release(desk: Desk, child_id: str, on: date, reason: str) -> bool:
    """The child stays after all. Admin or teacher.

    As long as no bundle told of the release, the record is open again at once (True). Else the center has to agree: the
    child is asked back and stays frozen until a return packet says what became of it (False).

    Raises:
        BadInput: The day or the reason cannot be right.
        Refused: It was not released (`not_released`), or was asked back already (`asked_back`).
        NotFound: There is no such child.
        NotAllowed: It is another station's, or the account may not record.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.write("child.cancel_release") as work:
        child = own_child(desk, work.session, child_id)
        pending = pending_transfers(work.session, [child_id]).get(child_id)
        if pending is None:
            raise Refused(_("This child is not released to another station."), code="not_released")
        if pending.asked_back_on is not None:
            message = _("The child was asked back already. The next return packet says whether it stays.")
            raise Refused(message, code="asked_back")
        if not pending.released_on <= on <= desk.today:
            message = _("The day must lie between the release on {day} and today.")
            raise BadInput(message.format(day=format_date(pending.released_on)), field="on")
        words, at_once = reason_words(reason), not went_up(work.session, pending)
        if at_once:
            pending.cancelled_on, pending.cancelled_reason = on, words
        else:
            pending.asked_back_on, pending.asked_back_reason = on, words
        work.session.add(pending)
        work.note(child, to_station=pending.to_station, asked_back=not at_once)
    return at_once


def went_up(session: Session, transfer: Transfer) -> bool:
    """Whether a bundle may have told of a release; of one made before a restore nobody can know."""
    line = session.get(Journal, (str(Transfer.__tablename__), transfer.id))
    if line is None or line.epoch != marks.counter(session).epoch:
        return True
    return line.seq <= (session.exec(select(func.max(SentBundle.to_seq))).one() or 0)
