"""What a center may set of days off and of the extra visits of high-risk children: the shapes, and their check. Pure.

`calendar.days`: `{"days": {"2026-10-01": "rest", "2026-10-10": "work"}}`, only the days that differ from what ships.
`schedule.high_risk`: `{"contacts": [{"code": "HR01", "from": 7, "for": 6, "unit": "days", "note": "…"}, …]}`, the whole
plan in the order of age: the window opens so many days after birth, or when so many calendar months are completed
(`unit` `months`), and its last day is `for` days later.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from zhaohu.errors import BadInput
from zhaohu.i18n import _

REST, WORK = "rest", "work"
DAYS, MONTHS = "days", "months"
MOST_CONTACTS = 60
MOST_DAYS = 2000
LONGEST_NOTE = 100
_CODE = re.compile(r"HR[0-9]{2}", re.ASCII)
_LAST = {DAYS: 1095, MONTHS: 36}
_DAYS_OF_MONTH = 30


def check_days(content: Mapping[str, Any]) -> None:
    """Refuse days off that are none.

    Raises:
        BadInput: A day is not a date, or is neither `rest` nor `work`.
    """
    days = content.get("days")
    if content.keys() != {"days"} or not isinstance(days, Mapping) or len(days) > MOST_DAYS:
        raise _bad("days", _("The list of days off is not in order."))
    for day, kind in days.items():
        if not _is_day(day) or kind not in (REST, WORK):
            raise _bad("days", _("{day} is no day that can be set.").format(day=day))


def check_high_risk(content: Mapping[str, Any]) -> None:
    """Refuse a plan of extra visits that cannot be followed.

    Raises:
        BadInput: A visit has no proper code or window, a code comes twice, or the order is not that of age;
            `row` is its place, from 0.
    """
    rows = content.get("contacts")
    if content.keys() != {"contacts"} or not isinstance(rows, list) or len(rows) > MOST_CONTACTS:
        raise _bad("contacts", _("The plan of extra visits is not in order."))
    seen: set[str] = set()
    before = -1
    for place, row in enumerate(rows):
        opens = _opens(row, place)
        if row["code"] in seen:
            raise _bad("contacts", _("Two extra visits have the same code {code}.").format(code=row["code"]), place)
        if opens <= before:
            raise _bad("contacts", _("Each extra visit must begin later than the one before it."), place)
        seen.add(row["code"])
        before = opens


def _opens(row: object, place: int) -> int:
    """Rough day on which the window opens, for comparing."""
    whole = isinstance(row, Mapping) and row.keys() - {"note"} == {"code", "from", "for", "unit"}
    if not whole or not isinstance(row, Mapping) or not _CODE.fullmatch(str(row["code"])):
        raise _bad("contacts", _("An extra visit needs a code, a first day and a length."), place)
    unit, first, length, note = row["unit"], row["from"], row["for"], row.get("note", "")
    if unit not in _LAST or not _whole(first) or not 0 <= first <= _LAST[unit]:
        message = _("The first day must lie between birth and {days} days or {months} months.")
        raise _bad("contacts", message.format(days=_LAST[DAYS], months=_LAST[MONTHS]), place)
    if not _whole(length) or not 0 <= length <= _LAST[DAYS]:
        raise _bad("contacts", _("The window must be 0 to {n} days long.").format(n=_LAST[DAYS]), place)
    if not isinstance(note, str) or len(note) > LONGEST_NOTE:
        raise _bad("contacts", _("The note is longer than {n} characters. Shorten it.").format(n=LONGEST_NOTE), place)
    return int(first) * (_DAYS_OF_MONTH if unit == MONTHS else 1)


def _bad(field: str, message: str, place: int | None = None) -> BadInput:
    return BadInput(message, code="bad_value", field=field, **({} if place is None else {"row": place}))


def _whole(value: object) -> bool:
    return type(value) is int


def _is_day(text: object) -> bool:
    try:
        return isinstance(text, str) and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
