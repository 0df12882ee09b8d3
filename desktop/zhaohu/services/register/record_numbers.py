"""Health record numbers (居民健康档案编号): county 6 digits, township 3, village 3, serial 5."""

from __future__ import annotations

from sqlmodel import Session, col, func, select

from zhaohu.records import Child, Household, Village
from zhaohu.records.codes import SiteKind
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.register.villages import TOWNSHIP_CODE
from zhaohu.store import settings

_TOWNSHIP_DIGITS, _VILLAGE_DIGITS, _SERIAL_DIGITS = 9, 12, 5
_LAST_SERIAL = 10**_SERIAL_DIGITS - 1


def propose(desk: Desk, village: str) -> str:
    """The next free number in a village; empty while its codes are known neither from the lists nor from numbers.

    Args:
        desk: Who asks.
        village: Its name on the station's own list.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.read() as session:
        prefix = _prefix(desk, session, village)
        return _next(session, prefix) if prefix else ""


def holder(session: Session, number: str, leave_out: str = "") -> str:
    """The name of another child that has a number already; empty for none. For an open transaction."""
    wanted = select(Child.name).where(Child.health_record_no == number, Child.id != leave_out)
    return session.exec(wanted.where(col(Child.deleted_at).is_(None))).first() or ""


def _prefix(desk: Desk, session: Session, name: str) -> str:
    own = select(Village).where(Village.name == name, Village.owner == desk.site.code)
    village = session.exec(own.where(col(Village.deleted_at).is_(None))).first()
    if village is None:
        return ""
    township = settings.get(session, TOWNSHIP_CODE)
    if township and village.code:
        return f"{desk.site.district_code}{township}{village.code}"
    here = Household.village_id == village.id
    if found := _most(desk, session, _VILLAGE_DIGITS, here):
        return found
    common = _most(desk, session, _TOWNSHIP_DIGITS) if village.code else ""
    return f"{common}{village.code}" if common else ""


def _most(desk: Desk, session: Session, digits: int, *where: bool) -> str:
    """How most numbers of this station's children begin; only those of this district count."""
    beginning = func.substr(col(Child.health_record_no), 1, digits)
    counted = (
        select(beginning)
        .join(Household, col(Household.id) == Child.household_id)
        .where(col(Child.health_record_no).startswith(desk.site.district_code), Child.owner == desk.site.code, *where)
        .group_by(beginning)
        .order_by(func.count().desc())
    )
    return session.exec(counted.limit(1)).first() or ""


def _next(session: Session, prefix: str) -> str:
    """Behind the highest serial; the first gap when that is the last one. Removed children keep their numbers."""
    here = col(Child.health_record_no).startswith(prefix)
    highest = session.exec(select(func.max(Child.health_record_no)).where(here)).first()
    following = int(highest[_VILLAGE_DIGITS:]) + 1 if highest else 1
    if following > _LAST_SERIAL:
        taken = {
            int(number[_VILLAGE_DIGITS:])
            for number in session.exec(select(Child.health_record_no).where(here))
            if number
        }
        following = next((n for n in range(1, _LAST_SERIAL + 1) if n not in taken), 0)
    return f"{prefix}{following:0{_SERIAL_DIGITS}}" if following else ""
