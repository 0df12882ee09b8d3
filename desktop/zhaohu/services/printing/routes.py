"""The route list of a day: whom to see on the way, where they live, how they are reached, what is due."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from zhaohu.errors import BadInput
from zhaohu.i18n import _, format_date
from zhaohu.paper.route import Route, Stop, route
from zhaohu.records import Child, Household
from zhaohu.records.codes import ConsentScope, SiteKind, label
from zhaohu.rules.names import sort_key
from zhaohu.rules.schedule import state_label
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.due.duties import DueRow
from zhaohu.services.growth import growth
from zhaohu.services.growth.last_words import last_measured
from zhaohu.services.prints import imprint, log_print
from zhaohu.services.reference import code_name
from zhaohu.services.register import consents
from zhaohu.services.register.family_records import present_carers

_NUMBERS = re.compile(r"(\d+)", re.ASCII)


def print_route(desk: Desk, rows: Sequence[DueRow], day: date) -> bytes:
    """The list of whom to see on a day, in the order of the way; phones stand there in full. Admin or teacher.

    Phones are left out where the family wants no calls.

    Args:
        desk: Where it is printed: a station.
        rows: What is due; several contacts of a child make one stop.
        day: For which day.

    Raises:
        NotAllowed: The account may only look, or this is the center.
        BadInput: There is nothing to list.
        Refused: The fonts have not been fetched.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    if not rows:
        raise BadInput(_("Choose at least one visit for the route list."), field="rows")
    of_child: defaultdict[str, list[DueRow]] = defaultdict(list)
    for row in rows:
        of_child[row.child_id].append(row)
    on_the_way = sorted(of_child.values(), key=lambda found: _way(found[0]))
    with desk.read() as session:
        silent = consents.refused(session, list(of_child), ConsentScope.CONTACT)
        stops = tuple(_stop(desk, session, found, silent) for found in on_the_way)
    teachers = sorted({row.teacher for row in rows if row.teacher})
    values = Route(desk.site.name, format_date(day), "、".join(teachers), sum(1 + len(row.also) for row in rows), stops)
    pdf = route(values, imprint(desk))
    phones = sum(child_id not in silent for child_id in of_child)
    log_print(desk, "print.route", None, children=len(stops), phones=phones)
    return pdf


def _way(row: DueRow) -> tuple[object, ...]:
    """By the order of villages, then by address with house numbers as numbers; a family's children stand together."""
    house = [(int(part), "") if part.isdecimal() else (0, part) for part in _NUMBERS.split(row.address)]
    return (not row.village, row.village_order, sort_key(row.village), house, row.caregiver, row.birth_date)


def _stop(desk: Desk, session: Session, rows: Sequence[DueRow], silent: set[str]) -> Stop:
    first = rows[0]
    child = session.get_one(Child, first.child_id)
    home = session.get(Household, child.household_id)
    carers = present_carers(session, home.id) if home is not None else []
    carer, phone = "", ""
    if carers:
        relation = code_name("relation", carers[0].relation)
        carer, phone = _("{name} ({relation})").format(name=carers[0].name, relation=relation), carers[0].phone or ""
    return Stop(
        village=first.village,
        name=first.child,
        about=_(", ").join((label(first.sex), first.age)),
        due=tuple(line for row in rows for line in _due(row)),
        carer=carer,
        phone=_("no contact wanted") if child.id in silent else phone,
        address=first.address,
        growth=last_measured(growth.days_of(session, child)),
        risks=_(", ").join(label(risk) for risk in first.risks),
    )


def _due(row: DueRow) -> list[str]:
    """A contact with how it stands, and what is done with it."""
    stands = state_label(row.state)
    if row.days_late and row.done_on is None:
        stands = _("{state}, {n} d").format(state=stands, n=row.days_late)
    until = format_date(row.due_to)
    lines = [_("{title} ({state}, until {day})").format(title=row.title, state=stands, day=until)]
    return [*lines, *([_("with {titles}").format(titles=_(", ").join(row.also))] if row.also else [])]
