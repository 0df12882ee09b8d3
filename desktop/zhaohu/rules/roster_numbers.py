"""Citizen ids and telephones as they stand in a roster, with what spreadsheets do to long numbers.

What is said about a number leaves in reports: it never repeats the number whole.
"""

from __future__ import annotations

import re

from zhaohu.i18n import _
from zhaohu.rules import identity
from zhaohu.rules.identity import CitizenId, Problem
from zhaohu.rules.roster_cells import Cell, Formula, cell_text
from zhaohu.rules.roster_values import Reading, Remark, doubtful, note, plain_text

_SAFE_DIGITS = 15
"""A spreadsheet keeps 15 digits of a number: of a longer one the last digits are lost."""
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+", re.ASCII)
"""What is left of such a number when the sheet is saved as CSV: 3.71103E+17."""
_OLD_ID = re.compile(r"\d{15}", re.ASCII)
_LONGEST_PHONE = 30
_BETWEEN = re.compile(r"[/、,，;；|\n]+|\s{2,}|或")
_MOBILE_WITHIN = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)", re.ASCII)


def has_lost_digits(cell: Cell) -> bool:
    """Whether a spreadsheet kept a long number as a number, so that its last digits are no longer there."""
    value = cell.value if isinstance(cell, Formula) else cell
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return len(cell_text(value)) > _SAFE_DIGITS
    return isinstance(value, str) and _SCIENTIFIC.fullmatch(plain_text(value)) is not None


def lost_digits() -> Remark:
    """The remark on such a number."""
    return doubtful(
        "id_as_number",
        _("The spreadsheet kept this number as a quantity, so its last digits are lost: type it as text."),
    )


def read_id(cell: Cell) -> Reading[CitizenId]:
    """A citizen id; one that a spreadsheet keeps as a number has lost its last digits and is not taken."""
    if has_lost_digits(cell):
        return Reading(remark=lost_digits())
    text = cell_text(cell)
    if _OLD_ID.fullmatch(identity.normalise_citizen_id(text)):
        reason = _("This is an old citizen id of 15 digits: ask for the one of 18.")
        return Reading(remark=doubtful("id_old", reason))
    result = identity.read_citizen_id(text)
    if isinstance(result, Problem):
        return Reading(remark=doubtful(result.code, result.message))
    if result.number != text:
        reason = _("Rewritten as {value}.").format(value=identity.mask_citizen_id(result.number))
        return Reading(result, note("rewritten", reason))
    return Reading(result)


def read_phone(cell: Cell) -> Reading[str]:
    """A telephone number; one that cannot be right is kept as typed, with a note."""
    if isinstance(cell, str) and has_lost_digits(cell):
        return Reading(remark=lost_digits())
    text = cell_text(cell)
    whole = identity.read_phone(text)
    if not isinstance(whole, Problem):
        return Reading(whole)
    parts = [part for part in _BETWEEN.split(text) if part.strip()]
    good = _readable(parts) or _readable(text.split()) or _MOBILE_WITHIN.findall(plain_text(text))
    if not good:
        return Reading(text[:_LONGEST_PHONE], note("phone_format", whole.message))
    reason = _("There is more than one number: {value} is taken.").format(value=identity.mask_phone(good[0]))
    return Reading(good[0], note("several_phones", reason))


def _readable(parts: list[str]) -> list[str]:
    return [number for part in parts if not isinstance(number := identity.read_phone(part), Problem)]
