"""What the search box offers for what is typed: children, why each was found, a village's list, a printed form."""

from __future__ import annotations

from functools import lru_cache

from zhaohu.i18n import _
from zhaohu.records.codes import ChildStatus, SiteKind, label
from zhaohu.rules.ages import age_text
from zhaohu.rules.names import normalise_name, search_keys
from zhaohu.rules.paper_code import read_code, read_sheet_code
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.printing import sheets
from zhaohu.services.printing.sheets import Sheet
from zhaohu.services.register import child_list
from zhaohu.services.register.child_list import ChildRow
from zhaohu.ui.draft_place import GO_ON
from zhaohu.ui.pages.today_scan import address_of_sheet
from zhaohu.ui.widgets.search_box import Suggestion

_MOST_CHILDREN, _MOST_VILLAGES = 7, 2
_SHORTEST = 2
_TOLD_DIGITS = 4
_keys = lru_cache(maxsize=4096)(search_keys)


def suggest(desk: Desk, typed: str) -> list[Suggestion]:
    """The children that fit, those of a village that is called so, and for nobody found the way to register one.

    Six digits that are the number of a printed form lead to its entry before all others.
    """
    found = child_list.search(desk, typed, _MOST_CHILDREN)
    children = [_child(desk, child, typed) for child in found]
    if read_code(typed) is not None:
        return children
    villages = _villages(desk, typed)
    by_village = bool(villages) and not any(_fits_name(child.name, typed) for child in found)
    offers = [*villages, *children] if by_village else [*children, *villages]
    may_record = desk.site.kind is SiteKind.STATION and desk.person.role in WRITERS
    sheet = sheets.find(desk, typed) if may_record and read_sheet_code(typed) is not None else None
    if sheet is not None:
        return [_sheet(sheet), *offers]
    return offers if found or not may_record else [*offers, _register()]


def _child(desk: Desk, child: ChildRow, typed: str) -> Suggestion:
    name = child.name
    if child.status is not ChildStatus.ACTIVE:
        status = label(child.status) if isinstance(child.status, ChildStatus) else str(child.status)
        name = _("{name} ({status})").format(name=name, status=status)
    age = "" if child.status is ChildStatus.DIED else age_text(child.birth_date, desk.today)
    parts = (label(child.sex), age, child.village, child.caregiver, child.phone)
    return Suggestion(name, "  ·  ".join(filter(None, parts)), f"child/{child.id}", note=why_found(child, typed))


def _villages(desk: Desk, typed: str) -> list[Suggestion]:
    if len(typed.strip()) < _SHORTEST:
        return []
    fitting = [(key, name) for key, name in child_list.list_villages(desk) if _fits_name(name, typed)]
    return [
        Suggestion(
            _("All children of {village}").format(village=name),
            _("Opens the list of this village"),
            f"children/village/{key}",
            icon="map",
        )
        for key, name in fitting[:_MOST_VILLAGES]
    ]


def _sheet(sheet: Sheet) -> Suggestion:
    """A printed form, and what became of it."""
    title = _("{name}: {title}").format(name=sheet.child, title=sheet.title)
    note = _("form {code}").format(code=sheet.code)
    if sheet.record_id:
        words = _("keyed in already: opens the record")
    elif sheet.struck_reason:
        words = _("struck out: {reason}").format(reason=sheet.struck_reason)
    else:
        words = _("opens the entry of this form")
    return Suggestion(title, words, address_of_sheet(sheet), note=note)


def _register() -> Suggestion:
    words = _("If the child is not in the register yet")
    return Suggestion(_("Register a child"), words, f"children/{GO_ON}", icon="add", by_enter=False)


def why_found(child: ChildRow, typed: str) -> str:
    """In words, what of a child fits what was typed; empty where the name or the village shows it."""
    if read_code(typed) is not None:
        return _("scanned")
    reasons = [_reason(child, word) for word in typed.split()]
    return _(", ").join(dict.fromkeys(filter(None, reasons)))


def _reason(child: ChildRow, word: str) -> str:
    if _fits_name(child.name, word) or _fits_name(child.village, word):
        return ""
    if _fits_name(child.caregiver, word):
        return _("caregiver {name}").format(name=child.caregiver)
    if not word[:-1].isdigit():
        return _("in the family: {typed}").format(typed=word)
    ending = word[-_TOLD_DIGITS:].upper()
    for words, number in (
        (_("phone ends in {digits}"), child.phone),
        (_("ID ends in {digits}"), child.citizen_id),
        (_("record no. ends in {digits}"), child.record_no),
    ):
        if number.endswith(ending):
            return words.format(digits=ending)
    return _("a number of the family: {digits}").format(digits=word)


def _fits_name(name: str, typed: str) -> bool:
    wanted = normalise_name(typed).casefold()
    if not name or not wanted:
        return False
    letters = wanted.replace(" ", "").replace("'", "")
    return wanted in normalise_name(name).casefold() or (
        letters.isascii() and letters.isalpha() and any(key.startswith(letters) for key in _keys(name))
    )
