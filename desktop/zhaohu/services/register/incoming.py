"""Children whom another station hands over to this one: looked at, taken with their whole record, or refused."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from zhaohu.errors import BadInput, NotFound, Refused
from zhaohu.i18n import _
from zhaohu.records import Caregiver, Child, Household, Transfer, TransferAnswer
from zhaohu.records.base import new_id
from zhaohu.records.codes import Role, Sex, SiteKind
from zhaohu.records.exchange import Offer
from zhaohu.services.desk import WRITERS, Desk, Work
from zhaohu.services.register.family_records import (
    CARER_FIELDS,
    next_main,
    own_household,
    present_carers,
    present_children,
)
from zhaohu.services.register.lookup import station_name
from zhaohu.services.register.moves import reason_words
from zhaohu.services.register.village_records import own_village, present_villages, refuse_closed
from zhaohu.sync import adoption

_READERS = tuple(Role)
_PLACE = ("county", "township", "address", "registered_address", "care_difficulty")
_LONGEST_ADDRESS = 200


@dataclass(frozen=True, slots=True)
class Offered:
    """A child whom another station hands over, as it looks before it is taken.

    Attributes:
        visits: Records of visits that come along, in their newest versions.
        vaccinations: Doses that come along.
        last_visit: The newest visit's day.
        households: Families of this station where it may belong: id and words; the likeliest first.
        village_id: Village of this station with the same name as its former one, or that family's; empty for none.
    """

    transfer_id: str
    child_id: str
    name: str
    sex: Sex
    birth_date: date
    from_station: str
    from_name: str
    released_on: date
    reason: str
    village: str
    address: str
    carers: tuple[str, ...]
    visits: int
    vaccinations: int
    last_visit: date | None
    households: tuple[tuple[str, str], ...]
    village_id: str


def list_offers(desk: Desk) -> list[Offered]:
    """The children who wait to be taken or refused here, those released first foremost. Any role."""
    desk.require(*_READERS)
    desk.require_site(SiteKind.STATION)
    with desk.read() as session:
        found = [_view(desk, session, offer) for offer in session.exec(select(Offer))]
    return sorted(found, key=lambda one: (one.released_on, one.transfer_id))


def count_offers(desk: Desk) -> int:
    """How many children wait to be taken or refused here; none at the center. Any role."""
    desk.require(*_READERS)
    with desk.read() as session:
        return len(session.exec(select(Offer.transfer_id)).all())


def take(desk: Desk, transfer_id: str, village_id: str, household_id: str = "", address: str | None = None) -> str:
    """Take a child over with its whole record; returns the child's id. Admin or teacher, at a station.

    Its household and caregivers become rows of this station; brothers and sisters who come from one household come
    into one here too. Until the center has confirmed it, the other station still counts the child.

    Args:
        desk: Who takes it.
        transfer_id: Of the offer.
        village_id: Where the family lives now; not asked where a household is given.
        household_id: A family of this station that it belongs to; empty for its own.
        address: Where in the village; None keeps the words that came.

    Raises:
        NotFound: There is no such offer any more (`no_such_offer`), village or family.
        BadInput: The village is closed, or the address is too long.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.write("child.take") as work:
        session = work.session
        offer = _offer(session, transfer_id)
        rows = json.loads(offer.content)
        home = own_household(desk, session, household_id) if household_id else None
        if home is None:
            home = _household(desk, session, rows, village_id, address)
        _add_carers(desk, session, home, _some(rows, "caregiver"))
        _close_own_releases(desk, session, offer.child_id)
        count = adoption.adopt(session, rows, desk.site.code, {"household_id": home.id})
        _answer(desk, work, offer, accepted=True, reason=None)
        work.note(session.get_one(Child, offer.child_id), from_station=offer.from_station, records=count)
        return offer.child_id


def refuse(desk: Desk, transfer_id: str, reason: str) -> None:
    """Refuse a child: the center tells its station, where the record is open again then. Admin or teacher.

    Raises:
        NotFound: There is no such offer any more.
        BadInput: The reason is missing or too long.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.write("child.refuse_offer") as work:
        offer = _offer(work.session, transfer_id)
        _answer(desk, work, offer, accepted=False, reason=reason_words(reason))
        work.note(from_station=offer.from_station)


def _offer(session: Session, transfer_id: str) -> Offer:
    offer = session.get(Offer, transfer_id)
    if offer is None:
        message = _("This child does not wait to be taken any more. Look at “Children on their way”.")
        raise NotFound(message, code="no_such_offer")
    return offer


def _answer(desk: Desk, work: Work, offer: Offer, *, accepted: bool, reason: str | None) -> None:
    answer_id = adoption.own_id(desk.site.code, offer.transfer_id)
    if work.session.get(TransferAnswer, answer_id) is not None:
        raise Refused(_("This child was answered for already."), code="answered")
    values: dict[str, object] = {"transfer_id": offer.transfer_id, "child_id": offer.child_id, "accepted": accepted}
    work.session.add(desk.make(TransferAnswer, id=answer_id, answered_on=desk.today, reason=reason, **values))
    work.session.delete(offer)


def _household(
    desk: Desk, session: Session, rows: list[dict[str, Any]], village_id: str, address: str | None
) -> Household:
    """The family as a row of this station; the one that was made for a brother or sister, when it is still there."""
    (came,) = _some(rows, "household")
    home_id = adoption.own_id(desk.site.code, came["id"])
    known = session.get(Household, home_id)
    if known is not None and known.deleted_at is None:
        return known
    village = own_village(desk, session, village_id)
    refuse_closed(desk, session, village.name)
    values = {name: came["fields"].get(name) for name in _PLACE}
    if address is not None:
        values["address"] = address.strip()
    if len(str(values["address"] or "")) > _LONGEST_ADDRESS:
        raise BadInput(_("The address is too long."), field="address")
    values["township"] = desk.site.township or None
    values["address"] = values["address"] or ""
    made = desk.make(Household, id=new_id() if known is not None else home_id, village_id=village.id, **values)
    session.add(made)
    session.flush()
    return made


def _add_carers(desk: Desk, session: Session, home: Household, came: list[dict[str, Any]]) -> None:
    present = present_carers(session, home.id)
    known = {(one.name, one.relation) for one in present}
    for row in came:
        fields = row["fields"]
        if "deleted_at" in fields or (fields["name"], fields["relation"]) in known:
            continue
        carer_id = adoption.own_id(desk.site.code, row["id"])
        if session.get(Caregiver, carer_id) is not None:
            carer_id = new_id()
        is_main = bool(fields.get("is_main")) and not any(one.is_main for one in present)
        values = {name: fields.get(name) for name in CARER_FIELDS}
        made = desk.make(Caregiver, id=carer_id, household_id=home.id, is_main=is_main, **values)
        session.add(made)
        present.append(made)
    if present and not any(one.is_main for one in present):
        next_main(present).is_main = True
    session.flush()


def _close_own_releases(desk: Desk, session: Session, child_id: str) -> None:
    """A child that comes back was handed over before, whether or not a packet said so: no old release holds it."""
    query = select(Transfer).where(Transfer.child_id == child_id, Transfer.owner == desk.site.code)
    for old in session.exec(query.where(col(Transfer.cancelled_on).is_(None), col(Transfer.handed_over_on).is_(None))):
        old.handed_over_on = desk.today
        session.add(old)


def _some(rows: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [row for row in rows if row["name"] == name]


def _view(desk: Desk, session: Session, offer: Offer) -> Offered:
    rows = json.loads(offer.content)
    child, release, home = (_some(rows, name)[0]["fields"] for name in ("child", "transfer", "household"))
    villages = [row["fields"]["name"] for row in _some(rows, "village")]
    carers = [row["fields"] for row in _some(rows, "caregiver") if "deleted_at" not in row["fields"]]
    visits = _visits(rows)
    homes = _homes(desk, session, rows)
    own = {village.name: village.id for village in present_villages(desk, session) if village.closed_on is None}
    chosen = session.get(Household, homes[0][0]) if homes else None
    return Offered(
        transfer_id=offer.transfer_id,
        child_id=offer.child_id,
        name=child["name"],
        sex=Sex(child["sex"]),
        birth_date=date.fromisoformat(child["birth_date"]),
        from_station=offer.from_station,
        from_name=station_name(session, offer.from_station.partition("-")[2]),
        released_on=date.fromisoformat(release["released_on"]),
        reason=release["reason"],
        village=villages[0] if villages else "",
        address=home.get("address", ""),
        carers=tuple(one["name"] for one in carers),
        visits=len(visits),
        vaccinations=sum("deleted_at" not in row["fields"] for row in _some(rows, "vaccination")),
        last_visit=max(visits, default=None),
        households=homes,
        village_id=(chosen.village_id if chosen is not None else own.get(villages[0] if villages else "")) or "",
    )


def _visits(rows: list[dict[str, Any]]) -> list[date]:
    """Days of the visits, each in its newest version."""
    visits = _some(rows, "visit")
    replaced = {row["fields"].get("replaces_id") for row in visits}
    return [
        date.fromisoformat(row["fields"]["visit_date"])
        for row in visits
        if row["id"] not in replaced and "deleted_at" not in row["fields"]
    ]


def _homes(desk: Desk, session: Session, rows: list[dict[str, Any]]) -> tuple[tuple[str, str], ...]:
    """Families here where a child may belong: that of a brother or sister who came before, and where it once lived."""
    came = _some(rows, "household")[0]["id"]
    ids = [adoption.own_id(desk.site.code, came)]
    here = session.get(Child, _some(rows, "child")[0]["id"])
    if here is not None:  # it was this station's before: its family may still be here
        ids.append(here.household_id)
    found = {}
    for home_id in ids:
        home = session.get(Household, home_id)
        if home is not None and home.owner == desk.site.code and home.deleted_at is None:
            names = [child.name for child in present_children(session, home_id)]
            names += [carer.name for carer in present_carers(session, home_id)]
            found[home_id] = " · ".join([*names, *([home.address] if home.address else [])])
    return tuple(found.items())
