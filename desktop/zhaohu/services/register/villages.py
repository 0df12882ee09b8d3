"""The station's own list of villages and communities, and which guidance teacher looks after their families."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select as select_columns
from sqlmodel import Session, col, func

from zhaohu.errors import BadInput, Refused
from zhaohu.i18n import _
from zhaohu.records import Child, Household, Village
from zhaohu.records.codes import ChildStatus, Role, SiteKind
from zhaohu.rules.names import sort_key
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.register.village_merging import merges
from zhaohu.services.register.village_records import own_village, present_villages
from zhaohu.services.register.village_teachers import teachers_on
from zhaohu.store import settings

_READERS = tuple(Role)
TOWNSHIP_CODE = "site.township_code"
_CODE = re.compile(r"[0-9]{3}", re.ASCII)
_LINE = re.compile(
    r"\s*(?:[0-9]+[.、)]\s*)?(?P<name>[^\t,，;；]*?)(?:[\s,，;；]+(?P<code>[0-9]{3}))?\s*[,，;；]?\s*", re.ASCII
)
_LONGEST_NAME = 50


@dataclass(frozen=True, slots=True)
class VillageRow:
    """A village as the station's list shows it.

    Args:
        households: Families with a child of the register that live there.
        children: On the register there.
        teacher: Who looks after its families today.
        merged_from: Ids of villages that were joined into this one, and can be parted again.
    """

    id: str
    name: str
    code: str
    closed_on: date | None
    households: int
    children: int
    teacher_id: str
    teacher: str
    teacher_since: date | None
    merged_from: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a list of names."""

    added: tuple[str, ...]
    known: tuple[str, ...]


def list_own(desk: Desk) -> list[VillageRow]:
    """The villages of this station with their families and teacher, the open ones first, by name."""
    desk.require(*_READERS)
    desk.require_site(SiteKind.STATION)
    with desk.read() as session:
        households, children = _counts(session)
        teachers = teachers_on(session, desk.today)
        merged: dict[str, list[tuple[str, str]]] = {}
        for gone, keep in merges(session):
            merged.setdefault(keep, []).append((gone.id, gone.name))
        rows = [
            _row(village, households, children, teachers.get(village.id), merged.get(village.id, ()))
            for village in present_villages(desk, session)
        ]
    return sorted(rows, key=lambda row: (row.closed_on is not None, sort_key(row.name)))


def open_names(desk: Desk) -> list[str]:
    """Names of the villages that families may be added to."""
    return [row.name for row in list_own(desk) if row.closed_on is None]


def add_villages(desk: Desk, lines: Sequence[str]) -> Added:
    """Add villages, one a line: the name, and behind it its three digits where they are known.

    Raises:
        BadInput: A name is too long.
        NotAllowed: The account may not record, or this is the center.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.write("village.add") as work:
        known = {village.name: village for village in present_villages(desk, work.session)}
        added, found = [], []
        for line in lines:
            name, code = _read_line(line)
            if not name:
                continue
            if name in known:
                found.append(name)
                known[name].code = known[name].code or code
                continue
            known[name] = desk.make(Village, name=name, code=code)
            work.session.add(known[name])
            added.append(name)
        work.note(added=len(added), known=len(found))
    return Added(tuple(added), tuple(found))


def change_village(desk: Desk, village_id: str, name: str, code: str = "") -> None:
    """Give a village another name or code; all its families have it at once. Admin.

    Raises:
        BadInput: The name is empty or too long, or the code is not three digits.
        NotFound: There is no such village.
        Refused: `village_exists`: another village has that name.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.STATION)
    name = _clean(name)
    if code and not _CODE.fullmatch(code):
        raise BadInput(_("The code of a village has three digits."), field="code")
    with desk.write("village.change") as work:
        village = own_village(desk, work.session, village_id)
        if any(other.name == name and other.id != village_id for other in present_villages(desk, work.session)):
            message = _("There is a village “{name}” already. To make one of both, join them.")
            raise Refused(message.format(name=name), code="village_exists", field="name")
        village.name, village.code = name, code or None
        work.note(village)


def close_village(desk: Desk, village_id: str) -> None:
    """No family is added to a village any more; those that are there stay. Admin.

    Raises:
        NotFound: There is no such village.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.STATION)
    with desk.write("village.close") as work:
        village = own_village(desk, work.session, village_id)
        village.closed_on = desk.today
        work.note(village)


def open_village(desk: Desk, village_id: str) -> None:
    """Families may be added to a village again. Admin.

    Raises:
        NotFound: There is no such village.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.STATION)
    with desk.write("village.open") as work:
        village = own_village(desk, work.session, village_id)
        village.closed_on = None
        work.note(village)


def township_code(desk: Desk) -> str:
    """The township's three digits of the division code; empty while nobody entered them."""
    desk.require(*_READERS)
    with desk.read() as session:
        return settings.get(session, TOWNSHIP_CODE)


def set_township_code(desk: Desk, code: str) -> None:
    """Enter the township's three digits, from which health record numbers are proposed. Admin.

    Raises:
        BadInput: They are not three digits.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.STATION)
    if code and not _CODE.fullmatch(code):
        raise BadInput(_("The code of a township has three digits."), field="township_code")
    with desk.write("village.township") as work:
        settings.put(work.session, TOWNSHIP_CODE, code)


def _row(
    village: Village,
    households: Counter[str],
    children: Counter[str],
    teacher: tuple[str, str, date] | None,
    merged: Sequence[tuple[str, str]],
) -> VillageRow:
    teacher_id, name, since = teacher or ("", "", None)
    n, m = households[village.id], children[village.id]
    return VillageRow(
        village.id, village.name, village.code or "", village.closed_on, n, m, teacher_id, name, since, tuple(merged)
    )


def _counts(session: Session) -> tuple[Counter[str], Counter[str]]:
    homes = func.count(func.distinct(col(Child.household_id)))
    found = session.execute(
        select_columns(col(Household.village_id), homes, func.count())
        .join(Child, col(Child.household_id) == Household.id)
        .where(col(Child.deleted_at).is_(None), col(Child.status) == ChildStatus.ACTIVE)
        .where(col(Household.village_id).is_not(None), col(Child.owner) == Household.owner)
        .group_by(col(Household.village_id))
    ).all()
    return Counter({row[0]: row[1] for row in found}), Counter({row[0]: row[2] for row in found})


def _read_line(line: str) -> tuple[str, str | None]:
    found = _LINE.fullmatch(line)
    name, code = (found["name"], found["code"]) if found else (line.strip(), None)
    return (_clean(name), code) if name.strip() else ("", None)


def _clean(name: str) -> str:
    clean = " ".join(name.split())
    if not 1 <= len(clean) <= _LONGEST_NAME:
        message = _("The name of a village has 1 to {n} characters.").format(n=_LONGEST_NAME)
        raise BadInput(message, field="name")
    return clean
