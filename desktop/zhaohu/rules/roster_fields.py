"""How each field of a roster is read, besides name, sex, birth date and citizen id, which are read together."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from zhaohu.i18n import _
from zhaohu.records.codes import ChildStatus, Residence, label
from zhaohu.rules import identity, roster_dates, roster_measures, roster_numbers
from zhaohu.rules.identity import Problem
from zhaohu.rules.names import normalise_name
from zhaohu.rules.roster_cells import Cell
from zhaohu.rules.roster_values import Reading, doubtful, note

if TYPE_CHECKING:
    from zhaohu.rules.roster_rows import Line

Reader = Callable[["Line", str], Reading[Any]]

_TEXTS = {
    "mother_occupation": 50, "father_occupation": 50,
    "guardian_occupation": 50, "county": 50, "township": 50, "village": 50, "address": 200, "registered_address": 200,
    "care_difficulty": 200, "came_from": 100, "birth_place": 100,
}  # fmt: skip
_NAME_OF_NOBODY = re.compile(r"\d")
_LONGEST_NAME = 50


def _text(line: Line, name: str) -> Reading[str]:
    text, longest = " ".join(line.typed[name].split()), _TEXTS[name]
    if len(text) <= longest:
        return Reading(text)
    return Reading(text[:longest], note("cut", _("Too long: cut to {n} characters.").format(n=longest)))


def _name(line: Line, name: str) -> Reading[str]:
    """A caregiver's name; blanks between Chinese characters are only there for looks."""
    text = normalise_name(line.typed[name])
    if _NAME_OF_NOBODY.search(text) or len(text) > _LONGEST_NAME:
        return Reading(remark=doubtful("odd_name", _("The name holds characters that no name has, or is too long.")))
    return Reading(text)


def _cell(read: Callable[[Cell], Reading[Any]]) -> Reader:
    return lambda line, name: read(line.cells[name])


def _measure(read: Callable[[Cell, str], Reading[int]]) -> Reader:
    return lambda line, name: read(line.cells[name], line.unit(name))


def _number(read: Callable[[str], str | Problem]) -> Reader:
    def reader(line: Line, name: str) -> Reading[str]:
        if roster_numbers.has_lost_digits(line.cells[name]):
            return Reading(remark=roster_numbers.lost_digits())
        result = read(line.typed[name])
        if isinstance(result, Problem):
            return Reading(remark=doubtful(result.code, result.message))
        return Reading(result)

    return reader


def _coded(words: str, convert: Callable[[str], Any] = str) -> Reader:
    def reader(line: Line, name: str) -> Reading[Any]:
        code = line.reader.columns.code(words, line.typed[name])
        if code is None:
            return Reading(remark=note("unknown_word", _("This word is not known here and is left out.")))
        return Reading(convert(code))

    return reader


def _ethnicity(line: Line, name: str) -> Reading[str]:
    text = line.typed[name]
    code = line.reader.columns.code("ethnicity", text) or line.reader.columns.code("ethnicity", f"{text}族")
    if code is None:
        return Reading(remark=note("unknown_word", _("This word is not known here and is left out.")))
    return Reading(code)


def _status(line: Line, name: str) -> Reading[str]:
    """A child that is not on the register is not taken in unasked; the status itself is kept by nobody."""
    code = line.reader.columns.code("status", line.typed[name])
    if code is None:
        reason = _("This word is not known here: is the child on the register?")
        return Reading(remark=doubtful("unknown_word", reason))
    if code == ChildStatus.ACTIVE:
        return Reading(code)
    reason = _("The roster says that the child is not on the register: {status}.")
    return Reading(remark=doubtful("not_on_register", reason.format(status=label(ChildStatus(code)))))


def _handbook(text: str) -> str | Problem:
    return text if len(text) <= 30 else Problem("too_long", _("A handbook number has at most 30 characters."))


def _carer_id(line: Line, name: str) -> Reading[str]:
    reading = roster_numbers.read_id(line.cells[name])
    return Reading(reading.value.number if reading.value else None, reading.remark)


READERS: dict[str, tuple[str, Reader]] = {
    **{name: (name, _text) for name in _TEXTS},
    **{f"{who}_name": (f"{who}_name", _name) for who in ("mother", "father", "guardian")},
    **{name: (name, _cell(roster_numbers.read_phone)) for name in ("phone", "mother_phone", "father_phone")},
    **{
        name: (name, _cell(roster_dates.read_date))
        for name in (
            "discharge_date",
            "registered_on",
            *(f"{who}_birth_date" for who in ("mother", "father", "guardian")),
        )
    },
    **{f"{who}_id": (f"{who}_id", _carer_id) for who in ("mother", "father", "guardian")},
    **{f"{who}_education": (f"{who}_education", _coded("education")) for who in ("mother", "father", "guardian")},
    "guardian_relation": ("guardian_relation", _coded("relation")),
    "ethnicity": ("ethnicity", _ethnicity),
    "status": ("status", _status),
    "delivery": ("delivery", _coded("delivery")),
    "residence": ("residence", _coded("residence", lambda code: Residence(int(code)))),
    "plurality": ("plurality", _coded("plurality", int)),
    "birth_time": ("birth_time", _cell(roster_dates.read_time)),
    "gestation": ("gestation_days", _cell(roster_measures.read_gestation_days)),
    "birth_order": ("birth_order", _cell(roster_measures.read_order)),
    "birth_weight": ("birth_weight_g", _measure(roster_measures.read_weight_g)),
    "birth_length": ("birth_length_mm", _measure(roster_measures.read_length_mm)),
    "birth_certificate": ("birth_certificate", _number(identity.read_birth_certificate)),
    "record_number": ("record_number", _number(identity.read_record_number)),
    "handbook_number": ("handbook_number", _number(_handbook)),
}
"""Field: the attribute of `RosterChild` that it fills, and how its cell is read."""
