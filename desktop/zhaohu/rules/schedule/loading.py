"""Reading a schedule, and a plan for high-risk children that a district put in place of the schedule's own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.rules.district_plans import MONTHS, check_high_risk
from zhaohu.rules.forms.tables import Table
from zhaohu.rules.schedule.model import Contact, Schedule, Track


def parse_schedule(text: str, file: str) -> Schedule:
    """Read a schedule file.

    Args:
        text: The file's text (TOML).
        file: Its name, for messages.

    Raises:
        FormError: The file is wrong; it names the contact and the reason.
    """
    table = Table.parse(text, file)
    schedule = Schedule(
        id=table.take("id", str),
        title=table.take("title", str),
        effective_from=table.take("effective_from", date),
        source=table.take("source", str),
        assumed_discharge_days=table.take("assumed_discharge_days", int),
        extra_overdue_days=table.take("extra_overdue_days", int),
        contacts=tuple(_contact(one) for one in table.tables("contacts", "contacts")),
    )
    table.done()
    _check(schedule.contacts, table)
    return schedule


def _check(contacts: tuple[Contact, ...], table: Table) -> None:
    if len({contact.code for contact in contacts}) != len(contacts):
        raise table.error(_("two contacts have the same code"))
    order = list(Track)
    places = [order.index(contact.track) for contact in contacts]
    if places != sorted(places):
        raise table.error(_("the contacts of a track must stand together, the checks first"))
    checks = {contact.code: contact for contact in contacts if contact.track is Track.CHECK}
    for contact in contacts:
        check = checks.get(contact.companion_of)
        if contact.companion_of and (check is None or _span(contact) != _span(check)):
            message = _("{code} is to be done with {check}, which is no check with the same window")
            raise table.error(message.format(code=contact.code, check=contact.companion_of))


def _span(contact: Contact) -> tuple[object, ...]:
    return contact.from_discharge, contact.days, contact.months, contact.for_days, contact.until_months


def _contact(table: Table) -> Contact:
    table.place = code = table.take("code", str)
    counts_from = table.take("from", str)
    if counts_from not in ("birth", "discharge"):
        raise table.error(_("from must be birth or discharge"))
    if table.has("days") == table.has("months") or table.has("for_days") == table.has("until_months"):
        raise table.error(_("needs either days or months, and either for_days or until_months"))
    track = table.take("track", str, Track.CHECK)
    if track not in set(Track) - {Track.EXTRA}:
        raise table.error(_("unknown track: {track}").format(track=track))
    contact = Contact(
        code=code,
        name=table.take("name", str),
        form=table.take("form", str),
        place=table.take("place", str),
        source=table.take("source", str),
        track=Track(track),
        companion_of=table.take("companion_of", str, ""),
        from_discharge=counts_from == "discharge",
        months=table.take("months", int) if table.has("months") else None,
        days=table.take("days", int, 0),
        until_months=table.take("until_months", int) if table.has("until_months") else None,
        for_days=table.take("for_days", int, 0),
        high_risk_for_days=table.take("high_risk_for_days", int) if table.has("high_risk_for_days") else None,
        since=table.take("since", date) if table.has("since") else None,
    )
    table.done()
    return contact


def schedule_terms(schedule: Schedule) -> Iterator[str]:
    """Every Chinese term of the schedule that screen or paper shows, for the `forms` catalog."""
    yield from (schedule.title, schedule.source)
    for contact in schedule.contacts:
        yield from (contact.name, contact.place, contact.source)


@lru_cache(maxsize=8)
def with_plan(schedule: Schedule, content: str) -> Schedule:
    """The schedule with a district's plan for high-risk children in place of its own.

    Args:
        schedule: The schedule.
        content: What the district set under `schedule.high_risk`, see `rules.district_plans`; a text that is not in
            order changes nothing, and neither does an empty one.
    """
    if not content:
        return schedule
    try:
        plan = {"contacts": json.loads(content)["contacts"]}
        check_high_risk(plan)
    except (ValueError, KeyError, TypeError, Refused):
        return schedule
    model = schedule.on(Track.HIGH_RISK)[0]
    own = tuple(_district_contact(schedule, model, row) for row in plan["contacts"])
    before = tuple(contact for contact in schedule.contacts if contact.track is not Track.HIGH_RISK)
    return replace(schedule, contacts=before + own)


def _district_contact(schedule: Schedule, model: Contact, row: Mapping[str, Any]) -> Contact:
    months = int(row["from"]) if row["unit"] == MONTHS else None
    days = 0 if months is not None else int(row["from"])
    window = days, months, int(row["for"])
    together = [c.code for c in schedule.checks if not c.from_discharge and (c.days, c.months, c.for_days) == window]
    return replace(
        model,
        code=str(row["code"]),
        source=str(row.get("note", "")),
        companion_of=together[0] if together else "",
        days=days,
        months=months,
        for_days=int(row["for"]),
        until_months=None,
    )
